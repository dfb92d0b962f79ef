//! Those who admit, at once: two security clients that revoke each other, offices that register one company. And the
//! demo, which admits everybody by the same deeds, ends as the same registry on both databases.

use futures_util::future::{join, join_all};
use rules::label::Lang;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::look::error_code;
use crate::operator::{credit_code, on_both};

const REVOKE: &str = "mutation ($input: RevokeClientInput!) { revokeClient(input: $input) {
  client { id } problems { code } } }";
const GRANT: &str = "mutation ($input: GrantClientInput!) { grantClient(input: $input) {
  client { id } problems { code } } }";

/// How often two security clients revoke each other.
const DUELS: usize = 5;
/// How often a company is registered by several at once.
const ROUNDS: u32 = 10;

/// Grants what revokes others, and gives back its id.
async fn granted(security: &Actor, name: &str) -> Value {
    let input = json!({
        "name": name, "role": "SECURITY", "scopes": ["client:grant"], "contact": "安全岗", "validUntil": "2099-12-31",
    });
    let mut data = security.data(GRANT, json!({ "input": input })).await;
    assert_eq!(data["grantClient"]["problems"], json!([]), "{data:#}");
    data["grantClient"]["client"]["id"].take()
}

/// Whether a revocation was done; one that was not is refused with a reason, and is no fault.
fn was_done(answer: &Value) -> bool {
    if answer.get("errors").is_some() {
        assert_eq!(
            error_code(answer),
            "UNAUTHENTICATED",
            "it was revoked first: {answer:#}"
        );
        return false;
    }
    let payload = &answer["data"]["revokeClient"];
    let problems = &payload["problems"];
    let refused = json!([{ "code": "LAST_SECURITY_CLIENT" }]);
    assert!(*problems == json!([]) || *problems == refused, "{answer:#}");
    *problems == json!([])
}

on_both! {
    async fn of_two_security_clients_that_revoke_each_other_one_stays(app: TestApp) {
        let mut names = ["security", "security-2"];
        granted(&app.actor(names[0]).await, names[1]).await;
        for round in 0..DUELS {
            let [one, two] = [app.actor(names[0]).await, app.actor(names[1]).await];
            let revoke = async |actor: &Actor, name: &str| {
                let row = entity::client::by_name(name).one(&app.app.db).await.expect("read").expect("a client");
                let input = json!({ "client": row.id.to_string(), "reason": "OTHER" });
                actor.ask(REVOKE, json!({ "input": input })).await
            };
            let (by_one, by_two) = join(revoke(&one, names[1]), revoke(&two, names[0])).await;
            let done = [was_done(&by_one), was_done(&by_two)];
            assert_eq!(done.iter().filter(|done| **done).count(), 1, "round {round}: {by_one:#} {by_two:#}");
            let standing = "SELECT count(*) FROM client WHERE role = 'SECURITY' AND revoked_at IS NULL";
            assert_eq!(app.number(standing).await, 1, "round {round}");
            if done[1] {
                names.swap(0, 1);
            }
            // Whoever stays lets the other in again, whose old tokens stay dead.
            app.clock.advance(chrono::TimeDelta::seconds(2));
            granted(&app.actor(names[0]).await, names[1]).await;
            app.clock.advance(chrono::TimeDelta::seconds(2));
        }
    }

    async fn one_company_registered_by_many_at_once_is_one_platform(app: TestApp) {
        let offices = [app.actor("zhejiang").await, app.actor("zhejiang").await, app.actor("national").await, app.actor("system").await];
        let platforms = app.number("SELECT count(*) FROM platform").await;
        for round in 0..ROUNDS {
            let code = credit_code(1_000 + round);
            let admit = offices.iter().map(|office| office.admit_platform("之江", &code, "330108", Value::Null));
            let answers = join_all(admit).await;
            for answer in &answers {
                assert_eq!(answer["problems"], json!([]), "round {round}: {answer:#}");
                assert_eq!(answer["platform"]["id"], answers[0]["platform"]["id"], "round {round}");
            }
        }
        let made = i64::from(ROUNDS);
        assert_eq!(app.number("SELECT count(*) FROM platform").await, platforms + made);
        assert_eq!(app.number("SELECT count(*) FROM platform_revision").await, platforms + made, "the same again is no revision");
        assert_eq!(app.number("SELECT count(*) FROM party").await, platforms + made);
    }
}

/// What loading the demo says and leaves behind.
async fn loaded(engine: Engine) -> (String, Vec<(String, i64)>) {
    let app = TestApp::empty(engine, &[]).await;
    let load = async || {
        let work = || async { api::jobs::run_once(&app.app).await.map(drop) };
        let loaded = api::demo::load(&app.app, &app.clock, work).await;
        loaded.expect("the demo is loaded")
    };
    let summary = load().await;
    let refused = summary.lines.iter().filter(|line| line.counts[5] > 0);
    let refused: Vec<_> = refused.map(|line| line.step.say(Lang::Zh)).collect();
    assert!(
        refused.len() == 1 && refused[0].ends_with("问题示例"),
        "{summary:?}"
    );
    assert!(
        !summary.already && summary.filing.is_some() && summary.troubles.len() > 45,
        "{summary:?}"
    );
    let counts = app.counts().await;
    let again = load().await;
    assert!(again.already && again.lines.is_empty());
    assert_eq!(
        app.counts().await,
        counts,
        "loaded again, it changes nothing"
    );
    app.clock.advance(chrono::TimeDelta::days(40));
    assert!(load().await.already, "also on another day");
    (summary.say(Lang::Zh), counts.into_iter().collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_is_the_same_on_both_databases() {
    let (sqlite, postgres) = join(
        Box::pin(loaded(Engine::Sqlite)),
        Box::pin(loaded(Engine::Postgres)),
    )
    .await;
    assert_eq!(sqlite, postgres);
    let counts = &sqlite.1;
    let rows = |table: &str| {
        counts
            .iter()
            .find(|(name, _)| name == table)
            .map(|(_, rows)| *rows)
    };
    assert!(
        rows("registration") > Some(1_000) && rows("submission_row") > Some(600),
        "{counts:?}"
    );
}
