//! grantClient: a new client, new scopes or another life time for one that stands, or one that was revoked again.
//! A name stays with its holder for ever, because revisions and the audit name their author by it.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use entity::client::{self, Model};
use entity::id::{ClientId, OfficeId, PlatformId};
use entity::kind::{Authority, Role};
use entity::problem::{Finding, ProblemCode};
use entity::{office, platform};
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;

use super::{is_last_security, secures, valid_from};
use crate::admission_file::{Binding, binding};
use crate::app::App;
use crate::auth::Security;
use crate::clock::day_begins;
use crate::error::Error;
use crate::registry::admission::Verdict;
use crate::registry::batch::Outcome;
use crate::registry::deed::{self, Deed};
use crate::registry::text::{identifier, words};
use crate::scope::{SCOPES, Scope};

/// The longest name, in characters.
const NAME: usize = 64;
/// The longest contact, in characters.
const CONTACT: usize = 200;

/// Grants a client.
#[derive(Clone, Debug, Serialize)]
pub struct GrantClient {
    /// The name that people and commands use.
    pub name: String,
    /// Who it is.
    pub role: Role,
    /// The office it works for, where its role is an office's.
    pub office: Option<OfficeId>,
    /// The platform it works for, where its role is a platform's.
    pub platform: Option<PlatformId>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The first day; absent = now, or as it stands.
    pub valid_from: Option<NaiveDate>,
    /// The last day, inclusive.
    pub valid_until: NaiveDate,
    /// Whom to ask about it.
    pub contact: String,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Grants a client, or grants it anew; what it may do changes with its next request.
pub async fn grant(
    app: &App,
    security: Security<'_>,
    command: GrantClient,
) -> Result<Verdict<ClientId>, Error> {
    let key = command.idempotency_key.as_deref();
    let deed = Deed {
        operation: "grantClient",
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
    command: &GrantClient,
    tx: &DatabaseTransaction,
) -> Result<Verdict<ClientId>, Error> {
    let mut found = Vec::new();
    let authority = holder(tx, command, &mut found).await?;
    let scopes = scopes(command, authority, &mut found);
    let name = within(
        "name",
        identifier(&command.name, NAME, app.today()),
        &mut found,
    );
    let contact = within(
        "contact",
        words(&command.contact, CONTACT, app.today()),
        &mut found,
    );
    found.extend(days(command, app.today()));
    let (Some(name), Some(contact), true) = (name, contact, found.is_empty()) else {
        return Ok(Verdict::rejected(found));
    };
    let old = client::by_name(&name).one(tx).await?;
    let row = row(app, command, (name, contact, &scopes), old.as_ref());
    let Some(old) = old else {
        let new = row.clone().into_active_model().reset_all();
        client::Entity::insert(new)
            .exec_without_returning(tx)
            .await?;
        return Ok(granted(Outcome::Created, &row));
    };
    if (old.role, old.office_id, old.platform_id) != (row.role, row.office_id, row.platform_id) {
        let taken = Finding::error(ProblemCode::ClientNameTaken).inside("name");
        return Ok(Verdict::rejected(vec![taken]));
    }
    if !secures(&row, app.now()) && is_last_security(app, tx, &old).await? {
        return Ok(Verdict::rejected(vec![
            Finding::error(ProblemCode::LastSecurityClient).inside("name"),
        ]));
    }
    let outcome = match &old {
        old if old.revoked_at.is_some() => Outcome::Reopened,
        old if Model {
            updated_at: old.updated_at,
            ..row.clone()
        } == *old =>
        {
            Outcome::Unchanged
        }
        _ => Outcome::Updated,
    };
    if outcome != Outcome::Unchanged {
        row.clone()
            .into_active_model()
            .reset_all()
            .update(tx)
            .await?;
    }
    Ok(granted(outcome, &row))
}

/// Judges on whose behalf the client would act, and tells the authority of its office.
async fn holder(
    tx: &DatabaseTransaction,
    command: &GrantClient,
    found: &mut Vec<Finding>,
) -> Result<Option<Authority>, Error> {
    let binding = binding(command.role);
    let mut refuse =
        |code: ProblemCode, field: &'static str| found.push(Finding::error(code).inside(field));
    let mut authority = None;
    match (command.office, binding) {
        (Some(id), Some(Binding::Office(level))) => {
            let office = office::by_ids([id])
                .one(tx)
                .await?
                .filter(|office| office.level == level);
            authority = office.map(|office| office.authority);
            if authority.is_none() {
                refuse(ProblemCode::OfficeUnknown, "office");
            }
        }
        (Some(_), _) => refuse(ProblemCode::OfficeUnknown, "office"),
        (None, Some(Binding::Office(_))) => refuse(ProblemCode::Required, "office"),
        (None, _) => {}
    }
    match (command.platform, binding) {
        (Some(id), Some(Binding::Platform)) => {
            let platform = platform::by_ids([id]).one(tx).await?;
            if !platform.is_some_and(|platform| platform.tenant) {
                refuse(ProblemCode::NotFound, "platform");
            }
        }
        (Some(_), _) => refuse(ProblemCode::NotFound, "platform"),
        (None, Some(Binding::Platform)) => refuse(ProblemCode::Required, "platform"),
        (None, _) => {}
    }
    Ok(authority)
}

fn scopes(
    command: &GrantClient,
    authority: Option<Authority>,
    found: &mut Vec<Finding>,
) -> BTreeSet<Scope> {
    let names = &command.scopes;
    if names.is_empty() {
        found.push(Finding::error(ProblemCode::Required).inside("scopes"));
    }
    if names.len() > SCOPES.len() {
        let most = Finding::error(ProblemCode::TooMany).with("max", SCOPES.len().to_string());
        found.push(most.inside("scopes"));
        return BTreeSet::new();
    }
    let mut scopes = BTreeSet::new();
    for (index, name) in names.iter().enumerate() {
        let unknown = Finding::error(ProblemCode::ScopeUnknown);
        let refused = match name.parse::<Scope>() {
            Ok(scope) if scope.may_be_held_by(command.role, authority) => {
                scopes.insert(scope);
                continue;
            }
            Ok(scope) => unknown.with("scope", scope.as_str()),
            Err(_) => unknown,
        };
        found.push(refused.item(index).inside("scopes"));
    }
    scopes
}

/// A life time that is over before it begins, or is over already, is a slip.
fn days(command: &GrantClient, today: NaiveDate) -> Option<Finding> {
    let first = command.valid_from.map_or(today, |from| from.max(today));
    let over = command.valid_until < first;
    over.then(|| {
        let order = Finding::error(ProblemCode::DateOrder).with("date", first.to_string());
        order.inside("validUntil")
    })
}

fn within<T>(
    field: &'static str,
    parsed: Result<T, Finding>,
    found: &mut Vec<Finding>,
) -> Option<T> {
    parsed
        .map_err(|finding| found.push(finding.inside(field)))
        .ok()
}

/// The client's row as it will stand.
fn row(
    app: &App,
    command: &GrantClient,
    (name, contact, scopes): (String, String, &BTreeSet<Scope>),
    old: Option<&Model>,
) -> Model {
    let scopes: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    Model {
        id: old.map_or_else(|| app.id(), |old| old.id),
        name,
        role: command.role,
        office_id: command.office,
        platform_id: command.platform,
        scopes: scopes.join(" "),
        contact,
        valid_from: valid_from(old, command.valid_from.map(day_begins), app.now()),
        valid_until: command
            .valid_until
            .checked_add_days(Days::new(1))
            .map(day_begins),
        revoked_at: None,
        updated_at: app.now(),
    }
}

fn granted(outcome: Outcome, row: &Model) -> Verdict<ClientId> {
    let scopes = row.scopes.split_whitespace().map(str::to_owned);
    Verdict::stands(outcome, row.id, Vec::new())
        .telling([row.role.to_string()])
        .telling(scopes)
}
