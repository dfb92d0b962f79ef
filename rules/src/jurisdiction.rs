//! 管辖: which office is competent for whose breach, as steps (Order 117 Art. 47). The place of an address and the office of
//! a place are found by whoever asks.

use entity::kind::{Authority, OfficeLevel, SubjectKind};
use serde::Deserialize;

use crate::edition::{Article, Edition};

/// The steps for one kind of subject.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// The lowest level that is competent; COUNTY is 县级以上.
    pub level: OfficeLevel,
    /// The branches that are competent, each in its own matters.
    pub authorities: Vec<Authority>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Whose office may act beside the competent one.
    #[serde(default)]
    pub beside: Vec<Place>,
    /// The article that says so.
    pub article: Article,
}

/// One step: a place, if its condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The place whose office is competent.
    pub place: Place,
    /// When the step counts.
    pub when: Condition,
}

/// A place that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Place {
    /// 住所地 of the subject.
    Domicile,
    /// 实际经营地 of the subject.
    BusinessPlace,
    /// 住所地 of the platform.
    PlatformDomicile,
    /// 住所地 of the streamer's agency.
    AgencyDomicile,
    /// Whoever is competent for the operator of the room (直播间).
    RoomOperator,
}

/// When a step counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Condition {
    /// Always.
    Always,
    /// On a site of its own (自建网站、其他网络服务).
    OwnSite,
    /// On a platform.
    OnPlatform,
    /// 已办理经营主体登记的.
    Registered,
    /// 未办理的.
    Unregistered,
    /// With an agency.
    WithAgency,
    /// Without an agency.
    WithoutAgency,
}

impl Edition {
    /// The steps for a kind of subject; none where the edition does not say.
    #[must_use]
    pub fn track(&self, kind: SubjectKind) -> Option<&Track> {
        self.jurisdiction.get(&kind)
    }
}

impl Track {
    /// The first step whose condition holds and whose place is known, with what is known of the place.
    pub fn first<T>(
        &self,
        holds: impl Fn(Condition) -> bool,
        known: impl Fn(Place) -> Option<T>,
    ) -> Option<(Step, T)> {
        self.steps
            .iter()
            .filter(|step| step.when == Condition::Always || holds(step.when))
            .find_map(|step| Some((*step, known(step.place)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::cited;
    use crate::edition::{EditionId, edition};

    use Authority::{Cyberspace, Market};
    use Condition::{OnPlatform, OwnSite, Registered, Unregistered, WithAgency, WithoutAgency};
    use Place::{AgencyDomicile, BusinessPlace, Domicile, PlatformDomicile, RoomOperator};
    use SubjectKind::{Agency, Merchant, Operator, Platform, Streamer};

    /// Whose office is competent, given what holds and which places are known.
    fn competent(
        id: EditionId,
        kind: SubjectKind,
        holds: &[Condition],
        known: &[Place],
    ) -> Option<Place> {
        let track = edition(id).track(kind).unwrap();
        let there = |place| known.contains(&place).then_some(());
        let found = track.first(|condition| holds.contains(&condition), there);
        found.map(|(step, ())| step.place)
    }

    #[test]
    fn the_order_takes_platforms_agencies_and_own_sites_by_domicile() {
        let of =
            |kind, holds| competent(EditionId::Order117, kind, holds, &[Domicile, BusinessPlace]);
        assert_eq!(of(Platform, &[]), Some(Domicile));
        assert_eq!(of(Agency, &[]), Some(Domicile));
        assert_eq!(of(Operator, &[OwnSite, Registered]), Some(Domicile));
        assert_eq!(cited("order-117/jurisdiction.PLATFORM"), "第四十七条");
        assert_eq!(cited("order-117/jurisdiction.AGENCY"), "第四十七条");
    }

    #[test]
    fn the_order_takes_an_own_site_by_nothing_but_domicile() {
        let of = |holds, known| competent(EditionId::Order117, Operator, holds, known);
        let both = [BusinessPlace, Domicile];
        assert_eq!(of(&[OwnSite, Unregistered], &both), Some(Domicile));
        assert_eq!(of(&[OwnSite, Registered], &[BusinessPlace]), None);
        assert_eq!(of(&[OwnSite, Unregistered], &[BusinessPlace]), None);
        assert_eq!(cited("order-117/jurisdiction.OPERATOR"), "第四十七条");
    }

    #[test]
    fn the_order_takes_operators_by_place_then_domicile_or_the_platform() {
        let of = |holds, known| competent(EditionId::Order117, Operator, holds, known);
        let all = [BusinessPlace, Domicile, PlatformDomicile];
        let known = [Domicile, PlatformDomicile];
        assert_eq!(of(&[OnPlatform, Registered], &all), Some(BusinessPlace));
        assert_eq!(of(&[OnPlatform, Unregistered], &all), Some(BusinessPlace));
        assert_eq!(of(&[OnPlatform, Registered], &known), Some(Domicile));
        assert_eq!(
            of(&[OnPlatform, Unregistered], &known),
            Some(PlatformDomicile)
        );
        assert_eq!(of(&[OnPlatform, Registered], &[PlatformDomicile]), None);
        assert_eq!(cited("order-117/jurisdiction.OPERATOR"), "第四十七条");
    }

    #[test]
    fn the_order_has_streamers_follow_the_room() {
        let of = |known| competent(EditionId::Order117, Streamer, &[WithAgency], known);
        assert_eq!(
            of(&[AgencyDomicile, BusinessPlace, RoomOperator]),
            Some(RoomOperator)
        );
        assert_eq!(of(&[AgencyDomicile, BusinessPlace]), None);
        assert_eq!(cited("order-117/jurisdiction.STREAMER"), "第四十七条");
    }

    #[test]
    fn the_draft_takes_operators_and_agencies_by_place_then_the_platform() {
        for kind in [Operator, Agency] {
            let of = |known| competent(EditionId::Draft2025, kind, &[Registered], known);
            assert_eq!(
                of(&[Domicile, BusinessPlace, PlatformDomicile]),
                Some(BusinessPlace)
            );
            assert_eq!(of(&[Domicile, PlatformDomicile]), Some(PlatformDomicile));
            assert_eq!(of(&[Domicile]), None);
        }
        assert_eq!(
            cited("draft-2025/jurisdiction.OPERATOR"),
            "第三十九条第一款"
        );
        assert_eq!(cited("draft-2025/jurisdiction.AGENCY"), "第三十九条第一款");
    }

    #[test]
    fn the_draft_takes_streamers_by_agency_or_by_place_then_the_platform() {
        let of = |holds, known| competent(EditionId::Draft2025, Streamer, holds, known);
        let all = [AgencyDomicile, BusinessPlace, PlatformDomicile];
        assert_eq!(of(&[WithAgency], &all), Some(AgencyDomicile));
        assert_eq!(of(&[WithAgency], &[BusinessPlace, PlatformDomicile]), None);
        assert_eq!(of(&[WithoutAgency], &all), Some(BusinessPlace));
        assert_eq!(
            of(&[WithoutAgency], &[PlatformDomicile]),
            Some(PlatformDomicile)
        );
        assert_eq!(
            cited("draft-2025/jurisdiction.STREAMER"),
            "第三十九条第二款"
        );
    }

    #[test]
    fn merchants_and_the_drafts_platforms_follow_the_procedure_of_market_regulation() {
        for &id in EditionId::ALL {
            let track = edition(id).track(Merchant).unwrap();
            assert_eq!(
                competent(id, Merchant, &[], &[BusinessPlace, Domicile]),
                Some(BusinessPlace)
            );
            assert_eq!(
                competent(id, Merchant, &[], &[Domicile, PlatformDomicile]),
                None
            );
            assert_eq!(track.beside, [PlatformDomicile], "{id}");
            assert_eq!(track.authorities, [Market], "{id}");
            assert_eq!(track.level, OfficeLevel::County, "{id}");
        }
        assert_eq!(
            competent(EditionId::Draft2025, Platform, &[], &[Domicile]),
            Some(Domicile)
        );
        let procedure = "《市场监督管理行政处罚程序规定》第十条";
        assert_eq!(cited("order-117/jurisdiction.MERCHANT"), procedure);
        assert_eq!(cited("draft-2025/jurisdiction.MERCHANT"), procedure);
        assert_eq!(cited("draft-2025/jurisdiction.PLATFORM"), procedure);
    }

    #[test]
    fn the_order_names_both_branches_and_the_draft_market_regulation() {
        for kind in [Platform, Operator, Streamer, Agency] {
            let order = edition(EditionId::Order117).track(kind).unwrap();
            assert_eq!(order.authorities, [Market, Cyberspace], "{kind}");
            let draft = edition(EditionId::Draft2025).track(kind).unwrap();
            assert_eq!(draft.authorities, [Market], "{kind}");
            for track in [order, draft] {
                assert_eq!(track.level, OfficeLevel::County, "{kind}");
                assert!(track.beside.is_empty(), "{kind}");
            }
        }
    }
}
