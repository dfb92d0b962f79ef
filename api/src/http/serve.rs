//! Serving and stopping. A stop is announced before it happens: first `/readyz` turns red while requests are still
//! taken, then no new connection is accepted and what runs is finished, then the process ends either way.

use std::{future::Future, io, sync::Arc, time::Duration};

use axum::Router;
use tokio::{
    net::TcpListener,
    signal::unix,
    sync::{Semaphore, oneshot},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{
    Connections, Draining,
    connection::{Crowd, converse},
};

/// The pause after a connection could not be taken, as when the process has no file left to open.
const PAUSE: Duration = Duration::from_secs(1);

/// How long each part of a stop takes.
#[derive(Clone, Copy, Debug)]
pub struct Shutdown {
    /// How long `/readyz` is red before connections are refused: longer than a balancer's interval.
    pub announce: Duration,
    /// How long running requests may go on after that.
    pub drain: Duration,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self {
            announce: Duration::from_secs(3),
            drain: Duration::from_secs(30),
        }
    }
}

/// How a service meets its clients.
#[derive(Clone, Debug, Default)]
pub struct Serving {
    /// What connections may take.
    pub connections: Connections,
    /// How it stops.
    pub shutdown: Shutdown,
}

/// Serves until `stop` resolves, then stops in order. Requests that outlast the drain are cut off with their
/// connections; their transactions are rolled back.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    serving: Serving,
    draining: Draining,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let Serving {
        connections,
        shutdown,
    } = serving;
    let closing = CancellationToken::new();
    let (announced, told) = oneshot::channel();
    let closes = async {
        stop.await;
        draining.begin();
        tracing::info!("stopping: announced");
        tokio::time::sleep(shutdown.announce).await;
        tracing::info!("stopping: no new connections");
        closing.cancel();
        let _ = announced.send(());
        std::future::pending::<()>().await;
    };
    let deadline = async {
        match told.await {
            Ok(()) => tokio::time::sleep(shutdown.drain).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = accept(listener, router, Arc::new(connections), &closing) => {}
        () = closes => {}
        () = deadline => tracing::warn!("stopping: requests outlasted the drain"),
    }
    Ok(())
}

/// Takes connections until the stop, then waits for those that are left. One over the limit waits in the system's queue.
async fn accept(
    listener: TcpListener,
    router: Router,
    limits: Arc<Connections>,
    closing: &CancellationToken,
) {
    let seats = Arc::new(Semaphore::new(limits.most.min(Semaphore::MAX_PERMITS)));
    let crowd = Arc::new(Crowd::default());
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let seat = tokio::select! {
            () = closing.cancelled() => break,
            seat = Arc::clone(&seats).acquire_owned() => seat,
        };
        let accepted = tokio::select! {
            () = closing.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_the_clients(&error) => continue,
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let Some(place) = crowd.admit(peer.ip(), &limits) else {
            tracing::debug!("a connection beyond those of one address is closed");
            continue;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "connection without TCP_NODELAY");
        }
        let served = converse(
            stream,
            peer.ip(),
            (router.clone(), Arc::clone(&limits)),
            closing.clone(),
        );
        connections.spawn(async move {
            served.await;
            drop((seat, place));
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Whether a connection ended by itself before it was taken.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Resolves on SIGTERM or SIGINT. Fails only where no handler can be set, which is before anything is served.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
