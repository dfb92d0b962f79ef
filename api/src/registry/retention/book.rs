//! The book: closed registrations with all that belongs to them, and of those that stay what was superseded long ago.

use std::collections::{BTreeSet, HashMap};

use entity::blacklist::lead;
use entity::disposition::{demand, report};
use entity::id::{FileId, PartyId, RegistrationId};
use entity::kind::SubjectKind;
use entity::{
    account, disposition, file_use, registration, retention, revision, survey_difference, tie,
};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseTransaction, EntityTrait as _, QueryFilter as _,
    QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

use super::{AT_A_TIME, Terms, file, live, recorded};
use crate::app::App;
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::registration::facts::open;

/// So many registrations are looked through at a time for what was superseded.
const STRETCH: u64 = 5_000;

/// Removes some closed registrations whose time is over, and tells how many.
pub async fn registrations(app: &App, terms: &Terms) -> Result<u64, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    db::wait_shortly(&tx).await?;
    let rows = retention::registrations(terms.registrations)
        .limit(AT_A_TIME)
        .lock_exclusive()
        .all(&tx)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let ids: Vec<RegistrationId> = rows.iter().map(|row| row.id).collect();
    let users: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let mut parties: BTreeSet<PartyId> = rows.iter().map(|row| row.party_id).collect();
    let ties = tie::all_of(ids.iter().copied());
    parties.extend(ties.all(&tx).await?.iter().map(|tie| tie.other_party_id));
    let users = with_demands(&tx, users).await?;
    let proofs = [users.clone(), live::trainings(&tx, &ids).await?].concat();
    let files = file::unused_by(&tx, &proofs).await?;
    let (trainings, sessions) = live::belongings(&tx, &ids).await?;
    let measures = measures(&tx, &ids).await?;
    let (ties, accounts, revisions) = belongings(&tx, &ids).await?;
    let removed = registration::Entity::delete_many()
        .filter(registration::Column::Id.is_in(ids.iter().copied()))
        .exec(&tx)
        .await?
        .rows_affected;
    let parties = retention::forgotten(parties).exec(&tx).await?.rows_affected;
    let detail = json!({
        "kind": "registrations", "registrations": removed, "revisions": revisions, "ties": ties,
        "accounts": accounts, "measures": measures, "parties": parties, "files": files.len(), "trainings": trainings,
        "sessions": sessions,
    });
    recorded(app, &tx, users, detail).await?;
    tx.commit().await?;
    file::erase(app, files).await?;
    Ok(removed)
}

/// Removes what belongs to registrations: ties, accounts, revisions; leads go unsaid, they are about an entry.
pub(in crate::registry) async fn belongings(
    tx: &DatabaseTransaction,
    ids: &[RegistrationId],
) -> Result<(u64, u64, u64), Error> {
    let ids = || ids.iter().copied();
    let ties = tie::Entity::delete_many().filter(tie::Column::RegistrationId.is_in(ids()));
    let accounts =
        account::Entity::delete_many().filter(account::Column::RegistrationId.is_in(ids()));
    let leads = lead::Entity::delete_many().filter(lead::Column::RegistrationId.is_in(ids()));
    leads.exec(tx).await?;
    let theirs = Condition::any()
        .add(survey_difference::Column::SurveyId.is_in(ids()))
        .add(survey_difference::Column::RegistrationId.is_in(ids()));
    survey_difference::Entity::delete_many()
        .filter(theirs)
        .exec(tx)
        .await?;
    let revisions =
        revision::Entity::delete_many().filter(revision::Column::RegistrationId.is_in(ids()));
    Ok((
        ties.exec(tx).await?.rows_affected,
        accounts.exec(tx).await?.rows_affected,
        revisions.exec(tx).await?.rows_affected,
    ))
}

/// These registrations and the demands about them: both name files.
async fn with_demands(tx: &DatabaseTransaction, mut users: Vec<Uuid>) -> Result<Vec<Uuid>, Error> {
    let about = users.iter().copied().map(RegistrationId);
    let demands = demand::of_registrations(about);
    users.extend(demands.all(tx).await?.iter().map(|row| row.id.0));
    Ok(users)
}

/// Removes the measures against registrations with their reports, and the demands about them.
async fn measures(tx: &DatabaseTransaction, ids: &[RegistrationId]) -> Result<u64, Error> {
    let ids = || ids.iter().copied();
    let rows = disposition::of_registrations(ids());
    let found: Vec<_> = rows.all(tx).await?.iter().map(|row| row.id).collect();
    report::Entity::delete_many()
        .filter(report::Column::DispositionId.is_in(found))
        .exec(tx)
        .await?;
    let measures =
        disposition::Entity::delete_many().filter(disposition::Column::RegistrationId.is_in(ids()));
    let removed = measures.exec(tx).await?.rows_affected;
    demand::Entity::delete_many()
        .filter(demand::Column::RegistrationId.is_in(ids()))
        .exec(tx)
        .await?;
    Ok(removed)
}

/// Removes what was superseded long ago in a stretch of registrations after one of them; tells how much, and where the next
/// stretch begins, if there is one.
pub async fn checks(
    app: &App,
    terms: &Terms,
    after: RegistrationId,
) -> Result<(u64, Option<RegistrationId>), Error> {
    let end = retention::end_of_stretch(after, STRETCH)
        .one(&app.db)
        .await?;
    // Ids follow the time at which registrations were made: what came later was superseded later still.
    let next = end.filter(|row| row.created_at < terms.checks);
    let last = next
        .as_ref()
        .map_or(RegistrationId(Uuid::max()), |row| row.id);
    let mut removed = 0;
    loop {
        let now = some_checks(app, terms, (after, last)).await?;
        removed += now;
        if now == 0 {
            return Ok((removed, next.map(|row| row.id)));
        }
    }
}

async fn some_checks(
    app: &App,
    terms: &Terms,
    stretch: (RegistrationId, RegistrationId),
) -> Result<u64, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    db::wait_shortly(&tx).await?;
    let rows = retention::superseded(stretch, terms.checks)
        .limit(AT_A_TIME)
        .lock_exclusive()
        .all(&tx)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let ids: BTreeSet<RegistrationId> = rows.iter().map(|row| row.registration_id).collect();
    let mut removed = 0;
    for chunk in rows.chunks(100) {
        let theirs = chunk.iter().fold(Condition::any(), |any, row| {
            let own = Condition::all()
                .add(revision::Column::RegistrationId.eq(row.registration_id))
                .add(revision::Column::Number.eq(row.number));
            any.add(own)
        });
        let gone = revision::Entity::delete_many().filter(theirs);
        removed += gone.exec(&tx).await?.rows_affected;
    }
    let unproved = unproved(app, &tx, &ids).await?;
    let files = file::forgotten(&tx, unproved).await?;
    let detail = json!({ "kind": "checks", "revisions": removed, "files": files.len() });
    recorded(app, &tx, ids.into_iter().map(|id| id.0), detail).await?;
    tx.commit().await?;
    file::erase(app, files).await?;
    Ok(removed)
}

/// The uses of evidence by registrations of which no revision names it any more.
async fn unproved(
    app: &App,
    tx: &DatabaseTransaction,
    ids: &BTreeSet<RegistrationId>,
) -> Result<Vec<file_use::Model>, Error> {
    let uses = file_use::of(ids.iter().map(|id| id.0)).all(tx).await?;
    let with_proof: BTreeSet<_> = uses.iter().map(|one| RegistrationId(one.used_by)).collect();
    if with_proof.is_empty() {
        return Ok(Vec::new());
    }
    let kinds: HashMap<RegistrationId, SubjectKind> = registration::named(with_proof.clone())
        .all(tx)
        .await?
        .into_iter()
        .map(|row| (row.id, row.kind))
        .collect();
    let left = revision::all_of(with_proof).all(tx).await?;
    let mut proved: BTreeSet<(Uuid, FileId)> = BTreeSet::new();
    for row in left {
        if let Some(kind) = kinds.get(&row.registration_id) {
            let evidence = open(app, *kind, &row)?.evidence();
            proved.extend(
                evidence
                    .into_iter()
                    .map(|file| (row.registration_id.0, file)),
            );
        }
    }
    let unproved = |one: &file_use::Model| !proved.contains(&(one.used_by, one.file_id));
    Ok(uses.into_iter().filter(unproved).collect())
}
