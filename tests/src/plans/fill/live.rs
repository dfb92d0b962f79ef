//! What stands before livestreams: a training of each registration and a second one of some, and a report for each room with
//! the registration after it as the one who appears.

use super::super::sql::{Sql, chance, scrambled};
use super::{Filled, TODAY, insert, literal, platform_key, quoted, updated};

/// The first trainings were passed, within a year; every tenth registration failed another one.
pub(super) fn trainings(filled: Filled, sql: Sql, numbers: &str) -> String {
    rows(filled, sql, ("c", "PASSED"), numbers)
}

pub(super) fn failures(filled: Filled, sql: Sql, numbers: &str) -> String {
    let from = format!("{numbers} WHERE n % 10 = 0");
    rows(filled, sql, ("d", "CHEATED"), &from)
}

fn rows(filled: Filled, sql: Sql, (variant, outcome): (&str, &str), from: &str) -> String {
    let days = chance("n", 1_442_695_041, 360);
    let columns = [
        ("id", filled.id_sql(sql, "n", variant)),
        ("registration_id", filled.id_sql(sql, "n", "8")),
        ("held_on", sql.day_before(TODAY, &days)),
        ("outcome", quoted(outcome)),
        ("recorded_at", sql.instant(&updated(filled))),
        ("recorded_by", literal(sql, uuid::Uuid::nil())),
    ];
    insert("training", &columns, from)
}

pub(super) fn sessions(filled: Filled, sql: Sql, numbers: &str) -> String {
    let at = sql.instant(&updated(filled));
    let columns = [
        ("id", filled.id_sql(sql, "n", "e")),
        ("platform_id", platform_key(sql)),
        ("account", "'acct-' || n".to_owned()),
        ("operator_id", filled.id_sql(sql, "n", "8")),
        ("starts_at", at.clone()),
        ("reported_at", at),
        ("reported_by", literal(sql, uuid::Uuid::nil())),
        ("presenters", sql.bytes(&scrambled(sql, "n", 10))),
    ];
    insert("live_session", &columns, &on_platforms(sql, numbers))
}

pub(super) fn appearing(filled: Filled, sql: Sql, numbers: &str) -> String {
    let next = format!("((n + 1) % {})", filled.registrations);
    let columns = [
        ("session_id", filled.id_sql(sql, "n", "e")),
        ("registration_id", filled.id_sql(sql, &next, "8")),
    ];
    insert(
        "live_session_streamer",
        &columns,
        &on_platforms(sql, numbers),
    )
}

/// Nothing is reported for a site of one's own.
fn on_platforms(sql: Sql, numbers: &str) -> String {
    let own_site = literal(sql, uuid::Uuid::nil());
    format!("{numbers} WHERE {} <> {own_site}", platform_key(sql))
}
