//! 约谈: who may be called in, why, and what may follow a refusal (Order 117 Art. 52).

use std::collections::BTreeMap;

use entity::kind::{Authority, OfficeLevel, SubjectKind};
use serde::Deserialize;

use crate::edition::Article;

/// The interviews of an edition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interview {
    subjects: BTreeMap<SubjectKind, Called>,
    triggers: BTreeMap<Trigger, Because>,
    /// What may follow when somebody refuses without a good reason; none where the edition names nothing.
    pub refusal: Option<Refusal>,
}

/// Who comes when a subject kind is called in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Called {
    /// Whom the office talks to.
    pub through: Through,
    /// The article that allows it.
    pub article: Article,
}

/// Whom an office talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Through {
    /// The subject, or whoever answers for it.
    #[serde(rename = "SELF")]
    Itself,
    /// The agency of the streamer; a streamer without one is left to the platform.
    Agency,
}

/// Why somebody may be called in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Trigger {
    /// 履行法定义务不到位.
    DutiesNotMet,
    /// 发生重大负面舆情事件.
    PublicOutcry,
    /// 日常监管发现可能造成负面影响问题.
    FoundInSupervision,
    /// 未保障各方主体合法权益.
    RightsNotProtected,
    /// 其他.
    Other,
}

/// The article of a trigger.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Because {
    /// The article that names it.
    pub article: Article,
}

/// What may follow a refusal: the province of the interview informs the platform (抄报), which acts and tells back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Whose refusal it is.
    pub subjects: Vec<SubjectKind>,
    /// The level of the offices that the platform tells.
    pub level: OfficeLevel,
    /// The branches that the platform tells.
    pub authorities: Vec<Authority>,
    /// The article that allows it.
    pub article: Article,
}

impl Interview {
    /// Who comes when this kind is called in; none where the edition calls none of it in.
    #[must_use]
    pub fn called(&self, kind: SubjectKind) -> Option<&Called> {
        self.subjects.get(&kind)
    }

    /// The article of a trigger; none where the edition does not know it.
    #[must_use]
    pub fn because(&self, trigger: Trigger) -> Option<&Because> {
        self.triggers.get(&trigger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::cited;
    use crate::edition::{EditionId, edition};

    const TRIGGERS: [Trigger; 5] = [
        Trigger::DutiesNotMet,
        Trigger::PublicOutcry,
        Trigger::FoundInSupervision,
        Trigger::RightsNotProtected,
        Trigger::Other,
    ];

    fn through(id: EditionId, kind: SubjectKind) -> Option<Through> {
        edition(id)
            .interview
            .called(kind)
            .map(|called| called.through)
    }

    #[test]
    fn the_order_calls_in_everybody_for_five_reasons_and_knows_no_refusal() {
        use SubjectKind::{Agency, Merchant, Operator, Platform, Streamer};
        for kind in [Platform, Operator, Streamer, Agency] {
            assert_eq!(through(EditionId::Order117, kind), Some(Through::Itself));
        }
        assert_eq!(through(EditionId::Order117, Merchant), None);
        let interview = &edition(EditionId::Order117).interview;
        assert!(TRIGGERS.iter().all(|why| interview.because(*why).is_some()));
        assert_eq!(interview.refusal, None);
        assert_eq!(cited("order-117/interview.subjects.PLATFORM"), "第五十二条");
        assert_eq!(cited("order-117/interview.subjects.OPERATOR"), "第五十二条");
        assert_eq!(cited("order-117/interview.subjects.STREAMER"), "第五十二条");
        assert_eq!(cited("order-117/interview.subjects.AGENCY"), "第五十二条");
        assert_eq!(
            cited("order-117/interview.triggers.DUTIES_NOT_MET"),
            "第五十二条第一项"
        );
        assert_eq!(
            cited("order-117/interview.triggers.PUBLIC_OUTCRY"),
            "第五十二条第二项"
        );
        assert_eq!(
            cited("order-117/interview.triggers.FOUND_IN_SUPERVISION"),
            "第五十二条第三项"
        );
        assert_eq!(
            cited("order-117/interview.triggers.RIGHTS_NOT_PROTECTED"),
            "第五十二条第四项"
        );
        assert_eq!(
            cited("order-117/interview.triggers.OTHER"),
            "第五十二条第五项"
        );
    }

    #[test]
    fn the_draft_reaches_a_streamer_through_the_agency_and_tells_the_platform_of_a_refusal() {
        use SubjectKind::{Agency, Operator, Platform, Streamer};
        assert_eq!(
            through(EditionId::Draft2025, Operator),
            Some(Through::Itself)
        );
        assert_eq!(through(EditionId::Draft2025, Agency), Some(Through::Itself));
        assert_eq!(
            through(EditionId::Draft2025, Streamer),
            Some(Through::Agency)
        );
        assert_eq!(through(EditionId::Draft2025, Platform), None);
        let interview = &edition(EditionId::Draft2025).interview;
        let known: Vec<_> = TRIGGERS
            .into_iter()
            .filter(|why| interview.because(*why).is_some())
            .collect();
        assert_eq!(known, [Trigger::DutiesNotMet]);
        let refusal = interview.refusal.as_ref().unwrap();
        assert_eq!(refusal.subjects, [Operator, Agency]);
        assert_eq!(refusal.level, OfficeLevel::Province);
        assert_eq!(
            refusal.authorities,
            [Authority::Market, Authority::Cyberspace]
        );
        assert_eq!(
            cited("draft-2025/interview.subjects.OPERATOR"),
            "第四十五条第一款"
        );
        assert_eq!(
            cited("draft-2025/interview.subjects.AGENCY"),
            "第四十五条第一款"
        );
        assert_eq!(
            cited("draft-2025/interview.subjects.STREAMER"),
            "第四十五条第二款"
        );
        assert_eq!(
            cited("draft-2025/interview.triggers.DUTIES_NOT_MET"),
            "第四十五条"
        );
        assert_eq!(cited("draft-2025/interview.refusal"), "第四十五条第三款");
    }
}
