//! Workbooks to fill in, as anybody gets them: from the service without a token, and from the command line.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use tests::database::Engine;

use crate::app::TestApp;
use crate::operator::on_both;
use crate::program::{Machine, has_chinese};

const KINDS: [&str; 7] = [
    "OPERATORS",
    "STREAMERS",
    "AGENCIES",
    "MERCHANTS",
    "BLACKLIST",
    "MIXED",
    "FORM",
];

fn sheets(bytes: Vec<u8>) -> Vec<String> {
    Xlsx::new(Cursor::new(bytes))
        .expect("a workbook")
        .sheet_names()
}

on_both! {
    async fn anybody_downloads_them_and_a_second_time_nothing_is_sent(app: TestApp) {
        let http = reqwest::Client::new();
        for kind in KINDS {
            let address = format!("{}/templates/{kind}.xlsx", app.base);
            let answer = http.get(&address).send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "{kind}");
            let named = answer.headers()["content-disposition"].to_str().expect("text");
            assert!(named.contains("filename*=UTF-8''%"), "{named}");
            let etag = answer.headers()["etag"].clone();
            let bytes = answer.bytes().await.expect("bytes").to_vec();
            let sheets = sheets(bytes);
            assert_eq!(sheets.len(), 2, "{kind}");
            assert_eq!(sheets[1], "填表说明");
            let again = http.get(&address).header("if-none-match", etag).send().await;
            assert_eq!(again.expect("an answer").status(), 304, "{kind}");
        }
        for nothing in ["REGISTRATIONS.xlsx", "OPERATORS", "OPERATORS.csv", "x.xlsx"] {
            let address = format!("{}/templates/{nothing}", app.base);
            let answer = http.get(address).send().await.expect("an answer");
            assert_eq!(answer.status(), 404, "{nothing}");
        }
    }
}

#[test]
fn the_command_line_saves_them_and_overwrites_nothing() {
    let machine = Machine::new(Engine::Sqlite);
    for kind in KINDS {
        let said = machine.types(&format!("import --template {kind}")).done();
        assert!(said.contains(&format!("{kind}.xlsx")), "{said}");
        let saved = std::fs::read(machine.path(&format!("{kind}.xlsx"))).expect("a workbook");
        assert_eq!(sheets(saved).len(), 2);
    }
    assert!(!machine.has_file(), "no database is opened for a template");
    let refused = machine.types("import --template FORM").refused();
    assert!(refused.contains("FORM.xlsx"), "{refused}");
    let chinese = [("LANG", "zh_CN.UTF-8")];
    let said = machine
        .types_in(&chinese, "import --template FORM --out b.xlsx")
        .done();
    assert!(has_chinese(&said));
    let unknown = machine.types("import --template REGISTRATIONS");
    assert!(
        unknown.code == 2 && unknown.err.contains("BLACKLIST"),
        "{unknown:#?}"
    );
}
