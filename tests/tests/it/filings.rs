//! Lists of submissions: a platform reads its own in every state, a receiver what was filed to it, nobody else
//! anything; every filter and every page held against a plain list.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp, instant};
use crate::operator::{company, on_both};

const LIST: &str = "query ($first: Int, $after: Cursor, $filter: SubmissionFilter) {
  submissions(first: $first, after: $after, filter: $filter) { totalCount
    edges { cursor node { id state window report version platform { id } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

/// A submission as the test remembers it.
#[derive(Clone, Debug)]
struct Known {
    id: String,
    platform: &'static str,
    window: &'static str,
    report: &'static str,
    state: &'static str,
}

impl Known {
    fn was_filed(&self) -> bool {
        !["PREPARING", "READY", "CANCELLED", "FAILED"].contains(&self.state)
    }

    fn seen_by(&self, viewer: &str) -> bool {
        match viewer {
            "national" => self.was_filed(),
            "zhejiang" => self.was_filed() && self.platform != "guangzhou-live",
            "guangdong" => self.was_filed() && self.platform == "guangzhou-live",
            _ => self.platform == viewer,
        }
    }
}

/// Whoever may ask for the list.
const VIEWERS: [&str; 10] = [
    "xihu-live",
    "xihu-other",
    "guangzhou-live",
    "zhejiang",
    "guangdong",
    "national",
    "ningbo",
    "xihu",
    "cyberspace",
    "system",
];

/// The service and its submissions.
struct Desk {
    app: TestApp,
    all: Vec<Known>,
}

impl Desk {
    /// One submission in each state but FAILED, over three windows, both reports and three platforms, in January.
    async fn of(app: TestApp) -> Self {
        app.clock.set(instant("2027-01-05T09:00:00+08:00"));
        for (n, platform) in (1..).zip(["xihu-live", "xihu-other", "guangzhou-live"]) {
            app.actor(platform).await.register(vec![company(n)]).await;
        }
        let mut desk = Self {
            app,
            all: Vec::new(),
        };
        desk.prepare("xihu-live", "2026-07", "LIVESTREAM", "ACCEPTED")
            .await;
        desk.prepare("xihu-live", "2027-01", "LIVESTREAM", "RETURNED")
            .await;
        desk.prepare("xihu-live", "2027-01", "LIVESTREAM", "SUPERSEDED")
            .await;
        desk.prepare("xihu-live", "2027-01", "LIVESTREAM", "FILED")
            .await;
        desk.prepare("xihu-live", "2027-07", "LIVESTREAM", "READY")
            .await;
        desk.prepare("xihu-other", "2027-01", "LIVESTREAM", "WITHDRAWN")
            .await;
        desk.prepare("xihu-other", "2027-01", "MERCHANT", "FILED")
            .await;
        desk.prepare("guangzhou-live", "2027-01", "LIVESTREAM", "FILED")
            .await;
        desk.prepare("guangzhou-live", "2027-07", "LIVESTREAM", "CANCELLED")
            .await;
        desk.prepare("guangzhou-live", "2027-07", "LIVESTREAM", "READY")
            .await;
        // Nobody writes this one.
        desk.prepare("xihu-live", "2027-01", "MERCHANT", "PREPARING")
            .await;
        desk
    }

    /// Prepares a submission and leads it to where it shall end; to be replaced, it is filed before its replacement.
    async fn prepare(
        &mut self,
        platform: &'static str,
        window: &'static str,
        report: &'static str,
        state: &'static str,
    ) {
        let actor = self.app.actor(platform).await;
        let made = actor
            .prepare(json!({ "window": window, "report": report }))
            .await;
        let id = made["submission"]["id"].as_str().expect("an id").to_owned();
        if state != "PREPARING" {
            assert_eq!(self.app.work().await, 1);
        }
        let deeds: &[&str] = match state {
            "PREPARING" | "READY" | "CANCELLED" => &[],
            "WITHDRAWN" => &["fileSubmission", "withdrawSubmission"],
            "ACCEPTED" => &["fileSubmission", "acceptSubmission"],
            _ => &["fileSubmission"],
        };
        for deed in deeds {
            let who = if *deed == "acceptSubmission" {
                "zhejiang"
            } else {
                platform
            };
            let done = self.app.actor(who).await.step(deed, &made).await;
            assert_eq!(done["problems"], json!([]), "{done:#}");
        }
        if state == "RETURNED" {
            let reasons = json!([{ "sheet": "已登记运营者", "row": 1, "message": "电话无人接听" }]);
            let input = json!({ "submission": id, "reasons": reasons });
            let done = self
                .app
                .actor("zhejiang")
                .await
                .act("returnSubmission", "ReturnSubmissionInput", input)
                .await;
            assert_eq!(done["submission"]["state"], "RETURNED", "{done:#}");
        }
        self.all.push(Known {
            id,
            platform,
            window,
            report,
            state,
        });
    }

    fn ids(&self, viewer: &str, keep: impl Fn(&Known) -> bool) -> Vec<String> {
        let seen = self
            .all
            .iter()
            .filter(|known| known.seen_by(viewer) && keep(known));
        let mut ids: Vec<_> = seen.map(|known| known.id.clone()).collect();
        ids.sort();
        ids
    }
}

async fn page(actor: &Actor, (first, after): (Value, Value), filter: &Value) -> Value {
    let variables = json!({ "first": first, "after": after, "filter": filter });
    actor.data(LIST, variables).await["submissions"].take()
}

fn ids_of(page: &Value) -> Vec<String> {
    let edges = page["edges"].as_array().expect("edges");
    edges
        .iter()
        .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

type Keep = Box<dyn Fn(&Known) -> bool + Send + Sync>;

/// Every filter alone, and all together.
async fn filters(app: &TestApp) -> Vec<(Value, Keep)> {
    let mut filters: Vec<(Value, Keep)> = vec![
        (Value::Null, Box::new(|_| true)),
        (json!({}), Box::new(|_| true)),
    ];
    for state in [
        "PREPARING",
        "READY",
        "FILED",
        "WITHDRAWN",
        "ACCEPTED",
        "RETURNED",
        "SUPERSEDED",
        "CANCELLED",
        "FAILED",
    ] {
        filters.push((
            json!({ "state": state }),
            Box::new(move |known| known.state == state),
        ));
    }
    for window in ["2026-07", "2027-01", "2027-07", "2028-01"] {
        filters.push((
            json!({ "window": window }),
            Box::new(move |known| known.window == window),
        ));
    }
    for report in ["LIVESTREAM", "MERCHANT"] {
        filters.push((
            json!({ "report": report }),
            Box::new(move |known| known.report == report),
        ));
    }
    for platform in ["xihu-live", "xihu-other", "guangzhou-live"] {
        let id = app.platform_id(platform).await;
        filters.push((
            json!({ "platform": id }),
            Box::new(move |known| known.platform == platform),
        ));
        let all = json!({ "platform": id, "state": "FILED", "window": "2027-01", "report": "LIVESTREAM" });
        filters.push((
            all,
            Box::new(move |known| {
                (known.platform, known.state, known.window, known.report)
                    == (platform, "FILED", "2027-01", "LIVESTREAM")
            }),
        ));
    }
    filters.push((json!({ "platform": "no-id" }), Box::new(|_| false)));
    filters
}

on_both! {
    async fn each_lists_what_is_its_own_or_was_filed_to_it(app: TestApp) {
        let desk = Desk::of(app).await;
        for viewer in VIEWERS {
            let actor = desk.app.actor(viewer).await;
            let read = page(&actor, (json!(100), Value::Null), &Value::Null).await;
            assert_eq!(ids_of(&read), desk.ids(viewer, |_| true), "{viewer}");
            for edge in read["edges"].as_array().expect("edges") {
                let node = &edge["node"];
                let known = desk.all.iter().find(|known| node["id"] == known.id.as_str()).expect("it was prepared");
                let said = ["state", "window", "report"].map(|field| node[field].as_str().expect("a text"));
                assert_eq!(said, [known.state, known.window, known.report], "{node:#}");
                let single = actor.submission(&node["id"]).await;
                assert_eq!(single["state"], known.state);
            }
            for known in desk.all.iter().filter(|known| !known.seen_by(viewer)) {
                assert_eq!(actor.submission(&json!(known.id)).await, Value::Null, "{viewer} {known:?}");
            }
        }
        let states: Vec<_> = desk.all.iter().map(|known| known.state).collect();
        assert!(desk.ids("zhejiang", |known| !known.was_filed()).is_empty() && states.contains(&"READY"));
    }

    async fn every_filter_finds_what_a_plain_condition_finds_and_pages_follow(app: TestApp) {
        let desk = Desk::of(app).await;
        for (filter, keep) in filters(&desk.app).await {
            for viewer in VIEWERS {
                let actor = desk.app.actor(viewer).await;
                let expected = desk.ids(viewer, &keep);
                let (mut ids, mut cursor) = (Vec::new(), Value::Null);
                loop {
                    let read = page(&actor, (json!(2), cursor.clone()), &filter).await;
                    assert_eq!(read["totalCount"], expected.len(), "{viewer} {filter}");
                    assert_eq!(read["pageInfo"]["hasPreviousPage"], !cursor.is_null());
                    ids.extend(ids_of(&read));
                    cursor = read["pageInfo"]["endCursor"].clone();
                    let more = read["pageInfo"]["hasNextPage"].as_bool().expect("a flag");
                    assert_eq!(more, ids.len() < expected.len(), "{viewer} {filter}");
                    if !more {
                        break;
                    }
                }
                assert_eq!(ids, expected, "{viewer} {filter}");
            }
        }
    }
}
