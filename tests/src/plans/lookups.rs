//! What deeds and single reads look up, at the largest size that a request may have, and the lists that are not of
//! registrations.

use entity::id::{PartyId, RegistrationId};
use entity::kind::{RecordSource, ReportKind, SubjectKind, SubmissionState, TieKind};
use entity::sealed::BlindIndex;
use entity::tie::{Arm, Book};
use entity::{account, party, registration, revision, submission, tie};
use sea_orm::{DbBackend, EntityTrait, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select};

use super::Question;
use super::fill::{Filled, filing};
use super::world::{platform, viewers};

/// Items of a batch.
const BATCH: u64 = 1_000;
/// Rows of the largest page.
const PAGE: u64 = 500;
/// Frozen rows that are read at a time.
const FROZEN: u64 = 5_000;
/// Records of a page whose ties are asked for together.
const TIED: u64 = 50;

/// Every statement of the look-ups.
pub(super) fn questions(filled: &Filled, backend: DbBackend) -> Vec<Question> {
    let mut questions = deeds(filled, backend);
    questions.extend(ties(filled, backend));
    questions.extend(reads(filled, backend));
    questions.extend(submissions(filled, backend));
    questions
}

fn ask<E: EntityTrait>(
    (group, name): (&str, &str),
    select: &Select<E>,
    backend: DbBackend,
) -> Question {
    Question {
        group: group.to_owned(),
        name: name.to_owned(),
        statement: select.build(backend),
    }
}

/// Numbers spread over the whole registry.
fn spread(filled: &Filled, many: u64) -> impl Iterator<Item = u64> + use<> {
    let step = (filled.parties() / many).max(1);
    (0..many.min(filled.parties())).map(move |n| n * step)
}

fn ids(filled: &Filled, many: u64) -> Vec<RegistrationId> {
    spread(filled, many)
        .map(|n| filled.registration(n))
        .collect()
}

fn parties(filled: &Filled, many: u64) -> Vec<PartyId> {
    spread(filled, many).map(|n| filled.party(n)).collect()
}

/// What a batch of a thousand items looks up.
fn deeds(filled: &Filled, backend: DbBackend) -> Vec<Question> {
    let many = BATCH.min(filled.registrations / 20);
    let indexes = (0..many).map(|n| {
        let word = |salt: u64| (n * 31 * salt % 0x1_0000_0000).to_be_bytes();
        let bytes: Vec<u8> = [2_654_435_761, 2_654_435_763, 7, 9].map(word).concat();
        BlindIndex::from_bytes(bytes)
    });
    let numbers = |prefix: &str| -> Vec<String> {
        spread(filled, many)
            .map(|n| format!("{prefix}{n}"))
            .collect()
    };
    let (operator, own) = (SubjectKind::Operator, RecordSource::Platform);
    let ledger = registration::in_ledger(platform(0), operator, own, parties(filled, many));
    let names = registration::with_external_ids(platform(0), operator, numbers("x-"));
    let group = "a batch";
    let open = account::open_of(ids(filled, many));
    let holders = account::holders(platform(0), numbers("acct-"));
    let current = revision::current_of(ids(filled, many));
    vec![
        ask(
            (group, "party::by_indexes"),
            &party::by_indexes(indexes),
            backend,
        ),
        ask(
            (group, "registration::in_ledger"),
            &ledger.order_by_asc(registration::Column::Id),
            backend,
        ),
        ask((group, "registration::with_external_ids"), &names, backend),
        ask((group, "revision::current_of"), &current, backend),
        ask(
            (group, "registration::named"),
            &registration::named(ids(filled, many)),
            backend,
        ),
        ask((group, "account::open_of"), &open, backend),
        ask((group, "account::holders"), &holders, backend),
    ]
}

/// What one record, one party and the rows of a page are read by.
fn reads(filled: &Filled, backend: DbBackend) -> Vec<Question> {
    let many = PAGE.min(filled.registrations / 20);
    let (one, whose) = (filled.registration(7), filled.party(7));
    let group = "a record or the rows of a page";
    let as_of = revision::as_of(ids(filled, many), filled.made(filled.registrations / 2));
    let mut questions = vec![
        ask(
            (group, "party::by_ids"),
            &party::by_ids(parties(filled, many)),
            backend,
        ),
        ask(
            (group, "revision::current_of"),
            &revision::current_of(ids(filled, many)),
            backend,
        ),
        ask((group, "revision::as_of"), &as_of, backend),
        ask(
            (group, "revision::history"),
            &revision::history(one, None).limit(PAGE),
            backend,
        ),
        ask(
            (group, "revision::history, before"),
            &revision::history(one, Some(9)).limit(PAGE),
            backend,
        ),
        ask(
            (group, "account::open_of"),
            &account::open_of(ids(filled, many)),
            backend,
        ),
        ask(
            (group, "account::ended_of"),
            &account::ended_of(ids(filled, many)),
            backend,
        ),
    ];
    for (viewer, sight) in viewers() {
        let group = format!("{viewer}, by id");
        let one = registration::one_seen_by(&sight, one);
        let some = registration::some_seen_by(&sight, ids(filled, many));
        let first = registration::of_party(&sight, whose, None).limit(PAGE);
        let after = Some(filled.registration(0));
        let next = registration::of_party(&sight, whose, after).limit(PAGE);
        questions.extend([
            ask((&group, "registration::one_seen_by"), &one, backend),
            ask((&group, "registration::some_seen_by"), &some, backend),
            ask((&group, "registration::of_party"), &first, backend),
            ask((&group, "registration::of_party, after"), &next, backend),
        ]);
    }
    questions
}

/// What is tied to what, for a batch and for the rows of a page.
fn ties(filled: &Filled, backend: DbBackend) -> Vec<Question> {
    let group = "ties";
    let many = BATCH.min(filled.registrations / 20);
    let book = Book {
        platform: platform(0),
        source: RecordSource::Platform,
    };
    let kind = TieKind::StreamerOperator;
    let naming = tie::naming(book, kind, parties(filled, many));
    let of_kind = tie::of_kind(TieKind::StreamerAgency, ids(filled, many));
    let mut questions = vec![
        ask(
            (group, "tie::open_of"),
            &tie::open_of(ids(filled, many)),
            backend,
        ),
        ask((group, "tie::of_kind"), &of_kind, backend),
        ask((group, "tie::naming"), &naming, backend),
    ];
    let arm = |(index, n): (i32, u64), declares: bool| Arm {
        index,
        kind,
        declares: declares.then(|| filled.registration(n)),
        party: filled.party(n),
        book,
        after: None,
        limit: PAGE,
    };
    for (viewer, sight) in viewers() {
        for (name, declares) in [("declared", true), ("named", false)] {
            let arms = (0..).zip(spread(filled, TIED)).map(|at| arm(at, declares));
            let arms: Vec<Arm> = arms.collect();
            for (what, statement) in [
                ("tie::tied", tie::tied(&sight, &arms, backend)),
                ("tie::count_tied", tie::count_tied(&sight, &arms, backend)),
            ] {
                questions.push(Question {
                    group: format!("{viewer}, ties"),
                    name: format!("{what}, {name}"),
                    statement,
                });
            }
        }
    }
    questions
}

/// Lists of submissions and the rows that the writing reads.
fn submissions(filled: &Filled, backend: DbBackend) -> Vec<Question> {
    let group = "writing a submission";
    let frozen = FROZEN.min(filled.registrations / 20);
    let after = Some(filled.registration(filled.registrations / 2));
    let rows = |after| submission::row::of_sheet(filing(), 0, after, FROZEN);
    let run = filled.registration(0)..=filled.registration(frozen);
    let frozen = revision::frozen_in(filing(), 0, run);
    let mut questions = vec![
        ask((group, "submission::row::of_sheet"), &rows(None), backend),
        ask(
            (group, "submission::row::of_sheet, after"),
            &rows(after),
            backend,
        ),
        ask((group, "revision::frozen_in"), &frozen, backend),
        ask(
            (group, "submission::of_report"),
            &submission::of_report(platform(0), ReportKind::Livestream),
            backend,
        ),
    ];
    let filters = [
        ("no filter", submission::Filter::default()),
        (
            "every filter",
            submission::Filter {
                window: Some("2026-07".to_owned()),
                platform: Some(platform(0)),
                report: Some(ReportKind::Livestream),
                state: Some(SubmissionState::Accepted),
            },
        ),
    ];
    let seeing = viewers()
        .into_iter()
        .filter(|(_, sight)| !sight.filings.is_empty());
    for (viewer, sight) in seeing {
        let group = format!("{viewer}, submissions");
        questions.push(ask(
            (&group, "by id"),
            &submission::one_seen_by(&sight, filing()),
            backend,
        ));
        for (name, filter) in &filters {
            let page = |after| submission::page(&sight, filter, after, PAGE);
            questions.push(ask(
                (&group, &format!("{name}, first")),
                &page(None),
                backend,
            ));
            questions.push(ask(
                (&group, &format!("{name}, after")),
                &page(Some(filing())),
                backend,
            ));
        }
    }
    questions
}
