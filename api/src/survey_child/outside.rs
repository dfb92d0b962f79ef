//! Outside of the child: it is started with nothing but the file's bytes, what it says is checked line by line, and however
//! it ends is told as an answer about the file.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _};
use reports::survey::raw::{Part, Refusal};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use uuid::Uuid;

use super::limits::{Allowed, DENSE_MEMORY, MEMORY, OUTPUT, SECONDS};
use super::{COMMAND, LINE};
use crate::app::App;
use crate::config::Import;
use crate::error::Error;
use crate::files::FileFault;

/// Bytes that are asked of the child at a time.
const CHUNK: usize = 64 << 10;
/// What the allocator must not do: a gigabyte that it maps before it is needed would count as the child's data.
const ALLOCATOR: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "0");
/// The first bytes of a compound file, which is read into memory as a whole.
const DENSE: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// Why a file could not be given to a reader; none of it is the file's own fault.
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    /// The file does not come out of the store.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The program of the child does not start, or its pipes break.
    #[error("the process that reads a survey does not run")]
    Process(#[source] io::Error),
}

impl From<ReadFault> for Error {
    fn from(fault: ReadFault) -> Self {
        Self::internal("reading a survey")(fault.into())
    }
}

type Feed = Pin<Box<dyn Future<Output = Result<(), ReadFault>> + Send>>;

/// Reads a stored file of a known length in a child.
///
/// # Errors
/// Where the file is not in the store or the child does not start.
pub async fn parts(app: &App, file: Uuid, length: u64) -> Result<Parts, ReadFault> {
    let bytes = app.files.open(file, length).await?;
    parts_of(&app.settings.import, length, bytes)
}

/// Reads a file of a known length as its bytes come in a child.
///
/// # Errors
/// Where the child does not start.
pub fn parts_of(
    import: &Import,
    length: u64,
    bytes: impl Stream<Item = Result<Bytes, FileFault>> + Send + 'static,
) -> Result<Parts, ReadFault> {
    let allowed = Allowed::of(import, length);
    let mut child = start(import, &allowed).map_err(ReadFault::Process)?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (Some(input), Some(output)) = (input, output) else {
        return Err(ReadFault::Process(io::ErrorKind::BrokenPipe.into()));
    };
    let (head, dense) = tokio::sync::oneshot::channel();
    Ok(Parts {
        child,
        output: Some(output),
        feed: Some(Box::pin(fed(Box::pin(bytes), input, head))),
        dense,
        said: BytesMut::with_capacity(CHUNK),
        scanned: 0,
        left: import.output_bytes,
        most: import.output_bytes,
        allowed,
        place: Place::Nowhere,
    })
}

fn start(import: &Import, allowed: &Allowed) -> io::Result<Child> {
    let allowed = serde_json::to_string(allowed)?;
    Command::new(program(import)?)
        .arg(COMMAND)
        .arg(allowed)
        .env_clear()
        .env(ALLOCATOR.0, ALLOCATOR.1)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
}

/// This program, even where its file was replaced since it was started.
fn program(import: &Import) -> io::Result<PathBuf> {
    if !import.program.is_empty() {
        return Ok(PathBuf::from(&import.program));
    }
    if cfg!(target_os = "linux") {
        return Ok(PathBuf::from("/proc/self/exe"));
    }
    std::env::current_exe()
}

/// Gives the bytes to the child, as long as it takes them, and says what kind of file they begin like.
async fn fed(
    mut bytes: Pin<Box<dyn Stream<Item = Result<Bytes, FileFault>> + Send>>,
    mut input: ChildStdin,
    head: tokio::sync::oneshot::Sender<bool>,
) -> Result<(), ReadFault> {
    let mut head = Some(head);
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk?;
        if let Some(head) = head.take() {
            // Whoever asked may have gone.
            let _ = head.send(chunk.starts_with(&DENSE));
        }
        if input.write_all(&chunk).await.is_err() {
            // It has read enough; what it says of the file tells why.
            break;
        }
    }
    Ok(())
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Nowhere,
    File,
    /// Behind this many rows of the place of the last one.
    Sheet(u64),
    Done,
}

/// What a child says of a file, part by part. The child ends when this goes out of use.
pub struct Parts {
    child: Child,
    output: Option<ChildStdout>,
    feed: Option<Feed>,
    dense: tokio::sync::oneshot::Receiver<bool>,
    said: BytesMut,
    /// Bytes of what was said that hold no line end.
    scanned: usize,
    left: u64,
    most: u64,
    allowed: Allowed,
    place: Place,
}

impl Parts {
    /// The process, for whoever watches it.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.child.id()
    }

    /// The next part; the last one is [`Part::End`] or [`Part::Refused`].
    ///
    /// # Errors
    /// Where the store or the machine fails. What is wrong with the file, or becomes of the child because of it, is
    /// [`Part::Refused`].
    pub async fn next(&mut self) -> Result<Option<Part>, ReadFault> {
        if self.place == Place::Done {
            return Ok(None);
        }
        let part = loop {
            if let Some(line) = self.line() {
                break self.checked(serde_json::from_slice(&line).ok());
            }
            if let Some(refusal) = self.hear().await? {
                break Part::Refused(refusal);
            }
        };
        if matches!(part, Part::End | Part::Refused(_)) {
            self.place = Place::Done;
            self.feed = None;
            // It may be gone already.
            let _ = self.child.start_kill();
            let _ = self.child.wait().await;
        }
        Ok(Some(part))
    }

    /// A whole line of what was said.
    fn line(&mut self) -> Option<BytesMut> {
        let fresh = self.said.get(self.scanned..).unwrap_or_default();
        let Some(end) = fresh.iter().position(|byte| *byte == b'\n') else {
            self.scanned = self.said.len();
            return None;
        };
        let line = self.said.split_to(self.scanned + end);
        self.said.advance(1);
        self.scanned = 0;
        Some(line)
    }

    /// Whether a part may stand where it does; whatever else makes the file a damaged one, for nobody knows what was meant.
    fn checked(&mut self, part: Option<Part>) -> Part {
        let place = match (&part, self.place) {
            (Some(Part::Format(_)), Place::Nowhere) => Some(Place::File),
            (Some(Part::Sheet(_)), Place::File | Place::Sheet(_)) => Some(Place::Sheet(0)),
            (Some(Part::Row(row)), Place::Sheet(next)) => {
                let index = u64::from(row.index);
                let fits = |column: u32| column < self.allowed.file.columns;
                let within = row.cells.iter().all(|cell| fits(cell.column));
                (index >= next && within).then_some(Place::Sheet(index + 1))
            }
            (Some(Part::End), Place::File | Place::Sheet(_)) | (Some(Part::Refused(_)), _) => {
                Some(Place::Done)
            }
            _ => None,
        };
        match (part, place) {
            (Some(part), Some(place)) => {
                self.place = place;
                part
            }
            _ => Part::Refused(Refusal::Damaged),
        }
    }

    /// Waits for more of what the child says, and gives it more of the file meanwhile. Says why nothing more comes.
    async fn hear(&mut self) -> Result<Option<Refusal>, ReadFault> {
        if self.said.len() > LINE {
            return Ok(Some(Refusal::Damaged));
        }
        let Some(output) = &mut self.output else {
            return Ok(Some(Refusal::Damaged));
        };
        self.said.reserve(CHUNK);
        let silence = Duration::from_secs(self.allowed.seconds);
        let feed = self.feed.as_mut();
        let heard = tokio::select! {
            biased;
            read = output.read_buf(&mut self.said) => read.map_err(ReadFault::Process)?,
            done = async { match feed { Some(feed) => feed.await, None => std::future::pending().await } } => {
                self.feed = None;
                done?;
                return Ok(None);
            }
            () = tokio::time::sleep(silence) => return Ok(Some(too_large(SECONDS, self.allowed.seconds))),
        };
        if heard == 0 {
            let ended = self.child.wait().await.map_err(ReadFault::Process)?;
            return Ok(Some(self.why(ended)));
        }
        self.left = match self.left.checked_sub(heard as u64) {
            Some(left) => left,
            None => return Ok(Some(too_large(OUTPUT, self.most))),
        };
        Ok(None)
    }

    /// Why the child ended before the file did.
    fn why(&mut self, ended: ExitStatus) -> Refusal {
        const ABORT: i32 = 6;
        const KILL: i32 = 9;
        const NO_TIME: i32 = 24;
        match ended.signal() {
            Some(NO_TIME) => too_large(SECONDS, self.allowed.seconds),
            // Memory that is refused ends a program so, and so does a machine that has no more.
            Some(ABORT | KILL) => match self.dense.try_recv() {
                Ok(true) => too_large(DENSE_MEMORY, self.allowed.dense_memory),
                _ => too_large(MEMORY, self.allowed.memory),
            },
            _ => Refusal::Damaged,
        }
    }
}

fn too_large(setting: &str, most: u64) -> Refusal {
    Refusal::TooLarge {
        setting: setting.to_owned(),
        most,
    }
}
