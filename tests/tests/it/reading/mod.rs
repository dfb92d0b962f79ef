//! Lists of operators against a plain list in memory: every order and filter, walked forward and backward by callers
//! whose sight has one arm and by one whose sight has several.

mod filters;
mod shelf;

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::operator::{company, on_both};
use filters::{Keep, filters};
use shelf::{Shelf, text};

/// The query of a list, by its name.
fn query(list: &str) -> String {
    format!(
        "query ($first: Int, $after: Cursor, $last: Int, $before: Cursor, $filter: RegistrationFilter,
           $orderBy: RegistrationOrder! = ID) {{
           list: {list}(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {{
             totalCount edges {{ node {{ id }} cursor }}
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    )
}

/// Who reads, from a sight of one arm to one of several.
const VIEWERS: [&str; 4] = ["xihu-live", "zhejiang", "coast", "national"];

fn ids_of(page: &Value) -> Vec<String> {
    let edges = page["edges"].as_array().expect("edges");
    edges.iter().map(|edge| text(&edge["node"]["id"])).collect()
}

async fn page(actor: &Actor, asked: Value) -> Value {
    page_of(actor, "operators", asked).await
}

async fn page_of(actor: &Actor, list: &str, asked: Value) -> Value {
    let mut variables =
        json!({ "first": null, "after": null, "last": null, "before": null, "filter": null });
    for (name, value) in asked.as_object().expect("variables") {
        variables[name] = value.clone();
    }
    actor.data(&query(list), variables).await["list"].take()
}

/// Reads a whole list page by page and gives back its ids in the list's order; every page says where it lies.
pub(crate) async fn walk(
    actor: &Actor,
    (list, order, filter): (&str, &str, &Value),
    size: usize,
    backward: bool,
) -> Vec<String> {
    let (count, end, from) = if backward {
        ("last", "before", "startCursor")
    } else {
        ("first", "after", "endCursor")
    };
    let (mut pages, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let asked = json!({ "orderBy": order, "filter": filter, count: size, end: cursor });
        let read = page_of(actor, list, asked).await;
        let info = &read["pageInfo"];
        let (ahead, behind) = if backward {
            (&info["hasPreviousPage"], &info["hasNextPage"])
        } else {
            (&info["hasNextPage"], &info["hasPreviousPage"])
        };
        assert_eq!(behind, &json!(!cursor.is_null()), "{read:#}");
        let edges = read["edges"].as_array().expect("edges");
        let ends = [edges.first(), edges.last()]
            .map(|edge| edge.map_or(Value::Null, |edge| edge["cursor"].clone()));
        assert_eq!(
            [&info["startCursor"], &info["endCursor"]],
            [&ends[0], &ends[1]]
        );
        let more = ahead.as_bool().expect("a flag");
        assert!(
            !more || edges.len() == size,
            "a page with more beyond it is full"
        );
        cursor = info[from].clone();
        pages.push(ids_of(&read));
        if !more {
            break;
        }
    }
    if backward {
        pages.reverse();
    }
    pages.concat()
}

on_both! {
    async fn every_order_is_walked_both_ways_as_a_plain_list_is(app: TestApp) {
        let shelf = Shelf::of(app).await;
        let all = Value::Null;
        let open = json!({ "status": "ACTIVE", "division": "330000" });
        for viewer in VIEWERS {
            let actor = shelf.app.actor(viewer).await;
            for order in ["ID", "UPDATED_AT", "VERIFICATION_DUE"] {
                let expected = shelf.ids(viewer, order, |_| true);
                let narrow = shelf.ids(viewer, order, |known| !known.closed && known.lies_in("330000"));
                assert!(expected.len() > 15 && narrow.len() < expected.len(), "{viewer}");
                for backward in [false, true] {
                    assert_eq!(walk(&actor, ("operators", order, &all), 7, backward).await, expected, "{viewer} {order} {backward}");
                    assert_eq!(walk(&actor, ("operators", order, &open), 5, backward).await, narrow, "{viewer} {order} {backward}");
                }
                // A page that ends exactly where the list does says so.
                assert_eq!(walk(&actor, ("operators", order, &all), expected.len(), false).await, expected);
            }
        }
        let one_by_one = walk(&shelf.app.actor("coast").await, ("operators", "UPDATED_AT", &all), 1, false).await;
        assert_eq!(one_by_one, shelf.ids("coast", "UPDATED_AT", |_| true), "ties are told apart");
    }

    async fn a_page_may_lie_between_two_cursors(app: TestApp) {
        let shelf = Shelf::of(app).await;
        let actor = shelf.app.actor("coast").await;
        for order in ["ID", "UPDATED_AT", "VERIFICATION_DUE"] {
            let whole = page(&actor, json!({ "orderBy": order, "first": 100 })).await;
            let ids = ids_of(&whole);
            let cursor = |at: usize| whole["edges"][at]["cursor"].clone();
            let between = json!({ "orderBy": order, "after": cursor(2), "before": cursor(9) });
            let asked = |count: &str, rows: usize| {
                let mut asked = between.clone();
                asked[count] = json!(rows);
                asked
            };
            assert_eq!(ids_of(&page(&actor, asked("first", 100)).await), ids[3..9]);
            assert_eq!(ids_of(&page(&actor, asked("first", 2)).await), ids[3..5]);
            assert_eq!(ids_of(&page(&actor, asked("last", 2)).await), ids[7..9]);
            let beyond = json!({ "orderBy": order, "first": 5, "after": cursor(ids.len() - 1) });
            let beyond = page(&actor, beyond).await;
            assert_eq!((&beyond["edges"], &beyond["pageInfo"]["endCursor"]), (&json!([]), &Value::Null));
        }
    }

    async fn every_filter_finds_what_a_plain_condition_finds(app: TestApp) {
        let shelf = Shelf::of(app).await;
        let filters = filters(&shelf).await;
        for viewer in VIEWERS {
            let actor = shelf.app.actor(viewer).await;
            for (filter, keep) in &filters {
                let expected = shelf.ids(viewer, "ID", keep);
                let read = page(&actor, json!({ "first": 100, "filter": filter })).await;
                assert_eq!(ids_of(&read), expected, "{viewer} {filter}");
                assert_eq!(read["totalCount"], expected.len(), "{viewer} {filter}");
            }
        }
        // What no caller would find was not asked in vain.
        let found = |keep: &Keep| !shelf.ids("national", "ID", keep).is_empty();
        assert!(filters.iter().filter(|(_, keep)| found(keep)).count() > 40);
    }

    async fn a_list_is_counted_exactly_up_to_ten_thousand(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1), company(2)]).await;
        let narrow = json!({ "first": 1, "filter": { "externalIds": ["c-1"] } });
        app.copy_registration("c-2", 9_998).await;
        let exact = page(&platform, json!({ "first": 0 })).await;
        assert_eq!(exact["totalCount"], 10_000);
        app.copy_registration("c-2", 1).await;
        for viewer in ["xihu-live", "zhejiang", "ningbo", "national"] {
            let viewer = app.actor(viewer).await;
            let many = page(&viewer, json!({ "first": 0 })).await;
            assert_eq!((&many["totalCount"], &many["pageInfo"]["hasNextPage"]), (&Value::Null, &json!(true)), "{many:#}");
            assert_eq!(page(&viewer, narrow.clone()).await["totalCount"], 1);
        }
    }
}

impl TestApp {
    /// Copies of a registration and of its party under other ids, as far as counting needs them: more than any deed
    /// writes at once.
    async fn copy_registration(&self, external: &str, copies: u32) {
        let (id, bytes, series) = if self.url.starts_with("sqlite") {
            let series = format!(
                "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {copies})"
            );
            (
                "randomblob(16)",
                "randomblob(32)",
                (series, "series".to_owned()),
            )
        } else {
            (
                "gen_random_uuid()",
                "decode(md5(random()::text), 'hex')",
                (String::new(), format!("generate_series(1, {copies})")),
            )
        };
        let (with, series) = series;
        self.run(&format!(
            "INSERT INTO party (id, kind, issuing_country, number_index, number) {with}
             SELECT {id}, p.kind, 'AAA', {bytes}, p.number
             FROM party p JOIN registration r ON r.party_id = p.id CROSS JOIN {series}
             WHERE r.external_id = '{external}'"
        ))
        .await;
        self.run(&format!(
            "INSERT INTO registration (id, kind, party_id, platform_key, source, identity_kind, status, revision,
               fingerprint, seat, seat_city, verified_on, observed_at, created_at, updated_at)
             SELECT {id}, r.kind, p.id, r.platform_key, r.source, r.identity_kind, r.status, r.revision,
               r.fingerprint, r.seat, r.seat_city, r.verified_on, r.observed_at, r.created_at, r.updated_at
             FROM party p CROSS JOIN registration r
             WHERE r.external_id = '{external}' AND p.issuing_country = 'AAA'
               AND NOT EXISTS (SELECT 1 FROM registration x WHERE x.party_id = p.id)"
        ))
        .await;
    }
}
