//! The history of the database: append-only steps for SQLite and PostgreSQL alike, up and down.
//! It imports nothing of ours, so that old steps never change with the code.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the trait of migrations binds its lifetime early, which only the elided form matches"
)]

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::prelude::{MigratorTrait, SchemaManager};

/// A step that is nothing but statements that both databases read alike: those that make it, and those that take it back.
macro_rules! plain_step {
    ($migration:ty, up: $up:expr, down: $down:expr) => {
        #[async_trait::async_trait]
        impl MigrationTrait for $migration {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                crate::run(manager, $up).await
            }

            async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                crate::run(manager, $down).await
            }
        }
    };
}

mod m20261122_000001_admission;
mod m20261122_000002_registry;
mod m20261122_000003_submission;
mod m20261122_000004_house;
mod m20261126_000005_tie;
mod m20261126_000006_import;
mod m20261126_000007_orders;
mod m20261126_000008_tie_ranges;
mod m20261126_000009_party_links;
mod m20261126_000010_reveal;
mod m20261126_000011_audit_segments;
mod m20261126_000012_reseal;
mod m20261126_000013_row_policies;
mod m20261126_000014_retention;
mod m20261126_000015_blacklist;
mod m20261126_000016_dispositions;
mod m20261126_000017_live;
mod m20261126_000018_audit_place;
mod m20261126_000019_screening;
mod m20261126_000020_gate;
mod m20261126_000021_survey;
mod m20261126_000022_survey_lookups;
mod m20261126_000023_stage;
mod m20261126_000024_judged_entries;
mod m20261126_000025_warned;
mod reach;

/// Brings a database up to date, or back.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_admission::Migration),
            Box::new(m20261122_000002_registry::Migration),
            Box::new(m20261122_000003_submission::Migration),
            Box::new(m20261122_000004_house::Migration),
            Box::new(m20261126_000005_tie::Migration),
            Box::new(m20261126_000006_import::Migration),
            Box::new(m20261126_000007_orders::Migration),
            Box::new(m20261126_000008_tie_ranges::Migration),
            Box::new(m20261126_000009_party_links::Migration),
            Box::new(m20261126_000010_reveal::Migration),
            Box::new(m20261126_000011_audit_segments::Migration),
            Box::new(m20261126_000012_reseal::Migration),
            Box::new(m20261126_000013_row_policies::Migration),
            Box::new(m20261126_000014_retention::Migration),
            Box::new(m20261126_000015_blacklist::Migration),
            Box::new(m20261126_000016_dispositions::Migration),
            Box::new(m20261126_000017_live::Migration),
            Box::new(m20261126_000018_audit_place::Migration),
            Box::new(m20261126_000019_screening::Migration),
            Box::new(m20261126_000020_gate::Migration),
            Box::new(m20261126_000021_survey::Migration),
            Box::new(m20261126_000022_survey_lookups::Migration),
            Box::new(m20261126_000023_stage::Migration),
            Box::new(m20261126_000024_judged_entries::Migration),
            Box::new(m20261126_000025_warned::Migration),
        ]
    }
}

/// Creates a table from its columns, primary key and foreign keys.
pub(crate) fn table<const K: usize, const F: usize>(
    name: &'static str,
    columns: Vec<ColumnDef>,
    key: [&'static str; K],
    foreign: [(&'static str, &'static str); F],
) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    let mut primary = Index::create();
    for column in key {
        primary.col(column);
    }
    table.primary_key(&mut primary);
    for (column, other) in foreign {
        table.foreign_key(
            ForeignKey::create()
                .name(format!("fk_{name}_{column}"))
                .from(name, column)
                .to(other, "id"),
        );
    }
    table
}

/// Runs plain SQL that both databases read alike.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for sql in statements {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Drops tables in order.
pub(crate) async fn drop_tables(
    manager: &SchemaManager<'_>,
    names: &[&'static str],
) -> Result<(), DbErr> {
    for name in names {
        manager
            .drop_table(Table::drop().table(*name).to_owned())
            .await?;
    }
    Ok(())
}
