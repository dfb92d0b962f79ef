//! Reading a file and having its chunks written: the next chunk is read and parsed on a blocking thread while those before
//! it are written. Chunks that touch the same subject are written one after the other, in the order of the file.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use entity::document;
use entity::import_job::Model;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::task::spawn_blocking;

use super::Hand;
use super::begin::asker;
use super::chunk::{Chunk, Place};
use super::lane::{Flight, Landed};
use super::lines::{Content, Line, Lines, Start};
use crate::error::Error;

/// Text in one chunk, whatever number of lines it has.
const CHUNK_BYTES: usize = 4 << 20;

/// How reading a file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Every line is done.
    Done,
    /// The claim was lost, or the import was cancelled.
    Lost,
    /// The client that asked for it may not write any more.
    Barred,
}

/// Writes the rest of a file.
pub async fn load(hand: &Arc<Hand>, job: &Model) -> Result<End, Error> {
    let mut reader = Reader::open(hand, job).await?;
    let most = if hand.app.settings.database.url.is_sqlite() {
        1
    } else {
        hand.app.settings.import.connections
    };
    let mut flights: VecDeque<Flight> = VecDeque::new();
    let mut before = None;
    while let Some(chunk) = reader.next(hand).await? {
        while flights.len() >= most || !flights.iter().all(|flight| flight.is_beside(&chunk)) {
            if !landed(&mut flights).await? {
                return Ok(End::Lost);
            }
        }
        // As with a request, a revocation takes effect at once.
        if asker(&hand.app, &hand.app.db, job).await?.is_none() {
            return Ok(End::Barred);
        }
        let (flight, committed) = Flight::begin(hand, chunk, before.take());
        flights.push_back(flight);
        before = Some(committed);
    }
    while !flights.is_empty() {
        if !landed(&mut flights).await? {
            return Ok(End::Lost);
        }
    }
    Ok(End::Done)
}

/// Waits for the oldest chunk and tells whether it was written; the others are given up with the queue otherwise.
async fn landed(flights: &mut VecDeque<Flight>) -> Result<bool, Error> {
    match flights.pop_front() {
        Some(flight) => Ok(flight.land().await? == Landed::Written),
        None => Ok(true),
    }
}

/// The lines of a file, a chunk at a time.
struct Reader {
    lines: Lines<BoxStream<'static, io::Result<Bytes>>>,
    /// Lines that the chunk before left.
    left: Vec<Line>,
    /// Where the next chunk begins.
    at: Place,
}

impl Reader {
    async fn open(hand: &Hand, job: &Model) -> Result<Self, Error> {
        let length = u64::try_from(job.bytes).unwrap_or(0);
        let done = u64::try_from(job.bytes_done).unwrap_or(0);
        let file = document::by_id(job.file_id).one(&hand.app.db).await?;
        let object = file.map_or(job.file_id.0, |file| file.object());
        let source = hand.app.files.open_range(object, length, done..length);
        let at = Start {
            offset: job.bytes_done,
            lines: job.rows_read,
        };
        let source = source.await?.map_err(io::Error::other).boxed();
        Ok(Self {
            lines: Lines::new(source, at, hand.app.settings.import.line_bytes),
            left: Vec::new(),
            at: Place {
                number: job.chunks,
                begin: job.bytes_done,
            },
        })
    }

    async fn next(&mut self, hand: &Arc<Hand>) -> Result<Option<Chunk>, Error> {
        let fault = |e: io::Error| Error::internal("import")(e.into());
        let mut lines = std::mem::take(&mut self.left);
        let mut bytes = lines.iter().map(size).sum::<usize>();
        while lines.len() < hand.app.settings.import.chunk_lines && bytes < CHUNK_BYTES {
            let Some(line) = self.lines.next().await.map_err(fault)? else {
                break;
            };
            bytes += size(&line);
            lines.push(line);
        }
        if lines.is_empty() {
            return Ok(None);
        }
        let (hand, at) = (Arc::clone(hand), self.at);
        let parsed = spawn_blocking(move || Chunk::of(&hand, at, lines));
        let (chunk, left) = parsed
            .await
            .map_err(|e| Error::internal("import")(e.into()))?;
        self.left = left;
        self.at = Place {
            number: at.number + 1,
            begin: chunk.end(),
        };
        Ok(Some(chunk))
    }
}

fn size(line: &Line) -> usize {
    match &line.content {
        Content::Text(text) => text.len(),
        _ => 0,
    }
}
