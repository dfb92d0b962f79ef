//! Measures as both sides meet them: taken with all that the edition asks to be said, reported to the offices that it names,
//! received, lifted; and seen by nobody else.

mod demand;
mod inside;
mod term;

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::merchant::farmer;
use crate::operator::{company, on_both, person};

/// What is asked of a measure.
const MEASURE: &str = "id kind role measure name facts rule proportionality remedy openOrders validFrom validUntil state inForce
  endedOn liftedAt liftReason article { instrument number edition } platform { id } party { id identity { masked } }
  registration { id name } demand { id }
  reports { id level authority division { code } dueOn practiceOn sentAt receivedAt late article { number } }";

/// What is asked of a demand.
const DEMAND: &str =
    "id role kinds name facts dueOn demandedAt answeredAt answer office { name } platform { id }
  party { identity { masked } } registration { id } evidence { id path name } answerEvidence { id }
  dispositions { id kind }";

/// A warning with everything that the edition asks for.
pub(crate) fn warning(registration: &str, facts: &str) -> Value {
    measure(registration, "WARNING", facts)
}

/// The same of another measure.
fn measure(registration: &str, kind: &str, facts: &str) -> Value {
    json!({ "registration": registration, "kind": kind, "facts": facts, "rule": "《直播规范》第3条",
        "proportionality": "首次违规", "remedy": "可以向客服提出异议", "openOrders": "无" })
}

impl Actor {
    /// A deed on measures, whatever comes of it.
    async fn try_measures(&self, deed: &str, input: Value) -> Value {
        let (first, rest) = deed.split_at(1);
        let ask = format!(
            "mutation ($input: {}{rest}Input!) {{ {deed}(input: $input) {{ disposition {{ {MEASURE} }} demand {{ {DEMAND} }}
               problems {{ code path severity }} }} }}",
            first.to_uppercase()
        );
        self.data(&ask, json!({ "input": input })).await[deed].take()
    }

    /// The same, and nothing stands against it.
    pub(crate) async fn on_measures(&self, deed: &str, input: Value) -> Value {
        let done = self.try_measures(deed, input).await;
        assert_eq!(done["problems"], json!([]), "{deed}: {done:#}");
        done
    }

    /// The codes and the paths that stand against a deed.
    async fn refused(&self, deed: &str, input: Value) -> Vec<String> {
        let done = self.try_measures(deed, input).await;
        let problems = done["problems"].as_array().expect("problems");
        let told = problems.iter().map(|problem| {
            let path = problem["path"].as_array().expect("a path");
            let path: Vec<_> = path.iter().filter_map(Value::as_str).collect();
            format!(
                "{} {}",
                problem["code"].as_str().expect("a code"),
                path.join(".")
            )
        });
        told.collect()
    }

    /// The measures that it sees.
    async fn measures(&self) -> Vec<Value> {
        let ask = format!(
            "{{ dispositions(first: 100) {{ totalCount edges {{ node {{ {MEASURE} }} }} }} }}"
        );
        let list = self.data(&ask, json!({})).await["dispositions"].take();
        let edges = list["edges"].as_array().expect("edges").clone();
        assert_eq!(list["totalCount"], edges.len(), "{list:#}");
        edges
            .into_iter()
            .map(|mut edge| edge["node"].take())
            .collect()
    }

    /// Whether a registration may not go on.
    async fn suspended(&self, registration: &str) -> bool {
        let ask = "query ($id: ID!) { node(id: $id) { ... on Registration { suspended } } }";
        let read = self.data(ask, json!({ "id": registration })).await;
        read["node"]["suspended"].as_bool().expect("a registration")
    }

    /// What is due on measures, of the one platform that it sees.
    async fn owes(&self) -> (Value, Value) {
        let ask = "{ due(first: 1, window: \"2027-01\") { edges { node { unsentReports unansweredDemands } } } }";
        let due = self.data(ask, json!({})).await["due"]["edges"][0]["node"].take();
        (
            due["unsentReports"].clone(),
            due["unansweredDemands"].clone(),
        )
    }
}

/// The id of the first registration of a batch.
fn first(made: &Value) -> String {
    let id = made["results"][0]["registration"]["id"].as_str();
    id.unwrap_or_else(|| panic!("{made:#}")).to_owned()
}

/// To whom each report goes: level, branch, division.
fn told(measure: &Value) -> Vec<String> {
    let reports = measure["reports"].as_array().expect("reports");
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut told: Vec<_> = reports
        .iter()
        .map(|report| {
            let division = word(&report["division"]["code"]);
            format!(
                "{} {} {division}",
                word(&report["level"]),
                word(&report["authority"])
            )
        })
        .collect();
    told.sort();
    told
}

on_both! {
    async fn a_measure_is_taken_reported_received_and_lifted(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![person(1)]).await);
        let mut input = measure(&one, "LIVE_SUSPENSION", "在直播中虚构原价");
        input["validUntil"] = json!("2026-12-10");
        let taken = platform.on_measures("imposeDisposition", input).await["disposition"].take();
        assert_eq!(taken["measure"], "限期停播");
        assert_eq!(taken["name"], "欧阳*明");
        assert_eq!((&taken["validFrom"], &taken["inForce"]), (&json!("2026-12-01"), &json!(true)));
        assert_eq!(taken["article"]["number"], "第十二条");
        assert_eq!(told(&taken), ["COUNTY CYBERSPACE 330106", "COUNTY MARKET 330106"]);
        for report in taken["reports"].as_array().expect("reports") {
            assert_eq!((&report["dueOn"], &report["practiceOn"]), (&Value::Null, &Value::Null), "the law says 及时");
            assert!(report["sentAt"].is_string() && report["late"].is_null());
            assert_eq!(report["article"]["number"], "第十二条第三款");
        }
        assert!(platform.suspended(&one).await);

        // The county sees it with the registration; cyberspace sees the masked party and its own report only.
        let county = app.actor("xihu").await;
        let seen = county.measures().await.remove(0);
        assert_eq!((&seen["id"], &seen["registration"]["id"]), (&taken["id"], &json!(one)));
        assert_eq!(told(&seen), ["COUNTY MARKET 330106"]);
        let cyberspace = app.actor("cyberspace").await;
        let masked = cyberspace.measures().await.remove(0);
        assert_eq!(told(&masked), ["COUNTY CYBERSPACE 330106"]);
        assert_eq!((&masked["registration"], &masked["name"]), (&Value::Null, &json!("欧阳*明")));
        assert!(masked["party"]["identity"]["masked"].as_str().is_some_and(|number| number.contains('*')));
        assert_eq!(app.actor("zhejiang").await.measures().await.len(), 1, "县级以上 includes the province");
        for nobody in ["ningbo", "guangdong", "xihu-other"] {
            assert_eq!(app.actor(nobody).await.measures().await, Vec::<Value>::new(), "{nobody}");
        }

        let report = json!({ "report": seen["reports"][0]["id"] });
        assert_eq!(app.actor("guangdong").await.refused("receiveDispositionReport", report.clone()).await, ["NOT_FOUND report"]);
        assert_eq!(cyberspace.refused("receiveDispositionReport", report.clone()).await, ["NOT_FOUND report"]);
        let received = county.on_measures("receiveDispositionReport", report.clone()).await;
        let at = received["disposition"]["reports"][0]["receivedAt"].clone();
        assert!(at.is_string());
        app.clock.advance(chrono::TimeDelta::hours(1));
        let again = app.actor("xihu").await.on_measures("receiveDispositionReport", report).await;
        assert_eq!(again["disposition"]["reports"][0]["receivedAt"], at, "it was received the first time");

        let platform = app.actor("xihu-live").await;
        let lift = json!({ "disposition": taken["id"], "reason": "已经改正" });
        let lifted = platform.on_measures("liftDisposition", lift.clone()).await["disposition"].take();
        assert_eq!((&lifted["state"], &lifted["liftReason"]), (&json!("LIFTED"), &json!("已经改正")));
        assert_eq!((&lifted["endedOn"], &lifted["inForce"]), (&json!("2026-12-01"), &json!(false)));
        assert!(!platform.suspended(&one).await);
        assert_eq!(platform.refused("liftDisposition", lift).await, ["DISPOSITION_OVER disposition"]);
    }

    async fn the_last_three_rungs_are_reported_to_the_province_as_well(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![company(1)]).await);
        let taken = platform.on_measures("imposeDisposition", measure(&one, "ACCOUNT_CLOSURE", "多次售假")).await;
        let all = [
            "COUNTY CYBERSPACE 330106",
            "COUNTY MARKET 330106",
            "PROVINCE CYBERSPACE 330000",
            "PROVINCE MARKET 330000",
        ];
        assert_eq!(told(&taken["disposition"]), all);
        assert_eq!(told(&app.actor("zhejiang").await.measures().await[0]), [all[1], all[3]]);
        assert_eq!(told(&app.actor("cyberspace").await.measures().await[0]), [all[0], all[2]]);
        assert_eq!(told(&app.actor("xihu").await.measures().await[0]), [all[1]]);
    }

    async fn what_was_not_sent_is_due_and_seen_by_no_office(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![company(1)]).await);
        let mut input = warning(&one, "夸大宣传");
        input["sendReports"] = json!(false);
        let taken = platform.on_measures("imposeDisposition", input).await["disposition"].take();
        assert_eq!(platform.owes().await, (json!(2), json!(0)));
        let county = app.actor("xihu").await;
        assert_eq!(county.measures().await, Vec::<Value>::new());
        let unsent = json!({ "report": taken["reports"][0]["id"] });
        assert_eq!(county.refused("receiveDispositionReport", unsent).await, ["NOT_FOUND report"]);
        let which = json!({ "disposition": taken["id"] });
        let sent = platform.on_measures("sendDispositionReports", which.clone()).await["disposition"].take();
        assert!(sent["reports"].as_array().expect("reports").iter().all(|report| report["sentAt"].is_string()));
        assert_eq!(platform.owes().await, (json!(0), json!(0)));
        assert_eq!(county.measures().await.len(), 1);
        app.clock.advance(chrono::TimeDelta::hours(1));
        let again = app.actor("xihu-live").await.on_measures("sendDispositionReports", which).await;
        assert_eq!(again["disposition"]["reports"][0]["sentAt"], sent["reports"][0]["sentAt"]);
    }

    async fn a_merchants_measure_is_the_markets_and_due_in_five_working_days(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register_merchants(vec![farmer(1)]).await);
        let input = json!({ "registration": one, "kind": "SERVICE_SUSPENSION", "facts": "售卖过期食品", "rule": "平台规则",
            "sendReports": false });
        let taken = platform.on_measures("imposeDisposition", input).await["disposition"].take();
        assert_eq!(told(&taken), ["COUNTY MARKET 330106"]);
        let report = &taken["reports"][0];
        assert_eq!((&report["dueOn"], &report["late"]), (&json!("2026-12-08"), &json!(false)));
        assert!(platform.suspended(&one).await);
        app.clock.advance(chrono::TimeDelta::days(8));
        let late = app.actor("xihu-live").await.measures().await.remove(0);
        assert_eq!(late["reports"][0]["late"], true);
    }

    async fn a_measure_says_what_the_ladder_asks_and_stays_on_it(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![company(1)]).await);
        let theirs = first(&app.actor("xihu-other").await.register(vec![company(2)]).await);
        let with = |field: &str, value: Value| {
            let mut input = warning(&one, "夸大宣传");
            input[field] = value;
            input
        };
        for (input, expected) in [
            (with("proportionality", Value::Null), "DISPOSITION_STATEMENT_REQUIRED proportionality"),
            (with("remedy", Value::Null), "DISPOSITION_STATEMENT_REQUIRED remedy"),
            (with("openOrders", Value::Null), "DISPOSITION_STATEMENT_REQUIRED openOrders"),
            (with("openOrders", json!("  ")), "EMPTY openOrders"),
            (with("facts", json!("")), "EMPTY facts"),
            (with("facts", json!("实".repeat(10_001))), "TOO_LONG facts"),
            (with("rule", json!("规".repeat(2_001))), "TOO_LONG rule"),
            (with("kind", json!("SERVICE_TERMINATION")), "DISPOSITION_NOT_OFFERED kind"),
            (with("kind", json!("BLACKLISTING")), "DISPOSITION_BY_LISTING kind"),
            (with("kind", json!("LIVE_SUSPENSION")), "DISPOSITION_STATEMENT_REQUIRED validUntil"),
            (with("validUntil", json!("2026-11-30")), "DATE_ORDER validUntil"),
            (with("registration", json!(theirs)), "NOT_FOUND registration"),
            (with("registration", json!("x")), "NOT_FOUND registration"),
            (with("demand", json!(one)), "NOT_FOUND demand"),
        ] {
            assert_eq!(platform.refused("imposeDisposition", input).await, [expected]);
        }
        assert_eq!(platform.measures().await, Vec::<Value>::new());
        let long = with("facts", json!("实".repeat(10_000)));
        platform.on_measures("imposeDisposition", long).await;
        let office = app.actor("xihu").await;
        let refused = office.ask("mutation { liftDisposition(input: { disposition: \"x\", reason: \"x\" }) { problems { code } } }", json!({})).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    }
}

mod a_house_without_a_number_shows_its_own_practice {
    use super::*;

    async fn run(engine: Engine) {
        let app = TestApp::start_with(engine, &[("disposition.report_days", "3")]).await;
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![company(1)]).await);
        let taken = platform
            .on_measures("imposeDisposition", warning(&one, "夸大宣传"))
            .await;
        let report = &taken["disposition"]["reports"][0];
        assert_eq!(
            report["dueOn"],
            Value::Null,
            "a practice is no term of the law"
        );
        assert_eq!(report["practiceOn"], "2026-12-04");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        run(Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        run(Engine::Postgres).await;
    }
}
