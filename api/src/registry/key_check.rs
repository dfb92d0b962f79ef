//! Whether the keys at hand are those that the database was written with, judged at every start before anything is
//! read: sealed values would not open, and indexes would silently find nobody. A key that follows another is judged too.

#[cfg(test)]
mod tests;

use entity::key_check::{self, Column, Entity, Model};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, DatabaseConnection, DbErr, EntityTrait as _, IntoActiveModel as _,
};

use super::rotation::{activation, holder};
use crate::app::App;
use crate::error::Error;
use crate::vault::{KeyCheck, KeysFault};
use crate::words::Told;

/// Why the house must not start; each message is one sentence for whoever runs it.
#[derive(Debug, thiserror::Error)]
pub enum KeyCheckFault {
    /// A key is lost or wrong, or out of step with the others.
    #[error(transparent)]
    Keys(#[from] KeysFault),
    /// The checks cannot be read or kept.
    #[error("the key checks cannot be read or kept: run `minglu migrate up` first")]
    Database(#[from] Error),
}

impl From<DbErr> for KeyCheckFault {
    fn from(fault: DbErr) -> Self {
        Self::Database(fault.into())
    }
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

/// Compares the keys with the checks in the database and keeps the checks of keys that are new there. From now on this
/// process counts as being at work with them.
pub async fn prove(app: &App) -> Result<(), KeyCheckFault> {
    look(app).await?;
    // Whoever makes a key active looks at who is at work after the key's check is kept; so this comes before looking.
    holder::join(app).await?;
    let judged = keep_and_judge(app).await;
    if judged.is_err() {
        holder::leave(app).await?;
    }
    judged
}

/// Compares alone, for a command that makes nothing with the keys.
pub async fn look(app: &App) -> Result<(), KeyCheckFault> {
    app.vault.prove(&remembered(&app.db).await?)?;
    Ok(())
}

async fn keep_and_judge(app: &App) -> Result<(), KeyCheckFault> {
    let new = app.vault.prove(&remembered(&app.db).await?)?;
    if !new.is_empty() {
        keep(&app.db, new).await?;
        // Another process with other keys may have been first.
        look(app).await?;
    }
    Ok(activation::settle(app).await??)
}

async fn keep(db: &DatabaseConnection, new: Vec<KeyCheck>) -> Result<(), DbErr> {
    let rows = new.into_iter().map(|check| {
        let row = Model {
            purpose: check.ring,
            key_id: i64::from(check.id),
            value: check.check,
            activated_at: None,
            retired_at: None,
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
    Ok(())
}

/// The checks of all keys that something still needs.
pub(crate) async fn remembered(db: &DatabaseConnection) -> Result<Vec<KeyCheck>, KeyCheckFault> {
    let rows = key_check::all().all(db).await?;
    let needed = rows.into_iter().filter(|row| row.retired_at.is_none());
    needed
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
