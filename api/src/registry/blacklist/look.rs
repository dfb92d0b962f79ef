//! The exact look-ups of status questions: those that come together are one statement, so that a thousand single questions a
//! second cost the database a few dozen. Each is answered out of one snapshot, with the list's version in it.

use chrono::NaiveDate;
use entity::blacklist::status::{Asked, Links, Row, listed};
use sea_orm::FromQueryResult as _;

use crate::app::App;
use crate::error::Error;
use crate::together::Together;

/// Whoever asks about more subjects than this gains nothing by sharing a statement and would keep others waiting.
const SMALL: usize = 20;

/// The look-ups that are asked for.
pub type Looks = Together<Look, Found>;

/// What is looked up.
#[derive(Clone, Debug)]
pub struct Look {
    asked: Vec<Asked>,
    terms: (NaiveDate, Links),
}

/// What was found, out of one snapshot.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// How often the list had changed.
    pub version: i64,
    /// The parties and entries; each says which of the asked it belongs to.
    pub rows: Vec<Row>,
}

/// Looks up everybody who is asked about.
pub(super) async fn look(
    app: &App,
    asked: Vec<Asked>,
    terms: (NaiveDate, Links),
) -> Result<Found, Error> {
    if asked.len() > SMALL {
        return found(app, &asked, terms).await;
    }
    let looked = app
        .looks
        .ask(Look { asked, terms }, |looks| all(app, looks));
    Ok(looked.await?.unwrap_or_default())
}

/// Answers many look-ups: one statement for all that ask on the same terms.
async fn all(app: &App, looks: Vec<Look>) -> Result<Vec<Found>, Error> {
    let mut answers = vec![Found::default(); looks.len()];
    let mut left: Vec<usize> = (0..looks.len()).collect();
    while let Some(terms) = left
        .first()
        .and_then(|first| looks.get(*first))
        .map(|look| look.terms)
    {
        let alike = |place: &usize| looks.get(*place).is_some_and(|look| look.terms == terms);
        let (these, others): (Vec<_>, Vec<_>) = left.into_iter().partition(alike);
        left = others;
        let some = these.iter().filter_map(|place| looks.get(*place));
        let asked: Vec<Asked> = some.flat_map(|look| look.asked.iter().cloned()).collect();
        let mut together = found(app, &asked, terms).await?;
        let mut before = 0;
        for place in these {
            let own = looks.get(place).map_or(0, |look| look.asked.len());
            if let Some(answer) = answers.get_mut(place) {
                *answer = part(&mut together, (before, own));
            }
            before += own;
        }
    }
    Ok(answers)
}

/// Takes out what was found of so many that stand behind so many others.
fn part(together: &mut Found, (before, own): (usize, usize)) -> Found {
    let place = |row: &Row| row.asked.and_then(|n| usize::try_from(n).ok());
    let is_own = |row: &mut Row| place(row).is_some_and(|n| (before..before + own).contains(&n));
    let mut rows: Vec<Row> = together.rows.extract_if(.., is_own).collect();
    for row in &mut rows {
        row.asked = place(row).and_then(|n| i32::try_from(n - before).ok());
    }
    Found {
        version: together.version,
        rows,
    }
}

async fn found(app: &App, asked: &[Asked], terms: (NaiveDate, Links)) -> Result<Found, Error> {
    let backend = app.db.get_database_backend();
    let statement = listed(asked, terms, app.vault.index_column(), backend);
    let rows = Row::find_by_statement(statement).all(&app.db).await?;
    Ok(Found {
        version: rows.first().map_or(0, |row| row.version),
        rows,
    })
}
