//! An issuer's key set at its address: fetched when first needed, again now and then, and for a new key id.
//! However many tokens come, no more than one fetch a minute leaves the house.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, StatusCode, Url};
use tokio::sync::{Mutex, RwLock};

use super::{KeySet, KeySetFault, TokenRefusal};

/// The least time between two fetches, whatever asks for them.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// How long keys serve while the issuer cannot be reached; a key it withdrew lives no longer than this.
const OLDEST: TimeDelta = TimeDelta::hours(24);
/// An issuer that does not answer in this time is not reached.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest set that is read, in bytes.
const LARGEST: usize = 512 * 1024;

/// The keys at an issuer's address.
#[derive(Debug)]
pub struct RemoteKeys {
    address: Url,
    client: Client,
    refresh: TimeDelta,
    held: RwLock<Held>,
    /// Whose turn it is to fetch.
    turn: Mutex<()>,
}

/// What the last fetches brought.
#[derive(Clone, Debug, Default)]
struct Held {
    keys: Option<(Arc<KeySet>, DateTime<Utc>)>,
    tried_at: Option<DateTime<Utc>>,
}

impl Held {
    /// The keys, unless they are older than `age`.
    fn younger_than(&self, age: TimeDelta, now: DateTime<Utc>) -> Option<&Arc<KeySet>> {
        let (keys, fetched_at) = self.keys.as_ref()?;
        (now - *fetched_at < age).then_some(keys)
    }

    fn may_try(&self, now: DateTime<Utc>) -> bool {
        self.tried_at.is_none_or(|tried_at| now - tried_at >= PAUSE)
    }
}

impl RemoteKeys {
    /// Takes an `https` address (or `http` on this machine itself) and how often to ask again.
    pub fn new(address: &str, refresh: TimeDelta) -> Result<Self, KeySetFault> {
        let address = Url::parse(address).map_err(|_| KeySetFault::Address)?;
        if address.scheme() != "https" && !(address.scheme() == "http" && is_loopback(&address)) {
            return Err(KeySetFault::Address);
        }
        let client = Client::builder()
            .timeout(PATIENCE)
            // A redirect could lead from https to anywhere.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|fault| KeySetFault::Fetch(fault.into()))?;
        Ok(Self {
            address,
            client,
            refresh,
            held: RwLock::default(),
            turn: Mutex::default(),
        })
    }

    /// The set to look for a key in, fetched if it is old, absent or lacks the key.
    pub(super) async fn with(
        &self,
        kid: &str,
        now: DateTime<Utc>,
    ) -> Result<Arc<KeySet>, TokenRefusal> {
        let held = self.held.read().await.clone();
        if let Some(keys) = held.younger_than(self.refresh, now)
            && keys.knows(kid)
        {
            return Ok(Arc::clone(keys));
        }
        // Whose key is known is served by the old set while another request fetches the new one.
        let known = held
            .younger_than(OLDEST, now)
            .is_some_and(|keys| keys.knows(kid));
        let turn = if known {
            self.turn.try_lock().ok()
        } else {
            Some(self.turn.lock().await)
        };
        if turn.is_some() && self.held.read().await.may_try(now) {
            self.refetch(now).await;
        }
        self.held
            .read()
            .await
            .younger_than(OLDEST, now)
            .map(Arc::clone)
            .ok_or(TokenRefusal::KeysUnavailable)
    }

    async fn refetch(&self, now: DateTime<Utc>) {
        self.held.write().await.tried_at = Some(now);
        match self.fetch().await {
            Ok(keys) => self.held.write().await.keys = Some((Arc::new(keys), now)),
            Err(fault) => {
                tracing::warn!(
                    fault = &fault as &dyn std::error::Error,
                    "the issuer's key set was not fetched"
                );
            }
        }
    }

    async fn fetch(&self) -> Result<KeySet, KeySetFault> {
        let unfetched = |fault: reqwest::Error| KeySetFault::Fetch(fault.without_url().into());
        let request = self.client.get(self.address.clone());
        let mut answer = request.send().await.map_err(unfetched)?;
        if answer.status() != StatusCode::OK {
            let status = answer.status().as_u16();
            return Err(KeySetFault::Fetch(
                format!("the issuer answered {status}").into(),
            ));
        }
        let mut text = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(unfetched)? {
            if text.len() + part.len() > LARGEST {
                return Err(KeySetFault::Fetch("the set is too large".into()));
            }
            text.extend_from_slice(&part);
        }
        let text = String::from_utf8(text).map_err(|fault| KeySetFault::Fetch(fault.into()))?;
        KeySet::parse(&text)
    }
}

fn is_loopback(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
