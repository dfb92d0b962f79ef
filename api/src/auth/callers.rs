//! Clients and offices as they stand when a request comes, read together with those of other requests that come at the same
//! moment. Nothing is kept between requests, so that a revocation and a change of territory count at once.

use chrono::NaiveDate;
use entity::id::{ClientId, OfficeId};
use entity::kind::Authority;
use entity::sight::{Seats, Surveyed};
use entity::{client, office, platform, survey_book};
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
    let offices = async {
        let rows = office::by_ids(ids.iter().copied()).all(&app.db).await?;
        Ok::<_, Error>(rows)
    };
    let territories = async {
        let rows = office::territory_on(ids.iter().copied(), today);
        Ok(rows.all(&app.db).await?)
    };
    let platforms = async { Ok(platform::all().all(&app.db).await?) };
    let books = async {
        let rows = survey_book::of_offices(ids.iter().copied());
        Ok(rows.all(&app.db).await?)
    };
    let gazetteer = Gazetteer::load(&app.db, today);
    let (offices, territories, platforms, books, gazetteer) =
        tokio::try_join!(offices, territories, platforms, books, gazetteer)?;
    let seat = |id: &OfficeId| {
        let office = offices.iter().find(|office| office.id == *id)?;
        let own = territories.iter().filter(|row| row.office_id == *id);
        let territory = gazetteer.seats(own.map(|row| row.division.as_str()));
        let province = gazetteer.province_of(&office.division);
        let around = platforms.iter();
        let books = books
            .iter()
            .filter(|book| book.office_id == *id && office.authority == Authority::Market);
        Some(Seated {
            platforms: around
                .map(|row| seen(row, &territory, province.as_deref()))
                .collect(),
            surveys: books
                .map(|book| Surveyed {
                    book: book.id,
                    of: book.platform_id,
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
fn seen(row: &platform::Model, territory: &Seats, province: Option<&str>) -> PlatformSeat {
    let inside =
        |list: &[String], code: &Option<String>| code.as_ref().is_some_and(|c| list.contains(c));
    PlatformSeat {
        id: row.id,
        in_territory: inside(&territory.cities, &row.division_city)
            || inside(&territory.counties, &row.division),
        in_province: province.is_some() && row.division_province.as_deref() == province,
    }
}
