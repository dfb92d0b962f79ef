//! Offices of the bureaus: reading them and their territories. They are public reference data; what is written comes
//! from a data file.

mod apply;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::id::OfficeId;
use entity::office::{self, Model};

pub use apply::{apply, read};

use super::id_page::{IdPage, Rows};
use crate::app::App;
use crate::error::Error;

/// One office.
pub async fn find(app: &App, id: OfficeId) -> Result<Option<Model>, Error> {
    Ok(office::by_ids([id]).one(&app.db).await?)
}

/// Those of these offices that there are.
pub async fn known(app: &App, ids: &[OfficeId]) -> Result<HashMap<OfficeId, Model>, Error> {
    let rows = office::by_ids(ids.iter().copied()).all(&app.db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// A page of the offices.
pub async fn page(app: &App, wanted: IdPage<OfficeId>) -> Result<Rows<Model>, Error> {
    wanted
        .read(&app.db, office::all(), office::Column::Id)
        .await
}

/// The codes of the divisions that an office is competent for on a day; a national office lists none.
pub async fn territory(app: &App, office: OfficeId, on: NaiveDate) -> Result<Vec<String>, Error> {
    let rows = office::territory_on([office], on).all(&app.db).await?;
    let codes: BTreeSet<String> = rows.into_iter().map(|row| row.division).collect();
    Ok(codes.into_iter().collect())
}
