//! An archive of parts, none of which is believed about its size: how many there are is looked at before the archive is
//! opened, what they say they unpack to before the first is, and what they do unpack to while it comes.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use crate::survey::raw::Refusal;

/// How large an archive may be, with the settings that say so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Parts of the archive.
    pub(crate) entries: (&'static str, u64),
    /// Bytes of all parts once they are unpacked.
    pub(crate) unpacked: (&'static str, u64),
    /// How many times larger than packed they may be.
    pub(crate) ratio: (&'static str, u64),
}

/// Bytes that no ratio is asked of: they are soon read.
const SMALL: u64 = 16 << 20;

/// The refusal of what passes a limit.
pub(crate) fn too_large((setting, most): (&'static str, u64)) -> Refusal {
    Refusal::TooLarge {
        setting: setting.to_owned(),
        most,
    }
}

/// Why bytes could not be read on, if they say so themselves; else they are damaged.
pub(crate) fn refusal(fault: io::Error) -> Refusal {
    match fault.downcast::<Refusal>() {
        Ok(refusal) => refusal,
        Err(_) => Refusal::Damaged,
    }
}

/// An archive whose parts fit.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Places by name, in lower case and with `/`: some programs write `\` or other letters than they refer to.
    names: HashMap<String, usize>,
    bounds: Bounds,
}

impl<'a> Package<'a> {
    /// Opens an archive.
    ///
    /// # Errors
    /// [`Refusal`] where it is damaged or its parts do not fit.
    pub(crate) fn open(bytes: &'a [u8], bounds: Bounds) -> Result<Self, Refusal> {
        if counted(bytes).ok_or(Refusal::Damaged)? > bounds.entries.1 {
            return Err(too_large(bounds.entries));
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
        let mut names = HashMap::with_capacity(archive.len());
        let (mut packed, mut unpacked) = (0_u64, 0_u64);
        for index in 0..archive.len() {
            let part = archive.by_index_raw(index).map_err(|_| Refusal::Damaged)?;
            if part.encrypted() {
                return Err(Refusal::Protected);
            }
            packed = packed.saturating_add(part.compressed_size());
            unpacked = unpacked.saturating_add(part.size());
            if unpacked > bounds.unpacked.1 {
                return Err(too_large(bounds.unpacked));
            }
            names.insert(plain(&String::from_utf8_lossy(part.name_raw())), index);
        }
        if unpacked > SMALL && unpacked / packed.max(1) > bounds.ratio.1 {
            return Err(too_large(bounds.ratio));
        }
        Ok(Self {
            archive,
            names,
            bounds,
        })
    }

    /// The names of the parts as they are looked up.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Whether a part is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains_key(&plain(name))
    }

    /// Opens a part, if there is one of the name.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Unpacked<'_, 'a>>, Refusal> {
        let Some(index) = self.names.get(&plain(name)) else {
            return Ok(None);
        };
        let part = self.archive.by_index(*index).map_err(|fault| match fault {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Refusal::Protected,
            _ => Refusal::Damaged,
        })?;
        Ok(Some(Unpacked {
            packed: part.compressed_size(),
            read: 0,
            bounds: self.bounds,
            part,
        }))
    }
}

fn plain(name: &str) -> String {
    name.trim_start_matches(['/', '\\'])
        .replace('\\', "/")
        .to_ascii_lowercase()
}

/// A part that is counted while it unpacks.
pub(crate) struct Unpacked<'p, 'a> {
    part: ZipFile<'p, Cursor<&'a [u8]>>,
    packed: u64,
    read: u64,
    bounds: Bounds,
}

impl Read for Unpacked<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        self.read = self.read.saturating_add(read as u64);
        if self.read > self.bounds.unpacked.1 {
            return Err(io::Error::other(too_large(self.bounds.unpacked)));
        }
        if self.read > SMALL && self.read / self.packed.max(1) > self.bounds.ratio.1 {
            return Err(io::Error::other(too_large(self.bounds.ratio)));
        }
        Ok(read)
    }
}

/// How many parts an archive says it has at its end; nothing without an end, as when it was cut off.
fn counted(bytes: &[u8]) -> Option<u64> {
    const END: &[u8] = b"PK\x05\x06";
    const WIDE_END: &[u8] = b"PK\x06\x06";
    /// The end record and the longest comment behind it.
    const TAIL: usize = 22 + 65_535;
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..)?;
    let at = memchr::memmem::rfind(tail, END)?;
    let count = u16::from_le_bytes(tail.get(at + 10..at + 12)?.try_into().ok()?);
    if count < u16::MAX {
        return Some(count.into());
    }
    let Some(at) = memchr::memmem::rfind(tail, WIDE_END) else {
        return Some(count.into());
    };
    let count = tail.get(at + 32..at + 40)?;
    Some(u64::from_le_bytes(count.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_that_was_cut_off_has_no_count() {
        assert_eq!(counted(b"PK\x03\x04 and no end"), None);
    }
}
