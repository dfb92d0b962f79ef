//! The handler around the schema: who may ask what, in which order, for how long. It executes nothing itself and
//! decides no permission; [`Gate`] does, and the resolvers.

use std::{future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_graphql::{
    Executor, ObjectType, Request as Operation, Schema, SubscriptionType,
    parser::{Error, types::OperationType},
};
use axum::{
    Extension, Router,
    body::Body,
    extract::State,
    http::{Method, Request, request::Parts},
    response::{IntoResponse, Response},
    routing::any,
};
use chrono::NaiveDate;
use entity::value::personal::in_words;
use futures_util::FutureExt;

use super::{
    Code, Lang, Limits, Refusal, RequestId,
    answer::{self, Note, Outcome},
    body, guard, lang_of,
    negotiate::{self, Media},
    params::{self, Asked, Params},
};

/// Who calls, and what that gives the resolvers.
pub trait Gate: Send + Sync + 'static {
    /// What is known of a caller.
    type Caller: Clone + Send + Sync + 'static;

    /// Reads the caller from the head of the request, before the body is read.
    fn authenticate(
        &self,
        head: &Parts,
    ) -> impl Future<Output = Result<Self::Caller, Refusal>> + Send;

    /// Whether this caller may ask for `__schema` and `__type`.
    fn may_introspect(&self, caller: &Self::Caller) -> bool;

    /// Takes what an operation comes to, in field values, out of what the caller may ask for.
    fn charge(&self, caller: &Self::Caller, values: u64) -> Result<(), Refusal> {
        let _ = (caller, values);
        Ok(())
    }

    /// Puts the caller, and whatever belongs to one operation (data loaders), into its data.
    /// [`Lang`] and [`RequestId`] are there already.
    fn prepare(&self, caller: &Self::Caller, operation: Operation) -> Operation {
        operation.data(caller.clone())
    }

    /// Hears that an operation of this caller's is over, before it is answered.
    fn settle(&self, _caller: &Self::Caller) -> impl Future<Output = Result<(), Refusal>> + Send {
        std::future::ready(Ok(()))
    }
}

/// What an operator may set.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How much one request may ask for.
    pub limits: Limits,
    /// How long a request may take, from its headers to its answer; a deed that is cut off is rolled back.
    pub timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            timeout: Duration::from_secs(30),
        }
    }
}

/// A schema behind its gate.
pub struct Service<E, G> {
    executor: E,
    gate: G,
    types: guard::Types,
    settings: Settings,
}

impl<Q, M, S, G> Service<Schema<Q, M, S>, G>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// Fails if the schema's own description cannot be read.
    pub fn new(executor: Schema<Q, M, S>, gate: G, settings: Settings) -> Result<Self, Error> {
        let types = guard::Types::of_sdl(&executor.sdl())?;
        Ok(Self {
            executor,
            gate,
            types,
            settings,
        })
    }
}

/// The route `/graphql`. It needs the middleware of [`super::dress`] around it.
pub fn graphql<E: Executor, G: Gate>(service: Service<E, G>) -> Router {
    Router::new()
        .route("/graphql", any(handle::<E, G>))
        .with_state(Arc::new(service))
}

async fn handle<E: Executor, G: Gate>(
    State(service): State<Arc<Service<E, G>>>,
    Extension(id): Extension<RequestId>,
    request: Request<Body>,
) -> Response {
    let voice = Voice {
        lang: lang_of(request.headers()),
        id,
    };
    let media = negotiate::accept(request.headers());
    let wanted = media.as_ref().copied().unwrap_or_default();
    let answering = caught(service.answer(request, media, &voice));
    let answered = tokio::time::timeout(service.settings.timeout, answering).await;
    answered
        .unwrap_or_else(|_| Err(too_slow()))
        .unwrap_or_else(|refusal| {
            let mut response = refusal.into_response();
            response.extensions_mut().insert(wanted);
            response
        })
}

/// To whom, in which language, an answer is given.
struct Voice {
    lang: Lang,
    id: RequestId,
}

impl Voice {
    fn pair(&self) -> (Lang, &RequestId) {
        (self.lang, &self.id)
    }
}

impl<E: Executor, G: Gate> Service<E, G> {
    async fn answer(
        &self,
        request: Request<Body>,
        media: Result<Media, Refusal>,
        voice: &Voice,
    ) -> Result<Response, Refusal> {
        let (head, body) = request.into_parts();
        let get = match head.method {
            Method::GET => true,
            Method::POST => false,
            _ => return Err(wrong_method("GET, POST")),
        };
        let media = media?;
        if !get {
            negotiate::sends_json(&head.headers)?;
        }
        let caller = self.gate.authenticate(&head).await?;
        let asked = if get {
            params::of_query_string(head.uri.query().unwrap_or_default(), &self.settings.limits)?
        } else {
            let most = self.settings.limits.body_bytes;
            params::of_body(
                &body::read(&head.headers, body, most).await?,
                &self.settings.limits,
            )?
        };
        match asked {
            Asked::One(params) => {
                let outcome = self.operation(&caller, params, get, voice).await?;
                Ok(answer::single(outcome, media))
            }
            Asked::Many(many) => {
                let mut outcomes = Vec::with_capacity(many.len());
                for params in many {
                    outcomes.push(self.operation(&caller, params, get, voice).await?);
                }
                Ok(answer::batch(outcomes, media))
            }
        }
    }

    /// One operation. Its own failures are its outcome; an error here is the whole HTTP request's.
    async fn operation(
        &self,
        caller: &G::Caller,
        params: Params,
        get: bool,
        voice: &Voice,
    ) -> Result<Outcome, Refusal> {
        let Params {
            query,
            operation_name,
            variables,
        } = params;
        let Settings { limits, .. } = &self.settings;
        let mut note = Note {
            name: None,
            kind: "unknown",
            codes: Vec::new(),
        };
        let known = (&self.types, limits);
        let plan = match guard::plan(&query, operation_name.as_deref(), &variables, known) {
            Ok(plan) => plan,
            Err(refusal) => return Ok(Outcome::refused(&refusal, note, voice.pair())),
        };
        note.kind = kind(plan.kind);
        // A name is the caller's to choose, and the log holds nobody's number.
        note.name = plan
            .name
            .filter(|name| in_words(name, NaiveDate::MAX).is_none());
        if get && plan.kind == OperationType::Mutation {
            return Err(wrong_method("POST"));
        }
        let introspection = self.gate.may_introspect(caller);
        if plan.introspects && !introspection {
            return Ok(Outcome::refused(&closed(), note, voice.pair()));
        }
        if let Err(refusal) = self.gate.charge(caller, plan.values) {
            return Ok(Outcome::refused(&refusal, note, voice.pair()));
        }
        let mut operation = Operation::new(query).variables(variables);
        operation.operation_name = operation_name;
        operation.set_parsed_query(plan.document);
        operation = operation.data(voice.lang).data(voice.id.clone());
        if !introspection {
            operation = operation.disable_introspection();
        }
        let operation = self.gate.prepare(caller, operation);
        let executed = caught(self.executor.execute(operation).map(Ok)).await;
        self.gate.settle(caller).await?;
        match executed {
            Ok(executed) => Ok(Outcome::executed(
                executed,
                note,
                limits.errors,
                voice.pair(),
            )),
            Err(refusal) => Ok(Outcome::refused(&refusal, note, voice.pair())),
        }
    }
}

/// Turns a panic into a fault without its text, which may hold what was being worked on.
async fn caught<T>(work: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(Refusal::internal()))
}

fn kind(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

fn wrong_method(allowed: &'static str) -> Refusal {
    Refusal::new(
        Code::BadUserInput,
        "查询用 GET 或 POST，变更（mutation）只用 POST",
        "use GET or POST for queries, POST alone for mutations",
    )
    .with_allow(allowed)
}

fn closed() -> Refusal {
    Refusal::new(
        Code::Forbidden,
        "未获准查看接口定义（introspection）",
        "introspection is not open to this caller",
    )
}

fn too_slow() -> Refusal {
    Refusal::new(
        Code::Timeout,
        "处理超时，请缩小请求范围后重试",
        "the answer took too long; ask for less and try again",
    )
}
