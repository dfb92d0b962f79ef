//! Clients that are slow on purpose, and too many of them, over real sockets: each is cut or told so, whoever asks beside
//! them is answered, and nothing of them stays.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    time::{Instant, sleep, timeout},
};

use super::super::{Connections, Serving, body, serve};
use super::{DRESS, Draining, dress, entropy};

/// Short enough for a test, long enough for a busy machine.
const HEAD: Duration = Duration::from_millis(600);
const IDLE: Duration = Duration::from_secs(2);
const STALL: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(20);

/// A server with these limits, and how many of its answers are on their way.
async fn server(limits: Connections) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let under_way = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&under_way);
    let endless = get(async move || Body::from_stream(endless(counted)).into_response());
    let trickle = get(async || Body::from_stream(trickle()).into_response());
    let router = Router::new()
        .route("/", get(async || "done"))
        .route("/body", post(whole))
        .route("/endless", endless)
        .route("/trickle", trickle);
    let serving = Serving {
        connections: limits,
        ..Serving::default()
    };
    let router = dress(router, entropy(), DRESS);
    let (draining, stop) = (Draining::default(), std::future::pending());
    #[expect(clippy::disallowed_methods, reason = "a server of the test's own")]
    tokio::spawn(serve(listener, router, serving, draining, stop));
    (address, under_way)
}

fn limits() -> Connections {
    Connections {
        head: HEAD,
        idle: IDLE,
        stall: STALL,
        bytes_per_second: 1_000,
        ..Connections::default()
    }
}

/// Reads a body as `/graphql` does.
async fn whole(request: axum::extract::Request) -> Response {
    let (head, sent) = request.into_parts();
    match body::read(&head.headers, sent, 1 << 20).await {
        Ok(bytes) => bytes.len().to_string().into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

struct UnderWay(Arc<AtomicUsize>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// As much as is taken.
fn endless(count: Arc<AtomicUsize>) -> impl Stream<Item = Result<Bytes, Infallible>> {
    count.fetch_add(1, SeqCst);
    let under_way = UnderWay(count);
    stream::repeat(Bytes::from(vec![b'x'; 64 << 10])).map(move |bytes| {
        let _ = &under_way;
        Ok(bytes)
    })
}

/// A few bytes now and then: it is the server that is slow here.
fn trickle() -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(0, |sent| async move {
        sleep(STALL * 2 / 3).await;
        (sent < 5).then(|| (Ok(Bytes::from_static(b"drop")), sent + 1))
    })
}

async fn connect(address: SocketAddr, head: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    connection
}

/// How long it takes until the server has closed a connection, whatever it says before.
async fn closed(connection: &mut TcpStream) -> Duration {
    let begun = Instant::now();
    let mut heard = Vec::new();
    let ended = timeout(PATIENCE, connection.read_to_end(&mut heard)).await;
    assert!(ended.is_ok(), "it is still open");
    begun.elapsed()
}

/// Asks over a connection that stays, and reads the answer.
async fn ask(connection: &mut TcpStream) -> String {
    let asked = connection
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    asked.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"done") {
        let read = timeout(PATIENCE, connection.read_buf(&mut answer)).await;
        assert!(read.unwrap().unwrap() > 0, "it was closed");
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let (address, _) = server(limits()).await;
    for begun in ["", "P", "PRI * HTTP/2", "GET / HTTP/1.1\r\nhost: x\r\n"] {
        let took = closed(&mut connect(address, begun).await).await;
        assert!(took >= HEAD * 9 / 10, "{begun:?} was cut after {took:?}");
    }
    // A header line every now and then does not help.
    let mut slow = connect(address, "GET / HTTP/1.1\r\n").await;
    let begun = Instant::now();
    while slow.write_all(b"x-more: 1\r\n").await.is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it is still open");
        sleep(Duration::from_millis(50)).await;
    }
    assert!(
        ask(&mut connect(address, "").await)
            .await
            .contains("200 OK")
    );
}

#[tokio::test]
async fn a_connection_may_rest_between_requests_but_not_for_ever() {
    let (address, _) = server(limits()).await;
    let mut resting = connect(address, "").await;
    ask(&mut resting).await;
    sleep(HEAD * 2).await;
    ask(&mut resting).await;
    let rest = closed(&mut resting).await;
    assert!(rest >= IDLE * 9 / 10, "{rest:?}");
    // The head of a later request must come as soon as that of the first.
    let mut later = connect(address, "").await;
    ask(&mut later).await;
    later.write_all(b"GET").await.unwrap();
    let took = closed(&mut later).await;
    assert!(took >= HEAD * 9 / 10, "{took:?}");
}

/// Sends a body in parts and gives back the answer.
async fn body_in(address: SocketAddr, parts: usize, part: &[u8], pause: Duration) -> String {
    let length = parts * part.len();
    let head = format!(
        "POST /body HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    let (mut from, mut to) = connect(address, &head).await.into_split();
    let part = part.to_vec();
    let sends = async move {
        for _ in 0..parts {
            if to.write_all(&part).await.is_err() {
                return;
            }
            sleep(pause).await;
        }
    };
    let reads = async move {
        let mut answer = Vec::new();
        let _ = timeout(PATIENCE, from.read_to_end(&mut answer))
            .await
            .unwrap();
        String::from_utf8(answer).unwrap()
    };
    tokio::select! {
        answer = reads => answer,
        () = async { sends.await; std::future::pending().await } => unreachable!(),
    }
}

#[tokio::test]
async fn a_body_that_trickles_is_refused_and_one_that_flows_is_read() {
    let (address, _) = server(limits()).await;
    let begun = Instant::now();
    let slow = body_in(address, 10_000, b"x", Duration::from_millis(50)).await;
    assert!(begun.elapsed() < PATIENCE / 2, "{:?}", begun.elapsed());
    assert!(
        slow.starts_with("HTTP/1.1 408 ") && slow.contains("\"TIMEOUT\""),
        "{slow}"
    );
    assert!(slow.contains("x-request-id: "), "{slow}");
    let silent = body_in(address, 2, &[b'x'; 100], PATIENCE).await;
    assert!(silent.starts_with("HTTP/1.1 408 "), "{silent}");
    let steady = body_in(address, 25, &[b'x'; 1_000], Duration::from_millis(100)).await;
    assert!(steady.ends_with("25000"), "{steady}");
}

#[tokio::test]
async fn an_answer_that_is_not_taken_is_dropped_and_one_that_we_delay_is_not() {
    let (address, under_way) = server(limits()).await;
    let mut readers = Vec::new();
    for _ in 0..20 {
        readers.push(connect(address, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await);
    }
    let mut fast = connect(address, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut buffer = vec![0; 64 << 10];
    let begun = Instant::now();
    while begun.elapsed() < STALL * 4 {
        // Twenty take a byte now and then; one takes all it is given.
        let mut byte = [0];
        for reader in &mut readers {
            let _ = timeout(Duration::from_millis(1), reader.read(&mut byte)).await;
        }
        assert!(fast.read(&mut buffer).await.unwrap() > 0);
    }
    assert_eq!(under_way.load(SeqCst), 1, "only the one that reads is left");
    drop(fast);
    let begun = Instant::now();
    while under_way.load(SeqCst) > 0 {
        assert!(begun.elapsed() < PATIENCE, "an answer to nobody goes on");
        sleep(Duration::from_millis(20)).await;
    }
    let mut patient = connect(
        address,
        "GET /trickle HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    )
    .await;
    let mut answer = String::new();
    patient.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer.matches("drop").count(), 5, "{answer}");
}

async fn from(local: Ipv4Addr, address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((local, 0).into()).unwrap();
    socket.connect(address).await.unwrap()
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_a_proxy_any() {
    let few = |proxies: &[&str]| Connections {
        per_address: 3,
        head: PATIENCE,
        proxies: proxies
            .iter()
            .map(|network| network.parse().unwrap())
            .collect(),
        ..limits()
    };
    let (address, _) = server(few(&[])).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut connection = connect(address, "").await;
        ask(&mut connection).await;
        held.push(connection);
    }
    let mut heard = Vec::new();
    let mut fourth = connect(address, "").await;
    let refused = timeout(PATIENCE, fourth.read_to_end(&mut heard))
        .await
        .unwrap();
    assert!(refused.is_err() || heard.is_empty(), "the fourth is closed");
    let mut other = from(Ipv4Addr::new(127, 0, 0, 2), address).await;
    ask(&mut other).await;
    held.pop();
    let begun = Instant::now();
    loop {
        // Its place is free once the server has seen the end.
        let mut again = connect(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let mut answer = Vec::new();
        if matches!(again.read_buf(&mut answer).await, Ok(read) if read > 0) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "the place stays taken");
        sleep(Duration::from_millis(20)).await;
    }
    let (address, _) = server(few(&["127.0.0.0/8"])).await;
    let mut proxied = Vec::new();
    for _ in 0..10 {
        let mut connection = connect(address, "").await;
        ask(&mut connection).await;
        proxied.push(connection);
    }
}

#[tokio::test]
async fn a_server_that_is_full_takes_the_next_when_one_leaves() {
    let (address, _) = server(Connections {
        most: 2,
        head: PATIENCE,
        idle: PATIENCE,
        ..limits()
    })
    .await;
    let mut held = [connect(address, "").await, connect(address, "").await];
    for connection in &mut held {
        ask(connection).await;
    }
    let mut waiting = connect(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut answer = Vec::new();
    let early = timeout(Duration::from_millis(300), waiting.read_buf(&mut answer)).await;
    assert!(early.is_err(), "it waits");
    drop(held);
    let read = timeout(PATIENCE, waiting.read_buf(&mut answer)).await;
    assert!(read.unwrap().unwrap() > 0);
}
