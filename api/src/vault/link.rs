//! Download links and cursors: what leaves the house in a client's hands and must come back unchanged.
//! Nothing here knows who may follow a link; that is asked again when it is followed.

use aws_lc_rs::aead::NONCE_LEN;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::cipher::{HashingKey, SealingKey};
use super::{Vault, VaultFault};

/// No cursor that we made is longer, in characters.
const LONGEST_CURSOR: usize = 4096;

/// A short-lived way to one file, recorded under its own id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The file that it leads to.
    pub file: Uuid,
    /// The record of this link.
    pub link: Uuid,
    /// The first moment at which it no longer works; whole seconds count.
    pub expires: DateTime<Utc>,
}

impl Link {
    fn message(&self) -> Vec<u8> {
        [
            b"minglu link v1".as_slice(),
            self.file.as_bytes(),
            self.link.as_bytes(),
            &self.expires.timestamp().to_be_bytes(),
        ]
        .concat()
    }
}

/// Why a link is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// The signature is not ours for this file, link and expiry.
    #[error("the link's signature does not match")]
    Forged,
    /// It was ours and is over.
    #[error("the link has expired")]
    Expired,
}

impl Vault {
    /// Signs a link: base64url, 43 characters.
    #[must_use]
    pub fn sign_link(&self, link: &Link) -> String {
        let hash = self.link.first().map(|key| key.hash(&[&link.message()]));
        hash.map_or_else(String::new, |hash| URL_SAFE_NO_PAD.encode(hash))
    }

    /// Checks a link's signature in constant time, then its expiry.
    pub fn verify_link(
        &self,
        link: &Link,
        signature: &str,
        now: DateTime<Utc>,
    ) -> Result<(), LinkRefusal> {
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| LinkRefusal::Forged)?;
        let ours = |key: &HashingKey| key.is_hash(&link.message(), &signature);
        if !self.link.iter().any(ours) {
            return Err(LinkRefusal::Forged);
        }
        if now.timestamp() >= link.expires.timestamp() {
            return Err(LinkRefusal::Expired);
        }
        Ok(())
    }

    /// Encrypts a position for a client. `purpose` names the list and its filters: the cursor works for no other.
    ///
    /// Cursors are short-lived and hold ids and sort keys, so one key with random nonces does:
    /// after 2^40 of them, centuries of serving, the chance of one repeated nonce is 2^-17.
    pub fn seal_cursor(&self, purpose: &str, position: &[u8]) -> Result<String, VaultFault> {
        let mut nonce = [0; NONCE_LEN];
        (self.random)(&mut nonce);
        let mut bytes = position.to_vec();
        let key = self.cursor.first().ok_or(VaultFault::Unwritable)?;
        let tag = key
            .seal(nonce, purpose.as_bytes(), &mut bytes)
            .map_err(|_| VaultFault::Unwritable)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &bytes, &tag].concat()))
    }

    /// Decrypts a position that this registry gave out for the same purpose.
    pub fn open_cursor(&self, purpose: &str, cursor: &str) -> Result<Vec<u8>, VaultFault> {
        if cursor.len() > LONGEST_CURSOR {
            return Err(VaultFault::DoesNotOpen);
        }
        let bytes = URL_SAFE_NO_PAD
            .decode(cursor)
            .map_err(|_| VaultFault::DoesNotOpen)?;
        let (nonce, body) = bytes
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(VaultFault::DoesNotOpen)?;
        let open = |key: &SealingKey| {
            let mut body = body.to_vec();
            let length = key.open(*nonce, purpose.as_bytes(), &mut body).ok()?;
            body.truncate(length);
            Some(body)
        };
        let opened = self.cursor.iter().find_map(open);
        opened.ok_or(VaultFault::DoesNotOpen)
    }
}
