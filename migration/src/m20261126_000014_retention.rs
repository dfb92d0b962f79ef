//! Reasons for returns are sealed from now on: they may name a person. What stands in clear is sealed by the sweep, which
//! has the keys; this step has none.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::blob_null;

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let returned = Table::alter()
            .table("submission")
            .add_column(blob_null("returned"))
            .to_owned();
        manager.alter_table(returned).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let returned = Table::alter()
            .table("submission")
            .drop_column("returned")
            .to_owned();
        manager.alter_table(returned).await
    }
}
