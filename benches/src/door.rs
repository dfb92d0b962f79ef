//! The way in, as a platform has it: GraphQL and files over HTTP, with a token. The server runs in this process, so that
//! one profile shows all of it; what clients send is written beforehand and is not part of a measure.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on has nothing to report; the server runs beside its clients"
)]

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use api::http::{self, Draining, Serving};
use api::start;
use api::token::SigningKey;
use api::vault::Readers;
use bytes::Bytes;
use chrono::TimeDelta;
use entity::kind::SubjectKind;
use futures_util::stream;
use reqwest::{Body, Client};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::House;
use crate::items::{self, Named};

/// Registrations of a request.
pub const A_REQUEST: u32 = 1_000;
/// Registrations whose requests are held in memory at a time.
const AT_A_TIME: u32 = 50_000;
/// Lines that are uploaded in one piece.
const PIECE: u32 = 1_000;
/// How long a token lives: longer than any measure.
const LIFE: TimeDelta = TimeDelta::hours(12);

/// A server and a platform's way to it.
#[derive(Clone, Debug)]
pub struct Door {
    /// Where it listens.
    pub base: String,
    /// The platform's token.
    pub token: String,
    http: Client,
}

impl Door {
    /// Serves a house on a free port of this process.
    pub async fn open(house: &House) -> Self {
        let draining = Draining::default();
        let router = start::router(&house.app, &draining).expect("routes");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let never = std::future::pending();
        let serving = Serving {
            connections: start::connections(&house.app.settings),
            ..Serving::default()
        };
        tokio::spawn(http::serve(listener, router, serving, draining, never));
        Self::to(house, format!("http://{address}"))
    }

    /// The way to a server of a house that already listens.
    #[must_use]
    pub fn to(house: &House, base: String) -> Self {
        let app = &house.app;
        let key = SigningKey::load(&app.settings.auth.signing_key, Readers::Any);
        let rules = start::token_rules(&app.settings).expect("token rules");
        let claims = rules.claims(house.platform.client.id.0, app.id(), app.now(), LIFE);
        let token = key.expect("a signing key").sign(&claims).expect("a token");
        let http = Client::builder().no_proxy().build().expect("a client");
        Self { base, token, http }
    }

    /// Registers the subjects of a range, a thousand a request, so many requests at a time; tells how long that took.
    pub async fn register(
        &self,
        (kind, named): (SubjectKind, Named),
        range: Range<u32>,
        clients: usize,
    ) -> Duration {
        self.register_by(A_REQUEST, (kind, named), range, clients)
            .await
    }

    /// The same with so many registrations a request.
    pub async fn register_by(
        &self,
        a_request: u32,
        (kind, named): (SubjectKind, Named),
        range: Range<u32>,
        clients: usize,
    ) -> Duration {
        let mut took = Duration::ZERO;
        let mut start = range.start;
        while start < range.end {
            let end = (start + AT_A_TIME).min(range.end);
            let mut requests = Vec::new();
            while start < end {
                let next = (start + a_request).min(end);
                let body = items::request(kind, start..next, named);
                requests.push((Bytes::from(body), next - start));
                start = next;
            }
            took += self.send(requests, clients).await;
        }
        took
    }

    /// Registers those whom subjects of a kind name, and tells how many these are.
    pub async fn prepare(&self, kind: SubjectKind) -> u32 {
        if kind != SubjectKind::Streamer {
            return 0;
        }
        let named = Named::FEW;
        let (agencies, operators) = (0..named.agencies, 0..named.operators);
        self.register((SubjectKind::Agency, named), agencies, 1)
            .await;
        self.register((SubjectKind::Operator, named), operators, 1)
            .await;
        named.agencies + named.operators
    }

    /// Sends requests, each as soon as a client is free.
    async fn send(&self, requests: Vec<(Bytes, u32)>, clients: usize) -> Duration {
        let requests = Arc::new(requests);
        let next = Arc::new(AtomicUsize::new(0));
        let begun = Instant::now();
        let mut sending = JoinSet::new();
        for _ in 0..clients {
            let (door, requests, next) = (self.clone(), Arc::clone(&requests), Arc::clone(&next));
            sending.spawn(async move {
                while let Some((body, items)) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let answer = door.ask(body.clone()).await;
                    let created = answer
                        .pointer("/data/verdict/created")
                        .and_then(Value::as_u64);
                    if created != Some(u64::from(*items)) {
                        stop(&answer);
                    }
                }
            });
        }
        while let Some(done) = sending.join_next().await {
            done.expect("a client");
        }
        begun.elapsed()
    }

    /// Sends a GraphQL request and gives the answer back, whatever it is.
    pub async fn ask(&self, body: impl Into<Body>) -> Value {
        let request = self
            .http
            .post(format!("{}/graphql", self.base))
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .body(body);
        let answer = request.send().await.expect("an answer");
        let bytes = answer.bytes().await.expect("a whole answer");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// Uploads the subjects of a range as one file and has them imported; tells how long importing took.
    pub async fn load(
        &self,
        house: &House,
        (kind, named): (SubjectKind, Named),
        range: Range<u32>,
    ) -> Duration {
        let rows = u64::from(range.end - range.start);
        let file = self.upload((kind, named), range).await;
        let body = json!({
            "query": "mutation($input: ImportRegistrationsInput!) {
                importRegistrations(input: $input) { job { id } problems { code message } } }",
            "variables": { "input": { "file": file, "kind": kind.as_str() } },
        });
        let begun = Instant::now();
        let answer = self.ask(body.to_string()).await;
        let id = answer.pointer("/data/importRegistrations/job/id");
        let id = id.unwrap_or_else(|| stop(&answer)).clone();
        let done = api::jobs::import_once(&house.app)
            .await
            .expect("it is written");
        let took = begun.elapsed();
        assert_eq!(done, 1, "one import waited");
        let body = json!({
            "query": "query($id: ID!) { importJob(id: $id) { state created rejected problems { code path message } } }",
            "variables": { "id": id },
        });
        let answer = self.ask(body.to_string()).await;
        let created = answer.pointer("/data/importJob/created");
        if created.and_then(Value::as_u64) != Some(rows) {
            stop(&answer);
        }
        took
    }

    /// Sends a GraphQL request with variables and gives the answer back, whatever it is.
    pub async fn tell(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        self.ask(body.to_string()).await
    }

    /// Uploads a file and gives its id.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Value {
        let request = self
            .http
            .post(format!("{}/files?name={name}", self.base))
            .bearer_auth(&self.token)
            .header("content-type", "application/octet-stream")
            .body(bytes);
        let answer = request.send().await.expect("an answer to an upload");
        let answer: Value = answer.json().await.expect("JSON");
        answer.get("id").unwrap_or_else(|| stop(&answer)).clone()
    }

    /// Uploads the subjects of a range, a line each, and gives the file's id.
    async fn upload(&self, (kind, named): (SubjectKind, Named), range: Range<u32>) -> Value {
        let end = range.end;
        let pieces = range.step_by(PIECE as usize).map(move |start| {
            let lines = start..(start + PIECE).min(end);
            let lines = lines.map(|n| items::line(kind, n, named) + "\n");
            Ok::<_, io::Error>(Bytes::from(lines.collect::<String>()))
        });
        let request = self
            .http
            .post(format!("{}/files?name=first-load.ndjson", self.base))
            .bearer_auth(&self.token)
            .header("content-type", "application/x-ndjson")
            .body(Body::wrap_stream(stream::iter(pieces)));
        let answer = request.send().await.expect("an answer to an upload");
        let answer: Value = answer.json().await.expect("JSON");
        answer.get("id").unwrap_or_else(|| stop(&answer)).clone()
    }
}

/// Stops with the beginning of an answer that was not to be expected.
fn stop(answer: &Value) -> ! {
    let told: String = answer.to_string().chars().take(2_000).collect();
    panic!("the server answers otherwise: {told}")
}
