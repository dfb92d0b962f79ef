//! The page for trying the interface, at `/` and `/graphiql`, from files embedded at build time. For development only:
//! the caller mounts it, and it fetches nothing from elsewhere.

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};

use super::{Code, Refusal};

include!(concat!(env!("OUT_DIR"), "/graphiql.rs"));

/// Own scripts and workers only. Inline styles are what the editor sets by script.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self' blob:; \
    style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What stands in for the page in a binary that was built without it.
const ABSENT: &str = include_str!("graphiql_absent.html");

/// The routes `/`, `/graphiql` and the page's files below it.
pub fn graphiql() -> Router {
    routes(FILES)
}

/// The routes over any set of files, so that both kinds of build are tested in one.
pub(super) fn routes(files: &'static [EmbeddedFile]) -> Router {
    let page = move || async move { file(files, "index.html").unwrap_or_else(absent) };
    let part = move |Path(name): Path<String>| async move {
        file(files, &name)
            .ok_or_else(|| Refusal::new(Code::NotFound, "没有这个文件", "there is no such file"))
    };
    Router::new()
        .route("/", get(page))
        .route("/graphiql", get(page))
        .route("/graphiql/{*name}", get(part))
}

fn file(files: &'static [EmbeddedFile], name: &str) -> Option<Response> {
    let found = files.iter().find(|file| file.name == name)?;
    let headers = [
        (header::CONTENT_TYPE, media_type(name)),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    Some((headers, found.bytes).into_response())
}

fn absent() -> Response {
    let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    (StatusCode::OK, policy, Html(ABSENT)).into_response()
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("ttf") => "font/ttf",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
