//! 直播电商平台经营者: admitting one with what compliance-data-2025 Art. 7(1) names, and reading it.
//! The same company again is an update; whoever may admit was decided by the handle.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use entity::id::{PartyId, PlatformId};
use entity::kind::{IdentityKind, RegistrationStatus};
use entity::platform::{self, Model, PlatformFacts, revision};
use entity::problem::{Finding, ProblemCode};
use entity::sealed::SealedAt;
use entity::value::identity::IdentityNumber;
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;

use super::admission::Verdict;
use super::batch::Outcome;
use super::deed::{self, Deed};
use super::division::{Gazetteer, Seat};
use super::id_page::{IdPage, Rows};
use super::input::{AddressInput, IdentityInput};
use super::parse::Parser;
use super::party;
use crate::app::App;
use crate::auth::{Admitter, Caller};
use crate::error::Error;

/// Registers a platform or updates it.
#[derive(Clone, Debug, Serialize)]
pub struct RegisterPlatform {
    /// 名称 of the company.
    pub name: String,
    /// 平台名称.
    pub platform_name: String,
    /// 统一社会信用代码.
    pub identity: IdentityInput,
    /// 住所或者主要经营场所.
    pub domicile: AddressInput,
    /// 联系方式.
    pub phone: String,
    /// 网址链接或者访问路径.
    pub url: String,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What a command says once everything in it is sound.
struct Sound {
    identity: IdentityNumber,
    facts: PlatformFacts,
    seat: Seat,
}

/// Registers a platform; the same company again writes a revision, or nothing where nothing differs.
pub async fn register(
    app: &App,
    admitter: &Admitter<'_>,
    command: RegisterPlatform,
) -> Result<Verdict<PlatformId>, Error> {
    let key = command.idempotency_key.as_deref();
    let deed = Deed {
        operation: "registerPlatform",
        dry_run: false,
        key,
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let verdict = judge_and_write(app, admitter, command, &tx).await?;
            Ok((verdict, tx))
        }
    };
    deed::run(app, admitter.caller, &deed, &command, work).await
}

async fn judge_and_write(
    app: &App,
    admitter: &Admitter<'_>,
    command: &RegisterPlatform,
    tx: &DatabaseTransaction,
) -> Result<Verdict<PlatformId>, Error> {
    let gazetteer = Gazetteer::load(tx, app.today())
        .await?
        .sure_from(app.settings.address.confidence);
    let (now, today) = (app.now(), app.today());
    let mut parser = Parser {
        gazetteer: &gazetteer,
        now,
        today,
        found: Vec::new(),
    };
    let sound = parse(&mut parser, command, admitter.only_province.as_deref());
    let found = parser.found;
    let Some(sound) = sound.filter(|_| !found.iter().any(Finding::refuses)) else {
        return Ok(Verdict::rejected(found));
    };
    let party = party::ensure_one(app, tx, &sound.identity).await?;
    let standing = platform::of_party(party).one(tx).await?;
    if kept_elsewhere(standing.as_ref(), admitter.only_province.as_deref()) {
        let foreign = Finding::error(ProblemCode::NotYours).inside("identity");
        return Ok(Verdict::rejected(vec![foreign]));
    }
    if let Some(old) = &standing {
        let same = facts(app, tx, old).await?.as_ref() == Some(&sound.facts);
        if same && old.tenant && old.status == RegistrationStatus::Active {
            return Ok(Verdict::stands(Outcome::Unchanged, old.id, found));
        }
    }
    let outcome = if standing.is_some() {
        Outcome::Updated
    } else {
        Outcome::Created
    };
    let row = row(app, party, standing.as_ref(), &sound);
    write(app, admitter.caller, tx, (outcome, &row, &sound.facts)).await?;
    Ok(Verdict::stands(outcome, row.id, found))
}

/// Whether another province keeps the platform: only NATIONAL and SYSTEM move one, or its filings would change hands
/// without anybody there knowing.
fn kept_elsewhere(standing: Option<&Model>, only_province: Option<&str>) -> bool {
    let seat = standing
        .filter(|platform| platform.tenant)
        .and_then(|platform| platform.division_province.as_deref());
    seat.zip(only_province)
        .is_some_and(|(seat, own)| seat != own)
}

fn parse(
    parser: &mut Parser<'_>,
    command: &RegisterPlatform,
    only_province: Option<&str>,
) -> Option<Sound> {
    let identity = parser.within("identity", |p| organisation(p, &command.identity));
    let name = parser.within("name", |p| p.name(&command.name));
    let platform_name = parser.within("platformName", |p| p.name(&command.platform_name));
    let domicile = parser.within("domicile", |p| p.address(&command.domicile));
    let phone = parser.within("phone", |p| p.phone(&command.phone));
    let url = parser.within("url", |p| p.site(&command.url));
    let domicile = domicile?;
    let seat = parser.gazetteer.seat(&domicile.division).ok()?;
    if only_province.is_some_and(|own| own != seat.province) {
        let foreign = Finding::error(ProblemCode::NotYours)
            .inside("division")
            .inside("domicile");
        parser.found.push(foreign);
    }
    let facts = PlatformFacts {
        name: name?,
        platform_name: platform_name?,
        domicile,
        phone: phone?,
        url: url?,
    };
    Some(Sound {
        identity: identity?,
        facts,
        seat,
    })
}

/// A platform is a legal person or another organisation, never a person or an individual business.
fn organisation(parser: &mut Parser<'_>, input: &IdentityInput) -> Option<IdentityNumber> {
    if input.kind != IdentityKind::Uscc {
        let personal = Finding::error(ProblemCode::IdentityNotOrganisation).inside("kind");
        parser
            .found
            .push(personal.with("kind", input.kind.as_str()));
        return None;
    }
    let identity = parser.identity(input)?;
    if identity.is_individual_business() {
        let individual = Finding::error(ProblemCode::IdentityNotOrganisation).inside("number");
        parser.found.push(individual);
        return None;
    }
    Some(identity)
}

/// The platform's row as it will stand.
fn row(app: &App, party: PartyId, old: Option<&Model>, sound: &Sound) -> Model {
    let (facts, seat) = (&sound.facts, &sound.seat);
    Model {
        id: old.map_or_else(|| app.id(), |old| old.id),
        party_id: Some(party),
        tenant: true,
        name: facts.name.clone(),
        platform_name: facts.platform_name.clone(),
        url: Some(facts.url.clone()),
        division: Some(seat.division.clone()),
        division_city: Some(seat.city.clone()),
        division_province: Some(seat.province.clone()),
        status: RegistrationStatus::Active,
        revision: old.map_or(1, |old| old.revision + 1),
        updated_at: app.now(),
    }
}

/// Two that write the same platform meet at its party or at the revision's number: one of them is done again.
async fn write(
    app: &App,
    author: &Caller,
    tx: &DatabaseTransaction,
    (outcome, row, facts): (Outcome, &Model, &PlatformFacts),
) -> Result<(), Error> {
    let whole = row.clone().into_active_model().reset_all();
    if outcome == Outcome::Created {
        platform::Entity::insert(whole)
            .exec_without_returning(tx)
            .await?;
    } else {
        whole.update(tx).await?;
    }
    let written = revision::Model {
        platform_id: row.id,
        number: row.revision,
        recorded_at: row.updated_at,
        author: author.client.id,
        facts: app.vault.seal_json(place(row.id, row.revision), facts)?,
    };
    let written = written.into_active_model().reset_all();
    revision::Entity::insert(written)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Where a revision's facts are sealed.
pub(super) const fn place(platform: PlatformId, number: i32) -> SealedAt {
    SealedAt {
        table: "platform_revision",
        column: "facts",
        row: platform.0,
        revision: number,
    }
}

/// One platform in sight.
pub async fn find(app: &App, caller: &Caller, id: PlatformId) -> Result<Option<Model>, Error> {
    let found = platform::seen_by_id(&caller.sight, id).one(&app.db).await?;
    let surveyed = || caller.sight.surveys.iter().any(|own| own.book == id);
    if found.is_some() || !surveyed() {
        return Ok(found);
    }
    let mut known = super::survey::book::shown(app, vec![id]).await?;
    Ok(known.remove(&id))
}

/// Platforms that records in sight name; whoever sees the record may know whose it is.
pub async fn known(app: &App, ids: &[PlatformId]) -> Result<HashMap<PlatformId, Model>, Error> {
    let rows = platform::by_ids(ids.iter().copied()).all(&app.db).await?;
    let mut known: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    let rest = ids.iter().copied().filter(|id| !known.contains_key(id));
    let rest: Vec<_> = rest.collect();
    if !rest.is_empty() {
        known.extend(super::survey::book::shown(app, rest).await?);
    }
    Ok(known)
}

/// A page of the platforms in sight.
pub async fn page(
    app: &App,
    caller: &Caller,
    wanted: IdPage<PlatformId>,
) -> Result<Rows<Model>, Error> {
    wanted
        .read(
            &app.db,
            platform::seen_by(&caller.sight),
            platform::Column::Id,
        )
        .await
}

/// Opens what stands of a platform beside its public row, 联系方式 and 住所; absent where it is known from a survey only.
pub async fn facts<C: sea_orm::ConnectionTrait>(
    app: &App,
    db: &C,
    row: &Model,
) -> Result<Option<PlatformFacts>, Error> {
    Ok(facts_of(app, db, [row.id]).await?.remove(&row.id))
}

/// The same of several platforms, by one statement.
pub async fn facts_of<C: sea_orm::ConnectionTrait>(
    app: &App,
    db: &C,
    platforms: impl IntoIterator<Item = PlatformId>,
) -> Result<HashMap<PlatformId, PlatformFacts>, Error> {
    let rows = revision::current_of(platforms).all(db).await?;
    rows.into_iter()
        .map(|row| {
            let facts = app
                .vault
                .open_json(place(row.platform_id, row.number), &row.facts)?;
            Ok((row.platform_id, facts))
        })
        .collect()
}
