//! What an entry hashes to, and what a head is of: SHA-256 (FIPS 180-4) over fields that each follow their length, so that
//! no two entries give the same bytes.

use std::collections::HashMap;

use aws_lc_rs::digest::{Context, SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use entity::audit::{self, segment};
use entity::id::AuditId;
use serde::{Deserialize, Serialize};

/// A SHA-256.
pub type Digest = [u8; 32];
/// Bytes of a leaf in a file: the entry's id and what it hashed to.
pub const LEAF_BYTES: usize = 16 + 32;
/// What stands before the fields of an entry; another form would have another name.
const ENTRY: &[u8] = b"minglu audit entry v1";
/// What stands before the fields of a head.
const HEAD: &[u8] = b"minglu audit segment v1";

/// An entry's id and what it hashes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The entry.
    pub id: AuditId,
    /// What it hashes to.
    pub digest: Digest,
}

impl Leaf {
    /// The leaf of an entry.
    #[must_use]
    pub fn of(entry: &audit::Model) -> Self {
        let mut hash = Context::new(&SHA256);
        hash.update(ENTRY);
        let mut field = |bytes: Option<&[u8]>| {
            hash.update(&[u8::from(bytes.is_some())]);
            let bytes = bytes.unwrap_or_default();
            hash.update(&(bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        field(Some(entry.id.0.as_bytes()));
        field(Some(&entry.at.timestamp_micros().to_be_bytes()));
        field(
            entry
                .client_id
                .as_ref()
                .map(|id| id.0.as_bytes().as_slice()),
        );
        field(Some(entry.role.as_str().as_bytes()));
        field(
            entry
                .office_id
                .as_ref()
                .map(|id| id.0.as_bytes().as_slice()),
        );
        field(
            entry
                .platform_id
                .as_ref()
                .map(|id| id.0.as_bytes().as_slice()),
        );
        for text in [
            &entry.request_id,
            &entry.operation,
            &entry.outcome,
            &entry.subjects,
            &entry.detail,
        ] {
            field(Some(text.as_bytes()));
        }
        field(entry.party_id.as_ref().map(|id| id.0.as_bytes().as_slice()));
        field(entry.purpose.as_deref().map(str::as_bytes));
        Self {
            id: entry.id,
            digest: finished(hash),
        }
    }
}

fn finished(hash: Context) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(hash.finish().as_ref());
    bytes
}

/// Leaves as a file holds them.
#[must_use]
pub fn written(leaves: &[Leaf]) -> Vec<u8> {
    let parts = leaves
        .iter()
        .flat_map(|leaf| [leaf.id.0.as_bytes().as_slice(), &leaf.digest]);
    parts.collect::<Vec<_>>().concat()
}

/// Leaves from a file; nothing where the bytes cannot be leaves.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Vec<Leaf>> {
    let (leaves, rest) = bytes.as_chunks::<LEAF_BYTES>();
    let leaf = |bytes: &[u8; LEAF_BYTES]| {
        let (id, digest) = bytes.split_first_chunk::<16>()?;
        Some(Leaf {
            id: AuditId(uuid::Uuid::from_bytes(*id)),
            digest: digest.try_into().ok()?,
        })
    };
    rest.is_empty().then(|| leaves.iter().map(leaf).collect())?
}

/// The head of a segment: over its number, the head before, its times and its leaves in their order.
#[must_use]
pub fn head(segment: &segment::Model, leaves: &[Leaf]) -> Digest {
    let mut hash = Context::new(&SHA256);
    hash.update(HEAD);
    hash.update(&segment.number.to_be_bytes());
    hash.update(&segment.previous);
    for at in [segment.sealed_at, segment.first_at, segment.last_at] {
        hash.update(&at.timestamp_micros().to_be_bytes());
    }
    hash.update(&(leaves.len() as u64).to_be_bytes());
    hash.update(digest(&SHA256, &written(leaves)).as_ref());
    finished(hash)
}

/// A head as a line of a file tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The segment.
    pub number: i64,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
    /// Its earliest entry.
    pub first_at: DateTime<Utc>,
    /// Its latest entry.
    pub last_at: DateTime<Utc>,
    /// How many entries.
    pub entries: i32,
    /// The head before, in base64.
    pub previous: String,
    /// The head, in base64.
    pub head: String,
    /// The key that signed it.
    pub key: i32,
    /// The signature, in base64.
    pub signature: String,
}

impl Line {
    /// The line of a segment.
    #[must_use]
    pub fn of(segment: &segment::Model) -> Self {
        Self {
            number: segment.number,
            sealed_at: segment.sealed_at,
            first_at: segment.first_at,
            last_at: segment.last_at,
            entries: segment.entries,
            previous: STANDARD.encode(&segment.previous),
            head: STANDARD.encode(&segment.head),
            key: segment.key_id,
            signature: STANDARD.encode(&segment.signature),
        }
    }

    /// The segment of a line; nothing where it is none.
    #[must_use]
    pub fn segment(&self) -> Option<segment::Model> {
        Some(segment::Model {
            number: self.number,
            sealed_at: self.sealed_at,
            first_at: self.first_at,
            last_at: self.last_at,
            entries: self.entries,
            previous: STANDARD.decode(&self.previous).ok()?,
            head: STANDARD.decode(&self.head).ok()?,
            key_id: self.key,
            signature: STANDARD.decode(&self.signature).ok()?,
            filed_at: None,
            dropped_at: None,
        })
    }
}

/// How entries differ from the leaves that were sealed, by the first place at which they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The entry's fields are not what they were.
    Changed(AuditId),
    /// The entry is gone.
    Deleted(AuditId),
    /// The entry was not there.
    Inserted(AuditId),
    /// The entry stands at another place.
    Reordered(AuditId),
}

/// The first difference, and its place from 0.
#[must_use]
pub fn difference(sealed: &[Leaf], standing: &[Leaf]) -> Option<(usize, Difference)> {
    let places = |leaves: &[Leaf]| -> HashMap<AuditId, usize> {
        leaves
            .iter()
            .enumerate()
            .map(|(place, leaf)| (leaf.id, place))
            .collect()
    };
    let length = sealed.len().max(standing.len());
    let place = (0..length).find(|place| sealed.get(*place) != standing.get(*place))?;
    let (was, is) = (sealed.get(place), standing.get(place));
    let difference = match (was, is) {
        (Some(was), Some(is)) if was.id == is.id => Difference::Changed(is.id),
        (Some(was), Some(is)) => {
            let sealed_here = places(sealed).contains_key(&is.id);
            let still_here = places(standing).contains_key(&was.id);
            match (sealed_here, still_here) {
                (false, _) => Difference::Inserted(is.id),
                (true, true) => Difference::Reordered(is.id),
                (true, false) => Difference::Deleted(was.id),
            }
        }
        (Some(was), None) => Difference::Deleted(was.id),
        (None, Some(is)) => Difference::Inserted(is.id),
        (None, None) => return None,
    };
    Some((place, difference))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use entity::id::{ClientId, PlatformId};
    use entity::kind::Role;
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(0x0193_3f5e_0000_7000_8000_0000_0000_0000 + n)
    }

    fn hex(bytes: &[u8]) -> String {
        use std::fmt::Write as _;
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    /// Both were computed by a program of another language from what this file says of the form: an audit that was sealed
    /// once must be proved by every later version.
    #[test]
    fn the_form_of_leaf_and_head_stays_as_it_is() {
        let at = DateTime::from_timestamp_micros(1_796_119_200_123_456).unwrap();
        let entry = audit::Model {
            id: AuditId(id(1)),
            at,
            client_id: Some(ClientId(id(2))),
            role: Role::Platform,
            office_id: None,
            platform_id: Some(PlatformId(id(3))),
            request_id: "req".to_owned(),
            operation: "registerOperators".to_owned(),
            outcome: "DONE".to_owned(),
            subjects: "a b".to_owned(),
            detail: "{\"名\":1}".to_owned(),
            party_id: None,
            purpose: Some("核对".to_owned()),
            segment: Some(9),
            position: Some(9),
        };
        let leaf = Leaf::of(&entry);
        assert_eq!(
            hex(&leaf.digest),
            "e310c0bb9869907293e76ea794ae8205bbc12ed915f7be6fe23ab401bca97c49"
        );
        let after = |micros| at + TimeDelta::microseconds(micros);
        let segment = segment::Model {
            number: 7,
            sealed_at: after(3),
            first_at: after(1),
            last_at: after(2),
            entries: 1,
            previous: vec![0; 32],
            head: Vec::new(),
            key_id: 1,
            signature: Vec::new(),
            filed_at: None,
            dropped_at: None,
        };
        let head = head(&segment, &[leaf]);
        assert_eq!(
            hex(&head),
            "1f019b9be1127047df2c924f26b330423cd6b92cbc2c04b68cd59cd41fca3c24"
        );
        assert_eq!(read(&written(&[leaf])), Some(vec![leaf]));
        assert_eq!(read(&[0; 47]), None);
    }
}
