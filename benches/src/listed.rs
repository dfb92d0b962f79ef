//! A list to ask: entries on every so manieth registered party, sealed and indexed as the registry does it, written in bulk.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on has nothing to report, and reads whole tables in nobody's sight"
)]

use std::collections::HashSet;

use entity::blacklist::{Content, Entity, Model, content_place, name_place, version};
use entity::id::{EntryId, PartyId};
use entity::kind::{BlacklistRegister, BlacklistState, LegalLevel, SubjectKind};
use entity::party;
use sea_orm::{
    ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::House;

/// Rows of a statement.
const STATEMENT: usize = 1_000;

/// Lists one of so many parties, those that are listed already left out, and tells how many entries there are then.
pub async fn list(house: &House, one_of: usize) -> usize {
    let app = &house.app;
    let standing: Vec<PartyId> = Entity::find()
        .select_only()
        .column(entity::blacklist::Column::PartyId)
        .into_tuple()
        .all(&app.db)
        .await
        .expect("entries");
    let standing: HashSet<PartyId> = standing.into_iter().collect();
    let parties: Vec<PartyId> = party::Entity::find()
        .select_only()
        .column(party::Column::Id)
        .order_by_asc(party::Column::Id)
        .into_tuple()
        .all(&app.db)
        .await
        .expect("parties");
    let wanted = parties.into_iter().step_by(one_of);
    let wanted: Vec<_> = wanted.filter(|party| !standing.contains(party)).collect();
    for chunk in wanted.chunks(STATEMENT) {
        let rows = chunk
            .iter()
            .map(|party| entry(house, *party).into_active_model().reset_all());
        Entity::insert_many(rows.collect::<Vec<_>>())
            .exec_without_returning(&app.db)
            .await
            .expect("entries");
        version::count().exec(&app.db).await.expect("a version");
    }
    tests::plans::analyze(&app.db).await.expect("statistics");
    standing.len() + wanted.len()
}

fn entry(house: &House, party: PartyId) -> Model {
    let app = &house.app;
    let id: EntryId = app.id();
    let content = Content {
        facts: "多次在直播中对普通食品作疾病治疗功能的宣传。".to_owned(),
        reason: "经两次警示仍不改正，情节严重。".to_owned(),
        evidence: Vec::new(),
    };
    let vault = &app.vault;
    Model {
        id,
        register: BlacklistRegister::Platform,
        platform_id: house.platform.platform(),
        office_id: None,
        party_id: party,
        role: SubjectKind::Streamer,
        shared: true,
        state: BlacklistState::Active,
        valid_from: app.today(),
        valid_until: app.today().checked_add_days(chrono::Days::new(365)),
        instrument: "中华人民共和国广告法".to_owned(),
        level: LegalLevel::Law,
        article: "第十七条".to_owned(),
        appeal_channel: Some("平台申诉中心".to_owned()),
        contact: Some("0571-88880000".to_owned()),
        source: None,
        name: vault
            .seal_json(name_place(id), &"海曙某某".to_owned())
            .expect("sealed"),
        content: vault
            .seal_json(content_place(id), &content)
            .expect("sealed"),
        listed_at: app.now(),
        listed_by: house.platform.client.id,
        ended_on: None,
        ended_at: None,
        ended_by: None,
        removal: None,
    }
}
