//! The policy by which an entry is given its place says "not placed yet" in words that no partial index knows: with stale
//! statistics PostgreSQL took the index of all unplaced entries for nearly empty and read a million of them for every segment.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::reach::ALL;
use crate::run;

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        place(manager, "coalesce(segment, 0) = 0").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        place(manager, "segment IS NULL").await
    }
}

async fn place(manager: &SchemaManager<'_>, waiting: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let policy = format!("ALTER POLICY place ON audit USING ({ALL} AND {waiting})");
    run(manager, &[&policy]).await
}
