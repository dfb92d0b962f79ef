//! Whom a platform barred it does not register again: not under the same number, not under one that is the same person's or
//! business's, in no role but the merchant's, by no way of registering; what stands goes on.

use super::*;
use crate::look::{outcomes, tells};
use crate::merchant::farmer;
use crate::operator::codes;
use crate::streamer::streamer;

/// A company by its number.
pub(crate) fn firm(n: u32) -> Value {
    json!({ "kind": "USCC", "number": credit_code(n) })
}

/// A listing of a company.
pub(crate) fn firm_listing(n: u32) -> Value {
    let mut input = listing(&firm(n));
    (input["role"], input["name"]) = (
        json!("OPERATOR"),
        json!(format!("宁波海曙第{n}号直播有限公司")),
    );
    input
}

/// What closes the first registration of a batch today.
pub(crate) fn closes(batch: &Value) -> Vec<Value> {
    let id = &batch["results"][0]["registration"]["id"];
    vec![json!({ "registration": id, "on": "2026-12-01", "reason": "CLOSED_BY_PLATFORM" })]
}

/// The problems of a batch's result, with their paths.
fn refused(batch: &Value, index: usize, expected: &[(&str, &str)]) {
    let problems = &batch["results"][index]["problems"];
    assert!(
        tells(problems, expected),
        "{batch:#} does not tell {expected:?}"
    );
}

on_both! {
    async fn somebody_barred_is_not_registered(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.list(listing(&somebody(1))).await;
        for dry in [true, false] {
            let done = platform.register_with(json!({ "items": [person(1), person(2)], "dryRun": dry })).await;
            assert_eq!(outcomes(&done), "REJECTED CREATED", "{done:#}");
            refused(&done, 0, &[("BLACKLISTED", "items.0.identity")]);
            let problem = &done["results"][0]["problems"][0];
            assert_eq!((&problem["severity"], &problem["article"]["number"]), (&json!("ERROR"), &json!("第十四条")));
            assert!(problem["message"].as_str().is_some_and(|text| text.contains("2027-05-31")), "{problem:#}");
        }
        let mut other = streamer(1);
        other["identity"] = somebody(1);
        let done = platform.register_streamers(vec![other.clone()]).await;
        refused(&done, 0, &[("BLACKLISTED", "items.0.identity")]);
        assert_eq!(app.number("SELECT count(*) FROM registration").await, 1, "and nothing of it is left");
        let mut seller = farmer(1);
        seller["identity"] = somebody(1);
        let done = platform.register_kind("Merchants", vec![seller]).await;
        assert_eq!(outcomes(&done), "CREATED", "the article does not speak of merchants: {done:#}");
        refused(&done, 0, &[]);
        let done = app.actor("guangzhou-live").await.register(vec![person(1)]).await;
        assert_eq!(outcomes(&done), "CREATED", "one platform's list binds that platform: {done:#}");
        refused(&done, 0, &[]);
    }

    async fn a_term_bars_by_its_days(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut input = listing(&somebody(1));
        (input["validFrom"], input["validUntil"]) = (json!("2026-12-03"), json!("2026-12-05"));
        platform.list(input).await;
        let dry = json!({ "items": [person(1)], "dryRun": true });
        for (day, expected) in [(1, "CREATED"), (3, "REJECTED"), (5, "REJECTED"), (6, "CREATED")] {
            let actor = app.actor("xihu-live").await;
            assert_eq!(outcomes(&actor.register_with(dry.clone()).await), expected, "on day {day}, whatever was marked");
            app.clock.advance(chrono::TimeDelta::days(match day { 1 | 3 => 2, _ => 1 }));
        }
        let platform = app.actor("xihu-live").await;
        let listed = platform.list(listing(&somebody(2))).await;
        assert_eq!(outcomes(&platform.register(vec![person(2)]).await), "REJECTED");
        platform.remove(&listed["entry"]["id"], "核查后事实不成立").await;
        assert_eq!(outcomes(&platform.register(vec![person(2)]).await), "CREATED", "and a removal ends it at once");
    }

    async fn what_stands_goes_on_and_what_closed_stays_closed(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(1)]).await;
        platform.list(listing(&somebody(1))).await;
        let update = json!({ "identity": somebody(1), "phone": "0574-87654321" });
        let done = platform.register(vec![update]).await;
        assert_eq!(outcomes(&done), "UPDATED", "{done:#}");
        refused(&done, 0, &[]);
        let verified = platform.data("mutation ($id: ID!) { confirmVerification(input: { items: [{ registration: $id,
            verification: { at: \"2026-11-30T08:00:00+08:00\", method: \"OCR\" } }] }) { updated } }",
            json!({ "id": made["results"][0]["registration"]["id"] })).await;
        assert_eq!(verified["confirmVerification"]["updated"], 1);
        assert_eq!(outcomes(&platform.close(closes(&made)).await), "CLOSED");
        let done = platform.register(vec![person(1)]).await;
        refused(&done, 0, &[("BLACKLISTED", "items.0.identity")]);
        assert_eq!(app.column("SELECT status FROM registration").await, ["CLOSED"]);
    }

    async fn who_is_the_same_is_barred_too(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(1)]).await;
        let linked = platform.register(vec![company(5), company(6), company(7)]).await;
        assert_eq!(outcomes(&linked), "CREATED CREATED CREATED", "{linked:#}");
        let twin = platform.register(vec![person(8)]).await;
        for (kind, party) in [("PROPRIETOR", firm(5)), ("LEGAL_REPRESENTATIVE", firm(6)), ("SAME_PERSON", somebody(8))] {
            let confirmed = platform.confirm_link(kind, &party, &somebody(1)).await;
            assert_tells!(confirmed, []);
        }
        let ids = linked["results"].as_array().expect("results").iter().chain(twin["results"].as_array().expect("results"))
            .chain(made["results"].as_array().expect("results"));
        let closing = ids.map(|one| json!({ "registration": one["registration"]["id"], "on": "2026-12-01", "reason": "CLOSED_BY_PLATFORM" }));
        platform.close(closing.collect()).await;
        platform.list(listing(&somebody(1))).await;
        let items = vec![person(1), company(5), company(6), company(7), person(8)];
        let done = platform.register_with(json!({ "items": items, "dryRun": true })).await;
        assert_eq!(outcomes(&done), "REJECTED REJECTED REOPENED REOPENED REJECTED", "{done:#}");
        refused(&done, 1, &[("BLACKLISTED", "items.1.identity")]);
        refused(&done, 2, &[("EVASION_LEAD", "items.2.identity")]);
        refused(&done, 3, &[]);
        assert_eq!(app.number("SELECT count(*) FROM evasion_lead").await, 0, "a dry run raises nothing");
        let other = app.actor("guangzhou-live").await;
        other.register(vec![company(5)]).await;
        other.list(listing(&somebody(1))).await;
        let closing = other.register(vec![company(5)]).await;
        other.close(closes(&closing)).await;
        assert_eq!(outcomes(&other.register(vec![company(5)]).await), "REOPENED", "what another platform confirmed does not count here");
    }

    async fn what_others_listed_is_told_or_refused_as_set(app: TestApp) {
        let other = app.actor("guangzhou-live").await;
        other.register(vec![person(1), person(2)]).await;
        for n in [1, 2] {
            let mut input = listing(&somebody(n));
            input["shared"] = json!(n != 2);
            other.list(input).await;
        }
        let dry = || json!({ "items": [person(1), person(2)], "dryRun": true });
        let platform = app.actor("xihu-live").await;
        let done = platform.register_with(dry()).await;
        assert_eq!(outcomes(&done), "CREATED CREATED");
        refused(&done, 0, &[("LISTED_ELSEWHERE", "items.0.identity")]);
        assert_eq!(done["results"][0]["problems"][0]["severity"], "WARNING");
        refused(&done, 1, &[]);
        let strict = app.beside(&[("blacklist.elsewhere", "refuse")]).await;
        let done = strict.actor("xihu-live").await.register_with(dry()).await;
        assert_eq!(outcomes(&done), "REJECTED CREATED", "{done:#}");
        assert_eq!(done["results"][0]["problems"][0]["severity"], "ERROR");
        let blind = app.beside(&[("blacklist.elsewhere", "ignore")]).await;
        refused(&blind.actor("xihu-live").await.register_with(dry()).await, 0, &[]);
        // As a mirrored list of an authority has it.
        app.run("UPDATE blacklist_entry SET register = 'SERIOUS_VIOLATION', platform_id = NULL WHERE shared").await;
        let done = strict.actor("xihu-live").await.register_with(dry()).await;
        assert_eq!(outcomes(&done), "CREATED CREATED", "an authority's list bars nobody by this article: {done:#}");
        refused(&done, 0, &[("LISTED_ELSEWHERE", "items.0.identity")]);
    }

    async fn a_correction_does_not_lead_to_somebody_barred(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(2)]).await;
        platform.list(listing(&somebody(1))).await;
        let proof = platform.upload("证件照片").await;
        let correct = |n: u32| json!({ "registration": made["results"][0]["registration"]["id"], "to": somebody(n),
            "reason": "录入错误", "evidence": [proof] });
        assert_tells!(platform.correct(correct(1)).await, [("BLACKLISTED", "to")]);
        assert_tells!(platform.correct(correct(3)).await, []);
    }

    async fn a_first_load_keeps_them_out(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.list(listing(&somebody(1))).await;
        let items = [company(1), person(1), person(2)];
        let lines: Vec<_> = items.iter().map(ToString::to_string).collect();
        let text = lines.join("\n") + "\n";
        let job = platform.imported(&app, &text).await;
        let told = platform.data("query ($id: ID!) { importJob(id: $id) { created rejected problems { code path } } }", json!({ "id": job })).await;
        let told = &told["importJob"];
        assert_eq!((&told["created"], &told["rejected"]), (&json!(2), &json!(1)), "{told:#}");
        assert_tells!(told, [("BLACKLISTED", "2.identity")]);
    }

    async fn listing_and_registering_meet(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut created = 0;
        for n in 1..=8 {
            let (listed, done) = tokio::join!(platform.list(listing(&somebody(n))), platform.register(vec![person(n)]));
            // Whoever was registered first bears another name than the listing gives.
            if listed["problems"] != json!([]) {
                assert_tells!(listed, [("LISTED_NAME_DIFFERS", "name")]);
            }
            match codes(&done, 0).as_slice() {
                [] => created += 1,
                [code] => assert_eq!(code, "BLACKLISTED"),
                more => panic!("{more:?}"),
            }
        }
        assert_eq!(app.number("SELECT count(*) FROM blacklist_entry").await, 8);
        for table in ["registration", "revision", "account"] {
            assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, created, "{table}: whole or not at all");
        }
        let again = platform.register((1..=8).map(person).collect()).await;
        assert_eq!(again["rejected"].as_i64(), Some(8 - created), "{again:#}");
        assert_eq!(again["unchanged"].as_i64(), Some(created), "who stood before the listing goes on");
    }

    async fn many_are_judged_by_as_many_statements_as_few(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let both: Vec<u32> = (1..=999).collect();
        for chunk in both.chunks(500) {
            let known = platform.register_streamers(chunk.iter().map(|n| {
                let mut streamer = streamer(*n);
                streamer["identity"] = somebody(*n);
                streamer
            }).collect()).await;
            assert_eq!(known["created"].as_u64(), Some(chunk.len() as u64));
        }
        for n in [5, 500] {
            platform.list(listing(&somebody(n))).await;
        }
        let mut counts = Vec::new();
        for some in [1..=10, 11..=999] {
            let before = app.statements();
            let done = platform.register(some.clone().map(person).collect()).await;
            assert_eq!((done["rejected"].as_u64(), done["created"].as_u64()), (Some(1), Some(some.count() as u64 - 1)), "{}", done["problems"]);
            counts.push(app.statements() - before);
        }
        assert_eq!(counts[0], counts[1], "no statement an item");
    }

    async fn an_empty_list_costs_a_look(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1)]).await;
        let of = |statements: Vec<String>| statements.iter().filter(|one| one.contains("blacklist_entry")).count();
        let before = app.statements();
        platform.register((2..=50).map(company).collect()).await;
        assert_eq!(of(app.statements_since(before)), 1, "whether there is anything");
        let before = app.statements();
        platform.register_streamers((1..=50).map(streamer).collect()).await;
        assert_eq!(of(app.statements_since(before)), 0, "whom nobody ever named is on no list");
    }

    async fn lists_tell_who_is_listed(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register((1..=4).map(person).collect()).await;
        platform.list(listing(&somebody(1))).await;
        let other = app.actor("guangzhou-live").await;
        other.register((1..=4).map(person).collect()).await;
        for (n, shared) in [(2, true), (3, false)] {
            let mut input = listing(&somebody(n));
            input["shared"] = json!(shared);
            other.list(input).await;
        }
        let ask = async |actor: &Actor, listed: bool| {
            let query = "query ($listed: Boolean!) { operators(filter: { blacklisted: $listed }) { totalCount edges { node { externalId } } } }";
            let answer = actor.data(query, json!({ "listed": listed })).await;
            let edges = answer["operators"]["edges"].as_array().expect("edges").clone();
            assert_eq!(answer["operators"]["totalCount"].as_u64(), Some(edges.len() as u64));
            edges.iter().map(|edge| edge["node"]["externalId"].as_str().expect("an id").to_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(ask(&platform, true).await, "p-1 p-2", "its own and what is shared");
        assert_eq!(ask(&platform, false).await, "p-3 p-4");
        assert_eq!(ask(&other, true).await, "p-2 p-3");
        let office = app.actor("zhejiang").await;
        assert_eq!(ask(&office, true).await, "p-1 p-2", "an office of the platforms of its territory and what is shared");
        app.clock.advance(chrono::TimeDelta::days(300));
        assert_eq!(ask(&app.actor("xihu-live").await, true).await, "", "by the days, whatever was marked");
    }
}
