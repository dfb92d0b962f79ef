//! Finished workbooks into the file store: sealed as they are made, in bounded memory, under ids that no other attempt
//! uses. Their rows are written by whoever ends the attempt, in one transaction with the submission's state.

use std::io::{self, BufWriter, Write as _};

use bytes::Bytes;
use entity::document::{self, Purpose};
use entity::id::FileId;
use entity::submission::Model;
use futures_util::stream;
use reports::{Cover, Manifest, Part, manifest_name};
use tokio::io::AsyncRead;
use tokio::sync::mpsc;
use tokio_util::io::StreamReader;

use super::layout::Printed;
use super::pen::{Written, fault};
use super::write::Progress;
use crate::app::App;
use crate::error::Error;
use crate::files::{FileFault, Stored};
use crate::registry::document::made;

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const JSON: &str = "application/json";
/// Bytes that go from the workbook to the store at a time.
const PIECE: usize = 64 * 1024;
/// Pieces on their way.
const PIECES: usize = 4;

/// Stores the workbooks, then the manifest that lists them, and gives their rows.
pub(super) async fn store(
    app: &App,
    row: &Model,
    (cover, written): (&Cover, Written),
    progress: &Progress,
) -> Result<Vec<document::Model>, Error> {
    let mut manifest = Manifest {
        title: Printed::of(row)?.report.title.clone(),
        platform: cover.platform.clone(),
        credit_code: cover.credit_code.clone(),
        window: row.window.clone(),
        version: cover.version,
        parts: Vec::new(),
    };
    let mut files = Vec::new();
    for part in written.parts {
        let id = progress.new_file(app);
        let (part, stored) = save(app, id, part).await?;
        let file = record(app, row, (id, part.number()), &stored);
        manifest
            .parts
            .push(part.entry(stored.bytes, file.sha256.clone()));
        files.push(document::Model {
            name: part.file_name().to_owned(),
            media_type: WORKBOOK.to_owned(),
            purpose: Purpose::Workbook,
            ..file
        });
    }
    let id = progress.new_file(app);
    let json = manifest.to_json().map_err(fault)?;
    let stored = app.files.put(id.0, json.as_slice(), u64::MAX).await?;
    files.push(document::Model {
        name: manifest_name(&written.stem),
        media_type: JSON.to_owned(),
        purpose: Purpose::Manifest,
        ..record(app, row, (id, files.len() + 1), &stored)
    });
    Ok(files)
}

fn record(app: &App, row: &Model, (id, part): (FileId, usize), stored: &Stored) -> document::Model {
    document::Model {
        platform_id: Some(row.platform_id),
        submission_id: Some(row.id),
        part: i32::try_from(part).unwrap_or(i32::MAX),
        ..made(app, id, stored)
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Packs a workbook on a blocking thread while the store seals what comes out of it.
async fn save(app: &App, id: FileId, mut part: Part) -> Result<(Part, Stored), Error> {
    let (to, from) = mpsc::channel(PIECES);
    let packing = tokio::task::spawn_blocking(move || {
        let failed = to.clone();
        let saved = pack(&mut part, to);
        if let Err(fault) = &saved {
            // Without this the store would take what came so far for the whole file.
            let _ = failed.blocking_send(Err(io::Error::other(fault.to_string())));
        }
        saved.map(|()| part)
    });
    let stored = app.files.put(id.0, reader(from), u64::MAX).await;
    let packed = packing
        .await
        .map_err(|e| Error::internal("workbook")(e.into()))?;
    Ok((packed?, stored?))
}

fn pack(part: &mut Part, to: mpsc::Sender<io::Result<Bytes>>) -> Result<(), Error> {
    let mut pipe = BufWriter::with_capacity(PIECE, Pipe(to));
    part.save(&mut pipe).map_err(fault)?;
    pipe.flush()
        .map_err(|e| Error::internal("workbook")(e.into()))
}

fn reader(from: mpsc::Receiver<io::Result<Bytes>>) -> impl AsyncRead + Send + Unpin {
    let pieces = stream::unfold(from, |mut from| async move {
        let piece = from.recv().await?;
        Some((piece, from))
    });
    StreamReader::new(Box::pin(pieces))
}

/// The end of a channel that a blocking thread writes to.
struct Pipe(mpsc::Sender<io::Result<Bytes>>);

impl io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl From<FileFault> for Error {
    fn from(source: FileFault) -> Self {
        match source {
            FileFault::Tampered | FileFault::UnknownKey(_) => Self::Damaged(source.into()),
            full if full.is_full() => Self::Unavailable(full.into()),
            source => Self::internal("file store")(source.into()),
        }
    }
}
