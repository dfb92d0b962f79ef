//! Offices of the bureaus: reading them and their territories. They are public reference data; what is written comes
//! from a data file.

mod apply;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::id::OfficeId;
use entity::office::{self, Model};

pub use apply::{apply, read};

use super::id_page::{IdPage, Rows};
use crate::app::App;
use crate::error::Error;

/// One office.
pub async fn find(app: &App, id: OfficeId) -> Result<Option<Model>, Error> {
    Ok(find_all(app, [id]).await?.pop())
}

/// Those of these offices that exist.
pub async fn find_all(
    app: &App,
    ids: impl IntoIterator<Item = OfficeId>,
) -> Result<Vec<Model>, Error> {
    Ok(office::by_ids(ids).all(&app.db).await?)
}

/// A page of the offices.
pub async fn page(app: &App, wanted: IdPage<OfficeId>) -> Result<Rows<Model>, Error> {
    wanted
        .read(&app.db, office::all(), office::Column::Id)
        .await
}

/// The codes of the divisions that each office is competent for on a day; a national office lists none.
pub async fn divisions(
    app: &App,
    offices: impl IntoIterator<Item = OfficeId>,
    on: NaiveDate,
) -> Result<HashMap<OfficeId, Vec<String>>, Error> {
    let mut divisions: HashMap<OfficeId, Vec<String>> = HashMap::new();
    for row in office::territory_on(offices, on).all(&app.db).await? {
        divisions
            .entry(row.office_id)
            .or_default()
            .push(row.division);
    }
    for codes in divisions.values_mut() {
        codes.sort_unstable();
        codes.dedup();
    }
    Ok(divisions)
}
