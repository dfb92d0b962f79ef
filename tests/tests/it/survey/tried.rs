//! What trying the importer by hand found: values that were lost or taken for others without a word.

use rust_xlsxwriter::Workbook;
use serde_json::json;
use tests::database::Engine;

use super::forms::{LEDGER, ledger_operator};
use super::{OPERATORS, codes, counts, done, lines, lists, operator_row, rows};
use crate::app::TestApp;
use crate::operator::{credit_code, on_both};

/// A workbook of sheets, each of lines with commas between the cells.
fn book(sheets: &[(&str, &[&str])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, lines) in sheets {
        let sheet = book.add_worksheet().set_name(*name).expect("a name");
        for (row, line) in (0..).zip(*lines) {
            for (column, text) in (0..).zip(line.split(',')) {
                sheet.write_string(row, column, text).expect("a cell");
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

on_both! {
    async fn an_account_keeps_what_only_one_of_its_rows_says(app: TestApp) {
        let office = app.actor("ningbo").await;
        let rich = operator_row("星光直播", 1);
        let poor = rich.replace(",1001,", ",,");
        let text = lines([OPERATORS.to_owned(), rich, poor]);
        let job = office.reviewed(&app, &text, json!({})).await;
        assert_eq!(counts(&job), [2, 2, 0, 0], "{job:#}");
        assert!(!codes(rows(&job)[1]).contains(&"SURVEY_ROWS_DISAGREE"), "{job:#}");
        office.commits(&app, &job, "GOOD_ROWS").await;
        let seen = office.operators_seen().await;
        assert_eq!(seen[0]["accounts"][0]["followers"], 1_001, "{seen:#?}");
    }

    async fn rows_that_disagree_about_a_room_are_told_at_the_cell(app: TestApp) {
        let office = app.actor("ningbo").await;
        let first = operator_row("星光直播", 1);
        let later = first.replace(",1001,", ",2002,");
        let text = lines([OPERATORS.to_owned(), first, later]);
        let job = office.reviewed(&app, &text, json!({})).await;
        let problems = rows(&job)[1]["problems"].as_array().expect("problems").clone();
        let differs = problems.iter().find(|p| p["code"] == "SURVEY_ROWS_DISAGREE");
        assert_eq!(differs.map(|p| &p["path"][1]), Some(&json!("C3")), "{job:#}");
        office.commits(&app, &job, "GOOD_ROWS").await;
        let seen = office.operators_seen().await;
        assert_eq!(seen[0]["accounts"][0]["followers"], 2_002, "{seen:#?}");
    }

    async fn cells_that_become_nothing_are_told_one_by_one(app: TestApp) {
        let office = app.actor("ningbo").await;
        let without = operator_row("星光直播", 1).replace(",acct-1,", ",,");
        let header = format!("{OPERATORS},许可证有效期至,所属机构");
        let text = lines([header, format!("{without},2027-06-30,某某传媒")]);
        let job = office.reviewed(&app, &text, json!({})).await;
        assert_eq!(counts(&job), [1, 1, 0, 0], "{job:#}");
        let problems = rows(&job)[0]["problems"].as_array().expect("problems").clone();
        let untaken = problems.iter().filter(|p| p["code"] == "SURVEY_NOT_TAKEN");
        let cells: Vec<_> = untaken.map(|p| p["path"][1].clone()).collect();
        assert_eq!(cells, [json!("C2"), json!("H2"), json!("I2")], "{job:#}");
    }

    async fn the_row_of_another_sheet_is_told_with_its_sheet(app: TestApp) {
        let office = app.actor("ningbo").await;
        let bytes = book(&[
            ("甲", &[OPERATORS, &operator_row("星光直播", 1), &operator_row("星光直播", 1)]),
            ("乙", &["附：第二批", OPERATORS, &operator_row("星光直播", 1)]),
            ("填表说明", &["填表说明", "每月五日前报送", "证件号码设为文本"]),
        ]);
        for chunk in ["1000", "1"] {
            let process = app.beside(&[("import.chunk_lines", chunk)]).await;
            let file = office.upload_bytes("book.xlsx", bytes.clone()).await;
            let begun = office.survey_file(json!({ "file": file })).await;
            process.works().await;
            let job = office.survey_job(&begun["job"]["id"]).await;
            // A sheet of nothing but words is told once, and none of its lines is a row.
            assert_eq!(counts(&job), [3, 3, 0, 0], "{job:#}");
            let words = job["problems"].as_array().expect("problems").iter().filter(|p| p["code"] == "SHEET_OF_WORDS");
            assert_eq!(words.map(|p| p["path"].clone()).collect::<Vec<_>>(), [json!(["填表说明"])], "{job:#}");
            let merged = rows(&job).into_iter().map(|row| {
                let effect = &row["effects"][0];
                (effect["mergedWith"].clone(), effect["mergedWithSheet"].clone())
            });
            let merged: Vec<_> = merged.collect();
            assert_eq!(merged, [(json!(null), json!(null)), (json!(2), json!(null)), (json!(2), json!("甲"))], "{chunk}: {job:#}");
        }
    }

    async fn an_account_of_two_rows_is_told_by_the_row_and_by_no_registration(app: TestApp) {
        let office = app.actor("ningbo").await;
        let second = operator_row("星光直播", 2).replace("acct-2", "acct-1");
        let text = lines([OPERATORS.to_owned(), operator_row("星光直播", 1), second]);
        let job = office.reviewed(&app, &text, json!({})).await;
        assert_eq!(counts(&job), [2, 1, 1, 0], "{job:#}");
        let told = &job["problems"][0];
        assert_eq!((&told["code"], &told["path"]), (&json!("ACCOUNT_HELD"), &json!(["", "B3"])), "{job:#}");
        let message = told["message"].as_str().expect("a message");
        assert!(message.contains("见第2行") && !message.contains("登记编号"), "{message}");
        // Once it is written it has an id.
        office.commits(&app, &job, "GOOD_ROWS").await;
        let seen = office.operators_seen().await;
        let again = office.reviewed(&app, &text, json!({})).await;
        let message = again["problems"].as_array().expect("problems").iter().find(|p| p["code"] == "ACCOUNT_HELD");
        let message = message.expect("it is held")["message"].as_str().expect("a message").to_owned();
        assert!(message.contains(seen[0]["id"].as_str().expect("an id")), "{message}");
    }

    async fn what_a_cell_causes_is_not_told_beside_it(app: TestApp) {
        let office = app.actor("ningbo").await;
        let text = lines([OPERATORS.to_owned(), operator_row("星光直播、月光直播", 1)]);
        let job = office.reviewed(&app, &text, json!({})).await;
        assert!(codes(rows(&job)[0]).contains(&"SEVERAL_VALUES"), "{job:#}");
        assert!(!codes(rows(&job)[0]).contains(&"PLATFORM_REQUIRED"), "{job:#}");

        let pair = format!("{},张三、李四,,", ledger_operator(1));
        let job = office.reviewed(&app, &lines([LEDGER.to_owned(), pair]), json!({})).await;
        let nobody = codes(rows(&job)[0]).into_iter().filter(|code| *code == "SURVEY_UNIDENTIFIED");
        assert_eq!(nobody.count(), 1, "{job:#}");

        let listed = lists::row(1).replace(&credit_code(1), "9.13302E+17");
        let text = lines([lists::HEADER.to_owned(), listed]);
        let job = office.reviewed(&app, &text, json!({ "kind": "BLACKLIST" })).await;
        assert_eq!(codes(rows(&job)[0]), ["SCIENTIFIC_NOTATION"], "{job:#}");
    }

    async fn a_platform_does_not_register_the_rooms_of_another(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let own = "query ($id: ID!) { node(id: $id) { ... on Platform { name platformName } } }";
        let own = platform.data(own, json!({ "id": app.platform_id("xihu-live").await })).await["node"].take();
        let names = ["platformName", "name"].map(|name| own[name].as_str().expect("a name").to_owned());
        let rows_of = [operator_row("抖音", 1), operator_row("", 2), operator_row(&names.concat(), 3)];
        let text = lines(std::iter::once(OPERATORS.to_owned()).chain(rows_of));
        let job = platform.reviewed(&app, &text, json!({})).await;
        assert_eq!(counts(&job), [3, 2, 1, 0], "{job:#}");
        let refused = &rows(&job)[0]["problems"];
        assert_eq!(refused[0]["code"], "SURVEY_OTHER_PLATFORM", "{job:#}");
        assert_eq!(refused[0]["path"][1], "A2", "{job:#}");
        let told = job["problems"][0]["message"].as_str().expect("a message");
        assert!(names.iter().all(|name| told.contains(name.as_str())), "it says which names count: {told}");
    }

    async fn a_site_of_its_own_beside_a_platform_is_told_and_left_out(app: TestApp) {
        let office = app.actor("ningbo").await;
        let header = format!("{OPERATORS},自建网站");
        let row = format!("{},https://www.example.com", operator_row("星光直播", 1));
        let job = office.reviewed(&app, &lines([header, row]), json!({})).await;
        assert_eq!(counts(&job), [1, 1, 0, 0], "{job:#}");
        assert!(codes(rows(&job)[0]).contains(&"SURVEY_NOT_TAKEN"), "{job:#}");
    }

    async fn one_person_is_not_like_itself(app: TestApp) {
        let office = app.actor("ningbo").await;
        let header = "所在平台,直播账号,运营者名称,运营者证件号码,运营者联系电话,主播姓名,主播身份证号,主播联系电话";
        let number = "330203199001010011";
        let check = entity::value::resident_id::check_character(&number[..17]).expect("a check");
        let number = format!("{}{check}", &number[..17]);
        let row = format!("星光直播,acct-1,张三,{number},13800000001,张三,{number},13800000001");
        let job = office.reviewed(&app, &lines([header.to_owned(), row]), json!({})).await;
        assert_eq!(counts(&job), [1, 1, 0, 0], "{job:#}");
        assert!(!codes(rows(&job)[0]).contains(&"SURVEY_LIKENESS"), "{job:#}");
    }

    async fn what_is_only_to_be_known_opens_as_many_chunks_as_fill_the_list(app: TestApp) {
        let office = app.actor("ningbo").await;
        let mut costs = Vec::new();
        for sums in [110, 220] {
            // A chunk each, and nothing but a hint in it.
            let all = std::iter::once(OPERATORS.to_owned()).chain([operator_row("星光直播", 1)]);
            let all = all.chain((0..sums).map(|n| format!("合计,,{n},,,,")));
            let process = app.beside(&[("import.chunk_lines", "1")]).await;
            let job = office.reviewed(&process, &lines(all), json!({})).await;
            assert_eq!(counts(&job), [sums + 1, 1, 0, sums], "{job:#}");
            let told = "query ($id: ID!) { importJob(id: $id) { problems { code } } }";
            let before = app.statements();
            let told = office.data(told, json!({ "id": job["id"] })).await;
            costs.push(app.statements() - before);
            assert_eq!(told["importJob"]["problems"].as_array().map(Vec::len), Some(100), "{told:#}");
        }
        assert_eq!(costs[0], costs[1], "the rest of the file is not opened");
    }

    async fn warnings_are_told_before_hints_of_earlier_chunks(app: TestApp) {
        let office = app.actor("ningbo").await;
        let process = app.beside(&[("import.chunk_lines", "1")]).await;
        let sums = (0..120).map(|n| format!("合计,,{n},,,,"));
        let disagree = operator_row("星光直播", 1).replace(",1001,", ",约1001,");
        let all = [OPERATORS.to_owned(), operator_row("星光直播", 2)].into_iter().chain(sums).chain([disagree]);
        let job = office.reviewed(&process, &lines(all), json!({})).await;
        let told = job["problems"].as_array().expect("problems").clone();
        assert_eq!(told.len(), 100, "{told:#?}");
        assert_eq!(told[0]["code"], "APPROXIMATE", "{told:#?}");
        assert_eq!(told[1]["code"], "SURVEY_ROW_SKIPPED", "{told:#?}");
    }

    async fn errors_are_told_before_what_is_only_to_be_known(app: TestApp) {
        let office = app.actor("ningbo").await;
        let wrong = operator_row("星光直播", 9).replace("138", "x");
        let text = lines([
            OPERATORS.to_owned(),
            operator_row("星光直播", 1),
            "合计,,5,,,,".to_owned(),
            wrong,
        ]);
        let job = office.reviewed(&app, &text, json!({})).await;
        let order: Vec<_> = job["problems"].as_array().expect("problems").iter().map(|p| p["code"].clone()).collect();
        let skipped = order.iter().position(|code| code == "SURVEY_ROW_SKIPPED");
        let phone = order.iter().position(|code| code == "PHONE_FORM");
        assert!(phone.is_some() && phone < skipped, "{order:?}");
    }

    async fn all_that_is_wrong_in_a_row_is_told_at_once(app: TestApp) {
        let office = app.actor("ningbo").await;
        let number = credit_code(1);
        let check = if number.ends_with('A') { 'B' } else { 'A' };
        let wrong = format!("{}{check}", &number[..17]);
        let row = operator_row("星光直播", 1);
        let row = row.replace(&number, &wrong).replace(",138", ",x38");
        let job = office.reviewed(&app, &lines([OPERATORS.to_owned(), row]), json!({})).await;
        assert_eq!(counts(&job), [1, 0, 1, 0], "{job:#}");
        let problems = rows(&job)[0]["problems"].as_array().expect("problems").clone();
        let mut refused: Vec<_> = problems
            .iter()
            .map(|p| (p["path"][1].as_str().unwrap_or_default().to_owned(), p["code"].as_str().unwrap_or_default().to_owned()))
            .collect();
        refused.sort();
        let expected = [("E2", "CREDIT_CODE_CHECK"), ("F2", "PHONE_FORM")];
        assert_eq!(refused, expected.map(|(cell, code)| (cell.to_owned(), code.to_owned())), "{job:#}");
    }

    async fn rows_that_cannot_stand_together_are_told_where_all_was_to_be_written(app: TestApp) {
        let office = app.actor("ningbo").await;
        let small = app.beside(&[("import.chunk_lines", "50")]).await;
        let mut all: Vec<String> = (1..=60).map(|n| operator_row("星光直播", n)).collect();
        all[54] = all[54].replace("acct-55,", "acct-1,");
        all[57] = all[57].replace("acct-58,", "acct-2,");
        let text = lines(std::iter::once(OPERATORS.to_owned()).chain(all));
        let job = office.reviewed(&small, &text, json!({})).await;
        assert_eq!(counts(&job), [60, 60, 0, 0], "{job:#}");
        let job = office.commits(&small, &job, "ALL_OR_NOTHING").await;
        assert_eq!(job["state"], "REVIEW", "{job:#}");
        assert_eq!(counts(&job), [60, 58, 2, 0], "{job:#}");
        assert_eq!(done(&job), [58, 0, 0], "{job:#}");
        let told = job["problems"].as_array().expect("problems");
        let told: Vec<_> = told.iter().map(|p| (p["code"].as_str(), p["path"][1].as_str())).collect();
        assert_eq!(told[..2], [(Some("ACCOUNT_HELD"), Some("B56")), (Some("ACCOUNT_HELD"), Some("B59"))], "{job:#}");
        let message = job["problems"][0]["message"].as_str().expect("a message");
        assert!(message.contains("第2行") && !message.contains("登记编号"), "{message}");
        assert!(office.operators_seen().await.is_empty(), "nothing is written");
        let job = office.commits(&small, &job, "GOOD_ROWS").await;
        assert_eq!((job["state"].as_str(), done(&job)), (Some("COMMITTED"), [58, 0, 0]), "{job:#}");
        assert_eq!(office.operators_seen().await.len(), 58);
    }
}
