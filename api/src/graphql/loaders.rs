//! What many fields of one answer ask for together: one statement a kind, and nothing kept beyond the request, so that
//! one caller's sight never answers another.

mod disposition;
pub(super) mod listing;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use async_graphql::{Context, Request, Result};
use entity::id::{ClientId, PartyId, PlatformId, RegistrationId, SubmissionId};
use entity::value::identity::IdentityNumber;
use tokio::sync::OnceCell;

use super::office::Division;
use super::party::Party;
use super::permit::LiveAccount;
use super::platform::Platform;
use super::registration::Registration;
use super::scalars::Date;
use super::{app, told};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::division::Gazetteer;
use crate::registry::party_link::reading as links;
use crate::registry::{client, document, due, nested, platform, reading, submission, tied};

pub(super) use disposition::{
    answering, demand, evidence, office, owed_on_measures, reports_of, suspended,
};

/// Keys are gathered this long; every field of one answer asks within microseconds.
const GATHER: Duration = Duration::from_micros(200);

/// Loads for one request: the app and the caller whose sight holds.
pub struct Batch {
    app: Arc<App>,
    caller: Arc<Caller>,
}

type Shared<T> = std::result::Result<T, Arc<Error>>;

/// Puts the request's loaders into it.
#[must_use]
pub fn attach(request: Request, app: &Arc<App>, caller: &Arc<Caller>) -> Request {
    let batch = Batch {
        app: Arc::clone(app),
        caller: Arc::clone(caller),
    };
    let loader =
        DataLoader::new(batch, TokioSpawner::current(), TokioTimer::default()).delay(GATHER);
    request
        .data(loader)
        .data(Arc::new(OnceCell::<Gazetteer>::new()))
        .data(Arc::clone(caller))
}

impl Loader<PlatformId> for Batch {
    type Value = entity::platform::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[PlatformId]) -> Shared<HashMap<PlatformId, Self::Value>> {
        Ok(platform::known(&self.app, keys).await?)
    }
}

impl Loader<RegistrationId> for Batch {
    type Value = reading::Record;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[RegistrationId]) -> Shared<HashMap<RegistrationId, Self::Value>> {
        let records = reading::some(&self.app, &self.caller, keys).await?;
        Ok(records
            .into_iter()
            .map(|record| (record.registration.id, record))
            .collect())
    }
}

/// Asks whose a registration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Whose(PartyId);

impl Loader<Whose> for Batch {
    type Value = IdentityNumber;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Whose]) -> Shared<HashMap<Whose, Self::Value>> {
        let ids = keys.iter().map(|key| key.0);
        let identities = reading::identities(&self.app, ids).await?;
        Ok(identities
            .into_iter()
            .map(|(id, number)| (Whose(id), number))
            .collect())
    }
}

/// Asks for the ended accounts of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Ended(RegistrationId);

impl Loader<Ended> for Batch {
    type Value = Vec<entity::account::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Ended]) -> Shared<HashMap<Ended, Self::Value>> {
        let ids: Vec<RegistrationId> = keys.iter().map(|key| key.0).collect();
        let ended = reading::ended_accounts(&self.app, &ids).await?;
        Ok(ended
            .into_iter()
            .map(|(id, ties)| (Ended(id), ties))
            .collect())
    }
}

impl Loader<tied::Asked> for Batch {
    type Value = reading::Records;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[tied::Asked]) -> Shared<HashMap<tied::Asked, Self::Value>> {
        Ok(tied::pages(&self.app, &self.caller, keys).await?)
    }
}

/// Asks how many a registration is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Counted(tied::Asked);

impl Loader<Counted> for Batch {
    type Value = Option<u64>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Counted]) -> Shared<HashMap<Counted, Self::Value>> {
        let asked: Vec<tied::Asked> = keys.iter().map(|key| key.0).collect();
        let counts = tied::counts(&self.app, &self.caller, &asked).await?;
        Ok(counts
            .into_iter()
            .map(|(asked, count)| (Counted(asked), count))
            .collect())
    }
}

impl Loader<ClientId> for Batch {
    type Value = String;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[ClientId]) -> Shared<HashMap<ClientId, String>> {
        Ok(client::labels(&self.app, keys).await?)
    }
}

impl Loader<SubmissionId> for Batch {
    type Value = Vec<entity::document::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[SubmissionId]) -> Shared<HashMap<SubmissionId, Self::Value>> {
        Ok(document::of_submissions(&self.app, keys).await?)
    }
}

/// Asks for a submission itself; its id alone asks for its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Filing(SubmissionId);

impl Loader<Filing> for Batch {
    type Value = entity::submission::Model;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Filing]) -> Shared<HashMap<Filing, Self::Value>> {
        let ids: Vec<SubmissionId> = keys.iter().map(|key| key.0).collect();
        let rows = submission::some(&self.app, &self.caller, &ids).await?;
        Ok(rows.into_iter().map(|row| (Filing(row.id), row)).collect())
    }
}

/// Asks which verifications of a platform's registrations are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct VerificationOf(PlatformId);

impl Loader<VerificationOf> for Batch {
    type Value = Vec<due::DueVerification>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[VerificationOf]) -> Shared<HashMap<VerificationOf, Self::Value>> {
        let ids: Vec<PlatformId> = keys.iter().map(|key| key.0).collect();
        let counted = due::verification(&self.app, &self.caller, &ids).await?;
        Ok(counted
            .into_iter()
            .map(|(id, counts)| (VerificationOf(id), counts))
            .collect())
    }
}

fn loader<'a>(ctx: &Context<'a>) -> &'a DataLoader<Batch> {
    ctx.data_unchecked::<DataLoader<Batch>>()
}

/// A shared fault as one answer tells it.
fn shared(ctx: &Context<'_>, error: &Arc<Error>) -> async_graphql::Error {
    let source = error.to_string().into();
    let error = match **error {
        Error::Damaged(_) => Error::Damaged(source),
        _ => Error::internal("a loader")(source),
    };
    told(ctx, error)
}

/// A platform that a record in sight names.
pub(super) async fn platform(ctx: &Context<'_>, id: PlatformId) -> Result<Option<Platform>> {
    let row = loader(ctx)
        .load_one(id)
        .await
        .map_err(|e| shared(ctx, &e))?;
    Ok(row.map(Platform::of))
}

/// Asks for what stands of a platform beside its public row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct FactsOf(PlatformId);

impl Loader<FactsOf> for Batch {
    type Value = entity::platform::PlatformFacts;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[FactsOf]) -> Shared<HashMap<FactsOf, Self::Value>> {
        let ids = keys.iter().map(|key| key.0);
        let facts = platform::facts_of(&self.app, &self.app.db, ids).await?;
        Ok(facts
            .into_iter()
            .map(|(id, facts)| (FactsOf(id), facts))
            .collect())
    }
}

/// What stands of a platform beside its public row.
pub(super) async fn platform_facts(
    ctx: &Context<'_>,
    id: PlatformId,
) -> Result<Option<entity::platform::PlatformFacts>> {
    loader(ctx)
        .load_one(FactsOf(id))
        .await
        .map_err(|e| shared(ctx, &e))
}

/// A registration in sight.
pub(super) async fn registration(
    ctx: &Context<'_>,
    id: RegistrationId,
) -> Result<Option<Registration>> {
    let record = loader(ctx)
        .load_one(id)
        .await
        .map_err(|e| shared(ctx, &e))?;
    Ok(record.and_then(Registration::of))
}

/// Whose a registration in sight is.
pub(super) async fn party(ctx: &Context<'_>, id: PartyId) -> Result<Party> {
    let identity = loader(ctx).load_one(Whose(id)).await;
    let absent = || Error::internal("party")("a registration's party is not there".into());
    match identity.map_err(|e| shared(ctx, &e))? {
        Some(identity) => Ok(Party::of(id, &identity)),
        None => Err(told(ctx, absent())),
    }
}

/// A page of what a registration in sight is tied to.
pub(super) async fn tied(ctx: &Context<'_>, asked: tied::Asked) -> Result<reading::Records> {
    let found = loader(ctx)
        .load_one(asked)
        .await
        .map_err(|e| shared(ctx, &e))?;
    Ok(found.unwrap_or_default())
}

/// How many a registration in sight is tied to; none beyond what is counted.
pub(super) async fn count_tied(ctx: &Context<'_>, asked: tied::Asked) -> Result<Option<u64>> {
    let count = loader(ctx)
        .load_one(Counted(asked))
        .await
        .map_err(|e| shared(ctx, &e))?;
    Ok(count.flatten())
}

/// The ended accounts of a registration in sight.
pub(super) async fn ended_accounts(
    ctx: &Context<'_>,
    id: RegistrationId,
) -> Result<Vec<LiveAccount>> {
    let ties = loader(ctx)
        .load_one(Ended(id))
        .await
        .map_err(|e| shared(ctx, &e))?;
    let view = |tie: entity::account::Model| LiveAccount {
        account_number: tie.number,
        role: tie.role.into(),
        name: None,
        followers: None,
        room_url: None,
        since: Some(Date(tie.since)),
        until: tie.until.map(Date),
        seen: Vec::new(),
    };
    Ok(ties.unwrap_or_default().into_iter().map(view).collect())
}

/// A page that many rows ask for of something of their own: of what, where it begins, and at most how many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Part<Of, Start> {
    of: Of,
    start: Option<Start>,
    rows: u64,
}

impl<Of: Copy, Start: Copy + Eq + std::hash::Hash> Part<Of, Start> {
    /// Those that begin alike and are equally long: one statement answers them.
    fn alike(keys: &[Self]) -> HashMap<(Option<Start>, u64), Vec<Of>> {
        let mut alike: HashMap<_, Vec<_>> = HashMap::new();
        for key in keys {
            alike.entry((key.start, key.rows)).or_default().push(key.of);
        }
        alike
    }
}

impl Loader<Part<RegistrationId, i32>> for Batch {
    type Value = Vec<entity::revision::Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[Part<RegistrationId, i32>],
    ) -> Shared<HashMap<Part<RegistrationId, i32>, Self::Value>> {
        let mut found = HashMap::new();
        for ((start, rows), ids) in Part::alike(keys) {
            let pages = nested::histories(&self.app, &ids, start, rows).await?;
            found.extend(
                pages
                    .into_iter()
                    .map(|(of, page)| (Part { of, start, rows }, page)),
            );
        }
        Ok(found)
    }
}

impl Loader<Part<PartyId, RegistrationId>> for Batch {
    type Value = Vec<reading::Record>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[Part<PartyId, RegistrationId>],
    ) -> Shared<HashMap<Part<PartyId, RegistrationId>, Self::Value>> {
        let mut found = HashMap::new();
        for ((start, rows), ids) in Part::alike(keys) {
            let (app, caller) = (&self.app, &self.caller);
            let pages = nested::registrations(app, caller, &ids, (start, rows)).await?;
            found.extend(
                pages
                    .into_iter()
                    .map(|(of, page)| (Part { of, start, rows }, page)),
            );
        }
        Ok(found)
    }
}

impl Loader<PartyId> for Batch {
    type Value = Option<u64>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[PartyId]) -> Shared<HashMap<PartyId, Self::Value>> {
        Ok(nested::counts(&self.app, &self.caller, keys).await?)
    }
}

impl Loader<links::Asked> for Batch {
    type Value = Vec<links::Shown>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[links::Asked]) -> Shared<HashMap<links::Asked, Self::Value>> {
        let mut alike: HashMap<_, Vec<PartyId>> = HashMap::new();
        for key in keys {
            alike
                .entry((key.ended, key.rows))
                .or_default()
                .push(key.party);
        }
        let mut found = HashMap::new();
        for ((ended, rows), parties) in alike {
            let shown = links::links(&self.app, &self.caller, &parties, (ended, rows)).await?;
            let key = |party| links::Asked { party, ended, rows };
            found.extend(shown.into_iter().map(|(party, links)| (key(party), links)));
        }
        Ok(found)
    }
}

/// The links of a party that the caller sees.
pub(super) async fn links(ctx: &Context<'_>, asked: links::Asked) -> Result<Vec<links::Shown>> {
    let shown = loader(ctx).load_one(asked).await;
    Ok(shown.map_err(|e| shared(ctx, &e))?.unwrap_or_default())
}

/// The newest revisions of a registration in sight, below a number, newest first.
pub(super) async fn history(
    ctx: &Context<'_>,
    of: RegistrationId,
    (start, rows): (Option<i32>, u64),
) -> Result<Vec<entity::revision::Model>> {
    let page = loader(ctx).load_one(Part { of, start, rows }).await;
    Ok(page.map_err(|e| shared(ctx, &e))?.unwrap_or_default())
}

/// The registrations of a party in sight after an id, in order of id.
pub(super) async fn registrations_of(
    ctx: &Context<'_>,
    of: PartyId,
    (start, rows): (Option<RegistrationId>, u64),
) -> Result<Vec<reading::Record>> {
    let page = loader(ctx).load_one(Part { of, start, rows }).await;
    Ok(page.map_err(|e| shared(ctx, &e))?.unwrap_or_default())
}

/// How many registrations a party has in sight; none beyond what is counted exactly.
pub(super) async fn count_of(ctx: &Context<'_>, of: PartyId) -> Result<Option<u64>> {
    let count = loader(ctx).load_one(of).await;
    Ok(count.map_err(|e| shared(ctx, &e))?.unwrap_or(Some(0)))
}

/// Who wrote these revisions, as people read it; asked at once, or each row of a page would wait for the one before.
pub(super) async fn authors(
    ctx: &Context<'_>,
    of: impl IntoIterator<Item = ClientId>,
) -> Result<HashMap<ClientId, String>> {
    let labels = loader(ctx).load_many(of).await;
    labels.map_err(|e| shared(ctx, &e))
}

/// The files of a filing in sight.
pub(super) async fn files(
    ctx: &Context<'_>,
    id: SubmissionId,
) -> Result<Vec<entity::document::Model>> {
    Ok(loader(ctx)
        .load_one(id)
        .await
        .map_err(|e| shared(ctx, &e))?
        .unwrap_or_default())
}

/// A submission, where it is in sight.
pub(super) async fn submission(
    ctx: &Context<'_>,
    id: SubmissionId,
) -> Result<Option<entity::submission::Model>> {
    loader(ctx)
        .load_one(Filing(id))
        .await
        .map_err(|e| shared(ctx, &e))
}

/// Which verifications of a platform's registrations are due, where all of them are in sight.
pub(super) async fn due_verification(
    ctx: &Context<'_>,
    id: PlatformId,
) -> Result<Option<Vec<due::DueVerification>>> {
    loader(ctx)
        .load_one(VerificationOf(id))
        .await
        .map_err(|e| shared(ctx, &e))
}

/// A division by its code.
pub(super) async fn division(ctx: &Context<'_>, code: &str) -> Result<Option<Division>> {
    let app = app(ctx);
    let cell = ctx.data_unchecked::<Arc<OnceCell<Gazetteer>>>();
    let gazetteer = cell
        .get_or_try_init(|| Gazetteer::load(&app.db, app.today()))
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(gazetteer.named(code).map(Division::of))
}

/// Whether the caller may read registrations at all.
pub(super) fn may_read(ctx: &Context<'_>) -> bool {
    super::caller(ctx).has(crate::scope::Scope::RegistryRead)
}
