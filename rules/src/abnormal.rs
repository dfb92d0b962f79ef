//! What follows when an authority finds that somebody cannot be reached (Order 117 Art. 22): who, the platform's measures,
//! and how they end. The five working days of the reminder are `PeriodKind::AbnormalReminder`.

use entity::kind::{Authority, DispositionKind, SubjectKind};
use serde::Deserialize;

use crate::deadline::PeriodKind;
use crate::edition::Article;

/// The abnormal control of an edition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abnormal {
    /// Whose case it can be, and why.
    pub cases: Cases,
    /// What the platform does when a reminder changes nothing.
    pub disposal: Disposal,
    /// How it ends.
    pub lifting: Lifting,
}

/// Whose case it can be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    /// The kinds of subjects.
    pub subjects: Vec<SubjectKind>,
    /// What an authority must have found.
    pub triggers: Vec<Trigger>,
    /// Which branches tell the platform.
    pub authorities: Vec<Authority>,
    /// The article that says so.
    pub article: Article,
}

/// What an authority found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Trigger {
    /// 通过实际经营地址、经常居住地址无法联系.
    Unreachable,
    /// 不在注册地经营且无法取得联系.
    AwayAndUnreachable,
    /// 被列入经营异常名录.
    ListedAsAbnormal,
}

/// What the platform does when a reminder changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disposal {
    /// Whether it must act or may.
    pub force: Force,
    /// The measures that the text names; empty where it leaves them to the platform's rules.
    pub measures: Vec<DispositionKind>,
    /// The article that says so.
    pub article: Article,
}

/// How binding a provision is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Force {
    /// 应当.
    Must,
    /// 可以.
    May,
}

/// The end: the subject applies, the platform verifies and lifts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifting {
    /// The clock of the platform's answer; none where the text has none.
    pub due: Option<PeriodKind>,
    /// The article that says so.
    pub article: Article,
}

impl Abnormal {
    /// Whether it can be the case of this kind of subject.
    #[must_use]
    pub fn concerns(&self, kind: SubjectKind) -> bool {
        self.cases.subjects.contains(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::cited;
    use crate::edition::{EditionId, edition};

    fn concerned(id: EditionId) -> Vec<SubjectKind> {
        let all = SubjectKind::ALL.iter().copied();
        all.filter(|kind| edition(id).abnormal.concerns(*kind))
            .collect()
    }

    #[test]
    fn under_the_order_operators_and_streamers_who_cannot_be_reached_must_be_dealt_with() {
        let order = EditionId::Order117;
        assert_eq!(
            concerned(order),
            [SubjectKind::Operator, SubjectKind::Streamer]
        );
        let abnormal = &edition(order).abnormal;
        assert_eq!(abnormal.cases.triggers, [Trigger::Unreachable]);
        assert_eq!(abnormal.cases.authorities, [Authority::Market]);
        assert_eq!(abnormal.disposal.force, Force::Must);
        assert!(abnormal.disposal.measures.is_empty());
        assert_eq!(abnormal.lifting.due, Some(PeriodKind::AbnormalLifting));
        assert_eq!(cited("order-117/abnormal.cases"), "第二十二条");
        assert_eq!(cited("order-117/abnormal.disposal"), "第二十二条");
        assert_eq!(cited("order-117/abnormal.lifting"), "第二十二条");
    }

    #[test]
    fn under_the_draft_merchants_may_be_dealt_with_by_two_named_measures() {
        let draft = EditionId::Draft2025;
        assert_eq!(concerned(draft), [SubjectKind::Merchant]);
        let abnormal = &edition(draft).abnormal;
        let triggers = [Trigger::AwayAndUnreachable, Trigger::ListedAsAbnormal];
        assert_eq!(abnormal.cases.triggers, triggers);
        assert_eq!(abnormal.cases.authorities, [Authority::Market]);
        assert_eq!(abnormal.disposal.force, Force::May);
        let measures = [
            DispositionKind::ServiceSuspension,
            DispositionKind::PageWarning,
        ];
        assert_eq!(abnormal.disposal.measures, measures);
        let ladder = edition(draft).ladder(SubjectKind::Merchant).unwrap();
        assert!(measures.iter().all(|kind| ladder.rung(*kind).is_some()));
        assert_eq!(abnormal.lifting.due, None);
        assert_eq!(cited("draft-2025/abnormal.cases"), "第十五条第一款");
        assert_eq!(cited("draft-2025/abnormal.disposal"), "第十五条第二款");
        assert_eq!(cited("draft-2025/abnormal.lifting"), "第十五条第二款");
    }
}
