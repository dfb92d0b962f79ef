//! Entries begin and end by themselves, on their days, also after the house was down; what is over bars nobody, whether or
//! not the reconciler came by.

use api::jobs;
use tokio_util::sync::CancellationToken;

use super::listing::pdf_text;
use super::*;

async fn turn(app: &TestApp) -> u64 {
    jobs::turn_all(&app.app, &CancellationToken::new())
        .await
        .expect("terms are looked at")
}

on_both! {
    async fn an_entry_begins_and_ends_by_itself(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut input = listing(&somebody(1));
        (input["validFrom"], input["validUntil"]) = (json!("2026-12-03"), json!("2026-12-05"));
        let listed = platform.list(input).await;
        assert_eq!(listed["entry"]["state"], "SCHEDULED");
        let asked = || vec![json!({ "identity": somebody(1) })];
        assert_eq!(verdicts(&platform.status(asked()).await), "CLEAR");
        assert_eq!(turn(&app).await, 0);
        app.clock.advance(chrono::TimeDelta::days(2));
        let platform = app.actor("xihu-live").await;
        assert_eq!(verdicts(&platform.status(asked()).await), "LISTED", "on its first day, before anybody marked it");
        assert_eq!(turn(&app).await, 1);
        assert_eq!(turn(&app).await, 0, "a second run finds nothing");
        app.clock.advance(chrono::TimeDelta::days(2));
        let platform = app.actor("xihu-live").await;
        assert_eq!(verdicts(&platform.status(asked()).await), "LISTED", "its last day counts");
        app.clock.advance(chrono::TimeDelta::days(1));
        let platform = app.actor("xihu-live").await;
        assert_eq!(verdicts(&platform.status(asked()).await), "CLEAR", "on the day after, before anybody came by");
        assert_eq!(app.column("SELECT state FROM blacklist_entry").await, ["ACTIVE"]);
        assert_eq!(turn(&app).await, 1);
        assert_eq!(app.column("SELECT state FROM blacklist_entry").await, ["EXPIRED"]);
        assert_eq!(app.number("SELECT count(*) FROM blacklist_token").await, 0);
        let seen = platform.data(&format!("query ($id: ID!) {{ node(id: $id) {{ ... on BlacklistEntry {{ {ENTRY} }} }} }}"),
            json!({ "id": listed["entry"]["id"] })).await;
        assert_eq!(seen["node"]["state"], "EXPIRED");
        let notices = seen["node"]["notices"].as_array().expect("letters");
        assert_eq!(notices.iter().map(|one| one["kind"].as_str().expect("a kind")).collect::<Vec<_>>(), ["LISTING", "REMOVAL"]);
        let (_, pdf) = platform.letter(&notices[1]["file"]["path"]).await;
        assert!(pdf_text(&pdf).contains("2026年12月5日"), "{}", pdf_text(&pdf));
        let ended: Vec<_> = app.audit().await.into_iter().filter(|one| one.operation == "endBlacklisting").collect();
        assert_eq!(ended.len(), 2, "the house's own deeds are on record");
        assert_tells!(platform.remove(&listed["entry"]["id"], "试").await, [("ENTRY_ENDED", "entry")]);
    }

    async fn whatever_was_missed_is_made_up_for(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        for n in 1..=3 {
            let mut input = listing(&somebody(n));
            (input["validFrom"], input["validUntil"]) = (json!("2026-12-10"), json!(format!("2026-12-1{n}")));
            platform.list(input).await;
        }
        app.clock.advance(chrono::TimeDelta::days(60));
        assert_eq!(turn(&app).await, 3, "never begun and over: it goes straight to the end");
        assert_eq!(app.column("SELECT DISTINCT state FROM blacklist_entry").await, ["EXPIRED"]);
    }

    async fn a_removal_ends_it_at_once_and_for_the_past_it_stands(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let listed = platform.list(listing(&somebody(1))).await;
        app.clock.advance(chrono::TimeDelta::days(3));
        let platform = app.actor("xihu-live").await;
        let removed = platform.remove(&listed["entry"]["id"], "核查后事实不成立").await;
        assert_tells!(removed, []);
        assert_eq!((&removed["entry"]["state"], &removed["entry"]["removedOn"]), (&json!("REMOVED"), &json!("2026-12-04")));
        let (_, pdf) = platform.letter(&removed["notice"]["path"]).await;
        assert!(pdf_text(&pdf).contains("核查后事实不成立"));
        let asked = || vec![json!({ "identity": somebody(1) })];
        assert_eq!(verdicts(&platform.status(asked()).await), "CLEAR");
        let before = platform.status_with(asked(), json!({ "at": "2026-12-03" })).await;
        assert_eq!(verdicts(&before), "LISTED", "then it was");
        assert_eq!(turn(&app).await, 0);
    }
}
