//! The ties of a place and of a platform with all that is asked of them, so that a city's many ties are read from the
//! index alone, and only those on the platforms in sight.

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
            &[
                "CREATE INDEX ix_tie_city_platform ON tie (seat_city, platform_key, registration_id, kind, seat) \
                 WHERE until IS NULL AND seat_city IS NOT NULL",
                "CREATE INDEX ix_tie_seat_platform ON tie (seat, platform_key, registration_id, kind, seat_city) \
                 WHERE until IS NULL AND seat IS NOT NULL",
                "CREATE INDEX ix_tie_platform ON tie (platform_key, registration_id, kind) \
                 WHERE until IS NULL AND seat IS NOT NULL AND seat_city IS NOT NULL",
                "DROP INDEX ix_tie_city",
                "DROP INDEX ix_tie_seat",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                "CREATE INDEX ix_tie_city ON tie (seat_city, registration_id) \
                 WHERE until IS NULL AND seat_city IS NOT NULL",
                "CREATE INDEX ix_tie_seat ON tie (seat, registration_id) WHERE until IS NULL AND seat IS NOT NULL",
                "DROP INDEX ix_tie_platform",
                "DROP INDEX ix_tie_seat_platform",
                "DROP INDEX ix_tie_city_platform",
            ],
        )
        .await
    }
}
