//! One client for every server: the same requests in the same order over kept connections, each as soon as the answer
//! before it is there, for so many seconds; told as requests a second and how long one took.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a measurement that cannot go on has nothing to report"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Client;
use serde_json::Value;
use tokio::task::JoinSet;

/// Who is asked.
#[derive(Clone, Debug)]
pub struct Target {
    /// The address of its GraphQL.
    pub url: String,
    /// What it wants to know of whoever asks.
    pub token: Option<String>,
    http: Client,
}

/// What was seen of a server.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Answers a second.
    pub each_second: f64,
    /// Half of the answers took no longer.
    pub p50: Duration,
    /// All but a twentieth took no longer.
    pub p95: Duration,
    /// All but a hundredth took no longer.
    pub p99: Duration,
    /// The mean length of an answer.
    pub bytes: usize,
}

impl Target {
    /// A server at an address.
    #[must_use]
    pub fn new(url: String, token: Option<String>) -> Self {
        let http = Client::builder().no_proxy().build().expect("a client");
        Self { url, token, http }
    }

    /// Asks once, and gives the answer's data back; an answer with errors stops the measurement.
    pub async fn ask(&self, body: &Value) -> Value {
        let bytes = self.send(Bytes::from(body.to_string())).await;
        let mut answer: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert!(answer.get("errors").is_none(), "{}: {answer:#}", self.url);
        answer.get_mut("data").map(Value::take).expect("data")
    }

    /// Asks for so long with so many clients; each begins elsewhere in the requests.
    pub async fn drive(&self, requests: &Arc<Vec<Bytes>>, clients: usize, time: Duration) -> Seen {
        let begun = Instant::now();
        let mut asking = JoinSet::new();
        for client in 0..clients {
            let (target, requests) = (self.clone(), Arc::clone(requests));
            let skipped = client * requests.len() / clients;
            asking.spawn(async move {
                let mut took = Vec::new();
                let mut bytes = 0;
                for body in requests.iter().cycle().skip(skipped) {
                    let asked = Instant::now();
                    if begun.elapsed() >= time {
                        break;
                    }
                    bytes += target.send(body.clone()).await.len();
                    took.push(asked.elapsed());
                }
                (took, bytes)
            });
        }
        let (mut took, mut bytes) = (Vec::new(), 0);
        while let Some(done) = asking.join_next().await {
            let (times, length) = done.expect("a client");
            took.extend(times);
            bytes += length;
        }
        let elapsed = begun.elapsed();
        took.sort_unstable();
        let at = |share: usize| took.get(took.len() * share / 100).copied();
        Seen {
            each_second: f64::from(u32::try_from(took.len()).unwrap_or(u32::MAX))
                / elapsed.as_secs_f64(),
            p50: at(50).unwrap_or_default(),
            p95: at(95).unwrap_or_default(),
            p99: at(99).unwrap_or_default(),
            bytes: bytes / took.len().max(1),
        }
    }

    async fn send(&self, body: Bytes) -> Bytes {
        let mut request = self
            .http
            .post(&self.url)
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("an answer");
        assert!(
            answer.status().is_success(),
            "{}: {}",
            self.url,
            answer.status()
        );
        answer.bytes().await.expect("a whole answer")
    }
}
