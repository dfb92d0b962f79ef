//! A key makes every kind of deed happen once, not only registering: preparing, filing, withdrawing, accepting, granting,
//! revoking and admitting a platform. Another body under the same key is a conflict, and happens not at all.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{TestApp, instant};
use crate::look::error_code;
use crate::operator::{company, credit_code, on_both};

/// A deed as it is asked for.
struct Deed {
    actor: &'static str,
    mutation: &'static str,
    input_type: &'static str,
    /// What the payload tells, beside its problems.
    told: &'static str,
}

const PREPARE: Deed = Deed {
    actor: "xihu-live",
    mutation: "prepareSubmission",
    input_type: "PrepareSubmissionInput",
    told: "submission { id version window }",
};
const FILE: Deed = submission_deed("fileSubmission", "xihu-live");
const WITHDRAW: Deed = submission_deed("withdrawSubmission", "xihu-live");
const ACCEPT: Deed = submission_deed("acceptSubmission", "zhejiang");
const GRANT: Deed = Deed {
    actor: "security",
    mutation: "grantClient",
    input_type: "GrantClientInput",
    told: "client { id name scopes revokedAt }",
};
const REVOKE: Deed = Deed {
    actor: "security",
    mutation: "revokeClient",
    input_type: "RevokeClientInput",
    told: "client { id revokedAt }",
};
const ADMIT: Deed = Deed {
    actor: "zhejiang",
    mutation: "registerPlatform",
    input_type: "RegisterPlatformInput",
    told: "platform { id platformName updatedAt }",
};

const fn submission_deed(mutation: &'static str, actor: &'static str) -> Deed {
    Deed {
        actor,
        mutation,
        input_type: "SubmissionInput",
        told: "submission { id state filedAt }",
    }
}

impl Deed {
    async fn ask(&self, app: &TestApp, input: &Value) -> Value {
        let Self {
            mutation,
            input_type,
            told,
            ..
        } = self;
        let query = format!(
            "mutation ($input: {input_type}!) {{ {mutation}(input: $input) {{ {told} problems {{ code path }} }} }}"
        );
        app.actor(self.actor)
            .await
            .ask(&query, json!({ "input": input }))
            .await
    }

    /// Does it under a key, and again, and with another body, and again: it happens once, and once only it is on record.
    async fn happens_once(&self, app: &TestApp, input: Value, other: Value) -> Value {
        let keyed = |mut input: Value| {
            input["idempotencyKey"] = json!("the same key");
            input
        };
        let (input, other) = (keyed(input), keyed(other));
        let audited = app.audit().await.len();
        let mut first = self.ask(app, &input).await;
        assert!(first.get("errors").is_none(), "{first:#}");
        assert_eq!(
            first["data"][self.mutation]["problems"],
            json!([]),
            "{first:#}"
        );
        let done = app.counts().await;
        assert_eq!(app.audit().await.len(), audited + 1, "{}", self.mutation);

        app.clock.advance(chrono::TimeDelta::seconds(30));
        assert_eq!(self.ask(app, &input).await, first, "{}", self.mutation);
        let conflict = self.ask(app, &other).await;
        assert_eq!(
            error_code(&conflict),
            "CONFLICT",
            "{} {conflict:#}",
            self.mutation
        );
        assert_eq!(self.ask(app, &input).await, first, "{}", self.mutation);
        assert_eq!(app.counts().await, done, "{}", self.mutation);
        first["data"][self.mutation].take()
    }
}

on_both! {
    async fn a_submission_goes_its_way_once_at_every_step(app: TestApp) {
        app.clock.set(instant("2027-01-05T09:00:00+08:00"));
        app.actor("xihu-live").await.register(vec![company(1)]).await;
        let window = |window: &str| json!({ "window": window });
        let stray = app.actor("xihu-live").await.prepare(json!({ "window": "2026-07" })).await;
        let stray = json!({ "submission": stray["submission"]["id"] });
        app.work().await;
        let first = PREPARE.happens_once(&app, window("2027-01"), window("2027-07")).await;
        assert_eq!(app.number("SELECT count(*) FROM submission").await, 2);
        let id = json!({ "submission": first["submission"]["id"] });
        app.work().await;
        let filed = FILE.happens_once(&app, id.clone(), stray.clone()).await;
        assert_eq!((&filed["submission"]["state"], &filed["submission"]["filedAt"]),
            (&json!("FILED"), &json!("2027-01-05T09:00:30+08:00")));
        let withdrawn = WITHDRAW.happens_once(&app, id, stray.clone()).await;
        assert_eq!(withdrawn["submission"]["state"], "WITHDRAWN");

        let again = app.actor("xihu-live").await.prepare(window("2027-01")).await;
        assert_eq!(again["submission"]["version"], 2, "under no key it is another deed");
        app.work().await;
        app.actor("xihu-live").await.step("fileSubmission", &again).await;
        let id = json!({ "submission": again["submission"]["id"] });
        let accepted = ACCEPT.happens_once(&app, id, stray).await;
        assert_eq!(accepted["submission"]["state"], "ACCEPTED");
    }

    async fn the_stored_outcome_is_read_again_as_it_stands(app: TestApp) {
        app.clock.set(instant("2027-01-05T09:00:00+08:00"));
        app.actor("xihu-live").await.register(vec![company(1)]).await;
        let made = app.actor("xihu-live").await.prepare(json!({ "window": "2027-01" })).await;
        app.work().await;
        let keyed = json!({ "submission": made["submission"]["id"], "idempotencyKey": "k" });
        let filed = FILE.ask(&app, &keyed).await;
        assert_eq!(filed["data"]["fileSubmission"]["submission"]["state"], "FILED", "{filed:#}");
        app.actor("zhejiang").await.step("acceptSubmission", &made).await;
        let today = FILE.ask(&app, &keyed).await;
        assert_eq!(today["data"]["fileSubmission"]["submission"]["state"], "ACCEPTED", "{today:#}");
        // What was refused was answered too: under its key it stays refused, whatever happened since.
        let refused = ACCEPT.ask(&app, &keyed).await;
        assert_eq!(refused["data"]["acceptSubmission"]["problems"][0]["code"], "WRONG_STATE", "{refused:#}");
        assert_eq!(ACCEPT.ask(&app, &keyed).await, refused);
        let without = WITHDRAW.ask(&app, &keyed).await;
        assert_eq!(without["data"]["withdrawSubmission"]["problems"][0]["code"], "WRONG_STATE", "another deed's keys are its own");
    }

    async fn clients_are_granted_and_revoked_once(app: TestApp) {
        let office = app.actor("ningbo").await.data("{ me { office { id } } }", json!({})).await["me"]["office"]["id"].take();
        let grant = |name: &str| json!({
            "name": name, "role": "CITY", "office": office, "scopes": ["registry:read"], "contact": "执法处",
            "validUntil": "2027-12-31",
        });
        let clients = app.number("SELECT count(*) FROM client").await;
        let granted = GRANT.happens_once(&app, grant("desk-1"), grant("desk-2")).await;
        assert_eq!(app.number("SELECT count(*) FROM client").await, clients + 1);
        let revocation = |reason: &str| json!({ "client": granted["client"]["id"], "reason": reason });
        let revoked = REVOKE.happens_once(&app, revocation("HOLDER_LEFT"), revocation("COMPROMISED")).await;
        assert_eq!(revoked["client"]["revokedAt"], "2026-12-01T10:00:30+08:00");
        // A replay of the grant gives no new life to what was revoked since.
        let mut replay = grant("desk-1");
        replay["idempotencyKey"] = json!("the same key");
        let replayed = GRANT.ask(&app, &replay).await;
        assert_eq!(replayed["data"]["grantClient"]["client"]["revokedAt"], "2026-12-01T10:00:30+08:00", "{replayed:#}");
    }

    async fn a_platform_is_admitted_once(app: TestApp) {
        let platform = |phone: &str| json!({
            "name": "之江直播网络科技有限公司", "platformName": "之江", "phone": phone, "url": "https://live.example.cn/",
            "identity": { "kind": "USCC", "number": credit_code(900) },
            "domicile": { "text": "滨盛路1号", "division": "330108" },
        });
        let revisions = app.number("SELECT count(*) FROM platform_revision").await;
        let made = ADMIT.happens_once(&app, platform("0571-88880001"), platform("0571-88880002")).await;
        assert_eq!(made["platform"]["platformName"], "之江");
        assert_eq!(app.number("SELECT count(*) FROM platform_revision").await, revisions + 1);
        // Another province's key of the same spelling is its own.
        let foreign = Deed { actor: "guangdong", ..ADMIT };
        let mut keyed = platform("0571-88880001");
        keyed["idempotencyKey"] = json!("the same key");
        let refused = foreign.ask(&app, &keyed).await;
        assert_eq!(refused["data"]["registerPlatform"]["platform"], Value::Null, "{refused:#}");
        assert_eq!(refused["data"]["registerPlatform"]["problems"][0]["code"], "NOT_YOURS");
    }
}
