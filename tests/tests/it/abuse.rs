//! A storm of clients that are slow on purpose, against the real program: while it lasts others are answered, and when it
//! is over nothing of it is left, neither files nor memory.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::database::Engine;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};

use crate::program::{Machine, Server};

/// Attackers of each kind.
const EACH: usize = 40;
/// How long an honest client may have to wait in the storm.
const PATIENCE: Duration = Duration::from_secs(15);
/// What may stay of the memory of a storm: caches of allocator and database.
const RESIDUE_KIB: u64 = 64 << 10;

async fn from(address: Ipv4Addr, server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .set_recv_buffer_size(4 << 10)
        .expect("a small buffer");
    socket.bind((address, 0).into()).expect("an address");
    socket.connect(server).await.expect("a connection")
}

/// A line of `/proc` that begins with a word, in kibibytes.
fn memory(server: &Server, word: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("status");
    let line = status
        .lines()
        .find(|line| line.starts_with(word))
        .expect("a line");
    let number = line.split_whitespace().nth(1).expect("a number");
    number.parse().expect("a number")
}

fn open_files(server: &Server) -> usize {
    let folder = std::fs::read_dir(format!("/proc/{}/fd", server.id())).expect("files");
    folder.count()
}

/// Heads that never end, bodies that never come, answers that nobody takes.
async fn storm(server: SocketAddr, token: &str) -> Vec<TcpStream> {
    let types =
        "query=%7B__schema%7Btypes%7Bname%20description%20fields%7Bname%20description%7D%7D%7D%7D";
    let untaken = format!(
        "GET /graphql?{types} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    let body = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 5000000\r\n\r\n{{"
    );
    let upload = body.replace("/graphql", "/files?name=x");
    let kinds = [
        (
            Ipv4Addr::new(127, 0, 0, 2),
            "GET / HTTP/1.1\r\nhost: x\r\n".to_owned(),
        ),
        (Ipv4Addr::new(127, 0, 0, 3), String::new()),
        (Ipv4Addr::new(127, 0, 0, 4), body),
        (Ipv4Addr::new(127, 0, 0, 5), upload),
        (Ipv4Addr::new(127, 0, 0, 6), untaken.repeat(60)),
    ];
    let mut held = Vec::new();
    for (address, said) in kinds {
        for _ in 0..EACH {
            let mut connection = from(address, server).await;
            // What the server does not read any more cannot be written, which is as good.
            let writes = connection.write_all(said.as_bytes());
            let _ = tokio::time::timeout(Duration::from_millis(20), writes).await;
            held.push(connection);
        }
    }
    held
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_slow_clients_harms_nobody_and_leaves_nothing() {
    let machine = Machine::new(Engine::Sqlite);
    machine.types("demo").done();
    let server = machine.serves(
        "serve --set server.address=127.0.0.1:0 --set limits.head_seconds=2 --set limits.idle_seconds=4 \
         --set limits.stall_seconds=2 --set limits.connections=500 --set limits.connections_per_address=40",
        "listening on",
    );
    let base = server.base().to_owned();
    let address: SocketAddr = base
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    let printed = machine.types("token --client demo-platform").done();
    let token = printed.trim();
    let client = reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .build()
        .expect("a client");
    let ask = async || {
        let query = json!({ "query": "{ operators(first: 20) { edges { node { id name } } } }" });
        let asked = client
            .post(format!("{base}/graphql"))
            .bearer_auth(token)
            .json(&query);
        let begun = Instant::now();
        let answer: Value = asked
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        assert!(
            answer["data"]["operators"]["edges"][0]["node"]["id"].is_string(),
            "{answer}"
        );
        begun.elapsed()
    };
    for _ in 0..5 {
        ask().await;
    }
    let (files, resident) = (open_files(&server), memory(&server, "VmRSS"));

    let mut worst = Duration::ZERO;
    for _ in 0..2 {
        let held = storm(address, token).await;
        for _ in 0..5 {
            worst = worst.max(ask().await);
        }
        let begun = Instant::now();
        // The attackers hold on; the server lets go of them, all but its own few.
        while open_files(&server) > files + 5 {
            assert!(
                begun.elapsed() < 4 * PATIENCE,
                "{} are open of {files}",
                open_files(&server)
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        drop(held);
    }
    assert!(worst < PATIENCE, "somebody waited for {worst:?}");
    ask().await;
    let (after, peak) = (memory(&server, "VmRSS"), memory(&server, "VmHWM"));
    assert!(
        after < resident + RESIDUE_KIB,
        "{resident} KiB before, {peak} at most, {after} after"
    );
    assert_eq!(server.stops(), 0);
}
