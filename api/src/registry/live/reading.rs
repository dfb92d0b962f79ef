//! Reading reports in sight: a platform its own, an office those whose operator it sees.

use std::collections::HashMap;

use entity::id::{LiveSessionId, RegistrationId};
use entity::live_session::{self, Column, Filter, Model, Presented, presenters_place, streamer};
use sea_orm::{
    ColumnTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::reading::COUNT_LIMIT;
use crate::scope::Scope;

/// A report with whom it names.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its row.
    pub row: Model,
    /// Who appears.
    pub streamers: Vec<RegistrationId>,
    /// Who appears and is no person.
    pub presenters: Vec<Presented>,
}

/// One report, if it is in sight.
pub async fn find(app: &App, caller: &Caller, id: LiveSessionId) -> Result<Option<Session>, Error> {
    caller.needs(Scope::RegistryRead)?;
    let row = live_session::one_seen_by(&caller.sight, id)
        .one(&app.db)
        .await?;
    Ok(whole(app, row.into_iter().collect()).await?.pop())
}

/// A page of reports, newest first, and whether there is more after it.
pub async fn list(
    app: &App,
    caller: &Caller,
    filter: &Filter,
    (after, limit): (Option<LiveSessionId>, u64),
) -> Result<(Vec<Session>, bool), Error> {
    caller.needs(Scope::RegistryRead)?;
    let mut page = live_session::seen_by(&caller.sight, filter);
    if let Some(after) = after {
        page = page.filter(Column::Id.lt(after));
    }
    let page = page.order_by_desc(Column::Id).limit(limit + 1);
    let mut rows = page.all(&app.db).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    Ok((whole(app, rows).await?, more))
}

/// How many reports are in sight, exactly up to [`COUNT_LIMIT`]; none beyond it.
pub async fn count(app: &App, caller: &Caller, filter: &Filter) -> Result<Option<u64>, Error> {
    caller.needs(Scope::RegistryRead)?;
    let some = live_session::seen_by(&caller.sight, filter).limit(COUNT_LIMIT + 1);
    let rows = some.count(&app.db).await?;
    Ok((rows <= COUNT_LIMIT).then_some(rows))
}

async fn whole(app: &App, rows: Vec<Model>) -> Result<Vec<Session>, Error> {
    let mut named: HashMap<LiveSessionId, Vec<RegistrationId>> = HashMap::new();
    if !rows.is_empty() {
        let all = streamer::of(rows.iter().map(|row| row.id));
        for one in all.all(&app.db).await? {
            named
                .entry(one.session_id)
                .or_default()
                .push(one.registration_id);
        }
    }
    let open = |row: Model| {
        let presenters = app
            .vault
            .open_json(presenters_place(row.id), &row.presenters)?;
        let mut streamers = named.remove(&row.id).unwrap_or_default();
        streamers.sort_unstable();
        Ok(Session {
            row,
            streamers,
            presenters,
        })
    };
    rows.into_iter().map(open).collect()
}
