//! What other deeds do with measures in their own transaction: a listing takes one with its reports, the end of the listing lifts
//! all that belong to it, and the gate before a livestream asks who is kept from going on.

use api::db::{self, Reach};
use api::registry::disposition::reading::{Whom, forbidding};
use api::registry::disposition::{Imposition, impose, lift_all_of_entry};
use entity::disposition::{Said, Subjects};
use entity::id::{ClientId, EntryId, RegistrationId};
use entity::kind::DispositionKind::{self, Blacklisting, LivePause, Warning};
use entity::kind::{BlacklistRegister, BlacklistState, LegalLevel};
use entity::sealed::Sealed;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};
use tests::database::Engine;

use super::{first, measure, told, warning};
use crate::app::TestApp;
use crate::operator::{company, on_both};

/// A registration's row.
async fn row(app: &TestApp, id: &str) -> entity::registration::Model {
    let id: RegistrationId = id.parse().expect("an id");
    let row = entity::registration::named([id]).one(&app.app.db).await;
    row.expect("read").expect("a registration")
}

/// A listing of a registration's party, as far as a measure is concerned.
async fn listed(app: &TestApp, row: &entity::registration::Model) -> EntryId {
    let id: EntryId = app.app.id();
    let entry = entity::blacklist::Model {
        id,
        register: BlacklistRegister::Platform,
        platform_id: Some(row.platform_key),
        office_id: None,
        party_id: row.party_id,
        role: row.kind,
        shared: false,
        state: BlacklistState::Active,
        valid_from: "2026-12-01".parse().expect("a day"),
        valid_until: Some("2026-12-31".parse().expect("a day")),
        instrument: "中华人民共和国广告法".to_owned(),
        level: LegalLevel::Law,
        article: "第二十八条".to_owned(),
        appeal_channel: None,
        contact: None,
        source: None,
        name: Sealed::from_bytes(vec![0; 40]),
        content: Sealed::from_bytes(vec![0; 40]),
        listed_at: app.app.now(),
        listed_by: ClientId::HOUSE,
        ended_on: None,
        ended_at: None,
        ended_by: None,
        removal: None,
    };
    entity::blacklist::Entity::insert(entry.into_active_model().reset_all())
        .exec_without_returning(&app.app.db)
        .await
        .expect("written");
    id
}

fn imposition(
    row: &entity::registration::Model,
    kind: DispositionKind,
    entry: EntryId,
) -> Imposition {
    Imposition {
        platform: row.platform_key,
        party: row.party_id,
        registration: Some(row.id),
        role: row.kind,
        kind,
        said: Said {
            name: "某公司".to_owned(),
            facts: "多次售假".to_owned(),
            rule: "《广告法》第二十八条".to_owned(),
            ..Said::default()
        },
        from: "2026-12-01".parse().expect("a day"),
        until: Some("2026-12-31".parse().expect("a day")),
        entry: Some(entry),
        demand: None,
        send: true,
    }
}

on_both! {
    async fn a_listing_takes_a_measure_and_its_end_lifts_all_that_belong_to_it(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let one = first(&platform.register(vec![company(1)]).await);
        platform.on_measures("imposeDisposition", warning(&one, "夸大宣传")).await;
        let row = row(&app, &one).await;
        let entry = listed(&app, &row).await;
        let reach = Reach::Platform(row.platform_key);
        // A deed that fails half way takes nothing.
        let tx = db::begin_write(&app.app.db, reach).await.expect("begun");
        impose(&app.app, &tx, ClientId::HOUSE, &imposition(&row, Blacklisting, entry)).await.expect("written");
        tx.rollback().await.expect("undone");
        assert_eq!(platform.measures().await.len(), 1);
        let tx = db::begin_write(&app.app.db, reach).await.expect("begun");
        for kind in [Blacklisting, LivePause] {
            impose(&app.app, &tx, ClientId::HOUSE, &imposition(&row, kind, entry)).await.expect("written");
        }
        tx.commit().await.expect("committed");
        let standing = platform.measures().await;
        assert_eq!(told(&standing[1]).len(), 4, "a listing is told to both levels of both branches");
        assert!(platform.suspended(&one).await);
        let lift = json!({ "disposition": standing[1]["id"], "reason": "试" });
        assert_eq!(platform.refused("liftDisposition", lift).await, ["DISPOSITION_BY_LISTING disposition"]);

        // What belongs to a listing waits for it, and ends in its transaction.
        app.clock.advance(chrono::TimeDelta::days(40));
        assert_eq!(api::jobs::expire(&app.app).await.expect("a look"), 0);
        let tx = db::begin_write(&app.app.db, Reach::All).await.expect("begun");
        let on = "2026-12-31".parse().expect("a day");
        let lifted = lift_all_of_entry(&app.app, &tx, entry, on, "列入期限届满").await.expect("lifted");
        tx.commit().await.expect("committed");
        let kinds: Vec<_> = lifted.iter().map(|(_, kind)| *kind).collect();
        assert_eq!(kinds, [Blacklisting, LivePause]);
        let after = app.actor("xihu-live").await.measures().await;
        let told: Vec<_> = after.iter().map(|one| (&one["state"], &one["endedOn"], &one["liftReason"])).collect();
        let (over, on, why) = (json!("LIFTED"), json!("2026-12-31"), json!("列入期限届满"));
        assert_eq!(told, [(&json!("OPEN"), &Value::Null, &Value::Null), (&over, &on, &why), (&over, &on, &why)]);
        let tx = db::begin_write(&app.app.db, Reach::All).await.expect("begun");
        let again = lift_all_of_entry(&app.app, &tx, entry, "2027-01-01".parse().expect("a day"), "x").await;
        assert!(again.expect("nothing").is_empty());
        tx.rollback().await.expect("undone");
    }

    async fn who_is_kept_from_going_on_is_asked_by_party_and_by_registration(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![company(1), company(2)]).await;
        let one = first(&made);
        let two = made["results"][1]["registration"]["id"].as_str().expect("an id").to_owned();
        platform.on_measures("imposeDisposition", warning(&one, "夸大宣传")).await;
        platform.on_measures("imposeDisposition", measure(&two, "LIVE_PAUSE", "夸大宣传")).await;
        let (one, two) = (row(&app, &one).await, row(&app, &two).await);
        let on = app.app.today();
        let ask = async |subjects: Subjects, platform| {
            let found = forbidding(&app.app, &app.app.db, &subjects, platform, on).await.expect("read");
            found.into_iter().map(|one| (one.disposition.kind, one)).collect::<Vec<_>>()
        };
        let by_party = Subjects { parties: vec![one.party_id, two.party_id], ..Subjects::default() };
        let found = ask(by_party.clone(), Some(two.platform_key)).await;
        assert_eq!(found.len(), 1, "a warning keeps nobody");
        assert_eq!(found[0].0, LivePause);
        assert_ne!(found[0].0, Warning);
        assert!(found[0].1.is_against(&Whom::of(&two)) && !found[0].1.is_against(&Whom::of(&one)));
        let by_registration = Subjects { registrations: vec![two.id], ..Subjects::default() };
        assert_eq!(ask(by_registration, None).await.len(), 1);
        let elsewhere = app.platform_id("xihu-other").await.parse().expect("an id");
        assert_eq!(ask(by_party, Some(elsewhere)).await.len(), 0);
        assert_eq!(ask(Subjects::default(), None).await.len(), 0);
    }
}
