//! Files that only their owner should read: read with a look at their mode, written whole or not at all.
//! Nothing here knows what is inside them.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::keys::{KeysFault, Readers};

/// No file of secrets comes near this; a larger one is some other file.
const LONGEST: u64 = 1024 * 1024;

/// The mode bits of whoever is neither owner nor group.
const OTHERS: u32 = 0o007;

/// Reads a file of secrets; the mode is that of the opened file, so it cannot be swapped in between.
pub(crate) fn read(path: &Path, readers: Readers) -> Result<Zeroizing<String>, KeysFault> {
    let unreadable = |source| KeysFault::Unreadable {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => KeysFault::Absent {
            path: path.to_owned(),
        },
        _ => unreadable(source),
    })?;
    if readers == Readers::NotOthers {
        refuse_open_mode(&file, path)?;
    }
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}

#[cfg(unix)]
fn refuse_open_mode(file: &File, path: &Path) -> Result<(), KeysFault> {
    use std::os::unix::fs::PermissionsExt as _;
    let meta = file.metadata().map_err(|source| KeysFault::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let mode = meta.permissions().mode() & 0o777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    Err(KeysFault::OthersCanRead {
        path: path.to_owned(),
        mode,
    })
}

#[cfg(not(unix))]
fn refuse_open_mode(_: &File, _: &Path) -> Result<(), KeysFault> {
    Ok(())
}

/// Writes a new file with mode 0600. It appears whole or not at all, and never in the place of another:
/// it is written beside its place under a passing name, made durable, then linked.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), KeysFault> {
    let unwritable = |source| KeysFault::Unwritable {
        path: path.to_owned(),
        source,
    };
    let exists = || KeysFault::Exists {
        path: path.to_owned(),
    };
    if path.exists() {
        return Err(exists());
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
    file.write_all(bytes).map_err(unwritable)?;
    file.as_file().sync_all().map_err(unwritable)?;
    file.persist_noclobber(path)
        .map_err(|fault| match fault.error.kind() {
            ErrorKind::AlreadyExists => exists(),
            _ => unwritable(fault.error),
        })?;
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(unwritable)?;
    Ok(())
}
