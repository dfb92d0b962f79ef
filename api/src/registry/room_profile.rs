//! 直播间概况: what an item may say of a room, and how that joins what was seen before: one profile a room and day, the
//! same day replaces, no day displaces another.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::operator::LiveAccount;
use entity::problem::{Finding, ProblemCode};
use entity::room_profile::RoomProfile;

use super::input::{LiveAccountInput, Patch, RoomProfileInput};
use super::parse::{Parser, TEXT, in_future};
use super::registration::fields::Keeping;

/// The most people of one room; more is a slip of the pen.
const PEOPLE: i32 = 100_000;
/// The most followers of an account, more than any has.
const FOLLOWERS: i32 = 2_000_000_000;
/// The most profiles of one registration, whatever a room may keep: facts are sealed and opened whole.
const PROFILES: usize = 1_000;

/// An account with its profile, as sent; `observed` is the day of a profile that names none.
pub(super) fn room(
    parser: &mut Parser<'_>,
    raw: &LiveAccountInput,
    observed: NaiveDate,
) -> Option<(LiveAccount, Option<RoomProfile>)> {
    let account = parser.account(raw);
    let profile = match &raw.profile {
        None => Some(None),
        Some(given) => parser
            .within("profile", |parser| one(parser, given, observed))
            .map(Some),
    };
    let account = account?;
    let profile = profile?.map(|profile| RoomProfile {
        account: account.number.clone(),
        ..profile
    });
    Some((account, profile))
}

/// Parts accounts from their profiles; without any profile nothing is said of them.
pub(super) fn parted(
    rooms: Patch<Vec<(LiveAccount, Option<RoomProfile>)>>,
) -> (Patch<Vec<LiveAccount>>, Patch<Vec<RoomProfile>>) {
    let (accounts, profiles): (Vec<_>, Vec<_>) = match rooms {
        Patch::Keep => return (Patch::Keep, Patch::Keep),
        Patch::Clear => return (Patch::Clear, Patch::Keep),
        Patch::Set(rooms) => rooms.into_iter().unzip(),
    };
    let profiles: Vec<_> = profiles.into_iter().flatten().collect();
    let profiles = if profiles.is_empty() {
        Patch::Keep
    } else {
        Patch::Set(profiles)
    };
    (Patch::Set(accounts), profiles)
}

/// A profile that says something of a day that has come; its room is filled in by whoever knows it.
fn one(
    parser: &mut Parser<'_>,
    raw: &RoomProfileInput,
    observed: NaiveDate,
) -> Option<RoomProfile> {
    if raw.on.is_some_and(|on| on > parser.today) {
        let ahead = in_future(parser.today).inside("on");
        parser.found.push(ahead);
        return None;
    }
    let certification = parser.optional("certification", raw.certification.as_deref(), TEXT);
    let model = parser.optional("operatingModel", raw.operating_model.as_deref(), TEXT);
    let band = parser.optional("turnoverBand", raw.turnover_band.as_deref(), TEXT);
    let counted = [
        ("teamSize", raw.team_size, PEOPLE),
        ("followers", raw.followers, FOLLOWERS),
        ("following", raw.following, FOLLOWERS),
        ("streamers", raw.streamers, PEOPLE),
    ];
    let impossible: Vec<_> = counted.into_iter().filter_map(out_of_range).collect();
    let possible = impossible.is_empty();
    parser.found.extend(impossible);
    let profile = RoomProfile {
        account: String::new(),
        on: raw.on.unwrap_or(observed),
        certification: certification?,
        team_size: raw.team_size,
        followers: raw.followers,
        following: raw.following,
        streamers: raw.streamers,
        operating_model: model?,
        turnover_band: band?,
    };
    if says_nothing(raw) {
        parser.found.push(Finding::error(ProblemCode::Empty));
        return None;
    }
    possible.then_some(profile)
}

fn out_of_range((field, given, most): (&'static str, Option<i32>, i32)) -> Option<Finding> {
    let impossible = given.is_some_and(|count| !(0..=most).contains(&count));
    impossible.then(|| {
        let finding = Finding::error(ProblemCode::OutOfRange).with("min", "0");
        finding.with("max", most.to_string()).inside(field)
    })
}

fn says_nothing(raw: &RoomProfileInput) -> bool {
    *raw == RoomProfileInput {
        on: raw.on,
        ..RoomProfileInput::default()
    }
}

/// What was seen before and what is seen now, by room, newest first, with the oldest days of each room left out.
pub(super) fn kept(
    seen: Vec<RoomProfile>,
    before: &[RoomProfile],
    keeping: Keeping,
) -> Vec<RoomProfile> {
    let mut days = BTreeMap::new();
    for profile in before.iter().cloned().chain(seen) {
        let key = (profile.account.clone(), Reverse(profile.on));
        days.insert(key, profile);
    }
    let mut ranked: Vec<(usize, RoomProfile)> = Vec::with_capacity(days.len());
    for profile in days.into_values() {
        let newer = ranked.last();
        let newer = newer.filter(|(_, newer)| newer.account == profile.account);
        let rank = newer.map_or(0, |(rank, _)| rank + 1);
        ranked.push((rank, profile));
    }
    ranked.retain(|(rank, _)| *rank < keeping.room_profiles);
    if ranked.len() > PROFILES {
        ranked.sort_by_key(|(rank, profile)| (*rank, Reverse(profile.on)));
        ranked.truncate(PROFILES);
        ranked.sort_by(|(_, a), (_, b)| {
            (&a.account, Reverse(a.on)).cmp(&(&b.account, Reverse(b.on)))
        });
    }
    ranked.into_iter().map(|(_, profile)| profile).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEEPING: Keeping = Keeping {
        today: NaiveDate::MAX,
        room_profiles: 24,
        ended_presenters: 0,
    };

    fn seen(account: &str, day: u32) -> RoomProfile {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        RoomProfile {
            account: account.to_owned(),
            on: first + chrono::Days::new(u64::from(day)),
            certification: None,
            team_size: i32::try_from(day).ok(),
            followers: None,
            following: None,
            streamers: None,
            operating_model: None,
            turnover_band: None,
        }
    }

    #[test]
    fn beyond_the_whole_number_every_room_keeps_its_newest() {
        let rooms: Vec<_> = (0..600).map(|n| format!("room-{n:03}")).collect();
        let days = |day: u32| rooms.iter().map(move |room| seen(room, day));
        let before = kept(days(1).chain(days(2)).collect(), &[], KEEPING);
        assert_eq!(before.len(), PROFILES);
        let after = kept(days(3).collect(), &before, KEEPING);
        assert_eq!(after.len(), PROFILES);
        let newest = after.iter().filter(|profile| profile.team_size == Some(3));
        assert_eq!(newest.count(), rooms.len());
        assert!(after.iter().all(|profile| profile.team_size > Some(1)));
        let order = |profile: &RoomProfile| (profile.account.clone(), Reverse(profile.on));
        assert!(after.is_sorted_by_key(order));
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            days in prop::collection::hash_set((0_u8..3, 0_u32..40), 0..60),
            at in 0_usize..60,
        ) {
            let all: Vec<_> = days.iter().map(|(room, day)| seen(&room.to_string(), *day)).collect();
            let (first, second) = all.split_at(at.min(all.len()));
            let at_once = kept(all.clone(), &[], KEEPING);
            let in_turn = kept(second.to_vec(), &kept(first.to_vec(), &[], KEEPING), KEEPING);
            prop_assert_eq!(&at_once, &in_turn);
            prop_assert_eq!(kept(all, &at_once, KEEPING), at_once, "the same again changes nothing");
        }
    }
}
