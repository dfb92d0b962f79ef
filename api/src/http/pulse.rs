//! What a connection does, felt at its socket: bytes both ways, requests in flight, answers that wait to be taken. From
//! this alone it is judged whether its client is too slow to be kept. HTTP itself is not this file's matter.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Instant,
};

use super::Connections;

/// The longest pause between two looks at a connection.
const LOOK: Duration = Duration::from_secs(1);

/// The state of one connection. Times are milliseconds after its beginning; none is zero.
pub(super) struct Pulse {
    begun: Instant,
    sent: AtomicU64,
    /// When the first bytes of a request came that is not whole yet; zero for none.
    head: AtomicU64,
    /// Since when nothing is asked and nothing is owed.
    quiet: AtomicU64,
    running: AtomicUsize,
    untaken: AtomicUsize,
    blocked: AtomicBool,
    multiplexed: AtomicBool,
}

/// Why a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The head of a request takes too long.
    Head,
    /// Nothing was asked for too long.
    Idle,
    /// The answer is not taken.
    Untaken,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            begun: Instant::now(),
            sent: AtomicU64::new(0),
            head: AtomicU64::new(1),
            quiet: AtomicU64::new(1),
            running: AtomicUsize::new(0),
            untaken: AtomicUsize::new(0),
            blocked: AtomicBool::new(false),
            multiplexed: AtomicBool::new(false),
        })
    }

    fn now(&self) -> u64 {
        let millis = self.begun.elapsed().as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX).max(1)
    }

    /// A request whose head is whole; it runs until its answer is taken or dropped.
    pub(super) fn begin(self: &Arc<Self>, multiplexed: bool) -> Running {
        self.multiplexed.fetch_or(multiplexed, Relaxed);
        self.running.fetch_add(1, Relaxed);
        self.head.store(0, Relaxed);
        Running(Arc::clone(self))
    }

    fn received(&self) {
        if self.running.load(Relaxed) == 0 && !self.multiplexed.load(Relaxed) {
            let _ = self.head.compare_exchange(0, self.now(), Relaxed, Relaxed);
        }
    }

    fn owes(&self) -> bool {
        self.blocked.load(Relaxed) || self.untaken.load(Relaxed) > 0
    }

    /// Resolves when the client has been too slow for the limits.
    pub(super) async fn cut(&self, limits: &Connections) -> Cut {
        let shortest = limits.head.min(limits.idle).min(limits.stall);
        let look = LOOK.min(shortest / 4).max(Duration::from_millis(5));
        let mut owing: Option<(u64, u64)> = None;
        loop {
            tokio::time::sleep(look).await;
            let now = self.now();
            let over = |since: u64, most: Duration| {
                u128::from(now.saturating_sub(since)) > most.as_millis()
            };
            if self.owes() {
                self.quiet.store(now, Relaxed);
                let sent = self.sent.load(Relaxed);
                let (since, before) = *owing.get_or_insert((now, sent));
                if over(since, limits.stall) {
                    let seconds = now.saturating_sub(since) / 1000;
                    if sent.saturating_sub(before)
                        < limits.bytes_per_second.saturating_mul(seconds).max(1)
                    {
                        return Cut::Untaken;
                    }
                    owing = Some((now, sent));
                }
                continue;
            }
            owing = None;
            if self.running.load(Relaxed) > 0 {
                continue;
            }
            let head = self.head.load(Relaxed);
            if head > 0 && over(head, limits.head) {
                return Cut::Head;
            }
            if over(self.quiet.load(Relaxed), limits.idle) {
                return Cut::Idle;
            }
        }
    }
}

/// One request in flight.
pub(super) struct Running(Arc<Pulse>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.quiet.store(self.0.now(), Relaxed);
        self.0.running.fetch_sub(1, Relaxed);
    }
}

/// The body of an answer, which knows whether its next part waits for the client or for us.
pub(super) struct Answer {
    body: Body,
    running: Running,
    untaken: bool,
}

impl Answer {
    pub(super) const fn new(body: Body, running: Running) -> Self {
        Self {
            body,
            running,
            untaken: false,
        }
    }

    fn waits_for_the_client(&mut self, untaken: bool) {
        if untaken == self.untaken {
            return;
        }
        self.untaken = untaken;
        if untaken {
            self.running.0.untaken.fetch_add(1, Relaxed);
        } else {
            self.running.0.untaken.fetch_sub(1, Relaxed);
        }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        self.waits_for_the_client(matches!(polled, Poll::Ready(Some(Ok(_)))));
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.waits_for_the_client(false);
    }
}

/// A socket that tells its pulse.
pub(super) struct Felt {
    stream: TcpStream,
    pulse: Arc<Pulse>,
}

impl Felt {
    pub(super) const fn new(stream: TcpStream, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse }
    }

    fn wrote(&self, polled: &Poll<io::Result<usize>>) {
        self.pulse.blocked.store(polled.is_pending(), Relaxed);
        if let Poll::Ready(Ok(bytes)) = polled {
            let bytes = u64::try_from(*bytes).unwrap_or(u64::MAX);
            self.pulse.sent.fetch_add(bytes, Relaxed);
        }
    }
}

impl AsyncRead for Felt {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.pulse.received();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Felt {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, buffer);
        self.wrote(&polled);
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, buffers);
        self.wrote(&polled);
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
