//! A list to ask: entries on every so manieth registered party, sealed and indexed as the registry does it, written in bulk.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on has nothing to report, and reads whole tables in nobody's sight"
)]

use std::collections::HashSet;

use entity::blacklist::{Content, Entity, Model, content_place, name_place, token, version};
use entity::id::{EntryId, PartyId};
use entity::kind::{BlacklistRegister, BlacklistState, LegalLevel, SubjectKind};
use entity::party;
use sea_orm::{
    ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, QueryOrder as _,
    QuerySelect as _,
};

use rules::matching::{NameKind, NormalName, tokens};

use crate::House;

/// Rows of a statement.
const STATEMENT: usize = 1_000;

/// 姓, by how many bear them: the first stand for more people than the last.
const SURNAMES: &str =
    "王王王王李李李李张张张刘刘陈陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董";
/// Characters of given names.
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文辉鹏飞雪峰宇浩然子轩梓涵欣怡思远嘉诚志远海燕春花\
    晓东少波永康德福正义家豪俊凯天翔雅婷佳琪诗雨梦瑶若曦一诺奕辰泽宇沐阳景行云帆书航";

/// The name of the n-th who is listed: common surnames and two characters, as names are, so that many share their parts.
#[must_use]
pub fn name(n: usize) -> String {
    let of = |alphabet: &str, place: usize| {
        let length = alphabet.chars().filter(|c| !c.is_whitespace()).count();
        let mut chars = alphabet.chars().filter(|c| !c.is_whitespace());
        chars.nth(place % length).unwrap_or('某')
    };
    let mixed = n.wrapping_mul(2_654_435_761) >> 7;
    [
        of(SURNAMES, mixed),
        of(GIVEN, mixed / 61),
        of(GIVEN, mixed / 7_919),
    ]
    .iter()
    .collect()
}

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
    for (place, chunk) in wanted.chunks(STATEMENT).enumerate() {
        let first = standing.len() + place * STATEMENT;
        let named = chunk.iter().zip(first..);
        let named: Vec<_> = named
            .map(|(party, n)| (entry(house, *party, &name(n)), name(n)))
            .collect();
        let rows = named.iter().map(|(row, _)| row.clone());
        let rows: Vec<_> = rows
            .map(|row| row.into_active_model().reset_all())
            .collect();
        Entity::insert_many(rows)
            .exec_without_returning(&app.db)
            .await
            .expect("entries");
        let parts: Vec<_> = named
            .iter()
            .flat_map(|(row, name)| parts(house, row.id, name))
            .map(|row| row.into_active_model().reset_all())
            .collect();
        for some in parts.chunks(STATEMENT * 10) {
            token::Entity::insert_many(some.to_vec())
                .exec_without_returning(&app.db)
                .await
                .expect("tokens");
        }
        version::count().exec(&app.db).await.expect("a version");
    }
    tests::plans::analyze(&app.db).await.expect("statistics");
    standing.len() + wanted.len()
}

/// The tokens of an entry's name.
fn parts(house: &House, entry: EntryId, name: &str) -> Vec<token::Model> {
    let name = NormalName::parse(name, NameKind::Person).expect("a name");
    let vault = &house.app.vault;
    let parts = tokens(&name).into_iter().flat_map(|part| {
        let keyed =
            vault.keyed_indexes(api::registry::blacklist::TOKEN, part.to_string().as_bytes());
        keyed.into_iter().map(|(key, index)| token::Model {
            token: token::of_index(&index),
            entry_id: entry,
            key_id: i32::try_from(key).unwrap_or(i32::MAX),
        })
    });
    parts.collect()
}

fn entry(house: &House, party: PartyId, name: &str) -> Model {
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
            .seal_json(name_place(id), &name.to_owned())
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
