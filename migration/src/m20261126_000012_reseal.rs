//! Rotation of keys: which key of a ring is in use and which is retired, which processes hold which keys, how far sealing
//! anew has come, the second column beside each blind index, and the object and the key of every stored file.
//!
//! Keys with an odd id have their blind index in the old columns, those with an even id in the new ones. Every registry so
//! far has sealed with key 1, because nothing could make another.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob_null, integer, string, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::{drop_tables, run, table};

/// The step; its file's name is its name in the history.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    "UPDATE key_check SET activated_at = CURRENT_TIMESTAMP",
    "CREATE UNIQUE INDEX uq_party_number_even ON party (number_index_even, kind, issuing_country) \
     WHERE number_index_even IS NOT NULL",
    "CREATE INDEX ix_registration_phone_even ON registration (phone_index_even, id) \
     WHERE phone_index_even IS NOT NULL AND identity_kind <> 'USCC'",
    "CREATE INDEX ix_stored_file_object ON stored_file (object_id) WHERE object_id IS NOT NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            let statement = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(statement).await?;
        }
        manager.create_table(key_holder()).await?;
        manager.create_table(reseal()).await?;
        run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                "DROP INDEX ix_stored_file_object",
                "DROP INDEX ix_registration_phone_even",
                "DROP INDEX uq_party_number_even",
            ],
        )
        .await?;
        drop_tables(manager, &["reseal", "key_holder"]).await?;
        for (table, column) in columns() {
            let name = column.get_column_name();
            let statement = Table::alter()
                .table(table)
                .drop_column(name.clone())
                .to_owned();
            manager.alter_table(statement).await?;
        }
        Ok(())
    }
}

fn columns() -> [(&'static str, ColumnDef); 6] {
    let mut key_id = big_integer("key_id");
    key_id.default(1);
    [
        ("key_check", timestamp_with_time_zone_null("activated_at")),
        ("key_check", timestamp_with_time_zone_null("retired_at")),
        ("party", blob_null("number_index_even")),
        ("registration", blob_null("phone_index_even")),
        ("stored_file", uuid_null("object_id")),
        ("stored_file", key_id),
    ]
}

fn key_holder() -> TableCreateStatement {
    table(
        "key_holder",
        vec![
            uuid("process"),
            timestamp_with_time_zone("since"),
            timestamp_with_time_zone("until"),
            text("keys"),
        ],
        ["process"],
        [],
    )
}

fn reseal() -> TableCreateStatement {
    table(
        "reseal",
        vec![
            string("ring"),
            big_integer("key_id"),
            string("shelf"),
            text_null("after"),
            big_integer("seen"),
            big_integer("sealed"),
            big_integer("damaged"),
            timestamp_with_time_zone("begun_at"),
            timestamp_with_time_zone_null("done_at"),
            uuid_null("lease_by"),
            timestamp_with_time_zone_null("lease_until"),
            integer("attempts"),
        ],
        ["ring", "key_id", "shelf"],
        [],
    )
}
