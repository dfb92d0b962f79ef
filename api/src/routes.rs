//! Files over plain HTTP: uploads with an optional digest, downloads with ranges, links that work without a token; the keys
//! that are published; and the workbooks that anybody may fill in.

mod audit;
mod keys;
mod templates;

use std::ops::Range;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Deserialize;
use serde_json::json;
use tokio_util::io::StreamReader;
use uuid::Uuid;

use crate::app::App;
use crate::files::FileFault;
use crate::files::range::{Wanted, wanted};
use crate::gate::{allowed, caller, refused, request_id};
use crate::http::{ClientAddress, Code, Refusal};
use crate::registry::damage;
use crate::registry::document::{self, Download, Upload};
use crate::scope::Scope;

/// What may not stand in a header's extended value (RFC 8187).
const VALUE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'{')
    .add(b'}');

/// The routes of files.
pub fn files(app: Arc<App>) -> Router {
    Router::new()
        .route("/files", post(upload))
        .route("/files/{id}", get(download))
        .route("/links/{link}", get(follow))
        .merge(audit::routes())
        .merge(keys::routes())
        .merge(templates::routes())
        .layer(DefaultBodyLimit::disable())
        .with_state(app)
}

/// The query of an upload.
#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

/// The query of a download.
#[derive(Deserialize)]
struct Fetched {
    purpose: Option<String>,
}

async fn upload(
    State(app): State<Arc<App>>,
    Query(named): Query<Named>,
    head: Parts,
    body: Body,
) -> Result<Response, Refusal> {
    let caller = caller(&app, &head).await?;
    let headers = &head.headers;
    let may = caller.needs(Scope::FileUpload).map(drop);
    allowed(&app, &caller, "uploadFile", may).await?;
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let digest = headers
        .get("repr-digest")
        .map(|value| value.to_str().unwrap_or_default().to_owned());
    let upload = Upload {
        name: named.name.unwrap_or_default(),
        media_type: media_type.unwrap_or("application/octet-stream").to_owned(),
        digest,
    };
    let bytes = StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
    let row = document::upload(&app, &caller, upload, bytes).await?;
    let answer = json!({
        "id": row.id.to_string(),
        "name": row.name,
        "mediaType": row.media_type,
        "bytes": row.bytes,
        "sha256": row.sha256,
    });
    Ok((StatusCode::CREATED, axum::Json(answer)).into_response())
}

async fn download(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(asked): Query<Fetched>,
    head: Parts,
) -> Result<Response, Refusal> {
    let caller = caller(&app, &head).await?;
    let Some(id) = id
        .parse::<Uuid>()
        .ok()
        .filter(|parsed| parsed.to_string() == id)
    else {
        return Err(absent());
    };
    let wanted = (id.into(), asked.purpose.as_deref());
    let download = document::for_download(&app, &caller, wanted).await;
    let download = allowed(&app, &caller, "downloadFile", download).await?;
    serve(&app, download.ok_or_else(absent)?, &head.headers).await
}

async fn follow(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    head: Parts,
) -> Result<Response, Refusal> {
    app.rates.anonymous(ClientAddress::of(&head))?;
    let download = document::for_link(&app, &link, request_id(&head.headers))
        .await
        .map_err(refused)?;
    serve(&app, download.ok_or_else(absent)?, &head.headers).await
}

fn absent() -> Refusal {
    Refusal::new(
        Code::NotFound,
        "没有这个文件，或者您无权查看",
        "there is no such file in your sight",
    )
}

/// Answers with the file or the part of it that was asked for.
async fn serve(app: &App, download: Download, headers: &HeaderMap) -> Result<Response, Refusal> {
    let row = download.file;
    let length = u64::try_from(row.bytes).unwrap_or(0);
    let etag = format!("\"{}\"", row.sha256);
    let unchanged = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == etag.as_bytes());
    let stale = headers
        .get(header::IF_RANGE)
        .is_some_and(|value| value.as_bytes() != etag.as_bytes());
    let range = headers
        .get(header::RANGE)
        .filter(|_| !stale)
        .and_then(|value| value.to_str().ok());
    let mut answer = Response::builder()
        .header(header::ETAG, &etag)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CONTENT_TYPE, &row.media_type)
        .header(header::CONTENT_DISPOSITION, disposition(&row.name))
        .header("repr-digest", digest(&row.sha256));
    if unchanged {
        return finish(answer.status(StatusCode::NOT_MODIFIED), Body::empty());
    }
    let wanted = match wanted(range, length) {
        Wanted::Whole => 0..length,
        Wanted::Part(part) => {
            let value = format!(
                "bytes {}-{}/{length}",
                part.start,
                part.end.saturating_sub(1)
            );
            answer = answer
                .status(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, value);
            part
        }
        Wanted::Unsatisfiable => {
            let answer = answer
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .header(header::CONTENT_RANGE, format!("bytes */{length}"));
            return finish(answer, Body::empty());
        }
    };
    let answer = answer.header(
        header::CONTENT_LENGTH,
        wanted.end.saturating_sub(wanted.start),
    );
    let opened = open(app, row.object(), length, wanted).await;
    damage::record(app).await;
    let bytes = opened.map_err(|fault| refused(fault.into()))?;
    finish(answer, Body::from_stream(bytes))
}

/// A file's bytes, of which the first are opened before anything is answered: of what does not open that is told, instead of
/// a success without a body.
async fn open(
    app: &App,
    object: Uuid,
    length: u64,
    wanted: Range<u64>,
) -> Result<impl Stream<Item = Result<Bytes, FileFault>> + Send + use<>, FileFault> {
    let mut bytes = Box::pin(app.files.open_range(object, length, wanted).await?);
    let first = bytes.try_next().await?;
    Ok(stream::iter(first.map(Ok)).chain(bytes))
}

fn finish(answer: axum::http::response::Builder, body: Body) -> Result<Response, Refusal> {
    answer.body(body).map_err(|_| Refusal::internal())
}

/// A name that every browser shows, whatever its script.
fn disposition(name: &str) -> String {
    format!(
        "attachment; filename=\"file\"; filename*=UTF-8''{}",
        utf8_percent_encode(name, VALUE)
    )
}

/// The digest of RFC 9530 from lower-case hexadecimal.
fn digest(sha256: &str) -> HeaderValue {
    use base64::Engine as _;
    let bytes: Vec<u8> = sha256
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let text = format!(
        "sha-256=:{}:",
        base64::engine::general_purpose::STANDARD.encode(bytes)
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
