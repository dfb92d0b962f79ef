//! 培训: recording up to 1,000 trainings of registered subjects, each judged by itself (Order 117 Art. 10; draft Art. 10). A
//! record stands beside the registration and changes nothing of it.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::id::{FileId, RegistrationId, TrainingId};
use entity::kind::TrainingOutcome;
use entity::problem::{Finding, ProblemCode};
use entity::training;
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;

use super::batch::{Batch, ItemResult, Outcome, check_size};
use super::closing::already_closed;
use super::deed::{self, Deed};
use super::evidence;
use super::parse::in_future;
use super::registration::book::{Book, Standing};
use super::registration::chunks;
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::scope::Scope;

/// One training of one registration.
#[derive(Clone, Debug, Serialize)]
pub struct Trained {
    /// Which; none when the id cannot be one, which answers as an unknown id does.
    pub registration: Option<RegistrationId>,
    /// The legal day of the training.
    pub on: NaiveDate,
    /// What came of it.
    pub outcome: TrainingOutcome,
    /// The proof, the caller's own upload; none inside when the id cannot be one.
    pub evidence: Option<Option<FileId>>,
}

/// Records trainings.
#[derive(Clone, Debug, Serialize)]
pub struct RecordTraining {
    /// 1 to 1,000 items.
    pub items: Vec<Trained>,
    /// Judge, and write nothing.
    pub dry_run: bool,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What makes a record one: a registration has one of an outcome for each day.
type Key = (RegistrationId, NaiveDate, TrainingOutcome);

impl Trained {
    fn key(&self) -> Option<Key> {
        Some((self.registration?, self.on, self.outcome))
    }
}

/// Records what can be recorded.
pub async fn record(app: &App, caller: &Caller, command: RecordTraining) -> Result<Batch, Error> {
    caller.needs(Scope::RegistryWrite)?;
    check_size(command.items.len(), app.settings.limits.items)?;
    let deed = Deed {
        operation: "recordTraining",
        dry_run: command.dry_run,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let items = &command.items;
        async move { judge_and_write(app, caller, items, tx).await }
    };
    deed::run(app, caller, &deed, &command, work).await
}

/// What the items are judged by.
struct Known {
    book: Book,
    proofs: BTreeSet<FileId>,
    recorded: BTreeSet<Key>,
}

async fn judge_and_write(
    app: &App,
    caller: &Caller,
    items: &[Trained],
    tx: DatabaseTransaction,
) -> Result<(Batch, DatabaseTransaction), Error> {
    let known = known(app, caller, items, &tx).await?;
    let mut seen: HashMap<Key, usize> = HashMap::new();
    let mut results = Vec::with_capacity(items.len());
    let mut rows = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut findings = judge(app, item, &known);
        if let Some(first) = item.key().map(|key| *seen.entry(key).or_insert(index))
            && first != index
        {
            let twin = Finding::error(ProblemCode::DuplicateInBatch).inside("registration");
            findings.push(twin.with("item", first.to_string()));
        }
        let registration = item
            .registration
            .filter(|id| known.book.own.contains_key(id));
        let outcome = match item.key() {
            Some(_) if findings.iter().any(Finding::refuses) => Outcome::Rejected,
            Some(key) if known.recorded.contains(&key) => Outcome::Unchanged,
            Some(key) => {
                rows.push(row(app, caller, key, item.evidence.flatten()));
                Outcome::Updated
            }
            None => Outcome::Rejected,
        };
        results.push(ItemResult {
            index,
            external_id: None,
            outcome,
            registration,
            findings,
        });
    }
    write(app, &tx, rows).await?;
    let batch = Batch {
        results,
        ..Batch::default()
    };
    Ok((batch, tx))
}

async fn known(
    app: &App,
    caller: &Caller,
    items: &[Trained],
    tx: &DatabaseTransaction,
) -> Result<Known, Error> {
    let ids = items.iter().filter_map(|item| item.registration);
    let book = Book::load(app, caller, ids, tx).await?;
    let wanted = items.iter().filter_map(|item| item.evidence.flatten());
    let proofs = evidence::known(tx, caller, &wanted.collect()).await?;
    let days: BTreeSet<NaiveDate> = items.iter().map(|item| item.on).collect();
    let own: BTreeSet<RegistrationId> = book.own.keys().copied().collect();
    let mut recorded = BTreeSet::new();
    for chunk in chunks(own.into_iter().collect()) {
        let rows = training::on_days(chunk, days.iter().copied());
        let keys = rows.all(tx).await?.into_iter();
        recorded.extend(keys.map(|row| (row.registration_id, row.held_on, row.outcome)));
    }
    Ok(Known {
        book,
        proofs,
        recorded,
    })
}

fn judge(app: &App, item: &Trained, known: &Known) -> Vec<Finding> {
    let mut found = Vec::new();
    let standing = item.registration.and_then(|id| known.book.own.get(&id));
    let against = match standing {
        None => Some(known.book.absent(item.registration)),
        Some(standing) => already_closed(standing).or_else(|| unfit(app, standing)),
    };
    found.extend(against.map(|finding| finding.inside("registration")));
    if item.on > app.today() {
        found.push(in_future(app.today()).inside("on"));
    }
    let proved = |id: Option<FileId>| id.is_some_and(|id| known.proofs.contains(&id));
    if item.evidence.is_some_and(|id| !proved(id)) {
        found.push(Finding::error(ProblemCode::EvidenceNotFound).inside("evidence"));
    }
    found
}

/// Whom the edition does not train.
fn unfit(app: &App, standing: &Standing) -> Option<Finding> {
    let kind = standing.row.kind;
    app.edition()
        .training(kind)
        .is_none()
        .then(|| Finding::error(ProblemCode::TrainingUnfit).with("subject", kind.as_str()))
}

fn row(app: &App, caller: &Caller, key: Key, evidence: Option<FileId>) -> training::Model {
    let (registration_id, held_on, outcome) = key;
    training::Model {
        id: app.id::<TrainingId>(),
        registration_id,
        held_on,
        outcome,
        evidence,
        recorded_at: app.now(),
        recorded_by: caller.client.id,
    }
}

async fn write(
    app: &App,
    tx: &DatabaseTransaction,
    rows: Vec<training::Model>,
) -> Result<(), Error> {
    let uses = rows
        .iter()
        .filter_map(|row| Some((row.evidence?, row.id.0)));
    let uses = uses.collect();
    for chunk in chunks(rows) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        training::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    evidence::mark_used(app, tx, uses).await
}
