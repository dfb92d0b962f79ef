//! Proofs of remote key sets: rotation is noticed, floods and failures of the issuer are borne.
//! The issuer here is a small server of the test's own.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tokio::task::JoinSet;

use super::super::{KeySetFault, KeySource, RemoteKeys, TokenReader, TokenRefusal};
use super::{SIGNERS, Signer, claims, rules};
use crate::vault::tests::now;

struct Issuer {
    answers: Mutex<(StatusCode, String)>,
    asked: AtomicUsize,
}

impl Issuer {
    fn answers(&self, status: StatusCode, body: String) {
        *self.answers.lock().unwrap() = (status, body);
    }

    fn publishes(&self, signer: &Signer) {
        self.answers(
            StatusCode::OK,
            json!({ "keys": [signer.public()] }).to_string(),
        );
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn answer(State(issuer): State<Arc<Issuer>>) -> Response {
    issuer.asked.fetch_add(1, Ordering::SeqCst);
    let (status, body) = issuer.answers.lock().unwrap().clone();
    (status, [(header::LOCATION, "/elsewhere")], body).into_response()
}

struct Scene {
    issuer: Arc<Issuer>,
    reader: TokenReader,
    _serving: JoinSet<()>,
}

impl Scene {
    async fn new() -> Self {
        let issuer = Arc::new(Issuer {
            answers: Mutex::new((StatusCode::INTERNAL_SERVER_ERROR, String::new())),
            asked: AtomicUsize::new(0),
        });
        let server = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&issuer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/keys", listener.local_addr().unwrap());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, server).await.unwrap() });
        let keys = RemoteKeys::new(&address, TimeDelta::minutes(10)).unwrap();
        let reader = TokenReader::new(rules(), KeySource::Remote(keys));
        Self {
            issuer,
            reader,
            _serving: serving,
        }
    }

    /// Reads a fresh token of a signer at a moment.
    async fn read(&self, signer: &Signer, at: DateTime<Utc>) -> Result<(), &'static str> {
        let mut claims = claims();
        (claims.iat, claims.nbf, claims.exp) =
            (at.timestamp(), at.timestamp(), at.timestamp() + 900);
        let token = signer.sign(&signer.header(), &serde_json::to_string(&claims).unwrap());
        let read = self.reader.read(&token, at).await;
        read.map(|_| ()).map_err(|refusal| refusal.word())
    }
}

fn after(minutes: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(minutes)
}

#[tokio::test]
async fn keys_are_fetched_once_and_again_when_they_are_old() {
    let scene = Scene::new().await;
    scene.issuer.publishes(&SIGNERS.ed);
    for minute in [0, 1, 9] {
        assert_eq!(scene.read(&SIGNERS.ed, after(minute)).await, Ok(()));
    }
    assert_eq!(scene.issuer.asked(), 1);
    assert_eq!(scene.read(&SIGNERS.ed, after(10)).await, Ok(()));
    assert_eq!(scene.issuer.asked(), 2);
}

#[tokio::test]
async fn a_new_key_is_noticed_and_a_flood_of_unknown_ones_asks_once_a_minute() {
    let scene = Scene::new().await;
    scene.issuer.publishes(&SIGNERS.ed);
    for _ in 0..50 {
        assert_eq!(scene.read(&SIGNERS.ec, after(0)).await, Err("unknown_key"));
    }
    assert_eq!(scene.issuer.asked(), 1);
    scene.issuer.publishes(&SIGNERS.ec);
    assert_eq!(scene.read(&SIGNERS.ec, after(0)).await, Err("unknown_key"));
    assert_eq!(scene.read(&SIGNERS.ec, after(1)).await, Ok(()));
    assert_eq!(scene.read(&SIGNERS.ed, after(1)).await, Err("unknown_key"));
    assert_eq!(scene.issuer.asked(), 2);
}

#[tokio::test]
async fn requests_at_once_share_one_fetch() {
    let scene = Scene::new().await;
    scene.issuer.publishes(&SIGNERS.ed);
    let reads = (0..20).map(|_| scene.read(&SIGNERS.ed, after(0)));
    assert_eq!(futures_util::future::join_all(reads).await, [Ok(()); 20]);
    assert_eq!(scene.issuer.asked(), 1);
}

#[tokio::test]
async fn an_issuer_that_is_down_is_borne_for_a_day() {
    let scene = Scene::new().await;
    assert_eq!(
        scene.read(&SIGNERS.ed, after(0)).await,
        Err("keys_unavailable")
    );
    scene.issuer.publishes(&SIGNERS.ed);
    assert_eq!(
        scene.read(&SIGNERS.ed, after(0)).await,
        Err("keys_unavailable")
    );
    assert_eq!(scene.read(&SIGNERS.ed, after(1)).await, Ok(()));
    scene.issuer.answers(StatusCode::BAD_GATEWAY, String::new());
    assert_eq!(scene.read(&SIGNERS.ed, after(24 * 60)).await, Ok(()));
    assert_eq!(
        scene.read(&SIGNERS.ed, after(24 * 60 + 1)).await,
        Err("keys_unavailable")
    );
}

#[tokio::test]
async fn an_answer_that_is_no_key_set_is_not_believed() {
    let bad = [
        (StatusCode::OK, "<html>".to_owned()),
        (StatusCode::OK, r#"{"keys":[]}"#.to_owned()),
        (
            StatusCode::OK,
            format!(r#"{{"keys":[],"a":"{}"}}"#, "a".repeat(600 * 1024)),
        ),
        (
            StatusCode::FOUND,
            json!({ "keys": [SIGNERS.ed.public()] }).to_string(),
        ),
        (
            StatusCode::CREATED,
            json!({ "keys": [SIGNERS.ed.public()] }).to_string(),
        ),
    ];
    for (status, body) in bad {
        let scene = Scene::new().await;
        scene.issuer.answers(status, body);
        assert_eq!(
            scene.read(&SIGNERS.ed, after(0)).await,
            Err(TokenRefusal::KeysUnavailable.word())
        );
        assert_eq!(scene.issuer.asked(), 1, "a redirect is not followed");
    }
}

#[test]
fn only_https_addresses_and_this_machine_are_taken() {
    for address in [
        "https://login.example/keys",
        "http://127.0.0.1:9/keys",
        "http://[::1]/keys",
        "http://localhost/keys",
    ] {
        assert!(
            RemoteKeys::new(address, TimeDelta::minutes(10)).is_ok(),
            "{address}"
        );
    }
    for address in [
        "",
        "keys",
        "http://login.example/keys",
        "http://127.0.0.1.evil.example/",
        "ftp://127.0.0.1/",
        "file:///keys",
    ] {
        let refused = RemoteKeys::new(address, TimeDelta::minutes(10));
        assert!(matches!(refused, Err(KeySetFault::Address)), "{address}");
    }
}
