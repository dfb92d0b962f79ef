//! The demo goes into a registry on a temporary SQLite file, through the deeds that real data goes through.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::problem::{Finding, ProblemCode};
use rules::label::Lang;
use tempfile::TempDir;

use super::*;
use crate::app::App;
use crate::clock::{Entropy, FrozenClock};
use crate::config::Settings;
use crate::registry::batch::Outcome;
use crate::registry::input::Item;
use crate::registry::input::OperatorInput;
use crate::registry::registration::{self as registering, Register};
use crate::start::{self, Parts};

/// A registry of its own in a temporary folder.
struct House {
    app: Arc<App>,
    clock: Arc<FrozenClock>,
    _folder: TempDir,
}

async fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let flags = [
        (
            "database.url",
            format!("sqlite://{}?mode=rwc", at("minglu.db")),
        ),
        ("files.store", at("files")),
        ("crypto.keys_file", at("vault-keys.json")),
        ("auth.signing_key", at("token-signing-key.json")),
        ("auth.key_set", at("token-keys.json")),
    ];
    let flags = flags
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value));
    let settings = Settings::load(None, std::iter::empty(), flags).unwrap();
    let now: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
    let clock = Arc::new(FrozenClock::at(now));
    let parts = Parts {
        clock: Some(clock.clone()),
        entropy: Some(Arc::new(Entropy::seeded(1))),
    };
    let app = start::open(settings, parts, true).await.unwrap();
    House {
        app,
        clock,
        _folder: folder,
    }
}

async fn load_into(house: &House) -> Summary {
    load(&house.app, &house.clock, || async { Ok(()) })
        .await
        .unwrap()
}

fn told(findings: &[Finding]) -> Vec<(ProblemCode, bool)> {
    let mut told: Vec<_> = findings
        .iter()
        .map(|finding| (finding.code, finding.refuses()))
        .collect();
    told.dedup();
    told
}

#[tokio::test]
async fn it_loads_whole_and_again_changes_nothing() {
    let house = house().await;
    let summary = load_into(&house).await;
    assert!(!summary.already);
    let counts = |step: &str| {
        summary
            .lines
            .iter()
            .find(|line| line.step.say(Lang::Zh).ends_with(step))
            .unwrap()
            .counts
    };
    let rejected: Vec<_> = summary
        .lines
        .iter()
        .filter(|line| line.counts[5] > 0)
        .map(|line| line.step.say(Lang::Zh))
        .collect();
    assert_eq!(rejected, ["桔栈直播（演示） 问题示例"], "{summary:?}");
    let created: usize = summary
        .lines
        .iter()
        .filter(|line| line.step.say(Lang::Zh).contains("登记"))
        .map(|line| line.counts[0])
        .sum();
    let around = (14 + 380 + 160) + (9 + 190 + 90);
    let operators = created + counts("自建网站运营者")[0] - around;
    assert_eq!(operators, 1_000, "{summary:?}");
    assert_eq!(counts("平台")[0], 2);
    assert!(
        counts("注销")[3] > 5 && counts("核验与变更")[1] > 100,
        "{summary:?}"
    );
    assert!(summary.troubles.len() > 45, "{summary:?}");
    let again = load_into(&house).await;
    assert!(again.already && again.lines.is_empty());
    house.clock.advance(chrono::TimeDelta::days(40));
    assert!(load_into(&house).await.already, "also on another day");
}

/// Each platform's operators are judged as the other's, where they are new but for those that sell on both.
#[tokio::test]
async fn nothing_is_found_in_what_should_be_right() {
    let house = house().await;
    load_into(&house).await;
    let demo = demo();
    for (book, other) in demo
        .platforms
        .iter()
        .zip(["demo-platform-2", "demo-platform"])
    {
        let sent = book
            .operators
            .iter()
            .chain(&book.newcomers)
            .cloned()
            .collect::<Vec<_>>();
        for result in judge(&house, other, &sent).await {
            let mut found = told(&result.findings);
            // The sellers of one platform are no merchants of the other.
            found.retain(|(code, _)| !matches!(code, ProblemCode::Stale | ProblemCode::TiePending));
            assert_eq!(found, [], "{:?}", result.external_id);
        }
    }
    for result in judge(&house, "demo-province", &demo.own_sites).await {
        assert_eq!(told(&result.findings), [], "{:?}", result.external_id);
        assert_eq!(result.outcome, Outcome::Unchanged);
    }
}

#[tokio::test]
async fn every_trouble_is_found_by_its_code_alone() {
    let house = house().await;
    load_into(&house).await;
    let demo = demo();
    let items: Vec<_> = demo
        .troubles
        .iter()
        .map(|trouble| trouble.item.clone())
        .collect();
    let results = judge(&house, "demo-platform", &items).await;
    assert_eq!(results.len(), demo.troubles.len());
    let wrong: Vec<_> = demo
        .troubles
        .iter()
        .zip(&results)
        .filter(|(trouble, result)| told(&result.findings) != [(trouble.code, trouble.refused)])
        .map(|(trouble, result)| format!("{}: {:?}", trouble.code.as_str(), told(&result.findings)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the registry says to items, without writing them.
async fn judge(
    house: &House,
    client: &str,
    items: &[OperatorInput],
) -> Vec<crate::registry::batch::ItemResult> {
    let row = entity::client::by_name(client)
        .one(&house.app.db)
        .await
        .unwrap()
        .unwrap();
    let caller = crate::auth::caller(&house.app, row, "test".to_owned(), Lang::Zh)
        .await
        .unwrap();
    let mut results = Vec::new();
    for chunk in items.chunks(500) {
        let command = Register {
            platform: None,
            kind: entity::kind::SubjectKind::Operator,
            items: chunk.iter().cloned().map(Item::Operator).collect(),
            dry_run: true,
            idempotency_key: None,
        };
        results.extend(
            registering::register(&house.app, &caller, command)
                .await
                .unwrap()
                .results,
        );
    }
    results
}
