//! Signatures of the audit's heads: what a segment's head is signed with, so that whoever holds the public key can tell a
//! head of this registry from one that somebody wrote later. Nothing here knows what a head is of.
//!
//! The key pair is Ed25519 (RFC 8032) and derived from the fingerprint ring, the one ring that is never rotated: the heads
//! of ten years ago are proved by the same public key, which may have left the house long ago.

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use zeroize::Zeroizing;

use super::fault::KeysFault;
use super::keys::{Key, SECRET_BYTES};
use super::{Vault, VaultFault};

/// What stands before the bytes that are signed, so that no other signature of the key passes for a head's.
const PURPOSE: &[u8] = b"minglu audit head v1";
/// What stands before the bytes of a public key of Ed25519 in DER (RFC 8410).
const DER_HEAD: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// The pair that signs heads.
pub(super) struct HeadKey {
    id: u32,
    pair: Ed25519KeyPair,
}

pub(super) struct Seed;

impl KeyType for Seed {
    fn len(&self) -> usize {
        SECRET_BYTES
    }
}

impl HeadKey {
    pub(super) fn of(key: &Key) -> Result<Self, KeysFault> {
        let mut seed = Zeroizing::new([0; SECRET_BYTES]);
        Salt::new(HKDF_SHA256, PURPOSE)
            .extract(key.secret.as_bytes())
            .expand(&[b"ed25519"], Seed)
            .and_then(|derived| derived.fill(seed.as_mut_slice()))
            .map_err(|_| KeysFault::Refused)?;
        let pair =
            Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| KeysFault::Refused)?;
        Ok(Self { id: key.id, pair })
    }
}

impl Vault {
    /// Signs a head: the key's id and the signature.
    pub fn sign_head(&self, head: &[u8; 32]) -> Result<(u32, Vec<u8>), VaultFault> {
        let signature = self.head.pair.try_sign(&message(head));
        let signature = signature.map_err(|_| VaultFault::Unwritable)?;
        Ok((self.head.id, signature.as_ref().to_vec()))
    }

    /// Checks that a head was signed by this registry.
    pub fn verify_head(
        &self,
        head: &[u8; 32],
        key: u32,
        signature: &[u8],
    ) -> Result<(), VaultFault> {
        if key != self.head.id {
            return Err(VaultFault::UnknownKey(key));
        }
        UnparsedPublicKey::new(&ED25519, self.head.pair.public_key())
            .verify(&message(head), signature)
            .map_err(|_| VaultFault::DoesNotOpen)
    }

    /// The public key, as DER (RFC 8410), for whoever checks heads elsewhere.
    #[must_use]
    pub fn head_public_key(&self) -> Vec<u8> {
        [&DER_HEAD, self.head.pair.public_key().as_ref()].concat()
    }
}

fn message(head: &[u8; 32]) -> Vec<u8> {
    [PURPOSE, head].concat()
}
