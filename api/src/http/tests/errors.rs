//! Codes, words and statuses of errors, whoever raised them. Faults tell nothing of their cause.

use async_graphql::{EmptyMutation, EmptySubscription, Request, Schema, ServerError};
use axum::{body::Body, http::header};
use serde_json::{Value, json};

use super::super::errors::complete;
use super::{App, Code, Lang, Query, RequestId, entropy, post};

/// How a schema with these limits refuses a query, in the library's own words, and the code we give it.
async fn library(query: &str, variables: Value) -> (String, Code) {
    let mut error = raised(query, variables).await;
    let words = error.message.clone();
    let id = RequestId::of(&axum::http::HeaderMap::new(), &entropy());
    (words, complete(&mut error, Lang::En, &id))
}

/// An error of a schema with these limits, as the library tells it.
async fn raised(query: &str, variables: Value) -> ServerError {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription)
        .limit_complexity(6)
        .limit_depth(4)
        .limit_recursive_depth(5)
        .limit_directives(1)
        .limit_aliases(2)
        .finish();
    let variables = async_graphql::Variables::from_json(variables);
    let mut response = schema
        .execute(Request::new(query).variables(variables))
        .await;
    response.errors.remove(0)
}

#[tokio::test]
async fn what_is_most_often_wrong_is_told_in_chinese() {
    let cases = [
        (
            "{ echo(text: 1) }",
            "输入值不合规：\"text\" 须是 \"String\"",
        ),
        (
            "{ sum(pair: { left: 1, middle: 2 }) }",
            "输入值不合规：\"pair\" 不认识 \"middle\"，\"Pair\" 没有这个字段",
        ),
        (
            "{ sum(pair: {}) }",
            "输入值不合规：\"pair\" 缺少 \"left\"（\"Int!\"）",
        ),
        (
            "{ nothing }",
            "查询文档与接口不符：\"Query\" 没有字段 \"nothing\"",
        ),
    ];
    for (query, told) in cases {
        let mut error = raised(query, json!({})).await;
        let id = RequestId::of(&axum::http::HeaderMap::new(), &entropy());
        complete(&mut error, Lang::Zh, &id);
        assert_eq!(error.message, told, "{query}");
    }
}

#[tokio::test]
async fn every_error_of_the_library_gets_its_code() {
    let limit = [
        "{ me { me { me { leaf { value } } } } }",
        "{ me { me { me { me { me { me { leaf { value } } } } } } } }",
        "{ a: hello b: hello c: hello }",
        "{ hello @skip(if: false) @include(if: true) }",
        "{ hello hello hello hello hello hello hello }",
    ];
    for query in limit {
        let (words, code) = library(query, json!({})).await;
        assert_eq!(code, Code::LimitExceeded, "{query}: {words}");
    }
    let input = [
        ("{ echo(text: 1) }", json!({})),
        ("query($t: String!) { echo(text: $t) }", json!({ "t": 5 })),
        ("query($t: String!) { echo(text: $t) }", json!({})),
        ("{ sum(pair: { left: 1, middle: 2 }) }", json!({})),
        ("{ sum(pair: {}) }", json!({})),
        (
            "query($l: Int) { sum(pair: { left: $l }) }",
            json!({ "l": "x" }),
        ),
        ("{ sum(pair: { left: 1 }, more: 10) }", json!({})),
        ("{ sum(pair: { left: 99999999999 }) }", json!({})),
    ];
    for (query, variables) in input {
        let (words, code) = library(query, variables).await;
        assert_eq!(code, Code::BadUserInput, "{query}: {words}");
    }
    let invalid = [
        "{ nothing }",
        "{ hello { x } }",
        "{ me }",
        "{ hello(a: 1) }",
        "{ echo }",
        "query($a: Int) { hello }",
        "{ echo(text: $a) }",
        "{ hello @nothing }",
        "{ hello } fragment f on Query { hello }",
    ];
    for query in invalid {
        let (words, code) = library(query, json!({})).await;
        assert_eq!(code, Code::ValidationFailed, "{query}: {words}");
    }
}

#[tokio::test]
async fn a_panic_is_a_fault_without_its_text() {
    let app = App::new();
    let answer = app.ask("{ crash(text: \"张三\") }").await;
    assert_eq!(answer.error(), (500, "INTERNAL"));
    assert!(answer.json.get("data").is_none());
    assert!(
        !answer.text.contains("secret") && !answer.text.contains("张三"),
        "{}",
        answer.text
    );
    let mut request = post().body(Body::empty()).unwrap();
    request
        .headers_mut()
        .insert(header::AUTHORIZATION, "Bearer crash".parse().unwrap());
    let answer = app.send(request).await;
    assert_eq!(answer.error(), (500, "INTERNAL"));
    let request = axum::http::Request::get("/panics")
        .body(Body::empty())
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(answer.error(), (500, "INTERNAL"));
    assert!(!answer.text.contains("secret"));
    assert_eq!(app.ask("{ hello }").await.status, 200);
}

#[tokio::test]
async fn an_error_that_nobody_gave_a_code_is_a_fault_of_ours() {
    let app = App::new();
    let answer = app.ask("{ fault }").await;
    assert_eq!(answer.error(), (500, "INTERNAL"));
    assert_eq!(answer.json["data"], Value::Null);
    assert_eq!(answer.json["errors"][0]["path"], json!(["fault"]));
    assert!(!answer.text.contains("10.0.0.1"), "{}", answer.text);
    let partial = app.ask("{ hello maybe }").await;
    assert_eq!(partial.error(), (200, "INTERNAL"));
    assert_eq!(
        partial.json["data"],
        json!({ "hello": "你好", "maybe": null })
    );
    assert!(!partial.text.contains("secret"));
}

#[tokio::test]
async fn a_refusal_in_a_resolver_keeps_code_and_words() {
    let app = App::new();
    let stale = app.ask("{ stale }").await;
    assert_eq!(stale.error(), (200, "STALE"));
    assert_eq!(stale.message(), "已有更新");
    assert_eq!(stale.json["data"], Value::Null);
    let away = app.ask("{ away }").await;
    assert_eq!(away.error(), (503, "UNAVAILABLE"));
    assert_eq!(away.json["errors"][0]["extensions"]["retryAfter"], 3);
    assert_eq!(away.message(), "away");
}

#[tokio::test]
async fn refusals_before_execution_keep_their_status_in_either_media_type() {
    let app = App::new();
    for (token, status, code) in [
        ("blocked", 429, "RATE_LIMITED"),
        ("closed", 503, "UNAVAILABLE"),
    ] {
        for accept in ["application/json", "application/graphql-response+json"] {
            let mut request = post().body(Body::from(r#"{"query":"{ hello }"}"#)).unwrap();
            let headers = request.headers_mut();
            headers.insert(
                header::AUTHORIZATION,
                format!("Bearer {token}").parse().unwrap(),
            );
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            let answer = app.send(request).await;
            assert_eq!(answer.error(), (status, code));
            assert!(answer.header("content-type").starts_with(accept));
            if token == "blocked" {
                assert_eq!(answer.header("retry-after"), "7");
                assert_eq!(answer.json["errors"][0]["extensions"]["retryAfter"], 7);
            }
        }
    }
}

#[tokio::test]
async fn words_follow_accept_language() {
    let app = App::new();
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let table = [
        (None, true),
        (Some("zh-CN,zh;q=0.9,en;q=0.8"), true),
        (Some("en"), false),
        (Some("en-GB, zh;q=0.5"), false),
        (Some("fr, en;q=0.1"), false),
        (Some("fr"), true),
        (Some("*"), true),
        (Some("en;q=nonsense"), true),
    ];
    for (accepted, expected) in table {
        for body in [
            r#"{"query":"{"}"#,
            r#"{"query":"{ nothing }"}"#,
            r#"{"query":"{ fault }"}"#,
            "x",
        ] {
            let mut request = post().body(Body::from(body)).unwrap();
            if let Some(accepted) = accepted {
                request
                    .headers_mut()
                    .insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
            }
            let answer = app.send(request).await;
            assert_eq!(
                chinese(answer.message()),
                expected,
                "{accepted:?} {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn a_syntax_error_says_where_without_repeating_the_text() {
    let app = App::new();
    let answer = app.ask("{ hello\n  echo(text: \"张三\" }").await;
    assert_eq!(answer.error(), (400, "PARSE_FAILED"));
    assert_eq!(
        answer.json["errors"][0]["locations"],
        json!([{ "line": 2, "column": 19 }])
    );
    assert!(!answer.text.contains("张三"), "{}", answer.text);
}

#[test]
fn codes_are_those_of_the_contract() {
    let names: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(
        names.join(" "),
        "PARSE_FAILED VALIDATION_FAILED BAD_USER_INPUT LIMIT_EXCEEDED UNAUTHENTICATED FORBIDDEN \
         NOT_FOUND CONFLICT STALE PAYLOAD_TOO_LARGE RATE_LIMITED TIMEOUT UNAVAILABLE INTERNAL DAMAGED \
         DIGEST_MISMATCH"
    );
    for code in Code::ALL {
        assert_eq!(Code::find(code.as_str()), Some(*code));
    }
}
