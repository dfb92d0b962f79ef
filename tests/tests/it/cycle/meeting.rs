//! Deeds that meet: nobody waits in a circle, nothing is made twice, nobody is told of a fault.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::look::outcomes;
use crate::operator::{codes, company, on_both, person};
use crate::streamer::in_rooms;

/// How often two deeds meet that only seldom meet in the wrong moment.
const ROUNDS: u32 = 40;

/// 200 people and companies.
fn crowd() -> Vec<Value> {
    (1..=100).flat_map(|n| [person(n), company(n)]).collect()
}

fn reversed(mut items: Vec<Value>) -> Vec<Value> {
    items.reverse();
    items
}

on_both! {
    async fn two_platforms_register_the_same_people_in_opposite_order(app: TestApp) {
        let (one, two) = (app.actor("xihu-live").await, app.actor("guangzhou-live").await);
        let parties = app.number("SELECT count(*) FROM party").await;
        let (a, b) = join(one.register(crowd()), two.register(reversed(crowd()))).await;
        assert_eq!((&a["created"], &b["created"]), (&json!(200), &json!(200)), "{a:#}");
        assert_eq!(app.number("SELECT count(*) FROM party").await, parties + 200);
        assert_eq!(app.number("SELECT count(*) FROM registration").await, 400);
        assert_eq!(app.number("SELECT count(*) FROM revision").await, 400);
    }

    async fn one_platform_sends_the_same_people_twice_at_once(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let (a, b) = join(platform.register(crowd()), platform.register(reversed(crowd()))).await;
        let count = |name: &str| a[name].as_u64().expect("a count") + b[name].as_u64().expect("a count");
        assert_eq!((count("created"), count("unchanged")), (200, 200), "{a:#}");
        assert_eq!(app.number("SELECT count(*) FROM registration").await, 200);
        assert_eq!(app.number("SELECT count(*) FROM account").await, 200);
    }

    async fn known_people_new_to_a_platform_come_twice_at_once(app: TestApp) {
        app.actor("guangzhou-live").await.register(crowd()).await;
        let platform = app.actor("xihu-live").await;
        let answers = join_all([platform.register(crowd()), platform.register(reversed(crowd()))]).await;
        let created: u64 = answers.iter().map(|a| a["created"].as_u64().expect("a count")).sum();
        assert_eq!(created, 200, "{:#}", answers[0]);
    }

    async fn the_same_party_is_patched_by_many_at_once(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1)]).await;
        let patch = |n: u32| vec![json!({ "identity": company(1)["identity"], "phone": format!("137{n:08}") })];
        let answers = join_all((1..=6).map(|n| platform.register(patch(n)))).await;
        for answer in &answers {
            assert_eq!(outcomes(answer), "UPDATED", "{answer:#}");
        }
        let numbers = app.column("SELECT CAST(number AS text) FROM revision ORDER BY number").await;
        assert_eq!(numbers, ["1", "2", "3", "4", "5", "6", "7"], "without gaps");
        assert_eq!(app.number("SELECT CAST(revision AS bigint) FROM registration").await, 7);
    }

    async fn one_of_two_has_the_account_and_the_external_id(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        for round in 0..5_u32 {
            let claim = |n: u32| {
                let mut item = company(10 * round + n);
                item["externalId"] = json!(format!("wanted-{round}"));
                item["accounts"] = json!([{ "accountNumber": format!("wanted-{round}") }]);
                vec![item]
            };
            let answers = join_all((1..=4).map(|n| platform.register(claim(n)))).await;
            let created = answers.iter().filter(|a| a["created"] == 1).count();
            assert_eq!(created, 1, "{answers:#?}");
            for loser in answers.iter().filter(|a| a["created"] == 0) {
                assert_eq!(outcomes(loser), "REJECTED");
                // Which of the two is met first depends on when the winner commits.
                let met = codes(loser, 0);
                assert!(met == ["EXTERNAL_ID_TAKEN"] || met == ["ACCOUNT_HELD"], "{met:?}");
            }
            let claim = |n: u32| {
                let mut item = company(10 * round + n);
                item["accounts"] = json!([{ "accountNumber": format!("also-{round}") }]);
                vec![item]
            };
            let answers = join_all((5..=8).map(|n| platform.register(claim(n)))).await;
            assert_eq!(answers.iter().filter(|a| a["created"] == 1).count(), 1, "{answers:#?}");
            for loser in answers.iter().filter(|a| a["created"] == 0) {
                assert_eq!(codes(loser, 0), ["ACCOUNT_HELD"]);
            }
        }
    }

    async fn closed_by_two_at_once_is_closed_once(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register((1..=50).map(company).collect()).await;
        let ids = made["results"].as_array().expect("results").iter();
        let item = |r: &Value| json!({ "registration": r["registration"]["id"], "on": "2026-12-01", "reason": "MISTAKE" });
        let items: Vec<_> = ids.map(item).collect();
        let (a, b) = join(platform.close(items.clone()), platform.close(reversed(items))).await;
        let count = |name: &str| a[name].as_u64().expect("a count") + b[name].as_u64().expect("a count");
        assert_eq!((count("closed"), count("rejected")), (50, 50));
        assert_eq!(app.number("SELECT count(*) FROM revision").await, 100);
    }

    async fn two_correct_different_registrations_to_one_number(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![company(1), company(2)]).await;
        let proof = platform.upload("营业执照").await;
        let ask = |index: usize| json!({
            "registration": made["results"][index]["registration"]["id"], "reason": "填错", "evidence": [proof],
            "to": { "kind": "USCC", "number": crate::operator::credit_code(3) },
        });
        let (a, b) = join(platform.correct(ask(0)), platform.correct(ask(1))).await;
        let codes = [&a, &b].map(|answer| answer["problems"][0]["code"].clone());
        assert!(codes.contains(&Value::Null) && codes.contains(&json!("IDENTITY_TAKEN")), "{a:#} {b:#}");
    }

    async fn a_streamer_names_an_operator_that_registers_at_the_same_time(app: TestApp) {
        let (other, platform) = (app.actor("guangzhou-live").await, app.actor("xihu-live").await);
        other.register((1..=ROUNDS).map(company).collect()).await;
        for n in 1..=ROUNDS {
            let (operator, streamer) = join(
                platform.register(vec![company(n)]),
                platform.register_streamers(vec![in_rooms(n, &[n])]),
            ).await;
            assert_eq!((outcomes(&operator), outcomes(&streamer)), ("CREATED".into(), "CREATED".into()));
        }
        let seatless = "SELECT count(*) FROM tie WHERE seat IS NULL OR seat_city IS NULL";
        assert_eq!(app.number(seatless).await, 0, "a local office would not find these");
    }

    async fn a_streamer_names_an_operator_that_closes_at_the_same_time(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register((1..=ROUNDS).map(company).collect()).await;
        for n in 1..=ROUNDS {
            let id = &made["results"][n as usize - 1]["registration"]["id"];
            let item = json!({ "registration": id, "on": "2026-12-01", "reason": "MISTAKE" });
            let (closed, streamer) = join(
                platform.close(vec![item]),
                platform.register_streamers(vec![in_rooms(n, &[n])]),
            ).await;
            assert_eq!((outcomes(&closed), outcomes(&streamer)), ("CLOSED".into(), "CREATED".into()));
        }
        let seated = "SELECT count(*) FROM tie WHERE until IS NULL AND seat IS NOT NULL";
        assert_eq!(app.number(seated).await, 0, "nobody appears in a closed room");
    }
}
