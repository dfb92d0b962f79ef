//! Inside the child: it first takes every right away from itself that reading does not need, then reads.

use std::ffi::OsString;
use std::io::{self, BufWriter, Cursor, Read as _, Write};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use reports::survey::raw::{Part, Refusal};
use reports::survey::read::{is_dense, read};
use rustix::process::{Resource, Rlimit, setrlimit};

use super::COMMAND;
use super::limits::Allowed;

/// Address space beside what may be allocated: the program itself and its stack.
const PROGRAM: u64 = 512 << 20;
/// First bytes that say what a file is.
const HEAD: u64 = 8;

/// Reads a survey file if that is what the command line asks for. It must be asked before any thread is begun, because no
/// thread can be begun afterwards.
pub fn apart(mut arguments: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    if arguments.nth(1)? != COMMAND {
        return None;
    }
    let allowed = arguments.next().and_then(|text| text.into_string().ok());
    let allowed = allowed.and_then(|text| serde_json::from_str::<Allowed>(&text).ok());
    Some(allowed.map_or(ExitCode::from(2), |allowed| run(&allowed)))
}

fn run(allowed: &Allowed) -> ExitCode {
    // A panic's text may hold what stands in the file.
    std::panic::set_hook(Box::new(|_| {}));
    if confine(allowed).is_err() {
        return ExitCode::FAILURE;
    }
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let done = catch_unwind(AssertUnwindSafe(|| tell(allowed, &mut out)));
    // A library that meets what it does not expect says so by a panic.
    let done = done.unwrap_or_else(|_| say(&mut out, &Part::Refused(Refusal::Damaged)));
    match done.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Nothing can be opened, started or written to a disk from here on, and memory and time end.
fn confine(allowed: &Allowed) -> io::Result<()> {
    // A workbook before 2007 may take more; what it is comes with the file.
    set(Resource::Data, allowed.memory, allowed.dense_memory)?;
    let space = allowed.dense_memory.saturating_add(PROGRAM);
    set(Resource::As, space, space)?;
    set(
        Resource::Cpu,
        allowed.seconds,
        allowed.seconds.saturating_add(1),
    )?;
    set(Resource::Core, 0, 0)?;
    set(Resource::Fsize, 0, 0)?;
    set(Resource::Nproc, 0, 0)?;
    set(Resource::Nofile, 0, 0)
}

fn set(resource: Resource, current: u64, most: u64) -> io::Result<()> {
    let limit = Rlimit {
        current: Some(current.min(most)),
        maximum: Some(most),
    };
    Ok(setrlimit(resource, limit)?)
}

fn tell(allowed: &Allowed, out: &mut impl Write) -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut head = Vec::with_capacity(8);
    (&mut input).take(HEAD).read_to_end(&mut head)?;
    if is_dense(&head) {
        set(Resource::Data, allowed.dense_memory, allowed.dense_memory)?;
    }
    let mut done = Ok(());
    read(Cursor::new(head).chain(input), &allowed.file, &mut |part| {
        done = say(out, &part);
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    done
}

fn say(out: &mut impl Write, part: &Part) -> io::Result<()> {
    serde_json::to_writer(&mut *out, part)?;
    out.write_all(b"\n")
}
