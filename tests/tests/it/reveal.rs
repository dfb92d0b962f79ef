//! Plain personal data: who gets them, what is recorded before, and how many an hour.

use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::look::{assert_tells, error_code};
use crate::operator::{company, credit_code, on_both, person, resident_id};
use crate::streamer::{streamer, streamer_id};

const REVEAL: &str = "mutation ($input: RevealInput!) { reveal(input: $input) {
  revealed { registration { id name phone } name number phone address } problems { code path message } } }";

const PURPOSE: &str = "核对第12号投诉";

impl Actor {
    async fn reveal(&self, registrations: &[Value], purpose: &str) -> Value {
        let input = json!({ "registrations": registrations, "purpose": purpose });
        self.data(REVEAL, json!({ "input": input })).await["reveal"].take()
    }
}

fn ids(batch: &Value) -> Vec<Value> {
    let results = batch["results"].as_array().expect("results").iter();
    results
        .map(|result| result["registration"]["id"].clone())
        .collect()
}

/// The purposes and subjects of what was revealed, in the order of the entries.
async fn recorded(app: &TestApp) -> Vec<String> {
    app.column("SELECT subjects || ' ' || purpose FROM audit WHERE operation = 'reveal' AND outcome = 'READ' ORDER BY id")
        .await
}

on_both! {
    async fn plain_values_are_told_and_each_person_is_recorded(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(1), company(2)]).await;
        let mut asked = ids(&made);
        let streamers = platform.register_streamers(vec![streamer(3)]).await;
        asked.extend(ids(&streamers));
        asked.push(asked[0].clone());
        let answer = platform.reveal(&asked, PURPOSE).await;
        assert_tells!(answer, []);
        let revealed = answer["revealed"].as_array().expect("revealed");
        assert_eq!(revealed.len(), 3, "who is asked for twice is told once: {answer:#}");
        let told = |row: &Value| json!([row["name"], row["number"], row["phone"], row["address"]]);
        assert_eq!(told(&revealed[0]), json!(["欧阳小明", resident_id("19900101", 1), "13900000001", "福田街道"]));
        assert_eq!(revealed[1]["number"], json!(credit_code(2)));
        assert_eq!(told(&revealed[2]), json!(["诸葛小红", streamer_id(3), "13700000003", "福田街道银海路1号"]));
        let masked = json!({ "id": asked[0], "name": "欧阳*明", "phone": "139****0001" });
        assert_eq!(revealed[0]["registration"], masked, "the registration itself stays masked");

        let entries = recorded(&app).await;
        assert_eq!(entries.len(), 3, "{entries:?}");
        for (entry, id) in entries.iter().zip(&asked) {
            let id = id.as_str().expect("an id");
            assert!(entries.iter().any(|entry| entry.contains(id)), "{id}");
            assert!(entry.contains(PURPOSE) && !entry.contains("欧阳"), "{entry}");
        }
    }

    async fn what_is_not_in_sight_is_answered_as_what_is_not_there(app: TestApp) {
        let made = app.actor("guangzhou-live").await.register(vec![person(1)]).await;
        let platform = app.actor("xihu-live").await;
        let own = ids(&platform.register(vec![person(2)]).await);
        let foreign = ids(&made)[0].clone();
        let absent = json!("01a00000-0000-7000-8000-000000000000");
        let answers = [&foreign, &absent, &json!("nonsense")].map(|id| [own[0].clone(), id.clone()]);
        let mut told = Vec::new();
        for asked in &answers {
            let answer = platform.reveal(asked, PURPOSE).await;
            assert_eq!(answer["revealed"].as_array().map(Vec::len), Some(1));
            assert_tells!(answer, [("NOT_FOUND", "registrations.1")]);
            told.push(answer);
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:#?}");
        let nothing = platform.reveal(&[foreign], PURPOSE).await;
        assert_tells!(nothing, [("NOT_FOUND", "registrations.0")]);
        let refused = app.number("SELECT count(*) FROM audit WHERE operation = 'reveal' AND outcome = 'REFUSED'").await;
        assert_eq!(refused, 1, "an attempt is recorded too");
    }

    async fn a_purpose_is_asked_for_and_names_nobody(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let own = ids(&platform.register(vec![person(1)]).await);
        for (purpose, code) in [
            ("", "EMPTY"),
            (" \u{3000}", "EMPTY"),
            ("核对13912345678", "PERSONAL_DATA_IN_TEXT"),
            ("核对 139 1234 5678", "PERSONAL_DATA_IN_TEXT"),
            ("核对＋86-139-1234-5678", "PERSONAL_DATA_IN_TEXT"),
            (&*format!("核对{}", resident_id("19900101", 1)), "PERSONAL_DATA_IN_TEXT"),
            (&*"长".repeat(201), "TOO_LONG"),
        ] {
            let answer = platform.reveal(&own, purpose).await;
            assert_eq!(answer["revealed"], json!([]), "{purpose}");
            assert_tells!(answer, [(code, "purpose")]);
        }
        let input = json!({ "registrations": own, "purpose": PURPOSE, "case": "01a00000-0000-7000-8000-000000000000" });
        let answer = platform.data(REVEAL, json!({ "input": input })).await["reveal"].take();
        assert_eq!(answer["revealed"], json!([]));
        assert_tells!(answer, [("CASE_UNKNOWN", "case")]);
        assert_eq!(recorded(&app).await, [""; 0]);
        let details = app.column("SELECT detail FROM audit WHERE operation = 'reveal'").await;
        assert_eq!(details.len(), 8);
        assert!(details.iter().all(|detail| !detail.contains("139")), "{details:?}");
    }

    async fn one_to_a_hundred_are_asked_for(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register((1..=101).map(person).collect()).await;
        let all = ids(&made);
        let asked = |registrations: &[Value]| json!({ "input": { "registrations": registrations, "purpose": PURPOSE } });
        assert_eq!(error_code(&platform.ask(REVEAL, asked(&[])).await), "BAD_USER_INPUT");
        assert_eq!(error_code(&platform.ask(REVEAL, asked(&all)).await), "LIMIT_EXCEEDED");
        let answer = platform.reveal(&all[..100], PURPOSE).await;
        assert_eq!(answer["revealed"].as_array().map(Vec::len), Some(100));
        assert_eq!(recorded(&app).await.len(), 100);
    }

    async fn so_many_an_hour_and_no_more(app: TestApp) {
        let app = app.beside(&[("limits.reveals_per_hour", "3")]).await;
        let platform = app.actor("xihu-live").await;
        let own = ids(&platform.register((1..=4).map(person).collect()).await);
        let asked = json!({ "input": { "registrations": own[..2], "purpose": PURPOSE } });
        let (one, other) = join(platform.ask(REVEAL, asked.clone()), platform.ask(REVEAL, asked.clone())).await;
        let told = [&one, &other].map(|answer| answer["data"]["reveal"]["revealed"].as_array().map(Vec::len));
        assert!(told.contains(&Some(2)) && told.contains(&None), "two requests do not both take what is left: {told:?}");
        let refused = platform.ask(REVEAL, asked.clone()).await;
        assert_eq!(error_code(&refused), "RATE_LIMITED", "{refused:#}");
        let wait = refused["errors"][0]["extensions"]["retryAfter"].as_i64().expect("when to ask again");
        assert!((3_590..=3_600).contains(&wait), "{wait}");
        assert_eq!(platform.reveal(&own[..1], PURPOSE).await["revealed"].as_array().map(Vec::len), Some(1), "one is left");
        let other = app.actor("xihu-other").await;
        let theirs = ids(&other.register(vec![person(9)]).await);
        assert_eq!(other.reveal(&theirs, PURPOSE).await["revealed"].as_array().map(Vec::len), Some(1), "each client by itself");
        app.clock.advance(TimeDelta::minutes(61));
        let platform = app.actor("xihu-live").await;
        assert_eq!(platform.reveal(&own[..3], PURPOSE).await["revealed"].as_array().map(Vec::len), Some(3));
    }
}
