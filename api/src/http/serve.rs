//! Serving and stopping. A stop is announced before it happens: first `/readyz` turns red while requests are still
//! taken, then no new connection is accepted and what runs is finished, then the process ends either way.

use std::{future::Future, io, time::Duration};

use axum::{Router, serve::ListenerExt};
use tokio::{net::TcpListener, signal::unix, sync::oneshot};

use super::Draining;

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

/// Serves until `stop` resolves, then stops in order. Requests that outlast the drain are cut off with their
/// connections; their transactions are rolled back.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: Shutdown,
    draining: Draining,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (announced, closing) = oneshot::channel();
    let closes = async move {
        stop.await;
        draining.begin();
        tracing::info!("stopping: announced");
        tokio::time::sleep(shutdown.announce).await;
        tracing::info!("stopping: no new connections");
        let _ = announced.send(());
    };
    let deadline = async move {
        match closing.await {
            Ok(()) => tokio::time::sleep(shutdown.drain).await,
            Err(_) => std::future::pending().await,
        }
    };
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "connection without TCP_NODELAY");
        }
    });
    tokio::select! {
        served = async { axum::serve(listener, router).with_graceful_shutdown(closes).await } => served,
        () = deadline => {
            tracing::warn!("stopping: requests outlasted the drain");
            Ok(())
        }
    }
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
