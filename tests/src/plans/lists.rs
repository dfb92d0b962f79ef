//! The lists of registrations: every filter, in every order, forwards, backwards and from a cursor, and counted, as each
//! kind of office and a platform ask for them.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, TimeDelta};
use entity::blacklist::gate::Known;
use entity::kind::{RecordSource, RegistrationStatus, SubjectKind, VerificationState};
use entity::registration::{Filter, Key, LAST_DAY, NEVER_VERIFIED, Order, Page};
use entity::registration_page::{self, VerifiedWithin};
use entity::sight::Seats;
use entity::tie::Book;
use rules::verification::Clock;
use sea_orm::DbBackend;

use super::Question;
use super::fill::{Filled, TODAY};
use super::world::{CAPITAL, COUNTY, platform, viewers};

/// Rows of a page, and one that tells whether there are more.
const ROWS: u64 = 51;
/// Where counting stops.
pub(super) const COUNTED: u64 = 10_001;
/// The clock of Order 117.
const CLOCK: Clock = Clock {
    months: 6,
    notice_days: rules::verification::NOTICE_DAYS,
};

/// The orders of a list.
pub(super) const ORDERS: [(&str, Order); 3] = [
    ("id", Order::Id),
    ("updatedAt", Order::UpdatedAt),
    ("verificationDue", Order::VerificationDue),
];

/// Who asks with every filter: one of each kind of sight. The others mix these.
const EVERY_FILTER: [&str; 3] = ["platform", "county", "province"];
/// Where in a list a page may be.
pub(super) const PLACES: [&str; 4] = ["first", "after", "last", "before"];

/// Every statement of the lists.
pub(super) fn questions(filled: Filled, backend: DbBackend) -> Vec<Question> {
    let mut questions = Vec::new();
    for (viewer, sight) in viewers() {
        let every = EVERY_FILTER.contains(&viewer);
        let in_full = |filter: &Filter| match viewer {
            "platform" | "county" => true,
            // The others are made of the arms of these two.
            "province" => filter.kind == Some(SubjectKind::Operator),
            _ => false,
        };
        let filters = filters(filled).into_iter();
        for (name, filter) in filters.filter(|(name, _)| every || *name == "no filter") {
            let role = filter.kind.map_or("every role", |kind| kind.as_str());
            let mut ask = |what: &str, statement| {
                questions.push(Question {
                    group: format!("{viewer}, {role}, {name}"),
                    name: what.to_owned(),
                    statement,
                    in_full: name == "no filter" && in_full(&filter),
                });
            };
            for (order, page) in pages(filled) {
                for statement in registration_page::page(&sight, &filter, &page, backend) {
                    ask(&order, statement);
                }
            }
            let count = registration_page::count(&sight, &filter, COUNTED, backend);
            ask("count", count);
        }
    }
    questions
}

/// First page, page after a cursor, last page and page before a cursor, in each order.
fn pages(filled: Filled) -> Vec<(String, Page)> {
    let mut pages = Vec::new();
    for (name, order) in ORDERS {
        let key = Some(middle(filled, order));
        for place in PLACES {
            let after = key.filter(|_| place == "after");
            let before = key.filter(|_| place == "before");
            let backward = ["last", "before"].contains(&place);
            let page = Page {
                order,
                after,
                before,
                backward,
                limit: ROWS,
            };
            pages.push((format!("{name} {place}"), page));
        }
    }
    pages
}

/// A key in the middle of everything.
fn middle(filled: Filled, order: Order) -> Key {
    let n = filled.registrations / 2;
    let id = filled.registration(n);
    match order {
        Order::Id => Key::Id(id),
        Order::UpdatedAt => Key::UpdatedAt(filled.made(n), id),
        Order::VerificationDue => Key::VerifiedOn(TODAY - TimeDelta::days(130), id),
    }
}

/// Every filter of the contract that a statement knows, by its name there.
fn filters(filled: Filled) -> Vec<(&'static str, Filter)> {
    use RegistrationStatus::{Active, Closed};
    let of = |change: &dyn Fn(&mut Filter)| {
        let mut filter = Filter {
            kind: Some(SubjectKind::Operator),
            ..Filter::default()
        };
        change(&mut filter);
        filter
    };
    let (by_platform, by_survey) = (RecordSource::Platform, RecordSource::Survey);
    let changed = filled.made(filled.registrations - 1) - TimeDelta::days(1);
    let seats = |cities: &[&str], counties: &[&str]| {
        let owned = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        Some(Seats {
            cities: owned(cities),
            counties: owned(counties),
        })
    };
    let names = || (0..20).map(|n| format!("x-{}", n * 7)).collect();
    let due_before = CLOCK.latest_verified_due_before(TODAY);
    let book = Book {
        platform: platform(0),
        source: RecordSource::Platform,
    };
    let agency = Some((book, filled.party(1)));
    let streamer = Some(SubjectKind::Streamer);
    let mut filters = vec![
        ("no filter", of(&|f| f.kind = None)),
        ("no filter", of(&|f| f.kind = streamer)),
        ("agency", of(&|f| (f.kind, f.agency) = (streamer, agency))),
        ("no filter", of(&|_| {})),
        ("platform", of(&|f| f.platform = Some(platform(0)))),
        ("division (city)", of(&|f| f.seats = seats(&[CAPITAL], &[]))),
        (
            "division (county)",
            of(&|f| f.seats = seats(&[], &[COUNTY])),
        ),
        ("status ACTIVE", of(&|f| f.status = Some(Active))),
        ("status CLOSED", of(&|f| f.status = Some(Closed))),
        (
            "dueBefore",
            of(&|f| f.verified_on = operators(NEVER_VERIFIED..=due_before)),
        ),
        ("changedSince", of(&|f| f.changed_since = Some(changed))),
        ("externalIds", of(&|f| f.external_ids = Some(names()))),
        ("blacklisted", of(&|f| f.blacklisted = Some(known(true)))),
        (
            "not blacklisted",
            of(&|f| f.blacklisted = Some(known(false))),
        ),
        ("source PLATFORM", of(&|f| f.source = Some(by_platform))),
        ("source SURVEY", of(&|f| f.source = Some(by_survey))),
        (
            "platform and division and status and verification",
            of(&|f| {
                f.platform = Some(platform(0));
                f.seats = seats(&[], &[COUNTY]);
                f.status = Some(Active);
                f.verified_on = verified(VerificationState::Overdue);
            }),
        ),
    ];
    filters.extend(by_state());
    filters
}

/// Whose party is listed, or is not, as the largest platform knows it.
fn known(listed: bool) -> Known {
    Known {
        listed,
        lists: vec![platform(0)],
        open: true,
        on: TODAY,
    }
}

/// One filter for each state of the verification clock.
fn by_state() -> Vec<(&'static str, Filter)> {
    let states = [
        ("verification NEVER", VerificationState::Never),
        ("verification OVERDUE", VerificationState::Overdue),
        ("verification DUE", VerificationState::Due),
        ("verification CURRENT", VerificationState::Current),
    ];
    let filter = |state| Filter {
        kind: Some(SubjectKind::Operator),
        verified_on: verified(state),
        ..Filter::default()
    };
    states.map(|(name, state)| (name, filter(state))).into()
}

/// Operators whose last verification gives a state.
fn verified(state: VerificationState) -> Vec<VerifiedWithin> {
    operators(days(state))
}

fn operators(days: RangeInclusive<NaiveDate>) -> Vec<VerifiedWithin> {
    let kind = SubjectKind::Operator;
    vec![VerifiedWithin { kind, days }]
}

/// The days of a last verification that give a state.
pub(super) fn days(state: VerificationState) -> RangeInclusive<NaiveDate> {
    let range = CLOCK.verified_range(state, TODAY).map(|range| {
        let from = range.from.or(NEVER_VERIFIED.succ_opt());
        from.unwrap_or(NEVER_VERIFIED)..=range.until.unwrap_or(LAST_DAY)
    });
    range.unwrap_or(NEVER_VERIFIED..=NEVER_VERIFIED)
}
