//! What was judged of an entry: whoever takes entries back that a survey made asks it of each of them, and judgements are only
//! found by the name that was asked about.

use sea_orm_migration::prelude::*;

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const STATEMENTS: &[&str] =
    &["CREATE INDEX ix_match_judgement_entry ON match_judgement (entry_id)"];
const BACK: &[&str] = &["DROP INDEX ix_match_judgement_entry"];

plain_step!(Migration, up: STATEMENTS, down: BACK);
