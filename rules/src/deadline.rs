//! The clocks that run from an event (Order 117 Art. 12, 14, 15, 22, 48; 合规数据报送 Art. 8, 11): how many working days, from
//! when. Where the law says 及时 or nothing there is no day, and none is made up; an office's own practice is shown as such.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::calendar::{Deadline, working_days_after};
use crate::edition::{Article, Edition};

/// What must be done in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PeriodKind {
    /// An operator tells the platform what changed of its published facts.
    InfoChangeReport,
    /// The platform verifies the change and publishes it.
    InfoChangePublication,
    /// The platform acts on what an authority told it.
    NoticedDisposition,
    /// The platform reports what it did to an operator, streamer or agency.
    DispositionReport,
    /// The platform reports what it did to a merchant.
    MerchantDispositionReport,
    /// The platform tells whom it listed.
    BlacklistNotice,
    /// The platform answers an appeal against a listing.
    BlacklistAppealAnswer,
    /// The platform reminds who cannot be reached.
    AbnormalReminder,
    /// The platform lifts what it did, once the facts were verified anew.
    AbnormalLifting,
    /// The platform corrects filed data that an authority found wrong.
    DemandedCorrection,
    /// The platform corrects filed data that it found wrong itself.
    FoundCorrection,
    /// The province passes on what belongs to another.
    Sharing,
}

/// The event from which a period runs; its day is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Start {
    /// The change itself.
    Change,
    /// A report, appeal or application is received.
    Receipt,
    /// An authority's notice or demand is received.
    Notice,
    /// The decision of whoever must act.
    Decision,
    /// The mistake is discovered.
    Discovery,
}

/// A period of the law.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Its length in working days (工作日); none where the law gives no number.
    pub working_days: Option<u32>,
    /// From when it runs; none where the law names no event.
    pub from: Option<Start>,
    /// The article that sets it.
    pub article: Article,
}

impl Edition {
    /// A period of this edition; none where the edition has none.
    #[must_use]
    pub fn period(&self, kind: PeriodKind) -> Option<&Period> {
        self.deadlines.get(&kind)
    }
}

impl Period {
    /// The last day in time after a start; none where the law gives no number.
    #[must_use]
    pub fn due_on(&self, start: NaiveDate) -> Option<Deadline> {
        self.working_days
            .map(|days| working_days_after(start, days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::cited;
    use crate::edition::{EditionId, edition};

    fn terms(id: EditionId, kind: PeriodKind) -> Option<(Option<u32>, Option<Start>)> {
        let period = edition(id).period(kind)?;
        Some((period.working_days, period.from))
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn under_the_order_a_change_has_three_days_to_the_platform_and_seven_to_the_public() {
        let of = |kind| terms(EditionId::Order117, kind);
        let change = of(PeriodKind::InfoChangeReport);
        assert_eq!(change, Some((Some(3), Some(Start::Change))));
        let publication = of(PeriodKind::InfoChangePublication);
        assert_eq!(publication, Some((Some(7), Some(Start::Receipt))));
        assert_eq!(cited("order-117/deadlines.INFO_CHANGE_REPORT"), "第十五条");
        assert_eq!(
            cited("order-117/deadlines.INFO_CHANGE_PUBLICATION"),
            "第十五条"
        );
    }

    #[test]
    fn under_the_draft_a_change_has_three_days_to_the_platform_and_no_further_clock() {
        let of = |kind| terms(EditionId::Draft2025, kind);
        let change = of(PeriodKind::InfoChangeReport);
        assert_eq!(change, Some((Some(3), Some(Start::Change))));
        assert_eq!(
            cited("draft-2025/deadlines.INFO_CHANGE_REPORT"),
            "第二十二条第三款"
        );
        assert_eq!(of(PeriodKind::InfoChangePublication), None);
    }

    #[test]
    fn a_reminder_has_five_days_from_the_notice_in_both() {
        for &id in EditionId::ALL {
            let reminder = terms(id, PeriodKind::AbnormalReminder);
            assert_eq!(reminder, Some((Some(5), Some(Start::Notice))), "{id}");
        }
        assert_eq!(
            cited("order-117/deadlines.ABNORMAL_REMINDER"),
            "第二十二条第二款"
        );
        assert_eq!(
            cited("draft-2025/deadlines.ABNORMAL_REMINDER"),
            "第十五条第一款"
        );
        let lifting = terms(EditionId::Order117, PeriodKind::AbnormalLifting);
        assert_eq!(lifting, Some((None, Some(Start::Receipt))));
        assert_eq!(cited("order-117/deadlines.ABNORMAL_LIFTING"), "第二十二条");
        assert_eq!(
            terms(EditionId::Draft2025, PeriodKind::AbnormalLifting),
            None
        );
    }

    #[test]
    fn only_the_sister_rule_gives_days_for_a_report_of_what_was_done() {
        for &id in EditionId::ALL {
            let report = terms(id, PeriodKind::DispositionReport);
            assert_eq!(report, Some((None, Some(Start::Decision))), "{id}");
            let merchant = terms(id, PeriodKind::MerchantDispositionReport);
            assert_eq!(merchant, Some((Some(5), Some(Start::Decision))), "{id}");
            let noticed = terms(id, PeriodKind::NoticedDisposition);
            assert_eq!(noticed, Some((None, Some(Start::Notice))), "{id}");
        }
        let sister = "《网络交易合规数据报送管理暂行办法》第八条";
        assert_eq!(
            cited("order-117/deadlines.DISPOSITION_REPORT"),
            "第十二条第三款"
        );
        assert_eq!(
            cited("order-117/deadlines.MERCHANT_DISPOSITION_REPORT"),
            sister
        );
        assert_eq!(cited("order-117/deadlines.NOTICED_DISPOSITION"), "第十二条");
        assert_eq!(
            cited("draft-2025/deadlines.DISPOSITION_REPORT"),
            "第七条第二款"
        );
        assert_eq!(
            cited("draft-2025/deadlines.MERCHANT_DISPOSITION_REPORT"),
            sister
        );
        assert_eq!(
            cited("draft-2025/deadlines.NOTICED_DISPOSITION"),
            "第七条第一款"
        );
    }

    #[test]
    fn a_listing_is_told_and_an_appeal_answered_without_a_number_and_only_under_the_order() {
        let of = |kind| terms(EditionId::Order117, kind);
        let notice = of(PeriodKind::BlacklistNotice);
        assert_eq!(notice, Some((None, Some(Start::Decision))));
        let answer = of(PeriodKind::BlacklistAppealAnswer);
        assert_eq!(answer, Some((None, Some(Start::Receipt))));
        assert_eq!(
            cited("order-117/deadlines.BLACKLIST_NOTICE"),
            "第十四条第二款"
        );
        assert_eq!(
            cited("order-117/deadlines.BLACKLIST_APPEAL_ANSWER"),
            "第十四条第二款"
        );
        for kind in [
            PeriodKind::BlacklistNotice,
            PeriodKind::BlacklistAppealAnswer,
        ] {
            assert_eq!(terms(EditionId::Draft2025, kind), None);
        }
    }

    #[test]
    fn filed_data_are_corrected_in_five_days_whoever_finds_the_mistake() {
        for &id in EditionId::ALL {
            let demanded = terms(id, PeriodKind::DemandedCorrection);
            assert_eq!(demanded, Some((Some(5), Some(Start::Notice))), "{id}");
            let found = terms(id, PeriodKind::FoundCorrection);
            assert_eq!(found, Some((Some(5), Some(Start::Discovery))), "{id}");
        }
        let sister = "《网络交易合规数据报送管理暂行办法》第十一条";
        assert_eq!(cited("order-117/deadlines.DEMANDED_CORRECTION"), sister);
        assert_eq!(cited("order-117/deadlines.FOUND_CORRECTION"), sister);
        assert_eq!(cited("draft-2025/deadlines.DEMANDED_CORRECTION"), sister);
        assert_eq!(cited("draft-2025/deadlines.FOUND_CORRECTION"), sister);
    }

    #[test]
    fn sharing_has_no_number() {
        for &id in EditionId::ALL {
            assert_eq!(terms(id, PeriodKind::Sharing), Some((None, None)), "{id}");
        }
        assert_eq!(cited("order-117/deadlines.SHARING"), "第四十八条");
        assert_eq!(cited("draft-2025/deadlines.SHARING"), "第四十条第二款");
    }

    #[test]
    fn a_number_gives_a_day_and_no_number_gives_none() {
        let order = edition(EditionId::Order117);
        let reminder = order.period(PeriodKind::AbnormalReminder).unwrap();
        let due = reminder.due_on(day("2026-09-30")).unwrap();
        assert_eq!(due.on, day("2026-10-13"));
        let notice = order.period(PeriodKind::BlacklistNotice).unwrap();
        assert_eq!(notice.due_on(day("2026-09-30")), None);
    }
}
