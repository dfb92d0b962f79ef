//! Proof that the S3 client is set up right: a real client talks to a small server that keeps objects in memory.
//! The server knows just enough of S3 for one upload in one part and one in several.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use tokio::task::JoinSet;

use super::super::range::{Wanted, wanted};
use super::super::{FileFault, FileStore};
use super::{ID, ROOMY, content, read, read_all};
use crate::vault::tests::vault;

type Objects = Arc<Mutex<HashMap<String, Vec<u8>>>>;

async fn answer(State(objects): State<Objects>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let name = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let range = parts
        .headers
        .get(header::RANGE)
        .map(|range| range.to_str().unwrap());
    let mut objects = objects.lock().unwrap();
    let ok = Response::builder().header(header::ETAG, "\"e\"");
    match parts.method {
        Method::POST if query.starts_with("uploads") => {
            let xml = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
            ok.body(xml.into()).unwrap()
        }
        Method::PUT if query.contains("partNumber") => {
            objects.insert(format!("{name}?{query}"), body.to_vec());
            ok.body(Body::empty()).unwrap()
        }
        Method::POST if query == "delete" => {
            let body = String::from_utf8(body.to_vec()).unwrap();
            let key = body
                .split(['<', '>'])
                .skip_while(|tag| *tag != "Key")
                .nth(1)
                .unwrap();
            objects.remove(&format!("{name}/{key}"));
            let xml = format!("<DeleteResult><Deleted><Key>{key}</Key></Deleted></DeleteResult>");
            ok.body(xml.into()).unwrap()
        }
        Method::POST => {
            let part = |number: u32| {
                let key = |key: &&String| key.contains(&format!("partNumber={number}&"));
                objects.keys().find(key).cloned()
            };
            let parts = (1..).map_while(part).collect::<Vec<_>>();
            let whole = parts
                .iter()
                .flat_map(|part| objects.remove(part).unwrap())
                .collect();
            objects.insert(name, whole);
            let xml =
                "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>";
            ok.body(xml.into()).unwrap()
        }
        Method::PUT => {
            objects.insert(name, body.to_vec());
            ok.body(Body::empty()).unwrap()
        }
        _ => match objects.get(&name) {
            None => ok
                .status(StatusCode::NOT_FOUND)
                .body(Body::empty())
                .unwrap(),
            Some(object) => {
                let ok = ok.header(header::LAST_MODIFIED, "Tue, 01 Jul 2025 00:00:00 GMT");
                send(ok, object, range)
            }
        },
    }
}

fn send(ok: axum::http::response::Builder, object: &[u8], range: Option<&str>) -> Response {
    let length = object.len();
    match wanted(range, length as u64) {
        Wanted::Part(Range { start, end }) => {
            let [from, to] = [start, end].map(|at| usize::try_from(at).unwrap());
            let part = Bytes::copy_from_slice(&object[from..to]);
            ok.status(StatusCode::PARTIAL_CONTENT)
                .header(
                    header::CONTENT_RANGE,
                    format!("bytes {start}-{}/{length}", end - 1),
                )
                .body(part.into())
        }
        _ => ok
            .header(header::CONTENT_LENGTH, length)
            .body(object.to_vec().into()),
    }
    .unwrap()
}

#[tokio::test]
async fn files_travel_to_s3_and_back() {
    let objects = Objects::default();
    let server = Router::new()
        .fallback(answer)
        .with_state(Arc::clone(&objects));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let mut serving = JoinSet::new();
    serving.spawn(async move { axum::serve(listener, server).await });

    let options = [
        ("endpoint", endpoint.as_str()),
        ("region", "cn-north-1"),
        ("access_key_id", "id"),
        ("secret_access_key", "secret"),
        ("aws_allow_http", "true"),
    ];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let store = FileStore::from_settings(
        "s3://registry/minglu/one",
        &BTreeMap::from(options),
        Arc::new(vault(1)),
    )
    .unwrap();

    for length in [100, 20 * 1024 * 1024] {
        let bytes = content(length);
        store.put(ID, bytes.as_slice(), ROOMY).await.unwrap();
        let names = objects.lock().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names, [format!("/registry/minglu/one/files/{ID}")]);
        assert!(matches!(
            store.put(ID, b"x".as_slice(), ROOMY).await,
            Err(FileFault::Exists)
        ));
        assert!(read_all(&store, length).await.unwrap() == bytes);
        assert!(read(&store, length, 7..99).await.unwrap() == bytes[7..99]);
        store.delete(ID).await.unwrap();
        assert!(matches!(
            read_all(&store, length).await,
            Err(FileFault::Absent)
        ));
    }
}
