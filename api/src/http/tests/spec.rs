//! Methods, media types and statuses of the GraphQL-over-HTTP specification. The npm audits say the same from
//! outside; these say which line broke.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::json;

use super::{App, get, post};

const NEW: &str = "application/graphql-response+json";
const OLD: &str = "application/json";

#[tokio::test]
async fn a_query_is_answered_by_post_and_by_get() {
    let app = App::new();
    let posted = app.ask("{ hello }").await;
    assert_eq!(posted.status, 200);
    assert_eq!(posted.json, json!({ "data": { "hello": "你好" } }));
    let got = app
        .send(get("query=%7B+hello%20%7D").body(Body::empty()).unwrap())
        .await;
    assert_eq!((got.status.as_u16(), got.json), (200, posted.json));
}

#[tokio::test]
async fn get_takes_variables_operation_name_and_extensions() {
    let app = App::new();
    let query = "query=query%20A(%24t:String!)%7Becho(text:%24t)%7D%20query%20B%7Bhello%7D";
    let rest = "operationName=A&variables=%7B%22t%22:%22%E5%90%8D%22%7D&extensions=%7B%7D";
    let answer = app
        .send(get(&format!("{query}&{rest}")).body(Body::empty()).unwrap())
        .await;
    assert_eq!(
        answer.json,
        json!({ "data": { "echo": "名" } }),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_mutation_over_get_is_405_and_writes_nothing() {
    let app = App::new();
    let answer = app
        .send(
            get("query=mutation%7Bwrite%7D")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(answer.error(), (405, "BAD_USER_INPUT"));
    assert_eq!(answer.header("allow"), "POST");
    let hidden = "query=query%20A%7Bhello%7D%20mutation%20B%7Bwrite%7D&operationName=B";
    let answer = app.send(get(hidden).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.error(), (405, "BAD_USER_INPUT"));
    assert_eq!(app.writes(), 0);
    assert_eq!(
        app.ask("mutation { write }").await.json,
        json!({ "data": { "write": 1 } })
    );
}

#[tokio::test]
async fn other_methods_are_405() {
    let app = App::new();
    for method in [
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::HEAD,
        Method::OPTIONS,
    ] {
        let request = post()
            .method(method.clone())
            .body(Body::from("{}"))
            .unwrap();
        let answer = app.send(request).await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), "GET, POST", "{method}");
    }
}

#[tokio::test]
async fn only_plain_utf8_json_is_read() {
    let app = App::new();
    let body = r#"{"query":"mutation { write }"}"#;
    let refused = [
        "text/plain",
        "text/plain; application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "application/jsonx",
        "",
    ];
    for kind in refused {
        let mut request = post().body(Body::from(body)).unwrap();
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, kind.parse().unwrap());
        assert_eq!(
            app.send(request).await.error(),
            (415, "BAD_USER_INPUT"),
            "{kind}"
        );
    }
    let mut untyped = post().body(Body::from(body)).unwrap();
    untyped.headers_mut().remove(header::CONTENT_TYPE);
    assert_eq!(app.send(untyped).await.error(), (415, "BAD_USER_INPUT"));
    let twice = post()
        .header(header::CONTENT_TYPE, OLD)
        .body(Body::from(body))
        .unwrap();
    assert_eq!(app.send(twice).await.error(), (415, "BAD_USER_INPUT"));
    let zipped = post()
        .header(header::CONTENT_ENCODING, "gzip")
        .body(Body::from(body))
        .unwrap();
    assert_eq!(app.send(zipped).await.error(), (415, "BAD_USER_INPUT"));
    assert_eq!(app.writes(), 0);
    for kind in [
        "application/json;charset=UTF-8",
        r#"Application/JSON; charset="utf-8""#,
    ] {
        let mut request = post().body(Body::from(body)).unwrap();
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, kind.parse().unwrap());
        assert_eq!(app.send(request).await.status, 200, "{kind}");
    }
}

#[tokio::test]
async fn accept_chooses_the_media_type() {
    let app = App::new();
    let table = [
        (None, OLD),
        (Some("*/*"), OLD),
        (Some("application/*"), OLD),
        (Some(OLD), OLD),
        (Some(NEW), NEW),
        (
            Some("APPLICATION/GraphQL-Response+JSON; charset=utf-8"),
            NEW,
        ),
        (
            Some("application/graphql-response+json, application/json;q=0.9"),
            NEW,
        ),
        (
            Some("application/json, application/graphql-response+json"),
            NEW,
        ),
        (
            Some("application/json, application/graphql-response+json;q=0.5"),
            OLD,
        ),
        (Some("application/json, multipart/mixed"), OLD),
        (Some("application/graphql-response+json;q=0, */*"), OLD),
        (Some("application/json;q=0, */*;q=0.1"), NEW),
        (Some("text/html, */*;q=0.8"), OLD),
    ];
    for (accept, expected) in table {
        let mut request = post().body(Body::from(r#"{"query":"{ hello }"}"#)).unwrap();
        request.headers_mut().remove(header::ACCEPT);
        if let Some(accept) = accept {
            request
                .headers_mut()
                .insert(header::ACCEPT, accept.parse().unwrap());
        }
        let answer = app.send(request).await;
        assert_eq!(answer.status, 200, "{accept:?}");
        let content_type = format!("{expected}; charset=utf-8");
        assert_eq!(answer.header("content-type"), content_type, "{accept:?}");
    }
    for accept in [
        "text/html",
        "application/xml, image/*",
        "*/*;q=0",
        "nonsense",
    ] {
        let mut request = post()
            .body(Body::from(r#"{"query":"mutation { write }"}"#))
            .unwrap();
        request
            .headers_mut()
            .insert(header::ACCEPT, accept.parse().unwrap());
        assert_eq!(
            app.send(request).await.error(),
            (406, "BAD_USER_INPUT"),
            "{accept}"
        );
    }
    assert_eq!(app.writes(), 0);
}

#[tokio::test]
async fn a_failed_document_is_400_in_the_newer_type_and_200_in_the_older() {
    let app = App::new();
    let table = [
        (json!({ "query": "{" }), "PARSE_FAILED"),
        (json!({ "query": "" }), "PARSE_FAILED"),
        (json!({ "query": "{ nothing }" }), "VALIDATION_FAILED"),
        (
            json!({ "query": "fragment f on Query { hello }" }),
            "VALIDATION_FAILED",
        ),
        (
            json!({ "query": "subscription { hello }" }),
            "VALIDATION_FAILED",
        ),
        (
            json!({ "query": "{ hello }", "operationName": "A" }),
            "VALIDATION_FAILED",
        ),
        (
            json!({ "query": "query A { hello }", "operationName": "B" }),
            "VALIDATION_FAILED",
        ),
        (
            json!({ "query": "query A { hello } query B { hello }" }),
            "VALIDATION_FAILED",
        ),
        (
            json!({ "query": "query($t: String!) { echo(text: $t) }" }),
            "BAD_USER_INPUT",
        ),
        (
            json!({ "query": "query($t: String!) { echo(text: $t) }", "variables": { "t": 1 } }),
            "BAD_USER_INPUT",
        ),
        (json!({ "query": "{ echo(text: 1) }" }), "BAD_USER_INPUT"),
    ];
    for (body, code) in table {
        let answer = app.post(&body).await;
        assert_eq!(answer.error(), (400, code), "{body} {}", answer.text);
        assert!(answer.json.get("data").is_none(), "{body}");
        assert!(answer.header("content-type").starts_with(NEW), "{body}");
        let mut request = post().body(Body::from(body.to_string())).unwrap();
        request
            .headers_mut()
            .insert(header::ACCEPT, OLD.parse().unwrap());
        let answer = app.send(request).await;
        assert_eq!(answer.error(), (200, code), "{body}");
        assert!(answer.header("content-type").starts_with(OLD), "{body}");
    }
}

#[tokio::test]
async fn nothing_is_read_from_a_caller_without_a_token() {
    let app = App::new();
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, OLD)
        .body(Body::from("not even json"))
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(answer.error(), (401, "UNAUTHENTICATED"));
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn null_parameters_are_as_absent_and_unknown_ones_are_ignored() {
    let app = App::new();
    let body = json!({
        "query": "{ hello }", "variables": null, "operationName": null, "extensions": null, "id": 4,
    });
    assert_eq!(
        app.post(&body).await.json,
        json!({ "data": { "hello": "你好" } })
    );
}
