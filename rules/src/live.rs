//! What must be known of a streamer before a livestream, and who sees to it (Order 117 Art. 8, 28). Which livestream may
//! begin is decided by [`gate`].

pub mod bar;
pub mod gate;

use entity::kind::SubjectKind;
use serde::Deserialize;

use crate::edition::{Article, Edition};

/// A check that comes before a livestream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckKind {
    /// The streamer's verified identity is given to the platform before the streamer's first livestream.
    FirstIdentity,
    /// The streamers' verified identity is reported to the platform before each livestream.
    EachReport,
    /// Who appears is who was registered, and may: no service for anybody else.
    RealIdentity,
}

/// Who sees to a check.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Whose duty it is.
    pub by: SubjectKind,
    /// The article that asks for it.
    pub article: Article,
}

impl Edition {
    /// A check before a livestream; none where the edition asks for none.
    #[must_use]
    pub fn before_live(&self, kind: CheckKind) -> Option<&Check> {
        self.before_live.get(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::cited;
    use crate::edition::{EditionId, edition};

    fn by(id: EditionId, kind: CheckKind) -> Option<SubjectKind> {
        edition(id).before_live(kind).map(|check| check.by)
    }

    #[test]
    fn the_order_has_the_operator_prove_streamers_before_the_first_and_report_them_before_each() {
        let order = EditionId::Order117;
        let operator = Some(SubjectKind::Operator);
        assert_eq!(by(order, CheckKind::FirstIdentity), operator);
        assert_eq!(by(order, CheckKind::EachReport), operator);
        assert_eq!(
            by(order, CheckKind::RealIdentity),
            Some(SubjectKind::Platform)
        );
        assert_eq!(
            cited("order-117/before_live.FIRST_IDENTITY"),
            "第八条第二款"
        );
        assert_eq!(
            cited("order-117/before_live.EACH_REPORT"),
            "第二十八条第二款"
        );
        assert_eq!(cited("order-117/before_live.REAL_IDENTITY"), "第八条第三款");
    }

    #[test]
    fn the_draft_has_the_platform_verify_before_each_and_nobody_report() {
        let draft = EditionId::Draft2025;
        assert_eq!(
            by(draft, CheckKind::RealIdentity),
            Some(SubjectKind::Platform)
        );
        assert_eq!(
            cited("draft-2025/before_live.REAL_IDENTITY"),
            "第八条第二款"
        );
        assert_eq!(by(draft, CheckKind::FirstIdentity), None);
        assert_eq!(by(draft, CheckKind::EachReport), None);
    }
}
