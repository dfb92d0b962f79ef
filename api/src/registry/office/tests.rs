//! Offices files as whoever runs the house meets them: shown first, written once, and twice is nothing.

use entity::id::OfficeId;
use entity::office;
use rules::label::Lang;

use super::{apply, find, page, read, territory};
use crate::registry::division::Gazetteer;
use crate::registry::id_page::IdPage;
use crate::registry::plan::Plan;
use crate::registry::test_house::{OFFICES, TestHouse};

async fn applied(house: &TestHouse, text: &str, dry_run: bool) -> Plan {
    let file = read(&house.app, text).await.unwrap().unwrap();
    apply(&house.app, None, &file, dry_run).await.unwrap()
}

async fn by_key(house: &TestHouse, key: &str) -> office::Model {
    let rows = office::all().all(&house.app.db).await.unwrap();
    rows.into_iter().find(|row| row.key == key).unwrap()
}

/// The example without one of its entries.
fn without(start: &str) -> String {
    let at = OFFICES.find(start).unwrap();
    let from = OFFICES[..at].rfind("[[").unwrap();
    let until = OFFICES[at..]
        .find("[[")
        .map_or(OFFICES.len(), |end| at + end);
    format!("{}{}", &OFFICES[..from], &OFFICES[until..])
}

#[tokio::test]
async fn a_dry_run_shows_everything_and_writes_nothing() {
    let house = TestHouse::empty().await;
    let plan = applied(&house, OFFICES, true).await;
    assert_eq!(plan.counts(), [11, 0, 0, 0]);
    let shown = plan.say(Lang::Zh);
    for line in [
        "+ 新增区划 L330191\n    名称：钱塘江试验区（示例）",
        "+ 新增机关 zj-market\n    名称：浙江省市场监督管理局\n    主管：MARKET",
        "    电话：（无）",
        "+ 新增地域 xihu-market L330191\n    期间：2026-02-01 至 不限",
        "新增 11，变更 0，不变 0，保留 0",
        "试行，未写入",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    let shown = plan.say(Lang::En);
    for line in [
        "+ new division L330191\n    name: 钱塘江试验区（示例）",
        "+ new office zj-market\n    name: 浙江省市场监督管理局\n    authority: MARKET",
        "    phone: (none)",
        "+ new territory xihu-market L330191\n    days: 2026-02-01 to further notice",
        "11 new, 0 changed, 0 unchanged, 0 left alone. A dry run",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    assert!(office::all().all(&house.app.db).await.unwrap().is_empty());
    assert!(house.audit("officeApply").await.is_empty());
}

#[tokio::test]
async fn twice_changes_nothing() {
    let house = TestHouse::empty().await;
    let first = applied(&house, OFFICES, false).await;
    assert!(first.say(Lang::Zh).ends_with("已写入。"));
    let second = applied(&house, OFFICES, false).await;
    assert_eq!(second.counts(), [0, 0, 11, 0]);
    assert!(second.say(Lang::En).ends_with("Nothing to write."));
    let audit = house.audit("officeApply").await;
    assert_eq!(audit.len(), 2);
    assert_eq!(
        audit[0].detail,
        r#"{"changed":0,"created":11,"left":0,"unchanged":0}"#
    );
    assert_eq!(audit[0].subjects.split(' ').count(), 11);
    assert_eq!(audit[1].subjects, "");
}

#[tokio::test]
async fn what_differs_is_shown_before_and_after() {
    let house = TestHouse::empty().await;
    applied(&house, OFFICES, false).await;
    let id = by_key(&house, "zj-market").await.id;
    let text = OFFICES
        .replace("浙江省市场监督管理局", "浙江省市监局")
        .replace("phone = \"0571-12315\"", "phone = \"0571-88880000\"");
    let plan = applied(&house, &text, false).await;
    assert_eq!(plan.counts(), [0, 1, 10, 0]);
    let line = "~ 变更机关 zj-market\n    名称：浙江省市场监督管理局 → 浙江省市监局\n    电话：0571-12315 → 0571-88880000";
    assert!(plan.say(Lang::Zh).contains(line), "{plan:?}");
    let row = by_key(&house, "zj-market").await;
    assert_eq!(
        (row.id, row.name.as_str()),
        (id, "浙江省市监局"),
        "the id stays"
    );
}

#[tokio::test]
async fn what_the_file_does_not_name_is_listed_and_stays() {
    let house = TestHouse::empty().await;
    applied(&house, OFFICES, false).await;
    let plan = applied(&house, &without("key = \"hz-market\""), false).await;
    assert_eq!(plan.counts(), [0, 0, 9, 1]);
    assert!(
        plan.say(Lang::Zh)
            .contains("· 机关 hz-market 文件未列，保持不动")
    );
    let row = by_key(&house, "hz-market").await;
    let on = house.app.today();
    assert_eq!(territory(&house.app, row.id, on).await.unwrap(), ["330100"]);

    let narrower = OFFICES.replace("{ division = \"L330191\", from = 2026-02-01 },", "");
    let plan = applied(&house, &narrower, false).await;
    assert!(
        plan.say(Lang::Zh)
            .contains("· 地域 xihu-market L330191 文件未列"),
        "{plan:?}"
    );
}

#[tokio::test]
async fn a_territory_has_days() {
    let house = TestHouse::empty().await;
    applied(&house, OFFICES, false).await;
    let row = by_key(&house, "xihu-market").await;
    let on = |day: &str| territory(&house.app, row.id, day.parse().unwrap());
    assert_eq!(on("2026-01-31").await.unwrap(), ["330106"]);
    assert_eq!(on("2026-02-01").await.unwrap(), ["330106", "L330191"]);

    let ended = OFFICES.replace(
        "from = 2026-02-01 }",
        "from = 2026-02-01, until = 2026-06-30 }",
    );
    let plan = applied(&house, &ended, false).await;
    let line =
        "~ 变更地域 xihu-market L330191\n    期间：2026-02-01 至 不限 → 2026-02-01 至 2026-06-30";
    assert!(plan.say(Lang::Zh).contains(line), "{plan:?}");
    assert_eq!(on("2026-06-30").await.unwrap(), ["330106", "L330191"]);
    assert_eq!(on("2026-07-01").await.unwrap(), ["330106"]);
    assert_eq!(applied(&house, &ended, false).await.counts(), [0, 0, 11, 0]);
}

#[tokio::test]
async fn a_local_division_is_known_at_once_and_stays_where_it_is() {
    let house = TestHouse::empty().await;
    applied(&house, OFFICES, false).await;
    let gazetteer = Gazetteer::load(&house.app.db, house.app.today())
        .await
        .unwrap();
    assert_eq!(gazetteer.seat("L330191").unwrap().city, "330100");
    let sure = |text: &str| gazetteer.locate(text).sure.clone().map(|(code, _)| code);
    let zone = Some("L330191".to_owned());
    assert_eq!(sure("浙江省杭州市钱塘江试验区1号大街"), zone);
    assert_eq!(sure("杭州市西湖区钱塘江试验区1号大街"), zone);
    assert_eq!(
        sure("宁波市海曙区钱塘江试验区商会").as_deref(),
        Some("330203")
    );
    let alone = gazetteer.locate("钱塘江试验区1号");
    assert_eq!((&alone.sure, alone.candidates.len()), (&None, 1));
    assert!(gazetteer.agree("L330191", "330106") && !gazetteer.agree("L330191", "330203"));
    for (from, to, words) in [
        ("parent = \"330100\"", "parent = \"330200\"", "parent"),
        (
            "level = \"COUNTY\"              #",
            "level = \"CITY\" #",
            "level COUNTY",
        ),
    ] {
        let text = OFFICES
            .replacen(from, to, 1)
            .replace("{ division = \"L330191\", from = 2026-02-01 },", "");
        let file = read(&house.app, &text).await.unwrap().unwrap();
        let refused = apply(&house.app, None, &file, false).await.unwrap_err();
        assert!(refused.to_string().contains(words), "{refused}");
    }
}

#[tokio::test]
async fn an_office_with_clients_keeps_its_authority_and_level() {
    let house = TestHouse::furnished().await;
    let text = OFFICES
        .replacen("level = \"PROVINCE\"", "level = \"NATIONAL\"", 1)
        .replacen("territory = [{ division = \"330000\" }]", "", 1);
    let file = read(&house.app, &text).await.unwrap().unwrap();
    let refused = apply(&house.app, None, &file, false).await.unwrap_err();
    assert!(refused.to_string().contains("has clients"), "{refused}");
    assert_eq!(by_key(&house, "zj-market").await.level.as_str(), "PROVINCE");
}

#[tokio::test]
async fn a_caller_needs_the_scope_and_is_named_in_the_audit() {
    let house = TestHouse::furnished().await;
    let file = read(&house.app, OFFICES).await.unwrap().unwrap();
    let auditor = house.caller("auditor").await;
    let refused = apply(&house.app, Some(&auditor), &file, true)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "FORBIDDEN");
    let system = house.caller("operations").await;
    apply(&house.app, Some(&system), &file, false)
        .await
        .unwrap();
    let audit = house.audit("officeApply").await;
    assert_eq!(audit[0].client_id, None);
    assert_eq!(audit[1].client_id, Some(system.client.id));
}

#[tokio::test]
async fn offices_are_read_by_id_and_by_page() {
    let house = TestHouse::furnished().await;
    let first = IdPage::<OfficeId> {
        after: None,
        before: None,
        backward: false,
        limit: 3,
    };
    let rows = page(&house.app, first).await.unwrap();
    assert_eq!((rows.rows.len(), rows.more), (3, true));
    let rest = IdPage {
        after: Some(rows.rows[2].id),
        ..first
    };
    assert_eq!(page(&house.app, rest).await.unwrap().rows.len(), 2);
    let row = rows.rows[0].clone();
    assert_eq!(find(&house.app, row.id).await.unwrap(), Some(row));
    assert_eq!(find(&house.app, house.app.id()).await.unwrap(), None);
}
