//! What speaks for an evasion is raised by the deed that gives cause, once, with its evidence, and decided by a person.

use super::reentry::{closes, firm, firm_listing};
use super::*;
use crate::agency::{agency, agency_code};
use crate::look::outcomes;
use crate::operator::codes;
use crate::party_link::boss;
use crate::streamer::streamer;

const LEAD: &str =
    "id ground groundLabel account evidence seenOn state decidedAt reason platform { platformName }
    entry { id name } party { identity { masked } } registration { id }";

impl Actor {
    /// The leads of a list under a filter.
    pub(crate) async fn leads(&self, filter: Value) -> Vec<Value> {
        let query = format!(
            "query ($filter: EvasionLeadFilter) {{ evasionLeads(first: 50, filter: $filter) {{
            edges {{ node {{ {LEAD} }} }} }} }}"
        );
        let answer = self.data(&query, json!({ "filter": filter })).await;
        let edges = answer["evasionLeads"]["edges"].as_array().expect("edges");
        edges.iter().map(|edge| edge["node"].clone()).collect()
    }

    async fn decide_lead(&self, lead: &Value, decision: &str, reason: &str) -> Value {
        let input = json!({ "lead": lead, "decision": decision, "reason": reason });
        self.decide_lead_with(input).await
    }

    /// Decides a lead.
    pub(crate) async fn decide_lead_with(&self, input: Value) -> Value {
        let query = format!(
            "mutation ($input: DecideEvasionLeadInput!) {{ decideEvasionLead(input: $input) {{
            lead {{ {LEAD} }} problems {{ code path }} }} }}"
        );
        self.data(&query, json!({ "input": input })).await["decideEvasionLead"].take()
    }

    /// The grounds and accounts of its leads.
    async fn grounds(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
        let leads = self.leads(json!({})).await;
        leads
            .iter()
            .map(|lead| (text(&lead["ground"]), text(&lead["account"])))
            .collect()
    }
}

fn accounts(numbers: &[&str]) -> Value {
    numbers
        .iter()
        .map(|number| json!({ "accountNumber": number }))
        .collect()
}

/// What gives a person these accounts.
pub(crate) fn with_accounts(n: u32, numbers: &[&str]) -> Value {
    json!({ "identity": somebody(n), "accounts": accounts(numbers) })
}

/// A company that takes an account.
fn taker(n: u32, account: &str) -> Value {
    let mut item = company(n);
    item["accounts"] = accounts(&[account]);
    item
}

fn run_by(mut item: Value, role: &str, n: u32) -> Value {
    item[role] = json!({ "name": "司马老板", "identity": boss(n) });
    if role == "proprietor" {
        item["form"] = json!("INDIVIDUAL_BUSINESS");
    }
    item
}

/// Registers somebody, closes that registration and lists the company.
async fn barred(platform: &Actor, item: Value, n: u32) -> Value {
    let made = platform.register(vec![item]).await;
    assert_eq!(outcomes(&made), "CREATED", "{made:#}");
    assert_eq!(outcomes(&platform.close(closes(&made)).await), "CLOSED");
    let listed = platform.list(firm_listing(n)).await;
    assert_tells!(listed, []);
    listed["entry"]["id"].clone()
}

on_both! {
    async fn another_account_of_the_barred_is_a_lead(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(1)]).await;
        let listed = platform.list(listing(&somebody(1))).await;
        let update = |numbers: &[&str]| json!({ "identity": somebody(1), "accounts": accounts(numbers) });
        let done = platform.register(vec![update(&["person-1", "second"])]).await;
        assert_eq!(outcomes(&done), "UPDATED", "it is registered all the same: {done:#}");
        assert!(crate::look::tells(&done["results"][0]["problems"], &[("EVASION_LEAD", "items.0.accounts.1.accountNumber")]), "{done:#}");
        assert!(done["results"][0]["problems"][0]["message"].as_str().is_some_and(|text| text.contains("second")));
        let done = platform.register(vec![update(&["second"])]).await;
        assert_eq!(codes(&done, 0), [""; 0], "giving one up is none");
        let done = platform.register(vec![update(&["third"])]).await;
        assert_eq!(codes(&done, 0), ["EVASION_LEAD"]);
        platform.register(vec![update(&[])]).await;
        platform.register(vec![update(&["second"])]).await;
        platform.register(vec![update(&[])]).await;
        platform.register(vec![update(&["second"])]).await;
        let found = platform.grounds().await;
        let found: Vec<_> = found.iter().map(|(ground, account)| (ground.as_str(), account.as_str())).collect();
        assert_eq!(found, [("NEW_ACCOUNT", "second"), ("CHANGED_ACCOUNT", "third")], "each once");
        let lead = &platform.leads(json!({ "state": "OPEN" })).await[0];
        assert_eq!((&lead["entry"]["id"], &lead["registration"]["id"]), (&listed["entry"]["id"], &made["results"][0]["registration"]["id"]));
        assert_eq!((&lead["seenOn"], &lead["groundLabel"], &lead["state"]), (&json!("2026-12-01"), &json!("重新注册账号"), &json!("OPEN")));
        assert!(lead["evidence"].as_str().is_some_and(|text| text.contains("second") && text.contains("2026-12-01")), "{lead:#}");
        assert_eq!(lead["platform"]["platformName"], "xihu-live");
    }

    async fn an_account_of_the_barred_goes_to_somebody_near(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        for n in [1, 2] {
            let role = ["", "legalRepresentative", "proprietor"][n as usize];
            barred(&platform, run_by(company(n), role, n), n).await;
        }
        let mut phoned = company(3);
        phoned["phone"] = json!("13900001111");
        barred(&platform, phoned, 3).await;
        let stranger = platform.register(vec![taker(10, "acct-1")]).await;
        assert_eq!(codes(&stranger, 0), [""; 0], "an account may change hands: {stranger:#}");
        platform.close(closes(&stranger)).await;
        let mut next = taker(13, "acct-3");
        next["phone"] = json!("13900001111");
        let near = vec![run_by(taker(11, "acct-1"), "legalRepresentative", 1), run_by(taker(12, "acct-2"), "proprietor", 2), next];
        let done = platform.register(near).await;
        for index in 0..3 {
            let told = crate::look::told(&done["results"][index]["problems"]);
            let lead = ("EVASION_LEAD".to_owned(), format!("items.{index}.accounts.0.accountNumber"));
            assert!(told.contains(&lead), "{done:#}");
        }
        let mut found = platform.grounds().await;
        found.sort();
        let found: Vec<_> = found.iter().map(|(ground, account)| (ground.as_str(), account.as_str())).collect();
        assert_eq!(found, [("PROPRIETOR", "acct-2"), ("REPRESENTATIVE", "acct-1"), ("SAME_PHONE", "acct-3")]);
        let lead = platform.leads(json!({})).await.into_iter().find(|lead| lead["ground"] == "SAME_PHONE").expect("a lead");
        assert_eq!(lead["party"]["identity"]["masked"], credit_code(13));
    }

    async fn an_account_goes_to_somebody_of_the_same_agency(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register_agencies(vec![agency(1)]).await;
        let both = [1, 2].map(|n| {
            let mut streamer = streamer(n);
            (streamer["identity"], streamer["agency"]) = (somebody(n), json!({ "kind": "USCC", "number": agency_code(1) }));
            streamer
        });
        let made = platform.register_streamers(both.to_vec()).await;
        assert_eq!(outcomes(&made), "CREATED CREATED", "{made:#}");
        let operator = platform.register(vec![person(1)]).await;
        platform.close(closes(&operator)).await;
        platform.list(listing(&somebody(1))).await;
        let mut heir = person(2);
        heir["accounts"] = accounts(&["person-1"]);
        let done = platform.register(vec![heir]).await;
        assert_eq!(codes(&done, 0), ["EVASION_LEAD"], "{done:#}");
        assert_eq!(platform.grounds().await, [("AGENCY".to_owned(), "person-1".to_owned())]);
    }

    async fn what_is_long_past_is_no_lead(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        barred(&platform, run_by(company(1), "legalRepresentative", 1), 1).await;
        let heir = || run_by(taker(2, "acct-1"), "legalRepresentative", 1);
        let dry = || json!({ "items": [heir()], "dryRun": true });
        app.clock.advance(chrono::TimeDelta::days(90));
        let platform = app.actor("xihu-live").await;
        assert_eq!(codes(&platform.register_with(dry()).await, 0), ["EVASION_LEAD"], "the ninetieth day counts");
        let short = app.beside(&[("blacklist.evasion_days", "30")]).await;
        assert_eq!(codes(&short.actor("xihu-live").await.register_with(dry()).await, 0), [""; 0]);
        app.clock.advance(chrono::TimeDelta::days(1));
        let platform = app.actor("xihu-live").await;
        assert_eq!(codes(&platform.register_with(dry()).await, 0), [""; 0]);
        assert_eq!(app.number("SELECT count(*) FROM evasion_lead").await, 0, "dry runs raise nothing");
    }

    async fn who_represents_the_barred_is_a_lead(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![company(1)]).await;
        platform.register(vec![person(1)]).await;
        assert_tells!(platform.confirm_link("LEGAL_REPRESENTATIVE", &firm(1), &somebody(1)).await, []);
        platform.close(closes(&made)).await;
        platform.list(listing(&somebody(1))).await;
        let again = platform.register(vec![company(1)]).await;
        assert_eq!(outcomes(&again), "REOPENED", "{again:#}");
        assert!(crate::look::tells(&again["results"][0]["problems"], &[("EVASION_LEAD", "items.0.identity")]), "{again:#}");
        assert_eq!(platform.grounds().await, [("REPRESENTATIVE".to_owned(), "none".to_owned())]);
    }

    async fn a_person_decides_once_and_the_reason_is_kept(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![person(1)]).await;
        platform.list(listing(&somebody(1))).await;
        let update = json!({ "identity": somebody(1), "accounts": accounts(&["person-1", "second", "third"]) });
        platform.register(vec![update]).await;
        let leads = platform.leads(json!({})).await;
        let [first, second] = [0, 1].map(|n| leads[n]["id"].clone());
        let other = app.actor("guangzhou-live").await;
        assert_eq!(other.leads(json!({})).await, [Value::Null; 0]);
        assert_tells!(other.decide_lead(&first, "CONFIRMED", "试").await, [("NOT_FOUND", "lead")]);
        assert_tells!(platform.decide_lead(&json!("no-id"), "CONFIRMED", "试").await, [("NOT_FOUND", "lead")]);
        assert_tells!(platform.decide_lead(&first, "CONFIRMED", " ").await, [("EMPTY", "reason")]);
        let decided = platform.decide_lead(&first, "CONFIRMED", "同一手机登录，直播内容相同").await;
        assert_tells!(decided, []);
        let lead = &decided["lead"];
        assert_eq!((&lead["state"], &lead["reason"]), (&json!("CONFIRMED"), &json!("同一手机登录，直播内容相同")));
        assert!(lead["decidedAt"].as_str().is_some_and(|at| at.starts_with("2026-12-01")), "{lead:#}");
        assert_tells!(platform.decide_lead(&first, "DISMISSED", "改变主意").await, [("LEAD_DECIDED", "lead")]);
        assert_tells!(platform.decide_lead(&second, "DISMISSED", "系其本人经批准新增").await, []);
        assert_eq!(platform.leads(json!({ "state": "OPEN" })).await, [Value::Null; 0]);
        let office = app.actor("zhejiang").await;
        let seen = office.leads(json!({ "platform": app.platform_id("xihu-live").await })).await;
        assert_eq!(seen.len(), 2, "whose platform it is reads them");
        assert_eq!(seen[0]["reason"], "同一手机登录，直播内容相同");
        assert_eq!(office.leads(json!({ "platform": "no-id" })).await, [Value::Null; 0]);
        let cyberspace = app.actor("cyberspace").await.leads(json!({})).await;
        assert!(cyberspace.iter().all(|lead| lead["registration"].is_null()), "masked party, no registration: {cyberspace:#?}");
        let answer = office.ask("mutation ($id: ID!) { decideEvasionLead(input: { lead: $id, decision: CONFIRMED, reason: \"试\" }) { problems { code } } }",
            json!({ "id": second })).await;
        assert_eq!(error_code(&answer), "FORBIDDEN");
        let everything = app.dump().await + &String::from_utf8_lossy(&app.database_files());
        assert!(!everything.contains("同一手机登录"), "the reason stands in clear");
        let deeds = app.audit().await.into_iter().filter(|one| one.operation == "decideEvasionLead" && one.outcome.as_str() == "DONE");
        assert_eq!(deeds.count(), 2);
    }

    async fn two_decisions_meet(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![person(1)]).await;
        platform.list(listing(&somebody(1))).await;
        let update = json!({ "identity": somebody(1), "accounts": accounts(&["person-1", "second"]) });
        platform.register(vec![update]).await;
        let lead = platform.leads(json!({})).await[0]["id"].clone();
        let (one, other) = tokio::join!(platform.decide_lead(&lead, "CONFIRMED", "是"), platform.decide_lead(&lead, "DISMISSED", "否"));
        let refused = [&one, &other].map(|done| done["problems"][0]["code"] == "LEAD_DECIDED");
        assert!(refused[0] != refused[1], "{one:#} {other:#}");
    }

    async fn leads_go_with_their_registration(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(1)]).await;
        platform.list(listing(&somebody(1))).await;
        let update = json!({ "identity": somebody(1), "accounts": accounts(&["person-1", "second"]) });
        platform.register(vec![update]).await;
        platform.close(closes(&made)).await;
        app.dated_back("registration", &["closed_on"], 4, "status = 'CLOSED'").await;
        api::jobs::retain(&app.app).await.expect("what is due is removed");
        for table in ["registration", "evasion_lead"] {
            assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
        assert_eq!(app.number("SELECT count(*) FROM blacklist_entry").await, 1, "whose party is still named");
    }
}
