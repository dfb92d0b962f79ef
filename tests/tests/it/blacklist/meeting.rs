//! Deeds on the list that meet: real requests at once, on both databases, and no half state.

use super::*;

on_both! {
    async fn two_platforms_list_one_party_at_once(app: TestApp) {
        let (one, other) = (app.actor("xihu-live").await, app.actor("guangzhou-live").await);
        for n in 1..=6 {
            let (first, second, twin) = tokio::join!(
                one.list(listing(&somebody(n))),
                other.list(listing(&somebody(n))),
                one.list(listing(&somebody(n))),
            );
            assert_tells!(second, []);
            let own = [&first, &twin].map(|done| done["problems"][0]["code"].as_str().map(ToOwned::to_owned));
            assert!(own.contains(&None) && own.contains(&Some("ALREADY_LISTED".to_owned())), "{own:?}");
        }
        assert_eq!(app.number("SELECT count(*) FROM blacklist_entry").await, 12);
        assert_eq!(app.number("SELECT number FROM blacklist_version").await, 12);
        assert_eq!(app.number("SELECT count(*) FROM blacklist_notice").await, 12);
    }

    async fn an_appeal_is_decided_while_the_entry_expires(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut appeals = Vec::new();
        for n in 1..=6 {
            let mut input = listing(&somebody(n));
            input["validUntil"] = json!("2026-12-02");
            let listed = platform.list(input).await;
            let received = platform.appeal(json!({ "entry": listed["entry"]["id"], "grounds": "不服" })).await;
            appeals.push(received["appeal"]["id"].clone());
        }
        app.clock.advance(chrono::TimeDelta::days(2));
        let platform = app.actor("xihu-live").await;
        let decisions = appeals.iter().map(|appeal| {
            platform.decide(json!({ "appeal": appeal, "decision": "REMOVED", "reasons": "申诉成立" }))
        });
        let ending = tokio_util::sync::CancellationToken::new();
        let (decided, turned) = tokio::join!(
            futures_util::future::join_all(decisions),
            api::jobs::turn_all(&app.app, &ending),
        );
        turned.expect("terms are looked at");
        api::jobs::turn_all(&app.app, &ending).await.expect("again");
        for done in &decided {
            assert_tells!(done, []);
            assert_eq!((&done["appeal"]["state"], &done["entry"]["state"]), (&json!("REMOVED"), &json!("EXPIRED")), "its term was over first");
        }
        assert_eq!(app.column("SELECT DISTINCT state FROM blacklist_entry").await, ["EXPIRED"]);
        assert_eq!(app.number("SELECT count(*) FROM blacklist_notice WHERE kind = 'REMOVAL'").await, 6);
        assert_eq!(app.number("SELECT count(*) FROM blacklist_notice WHERE kind = 'APPEAL'").await, 6);
    }

    async fn a_removal_meets_a_batch(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut entries = Vec::new();
        for n in 1..=8 {
            entries.push(platform.list(listing(&somebody(n))).await["entry"]["id"].clone());
        }
        let asked: Vec<_> = (1..=200).map(|n| json!({ "identity": somebody(n) })).collect();
        let removing = async {
            for entry in &entries {
                assert_tells!(platform.remove(entry, "核查后不成立").await, []);
            }
        };
        let asking = async {
            let mut seen = Vec::new();
            for _ in 0..12 {
                let answer = platform.status(asked.clone()).await;
                let listed = verdicts(&answer).matches("LISTED").count();
                let version: usize = answer["listVersion"].as_str().expect("a version").parse().expect("a number");
                seen.push((version, listed));
            }
            seen
        };
        let ((), seen) = tokio::join!(removing, asking);
        for (version, listed) in seen {
            assert_eq!(version + listed, 16, "what is told belongs to the version that is told");
        }
    }
}
