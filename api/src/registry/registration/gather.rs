//! What a survey lists adds to what stands: it tells what was found, never that there is nothing else. So a row an account
//! in a workbook does not end the accounts of the rows before it, and the same file again changes nothing.

use entity::facts::{Facts, Permit};
use entity::merchant::Shop;
use entity::operator::{LiveAccount, OperatorFacts};
use entity::room_profile::RoomProfile;
use entity::streamer::Qualification;

use super::draft::Draft;
use super::fields::Fields;
use crate::registry::input::Patch;

/// Lets the lists of an item add to those that stand.
pub(super) fn gather(draft: &mut Draft) {
    for wanted in &mut draft.ties {
        wanted.add();
    }
    let Some(standing) = &draft.standing else {
        return;
    };
    match (&mut draft.fields, &standing.facts) {
        (Fields::Operator(fields), Facts::Operator(old)) => {
            if let Patch::Set(accounts) = &mut fields.accounts {
                rooms(accounts, &old.accounts);
            }
            if let Patch::Set(seen) = &mut fields.room_profiles {
                seen.retain(|profile| says_more(profile, old));
            }
            permits(&mut fields.permits, &old.permits);
        }
        (Fields::Merchant(fields), Facts::Merchant(old)) => {
            if let Patch::Set(shops) = &mut fields.shops {
                let open: Vec<&Shop> = old.open_shops().collect();
                add(shops, open, |a, b| a.name == b.name);
            }
            permits(&mut fields.permits, &old.permits);
        }
        (Fields::Agency(fields), Facts::Agency(old)) => permits(&mut fields.permits, &old.permits),
        (Fields::Streamer(fields), Facts::Streamer(old)) => {
            if let Patch::Set(list) = &mut fields.qualifications {
                let same = |a: &Qualification, b: &Qualification| a.title == b.title;
                add(list, &old.qualifications, same);
            }
        }
        _ => {}
    }
}

/// Keeps what stands and is not named; it comes first, so that the order of a list that says nothing new stays.
fn add<'a, T: Clone + 'a>(
    sent: &mut Vec<T>,
    old: impl IntoIterator<Item = &'a T>,
    same: impl Fn(&T, &T) -> bool,
) {
    let mut whole: Vec<T> = Vec::new();
    for before in old {
        let place = sent.iter().position(|now| same(now, before));
        whole.push(place.map_or_else(|| before.clone(), |place| sent.remove(place)));
    }
    whole.append(sent);
    *sent = whole;
}

fn permits(sent: &mut Patch<Vec<Permit>>, old: &[Permit]) {
    if let Patch::Set(sent) = sent {
        add(sent, old, |a, b| a.kind == b.kind && a.number == b.number);
    }
}

/// An account that is named again keeps what the survey does not say of it.
fn rooms(sent: &mut Vec<LiveAccount>, old: &[LiveAccount]) {
    for account in sent.iter_mut() {
        let before = old
            .iter()
            .find(|b| b.number == account.number && b.role == account.role);
        if let Some(before) = before {
            account.name = account.name.take().or_else(|| before.name.clone());
            account.followers = account.followers.or(before.followers);
            account.room_url = account.room_url.take().or_else(|| before.room_url.clone());
        }
    }
    add(sent, old, |a, b| a.number == b.number && a.role == b.role);
}

/// Whether a profile says something else than the newest of its room: the same words on a later day are no news.
fn says_more(profile: &RoomProfile, old: &OperatorFacts) -> bool {
    let of_room = old
        .room_profiles
        .iter()
        .filter(|p| p.account == profile.account);
    let newest = of_room.max_by_key(|seen| seen.on);
    newest.is_none_or(|seen| {
        let again = RoomProfile {
            on: seen.on,
            ..profile.clone()
        };
        again != *seen
    })
}
