//! Ties of streamers, the people behind businesses, and the links that people confirmed, out of the same numbers.

use entity::kind::{PartyLinkKind, TieKind};
use uuid::Uuid;

use super::super::sql::{Sql, chance, scrambled};
use super::super::world::platform;
use super::{FIRST, Filled, TODAY, insert, kind, literal, platform_key, quoted, seat, source};

/// Seven in ten streamers appear with an operator, and three in ten have an agency.
pub(super) fn of_operators(filled: Filled, sql: Sql, numbers: &str) -> String {
    let seats = [seat(sql, true), seat(sql, false)];
    ties(filled, sql, (TieKind::StreamerOperator, 7, seats), numbers)
}

pub(super) fn of_agencies(filled: Filled, sql: Sql, numbers: &str) -> String {
    let nowhere = [sql.null("text"), sql.null("text")];
    ties(filled, sql, (TieKind::StreamerAgency, 3, nowhere), numbers)
}

/// Four in ten of the others name somebody who represents them; one in three of these ties ended.
pub(super) fn of_people(filled: Filled, sql: Sql, numbers: &str) -> String {
    let ended = format!("{} < 33", chance("n", 1_812_433_253, 100));
    let other = format!("((n * 11 + 3) % {})", filled.parties());
    let columns = [
        ("id", filled.id_sql(sql, "n", "e")),
        ("kind", quoted(TieKind::LegalRepresentative.as_str())),
        ("platform_key", platform_key(sql)),
        ("source", source()),
        ("registration_id", filled.id_sql(sql, "n", "8")),
        ("other_party_id", filled.id_sql(sql, &other, "9")),
        ("since", sql.day_before(TODAY, "100")),
        (
            "until",
            format!("CASE WHEN {ended} THEN {} ELSE NULL END", sql.day(TODAY)),
        ),
    ];
    let others = format!(
        "{numbers} WHERE {} <> 'STREAMER' AND {} < 4",
        kind(filled),
        chance("n", 2_545_165_805, 10)
    );
    insert("tie", &columns, &others)
}

/// One party in five is confirmed to be another one, by the largest platform.
pub(super) fn links(filled: Filled, sql: Sql, numbers: &str) -> String {
    let other = format!("((n + 1) % {})", filled.parties());
    let columns = [
        ("id", filled.id_sql(sql, "n", "f")),
        ("kind", quoted(PartyLinkKind::SamePerson.as_str())),
        ("party_id", filled.id_sql(sql, "n", "9")),
        ("other_party_id", filled.id_sql(sql, &other, "9")),
        ("platform_id", literal(sql, platform(0).0)),
        ("confirmed_at", sql.instant(&FIRST.to_string())),
        ("confirmed_by", literal(sql, Uuid::nil())),
        ("judgement", sql.bytes(&scrambled(sql, "n", 12))),
    ];
    insert(
        "party_link",
        &columns,
        &format!("{numbers} WHERE n % 5 = 0"),
    )
}

fn ties(
    filled: Filled,
    sql: Sql,
    (tie, tenths, [seat, city]): (TieKind, u64, [String; 2]),
    numbers: &str,
) -> String {
    let other = format!("((n * 7 + 1) % {})", filled.parties());
    let variant = if tie == TieKind::StreamerAgency {
        "c"
    } else {
        "d"
    };
    let columns = [
        ("id", filled.id_sql(sql, "n", variant)),
        ("kind", quoted(tie.as_str())),
        ("platform_key", platform_key(sql)),
        ("source", source()),
        ("registration_id", filled.id_sql(sql, "n", "8")),
        ("other_party_id", filled.id_sql(sql, &other, "9")),
        ("seat", seat),
        ("seat_city", city),
        ("since", sql.day_before(TODAY, "100")),
    ];
    let streamers = format!(
        "{numbers} WHERE {} = 'STREAMER' AND {} < {tenths}",
        kind(filled),
        chance("n", 2_545_165_805, 10)
    );
    insert("tie", &columns, &streamers)
}
