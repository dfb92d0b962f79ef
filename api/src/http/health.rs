//! `/livez` and `/readyz`: whether the process runs, and whether it should be sent requests. They tell the cause to
//! the log only, need no caller and answer nothing about data.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::future::BoxFuture;
use serde_json::json;

/// Longest wait for the check; a probe's own patience is about this long.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks whatever the process depends on. The error is logged, so it may hold no personal data.
pub type Ready = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// Set once, when the process begins to stop.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From now on `/readyz` is red.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the process is stopping.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The routes `/livez` (always 200) and `/readyz` (200, or 503 while draining or when the check fails).
pub fn health(ready: Ready, draining: Draining) -> Router {
    let livez = async || Json(json!({ "status": "alive" }));
    let readyz = async move || {
        if draining.has_begun() {
            return red("draining");
        }
        match tokio::time::timeout(PATIENCE, ready()).await {
            Ok(Ok(())) => Json(json!({ "status": "ready" })).into_response(),
            Ok(Err(cause)) => {
                tracing::warn!(cause, "not ready");
                red("unavailable")
            }
            Err(_) => {
                tracing::warn!("not ready: the check took too long");
                red("unavailable")
            }
        }
    };
    Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
}

fn red(status: &str) -> Response {
    let retry = [(header::RETRY_AFTER, "5")];
    (
        StatusCode::SERVICE_UNAVAILABLE,
        retry,
        Json(json!({ "status": status })),
    )
        .into_response()
}
