//! What was judged of an entry: whoever takes entries back that a survey made asks it of each of them, and judgements are only
//! found by the name that was asked about.

use sea_orm_migration::prelude::*;

use crate::run;

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_entry = "CREATE INDEX ix_match_judgement_entry ON match_judgement (entry_id)";
        run(manager, &[by_entry]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX ix_match_judgement_entry"]).await
    }
}
