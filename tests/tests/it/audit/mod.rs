//! The audit: sealed in segments while deeds go on, checked against its heads, dropped in time.
//! Whatever an intruder in the database may do to it is done here, and must be named.

use std::path::PathBuf;
use std::time::Duration;

use api::jobs;
use api::registry::audit::verify::{Flaw, Report, verify};
use chrono::TimeDelta;
use futures_util::future::{join, join_all};
use tests::database::Engine;
use tokio_util::sync::CancellationToken;

use crate::app::TestApp;
use crate::operator::{company, on_both};

mod reading;

impl TestApp {
    async fn seal(&self) -> u64 {
        jobs::seal_all(&self.app).await.expect("sealed")
    }

    async fn verified(&self) -> Report {
        verify(&self.app, |_| {}).await.expect("checked")
    }

    async fn flaw(&self) -> Option<Flaw> {
        self.verified().await.flaw
    }

    /// Three segments of four entries each.
    async fn three_segments(&self) {
        let platform = self.actor("xihu-live").await;
        self.seal().await;
        for segment in 0..3 {
            for entry in 0..4 {
                platform
                    .register(vec![company(10 * segment + entry + 1)])
                    .await;
                self.clock.advance(TimeDelta::seconds(1));
            }
            assert_eq!(self.seal().await, 4);
        }
    }

    /// The newest segment.
    async fn last(&self) -> i64 {
        self.number("SELECT max(number) FROM audit_segment").await
    }

    fn heads(&self) -> PathBuf {
        self.folder.path().join("files/audit")
    }
}

/// Keeps a table as it is, to put it back.
async fn keep(app: &TestApp) {
    for table in ["audit", "audit_segment"] {
        app.run(&format!(
            "CREATE TABLE kept_{table} AS SELECT * FROM {table}"
        ))
        .await;
    }
}

async fn put_back(app: &TestApp) {
    for table in ["audit", "audit_segment"] {
        app.run(&format!("DELETE FROM {table}")).await;
        app.run(&format!("INSERT INTO {table} SELECT * FROM kept_{table}"))
            .await;
    }
}

on_both! {
    async fn what_is_sealed_is_whole_and_what_is_not_is_counted(app: TestApp) {
        app.three_segments().await;
        app.actor("xihu-live").await.register(vec![company(99)]).await;
        let report = app.verified().await;
        assert_eq!(report.flaw, None);
        assert_eq!(report.unsealed, 1);
        assert_eq!(report.unfiled, 0);
        let entries = app.number("SELECT count(*) FROM audit").await;
        assert_eq!(i64::try_from(report.entries + report.unsealed), Ok(entries));
        assert_eq!(i64::try_from(report.segments), Ok(app.last().await));
        assert_eq!(app.seal().await, 1);
        assert_eq!(app.seal().await, 0, "an idle registry seals nothing");
        assert_eq!(app.verified().await.unsealed, 0);
    }

    async fn every_field_of_an_entry_is_proved(app: TestApp) {
        app.three_segments().await;
        let last = app.last().await;
        keep(&app).await;
        let postgres = app.url.starts_with("postgres");
        let id = if postgres { "gen_random_uuid()" } else { "randomblob(16)" };
        let earlier = if postgres { "at - interval '1 second'" } else { "'2026-11-30T00:00:00+00:00'" };
        let fields = [
            ("at", earlier),
            ("client_id", "NULL"),
            ("role", "'SYSTEM'"),
            ("office_id", id),
            ("platform_id", "NULL"),
            ("request_id", "'x'"),
            ("operation", "'registerStreamers'"),
            ("outcome", "'READ'"),
            ("subjects", "''"),
            ("detail", "'{}'"),
            ("party_id", id),
            ("purpose", "''"),
        ];
        let columns = app.column(if postgres {
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'audit'"
        } else {
            "SELECT name FROM pragma_table_info('audit')"
        }).await;
        let known: Vec<_> = fields.iter().map(|(name, _)| *name).chain(["id", "segment", "position"]).collect();
        assert!(columns.iter().all(|column| known.contains(&column.as_str())), "{columns:?}");
        for (field, value) in fields {
            app.run(&format!("UPDATE audit SET {field} = {value} WHERE segment = {last} AND position = 2")).await;
            let flaw = app.flaw().await;
            assert!(matches!(flaw, Some(Flaw::Changed { segment, position: 2, .. }) if segment == last), "{field}: {flaw:?}");
            put_back(&app).await;
        }
        assert_eq!(app.flaw().await, None);
    }

    async fn whatever_is_done_to_entries_is_named_where_it_first_is(app: TestApp) {
        app.three_segments().await;
        let last = app.last().await;
        let middle = last - 1;
        keep(&app).await;
        let id = if app.url.starts_with("postgres") { "gen_random_uuid()" } else { "randomblob(16)" };
        let copied = |segment: i64, position: i64| format!(
            "INSERT INTO audit (id, at, client_id, role, office_id, platform_id, request_id, operation, outcome, subjects,
               detail, party_id, purpose, segment, position)
             SELECT {id}, at, client_id, role, office_id, platform_id, request_id, operation, outcome, subjects, detail,
               party_id, purpose, {segment}, {position} FROM audit WHERE segment = {middle} AND position = 1"
        );
        let at = |what: &str| format!("WHERE segment = {middle} AND {what}");
        let tampering: Vec<(Vec<String>, &str)> = vec![
            (vec![format!("DELETE FROM audit {}", at("position = 1"))], "deleted 1"),
            (vec![
                format!("DELETE FROM audit {}", at("position = 0")),
                format!("UPDATE audit SET position = position - 1 {}", at("position > 0")),
            ], "deleted 0"),
            (vec![format!("DELETE FROM audit {}", at("position = 3"))], "deleted 3"),
            (vec![format!("UPDATE audit SET segment = NULL, position = NULL {}", at("position = 2"))], "deleted 2"),
            (vec![copied(middle, 4)], "inserted 4"),
            (vec![
                format!("UPDATE audit SET position = position + 100 {}", at("position >= 2")),
                copied(middle, 2),
            ], "inserted 2"),
            (vec![
                format!("UPDATE audit SET position = 100 {}", at("position = 1")),
                format!("UPDATE audit SET position = 1 {}", at("position = 2")),
                format!("UPDATE audit SET position = 2 {}", at("position = 100")),
            ], "reordered 1"),
            (vec![copied(last + 1, 0)], "inserted 0"),
            (vec![copied(0, 0)], "inserted 0"),
        ];
        for (statements, expected) in tampering {
            for sql in &statements {
                app.run(sql).await;
            }
            let flaw = app.flaw().await;
            let told = match &flaw {
                Some(Flaw::Deleted { position, .. }) => format!("deleted {position}"),
                Some(Flaw::Inserted { position, .. }) => format!("inserted {position}"),
                Some(Flaw::Reordered { position, .. }) => format!("reordered {position}"),
                other => format!("{other:?}"),
            };
            assert_eq!(told, expected, "{statements:?}");
            put_back(&app).await;
        }
        assert_eq!(app.flaw().await, None);
    }

    async fn heads_that_are_forged_lost_or_cut_off_are_named(app: TestApp) {
        app.three_segments().await;
        let last = app.last().await;
        let middle = last - 1;
        keep(&app).await;
        let forged = if app.url.starts_with("postgres") { "decode(repeat('00', 32), 'hex')" } else { "zeroblob(32)" };
        let head = |flaw: &Option<Flaw>| matches!(flaw, Some(Flaw::Head { segment }) if *segment == middle);
        for column in ["head", "previous", "signature"] {
            app.run(&format!("UPDATE audit_segment SET {column} = {forged} WHERE number = {middle}")).await;
            let flaw = app.flaw().await;
            assert!(head(&flaw), "{column}: {flaw:?}");
            put_back(&app).await;
        }
        app.run(&format!("DELETE FROM audit WHERE segment = {middle}")).await;
        app.run(&format!("DELETE FROM audit_segment WHERE number = {middle}")).await;
        assert_eq!(app.flaw().await, Some(Flaw::Missing { segment: middle }));
        put_back(&app).await;
        for table in ["audit WHERE segment", "audit_segment WHERE number"] {
            app.run(&format!("DELETE FROM {table} >= {middle}")).await;
        }
        assert_eq!(app.flaw().await, Some(Flaw::CutOff { segment: middle, until: last }));
        put_back(&app).await;
        app.run("DELETE FROM audit WHERE segment IS NOT NULL").await;
        app.run("DELETE FROM audit_segment").await;
        assert_eq!(app.flaw().await, Some(Flaw::CutOff { segment: 1, until: last }));
        put_back(&app).await;
        app.run("DELETE FROM audit WHERE segment = 1").await;
        app.run("UPDATE audit_segment SET dropped_at = sealed_at WHERE number = 1").await;
        assert_eq!(app.flaw().await, Some(Flaw::Dropped { segment: 1 }));
        put_back(&app).await;
        let file = app.heads().join(format!("2026-12-01/{middle:012}"));
        let bytes = std::fs::read(&file).expect("a filed segment");
        std::fs::remove_file(&file).expect("removed");
        assert_eq!(app.flaw().await, Some(Flaw::File { segment: middle }));
        app.run(&format!("UPDATE audit SET detail = '{{}}' WHERE segment = {middle} AND position = 0")).await;
        assert_eq!(app.flaw().await, Some(Flaw::Unlike { segment: middle }), "the file would name the entry");
        std::fs::write(&file, &bytes).expect("written");
        assert!(matches!(app.flaw().await, Some(Flaw::Changed { position: 0, .. })));
        put_back(&app).await;
        assert_eq!(app.flaw().await, None);
    }

    async fn old_segments_are_gathered_and_dropped_and_their_heads_stay(app: TestApp) {
        app.three_segments().await;
        let (last, entries) = (app.last().await, app.number("SELECT count(*) FROM audit").await);
        assert_eq!(jobs::keep_once(&app.app).await.expect("kept"), (0, 0), "nothing is old");
        app.clock.advance(TimeDelta::days(3));
        app.actor("xihu-live").await.register(vec![company(90)]).await;
        app.seal().await;
        let (dropped, gathered) = jobs::keep_once(&app.app).await.expect("kept");
        assert_eq!((dropped, i64::try_from(gathered)), (0, Ok(last)));
        let mut left: Vec<_> = std::fs::read_dir(app.heads().join("2026-12-01")).expect("a day").map(|entry| entry.expect("a file").file_name()).collect();
        left.sort();
        assert_eq!(left, ["heads", "leaves"], "a finished day is two files");
        assert_eq!(app.flaw().await, None);
        keep(&app).await;
        app.run(&format!("UPDATE audit SET outcome = 'READ' WHERE segment = {} AND position = 3", last - 1)).await;
        let flaw = app.flaw().await;
        assert!(matches!(flaw, Some(Flaw::Changed { segment, position: 3, .. }) if segment == last - 1), "{flaw:?}");
        put_back(&app).await;

        app.clock.advance(TimeDelta::days(3 * 365 - 4));
        assert_eq!(jobs::keep_once(&app.app).await.expect("kept").0, 0, "not before three years are over");
        app.clock.advance(TimeDelta::days(3));
        let (dropped, _) = jobs::keep_once(&app.app).await.expect("kept");
        assert_eq!(i64::try_from(dropped), Ok(entries));
        app.seal().await;
        let report = app.verified().await;
        assert_eq!((report.flaw, i64::try_from(report.dropped)), (None, Ok(last)));
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE operation = 'dropAuditSegments'").await, 1);
        app.run(&format!("UPDATE audit SET segment = {last}, position = 0 WHERE operation = 'dropAuditSegments'")).await;
        assert!(matches!(app.flaw().await, Some(Flaw::Inserted { segment, .. }) if segment == last), "into a dropped segment");
    }

    async fn several_sealers_beside_writers_make_one_chain(app: TestApp) {
        let other = app.beside(&[]).await;
        let platform = app.actor("xihu-live").await;
        let writing = async {
            for round in 0..10 {
                let deeds = (0..4).map(|n| platform.register(vec![company(10 * round + n + 1)]));
                join_all(deeds).await;
            }
        };
        let sealing = |app: &TestApp| {
            let app = app.app.clone();
            async move {
                for _ in 0..40 {
                    match jobs::seal_all(&app).await {
                        Ok(_) => {}
                        Err(fault) if fault.may_retry() => {}
                        Err(fault) => panic!("{fault}: {:?}", std::error::Error::source(&fault)),
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        };
        join(writing, join(sealing(&app), sealing(&other))).await;
        app.seal().await;
        let report = app.verified().await;
        assert_eq!((&report.flaw, report.unsealed), (&None, 0));
        let entries = app.number("SELECT count(*) FROM audit").await;
        assert_eq!(i64::try_from(report.entries), Ok(entries));
        assert!(report.segments > 2, "{report:?}");
    }

    async fn a_running_process_seals_within_five_seconds(app: TestApp) {
        let ending = CancellationToken::new();
        #[expect(clippy::disallowed_methods, reason = "the jobs run beside their test")]
        let jobs = tokio::spawn(jobs::run(app.app.clone(), ending.clone()));
        app.actor("xihu-live").await.register(vec![company(1)]).await;
        let written = std::time::Instant::now();
        while app.number("SELECT count(*) FROM audit WHERE segment IS NULL").await > 0 {
            assert!(written.elapsed() < Duration::from_secs(5), "not sealed within five seconds");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        app.actor("xihu-live").await.register(vec![company(2)]).await;
        ending.cancel();
        jobs.await.expect("the jobs end");
        assert_eq!(app.verified().await.unsealed, 0, "what was written last is sealed at the end");
    }
}
