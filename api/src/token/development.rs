//! The keys of a first start: made when they are absent, so that trying things out takes one command.
//! They are marked, and a production server refuses what is marked.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::{KeySet, KeySetFault, SigningFault, SigningKey};
use crate::vault::{Keys, KeysFault, Readers, Suite, private_file};
use crate::words::Told;

/// The keys in a development folder.
#[derive(Debug)]
pub struct DevelopmentKeys {
    /// The vault's keys.
    pub vault: Keys,
    /// The key that signs tokens.
    pub signing: SigningKey,
    /// The keys that verify tokens.
    pub verifying: KeySet,
}

/// Where the keys of a development folder lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevelopmentPaths {
    /// The vault's keys file.
    pub vault: PathBuf,
    /// The signing key, a private JWK.
    pub signing: PathBuf,
    /// The public JWK set.
    pub verifying: PathBuf,
}

impl DevelopmentPaths {
    /// The three files in a folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            vault: folder.join("vault-keys.json"),
            signing: folder.join("token-signing-key.json"),
            verifying: folder.join("token-keys.json"),
        }
    }
}

/// Why the keys of a development folder cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum DevelopmentFault {
    /// The vault's keys.
    #[error(transparent)]
    Vault(#[from] KeysFault),
    /// The signing key.
    #[error(transparent)]
    Signing(#[from] SigningFault),
    /// The verifying keys.
    #[error(transparent)]
    Verifying(#[from] KeySetFault),
}

impl Told for DevelopmentFault {
    fn zh(&self) -> String {
        match self {
            Self::Vault(fault) => fault.zh(),
            Self::Signing(fault) => fault.zh(),
            Self::Verifying(fault) => fault.zh(),
        }
    }
}

/// Loads the keys at these paths, whose folders exist, making those that are absent.
/// Two processes may do this at once: each file is made by one of them and read by both.
pub fn generate_development_keys(
    paths: &DevelopmentPaths,
    suite: Suite,
    random: &dyn Fn(&mut [u8]),
    now: DateTime<Utc>,
) -> Result<DevelopmentKeys, DevelopmentFault> {
    unless_there(Keys::generate(suite, random, now, true).write_new(&paths.vault))?;
    let vault = Keys::load(&paths.vault, Readers::Any)?;

    match SigningKey::generate(random, true)?.write_new(&paths.signing) {
        Err(SigningFault::File(fault)) => unless_there(Err(fault))?,
        written => written?,
    }
    let signing = SigningKey::load(&paths.signing, Readers::Any)?;

    unless_there(private_file::write_new(
        &paths.verifying,
        signing.jwks().as_bytes(),
    ))?;
    let verifying = KeySet::load(&paths.verifying)?;
    Ok(DevelopmentKeys {
        vault,
        signing,
        verifying,
    })
}

fn unless_there(written: Result<(), KeysFault>) -> Result<(), KeysFault> {
    match written {
        Err(KeysFault::Exists { .. }) => Ok(()),
        written => written,
    }
}
