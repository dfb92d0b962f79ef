//! Who is trained, how often, and what it means to cheat in it or to refuse it (Order 117 Art. 10).

use entity::kind::SubjectKind;
use serde::Deserialize;

use crate::edition::{Article, Edition};

/// The training that a platform owes to a subject kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Every calendar year.
    pub yearly: bool,
    /// Before the first livestream as well.
    pub before_first: bool,
    /// What 弄虚作假 or 拒不参加 means; none where the text says nothing of it.
    pub failing: Option<Failing>,
    /// The article that asks for it.
    pub article: Article,
}

/// What the text attaches to cheating in a training or refusing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Failing {
    /// The trainee may not do it; whether service ends is the platform's own policy.
    Forbidden,
    /// 不得为其提供直播服务: the platform may not serve the trainee.
    Bars,
}

impl Edition {
    /// The training of a subject kind; none where the edition asks for none.
    #[must_use]
    pub fn training(&self, kind: SubjectKind) -> Option<&Training> {
        self.training.get(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::cited;
    use crate::edition::{EditionId, edition};

    /// Yearly, before the first livestream, failing.
    fn terms(id: EditionId, kind: SubjectKind) -> Option<(bool, bool, Option<Failing>)> {
        let training = edition(id).training(kind)?;
        Some((training.yearly, training.before_first, training.failing))
    }

    #[test]
    fn the_order_trains_streamers_operators_and_agencies_every_year() {
        let of = |kind| terms(EditionId::Order117, kind);
        let forbidden = Some(Failing::Forbidden);
        assert_eq!(of(SubjectKind::Streamer), Some((true, true, forbidden)));
        assert_eq!(of(SubjectKind::Operator), Some((true, false, None)));
        assert_eq!(of(SubjectKind::Agency), Some((true, false, None)));
        assert_eq!(of(SubjectKind::Merchant), None);
        assert_eq!(cited("order-117/training.STREAMER"), "第十条");
        assert_eq!(cited("order-117/training.OPERATOR"), "第十条");
        assert_eq!(cited("order-117/training.AGENCY"), "第十条");
    }

    #[test]
    fn the_draft_bars_streamers_who_cheat_and_leaves_operators_out() {
        let of = |kind| terms(EditionId::Draft2025, kind);
        let bars = Some(Failing::Bars);
        assert_eq!(of(SubjectKind::Streamer), Some((true, true, bars)));
        assert_eq!(of(SubjectKind::Agency), Some((true, false, None)));
        assert_eq!(of(SubjectKind::Operator), None);
        assert_eq!(cited("draft-2025/training.STREAMER"), "第十条第一款");
        assert_eq!(cited("draft-2025/training.AGENCY"), "第十条第二款");
    }
}
