//! Clients and offices as they stand when a request comes, read together with those of other requests that come at the same
//! moment. Nothing is kept between requests, so that a revocation and a change of territory count at once.

use chrono::NaiveDate;
use entity::id::{ClientId, OfficeId};
use entity::kind::Authority;
use entity::office::around::{self, Domicile};
use entity::sight::{Seats, Surveyed};
use entity::{client, office};
use rules::sight::PlatformSeat;

use crate::app::App;
use crate::error::Error;
use crate::registry::division::Gazetteer;
use crate::together::Together;

/// The clients and offices that are asked for.
#[derive(Debug, Default)]
pub struct Callers {
    clients: Together<ClientId, Option<client::Model>>,
    offices: Together<OfficeId, Option<Seated>>,
}

/// An office and what lies around it.
#[derive(Clone, Debug)]
pub(super) struct Seated {
    /// Its row.
    pub(super) office: office::Model,
    /// Its territory.
    pub(super) territory: Seats,
    /// The province that it lies in.
    pub(super) province: Option<String>,
    /// Where every platform lies, seen from there.
    pub(super) platforms: Vec<PlatformSeat>,
    /// The books of its own surveys; a cyberspace office sees no registration.
    pub(super) surveys: Vec<Surveyed>,
}

/// A client, as it stands now.
pub(super) async fn client(app: &App, id: ClientId) -> Result<Option<client::Model>, Error> {
    let read = async |ids: Vec<ClientId>| {
        let rows = client::by_ids(ids.iter().copied()).all(&app.db).await?;
        let of = |id| rows.iter().find(|row| row.id == id).cloned();
        Ok::<_, Error>(ids.into_iter().map(of).collect())
    };
    Ok(app.callers.clients.ask(id, read).await?.flatten())
}

/// An office with its territory, as they stand now.
pub(super) async fn office(app: &App, id: OfficeId) -> Result<Option<Seated>, Error> {
    let read = |ids| seated(app, ids, app.today());
    Ok(app.callers.offices.ask(id, read).await?.flatten())
}

async fn seated(
    app: &App,
    ids: Vec<OfficeId>,
    today: NaiveDate,
) -> Result<Vec<Option<Seated>>, Error> {
    let offices = office::by_ids(ids.iter().copied());
    let (offices, around) =
        tokio::try_join!(offices.all(&app.db), around::read(&app.db, &ids, today))?;
    let gazetteer = Gazetteer::of(around.local, today);
    let seat = |id: &OfficeId| {
        let office = offices.iter().find(|office| office.id == *id)?;
        let own = around.territories.iter().filter(|(of, _)| of == id);
        let territory = gazetteer.seats(own.map(|(_, division)| division.as_str()));
        let province = gazetteer.province_of(&office.division);
        let platforms = around.platforms.iter();
        let books = around
            .books
            .iter()
            .filter(|book| book.office == *id && office.authority == Authority::Market);
        Some(Seated {
            platforms: platforms
                .map(|row| seen(row, &territory, province.as_deref()))
                .collect(),
            surveys: books
                .map(|book| Surveyed {
                    book: book.id,
                    of: book.platform,
                })
                .collect(),
            office: office.clone(),
            territory,
            province,
        })
    };
    Ok(ids.iter().map(seat).collect())
}

/// Where a platform's domicile lies, seen from an office.
fn seen(row: &Domicile, territory: &Seats, province: Option<&str>) -> PlatformSeat {
    let inside =
        |list: &[String], code: &Option<String>| code.as_ref().is_some_and(|c| list.contains(c));
    PlatformSeat {
        id: row.platform,
        in_territory: inside(&territory.cities, &row.city)
            || inside(&territory.counties, &row.division),
        in_province: province.is_some() && row.province.as_deref() == province,
    }
}
