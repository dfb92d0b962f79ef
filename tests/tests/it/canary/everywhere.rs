//! The canary: a number, a phone, a name, an address and a token are sent in every field, header, path, query and file, in
//! deeds that are done and in such as are refused, with jobs running and the log at its loudest. Afterwards they stand nowhere
//! in clear but in what reveal answers, in filed workbooks and in a client's own downloads.

use std::time::{Duration, SystemTime};

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::json;
use tests::database::Engine;
use tests::postgres;

use super::deeds::{PLAIN, done};
use super::needles::{Canary, canaries, found_in, latin};
use super::requests::Api;
use super::sender::Sender;
use crate::commands::{filed_window, tokens};
use crate::program::{Machine, on_machines};

/// Deeds and questions that answer with reasons, which whoever sees what they are about reads in plain words.
const WITH_REASONS: [&str; 9] = [
    "appealBlacklisting",
    "blacklistStatus",
    "confirmPartyLink",
    "decideBlacklistAppeal",
    "judgeMatch",
    "listOnBlacklist",
    "party",
    "removeFromBlacklist",
    "returnSubmission",
];

/// Every text of the schema, each canary in each.
async fn in_every_field(sender: &mut Sender, api: &Api, canaries: &[Canary]) {
    let tokens: Vec<String> = ["PLATFORM", "PROVINCE", "SECURITY", "SYSTEM"]
        .map(|role| sender.token(role).to_owned())
        .to_vec();
    for place in api.places() {
        let token = match place.operation.as_str() {
            "acceptSubmission" | "returnSubmission" => &tokens[1],
            "grantClient" | "revokeClient" => &tokens[2],
            "registerPlatform" => &tokens[3],
            _ => &tokens[0],
        };
        for canary in canaries
            .iter()
            .filter(|canary| canary.belongs_in(&place.field))
        {
            let (query, variables) = api.request(&place, &canary.text, &|_| None);
            let label = format!("{} of {} in {}", canary.what, place.field, place.operation);
            sender.ask(token, &label, &query, variables).await;
        }
    }
}

/// Documents, headers, paths and bodies that are none.
async fn in_everything_else(sender: &mut Sender, canaries: &[Canary]) {
    let token = sender.token("PLATFORM").to_owned();
    for canary in canaries {
        let text = canary.text.clone();
        let word: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        for query in [
            format!("query Q{word} {{ me {{ role }} }}"),
            format!("{{ c{word}: me {{ role }} }}"),
            format!("{{ f{word} }}"),
            format!("query ($v{word}: Int!) {{ me {{ role }} }}"),
            format!("{{ me @d{word} {{ role }} }}"),
            format!("{{ me {{ ...F{word} }} }}"),
            format!("{{ operator(id: \"{text}\") {{ id }} }}"),
            format!("{{ operator(id: {{ a: \"{text}\" }}) {{ id }} }}"),
            format!("{{ operators(first: \"{text}\") {{ totalCount }} }}"),
            format!("{{ operators(orderBy: \"{text}\") {{ totalCount }} }}"),
            format!("{{ operators(filter: {{ status: E{word} }}) {{ totalCount }} }}"),
            format!("{{ operators(filter: {{ x{word}: 1 }}) {{ totalCount }} }}"),
            format!("# {text}\n{{ me {{ role }} "),
            format!("\"{text}\""),
        ] {
            let label = format!("{} in the document {query}", canary.what);
            sender
                .ask(
                    &token,
                    &label,
                    &query,
                    json!({ &*text: text, "v": { &*text: text } }),
                )
                .await;
        }
        let graphql = format!("{}/graphql", sender.base);
        for body in [
            text.clone(),
            format!("{{\"query\": \"{text}"),
            json!({ "query": "{ me { role } }", "operationName": text }).to_string(),
            json!({ "query": { &*text: text } }).to_string(),
            json!({ &*text: text, "query": "{ me { role } }", "extensions": { &*text: text } }).to_string(),
            json!({ "query": "query ($a: ID!) { operator(id: $a) { id } }", "variables": { "a": [text] } }).to_string(),
            json!({ "query": "query ($a: Int!) { operators(first: $a) { totalCount } }", "variables": { "a": text } }).to_string(),
            json!({ "query": "query ($a: DateTime!) { operators(filter: { changedSince: $a }) { totalCount } }", "variables": { "a": text } }).to_string(),
            json!({ "query": "query ($a: RegistrationStatus!) { operators(filter: { status: $a }) { totalCount } }", "variables": { "a": text } }).to_string(),
        ] {
            for kind in ["application/json", "text/plain", &*format!("text/{word}")] {
                let request = sender.http.post(&graphql).bearer_auth(&token).header("content-type", kind).body(body.clone());
                sender.send(format!("{} in a body: {body}", canary.what), request).await;
            }
        }
        headers(sender, &token, canary).await;
        paths(sender, &token, canary).await;
    }
}

async fn headers(sender: &mut Sender, token: &str, canary: &Canary) {
    let names = [
        "x-request-id",
        "accept-language",
        "user-agent",
        "accept",
        "content-type",
        "if-none-match",
        "if-range",
        "range",
        "repr-digest",
        "idempotency-key",
        "cookie",
        "referer",
        "origin",
        "traceparent",
        "x-forwarded-for",
        "forwarded",
        "x-canary",
        "content-encoding",
        "expect-ct",
        "via",
    ];
    let encoded = [canary.text.clone(), canary.percent(), canary.base64()];
    for path in [
        "/graphql",
        "/files?name=a.txt",
        "/livez",
        "/files/00000000-0000-7000-8000-000000000000",
        "/links/x",
    ] {
        for (n, text) in encoded.iter().enumerate() {
            // An id of the sender's own making is told back as it came, and nobody knows what it may encode.
            for name in names
                .into_iter()
                .filter(|name| n == 0 || *name != "x-request-id")
            {
                let Ok(value) = reqwest::header::HeaderValue::from_bytes(text.as_bytes()) else {
                    continue;
                };
                let url = format!("{}{path}", sender.base);
                let request = if path.starts_with("/files?") {
                    sender.http.post(url)
                } else {
                    sender.http.get(url)
                };
                let request = request.bearer_auth(token).header(name, value);
                sender
                    .send(format!("{} in {name} of {path}", canary.what), request)
                    .await;
            }
            for scheme in ["Bearer", "Basic", "Digest"] {
                let request = sender.http.get(format!("{}{path}", sender.base));
                let request =
                    request.header("authorization", format!("{scheme} {}", canary.percent()));
                sender
                    .send(format!("{} as {scheme} of {path}", canary.what), request)
                    .await;
            }
        }
    }
}

async fn paths(sender: &mut Sender, token: &str, canary: &Canary) {
    let (text, percent) = (&canary.text, canary.percent());
    let query = format!("%7B%20operator%28id%3A%20%22{percent}%22%29%20%7B%20id%20%7D%20%7D");
    for path in [
        format!("/{percent}"),
        format!("/{percent}/x"),
        format!("/files/{percent}"),
        format!("/links/{percent}"),
        format!("/graphiql/{percent}"),
        format!("/livez?{percent}={percent}"),
        format!("/readyz?x={percent}"),
        format!("/graphql?query={percent}"),
        format!("/graphql?query={query}"),
        format!("/graphql?query=%7Bme%7Brole%7D%7D&operationName={percent}&variables={percent}"),
    ] {
        let request = sender
            .http
            .get(format!("{}{path}", sender.base))
            .bearer_auth(token);
        sender
            .send(format!("{} in {path}", canary.what), request)
            .await;
    }
    // A file may be called by any words, and no machine knows which of them are a person's name.
    let names = [percent.clone(), format!("{percent}.pdf")];
    for name in names
        .iter()
        .filter(|_| canary.what != "name" && canary.what != "address")
    {
        let request = sender
            .http
            .post(format!("{}/files?name={name}&{percent}=1", sender.base));
        let request = request
            .bearer_auth(token)
            .header("content-type", "text/plain")
            .body(text.clone());
        sender
            .send(format!("{} in the name of a file", canary.what), request)
            .await;
    }
}

/// What the server says of itself.
async fn looked_after(sender: &mut Sender) {
    for path in ["/livez", "/readyz", "/metrics", "/healthz"] {
        let request = sender.http.get(format!("{}{path}", sender.base));
        sender.send(path.to_owned(), request).await;
    }
}

/// Every row of every table as text.
async fn dump(db: &DatabaseConnection) -> String {
    let column = async |sql: &str| -> Vec<String> {
        let rows = db
            .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
            .await;
        let rows = rows.unwrap_or_else(|fault| panic!("{sql}: {fault}"));
        rows.iter()
            .map(|row| row.try_get_by_index(0).expect("text"))
            .collect()
    };
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let tables = if postgres {
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    };
    let mut dump = String::new();
    for table in column(tables).await {
        let sql = if postgres {
            format!("SELECT t::text FROM \"{table}\" t")
        } else {
            let names = column(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
            let quoted: Vec<_> = names
                .iter()
                .map(|name| format!("quote(\"{name}\")"))
                .collect();
            format!("SELECT {} FROM \"{table}\"", quoted.join(" || ',' || "))
        };
        dump += &column(&sql).await.join("\n");
    }
    dump
}

/// Every file below a folder that was written since.
fn files(folder: &std::path::Path, since: SystemTime) -> Vec<(String, Vec<u8>)> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let Ok(meta) = entry.metadata() else { continue };
            if meta.is_dir() {
                folders.push(entry.path());
            } else if meta.is_file() && meta.modified().is_ok_and(|at| at >= since) {
                let bytes = std::fs::read(entry.path()).unwrap_or_default();
                files.push((entry.path().display().to_string(), bytes));
            }
        }
    }
    files
}

/// What PostgreSQL keeps: its own files and its log.
fn of_the_database(machine: &Machine, since: SystemTime) -> Vec<(String, Vec<u8>)> {
    let folder = postgres::folder().filter(|_| !machine.url().starts_with("sqlite"));
    folder.map_or_else(Vec::new, |folder| files(&folder, since))
}

async fn searched(machine: &Machine, sender: &Sender, canaries: &[Canary], since: SystemTime) {
    let mut wrong = Vec::new();
    for (label, bytes) in &sender.answers {
        let may = label == "reveal" || WITH_REASONS.contains(&label.as_str());
        let hay = latin(bytes);
        for canary in canaries.iter().filter(|_| !may) {
            if let Some(form) = found_in(&hay, canary) {
                let shown = String::from_utf8_lossy(bytes)
                    .chars()
                    .take(600)
                    .collect::<String>();
                wrong.push(format!(
                    "an answer holds the {} as {form}: {label}\n{shown}",
                    canary.what
                ));
            }
        }
    }
    let db = Database::connect(machine.owner_url())
        .await
        .expect("the database");
    // Once before a checkpoint, which lets go of old parts of the write-ahead log, and once after it, when tables are written.
    let mut own = of_the_database(machine, since);
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("CHECKPOINT")
            .await
            .expect("a checkpoint");
        own.extend(of_the_database(machine, since));
    }
    let dump = dump(&db).await;
    db.close().await.expect("closed");
    assert!(dump.contains(PLAIN), "the dump holds what is plain");
    let mut places = vec![("a dump".to_owned(), dump.into_bytes())];
    places.extend(files(&machine.path("."), since));
    let holds = |(_, bytes): &(String, Vec<u8>)| latin(bytes).contains(PLAIN);
    assert!(
        own.is_empty() || own.iter().any(holds),
        "the database's files hold what is plain"
    );
    let logs = |(path, _): &(String, Vec<u8>)| path.contains("pg_wal");
    assert!(
        own.is_empty() || own.iter().any(logs),
        "the write-ahead log was looked at"
    );
    places.extend(own);
    assert!(
        places.iter().any(|(path, _)| path.ends_with("/server.log")),
        "the log is there"
    );
    for (path, bytes) in &places {
        let hay = latin(bytes);
        for canary in canaries {
            if let Some(form) = found_in(&hay, canary) {
                let around = canary.around(&hay);
                wrong.push(format!(
                    "{path} holds the {} as {form}: {around}",
                    canary.what
                ));
            }
        }
    }
    let shown: Vec<_> = wrong.iter().take(40).cloned().collect();
    assert!(
        wrong.is_empty(),
        "{} places:\n{}",
        wrong.len(),
        shown.join("\n")
    );
}

on_machines! {
    async fn a_person_stands_nowhere_in_clear(machine: Machine) {
        let since = SystemTime::now() - Duration::from_secs(2);
        let loaded = machine.types("demo").done();
        let temp = machine.path("temp");
        std::fs::create_dir_all(&temp).expect("a folder");
        let line = format!("serve --demo --set log.level=trace --set server.address=127.0.0.1:0 --set files.temp_dir={} \
             --set limits.requests_per_minute=0 --set limits.cost_per_minute=0 --set limits.anonymous_per_minute=0", temp.display());
        let server = machine.serves(&line, "submission prepare");
        let mut sender = Sender {
            base: server.base().to_owned(),
            http: reqwest::Client::new(),
            clients: tokens(&server.lines),
            answers: Vec::new(),
        };
        let api = Api::read();
        let canaries = canaries(sender.token("PROVINCE"));
        done(&mut sender, &api, &canaries, &filed_window(&loaded)).await;
        in_every_field(&mut sender, &api, &canaries).await;
        in_everything_else(&mut sender, &canaries).await;
        looked_after(&mut sender).await;
        assert!(sender.answers.len() > 2_500, "{}", sender.answers.len());
        searched(&machine, &sender, &canaries, since).await;
        let (code, said) = server.stops_saying();
        assert_eq!(code, 0);
        sender.answers.push(("standard output".to_owned(), said.into_bytes()));
        let left = std::fs::read_dir(&temp).expect("the temporary folder").count();
        assert_eq!(left, 0, "temporary files have no name");
        searched(&machine, &sender, &canaries, since).await;
    }
}
