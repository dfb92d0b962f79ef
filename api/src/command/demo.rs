//! `minglu demo`: the demo data, and who is who in it. It may run again at any time, and never in production.

use std::sync::Arc;

use entity::client::{self, Model};
use rules::label::{Label as _, Lang};

use super::failure::Failure;
use super::house::Globals;
use super::output;
use crate::app::App;
use crate::clock::{Clock as _, FrozenClock, SystemClock};
use crate::config::Settings;
use crate::registry::client::labels;
use crate::start::{self, Parts};
use crate::{demo, jobs};

/// What the names of the demo's clients begin with.
const CLIENTS: &str = "demo-";

pub(super) async fn run(globals: &Globals) -> Result<(), Failure> {
    let settings = globals.settings()?;
    let summary = load(settings.clone()).await?;
    output::line(&summary.say(globals.lang))?;
    let app = start::open(settings, Parts::default(), true).await?;
    let roles = roles(&app, globals.lang).await?;
    let rows: Vec<_> = roles.into_iter().map(|(_, cells)| cells).collect();
    output::line(&output::columns(&rows).join("\n"))
}

/// Loads what is not there yet and says what was done. The house is opened with a clock of the loading's own, which goes
/// back to the last window and forth again, and closed before anybody else is let in.
pub(super) async fn load(settings: Settings) -> Result<demo::Summary, Failure> {
    if settings.server.production {
        return Err(Failure::said(
            "生产环境不载入演示数据",
            "production loads no demo data",
        ));
    }
    let clock = Arc::new(FrozenClock::at(SystemClock.now()));
    let parts = Parts {
        clock: Some(Arc::<FrozenClock>::clone(&clock)),
        entropy: None,
    };
    let app = start::open(settings, parts, true).await?;
    let work = || async { jobs::run_once(&app).await.map(drop) };
    let summary = demo::load(&app, &clock, work).await?;
    app.db.close_by_ref().await?;
    Ok(summary)
}

/// The demo's clients, each with its role, name and whom it works for.
pub(super) async fn roles(app: &App, lang: Lang) -> Result<Vec<(Model, [String; 3])>, Failure> {
    let clients = client::all().all(&app.db).await?;
    let mut clients: Vec<_> = clients
        .into_iter()
        .filter(|client| client.name.starts_with(CLIENTS))
        .collect();
    clients.sort_by_key(|client| client.role);
    let ids: Vec<_> = clients.iter().map(|client| client.id).collect();
    let mut labels = labels(app, &ids).await?;
    let cells = |client: Model| {
        let label = labels.remove(&client.id).unwrap_or_default();
        let holder = label
            .strip_suffix(&client.name)
            .map(str::trim)
            .filter(|holder| !holder.is_empty());
        let who = holder.unwrap_or(client.role.label(lang)).to_owned();
        let cells = [client.role.as_str().to_owned(), client.name.clone(), who];
        (client, cells)
    };
    Ok(clients.into_iter().map(cells).collect())
}
