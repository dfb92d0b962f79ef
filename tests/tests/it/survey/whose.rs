//! Whose a survey is: offices keep books of their own, a platform writes its own records, and a platform that nobody knows is
//! known by its name.

use serde_json::json;
use tests::database::Engine;

use super::{OPERATORS, done, lines, operator_row, operators, rows};
use crate::app::TestApp;
use crate::operator::{company, on_both};

on_both! {
    async fn two_offices_survey_the_same_party_side_by_side(app: TestApp) {
        let (city, county) = (app.actor("ningbo").await, app.actor("xihu").await);
        for office in [&city, &county] {
            let job = office.reviewed(&app, &operators("星光直播", [1]), json!({})).await;
            assert_eq!(done(&office.commits(&app, &job, "GOOD_ROWS").await), [1, 0, 0]);
        }
        let (of_city, of_county) = (city.operators_seen().await, county.operators_seen().await);
        assert_eq!((of_city.len(), of_county.len()), (1, 1));
        assert_ne!(of_city[0]["id"], of_county[0]["id"]);
    }

    async fn a_platform_writes_its_own_records(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let header = OPERATORS.replacen("所在平台,", "", 1);
        let row = operator_row("", 1).replacen(',', "", 1);
        let job = platform.reviewed(&app, &lines([header, row]), json!({})).await;
        assert_eq!(done(&job), [1, 0, 0], "{job:#}");
        let job = platform.commits(&app, &job, "ALL_OR_NOTHING").await;
        assert_eq!(job["state"], "COMMITTED", "{job:#}");
        let seen = platform.operators_seen().await;
        assert_eq!(seen[0]["source"], "PLATFORM", "{seen:#?}");
        assert_eq!(app.actor("zhejiang").await.operators_seen().await.len(), 1);
        let undone = platform.undoes(&app, &job).await;
        assert_eq!(undone["undone"], 1, "{undone:#}");
        assert!(platform.operators_seen().await.is_empty());
    }

    async fn rows_without_a_platform_need_one(app: TestApp) {
        let office = app.actor("ningbo").await;
        let text = operators("", [1]);
        let job = office.reviewed(&app, &text, json!({})).await;
        assert_eq!(rows(&job)[0]["problems"][0]["code"], "PLATFORM_REQUIRED", "{job:#}");
        let platform = app.platform_id("xihu-live").await;
        let job = office.reviewed(&app, &text, json!({ "platform": platform })).await;
        assert_eq!(done(&job), [1, 0, 0], "{job:#}");
        office.commits(&app, &job, "GOOD_ROWS").await;
        let seen = office.operators_seen().await;
        assert_eq!(seen[0]["platform"]["id"], json!(platform), "{seen:#?}");
        assert_eq!(seen[0]["platform"]["tenant"], true);
        let filtered = "query ($p: ID!) { operators(filter: { platform: $p }) { totalCount } }";
        let filtered = office.data(filtered, json!({ "p": platform })).await;
        assert_eq!(filtered["operators"]["totalCount"], 1);
    }

    async fn a_book_stays_while_another_import_is_about_to_write_into_it(app: TestApp) {
        let office = app.actor("ningbo").await;
        let first = office.reviewed(&app, &operators("星光直播", [1]), json!({})).await;
        office.commits(&app, &first, "GOOD_ROWS").await;
        let known = "{ surveyedPlatforms { edges { node { id name } } } }";
        let known = || async { office.data(known, json!({})).await["surveyedPlatforms"]["edges"].take() };
        let book = known().await[0]["node"]["id"].clone();
        let second = office.reviewed(&app, &operators("", [2]), json!({ "platform": book })).await;
        office.undoes(&app, &first).await;
        assert_eq!(known().await[0]["node"]["id"], book, "it is empty, and wanted");
        let second = office.commits(&app, &second, "GOOD_ROWS").await;
        assert_eq!(office.operators_seen().await[0]["platform"]["name"], "星光直播");
        office.undoes(&app, &second).await;
        assert_eq!(known().await[0]["node"]["id"], book, "whoever did not begin it does not drop it");
    }

    async fn a_platform_that_is_no_tenant_is_joined_to_one(app: TestApp) {
        let office = app.actor("ningbo").await;
        let platform = app.actor("xihu-live").await;
        platform.register(vec![company(1), company(2)]).await;
        let text = operators("星光直播", [1, 3]).replace("13800000001", "13911111111");
        let job = office.reviewed(&app, &text, json!({})).await;
        office.commits(&app, &job, "GOOD_ROWS").await;
        let known = "{ surveyedPlatforms { edges { node { id name tenant } } } }";
        let known = office.data(known, json!({})).await["surveyedPlatforms"]["edges"][0]["node"].clone();
        assert_eq!((&known["name"], &known["tenant"]), (&json!("星光直播"), &json!(false)));
        let node = "query ($id: ID!) { node(id: $id) { ... on Platform { name tenant phone } } }";
        let shown = office.data(node, json!({ "id": known["id"] })).await;
        assert_eq!(shown["node"], json!({ "name": "星光直播", "tenant": false, "phone": null }));
        let hidden = app.actor("xihu").await.data(node, json!({ "id": known["id"] })).await;
        assert_eq!(hidden["node"], json!(null));
        let tenant = app.platform_id("xihu-live").await;
        let join = "mutation ($input: JoinPlatformInput!) { joinPlatform(input: $input) {
            platform { id } registrations filedToo differences problems { code path } } }";
        for dry_run in [true, false] {
            let input = json!({ "surveyed": known["id"], "tenant": tenant, "dryRun": dry_run });
            let joined = office.data(join, json!({ "input": input })).await["joinPlatform"].take();
            assert_eq!(joined["problems"], json!([]), "{joined:#}");
            assert_eq!([&joined["registrations"], &joined["filedToo"], &joined["differences"]], [2, 1, 1], "{joined:#}");
            let shown = office.operators_seen().await;
            assert!(shown.iter().all(|row| row["source"] != "SURVEY" || row["platform"]["tenant"] == json!(!dry_run)), "{shown:#?}");
        }
        let input = json!({ "surveyed": known["id"], "tenant": tenant });
        let twice = office.data(join, json!({ "input": input })).await["joinPlatform"].take();
        assert_eq!(twice["problems"][0]["code"], "SURVEY_JOINED");
        let told = platform.data("{ surveyDifferences { totalCount } }", json!({})).await;
        assert_eq!(told["surveyDifferences"]["totalCount"], 1);
    }
}
