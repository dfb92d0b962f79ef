//! Who is told what: by a whole number every regulator of the whole registry, a platform of its own, what is shared and what
//! is public; and what makes no question at all.

use super::*;

on_both! {
    async fn everybody_is_told_what_it_may_know(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut shared = listing(&somebody(1));
        shared["shared"] = json!(true);
        platform.list(shared).await;
        platform.list(listing(&somebody(2))).await;
        let asked = || vec![json!({ "identity": somebody(1) }), json!({ "identity": somebody(2) }), json!({ "identity": somebody(3) })];
        for (who, verdict, reads) in [
            ("xihu-live", "LISTED LISTED CLEAR", true),
            ("guangzhou-live", "LISTED CLEAR CLEAR", false),
            ("xihu", "LISTED LISTED CLEAR", true),
            ("zhejiang", "LISTED LISTED CLEAR", true),
            ("cyberspace", "LISTED LISTED CLEAR", true),
            ("guangdong", "LISTED LISTED CLEAR", false),
            ("ningbo", "LISTED LISTED CLEAR", false),
        ] {
            let answer = app.actor(who).await.status(asked()).await;
            assert_eq!(verdicts(&answer), verdict, "{who}");
            let found = &answer["results"][0]["matches"][0];
            assert_eq!(found["entry"]["facts"].is_string(), reads, "{who}: {found:#}");
            assert_eq!((&found["basis"], &found["score"]), (&json!("IDENTITY"), &json!(1.0)));
            assert!(found["entry"]["contact"].is_string(), "{who} knows whom to ask");
            assert_eq!(found["entry"]["validUntil"], "2027-05-31");
        }
        let answer = app.actor("security").await.ask("{ blacklistStatus(items: []) { asOf } }", json!({})).await;
        assert_eq!(error_code(&answer), "FORBIDDEN");
        let looks: Vec<_> = app.audit().await.into_iter().filter(|one| one.operation == "blacklistStatus" && one.outcome == "READ").collect();
        assert_eq!(looks.len(), 7, "each look is one entry");
        assert!(looks[0].detail.contains("\"listed\":2"), "{}", looks[0].detail);
    }

    async fn a_party_is_listed_whatever_it_is_asked_by(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(1), company(1)]).await;
        let one = person(1)["identity"].clone();
        platform.list(listing(&one)).await;
        let own = app.platform_id("xihu-live").await;
        let account = json!({ "account": { "platform": own, "accountNumber": "person-1" } });
        let unknown = json!({ "account": { "platform": own, "accountNumber": "nobody" } });
        let answer = platform.status(vec![json!({ "identity": one }), account.clone(), unknown.clone()]).await;
        assert_eq!(verdicts(&answer), "LISTED LISTED NOT_VALID", "{answer:#} {made:#}");
        assert_eq!(answer["results"][1]["matches"][0]["basis"], "ACCOUNT");
        let told: Vec<_> = crate::look::told(&answer["results"][2]["problems"]);
        assert_eq!(told, [("ACCOUNT_UNKNOWN".to_owned(), "items.2.subject.account".to_owned())]);
        let other = app.actor("guangzhou-live").await.status(vec![account]).await;
        assert_eq!(verdicts(&other), "NOT_VALID", "whose account it is, another platform does not learn");

        let firm = company(1)["identity"].clone();
        let ask = || vec![json!({ "identity": firm })];
        assert_eq!(verdicts(&platform.status(ask()).await), "CLEAR");
        platform.confirm_link("LEGAL_REPRESENTATIVE", &firm, &one).await;
        let answer = platform.status(ask()).await;
        assert_eq!(verdicts(&answer), "CANDIDATES", "a represented company is near, not listed");
        assert_eq!(answer["results"][0]["matches"][0]["parts"][0]["name"], "LEGAL_REPRESENTATIVE");
        let second = person(2);
        platform.register(vec![second.clone()]).await;
        platform.confirm_link("SAME_PERSON", &second["identity"], &one).await;
        let answer = platform.status(vec![json!({ "identity": second["identity"] })]).await;
        assert_eq!(verdicts(&answer), "LISTED");
        assert_eq!(answer["results"][0]["matches"][0]["basis"], "LINKED_PARTY");
        let other = app.actor("guangzhou-live").await;
        assert_eq!(verdicts(&other.status(vec![json!({ "identity": second["identity"] })]).await), "CLEAR");
    }

    async fn what_is_no_question_is_told_so(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let wrong = json!({ "kind": "RESIDENT_ID", "number": "110101199001011239" });
        let answer = platform.status(vec![
            json!({ "identity": wrong }),
            json!({ "identity": { "kind": "RESIDENT_ID", "number": "" } }),
            json!({ "name": "张" }),
            json!({ "name": "　 " }),
            json!({ "name": "王".repeat(10_000) }),
            json!({ "name": "张伟" }),
        ]).await;
        assert_eq!(verdicts(&answer), "NOT_VALID NOT_VALID NOT_VALID NOT_VALID NOT_VALID CLEAR");
        let codes: Vec<_> = (0..5).map(|n| answer["results"][n]["problems"][0]["code"].as_str().expect("a code").to_owned()).collect();
        assert_eq!(codes, ["RESIDENT_ID_CHECK", "EMPTY", "NAME_TOO_SHORT", "NAME_NOT_A_NAME", "TOO_LONG"]);
        assert_eq!((&answer["results"][0]["ref"], &answer["results"][5]["index"]), (&json!("r0"), &json!(5)));
        let many: Vec<_> = (0..1_001).map(|_| json!({ "subject": { "name": "张伟" } })).collect();
        for (items, code) in [(json!(many), "LIMIT_EXCEEDED"), (json!([]), "BAD_USER_INPUT")] {
            let answer = platform.ask(STATUS, json!({ "items": items })).await;
            assert_eq!(error_code(&answer), code);
        }
        let two = json!([{ "subject": { "name": "张伟", "identity": wrong } }]);
        assert!(platform.ask(STATUS, json!({ "items": two })).await["errors"].is_array(), "one way of asking, not two");
        let low = platform.ask(STATUS, json!({ "items": [{ "subject": { "name": "张伟" } }], "threshold": 0.1 })).await;
        assert_eq!(error_code(&low), "BAD_USER_INPUT");
    }

    async fn the_version_counts_every_change(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let version = async || {
            let answer = platform.status(vec![json!({ "identity": somebody(1) })]).await;
            answer["listVersion"].as_str().expect("a version").parse::<i64>().expect("a number")
        };
        let before = version().await;
        let listed = platform.list(listing(&somebody(1))).await;
        assert_eq!(version().await, before + 1);
        platform.list(listing(&somebody(1))).await;
        assert_eq!(version().await, before + 1, "a refusal changes nothing");
        platform.remove(&listed["entry"]["id"], "试").await;
        assert_eq!(version().await, before + 2);
    }

    async fn many_are_answered_by_as_many_statements_as_one(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        for n in 1..=3 {
            platform.list(listing(&somebody(n))).await;
        }
        let mut counts = Vec::new();
        for many in [1, 999] {
            let asked: Vec<_> = (1..=many).map(|n| json!({ "identity": somebody(n) })).collect();
            let before = app.statements();
            let answer = platform.status(asked).await;
            assert_eq!(answer["results"].as_array().map(Vec::len), Some(many as usize));
            counts.push(app.statements() - before);
        }
        assert_eq!(counts[0], counts[1], "no statement an item");
    }
}
