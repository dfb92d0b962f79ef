//! The keys on this machine: there, readable by their owner alone, fit for where they serve, and fit for each other.

use crate::config::{KeySet as KeySetting, Settings};
use crate::token::{Algorithm, KeySet, SigningFault, SigningKey};
use crate::vault::{Keys, KeysFault, Readers};

use super::super::failure::with_causes;
use super::Health;

/// Keys that the first start in development makes.
const NOT_YET: &str =
    "尚未生成，开发环境首次启动时生成 / not made yet: the first start in development makes them";

/// The keys that seal, with the keys themselves if they can be used.
pub(super) fn sealing(settings: &Settings) -> (Health, Option<Keys>) {
    let path = &settings.crypto.keys_file;
    match Keys::load(path, Readers::NotOthers) {
        Ok(keys) if keys.is_development() && settings.server.production => {
            let words = "是开发密钥，请用 minglu keys new 生成 / development keys: make others with `minglu keys new`";
            (Health::Broken(format!("{} {words}", path.display())), None)
        }
        Ok(keys) => {
            let kind = if keys.is_development() {
                "（开发 development）"
            } else {
                ""
            };
            (
                Health::Fine(format!("{}{kind}", path.display())),
                Some(keys),
            )
        }
        Err(KeysFault::Absent { .. }) if !settings.server.production => {
            (Health::Advised(NOT_YET.to_owned()), None)
        }
        Err(fault @ KeysFault::OthersCanRead { .. }) => (
            Health::Broken(with_causes(&fault)),
            Keys::load(path, Readers::Any).ok(),
        ),
        Err(fault) => (Health::Broken(with_causes(&fault)), None),
    }
}

/// The key that signs tokens and the keys that verify them.
pub(super) fn tokens(settings: &Settings) -> Health {
    let signing = match SigningKey::load(&settings.auth.signing_key, Readers::NotOthers) {
        Ok(key) => Some(key),
        Err(SigningFault::File(KeysFault::Absent { .. })) => None,
        Err(fault) => return Health::Broken(with_causes(&fault)),
    };
    match &settings.auth.key_set {
        KeySetting::Url(url) => from_issuer(url, signing.as_ref()),
        KeySetting::File(path) => match KeySet::load(path) {
            Ok(set) => from_file(settings, &set, signing.as_ref()),
            Err(_) if !path.exists() && signing.is_none() && !settings.server.production => {
                Health::Advised(NOT_YET.to_owned())
            }
            Err(fault) => Health::Broken(format!("auth.key_set: {}", with_causes(&fault))),
        },
    }
}

fn from_issuer(url: &str, signing: Option<&SigningKey>) -> Health {
    let own = if signing.is_some() {
        "；本机也有签名密钥 and a signing key of our own"
    } else {
        ""
    };
    Health::Fine(format!("由 {url} 签发 issued there{own}"))
}

fn from_file(settings: &Settings, set: &KeySet, signing: Option<&SigningKey>) -> Health {
    let development = set.is_development() || signing.is_some_and(SigningKey::is_development);
    if development && settings.server.production {
        let words = "是开发密钥，请用 minglu keys new 生成 / development keys: make others with `minglu keys new`";
        return Health::Broken(words.to_owned());
    }
    let Some(signing) = signing else {
        let words =
            "只校验，不签发（没有 auth.signing_key）/ verifies only: there is no auth.signing_key";
        return Health::Fine(words.to_owned());
    };
    if !set.knows(signing.kid()) {
        let words = "签名密钥不在公钥集 auth.key_set 中，请把它的公钥加入 / the signing key is not in auth.key_set: add its public key";
        return Health::Broken(words.to_owned());
    }
    let accepted = settings
        .auth
        .algorithms
        .iter()
        .any(|algorithm| format!("{algorithm:?}") == Algorithm::EdDsa.name());
    if !accepted {
        let words = "auth.algorithms 不含签名密钥的 EdDSA，请加入 / auth.algorithms lacks EdDSA, which the signing key uses: add it";
        return Health::Broken(words.to_owned());
    }
    Health::Fine(format!("kid {}", signing.kid()))
}
