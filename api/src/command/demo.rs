//! `minglu demo`: the demo data, and who is who in it. It may run again at any time, and never in production.

use entity::client::{self, Model};

use super::failure::Failure;
use super::house::Globals;
use super::output;
use crate::app::App;
use crate::registry::client::labels;
use crate::start::{self, Parts};
use rules::label::Label as _;

/// What the names of the demo's clients begin with.
const CLIENTS: &str = "demo-";

pub(super) async fn run(globals: &Globals) -> Result<(), Failure> {
    let settings = globals.settings()?;
    if settings.server.production {
        return Err(Failure::said(
            "生产环境不载入演示数据",
            "production loads no demo data",
        ));
    }
    let app = start::open(settings, Parts::default(), true).await?;
    output::line(&load(&app).await?)?;
    let roles = roles(&app).await?;
    let rows: Vec<_> = roles.into_iter().map(|(_, cells)| cells).collect();
    output::line(&output::columns(&rows).join("\n"))
}

/// Loads what is not there yet and says what there is.
pub(super) async fn load(app: &App) -> Result<String, Failure> {
    Ok(crate::demo::load(app).await?.to_string())
}

/// The demo's clients, each with its role, name and whom it works for.
pub(super) async fn roles(app: &App) -> Result<Vec<(Model, [String; 3])>, Failure> {
    let clients = client::all().all(&app.db).await?;
    let clients: Vec<_> = clients
        .into_iter()
        .filter(|client| client.name.starts_with(CLIENTS))
        .collect();
    let mut labels = labels(app, clients.iter().map(|client| client.id)).await?;
    let cells = |client: Model| {
        let label = labels.remove(&client.id).unwrap_or_default();
        let holder = label
            .strip_suffix(&client.name)
            .map(str::trim)
            .filter(|holder| !holder.is_empty());
        let who = holder.unwrap_or(client.role.label_zh()).to_owned();
        let cells = [client.role.as_str().to_owned(), client.name.clone(), who];
        (client, cells)
    };
    Ok(clients.into_iter().map(cells).collect())
}
