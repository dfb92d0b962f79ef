//! The stop, over real connections: announced first, then drained, then over.

use std::{sync::Arc, time::Duration};

use axum::{Router, routing::get};
use tokio::{net::TcpListener, sync::oneshot, time::Instant};

use super::super::{Ready, Serving, Shutdown, health, serve};
use super::{DRESS, Draining, dress, entropy};

/// A server with one slow route beside health, and its address.
async fn server(slow: Duration, draining: &Draining) -> (TcpListener, String, Router) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let ready: Ready = Arc::new(|| Box::pin(async { Ok(()) }));
    let work = get(move || async move {
        tokio::time::sleep(slow).await;
        "done"
    });
    let router = health(ready, draining.clone()).route("/work", work);
    (listener, address, dress(router, entropy(), DRESS))
}

fn stopping(shutdown: Shutdown) -> Serving {
    Serving {
        shutdown,
        ..Serving::default()
    }
}

async fn status(address: &str, path: &str) -> Option<u16> {
    let answer = reqwest::get(format!("{address}{path}")).await.ok()?;
    Some(answer.status().as_u16())
}

#[tokio::test]
async fn readiness_turns_red_before_connections_are_refused_and_work_is_finished() {
    let draining = Draining::default();
    let (listener, address, router) = server(Duration::from_millis(900), &draining).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = Shutdown {
        announce: Duration::from_millis(400),
        drain: Duration::from_secs(5),
    };
    let serving = serve(listener, router, stopping(shutdown), draining, async {
        let _ = stopped.await;
    });
    let clients = async {
        assert_eq!(status(&address, "/readyz").await, Some(200));
        let work = status(&address, "/work");
        let others = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            stop.send(()).unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert_eq!(status(&address, "/readyz").await, Some(503));
            assert_eq!(status(&address, "/livez").await, Some(200));
            tokio::time::sleep(Duration::from_millis(400)).await;
            assert_eq!(status(&address, "/livez").await, None);
        };
        tokio::join!(work, others).0
    };
    let (served, worked) = tokio::join!(serving, clients);
    served.unwrap();
    assert_eq!(worked, Some(200));
}

#[tokio::test]
async fn work_that_outlasts_the_drain_does_not_hold_the_stop() {
    let draining = Draining::default();
    let (listener, address, router) = server(Duration::from_mins(1), &draining).await;
    let shutdown = Shutdown {
        announce: Duration::ZERO,
        drain: Duration::from_millis(200),
    };
    let begun = Instant::now();
    let serving = serve(listener, router, stopping(shutdown), draining, async {
        tokio::time::sleep(Duration::from_millis(200)).await;
    });
    let work = tokio::time::timeout(Duration::from_secs(1), status(&address, "/work"));
    let (served, _) = tokio::join!(serving, work);
    served.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5));
}
