//! Proofs of the demo: it is the same every time, whole, and judged as real data is.

mod loading;

use std::collections::{BTreeMap, HashSet};

use entity::kind::{AccountRole, IdentityKind, LegalForm, Role};

use super::*;

fn demo_on(today: &str) -> Demo {
    Demo::seen_on(Calendar::seen_from(today.parse().unwrap()).unwrap()).unwrap()
}

fn demo() -> Demo {
    demo_on("2026-11-22")
}

fn counted<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    keys.fold(BTreeMap::new(), |mut counts, key| {
        *counts.entry(key).or_default() += 1;
        counts
    })
}

fn set<T>(patch: &Patch<T>) -> Option<&T> {
    match patch {
        Patch::Set(value) => Some(value),
        Patch::Keep | Patch::Clear => None,
    }
}

#[test]
fn it_is_the_same_every_time() {
    let (one, two) = (demo(), demo());
    assert_eq!(
        format!("{:?}", one.platforms),
        format!("{:?}", two.platforms)
    );
    assert_eq!(one.platforms[0].operators, two.platforms[0].operators);
    assert_eq!(one.own_sites, two.own_sites);
    assert_eq!((one.offices, one.clients), (two.offices, two.clients));
}

#[test]
fn adults_and_firms_are_the_same_on_every_day() {
    let (one, two) = (demo(), demo_on("2027-03-01"));
    let same = one.platforms[0]
        .operators
        .iter()
        .zip(&two.platforms[0].operators);
    let kept = same.filter(|(a, b)| a.identity == b.identity).count();
    assert!(kept > 600, "{kept} of 620");
}

#[test]
fn there_are_a_thousand_operators_over_two_provinces() {
    let demo = demo();
    assert_eq!(demo.platforms.len(), 2);
    let all = || {
        demo.platforms
            .iter()
            .flat_map(|book| book.operators.iter().chain(&book.newcomers))
    };
    assert_eq!(all().count() + demo.own_sites.len(), 1_000);
    let forms = counted(all().filter_map(|item| set(&item.form)));
    assert!(
        forms[&LegalForm::LegalPerson] > 300 && forms[&LegalForm::IndividualBusiness] > 250,
        "{forms:?}"
    );
    assert!(
        forms[&LegalForm::NaturalPerson] > 200 && forms[&LegalForm::Unincorporated] > 20,
        "{forms:?}"
    );
    let kinds = counted(all().map(|item| item.identity.kind));
    for kind in IdentityKind::ALL {
        let expected = !matches!(kind, IdentityKind::NetworkId | IdentityKind::Other);
        assert_eq!(kinds.contains_key(kind), expected, "{kinds:?}");
    }
    assert!(
        all()
            .filter(|item| set(&item.guardian_consent).is_some())
            .count()
            >= 8
    );
    let provinces = counted(all().filter_map(|item| {
        let division = set(&item.business_address)?.division.clone()?;
        Some(division.trim_start_matches('L').get(..2)?.to_owned())
    }));
    assert!(
        provinces.len() > 15 && provinces["33"] > 250 && provinces["44"] > 150,
        "{provinces:?}"
    );
    assert!(all().any(|item| {
        set(&item.business_address).is_some_and(|a| a.division.as_deref() == Some("L330193"))
    }));
}

#[test]
fn no_party_external_id_or_holder_is_twice_on_a_platform() {
    let demo = demo();
    for book in &demo.platforms {
        let (mut parties, mut ids, mut holders) = (HashSet::new(), HashSet::new(), HashSet::new());
        for item in book.operators.iter().chain(&book.newcomers) {
            assert!(
                parties.insert(&item.identity.number),
                "{:?}",
                item.external_id
            );
            assert!(ids.insert(set(&item.external_id).unwrap()));
            for account in set(&item.accounts).unwrap() {
                let held = account.role == AccountRole::Holder;
                assert!(
                    !held || holders.insert(&account.account_number),
                    "{}",
                    account.account_number
                );
                assert!(
                    held || holders.contains(&account.account_number),
                    "somebody holds what another operates"
                );
            }
        }
        let known = |item: &&OperatorInput| parties.contains(&item.identity.number);
        assert!(book.changes.iter().all(|item| known(&item)) && book.changes.len() > 100);
        assert!(
            book.closings
                .iter()
                .all(|closing| ids.contains(&closing.external_id))
                && book.closings.len() >= 7
        );
        let several =
            |item: &&OperatorInput| set(&item.accounts).is_some_and(|accounts| accounts.len() > 1);
        assert!(book.operators.iter().filter(several).count() > 50);
    }
    let numbers = |at: usize| {
        demo.platforms[at]
            .operators
            .iter()
            .map(|item| &item.identity.number)
    };
    let first: HashSet<_> = numbers(0).collect();
    assert!(
        numbers(1).filter(|number| first.contains(number)).count() >= 10,
        "some sell on both platforms"
    );
}

#[test]
fn every_level_of_both_authorities_and_every_role_is_there() {
    let demo = demo();
    let offices = counted(
        demo.offices
            .offices
            .iter()
            .map(|office| (office.authority, office.level)),
    );
    assert_eq!(offices.len(), 8, "{offices:?}");
    let roles = counted(demo.clients.clients.iter().map(|client| client.role));
    assert_eq!(roles.len(), Role::ALL.len(), "{roles:?}");
    assert_eq!(demo.clients.clients.len(), 11);
    assert!(
        demo.clients
            .clients
            .iter()
            .all(|client| !client.scopes.is_empty())
    );
    let acting: Vec<_> = demo
        .platforms
        .iter()
        .map(|book| book.client.as_str())
        .collect();
    assert_eq!(acting, ["demo-platform", "demo-platform-2"]);
}

#[test]
fn around_the_operators_stand_agencies_streamers_and_merchants() {
    for book in demo().platforms {
        let Cast {
            agencies,
            streamers,
            merchants,
        } = &book.cast;
        let known: HashSet<_> = agencies.iter().map(|a| &a.identity.number).collect();
        assert_eq!(known.len(), agencies.len(), "no agency stands twice");
        let rooms: HashSet<_> = book.operators.iter().map(|o| &o.identity.number).collect();
        let (mut members, mut kinds) = (0, HashSet::new());
        for streamer in streamers {
            kinds.insert(streamer.identity.kind);
            if let Some(agency) = set(&streamer.agency) {
                members += 1;
                assert!(known.contains(&agency.number));
            }
            let named = set(&streamer.operators).unwrap();
            assert!(!named.is_empty() && named.iter().all(|o| rooms.contains(&o.number)));
        }
        assert!(members > streamers.len() / 3 && members < streamers.len());
        assert!(kinds.len() > 2, "{kinds:?}");
        let exempt = merchants
            .iter()
            .filter(|m| set(&m.exemption).is_some())
            .count();
        let registered = merchants
            .iter()
            .filter(|m| m.identity.kind == IdentityKind::Uscc)
            .count();
        assert_eq!(exempt + registered, merchants.len());
        let sellers = book
            .operators
            .iter()
            .filter(|o| set(&o.sellers).is_some())
            .count();
        assert!(sellers > 50, "{sellers}");
    }
}
