//! A refusal that comes before its request was read to the end. A server that closes such a connection at once makes
//! the client's writing fail, and the answer is often lost with it; so what is left of the body is read and thrown
//! away first, up to a limit in bytes and in time.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, HttpBody as _},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::sync::oneshot;

/// Whoever sends more slowly than this loses the answer, and not our patience.
const PATIENCE: Duration = Duration::from_secs(5);

/// A body on loan to the handlers: what they leave unread comes back when they drop it.
struct Lent {
    rest: Option<BodyDataStream>,
    back: Option<oneshot::Sender<BodyDataStream>>,
}

impl Stream for Lent {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(rest) = &mut self.rest else {
            return Poll::Ready(None);
        };
        let polled = rest.poll_next_unpin(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.rest = None;
        }
        polled
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(rest), Some(back)) = (self.rest.take(), self.back.take()) {
            // Nobody waits for it when the request itself was dropped.
            let _ = back.send(rest);
        }
    }
}

/// Lets a refused request be sent to its end, as far as `most` bytes, before its answer goes out.
pub(super) async fn linger(State(most): State<usize>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (back, mut returned) = oneshot::channel();
    let (head, body) = request.into_parts();
    let lent = Lent {
        rest: Some(body.into_data_stream()),
        back: Some(back),
    };
    let response = next
        .run(Request::from_parts(head, Body::from_stream(lent)))
        .await;
    if response.status().is_client_error()
        && let Ok(rest) = returned.try_recv()
    {
        let _ = tokio::time::timeout(PATIENCE, discard(rest, most)).await;
    }
    response
}

async fn discard(mut rest: BodyDataStream, most: usize) {
    let mut left = most;
    while let Some(Ok(chunk)) = rest.next().await {
        match left.checked_sub(chunk.len()) {
            Some(less) => left = less,
            None => return,
        }
    }
}
