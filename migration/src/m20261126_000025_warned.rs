//! Of how many rows of a chunk something is warned, beside of how many anything is told: the first problems of an import are
//! warnings before hints, and a file with nothing but hints would otherwise have every chunk opened in search of a warning.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::integer;

use crate::run;

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The count stands behind what is sealed, as its like do.
const INDEX: &str =
    "CREATE INDEX ix_import_stage_warned ON import_stage (import_id, last_row) WHERE warned > 0";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = integer("warned");
        // What was staged before is looked into, whatever it holds.
        column.default(1);
        let add = Table::alter()
            .table("import_stage")
            .add_column(column)
            .take();
        manager.alter_table(add).await?;
        run(manager, &[INDEX]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX ix_import_stage_warned"]).await?;
        let drop = Table::alter()
            .table("import_stage")
            .drop_column("warned")
            .take();
        manager.alter_table(drop).await
    }
}
