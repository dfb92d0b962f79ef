//! The authorities' own lists, as an office mirrors them from a workbook: an entry a row, with where it was published. A
//! mirrored entry bars nobody by itself, takes no measure and is told to nobody by letter: all that is its authority's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::blacklist::{self, Content, Entity, Model, content_place, name_place, token};
use entity::id::{EntryId, PartyId};
use entity::kind::{
    Authority, BlacklistRegister, BlacklistState, IdentityKind, ImportKind, LegalLevel, RowOutcome,
    SubjectKind,
};
use entity::problem::{Finding, ProblemCode};
use entity::value::identity::IdentityNumber;
use reports::survey::table::OPEN;
use rules::blacklist::listing::title;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QuerySelect as _,
};

use super::Survey;
use super::assemble::{Cells, on_row, who};
use super::chunk::Judged;
use super::staged::{Cell, Effect, Row, Verdict, at};
use super::undo::Taken;
use crate::app::App;
use crate::error::Error;
use crate::registry::batch::Outcome;
use crate::registry::blacklist::{FACTS, REASON, changed, names};
use crate::registry::party;
use crate::registry::registration::chunks;
use crate::registry::text::{sealed_words, words};
use crate::scope::Scope;

/// The longest title, authority or contact, in characters.
const WORDS: usize = 200;

/// An entry that a row asks for.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    row: usize,
    identity: IdentityNumber,
    name: String,
    role: SubjectKind,
    content: Content,
    from: NaiveDate,
    until: Option<NaiveDate>,
    instrument: String,
    article: String,
    contact: Option<String>,
    source: Option<String>,
}

/// Whose list an office mirrors.
fn register(survey: &Survey) -> Option<(entity::id::OfficeId, BlacklistRegister)> {
    let office = survey.office.as_ref()?;
    let register = match office.authority {
        Authority::Market => BlacklistRegister::SeriousViolation,
        Authority::Cyberspace => BlacklistRegister::CyberspaceSeriousBreach,
    };
    survey
        .caller
        .has(Scope::BlacklistWrite)
        .then_some((office.id, register))
}

/// Whether a row is of a list.
pub(super) fn is_entry(row: &Row) -> bool {
    row.parts.first().map(|part| part.kind) == Some(ImportKind::Blacklist)
}

/// Reads a row of a list, or tells at which cells it cannot be one.
pub(super) fn draft(survey: &Survey, row: &Row, place: usize) -> Result<Draft, Vec<Finding>> {
    let cells = Cells::of(&row.parts, |field| field.starts_with("entry."));
    let mut reader = Reader {
        survey,
        row,
        cells: &cells,
        found: Vec::new(),
    };
    if register(survey).is_none() {
        let own = Finding::error(ProblemCode::SurveyRegister);
        reader.found.push(on_row(own, row));
    }
    let identity = reader.identity();
    let name = reader.required("entry.name", |text, today| words(text, WORDS, today));
    if let Some(Err(finding)) = name.as_deref().map(names::listable) {
        reader.tell("entry.name", finding);
    }
    let role = reader.role();
    let from = reader.required("entry.from", |text, _| day(text));
    let until = reader.optional("entry.until", |text, _| {
        if text == OPEN {
            Ok(None)
        } else {
            day(text).map(Some)
        }
    });
    let until = until.flatten();
    if until.zip(from).is_some_and(|(until, from)| until < from) {
        reader.tell("entry.until", Finding::error(ProblemCode::TermEnded));
    }
    let reason = reader.required("entry.reason", |text, _| sealed_words(text, REASON));
    let facts = reader.optional("entry.facts", |text, _| sealed_words(text, FACTS));
    let plain = |text: &str, today| words(text, WORDS, today);
    let instrument = reader.optional("entry.instrument", plain);
    let article = reader.optional("entry.article", plain);
    let contact = reader.optional("entry.contact", plain);
    let authority = reader.optional("entry.authority", plain);
    let document = reader.optional("entry.documentNumber", plain);
    let source: Vec<String> = authority.into_iter().chain(document).collect();
    let whole = (identity, name, role, from, reason);
    match whole {
        (Some(identity), Some(name), Some(role), Some(from), Some(reason))
            if reader.found.is_empty() =>
        {
            Ok(Draft {
                row: place,
                identity,
                name,
                role,
                content: Content {
                    facts: facts.unwrap_or_else(|| reason.clone()),
                    reason,
                    evidence: Vec::new(),
                },
                from,
                until,
                instrument: instrument.unwrap_or_default(),
                article: article.unwrap_or_default(),
                contact,
                source: (!source.is_empty()).then(|| source.join(" ")),
            })
        }
        _ => Err(reader.found),
    }
}

fn day(text: &str) -> Result<NaiveDate, Finding> {
    text.parse()
        .map_err(|_| Finding::error(ProblemCode::ValueForm).with("type", "2027-01-31"))
}

struct Reader<'a> {
    survey: &'a Survey,
    row: &'a Row,
    cells: &'a Cells<'a>,
    found: Vec<Finding>,
}

impl Reader<'_> {
    fn tell(&mut self, field: &str, finding: Finding) {
        let cell = self.cells.get(field);
        self.found.push(match cell {
            Some(Cell { at: cell, .. }) => at(finding, &self.row.sheet, *cell),
            None => on_row(finding, self.row),
        });
    }

    fn optional<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str, NaiveDate) -> Result<T, Finding>,
    ) -> Option<T> {
        let text = self.cells.text(field)?;
        match parse(text, self.survey.app.today()) {
            Ok(value) => Some(value),
            Err(finding) => {
                self.tell(field, finding);
                None
            }
        }
    }

    fn required<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str, NaiveDate) -> Result<T, Finding>,
    ) -> Option<T> {
        if self.cells.get(field).is_none() && !self.row.refuses(field) {
            let lacking = Finding::error(ProblemCode::Required).with("field", field);
            let lacking = lacking.inside(field);
            let row = self.row;
            self.found
                .push(super::assemble::placed(lacking, row, &BTreeMap::new()));
        }
        self.optional(field, parse)
    }

    fn identity(&mut self) -> Option<IdentityNumber> {
        let Some(number) = self.cells.text("entry.number") else {
            if !self.row.refuses("entry.number") {
                let nobody = Finding::error(ProblemCode::SurveyUnidentified);
                self.tell("entry.name", nobody);
            }
            return None;
        };
        let said = self.cells.text("entry.identityKind");
        let given = who::identity(number, said, false);
        let today = self.survey.app.today();
        match IdentityNumber::parse(given.kind, &given.number, None, today) {
            Ok(parsed) => Some(parsed.identity),
            Err(findings) => {
                for finding in findings {
                    self.tell("entry.number", finding);
                }
                None
            }
        }
    }

    /// The role, by its stored name; a list of authorities often names none, and whoever sells in a room is meant.
    fn role(&mut self) -> Option<SubjectKind> {
        match self.cells.text("entry.role").map(str::parse) {
            None => Some(SubjectKind::Operator),
            Some(Ok(role)) => Some(role),
            Some(Err(_)) => {
                self.tell("entry.role", Finding::error(ProblemCode::ValueForm));
                None
            }
        }
    }
}

/// Judges entries against what the office mirrors already, and writes those that are new where `write` says so.
pub(super) async fn settle(
    survey: &Survey,
    drafts: Vec<Draft>,
    (judged, rows): (&mut Judged, &[Row]),
    write: bool,
    tx: &DatabaseTransaction,
) -> Result<(), Error> {
    let Some(whose) = register(survey) else {
        return Ok(());
    };
    if drafts.is_empty() {
        return Ok(());
    }
    let app = &survey.app;
    let numbers = drafts.iter().map(|draft| {
        let index = app
            .vault
            .index(party::NUMBER, draft.identity.number().as_bytes());
        (draft.identity.clone(), index)
    });
    let numbers: Vec<_> = numbers.collect();
    let keys: Vec<party::Key> = numbers.iter().map(|(n, i)| party::Key::of(n, i)).collect();
    let parties = if write {
        party::ensure(app, tx, numbers).await?
    } else {
        party::known(app, tx, keys.iter()).await?
    };
    let mut mirrored = mirrored(whose, parties.values().copied().collect(), tx).await?;
    let mut entered = Vec::new();
    for (draft, key) in drafts.into_iter().zip(keys) {
        let party = parties.get(&key).copied();
        let before = party.and_then(|party| mirrored.get(&(party, draft.role)));
        let (Some(row), Some(verdict)) = (rows.get(draft.row), judged.verdicts.get_mut(draft.row))
        else {
            continue;
        };
        let mut effect = Effect::of(draft.role, Outcome::Created);
        match before {
            Some(before) if is_same(survey, &draft, before)? => {
                effect.outcome = Outcome::Unchanged;
                effect.entry = Some(before.id);
            }
            Some(before) => {
                let listed = Finding::error(ProblemCode::AlreadyListed);
                let listed = listed.with("id", before.id.to_string());
                verdict.findings.push(on_row(listed, row));
                verdict.outcome = RowOutcome::Rejected;
                effect.outcome = Outcome::Rejected;
            }
            None => {
                if let (true, Some(party)) = (write, party) {
                    let entry = entry(survey, whose, (&draft, party))?;
                    effect.entry = Some(entry.id);
                    effect.revision = Some(1);
                    mirrored.insert((party, draft.role), entry.clone());
                    entered.push((entry, draft.identity.kind(), draft.name));
                }
            }
        }
        verdict.effects.push(effect);
    }
    enter(app, entered, tx).await
}

/// Writes entries with the tokens of their names, by which they are found.
async fn enter(
    app: &App,
    entered: Vec<(Model, IdentityKind, String)>,
    tx: &DatabaseTransaction,
) -> Result<(), Error> {
    if entered.is_empty() {
        return Ok(());
    }
    let named = entered.iter();
    let tokens =
        named.flat_map(|(row, kind, name)| names::tokens_of(app, (row.id, *kind, name.as_str())));
    let tokens = tokens.collect();
    for some in chunks(entered) {
        let rows = some.into_iter();
        let rows = rows.map(|(row, ..)| row.into_active_model().reset_all());
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    names::insert(tx, tokens).await?;
    changed(tx).await
}

async fn mirrored(
    (office, register): (entity::id::OfficeId, BlacklistRegister),
    parties: Vec<PartyId>,
    tx: &DatabaseTransaction,
) -> Result<HashMap<(PartyId, SubjectKind), Model>, Error> {
    let mut standing = HashMap::new();
    for some in parties.chunks(500) {
        let known = blacklist::mirrored(office, register, some.iter().copied());
        for row in known.all(tx).await? {
            standing.insert((row.party_id, row.role), row);
        }
    }
    Ok(standing)
}

/// Whether an entry says what the row says.
fn is_same(survey: &Survey, draft: &Draft, row: &Model) -> Result<bool, Error> {
    let vault = &survey.app.vault;
    let content: Content = vault.open_json(content_place(row.id), &row.content)?;
    let dates = (row.valid_from, row.valid_until) == (draft.from, draft.until);
    Ok(dates && content == draft.content && row.source == draft.source)
}

/// What is entered of a row.
fn entry(
    survey: &Survey,
    (office, register): (entity::id::OfficeId, BlacklistRegister),
    (draft, party): (&Draft, PartyId),
) -> Result<Model, Error> {
    let app = &survey.app;
    let id: EntryId = app.id();
    let begun = draft.from <= app.today();
    Ok(Model {
        id,
        register,
        platform_id: None,
        office_id: Some(office),
        party_id: party,
        role: draft.role,
        shared: false,
        state: if begun {
            BlacklistState::Active
        } else {
            BlacklistState::Scheduled
        },
        valid_from: draft.from,
        valid_until: draft.until,
        instrument: title(&draft.instrument)
            .unwrap_or(draft.instrument.as_str())
            .to_owned(),
        level: LegalLevel::Rule,
        article: draft.article.clone(),
        appeal_channel: None,
        contact: draft.contact.clone(),
        source: draft.source.clone(),
        name: app.vault.seal_json(name_place(id), &draft.name)?,
        content: app.vault.seal_json(content_place(id), &draft.content)?,
        listed_at: app.now(),
        listed_by: survey.caller.client.id,
        ended_on: None,
        ended_at: None,
        ended_by: None,
        removal: None,
    })
}

/// The entries of a chunk as they stand, with what rests on them.
pub(super) struct Entries {
    rows: HashMap<EntryId, Model>,
    resting: BTreeSet<EntryId>,
    gone: Vec<Model>,
}

impl Entries {
    /// Holds the entries that the rows of a chunk made.
    pub(super) async fn load(
        verdicts: &[Verdict],
        tx: &DatabaseTransaction,
    ) -> Result<Self, Error> {
        let effects = verdicts.iter().flat_map(|verdict| &verdict.effects);
        let written = effects.filter(|effect| effect.revision.is_some());
        let ids: BTreeSet<EntryId> = written.filter_map(|effect| effect.entry).collect();
        let mut entries = Self {
            rows: HashMap::new(),
            resting: BTreeSet::new(),
            gone: Vec::new(),
        };
        for some in chunks(ids.into_iter().collect()) {
            let held = blacklist::by_ids(some.iter().copied()).lock_exclusive();
            let held = held.all(tx).await?.into_iter();
            entries.rows.extend(held.map(|row| (row.id, row)));
            let rested = blacklist::rested_on(some).all(tx).await?.into_iter();
            entries.resting.extend(rested.map(|row| row.id));
        }
        Ok(entries)
    }

    /// Takes an entry back that the import made, unless somebody has judged a likeness with it since.
    pub(super) fn take_back(&mut self, effect: &mut Effect) -> Taken {
        let (Some(id), Some(_)) = (effect.entry, effect.revision) else {
            return Taken::Nothing;
        };
        let Some(row) = self.rows.get(&id) else {
            return Taken::Left("GONE");
        };
        if row.ended_on.is_some() {
            return Taken::Left("CHANGED");
        }
        if self.resting.contains(&id) {
            return Taken::Left("IN_USE");
        }
        self.gone.extend(self.rows.remove(&id));
        effect.revision = None;
        Taken::Back
    }

    /// Removes what was taken back, with its tokens and the parties that nothing names any more.
    pub(super) async fn write(self, tx: &DatabaseTransaction) -> Result<(), Error> {
        if self.gone.is_empty() {
            return Ok(());
        }
        for some in chunks(self.gone) {
            let ids: Vec<EntryId> = some.iter().map(|row| row.id).collect();
            token::Entity::delete_many()
                .filter(token::Column::EntryId.is_in(ids.iter().copied()))
                .exec(tx)
                .await?;
            Entity::delete_many()
                .filter(blacklist::Column::Id.is_in(ids))
                .exec(tx)
                .await?;
            let parties: BTreeSet<PartyId> = some.iter().map(|row| row.party_id).collect();
            entity::retention::forgotten(parties).exec(tx).await?;
        }
        changed(tx).await
    }
}
