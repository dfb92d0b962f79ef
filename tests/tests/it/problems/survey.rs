//! Surveys: what is told of a file, of its rows and of the deeds on it.

use std::io::{Cursor, Write as _};

use entity::import_job::WORKBOOK_TRIES;
use rust_xlsxwriter::{Formula, Workbook};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::scene::Scene;
use super::{Deed, Row};
use crate::app::{Actor, TestApp};
use crate::operator::{credit_code, resident_id};
use crate::survey::{lines, operators};

/// Who surveys: a county office.
const OFFICE: &str = "xihu";

const HEADER: &str =
    "所在平台,直播账号,运营者名称,运营者证件号码,运营者联系电话,直播场所,运营者行政许可";

/// What the scene has of surveys: imports by what they are for, and a platform that was joined.
pub(super) struct Surveys {
    /// One whose rows have something to say, and whose good rows are written.
    told: String,
    /// The same file again.
    again: String,
    /// One that has a row that is refused, and waits.
    refused: String,
    /// One with more rows than may be written at once.
    many: String,
    /// One that was taken back but for what changed since.
    undone: String,
    /// Files that cannot be read, by the code that says so.
    unread: Vec<(&'static str, String)>,
    /// A platform that is joined to a tenant.
    joined: String,
    /// A platform's own upload.
    upload: String,
    /// One whose workbook could not be made.
    unreturned: String,
    /// A workbook with a trap in every row.
    traps: String,
    /// A platform's own import that names another.
    other: String,
}

fn id(job: &Value) -> String {
    job["id"].as_str().expect("an id").to_owned()
}

fn row(n: u32, more: &str) -> String {
    let number = credit_code(n);
    format!("星光直播,acct-{n},宁波海曙第{n}号直播有限公司,{number},138{n:08},听雨巷{n}号,{more}")
}

/// A natural person with a phone that others have, too.
fn person(n: u32) -> String {
    let number = resident_id("19900101", n);
    format!("星光直播,acct-{n},欧阳小明,{number},13900000999,听雨巷{n}号,")
}

impl Surveys {
    pub(super) async fn of(app: &TestApp) -> Self {
        let office = app.actor(OFFICE).await;
        let text = lines([
            HEADER.to_owned(),
            row(201, "有"),
            row(201, "").replace("13800000201", "13900000201"),
            row(202, "").replace(&credit_code(202), ""),
            ",,,,,,".to_owned(),
            "合计,,,,,,".to_owned(),
            row(203, ""),
            person(204),
            person(205),
        ]);
        let told = office.reviewed(app, &text, json!({})).await;
        office.commits(app, &told, "GOOD_ROWS").await;
        let again = office.reviewed(app, &text, json!({})).await;
        let refused = office
            .reviewed(app, &text.replace("acct", "konto"), json!({}))
            .await;
        let small = app.beside(&[("import.chunk_lines", "50")]).await;
        let many = office
            .reviewed(&small, &operators("月光直播", 1_001..2_002), json!({}))
            .await;
        let first = office
            .reviewed(app, &operators("晨光直播", [301]), json!({}))
            .await;
        office.commits(app, &first, "GOOD_ROWS").await;
        let moved = operators("晨光直播", [301]).replace("13800000301", "13900000301");
        let second = office.reviewed(app, &moved, json!({})).await;
        office.commits(app, &second, "GOOD_ROWS").await;
        let undone = office.undoes(app, &first).await;
        let known = "{ surveyedPlatforms { edges { node { id name } } } }";
        let known = office.data(known, json!({})).await;
        let edges = known["surveyedPlatforms"]["edges"]
            .as_array()
            .expect("edges")
            .clone();
        let dawn = edges.iter().find(|edge| edge["node"]["name"] == "晨光直播");
        let joined = id(&dawn.expect("the platform")["node"]);
        let tenant = app.platform_id("xihu-other").await;
        let join = "mutation ($input: JoinPlatformInput!) { joinPlatform(input: $input) { problems { code } } }";
        let input = json!({ "input": { "surveyed": joined, "tenant": tenant } });
        let done = office.data(join, input).await;
        assert_eq!(done["joinPlatform"]["problems"], json!([]), "{done:#}");
        Self {
            told: id(&told),
            again: id(&again),
            refused: id(&refused),
            many: id(&many),
            undone: id(&undone),
            unread: unread(app, &office).await,
            joined,
            unreturned: unreturned(app, &office).await,
            traps: trapped(app, &office).await,
            other: others(app).await,
            upload: app.actor("xihu-live").await.upload("甲,乙").await,
        }
    }
}

async fn others(app: &TestApp) -> String {
    let platform = app.actor("xihu-live").await;
    let text = operators("暮光直播", [303]);
    let job = platform.reviewed(app, &text, json!({})).await;
    id(&job)
}

/// A survey whose workbook was tried to be made for as often as it may be, where no temporary file can be written.
async fn unreturned(app: &TestApp, office: &Actor) -> String {
    let text = operators("暮光直播", [302]);
    let job = office.reviewed(app, &text, json!({})).await;
    app.run(&format!(
        "UPDATE import_job SET faults = {WORKBOOK_TRIES} WHERE state = 'REVIEW' AND rows_read = 1"
    ))
    .await;
    id(&job)
}

/// Files that cannot be read.
async fn unread(app: &TestApp, office: &Actor) -> Vec<(&'static str, String)> {
    let encrypted = r#"<manifest:manifest xmlns:manifest="urn:m"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"#;
    let protected = zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", encrypted),
        ("content.xml", "?"),
    ]);
    let wide = vec!["甲"; 300].join(",");
    let files = [
        ("SURVEY_EMPTY", Vec::new()),
        ("SURVEY_FOREIGN", b"%PDF-1.7 and so on".to_vec()),
        ("SURVEY_DAMAGED", b"PK\x03\x04 and no more".to_vec()),
        ("SURVEY_TOO_LARGE", wide.into_bytes()),
        ("SURVEY_DANGEROUS", with_a_type_definition()),
        ("SURVEY_ENCODING", b"a,b\n\xff\xff\xff,\x81\n".to_vec()),
        ("SURVEY_PROTECTED", protected),
        ("SURVEY_NOTHING", HEADER.as_bytes().to_vec()),
    ];
    let mut unread = Vec::new();
    for (code, bytes) in files {
        let file = office.upload_bytes("survey.xlsx", bytes).await;
        let begun = office.survey_file(json!({ "file": file })).await;
        app.works().await;
        unread.push((code, id(&begun["job"])));
    }
    unread
}

/// The rows of the workbook with traps, a cell after the other.
fn trap_rows() -> Vec<String> {
    let of = |n: u32| credit_code(400 + n);
    let header = "所在平台|直播账号|粉丝数量|运营者名称|运营者证件号码|运营者联系电话|直播场所|成立日期|主体类型";
    vec![
        header.to_owned(),
        format!(
            "星光直播|trap-1|约2万|陷阱一公司|{}|13800000401|听雨巷1号||",
            of(1)
        ),
        "星光直播|trap-2|很多|陷阱二公司||13800000402|听雨巷2号|三年|外星人".to_owned(),
        "星光直播|trap-3||陷阱三公司|3.30902E+17||听雨巷3号||".to_owned(),
        format!(
            "星光直播|trap-4||陷阱四公司|{}|13800000404、13800000444|||",
            of(4)
        ),
        format!(
            "星光直播|trap-5||陷阱五公司|{}|13800000405|听雨巷5号|同上|",
            of(5)
        ),
        "同上|trap-6||陷阱六公司|同上|13800000406|听雨巷6号||".to_owned(),
        format!(
            "星光直播|trap-7||陷阱七公司|{}、{}||听雨巷7号||",
            of(7),
            of(8)
        ),
    ]
}

/// A workbook as people make them: what its cells hold is not what they mean.
async fn trapped(app: &TestApp, office: &Actor) -> String {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(trap_rows()) {
        for (column, text) in (0..).zip(line.split('|')) {
            if !text.is_empty() {
                sheet.write_string(row, column, text).expect("a cell");
            }
        }
    }
    sheet.write_number(1, 7, 45_474.0).expect("a serial");
    sheet
        .write_number(2, 4, 330_902_199_001_011_234.0)
        .expect("a number");
    let formula = Formula::new("=\"13800000403\"").set_result("13800000403");
    sheet.write_formula(3, 5, formula).expect("a formula");
    let fault = Formula::new("=1/0").set_result("#DIV/0!");
    sheet.write_formula(4, 6, fault).expect("a fault");
    sheet.write_number(7, 5, 57_188_881_234.0).expect("a phone");
    sheet.set_row_hidden(7).expect("a hidden row");
    let notes = book.add_worksheet();
    notes.write_string(0, 0, "此表仅供参考").expect("a note");
    let bare = book.add_worksheet();
    bare.write_string(0, 0, "13800000001").expect("a phone");
    let bytes = book.save_to_buffer().expect("a workbook");
    let file = office.upload_bytes("traps.xlsx", bytes).await;
    let begun = office.survey_file(json!({ "file": file })).await;
    app.works().await;
    id(&begun["job"])
}

/// A workbook that brings a document type definition.
fn with_a_type_definition() -> Vec<u8> {
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
    let parts = [
        ("[Content_Types].xml", types),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<!DOCTYPE x [<!ENTITY a "b">]><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>"#,
        ),
    ];
    zipped(&parts)
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        archive.start_file(*name, stored).expect("a part");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

/// A problem that an import tells of.
fn read(code: &str, job: &str, path: &str) -> Row {
    Row::new(code, Deed::ReadImport, json!(job), path).by(OFFICE)
}

pub(super) fn rows(scene: &Scene) -> Vec<Row> {
    let surveys = &scene.surveys;
    let told = |code, path| read(code, &surveys.told, path);
    let deed = |field, input, place| Deed::Other(field, input, place);
    let commit = deed("commitImport", "CommitImportInput", "/problems");
    let committing = |code, job: &str, mode: &str| {
        let input = json!({ "job": job, "mode": mode });
        Row::new(code, commit, input, "mode").by(OFFICE)
    };
    let tenant = json!({ "surveyed": surveys.joined, "tenant": scene.platform });
    let mut rows = vec![
        told("SURVEY_NOT_TAKEN", ".G2"),
        told("SURVEY_MERGED", ".3").says("2"),
        told("SURVEY_LIKENESS", ".9").says("8"),
        told("SURVEY_ROWS_DISAGREE", ".E3").says("2"),
        told("SURVEY_UNIDENTIFIED", ".C4"),
        told("SURVEY_ROW_SKIPPED", ".6").says("合计"),
        told("SURVEY_DIVISION_ASSUMED", ".F2").says("330106"),
        read("SURVEY_NO_WORKBOOK", &surveys.unreturned, "problemsFile").says("8"),
        read("SURVEY_SAME_FILE", &surveys.again, "file").says(&surveys.told),
        read("SURVEY_LEFT", &surveys.undone, ".2").says("写入之后又有变化"),
        committing("SURVEY_ROWS_REJECTED", &surveys.refused, "ALL_OR_NOTHING").says("1"),
        committing("SURVEY_TOO_MANY_FOR_ALL", &surveys.many, "ALL_OR_NOTHING").says("1000"),
        committing("IMPORT_STATE", &surveys.told, "GOOD_ROWS")
            .told_at("job")
            .says("已写入"),
        Row::new(
            "SURVEY_JOINED",
            deed("joinPlatform", "JoinPlatformInput", "/problems"),
            tenant,
            "surveyed",
        )
        .by(OFFICE),
        Row::new(
            "SURVEY_REGISTER",
            deed("importSurvey", "ImportSurveyInput", "/problems"),
            json!({ "file": surveys.upload, "kind": "BLACKLIST" }),
            "kind",
        ),
    ];
    let other = json!(surveys.other);
    rows.push(Row::new(
        "SURVEY_OTHER_PLATFORM",
        Deed::ReadImport,
        other,
        ".A2",
    ));
    rows.extend(traps(&surveys.traps));
    let unread = surveys.unread.iter();
    rows.extend(unread.map(|(code, job)| read(code, job, "file")));
    rows
}

/// The traps of the workbook, each at its cell.
fn traps(job: &str) -> Vec<Row> {
    let traps = [
        ("APPROXIMATE", "C2"),
        ("DATE_SERIAL", "H2"),
        ("CELL_UNFIT", "C3"),
        ("PRECISION_LOST", "E3"),
        ("DATE_UNREADABLE", "H3"),
        ("WORD_UNKNOWN", "I3"),
        ("SCIENTIFIC_NOTATION", "E4"),
        ("FORMULA_VALUE", "F4"),
        ("VALUE_UNUSED", "F5"),
        ("CELL_FAULT", "G5"),
        ("NOTHING_ABOVE", "H6"),
        ("REPEATED_FROM_ABOVE", "A7"),
        ("NUMBER_REPEATED", "E7"),
        ("SEVERAL_VALUES", "E8"),
        ("LEADING_ZERO_LOST", "F8"),
    ];
    let mut rows: Vec<Row> = traps
        .iter()
        .map(|(code, cell)| read(code, job, &format!("Sheet1.{cell}")))
        .collect();
    rows.push(read("HIDDEN_READ", job, "Sheet1"));
    rows.push(read("SHEET_OF_WORDS", job, "Sheet2"));
    rows.push(read("NO_TABLE", job, "Sheet3"));
    rows
}
