//! What surveys look up: the workbooks that are still to be made, the imports of a file and into a book, and the books that an
//! import began. Imports are kept for years, and the first of these is asked every few seconds.

use sea_orm_migration::prelude::*;

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE INDEX ix_import_job_unreturned ON import_job (id) WHERE problems_file IS NULL \
     AND state IN ('REVIEW', 'COMMITTED') AND kind <> 'REGISTRATIONS' AND rows_read > 0",
    "CREATE INDEX ix_import_job_file ON import_job (file_id)",
    "CREATE INDEX ix_import_job_book ON import_job (book_id) WHERE book_id IS NOT NULL",
    "CREATE INDEX ix_survey_book_import ON survey_book (import_id) WHERE import_id IS NOT NULL",
];

const BACK: &[&str] = &[
    "DROP INDEX ix_survey_book_import",
    "DROP INDEX ix_import_job_book",
    "DROP INDEX ix_import_job_file",
    "DROP INDEX ix_import_job_unreturned",
];

plain_step!(Migration, up: STATEMENTS, down: BACK);
