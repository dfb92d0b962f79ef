//! `minglu serve`: the house opens, answers and works until it is told to stop, then finishes what it has begun. The port
//! is taken before anything is written, so that a second start by mistake does nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use super::house::Globals;
use super::{demo, help, output, welcome};
use crate::config::Settings;
use crate::http::{self, Draining, Serving, Shutdown};
use crate::start::{self, Parts};
use crate::words::{Words, told_of};
use crate::{jobs, logging};

/// Start the server
#[derive(Args, Debug)]
#[command(after_help = help::SERVE)]
pub(super) struct ServeArgs {
    /// Production: refuses development keys, open introspection, GraphiQL, key files that others can read, plain HTTP without a proxy, and a database that is not up to date
    #[arg(long, conflicts_with = "demo")]
    production: bool,
    /// Load demo data first and print a token for each role
    #[arg(long)]
    demo: bool,
}

pub(super) async fn run(globals: &Globals, args: &ServeArgs) -> Result<(), Failure> {
    let mut settings = settings(globals, args)?;
    logging::start(&settings.log).map_err(failed(Words::fixed("日志", "log")))?;
    http::log_panics();
    let stop = http::stop_signal().map_err(failed(Words::fixed("信号", "signals")))?;
    let (listener, address) = listen(settings.server.address).await?;
    // Links name the port that was found where the settings ask for any.
    settings.server.address = address;
    if args.demo {
        let summary = demo::load(settings.clone()).await?;
        output::line(&summary.say(globals.lang))?;
    }
    let migrate = !settings.server.production;
    let app = start::open(settings, Parts::default(), migrate).await?;
    let draining = Draining::default();
    let router = start::router(&app, &draining)?;
    let door = app.settings.server.base_url(address);
    let listening = Words::new(
        format!("名录已启动：{door}"),
        format!("Minglu is listening on {door}"),
    );
    output::say(&listening, globals.lang)?;
    if args.demo {
        output::print(&welcome::text(&app, address, globals).await?)?;
    }
    let stopping = CancellationToken::new();
    let told = stopping.clone();
    let stop = async move {
        tokio::select! {
            () = stop => told.cancel(),
            () = told.cancelled() => {}
        }
    };
    let (served, (), behind) = tokio::join!(
        http::serve(listener, router, serving(&app.settings), draining, stop),
        Box::pin(jobs::run(Arc::clone(&app), stopping.clone())),
        Box::pin(jobs::beat(Arc::clone(&app), stopping)),
    );
    app.db.close_by_ref().await?;
    served.map_err(failed(Words::fixed("服务", "server")))?;
    behind.map_or(Ok(()), |fault| Err(Failure::told(&fault)))
}

/// A part of serving that failed, with its causes.
fn failed<E: std::error::Error + 'static>(what: Words) -> impl FnOnce(E) -> Failure {
    move |fault| Failure::Said(told_of(&what, &fault))
}

fn settings(globals: &Globals, args: &ServeArgs) -> Result<Settings, Failure> {
    let mut globals = globals.clone();
    if args.production {
        globals
            .set
            .push(("server.production".to_owned(), "true".to_owned()));
    }
    globals.settings_of_a_server()
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = TcpListener::bind(address)
        .await
        .and_then(|listener| Ok((listener.local_addr()?, listener)));
    let (address, listener) = listener.map_err(|fault| {
        Failure::said(
            format!("不能监听 {address}（{fault}），请用 --set server.address=IP:端口 换一个"),
            format!("cannot listen on {address} ({fault}): choose another with --set server.address=IP:port"),
        )
    })?;
    Ok((listener, address))
}

fn serving(settings: &Settings) -> Serving {
    Serving {
        connections: start::connections(settings),
        shutdown: shutdown(settings),
    }
}

/// In development nobody balances between processes, and whoever presses Ctrl-C waits.
fn shutdown(settings: &Settings) -> Shutdown {
    let standard = Shutdown::default();
    Shutdown {
        announce: if settings.server.production {
            standard.announce
        } else {
            Duration::ZERO
        },
        drain: Duration::from_secs(settings.server.shutdown_grace_seconds),
    }
}
