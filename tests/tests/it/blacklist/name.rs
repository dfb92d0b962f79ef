//! By name: what is alike is told with its score for a person to judge, who is remembered.

use super::*;

fn named(name: &str) -> Value {
    json!({ "name": name })
}

on_both! {
    async fn what_is_alike_is_a_candidate_with_its_score(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.list(listing(&somebody(1))).await;
        let mut firm = listing(&json!({ "kind": "USCC", "number": credit_code(9) }));
        (firm["name"], firm["role"]) = (json!("杭州星河万里文化传媒有限公司"), json!("AGENCY"));
        platform.list(firm).await;
        let asked = vec![named("歐陽曉彤"), named("欧阳小彤"), named("ouyang xiaotong"), named("诸葛明远"),
            named("杭州星河万里文化传媒有限公司"), named("星河万里文化传媒（杭州）有限责任公司"), named("杭州山海经贸有限公司")];
        let answer = platform.status(asked).await;
        assert_eq!(verdicts(&answer), "CANDIDATES CANDIDATES CANDIDATES CLEAR LISTED CANDIDATES CLEAR", "{answer:#}");
        let exact = &answer["results"][0]["matches"][0];
        assert_eq!((&exact["basis"], &exact["score"]), (&json!("NAME"), &json!(1.0)));
        assert!(!exact["parts"].as_array().expect("parts").is_empty());
        assert_eq!(exact["entry"]["name"], "欧阳*彤", "a likeness tells nobody's whole name");
        let strict = platform.status_with(vec![named("欧阳小彤")], json!({ "threshold": 0.999 })).await;
        assert_eq!(verdicts(&strict), "CLEAR");
        let other = app.actor("guangzhou-live").await;
        assert_eq!(verdicts(&other.status(vec![named("歐陽曉彤")]).await), "CLEAR", "what is not shared, another platform does not learn");
        let county = app.actor("xihu").await;
        assert_eq!(verdicts(&county.status(vec![named("歐陽曉彤")]).await), "CANDIDATES");
        let away = app.actor("guangdong").await;
        assert_eq!(verdicts(&away.status(vec![named("歐陽曉彤")]).await), "CLEAR", "a name opens only what is in sight");
        assert_eq!(app.number("SELECT count(DISTINCT key_id) FROM blacklist_token").await, 1);
    }

    async fn a_judgement_is_remembered_on_the_side_that_judged(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let listed = platform.list(listing(&somebody(1))).await;
        let entry = &listed["entry"]["id"];
        let ask = || vec![named("欧阳小彤")];
        let judged = platform.judge(json!({ "name": "欧阳小彤", "entry": entry, "verdict": "NOT_THE_SAME", "reason": "出生年份不同" })).await;
        assert_tells!(judged, []);
        assert_eq!(verdicts(&platform.status(ask()).await), "CLEAR");
        let county = app.actor("xihu").await;
        assert_eq!(verdicts(&county.status(ask()).await), "CANDIDATES", "an office judges for itself");
        platform.judge(json!({ "name": "欧陽小彤", "entry": entry, "verdict": "UNSURE", "reason": "待核实" })).await;
        let answer = platform.status(ask()).await;
        assert_eq!(verdicts(&answer), "CANDIDATES");
        assert_eq!(answer["results"][0]["matches"][0]["judgement"]["reason"], "待核实");
        platform.judge(json!({ "name": "欧阳小彤", "entry": entry, "verdict": "SAME", "reason": "电话核实为同一人，曾用名" })).await;
        assert_eq!(verdicts(&platform.status(ask()).await), "LISTED");
        assert_eq!(app.number("SELECT count(*) FROM match_judgement").await, 3, "each is kept");
        assert_eq!(app.number("SELECT count(*) FROM match_judgement WHERE replaced_at IS NULL").await, 1);
        assert_tells!(platform.judge(json!({ "name": "欧", "entry": "no-id", "verdict": "SAME", "reason": "" })).await,
            [("NAME_TOO_SHORT", "name"), ("EMPTY", "reason"), ("NOT_FOUND", "entry")]);
    }

    async fn two_characters_are_never_listed_by_name(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut input = listing(&somebody(1));
        input["name"] = json!("张伟");
        let listed = platform.list(input).await;
        assert_eq!(verdicts(&platform.status(vec![named("张伟")]).await), "CANDIDATES");
        platform.judge(json!({ "name": "张伟", "entry": listed["entry"]["id"], "verdict": "SAME", "reason": "同一人" })).await;
        assert_eq!(verdicts(&platform.status(vec![named("张伟")]).await), "CANDIDATES", "so many share it");
        platform.judge(json!({ "name": "张伟", "entry": listed["entry"]["id"], "verdict": "NOT_THE_SAME", "reason": "另有其人" })).await;
        let answer = platform.status(vec![named("张伟")]).await;
        assert_eq!(verdicts(&answer), "CANDIDATES", "the next one of that name may be the listed one");
        assert_eq!(answer["results"][0]["matches"][0]["judgement"]["verdict"], "NOT_THE_SAME");
    }
}
