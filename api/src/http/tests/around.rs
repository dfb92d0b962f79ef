//! What stands around the schema: ids, logs, headers, time, introspection, health, the page.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use serde_json::{Value, json};
use tower::ServiceExt;
use tracing_subscriber::fmt::MakeWriter;

use super::super::{Ready, graphiql, health};
use super::{App, DRESS, Draining, Dress, Settings, dress, entropy, get, post};

#[tokio::test]
async fn every_answer_carries_a_request_id() {
    let app = App::new();
    let made = app.ask("{ caller }").await;
    assert_eq!(made.header("x-request-id"), "ab".repeat(16));
    assert_eq!(
        made.json["data"]["caller"],
        format!("clerk {} Zh", "ab".repeat(16))
    );
    for (given, kept) in [
        ("trace-1.2_3", true),
        (&"a".repeat(64), true),
        (&"a".repeat(65), false),
        ("", false),
        ("a b", false),
        ("a\"},{\"level\":\"x", false),
    ] {
        let request = post()
            .header("x-request-id", given)
            .body(Body::from("{"))
            .unwrap();
        let answer = app.send(request).await;
        assert_eq!(answer.error().0, 400);
        assert_eq!(answer.header("x-request-id") == given, kept, "{given}");
    }
    let lost = app
        .send(Request::get("/nowhere").body(Body::empty()).unwrap())
        .await;
    assert_eq!(lost.error(), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn answers_carry_safe_headers() {
    let app = App::new();
    let answers = [
        app.ask("{ hello }").await,
        app.ask("{").await,
        app.post_bytes("x").await,
    ];
    for answer in answers {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'none'")
        );
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'")
        );
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("access-control-allow-origin"), "");
        for absent in ["server", "x-powered-by", "strict-transport-security"] {
            assert_eq!(answer.header(absent), "", "{absent}");
        }
    }
}

#[tokio::test]
async fn clients_that_came_by_https_are_told_to_stay_with_it() {
    let dressed = Dress {
        https: true,
        ..DRESS
    };
    let router = dress(Router::new(), entropy(), dressed);
    let request = Request::get("/nowhere").body(Body::empty()).unwrap();
    let answer = router.oneshot(request).await.unwrap();
    let strict = &answer.headers()["strict-transport-security"];
    assert_eq!(strict, "max-age=31536000");
}

#[tokio::test]
async fn a_head_of_many_or_of_long_headers_is_refused() {
    let app = App::new();
    let many = (0..70).fold(post(), |request, number| {
        request.header(format!("x-{number}"), "y")
    });
    let long = post().header("x-long", "y".repeat(33 << 10));
    for request in [many, long] {
        let answer = app.send(request.body(Body::from("{")).unwrap()).await;
        assert_eq!(answer.error(), (431, "LIMIT_EXCEEDED"));
        assert!(answer.message().contains("64"), "{}", answer.message());
    }
    let fits = post().header("x-long", "y".repeat(30 << 10));
    let answer = app.send(fits.body(Body::from("{")).unwrap()).await;
    assert_eq!(answer.error(), (400, "PARSE_FAILED"));
}

#[tokio::test]
async fn an_operation_that_the_caller_cannot_pay_is_not_executed() {
    let app = App::new();
    let ask = async |query: &str| {
        let body = json!({ "query": query }).to_string();
        let mut request = post().body(Body::from(body)).unwrap();
        let token = "Bearer poor".parse().unwrap();
        request.headers_mut().insert(header::AUTHORIZATION, token);
        app.send(request).await
    };
    let paid = ask("mutation { a: write b: write }").await;
    assert_eq!((paid.status.as_u16(), app.writes()), (200, 2));
    let refused = ask("mutation { a: write b: write c: write d: write }").await;
    assert_eq!(refused.error(), (429, "RATE_LIMITED"));
    assert_eq!(refused.header("retry-after"), "9");
    let after = &refused.json["errors"][0]["extensions"]["retryAfter"];
    assert_eq!((after, app.writes()), (&json!(9), 2));
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_cut_off() {
    let timeout = Duration::from_millis(50);
    let app = App::with(Settings {
        timeout,
        ..Settings::default()
    });
    assert_eq!(app.ask("{ slow }").await.error(), (504, "TIMEOUT"));
    let waiting = Body::from_stream(futures_util::stream::pending::<io::Result<Vec<u8>>>());
    assert_eq!(app.post_bytes(waiting).await.error(), (504, "TIMEOUT"));
}

#[tokio::test]
async fn introspection_is_open_to_those_who_may() {
    let app = App::new();
    for query in [
        "{ __schema { types { name } } }",
        "{ a: __type(name: \"Query\") { name } }",
        "query { ...f } fragment f on Query { __type(name: \"Query\") { name } }",
    ] {
        assert_eq!(app.ask(query).await.error(), (403, "FORBIDDEN"), "{query}");
        let body = json!({ "query": query }).to_string();
        let mut request = post().body(Body::from(body)).unwrap();
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, "Bearer engineer".parse().unwrap());
        let answer = app.send(request).await;
        assert!(answer.json.get("errors").is_none(), "{}", answer.text);
    }
    assert_eq!(
        app.ask("{ __typename }").await.json,
        json!({ "data": { "__typename": "Query" } })
    );
}

#[tokio::test]
async fn the_full_introspection_query_of_clients_fits_the_limits() {
    let app = App::new();
    let of_type = (0..9).fold("kind name".to_owned(), |inner, _| {
        format!("kind name ofType {{ {inner} }}")
    });
    let query = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} \
         mutationType {{ name kind }} subscriptionType {{ name kind }} types {{ ...FullType }} \
         directives {{ name description isRepeatable locations \
           args(includeDeprecated: true) {{ ...InputValue }} }} }} }} \
         fragment FullType on __Type {{ kind name description specifiedByURL isOneOf \
           fields(includeDeprecated: true) {{ name description \
             args(includeDeprecated: true) {{ ...InputValue }} type {{ ...TypeRef }} \
             isDeprecated deprecationReason }} \
           inputFields(includeDeprecated: true) {{ ...InputValue }} \
           interfaces {{ ...TypeRef }} \
           enumValues(includeDeprecated: true) {{ name description isDeprecated }} \
           possibleTypes {{ ...TypeRef }} }} \
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} \
           defaultValue isDeprecated deprecationReason }} \
         fragment TypeRef on __Type {{ {of_type} }}"
    );
    let mut request = post()
        .body(Body::from(json!({ "query": query }).to_string()))
        .unwrap();
    request
        .headers_mut()
        .insert(header::AUTHORIZATION, "Bearer engineer".parse().unwrap());
    let answer = app.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.json.get("errors").is_none(), "{}", answer.text);
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What is logged while the work runs, as text.
async fn logged(work: impl Future<Output = ()>) -> String {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(lines.clone())
        .finish();
    let logging = tracing::subscriber::set_default(subscriber);
    work.await;
    drop(logging);
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn the_log_names_operations_and_never_their_content() {
    let app = App::new();
    let query = "query Find($t: String!) { echo(text: $t) crash(text: \"李四\") }";
    let literal = get("query=%7Becho(text:%22%E8%B5%B5%E5%85%AD%22)%7D");
    let text = logged(async {
        app.post(&json!({ "query": query, "variables": { "t": "张三" } }))
            .await;
        app.post(&json!([{ "query": "mutation Put { write }" }, { "query": "{ 王五" }]))
            .await;
        app.send(literal.body(Body::empty()).unwrap()).await;
        app.send(
            Request::get("/files/secret-ticket")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    })
    .await;
    let secrets = ["张三", "李四", "王五", "赵六", "echo", "secret"];
    assert!(
        !secrets.iter().any(|secret| text.contains(secret)),
        "{text}"
    );
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .collect();
    let told = |line: &Value| {
        let names = ["status", "area", "operation", "kind", "codes", "request_id"];
        json!(names.map(|name| line["fields"][name].clone()))
    };
    let id = "ab".repeat(16);
    let expected = json!([
        [500, "/graphql", "Find", "query", "INTERNAL", id],
        [
            200,
            "/graphql",
            "Put,-",
            "mutation,unknown",
            "PARSE_FAILED",
            id
        ],
        [200, "/graphql", "-", "query", "", id],
        [404, "/files", "", "", "NOT_FOUND", id],
    ]);
    assert_eq!(Value::Array(lines.iter().map(told).collect()), expected);
    assert!(
        lines
            .iter()
            .all(|line| line["fields"]["duration_ms"].as_f64().unwrap() > 0.0)
    );
}

async fn status_of(router: &Router, path: &str) -> (u16, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn readiness_follows_the_check_and_the_drain() {
    let sound = Arc::new(Mutex::new(Ok(())));
    let seen = sound.clone();
    let ready: Ready = Arc::new(move || {
        let state: Result<(), String> = seen.lock().unwrap().clone();
        Box::pin(async move { state })
    });
    let draining = Draining::default();
    let router = dress(health(ready, draining.clone()), entropy(), DRESS);
    assert_eq!(status_of(&router, "/readyz").await.0, 200);
    *sound.lock().unwrap() = Err("database: connection refused at 10.0.0.1".to_owned());
    let (status, text) = status_of(&router, "/readyz").await;
    assert_eq!(status, 503);
    assert!(!text.contains("10.0.0.1"));
    *sound.lock().unwrap() = Ok(());
    assert_eq!(status_of(&router, "/readyz").await.0, 200);
    draining.begin();
    assert_eq!(
        status_of(&router, "/readyz").await,
        (503, r#"{"status":"draining"}"#.to_owned())
    );
    assert_eq!(status_of(&router, "/livez").await.0, 200);
}

#[tokio::test]
async fn a_check_that_hangs_is_not_ready() {
    let ready: Ready = Arc::new(|| Box::pin(std::future::pending()));
    let router = health(ready, Draining::default());
    assert_eq!(status_of(&router, "/readyz").await.0, 503);
}

#[tokio::test]
async fn the_page_is_served_from_its_files_or_says_how_to_make_it() {
    use super::super::graphiql::{EmbeddedFile, routes};
    static FILES: &[EmbeddedFile] = &[
        EmbeddedFile {
            name: "graphiql.js",
            bytes: b"export {}",
        },
        EmbeddedFile {
            name: "index.html",
            bytes: b"<title>page</title>",
        },
    ];
    for path in ["/", "/graphiql"] {
        assert_eq!(
            status_of(&routes(FILES), path).await,
            (200, "<title>page</title>".to_owned())
        );
        let (status, text) = status_of(&routes(&[]), path).await;
        assert_eq!(status, 200);
        assert!(
            text.contains("make graphiql") && text.contains("服务已启动"),
            "{text}"
        );
        assert_eq!(status_of(&graphiql(), path).await.0, 200);
    }
    let request = Request::get("/graphiql/graphiql.js")
        .body(Body::empty())
        .unwrap();
    let script = dress(routes(FILES), entropy(), DRESS)
        .oneshot(request)
        .await
        .unwrap();
    assert_eq!(
        script.headers()["content-type"],
        "text/javascript; charset=utf-8"
    );
    let policy = script.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe-eval"));
    assert_eq!(script.headers()["x-content-type-options"], "nosniff");
    assert_eq!(
        status_of(&routes(FILES), "/graphiql/../lib.rs").await.0,
        404
    );
}
