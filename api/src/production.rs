//! What a start in production refuses of the files that the settings name: keys for trying things out, and secrets that
//! others on the machine can read. What the settings themselves say wrongly is `config`'s matter; this opens files.

use std::path::Path;

use crate::config::{Fault, KeySet as KeySetting, Settings};
use crate::start::{DEVELOPMENT_KEYS, DEVELOPMENT_TOKEN_KEYS};
use crate::token::{KeySet, SigningFault, SigningKey};
use crate::vault::{Keys, KeysFault, Readers, private_file};
use crate::words::{Told, Words};

/// What would be usable in place of any key that is refused.
const LASTING: Words = Words::fixed(
    "minglu keys new 生成的文件，仅属主可读（chmod 600）",
    "a file made by `minglu keys new` that its owner alone can read (chmod 600)",
);

/// The same of a key set, which is no secret but says who is believed.
const OWN_SET: Words = Words::fixed(
    "仅属主可写（chmod 644）的公钥集，或 https:// 地址",
    "a key set that its owner alone can write (chmod 644), or an https:// address",
);

/// The mode bits by which the group and others could put a key of their own into the key set.
const OTHERS_WRITE: u32 = 0o022;

/// Everything that is refused, each at the setting that names the file.
#[must_use]
pub fn faults(settings: &Settings) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut refuse = |key: &str, what: Words, usable: Words| {
        found.push(settings.fault(key, what, usable));
    };
    match Keys::load(&settings.crypto.keys_file, Readers::NotOthers) {
        Ok(keys) if keys.is_development() => {
            refuse("crypto.keys_file", DEVELOPMENT_KEYS, LASTING);
        }
        Ok(_) => {}
        Err(fault) => refuse("crypto.keys_file", fault.told(), LASTING),
    }
    match SigningKey::load(&settings.auth.signing_key, Readers::NotOthers) {
        Ok(key) if key.is_development() => {
            refuse("auth.signing_key", DEVELOPMENT_TOKEN_KEYS, LASTING);
        }
        // Where another issuer signs there is none.
        Ok(_) | Err(SigningFault::File(KeysFault::Absent { .. })) => {}
        Err(fault) => refuse("auth.signing_key", fault.told(), LASTING),
    }
    if let KeySetting::File(path) = &settings.auth.key_set
        && let Some(what) = key_set(path)
    {
        refuse("auth.key_set", what, OWN_SET);
    }
    for (key, path) in settings.secret_files() {
        if let Some(what) = readable(path) {
            let usable = Words::new(
                format!("chmod 600 {}", path.display()),
                format!("chmod 600 {}", path.display()),
            );
            refuse(key, what, usable);
        }
    }
    found
}

fn key_set(path: &Path) -> Option<Words> {
    match KeySet::load(path) {
        Ok(set) if set.is_development() => Some(DEVELOPMENT_TOKEN_KEYS),
        Ok(_) => {
            let mode = private_file::mode(path).ok()?;
            (mode & OTHERS_WRITE != 0).then(|| {
                Words::new(
                    format!("公钥集 {} 可由他人改写（权限 {mode:o}）", path.display()),
                    format!(
                        "others can write the key set {} (mode {mode:o})",
                        path.display()
                    ),
                )
            })
        }
        Err(fault) => Some(fault.told()),
    }
}

/// Whether a file that holds a secret can be read by others. One that cannot be looked at was not read either.
fn readable(path: &Path) -> Option<Words> {
    let mode = private_file::exposed(path).ok().flatten()?;
    let path = path.display();
    Some(Words::new(
        format!("其中有机密，而 {path} 可由他人读取（权限 {mode:o}）"),
        format!("others can read the secret in {path} (mode {mode:o})"),
    ))
}
