//! Tokens: no text may bring the reader down, and none is believed but the one that the key of this file has signed. The
//! corpus begins with that one, so that every change to it is tried.

#![no_main]

use std::sync::LazyLock;

use api::token::{Algorithm, KeySet, KeySource, TokenReader, TokenRules, bearer};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use libfuzzer_sys::fuzz_target;

/// A token of this key for the first hours of 1 December 2026; its private half was thrown away.
const GOOD: &str = include_str!("../seeds/token/good");

/// Its public half, beside keys of the other families.
const KEYS: &str = include_str!("../seeds/keys.json");

static READER: LazyLock<TokenReader> = LazyLock::new(|| {
    let rules = TokenRules {
        issuer: "minglu".to_owned(),
        audience: "minglu".to_owned(),
        algorithms: vec![Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256],
        leeway: TimeDelta::seconds(30),
        longest_life: TimeDelta::hours(24),
    };
    let keys = KeySet::parse(KEYS).expect("keys");
    TokenReader::new(rules, KeySource::Fixed(keys))
});

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_796_090_400, 0).expect("an instant")
}

fuzz_target!(|text: &str| {
    let Ok(token) = bearer(Some(text)) else {
        return;
    };
    let read = READER
        .read(token, now())
        .now_or_never()
        .expect("nothing is fetched");
    let good = bearer(Some(GOOD.trim_end())).expect("a token");
    assert_eq!(read.is_ok(), token == good, "{read:?}");
});
