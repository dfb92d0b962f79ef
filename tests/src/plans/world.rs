//! The filled registry's platforms and divisions, and who looks at it. Twenty platforms share the registrations very
//! unequally, as platforms do; two in five registrations are seated in one province, and a third of those in its capital.

use entity::id::PlatformId;
use entity::kind::{Authority, Role};
use entity::sight::{Seats, Sight};
use rules::sight::{PlatformSeat, Viewer, sight};
use uuid::Uuid;

/// Out of a thousand registrations, how many each platform has; the rest are on own sites.
pub(super) const SHARES: [u64; 20] = [
    300, 200, 120, 80, 60, 50, 40, 30, 25, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2, 1,
];
/// The province of the offices that look.
pub(super) const PROVINCE: &str = "33";
/// Other provinces that registrations are seated in.
pub(super) const OTHER_PROVINCES: [u64; 20] = [
    11, 12, 13, 14, 21, 22, 23, 31, 32, 34, 35, 36, 37, 41, 42, 43, 44, 45, 50, 51,
];
/// Its capital, and a county of another of its cities.
pub(super) const CAPITAL: &str = "330100";
pub(super) const COUNTY: &str = "330203";
/// Every n-th platform has its domicile in the province, the first of them and every third after it in the capital.
const EVERY: usize = 3;

/// The n-th platform, from 0.
#[must_use]
pub fn platform(n: usize) -> PlatformId {
    PlatformId(Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0001 + n as u128,
    ))
}

/// The division of the n-th platform's domicile.
pub(super) fn domicile(n: usize) -> &'static str {
    match (n % EVERY, n / EVERY % EVERY) {
        (0, 0) => "330106",
        (0, 1) => "330212",
        (0, _) => "330782",
        (1, _) => "440106",
        _ => "310115",
    }
}

/// Who looks, by the name in the report.
#[must_use]
pub fn viewers() -> Vec<(&'static str, Sight)> {
    let office = |role, cities: &[&str], counties: &[&str]| Viewer {
        role,
        authority: Some(Authority::Market),
        platform: None,
        territory: Seats {
            cities: cities.iter().map(|code| (*code).to_owned()).collect(),
            counties: counties.iter().map(|code| (*code).to_owned()).collect(),
        },
        province: Some("330000".to_owned()),
    };
    let own = Viewer {
        role: Role::Platform,
        authority: None,
        platform: Some(platform(0)),
        territory: Seats::default(),
        province: None,
    };
    let cities: Vec<String> = (1..=11)
        .map(|city| format!("{PROVINCE}{city:02}00"))
        .collect();
    let cities: Vec<&str> = cities.iter().map(String::as_str).collect();
    [
        ("platform", own),
        ("county", office(Role::County, &[], &[COUNTY])),
        ("city", office(Role::City, &[CAPITAL], &[])),
        ("province", office(Role::Province, &cities, &[])),
        ("national", office(Role::National, &[], &[])),
    ]
    .map(|(name, viewer)| (name, sight(&viewer, &seats(&viewer))))
    .into()
}

fn seats(viewer: &Viewer) -> Vec<PlatformSeat> {
    let territory = &viewer.territory;
    let seat = |n: usize| {
        let (county, city) = (domicile(n), format!("{}00", &domicile(n)[..4]));
        PlatformSeat {
            id: platform(n),
            in_territory: territory.cities.contains(&city)
                || territory.counties.iter().any(|code| code == county),
            in_province: county.starts_with(PROVINCE),
        }
    };
    (0..SHARES.len()).map(seat).collect()
}
