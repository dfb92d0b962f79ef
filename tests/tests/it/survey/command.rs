//! A survey from the command line: tried, mended in the workbook that came back, and imported.

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use calamine::{Reader as _, Xlsx};
use rust_xlsxwriter::{Note, Workbook};
use serde_json::{Value, json};
use tests::database::Engine;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{OPERATORS, lines, operator_row};
use crate::operator::credit_code;
use crate::program::{Machine, has_chinese, on_machines};

/// A survey of three operators, of which the second's number is kept as a number, as spreadsheets do.
fn survey(path: &Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("摸底").expect("a name");
    sheet
        .write_string(0, 0, "直播间运营者摸底表")
        .expect("a cell");
    let lines = std::iter::once(OPERATORS.to_owned());
    let lines = lines.chain((1..=3).map(|n| operator_row("星光直播", n)));
    for (row, line) in (1..).zip(lines) {
        for (column, cell) in (0..).zip(line.split(',')) {
            if (row, column) == (3, 4) {
                sheet
                    .write_number(row, column, 330_902_199_001_011_234_f64)
                    .expect("a cell");
            } else {
                sheet.write_string(row, column, cell).expect("a cell");
            }
        }
    }
    sheet
        .insert_note(2, 3, &Note::new("已走访"))
        .expect("a note");
    book.save(path).expect("a workbook");
}

/// Puts a text into a cell of a workbook, as whoever mends it does.
fn mend(from: &Path, to: &Path, (cell, text): (&str, &str)) {
    let bytes = std::fs::read(from).expect("a workbook");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut mended = ZipWriter::new(std::fs::File::create(to).expect("a file"));
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut part = Vec::new();
        entry.read_to_end(&mut part).expect("bytes");
        if name == "xl/worksheets/sheet1.xml" {
            let xml = String::from_utf8(part).expect("text");
            let begin = xml.find(&format!("<c r=\"{cell}\"")).expect("the cell");
            let end = begin + xml[begin..].find("</c>").expect("its end");
            let (before, after) = (&xml[..begin], &xml[end..]);
            part = format!("{before}<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is>{after}")
                .into_bytes();
        }
        mended
            .start_file(name, SimpleFileOptions::default())
            .expect("an entry");
        mended.write_all(&part).expect("bytes");
    }
    mended.finish().expect("an archive");
}

fn column(path: &Path, at: u32) -> Vec<String> {
    let bytes = std::fs::read(path).expect("a workbook");
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range("摸底").expect("the sheet");
    (1..5)
        .map(|row| {
            range
                .get_value((row, at))
                .map(ToString::to_string)
                .unwrap_or_default()
        })
        .collect()
}

on_machines! {
    async fn a_survey_is_tried_mended_and_imported(machine: Machine) {
        machine.types("demo").done();
        let surveyed = "SELECT count(*) FROM registration WHERE source = 'SURVEY'";
        let before = machine.number(surveyed).await;
        survey(&machine.path("survey.xlsx"));
        let tried = machine.types("import survey.xlsx --client demo-city --dry-run").done();
        assert!(tried.contains("REVIEW ") && tried.contains("OPERATORS"), "{tried}");
        assert!(tried.contains("3 rows read: 2 accepted, 1 rejected, 0 skipped"), "{tried}");
        assert!(tried.contains("摸底!E4 PRECISION_LOST"), "{tried}");
        assert!(tried.contains("survey.returned.xlsx") && tried.contains("no registration was written"), "{tried}");
        assert_eq!(machine.number(surveyed).await, before);
        let returned = machine.path("survey.returned.xlsx");
        assert_eq!(column(&returned, 7), ["处理结果", "accepted", "rejected", "accepted"]);
        assert!(column(&returned, 8)[2].starts_with("E4: "));

        let taken = machine.types("import survey.xlsx --client demo-city --out survey.returned.xlsx").refused();
        assert!(taken.contains("exists already"), "{taken}");
        let written = machine.types("import survey.xlsx --client demo-city").done();
        assert!(written.contains("survey.returned.2.xlsx"), "nothing is written over: {written}");
        assert!(written.contains("COMMITTED ") && written.contains("2 created, 0 updated, 0 unchanged"), "{written}");
        assert_eq!(machine.number(surveyed).await, before + 2);

        mend(&machine.path("survey.returned.2.xlsx"), &machine.path("mended.xlsx"), ("E4", &credit_code(2)));
        let mended = machine.types("import mended.xlsx --client demo-city --mode all-or-nothing").done();
        assert!(mended.contains("3 rows read: 3 accepted, 0 rejected, 0 skipped"), "{mended}");
        assert!(mended.contains("1 created, 0 updated, 2 unchanged"), "only the mended row is taken: {mended}");
        assert_eq!(machine.number(surveyed).await, before + 3);
        let last = machine.path("mended.returned.xlsx");
        assert_eq!(column(&last, 7), ["处理结果", "accepted", "accepted", "accepted"]);
        assert_eq!(column(&last, 9), [""; 4], "the columns are not repeated");
    }

    async fn what_is_no_survey_is_refused_in_a_sentence(machine: Machine) {
        machine.types("demo").done();
        machine.write("page.xls", "<html><body><table></table></body></html>");
        let refused = machine.types("import page.xls --client demo-city").refused();
        assert!(refused.contains("SURVEY_FOREIGN"), "{refused}");
        assert!(!machine.path("page.returned.xlsx").exists());
        let absent = machine.types("import none.xlsx --client demo-city").refused();
        assert!(absent.contains("there is no file none.xlsx: "), "{absent}");
        std::fs::create_dir_all(machine.path("folder")).expect("a folder");
        let folder = machine.types("import folder --client demo-city").refused();
        assert!(folder.contains("folder is a folder and no file: "), "{folder}");
        let chinese = machine.types_in(&[("LANG", "zh_CN.UTF-8")], "import none.xlsx --client demo-city");
        assert!(chinese.err.contains("没有文件 none.xlsx："), "{chinese:#?}");
        let first_load = machine.types("import page.xls --client demo-city --kind REGISTRATIONS");
        assert_eq!(first_load.code, 2, "{first_load:#?}");
        assert!(!machine.types("import --help").done().contains("REGISTRATIONS"));
        assert_eq!(machine.types("import page.xls").code, 2);
        survey(&machine.path("survey.xlsx"));
        let whole = machine.types("import survey.xlsx --client demo-city --mode all-or-nothing");
        assert_eq!(whole.code, 1, "{whole:#?}");
        assert!(whole.err.contains("SURVEY_ROWS_REJECTED") && whole.out.contains("no registration was written"), "{whole:#?}");
        let chinese = machine.types_in(&[("LANG", "zh_CN.UTF-8")], "import survey.xlsx --client demo-city --dry-run --out b.xlsx");
        assert!(has_chinese(&chinese.done()));
    }

    async fn a_program_reads_the_report_and_is_told_of_every_row(machine: Machine) {
        machine.types("demo").done();
        survey(&machine.path("survey.xlsx"));
        let tried = machine.types("import survey.xlsx --client demo-city --dry-run --json");
        assert!(tried.err.contains("survey.returned.xlsx"), "remarks are no part of it: {tried:#?}");
        let report: Value = serde_json::from_str(&tried.done()).expect("one object");
        let counts = ["rowsRead", "accepted", "rejected", "skipped"].map(|name| report[name].as_i64());
        assert_eq!(counts, [Some(3), Some(2), Some(1), Some(0)], "{report:#}");
        assert_eq!((&report["state"], &report["written"]), (&json!("REVIEW"), &json!(false)));
        assert_eq!(report["columns"][4]["field"], "operator.number", "{report:#}");
        assert_eq!(report["problems"][0]["path"], json!(["摸底", "E4"]), "{report:#}");
        let rows = report["rows"].as_array().expect("rows");
        let outcomes: Vec<_> = rows.iter().map(|row| row["outcome"].clone()).collect();
        assert_eq!(outcomes, ["ACCEPTED", "REJECTED", "ACCEPTED"], "{report:#}");
        assert_eq!(rows[1]["problems"][0]["severity"], "ERROR", "{report:#}");
        assert_eq!(rows[0]["effects"][0]["outcome"], "CREATED", "{report:#}");

        let whole = machine.types("import survey.xlsx --client demo-city --mode all-or-nothing --json");
        assert_eq!(whole.code, 1, "{whole:#?}");
        let report: Value = serde_json::from_str(&whole.out).expect("one object");
        assert_eq!(report["refused"][0]["code"], "SURVEY_ROWS_REJECTED", "{report:#}");
        machine.write("page.xls", "<html><body></body></html>");
        let foreign = machine.types("import page.xls --client demo-city --json");
        let report: Value = serde_json::from_str(&foreign.out).expect("one object");
        assert_eq!((foreign.code, &report["problems"][0]["code"]), (1, &json!("SURVEY_FOREIGN")));
    }

    async fn columns_and_the_platform_are_named_on_the_line(machine: Machine) {
        machine.types("demo").done();
        let header = OPERATORS.replace("运营者联系电话", "甲");
        let rows = (1..=2).map(|n| operator_row("", n));
        machine.write("bare.csv", &lines(std::iter::once(header).chain(rows)));
        let report = |line: &str| -> Value {
            let line = format!("import bare.csv --client demo-city --dry-run --json {line}");
            serde_json::from_str(&machine.types(&line).done()).expect("one object")
        };
        let unnamed = report("");
        assert_eq!((&unnamed["rejected"], &unnamed["columns"][5]["field"]), (&json!(2), &json!(null)), "{unnamed:#}");
        assert!(unnamed.to_string().contains("PLATFORM_REQUIRED"), "{unnamed:#}");
        let nobody = machine.types("import bare.csv --client demo-city --platform nobody").refused();
        assert!(nobody.contains("there is no platform nobody"), "{nobody}");

        survey(&machine.path("survey.xlsx"));
        machine.types("import survey.xlsx --client demo-city").done();
        let named = report("--platform 星光直播 --column F=operator.phone --column c=");
        assert_eq!(named["accepted"], 2, "{named:#}");
        let fields = [2, 5].map(|column| named["columns"][column]["field"].clone());
        assert_eq!(fields, [json!(null), json!("operator.phone")], "{named:#}");
        let again = report("--platform 星光直播");
        assert_eq!(again["columns"][5]["field"], "operator.phone", "it was remembered: {again:#}");

        let wrong = machine.types("import bare.csv --client demo-city --column F=operator.age");
        assert!(wrong.code == 1 && wrong.err.contains("FIELD_UNKNOWN"), "{wrong:#?}");
        assert_eq!(machine.types("import bare.csv --client demo-city --column F").code, 2);
        let waiting = "SELECT count(*) FROM import_job WHERE state = 'REVIEW'";
        assert_eq!(machine.number(waiting).await, 0, "what was refused does not wait");
    }
}
