//! Refusals that come before the body was read, over real connections: the client gets to read why.

use axum::{Router, extract::Request, http::StatusCode, response::IntoResponse, routing::post};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{Code, DRESS, Dress, Refusal, dress, entropy};

/// More than any socket takes without a reader.
const LONG: usize = 24 << 20;

/// A server that refuses whatever comes without reading it, and its address.
async fn refusing(discard: usize) -> std::net::SocketAddr {
    let refuse = |_: Request| async {
        Refusal::new(Code::PayloadTooLarge, "过大", "too large").into_response()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let dressed = Dress { discard, ..DRESS };
    let router = dress(Router::new().route("/", post(refuse)), entropy(), dressed);
    #[expect(clippy::disallowed_methods, reason = "a server of the test's own")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Sends a head and `sent` bytes of a body of `announced`; gives back whether all was taken, and the answer.
async fn send(address: std::net::SocketAddr, announced: usize, sent: usize) -> (bool, String) {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {announced}\r\nconnection: close\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let taken = connection.write_all(&vec![b' '; sent]).await.is_ok();
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer).await;
    (taken, String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn a_long_body_is_taken_to_its_end_and_the_answer_is_read() {
    let address = refusing(LONG).await;
    for _ in 0..5 {
        let (taken, answer) = send(address, LONG, LONG).await;
        assert!(taken);
        assert!(answer.contains("413"), "{answer}");
        assert!(answer.contains("PAYLOAD_TOO_LARGE"), "{answer}");
    }
    let body = vec![b' '; LONG];
    let answer = reqwest::Client::new()
        .post(format!("http://{address}/"))
        .body(body)
        .send()
        .await;
    assert_eq!(answer.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn nobody_is_read_beyond_the_limit() {
    let address = refusing(1 << 20).await;
    let (taken, _) = send(address, 1 << 40, 64 << 20).await;
    assert!(!taken, "sixty-four megabytes were taken");
}

#[tokio::test]
async fn a_body_that_stops_coming_is_not_waited_for_long() {
    let address = refusing(LONG).await;
    let begun = tokio::time::Instant::now();
    let (_, answer) = send(address, LONG, 10).await;
    assert!(answer.contains("413"), "{answer}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(30));
}
