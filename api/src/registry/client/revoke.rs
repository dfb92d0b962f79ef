//! revokeClient: a client's tokens are refused from the next request on. The last SECURITY client stays, or nobody
//! could grant again.

use entity::client::{self, Model};
use entity::id::ClientId;
use entity::problem::{Finding, ProblemCode};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, DatabaseTransaction, IntoActiveModel as _,
    QuerySelect as _,
};
use serde::Serialize;

use super::is_last_security;
use crate::app::App;
use crate::auth::Security;
use crate::error::Error;
use crate::registry::admission::Verdict;
use crate::registry::batch::Outcome;
use crate::registry::deed::{self, Deed};

/// Revokes a client.
#[derive(Clone, Debug, Serialize)]
pub struct RevokeClient {
    /// Which.
    pub client: ClientRef,
    /// Why; the audit keeps it.
    pub reason: RevocationReason,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// How a client is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ClientRef {
    /// By its id.
    Id(ClientId),
    /// By its name.
    Name(String),
}

/// Why a client is revoked: a word and not a text, because the audit holds no words about people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RevocationReason {
    /// It is not needed any longer.
    NotNeeded,
    /// Whoever was responsible for it left.
    HolderLeft,
    /// Its tokens or keys are, or may be, in the wrong hands.
    Compromised,
    /// Granted by mistake.
    Mistake,
    /// Any other reason.
    Other,
}

impl RevocationReason {
    /// The contract's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotNeeded => "NOT_NEEDED",
            Self::HolderLeft => "HOLDER_LEFT",
            Self::Compromised => "COMPROMISED",
            Self::Mistake => "MISTAKE",
            Self::Other => "OTHER",
        }
    }
}

/// Revokes a client; one that was revoked before is [`Outcome::Unchanged`].
pub async fn revoke(
    app: &App,
    security: Security<'_>,
    command: RevokeClient,
) -> Result<Verdict<ClientId>, Error> {
    let key = command.idempotency_key.as_deref();
    let deed = Deed {
        operation: "revokeClient",
        dry_run: false,
        key,
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let verdict = judge_and_write(app, command, &tx).await?;
            Ok((verdict, tx))
        }
    };
    deed::run(app, security.caller, &deed, &command, work).await
}

async fn judge_and_write(
    app: &App,
    command: &RevokeClient,
    tx: &DatabaseTransaction,
) -> Result<Verdict<ClientId>, Error> {
    let refused = |code| {
        Ok(Verdict::rejected(vec![
            Finding::error(code).inside("client"),
        ]))
    };
    let named = match &command.client {
        ClientRef::Id(id) => client::by_id(*id),
        ClientRef::Name(name) => client::by_name(name),
    };
    let Some(client) = named.lock_exclusive().one(tx).await? else {
        return refused(ProblemCode::NotFound);
    };
    if client.revoked_at.is_some() {
        return Ok(Verdict::stands(Outcome::Unchanged, client.id, Vec::new()));
    }
    if is_last_security(app, tx, &client).await? {
        return refused(ProblemCode::LastSecurityClient);
    }
    let id = client.id;
    end(app, tx, client).await?;
    Ok(Verdict::stands(Outcome::Closed, id, Vec::new())
        .telling([command.reason.as_str().to_owned()]))
}

async fn end(app: &App, tx: &DatabaseTransaction, client: Model) -> Result<(), Error> {
    let mut row = client.into_active_model();
    row.revoked_at = Set(Some(app.now()));
    row.updated_at = Set(app.now());
    row.update(tx).await?;
    Ok(())
}
