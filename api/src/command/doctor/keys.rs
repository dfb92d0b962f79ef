//! The keys on this machine: there, readable by their owner alone, fit for where they serve, and fit for each other.

use rules::label::Lang;

use crate::config::{KeySet as KeySetting, Settings};
use crate::start::{DEVELOPMENT_KEYS, DEVELOPMENT_TOKEN_KEYS};
use crate::token::{Algorithm, KeySet, SigningFault, SigningKey};
use crate::vault::{Keys, KeysFault, Readers};
use crate::words::{Told as _, Words};

use super::Health;

/// Keys that the first start in development makes.
const NOT_YET: Words = Words::fixed(
    "尚未生成，开发环境首次启动时生成",
    "not made yet: the first start in development makes them",
);

/// The keys that seal, with the keys themselves if they can be used.
pub(super) fn sealing(settings: &Settings) -> (Health, Option<Keys>) {
    let path = &settings.crypto.keys_file;
    match Keys::load(path, Readers::NotOthers) {
        Ok(keys) if keys.is_development() && settings.server.production => {
            let words = DEVELOPMENT_KEYS.of_named(path.display());
            (Health::Broken(words), None)
        }
        Ok(keys) => {
            let path = path.display();
            let words = if keys.is_development() {
                Words::new(format!("{path}（开发）"), format!("{path} (development)"))
            } else {
                Words::same(path.to_string())
            };
            (Health::Fine(words), Some(keys))
        }
        Err(KeysFault::Absent { .. }) if !settings.server.production => {
            (Health::Advised(NOT_YET), None)
        }
        Err(fault @ KeysFault::OthersCanRead { .. }) => (
            Health::Broken(fault.told()),
            Keys::load(path, Readers::Any).ok(),
        ),
        Err(fault) => (Health::Broken(fault.told()), None),
    }
}

/// The key that signs tokens and the keys that verify them.
pub(super) fn tokens(settings: &Settings) -> Health {
    let signing = match SigningKey::load(&settings.auth.signing_key, Readers::NotOthers) {
        Ok(key) => Some(key),
        Err(SigningFault::File(KeysFault::Absent { .. })) => None,
        Err(fault) => return Health::Broken(fault.told()),
    };
    match &settings.auth.key_set {
        KeySetting::Url(url) => from_issuer(url, signing.as_ref()),
        KeySetting::File(path) => match KeySet::load(path) {
            Ok(set) => from_file(settings, &set, signing.as_ref()),
            Err(_) if !path.exists() && signing.is_none() && !settings.server.production => {
                Health::Advised(NOT_YET)
            }
            Err(fault) => Health::Broken(fault.told().of_named("auth.key_set")),
        },
    }
}

fn from_issuer(url: &str, signing: Option<&SigningKey>) -> Health {
    let own = if signing.is_some() {
        Words::fixed("；本机也有签名密钥", ", and there is a signing key here")
    } else {
        Words::same("")
    };
    Health::Fine(Words::new(
        format!("由 {url} 签发{}", own.say(Lang::Zh)),
        format!("issued by {url}{}", own.say(Lang::En)),
    ))
}

fn from_file(settings: &Settings, set: &KeySet, signing: Option<&SigningKey>) -> Health {
    let development = set.is_development() || signing.is_some_and(SigningKey::is_development);
    if development && settings.server.production {
        return Health::Broken(DEVELOPMENT_TOKEN_KEYS);
    }
    let Some(signing) = signing else {
        return Health::Fine(Words::fixed(
            "只校验，不签发（没有 auth.signing_key）",
            "verifies only: there is no auth.signing_key",
        ));
    };
    if !set.knows(signing.kid()) {
        return Health::Broken(Words::fixed(
            "签名密钥不在公钥集 auth.key_set 中，请把它的公钥加入",
            "the signing key is not in auth.key_set: add its public key",
        ));
    }
    let accepted = settings
        .auth
        .algorithms
        .iter()
        .any(|algorithm| format!("{algorithm:?}") == Algorithm::EdDsa.name());
    if !accepted {
        return Health::Broken(Words::fixed(
            "auth.algorithms 不含签名密钥的 EdDSA，请加入",
            "auth.algorithms lacks EdDSA, which the signing key uses: add it",
        ));
    }
    Health::Fine(Words::same(format!("kid {}", signing.kid())))
}
