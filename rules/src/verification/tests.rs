//! The clock at every month end, in both editions and for every kind, and the filters held against the state that is shown.

use proptest::prelude::*;

use super::*;
use crate::coverage::cited;
use crate::edition::{EditionId, edition};

const STATES: [VerificationState; 3] = [
    VerificationState::Current,
    VerificationState::Due,
    VerificationState::Overdue,
];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn order() -> Clock {
    Clock::of(
        edition(EditionId::Order117),
        SubjectKind::Operator,
        NOTICE_DAYS,
    )
    .unwrap()
}

/// Months between verifications of each kind that has a clock.
fn intervals(id: EditionId) -> Vec<(SubjectKind, u32)> {
    let of = |kind: &SubjectKind| {
        let clock = Clock::of(edition(id), *kind, NOTICE_DAYS)?;
        Some((*kind, clock.months))
    };
    SubjectKind::ALL.iter().filter_map(of).collect()
}

#[test]
fn the_order_verifies_operators_and_merchants_every_six_months_and_nobody_else() {
    assert_eq!(
        intervals(EditionId::Order117),
        [(SubjectKind::Operator, 6), (SubjectKind::Merchant, 6)]
    );
    let trading = "《网络交易监督管理办法》第二十四条";
    assert_eq!(cited("order-117/verification.OPERATOR"), "第八条第一款");
    assert_eq!(cited("order-117/verification.MERCHANT"), trading);
}

#[test]
fn the_draft_verifies_operators_and_streamers_every_three_months() {
    assert_eq!(
        intervals(EditionId::Draft2025),
        [
            (SubjectKind::Operator, 3),
            (SubjectKind::Streamer, 3),
            (SubjectKind::Merchant, 6),
        ]
    );
    let trading = "《网络交易监督管理办法》第二十四条";
    assert_eq!(cited("draft-2025/verification.OPERATOR"), "第八条第一款");
    assert_eq!(cited("draft-2025/verification.STREAMER"), "第八条第一款");
    assert_eq!(cited("draft-2025/verification.MERCHANT"), trading);
}

#[test]
fn six_calendar_months_end_on_the_same_or_the_last_day() {
    let due = |text| order().due_on(day(text)).to_string();
    assert_eq!(due("2026-02-28"), "2026-08-28");
    assert_eq!(due("2026-08-31"), "2027-02-28");
    assert_eq!(due("2027-08-29"), "2028-02-29");
    assert_eq!(due("2026-12-31"), "2027-06-30");
    let draft = Clock::of(
        edition(EditionId::Draft2025),
        SubjectKind::Streamer,
        NOTICE_DAYS,
    );
    assert_eq!(
        draft.unwrap().due_on(day("2026-11-30")).to_string(),
        "2027-02-28"
    );
}

#[test]
fn the_state_turns_on_the_named_days() {
    let verified = Some(day("2026-05-20"));
    let on = |today| state(Some(order()), verified, day(today)).as_str();
    assert_eq!(on("2026-10-20"), "CURRENT");
    assert_eq!(on("2026-10-21"), "DUE");
    assert_eq!(on("2026-11-20"), "DUE");
    assert_eq!(on("2026-11-21"), "OVERDUE");
    let today = day("2026-11-22");
    assert_eq!(state(Some(order()), None, today), VerificationState::Never);
    let streamers = Clock::of(
        edition(EditionId::Order117),
        SubjectKind::Streamer,
        NOTICE_DAYS,
    );
    assert_eq!(
        state(streamers, verified, today),
        VerificationState::NotRequired
    );
}

#[test]
fn states_without_a_verification_day_have_no_range() {
    let today = day("2026-11-22");
    assert_eq!(
        order().verified_range(VerificationState::Never, today),
        None
    );
    assert_eq!(
        order().verified_range(VerificationState::NotRequired, today),
        None
    );
    let strict = Clock {
        months: 6,
        notice_days: 0,
    };
    let none_due = strict.verified_range(VerificationState::Due, day("2026-08-30"));
    assert_eq!(none_due, None, "no verification day falls due on 30 August");
}

fn holds(range: Option<VerifiedRange>, verified: NaiveDate) -> bool {
    range.is_some_and(|range| {
        range.from.is_none_or(|from| from <= verified)
            && range.until.is_none_or(|until| verified <= until)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_range_is_the_inverse_of_the_state(
        offset in 0_u64..4_000,
        months in 1_u32..25,
        notice_days in 0_u32..90,
    ) {
        let today = day("2020-01-01") + Days::new(offset);
        let clock = Clock { months, notice_days };
        let ranges = STATES.map(|state| (state, clock.verified_range(state, today)));
        for back in 0..900 {
            let verified = today + Days::new(10) - Days::new(back);
            for (state, range) in ranges {
                let same = clock.state(verified, today) == state;
                prop_assert_eq!(holds(range, verified), same, "{} {}", verified, state);
            }
        }
    }

    #[test]
    fn the_latest_day_due_before_is_the_last_one(offset in 0_u64..4_000, months in 1_u32..25) {
        let before = day("2020-01-01") + Days::new(offset);
        let clock = Clock { months, notice_days: NOTICE_DAYS };
        let latest = clock.latest_verified_due_before(before);
        prop_assert!(clock.due_on(latest) < before);
        prop_assert!(clock.due_on(latest + Days::new(1)) >= before);
    }
}

/// The due day by the calendar alone: so many months on, and no later than that month's last day.
fn due_by_hand(verified: NaiveDate, months: u32) -> NaiveDate {
    let month = verified.month0() + months;
    let year = verified.year() + i32::try_from(month / 12).unwrap();
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if leap { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = lengths[usize::try_from(month % 12).unwrap()];
    NaiveDate::from_ymd_opt(year, month % 12 + 1, verified.day().min(length)).unwrap()
}

/// Every day from the first to the last.
fn days(first: &str, last: &str) -> impl Iterator<Item = NaiveDate> {
    let last = day(last);
    day(first).iter_days().take_while(move |day| *day <= last)
}

#[test]
fn a_shorter_month_ends_on_its_last_day() {
    for (verified, months, due) in [
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-08-30", 6, "2027-02-28"),
        ("2026-08-29", 6, "2027-02-28"),
        ("2026-08-28", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2027-08-29", 6, "2028-02-29"),
        ("2027-08-28", 6, "2028-02-28"),
        ("2099-08-31", 6, "2100-02-28"),
        ("2026-10-31", 6, "2027-04-30"),
        ("2026-03-31", 6, "2026-09-30"),
        ("2026-05-31", 6, "2026-11-30"),
        ("2026-12-31", 6, "2027-06-30"),
        ("2028-02-29", 6, "2028-08-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-03-31", 3, "2026-06-30"),
        ("2026-08-31", 3, "2026-11-30"),
        ("2028-02-29", 3, "2028-05-29"),
    ] {
        let clock = Clock {
            months,
            notice_days: NOTICE_DAYS,
        };
        let found = clock.due_on(day(verified)).to_string();
        assert_eq!(found, due, "{verified} and {months} months");
    }
}

#[test]
fn every_day_is_due_by_the_calendar_and_turns_on_the_days_of_the_law() {
    // Leap years, an ordinary turn of the year, and 2100, which has no 29 February.
    let verified = days("2026-01-01", "2032-12-31").chain(days("2098-01-01", "2100-12-31"));
    for verified in verified {
        for months in [3, 6] {
            let clock = Clock {
                months,
                notice_days: NOTICE_DAYS,
            };
            let due = due_by_hand(verified, months);
            assert_eq!(
                clock.due_on(verified),
                due,
                "{verified} and {months} months"
            );
            let on = |today| state(Some(clock), Some(verified), today);
            let notice = due - Days::new(30);
            for (today, expected) in [
                (notice - Days::new(1), VerificationState::Current),
                (notice, VerificationState::Due),
                (due, VerificationState::Due),
                (due + Days::new(1), VerificationState::Overdue),
                (due + Days::new(4_000), VerificationState::Overdue),
            ] {
                assert_eq!(on(today), expected, "{verified} seen on {today}");
            }
        }
    }
}

/// How many months each edition gives each kind; none = it asks for no regular verification.
fn months_by_law(edition: EditionId, kind: SubjectKind) -> Option<u32> {
    match (edition, kind) {
        (EditionId::Order117, SubjectKind::Operator)
        | (EditionId::Order117 | EditionId::Draft2025, SubjectKind::Merchant) => Some(6),
        (EditionId::Draft2025, SubjectKind::Operator | SubjectKind::Streamer) => Some(3),
        (EditionId::Order117, SubjectKind::Streamer)
        | (_, SubjectKind::Agency | SubjectKind::Platform) => None,
    }
}

fn every_clock() -> impl Iterator<Item = (EditionId, SubjectKind, Option<Clock>)> {
    EditionId::ALL.iter().flat_map(|&id| {
        let clock = move |&kind: &SubjectKind| {
            let clock = Clock::of(edition(id), kind, NOTICE_DAYS);
            (id, kind, clock)
        };
        SubjectKind::ALL.iter().map(clock)
    })
}

#[test]
fn each_kind_has_the_interval_of_its_edition_and_who_has_none_is_never_overdue() {
    for (id, kind, clock) in every_clock() {
        let months = clock.map(|clock| clock.months);
        assert_eq!(months, months_by_law(id, kind), "{id} {kind}");
        let article = edition(id).interval(kind).map(|interval| &interval.article);
        assert_eq!(article.is_some(), months.is_some(), "{id} {kind}");
        let long_ago = [None, Some(day("1999-12-31")), Some(day("2026-11-22"))];
        let states = long_ago.map(|verified| state(clock, verified, day("2026-11-22")));
        let expected = if clock.is_some() {
            [
                VerificationState::Never,
                VerificationState::Overdue,
                VerificationState::Current,
            ]
        } else {
            [VerificationState::NotRequired; 3]
        };
        assert_eq!(states, expected, "{id} {kind}");
    }
}

/// What a registration shows, from the day in its record.
fn shown(clock: Option<Clock>, recorded: NaiveDate, today: NaiveDate) -> VerificationState {
    let verified = (recorded != NEVER_VERIFIED).then_some(recorded);
    state(clock, verified, today)
}

fn answers(asked: Asked, clock: Option<Clock>, recorded: NaiveDate, today: NaiveDate) -> bool {
    let found = asked.days(clock, today);
    found.is_some_and(|days| days.contains(&recorded))
}

#[test]
fn a_filter_finds_exactly_what_shows_the_state_in_every_edition_and_of_every_kind() {
    for (id, kind, clock) in every_clock() {
        // Every third day, which meets every month's end in some year, and all month ends.
        let todays = days("2026-01-01", "2029-03-01");
        for today in todays.filter(|day| day.ordinal() % 3 == 0 || next(*day).day() == 1) {
            for &wanted in VerificationState::ALL {
                let asked = Asked {
                    state: Some(wanted),
                    due_before: None,
                };
                let found = asked.days(clock, today);
                let back = (0..300).map(|back| today + Days::new(2) - Days::new(back));
                for recorded in back.chain([NEVER_VERIFIED, next(NEVER_VERIFIED)]) {
                    let same = shown(clock, recorded, today) == wanted;
                    let answers = found.as_ref().is_some_and(|days| days.contains(&recorded));
                    assert_eq!(answers, same, "{id} {kind} {wanted} {recorded} on {today}");
                }
            }
        }
    }
}

#[test]
fn due_before_finds_what_falls_due_earlier_or_was_never_verified_and_both_filters_must_hold() {
    let today = day("2027-03-15");
    for (id, kind, clock) in every_clock() {
        for before in days("2026-12-25", "2027-09-05") {
            for recorded in days("2026-05-20", "2027-03-15").chain([NEVER_VERIFIED]) {
                let falls_due = clock.is_some_and(|clock| {
                    recorded == NEVER_VERIFIED || clock.due_on(recorded) < before
                });
                let mut asked = Asked {
                    state: None,
                    due_before: Some(before),
                };
                let alone = answers(asked, clock, recorded, today);
                assert_eq!(alone, falls_due, "{id} {kind} {recorded} before {before}");
                asked.state = Some(VerificationState::Due);
                let both = falls_due && shown(clock, recorded, today) == VerificationState::Due;
                let found = answers(asked, clock, recorded, today);
                assert_eq!(found, both, "{id} {kind} {recorded} DUE before {before}");
            }
        }
    }
}

#[test]
fn the_ends_of_the_calendar_answer_without_a_day_that_no_database_writes() {
    let far = Asked {
        state: None,
        due_before: Some(LAST_DAY),
    };
    let found = far.days(Some(order()), day("2027-01-01")).unwrap();
    assert_eq!(*found.start(), NEVER_VERIFIED);
    assert!(*found.end() <= LAST_DAY);
    let mut early = Asked {
        state: None,
        due_before: Some(day("0001-01-01")),
    };
    let never = Some(NEVER_VERIFIED..=NEVER_VERIFIED);
    assert_eq!(early.days(Some(order()), day("2027-01-01")), never);
    early.state = Some(VerificationState::Overdue);
    assert_eq!(early.days(Some(order()), day("2027-01-01")), None);
    let nothing = Asked::default();
    assert!(nothing.is_nothing());
    assert_eq!(
        nothing.days(None, day("2027-01-01")),
        Some(NEVER_VERIFIED..=LAST_DAY)
    );
}
