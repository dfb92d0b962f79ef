//! Files that only their owner should read: read with a look at their mode, written whole or not at all.
//! Nothing here knows what is inside them.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::fault::KeysFault;
use super::keys::Readers;

/// No file of secrets comes near this; a larger one is some other file.
const LONGEST: u64 = 1024 * 1024;

/// The mode bits of everybody but the owner, and the same where the group may read.
const OTHERS: u32 = 0o077;
const OTHERS_BUT_THE_GROUP: u32 = 0o037;

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

fn refuse_open_mode(file: &File, path: &Path) -> Result<(), KeysFault> {
    let meta = file.metadata().map_err(|source| KeysFault::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    match exposed_mode(&meta) {
        None => Ok(()),
        Some(mode) => Err(KeysFault::OthersCanRead {
            path: path.to_owned(),
            mode,
        }),
    }
}

/// The mode of a file, if it lets others in.
pub(crate) fn exposed(path: &Path) -> io::Result<Option<u32>> {
    Ok(exposed_mode(&std::fs::metadata(path)?))
}

/// The permission bits of a file.
#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> io::Result<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
pub(crate) fn mode(_: &Path) -> io::Result<u32> {
    Ok(0)
}

#[cfg(unix)]
fn exposed_mode(meta: &Metadata) -> Option<u32> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let mode = meta.permissions().mode() & 0o777;
    let us = rustix::process::geteuid().as_raw();
    (mode & strangers(meta.uid(), us) != 0).then_some(mode)
}

#[cfg(not(unix))]
fn exposed_mode(_: &Metadata) -> Option<u32> {
    None
}

/// The bits that a file of secrets may not have. The group may read what belongs to root where we are not root: so are
/// secrets mounted into containers, and PostgreSQL's rule for its own key is the same.
const fn strangers(owner: u32, us: u32) -> u32 {
    if owner == 0 && us != 0 {
        OTHERS_BUT_THE_GROUP
    } else {
        OTHERS
    }
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
    let folder = folder_of(path);
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

/// Holds a file against other commands that would change it; it is let go when the handle is dropped.
pub(crate) fn hold(path: &Path) -> Result<File, KeysFault> {
    let unreadable = |source: io::Error| match source.kind() {
        ErrorKind::NotFound => KeysFault::Absent {
            path: path.to_owned(),
        },
        _ => KeysFault::Unreadable {
            path: path.to_owned(),
            source,
        },
    };
    let file = File::open(path).map_err(unreadable)?;
    match file.try_lock() {
        Ok(()) if is_at(&file, path) => Ok(file),
        Ok(()) | Err(std::fs::TryLockError::WouldBlock) => Err(KeysFault::ChangedMeanwhile {
            path: path.to_owned(),
        }),
        Err(std::fs::TryLockError::Error(source)) => Err(unreadable(source)),
    }
}

/// Puts new content in the place of a held file, whole or not at all, with the owner and the mode that it had.
pub(crate) fn replace(path: &Path, held: &File, bytes: &[u8]) -> Result<(), KeysFault> {
    if !is_at(held, path) {
        return Err(KeysFault::ChangedMeanwhile {
            path: path.to_owned(),
        });
    }
    let unwritable = |source| KeysFault::Unwritable {
        path: path.to_owned(),
        source,
    };
    let folder = folder_of(path);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
    as_before(file.as_file(), held).map_err(unwritable)?;
    file.write_all(bytes).map_err(unwritable)?;
    file.as_file().sync_all().map_err(unwritable)?;
    file.persist(path)
        .map_err(|fault| unwritable(fault.error))?;
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(unwritable)?;
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Whether a path still leads to an opened file: another command may have put a new one in its place.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |meta: Metadata| (meta.dev(), meta.ino());
    let held = file.metadata().map(place);
    held.ok() == std::fs::metadata(path).map(place).ok()
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(unix)]
fn as_before(new: &File, old: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let (was, is) = (old.metadata()?, new.metadata()?);
    if (was.uid(), was.gid()) != (is.uid(), is.gid()) {
        fchown(new, Some(was.uid()), Some(was.gid()))?;
    }
    new.set_permissions(was.permissions())
}

#[cfg(not(unix))]
fn as_before(_: &File, _: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::strangers;

    #[test]
    fn the_group_may_read_what_root_lends_and_nothing_else() {
        for (owner, us, mode, fits) in [
            (1000, 1000, 0o600, true),
            (1000, 1000, 0o640, false),
            (1000, 1000, 0o604, false),
            (0, 1000, 0o640, true),
            (0, 1000, 0o440, true),
            (0, 1000, 0o660, false),
            (0, 1000, 0o644, false),
            (0, 0, 0o640, false),
            (1001, 1000, 0o640, false),
        ] {
            assert_eq!(
                mode & strangers(owner, us) == 0,
                fits,
                "{owner} {us} {mode:o}"
            );
        }
    }
}
