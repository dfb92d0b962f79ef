//! What a chunk of staged rows holds, in numbers beside what is sealed: whoever looks for refused rows or for problems opens
//! no chunk without them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::integer;

use crate::run;

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COUNTS: [&str; 3] = ["rejected", "skipped", "told"];

/// The counts stand behind what is sealed, which SQLite would read through to reach them: an index holds them.
const INDEXES: &[&str] = &[
    "CREATE INDEX ix_import_stage_rejected ON import_stage (import_id, last_row) WHERE rejected > 0",
    "CREATE INDEX ix_import_stage_skipped ON import_stage (import_id, last_row) WHERE skipped > 0",
    "CREATE INDEX ix_import_stage_told ON import_stage (import_id, last_row) WHERE told > 0",
];

const BACK: &[&str] = &[
    "DROP INDEX ix_import_stage_told",
    "DROP INDEX ix_import_stage_skipped",
    "DROP INDEX ix_import_stage_rejected",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in COUNTS {
            let mut column = integer(name);
            // What was staged before is looked into, whatever it holds.
            column.default(1);
            let add = Table::alter()
                .table("import_stage")
                .add_column(column)
                .take();
            manager.alter_table(add).await?;
        }
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, BACK).await?;
        for name in COUNTS {
            let drop = Table::alter()
                .table("import_stage")
                .drop_column(name)
                .take();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}
