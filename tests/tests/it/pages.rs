//! Pages within pages: each row gets its own part of the answer, all rows together cost the database a few statements,
//! and what would multiply beyond reason is refused before anything is read.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::admission::{grant_of, granted};
use crate::app::{Actor, TestApp};
use crate::look::error_code;
use crate::operator::{company, on_both, person};
use crate::streamer::in_rooms;

/// What each of a page's rows asks for itself.
const NESTED: &str = "query ($first: Int!) { operators(first: $first) { edges { node { name revision
  history(first: 2) { edges { node { number by } } pageInfo { hasNextPage endCursor } totalCount }
  party { registrations(first: 1) { edges { node { id } } pageInfo { hasNextPage } totalCount } } } } } }";

/// The numbers of a history's page.
fn numbers(history: &Value) -> Vec<i64> {
    let edges = history["edges"].as_array().expect("edges").iter();
    edges
        .map(|edge| edge["node"]["number"].as_i64().expect("a number"))
        .collect()
}

impl TestApp {
    /// How many statements a query takes.
    async fn cost(&self, actor: &Actor, query: &str, variables: Value) -> usize {
        let before = self.statements();
        actor.data(query, variables).await;
        self.statements() - before
    }
}

/// Registers companies, and changes the phone of the nth n − 1 times, so that it has n revisions.
async fn with_histories(platform: &Actor, companies: u32) {
    for revision in 0..companies {
        let items = (revision + 1..=companies).map(|n| {
            let mut item = company(n);
            item["phone"] = json!(format!("139{revision:08}"));
            item
        });
        let made = platform.register(items.collect()).await;
        assert_eq!(made["rejected"], 0, "{made:#}");
    }
}

on_both! {
    async fn each_row_has_its_own_history(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        with_histories(&platform, 4).await;
        let data = platform.data(NESTED, json!({ "first": 10 })).await;
        let rows = data["operators"]["edges"].as_array().expect("rows");
        let expected: [(&[i64], bool); 4] = [(&[1], false), (&[2, 1], false), (&[3, 2], true), (&[4, 3], true)];
        assert_eq!(rows.len(), expected.len());
        for (n, (row, (history, more))) in (1..).zip(rows.iter().zip(expected)) {
            let found = &row["node"]["history"];
            assert_eq!(row["node"]["name"], format!("宁波海曙第{n}号直播有限公司"));
            assert_eq!((numbers(found).as_slice(), found["pageInfo"]["hasNextPage"].as_bool()), (history, Some(more)));
            assert_eq!(found["totalCount"], n);
            assert_eq!(found["edges"][0]["node"]["by"], "xihu-live xihu-live", "{found:#}");
        }
        let page = "query ($ref: PartyRef!, $after: Cursor, $first: Int) { party(ref: $ref) { registrations {
          edges { node { history(first: $first, after: $after) { edges { node { number } }
          pageInfo { hasNextPage hasPreviousPage } } } } } } }";
        let last = &rows[3]["node"]["history"]["pageInfo"]["endCursor"];
        let reference = json!({ "identity": company(4)["identity"] });
        for (first, history, more) in [(1, &[2][..], true), (2, &[2, 1], false), (500, &[2, 1], false)] {
            let data = platform.data(page, json!({ "ref": reference, "after": last, "first": first })).await;
            let found = &data["party"]["registrations"]["edges"][0]["node"]["history"];
            assert_eq!(numbers(found), history);
            assert_eq!(found["pageInfo"], json!({ "hasNextPage": more, "hasPreviousPage": true }));
        }
    }

    async fn a_party_counts_its_registrations_in_sight_when_asked(app: TestApp) {
        for platform in ["xihu-live", "xihu-other", "guangzhou-live"] {
            app.actor(platform).await.register(vec![person(1), company(1)]).await;
        }
        let query = "query ($ref: PartyRef!, $first: Int, $after: Cursor) { party(ref: $ref) {
          registrations(first: $first, after: $after) { edges { node { platform { platformName } } cursor }
          pageInfo { hasNextPage hasPreviousPage } totalCount } } }";
        let ask = async |name: &str, first: i32, after: Option<&Value>| {
            let variables = json!({ "ref": { "identity": person(1)["identity"] }, "first": first, "after": after });
            app.actor(name).await.data(query, variables).await["party"]["registrations"].take()
        };
        for (name, seen) in [("xihu-live", 1), ("zhejiang", 2), ("xihu", 2), ("guangdong", 1), ("national", 3)] {
            let all = ask(name, 500, None).await;
            assert_eq!(all["totalCount"], seen, "{name} {all:#}");
            assert_eq!(all["edges"].as_array().map(Vec::len), Some(seen), "{name} {all:#}");
            assert_eq!(all["pageInfo"], json!({ "hasNextPage": false, "hasPreviousPage": false }), "{name}");
        }
        let mut found = Vec::new();
        let mut after = None;
        for more in [true, true, false] {
            let page = ask("national", 1, after.as_ref()).await;
            assert_eq!(page["totalCount"], 3, "the count is of the whole list");
            assert_eq!(page["pageInfo"], json!({ "hasNextPage": more, "hasPreviousPage": after.is_some() }));
            found.push(page["edges"][0]["node"]["platform"]["platformName"].clone());
            after = Some(page["edges"][0]["cursor"].clone());
        }
        assert_eq!(found, ["xihu-live", "xihu-other", "guangzhou-live"]);
        assert_eq!(ask("national", 0, None).await["edges"], json!([]));
    }

    async fn a_page_costs_a_few_statements_whatever_its_size(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register((1..=40).map(company).collect()).await;
        platform.register((1..=40).map(person).collect()).await;
        let few = app.cost(&platform, NESTED, json!({ "first": 1 })).await;
        let many = app.cost(&platform, NESTED, json!({ "first": 80 })).await;
        assert!(many < few + 20, "{few} statements for one row, {many} for eighty");
        let uncounted = NESTED.replace("totalCount", "__typename");
        let less = app.cost(&platform, &uncounted, json!({ "first": 1 })).await;
        assert_eq!(less + 1, few, "a count that nobody asks for is not made");
    }

    async fn pages_that_multiply_are_refused_and_ordinary_ones_are_not(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register((1..=3).map(company).collect()).await;
        let deep = "{ operators(first: 500) { edges { node { party { registrations(first: 500) { edges { node {
          history(first: 500) { edges { node { number } } } } } } } } } } }";
        let before = app.statements();
        let refused = platform.ask(deep, json!({})).await;
        assert_eq!(error_code(&refused), "LIMIT_EXCEEDED", "{refused:#}");
        let admitted = app.statements() - before;
        let before = app.statements();
        platform.data("{ __typename }", json!({})).await;
        assert_eq!(app.statements() - before, admitted, "nothing but the caller was looked up");

        let page = "{ operators(first: 500) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id kind
          source externalId name phone status revision fingerprint updatedAt verification { state dueOn }
          accounts { accountNumber role name since until } party { identity { kind masked } } } } } }";
        let plain = platform.data(page, json!({})).await;
        assert_eq!(plain["operators"]["totalCount"], 3);
        let nested = "{ operators(first: 50) { edges { node { name party { registrations(first: 20) { edges { node { name
          history { edges { node { number changed by } } } } } } } } } } }";
        let data = platform.data(nested, json!({})).await;
        assert_eq!(data["operators"]["edges"].as_array().map(Vec::len), Some(3));

        platform.register_streamers(vec![in_rooms(1, &[1, 2]), in_rooms(2, &[2])]).await;
        let ten = "id name kind status externalId phone revision fingerprint updatedAt source";
        let rooms = format!("{{ streamers(first: 50) {{ edges {{ node {{ {ten} agency {{ id name }}
          operators(first: 20) {{ edges {{ node {{ {ten} streamers {{ edges {{ node {{ {ten} }} }} }} }} }} }} }} }} }} }}");
        let data = platform.data(&rooms, json!({})).await;
        let first = &data["streamers"]["edges"][0]["node"]["operators"]["edges"];
        let together: Vec<_> = first.as_array().expect("rooms").iter()
            .map(|room| room["node"]["streamers"]["edges"].as_array().map(Vec::len)).collect();
        assert_eq!(together, [Some(1), Some(2)]);
    }

    async fn a_platform_s_party_shows_no_registrations_without_the_scope(app: TestApp) {
        // The platform's company runs a room of its own.
        let mut own = company(1);
        own["identity"] = json!({ "kind": "USCC", "number": "91330106MA00000016" });
        app.actor("xihu-live").await.register(vec![own]).await;
        let list = "{ me { platform { party { registrations { edges { node { name } } totalCount } } } } }";
        let shown = app.actor("xihu-live").await.data(list, json!({})).await;
        let shown = &shown["me"]["platform"]["party"]["registrations"];
        assert_eq!(shown["totalCount"], 1, "{shown:#}");
        let input = grant_of(&app, "no-reader", &["submission:prepare"]).await;
        let made = granted(&app.actor("security").await, input).await;
        assert_eq!(made["problems"], json!([]), "{made:#}");
        let hidden = app.actor("no-reader").await.data(list, json!({})).await;
        let hidden = &hidden["me"]["platform"]["party"]["registrations"];
        assert_eq!(*hidden, json!({ "edges": [], "totalCount": null }));
    }
}
