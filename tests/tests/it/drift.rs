//! The tables that migrations make are the tables that entities describe, on both databases, and the way back leaves
//! nothing behind. Tables are made from the entities beside those of the migrations and compared; SeaORM's schema-sync
//! would not do, because it only adds: a type, a nullability or a column that an entity lacks goes unnoticed by it, and
//! it knows neither partial indexes nor the foreign keys that only the history holds. Those are the history's own.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use migration::{Migrator, MigratorTrait as _};
use sea_orm::schema::SchemaBuilder;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Schema, Statement};
use tests::database::Engine;

use crate::app::migrated;

/// Every entity of the registry.
macro_rules! entities {
    ($($($module:ident)::+),+ $(,)?) => {
        fn entities(backend: DbBackend) -> SchemaBuilder {
            Schema::new(backend).builder()$(.register(entity::$($module)::+::Entity))+
        }

        const ENTITIES: &[&str] = &[$(concat!($(stringify!($module), "::"),+)),+];
    };
}

entities! {
    account,
    audit,
    audit::segment,
    blacklist,
    blacklist::appeal,
    blacklist::lead,
    blacklist::matching,
    blacklist::notice,
    blacklist::token,
    blacklist::version,
    client,
    disposition,
    disposition::demand,
    disposition::report,
    document,
    document::link,
    file_use,
    idempotency,
    import_job,
    import_job::chunk,
    import_job::stage,
    import_mapping,
    key_check,
    key_holder,
    legal_hold,
    live_policy,
    live_session,
    live_session::streamer,
    objection,
    office,
    office::local_division,
    office::territory,
    party,
    party_link,
    platform,
    platform::revision,
    registration,
    reseal,
    screening,
    revision,
    submission,
    submission::row,
    survey_book,
    survey_difference,
    tie,
    training,
}

/// Columns with type and nullability, keys, and columns that are unique by themselves: what an entity can say.
const SQLITE_SHAPE: &str = r#"
SELECT t.name || '.' || c.name || ': ' || c.type || iif(c."notnull", ' not null', '') || iif(c.pk > 0, ' key ' || c.pk, '')
  FROM sqlite_master t, pragma_table_info(t.name) c
 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'seaql_migrations'
UNION ALL
SELECT t.name || ' unique ' || max(c.name)
  FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
 WHERE t.type = 'table' AND t.name <> 'seaql_migrations' AND i."unique" AND i.origin <> 'pk' AND NOT i.partial
 GROUP BY t.name, i.name HAVING count(*) = 1"#;

const POSTGRES_SHAPE: &str = "
SELECT table_name || '.' || column_name || ': ' || udt_name || coalesce('(' || character_maximum_length || ')', '')
       || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'
UNION ALL
SELECT t.relname || CASE WHEN i.indisprimary THEN ' key ' ELSE ' unique ' END || string_agg(c.attname, ', ' ORDER BY k.n)
  FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
 CROSS JOIN unnest(i.indkey) WITH ORDINALITY k (attribute, n)
  JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum = k.attribute
 WHERE t.relnamespace = 'public'::regnamespace AND t.relname <> 'seaql_migrations'
   AND (i.indisprimary OR i.indisunique AND i.indnatts = 1 AND i.indpred IS NULL)
 GROUP BY i.indexrelid, t.relname, i.indisprimary";

/// Everything that is there: tables, indexes, constraints, sequences.
const SQLITE_ALL: &str = "
SELECT coalesce(sql, name) FROM sqlite_master WHERE tbl_name NOT LIKE 'sqlite_%' AND tbl_name <> 'seaql_migrations'";

const POSTGRES_ALL: &str = "
SELECT table_name || '.' || column_name || ': ' || udt_name || coalesce('(' || character_maximum_length || ')', '')
       || is_nullable || coalesce(column_default, '')
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'
UNION ALL
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'seaql_migrations'
UNION ALL
SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 'seaql_migrations'::regclass
UNION ALL
SELECT relname || ' ' || relkind::text FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'seaql_migrations%'";

async fn lines(db: &DatabaseConnection, sqlite: &str, postgres: &str) -> BTreeSet<String> {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Sqlite {
        sqlite
    } else {
        postgres
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .expect("the catalogue is read");
    let text = |row: sea_orm::QueryResult| row.try_get_by_index(0).expect("a text");
    rows.into_iter().map(text).collect()
}

async fn shape(db: &DatabaseConnection) -> BTreeSet<String> {
    lines(db, SQLITE_SHAPE, POSTGRES_SHAPE).await
}

async fn everything(db: &DatabaseConnection) -> BTreeSet<String> {
    lines(db, SQLITE_ALL, POSTGRES_ALL).await
}

fn rust_files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of entity") {
        let path = entry.expect("a file of entity").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else {
            found.push(fs::read_to_string(path).expect("a text"));
        }
    }
}

#[test]
fn every_entity_is_compared() {
    let mut files = Vec::new();
    rust_files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../entity/src"),
        &mut files,
    );
    let tables: usize = files
        .iter()
        .map(|text| text.matches("table_name = \"").count())
        .sum();
    assert_eq!(tables, ENTITIES.len(), "the list above has {ENTITIES:?}");
}

#[tokio::test]
async fn migrations_make_what_entities_describe() {
    for engine in Engine::ALL {
        let (by_history, by_entities) = (migrated(engine), engine.fresh());
        let history = Database::connect(by_history.url())
            .await
            .expect("a connection");
        let described = Database::connect(by_entities.url())
            .await
            .expect("a connection");
        let builder = entities(described.get_database_backend());
        builder
            .apply(&described)
            .await
            .expect("tables from entities");
        let (made, wanted) = (shape(&history).await, shape(&described).await);
        let lacking: Vec<_> = wanted.difference(&made).collect();
        let beyond: Vec<_> = made.difference(&wanted).collect();
        assert!(!wanted.is_empty());
        assert!(
            lacking.is_empty() && beyond.is_empty(),
            "{engine:?}: described, but not made by a migration: {lacking:#?}\nmade, but not described: {beyond:#?}"
        );
    }
}

#[tokio::test]
async fn the_way_back_leaves_nothing_and_the_way_forth_is_the_same_again() {
    for engine in Engine::ALL {
        let database = migrated(engine);
        let db = Database::connect(database.url())
            .await
            .expect("a connection");
        let first = everything(&db).await;
        assert!(first.len() > 40, "{engine:?}: {first:#?}");
        Migrator::down(&db, None).await.expect("the way back");
        assert_eq!(everything(&db).await, BTreeSet::new(), "{engine:?}");
        Migrator::up(&db, None).await.expect("the way forth");
        assert_eq!(everything(&db).await, first, "{engine:?}");
    }
}
