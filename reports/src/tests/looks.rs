//! How the sheets look, as their XML says it: what stays in view, what can be filtered, what fits its cell, and how it is
//! printed. `make workbook` shows the same to LibreOffice, and its pictures to people.

use std::io::{Cursor, Read as _};

use entity::kind::{IdentityKind, ReportKind, RowState};
use rules::edition::EditionId;
use tempfile::tempdir;
use zip::ZipArchive;

use super::support::{Seen, bytes, form, full_row, read_back, writer};
use crate::text::display_width;
use crate::{DEFAULT_MAX_ROWS, FilingRow, Form};

/// One line of a cell is never lower than this, in points.
const LINE: f64 = 13.0;
/// The least room beside a text, in spreadsheet characters.
const MARGIN: f64 = 1.0;

/// The XML of one file of a workbook.
fn xml(workbook: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).expect("a workbook");
    let mut file = archive.by_name(name).expect("the part");
    let mut text = String::new();
    file.read_to_string(&mut text).expect("XML");
    text
}

/// The tags of one name, each as it is written.
fn tags<'x>(xml: &'x str, name: &str) -> Vec<&'x str> {
    let open = format!("<{name} ");
    let rest = xml.split(open.as_str()).skip(1);
    rest.filter_map(|rest| rest.split('>').next()).collect()
}

fn attribute<'x>(tag: &'x str, name: &str) -> Option<&'x str> {
    let begin = format!("{name}=\"");
    let (_, rest) = tag.split_once(begin.as_str())?;
    rest.split('"').next()
}

fn number(tag: &str, name: &str) -> Option<f64> {
    attribute(tag, name)?.parse().ok()
}

fn wide(text: &str) -> f64 {
    f64::from(u32::try_from(display_width(text)).expect("small"))
}

/// Rows that are short, long, very long and nearly empty.
fn rows() -> Vec<FilingRow> {
    let long = FilingRow {
        name: "浙江云栖茶业（集团）有限责任公司直播电商运营分公司第一直播间".to_owned(),
        business_address: "浙江省杭州市西湖区转塘街道云栖小镇山景路1号3幢201室".repeat(3),
        residence: "浙江省丽水市莲都区大猷街47号".repeat(4),
        domicile: "浙江省丽水市莲都区大猷街47号".repeat(5),
        accounts: vec!["yj_100000000001；".repeat(40)],
        qualifications: "食品安全管理员（高级）".repeat(6),
        ..full_row(2)
    };
    let passport = FilingRow::new(3, RowState::Ended, IdentityKind::Passport, "E1234567");
    vec![full_row(1), long, passport]
}

/// A report with the same rows on every sheet.
fn report(form: Form<'static>) -> Vec<u8> {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(form, folder.path(), DEFAULT_MAX_ROWS);
    for sheet in 0..form.report.sheets.len() {
        for row in rows() {
            writer.row(sheet, &row).expect("written");
        }
    }
    bytes(&mut writer.finish().expect("finished")[0])
}

/// Every report of every edition, each sheet with its title, XML and cells.
fn each_sheet(judge: impl Fn(&str, &str, &[Vec<Seen>])) {
    for (edition, kind) in [
        (EditionId::Order117, ReportKind::Livestream),
        (EditionId::Order117, ReportKind::Merchant),
        (EditionId::Draft2025, ReportKind::Livestream),
    ] {
        let workbook = report(form(edition, kind));
        for (index, (title, cells)) in (1..).zip(read_back(&workbook)).skip(1) {
            let sheet = xml(&workbook, &format!("xl/worksheets/sheet{index}.xml"));
            judge(&title, &sheet, &cells);
        }
    }
}

#[test]
fn the_header_stays_in_view_and_every_column_has_a_filter() {
    each_sheet(|title, sheet, cells| {
        let pane = tags(sheet, "pane");
        assert_eq!(pane.len(), 1, "{title}");
        assert_eq!(attribute(pane[0], "state"), Some("frozen"), "{title}");
        assert_eq!(attribute(pane[0], "ySplit"), Some("1"), "{title}");
        assert_eq!(attribute(pane[0], "xSplit"), None, "{title}");
        let last = u8::try_from(cells[0].len()).expect("few columns");
        let all = format!("A1:{}{}", char::from(b'A' + last - 1), cells.len());
        let filter = tags(sheet, "autoFilter");
        assert_eq!(
            filter
                .iter()
                .map(|tag| attribute(tag, "ref"))
                .collect::<Vec<_>>(),
            [Some(all.as_str())],
            "{title}"
        );
    });
}

#[test]
fn every_text_fits_its_cell() {
    each_sheet(|title, sheet, cells| {
        let columns = tags(sheet, "col");
        let widths: Vec<f64> = columns
            .iter()
            .filter_map(|tag| number(tag, "width"))
            .collect();
        assert_eq!(
            widths.len(),
            cells[0].len(),
            "{title}: a width for each column"
        );
        let heights = tags(sheet, "row");
        for (row, tag) in cells.iter().zip(&heights) {
            let height = number(tag, "ht").unwrap_or(20.0);
            for (cell, width) in row.iter().zip(&widths) {
                let Seen::Text(text) = cell else { continue };
                let lines = ((wide(text) + MARGIN) / width).ceil();
                let room = (height / LINE).floor();
                assert!(
                    lines <= room,
                    "{title}: {text} takes {lines} lines of {width}, there is room for {room}"
                );
            }
        }
        assert_eq!(heights.len(), cells.len(), "{title}");
        for (header, width) in cells[0].iter().zip(&widths) {
            let Seen::Text(header) = header else {
                panic!("{title}: a header is a text")
            };
            assert!(
                wide(header) + 3.0 <= *width,
                "{title}: {header} and its filter button need more than {width}"
            );
        }
        assert!(
            widths.iter().all(|width| *width <= 80.0),
            "{title}: {widths:?} can be seen on a screen"
        );
    });
}

#[test]
fn sheets_print_across_one_page_with_the_header_on_each() {
    each_sheet(|title, sheet, _| {
        let setup = tags(sheet, "pageSetup");
        assert_eq!(setup.len(), 1, "{title}");
        assert_eq!(
            attribute(setup[0], "orientation"),
            Some("landscape"),
            "{title}"
        );
        assert_eq!(
            attribute(setup[0], "fitToHeight"),
            Some("0"),
            "{title}: as many pages down as it takes"
        );
        assert_eq!(
            attribute(setup[0], "fitToWidth").unwrap_or("1"),
            "1",
            "{title}"
        );
        assert!(
            matches!(attribute(setup[0], "paperSize"), Some("8" | "9")),
            "{title}: A3 or A4"
        );
        assert!(sheet.contains("<pageSetUpPr fitToPage=\"1\"/>"), "{title}");
        assert!(
            sheet.contains("第 &amp;P 页，共 &amp;N 页"),
            "{title}: numbered pages"
        );
    });
    let form = form(EditionId::Order117, ReportKind::Livestream);
    let workbook = xml(&report(form), "xl/workbook.xml");
    for sheet in &form.report.sheets {
        assert!(
            workbook.contains(&format!(">{}!$1:$1</definedName>", sheet.title)),
            "{}: {workbook}",
            sheet.title
        );
    }
}

#[test]
fn the_cover_is_one_upright_page() {
    let workbook = report(form(EditionId::Order117, ReportKind::Livestream));
    let cover = xml(&workbook, "xl/worksheets/sheet1.xml");
    let setup = tags(&cover, "pageSetup");
    assert_eq!(attribute(setup[0], "orientation"), Some("portrait"));
    assert_eq!(attribute(setup[0], "paperSize"), Some("9"));
    assert!(cover.contains("<pageSetUpPr fitToPage=\"1\"/>"));
    assert_eq!(attribute(setup[0], "fitToHeight").unwrap_or("1"), "1");
}

/// How a cell sets its lines, by the style that its sheet gives it.
fn alignment(workbook: &[u8], sheet: &str, cell: &str) -> String {
    let sheet = xml(workbook, &format!("xl/worksheets/{sheet}.xml"));
    let cells = tags(&sheet, "c");
    let cell = cells
        .into_iter()
        .find(|tag| attribute(tag, "r") == Some(cell));
    let style = attribute(cell.expect("the cell"), "s").expect("a style");
    let styles = xml(workbook, "xl/styles.xml");
    let (_, formats) = styles.split_once("<cellXfs").expect("formats");
    let format = formats
        .split("<xf ")
        .nth(style.parse::<usize>().expect("a number") + 1);
    let (_, alignment) = format
        .expect("the style")
        .split_once("<alignment ")
        .expect("an alignment");
    alignment.split('/').next().unwrap_or_default().to_owned()
}

#[test]
fn lines_stand_in_the_middle_unless_some_are_hidden() {
    let folder = tempdir().expect("a folder");
    let form = form(EditionId::Order117, ReportKind::Livestream);
    let mut writer = writer(form, folder.path(), DEFAULT_MAX_ROWS);
    let with = |seq, accounts: String| FilingRow {
        accounts: vec![accounts],
        ..full_row(seq)
    };
    for row in [
        full_row(1),
        with(2, "yj_1；".repeat(30)),
        with(3, "yj_1；".repeat(3_000)),
    ] {
        writer.row(0, &row).expect("written");
    }
    let workbook = bytes(&mut writer.finish().expect("finished")[0]);
    for (cell, vertical, wraps) in [
        ("G2", "center", false),
        ("G3", "center", true),
        ("G4", "top", true),
    ] {
        let alignment = alignment(&workbook, "sheet2", cell);
        let top = !alignment.contains("vertical=\"center\"");
        assert_eq!(
            (top, alignment.contains("wrapText=\"1\"")),
            (vertical == "top", wraps),
            "{cell}: {alignment}"
        );
    }
}

/// Tables, formulas, rules and macros look different, or do nothing, in one of the three programs.
#[test]
fn only_what_excel_wps_and_libreoffice_share_is_used() {
    for kind in [ReportKind::Livestream, ReportKind::Merchant] {
        let workbook = report(form(EditionId::Order117, kind));
        let archive = ZipArchive::new(Cursor::new(&workbook)).expect("a workbook");
        for name in archive.file_names() {
            let name = name.expect("a name");
            let strange = [
                "tables",
                "drawings",
                "richData",
                "metadata",
                "vba",
                "externalLinks",
                "connections",
            ];
            assert!(!strange.iter().any(|part| name.contains(part)), "{name}");
        }
        for index in 1..=form(EditionId::Order117, kind).report.sheets.len() + 1 {
            let sheet = xml(&workbook, &format!("xl/worksheets/sheet{index}.xml"));
            for tag in [
                "<f>",
                "<f ",
                "conditionalFormatting",
                "dataValidation",
                "extLst",
                "hyperlink",
            ] {
                assert!(!sheet.contains(tag), "sheet {index} has {tag}");
            }
        }
    }
}
