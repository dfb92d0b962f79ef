//! The peer of a status look-up: an axum handler that does what the look-up must do, the token, the client as it stands, the
//! statement, the entry in the audit, and answers in plain JSON, with no GraphQL and no entry opened. It runs as a process of
//! its own; `benches` told to `peer` is just that.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    reason = "a peer that cannot be set up measures nothing; its settings come from its environment like the service's"
)]

use std::sync::Arc;

use api::app::App;
use api::auth;
use api::config::Settings;
use api::registry::blacklist::status::{self, Question, Subject, Verdict};
use api::registry::input::IdentityInput;
use api::start::{self, Parts};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use entity::kind::IdentityKind;
use rules::label::Lang;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Asked {
    kind: IdentityKind,
    number: String,
}

/// Serves look-ups where `MINGLU_SERVER_ADDRESS` says.
pub async fn serve() {
    let settings = Settings::load(None, std::env::vars(), std::iter::empty()).expect("settings");
    let address = settings.server.address;
    let app = start::open(settings, Parts::default(), false)
        .await
        .expect("the app opens");
    let router = Router::new().route("/graphql", post(look)).with_state(app);
    let listener = tokio::net::TcpListener::bind(address.to_string())
        .await
        .expect("a port");
    axum::serve(listener, router).await.expect("it serves");
}

async fn look(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Json(asked): Json<Vec<Asked>>,
) -> Result<Json<Value>, StatusCode> {
    let bearer = headers
        .get("authorization")
        .and_then(|text| text.to_str().ok());
    let caller = auth::authenticate(
        &app,
        bearer,
        app.id::<entity::id::AuditId>().to_string(),
        Lang::Zh,
    )
    .await
    .map_err(|_| StatusCode::UNAUTHORIZED)?;
    let question = Question {
        subjects: asked
            .into_iter()
            .map(|one| {
                Subject::Identity(IdentityInput {
                    kind: one.kind,
                    number: one.number,
                    issuing_country: None,
                })
            })
            .collect(),
        on: None,
        threshold: None,
        entries: false,
    };
    let answer = status::ask(&app, &caller, &question)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let results: Vec<_> = answer
        .results
        .iter()
        .map(|status| {
            let verdict = match status.verdict {
                Verdict::Listed => "LISTED",
                Verdict::Candidates => "CANDIDATES",
                Verdict::Clear => "CLEAR",
                Verdict::NotValid => "NOT_VALID",
            };
            json!({ "verdict": verdict })
        })
        .collect();
    Ok(Json(
        json!({ "asOf": answer.as_of, "listVersion": answer.version, "results": results }),
    ))
}
