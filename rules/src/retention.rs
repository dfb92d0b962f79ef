//! How long records are kept at least, from when and by whom (Order 117 Art. 16, 27, 28, 31, 45).

use entity::kind::SubjectKind;
use serde::Deserialize;

use crate::edition::{Article, Edition};

/// A kind of record that must be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RecordKind {
    /// 交易信息.
    TradeInformation,
    /// 直播视频.
    LiveVideo,
    /// 直播视频回放, for those who bought.
    Replay,
    /// 核验实际销售者.
    SellerCheck,
    /// 核验直播营销人员.
    StreamerCheck,
    /// 选品核验, 审核.
    SelectionCheck,
    /// 纠正记录 of what was said wrong in a livestream.
    LiveCorrection,
}

/// The unit of a retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Unit {
    /// 日, calendar days.
    Days,
    /// 年, calendar years.
    Years,
}

/// The event from which a retention runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KeptFrom {
    /// 交易完成之日.
    TradeCompleted,
    /// 直播结束之日.
    LiveEnded,
}

/// How long a kind of record is kept at least.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Who keeps it.
    pub by: SubjectKind,
    /// The least length, in the unit.
    pub length: u32,
    /// The unit of the length.
    pub unit: Unit,
    /// From when; none where the text does not say.
    pub from: Option<KeptFrom>,
    /// The article that asks for it.
    pub article: Article,
}

impl Edition {
    /// How long a kind of record is kept; none where the edition does not say.
    #[must_use]
    pub fn retention(&self, kind: RecordKind) -> Option<&Retention> {
        self.retention.get(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::cited;
    use crate::edition::{EditionId, edition};

    use KeptFrom::{LiveEnded, TradeCompleted};
    use SubjectKind::{Agency, Operator, Platform};
    use Unit::{Days, Years};

    type Terms = (SubjectKind, u32, Unit, Option<KeptFrom>);

    fn terms(id: EditionId, kind: RecordKind) -> Option<Terms> {
        let kept = edition(id).retention(kind)?;
        Some((kept.by, kept.length, kept.unit, kept.from))
    }

    #[test]
    fn the_order_keeps_trade_information_for_three_years_and_checks_from_the_end_of_the_livestream()
    {
        let of = |kind| terms(EditionId::Order117, kind);
        let trade = Some((Platform, 3, Years, Some(TradeCompleted)));
        let operators = Some((Operator, 3, Years, Some(LiveEnded)));
        assert_eq!(of(RecordKind::TradeInformation), trade);
        assert_eq!(of(RecordKind::SellerCheck), operators);
        assert_eq!(of(RecordKind::StreamerCheck), operators);
        assert_eq!(of(RecordKind::LiveCorrection), operators);
        let agency = Some((Agency, 3, Years, Some(LiveEnded)));
        assert_eq!(of(RecordKind::SelectionCheck), agency);
        assert_eq!(of(RecordKind::LiveVideo), None);
        assert_eq!(of(RecordKind::Replay), None);
        assert_eq!(cited("order-117/retention.TRADE_INFORMATION"), "第十六条");
        assert_eq!(cited("order-117/retention.SELLER_CHECK"), "第二十七条");
        assert_eq!(cited("order-117/retention.STREAMER_CHECK"), "第二十八条");
        assert_eq!(cited("order-117/retention.LIVE_CORRECTION"), "第三十一条");
        assert_eq!(cited("order-117/retention.SELECTION_CHECK"), "第四十五条");
    }

    #[test]
    fn the_draft_keeps_videos_and_replays_and_does_not_say_from_when_checks_are_kept() {
        let of = |kind| terms(EditionId::Draft2025, kind);
        let ended = Some(LiveEnded);
        assert_eq!(of(RecordKind::LiveVideo), Some((Platform, 3, Years, ended)));
        assert_eq!(of(RecordKind::Replay), Some((Platform, 30, Days, ended)));
        let trade = Some((Platform, 3, Years, Some(TradeCompleted)));
        assert_eq!(of(RecordKind::TradeInformation), trade);
        assert_eq!(
            of(RecordKind::SellerCheck),
            Some((Operator, 3, Years, None))
        );
        assert_eq!(
            of(RecordKind::StreamerCheck),
            Some((Operator, 3, Years, None))
        );
        assert_eq!(
            of(RecordKind::SelectionCheck),
            Some((Agency, 3, Years, None))
        );
        assert_eq!(
            of(RecordKind::LiveCorrection),
            Some((Agency, 3, Years, None))
        );
        assert_eq!(cited("draft-2025/retention.LIVE_VIDEO"), "第十九条第一款");
        assert_eq!(cited("draft-2025/retention.REPLAY"), "第十九条第二款");
        let law = "《中华人民共和国电子商务法》第三十一条";
        assert_eq!(cited("draft-2025/retention.TRADE_INFORMATION"), law);
        assert_eq!(cited("draft-2025/retention.SELLER_CHECK"), "第二十四条");
        assert_eq!(cited("draft-2025/retention.STREAMER_CHECK"), "第二十五条");
        assert_eq!(cited("draft-2025/retention.SELECTION_CHECK"), "第三十三条");
        assert_eq!(cited("draft-2025/retention.LIVE_CORRECTION"), "第三十五条");
    }
}
