//! Access tokens: signed JWTs that name a client, read with an explicit list of algorithms and a given clock.
//! A token says who asks, never what they may do: scopes, revocation and sight are asked of the database.

mod claims;
pub mod development;
mod keyset;
mod remote;
mod signing;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};

pub use claims::Claims;
use claims::Parts;
pub use keyset::{Algorithm, KeySet, KeySetFault};
pub use remote::RemoteKeys;
pub use signing::{SigningFault, SigningKey};

use crate::words::Words;

/// A longer token is refused before a byte of it is decoded.
pub const LONGEST: usize = 8 * 1024;

/// Why a token is refused. The word is stable, for logs and counters; the caller is told what an honest one can mend, and of
/// a forged token no more than the word.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// The request carries no bearer token.
    #[error("no bearer token")]
    Missing,
    /// More than [`LONGEST`] bytes.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url, or a header that is not a JSON object with `alg` and `kid`.
    #[error("the token is malformed")]
    Malformed,
    /// The header asks for something that this registry never does: a key of the token's own, critical
    /// extensions, compression, encryption.
    #[error("the token's header asks for what is not done here")]
    HeaderNotAllowed,
    /// The header's algorithm is not on the list, or is not that of the key it names.
    #[error("the token's algorithm is not allowed")]
    AlgorithmNotAllowed,
    /// No key of the set has this id.
    #[error("the token's key is unknown")]
    UnknownKey,
    /// The issuer's key set could not be fetched and none is at hand.
    #[error("the issuer's keys cannot be had")]
    KeysUnavailable,
    /// The signature is not that of the key over these bytes.
    #[error("the token's signature does not match")]
    BadSignature,
    /// A claim is missing, repeated, of another type, or says nothing.
    #[error("the token's claims are not usable")]
    BadClaims,
    /// Another issuer.
    #[error("the token is from another issuer")]
    WrongIssuer,
    /// For another audience.
    #[error("the token is for another audience")]
    WrongAudience,
    /// Its time is over.
    #[error("the token expired at {at}")]
    Expired {
        /// When it expired.
        at: DateTime<Utc>,
    },
    /// Its time has not come, or it was issued in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// It lives longer than the registry allows.
    #[error("the token lives too long")]
    LivesTooLong,
}

impl TokenRefusal {
    /// The stable word for logs and counters.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLong => "too_long",
            Self::Malformed => "malformed",
            Self::HeaderNotAllowed => "header_not_allowed",
            Self::AlgorithmNotAllowed => "algorithm_not_allowed",
            Self::UnknownKey => "unknown_key",
            Self::KeysUnavailable => "keys_unavailable",
            Self::BadSignature => "bad_signature",
            Self::BadClaims => "bad_claims",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::Expired { .. } => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::LivesTooLong => "lives_too_long",
        }
    }

    /// What the caller is told, and how to mend it.
    #[must_use]
    pub fn told(&self) -> Words {
        match self {
            Self::Missing => Words::fixed(
                "请求没有令牌，请加上请求头 Authorization: Bearer <令牌>",
                "the request has no token: send the header Authorization: Bearer <token>",
            ),
            Self::Expired { .. } => Words::fixed(
                "令牌已过期，请重新签发",
                "the token has expired, have a new one signed",
            ),
            Self::NotYetValid => Words::fixed(
                "令牌尚未生效，请核对签发方的时钟",
                "the token is not valid yet, compare the issuer's clock",
            ),
            Self::LivesTooLong => Words::fixed(
                "令牌的有效期超出上限，请签发较短的令牌",
                "the token lives longer than is allowed, have a shorter one signed",
            ),
            other => Words::new(
                format!("令牌无效（{}）", other.word()),
                format!("the token is not valid ({})", other.word()),
            ),
        }
    }
}

/// What every token must fulfil.
#[derive(Clone, Debug)]
pub struct TokenRules {
    /// The only issuer.
    pub issuer: String,
    /// The only audience.
    pub audience: String,
    /// The algorithms that may sign; symmetric ones cannot be named.
    pub algorithms: Vec<Algorithm>,
    /// How far clocks may differ.
    pub leeway: TimeDelta,
    /// The longest time from issue to expiry.
    pub longest_life: TimeDelta,
}

/// Where the keys that verify tokens come from.
#[derive(Debug)]
pub enum KeySource {
    /// A file, read once at start.
    Fixed(KeySet),
    /// The issuer's address.
    Remote(RemoteKeys),
}

/// Reads tokens.
#[derive(Debug)]
pub struct TokenReader {
    rules: TokenRules,
    keys: KeySource,
}

impl TokenReader {
    /// Joins rules and keys.
    #[must_use]
    pub const fn new(rules: TokenRules, keys: KeySource) -> Self {
        Self { rules, keys }
    }

    /// The rules, for whoever issues tokens for this reader.
    #[must_use]
    pub const fn rules(&self) -> &TokenRules {
        &self.rules
    }

    /// Reads a token as of `now`: header, key, signature, then claims; nothing unsigned is believed.
    pub async fn read(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenRefusal> {
        let parts = Parts::of(token)?;
        let algorithm = self
            .rules
            .algorithms
            .iter()
            .copied()
            .find(|allowed| allowed.name() == parts.alg)
            .ok_or(TokenRefusal::AlgorithmNotAllowed)?;
        match &self.keys {
            KeySource::Fixed(keys) => keys.verify(&parts, algorithm)?,
            KeySource::Remote(keys) => {
                let keys = keys.with(&parts.kid, now).await?;
                keys.verify(&parts, algorithm)?;
            }
        }
        let claims = parts.claims()?;
        claims.check(&self.rules, now)?;
        Ok(claims)
    }
}

/// The token of an `Authorization` header (RFC 6750); any other scheme counts as none.
pub fn bearer(header: Option<&str>) -> Result<&str, TokenRefusal> {
    let (scheme, token) = header
        .and_then(|header| header.split_once(' '))
        .ok_or(TokenRefusal::Missing)?;
    let token = token.trim_matches(' ');
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(TokenRefusal::Missing);
    }
    Ok(token)
}
