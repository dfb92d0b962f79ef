//! What no client should send: a clear error with a code, nothing written, no panic, never 500.

use axum::body::Body;
use serde_json::{Value, json};

use super::{App, Limits, Settings, get, post};

/// A mutation with whatever variables, as raw JSON, so that a refusal can be told from a write.
fn writing(variables: &str) -> String {
    format!(r#"{{"query":"mutation($t: String) {{ write(text: $t) }}","variables":{variables}}}"#)
}

#[tokio::test]
async fn malformed_json_is_400() {
    let app = App::new();
    let bodies: [&[u8]; 10] = [
        b"",
        b"{",
        b"{ \"not a JSON",
        b"{\"query\":\"{ hello }\"} {}",
        b"{\"query\":\"{ hello }\",}",
        b"\xff\xfe",
        b"{\"query\":\"\xff\"}",
        b"{\"query\":\"{ \x00hello }\"}",
        b"\xef\xbb\xbf{\"query\":\"{ hello }\"}",
        b"{\"query\":\"{ hello }\",\"variables\":{\"a\":1e999}}",
    ];
    for body in bodies {
        let answer = app.post_bytes(body).await;
        assert_eq!(
            answer.error(),
            (400, "PARSE_FAILED"),
            "{:?}",
            String::from_utf8_lossy(body)
        );
    }
}

#[tokio::test]
async fn parameters_of_wrong_types_are_400_in_either_media_type() {
    let app = App::new();
    let wrong = [
        json!({ "a": 1 }),
        json!(0),
        json!(false),
        json!(["a"]),
        json!("text"),
    ];
    for name in ["query", "operationName", "variables", "extensions"] {
        for value in &wrong {
            let right = match name {
                "query" | "operationName" => value.is_string(),
                _ => value.is_object(),
            };
            if right {
                continue;
            }
            let mut body = json!({ "query": "mutation { write }" });
            body[name] = value.clone();
            assert_eq!(
                app.post(&body).await.error(),
                (400, "BAD_USER_INPUT"),
                "{body}"
            );
            let mut request = post().body(Body::from(body.to_string())).unwrap();
            request.headers_mut().remove("accept");
            assert_eq!(
                app.send(request).await.error(),
                (400, "BAD_USER_INPUT"),
                "{body}"
            );
        }
    }
    for body in [
        json!(null),
        json!(1),
        json!("x"),
        json!({}),
        json!({ "query": null }),
    ] {
        assert_eq!(
            app.post(&body).await.error(),
            (400, "BAD_USER_INPUT"),
            "{body}"
        );
    }
    assert_eq!(app.writes(), 0);
}

#[tokio::test]
async fn lone_surrogates_are_refused_wherever_they_stand() {
    let app = App::new();
    for variables in [
        r#"{"t":"\ud800"}"#,
        r#"{"t":"a\udc00b"}"#,
        r#"{"\ud800":"t"}"#,
    ] {
        let answer = app.post_bytes(writing(variables)).await;
        assert_eq!(answer.error(), (400, "PARSE_FAILED"), "{variables}");
    }
    let literal = app.ask(r#"mutation { write(text: "\ud800") }"#).await;
    assert_eq!(literal.error(), (400, "PARSE_FAILED"));
    let whole = app.post_bytes(writing(r#"{"t":"\ud83c\udfe0"}"#)).await;
    assert_eq!(whole.json, json!({ "data": { "write": 1 } }));
    assert_eq!(app.writes(), 1);
}

#[tokio::test]
async fn nul_bytes_are_refused_with_their_place() {
    let app = App::new();
    let query = "mutation($t: String) { write(text: $t) }";
    let table = [
        (json!({ "t": "a\0b" }), "variables.t"),
        (
            json!({ "t": [{ "deep": ["x", "\0"] }] }),
            "variables.t.0.deep.1",
        ),
        (json!({ "t": { "a\0": 1 } }), "variables.t.a\u{fffd}"),
    ];
    for (variables, place) in table {
        let answer = app
            .post(&json!({ "query": query, "variables": variables }))
            .await;
        assert_eq!(answer.error(), (400, "BAD_USER_INPUT"));
        assert!(answer.message().ends_with(place), "{}", answer.message());
    }
    let escaped = app.ask(r#"mutation { write(text: "\u0000") }"#).await;
    assert_eq!(escaped.error(), (400, "BAD_USER_INPUT"));
    for raw in [
        "mutation { write(text: \"\0\") }",
        "mutation { \0write }",
        "\u{1}{ hello }",
    ] {
        assert_eq!(app.ask(raw).await.error(), (400, "PARSE_FAILED"), "{raw:?}");
    }
    assert_eq!(app.writes(), 0);
}

#[tokio::test]
async fn a_batch_judges_each_operation_in_order() {
    let app = App::new();
    let body = json!([
        { "query": "mutation A { write }" },
        { "query": "{ nothing }" },
        { "query": "{" },
        { "query": "{ crash(text: \"x\") }" },
        { "query": "mutation B { write }" },
    ]);
    let answer = app.post(&body).await;
    assert_eq!(answer.status, 200);
    let answers = answer.json.as_array().unwrap();
    assert_eq!(answers[0], json!({ "data": { "write": 1 } }));
    let codes: Vec<&Value> = answers[1..4]
        .iter()
        .map(|one| &one["errors"][0]["extensions"]["code"])
        .collect();
    assert_eq!(codes, ["VALIDATION_FAILED", "PARSE_FAILED", "INTERNAL"]);
    assert_eq!(answers[4], json!({ "data": { "write": 2 } }));
}

#[tokio::test]
async fn a_batch_too_long_or_empty_is_refused_whole() {
    let app = App::new();
    let one = json!({ "query": "mutation { write }" });
    let answer = app.post(&Value::Array(vec![one.clone(); 11])).await;
    assert_eq!(answer.error(), (400, "LIMIT_EXCEEDED"));
    assert_eq!(app.post(&json!([])).await.error(), (400, "BAD_USER_INPUT"));
    assert_eq!(
        app.post(&json!([[one]])).await.error(),
        (400, "BAD_USER_INPUT")
    );
    assert_eq!(
        app.post(&json!([one, 1])).await.error(),
        (400, "BAD_USER_INPUT")
    );
    assert_eq!(app.post_bytes("[{},").await.error(), (400, "PARSE_FAILED"));
    assert_eq!(app.writes(), 0);
    assert_eq!(app.post(&Value::Array(vec![one; 10])).await.status, 200);
    assert_eq!(app.writes(), 10);
}

#[tokio::test]
async fn a_batch_is_not_taken_over_get() {
    let app = App::new();
    let answer = app
        .send(get("query=[%7Bhello%7D]").body(Body::empty()).unwrap())
        .await;
    assert_eq!(answer.error(), (400, "PARSE_FAILED"));
}

#[tokio::test]
async fn bad_query_strings_are_400() {
    let app = App::new();
    let table = [
        ("", "BAD_USER_INPUT"),
        ("query=%7Bhello%7D&query=%7Bhello%7D", "BAD_USER_INPUT"),
        ("query=%ff", "PARSE_FAILED"),
        ("query=%7Bhello%7D&variables=%7B", "PARSE_FAILED"),
        ("query=%7Bhello%7D&variables=[]", "BAD_USER_INPUT"),
        ("query=%7Bhello%7D&extensions=1", "BAD_USER_INPUT"),
        ("query=%00", "PARSE_FAILED"),
    ];
    for (text, code) in table {
        let answer = app.send(get(text).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.error(), (400, code), "{text}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_announced_or_not() {
    let limits = Limits {
        body_bytes: 1000,
        ..Limits::default()
    };
    let app = App::with(Settings {
        limits,
        ..Settings::default()
    });
    let long = format!("{}{}", writing("null"), " ".repeat(1000));
    assert_eq!(
        app.post_bytes(long.clone()).await.error(),
        (413, "PAYLOAD_TOO_LARGE")
    );
    let announced = post()
        .header("content-length", "1001")
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        app.send(announced).await.error(),
        (413, "PAYLOAD_TOO_LARGE")
    );
    let chunks = (0..20).map(|_| Ok::<_, std::io::Error>(vec![b' '; 60]));
    let streamed = Body::from_stream(futures_util::stream::iter(chunks));
    assert_eq!(
        app.post_bytes(streamed).await.error(),
        (413, "PAYLOAD_TOO_LARGE")
    );
    let broken = futures_util::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("reset"))]);
    let answer = app.post_bytes(Body::from_stream(broken)).await;
    assert_eq!(answer.error(), (400, "PARSE_FAILED"));
    assert_eq!(app.writes(), 0);
    assert_eq!(app.post_bytes(writing("null")).await.status, 200);
}

#[tokio::test]
async fn large_values_pass_and_messages_that_repeat_them_are_cut() {
    let app = App::new();
    let text = "名".repeat(200_000);
    let body = json!({
        "query": "query($t: String!) { echo(text: $t) }", "variables": { "t": text },
    });
    assert_eq!(app.post(&body).await.json["data"]["echo"], text);
    let body = json!({
        "query": "query($t: Int) { sum(pair: { left: 1 }, more: $t) }", "variables": { "t": text },
    });
    let answer = app.post(&body).await;
    assert_eq!(answer.error().0, 400);
    assert!(answer.text.len() < 4_000, "{}", answer.text.len());
    let answer = app
        .post(&json!({ "query": "{ hello }", "variables": text }))
        .await;
    assert_eq!(answer.error(), (400, "BAD_USER_INPUT"));
    assert!(answer.text.len() < 2_000, "{}", answer.text.len());
}
