//! The filing calendar, the 信息状态 of every case, the account cells and the life of a submission.

use proptest::prelude::*;

use super::*;
use crate::edition::{EditionId, edition};
use entity::kind::ReportKind;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fact<'a>(finding: &'a Finding, name: &str) -> &'a str {
    &finding
        .facts
        .iter()
        .find(|(known, _)| *known == name)
        .unwrap()
        .1
}

#[test]
fn the_running_the_last_and_the_next_window_may_be_prepared() {
    let allowed = |today: &str| -> Vec<String> {
        [
            "2025-07-01",
            "2026-01-01",
            "2026-07-01",
            "2027-01-01",
            "2027-07-01",
            "2028-01-01",
        ]
        .into_iter()
        .filter(|first| may_prepare(day(first), day(today)).is_ok())
        .map(|first| first[..7].to_owned())
        .collect()
    };
    assert_eq!(allowed("2026-06-30"), ["2026-01", "2026-07"]);
    assert_eq!(allowed("2026-07-01"), ["2026-01", "2026-07", "2027-01"]);
    assert_eq!(allowed("2026-07-31"), ["2026-01", "2026-07", "2027-01"]);
    assert_eq!(allowed("2026-08-01"), ["2026-07", "2027-01"]);
    assert_eq!(allowed("2026-12-31"), ["2026-07", "2027-01"]);
    assert_eq!(allowed("2027-01-31"), ["2026-07", "2027-01", "2027-07"]);
    let refusal = may_prepare(day("2028-01-01"), day("2026-11-22")).unwrap_err();
    assert_eq!(refusal.code, ProblemCode::WindowOutOfRange);
    assert_eq!(
        (fact(&refusal, "earliest"), fact(&refusal, "latest")),
        ("2026-07", "2027-01")
    );
}

#[test]
fn a_window_is_filed_from_its_first_day_and_late_after_its_last() {
    let window = day("2027-01-01");
    let refusal = may_file(window, day("2026-12-31")).unwrap_err();
    assert_eq!(refusal.code, ProblemCode::WindowNotOpen);
    assert_eq!(fact(&refusal, "date"), "2027-01-01");
    assert!(may_file(window, window).is_ok());
    assert_eq!(due_on(window), day("2027-01-31"));
    assert_eq!(due_on(day("2027-07-01")), day("2027-07-31"));
    assert!(!is_late(window, day("2027-01-31")));
    assert!(is_late(window, day("2027-02-01")));
    assert!(may_file(window, day("2029-05-05")).is_ok());
}

#[test]
fn a_supplement_and_a_correction_stand_on_a_filing_that_counts() {
    assert!(check_base(FilingKind::Initial, None).is_ok());
    for kind in [FilingKind::Supplement, FilingKind::Correction] {
        assert_eq!(
            check_base(kind, None).unwrap_err().code,
            ProblemCode::BaseRequired
        );
        for &state in SubmissionState::ALL {
            let good = matches!(state, SubmissionState::Filed | SubmissionState::Accepted);
            assert_eq!(
                check_base(kind, Some(state)).is_ok(),
                good,
                "{kind} on {state}"
            );
        }
    }
}

#[test]
fn registered_and_unregistered_operators_have_sheets_of_their_own() {
    let report = edition(EditionId::Order117)
        .report(ReportKind::Livestream)
        .unwrap();
    for &identity in IdentityKind::ALL {
        let sheet = sheet_for(report, SubjectKind::Operator, identity).unwrap();
        let registered = identity == IdentityKind::Uscc;
        assert_eq!(
            sheet.key == "registered-operators",
            registered,
            "{identity}"
        );
        assert_eq!(
            sheet.key == "unregistered-operators",
            !registered,
            "{identity}"
        );
    }
    assert!(sheet_for(report, SubjectKind::Merchant, IdentityKind::Uscc).is_none());
    let draft = edition(EditionId::Draft2025)
        .report(ReportKind::Livestream)
        .unwrap();
    let merchants = sheet_for(draft, SubjectKind::Merchant, IdentityKind::ResidentId).unwrap();
    assert_eq!(merchants.key, "merchants");
}

fn print(byte: u8) -> Fingerprint {
    Fingerprint::from_bytes(vec![byte])
}

#[test]
fn row_state_compares_with_the_newest_filed_row() {
    let (old, new) = (print(1), print(2));
    let filed = |state| {
        Some(FiledRow {
            state,
            fingerprint: &old,
        })
    };
    let open = |fingerprint| Standing {
        open: true,
        fingerprint,
    };
    let closed = Standing {
        open: false,
        fingerprint: &old,
    };
    assert_eq!(row_state(None, open(&old)), Some(RowState::New));
    assert_eq!(row_state(None, closed), None, "never filed, nothing to end");
    assert_eq!(
        row_state(filed(RowState::Ended), open(&old)),
        Some(RowState::New)
    );
    assert_eq!(
        row_state(filed(RowState::Ended), closed),
        None,
        "注销 is written once"
    );
    for state in [RowState::New, RowState::Changed, RowState::Unchanged] {
        assert_eq!(
            row_state(filed(state), open(&old)),
            Some(RowState::Unchanged)
        );
        assert_eq!(row_state(filed(state), open(&new)), Some(RowState::Changed));
        assert_eq!(row_state(filed(state), closed), Some(RowState::Ended));
    }
}

#[test]
fn each_filing_kind_writes_its_own_rows() {
    use FilingKind::{Correction, Initial, Supplement};
    let (old, new) = (print(1), print(2));
    let row = Some(FiledRow {
        state: RowState::New,
        fingerprint: &old,
    });
    let ended = Some(FiledRow {
        state: RowState::Ended,
        fingerprint: &old,
    });
    let same = Standing {
        open: true,
        fingerprint: &old,
    };
    let changed = Standing {
        open: true,
        fingerprint: &new,
    };
    let closed = Standing {
        open: false,
        fingerprint: &old,
    };
    let written = |newest, in_window, now| {
        [Initial, Supplement, Correction].map(|kind| row_to_write(kind, newest, in_window, now))
    };
    let (n, c, u, e) = (
        Some(RowState::New),
        Some(RowState::Changed),
        Some(RowState::Unchanged),
        Some(RowState::Ended),
    );
    assert_eq!(
        written(None, None, same),
        [n, n, None],
        "registered since the base"
    );
    assert_eq!(
        written(row, None, same),
        [u, u, None],
        "filed in an earlier window only"
    );
    assert_eq!(written(row, None, changed), [c, c, None]);
    assert_eq!(written(row, None, closed), [e, e, None]);
    assert_eq!(written(row, row, same), [u, None, None]);
    assert_eq!(written(row, row, changed), [c, None, c]);
    assert_eq!(written(row, row, closed), [e, None, e]);
    assert_eq!(written(ended, ended, closed), [None, None, None]);
    assert_eq!(
        written(ended, row, closed),
        [None, None, None],
        "ended in a later window"
    );
    let newer = Some(FiledRow {
        state: RowState::Changed,
        fingerprint: &new,
    });
    assert_eq!(
        written(newer, row, changed),
        [u, None, u],
        "an older window is corrected"
    );
}

#[test]
fn accounts_stand_holder_first_then_by_number() {
    use AccountRole::{ActualOperator, Holder};
    let cells = account_cells([(ActualOperator, "a1"), (Holder, "b2"), (Holder, "a9")]);
    assert_eq!(cells, ["a9；b2；a1"]);
    assert_eq!(account_cells([]), [""]);
}

#[test]
fn a_cell_is_measured_as_excel_does() {
    let pair = "😀".repeat(8_191);
    let cells = account_cells([(AccountRole::Holder, &*pair), (AccountRole::Holder, &*pair)]);
    assert_eq!(cells.len(), 1, "16,382 + 1 + 16,382 code units fit");
    let longer = format!("{pair}ab");
    let cells = account_cells([
        (AccountRole::Holder, &*pair),
        (AccountRole::Holder, &*longer),
    ]);
    assert_eq!(cells.len(), 1, "32,767 code units just fit");
    let longer = format!("{pair}abc");
    let cells = account_cells([
        (AccountRole::Holder, &*pair),
        (AccountRole::Holder, &*longer),
    ]);
    assert_eq!(cells, [pair, longer]);
}

proptest! {
    #[test]
    fn cells_never_exceed_the_limit_nor_lose_an_account(
        texts in prop::collection::vec("[a-z😀]{1,9}", 0..40),
        limit in 18_usize..60,
    ) {
        let cells = pack(texts.iter().map(String::as_str), limit);
        prop_assert!(cells.iter().all(|cell| cell.encode_utf16().count() <= limit));
        let read: Vec<_> = cells
            .iter()
            .flat_map(|cell| cell.split(ACCOUNT_SEPARATOR))
            .filter(|text| !text.is_empty())
            .collect();
        prop_assert_eq!(read, texts);
    }
}

#[test]
fn only_the_deeds_of_the_table_are_allowed() {
    use SubmissionDeed as Deed;
    use SubmissionState as State;
    let allowed: Vec<_> = State::ALL
        .iter()
        .flat_map(|&from| Deed::ALL.iter().map(move |&deed| (from, deed)))
        .filter_map(|(from, deed)| advance(from, deed).ok())
        .map(|step| format!("{} {:?} {:?} {}", step.from, step.actor, step.deed, step.to))
        .collect();
    assert_eq!(
        allowed,
        [
            "PREPARING House Finish READY",
            "PREPARING House Fail FAILED",
            "PREPARING House Cancel CANCELLED",
            "READY House Cancel CANCELLED",
            "READY Platform File FILED",
            "FILED Platform Withdraw WITHDRAWN",
            "FILED Recipient Accept ACCEPTED",
            "FILED Recipient Return RETURNED",
            "FILED House Supersede SUPERSEDED",
            "ACCEPTED House Supersede SUPERSEDED",
        ]
    );
    let refusal = advance(State::Accepted, Deed::Withdraw).unwrap_err();
    assert_eq!(refusal.code, ProblemCode::WrongState);
    assert_eq!(
        (fact(&refusal, "deed"), fact(&refusal, "state")),
        ("WITHDRAW", "ACCEPTED")
    );
}
