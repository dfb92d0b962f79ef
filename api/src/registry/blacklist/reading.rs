//! Entries as a caller may read them: the name masked where it is a person's, the content where the list is in sight.

use std::collections::{HashMap, HashSet};

use entity::blacklist::appeal::{self, Grounds, grounds_place, reasons_place, review_place};
use entity::blacklist::{self, Column, Content, Model, content_place, name_place};
use entity::id::{EntryId, FileId, PartyId, PlatformId};
use entity::kind::{BlacklistRegister, IdentityKind};
use entity::value::mask;
use entity::{document, party};
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait as _, Condition, QueryFilter as _};

pub use super::notice::of_entries as notices;

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::id_page::{IdPage, Rows};
use crate::registry::registration::chunks;
use crate::scope::Scope;

/// An entry, opened as far as the caller may.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its row.
    pub row: Model,
    /// The name under which it was listed, masked where it is a person's.
    pub name: String,
    /// What it rests on; absent where the caller may know the entry and not its content.
    pub content: Option<Content>,
}

/// An appeal, opened.
#[derive(Clone, Debug)]
pub struct Appeal {
    /// Its row.
    pub row: appeal::Model,
    /// What the appellant says.
    pub grounds: Grounds,
    /// What was said when its review began.
    pub review: Option<String>,
    /// Why it was decided so.
    pub reasons: Option<String>,
}

/// What is wanted of a list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Whose list.
    pub register: Option<BlacklistRegister>,
    /// A platform's; none of it where the id cannot be one.
    pub platform: Option<Option<PlatformId>>,
    /// Somebody's; none of it where the id cannot be one.
    pub party: Option<Option<PartyId>>,
    /// Only what bars on that day.
    pub in_force_on: Option<chrono::NaiveDate>,
}

/// A page of the entries that a caller's lists hold, in the order in which they were entered.
pub async fn page(
    app: &App,
    caller: &Caller,
    (filter, wanted): (&Filter, IdPage<EntryId>),
) -> Result<Rows<Record>, Error> {
    caller.needs(Scope::BlacklistRead)?;
    let mut narrowed = Condition::all().add_option(
        filter
            .register
            .map(|register| Column::Register.eq(register)),
    );
    for (asked, column) in [
        (
            filter.platform.map(|id| id.map(|id| id.0)),
            Column::PlatformId,
        ),
        (filter.party.map(|id| id.map(|id| id.0)), Column::PartyId),
    ] {
        match asked {
            None => {}
            Some(Some(id)) => narrowed = narrowed.add(column.eq(id)),
            Some(None) => {
                return Ok(Rows {
                    rows: Vec::new(),
                    more: false,
                });
            }
        }
    }
    if let Some(day) = filter.in_force_on {
        let open = Column::ValidUntil.is_null().or(Column::ValidUntil.gte(day));
        let standing = Column::EndedOn.is_null().or(Column::EndedOn.gt(day));
        narrowed = narrowed
            .add(Column::ValidFrom.lte(day))
            .add(open)
            .add(standing);
    }
    let mut pages = Vec::new();
    for arm in blacklist::listed_to(&caller.sight) {
        let listed = arm.filter(narrowed.clone());
        pages.push(wanted.read(&app.db, listed, Column::Id).await?);
    }
    let page = merged(pages, &wanted);
    Ok(Rows {
        more: page.more,
        rows: open(app, caller, page.rows).await?,
    })
}

/// One page out of those of several ranges, in which an entry may be twice.
fn merged(pages: Vec<Rows<Model>>, wanted: &IdPage<EntryId>) -> Rows<Model> {
    let mut more = pages.iter().any(|page| page.more);
    let mut rows: Vec<Model> = pages.into_iter().flat_map(|page| page.rows).collect();
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    more |= rows.len() > limit;
    if wanted.backward {
        rows.drain(..rows.len().saturating_sub(limit));
    } else {
        rows.truncate(limit);
    }
    Rows { rows, more }
}

/// One entry, if the caller may know it.
pub async fn find(app: &App, caller: &Caller, id: EntryId) -> Result<Option<Record>, Error> {
    let row = blacklist::one_known_to(&caller.sight, id)
        .one(&app.db)
        .await?;
    let rows = row.into_iter().collect();
    Ok(open(app, caller, rows).await?.pop())
}

/// Entries by id, for whoever has judged that the caller may know each.
pub(super) async fn judged(
    app: &App,
    caller: &Caller,
    ids: HashSet<EntryId>,
) -> Result<HashMap<EntryId, Record>, Error> {
    let mut records = HashMap::new();
    for chunk in chunks(ids.into_iter().collect()) {
        let rows = blacklist::by_ids(chunk).all(&app.db).await?;
        for record in open(app, caller, rows).await? {
            records.insert(record.row.id, record);
        }
    }
    Ok(records)
}

/// Opens entries that the caller may know.
async fn open(app: &App, caller: &Caller, rows: Vec<Model>) -> Result<Vec<Record>, Error> {
    let parties: HashSet<PartyId> = rows.iter().map(|row| row.party_id).collect();
    let mut kinds: HashMap<PartyId, IdentityKind> = HashMap::new();
    for chunk in chunks(parties.into_iter().collect()) {
        let parties = party::by_ids(chunk).all(&app.db).await?;
        kinds.extend(parties.into_iter().map(|party| (party.id, party.kind)));
    }
    let whole = whole(app, caller, &rows).await?;
    rows.into_iter()
        .map(|row| {
            let name: String = app.vault.open_json(name_place(row.id), &row.name)?;
            let public = kinds.get(&row.party_id) == Some(&IdentityKind::Uscc);
            let content = whole
                .contains(&row.id)
                .then(|| app.vault.open_json(content_place(row.id), &row.content));
            Ok(Record {
                name: if public {
                    name
                } else {
                    mask::person_name(&name)
                },
                content: content.transpose()?,
                row,
            })
        })
        .collect()
}

/// Of which of these entries the caller reads the content: its own list's, those of lists in sight, what an authority
/// published, and an office's of whoever is registered in its sight on the platform that lists.
async fn whole(app: &App, caller: &Caller, rows: &[Model]) -> Result<HashSet<EntryId>, Error> {
    let sight = &caller.sight;
    let listed = |row: &&Model| {
        row.register != BlacklistRegister::Platform
            || row.platform_id.is_some_and(|id| sight.lists.contains(&id))
    };
    let mut whole: HashSet<EntryId> = rows.iter().filter(listed).map(|row| row.id).collect();
    let others: Vec<EntryId> = rows
        .iter()
        .map(|row| row.id)
        .filter(|id| !whole.contains(id))
        .collect();
    if sight.local.is_empty() || others.is_empty() {
        return Ok(whole);
    }
    for chunk in chunks(others) {
        let seated = blacklist::seated_in(sight, chunk).all(&app.db).await?;
        whole.extend(seated.into_iter().map(|row| row.id));
    }
    Ok(whole)
}

/// The appeals against entries whose content the caller reads, oldest first.
pub async fn appeals(app: &App, ids: &[EntryId]) -> Result<HashMap<EntryId, Vec<Appeal>>, Error> {
    let rows = appeal::of_entries(ids.iter().copied()).all(&app.db).await?;
    let mut appeals: HashMap<EntryId, Vec<Appeal>> = HashMap::new();
    for row in rows {
        let of = row.entry_id;
        appeals.entry(of).or_default().push(open_appeal(app, row)?);
    }
    Ok(appeals)
}

/// One appeal, if the caller reads the content of its entry.
pub async fn find_appeal(
    app: &App,
    caller: &Caller,
    id: entity::id::AppealId,
) -> Result<Option<Appeal>, Error> {
    let row = appeal::by_id(id).one(&app.db).await?;
    // Looked for whatever was found, so that a foreign appeal takes what an absent one takes.
    let entry = row
        .as_ref()
        .map_or(EntryId(uuid::Uuid::nil()), |row| row.entry_id);
    let read = blacklist::one_read_by(&caller.sight, entry)
        .one(&app.db)
        .await?;
    row.filter(|_| read.is_some())
        .map(|row| open_appeal(app, row))
        .transpose()
}

fn open_appeal(app: &App, row: appeal::Model) -> Result<Appeal, Error> {
    let words = |place, sealed: &Option<entity::sealed::Sealed<String>>| {
        let opened = sealed
            .as_ref()
            .map(|sealed| app.vault.open_json(place, sealed));
        opened.transpose()
    };
    Ok(Appeal {
        grounds: app.vault.open_json(grounds_place(row.id), &row.grounds)?,
        review: words(review_place(row.id), &row.review)?,
        reasons: words(reasons_place(row.id), &row.reasons)?,
        row,
    })
}

/// Files that records which the caller reads name as evidence or as letters.
pub async fn files(app: &App, ids: &[FileId]) -> Result<HashMap<FileId, document::Model>, Error> {
    let mut files = HashMap::new();
    for chunk in chunks(ids.to_vec()) {
        let rows = document::by_ids(chunk).all(&app.db).await?;
        files.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(files)
}
