//! What an office found and a platform filed otherwise: both see that it differs, neither sees what the other wrote.

use entity::id::RegistrationId;
use entity::kind::RecordSource;
use entity::{registration, survey_difference};
use serde_json::json;
use tests::database::Engine;

use super::operators;
use crate::app::TestApp;
use crate::operator::{company, on_both};

const DIFFERENCES: &str = "{ surveyDifferences { totalCount edges { node { kind fields settled
  platform { id } survey { id } registration { id } party { identity { masked } } } } } }";

on_both! {
    async fn a_platform_sees_where_a_survey_contradicts_it(app: TestApp) {
        let (office, platform) = (app.actor("ningbo").await, app.actor("xihu-live").await);
        platform.register(vec![company(1), company(2)]).await;
        let id = app.platform_id("xihu-live").await;
        let text = operators("", [1, 2]).replace("13800000001", "13911111111").replace("浙江省宁波市海曙区中山西路2号", "浙江省宁波市海曙区中山西路10号")
            .replace("浙江省宁波市海曙区中山西路1号", "浙江省宁波市海曙区中山西路10号");
        let job = office.reviewed(&app, &text, json!({ "platform": id })).await;
        office.commits(&app, &job, "GOOD_ROWS").await;
        let told = platform.data(DIFFERENCES, json!({})).await["surveyDifferences"].take();
        let fields = |n: usize| told["edges"][n]["node"]["fields"].clone();
        assert!(told["edges"].as_array().expect("edges").iter().any(|e| e["node"]["fields"].to_string().contains("phone")), "{told:#}");
        assert!(fields(0).is_array());
        let mine = told["edges"].as_array().expect("edges").iter().find(|e| e["node"]["fields"].to_string().contains("phone"));
        let mine = &mine.expect("the phone")["node"];
        assert_eq!((&mine["survey"], mine["registration"].is_null()), (&json!(null), false), "{told:#}");
        let seen = office.data(DIFFERENCES, json!({})).await["surveyDifferences"].take();
        assert_eq!(seen["totalCount"], told["totalCount"]);
        assert!(seen["edges"][0]["node"]["survey"].is_object(), "{seen:#}");
        for other in ["xihu-other", "xihu", "zhejiang"] {
            let none = app.actor(other).await.data(DIFFERENCES, json!({})).await;
            assert_eq!(none["surveyDifferences"]["totalCount"], 0, "{other}");
        }
        let mut mended = company(1);
        mended["phone"] = json!("13911111111");
        mended["businessAddress"]["text"] = json!("浙江省宁波市海曙区中山西路10号");
        platform.register(vec![mended]).await;
        let told = platform.data(DIFFERENCES, json!({})).await["surveyDifferences"].take();
        let phone = told["edges"].as_array().expect("edges").iter().any(|e| e["node"]["fields"].to_string().contains("phone"));
        assert!(!phone, "{told:#}");
    }
    async fn what_a_platform_files_later_is_compared_at_once(app: TestApp) {
        let (office, platform) = (app.actor("ningbo").await, app.actor("xihu-live").await);
        let told = || async { platform.data(DIFFERENCES, json!({})).await["surveyDifferences"].take() };
        let noted = || async {
            let all = survey_difference::of_surveys(known(&app).await);
            let all = all.all(&app.app.db).await.expect("differences").into_iter();
            all.map(|row| (row.fields, row.settled_at.is_some())).collect::<Vec<_>>()
        };
        // Where no office keeps a book of the platform, that is one look, and nothing else of surveys is asked.
        let before = app.statements();
        platform.register(vec![company(7), company(8)]).await;
        let asked = app.statements_since(before);
        assert_eq!(asked.iter().filter(|sql| sql.contains("survey_")).count(), 1, "{asked:#?}");

        let id = app.platform_id("xihu-live").await;
        let text = operators("", [1, 2]).replace("中山西路1号", "中山西路10号").replace("中山西路2号", "中山西路10号")
            .replace("13800000001", "13911111111");
        let job = office.reviewed(&app, &text, json!({ "platform": id })).await;
        office.commits(&app, &job, "GOOD_ROWS").await;
        assert_eq!(told().await["totalCount"], 0);
        let filed = || {
            let mut item = company(1);
            item["businessAddress"]["text"] = json!("浙江省宁波市海曙区中山西路10号");
            item
        };
        platform.register(vec![filed(), company(3)]).await;
        let seen = told().await;
        assert_eq!((&seen["totalCount"], seen["edges"][0]["node"]["fields"].to_string().contains("phone")), (&json!(1), true), "{seen:#}");
        assert_eq!(app.actor("xihu-other").await.data(DIFFERENCES, json!({})).await["surveyDifferences"]["totalCount"], 0);
        let first = noted().await;
        assert!(matches!(&first[..], [(_, false)]), "{first:?}");
        // It is settled by whoever mends it, in the deed that does.
        let mut mended = filed();
        mended["phone"] = json!("13911111111");
        let left: Vec<_> = first[0].0.split(',').filter(|field| *field != "phone").collect();
        platform.register(vec![mended]).await;
        assert_eq!(noted().await, [(left.join(","), left.is_empty())]);
    }
}

/// What offices surveyed.
async fn known(app: &TestApp) -> Vec<RegistrationId> {
    let all = registration::after(None, 500)
        .all(&app.app.db)
        .await
        .expect("rows")
        .into_iter();
    let surveyed = all.filter(|row| row.source == RecordSource::Survey);
    surveyed.map(|row| row.id).collect()
}
