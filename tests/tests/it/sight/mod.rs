//! Who sees what over HTTP, as one table of records and viewers: lists, single records, parties and histories must all
//! agree with it, and with each other, on days when territories and domiciles change.

mod kinds;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp, instant};
use crate::operator::{company, on_both};

pub(super) const VIEWERS: [&str; 13] = [
    "xihu",
    "hangzhou",
    "zone",
    "ningbo",
    "coast",
    "zhejiang",
    "guangdong",
    "national",
    "cyberspace",
    "xihu-live",
    "xihu-other",
    "ningbo-live",
    "guangzhou-live",
];

/// A record by who registers it, its place of business and its domicile, and everybody who sees it. Xihu lies in
/// Hangzhou, the zone L330191 in Xihu; both xihu-live and xihu-other are domiciled in Xihu, ningbo-live in Ningbo.
type Row = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
);

#[rustfmt::skip] // A table.
const RECORDS: [Row; 12] = [
    // A platform domiciled in the territory is seen whole, wherever its operators are seated; others in the province
    // see of it what is seated with them; nobody sees by the address alone what another province's platform holds.
    ("xihu-live", "330106", None, &["xihu", "hangzhou", "zhejiang", "national", "xihu-live"]),
    ("xihu-live", "330203", None, &["xihu", "hangzhou", "ningbo", "coast", "zhejiang", "national", "xihu-live"]),
    ("xihu-live", "440106", None, &["xihu", "hangzhou", "zhejiang", "national", "xihu-live"]),
    ("xihu-live", "L330191", None, &["xihu", "hangzhou", "zone", "zhejiang", "national", "xihu-live"]),
    ("ningbo-live", "330106", None, &["xihu", "hangzhou", "ningbo", "coast", "zhejiang", "national", "ningbo-live"]),
    ("ningbo-live", "L330191", None, &["xihu", "hangzhou", "zone", "ningbo", "coast", "zhejiang", "national", "ningbo-live"]),
    ("ningbo-live", "330782", None, &["ningbo", "coast", "zhejiang", "national", "ningbo-live"]),
    ("guangzhou-live", "330106", None, &["guangdong", "national", "guangzhou-live"]),
    ("guangzhou-live", "440106", None, &["guangdong", "national", "guangzhou-live"]),
    // Own sites, which the province registers: by domicile, or failing that by the place of business.
    ("zhejiang", "330106", None, &["xihu", "hangzhou", "zhejiang", "national"]),
    ("zhejiang", "330106", Some("330203"), &["ningbo", "coast", "zhejiang", "national"]),
    ("zhejiang", "L330191", None, &["xihu", "hangzhou", "zone", "zhejiang", "national"]),
];

/// Everything by which one record may be met.
const LOOK: &str = "query ($id: ID!, $party: ID!, $number: IdentityInput!) {
  operator(id: $id) { id history(first: 5) { edges { node { number } } } }
  node(id: $id) { id }
  nodeOfParty: node(id: $party) { id }
  byRegistration: party(ref: { registration: $id }) { ...registrations }
  byParty: party(ref: { party: $party }) { ...registrations }
  byNumber: party(ref: { identity: $number }) { ...registrations } }
  fragment registrations on Party { registrations(first: 10) { edges { node { id history(first: 1) { edges { node { number } } } } } } }";

/// A registered record.
struct Record {
    id: String,
    party: Value,
    number: Value,
    seen_by: Vec<&'static str>,
}

impl Record {
    /// Registers a company and reads who it is as its keeper does.
    async fn register(app: &TestApp, n: u32, row: Row) -> Self {
        let (keeper, seat, domicile, seen_by) = row;
        let keeper_actor = app.actor(keeper).await;
        let mut item = company(n);
        item["businessAddress"]["division"] = json!(seat);
        if let Some(division) = domicile {
            item["domicile"] = json!({ "text": "住所1号", "division": division });
        }
        if keeper == "zhejiang" {
            item["ownSite"] = json!(format!("https://shop{n}.example.com"));
        }
        let made = keeper_actor.register(vec![item.clone()]).await;
        assert_eq!(made["created"], 1, "{made:#}");
        let id = made["results"][0]["registration"]["id"].clone();
        let read = keeper_actor.operator(&id).await;
        Self {
            id: id.as_str().expect("an id").to_owned(),
            party: read["party"]["id"].clone(),
            number: item["identity"].clone(),
            seen_by: seen_by.to_vec(),
        }
    }

    /// Insists that a viewer meets this record by every way, or by none.
    async fn met(&self, viewer: &str, actor: &Actor, seen: bool) {
        let variables = json!({ "id": self.id, "party": self.party, "number": self.number });
        let met = actor.data(LOOK, variables).await;
        let first = json!({ "edges": [{ "node": { "number": 1 } }] });
        let operator = json!({ "id": self.id, "history": first });
        let party = json!({ "registrations": { "edges": [{ "node": operator }] } });
        let expected = json!({
            "operator": operator, "node": { "id": self.id }, "nodeOfParty": { "id": self.party },
            "byRegistration": party, "byParty": party, "byNumber": party,
        });
        let nothing: BTreeMap<_, _> = expected
            .as_object()
            .expect("fields")
            .keys()
            .map(|k| (k.clone(), Value::Null))
            .collect();
        let expected = if seen { expected } else { json!(nothing) };
        assert_eq!(met, expected, "{viewer} {}", self.id);
    }
}

/// The ids of a caller's list, and its count.
async fn listed(actor: &Actor) -> Vec<String> {
    let query = "{ operators(first: 100) { totalCount edges { node { id } } } }";
    let list = actor.data(query, json!({})).await["operators"].take();
    let edges = list["edges"].as_array().expect("edges");
    assert_eq!(list["totalCount"], edges.len(), "{list:#}");
    let mut ids: Vec<_> = edges
        .iter()
        .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
        .collect();
    ids.sort();
    ids
}

/// Whoever of some viewers sees a record now, by its list and by a look at the record, which must agree.
async fn seeing(app: &TestApp, record: &Record, viewers: &[&'static str]) -> Vec<&'static str> {
    let mut seeing = Vec::new();
    for viewer in viewers {
        let actor = app.actor(viewer).await;
        let seen = listed(&actor).await.contains(&record.id);
        record.met(viewer, &actor, seen).await;
        if seen {
            seeing.push(*viewer);
        }
    }
    seeing
}

/// An office of Hangzhou's Xihu district or of Ningbo, with another territory than the world gives it.
fn office(key: &str, level: &str, seat: &str, territory: &str) -> String {
    format!(
        "[[office]]\nkey = \"{key}\"\nname = \"{key}\"\nauthority = \"MARKET\"\nlevel = \"{level}\"\n\
         division = \"{seat}\"\nterritory = [{territory}]\n"
    )
}

on_both! {
    async fn every_way_to_a_record_follows_the_table(app: TestApp) {
        app.widen().await;
        let mut records = Vec::new();
        for (n, row) in (1..).zip(RECORDS) {
            records.push(Record::register(&app, n, row).await);
        }
        for viewer in VIEWERS {
            let actor = app.actor(viewer).await;
            let seen = |record: &&Record| record.seen_by.contains(&viewer);
            let mut expected: Vec<_> = records.iter().filter(seen).map(|record| record.id.clone()).collect();
            expected.sort();
            assert_eq!(listed(&actor).await, expected, "{viewer}");
            for record in &records {
                record.met(viewer, &actor, seen(&record)).await;
            }
        }
    }

    async fn of_one_party_each_sees_the_registrations_in_its_own_sight(app: TestApp) {
        app.widen().await;
        let mut ids = BTreeMap::new();
        for platform in ["xihu-live", "ningbo-live", "guangzhou-live"] {
            let made = app.actor(platform).await.register(vec![company(1)]).await;
            ids.insert(platform, made["results"][0]["registration"]["id"].clone());
        }
        let query = "query ($number: IdentityInput!) { party(ref: { identity: $number }) {
          id registrations(first: 10) { edges { node { id platform { platformName } } } } } }";
        let mut parties = Vec::new();
        // The party is seated in Ningbo.
        for (viewer, platforms) in [
            ("national", &["xihu-live", "ningbo-live", "guangzhou-live"][..]),
            ("zhejiang", &["xihu-live", "ningbo-live"]),
            ("ningbo", &["xihu-live", "ningbo-live"]),
            ("xihu", &["xihu-live"]),
            ("guangdong", &["guangzhou-live"]),
            ("guangzhou-live", &["guangzhou-live"]),
        ] {
            let read = app.actor(viewer).await.data(query, json!({ "number": company(1)["identity"] })).await;
            let edges: Vec<_> = platforms.iter()
                .map(|name| json!({ "node": { "id": ids[name], "platform": { "platformName": name } } }))
                .collect();
            assert_eq!(read["party"]["registrations"]["edges"], json!(edges), "{viewer}");
            parties.push(read["party"]["id"].clone());
        }
        parties.dedup();
        assert_eq!(parties.len(), 1, "one party in the whole registry");
        let read = app.actor("zone").await.data(query, json!({ "number": company(1)["identity"] })).await;
        assert_eq!(read["party"], Value::Null);
    }

    async fn a_territory_counts_from_its_first_day_to_its_last(app: TestApp) {
        app.widen().await;
        let row = ("guangzhou-live", "330203", None, &[][..]);
        let foreign = Record::register(&app, 1, row).await;
        let seated = Record::register(&app, 2, ("ningbo-live", "330106", None, &[])).await;
        let whole = Record::register(&app, 3, ("xihu-live", "440106", None, &[])).await;
        let offices = ["xihu", "hangzhou", "zone"];
        // Xihu's competence for Xihu ends today; the zone's office begins to answer for Xihu tomorrow.
        app.admit_offices(&office("xihu", "COUNTY", "330106", r#"{ division = "330106", until = 2026-12-01 }"#)).await;
        app.admit_offices(&office("zone", "COUNTY", "L330191", r#"{ division = "330106", from = 2026-12-02 }"#)).await;
        for record in [&seated, &whole] {
            assert_eq!(seeing(&app, record, &offices).await, ["xihu", "hangzhou"]);
        }
        app.clock.set(instant("2026-12-01T23:59:59+08:00"));
        assert_eq!(seeing(&app, &seated, &offices).await, ["xihu", "hangzhou"], "the last day is whole");
        app.clock.set(instant("2026-12-02T00:00:00+08:00"));
        for record in [&seated, &whole] {
            assert_eq!(seeing(&app, record, &offices).await, ["hangzhou", "zone"]);
        }
        assert_eq!(seeing(&app, &foreign, &["xihu", "hangzhou", "zone", "ningbo", "zhejiang"]).await, [""; 0]);
    }

    async fn a_platform_that_moves_takes_its_operators_along(app: TestApp) {
        app.widen().await;
        let all = ["xihu", "ningbo", "zhejiang", "guangdong", "national", "xihu-live", "xihu-other"];
        let here = Record::register(&app, 1, ("xihu-live", "330203", None, &[])).await;
        let there = Record::register(&app, 2, ("xihu-live", "440106", None, &[])).await;
        assert_eq!(seeing(&app, &here, &all).await, ["xihu", "ningbo", "zhejiang", "national", "xihu-live"]);
        assert_eq!(seeing(&app, &there, &all).await, ["xihu", "zhejiang", "national", "xihu-live"]);

        let (_, code, _) = crate::app::PLATFORMS[0];
        let national = app.actor("national").await;
        let moved = national.admit_platform("xihu-live", code, "440106", Value::Null).await;
        assert_eq!(moved["problems"], json!([]), "{moved:#}");
        for record in [&here, &there] {
            assert_eq!(seeing(&app, record, &all).await, ["guangdong", "national", "xihu-live"]);
        }
        // Within its province it changes who sees it whole, and who sees it by seat.
        let moved = national.admit_platform("xihu-live", code, "330203", Value::Null).await;
        assert_eq!(moved["platform"]["domicile"]["division"]["code"], "330203", "{moved:#}");
        assert_eq!(seeing(&app, &here, &all).await, ["ningbo", "zhejiang", "national", "xihu-live"]);
        assert_eq!(seeing(&app, &there, &all).await, ["ningbo", "zhejiang", "national", "xihu-live"]);
    }

    async fn an_operator_that_moves_is_seen_where_it_is_now(app: TestApp) {
        app.widen().await;
        let offices = ["xihu", "zone", "ningbo", "coast", "zhejiang"];
        let id = app.actor("xihu-other").await.register(vec![company(1)]).await;
        let id = id["results"][0]["registration"]["id"].clone();
        let seen = async || {
            let mut seen = Vec::new();
            for office in offices {
                if listed(&app.actor(office).await).await.contains(&id.as_str().expect("an id").to_owned()) {
                    seen.push(office);
                }
            }
            seen
        };
        assert_eq!(seen().await, ["xihu", "ningbo", "coast", "zhejiang"], "Xihu by the platform's domicile");
        for (division, expected) in [
            ("330782", &["xihu", "coast", "zhejiang"][..]),
            ("L330191", &["xihu", "zone", "zhejiang"]),
            ("110105", &["xihu", "zhejiang"]),
        ] {
            let patch = json!({ "identity": company(1)["identity"], "businessAddress": { "text": "新址1号", "division": division } });
            assert_eq!(app.actor("xihu-other").await.register(vec![patch]).await["updated"], 1);
            assert_eq!(seen().await, expected, "{division}");
        }
    }
}
