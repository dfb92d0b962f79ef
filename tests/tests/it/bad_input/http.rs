//! Bodies that are no request.

use serde_json::json;
use tests::database::Engine;

use super::Trial;
use crate::app::TestApp;
use crate::look::error_code;
use crate::operator::{REGISTER, company, on_both};

on_both! {
    async fn bodies_that_are_no_request(app: TestApp) {
        let trial = Trial::of(app).await;
        let parse = &["PARSE_FAILED"][..];
        let input = &["BAD_USER_INPUT"][..];
        let limit = &["LIMIT_EXCEEDED"][..];
        let deep = |open: &str, close: &str, levels: usize| {
            format!(r#"{{"query":"{{me{{role}}}}","variables":{{"x":{}1{}}}}}"#, open.repeat(levels), close.repeat(levels))
        };
        for (what, codes, body) in [
            ("nothing", parse, String::new()),
            ("half a body", parse, r#"{"query":"{me{role}"#.to_owned()),
            ("no JSON", parse, "query { me { role } }".to_owned()),
            ("two values", parse, r#"{"query":"{me{role}}"} {}"#.to_owned()),
            ("a trailing comma", parse, r#"{"query":"{me{role}}",}"#.to_owned()),
            ("NaN", parse, r#"{"query":"{me{role}}","variables":{"x":NaN}}"#.to_owned()),
            ("a lone surrogate", parse, r#"{"query":"{me{role}}","variables":{"x":"\ud800"}}"#.to_owned()),
            ("a lone low surrogate", parse, r#"{"query":"{me{role}}","variables":{"\udc00":1}}"#.to_owned()),
            ("null", input, "null".to_owned()),
            ("a number", input, "17".to_owned()),
            ("an empty list", input, "[]".to_owned()),
            ("no query", input, r#"{"variables":{}}"#.to_owned()),
            ("a query that is a number", input, r#"{"query":1}"#.to_owned()),
            ("variables that are a list", input, r#"{"query":"{me{role}}","variables":[1]}"#.to_owned()),
            ("a NUL", input, r#"{"query":"{me{role}}","variables":{"x":"a\u0000b"}}"#.to_owned()),
            ("a number beyond all", &["PARSE_FAILED", "BAD_USER_INPUT"], r#"{"query":"{me{role}}","variables":{"x":1e999}}"#.to_owned()),
            ("lists in lists", limit, deep("[", "]", 5_000)),
            ("objects in objects", limit, deep(r#"{"a":"#, "}", 5_000)),
            ("more than is read", &["PAYLOAD_TOO_LARGE"], format!(r#"{{"query":"{}"}}"#, " ".repeat(9 << 20))),
        ] {
            trial.refuses(what, codes, body.into_bytes()).await;
        }
        trial.refuses("bytes that are no UTF-8", parse, b"{\"query\":\"{me{role}}\",\"variables\":{\"x\":\"\xff\xfe\"}}".to_vec()).await;
        trial.refuses("UTF-16", parse, "{}".encode_utf16().flat_map(u16::to_le_bytes).collect()).await;
        trial.ends().await;
    }

    async fn documents_that_do_not_fit_the_schema(app: TestApp) {
        let trial = Trial::of(app).await;
        let valid = &["VALIDATION_FAILED"][..];
        let limit = &["LIMIT_EXCEEDED"][..];
        for (codes, query) in [
            (&["PARSE_FAILED"][..], "{ me { role "),
            (&["PARSE_FAILED"], "mutation { registerOperators(input: { items: [ }) }"),
            (&["PARSE_FAILED"], "{ me { role(x: \"\\ud800\") } }"),
            (valid, "{ nobody { role } }"),
            (valid, "{ me { role nothing } }"),
            (valid, "{ me }"),
            (valid, "query A { me { role } } query A { me { role } }"),
            (valid, "{ operators(colour: RED) { totalCount } }"),
            (valid, "{ ...Missing }"),
            (valid, "query ($x: Nothing) { me { role } }"),
        ] {
            trial.refuses_document(codes, query, json!({})).await;
        }
        let aliases: Vec<_> = (0..200).map(|n| format!("a{n}: me {{ role }}")).collect();
        let aliases = aliases.join(" ");
        trial.refuses_document(limit, &format!("{{ {aliases} }}"), json!({})).await;
        let doubling = |level: u32| {
            let next = level + 1;
            format!("fragment F{level} on Query {{ ...F{next} ...F{next} }}")
        };
        let fragments: Vec<_> = (0..24).map(doubling).collect();
        let bomb = format!("query {{ ...F0 }} {} fragment F24 on Query {{ me {{ role }} }}", fragments.join(" "));
        trial.refuses_document(limit, &bomb, json!({})).await;
        let nested = format!("{{ operator(id: \"x\") {} }}", "{ party { registrations { edges { node ".repeat(30));
        trial.refuses_document(&["PARSE_FAILED", "LIMIT_EXCEEDED"], &nested, json!({})).await;
        trial.ends().await;
    }

    async fn batches_of_operations_are_capped(app: TestApp) {
        let trial = Trial::of(app).await;
        let one = json!({ "query": REGISTER, "variables": { "input": { "items": [company(7)] } } });
        let many = serde_json::Value::Array(vec![one; 11]);
        trial.refuses("eleven operations", &["LIMIT_EXCEEDED"], many.to_string().into_bytes()).await;
        trial.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_size_of_a_request_is_a_setting() {
    let less = [
        ("limits.json_values", "1000"),
        ("limits.document_bytes", "1024"),
        ("limits.complexity", "100"),
    ];
    let app = TestApp::start_with(Engine::Sqlite, &less).await;
    let platform = app.actor("xihu-live").await;
    let fits = platform
        .ask(
            "query ($x: [Int!]) { me { role } }",
            json!({ "x": vec![1; 900] }),
        )
        .await;
    assert_eq!(
        fits["errors"][0]["extensions"]["code"], "VALIDATION_FAILED",
        "{fits:#}"
    );
    let long = format!("{{ me {{ role }} }} #{}", " ".repeat(1_024));
    let many = platform
        .ask(
            "query ($x: [Int!]) { me { role } }",
            json!({ "x": vec![1; 1_000] }),
        )
        .await;
    for answer in [many, platform.ask(&long, json!({})).await] {
        assert_eq!(error_code(&answer), "LIMIT_EXCEEDED", "{answer:#}");
    }
    let page = |rows: u32| format!("{{ operators(first: {rows}) {{ edges {{ cursor }} }} }}");
    platform.data(&page(40), json!({})).await;
    assert_eq!(
        error_code(&platform.ask(&page(50), json!({})).await),
        "LIMIT_EXCEEDED"
    );
}
