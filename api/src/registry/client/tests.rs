//! Clients as SECURITY meets them: granted, revoked at once, granted again without waking old tokens.

use chrono::TimeDelta;
use entity::id::ClientId;
use entity::kind::Role;
use entity::problem::ProblemCode;
use entity::{client, office};
use rules::label::Lang;

use super::{
    ClientRef, GrantClient, RevocationReason, RevokeClient, apply, grant, labels, read, revoke,
};
use crate::registry::admission::Verdict;
use crate::registry::batch::Outcome;
use crate::registry::plan::Plan;
use crate::registry::test_house::{OFFICES, TestHouse, clients_without_platform};

async fn applied(house: &TestHouse, text: &str, dry_run: bool) -> Plan {
    let file = read(&house.app, text).await.unwrap().unwrap();
    apply(&house.app, &file, dry_run).await.unwrap()
}

async fn row(house: &TestHouse, name: &str) -> client::Model {
    client::by_name(name)
        .one(&house.app.db)
        .await
        .unwrap()
        .unwrap()
}

async fn granted(house: &TestHouse, command: GrantClient) -> Verdict<ClientId> {
    let caller = house.caller("security").await;
    grant(&house.app, caller.security().unwrap(), command)
        .await
        .unwrap()
}

async fn revoked(house: &TestHouse, name: &str) -> Verdict<ClientId> {
    let caller = house.caller("security").await;
    let command = RevokeClient {
        client: ClientRef::Name(name.to_owned()),
        reason: RevocationReason::Compromised,
        idempotency_key: None,
    };
    revoke(&house.app, caller.security().unwrap(), command)
        .await
        .unwrap()
}

fn codes(verdict: &Verdict<ClientId>) -> Vec<ProblemCode> {
    verdict
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

/// A second desk of the province's office.
async fn desk(house: &TestHouse) -> GrantClient {
    GrantClient {
        name: "zj-market-desk-2".to_owned(),
        role: Role::Province,
        office: row(house, "zj-market-desk").await.office_id,
        platform: None,
        scopes: vec!["registry:read".to_owned(), "submission:review".to_owned()],
        valid_from: None,
        valid_until: "2026-12-31".parse().unwrap(),
        contact: "网监处".to_owned(),
        idempotency_key: None,
    }
}

fn auditor(name: &str) -> GrantClient {
    GrantClient {
        name: name.to_owned(),
        role: Role::Auditor,
        office: None,
        platform: None,
        scopes: vec!["audit:read".to_owned()],
        valid_from: None,
        valid_until: "2026-12-31".parse().unwrap(),
        contact: "审计岗".to_owned(),
        idempotency_key: None,
    }
}

#[tokio::test]
async fn a_file_is_shown_then_written_and_twice_is_nothing() {
    let house = TestHouse::empty().await;
    let offices = crate::registry::office::read(&house.app, OFFICES)
        .await
        .unwrap()
        .unwrap();
    crate::registry::office::apply(&house.app, None, &offices, false)
        .await
        .unwrap();
    let text = clients_without_platform();
    let dry = applied(&house, &text, true).await;
    assert_eq!(dry.counts(), [5, 0, 0, 0]);
    let line = "+ 新增客户端 zj-market-desk\n    角色：PROVINCE\n    归属：zj-market\n    权限：registry:read";
    assert!(dry.say(Lang::Zh).contains(line), "{dry:?}");
    assert!(
        dry.say(Lang::Zh)
            .contains("起始：2026-02-01 00:00:00\n    截止：2027-02-01 00:00:00")
    );
    assert!(client::all().all(&house.app.db).await.unwrap().is_empty());
    assert!(house.audit("clientApply").await.is_empty());

    applied(&house, &text, false).await;
    assert_eq!(applied(&house, &text, false).await.counts(), [0, 0, 5, 0]);
    let audit = house.audit("clientApply").await;
    assert_eq!((audit.len(), audit[0].subjects.split(' ').count()), (2, 5));

    let wider = text.replace("[\"audit:read\"]", "[\"audit:read\", \"introspect\"]");
    let plan = applied(&house, &wider, false).await;
    let line = "~ 变更客户端 auditor\n    权限：audit:read → introspect audit:read";
    assert!(plan.say(Lang::Zh).contains(line), "{plan:?}");
}

#[tokio::test]
async fn a_file_neither_wakes_what_was_revoked_nor_passes_a_name_on() {
    let house = TestHouse::furnished().await;
    revoked(&house, "auditor").await;
    let plan = applied(&house, &clients_without_platform(), false).await;
    assert_eq!(plan.counts(), [0, 0, 4, 2]);
    assert!(
        plan.say(Lang::Zh).contains("· 客户端 auditor 已撤销"),
        "{plan:?}"
    );
    assert!(
        plan.say(Lang::Zh)
            .contains("· 客户端 example-platform 文件未列，保持不动"),
        "{plan:?}"
    );
    assert!(row(&house, "auditor").await.revoked_at.is_some());

    let passed = clients_without_platform().replace("key = \"operations\"", "key = \"spare\"");
    let passed = passed.replace("key = \"auditor\"", "key = \"operations\"");
    let file = read(&house.app, &passed).await.unwrap().unwrap();
    let refused = apply(&house.app, &file, false).await.unwrap_err();
    assert!(refused.to_string().contains("operations"), "{refused}");
    assert!(
        client::by_name("spare")
            .one(&house.app.db)
            .await
            .unwrap()
            .is_none(),
        "all or nothing"
    );
}

#[tokio::test]
async fn a_platforms_client_is_found_by_its_credit_code() {
    let house = TestHouse::furnished().await;
    let caller = house.caller("example-platform").await;
    assert_eq!(caller.client.platform_id, caller.platform());
    assert_eq!(caller.sight.whole, Vec::from_iter(caller.platform()));
}

#[tokio::test]
async fn a_grant_is_made_changed_and_audited_by_codes() {
    let house = TestHouse::furnished().await;
    let created = granted(&house, desk(&house).await).await;
    assert_eq!(
        (created.outcome, created.findings.len()),
        (Outcome::Created, 0)
    );
    assert_eq!(
        granted(&house, desk(&house).await).await.outcome,
        Outcome::Unchanged
    );
    let token = house.token(created.id.unwrap());
    assert!(house.ask(&token).await.unwrap().receiver().is_ok());

    let mut narrower = desk(&house).await;
    narrower.scopes = vec!["registry:read".to_owned()];
    let changed = granted(&house, narrower).await;
    assert_eq!(
        (changed.outcome, changed.id),
        (Outcome::Updated, created.id)
    );
    assert!(
        house.ask(&token).await.unwrap().receiver().is_err(),
        "from the next request on"
    );

    let audit = house.audit("grantClient").await;
    assert_eq!(audit[0].subjects, created.id.unwrap().to_string());
    assert_eq!(
        audit[0].detail,
        r#"{"codes":["PROVINCE","registry:read","submission:review"],"outcome":"Created","problems":[]}"#
    );
}

#[tokio::test]
async fn a_revocation_counts_at_the_next_request_and_old_tokens_stay_dead() {
    let house = TestHouse::furnished().await;
    let id = granted(&house, desk(&house).await).await.id.unwrap();
    let old = house.token(id);
    assert!(house.ask(&old).await.is_ok());
    assert_eq!(
        revoked(&house, "zj-market-desk-2").await.outcome,
        Outcome::Closed
    );
    assert_eq!(house.ask(&old).await.unwrap_err().code(), "UNAUTHENTICATED");
    assert_eq!(
        revoked(&house, "zj-market-desk-2").await.outcome,
        Outcome::Unchanged
    );

    // Within the same second, which a token's time cannot tell apart.
    house.advance(TimeDelta::milliseconds(100));
    let again = granted(&house, desk(&house).await).await;
    assert_eq!((again.outcome, again.id), (Outcome::Reopened, Some(id)));
    assert!(house.ask(&old).await.is_err());
    house.advance(TimeDelta::seconds(1));
    assert!(house.ask(&old).await.is_err());
    let new = house.token(id);
    assert!(house.ask(&new).await.is_ok());
    // An earlier first day does not wake them either.
    let mut earlier = desk(&house).await;
    earlier.valid_from = "2026-02-01".parse().ok();
    assert_eq!(granted(&house, earlier).await.outcome, Outcome::Unchanged);
    assert!(house.ask(&old).await.is_err());

    let audit = house.audit("revokeClient").await;
    assert_eq!(audit[0].outcome, "DONE");
    assert!(
        audit[0].detail.contains("COMPROMISED"),
        "{}",
        audit[0].detail
    );
}

#[tokio::test]
async fn a_life_time_has_both_its_days() {
    let house = TestHouse::furnished().await;
    let mut later = desk(&house).await;
    later.valid_from = "2026-07-02".parse().ok();
    later.valid_until = "2026-07-02".parse().unwrap();
    let id = granted(&house, later).await.id.unwrap();
    assert!(house.ask(&house.token(id)).await.is_err(), "not yet");
    // 2026-07-02 begins at 16:00 UTC of the day before.
    house.clock.set("2026-07-01T16:00:00Z".parse().unwrap());
    assert!(house.ask(&house.token(id)).await.is_ok());
    house.clock.set("2026-07-02T15:59:59Z".parse().unwrap());
    assert!(house.ask(&house.token(id)).await.is_ok());
    house.clock.set("2026-07-02T16:00:00Z".parse().unwrap());
    assert!(house.ask(&house.token(id)).await.is_err(), "over");
}

/// Grants what must be refused and gives the code; nothing may have been written.
async fn refused(house: &TestHouse, command: GrantClient) -> ProblemCode {
    let before = client::all().all(&house.app.db).await.unwrap();
    let verdict = granted(house, command).await;
    assert_eq!((verdict.outcome, verdict.id), (Outcome::Rejected, None));
    assert_eq!(client::all().all(&house.app.db).await.unwrap(), before);
    let [code] = codes(&verdict)[..] else {
        panic!("{verdict:?}")
    };
    code
}

#[tokio::test]
async fn scopes_are_known_few_and_fit_for_the_role() {
    let house = TestHouse::furnished().await;
    let desk = desk(&house).await;
    for (names, code) in [
        (vec!["registry:delete"], ProblemCode::ScopeUnknown),
        (vec!["client:grant"], ProblemCode::ScopeUnknown),
        (vec![], ProblemCode::Required),
        (vec!["introspect"; 99], ProblemCode::TooMany),
    ] {
        let mut command = desk.clone();
        command.scopes = names.into_iter().map(str::to_owned).collect();
        assert_eq!(refused(&house, command).await, code);
    }
    let cyberspace = office::all().all(&house.app.db).await.unwrap();
    let cyberspace = cyberspace
        .iter()
        .find(|office| office.key == "zj-cyberspace");
    let mut command = desk;
    command.office = cyberspace.map(|office| office.id);
    assert_eq!(
        refused(&house, command.clone()).await,
        ProblemCode::ScopeUnknown
    );
    command.scopes.truncate(1);
    assert_eq!(granted(&house, command).await.outcome, Outcome::Created);
}

#[tokio::test]
async fn a_holder_exists_and_fits_the_role() {
    let house = TestHouse::furnished().await;
    let desk = desk(&house).await;
    let county = row(&house, "xihu-market-desk").await.office_id;
    let platform = row(&house, "example-platform").await.platform_id;
    for (office, code) in [
        (None, ProblemCode::Required),
        (Some(house.app.id()), ProblemCode::OfficeUnknown),
        (county, ProblemCode::OfficeUnknown),
    ] {
        assert_eq!(
            refused(
                &house,
                GrantClient {
                    office,
                    ..desk.clone()
                }
            )
            .await,
            code
        );
    }
    let strange = GrantClient {
        platform,
        ..desk.clone()
    };
    assert_eq!(refused(&house, strange).await, ProblemCode::NotFound);
    let strange = GrantClient {
        office: county,
        ..auditor("auditor-2")
    };
    assert_eq!(refused(&house, strange).await, ProblemCode::OfficeUnknown);

    let own = |platform| GrantClient {
        role: Role::Platform,
        platform,
        scopes: vec!["submission:file".to_owned()],
        ..auditor("platform-2")
    };
    assert_eq!(refused(&house, own(None)).await, ProblemCode::Required);
    assert_eq!(
        refused(&house, own(Some(house.app.id()))).await,
        ProblemCode::NotFound
    );
    assert_eq!(
        granted(&house, own(platform)).await.outcome,
        Outcome::Created
    );
}

#[tokio::test]
async fn names_stay_with_their_holder_and_days_run_forward() {
    let house = TestHouse::furnished().await;
    for name in ["operations", "zj-market-desk"] {
        assert_eq!(
            refused(&house, auditor(name)).await,
            ProblemCode::ClientNameTaken
        );
    }
    assert_eq!(refused(&house, auditor(" ")).await, ProblemCode::Empty);
    let mut over = auditor("auditor-2");
    over.valid_until = "2026-06-30".parse().unwrap();
    assert_eq!(refused(&house, over.clone()).await, ProblemCode::DateOrder);
    over.valid_until = "2026-07-01".parse().unwrap();
    over.valid_from = "2026-07-02".parse().ok();
    assert_eq!(refused(&house, over).await, ProblemCode::DateOrder);
}

#[tokio::test]
async fn the_last_security_client_stays() {
    let house = TestHouse::furnished().await;
    assert_eq!(
        codes(&revoked(&house, "security").await),
        [ProblemCode::LastSecurityClient]
    );
    let second = |scope: &str| GrantClient {
        role: Role::Security,
        scopes: vec![scope.to_owned()],
        ..auditor("security-2")
    };
    granted(&house, second("introspect")).await;
    let refused = revoked(&house, "security").await;
    assert_eq!(
        codes(&refused),
        [ProblemCode::LastSecurityClient],
        "the other cannot grant"
    );

    granted(&house, second("client:grant")).await;
    assert_eq!(revoked(&house, "security").await.outcome, Outcome::Closed);
    let caller = house.caller("security-2").await;
    let disarmed = grant(&house.app, caller.security().unwrap(), second("introspect"))
        .await
        .unwrap();
    assert_eq!(codes(&disarmed), [ProblemCode::LastSecurityClient]);
    assert!(house.caller("operations").await.security().is_err());
}

#[tokio::test]
async fn an_unknown_client_is_not_found() {
    let house = TestHouse::furnished().await;
    assert_eq!(
        codes(&revoked(&house, "nobody").await),
        [ProblemCode::NotFound]
    );
}

#[tokio::test]
async fn clients_are_called_by_holder_and_name() {
    let house = TestHouse::furnished().await;
    let mut ids = Vec::new();
    for name in ["zj-market-desk", "example-platform", "auditor"] {
        ids.push(row(&house, name).await.id);
    }
    let labels = labels(&house.app, &ids).await.unwrap();
    let labels: Vec<_> = ids.iter().map(|id| labels[id].as_str()).collect();
    assert_eq!(
        labels,
        [
            "浙江省市场监督管理局 zj-market-desk",
            "示例直播 example-platform",
            "auditor"
        ]
    );
}
