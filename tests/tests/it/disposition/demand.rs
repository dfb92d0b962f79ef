//! Demands: made by offices in whose territory a platform is domiciled, with proof that the platform may fetch; answered once.

use serde_json::{Value, json};
use tests::database::Engine;

use super::{DEMAND, first, measure, warning};
use crate::app::{Actor, TestApp};
use crate::merchant::farmer;
use crate::operator::{company, on_both, person};

impl Actor {
    /// The demands that it sees.
    async fn demands(&self, filter: Value) -> Vec<Value> {
        let ask = format!(
            "query ($filter: DispositionDemandFilter) {{ dispositionDemands(first: 100, filter: $filter) {{ totalCount
               edges {{ node {{ {DEMAND} }} }} }} }}"
        );
        let list = self.data(&ask, json!({ "filter": filter })).await["dispositionDemands"].take();
        let edges = list["edges"].as_array().expect("edges").clone();
        assert_eq!(list["totalCount"], edges.len(), "{list:#}");
        edges
            .into_iter()
            .map(|mut edge| edge["node"].take())
            .collect()
    }

    /// How a file answers.
    async fn status_of(&self, path: &str) -> u16 {
        let get = self.request(reqwest::Method::GET, path);
        get.send().await.expect("an answer").status().as_u16()
    }
}

fn against(registration: &str) -> Value {
    json!({ "subject": { "registration": registration }, "kinds": ["LIVE_PAUSE", "BLACKLISTING"], "dueOn": "2026-12-08",
        "facts": "群众举报其销售假酒" })
}

on_both! {
    async fn an_office_demands_and_the_platform_answers_once_with_what_it_did(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![person(1)]).await);
        let county = app.actor("xihu").await;
        let proof = county.upload("举报记录").await;
        let mut input = against(&one);
        input["evidence"] = json!([proof]);
        let made = county.on_measures("demandDisposition", input).await["demand"].take();
        assert_eq!(made["kinds"], json!(["LIVE_PAUSE", "BLACKLISTING"]));
        assert_eq!((&made["name"], &made["answeredAt"]), (&json!("欧阳*明"), &Value::Null));

        let seen = platform.demands(Value::Null).await.remove(0);
        assert_eq!((&seen["id"], &seen["registration"]["id"]), (&made["id"], &json!(one)));
        assert_eq!(seen["facts"], "群众举报其销售假酒");
        assert_eq!(platform.owes().await, (json!(0), json!(1)));
        let path = seen["evidence"][0]["path"].as_str().expect("a path");
        assert_eq!(platform.download(path).await, "举报记录".as_bytes());
        for (nobody, status) in [("xihu-other", 404), ("guangdong", 404), ("zhejiang", 404)] {
            let actor = app.actor(nobody).await;
            assert_eq!(actor.status_of(path).await, status, "{nobody}");
            assert_eq!(actor.demands(Value::Null).await, Vec::<Value>::new(), "{nobody}");
        }

        let mut answering = warning(&one, "销售假酒");
        answering["demand"] = made["id"].clone();
        let taken = platform.on_measures("imposeDisposition", answering).await["disposition"].take();
        assert_eq!(taken["demand"]["id"], made["id"]);
        let second = platform.on_measures("imposeDisposition", measure(&one, "LIVE_PAUSE", "销售假酒")).await;
        let slip = platform.upload("下架记录").await;
        let answer = json!({ "demand": made["id"], "answer": "已予警示并暂停直播", "evidence": [slip],
            "dispositions": [second["disposition"]["id"]] });
        let answered = platform.on_measures("answerDispositionDemand", answer.clone()).await["demand"].take();
        assert_eq!(answered["answer"], "已予警示并暂停直播");
        assert_eq!(platform.refused("answerDispositionDemand", answer).await, ["DEMAND_ANSWERED demand"]);
        assert_eq!(platform.owes().await, (json!(0), json!(0)));

        let back = county.demands(json!({ "answered": true })).await.remove(0);
        let kinds: Vec<_> = back["dispositions"].as_array().expect("measures").iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, ["WARNING", "LIVE_PAUSE"]);
        assert_eq!(back["answerEvidence"][0]["id"], json!(slip));
        let clerk = app.actor("cyberspace").await;
        assert_eq!(clerk.status_of(&format!("/files/{slip}")).await, 404, "another office's demand");
        let mut late = warning(&one, "销售假酒");
        late["demand"] = made["id"].clone();
        assert_eq!(platform.refused("imposeDisposition", late).await, ["DEMAND_ANSWERED demand"]);
    }

    async fn an_office_that_sees_no_registration_names_an_account(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![person(1)]).await;
        let id = app.platform_id("xihu-live").await;
        let cyberspace = app.actor("cyberspace").await;
        let account = |platform: &str, number: &str| {
            let mut input = against("");
            input["subject"] = json!({ "account": { "platform": platform, "accountNumber": number } });
            input
        };
        let made = cyberspace.on_measures("demandDisposition", account(&id, "person-1")).await["demand"].take();
        assert_eq!((&made["name"], &made["registration"]), (&json!("欧阳*明"), &Value::Null));
        let absent = "NOT_FOUND subject.account";
        assert_eq!(cyberspace.refused("demandDisposition", account(&id, "person-2")).await, [absent]);
        assert_eq!(cyberspace.refused("demandDisposition", account("x", "person-1")).await, [absent]);
        let far = app.platform_id("guangzhou-live").await;
        app.actor("guangzhou-live").await.register(vec![company(7)]).await;
        assert_eq!(cyberspace.refused("demandDisposition", account(&far, "acct-7")).await, [absent]);
        let guangdong = app.actor("guangdong").await;
        assert_eq!(guangdong.refused("demandDisposition", account(&id, "person-1")).await, [absent]);
        let seen = platform.demands(json!({ "platform": id, "answered": false })).await;
        assert_eq!(seen.len(), 1);
    }

    async fn a_demand_is_about_whom_the_law_names_and_by_a_day_to_come(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![company(1)]).await);
        let sells = first(&platform.register_merchants(vec![farmer(1)]).await);
        let county = app.actor("xihu").await;
        let with = |field: &str, value: Value| {
            let mut input = against(&one);
            input[field] = value;
            input
        };
        let foreign = app.actor("zhejiang").await.upload("别人的").await;
        for (input, expected) in [
            (against(&sells), "DEMAND_NOT_ALLOWED subject"),
            (with("kinds", json!([])), "EMPTY kinds"),
            (with("kinds", json!(["SERVICE_SUSPENSION"])), "DISPOSITION_NOT_OFFERED kinds.0"),
            (with("dueOn", json!("2026-11-30")), "DATE_ORDER dueOn"),
            (with("facts", json!(" ")), "EMPTY facts"),
            (with("evidence", json!([foreign])), "EVIDENCE_NOT_FOUND evidence.0"),
            (with("evidence", json!(vec![foreign.as_str(); 21])), "TOO_MANY evidence"),
            (with("subject", json!({ "registration": "x" })), "NOT_FOUND subject.registration"),
        ] {
            assert_eq!(county.refused("demandDisposition", input).await, [expected]);
        }
        // It sees the registration, which is seated there, but the platform reports to another territory.
        let ningbo = app.actor("ningbo").await;
        assert_eq!(ningbo.refused("demandDisposition", against(&one)).await, ["NOT_FOUND subject.registration"]);
        assert_eq!(platform.demands(Value::Null).await, Vec::<Value>::new());
        let refused = platform.ask(
            "mutation { demandDisposition(input: { subject: { registration: \"x\" }, kinds: [WARNING], dueOn: \"2027-01-01\",
               facts: \"x\" }) { problems { code } } }",
            json!({}),
        ).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    }

    async fn of_two_answers_at_once_one_is_given(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![company(1)]).await);
        let made = app.actor("xihu").await.on_measures("demandDisposition", against(&one)).await;
        let answer = |text: &str| json!({ "demand": made["demand"]["id"], "answer": text });
        let (left, right) = tokio::join!(
            platform.refused("answerDispositionDemand", answer("已处理")),
            platform.refused("answerDispositionDemand", answer("未处理")),
        );
        let refused = left.iter().chain(&right).collect::<Vec<_>>();
        assert_eq!(refused, ["DEMAND_ANSWERED demand"]);
    }
}
