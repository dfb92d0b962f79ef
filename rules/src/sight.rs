//! Who sees what: from role, authority and territory to a [`Sight`], by the table in `data/sight.toml`.
//! Cyberspace offices see no registration, only blacklists; the house's own roles have no row and see nothing.

use std::sync::LazyLock;

use entity::id::PlatformId;
use entity::kind::{Authority, OfficeLevel, Role};
use entity::sight::{Seats, Sight, Told};
use serde::Deserialize;

use crate::data::compiled_in;
use crate::edition::{Article, Cite, EditionId};

/// A platform as far as sight is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformSeat {
    /// Which platform.
    pub id: PlatformId,
    /// Whether its domicile lies in the caller's territory.
    pub in_territory: bool,
    /// Whether its domicile lies in the caller's province.
    pub in_province: bool,
}

/// What rules know of a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Who calls.
    pub role: Role,
    /// Of which branch, for an office.
    pub authority: Option<Authority>,
    /// For which platform, for a platform.
    pub platform: Option<PlatformId>,
    /// The territory's divisions today, for an office.
    pub territory: Seats,
    /// The province of an office, six digits.
    pub province: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Reach {
    None,
    Own,
    Domicile,
    Province,
    Territory,
    All,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    role: Role,
    authority: Branch,
    whole: Reach,
    local: Reach,
    own_sites: Reach,
    filings: Reach,
    lists: Reach,
    measures: Reach,
    #[serde(rename = "order-117")]
    order_117: Cite,
    #[serde(rename = "draft-2025")]
    draft_2025: Cite,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Branch {
    None,
    Market,
    Cyberspace,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

static TABLE: LazyLock<Vec<Row>> =
    LazyLock::new(|| compiled_in::<Table>("sight.toml", include_str!("../data/sight.toml")).row);

/// Computes what a caller sees, given every platform's place relative to its territory.
#[must_use]
pub fn sight(viewer: &Viewer, platforms: &[PlatformSeat]) -> Sight {
    let branch = match viewer.authority {
        None => Branch::None,
        Some(Authority::Market) => Branch::Market,
        Some(Authority::Cyberspace) => Branch::Cyberspace,
    };
    let Some(row) = TABLE
        .iter()
        .find(|row| row.role == viewer.role && row.authority == branch)
    else {
        return Sight::nothing();
    };
    let whole = reached(row.whole, viewer, platforms);
    let mut local: Vec<PlatformId> = reached(row.local, viewer, platforms)
        .into_iter()
        .filter(|id| !whole.contains(id))
        .collect();
    let mut whole = whole;
    match row.own_sites {
        Reach::Territory => local.push(PlatformId::OWN_SITE),
        Reach::All => whole.push(PlatformId::OWN_SITE),
        Reach::None | Reach::Own | Reach::Domicile | Reach::Province => {}
    }
    Sight {
        filings: reached(row.filings, viewer, platforms),
        measures: reached(row.measures, viewer, platforms),
        told: told(viewer),
        filed_only: viewer.role != Role::Platform,
        receives: (row.filings == Reach::Domicile)
            .then(|| viewer.province.clone())
            .flatten(),
        every_platform: viewer.role != Role::Platform,
        lists: reached(row.lists, viewer, platforms),
        open_lists: true,
        // What an office found is its own affair, not the territory's: whoever loads the sight adds its books.
        surveys: Vec::new(),
        seats: viewer.territory.clone(),
        whole,
        local,
    }
}

/// The article of an edition on which the sight of each role rests, cyberspace offices by a name of their own; a role without a
/// row sees nothing.
pub fn articles(edition: EditionId) -> impl Iterator<Item = (String, Article)> {
    TABLE.iter().filter_map(move |row| {
        let cite = match edition {
            EditionId::Order117 => &row.order_117,
            EditionId::Draft2025 => &row.draft_2025,
        };
        let role = match row.authority {
            Branch::Cyberspace => format!("CYBERSPACE.{}", row.role),
            Branch::None | Branch::Market => row.role.to_string(),
        };
        Some((role, cite.resolve(edition)?))
    })
}

/// Which reports address an office: those to its branch, at its own level or below, because 县级以上 is every level from the
/// county up. A platform is told of nothing: it is the one that tells.
fn told(viewer: &Viewer) -> Option<Told> {
    use OfficeLevel::{City, County, National, Province};
    let levels: &[OfficeLevel] = match viewer.role {
        Role::County => &[County],
        Role::City => &[County, City],
        Role::Province => &[County, City, Province],
        Role::National => &[County, City, Province, National],
        Role::Platform | Role::System | Role::Security | Role::Auditor => return None,
    };
    Some(Told {
        authority: viewer.authority?,
        levels: levels.to_vec(),
    })
}

fn reached(reach: Reach, viewer: &Viewer, platforms: &[PlatformSeat]) -> Vec<PlatformId> {
    let pick = |wanted: fn(&PlatformSeat) -> bool| -> Vec<PlatformId> {
        platforms
            .iter()
            .filter(|seat| wanted(seat))
            .map(|seat| seat.id)
            .collect()
    };
    match reach {
        Reach::None | Reach::Territory => Vec::new(),
        Reach::Own => viewer.platform.into_iter().collect(),
        Reach::Domicile => pick(|seat| seat.in_territory),
        Reach::Province => pick(|seat| seat.in_province),
        Reach::All => pick(|_| true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::cited;
    use uuid::Uuid;

    fn platform(n: u128) -> PlatformId {
        PlatformId(Uuid::from_u128(n))
    }

    fn seats() -> Seats {
        Seats {
            cities: vec!["330100".to_owned()],
            counties: Vec::new(),
        }
    }

    fn three() -> Vec<PlatformSeat> {
        vec![
            PlatformSeat {
                id: platform(1),
                in_territory: true,
                in_province: true,
            },
            PlatformSeat {
                id: platform(2),
                in_territory: false,
                in_province: true,
            },
            PlatformSeat {
                id: platform(3),
                in_territory: false,
                in_province: false,
            },
        ]
    }

    fn office(role: Role, authority: Authority) -> Viewer {
        Viewer {
            role,
            authority: Some(authority),
            platform: None,
            territory: seats(),
            province: Some("330000".to_owned()),
        }
    }

    #[test]
    fn a_platform_sees_its_own_and_nothing_else() {
        let viewer = Viewer {
            role: Role::Platform,
            authority: None,
            platform: Some(platform(2)),
            territory: Seats::default(),
            province: None,
        };
        assert_eq!(sight(&viewer, &three()), Sight::of_platform(platform(2)));
        assert_eq!(cited("order-117/sight.PLATFORM"), "第九条");
        assert_eq!(cited("draft-2025/sight.PLATFORM"), "第九条");
    }

    #[test]
    fn a_city_sees_platforms_of_its_own_whole_and_others_of_the_province_by_seat() {
        let seen = sight(&office(Role::City, Authority::Market), &three());
        assert_eq!(seen.whole, vec![platform(1)]);
        assert_eq!(seen.local, vec![platform(2), PlatformId::OWN_SITE]);
        assert_eq!(seen.lists, vec![platform(1)]);
        assert!(seen.filings.is_empty());
        assert_eq!(cited("order-117/sight.CITY"), "第四十七条");
        assert_eq!(cited("draft-2025/sight.CITY"), "第三十九条");
    }

    #[test]
    fn a_county_sees_what_a_city_sees_of_its_own_territory_and_no_filing() {
        let seen = sight(&office(Role::County, Authority::Market), &three());
        assert_eq!(seen.whole, vec![platform(1)]);
        assert_eq!(seen.local, vec![platform(2), PlatformId::OWN_SITE]);
        assert!(seen.filings.is_empty());
        assert_eq!(cited("order-117/sight.COUNTY"), "第四十七条");
        assert_eq!(cited("draft-2025/sight.COUNTY"), "第三十九条");
    }

    #[test]
    fn a_province_reads_the_filings_of_its_platforms_once_filed() {
        let seen = sight(&office(Role::Province, Authority::Market), &three());
        assert_eq!(seen.filings, vec![platform(1)]);
        assert!(seen.filed_only);
        assert_eq!(
            seen.receives.as_deref(),
            Some("330000"),
            "what was filed to it stays its own when a platform moves away"
        );
        assert_eq!(cited("order-117/sight.PROVINCE"), "第九条");
        assert_eq!(cited("draft-2025/sight.PROVINCE"), "第九条");
    }

    #[test]
    fn the_national_office_sees_everything() {
        let seen = sight(&office(Role::National, Authority::Market), &three());
        assert_eq!(
            seen.whole,
            vec![platform(1), platform(2), platform(3), PlatformId::OWN_SITE]
        );
        assert_eq!(seen.filings.len(), 3);
        assert_eq!(cited("order-117/sight.NATIONAL"), "第四十六条");
        assert_eq!(cited("draft-2025/sight.NATIONAL"), "第四十条第一款");
    }

    #[test]
    fn cyberspace_sees_blacklists_of_its_platforms_and_no_registration() {
        for role in [Role::County, Role::City, Role::Province] {
            let cyber = sight(&office(role, Authority::Cyberspace), &three());
            assert!(cyber.whole.is_empty() && cyber.local.is_empty() && cyber.filings.is_empty());
            assert_eq!(cyber.lists, vec![platform(1)]);
            assert!(cyber.open_lists);
        }
        let national = sight(&office(Role::National, Authority::Cyberspace), &three());
        assert_eq!(national.lists.len(), 3);
        assert_eq!(cited("order-117/sight.CYBERSPACE.COUNTY"), "第十二条");
        assert_eq!(cited("order-117/sight.CYBERSPACE.CITY"), "第十二条");
        assert_eq!(cited("order-117/sight.CYBERSPACE.PROVINCE"), "第十二条");
        assert_eq!(cited("draft-2025/sight.CYBERSPACE.COUNTY"), "第七条第二款");
        assert_eq!(cited("draft-2025/sight.CYBERSPACE.CITY"), "第七条第二款");
        assert_eq!(
            cited("draft-2025/sight.CYBERSPACE.PROVINCE"),
            "第七条第二款"
        );
        assert_eq!(cited("order-117/sight.CYBERSPACE.NATIONAL"), "第四十六条");
        assert_eq!(
            cited("draft-2025/sight.CYBERSPACE.NATIONAL"),
            "第四十条第一款"
        );
    }

    #[test]
    fn cyberspace_offices_see_the_measures_of_their_platforms_that_were_reported_to_them() {
        for (role, at) in [(Role::County, 1), (Role::City, 2), (Role::Province, 3)] {
            let seen = sight(&office(role, Authority::Cyberspace), &three());
            assert_eq!(seen.measures, vec![platform(1)], "{role}");
            let told = seen.told.expect("an office is told");
            assert_eq!(told.authority, Authority::Cyberspace);
            assert_eq!(told.levels.len(), at, "{role}");
            assert!(told.levels.contains(&OfficeLevel::County), "{role}");
        }
        let national = sight(&office(Role::National, Authority::Cyberspace), &three());
        assert_eq!(national.measures.len(), 3);
        let own = Sight::of_platform(platform(2));
        assert_eq!((own.measures, own.told), (vec![platform(2)], None));
    }

    #[test]
    fn a_market_office_is_told_of_measures_where_it_sees_a_whole_platform() {
        let seen = sight(&office(Role::City, Authority::Market), &three());
        assert_eq!(seen.measures, seen.whole);
        let told = seen.told.expect("an office is told");
        assert_eq!(told.authority, Authority::Market);
        assert!(!told.levels.contains(&OfficeLevel::Province));
    }

    #[test]
    fn the_house_sees_nothing() {
        for role in [Role::System, Role::Security, Role::Auditor] {
            let viewer = Viewer {
                role,
                authority: None,
                platform: None,
                territory: Seats::default(),
                province: None,
            };
            assert_eq!(sight(&viewer, &three()), Sight::nothing());
        }
    }
}
