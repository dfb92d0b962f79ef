//! The blacklist of such a registry: one party in eight is listed, one entry in five is shared, a few are an authority's; each
//! has a letter and so many tokens, some have an appeal or a judgement.

use chrono::Days;
use entity::id::PlatformId;
use uuid::Uuid;

use super::super::sql::{Sql, chance, scrambled};
use super::super::world::platform;
use super::{FIRST, Filled, TODAY, insert, literal, platform_key, quoted};

/// Tokens of an entry.
pub const TOKENS: u64 = 6;
/// Different tokens in each place of a name.
const SYLLABLES: u64 = 3_000;

/// The token of a syllable in a place, for whoever asks.
#[must_use]
pub fn token(place: u64, syllable: u64) -> i64 {
    i64::try_from(place * 1_000_000 + syllable).unwrap_or(i64::MAX)
}

/// Platforms list as they register; what would be an own site's is the largest one's.
fn lister(sql: Sql) -> String {
    let (none, largest) = (
        literal(sql, PlatformId::OWN_SITE.0),
        literal(sql, platform(0).0),
    );
    platform_key(sql).replace(&none, &largest)
}

fn is_authoritys() -> String {
    format!("{} < 1", chance("n", 1_013_904_223, 100))
}

pub(super) fn entries(filled: Filled, sql: Sql, numbers: &str) -> String {
    let ended = chance("n", 2_038_074_743, 100);
    let by_state = |scheduled: &str, ended_: &str, active: &str| {
        format!(
            "CASE WHEN {ended} < 2 THEN {scheduled} WHEN {ended} < 20 THEN {ended_} ELSE {active} END"
        )
    };
    let ago = |days: &str| sql.day_before(TODAY, days);
    let later = |days| sql.day(TODAY.checked_add_days(Days::new(days)).unwrap_or(TODAY));
    let columns = [
        ("id", filled.id_sql(sql, "n", "a")),
        (
            "register",
            format!(
                "CASE WHEN {} THEN 'SERIOUS_VIOLATION' ELSE 'PLATFORM' END",
                is_authoritys()
            ),
        ),
        ("platform_id", lister(sql)),
        ("party_id", filled.id_sql(sql, "(n * 8)", "9")),
        ("role", quoted("STREAMER")),
        (
            "shared",
            format!(
                "CASE WHEN {} < 20 THEN {} ELSE {} END",
                chance("n", 1_442_695_041, 100),
                sql.truth(true),
                sql.truth(false)
            ),
        ),
        ("state", by_state("'SCHEDULED'", "'EXPIRED'", "'ACTIVE'")),
        ("valid_from", by_state(&later(30), &ago("300"), &ago("100"))),
        ("valid_until", by_state(&later(90), &ago("60"), &later(200))),
        ("instrument", quoted("中华人民共和国广告法")),
        ("level", quoted("LAW")),
        ("article", quoted("第十七条")),
        ("name", sql.bytes(&scrambled(sql, "n", 10))),
        ("content", sql.bytes(&scrambled(sql, "n", 48))),
        ("listed_at", sql.instant(&FIRST.to_string())),
        ("listed_by", literal(sql, Uuid::nil())),
    ];
    insert("blacklist_entry", &columns, numbers)
}

pub(super) fn tokens(filled: Filled, sql: Sql, numbers: &str) -> String {
    let (entry, place) = (format!("(n / {TOKENS})"), format!("(n % {TOKENS})"));
    let syllable = chance("n", 3_266_489_917, SYLLABLES);
    let columns = [
        ("token", format!("{place} * 1000000 + ({syllable})")),
        ("entry_id", filled.id_sql(sql, &entry, "a")),
        ("key_id", "1".to_owned()),
    ];
    insert("blacklist_token", &columns, numbers)
}

pub(super) fn appeals(filled: Filled, sql: Sql, numbers: &str) -> String {
    let columns = [
        ("id", filled.id_sql(sql, "n", "b")),
        ("entry_id", filled.id_sql(sql, "n", "a")),
        (
            "state",
            "CASE WHEN n % 20 = 0 THEN 'RECEIVED' ELSE 'UPHELD' END".to_owned(),
        ),
        ("received_on", sql.day(TODAY)),
        ("entered_at", sql.instant(&FIRST.to_string())),
        ("entered_by", literal(sql, Uuid::nil())),
        ("grounds", sql.bytes(&scrambled(sql, "n", 32))),
    ];
    insert(
        "blacklist_appeal",
        &columns,
        &format!("{numbers} WHERE n % 10 = 0"),
    )
}

pub(super) fn letters(filled: Filled, sql: Sql, numbers: &str) -> String {
    let at = sql.instant(&FIRST.to_string());
    let columns = [
        ("id", filled.id_sql(sql, "n", "d")),
        ("name", quoted("列入黑名单告知书.pdf")),
        ("media_type", quoted("application/pdf")),
        ("bytes", "20000".to_owned()),
        ("sha256", scrambled(sql, "n", 8)),
        ("purpose", quoted("NOTICE")),
        ("platform_id", lister(sql)),
        ("part", "0".to_owned()),
        ("created_at", at.clone()),
        ("used_at", at),
        ("key_id", "1".to_owned()),
    ];
    insert("stored_file", &columns, numbers)
}

pub(super) fn uses(filled: Filled, sql: Sql, numbers: &str) -> String {
    let columns = [
        ("file_id", filled.id_sql(sql, "n", "d")),
        ("used_by", filled.id_sql(sql, "n", "a")),
    ];
    insert("file_use", &columns, numbers)
}

pub(super) fn notices(filled: Filled, sql: Sql, numbers: &str) -> String {
    let columns = [
        ("id", filled.id_sql(sql, "n", "e")),
        ("entry_id", filled.id_sql(sql, "n", "a")),
        ("kind", quoted("LISTING")),
        ("file_id", filled.id_sql(sql, "n", "d")),
        ("made_at", sql.instant(&FIRST.to_string())),
    ];
    insert("blacklist_notice", &columns, numbers)
}

pub(super) fn judgements(filled: Filled, sql: Sql, numbers: &str) -> String {
    let columns = [
        ("id", filled.id_sql(sql, "n", "f")),
        ("name_index", sql.bytes(&scrambled(sql, "n", 8))),
        ("key_id", "1".to_owned()),
        ("entry_id", filled.id_sql(sql, "n", "a")),
        ("judge", lister(sql)),
        ("verdict", quoted("NOT_THE_SAME")),
        ("name", sql.bytes(&scrambled(sql, "n", 10))),
        ("reason", sql.bytes(&scrambled(sql, "n", 16))),
        ("judged_at", sql.instant(&FIRST.to_string())),
        ("judged_by", literal(sql, Uuid::nil())),
    ];
    insert(
        "match_judgement",
        &columns,
        &format!("{numbers} WHERE n % 10 = 0"),
    )
}
