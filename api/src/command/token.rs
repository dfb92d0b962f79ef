//! `minglu token`: a short-lived token for a client, signed with the key of the settings. Each one is told to the audit;
//! what it may do is asked of the database at every request.

use chrono::TimeDelta;
use clap::Args;
use entity::client::Model;
use serde_json::json;

use super::failure::Failure;
use super::house::Globals;
use super::{acting, help, output};
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::config::KeySet as KeySetting;
use crate::start;
use crate::token::{KeySet, SigningKey, TokenRules};
use crate::vault::Readers;
use crate::words::{Told as _, Words};

/// Sign an access token for a client and print nothing else
#[derive(Args, Debug)]
#[command(after_help = help::TOKEN)]
pub(super) struct TokenArgs {
    /// Name or id of the client
    #[arg(long, value_name = "NAME")]
    client: String,
    /// Minutes it lives [default: the setting `auth.token_minutes`]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=60))]
    minutes: Option<u32>,
}

pub(super) async fn run(globals: &Globals, args: &TokenArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let client = acting::client(&app, &args.client).await?;
    let minutes = args.minutes.unwrap_or(app.settings.auth.token_minutes);
    let token = Issuer::open(&app)?.issue(&app, &client, minutes).await?;
    output::line(&token)
}

/// The house as an issuer of tokens.
pub(super) struct Issuer {
    key: SigningKey,
    rules: TokenRules,
}

impl Issuer {
    /// Reads the signing key, which the house itself must believe.
    pub(super) fn open(app: &App) -> Result<Self, Failure> {
        let auth = &app.settings.auth;
        let readers = if app.settings.server.production {
            Readers::NotOthers
        } else {
            Readers::Any
        };
        let key =
            SigningKey::load(&auth.signing_key, readers).map_err(|fault| Failure::told(&fault))?;
        if let KeySetting::File(path) = &auth.key_set {
            let set = KeySet::load(path).map_err(|fault| {
                Failure::Said(fault.told().of(&Words::fixed("公钥集", "key set")))
            })?;
            if !set.knows(key.kid()) {
                return Err(Failure::said(
                    "签名密钥不在公钥集 auth.key_set 中，所签令牌不会被接受",
                    "the signing key is not in auth.key_set: no server would believe its tokens",
                ));
            }
        }
        Ok(Self {
            key,
            rules: start::token_rules(&app.settings)?,
        })
    }

    /// Signs a token for a client.
    pub(super) async fn issue(
        &self,
        app: &App,
        client: &Model,
        minutes: u32,
    ) -> Result<String, Failure> {
        let now = app.now();
        let id = app.entropy.uuid_v7(now);
        let claims = self
            .rules
            .claims(client.id.0, id, now, TimeDelta::minutes(minutes.into()));
        let token = self
            .key
            .sign(&claims)
            .map_err(|fault| Failure::told(&fault))?;
        let entry = Entry {
            operation: "issueToken",
            outcome: Outcome::Done,
            subjects: vec![client.id.to_string()],
            detail: json!({ "minutes": minutes, "jti": id }),
            party: None,
            purpose: None,
        };
        audit::record_house(app, &app.db, entry).await?;
        Ok(token)
    }
}
