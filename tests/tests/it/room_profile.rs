//! Profiles of rooms: dated observations that join what was seen before, by a platform or by a bureau, and that cost a
//! batch no statement.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::look::{assert_tells, outcomes};
use crate::operator::{company, on_both};

/// Everything that the survey form asks of a room.
fn whole() -> Value {
    json!({
        "on": "2026-11-20", "certification": "企业认证", "teamSize": 15, "followers": 120_000, "following": 36,
        "streamers": 3, "operatingModel": "品牌方自播", "turnoverBand": "500万元至2000万元",
    })
}

/// A company whose only room was seen like this.
fn seen(n: u32, profile: Value) -> Value {
    let mut item = company(n);
    item["accounts"][0]["profile"] = profile;
    item
}

/// The first company's room, seen like this.
fn look(profile: Value) -> Value {
    let accounts = [json!({ "accountNumber": "acct-1", "profile": profile })];
    json!({ "identity": company(1)["identity"], "accounts": accounts })
}

impl Actor {
    /// An operator's accounts with their profiles.
    async fn rooms(&self, id: &Value) -> Value {
        const READ: &str = "query ($id: ID!) { operator(id: $id) { accounts {
          accountNumber role followers until newest: profile { on }
          before: profile(on: \"2026-11-15\") { on } never: profile(on: \"2026-11-01\") { on }
          profiles { on source certification teamSize followers following streamers operatingModel turnoverBand } } } }";
        let mut data = self.data(READ, json!({ "id": id })).await;
        data["operator"]["accounts"].take()
    }

    /// The days on which each room was seen, in the order in which they are told.
    async fn days(&self, id: &Value) -> Vec<Vec<String>> {
        let rooms = self.rooms(id).await;
        let days = |room: &Value| {
            let profiles = room["profiles"].as_array().expect("profiles").iter();
            profiles
                .map(|profile| profile["on"].as_str().expect("a day").to_owned())
                .collect()
        };
        rooms
            .as_array()
            .expect("accounts")
            .iter()
            .map(days)
            .collect()
    }
}

fn id_of(answer: &Value) -> Value {
    answer["results"][0]["registration"]["id"].clone()
}

on_both! {
    async fn a_profile_says_what_the_form_asks(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![seen(1, whole())]).await;
        assert_eq!(outcomes(&made), "CREATED", "{made:#}");
        assert_tells!(made["results"][0], []);
        let id = id_of(&made);
        let rooms = platform.rooms(&id).await;
        let mut expected = whole();
        expected["source"] = json!("PLATFORM");
        assert_eq!(rooms[0]["profiles"], json!([expected]));
        assert_eq!(rooms[0]["newest"]["on"], "2026-11-20");
        assert_eq!(rooms[0]["followers"], 120_000, "nobody said otherwise of the account");
        assert_eq!(app.actor("ningbo").await.rooms(&id).await, rooms);
        assert_eq!(app.actor("guangdong").await.rooms(&id).await, Value::Null);
    }

    async fn a_bureau_s_profiles_come_from_its_survey(app: TestApp) {
        let ningbo = app.actor("ningbo").await;
        let mut site = seen(1, whole());
        site["ownSite"] = json!("https://shop1.example.com/live");
        let made = ningbo.register(vec![site]).await;
        assert_eq!(outcomes(&made), "CREATED", "{made:#}");
        let rooms = ningbo.rooms(&id_of(&made)).await;
        assert_eq!(rooms[0]["profiles"][0]["source"], "SURVEY", "{rooms:#}");
        assert_eq!(rooms[0]["profiles"][0]["teamSize"], 15);
    }

    async fn days_stand_beside_each_other_and_the_same_day_replaces(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        // Half past midnight in Shanghai: the day of a profile that names none.
        let mut first = seen(1, json!({ "teamSize": 10, "certification": "企业认证" }));
        first["observedAt"] = json!("2026-11-20T16:30:00Z");
        let id = id_of(&platform.register(vec![first]).await);
        assert_eq!(platform.days(&id).await, [["2026-11-21"]]);
        let older = platform.register(vec![look(json!({ "on": "2026-11-10", "teamSize": 8, "followers": 900 }))]).await;
        assert_eq!(outcomes(&older), "UPDATED", "{older:#}");
        let history = platform.operator(&id).await["history"]["edges"][0]["node"]["changed"].take();
        assert_eq!(history, json!(["profiles"]));
        assert_eq!(platform.days(&id).await, [["2026-11-21", "2026-11-10"]], "an older day displaces nothing");
        let room = &platform.rooms(&id).await[0];
        assert_eq!((&room["newest"]["on"], &room["before"]["on"], &room["never"]),
            (&json!("2026-11-21"), &json!("2026-11-10"), &Value::Null));
        assert_eq!(room["followers"], 900, "the newest profile that counted");

        let again = look(json!({ "on": "2026-11-21", "teamSize": 11 }));
        assert_eq!(outcomes(&platform.register(vec![again.clone()]).await), "UPDATED");
        let room = &platform.rooms(&id).await[0];
        assert_eq!((&room["profiles"][0]["teamSize"], &room["profiles"][0]["certification"]), (&json!(11), &Value::Null), "as a whole");
        assert_eq!(outcomes(&platform.register(vec![again]).await), "UNCHANGED");
        let today = platform.register(vec![look(json!({ "streamers": 0 }))]).await;
        assert_eq!(outcomes(&today), "UPDATED", "without observedAt it is seen today");
        assert_eq!(platform.days(&id).await, [["2026-12-01", "2026-11-21", "2026-11-10"]]);
        let mut counted = look(json!({ "followers": 950 }));
        counted["accounts"][0]["followers"] = json!(940);
        platform.register(vec![counted]).await;
        assert_eq!(platform.rooms(&id).await[0]["followers"], 940, "what is said of the account itself");
    }

    async fn a_room_keeps_its_profiles_when_its_tie_ends_or_turns(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let id = id_of(&platform.register(vec![seen(1, whole())]).await);
        let accounts = |list: Value| json!({ "identity": company(1)["identity"], "accounts": list });
        let kept = platform.register(vec![accounts(json!([{ "accountNumber": "acct-1" }, { "accountNumber": "b" }]))]).await;
        assert_eq!(outcomes(&kept), "UPDATED");
        assert_eq!(platform.days(&id).await, [vec!["2026-11-20".to_owned()], vec![]], "a list without profiles takes none away");
        app.clock.advance(TimeDelta::days(1));
        let platform = app.actor("xihu-live").await;
        let turned = json!([{ "accountNumber": "acct-1", "role": "ACTUAL_OPERATOR", "profile": { "teamSize": 2 } }]);
        platform.register(vec![accounts(turned)]).await;
        let rooms = platform.rooms(&id).await;
        let told: Vec<_> = rooms.as_array().expect("accounts").iter().map(|room| {
            (room["role"].as_str().expect("a role"), room["until"].is_null(), room["profiles"].as_array().expect("profiles").len())
        }).collect();
        assert!(told.contains(&("ACTUAL_OPERATOR", true, 2)), "{rooms:#}");
        app.clock.advance(TimeDelta::days(1));
        let platform = app.actor("xihu-live").await;
        let close = json!({ "registration": id, "on": "2026-12-01", "reason": "MISTAKE" });
        assert_eq!(outcomes(&platform.close(vec![close]).await), "CLOSED");
        let rooms = platform.rooms(&id).await;
        let first = rooms.as_array().expect("accounts").iter().find(|room| room["accountNumber"] == "acct-1" && room["role"] == "HOLDER");
        assert_eq!(first.expect("the first tie")["profiles"].as_array().map(Vec::len), Some(2), "what was seen until it ended: {rooms:#}");
        assert_eq!(outcomes(&platform.register(vec![look(json!({ "teamSize": 3 }))]).await), "REOPENED");
        let rooms = platform.rooms(&id).await;
        assert_eq!(rooms[0]["profiles"].as_array().map(Vec::len), Some(3), "opened again, with all of them: {rooms:#}");
    }

    async fn the_oldest_fall_out_beyond_the_setting(app: TestApp) {
        let small = app.beside(&[("registration.room_profiles", "3")]).await;
        let platform = small.actor("xihu-live").await;
        let id = id_of(&platform.register(vec![seen(1, json!({ "on": "2026-11-03", "teamSize": 3 }))]).await);
        for day in [5, 4, 1, 2] {
            platform.register(vec![look(json!({ "on": format!("2026-11-0{day}"), "teamSize": day }))]).await;
        }
        assert_eq!(platform.days(&id).await, [["2026-11-05", "2026-11-04", "2026-11-03"]]);
        let late = platform.register(vec![look(json!({ "on": "2026-10-01", "teamSize": 1 }))]).await;
        assert_eq!(outcomes(&late), "UNCHANGED", "older than all that are kept");
        assert_eq!(outcomes(&platform.register(vec![look(json!({ "on": "2026-11-06", "teamSize": 6 }))]).await), "UPDATED");
        assert_eq!(platform.days(&id).await, [["2026-11-06", "2026-11-05", "2026-11-04"]]);
        assert_eq!(app.actor("xihu-live").await.days(&id).await.concat().len(), 3, "they are gone for every process");
    }

    async fn what_nobody_can_have_seen_is_told_at_its_place(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let before = app.counts().await;
        for (profile, code, path) in [
            (json!({}), "EMPTY", ""),
            (json!({ "on": "2026-11-20" }), "EMPTY", ""),
            (json!({ "on": "2026-12-02", "teamSize": 1 }), "DATE_IN_FUTURE", ".on"),
            (json!({ "teamSize": -1 }), "OUT_OF_RANGE", ".teamSize"),
            (json!({ "teamSize": 100_001 }), "OUT_OF_RANGE", ".teamSize"),
            (json!({ "streamers": 100_001 }), "OUT_OF_RANGE", ".streamers"),
            (json!({ "followers": -5 }), "OUT_OF_RANGE", ".followers"),
            (json!({ "followers": 2_000_000_001 }), "OUT_OF_RANGE", ".followers"),
            (json!({ "following": -5 }), "OUT_OF_RANGE", ".following"),
            (json!({ "certification": "" }), "EMPTY", ".certification"),
            (json!({ "certification": "企业*认证" }), "MASKED_VALUE", ".certification"),
            (json!({ "operatingModel": "长".repeat(201) }), "TOO_LONG", ".operatingModel"),
            (json!({ "turnoverBand": "100\u{7}万" }), "CONTROL_CHARACTER", ".turnoverBand"),
        ] {
            let told = platform.register(vec![seen(1, profile.clone())]).await;
            assert_eq!(outcomes(&told), "REJECTED", "{profile}");
            let place = format!("items.0.accounts.0.profile{path}");
            assert_tells!(told["results"][0], [(code, place.as_str())]);
        }
        let several = json!({ "teamSize": -1, "streamers": -1, "operatingModel": "" });
        let told = platform.register(vec![seen(1, several)]).await;
        assert_tells!(told["results"][0], [
            ("EMPTY", "items.0.accounts.0.profile.operatingModel"),
            ("OUT_OF_RANGE", "items.0.accounts.0.profile.teamSize"),
            ("OUT_OF_RANGE", "items.0.accounts.0.profile.streamers"),
        ]);
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before, "a refusal writes nothing");
        let unknown = "mutation ($input: RegisterOperatorsInput!) { registerOperators(input: $input) { processed } }";
        let input = json!({ "input": { "items": [seen(1, json!({ "mood": "good" }))] } });
        let asked = platform.ask(unknown, input).await;
        assert_eq!(asked["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    }

    async fn profiles_and_presenters_cost_no_statement(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let full = |n: u32| {
            let mut item = seen(n, whole());
            let producer = json!({ "name": "槿鹿" });
            item["presenters"] = json!([{ "name": "小禾数字人", "accountNumber": format!("acct-{n}"), "producer": producer }]);
            item
        };
        platform.register(vec![company(99)]).await;
        let mut counted = Vec::new();
        for items in [(1..=40).map(company).collect::<Vec<_>>(), (41..=80).map(full).collect()] {
            let before = app.statements();
            let made = platform.register(items).await;
            counted.push(app.statements() - before);
            assert_eq!(made["created"], 40, "{:#}", made["results"][0]);
        }
        assert_eq!(counted[0], counted[1]);
        let list = "{ operators(first: 100) { edges { node { accounts { profiles { on } } presenters { responsibleOperator { name } } } } } }";
        let bare = "{ operators(first: 100) { edges { node { accounts { accountNumber } } } } }";
        let mut read = Vec::new();
        for query in [bare, list] {
            let before = app.statements();
            platform.data(query, json!({})).await;
            read.push(app.statements() - before);
        }
        assert_eq!(read[0], read[1], "nor do they on a page");
    }

    async fn a_file_says_them_as_a_request_does(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut item = seen(1, whole());
        item["presenters"] = json!([{ "name": "小禾数字人", "accountNumber": "acct-1", "producer": { "name": "皇甫清越" } }]);
        let mut wrong = seen(2, json!({ "teamSize": "many" }));
        wrong["presenters"] = json!([{ "name": "甲" }]);
        let mut lone = seen(3, json!({ "teamSize": -1 }));
        lone["presenters"] = json!([{ "name": "甲", "accountNumber": "acct-9", "producer": { "name": "乙" } }]);
        let job = platform.imported(&app, &format!("{item}\n{wrong}\n{lone}\n")).await;
        let query = "query ($id: ID!) { importJob(id: $id) { created rejected problems { code path } } }";
        let read = platform.data(query, json!({ "id": job })).await["importJob"].take();
        assert_eq!((&read["created"], &read["rejected"]), (&json!(1), &json!(2)), "{read:#}");
        assert_tells!(read, [
            ("VALUE_FORM", "2.accounts.0.profile.teamSize"),
            ("OUT_OF_RANGE", "3.accounts.0.profile.teamSize"),
        ]);
        let list = "{ operators(first: 5) { edges { node { accounts { profiles { on teamSize } } presenters { name producer { name } } } } } }";
        let list = platform.data(list, json!({})).await;
        assert_eq!(list["operators"]["edges"], json!([{ "node": {
            "accounts": [{ "profiles": [{ "on": "2026-11-20", "teamSize": 15 }] }],
            "presenters": [{ "name": "小禾数字人", "producer": { "name": "皇甫*越" } }] } }]));
    }
}
