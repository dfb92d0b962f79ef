//! Who comes in, with which token, to do what; and how offices, platforms and clients are admitted.

use api::registry::{client, office};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, PLATFORMS, TestApp, instant};
use crate::look::{assert_tells, error_code, outcomes, send};
use crate::operator::{REGISTER, company, on_both};

const ME: &str = r#"{"query":"{ me { role } }"}"#;

/// Insists that a token is refused: 401, and an honest caller told how to mend it.
async fn refused(app: &TestApp, authorization: Option<&str>, told: &str) {
    let (status, answer) = send(app, authorization, ME).await;
    assert_eq!(
        (status, error_code(&answer)),
        (401, "UNAUTHENTICATED"),
        "{authorization:?}: {answer:#}"
    );
    let message = answer["errors"][0]["message"].as_str();
    assert!(
        message.is_some_and(|text| text.contains(told)),
        "{told}: {answer:#}"
    );
    let id = &answer["errors"][0]["extensions"]["requestId"];
    assert!(id.as_str().is_some_and(|id| !id.is_empty()), "{answer:#}");
}

async fn client_id(app: &TestApp, name: &str) -> uuid::Uuid {
    let row = entity::client::by_name(name)
        .one(&app.app.db)
        .await
        .expect("clients are read");
    row.expect("a client").id.0
}

pub(crate) async fn granted(security: &Actor, input: Value) -> Value {
    const GRANT: &str = "mutation ($input: GrantClientInput!) { grantClient(input: $input) {
      client { id name role scopes validFrom validUntil revokedAt } problems { code path } } }";
    security.data(GRANT, json!({ "input": input })).await["grantClient"].take()
}

async fn revoked(security: &Actor, id: impl std::fmt::Display) -> Value {
    const REVOKE: &str = "mutation ($input: RevokeClientInput!) { revokeClient(input: $input) {
      client { id revokedAt } problems { code path } } }";
    let input = json!({ "client": id.to_string(), "reason": "COMPROMISED" });
    security.data(REVOKE, json!({ "input": input })).await["revokeClient"].take()
}

/// The grant of a platform's client as the world has it.
pub(crate) async fn grant_of(app: &TestApp, name: &str, scopes: &[&str]) -> Value {
    json!({
        "name": name, "role": "PLATFORM", "platform": app.platform_id("xihu-live").await, "scopes": scopes,
        "contact": "测试", "validUntil": "2099-12-31",
    })
}

/// Registers a platform.
async fn platform(actor: &Actor, n: u32, division: &str, name: &str) -> Value {
    const ADMIT: &str = "mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) {
      platform { id name domicile { text division { code } } updatedAt } problems { code path message } } }";
    let input = json!({
        "name": "之江直播网络科技有限公司", "platformName": name, "phone": "0571-88881111",
        "identity": { "kind": "USCC", "number": crate::operator::credit_code(n) },
        "domicile": { "text": "滨盛路1号", "division": division }, "url": "https://live.example.cn/",
    });
    actor.data(ADMIT, json!({ "input": input })).await["registerPlatform"].take()
}

on_both! {
    async fn a_token_counts_in_its_own_time_only(app: TestApp) {
        let id = client_id(&app, "xihu-live").await;
        let token = format!("Bearer {}", app.token(id, TimeDelta::minutes(15)));
        assert_eq!(send(&app, Some(&token), ME).await.0, 200);
        app.clock.advance(TimeDelta::hours(-1));
        refused(&app, Some(&token), "尚未生效").await;
        app.clock.advance(TimeDelta::minutes(90));
        refused(&app, Some(&token), "已过期").await;
        let endless = format!("Bearer {}", app.token(id, TimeDelta::days(400)));
        refused(&app, Some(&endless), "超出上限").await;
        let unknown = format!("Bearer {}", app.token(uuid::Uuid::from_u128(7), TimeDelta::minutes(15)));
        refused(&app, Some(&unknown), "未登记").await;
        for other in [None, Some(""), Some("Bearer"), Some("Bearer "), Some("Basic eDp5"), Some("Bearer a.b.c")] {
            refused(&app, other, "令牌").await;
        }
    }

    async fn a_revocation_counts_from_the_next_request_on(app: TestApp) {
        let security = app.actor("security").await;
        let id = client_id(&app, "xihu-live").await;
        let grant = grant_of(&app, "xihu-live", &["registry:read", "registry:write"]).await;
        let bearer = format!("Bearer {}", app.token(id, TimeDelta::minutes(15)));
        let platform = app.actor("xihu-live").await;
        assert_eq!(platform.register(vec![company(1)]).await["created"], 1);

        let done = revoked(&security, id).await;
        assert_tells!(done, []);
        assert_eq!(done["client"]["revokedAt"], "2026-12-01T10:00:00+08:00");
        refused(&app, Some(&bearer), "撤销").await;
        assert_eq!(error_code(&platform.ask(REGISTER, json!({ "input": { "items": [company(2)] } })).await), "UNAUTHENTICATED");
        assert_eq!(app.number("SELECT count(*) FROM registration").await, 1);
        let before = app.counts().await;
        assert_tells!(revoked(&security, id).await, []);
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before, "revoking twice is no fault");

        app.clock.advance(TimeDelta::seconds(5));
        let clients = app.number("SELECT count(*) FROM client").await;
        let again = granted(&app.actor("security").await, grant).await;
        assert_tells!(again, []);
        assert_eq!((&again["client"]["id"], &again["client"]["revokedAt"]), (&json!(id.to_string()), &Value::Null));
        refused(&app, Some(&bearer), "重新签发").await;
        app.clock.advance(TimeDelta::seconds(1));
        let anew = app.actor("xihu-live").await;
        assert_eq!(anew.register(vec![company(2)]).await["created"], 1, "a new token counts again");
        assert_eq!(app.number("SELECT count(*) FROM client").await, clients);
        let said: Vec<_> = app.audit().await.into_iter().filter(|e| e.operation.ends_with("Client")).collect();
        let deeds: Vec<_> = said.iter().map(|e| (e.operation.as_str(), e.outcome.as_str())).collect();
        assert_eq!(deeds, [("revokeClient", "DONE"), ("revokeClient", "UNCHANGED"), ("grantClient", "DONE")]);
        assert!(said[0].detail.contains("COMPROMISED") && said[0].subjects.contains(&id.to_string()), "{said:?}");
    }

    async fn scopes_and_life_times_change_with_the_next_request(app: TestApp) {
        let security = app.actor("security").await;
        let made = granted(&security, grant_of(&app, "second", &["registry:read", "registry:write"]).await).await;
        assert_tells!(made, []);
        let second = app.actor("second").await;
        assert_eq!(second.register(vec![company(1)]).await["created"], 1);
        assert_tells!(granted(&security, grant_of(&app, "second", &["registry:read"]).await).await, []);
        let barred = second.ask(REGISTER, json!({ "input": { "items": [company(2)] } })).await;
        assert_eq!(error_code(&barred), "FORBIDDEN", "{barred:#}");
        assert_eq!(second.data("{ me { scopes } }", json!({})).await["me"]["scopes"], json!(["registry:read"]));
        let mut short = grant_of(&app, "second", &["registry:read"]).await;
        short["validUntil"] = json!("2026-12-01");
        assert_tells!(granted(&security, short).await, []);
        assert_eq!(second.data("{ me { role } }", json!({})).await["me"]["role"], "PLATFORM");
        app.clock.set(instant("2026-12-02T00:00:00+08:00"));
        let token = app.token(client_id(&app, "second").await, TimeDelta::minutes(15));
        refused(&app, Some(&format!("Bearer {token}")), "有效期已过").await;
    }

    async fn a_far_day_is_a_day_like_others(app: TestApp) {
        let mut endless = grant_of(&app, "endless", &["registry:read"]).await;
        endless["validUntil"] = json!("9999-12-31");
        assert_tells!(granted(&app.actor("security").await, endless.clone()).await, []);
        let endless_one = app.actor("endless").await;
        assert_eq!(endless_one.data("{ me { role } }", json!({})).await["me"]["role"], "PLATFORM");
        assert_tells!(granted(&app.actor("security").await, endless).await, []);
    }

    async fn whoever_lacks_a_scope_or_a_seat_is_forbidden(app: TestApp) {
        let deeds = [
            ("registerOperators(input: { items: [] }) { processed }", &["auditor", "security", "system", "cyberspace"][..]),
            ("closeRegistrations(input: { items: [] }) { processed }", &["auditor", "security", "system", "cyberspace"]),
            ("correctIdentity(input: { registration: \"x\", to: { kind: USCC, number: \"1\" }, reason: \"x\", evidence: [] })
              { problems { code } }", &["auditor", "security", "system", "cyberspace"]),
            ("grantClient(input: { name: \"x\", role: AUDITOR, scopes: [], contact: \"x\", validUntil: \"2030-01-01\" })
              { problems { code } }", &["xihu-live", "national", "zhejiang", "system", "auditor"]),
            ("revokeClient(input: { client: \"x\", reason: OTHER }) { problems { code } }",
              &["xihu-live", "national", "system", "auditor"]),
            ("registerPlatform(input: { name: \"x\", platformName: \"x\", identity: { kind: USCC, number: \"1\" },
              domicile: { text: \"x\" }, phone: \"1\", url: \"x\" }) { problems { code } }",
              &["xihu-live", "ningbo", "xihu", "cyberspace", "security", "auditor"]),
            ("prepareSubmission(input: { window: \"2027-01\" }) { problems { code } }", &["zhejiang", "national", "system"]),
            ("acceptSubmission(input: { submission: \"x\" }) { problems { code } }", &["xihu-live", "ningbo", "national"]),
        ];
        let mut expected = app.counts().await;
        for (deed, actors) in deeds {
            for name in actors {
                let answer = app.actor(name).await.ask(&format!("mutation {{ {deed} }}"), json!({})).await;
                assert_eq!(error_code(&answer), "FORBIDDEN", "{name} {deed}: {answer:#}");
                *expected.get_mut("audit").expect("a table") += 1;
            }
        }
        assert_eq!(app.counts().await, expected, "an attempt leaves its entry and nothing else");
    }

    async fn a_platform_is_admitted_by_its_own_province(app: TestApp) {
        let [zhejiang, guangdong, system, national] =
            [app.actor("zhejiang").await, app.actor("guangdong").await, app.actor("system").await, app.actor("national").await];
        let before = app.counts().await;
        let foreign = platform(&guangdong, 900, "330108", "之江").await;
        assert_tells!(foreign, [("NOT_YOURS", "domicile.division")]);
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);

        let made = platform(&zhejiang, 900, "330108", "之江").await;
        assert_tells!(made, []);
        let id = made["platform"]["id"].clone();
        let before = app.counts().await;
        let same = platform(&zhejiang, 900, "330108", "之江").await;
        assert_eq!(same["platform"]["id"], id);
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before, "the same again writes nothing");
        app.clock.advance(TimeDelta::minutes(1));
        let renamed = platform(&zhejiang, 900, "330108", "之江新").await;
        assert_eq!((&renamed["platform"]["id"], &renamed["platform"]["updatedAt"]), (&id, &json!("2026-12-01T10:01:00+08:00")));
        let revisions = format!("SELECT count(*) FROM platform_revision WHERE platform_id = {}", literal(&app, &id));
        assert_eq!(app.number(&revisions).await, 2);

        let captured = platform(&guangdong, 900, "440106", "之江").await;
        assert_tells!(captured, [("NOT_YOURS", "identity")]);
        assert_eq!(platform(&national, 900, "440106", "之江").await["platform"]["id"], id, "the national office may move it");
        assert_tells!(platform(&zhejiang, 900, "330108", "之江").await, [("NOT_YOURS", "identity")]);
        let by_system = platform(&system, 901, "510104", "锦江").await;
        assert_tells!(by_system, []);
        assert_eq!(by_system["platform"]["domicile"]["division"]["code"], "510104", "{by_system:#}");
    }

    async fn data_files_say_what_stands_however_often(app: TestApp) {
        let tables = |dump: String| -> Vec<String> {
            let kept = |line: &&str| !line.starts_with("audit") && !line.starts_with("seaql");
            let mut lines: Vec<_> = dump.lines().filter(kept).map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let before = tables(app.dump().await);
        app.clock.advance(TimeDelta::hours(1));
        let offices = include_str!("../../world/offices.toml");
        let file = office::read(&app.app, offices).await.expect("a read").expect("a sound file");
        office::apply(&app.app, None, &file, false).await.expect("applied");
        let clients = concat!(include_str!("../../world/clients.toml"), "\n", include_str!("../../world/platforms.toml"));
        let file = client::read(&app.app, clients).await.expect("a read").expect("a sound file");
        client::apply(&app.app, &file, false).await.expect("applied");
        assert_eq!(tables(app.dump().await), before);

        let renamed = offices.replace("宁波市市场监督管理局", "宁波市市场监管局");
        let file = office::read(&app.app, &renamed).await.expect("a read").expect("a sound file");
        let dump = app.dump().await;
        office::apply(&app.app, None, &file, true).await.expect("rehearsed");
        assert!(app.dump().await == dump, "a dry run writes nothing");
        office::apply(&app.app, None, &file, false).await.expect("applied");
        let me = app.actor("ningbo").await.data("{ me { office { name } } }", json!({})).await;
        assert_eq!(me["me"]["office"]["name"], "宁波市市场监管局");
        let entry = app.audit().await.pop().expect("an entry");
        assert_eq!((entry.operation.as_str(), entry.client_id, entry.role), ("officeApply", None, entity::kind::Role::System));
    }

    async fn a_data_file_never_brings_back_what_security_revoked(app: TestApp) {
        let id = client_id(&app, "xihu-other").await;
        revoked(&app.actor("security").await, id).await;
        let file = client::read(&app.app, include_str!("../../world/platforms.toml")).await.expect("a read").expect("a sound file");
        client::apply(&app.app, &file, false).await.expect("applied");
        refused(&app, Some(&format!("Bearer {}", app.token(id, TimeDelta::minutes(15)))), "撤销").await;
        assert_eq!(outcomes(&app.actor(PLATFORMS[0].0).await.register(vec![company(1)]).await), "CREATED");
    }
}

/// An id as each database writes it in a statement.
fn literal(app: &TestApp, id: &Value) -> String {
    let id = id.as_str().expect("an id");
    if app.url.starts_with("sqlite") {
        format!("x'{}'", id.replace('-', ""))
    } else {
        format!("'{id}'")
    }
}
