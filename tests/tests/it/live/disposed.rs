//! A measure that forbids keeps from going live for as long as it stands, on the platform that took it and in the role that it
//! is against; one that only warns does not.

use serde_json::{Value, json};
use tests::database::Engine;

use super::{Room, evening, said, tonight};
use crate::app::{TestApp, instant};
use crate::operator::on_both;

/// A measure with everything that the edition asks to be said.
fn measure(registration: &Value, kind: &str, more: Value) -> Value {
    let mut input = json!({ "registration": registration, "kind": kind, "facts": "多次虚假宣传", "rule": "《直播规范》第3条",
        "proportionality": "再次违规", "remedy": "可以向客服提出异议", "openOrders": "照常发货" });
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    input
}

on_both! {
    async fn a_measure_that_forbids_keeps_from_going_live_while_it_stands(app: TestApp) {
        let room = Room::reported(&app).await;
        let platform = app.actor("xihu-live").await;
        let ask = || platform.clear(tonight(json!({})));
        platform.on_measures("imposeDisposition", measure(&room.streamer, "WARNING", json!({}))).await;
        assert_eq!(said(&ask().await), "ALLOW:", "a warning forbids nothing");
        let taken = platform.on_measures("imposeDisposition",
            measure(&room.streamer, "LIVE_SUSPENSION", json!({ "validUntil": "2026-12-05" }))).await;
        let told = ask().await;
        assert_eq!(said(&told), "DENY: MEASURE_FORBIDS streamers.0 ERROR", "{told:#}");
        assert_eq!(told["reasons"][0]["article"]["number"], "第十二条");
        assert!(told["reasons"][0]["message"].as_str().expect("words").contains("限期停播"));
        platform.on_measures("imposeDisposition", measure(&room.operator, "LIVE_PAUSE", json!({}))).await;
        assert_eq!(said(&ask().await), "DENY: MEASURE_FORBIDS account ERROR, MEASURE_FORBIDS streamers.0 ERROR");
        let lifting = json!({ "disposition": taken["disposition"]["id"], "reason": "已改正" });
        platform.on_measures("liftDisposition", lifting).await;
        assert_eq!(said(&ask().await), "DENY: MEASURE_FORBIDS account ERROR");
    }

    async fn its_term_is_judged_by_the_day_of_the_livestream(app: TestApp) {
        let room = Room::open(&app).await;
        let platform = app.actor("xihu-live").await;
        platform.on_measures("imposeDisposition",
            measure(&room.streamer, "LIVE_SUSPENSION", json!({ "validUntil": "2026-12-02" }))).await;
        app.clock.set(instant("2026-12-02T20:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        for (at, verdict) in [("2026-12-02T23:00:00+08:00", "DENY"), ("2026-12-03T00:30:00+08:00", "ALLOW")] {
            platform.report(evening(json!({ "startsAt": at }))).await;
            let told = platform.clear(tonight(json!({ "at": at }))).await;
            assert_eq!(told["verdict"], verdict, "{at}: {told:#}");
        }
    }
}
