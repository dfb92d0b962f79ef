//! Streamers as a platform and its regulators meet them, and the ties that they declare.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::agency::{agency, agency_code, with_agency};
use crate::app::{Actor, TestApp};
use crate::look::{assert_tells, outcomes};
use crate::operator::{company, credit_code, on_both, resident_id};

/// A natural person born on 2 February 1995, living in Yiwu.
pub(crate) fn streamer(n: u32) -> Value {
    json!({
        "externalId": format!("s-{n}"),
        "identity": { "kind": "RESIDENT_ID", "number": streamer_id(n) },
        "name": "诸葛小红",
        "stageName": format!("小红{n}号"),
        "phone": format!("137{n:08}"),
        "residence": { "text": "福田街道银海路1号", "division": "330782" },
        "qualifications": [{ "title": "互联网营销师", "certificateNumber": format!("Z{n:05}") }],
        "occupation": "主播",
    })
}

/// A resident number of a streamer.
pub(crate) fn streamer_id(n: u32) -> String {
    resident_id("19950202", n)
}

/// A streamer in the rooms of companies.
pub(crate) fn in_rooms(n: u32, operators: &[u32]) -> Value {
    let mut streamer = streamer(n);
    let identity = |n: &u32| json!({ "kind": "USCC", "number": credit_code(*n) });
    streamer["operators"] = operators.iter().map(identity).collect();
    streamer
}

const FIELDS: &str = "id kind name stageName phone status closedOn revision fingerprint occupation
  residence { text division { code } } qualifications { title certificateNumber } verification { state dueOn }
  party { identity { kind masked } } agency { id name } operators { totalCount edges { node { id name } } }
  history { edges { node { number changed } } }";

impl Actor {
    /// Registers subjects of a kind, named by its plural.
    pub(crate) async fn register_kind(&self, plural: &str, items: Vec<Value>) -> Value {
        let query = format!(
            "mutation ($input: Register{plural}Input!) {{ register{plural}(input: $input) {{
               processed created updated closed reopened unchanged rejected stale
               results {{ index outcome registration {{ id kind revision fingerprint }}
                         problems {{ code path severity message }} }}
               problems {{ code path }} }} }}"
        );
        let mut data = self
            .data(&query, json!({ "input": { "items": items } }))
            .await;
        data[format!("register{plural}")].take()
    }

    /// Registers streamers.
    pub(crate) async fn register_streamers(&self, items: Vec<Value>) -> Value {
        self.register_kind("Streamers", items).await
    }

    /// A streamer with everything tied to it.
    pub(crate) async fn streamer(&self, id: &Value) -> Value {
        let query = format!("query ($id: ID!) {{ streamer(id: $id) {{ {FIELDS} }} }}");
        self.data(&query, json!({ "id": id })).await["streamer"].take()
    }

    /// The names on a list of streamers under a filter.
    async fn streamers(&self, filter: Value) -> Vec<Value> {
        let query = "query ($filter: RegistrationFilter) { streamers(filter: $filter) {
          edges { node { externalId } } } }";
        let mut data = self.data(query, json!({ "filter": filter })).await;
        let edges = data["streamers"]["edges"].as_array_mut().expect("edges");
        edges
            .iter_mut()
            .map(|edge| edge["node"]["externalId"].take())
            .collect()
    }
}

/// The ids of a batch.
fn ids(batch: &Value) -> Vec<Value> {
    let results = batch["results"].as_array().expect("results").iter();
    results
        .map(|result| result["registration"]["id"].clone())
        .collect()
}

on_both! {
    async fn a_streamer_is_registered_with_agency_and_rooms(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1), company(2)]).await;
        platform.register_agencies(vec![agency(1)]).await;
        let mut item = in_rooms(1, &[1, 2]);
        item["agency"] = json!({ "kind": "USCC", "number": agency_code(1) });
        let made = platform.register_streamers(vec![item.clone()]).await;
        assert_eq!(outcomes(&made), "CREATED");
        assert_tells!(made["results"][0], []);
        let id = &ids(&made)[0];
        let read = platform.streamer(id).await;
        assert_eq!(read["name"], "诸葛*红", "a person's name is masked");
        assert_eq!(read["residence"]["text"], "浙江省金华市义乌市***");
        assert_eq!(read["agency"]["name"], "杭州第1号文化传媒有限公司");
        assert_eq!(read["operators"]["totalCount"], 2);
        assert_eq!(read["verification"]["state"], "NOT_REQUIRED", "Order 117 names no interval for streamers");
        assert_eq!(outcomes(&platform.register_streamers(vec![item]).await), "UNCHANGED");
        let query = "{ operators { edges { node { externalId streamers { totalCount edges { node { stageName } } } } } } }";
        let rooms = platform.data(query, json!({})).await;
        for room in rooms["operators"]["edges"].as_array().expect("edges") {
            assert_eq!(room["node"]["streamers"]["totalCount"], 1, "{room:#}");
            assert_eq!(room["node"]["streamers"]["edges"][0]["node"]["stageName"], "小红1号");
        }
    }

    async fn who_is_not_registered_yet_joins_by_registering(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut item = in_rooms(1, &[1]);
        item["agency"] = json!({ "kind": "USCC", "number": agency_code(1) });
        let made = platform.register_streamers(vec![item.clone()]).await;
        assert_eq!(outcomes(&made), "CREATED", "a pending tie refuses nothing");
        assert_tells!(made["results"][0], [("TIE_PENDING", "items.0.agency"), ("TIE_PENDING", "items.0.operators.0")]);
        let id = &ids(&made)[0];
        let before = platform.streamer(id).await;
        assert_eq!((&before["agency"], &before["operators"]["totalCount"]), (&Value::Null, &json!(0)));
        platform.register(vec![company(1)]).await;
        platform.register_agencies(vec![agency(1)]).await;
        let after = platform.streamer(id).await;
        assert_eq!(after["operators"]["totalCount"], 1);
        assert_eq!(after["agency"]["name"], "杭州第1号文化传媒有限公司");
        assert_eq!(after["fingerprint"], before["fingerprint"], "the agency's identity was known from the start");
        assert_eq!(after["revision"], 1);
        let again = platform.register_streamers(vec![item]).await;
        assert_eq!(outcomes(&again), "UNCHANGED");
        assert_tells!(again["results"][0], []);
    }

    async fn a_list_replaces_null_clears_and_absence_keeps(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1), company(2), company(3)]).await;
        let id = ids(&platform.register_streamers(vec![in_rooms(1, &[1, 2])]).await)[0].clone();
        let kept = platform.register_streamers(vec![json!({ "identity": streamer(1)["identity"], "occupation": "助播" })]).await;
        assert_eq!(outcomes(&kept), "UPDATED");
        assert_eq!(platform.streamer(&id).await["operators"]["totalCount"], 2);
        let moved = platform.register_streamers(vec![in_rooms(1, &[2, 3])]).await;
        assert_eq!(outcomes(&moved), "UPDATED");
        let read = platform.streamer(&id).await;
        assert_eq!(read["history"]["edges"][0]["node"]["changed"], json!(["occupation", "operators"]));
        let names: Vec<_> = read["operators"]["edges"].as_array().expect("edges").iter().map(|e| &e["node"]["name"]).collect();
        assert_eq!(names, ["宁波海曙第2号直播有限公司", "宁波海曙第3号直播有限公司"]);
        assert_eq!(app.number("SELECT count(*) FROM tie WHERE until IS NOT NULL").await, 1, "what ended stays on record");
        let cleared = platform.register_streamers(vec![json!({ "identity": streamer(1)["identity"], "operators": null })]).await;
        assert_eq!(outcomes(&cleared), "UPDATED");
        assert_eq!(platform.streamer(&id).await["operators"]["totalCount"], 0);
        let same = platform.register_streamers(vec![json!({ "identity": streamer(1)["identity"], "operators": [] })]).await;
        assert_eq!(outcomes(&same), "UNCHANGED");
    }

    async fn closing_either_side_ends_the_tie(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let rooms = ids(&platform.register(vec![company(1), company(2)]).await);
        let people = ids(&platform.register_streamers(vec![in_rooms(1, &[1, 2]), in_rooms(2, &[2])]).await);
        let close = |id: &Value| vec![json!({ "registration": id, "on": "2026-12-01", "reason": "MISTAKE" })];
        platform.close(close(&rooms[0])).await;
        assert_eq!(platform.streamer(&people[0]).await["operators"]["totalCount"], 1);
        platform.close(close(&people[1])).await;
        assert_eq!(app.number("SELECT count(*) FROM tie WHERE until IS NULL").await, 1);
        let reopened = platform.register(vec![company(1)]).await;
        assert_eq!(outcomes(&reopened), "REOPENED");
        assert_eq!(platform.streamer(&people[0]).await["operators"]["totalCount"], 1, "what ended does not begin again by itself");
    }

    async fn only_a_person_of_age_with_phone_and_residence_may_stream(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let born = |born: &str, n: u32| {
            let mut item = streamer(n);
            item["identity"]["number"] = json!(resident_id(born, n));
            item
        };
        let with = |n: u32, field: &str, value: Value| {
            let mut item = streamer(n);
            item[field] = value;
            item
        };
        let mut company = streamer(1);
        company["identity"] = json!({ "kind": "USCC", "number": credit_code(1) });
        let mut passport = streamer(2);
        passport["identity"] = json!({ "kind": "PASSPORT", "number": "E12345678", "issuingCountry": "USA" });
        let agency = json!({ "kind": "RESIDENT_ID", "number": streamer_id(99) });
        let twice = json!([{ "kind": "USCC", "number": credit_code(1) }, { "kind": "USCC", "number": credit_code(1) }]);
        let items = vec![
            company, passport, born("20120101", 3), born("20100101", 4), with(5, "phone", Value::Null),
            with(6, "residence", Value::Null), with(7, "agency", agency), with(8, "operators", twice),
            with(9, "qualifications", json!([{ "title": "互联网营销师", "validUntil": "2026-01-01" }])),
        ];
        let told = platform.register_streamers(items).await;
        assert_eq!(outcomes(&told), "REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED CREATED");
        for (index, code, path) in [
            (0, "IDENTITY_NOT_PERSON", "identity"), (1, "AGE_UNKNOWN", "birthDate"), (2, "UNDER_AGE", "birthDate"),
            (3, "CONSENT_REQUIRED", "guardianConsent"), (4, "REQUIRED", "phone"), (5, "REQUIRED", "residence"),
            (6, "IDENTITY_NOT_ORGANISATION", "agency.kind"), (7, "TIE_TWICE", "operators.1.number"),
            (8, "QUALIFICATION_EXPIRED", "qualifications.0.validUntil"),
        ] {
            let path = format!("items.{index}.{path}");
            assert_tells!(told["results"][index], [(code, path.as_str())]);
        }
    }

    async fn a_local_office_finds_streamers_by_their_rooms_and_else_by_residence(app: TestApp) {
        // xihu-other and xihu-live lie in Hangzhou; company(n) sits in Ningbo, streamers live in Yiwu.
        let platform = app.actor("xihu-live").await;
        let ningbo = app.actor("ningbo").await;
        platform.register_streamers(vec![in_rooms(1, &[1]), streamer(2), in_rooms(3, &[1, 2])]).await;
        assert!(ningbo.streamers(Value::Null).await.is_empty(), "nobody lives in Ningbo, and no room is known yet");
        platform.register(vec![company(1), company(2)]).await;
        assert_eq!(ningbo.streamers(Value::Null).await, ["s-1", "s-3"], "each once, though two rooms lead to one");
        let mut moved = company(1);
        moved["businessAddress"] = json!({ "text": "江南大道1号", "division": "330108" });
        platform.register(vec![moved]).await;
        assert_eq!(ningbo.streamers(Value::Null).await, ["s-3"], "the room left Ningbo");
        let mut here = streamer(2);
        here["residence"] = json!({ "text": "中山西路10号", "division": "330203" });
        platform.register_streamers(vec![here]).await;
        assert_eq!(ningbo.streamers(Value::Null).await, ["s-2", "s-3"], "without a room the residence counts");
        assert_eq!(app.actor("xihu").await.streamers(Value::Null).await, ["s-1", "s-2", "s-3"], "the platform's own county sees all");
        assert!(app.actor("guangdong").await.streamers(Value::Null).await.is_empty());
        assert!(app.actor("guangzhou-live").await.streamers(Value::Null).await.is_empty());
    }

    async fn streamers_are_listed_by_agency(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let agencies = ids(&platform.register_agencies(vec![agency(1), agency(2)]).await);
        platform.register_streamers(vec![with_agency(1, 1), with_agency(2, 2), with_agency(3, 1), streamer(4)]).await;
        assert_eq!(platform.streamers(json!({ "agency": agencies[0] })).await, ["s-1", "s-3"]);
        assert_eq!(platform.streamers(json!({ "agency": agencies[1] })).await, ["s-2"]);
        assert!(platform.streamers(json!({ "agency": "nobody" })).await.is_empty());
        assert!(app.actor("guangzhou-live").await.streamers(json!({ "agency": agencies[0] })).await.is_empty());
    }

    async fn one_list_holds_every_kind_and_compares_without_plaintext(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1)]).await;
        platform.register_agencies(vec![agency(1)]).await;
        platform.register_merchants(vec![crate::merchant::merchant(1)]).await;
        let made = platform.register_streamers(vec![streamer(1)]).await;
        let query = "query ($filter: RegistrationFilter, $first: Int, $after: Cursor) {
          registrations(filter: $filter, first: $first, after: $after) { totalCount
            pageInfo { hasNextPage endCursor }
            edges { node { kind externalId revision fingerprint } } } }";
        let page = platform.data(query, json!({ "first": 3 })).await["registrations"].take();
        let kinds: Vec<_> = page["edges"].as_array().expect("edges").iter().map(|e| &e["node"]["kind"]).collect();
        assert_eq!(kinds, ["OPERATOR", "AGENCY", "MERCHANT"], "in the order of their coming");
        assert_eq!((&page["totalCount"], &page["pageInfo"]["hasNextPage"]), (&json!(4), &json!(true)));
        let rest = platform.data(query, json!({ "after": page["pageInfo"]["endCursor"] })).await;
        assert_eq!(rest["registrations"]["edges"][0]["node"]["fingerprint"], made["results"][0]["registration"]["fingerprint"]);
        let named = platform.data(query, json!({ "filter": { "externalIds": ["s-1", "a-1", "x-9"] } })).await;
        assert_eq!(named["registrations"]["totalCount"], 2);
    }
}
