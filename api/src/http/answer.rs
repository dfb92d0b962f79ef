//! From what the executor returned to an HTTP answer: the status, the `data` entry that only an executed operation
//! has, and the notes that the log may know.

use async_graphql::{Response as Executed, ServerError, Value};
use axum::{
    body::Body,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Code, Lang, Refusal, RequestId, errors, negotiate::Media};

/// What the log may know of an operation: never its text, never its variables.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub(super) name: Option<String>,
    pub(super) kind: &'static str,
    pub(super) codes: Vec<Code>,
}

/// The notes of one HTTP request, handed to the log through the response.
#[derive(Clone, Debug)]
pub(super) struct Notes(pub(super) Vec<Note>);

/// One operation's answer.
pub(super) struct Outcome {
    body: GraphqlBody,
    status: StatusCode,
    retry_after: Option<u32>,
    note: Note,
}

/// An executed operation has `data`, if only null; one that was refused before has none.
#[derive(Serialize)]
#[serde(untagged)]
enum GraphqlBody {
    Executed(Executed),
    Refused { errors: Vec<ServerError> },
}

impl Outcome {
    /// The outcome of an operation that reached the executor.
    pub(super) fn executed(
        mut executed: Executed,
        mut note: Note,
        most_errors: usize,
        (lang, id): (Lang, &RequestId),
    ) -> Self {
        executed.errors.truncate(most_errors);
        let begun =
            executed.data != Value::Null || executed.errors.iter().any(errors::is_of_a_field);
        note.codes = executed
            .errors
            .iter_mut()
            .map(|error| errors::complete(error, lang, id))
            .collect();
        let status = if executed.data == Value::Null {
            let mut statuses = note.codes.iter().map(|code| code.status());
            let fault = statuses.find(|status| !begun || status.is_server_error());
            fault.unwrap_or(StatusCode::OK)
        } else {
            StatusCode::OK
        };
        let body = if begun {
            GraphqlBody::Executed(executed)
        } else {
            GraphqlBody::Refused {
                errors: executed.errors,
            }
        };
        Self {
            body,
            status,
            retry_after: None,
            note,
        }
    }

    /// The outcome of an operation that did not.
    pub(super) fn refused(
        refusal: &Refusal,
        mut note: Note,
        (lang, id): (Lang, &RequestId),
    ) -> Self {
        let mut error = refusal.server_error(lang);
        note.codes = vec![errors::complete(&mut error, lang, id)];
        Self {
            body: GraphqlBody::Refused {
                errors: vec![error],
            },
            status: refusal.status(),
            retry_after: refusal.seconds(),
            note,
        }
    }

    /// The status in a media type. Under the older one a failed document is still 200, as its clients expect;
    /// a failure that is not the document's keeps its status. Once execution began the answer is 200, unless
    /// a fault of ours left nothing to answer.
    fn status(&self, media: Media) -> StatusCode {
        match (media, self.status) {
            (Media::Json, StatusCode::BAD_REQUEST) => StatusCode::OK,
            (_, status) => status,
        }
    }
}

/// The answer to one operation.
pub(super) fn single(outcome: Outcome, media: Media) -> Response {
    let (status, retry_after) = (outcome.status(media), outcome.retry_after);
    let mut response = written(status, media, &outcome.body);
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response.extensions_mut().insert(Notes(vec![outcome.note]));
    response
}

/// The answers to a batch, in its order. It is 200: each has its own errors and no one status fits all.
pub(super) fn batch(outcomes: Vec<Outcome>, media: Media) -> Response {
    let (bodies, notes): (Vec<_>, Vec<_>) = outcomes
        .into_iter()
        .map(|outcome| (outcome.body, outcome.note))
        .unzip();
    let mut response = written(StatusCode::OK, media, &bodies);
    response.extensions_mut().insert(Notes(notes));
    response
}

fn written(status: StatusCode, media: Media, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (
            status,
            [(header::CONTENT_TYPE, media.content_type())],
            Body::from(bytes),
        )
            .into_response(),
        Err(_) => Refusal::internal().into_response(),
    }
}
