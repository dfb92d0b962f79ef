//! Platforms as an office meets them: admitted once, updated by revisions, refused with a place and a code.

use entity::id::PlatformId;
use entity::kind::IdentityKind;
use entity::platform::{self, revision};
use entity::problem::{Finding, Step};
use entity::value::credit_code;
use sea_orm::PaginatorTrait as _;

use super::{find, page, place, register};
use crate::registry::admission::Verdict;
use crate::registry::batch::Outcome;
use crate::registry::id_page::IdPage;
use crate::registry::test_house::{TestHouse, address, command};

fn told(findings: &[Finding]) -> Vec<String> {
    let step = |step: &Step| match step {
        Step::Field(name) => name.to_string(),
        Step::Index(index) => index.to_string(),
    };
    let line = |finding: &Finding| {
        let path: Vec<_> = finding.path.iter().map(step).collect();
        format!("{} {}", path.join("."), finding.code.as_str())
    };
    findings.iter().map(line).collect()
}

async fn revisions(house: &TestHouse, id: PlatformId) -> Vec<revision::Model> {
    let mut rows = Vec::new();
    for number in 1..9 {
        rows.extend(
            revision::numbered(id, number)
                .one(&house.app.db)
                .await
                .unwrap(),
        );
    }
    rows
}

#[tokio::test]
async fn a_platform_is_admitted_with_public_columns_and_sealed_facts() {
    let house = TestHouse::furnished().await;
    let office = house.caller("zj-market-desk").await;
    let rows = page(&house.app, &office, all(10)).await.unwrap().rows;
    let [row] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(
        (row.name.as_str(), row.platform_name.as_str()),
        ("杭州示例网络科技有限公司", "示例直播")
    );
    assert_eq!(row.division.as_deref(), Some("330106"));
    assert_eq!(row.division_city.as_deref(), Some("330100"));
    assert_eq!(row.division_province.as_deref(), Some("330000"));
    assert_eq!((row.revision, row.tenant), (1, true));
    let facts = super::facts(&house.app, &house.app.db, row)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(facts.domicile.text, "文三路 1 号");
    assert_eq!(facts.domicile.division, "330106");
    assert!(facts.phone.ends_with("88886666"), "{}", facts.phone);

    let sealed = revisions(&house, row.id).await.remove(0).facts;
    assert!(!String::from_utf8_lossy(sealed.as_bytes()).contains("文三路"));
    let audit = house.audit("registerPlatform").await;
    assert_eq!((audit.len(), audit[0].outcome.as_str()), (1, "DONE"));
    assert_eq!(audit[0].subjects, row.id.to_string());
    for secret in ["文三路", "88886666", "示例", super::super::test_house::CODE] {
        assert!(!audit[0].detail.contains(secret), "{}", audit[0].detail);
    }
}

#[tokio::test]
async fn the_same_company_again_updates_or_changes_nothing() {
    let house = TestHouse::furnished().await;
    let same = house.register(command()).await;
    assert_eq!(same.outcome, Outcome::Unchanged);
    let id = same.id.unwrap();
    assert_eq!(revisions(&house, id).await.len(), 1);

    let mut moved = command();
    moved.identity.number = " 91330106673959654p ".to_owned();
    moved.phone = "0571-88887777".to_owned();
    moved.domicile = address("330105");
    let updated = house.register(moved).await;
    assert_eq!((updated.outcome, updated.id), (Outcome::Updated, Some(id)));
    let office = house.caller("zj-market-desk").await;
    let row = find(&house.app, &office, id).await.unwrap().unwrap();
    assert_eq!((row.revision, row.division.as_deref()), (2, Some("330105")));
    let facts = super::facts(&house.app, &house.app.db, &row)
        .await
        .unwrap()
        .unwrap();
    assert!(facts.phone.ends_with("88887777"));
    let old = revisions(&house, id).await.remove(0);
    let before = house.app.vault.open_json(place(id, 1), &old.facts).unwrap();
    assert!(before.phone.ends_with("88886666"), "history is kept");
    assert!(
        house.app.vault.open_json(place(id, 2), &old.facts).is_err(),
        "bound to its revision"
    );
}

#[tokio::test]
async fn an_office_admits_its_own_province_only_and_system_admits_any() {
    let house = TestHouse::furnished().await;
    let mut foreign = command();
    foreign.identity.number = "91440300708461136T".to_owned();
    foreign.domicile = address("440304");
    let refused = house.register(foreign.clone()).await;
    assert_eq!(refused.outcome, Outcome::Rejected);
    assert_eq!(told(&refused.findings), ["domicile.division NOT_YOURS"]);
    assert_eq!(platform::all().count(&house.app.db).await.unwrap(), 1);
    assert_eq!(
        house
            .audit("registerPlatform")
            .await
            .last()
            .unwrap()
            .outcome,
        "REFUSED"
    );

    let system = house.caller("operations").await;
    let admitter = system.admitter().unwrap();
    let registered = register(&house.app, &admitter, foreign).await.unwrap();
    assert_eq!(registered.outcome, Outcome::Created);
    let unseen = find(&house.app, &system, registered.id.unwrap())
        .await
        .unwrap();
    assert_eq!(unseen, None, "SYSTEM admits and sees nothing");
    assert!(
        house.caller("xihu-market-desk").await.admitter().is_err(),
        "lacks the scope"
    );
}

#[tokio::test]
async fn a_platform_is_an_organisation() {
    let house = TestHouse::furnished().await;
    let mut person = command();
    person.identity.kind = IdentityKind::ResidentId;
    person.identity.number = "11010519491231002X".to_owned();
    assert_eq!(
        told(&house.register(person).await.findings),
        ["identity.kind IDENTITY_NOT_ORGANISATION"]
    );
    let body = "92330106MA2CF0001";
    let check = credit_code::check_character(body).unwrap();
    let mut shop = command();
    shop.identity.number = format!("{body}{check}");
    assert_eq!(
        told(&house.register(shop).await.findings),
        ["identity.number IDENTITY_NOT_ORGANISATION"]
    );
}

#[tokio::test]
async fn every_fault_is_told_at_once_where_it_is() {
    let house = TestHouse::furnished().await;
    let mut bad = command();
    bad.name = " ".to_owned();
    bad.platform_name = "长".repeat(201);
    bad.identity.number = "91330106673959654Q".to_owned();
    bad.domicile = address("330100");
    bad.phone = "x".to_owned();
    bad.url = "ftp://example.cn".to_owned();
    let expected = [
        "identity.number CREDIT_CODE_CHECK",
        "name EMPTY",
        "platformName TOO_LONG",
        "domicile.division DIVISION_TOO_COARSE",
        "phone PHONE_FORM",
        "url URL_FORM",
    ];
    assert_eq!(told(&house.register(bad).await.findings), expected);
    let mut nowhere = command();
    nowhere.domicile.division = None;
    nowhere.domicile.text = "人民路1号".to_owned();
    assert_eq!(
        told(&house.register(nowhere).await.findings),
        ["domicile.division DIVISION_REQUIRED"]
    );
    let mut anywhere = command();
    anywhere.domicile.division = None;
    anywhere.domicile.text = "鼓楼区中山路1号".to_owned();
    assert_eq!(
        told(&house.register(anywhere).await.findings),
        ["domicile.division DIVISION_AMBIGUOUS"]
    );
    let mut unknown = command();
    unknown.domicile = address("L999999");
    assert_eq!(
        told(&house.register(unknown).await.findings),
        ["domicile.division DIVISION_UNKNOWN"]
    );
}

#[tokio::test]
async fn a_key_does_it_once_and_keeps_the_verdict() {
    let house = TestHouse::furnished().await;
    let keyed = |phone: &str| {
        let mut keyed = command();
        keyed.phone = phone.to_owned();
        keyed.idempotency_key = Some("once".to_owned());
        keyed
    };
    let first = house.register(keyed("0571-88880001")).await;
    let again: Verdict<PlatformId> = house.register(keyed("0571-88880001")).await;
    assert_eq!((first.outcome, &again), (Outcome::Updated, &first));
    assert_eq!(revisions(&house, first.id.unwrap()).await.len(), 2);
    let caller = house.caller("zj-market-desk").await;
    let other = register(
        &house.app,
        &caller.admitter().unwrap(),
        keyed("0571-88880002"),
    )
    .await;
    assert_eq!(other.unwrap_err().code(), "CONFLICT");
}

const fn all(limit: u64) -> IdPage<PlatformId> {
    IdPage {
        after: None,
        before: None,
        backward: false,
        limit,
    }
}

#[tokio::test]
async fn pages_run_both_ways_and_a_platform_sees_itself_alone() {
    let house = TestHouse::furnished().await;
    for number in ["91350100M000100Y43", "91440300708461136T"] {
        let mut other = command();
        other.identity.number = number.to_owned();
        house.register(other).await;
    }
    let office = house.caller("xihu-market-desk").await;
    let first = page(&house.app, &office, all(2)).await.unwrap();
    assert_eq!((first.rows.len(), first.more), (2, true));
    let after = IdPage {
        after: Some(first.rows[1].id),
        ..all(2)
    };
    let rest = page(&house.app, &office, after).await.unwrap();
    assert_eq!((rest.rows.len(), rest.more), (1, false));
    let back = IdPage {
        before: Some(rest.rows[0].id),
        backward: true,
        ..all(1)
    };
    let back = page(&house.app, &office, back).await.unwrap();
    assert_eq!((back.rows[0].id, back.more), (first.rows[1].id, true));

    let platform = house.caller("example-platform").await;
    let seen = page(&house.app, &platform, all(9)).await.unwrap().rows;
    assert_eq!(
        seen.iter().map(|row| Some(row.id)).collect::<Vec<_>>(),
        [platform.platform()]
    );
    assert_eq!(
        find(&house.app, &platform, rest.rows[0].id).await.unwrap(),
        None
    );
}
