//! What every route wears: a request id in each answer, refusals written out, safe headers, no panic let through, and one
//! line of log per request. The log names an operation and its kind; never variables, query text, paths with ids or
//! messages of faults.

use std::{fmt, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use entity::value::personal::in_identifier;
use tokio::time::Instant;
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};
use tracing::Instrument;

use super::{Code, Refusal, answer::Notes, lang_of, linger};

/// Sixteen random bytes at each call; chance is an argument so that tests can hold it still.
pub type Entropy = Arc<dyn Fn() -> [u8; 16] + Send + Sync>;

/// The header that carries the id, both ways.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// What routes begin with; anything else stands in the log as `/?`.
const AREAS: [&str; 8] = [
    "",
    "graphql",
    "graphiql",
    "files",
    "links",
    "audit-events",
    "livez",
    "readyz",
];

/// Headers that every answer has unless its route set its own.
const SAFE: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Browsers that came by HTTPS stay with it for a year (RFC 6797).
const STRICT_TRANSPORT: &str = "max-age=31536000";

/// What an operator may set of the middleware.
#[derive(Clone, Copy, Debug)]
pub struct Dress {
    /// Bytes of a refused request's body that are read and thrown away, so that its client gets to read why.
    pub discard: usize,
    /// Headers of a request.
    pub headers: usize,
    /// Bytes of a request's head.
    pub head_bytes: usize,
    /// Whether clients come by HTTPS, which a proxy in front ends.
    pub https: bool,
}

impl Default for Dress {
    fn default() -> Self {
        Self {
            discard: 64 << 20,
            headers: 64,
            head_bytes: 32 << 10,
            https: false,
        }
    }
}

/// The name under which one request is found in logs, errors and the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The caller's id where it is safe to log (1 to 64 letters, digits, `.`, `_`, `-`, nobody's number), else a new one.
    #[must_use]
    pub fn of(headers: &HeaderMap, entropy: &Entropy) -> Self {
        let given = headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .filter(|text| {
                (1..=64).contains(&text.len())
                    && text
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
                    && in_identifier(text, NaiveDate::MAX).is_none()
            });
        match given {
            Some(text) => Self(text.into()),
            None => Self(format!("{:032x}", u128::from_be_bytes(entropy())).into()),
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Puts the common middleware around all routes; to be called once, last.
pub fn dress(router: Router, entropy: Entropy, dress: Dress) -> Router {
    let router = router
        .fallback(async || nothing_here())
        .layer(CatchPanicLayer::custom(|_| {
            Refusal::internal().into_response()
        }))
        .layer(from_fn_with_state(dress, short_head));
    let https = (header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    SAFE.into_iter()
        .chain(dress.https.then_some(https))
        .fold(router, |router, (name, value)| {
            let value = HeaderValue::from_static(value);
            router.layer(SetResponseHeaderLayer::if_not_present(name, value))
        })
        .layer(from_fn_with_state(dress.discard, linger::linger))
        .layer(from_fn_with_state(entropy, follow))
}

/// Refuses a head that is too long, before anything reads it.
async fn short_head(State(most): State<Dress>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let bytes = headers
        .iter()
        .fold(request.uri().to_string().len(), |sum, (name, value)| {
            sum + name.as_str().len() + value.len() + ": \r\n".len()
        });
    if headers.len() <= most.headers && bytes <= most.head_bytes {
        return next.run(request).await;
    }
    let (headers, bytes) = (most.headers, most.head_bytes);
    Refusal::new(
        Code::LimitExceeded,
        format!("请求头超出限度：最多 {headers} 个，共 {bytes} 字节"),
        format!(
            "the head of the request exceeds a limit: at most {headers} headers and {bytes} bytes"
        ),
    )
    .with_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
    .into_response()
}

async fn follow(State(entropy): State<Entropy>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RequestId::of(request.headers(), &entropy);
    let lang = lang_of(request.headers());
    let (method, area) = (request.method().clone(), area(request.uri().path()));
    request.extensions_mut().insert(id.clone());
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        // Whoever reads headers behind this, the gate first, sees the one id that answers and logs carry.
        request.headers_mut().insert(HEADER, value);
    }
    let span = tracing::info_span!("request", request_id = %id);
    let mut response = next.run(request).instrument(span).await;
    let refusal = response.extensions_mut().remove::<Refusal>();
    if let Some(refusal) = &refusal {
        refusal.write_into(&mut response, lang, &id);
    }
    let code = refusal.map(|refusal| refusal.code());
    tell(&id, (&method, &area), &response, (code, begun));
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// The line of log. Operations of a batch stand in its order, joined by commas.
fn tell(
    id: &RequestId,
    (method, area): (&Method, &str),
    response: &Response,
    (code, begun): (Option<Code>, Instant),
) {
    let notes = response
        .extensions()
        .get::<Notes>()
        .map_or(&[][..], |notes| &notes.0);
    let names: Vec<_> = notes
        .iter()
        .map(|note| note.name.as_deref().unwrap_or("-"))
        .collect();
    let kinds: Vec<_> = notes.iter().map(|note| note.kind).collect();
    let codes = notes
        .iter()
        .flat_map(|note| note.codes.iter().copied())
        .chain(code);
    let codes: Vec<_> = codes.map(Code::as_str).collect();
    tracing::info!(
        request_id = %id,
        method = %method,
        area,
        status = response.status().as_u16(),
        operation = names.join(","),
        kind = kinds.join(","),
        codes = codes.join(","),
        duration_ms = begun.elapsed().as_secs_f64() * 1000.0,
        "request",
    );
}

/// The first segment of a path that a route begins with; what follows may name a person or hold a ticket, and so may a
/// first segment that nothing is at.
fn area(path: &str) -> String {
    let first = path.trim_start_matches('/').split('/').next();
    let known = first.filter(|first| AREAS.contains(first));
    format!("/{}", known.unwrap_or("?"))
}

fn nothing_here() -> Refusal {
    Refusal::new(Code::NotFound, "此路径没有内容", "nothing is at this path")
}

/// Logs panics by their place alone: the default hook prints their text, which may hold personal data.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}
