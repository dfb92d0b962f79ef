//! Terms: a measure binds from its first day to its last, whatever runs; the book says afterwards that it is over.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::database::Engine;

use super::{first, measure};
use crate::app::TestApp;
use crate::operator::{company, on_both};

on_both! {
    async fn a_measure_binds_on_its_days_and_ends_after_them_also_after_downtime(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![company(1)]).await);
        let mut input = measure(&one, "LIVE_PAUSE", "夸大宣传");
        input["validFrom"] = json!("2026-12-02");
        input["validUntil"] = json!("2026-12-03");
        let taken = platform.on_measures("imposeDisposition", input).await["disposition"].take();
        assert_eq!((&taken["state"], &taken["inForce"]), (&json!("OPEN"), &json!(false)));
        assert!(!platform.suspended(&one).await, "it begins tomorrow");
        for (days, suspended) in [(1, true), (2, true), (3, false)] {
            let day = crate::app::instant("2026-12-01T10:00:00+08:00") + TimeDelta::days(days);
            app.clock.set(day);
            assert_eq!(app.actor("xihu-live").await.suspended(&one).await, suspended, "{days} days later");
            if suspended {
                assert_eq!(api::jobs::expire(&app.app).await.expect("a look"), 0);
            }
        }
        // Nobody ran for a week.
        app.clock.advance(TimeDelta::days(7));
        let both = tokio::join!(api::jobs::expire(&app.app), api::jobs::expire(&app.app));
        let ended = both.0.expect("a look") + both.1.expect("a look");
        assert_eq!(ended, 1, "two processes end it once");
        assert_eq!(api::jobs::expire(&app.app).await.expect("a look"), 0);
        let over = app.actor("xihu-live").await.measures().await.remove(0);
        assert_eq!((&over["state"], &over["endedOn"]), (&json!("EXPIRED"), &json!("2026-12-03")));
        assert_eq!(over["liftedAt"], Value::Null);
        let told = app.column("SELECT detail FROM audit WHERE operation = 'expireDispositions'").await;
        assert_eq!(told, [r#"{"expired":1}"#]);
    }

    async fn a_page_of_registrations_asks_once_who_is_suspended(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register((1..=6).map(company).collect()).await;
        for index in [0, 2] {
            let id = made["results"][index]["registration"]["id"].as_str().expect("an id");
            platform.on_measures("imposeDisposition", measure(id, "ACCOUNT_CLOSURE", "多次售假")).await;
        }
        let asked = async |rows: u32| {
            let before = app.statements();
            let ask = format!("{{ operators(first: {rows}) {{ edges {{ node {{ externalId suspended }} }} }} }}");
            let list = platform.data(&ask, json!({})).await;
            (list["operators"]["edges"].as_array().expect("edges").clone(), app.statements() - before)
        };
        let (all, statements) = asked(6).await;
        let suspended: BTreeSet<_> = all.iter().filter(|edge| edge["node"]["suspended"] == true)
            .map(|edge| edge["node"]["externalId"].as_str().expect("a key").to_owned()).collect();
        assert_eq!(suspended, BTreeSet::from(["c-1".to_owned(), "c-3".to_owned()]));
        assert_eq!(asked(2).await.1, statements, "as many statements for two rows as for six");
    }

    async fn of_two_who_lift_at_once_one_does(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![company(1)]).await);
        let taken = platform.on_measures("imposeDisposition", measure(&one, "LIVE_PAUSE", "夸大宣传")).await;
        let because = |reason: &str| json!({ "disposition": taken["disposition"]["id"], "reason": reason });
        let (left, right) = tokio::join!(
            platform.refused("liftDisposition", because("已改正")),
            platform.refused("liftDisposition", because("误判")),
        );
        let refused = left.iter().chain(&right).collect::<Vec<_>>();
        assert_eq!(refused, ["DISPOSITION_OVER disposition"]);
        let audit = "SELECT outcome FROM audit WHERE operation = 'liftDisposition' ORDER BY outcome";
        assert_eq!(app.column(audit).await, ["DONE", "REFUSED"]);
    }
}
