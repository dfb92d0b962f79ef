//! A byte that was changed in the database or in a file, and a ciphertext that was copied to another row: whoever asks for it
//! is told that it is damaged and nothing else, and the audit says where.

use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::operator::{on_both, person, resident_id};

const ONE: &str = "query ($id: ID!) { operator(id: $id) { name party { identity { masked } } } }";

impl TestApp {
    /// Changes the last byte of a sealed column in one row.
    async fn flips(&self, table: &str, column: &str, condition: &str) {
        let backend = self.app.db.get_database_backend();
        let read = format!("SELECT {column} FROM {table} WHERE {condition}");
        let row = self.rows(&read).await.pop().expect("a row");
        let mut bytes: Vec<u8> = row.try_get_by_index(0).expect("bytes");
        *bytes.last_mut().expect("a byte") ^= 1;
        let mark = if backend == DbBackend::Postgres {
            "$1"
        } else {
            "?"
        };
        let write = format!("UPDATE {table} SET {column} = {mark} WHERE {condition}");
        let write = Statement::from_sql_and_values(backend, write, [bytes.into()]);
        self.app.db.execute_raw(write).await.expect("written");
    }

    /// An id as this database writes it.
    fn literal(&self, id: &str) -> String {
        match self.app.db.get_database_backend() {
            DbBackend::Postgres => format!("'{id}'"),
            _ => format!("x'{}'", id.replace('-', "")),
        }
    }

    /// What the audit says of damage, oldest first: the row, and where it is.
    async fn damages(&self) -> Vec<(String, Value)> {
        let entries = self.audit().await.into_iter();
        let damages = entries.filter(|entry| entry.operation == "openSealed");
        damages
            .map(|entry| {
                assert_eq!(entry.outcome, "REFUSED");
                let detail = serde_json::from_str(&entry.detail).expect("JSON");
                (entry.subjects, detail)
            })
            .collect()
    }
}

async fn registered(platform: &Actor) -> [String; 2] {
    let made = platform.register(vec![person(1), person(2)]).await;
    [0, 1].map(|n| {
        let id = &made["results"][n]["registration"]["id"];
        id.as_str().expect("an id").to_owned()
    })
}

/// The answer names no row, no column and nothing of what was met.
fn assert_damaged(answer: &Value) {
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "DAMAGED", "{answer:#}");
    let text = answer.to_string();
    for word in ["revision", "facts", "number", "vault", "欧阳"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

on_both! {
    async fn a_changed_byte_is_told_and_recorded(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let [damaged, sound] = registered(&platform).await;
        app.flips("revision", "facts", &format!("registration_id = {}", app.literal(&damaged))).await;
        assert_damaged(&platform.ask(ONE, json!({ "id": damaged })).await);
        let expected = json!({ "table": "revision", "column": "facts", "revision": 1, "fault": "DOES_NOT_OPEN" });
        assert_eq!(app.damages().await, [(damaged.clone(), expected)]);
        let read = platform.data(ONE, json!({ "id": sound })).await;
        assert_eq!(read["operator"]["name"], "欧阳*明", "the others are read as before");

        // A deed that needs it is refused as well, and writes nothing.
        let mut item = person(1);
        item["phone"] = json!("13900009999");
        let body = json!({ "input": { "items": [item] } });
        assert_damaged(&platform.ask(crate::operator::REGISTER, body).await);
        assert_eq!(app.damages().await.len(), 2, "each time it is met");
    }

    async fn a_copied_ciphertext_is_told_and_recorded(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let ids = registered(&platform).await;
        let parties = app.rows("SELECT id FROM party WHERE kind = 'RESIDENT_ID' ORDER BY id").await;
        let parties: Vec<uuid::Uuid> = parties.iter().map(|row| row.try_get_by_index(0).expect("an id")).collect();
        let [from, to] = [0, 1].map(|n| app.literal(&parties[n].to_string()));
        app.run(&format!("UPDATE party SET number = (SELECT number FROM party WHERE id = {from}) WHERE id = {to}")).await;
        let mut answers = Vec::new();
        for id in &ids {
            answers.push(platform.ask(ONE, json!({ "id": id })).await);
        }
        let failed: Vec<_> = answers.iter().filter(|answer| answer["errors"].is_array()).collect();
        assert_eq!(failed.len(), 1, "{answers:#?}");
        assert_damaged(failed[0]);
        let expected = json!({ "table": "party", "column": "number", "revision": 0, "fault": "DOES_NOT_OPEN" });
        assert_eq!(app.damages().await, [(parties[1].to_string(), expected)]);
        let said = app.dump().await;
        let audited: String = said.lines().filter(|line| line.starts_with("audit: ")).collect();
        assert!(!audited.contains(&resident_id("19900101", 1)), "no content");
    }

    async fn a_changed_file_is_told_and_recorded(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let id = platform.upload("一份凭证").await;
        let path = app.folder.path().join("files/files").join(&id);
        let sound = std::fs::read(&path).expect("the object");
        // The id of the key stands in the head, the content behind it; both are opened before the first byte is answered.
        for (at, fault) in [(7, "UNKNOWN_KEY"), (sound.len() - 1, "DOES_NOT_OPEN")] {
            let mut bytes = sound.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, bytes).expect("written");
            let answer = platform.request(reqwest::Method::GET, &format!("/files/{id}")).send().await.expect("an answer");
            assert_eq!(answer.status(), 500);
            let answer: Value = answer.json().await.expect("JSON");
            assert_eq!(answer["errors"][0]["extensions"]["code"], "DAMAGED", "{answer:#}");
            let expected = json!({ "table": "stored_file", "column": "object", "revision": 0, "fault": fault });
            assert_eq!(app.damages().await.last(), Some(&(id.clone(), expected)));
        }
    }
}
