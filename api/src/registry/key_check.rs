//! Whether the keys at hand are those that the database was written with, judged at every start before anything is
//! read: sealed values would not open, and indexes would silently find nobody.

#[cfg(test)]
mod tests;

use entity::key_check::{self, Column, Entity, Model};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, DatabaseConnection, DbErr, EntityTrait as _, IntoActiveModel as _,
};

use crate::app::App;
use crate::vault::{KeyCheck, KeysFault};
use crate::words::Told;

/// Why the house must not start; each message is one sentence for whoever runs it.
#[derive(Debug, thiserror::Error)]
pub enum KeyCheckFault {
    /// A key is lost or wrong.
    #[error(transparent)]
    Keys(#[from] KeysFault),
    /// The checks cannot be read or kept.
    #[error("the key checks cannot be read or kept: run `minglu migrate up` first")]
    Database(#[from] DbErr),
}

impl Told for KeyCheckFault {
    fn zh(&self) -> String {
        match self {
            Self::Keys(fault) => fault.zh(),
            Self::Database(_) => {
                "数据库里的密钥校验值读写失败，请先运行 minglu migrate up".to_owned()
            }
        }
    }
}

/// Compares the keys with the checks in the database and keeps the checks of keys that are new there.
pub async fn prove(app: &App) -> Result<(), KeyCheckFault> {
    let (db, vault) = (&app.db, &app.vault);
    let new = vault.prove(&remembered(db).await?)?;
    if new.is_empty() {
        return Ok(());
    }
    let rows = new.into_iter().map(|check| {
        let row = Model {
            purpose: check.ring,
            key_id: i64::from(check.id),
            value: check.check,
        };
        row.into_active_model().reset_all()
    });
    let known = OnConflict::columns([Column::Purpose, Column::KeyId])
        .do_nothing()
        .to_owned();
    Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(db)
        .await?;
    // Another process with other keys may have been first.
    vault.prove(&remembered(db).await?)?;
    Ok(())
}

pub(crate) async fn remembered(db: &DatabaseConnection) -> Result<Vec<KeyCheck>, KeyCheckFault> {
    let rows = key_check::all().all(db).await?;
    rows.into_iter()
        .map(|row| {
            let id = u32::try_from(row.key_id).map_err(|_| KeysFault::Lost {
                ring: row.purpose.clone(),
                id: u32::MAX,
            })?;
            Ok(KeyCheck {
                ring: row.purpose,
                id,
                check: row.value,
            })
        })
        .collect()
}
