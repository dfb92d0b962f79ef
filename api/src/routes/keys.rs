//! `GET /.well-known/jwks.json`: the public keys with which anyone verifies the records that this registry signed (RFC 7517).
//! They are nobody's secret, so that no token is asked for; tokens of this registry are signed by other keys.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::app::App;
use crate::http::{ClientAddress, Refusal};
use crate::vault::RecordKey;

/// The route of published keys.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/.well-known/jwks.json", get(published))
}

async fn published(State(app): State<Arc<App>>, head: Parts) -> Result<Response, Refusal> {
    app.rates.anonymous(ClientAddress::of(&head))?;
    let kind = [(header::CONTENT_TYPE, "application/jwk-set+json")];
    Ok((kind, set(app.vault.record_keys()).to_string()).into_response())
}

/// The keys as a set, the one that signs now first.
fn set(keys: &[RecordKey]) -> Value {
    let keys: Vec<Value> = keys.iter().map(RecordKey::jwk).collect();
    json!({ "keys": keys })
}
