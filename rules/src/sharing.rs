//! Whose identity a province passes on, and to which province (Order 117 Art. 48): from the market regulation of the
//! province of the platform's domicile to that of the actual place of business. When it is due: `PeriodKind::Sharing`.

use entity::kind::SubjectKind;
use serde::Deserialize;

use crate::edition::{Article, Edition};

/// The way of one subject kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Whose 实际经营地 names the receiving province: the subject's own kind, or the kind it is tied to.
    pub by: SubjectKind,
    /// The article that sends it.
    pub article: Article,
}

impl Edition {
    /// By whose place a subject kind is passed on; none where the edition passes none on.
    #[must_use]
    pub fn route(&self, kind: SubjectKind) -> Option<&Route> {
        self.sharing.get(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::cited;
    use crate::edition::{EditionId, edition};

    fn routes(id: EditionId) -> Vec<(SubjectKind, SubjectKind)> {
        let by = |kind: &SubjectKind| Some((*kind, edition(id).route(*kind)?.by));
        SubjectKind::ALL.iter().filter_map(by).collect()
    }

    #[test]
    fn the_order_sends_streamers_by_the_operator() {
        let operator = SubjectKind::Operator;
        assert_eq!(
            routes(EditionId::Order117),
            [(operator, operator), (SubjectKind::Streamer, operator)]
        );
        assert_eq!(cited("order-117/sharing.OPERATOR"), "第四十八条");
        assert_eq!(cited("order-117/sharing.STREAMER"), "第四十八条");
    }

    #[test]
    fn the_draft_sends_each_of_four_by_its_own_place() {
        use SubjectKind::{Agency, Merchant, Operator, Streamer};
        assert_eq!(
            routes(EditionId::Draft2025),
            [Operator, Streamer, Agency, Merchant].map(|kind| (kind, kind))
        );
        assert_eq!(cited("draft-2025/sharing.OPERATOR"), "第四十条第二款");
        assert_eq!(cited("draft-2025/sharing.STREAMER"), "第四十条第二款");
        assert_eq!(cited("draft-2025/sharing.AGENCY"), "第四十条第二款");
        assert_eq!(cited("draft-2025/sharing.MERCHANT"), "第四十条第二款");
    }
}
