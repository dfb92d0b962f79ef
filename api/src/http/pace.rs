//! The body of a request, which must come at least at a pace: whoever sends more slowly is told so and not waited for.
//! Only time that is spent waiting for the client counts, never our own.

use std::{
    error::Error,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{body::Bytes, http::StatusCode};
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use super::{Code, Refusal};

/// How slowly a client may send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// So long a wait is looked at.
    pub(super) stall: Duration,
    /// So many bytes must come within each second of it.
    pub(super) bytes_per_second: u64,
}

impl Pace {
    /// The bytes of one stretch; one at least, or a client that sends nothing would be waited for.
    fn bytes(self) -> u64 {
        self.bytes_per_second
            .saturating_mul(self.stall.as_secs())
            .max(1)
    }
}

/// The client sends too slowly.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the body comes too slowly")]
pub(super) struct TooSlow;

/// A body under its pace.
pub(super) struct Paced<B> {
    inner: B,
    pace: Pace,
    /// What was waited for since the stretch began, without the wait at hand.
    waited: Duration,
    since: Option<Instant>,
    came: u64,
    timer: Option<Pin<Box<Sleep>>>,
}

impl<B> Paced<B> {
    pub(super) const fn new(inner: B, pace: Pace) -> Self {
        Self {
            inner,
            pace,
            waited: Duration::ZERO,
            since: None,
            came: 0,
            timer: None,
        }
    }

    fn came(&mut self, bytes: usize) {
        if let Some(since) = self.since.take() {
            self.waited = self.waited.saturating_add(since.elapsed());
        }
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.came = self.came.saturating_add(bytes);
    }

    /// Waits for the end of the stretch, and judges it there.
    fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<TooSlow> {
        loop {
            let now = Instant::now();
            let since = *self.since.get_or_insert(now);
            let waited = self.waited.saturating_add(now.duration_since(since));
            let left = self.pace.stall.saturating_sub(waited);
            // A timer that is set to this moment rings a little later, and would be set anew then.
            if !left.is_zero() {
                let end = now + left;
                let timer = self
                    .timer
                    .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end)));
                timer.as_mut().reset(end);
                if timer.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
            }
            if self.came < self.pace.bytes() {
                return Poll::Ready(TooSlow);
            }
            (self.waited, self.since, self.came) = (Duration::ZERO, None, 0);
        }
    }
}

impl<B> Body for Paced<B>
where
    B: Body<Data = Bytes, Error: Into<axum::BoxError>> + Unpin,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(frame) => {
                let data = frame
                    .as_ref()
                    .and_then(|frame| frame.as_ref().ok()?.data_ref());
                let bytes = data.map_or(0, Bytes::len);
                self.came(bytes);
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => self.poll_wait(cx).map(|slow| Some(Err(slow.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The refusal of a body that came too slowly, if that is what is wrong with it.
#[must_use]
pub fn too_slow(error: &(dyn Error + 'static)) -> Option<Refusal> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TooSlow>() {
            return Some(
                Refusal::new(
                    Code::Timeout,
                    "请求体到达过慢，连接已放弃，请检查网络后重试",
                    "the body came too slowly and was given up: check the network and try again",
                )
                .with_status(StatusCode::REQUEST_TIMEOUT),
            );
        }
        cause = match error.downcast_ref::<io::Error>() {
            Some(wrapped) => wrapped
                .get_ref()
                .map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}
