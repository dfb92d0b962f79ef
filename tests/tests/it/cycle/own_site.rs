//! Operators on sites of their own are kept by the market offices, each in its own territory.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::look::{assert_tells, error_code, outcomes};
use crate::operator::{REGISTER, codes, company, credit_code, on_both};

/// A company that sells on its own site, seated in a division.
fn site(n: u32, division: &str) -> Value {
    let mut item = company(n);
    item["ownSite"] = json!(format!("https://shop{n}.example.com/live"));
    item["businessAddress"]["division"] = json!(division);
    item
}

on_both! {
    async fn a_city_registers_the_own_sites_seated_in_it(app: TestApp) {
        let ningbo = app.actor("ningbo").await;
        let made = ningbo.register(vec![site(1, "330203"), site(2, "330106")]).await;
        assert_eq!(outcomes(&made), "CREATED REJECTED", "{made:#}");
        assert_tells!(made["results"][1], [("NOT_YOURS", "items.1.businessAddress.division")]);
        let id = made["results"][0]["registration"]["id"].clone();
        let read = ningbo.operator(&id).await;
        assert_eq!((&read["platform"], &read["source"]), (&Value::Null, &json!("SURVEY")), "{read:#}");
        assert_eq!(read["ownSite"], "https://shop1.example.com/live");
        assert_eq!(app.actor("zhejiang").await.operator(&id).await["id"], id);
        for outside in ["xihu", "guangdong", "xihu-live"] {
            assert_eq!(app.actor(outside).await.operator(&id).await, Value::Null, "{outside}");
        }
        assert_eq!(app.number("SELECT count(*) FROM party WHERE kind = 'USCC'").await, 3 + 1, "no party of the refused");
    }

    async fn the_domicile_outranks_the_place_of_business(app: TestApp) {
        let mut item = site(1, "330203");
        item["domicile"] = json!({ "text": "文一路1号", "division": "330106" });
        let refused = app.actor("ningbo").await.register(vec![item.clone()]).await;
        assert_tells!(refused["results"][0], [("NOT_YOURS", "items.0.domicile.division")]);
        assert_eq!(outcomes(&app.actor("xihu").await.register(vec![item]).await), "CREATED");
        let mut bare = site(2, "330203");
        bare.as_object_mut().expect("fields").remove("businessAddress");
        let asked = app.actor("ningbo").await.register(vec![bare]).await;
        assert_tells!(asked["results"][0], [("REQUIRED", "items.0.businessAddress")]);
    }

    async fn absent_keeps_for_offices_too(app: TestApp) {
        let ningbo = app.actor("ningbo").await;
        let unsited = ningbo.register(vec![company(1)]).await;
        assert_tells!(unsited["results"][0], [("PLATFORM_REQUIRED", "items.0.ownSite")]);
        ningbo.register(vec![site(1, "330203")]).await;
        let patch = json!({ "identity": company(1)["identity"], "phone": "0574-87654321" });
        let updated = ningbo.register(vec![patch]).await;
        assert_eq!(outcomes(&updated), "UPDATED", "{updated:#}");
        let cleared = ningbo.register(vec![json!({ "identity": company(1)["identity"], "ownSite": null })]).await;
        assert_tells!(cleared["results"][0], [("REQUIRED", "items.0.ownSite")]);
        let malformed = ningbo.register(vec![json!({ "identity": company(1)["identity"], "ownSite": "ftp://x" })]).await;
        assert_tells!(malformed["results"][0], [("URL_FORM", "items.0.ownSite")]);
    }

    async fn what_another_office_keeps_is_out_of_reach(app: TestApp) {
        let ningbo = app.actor("ningbo").await;
        let made = ningbo.register(vec![site(1, "330203")]).await;
        let id = made["results"][0]["registration"]["id"].clone();
        let before = app.counts().await;
        let xihu = app.actor("xihu").await;
        let captured = xihu.register(vec![site(1, "330106")]).await;
        assert_tells!(captured["results"][0], [("NOT_YOURS", "items.0.identity")]);
        assert_eq!(captured["results"][0]["registration"], Value::Null);
        let close = json!({ "registration": id, "on": "2026-12-01", "reason": "MISTAKE" });
        assert_tells!(xihu.close(vec![close.clone()]).await["results"][0], [("NOT_FOUND", "items.0.registration")]);
        let moved = json!({ "identity": company(1)["identity"], "businessAddress": site(1, "330106")["businessAddress"] });
        let moved = ningbo.register(vec![moved]).await;
        assert_tells!(moved["results"][0], [("NOT_YOURS", "items.0.businessAddress.division")]);
        let mut same_key = site(2, "330106");
        same_key["externalId"] = json!("c-1");
        let taken = xihu.register(vec![same_key]).await;
        assert_tells!(taken["results"][0], [("EXTERNAL_ID_TAKEN", "items.0.externalId")]);
        let message = taken["results"][0]["problems"][0]["message"].as_str().expect("a message");
        assert!(!message.contains(id.as_str().expect("an id")), "{message}");
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);
        assert_eq!(outcomes(&ningbo.close(vec![close]).await), "CLOSED");
        assert_eq!(outcomes(&app.actor("national").await.register(vec![site(1, "330106")]).await), "REOPENED");
    }

    async fn nobody_writes_into_another_s_book(app: TestApp) {
        let own = app.platform_id("xihu-live").await;
        let other = app.platform_id("xihu-other").await;
        let platform = app.actor("xihu-live").await;
        let named = |platform: &str| json!({ "platform": platform, "items": [company(1)] });
        let before = app.counts().await;
        for foreign in [other.as_str(), "no-id", "01900000-0000-7000-8000-000000000000"] {
            let refused = platform.register_with(named(foreign)).await;
            assert_tells!(refused, [("NOT_FOUND", "platform")]);
            assert_eq!(refused["processed"], 0);
        }
        let province = app.actor("zhejiang").await.register_with(named(&own)).await;
        assert_tells!(province, [("NOT_YOURS", "platform")]);
        let city = app.actor("ningbo").await.register_with(named(&own)).await;
        assert_tells!(city, [("NOT_FOUND", "platform")]);
        let sited = platform.register(vec![site(1, "330203")]).await;
        assert_tells!(sited["results"][0], [("NOT_YOURS", "items.0.ownSite")]);
        let cyberspace = app.actor("cyberspace").await.ask(REGISTER, json!({ "input": { "items": [site(1, "330106")] } })).await;
        assert_eq!(error_code(&cyberspace), "FORBIDDEN");
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);
        let done = platform.register_with(named(&own)).await;
        assert_eq!(done["created"], 1, "{done:#}");
    }

    async fn sites_number_their_own_accounts(app: TestApp) {
        let ningbo = app.actor("ningbo").await;
        let with_account = |n: u32| {
            let mut item = site(n, "330203");
            item["accounts"] = json!([{ "accountNumber": "main" }]);
            item
        };
        let made = ningbo.register(vec![with_account(1), with_account(2)]).await;
        assert_eq!(made["created"], 2, "{made:#}");
        let on_platform = app.actor("xihu-live").await.register(vec![company(1)]).await;
        assert_eq!(outcomes(&on_platform), "CREATED", "the same party may sell on a platform too");
        let number = credit_code(1);
        let query = "query ($n: String!) { party(ref: { identity: { kind: USCC, number: $n } }) {
          registrations(first: 10) { edges { node { id platform { id } } } } } }";
        let seen = app.actor("zhejiang").await.data(query, json!({ "n": number })).await;
        let edges = seen["party"]["registrations"]["edges"].as_array().expect("edges");
        assert_eq!(edges.len(), 2, "{seen:#}");
        assert_eq!(codes(&on_platform, 0), Vec::<String>::new());
    }
}
