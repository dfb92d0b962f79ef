//! Reading along ties, for many registrations of one answer at a time: whose rooms a streamer appears in, which agency it
//! has, and the other way round. A few statements, however many ask; what is out of sight is left out.

use std::collections::HashMap;

use entity::id::{PartyId, RegistrationId};
use entity::kind::TieKind;
use entity::registration;
use entity::tie::{self, Arm, Book};
use sea_orm::{ConnectionTrait as _, FromQueryResult as _, QueryResult};

use super::reading::{COUNT_LIMIT, Record, Records, open};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;

/// So many registrations are asked after in one statement.
const ARMS: usize = 50;

/// From which side a tie is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// From the registration that declares it to those that are named.
    Declared,
    /// From the party that is named to the registrations that declare it.
    Declaring,
}

/// Asks for a page of what a registration in sight is tied to, by registration id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    /// Which tie.
    pub kind: TieKind,
    /// From which side.
    pub side: Side,
    /// Whose.
    pub registration: RegistrationId,
    /// Its party.
    pub party: PartyId,
    /// Its book.
    pub book: Book,
    /// After this one.
    pub after: Option<RegistrationId>,
    /// At most so many.
    pub limit: u64,
}

impl Asked {
    fn arm(&self, index: usize, limit: u64) -> Arm {
        Arm {
            index: i32::try_from(index).unwrap_or(i32::MAX),
            kind: self.kind,
            declares: match self.side {
                Side::Declared => Some(self.registration),
                Side::Declaring => None,
            },
            party: self.party,
            book: self.book,
            after: self.after,
            limit,
        }
    }
}

/// Those that may be asked after in one statement.
fn alike(asked: &[Asked]) -> Vec<Vec<Asked>> {
    let mut groups: HashMap<_, Vec<Asked>> = HashMap::new();
    for one in asked {
        let key = (one.kind, one.side, one.after, one.limit);
        groups.entry(key).or_default().push(*one);
    }
    let groups = groups.into_values();
    let chunks = groups.flat_map(|group| {
        group
            .chunks(ARMS)
            .map(<[Asked]>::to_vec)
            .collect::<Vec<_>>()
    });
    chunks.collect()
}

/// The pages that are asked for.
pub async fn pages(
    app: &App,
    caller: &Caller,
    asked: &[Asked],
) -> Result<HashMap<Asked, Records>, Error> {
    let backend = app.db.get_database_backend();
    let mut found: HashMap<Asked, Vec<RegistrationId>> = HashMap::new();
    let mut rows: HashMap<RegistrationId, registration::Model> = HashMap::new();
    for chunk in alike(asked) {
        let arms = chunk.iter().enumerate();
        let arms: Vec<Arm> = arms.map(|(n, one)| one.arm(n, one.limit + 1)).collect();
        let statement = tie::tied(&caller.sight, &arms, backend);
        for row in app.db.query_all_raw(statement).await? {
            let (index, model) = read(&row)?;
            if let Some(one) = chunk.get(index) {
                found.entry(*one).or_default().push(model.id);
                rows.insert(model.id, model);
            }
        }
    }
    let records = open(app, rows.into_values().collect()).await?;
    let records: HashMap<_, _> = records
        .into_iter()
        .map(|r| (r.registration.id, r))
        .collect();
    let page = |one: &Asked| {
        let mut ids = found.remove(one).unwrap_or_default();
        ids.sort_unstable();
        let size = usize::try_from(one.limit).unwrap_or(usize::MAX);
        let more = ids.len() > size;
        ids.truncate(size);
        let records: Vec<Record> = ids
            .iter()
            .filter_map(|id| records.get(id).cloned())
            .collect();
        (*one, Records { records, more })
    };
    Ok(asked.iter().map(page).collect())
}

/// How many each is tied to, exactly up to [`COUNT_LIMIT`]; none beyond it.
pub async fn counts(
    app: &App,
    caller: &Caller,
    asked: &[Asked],
) -> Result<HashMap<Asked, Option<u64>>, Error> {
    let backend = app.db.get_database_backend();
    let mut counts = HashMap::new();
    for chunk in alike(asked) {
        let arms = chunk.iter().enumerate();
        let arms: Vec<Arm> = arms.map(|(n, one)| one.arm(n, COUNT_LIMIT + 1)).collect();
        let statement = tie::count_tied(&caller.sight, &arms, backend);
        for row in app.db.query_all_raw(statement).await? {
            let index: i32 = row.try_get("", "arm")?;
            let rows: i64 = row.try_get("", "rows")?;
            let one = usize::try_from(index).ok().and_then(|n| chunk.get(n));
            if let (Some(one), Ok(rows)) = (one, u64::try_from(rows)) {
                counts.insert(*one, (rows <= COUNT_LIMIT).then_some(rows));
            }
        }
    }
    Ok(counts)
}

fn read(row: &QueryResult) -> Result<(usize, registration::Model), Error> {
    let index: i32 = row.try_get("", "arm")?;
    let model = registration::Model::from_query_result(row, "")?;
    Ok((usize::try_from(index).unwrap_or(usize::MAX), model))
}
