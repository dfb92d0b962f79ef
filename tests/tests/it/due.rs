//! What is due, as a platform and its province read it over a window, and how many verifications wait; the lists'
//! filters agree with the state that is shown, whichever kinds a list holds.
#![expect(
    clippy::disallowed_methods,
    reason = "a test looks at the rows themselves, whoever may see them"
)]

use api::auth;
use api::registry::reading::{self, Wanted};
use entity::kind::{SubjectKind, VerificationState};
use entity::registration;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp, instant};
use crate::look::error_code;
use crate::operator::{company, on_both, person};

const DUE: &str = "query ($window: SubmissionWindow, $first: Int, $after: Cursor) {
  due(window: $window, first: $first, after: $after) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { node { platform { id platformName } window opensOn dueOn remindOn { on provisional }
      filings { report state late remind article { number } penalty { number } submission { id state version } }
      verification { kind never due overdue article { number } } } } } }";

impl Actor {
    async fn due(&self, variables: Value) -> Value {
        let mut all = json!({ "window": null, "first": null, "after": null });
        for (name, value) in variables.as_object().expect("variables") {
            all[name] = value.clone();
        }
        self.data(DUE, all).await["due"].take()
    }

    /// The first platform's filings: report, state, late, remind and the state of the submission that is shown.
    async fn filings(&self, window: &str) -> Vec<(String, String, bool, bool, Option<String>)> {
        let mut due = self.due(json!({ "window": window, "first": 1 })).await;
        let filings = due["edges"][0]["node"]["filings"].take();
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        let filing = |f: &Value| {
            let flag = |name: &str| f[name].as_bool().expect("a flag");
            let word = |name: &str| text(&f[name]).expect("a word");
            let shown = text(&f["submission"]["state"]);
            (
                word("report"),
                word("state"),
                flag("late"),
                flag("remind"),
                shown,
            )
        };
        filings
            .as_array()
            .expect("filings")
            .iter()
            .map(filing)
            .collect()
    }
}

fn filing(
    report: &str,
    state: &str,
    (late, remind): (bool, bool),
    shown: Option<&str>,
) -> (String, String, bool, bool, Option<String>) {
    let shown = shown.map(ToOwned::to_owned);
    (report.to_owned(), state.to_owned(), late, remind, shown)
}

on_both! {
    async fn both_sides_read_how_far_a_filing_is(app: TestApp) {
        let names = async || (app.actor("xihu-live").await, app.actor("zhejiang").await);
        let (platform, province) = names().await;
        platform.register(vec![company(1)]).await;
        let due = platform.due(json!({ "window": "2027-01" })).await;
        let node = &due["edges"][0]["node"];
        assert_eq!(node["platform"]["platformName"], "xihu-live", "{due:#}");
        assert_eq!((&node["opensOn"], &node["dueOn"]), (&json!("2027-01-01"), &json!("2027-01-31")));
        assert_eq!(node["remindOn"], json!({ "on": "2027-01-29", "provisional": true }));
        let articles: Vec<_> = node["filings"].as_array().expect("filings").iter()
            .map(|f| (f["article"]["number"].clone(), f["penalty"]["number"].clone())).collect();
        assert_eq!(articles, [(json!("第九条"), json!("第五十三条")), (json!("第二十五条"), json!("第八十条"))]);

        let merchants = filing("MERCHANT", "NOT_PREPARED", (false, false), None);
        let livestream = |state, shown| filing("LIVESTREAM", state, (false, false), shown);
        let untouched = vec![livestream("NOT_PREPARED", None), merchants.clone()];
        assert_eq!(platform.filings("2027-01").await, untouched);
        assert_eq!(province.filings("2027-01").await, untouched);
        let made = platform.prepare(json!({ "window": "2027-01" })).await;
        let prepared = livestream("PREPARED", Some("PREPARING"));
        assert_eq!(platform.filings("2027-01").await, [prepared, merchants.clone()]);
        app.work().await;
        let prepared = livestream("PREPARED", Some("READY"));
        assert_eq!(platform.filings("2027-01").await, [prepared, merchants.clone()]);
        let told = livestream("PREPARED", None);
        assert_eq!(province.filings("2027-01").await, [told, merchants.clone()], "that it is, not what it is");

        app.clock.set(instant("2027-01-28T09:00:00+08:00"));
        let (platform, province) = names().await;
        platform.step("fileSubmission", &made).await;
        let filed = vec![livestream("FILED", Some("FILED")), merchants.clone()];
        assert_eq!(platform.filings("2027-01").await, filed);
        assert_eq!(province.filings("2027-01").await, filed);
        let input = json!({ "submission": made["submission"]["id"],
            "reasons": [{ "sheet": "已登记运营者", "message": "请补充" }] });
        province.act("returnSubmission", "ReturnSubmissionInput", input).await;
        let returned = vec![livestream("RETURNED", Some("RETURNED")), merchants];
        assert_eq!(platform.filings("2027-01").await, returned);
        assert_eq!(province.filings("2027-01").await, returned);

        // The last working day warns, and the day after the window is late.
        app.clock.set(instant("2027-01-29T00:00:00+08:00"));
        let (platform, province) = names().await;
        let warned = |state, shown| filing("LIVESTREAM", state, (false, true), shown);
        let merchants = filing("MERCHANT", "NOT_PREPARED", (false, true), None);
        assert_eq!(province.filings("2027-01").await, [warned("RETURNED", Some("RETURNED")), merchants]);
        let again = platform.prepare(json!({ "window": "2027-01" })).await;
        app.work().await;
        platform.step("fileSubmission", &again).await;
        let accepted = province.step("acceptSubmission", &again).await;
        assert_eq!(accepted["submission"]["state"], "ACCEPTED");
        app.clock.set(instant("2027-02-01T00:00:00+08:00"));
        let (platform, province) = names().await;
        let accepted = livestream("ACCEPTED", Some("ACCEPTED"));
        let merchants = filing("MERCHANT", "NOT_PREPARED", (true, true), None);
        assert_eq!(province.filings("2027-01").await, [accepted.clone(), merchants]);

        let late = platform.prepare(json!({ "window": "2027-01", "report": "MERCHANT" })).await;
        app.work().await;
        platform.step("fileSubmission", &late).await;
        let merchants = filing("MERCHANT", "FILED", (true, false), Some("FILED"));
        assert_eq!(province.filings("2027-01").await, [accepted.clone(), merchants]);
        platform.step("withdrawSubmission", &late).await;
        let merchants = filing("MERCHANT", "NOT_PREPARED", (true, true), Some("WITHDRAWN"));
        assert_eq!(platform.filings("2027-01").await, [accepted, merchants]);
    }

    async fn everyone_reads_what_lies_in_sight_page_by_page(app: TestApp) {
        for (name, window, expected) in [
            ("xihu-live", "2027-01", vec!["xihu-live"]),
            ("guangzhou-live", "2027-01", vec!["guangzhou-live"]),
            ("zhejiang", "2027-01", vec!["xihu-live", "xihu-other"]),
            ("guangdong", "2027-01", vec!["guangzhou-live"]),
            ("national", "2027-01", vec!["xihu-live", "guangzhou-live", "xihu-other"]),
            ("ningbo", "2027-01", vec![]),
            ("xihu", "2027-01", vec![]),
            ("cyberspace", "2027-01", vec![]),
            ("system", "2027-01", vec![]),
            // Whoever was admitted in December owed nothing in July.
            ("national", "2026-07", vec![]),
        ] {
            let due = app.actor(name).await.due(json!({ "window": window })).await;
            let edges = due["edges"].as_array().expect("edges");
            let names: Vec<_> = edges.iter().map(|e| e["node"]["platform"]["platformName"].clone()).collect();
            assert_eq!(names, expected, "{name}");
            assert_eq!(due["totalCount"], expected.len(), "{name}");
        }
        let national = app.actor("national").await;
        let first = national.due(json!({ "window": "2027-01", "first": 2 })).await;
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let rest = json!({ "window": "2027-01", "first": 2, "after": first["pageInfo"]["endCursor"] });
        let rest = national.due(rest).await;
        assert_eq!(rest["edges"].as_array().map(Vec::len), Some(1), "{rest:#}");
        assert_eq!(rest["edges"][0]["node"]["platform"]["platformName"], "xihu-other");
        assert_eq!(rest["pageInfo"]["hasNextPage"], false);
        assert_eq!(rest["totalCount"], 3);

        // Without a window: the one that began last.
        app.clock.set(instant("2027-01-01T00:00:00+08:00"));
        let due = app.actor("xihu-live").await.due(json!({})).await;
        assert_eq!(due["edges"][0]["node"]["window"], "2027-01");
        let draft = app.beside(&[("law.edition", "draft-2025")]).await;
        let reports = draft.actor("xihu-live").await.filings("2027-01").await;
        assert_eq!(reports, [filing("LIVESTREAM", "NOT_PREPARED", (false, false), None)]);
    }

    async fn what_cannot_be_asked_is_an_error(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        for window in ["2027", "2027-02", "1999-07", "2100-01", "", "今年"] {
            let query = "query ($window: SubmissionWindow) { due(window: $window) { totalCount } }";
            let answer = platform.ask(query, json!({ "window": window })).await;
            assert_eq!(error_code(&answer), "BAD_USER_INPUT", "{window}");
        }
        let answer = platform.ask("{ due(first: 501) { totalCount } }", json!({})).await;
        assert_eq!(error_code(&answer), "LIMIT_EXCEEDED");
        let answer = platform.ask("{ due(after: \"x\") { totalCount } }", json!({})).await;
        assert_eq!(error_code(&answer), "BAD_USER_INPUT");
    }
}

/// A company that was last verified on a day.
fn verified(n: u32, on: &str) -> Value {
    let mut company = company(n);
    company["verification"] = json!({ "at": format!("{on}T08:00:00+08:00"), "method": "OCR" });
    company
}

/// Registers an operator for each of these days, and enters the same of every other kind: they differ in nothing that
/// the clock asks.
async fn enter(app: &TestApp, days: &[&str]) {
    app.clock.set(instant("2026-12-05T09:00:00+08:00"));
    let platform = app.actor("xihu-live").await;
    let mut items: Vec<_> = (1..).zip(days).map(|(n, on)| verified(n, on)).collect();
    items.push(person(1));
    items.push(person(2));
    let made = platform.register(items).await;
    assert_eq!(made["created"], days.len() + 2, "{made:#}");
    let operators = registration::Entity::find()
        .all(&app.app.db)
        .await
        .expect("operators");
    for kind in [
        SubjectKind::Streamer,
        SubjectKind::Agency,
        SubjectKind::Merchant,
    ] {
        for operator in &operators {
            let mut row = operator.clone();
            row.id = app.app.id();
            row.kind = kind;
            row.into_active_model()
                .reset_all()
                .insert(&app.app.db)
                .await
                .expect("entered");
        }
    }
}

const STATES: [VerificationState; 5] = [
    VerificationState::NotRequired,
    VerificationState::Never,
    VerificationState::Current,
    VerificationState::Due,
    VerificationState::Overdue,
];

/// Days around the turns of three and six months before 28 February 2027.
const DAYS: [&str; 12] = [
    "2026-05-20",
    "2026-08-26",
    "2026-08-27",
    "2026-08-28",
    "2026-08-30",
    "2026-08-31",
    "2026-09-01",
    "2026-11-26",
    "2026-11-27",
    "2026-11-30",
    "2026-12-01",
    "2026-12-02",
];

on_both! {
    async fn verifications_that_wait_are_counted_by_kind_as_the_lists_find_them(app: TestApp) {
        enter(&app, &DAYS).await;
        let made = app.actor("xihu-other").await.register(vec![verified(51, "2025-01-01")]).await;
        assert_eq!(made["created"], 1);
        app.clock.set(instant("2027-02-28T09:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        let verification = async |actor: &Actor| {
            let mut due = actor.due(json!({ "window": "2027-01", "first": 1 })).await;
            due["edges"][0]["node"]["verification"].take()
        };
        // Six months: due on 28 February are 28, 30 and 31 August; before that is overdue; until 30 March is due.
        let six = |kind: &str, article: &str| {
            json!({ "kind": kind, "never": 2, "due": 4, "overdue": 3, "article": { "number": article } })
        };
        let expected = json!([six("OPERATOR", "第八条第一款"), six("MERCHANT", "第二十四条")]);
        assert_eq!(verification(&platform).await, expected);
        assert_eq!(verification(&app.actor("zhejiang").await).await, expected);

        let query = "query ($filter: RegistrationFilter) { operators(filter: $filter) { totalCount
            edges { node { verification { state dueOn } } } } }";
        for (state, count) in [("NEVER", 2), ("DUE", 4), ("OVERDUE", 3), ("CURRENT", 5), ("NOT_REQUIRED", 0)] {
            let found = platform.data(query, json!({ "filter": { "verification": state, "status": "ACTIVE" } })).await;
            assert_eq!(found["operators"]["totalCount"], count, "{state}");
            let edges = found["operators"]["edges"].as_array().expect("edges");
            assert!(edges.iter().all(|e| e["node"]["verification"]["state"] == state), "{state}: {edges:#?}");
        }
        let both = json!({ "filter": { "verification": "DUE", "dueBefore": "2027-03-01" } });
        let both = platform.data(query, both).await;
        assert_eq!(both["operators"]["totalCount"], 3, "both hold: {both:#}");

        // What is closed waits for nothing, and a client that may not read registrations is told no number.
        let operators = platform.data("{ operators(filter: { verification: NEVER }) { edges { node { id } } } }", json!({})).await;
        let item = json!({ "registration": operators["operators"]["edges"][0]["node"]["id"], "on": "2027-02-28",
            "reason": "CLOSED_BY_PLATFORM" });
        let close = "mutation ($input: CloseRegistrationsInput!) { closeRegistrations(input: $input) { closed } }";
        platform.data(close, json!({ "input": { "items": [item] } })).await;
        assert_eq!(verification(&platform).await[0]["never"], 1);
        app.clients(r#"
            [[client]]
            key = "xihu-filer"
            name = "xihu-filer"
            role = "PLATFORM"
            platform = "91330106MA00000016"
            scopes = ["submission:prepare", "submission:file"]
            valid_from = 2020-01-01
            valid_until = 2099-12-31
            contact = "测试"
        "#).await;
        assert_eq!(verification(&app.actor("xihu-filer").await).await, Value::Null);

        // The draft gives operators and streamers three months, and merchants six.
        let draft = app.beside(&[("law.edition", "draft-2025")]).await;
        let found = verification(&draft.actor("xihu-live").await).await;
        let kinds: Vec<_> = found.as_array().expect("kinds").iter()
            .map(|k| (k["kind"].clone(), k["never"].clone(), k["due"].clone(), k["overdue"].clone())).collect();
        assert_eq!(kinds, [
            (json!("OPERATOR"), json!(1), json!(3), json!(9)),
            (json!("STREAMER"), json!(2), json!(3), json!(9)),
            (json!("MERCHANT"), json!(2), json!(4), json!(3)),
        ]);
    }

    async fn a_list_of_several_kinds_asks_each_kind_s_own_clock(app: TestApp) {
        enter(&app, &DAYS).await;
        app.clock.set(instant("2027-02-28T09:00:00+08:00"));
        let rows = registration::Entity::find().all(&app.app.db).await.expect("registrations");
        for edition in ["order-117", "draft-2025"] {
            let process = app.beside(&[("law.edition", edition)]).await;
            let (app, today) = (&process.app, process.app.today());
            let client = entity::client::by_name("xihu-live").one(&app.db).await.expect("read").expect("a client");
            let caller = auth::caller(app, client, "test".to_owned(), rules::label::Lang::Zh).await.expect("a caller");
            let shown = |row: &registration::Model| {
                rules::verification::state(reading::clock(app, row.kind), row.last_verified(), today)
            };
            let due_before = |row: &registration::Model, day: chrono::NaiveDate| {
                let clock = reading::clock(app, row.kind);
                clock.is_some_and(|clock| row.last_verified().is_none_or(|on| clock.due_on(on) < day))
            };
            let kinds = SubjectKind::ALL.iter().copied().map(Some).chain([None]);
            let days = [None, Some("2027-02-28"), Some("2027-03-01"), Some("2027-03-02"), Some("1900-01-01")];
            let days = days.map(|day| day.map(|day| day.parse::<chrono::NaiveDate>().expect("a day")));
            for kind in kinds {
                for state in STATES.into_iter().map(Some).chain([None]) {
                    for day in days {
                        let wanted = Wanted { kind, verification: state, due_before: day, ..Wanted::default() };
                        let expected = rows.iter().filter(|row| {
                            kind.is_none_or(|kind| kind == row.kind)
                                && state.is_none_or(|state| state == shown(row))
                                && day.is_none_or(|day| due_before(row, day))
                        });
                        let found = reading::count(app, &caller, &wanted).await.expect("a count");
                        assert_eq!(found, Some(expected.count() as u64), "{edition} {kind:?} {state:?} {day:?}");
                    }
                }
            }
        }
    }
}
