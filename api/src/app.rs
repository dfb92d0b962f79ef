//! The running service: everything a deed needs beside its caller and its command. Nothing here is per request.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use rules::edition::{Edition, EditionId, edition};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::audit::Gathering;
use crate::auth::Callers;
use crate::clock::{Clock, Entropy, legal_day};
use crate::config::Settings;
use crate::files::FileStore;
use crate::http::Rates;
use crate::registry::blacklist::Looks;
use crate::token::TokenReader;
use crate::vault::Vault;

/// The service's parts, shared by every request and job of the process.
pub struct App {
    /// The settings in force.
    pub settings: Settings,
    /// The database.
    pub db: DatabaseConnection,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<Entropy>,
    /// Keys.
    pub vault: Arc<Vault>,
    /// Files.
    pub files: FileStore,
    /// Entries of the audit that are written together.
    pub gathering: Gathering,
    /// Callers that are read together.
    pub callers: Callers,
    /// Look-ups in the blacklist that are answered together.
    pub looks: Looks,
    /// Tokens.
    pub tokens: TokenReader,
    /// How often each caller asked this process.
    pub rates: Rates,
    /// This process among those that share the database.
    pub process: Uuid,
}

impl App {
    /// Now, to the millisecond, which both databases keep.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Today in Asia/Shanghai.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        legal_day(self.now())
    }

    /// A new id, in the order of time.
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.entropy.uuid_v7(self.now()).into()
    }

    /// The edition of the law that the settings choose.
    #[must_use]
    pub fn edition(&self) -> &'static Edition {
        edition(self.edition_id())
    }

    /// Its name.
    #[must_use]
    pub fn edition_id(&self) -> EditionId {
        self.settings.law.edition.parse().unwrap_or_default()
    }
}
