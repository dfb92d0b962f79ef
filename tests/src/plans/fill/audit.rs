//! The audit of such a registry: an entry for each registration, a thousand a segment, the last thousand not sealed yet.

use uuid::Uuid;

use super::super::sql::{Sql, chance};
use super::super::world::platform;
use super::{FIRST, Filled, SPAN, insert, literal, platform_key, quoted};

/// Entries of a segment.
const SEGMENT: u64 = 1_000;
/// Deeds as the service calls them, by how often in a hundred.
const DEEDS: [(&str, &str, u64); 4] = [
    ("registerOperators", "DONE", 60),
    ("party", "READ", 30),
    ("reveal", "READ", 5),
    ("closeRegistrations", "REFUSED", 5),
];

/// The office whose people left one entry in ten.
#[must_use]
pub fn office() -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_b000_0000_0000_0000)
}

/// The client that one entry in a thousand is of.
#[must_use]
pub fn client() -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_b000_0000_0000_0001)
}

/// The n-th of the deeds, told by its name or by its outcome.
fn deed(told: impl Fn(&(&str, &str, u64)) -> String) -> String {
    let chance = chance("n", 2_221_713_035, 100);
    let mut below = 0;
    let cases = DEEDS.iter().map(|deed| {
        below += deed.2;
        format!("WHEN {chance} < {below} THEN {}", told(deed))
    });
    format!("CASE {} END", cases.collect::<Vec<_>>().join(" "))
}

pub(super) fn entries(filled: Filled, sql: Sql, numbers: &str) -> String {
    let sealed = format!("n < {}", filled.registrations.saturating_sub(SEGMENT));
    let party = format!("(n % {})", filled.parties());
    let of_office = format!("{} < 10", chance("n", 1_181_783_497, 100));
    let of_client = format!("{} < 1", chance("n", 3_042_594_569, 1_000));
    let looked = format!("{} >= 60", chance("n", 2_221_713_035, 100));
    let or = |condition: &str, value: String| {
        format!("CASE WHEN {condition} THEN {value} ELSE NULL END")
    };
    let columns = [
        ("id", filled.id_sql(sql, "n", "b")),
        (
            "at",
            sql.instant(&format!(
                "({FIRST} + n * {SPAN} / {})",
                filled.registrations
            )),
        ),
        (
            "client_id",
            format!(
                "CASE WHEN {of_client} THEN {} ELSE {} END",
                literal(sql, client()),
                platform_key(sql)
            ),
        ),
        ("role", quoted("PLATFORM")),
        ("office_id", or(&of_office, literal(sql, office()))),
        ("platform_id", literal(sql, platform(0).0)),
        ("request_id", quoted("0123456789abcdef0123456789abcdef")),
        ("operation", deed(|deed| quoted(deed.0))),
        ("outcome", deed(|deed| quoted(deed.1))),
        ("subjects", quoted("01900000-0000-7000-8000-000000000000")),
        ("detail", quoted("{}")),
        ("party_id", or(&looked, filled.id_sql(sql, &party, "9"))),
        ("segment", or(&sealed, format!("n / {SEGMENT} + 1"))),
        ("position", or(&sealed, format!("n % {SEGMENT}"))),
    ];
    insert("audit", &columns, numbers)
}
