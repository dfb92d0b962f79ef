//! What the policies of row level security say of the reach, a setting of the session or of the transaction (see the step that
//! brought it). Written once; a change here would rewrite the history, so what changes gets words of its own.

use sea_orm_migration::prelude::*;

/// Whether the whole registry is in reach. A subquery is asked once a statement, not once a row.
pub(crate) const ALL: &str = "(SELECT current_setting('minglu.reach', true) = 'all')";

/// The platform in reach, if it is one.
pub(crate) const OWN: &str = "(SELECT CASE WHEN current_setting('minglu.reach', true) ~ '^[0-9a-f-]{36}$' \
     THEN current_setting('minglu.reach', true)::uuid END)";

/// Has the policies of a table judged for whoever is not its owner.
pub(crate) async fn protect(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let protect = format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY");
    manager
        .get_connection()
        .execute_unprepared(&protect)
        .await?;
    Ok(())
}
