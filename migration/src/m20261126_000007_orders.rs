//! What is seated in a city or a county, in every order of a list: without these a page of a local office would read and
//! sort all that is seated there. What is closed, which is little: to count it, a platform's all would be read. And what
//! a province received: a filing stays its recipient's when its platform moves away.

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
                "CREATE INDEX ix_registration_city_updated ON registration (seat_city, kind, updated_at, id)",
                "CREATE INDEX ix_registration_city_verified ON registration (seat_city, kind, verified_on, id)",
                "CREATE INDEX ix_registration_seat_updated ON registration (seat, kind, updated_at, id)",
                "CREATE INDEX ix_registration_seat_verified ON registration (seat, kind, verified_on, id)",
                "CREATE INDEX ix_submission_recipient ON submission (recipient, id)",
                "CREATE INDEX ix_registration_closed ON registration (platform_key, kind, id) WHERE status = 'CLOSED'",
            ],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                "DROP INDEX ix_registration_closed",
                "DROP INDEX ix_submission_recipient",
                "DROP INDEX ix_registration_seat_verified",
                "DROP INDEX ix_registration_seat_updated",
                "DROP INDEX ix_registration_city_verified",
                "DROP INDEX ix_registration_city_updated",
            ],
        )
        .await
    }
}
