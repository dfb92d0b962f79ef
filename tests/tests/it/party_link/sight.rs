//! Who sees which link: what a registration in sight states, and a confirmation whose parties are both in sight where it was
//! judged. No platform learns of another's, and an office of none that it could not have found itself.

use super::*;
use crate::look::assert_tells;

/// A look at a party by its id, by its number and as a node.
const LOOK: &str = "query ($id: ID!, $number: IdentityInput!) {
  node(id: $id) { id } byId: party(ref: { party: $id }) { id }
  byNumber: party(ref: { identity: $number }) { id links(ended: true) { state } } }";

/// The offices and platforms that look.
const EVERYBODY: [&str; 9] = [
    "xihu-live",
    "xihu-other",
    "guangzhou-live",
    "xihu",
    "ningbo",
    "zhejiang",
    "guangdong",
    "national",
    "cyberspace",
];

/// The states that each viewer sees on the links of a party; nobody else sees the party.
async fn states(app: &TestApp, identity: &Value) -> Vec<(&'static str, Vec<String>)> {
    let mut seen = Vec::new();
    for viewer in EVERYBODY {
        let links = app.actor(viewer).await.links(identity, true).await;
        if let Some(links) = links.as_array() {
            let state = |link: &Value| link["state"].as_str().expect("a state").to_owned();
            seen.push((viewer, links.iter().map(state).collect()));
        }
    }
    seen
}

fn one(viewers: &[&'static str], state: &str) -> Vec<(&'static str, Vec<String>)> {
    let seen = viewers
        .iter()
        .map(|viewer| (*viewer, vec![state.to_owned()]));
    seen.collect()
}

on_both! {
    async fn a_person_is_in_sight_through_the_registrations_that_state_it(app: TestApp) {
        // The platform lies in Xihu, the company sits in Ningbo.
        let platform = app.actor("xihu-live").await;
        platform.register(vec![represented(1, 1)]).await;
        let viewers = ["xihu-live", "xihu", "ningbo", "zhejiang", "national"];
        assert_eq!(states(&app, &boss(1)).await, one(&viewers, "PROPOSED"));
        let id = platform.links(&uscc(1), false).await[0]["other"]["id"].clone();
        for viewer in EVERYBODY {
            let met = app.actor(viewer).await.data(LOOK, json!({ "id": id, "number": boss(1) })).await;
            let expected = if viewers.contains(&viewer) {
                json!({ "node": { "id": id }, "byId": { "id": id }, "byNumber": { "id": id, "links": [{ "state": "PROPOSED" }] } })
            } else {
                json!({ "node": null, "byId": null, "byNumber": null })
            };
            assert_eq!(met, expected, "{viewer}");
        }
        let mut away = represented(1, 1);
        away["businessAddress"] = json!({ "text": "江南大道1号", "division": "330108" });
        platform.register(vec![away]).await;
        assert_eq!(states(&app, &boss(1)).await, one(&["xihu-live", "xihu", "zhejiang", "national"], "PROPOSED"));
    }

    async fn what_a_platform_judged_is_its_own_and_its_regulators(app: TestApp) {
        let (platform, other) = (app.actor("xihu-live").await, app.actor("xihu-other").await);
        let pair = || vec![person(1), person(2)];
        for both in [&platform, &other, &app.actor("guangzhou-live").await] {
            assert_eq!(both.register(pair()).await["created"], 2);
        }
        let (first, second) = (person(1)["identity"].clone(), person(2)["identity"].clone());
        let done = platform.confirm_link("SAME_PERSON", &first, &second).await;
        let id = &done["link"]["confirmations"][0]["id"];
        let regulators = ["xihu", "zhejiang", "national"];
        let mut expected = Vec::new();
        for viewer in EVERYBODY {
            let judged = viewer == "xihu-live" || regulators.contains(&viewer);
            let registered = judged || ["xihu-other", "guangzhou-live", "guangdong"].contains(&viewer);
            if registered {
                expected.push((viewer, if judged { vec!["CONFIRMED".to_owned()] } else { Vec::new() }));
            }
        }
        assert_eq!(states(&app, &second).await, expected);
        for stranger in ["xihu-other", "guangzhou-live", "guangdong", "ningbo"] {
            assert_tells!(app.actor(stranger).await.undo_link(id).await, [("NOT_FOUND", "confirmation")]);
        }
        let refused = app.actor("zhejiang").await.undo_link(id).await;
        assert_tells!(refused, [("LINK_NOT_YOURS", "confirmation")]);
        let reason = app.actor("zhejiang").await.links(&first, false).await[0]["confirmations"][0]["reason"].clone();
        assert_eq!(reason, "现场核对了证件原件", "a regulator reads why");
        // Each judges by itself: another platform's confirmation is a new one, and undone alone.
        assert_eq!(other.confirm_link("SAME_PERSON", &first, &second).await["outcome"], "CONFIRMED");
        let both = app.actor("zhejiang").await.links(&first, false).await;
        assert_eq!(both[0]["confirmations"].as_array().map(Vec::len), Some(2), "{both:#}");
        assert_eq!(other.links(&first, false).await[0]["confirmations"].as_array().map(Vec::len), Some(1));
        platform.undo_link(id).await;
        assert_eq!(other.links(&first, false).await[0]["state"], "CONFIRMED");
        assert_eq!(platform.links(&first, true).await[0]["state"], "UNDONE");
    }

    async fn what_an_office_judged_is_seen_by_whoever_sees_both_without_its_reason(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![person(1), person(2)]).await;
        app.actor("guangzhou-live").await.register(vec![person(1)]).await;
        app.actor("xihu-other").await.register(vec![person(2), company(1)]).await;
        let (first, second) = (person(1)["identity"].clone(), person(2)["identity"].clone());
        let office = app.actor("zhejiang").await;
        let done = office.confirm_link("SAME_PERSON", &first, &second).await;
        assert_eq!(done["outcome"], "CONFIRMED", "{done:#}");
        let id = &done["link"]["confirmations"][0]["id"];
        let seen = platform.links(&second, false).await;
        assert_eq!((&seen[0]["state"], &seen[0]["confirmations"][0]["reason"]), (&json!("CONFIRMED"), &Value::Null));
        assert_eq!(seen[0]["confirmations"][0]["by"], "浙江省市场监督管理局 zhejiang");
        for (who, identity) in [("guangzhou-live", &first), ("guangdong", &first), ("xihu-other", &second)] {
            let actor = app.actor(who).await;
            assert_eq!(actor.links(identity, true).await, json!([]), "{who} sees one of them only");
            assert_tells!(actor.undo_link(id).await, [("NOT_FOUND", "confirmation")]);
        }
        for who in ["xihu-live", "national", "xihu"] {
            assert_tells!(app.actor(who).await.undo_link(id).await, [("LINK_NOT_YOURS", "confirmation")]);
        }
        let unseen = app.actor("guangdong").await.confirm_link("SAME_PERSON", &first, &second).await;
        assert_tells!(unseen, [("NOT_FOUND", "other.identity")]);
        let ask = "mutation { confirmPartyLink(input: { kind: SAME_PERSON, party: { party: \"x\" }, other: { party: \"y\" },
            reason: \"试\" }) { outcome } }";
        let refused = app.actor("cyberspace").await.ask(ask, json!({})).await;
        assert_eq!(crate::look::error_code(&refused), "FORBIDDEN");
        assert_eq!(office.undo_link(id).await["outcome"], "UNDONE");
        assert_eq!(told(&platform.links(&second, false).await), [""; 0]);
    }

    async fn links_of_a_page_cost_as_many_statements_as_those_of_one(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register((1..=12).map(|n| represented(n, n % 3 + 1)).collect()).await;
        for n in 1..=12 {
            platform.confirm_link("LEGAL_REPRESENTATIVE", &uscc(n), &boss(n % 3 + 1)).await;
        }
        let ask = async |first: usize| {
            let query = "query ($first: Int) { operators(first: $first) { edges { node { party {
              links { other { id identity { masked } links(first: 100) { kind other { id } } }
                      confirmations { by reason } } } } } } }";
            let before = app.statements();
            let page = platform.data(query, json!({ "first": first })).await;
            let edges = page["operators"]["edges"].as_array().expect("edges").clone();
            assert_eq!(edges.len(), first);
            for edge in edges {
                let links = edge["node"]["party"]["links"].as_array().expect("links");
                assert_eq!(links.len(), 1, "{edge:#}");
                assert_eq!(links[0]["other"]["links"].as_array().map(Vec::len), Some(4));
            }
            app.statements() - before
        };
        assert_eq!(ask(12).await, ask(1).await);
        let few = "query ($number: IdentityInput!) { party(ref: { identity: $number }) { links(first: 2) { kind } } }";
        let cut = platform.data(few, json!({ "number": boss(1) })).await;
        assert_eq!(cut["party"]["links"].as_array().map(Vec::len), Some(2));
        let many = "query ($number: IdentityInput!) { party(ref: { identity: $number }) { links(first: 501) { kind } } }";
        let refused = platform.ask(many, json!({ "number": boss(1) })).await;
        assert_eq!(crate::look::error_code(&refused), "LIMIT_EXCEEDED");
    }
}
