//! A registry of any size, made by the database out of numbers: the same rows in every run and on both databases. What is
//! sealed is filled with bytes of a likely length, because no plan opens it.

pub mod audit;
pub mod listed;
mod live;
mod measures;
pub mod surveys;
mod ties;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::id::{
    EntryId, FileId, LiveSessionId, PartyId, PlatformId, RegistrationId, SubmissionId,
};
use entity::registration::NEVER_VERIFIED;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, TransactionTrait as _};
use uuid::Uuid;

use super::sql::{Sql, chance, scrambled};
use super::world::{OTHER_PROVINCES, PROVINCE, SHARES, domicile, platform};

/// So many rows are made in one statement.
const AT_A_TIME: u64 = 50_000;
/// The day on which the registry is looked at.
pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
/// When its first registration was made, in seconds since 1970: 2026-01-01.
const FIRST: u64 = 1_767_225_600;
/// Seconds from the first registration to the last.
const SPAN: u64 = 330 * 86_400;
/// Windows that were filed, reports in each, and versions of each.
const FILED: [u64; 3] = [20, 2, 3];

/// What was filled in, for whoever asks about it.
#[derive(Clone, Copy, Debug)]
pub struct Filled {
    /// How many registrations.
    pub registrations: u64,
}

impl Filled {
    /// How many parties: every fifth registration is a second one of its party.
    #[must_use]
    pub const fn parties(self) -> u64 {
        self.registrations * 4 / 5
    }

    /// How many entries of the blacklist: one party in eight is listed, by one platform.
    #[must_use]
    pub const fn entries(self) -> u64 {
        self.registrations / 10
    }

    /// The n-th entry's id.
    #[must_use]
    pub fn entry(self, n: u64) -> EntryId {
        EntryId(self.id(n, 0x7, 0xa))
    }

    /// The file of the letter that was made of the n-th entry.
    #[must_use]
    pub fn letter(self, n: u64) -> FileId {
        FileId(self.id(n, 0x7, 0xd))
    }

    /// The n-th registration's id.
    #[must_use]
    pub fn registration(self, n: u64) -> RegistrationId {
        RegistrationId(self.id(n, 0x7, 0x8))
    }

    /// The n-th party's id.
    #[must_use]
    pub fn party(self, n: u64) -> PartyId {
        PartyId(self.id(n, 0x7, 0x9))
    }

    /// When the n-th registration was made.
    #[must_use]
    pub fn made(self, n: u64) -> DateTime<Utc> {
        let seconds = i64::try_from(FIRST + n * SPAN / self.registrations).unwrap_or(0);
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// The n-th report of a livestream.
    #[must_use]
    pub fn session(self, n: u64) -> LiveSessionId {
        LiveSessionId(self.id(n, 0x7, 0xe))
    }

    /// Ids count with time, as the service's do.
    fn id(self, n: u64, version: u128, variant: u128) -> Uuid {
        let millis = u128::from(FIRST + n * SPAN / self.registrations) * 1_000;
        Uuid::from_u128(millis << 80 | version << 76 | variant << 60 | u128::from(n))
    }

    fn id_sql(self, sql: Sql, n: &str, variant: &str) -> String {
        let millis = format!("({FIRST} + ({n}) * {SPAN} / {}) * 1000", self.registrations);
        let (time, number) = (sql.hex(&millis, 12), sql.hex(n, 8));
        sql.uuid(&format!(
            "{time} || '7000' || '{variant}0000000' || {number}"
        ))
    }
}

/// The filing whose rows are there.
#[must_use]
pub fn filing() -> SubmissionId {
    SubmissionId(Uuid::from_u128(0x0190_0000_0000_7000_a000_0000_0000_0000))
}

/// Fills an empty registry with so many registrations and what belongs to them, and has the database look at it.
///
/// # Errors
/// When the database refuses a row.
pub async fn fill(db: &DatabaseConnection, registrations: u64) -> Result<Filled, DbErr> {
    let filled = Filled { registrations };
    if db.get_database_backend() == DbBackend::Postgres {
        // A statement at a time, so that it sees how its tables grow.
        rows(db, filled).await?;
        return Ok(filled);
    }
    // On one connection, with room for what SQLite would else write to its log again and again.
    let tx = db.begin().await?;
    tx.execute_unprepared("PRAGMA cache_size = -1000000")
        .await?;
    rows(&tx, filled).await?;
    tx.commit().await?;
    Ok(filled)
}

async fn rows<C: ConnectionTrait>(db: &C, filled: Filled) -> Result<(), DbErr> {
    let sql = Sql(db.get_database_backend());
    let registrations = filled.registrations;
    db.execute_unprepared(&platforms(sql)).await?;
    let all = [
        (filled.parties(), parties as Make),
        (registrations, registration_rows),
        (registrations, first_revisions),
        (registrations, second_revisions),
        (registrations, accounts),
        (registrations, ties::of_operators),
        (registrations, ties::of_agencies),
        (registrations, ties::of_people),
        (filled.parties(), ties::links),
        (registrations, measures::dispositions),
        (registrations, measures::reports),
        (registrations, audit::entries),
        (registrations, live::trainings),
        (registrations, live::failures),
        (registrations, live::sessions),
        (registrations, live::appearing),
        (filled.entries(), listed::entries),
        (filled.entries() * listed::TOKENS, listed::tokens),
        (filled.entries(), listed::appeals),
        (filled.entries(), listed::letters),
        (filled.entries(), listed::uses),
        (filled.entries(), listed::notices),
        (filled.entries(), listed::judgements),
    ];
    for (rows, make) in all {
        let mut first = 0;
        while first < rows {
            let last = rows.min(first + AT_A_TIME) - 1;
            db.execute_unprepared(&make(filled, sql, &sql.numbers(first, last)))
                .await?;
            first = last + 1;
        }
    }
    surveys::rows(db, filled, sql).await?;
    db.execute_unprepared(&submissions(sql)).await?;
    db.execute_unprepared(&submission_rows(sql)).await?;
    Ok(())
}

/// Has the database look at what it holds, as a running PostgreSQL does by itself.
///
/// # Errors
/// When it refuses.
pub async fn analyze(db: &DatabaseConnection) -> Result<(), DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => "VACUUM ANALYZE",
        _ => "ANALYZE",
    };
    db.execute_unprepared(sql).await.map(|_| ())
}

/// Makes the rows of a table from numbers.
type Make = fn(Filled, Sql, &str) -> String;

/// Columns with their expressions, as an INSERT.
fn insert(table: &str, columns: &[(&str, String)], from: &str) -> String {
    let names: Vec<_> = columns
        .iter()
        .map(|(name, _)| format!("\"{name}\""))
        .collect();
    let values: Vec<_> = columns.iter().map(|(_, value)| value.as_str()).collect();
    format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {from}",
        names.join(", "),
        values.join(", ")
    )
}

fn quoted(text: &str) -> String {
    format!("'{text}'")
}

fn literal(sql: Sql, id: Uuid) -> String {
    sql.uuid(&quoted(&id.simple().to_string()))
}

fn platforms(sql: Sql) -> String {
    let row = |n: usize| {
        let division = domicile(n);
        let (city, province) = (&division[..4], &division[..2]);
        format!(
            "({}, {}, 'company {n}', 'platform {n}', NULL, '{division}', '{city}00', '{province}0000', 'ACTIVE', 1, {})",
            literal(sql, platform(n).0),
            sql.truth(true),
            sql.instant(&FIRST.to_string()),
        )
    };
    let rows: Vec<_> = (0..SHARES.len()).map(row).collect();
    format!(
        "INSERT INTO platform (id, tenant, name, platform_name, url, division, division_city, division_province, status, \
         revision, updated_at) VALUES {}",
        rows.join(", ")
    )
}

fn parties(filled: Filled, sql: Sql, numbers: &str) -> String {
    let columns = [
        ("id", filled.id_sql(sql, "n", "9")),
        ("kind", identity_kind("n")),
        ("issuing_country", "''".to_owned()),
        ("number_index", sql.bytes(&scrambled(sql, "n", 8))),
        ("number", sql.bytes(&scrambled(sql, "n", 12))),
    ];
    insert("party", &columns, numbers)
}

fn identity_kind(party: &str) -> String {
    let chance = chance(party, 2_246_822_519, 100);
    format!(
        "CASE WHEN {chance} < 60 THEN 'USCC' WHEN {chance} < 97 THEN 'RESIDENT_ID' ELSE 'PASSPORT' END"
    )
}

/// Which party a registration has.
fn party_of(filled: Filled) -> String {
    format!("(n % {})", filled.parties())
}

/// Half are operators. A second registration of a party has another role, so that no two are the same.
fn kind(filled: Filled) -> String {
    let party = party_of(filled);
    let chance = chance(&party, 3_266_489_917, 100);
    let second = format!("n >= {}", filled.parties());
    format!(
        "(CASE WHEN {chance} < 50 THEN CASE WHEN {second} THEN 'STREAMER' ELSE 'OPERATOR' END \
         WHEN {second} THEN 'OPERATOR' WHEN {chance} < 80 THEN 'STREAMER' WHEN {chance} < 95 THEN 'MERCHANT' \
         ELSE 'AGENCY' END)"
    )
}

fn platform_key(sql: Sql) -> String {
    let chance = chance("n", 668_265_263, 1_000);
    let mut below = 0;
    let mut cases = Vec::with_capacity(SHARES.len());
    for (n, share) in SHARES.iter().enumerate() {
        below += share;
        let key = literal(sql, platform(n).0);
        cases.push(format!("WHEN {chance} < {below} THEN {key}"));
    }
    let own_site = literal(sql, PlatformId::OWN_SITE.0);
    format!("CASE {} ELSE {own_site} END", cases.join(" "))
}

fn source() -> String {
    let shared: u64 = SHARES.iter().sum();
    let own_site = format!("{} >= {shared}", chance("n", 668_265_263, 1_000));
    let chance = chance("n", 374_761_393, 100);
    format!(
        "CASE WHEN {own_site} OR {chance} IN (97, 98) THEN 'SURVEY' WHEN {chance} = 99 THEN 'PARCEL' ELSE 'PLATFORM' END"
    )
}

/// The first two digits of a seat, then city and county; the capital of the province has more than its share.
fn seat(sql: Sql, with_county: bool) -> String {
    let here = format!("{} < 40", chance("n", 2_654_435_769, 100));
    let city = format!(
        "CASE WHEN {here} AND {} < 30 THEN 1 ELSE 1 + {} END",
        chance("n", 1_540_483_477, 100),
        chance("n", 461_845_907, 11)
    );
    let elsewhere = OTHER_PROVINCES.iter().enumerate();
    let elsewhere: Vec<String> = elsewhere
        .map(|(n, province)| format!("WHEN {n} THEN '{province}'"))
        .collect();
    let elsewhere = elsewhere.join(" ");
    let province = format!(
        "CASE WHEN {here} THEN '{PROVINCE}' ELSE CASE {} {elsewhere} END END",
        chance("n", 3_432_918_353, 20)
    );
    let county = if with_county {
        sql.digits(&format!("2 + {}", chance("n", 2_869_860_233, 9)), 2)
    } else {
        "'00'".to_owned()
    };
    let seatless = format!("{} < 2", chance("n", 1_103_515_245, 100));
    format!(
        "CASE WHEN {seatless} THEN NULL ELSE ({province}) || {} || {county} END",
        sql.digits(&format!("({city})"), 2)
    )
}

/// One in ten was never verified; the others were within the last nine months.
fn verified_on(sql: Sql) -> String {
    let never = format!("{} < 10", chance("n", 2_147_483_629, 100));
    let days = sql.day_before(TODAY, &chance("n", 1_597_334_677, 270));
    format!(
        "CASE WHEN {never} THEN {} ELSE {days} END",
        sql.day(NEVER_VERIFIED)
    )
}

fn is_revised() -> String {
    format!("{} < 20", chance("n", 3_812_015_801, 100))
}

/// A revised registration was revised some time between its first day and today.
fn updated(filled: Filled) -> String {
    let made = format!("{FIRST} + n * {SPAN} / {}", filled.registrations);
    let since = format!("({SPAN} - n * {SPAN} / {})", filled.registrations);
    let later = format!("{since} * ({}) / 1000", chance("n", 951_274_213, 1_000));
    format!(
        "({made} + CASE WHEN {} THEN {later} ELSE 0 END)",
        is_revised()
    )
}

fn registration_rows(filled: Filled, sql: Sql, numbers: &str) -> String {
    let closed = format!("{} < 8", chance("n", 3_141_592_653, 100));
    let made = format!("({FIRST} + n * {SPAN} / {})", filled.registrations);
    let named = format!("{} < 90", chance("n", 1_618_033_989, 100));
    let columns = [
        ("id", filled.id_sql(sql, "n", "8")),
        ("kind", kind(filled)),
        ("party_id", filled.id_sql(sql, &party_of(filled), "9")),
        ("platform_key", platform_key(sql)),
        ("source", source()),
        (
            "external_id",
            format!("CASE WHEN {named} THEN 'x-' || n ELSE NULL END"),
        ),
        ("identity_kind", identity_kind(&party_of(filled))),
        (
            "status",
            format!("CASE WHEN {closed} THEN 'CLOSED' ELSE 'ACTIVE' END"),
        ),
        (
            "closed_on",
            format!("CASE WHEN {closed} THEN {} ELSE NULL END", sql.day(TODAY)),
        ),
        (
            "revision",
            format!("CASE WHEN {} THEN 2 ELSE 1 END", is_revised()),
        ),
        ("fingerprint", sql.bytes(&scrambled(sql, "n", 10))),
        ("seat", seat(sql, true)),
        ("seat_city", seat(sql, false)),
        ("verified_on", verified_on(sql)),
        ("phone_index", sql.bytes(&scrambled(sql, "n", 8))),
        ("observed_at", sql.instant(&updated(filled))),
        ("created_at", sql.instant(&made)),
        ("updated_at", sql.instant(&updated(filled))),
    ];
    insert("registration", &columns, numbers)
}

fn first_revisions(filled: Filled, sql: Sql, numbers: &str) -> String {
    revisions(filled, sql, 1, numbers)
}

fn second_revisions(filled: Filled, sql: Sql, numbers: &str) -> String {
    revisions(filled, sql, 2, &format!("{numbers} WHERE {}", is_revised()))
}

fn revisions(filled: Filled, sql: Sql, number: u32, from: &str) -> String {
    let at = sql.instant(&updated(filled));
    let columns = [
        ("registration_id", filled.id_sql(sql, "n", "8")),
        ("number", number.to_string()),
        ("party_id", filled.id_sql(sql, &party_of(filled), "9")),
        ("observed_at", at.clone()),
        ("recorded_at", at),
        ("author", literal(sql, Uuid::nil())),
        ("source", quoted("PLATFORM")),
        ("changed", quoted("name,phone")),
        ("fingerprint", sql.bytes(&scrambled(sql, "n", 10))),
        ("facts", sql.bytes(&scrambled(sql, "n", 48))),
    ];
    insert("revision", &columns, from)
}

/// Two in three registrations hold an account, and one in six of these lost it.
fn accounts(filled: Filled, sql: Sql, numbers: &str) -> String {
    let ended = format!("{} < 17", chance("n", 2_718_281_829, 100));
    let columns = [
        ("id", filled.id_sql(sql, "n", "b")),
        ("platform_key", platform_key(sql)),
        ("number", "'acct-' || n".to_owned()),
        ("role", quoted("HOLDER")),
        ("registration_id", filled.id_sql(sql, "n", "8")),
        ("since", sql.day_before(TODAY, "100")),
        (
            "until",
            format!("CASE WHEN {ended} THEN {} ELSE NULL END", sql.day(TODAY)),
        ),
    ];
    insert("account", &columns, &format!("{numbers} WHERE n % 3 < 2"))
}

/// Every platform has filed for ten years: in each window and report a first version that was given up, one that was
/// returned, and one that was accepted.
fn submissions(sql: Sql) -> String {
    let [windows, reports, versions] = FILED;
    let each = windows * reports * versions;
    let all = each * SHARES.len() as u64;
    let whose: Vec<String> = (0..SHARES.len())
        .map(|n| format!(" WHEN {n} THEN {}", literal(sql, platform(n).0)))
        .collect();
    let whose = whose.concat();
    let window = format!("(n / {} % {windows})", reports * versions);
    let version = format!("(n % {versions})");
    let by_version = |texts: [&str; 3]| {
        let [first, second, third] = texts;
        format!("CASE {version} WHEN 0 THEN {first} WHEN 1 THEN {second} ELSE {third} END")
    };
    let at = sql.instant(&FIRST.to_string());
    let columns = [
        (
            "id",
            sql.uuid(&format!(
                "'0190000000007000a0000000' || {}",
                sql.hex("n", 8)
            )),
        ),
        ("platform_id", format!("CASE n / {each}{whose} END")),
        (
            "report",
            format!(
                "CASE (n / {versions}) % {reports} WHEN 0 THEN 'LIVESTREAM' ELSE 'MERCHANT' END"
            ),
        ),
        (
            "window",
            format!("(2017 + {window} / 2) || CASE {window} % 2 WHEN 0 THEN '-01' ELSE '-07' END"),
        ),
        ("kind", quoted("INITIAL")),
        ("version", format!("1 + {version}")),
        (
            "state",
            by_version(["'CANCELLED'", "'RETURNED'", "'ACCEPTED'"]),
        ),
        ("recipient", quoted("330000")),
        ("edition", quoted("order-117")),
        ("due_on", sql.day(TODAY)),
        ("rows_total", "0".to_owned()),
        ("rows_done", "0".to_owned()),
        ("counts", quoted("[]")),
        ("problem_count", "0".to_owned()),
        ("problems", quoted("[]")),
        ("return_reasons", quoted("[]")),
        ("prepared_by", literal(sql, Uuid::nil())),
        ("created_at", at.clone()),
        ("filed_at", by_version([&sql.null("timestamptz"), &at, &at])),
        ("updated_at", at.clone()),
        ("attempts", "1".to_owned()),
    ];
    insert("submission", &columns, &sql.numbers(0, all - 1))
}

/// One filing of the largest platform, frozen.
fn submission_rows(sql: Sql) -> String {
    format!(
        "INSERT INTO submission_row (submission_id, registration_id, revision, fingerprint, sheet, state) \
         SELECT {}, id, revision, fingerprint, CASE identity_kind WHEN 'USCC' THEN 0 ELSE 1 END, 'NEW' \
         FROM registration WHERE platform_key = {}",
        literal(sql, filing().0),
        literal(sql, platform(0).0)
    )
}
