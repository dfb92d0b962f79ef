//! Presenters that are no people: periods of an operator's registration, whose producer is masked as anybody is, and which
//! never come among the streamers, on no sheet and in no list.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp, instant};
use crate::look::{assert_tells, outcomes};
use crate::operator::{REGISTER, company, credit_code, on_both, resident_id};
use crate::streamer::{in_rooms, streamer_id};
use crate::submission::cells;

/// A presenter in the first room of the first company, made by a firm.
fn figure() -> Value {
    json!({
        "name": "小禾数字人", "accountNumber": "acct-1",
        "producer": { "name": "杭州槿鹿数字科技有限公司", "identity": { "kind": "USCC", "number": credit_code(700) } },
    })
}

/// A presenter in any room, made by a person.
fn singer() -> Value {
    json!({
        "name": "阿岚 AI",
        "producer": { "name": "皇甫清越", "identity": { "kind": "RESIDENT_ID", "number": resident_id("19880808", 9) } },
    })
}

/// The first company with these presenters.
fn with(presenters: Value) -> Value {
    let mut item = company(1);
    item["presenters"] = presenters;
    item
}

/// What the first company says of itself now, and nothing else.
fn patch(fields: Value) -> Value {
    let mut item = json!({ "identity": company(1)["identity"] });
    for (name, value) in fields.as_object().expect("fields") {
        item[name] = value.clone();
    }
    item
}

impl Actor {
    /// An operator's presenters, and what its last revision changed.
    async fn presenters(&self, id: &Value) -> (Value, Value) {
        const READ: &str = "query ($id: ID!) { operator(id: $id) {
          presenters { name accountNumber since until
            producer { name identity { kind masked } }
            responsibleOperator { id name identity { kind masked } } }
          history(first: 1) { edges { node { changed } } } } }";
        let mut data = self.data(READ, json!({ "id": id })).await;
        let operator = &mut data["operator"];
        let changed = operator["history"]["edges"][0]["node"]["changed"].take();
        (operator["presenters"].take(), changed)
    }

    /// Their names and days alone, `name since until`.
    async fn periods(&self, id: &Value) -> Vec<String> {
        let (presenters, _) = self.presenters(id).await;
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let presenters = presenters.as_array().expect("presenters").iter();
        presenters
            .map(|one| {
                let [name, since, until] =
                    ["name", "since", "until"].map(|field| text(&one[field]));
                format!("{name} {since} {until}")
            })
            .collect()
    }
}

/// The id of the only registration of an answer.
fn id_of(answer: &Value) -> Value {
    answer["results"][0]["registration"]["id"].clone()
}

on_both! {
    async fn a_presenter_says_who_made_it_and_who_answers_for_it(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let unsigned = json!({ "name": "丙", "producer": { "name": "槿鹿工作室" } });
        let made = platform.register(vec![with(json!([singer(), figure(), unsigned]))]).await;
        assert_eq!(outcomes(&made), "CREATED", "{made:#}");
        assert_tells!(made["results"][0], []);
        let id = id_of(&made);
        let number = resident_id("19880808", 9);
        let masked = format!("{}*************{}", &number[..3], &number[16..]);
        let company = json!({ "id": id, "name": "宁波海曙第1号直播有限公司", "identity": { "kind": "USCC", "masked": credit_code(1) } });
        // Its own platform and the city where the operator sits see the same.
        for viewer in ["xihu-live", "ningbo"] {
            let (presenters, changed) = app.actor(viewer).await.presenters(&id).await;
            let shown = |name: &str, room: Value, producer: Value| json!({
                "name": name, "accountNumber": room, "producer": producer, "responsibleOperator": company,
                "since": "2026-12-01", "until": null,
            });
            assert_eq!(presenters, json!([
                // Without a credit code nobody knows that the name is no person's.
                shown("丙", Value::Null, json!({ "name": "槿***室", "identity": null })),
                shown("小禾数字人", json!("acct-1"), json!({
                    "name": "杭州槿鹿数字科技有限公司", "identity": { "kind": "USCC", "masked": credit_code(700) } })),
                shown("阿岚 AI", Value::Null, json!({
                    "name": "皇甫*越", "identity": { "kind": "RESIDENT_ID", "masked": masked } })),
            ]), "{viewer}");
            assert!(changed.as_array().expect("fields").contains(&json!("presenters")));
        }
    }

    async fn a_person_who_answers_for_one_is_masked(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut person = crate::operator::person(1);
        person["presenters"] = json!([singer()]);
        let made = platform.register(vec![person]).await;
        let (presenters, _) = platform.presenters(&id_of(&made)).await;
        assert_eq!(presenters[0]["responsibleOperator"]["name"], "欧阳*明", "{presenters:#}");
        let shown = presenters[0]["responsibleOperator"]["identity"]["masked"].as_str();
        assert!(shown.is_some_and(|number| number.contains('*')), "{presenters:#}");
    }

    async fn presenters_are_periods(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let id = id_of(&platform.register(vec![with(json!([figure(), singer()]))]).await);
        app.clock.advance(TimeDelta::days(2));
        let platform = app.actor("xihu-live").await;
        platform.register(vec![patch(json!({ "phone": "0574-87654321" }))]).await;
        assert_eq!(platform.periods(&id).await, ["小禾数字人 2026-12-01 -", "阿岚 AI 2026-12-01 -"], "absent keeps");

        let mut known = singer();
        known["producer"] = json!({ "name": "杭州槿鹿数字科技有限公司" });
        let list = patch(json!({ "presenters": [known, { "name": "阿川", "producer": { "name": "槿鹿" } }] }));
        let replaced = platform.register(vec![list.clone()]).await;
        assert_eq!(outcomes(&replaced), "UPDATED", "{replaced:#}");
        let (presenters, changed) = platform.presenters(&id).await;
        assert_eq!(changed, json!(["presenters"]));
        assert_eq!(presenters[0]["producer"]["name"], "杭**********司", "the same presenter, another producer");
        assert_eq!(platform.periods(&id).await,
            ["阿岚 AI 2026-12-01 -", "阿川 2026-12-03 -", "小禾数字人 2026-12-01 2026-12-03"]);
        assert_eq!(outcomes(&platform.register(vec![list]).await), "UNCHANGED");

        app.clock.advance(TimeDelta::days(1));
        let platform = app.actor("xihu-live").await;
        assert_eq!(outcomes(&platform.register(vec![patch(json!({ "presenters": null }))]).await), "UPDATED");
        assert_eq!(platform.periods(&id).await, ["阿岚 AI 2026-12-01 2026-12-04", "阿川 2026-12-03 2026-12-04",
            "小禾数字人 2026-12-01 2026-12-03"], "the latest end first");
        let back = platform.register(vec![patch(json!({ "presenters": [figure()] }))]).await;
        assert_eq!(outcomes(&back), "UPDATED", "{back:#}");
        let periods = platform.periods(&id).await;
        assert_eq!((periods.len(), periods[0].as_str()), (4, "小禾数字人 2026-12-04 -"), "a period of its own");
    }

    async fn a_presenter_ends_with_its_room_and_with_its_operator(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let id = id_of(&platform.register(vec![with(json!([figure(), singer()]))]).await);
        app.clock.advance(TimeDelta::days(1));
        let platform = app.actor("xihu-live").await;
        let moved = patch(json!({ "accounts": [{ "accountNumber": "acct-9" }] }));
        assert_eq!(outcomes(&platform.register(vec![moved]).await), "UPDATED");
        let (_, changed) = platform.presenters(&id).await;
        assert_eq!(changed, json!(["accounts", "presenters"]));
        assert_eq!(platform.periods(&id).await, ["阿岚 AI 2026-12-01 -", "小禾数字人 2026-12-01 2026-12-02"]);
        let early = json!({ "registration": id, "on": "2026-11-15", "reason": "MISTAKE" });
        assert_eq!(outcomes(&platform.close(vec![early]).await), "CLOSED");
        let (_, changed) = platform.presenters(&id).await;
        assert_eq!(changed, json!(["status", "accounts", "presenters"]));
        assert_eq!(platform.periods(&id).await,
            ["阿岚 AI 2026-12-01 2026-12-01", "小禾数字人 2026-12-01 2026-12-02"], "none ends before it began");
        assert_eq!(outcomes(&platform.register(vec![company(1)]).await), "REOPENED");
        assert!(platform.periods(&id).await.iter().all(|period| !period.ends_with('-')), "opening again brings none back");
    }

    async fn what_cannot_be_a_presenter_is_told_at_its_place(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let before = app.counts().await;
        let named = |name: &str| json!({ "name": name, "producer": { "name": "槿鹿" } });
        let spaced = format!("小美 {}", streamer_id(1).replacen("1995", "-1995", 1));
        let mut elsewhere = figure();
        elsewhere["accountNumber"] = json!("acct-2");
        let mut room = figure();
        room["accountNumber"] = json!("acct-*");
        let mut producer = singer();
        producer["producer"]["identity"]["number"] = json!("330782198808080090");
        for (presenters, expected) in [
            (json!([named("甲"), named("甲")]), vec![("PRESENTER_TWICE", "1.name")]),
            (json!([figure(), elsewhere]), vec![("PRESENTER_ROOM_UNKNOWN", "1.accountNumber")]),
            (json!([named(&streamer_id(1)), named(&spaced)]),
                vec![("PRESENTER_IS_PERSON", "0.name"), ("PRESENTER_IS_PERSON", "1.name")]),
            (json!([named(" "), named("小*禾"), named(&"长".repeat(201))]),
                vec![("EMPTY", "0.name"), ("MASKED_VALUE", "1.name"), ("TOO_LONG", "2.name")]),
            (json!([room]), vec![("MASKED_VALUE", "0.accountNumber")]),
            (json!([producer]), vec![("RESIDENT_ID_CHECK", "0.producer.identity.number")]),
            (json!([{ "name": "甲", "producer": { "name": "" } }]), vec![("EMPTY", "0.producer.name")]),
        ] {
            let told = platform.register(vec![with(presenters)]).await;
            assert_eq!(outcomes(&told), "REJECTED", "{told:#}");
            let expected: Vec<_> = expected.iter().map(|(code, path)| ((*code).to_owned(), format!("items.0.presenters.{path}"))).collect();
            assert_eq!(crate::look::told(&told["results"][0]["problems"]), expected, "{told:#}");
        }
        let many: Vec<_> = (0..1_001).map(|n| named(&n.to_string())).collect();
        let many = platform.register(vec![with(json!(many))]).await;
        assert_tells!(many["results"][0], [("TOO_MANY", "items.0.presenters")]);
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before, "a refusal writes nothing");

        let anonymous = platform.register(vec![with(json!([{ "name": "甲" }, figure()]))]).await;
        assert_eq!(outcomes(&anonymous), "CREATED", "{anonymous:#}");
        assert_tells!(anonymous["results"][0], [("PRODUCER_UNKNOWN", "items.0.presenters.0.producer")]);
        let apart = json!([{ "name": "甲", "accountNumber": "acct-1" }, { "name": "甲" }]);
        let apart = platform.register(vec![with(apart)]).await;
        assert_eq!(outcomes(&apart), "UPDATED", "one figure in one room and in all is two: {apart:#}");
    }

    async fn a_presenter_has_no_number_of_its_own(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut disguised = figure();
        disguised["identity"] = json!({ "kind": "RESIDENT_ID", "number": streamer_id(1) });
        let item = with(json!([disguised]));
        let asked = platform.ask(REGISTER, json!({ "input": { "items": [item] } })).await;
        assert_eq!(asked["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{asked:#}");
        let job = platform.imported(&app, &format!("{item}\n")).await;
        let read = platform.data("query ($id: ID!) { importJob(id: $id) { accepted problems { code path } } }", json!({ "id": job })).await;
        assert_tells!(read["importJob"], [("FIELD_UNKNOWN", "1.presenters.0.identity")]);
        assert_eq!(app.number("SELECT count(*) FROM registration").await, 0);
    }

    async fn ended_presenters_are_kept_up_to_the_setting(app: TestApp) {
        let small = app.beside(&[("registration.ended_presenters", "2")]).await;
        let mut id = Value::Null;
        for name in ["甲", "乙", "丙", "丁"] {
            let platform = small.actor("xihu-live").await;
            let list = json!([{ "name": name, "producer": { "name": "槿鹿" } }]);
            id = id_of(&platform.register(vec![with(list)]).await);
            small.clock.advance(TimeDelta::days(1));
        }
        assert_eq!(small.actor("xihu-live").await.periods(&id).await,
            ["丁 2026-12-04 -", "丙 2026-12-03 2026-12-04", "乙 2026-12-02 2026-12-03"]);
        assert_eq!(app.number("SELECT count(*) FROM revision").await, 4, "the revisions have them all");
    }

    async fn a_filed_row_does_not_change_by_what_no_sheet_says(app: TestApp) {
        app.clock.set(instant("2027-01-05T09:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1), company(2)]).await;
        let first = platform.prepare(json!({ "window": "2027-01" })).await;
        app.work().await;
        platform.step("fileSubmission", &first).await;
        let mut room = company(1)["accounts"][0].clone();
        room["profile"] = json!({ "teamSize": 12, "turnoverBand": "500万元以下" });
        let more = patch(json!({ "accounts": [room], "presenters": [figure(), singer()] }));
        let phone = json!({ "identity": company(2)["identity"], "phone": "0574-87654321" });
        let updated = platform.register(vec![more, phone]).await;
        assert_eq!(outcomes(&updated), "UPDATED UPDATED", "{updated:#}");

        let corrected = platform.prepare(json!({ "window": "2027-01", "kind": "CORRECTION" })).await;
        assert_eq!(corrected["submission"]["rowCount"], 1, "the phone only: {corrected:#}");
        let next = platform.prepare(json!({ "window": "2027-07" })).await;
        app.work().await;
        let files = platform.filing(&next).await["submission"]["files"].take();
        let bytes = platform.fetch(&files[0]).await.bytes().await.expect("bytes");
        let states: Vec<_> = cells(&bytes, "已登记运营者").into_iter().map(|mut row| row.remove(8)).collect();
        assert_eq!(states, ["未变", "变更"]);
    }
}

/// An operator with presenters and one real streamer in its room, filed under an edition.
async fn never_among_streamers(engine: Engine, edition: &str) {
    let app = TestApp::start_with(engine, &[("law.edition", edition)]).await;
    let platform = app.actor("xihu-live").await;
    let made = platform
        .register(vec![with(json!([figure(), singer()]))])
        .await;
    assert_eq!(outcomes(&made), "CREATED", "{made:#}");
    let mut loaded = company(2);
    loaded["presenters"] = json!([singer()]);
    platform.imported(&app, &format!("{loaded}\n")).await;
    let streamers = platform.register_streamers(vec![in_rooms(1, &[1])]).await;
    assert_eq!(outcomes(&streamers), "CREATED", "{streamers:#}");

    let prepared = platform.prepare(json!({ "window": "2027-01" })).await;
    assert_eq!(app.work().await, 1);
    let filing = platform.filing(&prepared).await;
    let files = &filing["submission"]["files"];
    let bytes = platform.fetch(&files[0]).await.bytes().await;
    let bytes = bytes.expect("bytes");
    assert_eq!(cells(&bytes, "已登记运营者").len(), 2, "{edition}");
    let rows = cells(&bytes, "直播营销人员");
    assert_eq!(rows.len(), 1, "{edition}: {rows:?}");
    assert_eq!((&*rows[0][1], &*rows[0][3]), ("诸葛小红", &*streamer_id(1)));
    for sheet in filing["submission"]["sheets"].as_array().expect("sheets") {
        let name = sheet["sheet"].as_str().expect("a name");
        let text = format!("{:?}", cells(&bytes, name));
        let number = resident_id("19880808", 9);
        for foreign in ["小禾数字人", "阿岚", "皇甫清越", number.as_str()] {
            assert!(!text.contains(foreign), "{edition}: {name} has {foreign}");
        }
    }
    let list = "{ streamers(first: 10) { totalCount } }";
    let list = platform.data(list, json!({})).await;
    assert_eq!(list["streamers"]["totalCount"], 1);
    let parties = "SELECT count(*) FROM party WHERE kind = 'RESIDENT_ID'";
    assert_eq!(
        app.number(parties).await,
        1,
        "a producer is no party by that"
    );
}

mod no_sheet_of_either_edition_has_a_presenter {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn order_on_sqlite() {
        never_among_streamers(Engine::Sqlite, "order-117").await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn order_on_postgres() {
        never_among_streamers(Engine::Postgres, "order-117").await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn draft_on_sqlite() {
        never_among_streamers(Engine::Sqlite, "draft-2025").await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn draft_on_postgres() {
        never_among_streamers(Engine::Postgres, "draft-2025").await;
    }
}
