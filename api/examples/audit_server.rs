//! A server with the smallest schema behind the real way in, for the GraphQL-over-HTTP audits of `tests/audits`:
//! `cargo run -p api --example audit_server -- 127.0.0.1:4000`. It holds no data and takes the token `audit` alone.

use std::{error::Error, sync::Arc};

use api::http::{
    Code, Draining, Dress, Gate, Refusal, Service, Serving, Settings, dress, graphiql, graphql,
    health, serve, stop_signal,
};
use async_graphql::{EmptySubscription, Object, Schema};
use axum::http::{header, request::Parts};
use tokio::net::TcpListener;

struct OneToken;

impl Gate for OneToken {
    type Caller = ();

    async fn authenticate(&self, head: &Parts) -> Result<(), Refusal> {
        let known = head
            .headers
            .get(header::AUTHORIZATION)
            .is_some_and(|value| value == "Bearer audit");
        known
            .then_some(())
            .ok_or_else(|| Refusal::new(Code::Unauthenticated, "令牌无效", "no valid token"))
    }

    fn may_introspect(&self, (): &()) -> bool {
        true
    }
}

struct Query;

#[Object]
impl Query {
    /// 问候
    async fn hello(&self) -> &str {
        "你好"
    }
}

struct Mutation;

#[Object]
impl Mutation {
    /// 原样返回
    async fn echo(&self, text: String) -> String {
        text
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:4000".to_owned());
    tracing_subscriber::fmt().json().init();
    let schema = Schema::new(Query, Mutation, EmptySubscription);
    let service = Service::new(schema, OneToken, Settings::default())?;
    let draining = Draining::default();
    let router = graphql(service).merge(graphiql()).merge(health(
        Arc::new(|| Box::pin(async { Ok(()) })),
        draining.clone(),
    ));
    let entropy = Arc::new(|| {
        let mut bytes = [0; 16];
        if aws_lc_rs::rand::fill(&mut bytes).is_err() {
            tracing::error!("no entropy for a request id");
        }
        bytes
    });
    let listener = TcpListener::bind(&address).await?;
    serve(
        listener,
        dress(router, entropy, Dress::default()),
        Serving::default(),
        draining,
        stop_signal()?,
    )
    .await?;
    Ok(())
}
