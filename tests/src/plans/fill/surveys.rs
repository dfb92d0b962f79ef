//! The surveys of such a registry: forty offices with books of platforms, an import for each hundred registrations with ten
//! chunks of staged rows, mappings, and what contradicts what platforms filed.

use entity::id::{DifferenceId, ImportId, OfficeId, PlatformId};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::super::sql::{Sql, chance, scrambled};
use super::super::world::platform;
use super::{AT_A_TIME, FIRST, Filled, Make, insert, literal, platform_key, quoted};

/// Offices that survey.
const OFFICES: u64 = 40;
/// Staged chunks of an import.
const CHUNKS: u64 = 10;

/// How many imports there are.
#[must_use]
pub const fn jobs(filled: Filled) -> u64 {
    filled.registrations / 100
}

/// How many registrations of surveys contradict what was filed.
#[must_use]
pub const fn contradictions(filled: Filled) -> u64 {
    2 * jobs(filled)
}

/// The n-th of them.
#[must_use]
pub fn contradiction(filled: Filled, n: u64) -> DifferenceId {
    DifferenceId(filled.id(n, 0x7, 0x4))
}

/// The n-th import.
#[must_use]
pub fn import(filled: Filled, n: u64) -> ImportId {
    ImportId(filled.id(n, 0x7, 0x1))
}

/// The n-th book.
#[must_use]
pub fn book(filled: Filled, n: u64) -> PlatformId {
    PlatformId(filled.id(n, 0x7, 0x2))
}

/// The n-th office.
#[must_use]
pub fn office(n: u64) -> OfficeId {
    OfficeId(Uuid::from_u128(
        0x0190_0000_0000_7000_c000_0000_0000_0000 + u128::from(n),
    ))
}

/// Makes all of it, when the registrations and the letters that serve as files are there.
pub(super) async fn rows<C: ConnectionTrait>(
    db: &C,
    filled: Filled,
    sql: Sql,
) -> Result<(), DbErr> {
    db.execute_unprepared(&offices(sql)).await?;
    let jobs = jobs(filled);
    let all = [
        (jobs, imports as Make),
        (jobs * CHUNKS, stages),
        (jobs / 2, books),
        (jobs / 5, mappings),
        (contradictions(filled), differences),
    ];
    for (rows, make) in all {
        let mut first = 0;
        while first < rows {
            let last = rows.min(first + AT_A_TIME) - 1;
            let made = make(filled, sql, &sql.numbers(first, last));
            db.execute_unprepared(&made).await?;
            first = last + 1;
        }
    }
    Ok(())
}

fn offices(sql: Sql) -> String {
    let columns = [
        ("id", office_of(sql, "n")),
        ("key", "'office-' || n".to_owned()),
        ("name", "'office ' || n".to_owned()),
        ("authority", quoted("MARKET")),
        ("level", quoted("COUNTY")),
        ("division", quoted("330203")),
        ("updated_at", sql.instant(&FIRST.to_string())),
    ];
    insert("office", &columns, &sql.numbers(0, OFFICES - 1))
}

fn office_of(sql: Sql, n: &str) -> String {
    let number = sql.hex(&format!("(({n}) % {OFFICES})"), 8);
    sql.uuid(&format!("'0190000000007000c0000000' || {number}"))
}

/// Whose an import is: one in four is a platform's.
const PLATFORMS: &str = "n % 4 = 3";

/// What would be an own site's is the largest platform's.
fn tenant(sql: Sql) -> String {
    let none = literal(sql, PlatformId::OWN_SITE.0);
    platform_key(sql).replace(&none, &literal(sql, platform(0).0))
}

fn imports(filled: Filled, sql: Sql, numbers: &str) -> String {
    let either =
        |one: &str, other: &str| format!("CASE WHEN {PLATFORMS} THEN {one} ELSE {other} END");
    let null = sql.null("uuid");
    let at = sql.instant(&FIRST.to_string());
    let file = filled.id_sql(sql, "n", "d");
    let mut columns = vec![
        ("id", filled.id_sql(sql, "n", "1")),
        ("platform_id", either(&tenant(sql), &null)),
        ("office_id", either(&null, &office_of(sql, "n"))),
        ("client_id", literal(sql, Uuid::nil())),
        ("request_id", quoted("0123456789abcdef0123456789abcdef")),
        ("language", quoted("zh")),
        (
            "state",
            "CASE WHEN n % 1000 = 11 THEN 'READING' WHEN n % 50 = 7 THEN 'REVIEW' WHEN n % 50 = 8 THEN 'CANCELLED' \
             ELSE 'COMMITTED' END"
                .to_owned(),
        ),
        // A first load without problems has no file of them, however long it is done.
        (
            "kind",
            "CASE WHEN n % 8 = 7 THEN 'REGISTRATIONS' ELSE 'MIXED' END".to_owned(),
        ),
        ("source", either("'PLATFORM'", "'SURVEY'")),
        ("file_id", file.clone()),
        ("file_name", quoted("调查摸底.xlsx")),
        (
            "problems_file",
            format!("CASE WHEN n % 8 = 7 OR n % 1000 = 13 THEN {null} ELSE {file} END"),
        ),
        (
            "book_id",
            format!(
                "CASE WHEN n % 10 = 0 THEN {} ELSE {null} END",
                filled.id_sql(sql, "n / 2", "2")
            ),
        ),
        ("sha256", scrambled(sql, "n", 8)),
        ("layout", sql.bytes(&scrambled(sql, "n", 64))),
        ("created_at", at.clone()),
        ("updated_at", at),
    ];
    let counts = [
        "bytes",
        "bytes_done",
        "rows_read",
        "accepted",
        "rejected",
        "skipped",
        "created",
        "updated",
        "unchanged",
        "chunks",
        "attempts",
        "faults",
    ];
    columns.extend(counts.map(|name| (name, "10".to_owned())));
    insert("import_job", &columns, numbers)
}

fn stages(filled: Filled, sql: Sql, numbers: &str) -> String {
    let (import, number) = (format!("(n / {CHUNKS})"), format!("(n % {CHUNKS})"));
    let columns = [
        ("import_id", filled.id_sql(sql, &import, "1")),
        ("number", number.clone()),
        ("last_row", format!("({number} + 1) * 1000")),
        ("records", sql.bytes(&scrambled(sql, "n", 64))),
        ("verdicts", sql.bytes(&scrambled(sql, "n", 64))),
        ("rejected", "n % 3".to_owned()),
        ("skipped", "n % 2".to_owned()),
        ("told", "n % 4".to_owned()),
        ("warned", "n % 5".to_owned()),
    ];
    insert("import_stage", &columns, numbers)
}

fn books(filled: Filled, sql: Sql, numbers: &str) -> String {
    let columns = [
        ("id", filled.id_sql(sql, "n", "2")),
        ("office_id", office_of(sql, "n")),
        (
            "platform_id",
            format!(
                "CASE WHEN n % 3 = 0 THEN {} ELSE {} END",
                tenant(sql),
                sql.null("uuid")
            ),
        ),
        ("name", "'platform ' || n".to_owned()),
        ("name_key", "'platform-' || n".to_owned()),
        (
            "import_id",
            format!(
                "CASE WHEN n % 5 = 0 THEN {} ELSE {} END",
                sql.null("uuid"),
                filled.id_sql(sql, "n", "1")
            ),
        ),
        ("created_at", sql.instant(&FIRST.to_string())),
    ];
    insert("survey_book", &columns, numbers)
}

fn mappings(filled: Filled, sql: Sql, numbers: &str) -> String {
    let columns = [
        ("id", filled.id_sql(sql, "n", "3")),
        ("owner", office_of(sql, "n")),
        ("signature", "'signature-' || n".to_owned()),
        ("columns", quoted("[]")),
        ("updated_at", sql.instant(&FIRST.to_string())),
    ];
    insert("import_mapping", &columns, numbers)
}

/// Of two registrations that follow each other, the first is what an office found and the second what was filed.
fn differences(filled: Filled, sql: Sql, numbers: &str) -> String {
    let at = sql.instant(&FIRST.to_string());
    let columns = [
        ("id", filled.id_sql(sql, "n", "4")),
        ("platform_id", tenant(sql)),
        ("office_id", office_of(sql, "n")),
        ("kind", quoted("OPERATOR")),
        ("party_id", filled.id_sql(sql, "n", "9")),
        ("survey_id", filled.id_sql(sql, "(2 * n)", "8")),
        ("registration_id", filled.id_sql(sql, "(2 * n + 1)", "8")),
        ("fields", quoted("phone")),
        ("found_at", at.clone()),
        (
            "settled_at",
            format!(
                "CASE WHEN {} < 50 THEN {at} ELSE NULL END",
                chance("n", 1_812_433_253, 100)
            ),
        ),
    ];
    insert("survey_difference", &columns, numbers)
}
