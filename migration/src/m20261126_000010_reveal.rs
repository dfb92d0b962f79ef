//! What a client had revealed within the last hour is counted before more is revealed; other entries are not in its way.

use sea_orm_migration::prelude::*;

use crate::run;

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &["CREATE INDEX ix_audit_reveal ON audit (client_id, at) \
               WHERE operation = 'reveal' AND outcome = 'READ'"],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX ix_audit_reveal"]).await
    }
}
