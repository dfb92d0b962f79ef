//! Compound files ([MS-CFB]): streams in chains of sectors. No chain is followed for longer than the file has sectors.

use super::super::raw::Refusal;
use super::biff::{u16_at, u32_at};

/// Sectors from here on are none, but marks.
const MARKS: u32 = 0xFFFF_FFFA;
/// Bytes of a directory entry.
const ENTRY: usize = 128;
/// Streams below this size lie in the small sectors of another stream.
const SMALL: usize = 4_096;
/// Bytes of a small sector.
const SMALL_SECTOR: usize = 64;

/// A stream of a file.
struct Entry {
    name: String,
    start: u32,
    size: usize,
}

/// A compound file that is in memory.
pub(super) struct Ole<'a> {
    bytes: &'a [u8],
    sector: usize,
    chains: Vec<u32>,
    entries: Vec<Entry>,
}

impl<'a> Ole<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let shift = u16_at(bytes, 30)?;
        if !matches!(shift, 9 | 12) {
            return Err(Refusal::Damaged);
        }
        let mut ole = Self {
            bytes,
            sector: 1 << shift,
            chains: Vec::new(),
            entries: Vec::new(),
        };
        ole.chains = ole.allocation()?;
        let directory = ole.chain(u32_at(bytes, 48)?)?;
        for entry in directory.chunks_exact(ENTRY) {
            let length = usize::from(u16_at(entry, 64)?).saturating_sub(2).min(62);
            let units = entry.get(..length).unwrap_or_default().chunks_exact(2);
            let units = units.map(|pair| u16_at(pair, 0).unwrap_or_default());
            let name = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
            ole.entries.push(Entry {
                name: name.collect(),
                start: u32_at(entry, 116)?,
                size: u32_at(entry, 120)? as usize,
            });
        }
        Ok(ole)
    }

    /// Whether there is a stream of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// A stream by its name.
    pub(super) fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(entry) = self.find(name) else {
            return Ok(None);
        };
        let mut stream = if entry.size < SMALL {
            self.small(entry)?
        } else {
            self.chain(entry.start)?
        };
        if stream.len() < entry.size {
            return Err(Refusal::Damaged);
        }
        stream.truncate(entry.size);
        Ok(Some(stream))
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        let mut entries = self.entries.iter();
        entries.find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    fn sector(&self, number: u32) -> Result<&'a [u8], Refusal> {
        // The head is as long as a sector.
        let start = (number as usize + 1).checked_mul(self.sector);
        let start = start.ok_or(Refusal::Damaged)?;
        let rest = self.bytes.get(start..).ok_or(Refusal::Damaged)?;
        // The last sector may be cut where its stream ends.
        Ok(rest.get(..self.sector).unwrap_or(rest))
    }

    /// Which sector follows on which.
    fn allocation(&self) -> Result<Vec<u32>, Refusal> {
        let most = self.bytes.len() / self.sector + 1;
        let mut tables: Vec<u32> = Vec::new();
        for place in 0..109 {
            tables.push(u32_at(self.bytes, 76 + place * 4)?);
        }
        let mut more = u32_at(self.bytes, 68)?;
        while more < MARKS {
            if tables.len() > most.max(109) {
                return Err(Refusal::Damaged);
            }
            let sector = self.sector(more)?;
            let last = self.sector / 4 - 1;
            for place in 0..last {
                tables.push(u32_at(sector, place * 4)?);
            }
            more = u32_at(sector, last * 4)?;
        }
        let mut chains = Vec::new();
        for table in tables.into_iter().filter(|table| *table < MARKS) {
            for next in self.sector(table)?.chunks_exact(4) {
                chains.push(u32_at(next, 0)?);
            }
            if chains.len() > most + self.sector {
                return Err(Refusal::Damaged);
            }
        }
        Ok(chains)
    }

    fn chain(&self, start: u32) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        let mut next = start;
        while next < MARKS {
            bytes.extend_from_slice(self.sector(next)?);
            if bytes.len() > self.bytes.len() {
                return Err(Refusal::Damaged);
            }
            let place = self.chains.get(next as usize);
            next = *place.ok_or(Refusal::Damaged)?;
        }
        Ok(bytes)
    }

    fn small(&self, entry: &Entry) -> Result<Vec<u8>, Refusal> {
        let root = self.entries.first().ok_or(Refusal::Damaged)?;
        let sectors = self.chain(root.start)?;
        let chains = self.chain(u32_at(self.bytes, 60)?)?;
        let mut bytes = Vec::new();
        let mut next = entry.start;
        while next < MARKS && bytes.len() < entry.size {
            let start = next as usize * SMALL_SECTOR;
            let sector = sectors.get(start..start + SMALL_SECTOR);
            bytes.extend_from_slice(sector.ok_or(Refusal::Damaged)?);
            next = u32_at(&chains, next as usize * 4)?;
        }
        Ok(bytes)
    }
}
