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

/// A token taken apart, its header read and nothing believed.
pub(super) struct Parts<'a> {
    /// The name of the algorithm.
    pub(super) alg: String,
    /// The id of the key.
    pub(super) kid: String,
    /// What was signed: header and claims as they came.
    pub(super) message: &'a str,
    /// The signature, in base64url.
    pub(super) signature: &'a str,
    claims: &'a str,
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

impl<'a> Parts<'a> {
    /// Splits a token and reads its header.
    pub(super) fn of(token: &'a str) -> Result<Self, TokenRefusal> {
        if token.is_empty() {
            return Err(TokenRefusal::Missing);
        }
        if token.len() > LONGEST {
            return Err(TokenRefusal::TooLong);
        }
        let split = |text: &'a str| text.rsplit_once('.').ok_or(TokenRefusal::Malformed);
        let (message, signature) = split(token)?;
        let (header, claims) = split(message)?;
        let header = URL_SAFE_NO_PAD
            .decode(header)
            .map_err(|_| TokenRefusal::Malformed)?;
        let header: AnyHeader =
            serde_json::from_slice(&header).map_err(|_| TokenRefusal::Malformed)?;
        if header.asks_too_much() {
            return Err(TokenRefusal::HeaderNotAllowed);
        }
        Ok(Self {
            alg: header.alg,
            kid: header.kid,
            message,
            signature,
            claims,
        })
    }

    /// Reads the claims; call it once the signature is verified.
    pub(super) fn claims(&self) -> Result<Claims, TokenRefusal> {
        let claims = URL_SAFE_NO_PAD
            .decode(self.claims)
            .map_err(|_| TokenRefusal::BadClaims)?;
        serde_json::from_slice(&claims).map_err(|_| TokenRefusal::BadClaims)
    }
}
