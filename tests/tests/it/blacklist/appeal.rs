//! An appeal stands beside an entry that stays in force until it is decided; every step is dated and told.

use super::listing::pdf_text;
use super::*;

on_both! {
    async fn an_appeal_is_received_reviewed_and_upheld(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let listed = platform.list(listing(&somebody(1))).await;
        let entry = &listed["entry"]["id"];
        let appealed = |on: &str| platform.appeal(json!({ "entry": entry, "grounds": "当日主播不是我本人。", "receivedOn": on }));
        assert_tells!(appealed("2026-11-30").await, [("DATE_ORDER", "receivedOn")]);
        let received = appealed("2026-12-01").await;
        assert_tells!(received, []);
        let appeal = &received["appeal"]["id"];
        assert_eq!((&received["appeal"]["state"], &received["entry"]["state"]), (&json!("RECEIVED"), &json!("ACTIVE")));
        assert_tells!(platform.appeal(json!({ "entry": entry, "grounds": "再次申诉" })).await, [("APPEAL_OPEN", "entry")]);
        app.clock.advance(chrono::TimeDelta::days(2));
        let platform = app.actor("xihu-live").await;
        let review = platform.decide(json!({ "appeal": appeal, "decision": "UNDER_REVIEW", "reasons": "调取录屏" })).await;
        assert_tells!(review, []);
        assert_eq!((&review["appeal"]["state"], &review["appeal"]["reviewedOn"], &review["notice"]), (&json!("UNDER_REVIEW"), &json!("2026-12-03"), &Value::Null));
        let again = platform.decide(json!({ "appeal": appeal, "decision": "UNDER_REVIEW", "reasons": "再调取" })).await;
        assert_tells!(again, [("APPEAL_STEP", "decision")]);
        app.clock.advance(chrono::TimeDelta::days(3));
        let platform = app.actor("xihu-live").await;
        let upheld = platform.decide(json!({ "appeal": appeal, "decision": "UPHELD", "reasons": "录屏与本人相符，维持列入。" })).await;
        assert_tells!(upheld, []);
        let told = &upheld["entry"]["appeals"][0];
        assert_eq!((&told["receivedOn"], &told["reviewedOn"], &told["decidedOn"]), (&json!("2026-12-01"), &json!("2026-12-03"), &json!("2026-12-06")));
        assert_eq!((&told["grounds"], &told["review"], &told["reasons"]), (&json!("当日主播不是我本人。"), &json!("调取录屏"), &json!("录屏与本人相符，维持列入。")));
        assert_eq!(upheld["entry"]["state"], "ACTIVE");
        let (_, pdf) = platform.letter(&upheld["notice"]["path"]).await;
        let text = pdf_text(&pdf);
        for part in ["申诉处理结果告知书", "录屏与本人相符", "2026年12月1日"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_tells!(platform.decide(json!({ "appeal": appeal, "decision": "REMOVED", "reasons": "改变主意" })).await, [("APPEAL_DECIDED", "appeal")]);
        assert_tells!(platform.appeal(json!({ "entry": entry, "grounds": "有新的证据" })).await, []);
        assert_eq!(verdicts(&platform.status(vec![json!({ "identity": somebody(1) })]).await), "LISTED");
    }

    async fn an_appeal_shortens_the_term_or_ends_it(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        for (n, decision, until) in [(1, "SHORTENED", Some("2026-12-31")), (2, "REMOVED", None)] {
            let listed = platform.list(listing(&somebody(n))).await;
            let received = platform.appeal(json!({ "entry": listed["entry"]["id"], "grounds": "情节轻微" })).await;
            let appeal = &received["appeal"]["id"];
            let wrong = platform.decide(json!({ "appeal": appeal, "decision": "SHORTENED", "validUntil": "2027-05-31", "reasons": "不变" })).await;
            assert_tells!(wrong, [("TERM_NOT_SHORTER", "validUntil")]);
            let wrong = platform.decide(json!({ "appeal": appeal, "decision": "SHORTENED", "reasons": "缺期限" })).await;
            assert_tells!(wrong, [("TERM_REQUIRED", "validUntil")]);
            let decided = platform.decide(json!({ "appeal": appeal, "decision": decision, "validUntil": until, "reasons": "首次违法，及时改正" })).await;
            assert_tells!(decided, []);
            assert_eq!(decided["appeal"]["state"], decision);
            assert!(decided["notice"]["path"].is_string());
        }
        let asked = vec![json!({ "identity": somebody(1) }), json!({ "identity": somebody(2) })];
        let answer = platform.status(asked.clone()).await;
        assert_eq!(verdicts(&answer), "LISTED CLEAR");
        assert_eq!(answer["results"][0]["matches"][0]["entry"]["validUntil"], "2026-12-31");
        assert_eq!(verdicts(&platform.status_with(asked, json!({ "at": "2027-01-01" })).await), "CLEAR CLEAR");
    }

    async fn only_the_own_list_is_appealed_to(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut input = listing(&somebody(1));
        input["shared"] = json!(true);
        let shared = platform.list(input).await;
        let closed = platform.list(listing(&somebody(2))).await;
        let other = app.actor("guangzhou-live").await;
        let known = other.appeal(json!({ "entry": shared["entry"]["id"], "grounds": "不服" })).await;
        assert_tells!(known, [("ENTRY_NOT_YOURS", "entry")]);
        let unknown = other.appeal(json!({ "entry": closed["entry"]["id"], "grounds": "不服" })).await;
        assert_tells!(unknown, [("NOT_FOUND", "entry")]);
        assert_tells!(other.remove(&shared["entry"]["id"], "试").await, [("ENTRY_NOT_YOURS", "entry")]);
        let received = platform.appeal(json!({ "entry": shared["entry"]["id"], "grounds": "不服" })).await;
        let decided = other.decide(json!({ "appeal": received["appeal"]["id"], "decision": "UPHELD", "reasons": "试" })).await;
        assert_tells!(decided, [("NOT_FOUND", "appeal")]);
        let absent = platform.decide(json!({ "appeal": shared["entry"]["id"], "decision": "UPHELD", "reasons": "试" })).await;
        assert_tells!(absent, [("NOT_FOUND", "appeal")]);
    }
}
