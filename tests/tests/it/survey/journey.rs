//! The journey of one file: read, reviewed, mapped, committed, imported again, taken back.

use serde_json::json;
use tests::database::Engine;

use super::{OPERATORS, codes, counts, done, lines, operator_row, operators, rows};
use crate::app::TestApp;
use crate::look::assert_tells;
use crate::operator::{credit_code, on_both};

on_both! {
    async fn a_survey_is_reviewed_committed_and_changes_nothing_again(app: TestApp) {
        let office = app.actor("ningbo").await;
        let text = operators("星光直播", 1..=3);
        let job = office.reviewed(&app, &text, json!({})).await;
        assert_eq!((&job["state"], &job["kind"]), (&json!("REVIEW"), &json!("OPERATORS")), "{job:#}");
        assert_eq!((counts(&job), done(&job)), ([3, 3, 0, 0], [3, 0, 0]), "{job:#}");
        assert_eq!(rows(&job)[0]["effects"][0]["outcome"], "CREATED", "{job:#}");
        assert_eq!(office.operators_seen().await.len(), 0, "a review writes nothing");

        let job = office.commits(&app, &job, "GOOD_ROWS").await;
        assert_eq!((&job["state"], done(&job)), (&json!("COMMITTED"), [3, 0, 0]), "{job:#}");
        let seen = office.operators_seen().await;
        assert_eq!(seen.len(), 3);
        assert_eq!(seen[0]["source"], "SURVEY");
        assert_eq!(seen[0]["platform"]["tenant"], false);
        assert_eq!(rows(&job)[0]["registrations"][0]["id"], seen[0]["id"], "{job:#}");
        // Nobody else sees what an office found, neither its province nor a platform.
        for other in ["zhejiang", "xihu", "national", "xihu-live"] {
            assert_eq!(app.actor(other).await.operators_seen().await.len(), 0, "{other}");
        }

        let again = office.reviewed(&app, &text, json!({})).await;
        assert_eq!(done(&again), [0, 0, 3], "{again:#}");
        assert_tells!(again, [("SURVEY_SAME_FILE", "file")]);
        let again = office.commits(&app, &again, "ALL_OR_NOTHING").await;
        assert_eq!((done(&again), &again["state"]), ([0, 0, 3], &json!("COMMITTED")));
        assert!(office.operators_seen().await.iter().all(|row| row["revision"] == 1));
    }

    async fn an_import_is_taken_back_but_for_what_changed_since(app: TestApp) {
        let office = app.actor("ningbo").await;
        let first = office.reviewed(&app, &operators("星光直播", [1]), json!({})).await;
        office.commits(&app, &first, "GOOD_ROWS").await;
        let before = office.operators_seen().await;
        let moved = operator_row("星光直播", 1).replace("138", "139").replace("acct-1", "acct-9");
        let text = lines([OPERATORS.to_owned(), moved, operator_row("星光直播", 2), operator_row("月光直播", 3)]);
        let second = office.reviewed(&app, &text, json!({})).await;
        assert_eq!(done(&second), [2, 1, 0], "{second:#}");
        let changes = rows(&second)[0]["effects"][0]["changes"].as_array().expect("changes").clone();
        assert!(changes.iter().any(|c| c["field"] == "phone" && c["before"] != c["after"]), "{second:#}");
        let second = office.commits(&app, &second, "GOOD_ROWS").await;
        assert_eq!(done(&second), [2, 1, 0], "{second:#}");
        let third = office.reviewed(&app, &operators("星光直播", [2]).replace("中山西路", "解放北路"), json!({})).await;
        office.commits(&app, &third, "GOOD_ROWS").await;

        let undone = office.undoes(&app, &second).await;
        assert_eq!(undone["state"], "UNDONE", "{undone:#}");
        assert_eq!((&undone["undone"], &undone["kept"]), (&json!(2), &json!(1)), "{undone:#}");
        assert!(codes(rows(&undone)[1]).contains(&"SURVEY_LEFT"), "{undone:#}");
        let after = office.operators_seen().await;
        assert_eq!(after.len(), 2, "{after:#?}");
        for field in ["phone", "accounts", "name"] {
            assert_eq!(after[0][field], before[0][field], "{field}");
        }
        let known = "{ surveyedPlatforms { edges { node { name } } } }";
        let known = office.data(known, json!({})).await;
        assert_eq!(known["surveyedPlatforms"]["edges"], json!([{ "node": { "name": "星光直播" } }]), "an empty book goes");
    }

    async fn all_or_nothing_is_refused_where_a_row_is(app: TestApp) {
        let office = app.actor("ningbo").await;
        let wrong = operator_row("星光直播", 2).replace(&credit_code(2), "91330203MA00000029");
        let text = lines([OPERATORS.to_owned(), operator_row("星光直播", 1), wrong]);
        let job = office.reviewed(&app, &text, json!({})).await;
        assert_eq!(counts(&job), [2, 1, 1, 0], "{job:#}");
        let refused = rows(&job)[1];
        assert_eq!(refused["problems"][0]["path"][1], "E3", "{job:#}");
        assert_tells!(office.commit(&job, "ALL_OR_NOTHING").await, [("SURVEY_ROWS_REJECTED", "mode")]);
        let job = office.commits(&app, &job, "GOOD_ROWS").await;
        assert_eq!((counts(&job), done(&job)), ([2, 1, 1, 0], [1, 0, 0]), "{job:#}");
        assert_tells!(office.commit(&job, "GOOD_ROWS").await, [("IMPORT_STATE", "job")]);
    }

    async fn columns_are_mapped_and_the_mapping_is_remembered(app: TestApp) {
        let office = app.actor("ningbo").await;
        let text = operators("星光直播", [1, 2]).replace("运营者联系电话", "大哥大");
        let job = office.reviewed(&app, &text, json!({})).await;
        let unknown = job["columns"].as_array().expect("columns").iter().find(|c| c["header"] == "大哥大");
        assert_eq!(unknown.expect("the column")["field"], json!(null), "{job:#}");
        assert!(codes(rows(&job)[0]).contains(&"REQUIRED"), "{job:#}");
        let sheet = job["columns"][0]["sheet"].clone();
        let job = office.maps(&app, &job, json!([{ "sheet": sheet, "column": "F", "field": "operator.phone" }])).await;
        assert_eq!(job["state"], "REVIEW");
        assert!(!codes(rows(&job)[0]).contains(&"REQUIRED"), "{job:#}");
        let next = office.reviewed(&app, &text.replace("acct", "konto"), json!({})).await;
        assert!(!codes(rows(&next)[0]).contains(&"REQUIRED"), "{next:#}");
    }

    async fn rows_of_one_subject_are_merged(app: TestApp) {
        let office = app.actor("ningbo").await;
        let second = operator_row("星光直播", 1).replace("acct-1", "acct-2");
        let text = lines([OPERATORS.to_owned(), operator_row("星光直播", 1), second]);
        let job = office.reviewed(&app, &text, json!({})).await;
        assert_eq!((counts(&job), done(&job)), ([2, 2, 0, 0], [1, 0, 0]), "{job:#}");
        assert!(codes(rows(&job)[1]).contains(&"SURVEY_MERGED"), "{job:#}");
        office.commits(&app, &job, "GOOD_ROWS").await;
        let seen = office.operators_seen().await;
        assert_eq!(seen[0]["accounts"].as_array().map(Vec::len), Some(2), "{seen:#?}");
    }

    async fn a_survey_that_waits_is_cancelled(app: TestApp) {
        let office = app.actor("ningbo").await;
        let job = office.reviewed(&app, &operators("星光直播", [1]), json!({})).await;
        let cancel = "mutation ($input: ImportJobInput!) { cancelImport(input: $input) { job { state } problems { code } } }";
        let ended = office.data(cancel, json!({ "input": { "job": job["id"] } })).await;
        assert_eq!(ended["cancelImport"]["job"]["state"], "CANCELLED");
        assert_tells!(office.commit(&job, "GOOD_ROWS").await, [("IMPORT_STATE", "job")]);
    }
}
