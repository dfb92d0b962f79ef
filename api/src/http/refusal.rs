//! A request that ends with a code instead of an answer. Any route may return one; the middleware of [`super::dress`]
//! writes it with the request's id in the caller's language. It never carries a cause: causes are logged, not told.

use std::borrow::Cow;

use async_graphql::{ErrorExtensionValues, Pos, ServerError};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{Code, Lang, RequestId, negotiate::Media};

/// Why a request is not answered, in both languages, and what the caller may do.
#[derive(Clone, Debug)]
pub struct Refusal {
    code: Code,
    status: StatusCode,
    zh: Cow<'static, str>,
    en: Cow<'static, str>,
    retry_after: Option<u32>,
    position: Option<Pos>,
    allow: Option<&'static str>,
}

impl Refusal {
    /// A refusal with the status of its code.
    #[must_use]
    pub fn new(
        code: Code,
        zh: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (zh, en) = (zh.into(), en.into());
        Self {
            code,
            status: code.status(),
            zh,
            en,
            retry_after: None,
            position: None,
            allow: None,
        }
    }

    /// A fault of ours, told without its cause.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            Code::Internal,
            "系统内部故障，请凭请求编号联系运维",
            "internal fault; give the request id to the operator",
        )
    }

    /// Another status than that of the code, for what HTTP itself has a status for.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Seconds after which another try makes sense.
    #[must_use]
    pub fn with_retry_after(self, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    /// Where in the document.
    #[must_use]
    pub(super) fn at(self, position: Pos) -> Self {
        Self {
            position: Some(position),
            ..self
        }
    }

    /// The methods that would be right, for 405.
    #[must_use]
    pub(super) fn with_allow(self, methods: &'static str) -> Self {
        Self {
            allow: Some(methods),
            status: StatusCode::METHOD_NOT_ALLOWED,
            ..self
        }
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Seconds after which another try makes sense, if known.
    pub(super) fn seconds(&self) -> Option<u32> {
        self.retry_after
    }

    /// The message in one language.
    #[must_use]
    pub fn message(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }

    /// The error that a resolver returns for this refusal.
    #[must_use]
    pub fn into_error(self, lang: Lang) -> async_graphql::Error {
        let error = self.server_error(lang);
        async_graphql::Error {
            message: error.message,
            source: None,
            extensions: error.extensions,
        }
    }

    /// The entry of `errors[]`, without the request's id.
    pub(super) fn server_error(&self, lang: Lang) -> ServerError {
        let mut error = ServerError::new(self.message(lang), self.position);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code.as_str());
        if let Some(seconds) = self.retry_after {
            extensions.set("retryAfter", seconds);
        }
        error.extensions = Some(extensions);
        error
    }

    /// Writes the refusal into its answer, with the headers that belong to its status.
    pub(super) fn write_into(&self, response: &mut Response, lang: Lang, id: &RequestId) {
        let mut error = self.server_error(lang);
        error
            .extensions
            .get_or_insert_default()
            .set("requestId", id.as_str());
        let media = response
            .extensions()
            .get::<Media>()
            .copied()
            .unwrap_or_default();
        *response.body_mut() = Body::from(json!({ "errors": [error] }).to_string());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, media.content_type());
        headers.remove(header::CONTENT_LENGTH);
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(methods) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(methods));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }
}

/// The status, and the refusal itself for the middleware to write.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
