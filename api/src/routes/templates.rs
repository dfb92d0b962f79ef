//! `GET /templates/{KIND}.xlsx`: workbooks to fill in for an import. They hold nobody's data and are the same for everybody,
//! so that no token is asked for: an officer opens the address in a browser. Each is made once.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use entity::kind::ImportKind;
use reports::survey::template::{self, KINDS};

use super::{absent, disposition};
use crate::app::App;
use crate::error::Error;
use crate::gate::refused;
use crate::http::{ClientAddress, Refusal};
use crate::registry::submission::hex;

/// What a workbook is served as.
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A template as it is served.
struct Template {
    kind: ImportKind,
    bytes: Bytes,
    etag: String,
}

/// Each template, or why it could not be made.
static TEMPLATES: LazyLock<Result<Vec<Template>, reports::ReportError>> = LazyLock::new(|| {
    let made = KINDS.into_iter().filter_map(|kind| {
        let bytes = template::write(kind).transpose()?;
        Some(bytes.map(|bytes| Template {
            kind,
            etag: etag(&bytes),
            bytes: bytes.into(),
        }))
    });
    made.collect()
});

/// The route of templates.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/templates/{name}", get(download))
}

async fn download(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    head: Parts,
) -> Result<Response, Refusal> {
    app.rates.anonymous(ClientAddress::of(&head))?;
    let templates = TEMPLATES
        .as_ref()
        .map_err(|fault| refused(Error::internal("template")(fault.to_string().into())))?;
    let kind = name.strip_suffix(".xlsx").unwrap_or_default();
    let found = templates
        .iter()
        .find(|template| template.kind.as_str().eq_ignore_ascii_case(kind));
    let template = found.ok_or_else(absent)?;
    let unchanged = head
        .headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == template.etag.as_bytes());
    let title = template::title(template.kind).unwrap_or_default();
    let headers = [
        (header::ETAG, template.etag.clone()),
        (header::CONTENT_TYPE, WORKBOOK.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            disposition(&format!("{title}（模板）.xlsx")),
        ),
    ];
    if unchanged {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, template.bytes.clone()).into_response())
}

fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", hex(digest(&SHA256, bytes).as_ref()))
}
