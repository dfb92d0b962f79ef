//! 虚拟主播: what an item may say of one, and for how long it stands. A list replaces and ends what it lacks; a presenter
//! also ends with the room that it appears in, and with the operator.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::operator::LiveAccount;
use entity::presenter::SyntheticPresenter;
use entity::problem::{Finding, ProblemCode};
use entity::value::personal::resident_in_words;

use super::input::{Patch, SyntheticPresenterInput};
use super::parse::Parser;
use super::registration::fields::Keeping;

/// The presenters of an item, as sent; the same one in the same room twice is refused on the second.
pub(super) fn list(
    parser: &mut Parser<'_>,
    raw: &[SyntheticPresenterInput],
) -> Option<Vec<SyntheticPresenter>> {
    let list = parser.list(raw, one)?;
    let mut seen = HashSet::new();
    for (index, presenter) in list.iter().enumerate() {
        if !seen.insert(presenter.key()) {
            let twice = Finding::error(ProblemCode::PresenterTwice).inside("name");
            parser.found.push(twice.item(index));
        }
    }
    Some(list)
}

/// One presenter; its first day is filled in when it is merged.
fn one(parser: &mut Parser<'_>, raw: &SyntheticPresenterInput) -> Option<SyntheticPresenter> {
    let name = parser.within("name", |parser| shown_name(parser, &raw.name));
    let account = parser.optional_key("accountNumber", raw.account_number.as_deref());
    let producer = match &raw.producer {
        None => {
            let unknown = Finding::warning(ProblemCode::ProducerUnknown);
            parser.found.push(unknown.inside("producer"));
            Some(None)
        }
        Some(given) => parser
            .within("producer", |parser| parser.person(given))
            .map(Some),
    };
    Some(SyntheticPresenter {
        name: name?,
        account: account?,
        producer: producer?,
        since: parser.today,
        until: None,
    })
}

/// The name is shown to everybody and names no person.
fn shown_name(parser: &mut Parser<'_>, raw: &str) -> Option<String> {
    if let Some(at) = resident_in_words(raw.trim(), parser.today) {
        let person = Finding::error(ProblemCode::PresenterIsPerson);
        parser.found.push(person.at_character(at));
        return None;
    }
    parser.name(raw)
}

/// Those that name a room which the operator would not have.
pub(super) fn misplaced(
    sent: &Patch<Vec<SyntheticPresenter>>,
    accounts: &[LiveAccount],
) -> Vec<Finding> {
    let Patch::Set(sent) = sent else {
        return Vec::new();
    };
    let rooms = Rooms::of(accounts);
    let strangers = sent.iter().enumerate().filter(|(_, one)| !rooms.have(one));
    strangers
        .map(|(index, _)| {
            let unknown = Finding::error(ProblemCode::PresenterRoomUnknown);
            unknown
                .inside("accountNumber")
                .item(index)
                .inside("presenters")
        })
        .collect()
}

/// The open presenters by name and room, each since its first day, then those that ended, the latest first: what is no
/// longer named, or has no room any more, ends today.
pub(super) fn kept(
    presenters: Vec<SyntheticPresenter>,
    before: &[SyntheticPresenter],
    accounts: &[LiveAccount],
    keeping: Keeping,
) -> Vec<SyntheticPresenter> {
    if presenters.is_empty() && before.is_empty() {
        return Vec::new();
    }
    let rooms = Rooms::of(accounts);
    let since: HashMap<_, NaiveDate> = before
        .iter()
        .filter(|old| old.is_open())
        .map(|old| (old.key(), old.since))
        .collect();
    let mut open: Vec<_> = presenters
        .into_iter()
        .filter(|one| one.is_open() && rooms.have(one))
        .collect();
    for one in &mut open {
        one.since = since.get(&one.key()).copied().unwrap_or(keeping.today);
    }
    open.sort_by(|a, b| a.key().cmp(&b.key()));
    let named: HashSet<_> = open.iter().map(SyntheticPresenter::key).collect();
    let mut ended: Vec<_> = before
        .iter()
        .filter(|old| !old.is_open() || !named.contains(&old.key()))
        .cloned()
        .collect();
    end(&mut ended, keeping.today);
    ended.sort_by(|a, b| (Reverse(a.until), a.key()).cmp(&(Reverse(b.until), b.key())));
    ended.truncate(keeping.ended_presenters);
    open.extend(ended);
    open
}

/// Ends those that are open, none before it began, and tells whether there were any.
pub(super) fn end(presenters: &mut [SyntheticPresenter], on: NaiveDate) -> bool {
    let mut any = false;
    for one in presenters.iter_mut().filter(|one| one.is_open()) {
        one.until = Some(on.max(one.since));
        any = true;
    }
    any
}

/// The rooms of an operator.
struct Rooms<'a>(HashSet<&'a str>);

impl<'a> Rooms<'a> {
    fn of(accounts: &'a [LiveAccount]) -> Self {
        Self(accounts.iter().map(|room| room.number.as_str()).collect())
    }

    /// Whether a presenter appears in one of them, or in any.
    fn have(&self, presenter: &SyntheticPresenter) -> bool {
        let room = presenter.account.as_deref();
        room.is_none_or(|number| self.0.contains(number))
    }
}
