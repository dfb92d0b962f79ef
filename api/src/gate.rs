//! Who passes to the schema: the bearer of a token whose client stands now. It hands each operation its caller and its
//! own loaders.

use std::sync::Arc;

use async_graphql::Request;
use axum::http::{HeaderMap, header, request::Parts};

use crate::app::App;
use crate::audit;
use crate::auth::{self, Caller};
use crate::error::Error;
use crate::graphql::loaders;
use crate::http::{ClientAddress, Code, Gate, Lang, Refusal, lang_of};
use crate::registry::damage;
use crate::scope::Scope;

/// The gate of the service.
pub struct Door {
    app: Arc<App>,
}

impl Door {
    /// The gate of an app.
    #[must_use]
    pub const fn new(app: Arc<App>) -> Self {
        Self { app }
    }
}

impl Gate for Door {
    type Caller = Arc<Caller>;

    async fn authenticate(&self, head: &Parts) -> Result<Arc<Caller>, Refusal> {
        caller(&self.app, head).await.map(Arc::new)
    }

    fn may_introspect(&self, caller: &Arc<Caller>) -> bool {
        self.app.settings.graphql.introspection || caller.has(Scope::Introspect)
    }

    async fn settle(&self, caller: &Arc<Caller>) -> Result<(), Refusal> {
        damage::record(&self.app).await;
        attempted(&self.app, caller).await
    }

    fn charge(&self, caller: &Arc<Caller>, values: u64) -> Result<(), Refusal> {
        self.app.rates.cost(caller.client.id.0.as_u128(), values)
    }

    fn prepare(&self, caller: &Arc<Caller>, operation: Request) -> Request {
        loaders::attach(operation, &self.app, caller)
    }
}

/// Records what was forbidden within a request.
pub async fn attempted(app: &App, caller: &Caller) -> Result<(), Refusal> {
    let mut operations = caller.take_forbidden();
    operations.dedup();
    for operation in operations {
        audit::forbidden(app, caller, operation)
            .await
            .map_err(refused)?;
    }
    Ok(())
}

/// What a deed came to; what was forbidden is recorded before it is told.
pub async fn allowed<T>(
    app: &App,
    caller: &Caller,
    operation: &str,
    done: Result<T, Error>,
) -> Result<T, Refusal> {
    if let Err(Error::Forbidden(_)) = &done {
        caller.was_forbidden(operation);
        attempted(app, caller).await?;
    }
    done.map_err(refused)
}

/// The caller that the head of a request names. It counts the request: for the client, or for the address where there is
/// none, so that whoever tries tokens is soon told to wait.
pub async fn caller(app: &App, head: &Parts) -> Result<Caller, Refusal> {
    let headers = &head.headers;
    let claims = auth::claims(app, authorization(headers)).await;
    let claims = claims.map_err(|error| unknown(app, head, error))?;
    // Before the database is asked for anything.
    app.rates.request(claims.sub.as_u128())?;
    let request_id = request_id(headers).to_owned();
    auth::client_of(app, &claims, request_id, lang_of(headers))
        .await
        .map_err(|error| unknown(app, head, error))
}

/// The refusal of whoever is not known, counted for its address.
fn unknown(app: &App, head: &Parts, error: Error) -> Refusal {
    if matches!(error, Error::Unauthenticated(_))
        && let Err(too_many) = app.rates.anonymous(ClientAddress::of(head))
    {
        return too_many;
    }
    refused(error)
}

/// The one authorization of a request. Of two, a proxy in front may have read another than we would: they count as none.
fn authorization(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    match (all.next(), all.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// The id that [`crate::http::dress`] gave a request.
#[must_use]
pub fn request_id(headers: &HeaderMap) -> &str {
    headers
        .get("x-request-id")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// An error as HTTP answers it; the cause of a fault goes to the log only.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it ends every error's way, from `map_err`"
)]
#[must_use]
pub fn refused(error: Error) -> Refusal {
    error.log();
    let code = Code::find(error.code()).unwrap_or(Code::Internal);
    let refusal = Refusal::new(code, error.message(Lang::Zh), error.message(Lang::En));
    match error.retry_after() {
        Some(seconds) => refusal.with_retry_after(seconds),
        None => refusal,
    }
}
