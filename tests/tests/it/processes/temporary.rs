//! Temporary files have no name: while a workbook is written its rows lie in the folder of `files.temp_dir`, where nobody
//! can find them, and a process that is killed leaves nothing there. What an upload leaves elsewhere is sealed.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use api::clock::{Clock as _, SystemClock};
use chrono::TimeDelta;
use entity::kind::SubmissionState;
use futures_util::StreamExt as _;
use tests::database::Engine;

use super::{MOMENT, PATIENCE, Place, Server, temporary};
use crate::app::TestApp;
use crate::operator::{company, on_both};

/// Enough rows that writing them can be watched.
const ROWS: u32 = 2_000;
/// A text that stands in every chunk of the upload.
const MARK: &str = "明文-plain-text-of-an-upload";

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

/// Waits until the process has files open in a folder.
async fn open_in(server: &Server, folder: &Path) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let open = server.open_in(folder);
        if !open.is_empty() {
            return open;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "no file in {}\n{server}",
            folder.display()
        );
        tokio::time::sleep(MOMENT / 5).await;
    }
}

on_both! {
    async fn nothing_of_a_submission_is_left(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        for from in (0..ROWS).step_by(1_000) {
            platform.register((from..from + 1_000).map(company).collect()).await;
        }
        let folder = temporary(app.folder.path());
        let id = app.prepared().await;
        let server = Server::start(Place::of(&app));
        let open = open_in(&server, &folder).await;
        assert!(open.iter().all(|name| name.ends_with(" (deleted)")), "they have names: {open:?}");
        assert_eq!(names_in(&folder), Vec::<String>::new());
        server.kill();
        assert_eq!(names_in(&folder), Vec::<String>::new());
        assert_eq!(app.submission_row(id).await.state, SubmissionState::Preparing, "it was in the middle of it");
    }

    async fn nothing_of_an_upload_is_left_in_clear(app: TestApp) {
        app.clock.set(SystemClock.now());
        let folder = temporary(app.folder.path());
        let mut server = Server::start(Place::of(&app));
        let actor = app.actor("xihu-live").await.at(server.base().await);
        let chunk = MARK.repeat(4_000);
        let chunks = futures_util::stream::repeat(chunk).then(|chunk| async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Ok::<_, std::io::Error>(chunk)
        });
        let body = reqwest::Body::wrap_stream(chunks);
        let sending = actor.request(reqwest::Method::POST, "/files?name=x.txt").body(body).send();
        let killing = async {
            let stored = app.folder.path().join("files/files");
            let begun = Instant::now();
            let large = |name: &String| fs::metadata(stored.join(name)).is_ok_and(|meta| meta.len() > 1 << 20);
            while !(stored.exists() && names_in(&stored).iter().any(large)) {
                assert!(begun.elapsed() < PATIENCE, "nothing is stored\n{server}");
                tokio::time::sleep(MOMENT).await;
            }
            assert_eq!(names_in(&folder), Vec::<String>::new());
            server.kill();
            stored
        };
        let (sent, stored) = futures_util::future::join(sending, killing).await;
        assert!(sent.is_err(), "it was in the middle of it");
        assert_eq!(names_in(&folder), Vec::<String>::new());
        for name in names_in(&stored) {
            let bytes = fs::read(stored.join(&name)).expect("bytes");
            let mark = MARK.as_bytes();
            assert!(!bytes.windows(mark.len()).any(|window| window == mark), "{name} holds the text");
        }
        app.clock.set(SystemClock.now() + TimeDelta::days(2));
        api::jobs::sweep(&app.app).await.expect("swept");
        assert_eq!(names_in(&stored), Vec::<String>::new(), "the sweep takes what is left");
    }
}
