//! The measures of platforms in what is told to the person whom they are against (Order 117 Art. 12: 救济途径).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::disposition::{self, Said, lifting_place, said_place};
use entity::id::{DispositionId, PartyId, PlatformId};
use entity::kind::{DispositionKind, DispositionState, SubjectKind};
use serde::Serialize;

use crate::app::App;
use crate::error::Error;

/// One measure.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeasureHeld {
    /// Its id.
    pub id: DispositionId,
    /// The platform's name.
    pub platform: Option<String>,
    /// In which role.
    pub role: SubjectKind,
    /// Which measure.
    pub kind: DispositionKind,
    /// Whether it stands.
    pub state: DispositionState,
    /// Its first day.
    pub valid_from: NaiveDate,
    /// Its last day, as it was set.
    pub valid_until: Option<NaiveDate>,
    /// Its last day, as it came.
    pub ended_on: Option<NaiveDate>,
    /// What is said of it.
    pub said: Said,
    /// Why it was lifted.
    pub lifting: Option<String>,
}

/// The measures against a party, opened.
pub(super) async fn measures_of(
    app: &App,
    party: PartyId,
    platforms: &BTreeMap<PlatformId, String>,
) -> Result<Vec<MeasureHeld>, Error> {
    let mut held = Vec::new();
    for row in disposition::all_of(party).all(&app.db).await? {
        let lifting = match &row.lifting {
            Some(sealed) => Some(app.vault.open_json(lifting_place(row.id), sealed)?),
            None => None,
        };
        held.push(MeasureHeld {
            id: row.id,
            platform: platforms.get(&row.platform_id).cloned(),
            role: row.role,
            kind: row.kind,
            state: row.state,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            ended_on: row.ended_on,
            said: app.vault.open_json(said_place(row.id), &row.said)?,
            lifting,
        });
    }
    Ok(held)
}
