//! A platform lists somebody with facts, reason, basis, term and a way to appeal, and the letter that tells so is made.

use super::*;

on_both! {
    async fn somebody_is_listed_with_a_letter(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let proof = platform.upload("直播录屏").await;
        let mut input = listing(&somebody(1));
        input["evidence"] = json!([proof]);
        let done = platform.list(input).await;
        assert_tells!(done, []);
        let entry = &done["entry"];
        assert_eq!((&entry["register"], &entry["state"], &entry["role"]), (&json!("PLATFORM"), &json!("ACTIVE"), &json!("STREAMER")));
        assert_eq!(entry["name"], "欧阳*彤", "masked as everywhere: {entry:#}");
        assert_eq!((&entry["validFrom"], &entry["validUntil"]), (&json!("2026-12-01"), &json!("2027-05-31")));
        assert_eq!(entry["legalBasis"]["instrument"], "中华人民共和国广告法");
        assert!(entry["contact"].is_string(), "whom to ask is never missing");
        assert_eq!(entry["evidence"][0]["id"], proof);
        assert_eq!(entry["notices"][0]["file"]["id"], done["notice"]["id"]);
        let (status, pdf) = platform.letter(&done["notice"]["path"]).await;
        assert_eq!((status, &pdf[..5]), (200, b"%PDF-".as_slice()));
        let text = pdf_text(&pdf);
        for part in ["列入黑名单告知书", "欧阳晓彤", "疾病治疗功能", "经两次警示", "广告法》第十七条", "2026年12月1日", "2027年5月31日",
            "平台申诉中心", entry["platform"]["name"].as_str().expect("who lists")] {
            assert!(text.contains(part), "the letter says {part}: {text}");
        }
        let office = app.actor("zhejiang").await;
        let seen = office.data("query ($id: ID!) { node(id: $id) { ... on BlacklistEntry { facts evidence { id path } } } }",
            json!({ "id": entry["id"] })).await;
        assert_eq!(seen["node"]["facts"], entry["facts"], "whom the report is for reads the facts");
        let (status, bytes) = office.letter(&seen["node"]["evidence"][0]["path"]).await;
        assert_eq!((status, bytes), (200, "直播录屏".as_bytes().to_vec()), "and the evidence");
        let everything = app.dump().await + &String::from_utf8_lossy(&app.database_files());
        for words in ["欧阳晓彤", "疾病治疗", "经两次警示"] {
            assert!(!everything.contains(words), "{words} stands in clear");
        }
        let entries = app.audit().await;
        let listed = entries.iter().find(|entry| entry.operation == "listOnBlacklist").expect("it is recorded");
        assert!(listed.subjects.contains(entry["id"].as_str().expect("an id")));
    }

    async fn what_the_law_does_not_allow_is_refused_and_leaves_nothing(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let before = app.counts().await;
        let refused = |change: Value| {
            let mut input = listing(&somebody(1));
            for (field, value) in change.as_object().expect("an object") {
                input[field] = value.clone();
            }
            input
        };
        let basis = |instrument: &str, level: &str, article: &str| json!({ "legalBasis": { "instrument": instrument, "level": level, "article": article } });
        let cases = [
            (json!({ "role": "MERCHANT" }), "LISTING_ROLE", "input.role"),
            (json!({ "facts": "  " }), "EMPTY", "input.facts"),
            (json!({ "reason": "" }), "EMPTY", "input.reason"),
            (json!({ "appealChannel": "" }), "EMPTY", "input.appealChannel"),
            (json!({ "validUntil": "2026-11-30" }), "TERM_ENDED", "input.validUntil"),
            (json!({ "validFrom": "2027-06-01" }), "DATE_ORDER", "input.validUntil"),
            (basis("网络交易监督管理办法", "RULE", "第十四条"), "BASIS_LEVEL", "input.legalBasis.level"),
            (basis("广告法", "ADMINISTRATIVE_REGULATION", "第十七条"), "BASIS_LEVEL_MISMATCH", "input.legalBasis.level"),
            (basis("本平台规则", "LAW", "第一条"), "INSTRUMENT_UNKNOWN", "input.legalBasis.instrument"),
            (basis("广告法", "LAW", "17"), "BASIS_ARTICLE", "input.legalBasis.article"),
            (json!({ "name": "张" }), "NAME_TOO_SHORT", "input.name"),
            (json!({ "name": "张".repeat(10_000) }), "TOO_LONG", "input.name"),
            (json!({ "name": "13812345678" }), "PERSONAL_DATA_IN_TEXT", "input.name"),
            (json!({ "subject": { "identity": { "kind": "RESIDENT_ID", "number": "110101199001011239" } } }), "RESIDENT_ID_CHECK", "input.subject.identity.number"),
            (json!({ "subject": { "party": "no-id" } }), "NOT_FOUND", "input.subject.party"),
            (json!({ "evidence": ["no-id"] }), "EVIDENCE_NOT_FOUND", "input.evidence.0"),
            (json!({ "platform": app.platform_id("guangzhou-live").await }), "NOT_YOURS", "input.platform"),
        ];
        for (change, code, path) in cases {
            let path = path.trim_start_matches("input.");
            let done = platform.list(refused(change)).await;
            assert_tells!(done, [(code, path)]);
            assert_eq!((&done["entry"], &done["notice"]), (&Value::Null, &Value::Null));
        }
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);
        assert_eq!(verdicts(&platform.status(vec![json!({ "identity": somebody(1) })]).await), "CLEAR");
        let office = app.actor("zhejiang").await;
        let answer = office.ask("mutation ($input: ListOnBlacklistInput!) { listOnBlacklist(input: $input) { problems { code } } }",
            json!({ "input": listing(&somebody(1)) })).await;
        assert_eq!(error_code(&answer), "FORBIDDEN", "offices mirror lists, they do not write the platforms'");
    }

    async fn a_party_stands_once_on_a_list_in_a_role(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let first = platform.list(listing(&somebody(1))).await;
        let again = platform.list(listing(&somebody(1))).await;
        assert_tells!(again, [("ALREADY_LISTED", "subject")]);
        assert_eq!(again["entry"]["id"], first["entry"]["id"], "and the answer names it");
        let mut operator = listing(&somebody(1));
        operator["role"] = json!("OPERATOR");
        assert_tells!(platform.list(operator).await, []);
        let other = app.actor("guangzhou-live").await;
        assert_tells!(other.list(listing(&somebody(1))).await, []);
        assert_tells!(platform.remove(&first["entry"]["id"], "事实有误").await, []);
        assert_tells!(platform.list(listing(&somebody(1))).await, []);
    }

    async fn a_key_lists_once(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut input = listing(&somebody(1));
        input["idempotencyKey"] = json!("once");
        let first = platform.list(input.clone()).await;
        let again = platform.list(input).await;
        assert_eq!(first["entry"]["id"], again["entry"]["id"]);
        assert_tells!(again, []);
        assert_eq!(app.number("SELECT count(*) FROM blacklist_entry").await, 1);
    }
}

/// What pdftotext reads out of a letter.
pub(crate) fn pdf_text(pdf: &[u8]) -> String {
    use std::io::Write as _;
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(pdf).expect("written");
    let read = std::process::Command::new("pdftotext")
        .arg(file.path())
        .arg("-")
        .output()
        .expect("pdftotext of poppler-utils is installed");
    assert!(
        read.status.success(),
        "{}",
        String::from_utf8_lossy(&read.stderr)
    );
    String::from_utf8(read.stdout)
        .expect("text")
        .replace(['\n', '\u{c}', ' '], "")
}
