//! Files as clients meet them: uploads that are what they say, downloads that are on record, links that die in time.
#![expect(
    clippy::disallowed_methods,
    reason = "a test looks at the rows themselves, whoever may see them"
)]

use api::jobs;
use chrono::TimeDelta;
use entity::{audit, client, document};
use reqwest::{Method, Response};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::operator::on_both;

const LINK: &str = "mutation ($input: DownloadLinkInput!) { createDownloadLink(input: $input) {
  url expiresAt problems { code path } } }";

impl Actor {
    /// Uploads bytes under a name, with further headers.
    async fn send_file(&self, name: &str, bytes: &[u8], headers: &[(&str, &str)]) -> Response {
        let url = reqwest::Url::parse_with_params("http://host/files", [("name", name)]);
        let url = url.expect("an address");
        let mut request = self
            .request(
                Method::POST,
                &format!("/files?{}", url.query().unwrap_or_default()),
            )
            .header("content-type", "application/pdf")
            .body(bytes.to_vec());
        for (header, value) in headers {
            request = request.header(*header, *value);
        }
        request.send().await.expect("an answer")
    }

    async fn link(&self, file: &Value, purpose: &str) -> Value {
        let input = json!({ "file": file, "purpose": purpose });
        let mut data = self.data(LINK, json!({ "input": input })).await;
        data["createDownloadLink"].take()
    }

    async fn get(&self, id: &Value) -> Response {
        let path = format!("/files/{}", id.as_str().expect("an id"));
        self.request(Method::GET, &path)
            .send()
            .await
            .expect("an answer")
    }
}

impl TestApp {
    /// Follows a link without any token; it names the address of the settings, not the port of the test.
    async fn follow(&self, made: &Value) -> Response {
        let url = made["url"].as_str().expect("a link");
        let path = url.find("/links/").expect("a link's path");
        let url = format!("{}{}", self.base, &url[path..]);
        reqwest::get(url).await.expect("an answer")
    }

    async fn entries(&self, operation: &str) -> Vec<audit::Model> {
        let entries = audit::Entity::find()
            .filter(audit::Column::Operation.eq(operation))
            .order_by_asc(audit::Column::Id);
        entries.all(&self.app.db).await.expect("read")
    }
}

async fn code(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.expect("JSON");
    let code = body["errors"][0]["extensions"]["code"].as_str();
    (status, code.unwrap_or_default().to_owned())
}

on_both! {
    async fn an_upload_is_what_its_sender_meant(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        // echo -n abc | sha256sum
        let right = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";
        let stored = platform.send_file("营业 执照.pdf", b"abc", &[("repr-digest", right)]).await;
        assert_eq!(stored.status(), 201);
        let stored: Value = stored.json().await.expect("JSON");
        assert_eq!(stored["name"], "营业 执照.pdf");
        assert_eq!(stored["bytes"], 3);
        assert_eq!(stored["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let wrong = platform.send_file("a.pdf", b"abd", &[("repr-digest", right)]).await;
        assert_eq!(code(wrong).await, (400, "DIGEST_MISMATCH".to_owned()));
        let unknown = platform.send_file("a.pdf", b"abd", &[("repr-digest", "sha-512=:AA==:")]).await;
        assert_eq!(unknown.status(), 201, "an unknown algorithm is ignored");
        for digest in ["sha-256=:AA==:", "sha-256=abc", "sha-256=::"] {
            let bad = platform.send_file("a.pdf", b"abc", &[("repr-digest", digest)]).await;
            assert_eq!(code(bad).await, (400, "BAD_USER_INPUT".to_owned()), "{digest}");
        }
        for name in ["", " ", "..", "a/b.pdf", "..\\a", "c:a", "a\u{0}b", &"长".repeat(201)] {
            let bad = platform.send_file(name, b"abc", &[]).await;
            assert_eq!(code(bad).await, (400, "BAD_USER_INPUT".to_owned()), "{name:?}");
        }
        let auditor = app.actor("auditor").await.send_file("a.pdf", b"abc", &[]).await;
        assert_eq!(code(auditor).await, (403, "FORBIDDEN".to_owned()));
        let rows = document::Entity::find().count(&app.app.db).await.expect("counted");
        assert_eq!(rows, 2, "what was refused has no record");
        assert_eq!(app.entries("uploadFile").await.len(), 3, "two files, and whoever may not");
    }

    async fn a_download_is_for_its_owner_and_on_record(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let bytes: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let stored: Value = platform.send_file("a.pdf", &bytes, &[]).await.json().await.expect("JSON");
        let id = &stored["id"];
        assert_eq!(platform.get(id).await.bytes().await.expect("bytes"), bytes);
        let part = platform
            .request(Method::GET, &format!("/files/{}", id.as_str().expect("an id")))
            .header("range", "bytes=65530-65545")
            .send().await.expect("an answer");
        assert_eq!(part.status(), 206);
        assert_eq!(part.bytes().await.expect("bytes"), &bytes[65_530..=65_545]);
        for stranger in ["xihu-other", "zhejiang"] {
            assert_eq!(app.actor(stranger).await.get(id).await.status(), 404, "{stranger}");
        }
        let entries = app.entries("downloadFile").await;
        assert_eq!(entries.len(), 2, "strangers fetched nothing");
        assert!(entries.iter().all(|e| e.outcome == "READ" && e.subjects.contains(id.as_str().expect("an id"))));
    }

    async fn a_link_works_for_its_time_and_its_maker(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let stored: Value = platform.send_file("a.pdf", b"abc", &[]).await.json().await.expect("JSON");
        let id = &stored["id"];
        let blank = platform.link(id, " ").await;
        assert_eq!(blank["problems"], json!([{ "code": "PURPOSE_REQUIRED", "path": ["purpose"] }]));
        assert_eq!(blank["url"], Value::Null);
        let stranger = app.actor("xihu-other").await.link(id, "看看").await;
        assert_eq!(stranger["problems"], json!([{ "code": "NOT_FOUND", "path": ["file"] }]));

        let made = platform.link(id, "送审").await;
        assert_eq!(made["expiresAt"], "2026-12-01T10:05:00+08:00", "{made:#}");
        assert_eq!(app.follow(&made).await.bytes().await.expect("bytes"), "abc");
        let last = app.entries("downloadFile").await.pop().expect("an entry");
        assert_eq!(last.purpose.as_deref(), Some("送审"));
        assert!(last.detail.contains("link"), "{}", last.detail);
        assert!(last.client_id.is_some());
        let url = made["url"].as_str().expect("a link");
        for forged in [format!("{url}A"), url.replace('.', ""), url.replacen("/links/", "/links/x", 1)] {
            assert_eq!(app.follow(&json!({ "url": forged })).await.status(), 404);
        }

        let xihu = client::Entity::find().filter(client::Column::Name.eq("xihu-live"));
        let mut row = xihu.one(&app.app.db).await.expect("read").expect("a client").into_active_model();
        row.revoked_at = Set(Some(app.app.now()));
        let revoked = row.update(&app.app.db).await.expect("revoked");
        assert_eq!(app.follow(&made).await.status(), 404, "its maker was revoked");
        let mut row = revoked.into_active_model();
        row.revoked_at = Set(None);
        row.update(&app.app.db).await.expect("restored");
        assert_eq!(app.follow(&made).await.status(), 200);
        app.clock.advance(TimeDelta::minutes(5));
        assert_eq!(app.follow(&made).await.status(), 404, "its time is over");
    }

    async fn what_nobody_uses_is_swept(app: TestApp) {
        // The store tells the machine's own time.
        app.clock.set(chrono::DateTime::from(std::time::SystemTime::now()));
        let platform = app.actor("xihu-live").await;
        for name in ["used.pdf", "unused.pdf"] {
            platform.send_file(name, b"abc", &[]).await;
        }
        let used = document::Entity::find().filter(document::Column::Name.eq("used.pdf"));
        let mut row = used.one(&app.app.db).await.expect("read").expect("a file").into_active_model();
        row.used_at = Set(Some(app.app.now()));
        let used = row.update(&app.app.db).await.expect("used");
        platform.link(&json!(used.id.to_string()), "送审").await;
        // An object that no record names, as a process leaves that dies between storing and recording.
        let orphan = app.app.id::<uuid::Uuid>();
        app.app.files.put(orphan, b"abc".as_slice(), 10).await.expect("stored");
        assert!(jobs::sweep(&app.app).await.expect("swept").is_nothing(), "nothing is old enough");

        app.clock.advance(TimeDelta::hours(25));
        let swept = jobs::sweep(&app.app).await.expect("swept");
        assert_eq!((swept.uploads, swept.orphans, swept.links), (1, 1, 1), "{swept:?}");
        let left = document::Entity::find().all(&app.app.db).await.expect("read");
        assert_eq!(left.iter().map(|file| file.id).collect::<Vec<_>>(), [used.id]);
        let platform = app.actor("xihu-live").await;
        assert_eq!(platform.get(&json!(used.id.to_string())).await.status(), 200);
        assert!(jobs::sweep(&app.app).await.expect("swept").is_nothing());
    }
}
