//! Listed names and the names that are asked about: blind tokens find candidates, whose names alone are opened and scored.
//! A likeness is a lead for a person; only an organisation's whole name, which is registered once, is taken for its bearer.

use std::collections::HashMap;

use entity::blacklist::status::Listed;
use entity::blacklist::token::{self, Asked, Candidate, of_index};
use entity::blacklist::{self, name_place};
use entity::id::{EntryId, PartyId};
use entity::kind::{BlacklistState, IdentityKind};
use entity::problem::{Finding, ProblemCode};
use entity::sealed::BlindIndex;
use entity::{party, registration};
use rules::matching::{
    LONGEST_NAME, NameError, NameKind, NormalName, Resemblance, Score, Threshold, plan, score,
    tokens,
};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    FromQueryResult as _, IntoActiveModel as _,
};

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::registration::book::{Standing, standing};
use crate::registry::registration::chunks;

/// What blind indexes of the parts of listed names are made for.
pub const TOKEN: &str = "blacklist.token";
/// What blind indexes of whole asked names are made for.
const WHOLE: &str = "blacklist.name";
/// Candidates of one request, however many names it asks about.
const CANDIDATES: u64 = 20_000;
/// Candidates of a name where there are very many names.
const FEW: u64 = 20;

/// Whose name it is, as far as the document tells.
#[must_use]
pub(super) const fn kind_of(document: IdentityKind) -> NameKind {
    match document {
        IdentityKind::Uscc => NameKind::Organisation,
        _ => NameKind::Person,
    }
}

/// Refuses a name under which nobody would be found.
pub(in crate::registry) fn listable(name: &str) -> Result<(), Finding> {
    NormalName::parse(name, NameKind::Person)
        .map(|_| ())
        .map_err(refused)
}

/// Why a name cannot be compared, as a caller is told.
pub(super) fn refused(error: NameError) -> Finding {
    match error {
        NameError::TooShort => Finding::error(ProblemCode::NameTooShort),
        NameError::Empty | NameError::OnlyForm => Finding::error(ProblemCode::NameNotAName),
        NameError::TooLong => {
            Finding::error(ProblemCode::TooLong).with("max", LONGEST_NAME.to_string())
        }
    }
}

/// Warns where a party that the caller knows bears no name like the one it is listed under: one wrong digit lists somebody
/// else.
pub(super) async fn unlike(
    app: &App,
    caller: &Caller,
    (party, name): (PartyId, &str),
    tx: &DatabaseTransaction,
) -> Result<Option<Finding>, Error> {
    let rows = registration::of_party(&caller.sight, party).all(tx).await?;
    let known = standing(app, tx, rows).await?;
    let is_like = |standing: &Standing| {
        let kind = kind_of(standing.party.kind);
        let parse = |name| NormalName::parse(name, kind).ok();
        let (given, registered) = (parse(name), parse(standing.facts.name()));
        given.zip(registered).is_none_or(|(given, registered)| {
            Threshold::DEFAULT.judge(&score(&given, &registered)) == Resemblance::Candidate
        })
    };
    let differs = !known.is_empty() && !known.iter().any(is_like);
    Ok(differs.then(|| Finding::warning(ProblemCode::ListedNameDiffers).inside("name")))
}

/// Keeps the tokens of an entry's name, under every key at hand.
pub(in crate::registry) async fn index(
    app: &App,
    tx: &DatabaseTransaction,
    row: &blacklist::Model,
    name: &str,
) -> Result<(), Error> {
    let whose = party::by_ids([row.party_id]).one(tx).await?;
    match whose {
        Some(whose) => insert(tx, tokens_of(app, (row.id, whose.kind, name))).await,
        None => Ok(()),
    }
}

/// The tokens of an entry's name, under every key at hand.
pub(in crate::registry) fn tokens_of(
    app: &App,
    (entry, kind, name): (EntryId, IdentityKind, &str),
) -> Vec<token::Model> {
    let Ok(name) = NormalName::parse(name, kind_of(kind)) else {
        return Vec::new();
    };
    let parts = tokens(&name).into_iter();
    let keyed = parts.flat_map(|part| app.vault.keyed_indexes(TOKEN, part.to_string().as_bytes()));
    let rows = keyed.map(|(key, index)| token::Model {
        token: of_index(&index),
        entry_id: entry,
        key_id: i32::try_from(key).unwrap_or(i32::MAX),
    });
    rows.collect()
}

/// The tokens of an entry's name under one key.
pub(in crate::registry) fn tokens_under(
    app: &App,
    (entry, kind, name): (EntryId, IdentityKind, &str),
    key: u32,
) -> Vec<token::Model> {
    let Ok(name) = NormalName::parse(name, kind_of(kind)) else {
        return Vec::new();
    };
    let under = |part: &rules::matching::Token| {
        let index = app
            .vault
            .index_under(key, TOKEN, part.to_string().as_bytes())?;
        Some(token::Model {
            token: of_index(&index),
            entry_id: entry,
            key_id: i32::try_from(key).unwrap_or(i32::MAX),
        })
    };
    tokens(&name).iter().filter_map(under).collect()
}

/// The index of a judged name under one key.
pub(in crate::registry) fn whole_under(app: &App, name: &str, key: u32) -> Option<BlindIndex> {
    let canonical = NormalName::parse(name, NameKind::Person).ok()?.canonical();
    app.vault.index_under(key, WHOLE, canonical.as_bytes())
}

/// Whether an entry is found by its name: its tokens go with its term.
pub(in crate::registry) const fn is_found(state: BlacklistState) -> bool {
    matches!(state, BlacklistState::Scheduled | BlacklistState::Active)
}

/// Writes tokens, those aside that stand.
pub(in crate::registry) async fn insert(
    tx: &DatabaseTransaction,
    rows: Vec<token::Model>,
) -> Result<(), Error> {
    let known = OnConflict::columns([token::Column::Token, token::Column::EntryId])
        .do_nothing()
        .to_owned();
    for chunk in chunks(rows) {
        let rows = chunk
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        token::Entity::insert_many(rows)
            .on_conflict(known.clone())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// A name that is asked about: read as a person's and as an organisation's, because nobody says whose it is.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    forms: Vec<NormalName>,
    whole: String,
    /// The whole name's blind indexes, by which a judgement is remembered: under the active key first.
    pub indexes: Vec<(u32, BlindIndex)>,
}

impl Wanted {
    pub(super) fn parse(app: &App, name: &str) -> Result<Self, Finding> {
        let person = NormalName::parse(name, NameKind::Person).map_err(refused)?;
        let whole = person.written().to_owned();
        let canonical = person.canonical();
        let mut forms = vec![person];
        // What is only an organisation's form may still be somebody's name.
        forms.extend(NormalName::parse(name, NameKind::Organisation));
        Ok(Self {
            forms,
            indexes: app.vault.keyed_indexes(WHOLE, canonical.as_bytes()),
            whole,
        })
    }

    /// Whether it is more than a person's name of two characters, which so many share that no judgement holds for all.
    pub(super) fn tells_people_apart(&self) -> bool {
        !self.forms.iter().any(NormalName::is_short_personal)
    }
}

/// An entry whose name is like an asked one.
#[derive(Clone, Debug)]
pub(super) struct Alike {
    pub listed: Listed,
    pub score: Score,
    /// Whether it is the whole name of an organisation.
    pub whole: bool,
}

/// What is like each of these names, the likest first, and the version of the list.
pub(super) async fn alike<C: ConnectionTrait>(
    app: &App,
    db: &C,
    wanted: &HashMap<usize, Wanted>,
    (day, threshold): (chrono::NaiveDate, Threshold),
) -> Result<(i64, HashMap<usize, Vec<Alike>>), Error> {
    let mut asked = Vec::new();
    for (index, name) in wanted {
        for lookup in name.forms.iter().flat_map(plan) {
            let hashed = app.vault.index(TOKEN, lookup.token.to_string().as_bytes());
            asked.push(Asked {
                name: i32::try_from(*index).unwrap_or(i32::MAX),
                token: of_index(&hashed),
                weight: lookup.weight,
            });
        }
    }
    let most = app.settings.blacklist.candidates;
    let each = (CANDIDATES / wanted.len().max(1) as u64)
        .clamp(FEW, most.max(FEW))
        .min(most);
    let statement = token::candidates(&asked, (day, each), db.get_database_backend());
    let rows = Candidate::find_by_statement(statement).all(db).await?;
    let version = rows.first().map_or(0, |row| row.version);
    let mut found: HashMap<usize, Vec<Alike>> = HashMap::new();
    for row in rows {
        let (Some(index), Some(sealed), Some(listed)) = (row.asked, row.name, row.listed) else {
            continue;
        };
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let Some(name) = wanted.get(&index) else {
            continue;
        };
        let text: String = app.vault.open_json(name_place(listed.id), &sealed)?;
        if let Some((score, whole)) = best(name, &text, threshold) {
            found.entry(index).or_default().push(Alike {
                listed,
                score,
                whole,
            });
        }
    }
    for alike in found.values_mut() {
        alike.sort_by(|one, other| {
            let by_score = other.score.value.total_cmp(&one.score.value);
            by_score.then(one.listed.id.cmp(&other.listed.id))
        });
    }
    Ok((version, found))
}

/// The better of the two ways to read both names, if it reaches the threshold.
fn best(wanted: &Wanted, listed: &str, threshold: Threshold) -> Option<(Score, bool)> {
    let whole = NormalName::parse(listed, NameKind::Person).map(|name| name.written().to_owned());
    let whole = whole.ok();
    let scored = wanted.forms.iter().filter_map(|form| {
        let listed = NormalName::parse(listed, form.kind()).ok()?;
        let score = score(form, &listed);
        // 杭州某某有限公司 and 某某（杭州）有限公司 are two names, however alike.
        let whole = listed.has_form() && whole.as_ref() == Some(&wanted.whole);
        (threshold.judge(&score) == Resemblance::Candidate).then_some((score, whole))
    });
    scored.max_by(|one, other| one.0.value.total_cmp(&other.0.value))
}
