//! One connection and the bounds of all: how many there are, how slow a client may be, how large the head of a request.
//! What is asked over it is the router's matter.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::IpAddr,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, body::Body, http::Version};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use ipnet::IpNet;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::{
    ClientAddress,
    pace::{Pace, Paced},
    peer,
    pulse::{Answer, Felt, Pulse},
};

/// What one connection may have buffered of a head or a body, at least.
const BUFFER: usize = 128 << 10;

/// Streams of one HTTP/2 connection at a time.
const STREAMS: u32 = 100;

/// What connections may take and how slow their clients may be.
#[derive(Clone, Debug)]
pub struct Connections {
    /// Connections at a time; the next one waits to be taken.
    pub most: usize,
    /// Those of one address; the next one is closed. Proxies may have any number.
    pub per_address: usize,
    /// How long the head of a request may take to come.
    pub head: Duration,
    /// How long a connection may be kept without a request.
    pub idle: Duration,
    /// After so long a wait for a client its bytes are counted.
    pub stall: Duration,
    /// A client that sends or takes fewer bytes a second is given up.
    pub bytes_per_second: u64,
    /// Bytes of a request's head. What is twice as long is cut off without words.
    pub head_bytes: usize,
    /// Whose word about the client's address is believed.
    pub proxies: Vec<IpNet>,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            most: 768,
            per_address: 256,
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            stall: Duration::from_secs(20),
            bytes_per_second: 1_024,
            head_bytes: 32 << 10,
            proxies: Vec::new(),
        }
    }
}

/// How many connections each address has.
#[derive(Default)]
pub(super) struct Crowd(Mutex<HashMap<ClientAddress, usize>>);

/// A connection's place in the crowd.
pub(super) struct Place {
    crowd: Arc<Crowd>,
    address: Option<ClientAddress>,
}

impl Crowd {
    /// A place for one more from an address, if there is one.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr, limits: &Connections) -> Option<Place> {
        let mut address = None;
        if !peer::is_proxy(peer, &limits.proxies) {
            let counted = ClientAddress::counted(peer);
            let mut here = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let many = here.entry(counted).or_default();
            if *many >= limits.per_address {
                return None;
            }
            *many += 1;
            address = Some(counted);
        }
        Some(Place {
            crowd: Arc::clone(self),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(address) = self.address else {
            return;
        };
        let mut here = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(many) = here.get_mut(&address) {
            *many -= 1;
            if *many == 0 {
                here.remove(&address);
            }
        }
    }
}

/// Serves one connection to its end: the client's, that of a stop, or the end of patience.
pub(super) async fn converse(
    stream: TcpStream,
    peer: IpAddr,
    (router, limits): (Router, Arc<Connections>),
    closing: CancellationToken,
) {
    let pulse = Pulse::new();
    let io = TokioIo::new(Felt::new(stream, Arc::clone(&pulse)));
    let (felt, known) = (Arc::clone(&pulse), Arc::clone(&limits));
    let service = service_fn(move |request| answer(router.clone(), request, (peer, &known), &felt));
    let builder = builder(&limits);
    let mut connection = pin!(builder.serve_connection(io, service));
    let mut cut = pin!(pulse.cut(&limits));
    let mut told = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(cause = error, "connection ended");
                }
                return;
            }
            why = cut.as_mut() => {
                tracing::debug!(?why, "connection cut");
                return;
            }
            () = closing.cancelled(), if !told => {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

fn builder(limits: &Connections) -> Builder<TokioExecutor> {
    let head = limits.head_bytes.saturating_mul(2);
    let mut builder = Builder::new(TokioExecutor::new());
    // The pulse counts the time of a head; hyper's own count would also end connections that merely rest.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size(head.max(BUFFER));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS);
    builder
}

/// One request: its body under its pace, its client named, its answer felt.
fn answer(
    router: Router,
    request: Request<Incoming>,
    (peer, limits): (IpAddr, &Connections),
    pulse: &Arc<Pulse>,
) -> impl Future<Output = Result<Response<Answer>, Infallible>> + use<> {
    let running = pulse.begin(request.version() == Version::HTTP_2);
    let pace = Pace {
        stall: limits.stall,
        bytes_per_second: limits.bytes_per_second,
    };
    let client = peer::client(peer, request.headers(), &limits.proxies);
    let mut request = request.map(|body| Body::new(Paced::new(body, pace)));
    request.extensions_mut().insert(client);
    async move {
        let response = router.oneshot(request).await?;
        Ok(response.map(|body| Answer::new(body, running)))
    }
}
