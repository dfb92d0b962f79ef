//! Who calls and what they may do. Handles such as [`MarketRegulator`] are made here only: a deed that takes one
//! needs no further check, and a resolver asks for the handle instead of testing a role.

mod callers;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use entity::id::{ClientId, PlatformId};
use entity::kind::{Authority, OfficeLevel, Role};
use entity::sight::Sight;
use entity::{client, office};
use rules::label::Lang;
use rules::sight::Viewer;
use sea_orm::ConnectionTrait;

use crate::app::App;
use crate::audit;
use crate::db::Reach;
use crate::error::Error;
use crate::scope::Scope;
use crate::token::{Claims, TokenRefusal, bearer};

pub use callers::Callers;

/// An authenticated caller with what it sees.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Its row, as it stands at this request.
    pub client: client::Model,
    /// Its office.
    pub office: Option<office::Model>,
    /// What it sees.
    pub sight: Sight,
    /// The province of its office.
    pub province: Option<String>,
    /// The request, for logs and the audit.
    pub request_id: String,
    /// The language it reads.
    pub lang: Lang,
    scopes: Vec<Scope>,
    /// What was forbidden within this request, by the names of its fields; the audit hears of it at the end.
    forbidden: Arc<Mutex<Vec<String>>>,
}

impl Caller {
    /// Notes that something was forbidden.
    pub fn was_forbidden(&self, operation: &str) {
        let mut forbidden = self
            .forbidden
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        forbidden.push(operation.to_owned());
    }

    /// What was forbidden since this was last asked.
    #[must_use]
    pub fn take_forbidden(&self) -> Vec<String> {
        let mut forbidden = self
            .forbidden
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut forbidden)
    }

    /// Whether it holds a scope.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Its scopes, by name.
    #[must_use]
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// Refuses a caller without a scope.
    pub fn needs(&self, scope: Scope) -> Result<&Self, Error> {
        if self.has(scope) {
            return Ok(self);
        }
        let name = scope.as_str();
        Err(Error::forbidden(
            format!("缺少权限 {name}，请向授权管理员申请"),
            format!("the scope {name} is missing: ask whoever grants clients"),
        ))
    }

    /// The caller's own platform.
    #[must_use]
    pub fn platform(&self) -> Option<PlatformId> {
        self.client.platform_id
    }

    /// How far its deeds reach in the database: a platform's own rows, or all, where sight decides.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.platform().map_or(Reach::All, Reach::Platform)
    }

    /// The market office behind the caller.
    pub fn market_regulator(&self) -> Result<MarketRegulator<'_>, Error> {
        match &self.office {
            Some(office) if office.authority == Authority::Market => Ok(MarketRegulator {
                caller: self,
                office,
            }),
            _ => Err(Error::forbidden(
                "仅限市场监督管理部门",
                "only a market regulator may do this",
            )),
        }
    }

    /// The provincial or national market office that receives filings.
    pub fn receiver(&self) -> Result<Receiver<'_>, Error> {
        self.needs(Scope::SubmissionReview)?;
        let regulator = self.market_regulator()?;
        if matches!(
            regulator.office.level,
            OfficeLevel::Province | OfficeLevel::National
        ) {
            return Ok(Receiver { caller: self });
        }
        Err(Error::forbidden(
            "仅限接收报送的省级部门",
            "only the province that receives filings may do this",
        ))
    }

    /// An office of either branch that demands measures and receives the reports of them.
    pub fn measuring_office(&self) -> Result<MeasuringOffice<'_>, Error> {
        self.needs(Scope::DispositionDemand)?;
        match &self.office {
            Some(office) => Ok(MeasuringOffice {
                caller: self,
                office,
            }),
            None => Err(Error::forbidden(
                "仅限市场监督管理、网信部门",
                "only a market or cyberspace office may do this",
            )),
        }
    }

    /// Whoever admits platforms: a provincial market office, the national office, or SYSTEM.
    pub fn admitter(&self) -> Result<Admitter<'_>, Error> {
        self.needs(Scope::PlatformRegister)?;
        if matches!(self.client.role, Role::System | Role::National) {
            return Ok(Admitter {
                caller: self,
                only_province: None,
            });
        }
        self.market_regulator()?;
        // An office whose province is unknown admits nobody rather than anybody.
        let province = self.province.clone().ok_or_else(|| {
            Error::forbidden("机关所在的省未知", "the province of the office is unknown")
        })?;
        Ok(Admitter {
            caller: self,
            only_province: Some(province),
        })
    }

    /// SECURITY, who grants and revokes clients.
    pub fn security(&self) -> Result<Security<'_>, Error> {
        self.needs(Scope::ClientGrant)?;
        if self.client.role == Role::Security {
            return Ok(Security { caller: self });
        }
        Err(Error::forbidden(
            "仅限授权管理员（SECURITY）",
            "only SECURITY may do this",
        ))
    }
}

/// A market office at work.
#[derive(Clone, Copy, Debug)]
pub struct MarketRegulator<'a> {
    /// The caller.
    pub caller: &'a Caller,
    /// Its office.
    pub office: &'a office::Model,
}

/// An office of either branch that demands measures and receives the reports of them.
#[derive(Clone, Copy, Debug)]
pub struct MeasuringOffice<'a> {
    /// The caller.
    pub caller: &'a Caller,
    /// Its office.
    pub office: &'a office::Model,
}

/// A market office that receives filings.
#[derive(Clone, Copy, Debug)]
pub struct Receiver<'a> {
    /// The caller.
    pub caller: &'a Caller,
}

/// Whoever admits platforms.
#[derive(Clone, Debug)]
pub struct Admitter<'a> {
    /// The caller.
    pub caller: &'a Caller,
    /// The only province whose platforms it admits, if it is bound to one.
    pub only_province: Option<String>,
}

/// Whoever grants and revokes clients.
#[derive(Clone, Copy, Debug)]
pub struct Security<'a> {
    /// The caller.
    pub caller: &'a Caller,
}

/// Reads the bearer token, then the client as it stands now, so that a revocation takes effect at once.
pub async fn authenticate(
    app: &App,
    authorization: Option<&str>,
    request_id: String,
    lang: Lang,
) -> Result<Caller, Error> {
    let claims = claims(app, authorization).await?;
    client_of(app, &claims, request_id, lang).await
}

/// What the bearer token says, once its signature holds; nothing is read from the database.
pub async fn claims(app: &App, authorization: Option<&str>) -> Result<Claims, Error> {
    let token = bearer(authorization).map_err(refused)?;
    app.tokens.read(token, app.now()).await.map_err(refused)
}

/// The client that a token's claims name, as it stands now.
pub async fn client_of(
    app: &App,
    claims: &Claims,
    request_id: String,
    lang: Lang,
) -> Result<Caller, Error> {
    let id = ClientId(claims.sub);
    let client = callers::client(app, id)
        .await?
        .ok_or(Error::unauthenticated(
            "令牌所指的客户端未登记",
            "the token names a client that is not registered here",
        ))?;
    if let Some((why, refusal)) = turned_away(&client, claims.iat, app.now()) {
        audit::turned_away(app, &client, request_id, why).await?;
        return Err(refusal);
    }
    caller(app, client, request_id, lang).await
}

/// The client that asked for work which a job does later, as it stands now; none once it may not call any more, or not ask
/// for this.
pub async fn asker<C: ConnectionTrait>(
    app: &App,
    db: &C,
    (id, request_id, lang): (ClientId, String, Lang),
    scope: Scope,
) -> Result<Option<Caller>, Error> {
    let Some(client) = client::by_id(id).one(db).await? else {
        return Ok(None);
    };
    let now = app.now();
    let ended = client.revoked_at.is_some_and(|at| at <= now)
        || client.valid_until.is_some_and(|until| until <= now);
    if ended {
        return Ok(None);
    }
    let caller = caller(app, client, request_id, lang).await?;
    Ok(caller.has(scope).then_some(caller))
}

/// Why a client that is known is not let in.
fn turned_away(
    client: &client::Model,
    issued: i64,
    now: DateTime<Utc>,
) -> Option<(&'static str, Error)> {
    if client.revoked_at.is_some_and(|at| at <= now) {
        let refusal = Error::unauthenticated(
            "客户端已被撤销，请联系登记机关",
            "this client was revoked, ask whoever grants access",
        );
        return Some(("CLIENT_REVOKED", refusal));
    }
    if client.valid_until.is_some_and(|until| until <= now) {
        let refusal = Error::unauthenticated(
            "客户端的有效期已过，请申请续期",
            "this client's time is over, ask for it to be renewed",
        );
        return Some(("CLIENT_OVER", refusal));
    }
    if issued < client.valid_from.timestamp() {
        let refusal = Error::unauthenticated(
            "令牌签发于本次授权之前，请重新签发",
            "the token is older than the client's grant, have a new one signed",
        );
        return Some(("TOKEN_OLDER_THAN_GRANT", refusal));
    }
    None
}

/// The caller that a client is at this moment.
pub async fn caller(
    app: &App,
    client: client::Model,
    request_id: String,
    lang: Lang,
) -> Result<Caller, Error> {
    let scopes = client
        .scopes
        .split_whitespace()
        .filter_map(|name| name.parse().ok())
        .collect();
    let seated = match client.office_id {
        None => None,
        Some(id) => callers::office(app, id).await?,
    };
    let viewer = Viewer {
        role: client.role,
        authority: seated.as_ref().map(|seated| seated.office.authority),
        platform: client.platform_id,
        territory: seated
            .as_ref()
            .map(|seated| seated.territory.clone())
            .unwrap_or_default(),
        province: seated.as_ref().and_then(|seated| seated.province.clone()),
    };
    let platforms = seated.as_ref().map(|seated| seated.platforms.as_slice());
    let mut sight = rules::sight::sight(&viewer, platforms.unwrap_or_default());
    if let Some(seated) = &seated {
        sight.surveys.clone_from(&seated.surveys);
    }
    Ok(Caller {
        sight,
        province: viewer.province,
        client,
        office: seated.map(|seated| seated.office),
        request_id,
        lang,
        scopes,
        forbidden: Arc::default(),
    })
}

fn refused(refusal: TokenRefusal) -> Error {
    match refusal {
        TokenRefusal::KeysUnavailable => Error::Unavailable(refusal.into()),
        other => Error::Unauthenticated(other.told()),
    }
}
