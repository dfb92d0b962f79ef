//! Entries without a transaction of their own, written together: alone, an entry costs one insert; under load, many share
//! one. Nobody is answered before the entry stands, so that a crash loses none.

use entity::audit;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, DatabaseConnection, DbErr, EntityTrait as _, IntoActiveModel as _,
};

use crate::together::Together;

/// The entries that wait to be written.
#[derive(Debug, Default)]
pub struct Gathering(Together<audit::Model, ()>);

impl Gathering {
    /// Writes an entry, together with those that came meanwhile; returns when it stands.
    pub(super) async fn write(
        &self,
        db: &DatabaseConnection,
        row: audit::Model,
    ) -> Result<(), DbErr> {
        self.0.ask(row, |rows| insert(db, rows)).await.map(|_| ())
    }
}

/// Writes entries; one that stands already, because whoever wrote it could not tell, is not written twice.
async fn insert(db: &DatabaseConnection, rows: Vec<audit::Model>) -> Result<Vec<()>, DbErr> {
    let stood = vec![(); rows.len()];
    let rows = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    let stands = OnConflict::column(audit::Column::Id)
        .do_nothing()
        .to_owned();
    audit::Entity::insert_many(rows)
        .on_conflict(stands)
        .exec_without_returning(db)
        .await?;
    Ok(stood)
}
