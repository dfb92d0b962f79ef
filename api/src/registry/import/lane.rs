//! A chunk in its own transaction, perhaps while the one before it is still being written: whatever may depend on that
//! one waits for it, and the record of how far the file is always grows by one chunk after the other.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use entity::problem::ProblemCode;
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::task::{JoinSet, spawn_blocking};

use super::Hand;
use super::chunk::{Chunk, Told};
use crate::db;
use crate::error::Error;
use crate::registry::batch::Batch;
use crate::registry::registration::bulk::Parsed;

/// So long a chunk keeps its locks while it waits for the one before: a third deed may be waiting for both, which the
/// database cannot see.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a chunk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Landed {
    /// It is committed.
    Written,
    /// The claim was lost, or the chunk before this one was not written.
    Lost,
}

/// A chunk that is being written.
pub(super) struct Flight {
    task: JoinSet<Result<Landed, Error>>,
    touches: Arc<HashSet<Vec<u8>>>,
}

impl Flight {
    /// Begins to write a chunk and gives what tells the next one that it is committed.
    pub(super) fn begin(
        hand: &Arc<Hand>,
        chunk: Chunk,
        before: Option<oneshot::Receiver<()>>,
    ) -> (Self, oneshot::Receiver<()>) {
        let (done, committed) = oneshot::channel();
        let touches = Arc::clone(chunk.parsed.touches());
        let hand = Arc::clone(hand);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let landed = write(&hand, chunk, Turn(before)).await?;
            if landed == Landed::Written {
                // Whoever would listen may have been given up already.
                let _ = done.send(());
            }
            Ok(landed)
        });
        (Self { task, touches }, committed)
    }

    /// Whether a chunk may be written beside this one.
    pub(super) fn is_beside(&self, chunk: &Chunk) -> bool {
        self.touches.is_disjoint(chunk.parsed.touches())
    }

    /// Waits until it has ended.
    pub(super) async fn land(mut self) -> Result<Landed, Error> {
        match self.task.join_next().await {
            Some(Ok(landed)) => landed,
            Some(Err(fault)) => Err(Error::internal("import")(fault.into())),
            None => Ok(Landed::Lost),
        }
    }
}

/// The place in the order of the file.
struct Turn(Option<oneshot::Receiver<()>>);

/// The chunk before was not written.
struct Broken;

impl Turn {
    /// Whether the chunk before is not committed yet.
    fn is_early(&mut self) -> Result<bool, Broken> {
        match self.0.as_mut().map(oneshot::Receiver::try_recv) {
            None => Ok(false),
            Some(Ok(())) => {
                self.0 = None;
                Ok(false)
            }
            Some(Err(TryRecvError::Empty)) => Ok(true),
            Some(Err(TryRecvError::Closed)) => Err(Broken),
        }
    }

    async fn wait(&mut self) -> Result<(), Broken> {
        if let Some(before) = self.0.as_mut() {
            before.await.map_err(|_| Broken)?;
        }
        self.0 = None;
        Ok(())
    }
}

async fn write(hand: &Arc<Hand>, chunk: Chunk, mut turn: Turn) -> Result<Landed, Error> {
    let at = chunk.at;
    let (mut parsed, mut told, mut lines) = chunk.parts();
    let mut attempt = 0;
    loop {
        attempt += 1;
        match once(hand, (parsed, told), &mut turn).await {
            Ok(Some(landed)) => return Ok(landed),
            Ok(None) => {}
            Err(error) if attempt < db::ATTEMPTS && error.may_retry() => {}
            Err(error) => return Err(error),
        }
        // Judged again only after the chunk before: then nothing of this file can be in its way.
        if turn.wait().await.is_err() {
            return Ok(Landed::Lost);
        }
        let hand = Arc::clone(hand);
        let again = spawn_blocking(move || Chunk::of(&hand, at, lines).0.parts());
        (parsed, told, lines) = again
            .await
            .map_err(|e| Error::internal("import")(e.into()))?;
    }
}

/// Writes a chunk; none where it has to be judged again after the one before it.
async fn once(
    hand: &Hand,
    (parsed, told): (Parsed, Told),
    turn: &mut Turn,
) -> Result<Option<Landed>, Error> {
    let tx = db::begin_write(&hand.app.db, hand.caller.reach()).await?;
    let batch = if parsed.is_empty() {
        Batch::default()
    } else {
        hand.settle(parsed, &tx).await?
    };
    match turn.is_early() {
        Err(Broken) => return Ok(Some(Landed::Lost)),
        Ok(false) => {}
        Ok(true) => {
            if depends_on_order(&batch) {
                tx.rollback().await?;
                return Ok(None);
            }
            match tokio::time::timeout(PATIENCE, turn.wait()).await {
                Ok(Ok(())) => {}
                Ok(Err(Broken)) => return Ok(Some(Landed::Lost)),
                Err(_) => {
                    tx.rollback().await?;
                    return Ok(None);
                }
            }
        }
    }
    if !told.record(hand, batch, &tx).await? {
        tx.rollback().await?;
        return Ok(Some(Landed::Lost));
    }
    tx.commit().await?;
    Ok(Some(Landed::Written))
}

/// Whether a verdict might be another one once the chunk before is committed, which may give up an account or an
/// external id that this one asks for.
fn depends_on_order(batch: &Batch) -> bool {
    let findings = batch.results.iter().flat_map(|result| &result.findings);
    findings.into_iter().any(|finding| {
        matches!(
            finding.code,
            ProblemCode::AccountHeld | ProblemCode::ExternalIdTaken
        )
    })
}
