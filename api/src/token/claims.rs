//! What a token says: its header, read before any key is chosen, and its claims, read after the signature.
//! Nothing here verifies a signature or reads a clock.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{LONGEST, TokenRefusal, TokenRules};

/// The longest `jti` that is kept, in bytes.
const LONGEST_ID: usize = 128;

/// The claims of a token, all of them required; others are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// The client's id.
    pub sub: Uuid,
    /// For whom it is: one audience, never a list.
    pub aud: String,
    /// The first second at which it is over.
    pub exp: i64,
    /// The first second at which it counts.
    pub nbf: i64,
    /// When it was issued.
    pub iat: i64,
    /// The token's own id.
    pub jti: String,
}

impl TokenRules {
    /// The claims of a new token for a client.
    #[must_use]
    pub fn claims(&self, client: Uuid, token: Uuid, now: DateTime<Utc>, life: TimeDelta) -> Claims {
        let issued = now.timestamp();
        Claims {
            iss: self.issuer.clone(),
            sub: client,
            aud: self.audience.clone(),
            exp: issued.saturating_add(life.num_seconds()),
            nbf: issued,
            iat: issued,
            jti: token.hyphenated().to_string(),
        }
    }
}

impl Claims {
    /// Checks everything but the signature.
    pub(super) fn check(&self, rules: &TokenRules, now: DateTime<Utc>) -> Result<(), TokenRefusal> {
        if self.jti.is_empty() || self.jti.len() > LONGEST_ID {
            return Err(TokenRefusal::BadClaims);
        }
        if self.iss != rules.issuer {
            return Err(TokenRefusal::WrongIssuer);
        }
        if self.aud != rules.audience {
            return Err(TokenRefusal::WrongAudience);
        }
        let at = DateTime::from_timestamp(self.exp, 0).ok_or(TokenRefusal::BadClaims)?;
        let (now, leeway) = (now.timestamp(), rules.leeway.num_seconds());
        if now >= self.exp.saturating_add(leeway) {
            return Err(TokenRefusal::Expired { at });
        }
        let soonest = now.saturating_add(leeway);
        if self.nbf > soonest || self.iat > soonest {
            return Err(TokenRefusal::NotYetValid);
        }
        if self.exp.saturating_sub(self.iat) > rules.longest_life.num_seconds() {
            return Err(TokenRefusal::LivesTooLong);
        }
        Ok(())
    }
}

/// The part of a header that chooses a key.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) alg: String,
    pub(super) kid: String,
}

/// A header as it comes: what chooses a key, and what must not be there. Others are ignored (RFC 7515, 4).
#[derive(Deserialize)]
struct AnyHeader {
    alg: String,
    kid: String,
    jwk: Option<IgnoredAny>,
    jku: Option<IgnoredAny>,
    x5u: Option<IgnoredAny>,
    x5c: Option<IgnoredAny>,
    crit: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
    zip: Option<IgnoredAny>,
    enc: Option<IgnoredAny>,
}

impl AnyHeader {
    fn asks_too_much(&self) -> bool {
        [
            &self.jwk, &self.jku, &self.x5u, &self.x5c, &self.crit, &self.b64, &self.zip, &self.enc,
        ]
        .into_iter()
        .any(Option::is_some)
    }
}

/// Splits a token and reads its header. Nothing in it is believed but as the name of a key to try.
pub(super) fn read_header(token: &str) -> Result<Header, TokenRefusal> {
    if token.is_empty() {
        return Err(TokenRefusal::Missing);
    }
    if token.len() > LONGEST {
        return Err(TokenRefusal::TooLong);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(_), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(TokenRefusal::Malformed);
    };
    let header = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_| TokenRefusal::Malformed)?;
    let header: AnyHeader = serde_json::from_slice(&header).map_err(|_| TokenRefusal::Malformed)?;
    if header.asks_too_much() {
        return Err(TokenRefusal::HeaderNotAllowed);
    }
    Ok(Header {
        alg: header.alg,
        kid: header.kid,
    })
}
