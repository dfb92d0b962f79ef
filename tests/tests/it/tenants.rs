//! The tenant rule once more, in PostgreSQL itself: whoever speaks SQL as the role that serves meets nothing beyond the reach
//! that is set, and nothing at all where none is. The service under test is that role, in every test on PostgreSQL.

use std::collections::{BTreeMap, BTreeSet};

use api::db::roles::{PRIVILEGES, Standing, standing};
use api::db::{self, Reach};
use entity::id::PlatformId;
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TransactionTrait as _,
};
use serde_json::json;
use tests::database::Engine;

use crate::app::TestApp;
use crate::matrix::cast::Scene;
use crate::operator::company;

/// Every table with rows of tenants, and which of them are a platform's, where `$p` is the platform.
#[rustfmt::skip] // A table.
const TENANTS: &[(&str, &str)] = &[
    ("account", "platform_key = $p"),
    ("audit", "platform_id = $p"),
    // What another platform shares is read, and changed by nobody but that platform.
    ("blacklist_appeal", "entry_id IN (SELECT id FROM blacklist_entry WHERE platform_id = $p)"),
    ("blacklist_entry", "(platform_id = $p OR shared OR register <> 'PLATFORM')"),
    ("blacklist_notice", "entry_id IN (SELECT id FROM blacklist_entry WHERE platform_id = $p)"),
    ("client", "platform_id = $p"),
    ("disposition", "platform_id = $p"),
    ("disposition_demand", "platform_id = $p"),
    ("disposition_report", "platform_id = $p"),
    ("download_link", "file_id IN (SELECT id FROM stored_file WHERE platform_id = $p)"),
    ("evasion_lead", "platform_id = $p"),
    ("idempotency", "client_id IN (SELECT id FROM client WHERE platform_id = $p)"),
    ("import_chunk", "import_id IN (SELECT id FROM import_job WHERE platform_id = $p)"),
    ("import_job", "platform_id = $p"),
    ("import_mapping", "platform_id = $p"),
    ("import_stage", "import_id IN (SELECT id FROM import_job WHERE platform_id = $p)"),
    ("live_policy", "platform_id = $p"),
    ("live_session", "platform_id = $p"),
    ("screening", "platform_id = $p"),
    ("live_session_streamer", "session_id IN (SELECT id FROM live_session WHERE platform_id = $p)"),
    ("match_judgement", "judge = $p"),
    // What an office judged is read by platforms that see both parties, and changed by none.
    ("party_link", "(platform_id = $p OR platform_id IS NULL)"),
    ("platform_revision", "platform_id = $p"),
    ("registration", "platform_key = $p"),
    ("revision", "registration_id IN (SELECT id FROM registration WHERE platform_key = $p)"),
    ("stored_file", "platform_id = $p"),
    ("submission", "platform_id = $p"),
    ("submission_row", "submission_id IN (SELECT id FROM submission WHERE platform_id = $p)"),
    ("survey_book", "platform_id = $p"),
    ("survey_difference", "platform_id = $p"),
    ("tie", "platform_key = $p"),
    ("training", "registration_id IN (SELECT id FROM registration WHERE platform_key = $p)"),
];
/// What a platform reads besides, and never writes: the proof that an office gave with a demand on it.
const READ_TOO: (&str, &str) = (
    "stored_file",
    "id IN (SELECT u.file_id FROM file_use u JOIN disposition_demand d ON d.id = u.used_by WHERE d.platform_id = $p)",
);
/// What a platform may change of what it meets, where that is less.
const CHANGED: &[(&str, &str)] = &[("blacklist_entry", "platform_id = $p")];
/// Tables that are nobody's own: parties, which are found by a full number only, public facts, and the house's books. Tokens
/// of listed names are keyed hashes that tell nothing of a name, and the version of the list is a count: a status is asked
/// about every list, and answers from the entries that a reach meets.
const OPEN: &[&str] = &[
    "audit_segment",
    "blacklist_token",
    "blacklist_version",
    "file_use",
    "key_check",
    "key_holder",
    "legal_hold",
    "local_division",
    "objection",
    "office",
    "party",
    "platform",
    "reseal",
    "seaql_migrations",
    "territory",
];

/// A scene, its owner's connection and one of the role that serves, on which nothing is set yet.
struct Tables {
    scene: Scene,
    owner: DatabaseConnection,
    serving: DatabaseConnection,
    own: String,
    other: String,
}

impl Tables {
    async fn open() -> Self {
        let scene = Scene::open(TestApp::start(Engine::Postgres).await).await;
        let (own, other) = (
            scene.app.platform_id("xihu-live").await,
            scene.app.platform_id("xihu-other").await,
        );
        let connect = async |url: &str| {
            let mut options = sea_orm::ConnectOptions::new(url);
            // One connection, so that what is set on it stays.
            options.max_connections(1);
            Database::connect(options).await.expect("a connection")
        };
        let owner = connect(scene.app.database().url()).await;
        let serving = connect(scene.app.database().serving_url()).await;
        let tables = Self {
            scene,
            owner,
            serving,
            own,
            other,
        };
        tables.keep_keys().await;
        tables.raise_leads().await;
        tables
    }

    /// Deeds under keys, by both platforms.
    async fn keep_keys(&self) {
        for name in ["xihu-live", "xihu-other"] {
            let actor = self.scene.app.actor(name).await;
            let input = json!({ "items": [company(60)], "idempotencyKey": "k" });
            assert_eq!(actor.register_with(input).await["created"], 1);
        }
    }

    /// A lead on each platform.
    async fn raise_leads(&self) {
        let leads = "INSERT INTO evasion_lead \
             (id, platform_id, entry_id, registration_id, ground, account, on_day, raised_at, state) \
             SELECT gen_random_uuid(), e.platform_id, min(e.id::text)::uuid, min(r.id::text)::uuid, 'SAME_PHONE', '', \
               DATE '2026-12-01', now(), 'OPEN' \
               FROM blacklist_entry e JOIN registration r ON r.platform_key = e.platform_id GROUP BY e.platform_id";
        self.owner
            .execute_unprepared(leads)
            .await
            .expect("leads are raised");
    }

    async fn reach(&self, reach: &str) {
        let set = format!("SELECT set_config('minglu.reach', '{reach}', false)");
        self.serving.execute_unprepared(&set).await.expect("set");
    }

    /// The places of the rows of a table that a connection meets.
    async fn met(&self, db: &DatabaseConnection, table: &str, condition: &str) -> BTreeSet<String> {
        let sql = format!("SELECT ctid::text FROM {table} WHERE {condition}");
        texts(db, &sql).await.into_iter().collect()
    }

    async fn rows_of(&self, platform: &str, table: &str, rule: &str) -> BTreeSet<String> {
        let rule = rule.replace("$p", &format!("'{platform}'"));
        self.met(&self.owner, table, &rule).await
    }

    /// What a statement of the serving role does, which is undone: how many rows, or why not.
    async fn tried(&self, sql: &str) -> Result<u64, String> {
        let tx = self.serving.begin().await.expect("a transaction");
        let done = tx.execute_unprepared(sql).await;
        tx.rollback().await.expect("undone");
        done.map(|done| done.rows_affected())
            .map_err(|fault| fault.to_string())
    }
}

async fn texts<C: ConnectionTrait>(db: &C, sql: &str) -> Vec<String> {
    let rows = db
        .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await;
    let rows = rows.unwrap_or_else(|fault| panic!("{sql}: {fault}"));
    let texts = rows.iter().map(|row| row.try_get_by_index(0));
    texts.collect::<Result<_, _>>().expect("a text")
}

/// Columns of a table that the serving role may change.
async fn changeable(tables: &Tables, table: &str) -> Vec<String> {
    let sql = format!(
        "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}' \
         AND has_column_privilege('{table}', column_name::text, 'UPDATE')"
    );
    texts(&tables.serving, &sql).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reach_reads_its_own_rows_and_none_is_none() {
    let tables = Box::pin(Tables::open()).await;
    for (table, rule) in TENANTS {
        let all = tables.met(&tables.owner, table, "true").await;
        let rule = match READ_TOO {
            (also, more) if also == *table => format!("{rule} OR {more}"),
            _ => (*rule).to_owned(),
        };
        let (own, other) = (
            tables.rows_of(&tables.own, table, &rule).await,
            tables.rows_of(&tables.other, table, &rule).await,
        );
        assert!(!own.is_empty(), "the scene has no {table} of the platform");
        for (reach, expected) in [
            ("", &BTreeSet::new()),
            ("none", &BTreeSet::new()),
            (&tables.own, &own),
            (&tables.other, &other),
            ("all", &all),
        ] {
            tables.reach(reach).await;
            let met = tables.met(&tables.serving, table, "true").await;
            assert_eq!(&met, expected, "{table} within {reach:?}");
        }
    }
    // A connection on which nothing was ever set.
    let fresh = Database::connect(tables.scene.app.database().serving_url()).await;
    let fresh = fresh.expect("a connection");
    for (table, _) in TENANTS {
        assert_eq!(
            tables.met(&fresh, table, "true").await,
            BTreeSet::new(),
            "{table}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reach_writes_its_own_rows_and_nothing_of_others() {
    let tables = Box::pin(Tables::open()).await;
    for (table, rule) in TENANTS {
        let own = tables.rows_of(&tables.own, table, rule).await.len() as u64;
        let changed = CHANGED.iter().find(|(name, _)| name == table);
        let row = changed.map_or(*rule, |(_, rule)| *rule);
        let row = row.replace("$p", &format!("'{}'", tables.own));
        let row = format!("SELECT to_jsonb(t)::text FROM {table} t WHERE {row} LIMIT 1");
        let row = texts(&tables.owner, &row)
            .await
            .remove(0)
            .replace('\'', "''");
        let insert = format!(
            "INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, '{row}')"
        );
        let columns = changeable(&tables, table).await;
        for (reach, within) in [
            ("", 0),
            (tables.other.as_str(), 0),
            (tables.own.as_str(), own),
        ] {
            tables.reach(reach).await;
            if within == 0 {
                let refused = tables
                    .tried(&insert)
                    .await
                    .expect_err("a foreign row is written");
                assert!(
                    refused.contains("row-level security"),
                    "{table} within {reach:?}: {refused}"
                );
            }
            if let Some(column) = columns.first() {
                let place = format!("ctid = ANY (ARRAY(SELECT ctid FROM {table}))");
                let change = format!("UPDATE {table} SET {column} = {column} WHERE {place}");
                let tried = tables.tried(&change).await;
                if changed.is_some() && reach == tables.other {
                    let refused = tried.expect_err("what is shared is changed");
                    assert!(refused.contains("row-level security"), "{table}: {refused}");
                    continue;
                }
                let changed = tried.expect("it may change rows");
                let expected = match (*table, reach == tables.other) {
                    ("audit", _) => 0,
                    (_, true) => tables.rows_of(&tables.other, table, rule).await.len() as u64,
                    _ => within,
                };
                assert_eq!(changed, expected, "{table} within {reach:?}");
            }
            // Whether it may delete at all or not: a platform's reach deletes nothing.
            let deleted = tables.tried(&format!("DELETE FROM {table}")).await;
            assert_eq!(deleted.unwrap_or(0), 0, "{table} within {reach:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_of_the_audit_is_changed_by_nobody_who_serves() {
    let tables = Box::pin(Tables::open()).await;
    tables.reach("all").await;
    for attempt in [
        "UPDATE audit SET outcome = 'DONE'",
        "UPDATE audit SET at = now()",
        "UPDATE audit SET subjects = '', detail = ''",
        "TRUNCATE audit",
        "UPDATE audit_segment SET head = ''",
        "ALTER TABLE audit DISABLE ROW LEVEL SECURITY",
        "DROP POLICY read ON audit",
        "UPDATE revision SET recorded_at = now()",
        "UPDATE revision SET fingerprint = ''",
        "DELETE FROM platform_revision",
        "DELETE FROM submission",
        "CREATE TABLE mine (id integer)",
        "DROP TABLE audit",
    ] {
        let refused = tables.tried(attempt).await.expect_err(attempt);
        let told = ["permission denied", "must be owner"]
            .iter()
            .any(|words| refused.contains(words));
        assert!(told, "{attempt}: {refused}");
    }
    assert_eq!(
        tables.tried("DELETE FROM audit").await,
        Ok(0),
        "nothing is sealed yet, and what is not sealed stays"
    );
    // Policies are not left by asking for it.
    tables.reach(&tables.own.clone()).await;
    let off = tables
        .tried("SET row_security = off; SELECT count(*) FROM audit")
        .await;
    assert!(off.is_err_and(|fault| fault.contains("row-level security")));
    let other = format!("DELETE FROM audit WHERE platform_id = '{}'", tables.own);
    assert_eq!(
        tables.tried(&other).await,
        Ok(0),
        "a platform's reach drops nothing of its own either"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deed_of_a_platform_reaches_no_further() {
    let tables = Box::pin(Tables::open()).await;
    let app = &tables.scene.app.app;
    let platform: PlatformId = tables.own.parse().expect("an id");
    let platforms = "SELECT DISTINCT platform_key::text FROM registration";
    let tx = db::begin_write(&app.db, Reach::Platform(platform))
        .await
        .expect("begun");
    assert_eq!(
        texts(&tx, platforms).await,
        std::slice::from_ref(&tables.own)
    );
    tx.commit().await.expect("committed");
    let tx = db::begin_read(&app.db, Reach::Platform(platform))
        .await
        .expect("begun");
    assert_eq!(
        texts(&tx, platforms).await,
        std::slice::from_ref(&tables.own)
    );
    tx.rollback().await.expect("ended");
    let tx = db::begin_write(&app.db, Reach::All).await.expect("begun");
    assert_eq!(
        texts(&tx, platforms).await.len(),
        4, // Two platforms, and two books of an office.
        "the reach ended with its transaction"
    );
    tx.rollback().await.expect("undone");
    assert_eq!(standing(&app.db).await.expect("read"), Standing::Bound);
    assert_eq!(
        standing(&tables.owner).await.expect("read"),
        Standing::Above
    );
    let serving = texts(&tables.serving, "SELECT current_user::text")
        .await
        .remove(0);
    let give = format!("ALTER TABLE office OWNER TO \"{serving}\"");
    tables.owner.execute_unprepared(&give).await.expect("given");
    assert_eq!(standing(&app.db).await.expect("read"), Standing::Owner);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_is_a_tenants_or_open_and_has_its_privileges() {
    let app = TestApp::start(Engine::Postgres).await;
    let owner = Database::connect(app.database().url())
        .await
        .expect("a connection");
    let tables = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    let all: BTreeSet<_> = texts(&owner, tables).await.into_iter().collect();
    let bound: BTreeSet<_> = texts(&owner, &format!("{tables} AND relrowsecurity"))
        .await
        .into_iter()
        .collect();
    let tenants: BTreeSet<_> = TENANTS
        .iter()
        .map(|(table, _)| (*table).to_owned())
        .collect();
    assert_eq!(bound, tenants);
    let open: BTreeSet<_> = all.difference(&bound).map(String::as_str).collect();
    assert_eq!(open, OPEN.iter().copied().collect());
    let given: BTreeMap<_, _> = PRIVILEGES.iter().copied().collect();
    let unknown: Vec<_> = all
        .iter()
        .filter(|table| !given.contains_key(table.as_str()))
        .collect();
    assert!(
        unknown.is_empty(),
        "without a line in api/src/db/roles.rs: {unknown:?}"
    );
    for table in &all {
        for privilege in ["SELECT", "INSERT", "UPDATE", "DELETE"] {
            let asked = format!(
                "SELECT has_table_privilege('{}', '{table}', '{privilege}')::text",
                texts(&app.app.db, "SELECT current_user::text").await[0]
            );
            let has = texts(&owner, &asked).await[0] == "true";
            assert_eq!(
                has,
                given[table.as_str()].contains(&privilege),
                "{privilege} on {table}"
            );
        }
    }
}
