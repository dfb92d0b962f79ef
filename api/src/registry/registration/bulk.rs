//! The same deed for a file of any length: items are parsed apart from any transaction, and it is known beforehand what
//! their writing touches, so that chunks which touch nothing in common may be written at the same time.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use entity::kind::SubjectKind;
use entity::problem::Finding;
use sea_orm::DatabaseTransaction;

use super::draft::Draft;
use super::{drafts, foresee, refuse_twins, settle, settle_all, verdict};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::batch::{Batch, ItemResult, Outcome};
use crate::registry::division::Gazetteer;
use crate::registry::input::{Item, Patch};
use crate::registry::ledger::Ledger;

/// The fact of a finding that names another item of the same batch by its place, from 0.
pub(in crate::registry) const ITEM: &str = "item";

/// Items that were parsed and wait for their transaction.
pub(in crate::registry) struct Parsed {
    drafts: Vec<Draft>,
    touches: Arc<HashSet<Vec<u8>>>,
}

impl Parsed {
    /// Parses items up to the first that names a subject for the second time, and tells how many these are: in a file a
    /// later line about the same subject is an update, and belongs into a later transaction.
    pub(in crate::registry) fn of(
        app: &App,
        ledger: &Ledger,
        gazetteer: &Gazetteer,
        items: Vec<Item>,
    ) -> (Self, usize) {
        let mut drafts = drafts(app, ledger, gazetteer, items);
        let mut seen = HashSet::new();
        let twin = drafts.iter().position(|draft| {
            let subject = draft.identity.as_ref();
            subject.is_some_and(|(number, index)| {
                let country = number.issuing_country();
                !seen.insert((number.kind(), country, index.clone()))
            })
        });
        drafts.truncate(twin.unwrap_or(drafts.len()));
        let mut touches = HashSet::new();
        for draft in &drafts {
            touched(draft, &mut touches);
        }
        let (taken, touches) = (drafts.len(), Arc::new(touches));
        (Self { drafts, touches }, taken)
    }

    /// Parses items of which none names a subject that another one names; should two do so all the same, the second is
    /// refused.
    pub(in crate::registry) fn each(
        app: &App,
        ledger: &Ledger,
        gazetteer: &Gazetteer,
        items: Vec<Item>,
    ) -> Self {
        let mut drafts = drafts(app, ledger, gazetteer, items);
        refuse_twins(&mut drafts);
        Self {
            drafts,
            touches: Arc::default(),
        }
    }

    /// What is wrong with the items by themselves, one after another; what they lack is judged against what stands.
    pub(in crate::registry) fn findings(self) -> impl Iterator<Item = Finding> {
        self.drafts.into_iter().flat_map(|draft| draft.found)
    }

    /// Whether there is nothing to write.
    pub(in crate::registry) fn is_empty(&self) -> bool {
        self.drafts.is_empty()
    }

    /// What writing them locks or judges: subjects, whoever they name, external ids, accounts and evidence.
    pub(in crate::registry) const fn touches(&self) -> &Arc<HashSet<Vec<u8>>> {
        &self.touches
    }

    /// Judges and writes them, inside a transaction of the caller's.
    pub(in crate::registry) async fn settle(
        self,
        app: &App,
        caller: &Caller,
        (ledger, kind, gazetteer): (&Ledger, SubjectKind, &Gazetteer),
        tx: &DatabaseTransaction,
    ) -> Result<Batch, Error> {
        settle(app, caller, (ledger, kind, gazetteer), self.drafts, tx).await
    }
}

/// The verdicts on items, and beside each the number of the revision that was written for it.
pub(in crate::registry) struct Settled {
    /// The verdicts.
    pub batch: Batch,
    /// One an item.
    pub revisions: Vec<Option<i32>>,
}

impl Parsed {
    /// Judges and writes them, and tells which revisions that made.
    pub(in crate::registry) async fn settle_by_revision(
        self,
        app: &App,
        caller: &Caller,
        (ledger, kind, gazetteer): (&Ledger, SubjectKind, &Gazetteer),
        tx: &DatabaseTransaction,
    ) -> Result<Settled, Error> {
        let mut drafts = self.drafts;
        settle_all(app, caller, (ledger, kind, gazetteer), &mut drafts, tx).await?;
        let written = |draft: &Draft| {
            let before = draft.standing.as_ref().map(|s| s.registration.revision);
            draft
                .writes()
                .then(|| before.map_or(1, |number| number + 1))
        };
        Ok(Settled {
            revisions: drafts.iter().map(written).collect(),
            batch: Batch {
                changes: drafts.iter().flat_map(super::changes).collect(),
                results: results(drafts).collect(),
                findings: Vec::new(),
            },
        })
    }

    /// Judges them against what stands and writes nothing; a registration that would be made has no id yet.
    pub(in crate::registry) async fn foresee(
        self,
        app: &App,
        caller: &Caller,
        (ledger, kind, gazetteer): (&Ledger, SubjectKind, &Gazetteer),
        tx: &DatabaseTransaction,
    ) -> Result<Batch, Error> {
        let mut drafts = self.drafts;
        foresee(app, caller, (ledger, kind, gazetteer), &mut drafts, tx).await?;
        let changes = drafts.iter().flat_map(super::changes).collect();
        let results = results(drafts).map(|mut result| {
            if result.outcome == Outcome::Created {
                result.registration = None;
            }
            result
        });
        Ok(Batch {
            results: results.collect(),
            changes,
            findings: Vec::new(),
        })
    }
}

/// The verdicts. A registration that is only being made is named by the place of its item: its id may never be written.
fn results(mut drafts: Vec<Draft>) -> impl Iterator<Item = ItemResult> {
    let new = drafts.iter().filter(|draft| draft.standing.is_none());
    let new = new.filter_map(|draft| Some((draft.id?.to_string(), draft.index.to_string())));
    let new: HashMap<String, String> = new.collect();
    let found = drafts.iter_mut().flat_map(|draft| &mut draft.found);
    for (name, value) in found.flat_map(|finding| &mut finding.facts) {
        if name == "registration"
            && let Some(item) = new.get(value)
        {
            *name = Cow::Borrowed(ITEM);
            value.clone_from(item);
        }
    }
    drafts.into_iter().map(verdict)
}

/// Adds what one item touches; a byte before each keeps the sorts apart.
fn touched(draft: &Draft, touches: &mut HashSet<Vec<u8>>) {
    let mut add = |sort: u8, bytes: &[u8]| {
        touches.insert([&[sort], bytes].concat());
    };
    if let Some((_, index)) = &draft.identity {
        add(b'p', index.as_bytes());
    }
    for index in draft.ties.iter().flat_map(super::ties::Wanted::indexes) {
        add(b'p', index.as_bytes());
    }
    if let Patch::Set(id) = &draft.external_id {
        add(b'x', id.as_bytes());
    }
    for number in draft.sent_accounts() {
        add(b'a', number.as_bytes());
    }
    for (_, file) in draft.fields.evidence() {
        add(b'e', file.0.as_bytes());
    }
}
