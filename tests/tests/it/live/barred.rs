//! Who is listed may not go live on the platform that lists: by any number of the same person, for as long as the entry is in
//! force, and as soon as it is.

use serde_json::{Value, json};
use tests::database::Engine;

use super::{Room, evening, person, said, tonight};
use crate::app::{TestApp, instant};
use crate::blacklist::listing;
use crate::operator::{company, on_both};
use crate::streamer::{in_rooms, streamer};
use crate::training::{made, trained};

/// An entry on a platform's list for a streamer, with other fields.
fn entry(n: u32, fields: Value) -> Value {
    let mut input = listing(&streamer(n)["identity"]);
    input["role"] = json!("STREAMER");
    // The name under which the person is registered.
    input["name"] = streamer(n)["name"].clone();
    for (name, value) in fields.as_object().expect("fields") {
        input[name] = value.clone();
    }
    input
}

on_both! {
    async fn a_platforms_own_list_keeps_from_going_live(app: TestApp) {
        Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        let listed = platform.list(entry(1, json!({}))).await;
        assert_eq!(listed["problems"], json!([]), "{listed:#}");
        let told = platform.clear(tonight(json!({}))).await;
        assert_eq!(said(&told), "DENY: BLACKLISTED streamers.0 ERROR", "{told:#}");
        assert_eq!(told["reasons"][0]["article"]["number"], "第十四条");
        let until = listed["entry"]["validUntil"].as_str().expect("a last day");
        assert!(told["reasons"][0]["message"].as_str().expect("words").contains(until));
        let removed = platform.data(
            "mutation ($entry: ID!) { removeFromBlacklist(input: { entry: $entry, reasons: \"核查有误\" }) { problems { code } } }",
            json!({ "entry": listed["entry"]["id"] }),
        ).await;
        assert_eq!(removed["removeFromBlacklist"]["problems"], json!([]));
        assert_eq!(said(&platform.clear(tonight(json!({}))).await), "ALLOW:");
    }

    async fn an_operator_bars_the_whole_room_and_whoever_is_not_registered_is_named_too(app: TestApp) {
        Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        platform.list(listing(&company(1)["identity"])).await;
        platform.list(entry(9, json!({}))).await;
        let told = platform.clear(tonight(json!({ "streamers": [person(1), person(9)] }))).await;
        assert_eq!(said(&told), "DENY: BLACKLISTED account ERROR, NOT_REGISTERED streamers.1 ERROR, \
            BLACKLISTED streamers.1 ERROR");
    }

    async fn an_operator_whose_registration_is_closed_is_told_that_it_is_barred_as_well(app: TestApp) {
        let room = Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        platform.list(listing(&company(1)["identity"])).await;
        platform.close(vec![json!({ "registration": room.operator, "on": "2026-12-01", "reason": "CLOSED_BY_PLATFORM" })]).await;
        let told = said(&platform.clear(tonight(json!({}))).await);
        assert!(told.starts_with("DENY: REGISTRATION_CLOSED account ERROR, BLACKLISTED account ERROR"), "{told}");
    }

    async fn a_ban_follows_a_confirmed_link(app: TestApp) {
        Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        // The same person under another number, who is registered as well.
        made(&platform.register_streamers(vec![streamer(2)]).await, 0);
        platform.list(entry(2, json!({}))).await;
        assert_eq!(said(&platform.clear(tonight(json!({}))).await), "ALLOW:");
        platform.confirm_link("SAME_PERSON", &streamer(1)["identity"], &streamer(2)["identity"]).await;
        assert_eq!(said(&platform.clear(tonight(json!({}))).await), "DENY: BLACKLISTED streamers.0 ERROR");
    }

    async fn what_another_platform_shares_is_only_to_be_known(app: TestApp) {
        Room::reported(&app).await;
        let (platform, other) = (app.actor("xihu-live").await, app.actor("xihu-other").await);
        other.register_streamers(vec![streamer(1)]).await;
        let own = other.list(entry(1, json!({ "shared": false }))).await;
        assert_eq!(own["problems"], json!([]), "{own:#}");
        assert_eq!(said(&platform.clear(tonight(json!({}))).await), "ALLOW:", "nobody learns of what is not shared");
        other.register_streamers(vec![in_rooms(3, &[])]).await;
        let third = made(&platform.register_streamers(vec![in_rooms(3, &[1])]).await, 0);
        platform.train(vec![trained(&third, "2026-11-01", "PASSED")]).await;
        other.list(entry(3, json!({ "shared": true }))).await;
        platform.report(evening(json!({ "streamers": [person(3)] }))).await;
        let told = said(&platform.clear(tonight(json!({ "streamers": [person(3)] }))).await);
        assert_eq!(told, "ALLOW: LISTED_ELSEWHERE streamers.0 WARNING");
    }

    async fn a_term_is_judged_by_the_day_of_the_livestream(app: TestApp) {
        Room::open(&app).await;
        let platform = app.actor("xihu-live").await;
        platform.list(entry(1, json!({ "validFrom": "2026-12-02", "validUntil": "2026-12-03" }))).await;
        for (at, barred) in [("2026-12-01T23:30:00+08:00", false), ("2026-12-02T09:00:00+08:00", true)] {
            platform.report(evening(json!({ "startsAt": at }))).await;
            let told = platform.clear(tonight(json!({ "at": at }))).await;
            assert_eq!(told["verdict"], if barred { "DENY" } else { "ALLOW" }, "{at}: {told:#}");
            if !barred {
                assert_eq!(told["validUntil"], "2026-12-02T00:00:00+08:00", "not into the day on which it begins");
            }
        }
        app.clock.set(instant("2026-12-04T10:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        let at = "2026-12-04T20:00:00+08:00";
        platform.report(evening(json!({ "startsAt": at }))).await;
        let told = platform.clear(tonight(json!({ "at": at }))).await;
        assert_eq!(told["verdict"], "ALLOW", "also before its expiry was carried out: {told:#}");
    }

    async fn a_listing_and_a_question_at_once_are_one_before_the_other(app: TestApp) {
        Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        let list = async {
            platform.list(entry(1, json!({}))).await;
            said(&platform.clear(tonight(json!({}))).await)
        };
        let ask = async {
            let mut all = Vec::new();
            for _ in 0..10 {
                all.push(said(&platform.clear(tonight(json!({}))).await));
            }
            all
        };
        let (after, meanwhile) = tokio::join!(list, ask);
        let barred = "DENY: BLACKLISTED streamers.0 ERROR";
        assert_eq!(after, barred, "whoever was told of the listing is barred");
        let first = meanwhile.iter().position(|one| one == barred).unwrap_or(meanwhile.len());
        let (before, then) = meanwhile.split_at(first);
        assert!(before.iter().all(|one| one == "ALLOW:") && then.iter().all(|one| one == barred), "{meanwhile:?}");
    }
}
