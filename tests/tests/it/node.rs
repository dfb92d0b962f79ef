//! Anything by its id: each kind answers as itself to whoever may see it, and as nothing to everybody else.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{TestApp, instant};
use crate::operator::{company, on_both};

/// A field of each kind that no other kind has.
const NODE: &str = "query ($id: ID!) { node(id: $id) { __typename id
  ... on Operator { name revision } ... on Party { identity { kind } } ... on Platform { platformName }
  ... on Office { authority } ... on Submission { window state } ... on StoredFile { mediaType bytes } } }";

/// One thing with an id, what it answers, and who of the askers sees it.
struct Thing {
    answer: Value,
    seen_by: &'static [&'static str],
}

const ASKERS: [&str; 12] = [
    "xihu-live",
    "xihu-other",
    "guangzhou-live",
    "xihu",
    "ningbo",
    "zhejiang",
    "guangdong",
    "national",
    "cyberspace",
    "system",
    "security",
    "auditor",
];

/// Whoever works for a bureau; what platforms are is public to them.
const OFFICES: [&str; 7] = [
    "xihu-live",
    "xihu",
    "ningbo",
    "zhejiang",
    "guangdong",
    "national",
    "cyberspace",
];

async fn office_id(app: &TestApp, client: &str) -> Value {
    let me = app
        .actor(client)
        .await
        .data("{ me { office { id } } }", json!({}))
        .await;
    me["me"]["office"]["id"].clone()
}

/// What a thing of a kind answers.
fn thing(kind: &str, id: &Value, mut fields: Value, seen_by: &'static [&'static str]) -> Thing {
    fields["__typename"] = json!(kind);
    fields["id"] = id.clone();
    Thing {
        answer: fields,
        seen_by,
    }
}

/// A record, its party and platform, and offices of both branches.
async fn records(app: &TestApp) -> Vec<Thing> {
    let near = &["xihu-live", "xihu", "ningbo", "zhejiang", "national"][..];
    let platform = app.actor("xihu-live").await;
    let made = platform.register(vec![company(1)]).await;
    let id = made["results"][0]["registration"]["id"].clone();
    let party = platform.operator(&id).await["party"]["id"].clone();
    let operator = json!({ "name": "宁波海曙第1号直播有限公司", "revision": 1 });
    let own = json!(app.platform_id("xihu-live").await);
    let market = json!({ "authority": "MARKET" });
    let cyberspace = json!({ "authority": "CYBERSPACE" });
    vec![
        thing("Operator", &id, operator, near),
        thing(
            "Party",
            &party,
            json!({ "identity": { "kind": "USCC" } }),
            near,
        ),
        thing(
            "Platform",
            &own,
            json!({ "platformName": "xihu-live" }),
            &OFFICES,
        ),
        thing("Office", &office_id(app, "xihu").await, market, &ASKERS),
        thing(
            "Office",
            &office_id(app, "cyberspace").await,
            cyberspace,
            &ASKERS,
        ),
    ]
}

/// A submission that was filed and one that was not, each with its workbook, and an upload.
async fn papers(app: &TestApp) -> Vec<Thing> {
    let receivers = &["xihu-live", "zhejiang", "national"][..];
    let platform = app.actor("xihu-live").await;
    let filed = platform.ready(app, json!({ "window": "2027-01" })).await;
    let input = json!({ "submission": filed["id"] });
    let done = platform.submission_deed("fileSubmission", input).await;
    assert_eq!(done["submission"]["state"], "FILED", "{done:#}");
    let ready = platform.ready(app, json!({ "window": "2027-07" })).await;
    let mut things = Vec::new();
    for (paper, state, seen_by) in [
        (filed, "FILED", receivers),
        (ready, "READY", &["xihu-live"]),
    ] {
        let file = &paper["files"][0];
        let bytes = json!({ "mediaType": file["mediaType"], "bytes": file["bytes"] });
        things.push(thing("StoredFile", &file["id"], bytes, seen_by));
        let window = if state == "FILED" {
            "2027-01"
        } else {
            "2027-07"
        };
        let fields = json!({ "window": window, "state": state });
        things.push(thing("Submission", &paper["id"], fields, seen_by));
    }
    let upload = json!(platform.upload("材料").await);
    let text = json!({ "mediaType": "text/plain", "bytes": 6 });
    things.push(thing("StoredFile", &upload, text, &["xihu-live"]));
    things
}

on_both! {
    async fn each_kind_answers_as_itself_and_only_in_sight(app: TestApp) {
        app.clock.set(instant("2027-01-05T09:00:00+08:00"));
        let mut things = records(&app).await;
        things.extend(papers(&app).await);
        for thing in things {
            for asker in ASKERS {
                let actor = app.actor(asker).await;
                let node = actor.data(NODE, json!({ "id": thing.answer["id"] })).await;
                let expected = if thing.seen_by.contains(&asker) { &thing.answer } else { &Value::Null };
                assert_eq!(&node["node"], expected, "{asker} {:#}", thing.answer);
            }
        }
    }

    async fn what_a_platform_is_not_filing_for_is_nothing_to_it(app: TestApp) {
        let other = app.platform_id("xihu-other").await;
        let node = app.actor("xihu-live").await.data(NODE, json!({ "id": other })).await;
        assert_eq!(node["node"], Value::Null, "platforms do not meet each other");
    }
}
