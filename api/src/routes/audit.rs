//! The audit over plain HTTP: what a page of `auditEvents` shows, as one file of any length.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{header, request::Parts};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use entity::audit::Filter;
use futures_util::stream;
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::gate::{allowed, caller, refused};
use crate::http::Refusal;
use crate::registry::audit::export::{Export, Form};

/// The route of the audit.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/audit-events", get(events))
}

/// The query of an export.
#[derive(Deserialize)]
struct Asked {
    since: Option<String>,
    until: Option<String>,
    format: Option<String>,
}

fn instant(text: Option<&str>) -> Result<Option<DateTime<Utc>>, Error> {
    let read = |text: &str| DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    text.map(read).transpose().map_err(|_| {
        Error::bad_input(
            "since 和 until 须为 RFC 3339 时刻，如 2027-01-01T00:00:00+08:00（网址中的 + 写作 %2B）",
            "since and until are instants of RFC 3339, such as 2027-01-01T00:00:00+08:00 (a + is written %2B in a URL)",
        )
    })
}

async fn events(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    head: Parts,
) -> Result<Response, Refusal> {
    let caller = caller(&app, &head).await?;
    let form = asked
        .format
        .as_deref()
        .unwrap_or("jsonl")
        .parse()
        .map_err(refused)?;
    let filter = Filter {
        since: instant(asked.since.as_deref()).map_err(refused)?,
        until: instant(asked.until.as_deref()).map_err(refused)?,
        ..Filter::default()
    };
    let export = Export::of(&app, &caller, filter, form).await;
    let export = allowed(&app, &caller, "exportAudit", export).await?;
    let (media, name) = match form {
        Form::Jsonl => ("application/x-ndjson", "audit.jsonl"),
        Form::Csv => ("text/csv; charset=utf-8", "audit.csv"),
    };
    let lines = stream::try_unfold((app, export), |(app, mut export)| async move {
        match export.next(&app).await {
            Ok(Some((text, _))) => Ok(Some((Bytes::from(text), (app, export)))),
            Ok(None) => Ok(None),
            Err(fault) => {
                // What was sent cannot be taken back: the connection breaks off, so that nobody takes it for all.
                fault.log();
                Err(std::io::Error::other("the export broke off"))
            }
        }
    });
    Response::builder()
        .header(header::CONTENT_TYPE, media)
        .header(
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        )
        .body(Body::from_stream(lines))
        .map_err(|_| Refusal::internal())
}
