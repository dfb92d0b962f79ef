//! What the house says about itself while it runs: lines to standard error, as JSON or as text.
//! No line may hold a statement's or a query's variables, so libraries that would write them are held to
//! warnings at every level.

use std::io;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{MakeWriter, layer};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{Layer, Registry};

use crate::config::{Log, LogFormat};

/// What libraries may say at most, whatever the level.
static HELD: &[(&str, LevelFilter)] = &[
    // Its tracing extension writes documents with their variables filled in.
    ("async_graphql", LevelFilter::OFF),
    // Statements, slow ones included, may hold literals.
    ("sqlx", LevelFilter::ERROR),
    ("sea_orm", LevelFilter::WARN),
    ("sea_orm_migration", LevelFilter::INFO),
    // Headers hold tokens, links hold signatures.
    ("h2", LevelFilter::WARN),
    ("hyper", LevelFilter::WARN),
    ("hyper_util", LevelFilter::WARN),
    ("reqwest", LevelFilter::WARN),
    ("rustls", LevelFilter::WARN),
    ("object_store", LevelFilter::WARN),
    ("tower_http", LevelFilter::WARN),
];

/// Starts logging for the process; call it once.
///
/// # Errors
/// When logging was started before.
pub fn start(log: &Log) -> Result<(), TryInitError> {
    subscriber(log, io::stderr).try_init()
}

/// Builds the log over any writer.
pub fn subscriber<W>(log: &Log, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let lines = layer().with_writer(writer).with_ansi(false);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match log.format {
        LogFormat::Json => lines
            .json()
            .flatten_event(false)
            .with_span_list(true)
            .boxed(),
        LogFormat::Text => lines.boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(filter(log.level)))
}

fn filter(level: LevelFilter) -> Targets {
    let held = HELD
        .iter()
        .map(|(target, most)| (*target, level.min(*most)));
    Targets::new().with_default(level).with_targets(held)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;
    use tracing::{Level, debug, error, event, info, info_span, warn};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, level: LevelFilter, say: impl FnOnce()) -> String {
        let sink = Sink::default();
        let writer = sink.clone();
        let log = Log { format, level };
        with_default(subscriber(&log, move || writer.clone()), say);
        let bytes = sink.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_lines_carry_time_level_target_fields_and_the_request() {
        let text = logged(LogFormat::Json, LevelFilter::INFO, || {
            let span = info_span!("request", request_id = "r-1", operation = "Me");
            span.in_scope(|| info!(status = 200, "answered\n\"done\""));
            debug!("unheard");
        });
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 1, "{text}");
        let line: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["target"], "api::logging::tests");
        assert_eq!(line["fields"]["status"], 200);
        assert_eq!(line["fields"]["message"], "answered\n\"done\"");
        assert_eq!(line["span"]["request_id"], "r-1");
        assert_eq!(line["span"]["operation"], "Me");
        let time = line["timestamp"].as_str().unwrap();
        assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{time}");
    }

    #[test]
    fn text_lines_are_plain() {
        let text = logged(LogFormat::Text, LevelFilter::WARN, || {
            warn!(rows = 3, "careful");
            info!("unheard");
        });
        assert!(
            text.contains("WARN") && text.contains("careful") && text.contains("rows=3"),
            "{text}"
        );
        assert!(
            !text.contains("unheard") && !text.contains('\u{1b}'),
            "{text}"
        );
    }

    #[test]
    fn statements_and_variables_are_not_logged_at_any_level() {
        let text = logged(LogFormat::Json, LevelFilter::TRACE, || {
            event!(target: "sqlx::query", Level::WARN, "hunter2");
            event!(target: "sea_orm::database", Level::INFO, "hunter2");
            event!(target: "async_graphql::graphql", Level::ERROR, "hunter2");
            event!(target: "hyper_util::client", Level::DEBUG, "hunter2");
            error!("heard");
        });
        assert!(
            text.contains("heard") && !text.contains("hunter2"),
            "{text}"
        );
    }
}
