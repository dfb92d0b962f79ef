//! The way in, tried through its own router with a small schema. Every test speaks HTTP; none reaches inside.

#![expect(clippy::unused_async, reason = "the library asks for async resolvers")]

mod around;
mod bombs;
mod cost;
mod errors;
mod malformed;
mod refused;
mod slow;
mod spec;
mod stop;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    Context, EmptySubscription, Error, InputObject, Object, Result, Schema, SimpleObject,
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header, request::Parts},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{
    Code, Draining, Dress, Entropy, Gate, Lang, Limits, Refusal, RequestId, Service, Settings,
    dress, graphql,
};

/// The middleware's settings in these tests.
const DRESS: Dress = Dress {
    discard: 64 << 20,
    headers: 64,
    head_bytes: 32 << 10,
    https: false,
};

#[derive(Clone)]
struct Caller(String);

/// Anyone with a token; the token is the name. `blocked` has used up its requests.
struct Tokens;

impl Gate for Tokens {
    type Caller = Caller;

    async fn authenticate(&self, head: &Parts) -> std::result::Result<Caller, Refusal> {
        let token = head
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        match token.and_then(|token| token.strip_prefix("Bearer ")) {
            Some("blocked") => {
                Err(
                    Refusal::new(Code::RateLimited, "请求过多", "too many requests")
                        .with_retry_after(7),
                )
            }
            Some("closed") => Err(Refusal::new(
                Code::Unavailable,
                "暂停服务",
                "closed for now",
            )),
            Some("crash") => panic!("secret of the gate"),
            Some(name) => Ok(Caller(name.to_owned())),
            None => Err(Refusal::new(Code::Unauthenticated, "未登录", "no token")),
        }
    }

    fn may_introspect(&self, caller: &Caller) -> bool {
        caller.0 == "engineer"
    }

    fn charge(&self, caller: &Caller, values: u64) -> std::result::Result<(), Refusal> {
        if caller.0 == "poor" && values > 3 {
            let refusal = Refusal::new(Code::RateLimited, "用量已尽", "spent");
            return Err(refusal.with_retry_after(9));
        }
        Ok(())
    }
}

#[derive(Clone, Default)]
struct Written(Arc<AtomicUsize>);

struct Query;

#[derive(SimpleObject)]
struct Leaf {
    value: Option<i32>,
}

#[derive(InputObject)]
struct Pair {
    left: i32,
    right: Option<i32>,
}

struct Node;

#[Object]
impl Node {
    async fn me(&self) -> Self {
        Self
    }

    async fn leaf(&self) -> Leaf {
        Leaf { value: Some(1) }
    }
}

#[Object]
impl Query {
    async fn hello(&self) -> &str {
        "你好"
    }

    async fn me(&self) -> Node {
        Node
    }

    async fn caller(&self, context: &Context<'_>) -> Result<String> {
        let id = context.data::<RequestId>()?;
        let lang = context.data::<Lang>()?;
        Ok(format!("{} {id} {lang:?}", context.data::<Caller>()?.0))
    }

    async fn echo(&self, text: String) -> String {
        text
    }

    async fn sum(&self, pair: Pair, #[graphql(validator(maximum = 9))] more: Option<i32>) -> i32 {
        pair.left + pair.right.unwrap_or_default() + more.unwrap_or_default()
    }

    async fn list(&self, ids: Option<Vec<i32>>) -> usize {
        ids.unwrap_or_default().len()
    }

    async fn crash(&self, text: String) -> String {
        assert!(text.is_empty(), "secret: {text}");
        text
    }

    async fn fault(&self) -> Result<String> {
        Err(Error::new("connection to 10.0.0.1 as minglu failed"))
    }

    async fn maybe(&self) -> Option<Result<String>> {
        Some(Err(Error::new("a secret of the pool")))
    }

    async fn stale(&self) -> Result<String> {
        Err(Refusal::new(Code::Stale, "已有更新", "newer is stored").into_error(Lang::Zh))
    }

    async fn away(&self) -> Result<String> {
        let refusal = Refusal::new(Code::Unavailable, "暂不可用", "away").with_retry_after(3);
        Err(refusal.into_error(Lang::En))
    }

    async fn slow(&self) -> &str {
        tokio::time::sleep(Duration::from_mins(1)).await;
        "late"
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn write(&self, context: &Context<'_>, text: Option<String>) -> Result<usize> {
        drop(text);
        Ok(context.data::<Written>()?.0.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

/// The router under test, and what was written through it.
struct App {
    router: Router,
    written: Written,
}

impl App {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let written = Written::default();
        let schema = Schema::build(Query, Mutation, EmptySubscription)
            .data(written.clone())
            .limit_complexity(100_000)
            .finish();
        let service = Service::new(schema, Tokens, settings).unwrap();
        let panics = Router::new().route(
            "/panics",
            axum::routing::get(async || -> &'static str { panic!("secret") }),
        );
        let router = dress(graphql(service).merge(panics), entropy(), DRESS);
        Self { router, written }
    }

    /// Sends any request and reads the whole answer.
    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status: head.status,
            headers: head.headers,
            text,
            json,
        }
    }

    /// A POST of any bytes as JSON, for the newer media type.
    async fn post_bytes(&self, body: impl Into<Body>) -> Answer {
        self.send(post().body(body.into()).unwrap()).await
    }

    async fn post(&self, body: &Value) -> Answer {
        self.post_bytes(body.to_string()).await
    }

    /// A query without variables.
    async fn ask(&self, query: &str) -> Answer {
        self.post(&json!({ "query": query })).await
    }

    fn writes(&self) -> usize {
        self.written.0.load(Ordering::SeqCst)
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    json: Value,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of an answer with one error, which must have a message and the answer's own id.
    #[track_caller]
    fn error(&self) -> (u16, &str) {
        let errors = self.json["errors"]
            .as_array()
            .unwrap_or_else(|| panic!("{}", self.text));
        assert_eq!(errors.len(), 1, "{}", self.text);
        let error = &errors[0];
        assert!(
            !error["message"].as_str().unwrap().is_empty(),
            "{}",
            self.text
        );
        assert_eq!(
            error["extensions"]["requestId"],
            self.header("x-request-id"),
            "{}",
            self.text
        );
        (
            self.status.as_u16(),
            error["extensions"]["code"].as_str().unwrap(),
        )
    }

    fn message(&self) -> &str {
        self.json["errors"][0]["message"].as_str().unwrap()
    }
}

fn entropy() -> Entropy {
    Arc::new(|| [0xab; 16])
}

/// A POST by a known caller that sends JSON and takes the newer media type.
fn post() -> axum::http::request::Builder {
    Request::builder()
        .method(Method::POST)
        .uri("/graphql")
        .header(header::AUTHORIZATION, "Bearer clerk")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json")
}

/// A GET by a known caller for the newer media type.
fn get(query_string: &str) -> axum::http::request::Builder {
    Request::builder()
        .uri(format!("/graphql?{query_string}"))
        .header(header::AUTHORIZATION, "Bearer clerk")
        .header(header::ACCEPT, "application/graphql-response+json")
}
