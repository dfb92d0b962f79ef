//! The other kinds in sight: agencies by their domicile, merchants by their place of business, streamers by any operator
//! that they appear with, and by their residence only while they appear with none. A streamer whom several places see
//! stands once on every list.

use serde_json::{Value, json};
use tests::database::Engine;

use super::VIEWERS;
use crate::agency::agency;
use crate::app::{Actor, TestApp};
use crate::merchant::merchant;
use crate::operator::{company, on_both};
use crate::reading::walk;
use crate::streamer::{in_rooms, streamer};

/// A record by platform, kind, place, the operators it appears with, and everybody who sees it.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [u32],
    &'static [&'static str],
);

/// Seats of the operators that streamers appear with, by their numbers.
const ROOMS: [(u32, &str); 3] = [(1, "330203"), (2, "330782"), (3, "L330191")];

#[rustfmt::skip] // A table.
const RECORDS: [Row; 11] = [
    ("ningbo-live", "Agencies", "330106", &[], &["xihu", "hangzhou", "ningbo", "coast", "zhejiang", "national", "ningbo-live"]),
    ("xihu-live", "Agencies", "L330191", &[], &["xihu", "hangzhou", "zone", "zhejiang", "national", "xihu-live"]),
    ("xihu-live", "Agencies", "440106", &[], &["xihu", "hangzhou", "zhejiang", "national", "xihu-live"]),
    ("xihu-live", "Merchants", "330782", &[], &["xihu", "hangzhou", "coast", "zhejiang", "national", "xihu-live"]),
    ("guangzhou-live", "Merchants", "330106", &[], &["guangdong", "national", "guangzhou-live"]),
    // Where it lives counts only without an operator; an operator counts wherever it is seated, and any of several.
    ("ningbo-live", "Streamers", "L330191", &[], &["xihu", "hangzhou", "zone", "ningbo", "coast", "zhejiang", "national", "ningbo-live"]),
    ("ningbo-live", "Streamers", "330106", &[2], &["ningbo", "coast", "zhejiang", "national", "ningbo-live"]),
    ("ningbo-live", "Streamers", "440106", &[2, 3], &["xihu", "hangzhou", "zone", "ningbo", "coast", "zhejiang", "national", "ningbo-live"]),
    ("xihu-live", "Streamers", "330106", &[1], &["xihu", "hangzhou", "ningbo", "coast", "zhejiang", "national", "xihu-live"]),
    ("xihu-live", "Streamers", "330203", &[2], &["xihu", "hangzhou", "coast", "zhejiang", "national", "xihu-live"]),
    ("guangzhou-live", "Streamers", "330203", &[1], &["guangdong", "national", "guangzhou-live"]),
];

/// A registered record.
struct Record {
    id: String,
    list: String,
    seen_by: &'static [&'static str],
}

impl Record {
    async fn register(
        app: &TestApp,
        n: u32,
        (platform, plural, place, rooms, seen_by): Row,
    ) -> Self {
        let here = json!({ "text": "住址1号", "division": place });
        let mut item = match plural {
            "Agencies" => agency(n),
            "Merchants" => merchant(n),
            _ if rooms.is_empty() => streamer(n),
            _ => in_rooms(n, rooms),
        };
        let field = match plural {
            "Agencies" => "domicile",
            "Merchants" => "businessAddress",
            _ => "residence",
        };
        item[field] = here;
        let made = app
            .actor(platform)
            .await
            .register_kind(plural, vec![item])
            .await;
        assert_eq!(made["created"], 1, "{made:#}");
        Self {
            id: made["results"][0]["registration"]["id"]
                .as_str()
                .expect("an id")
                .to_owned(),
            list: plural.to_lowercase(),
            seen_by,
        }
    }

    /// Insists that a viewer meets this record by every way, or by none.
    async fn met(&self, viewer: &str, actor: &Actor) {
        let seen = self.seen_by.contains(&viewer);
        let single = match self.list.as_str() {
            "agencies" => "agency",
            "merchants" => "merchant",
            _ => "streamer",
        };
        let query = format!(
            "query ($id: ID!) {{ one: {single}(id: $id) {{ id history {{ edges {{ node {{ number }} }} }} }} node(id: $id) {{ id }}
               party(ref: {{ registration: $id }}) {{ registrations {{ edges {{ node {{ id }} }} }} }} }}"
        );
        let met = actor.data(&query, json!({ "id": self.id })).await;
        let history = json!({ "edges": [{ "node": { "number": 1 } }] });
        let party = json!({ "registrations": { "edges": [{ "node": { "id": self.id } }] } });
        let expected = if seen {
            json!({ "one": { "id": self.id, "history": history }, "node": { "id": self.id }, "party": party })
        } else {
            json!({ "one": null, "node": null, "party": null })
        };
        assert_eq!(met, expected, "{viewer} {} {}", self.list, self.id);
        // A record of one kind is none of another.
        let other = actor
            .data(
                "query ($id: ID!) { operator(id: $id) { id } }",
                json!({ "id": self.id }),
            )
            .await;
        assert_eq!(other["operator"], Value::Null);
    }
}

/// The operators of [`ROOMS`], on each platform.
async fn open_rooms(app: &TestApp, platforms: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for platform in platforms {
        let room = |(n, seat): (u32, &str)| {
            let mut item = company(n);
            item["businessAddress"]["division"] = json!(seat);
            item
        };
        let made = app
            .actor(platform)
            .await
            .register(ROOMS.map(room).to_vec())
            .await;
        assert_eq!(made["created"], ROOMS.len(), "{made:#}");
        let results = made["results"].as_array().expect("results").iter();
        ids.extend(results.map(|result| {
            result["registration"]["id"]
                .as_str()
                .expect("an id")
                .to_owned()
        }));
    }
    ids
}

on_both! {
    async fn every_kind_follows_its_own_place(app: TestApp) {
        app.widen().await;
        open_rooms(&app, &["xihu-live", "ningbo-live", "guangzhou-live"]).await;
        let mut records = Vec::new();
        for (n, row) in (1..).zip(RECORDS) {
            records.push(Record::register(&app, n, row).await);
        }
        for viewer in VIEWERS {
            let actor = app.actor(viewer).await;
            for list in ["agencies", "merchants", "streamers"] {
                let seen = |record: &&Record| record.list == list && record.seen_by.contains(&viewer);
                let mut expected: Vec<_> = records.iter().filter(seen).map(|record| record.id.clone()).collect();
                expected.sort();
                assert_eq!(walk(&actor, (list, "ID", &Value::Null), 2, false).await, expected, "{viewer} {list}");
            }
            for record in &records {
                record.met(viewer, &actor).await;
            }
        }
    }

    async fn whoever_appears_in_several_places_stands_once_on_every_page(app: TestApp) {
        app.widen().await;
        let rooms = open_rooms(&app, &["xihu-live"]).await;
        // Seen by the coast's office through its first place, its second, both, neither, and by residence.
        let places: [&[u32]; 5] = [&[1], &[2], &[1, 2], &[3], &[]];
        let mut expected = Vec::new();
        for n in 0..20_u32 {
            let operators = places[n as usize % places.len()];
            let item = if operators.is_empty() { streamer(n) } else { in_rooms(n, operators) };
            let made = app.actor("xihu-live").await.register_streamers(vec![item]).await;
            assert_eq!(made["created"], 1, "{made:#}");
            if operators != [3] {
                expected.push(made["results"][0]["registration"]["id"].as_str().expect("an id").to_owned());
            }
            if n % 4 == 3 {
                app.clock.advance(chrono::TimeDelta::seconds(1));
            }
        }
        let coast = app.actor("coast").await;
        for order in ["ID", "UPDATED_AT", "VERIFICATION_DUE"] {
            for (size, backward) in [(1, false), (3, false), (3, true), (7, true), (16, false)] {
                let read = walk(&coast, ("streamers", order, &Value::Null), size, backward).await;
                assert_eq!(read, expected, "{order} {size} {backward}");
            }
        }
        let mut all = [&rooms[..2], &expected].concat();
        all.sort();
        for size in [1, 4] {
            assert_eq!(walk(&coast, ("registrations", "ID", &Value::Null), size, false).await, all);
        }
        let count = "{ streamers { totalCount } registrations { totalCount } }";
        let count = coast.data(count, json!({})).await;
        assert_eq!((&count["streamers"]["totalCount"], &count["registrations"]["totalCount"]), (&json!(16), &json!(18)));
    }
}
