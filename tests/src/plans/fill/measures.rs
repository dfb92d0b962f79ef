//! Measures of platforms and their reports, out of the same numbers: one registration in ten was acted against, and of these
//! measures one in four still stands.

use entity::id::PlatformId;
use entity::kind::{Authority, DispositionKind, DispositionState, OfficeLevel};
use uuid::Uuid;

use super::super::sql::{Sql, chance, scrambled};
use super::{FIRST, Filled, TODAY, insert, kind, literal, platform_key, quoted};

/// Which registrations were acted against: nobody acts against those on own sites.
fn acted(sql: Sql, numbers: &str) -> String {
    let own_site = literal(sql, PlatformId::OWN_SITE.0);
    let platform = platform_key(sql);
    format!("{numbers} WHERE n % 10 = 3 AND {platform} <> {own_site}")
}

pub(super) fn dispositions(filled: Filled, sql: Sql, numbers: &str) -> String {
    let open = format!("{} < 25", chance("n", 1_812_433_253, 100));
    let party = format!("(n % {})", filled.parties());
    let state = format!(
        "CASE WHEN {open} THEN {} ELSE {} END",
        quoted(DispositionState::Open.as_str()),
        quoted(DispositionState::Expired.as_str())
    );
    let until = format!(
        "CASE WHEN {open} THEN {} ELSE {} END",
        sql.null("date"),
        sql.day_before(TODAY, "10")
    );
    let columns = [
        ("id", filled.id_sql(sql, "n", "5")),
        ("platform_id", platform_key(sql)),
        ("party_id", filled.id_sql(sql, &party, "9")),
        ("registration_id", filled.id_sql(sql, "n", "8")),
        ("role", kind(filled)),
        ("kind", quoted(DispositionKind::LivePause.as_str())),
        ("edition", quoted("order-117")),
        ("said", sql.bytes(&scrambled(sql, "n", 12))),
        ("valid_from", sql.day_before(TODAY, "100")),
        ("valid_until", until),
        ("state", state),
        ("imposed_at", sql.instant(&FIRST.to_string())),
        ("imposed_by", literal(sql, Uuid::nil())),
    ];
    insert("disposition", &columns, &acted(sql, numbers))
}

pub(super) fn reports(filled: Filled, sql: Sql, numbers: &str) -> String {
    let columns = [
        ("id", filled.id_sql(sql, "n", "6")),
        ("disposition_id", filled.id_sql(sql, "n", "5")),
        ("platform_id", platform_key(sql)),
        ("level", quoted(OfficeLevel::County.as_str())),
        ("authority", quoted(Authority::Market.as_str())),
        ("instrument", quoted("直播电商监督管理办法")),
        ("article", quoted("第十二条第三款")),
        ("sent_at", sql.instant(&FIRST.to_string())),
    ];
    insert("disposition_report", &columns, &acted(sql, numbers))
}
