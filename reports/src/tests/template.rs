//! Workbooks to fill in: what stands in them is what the importer understands.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use entity::kind::ImportKind;
use rules::survey::{Field, Meaning, RowWord, Shape, Words, of_kind as group_of};

use super::support::events;
use crate::survey::table::{Event, Why};
use crate::survey::template::{KINDS, title, write};

fn rows(kind: ImportKind, sheet: &str) -> Vec<Vec<String>> {
    let bytes = write(kind).expect("a workbook").expect("of this kind");
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range(sheet).expect("the sheet");
    let row = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect();
    range.rows().map(row).collect()
}

fn header(kind: ImportKind) -> Vec<String> {
    rows(kind, title(kind).expect("a title")).swap_remove(2)
}

#[test]
fn every_header_is_one_field_and_every_field_is_in_some_table() {
    let words = Words::standard();
    let mut seen = vec![Field::Ignored];
    for kind in KINDS.into_iter().filter(|kind| *kind != ImportKind::Form) {
        let mut of_kind = Vec::new();
        for text in header(kind) {
            let heard = words
                .header(&text, None)
                .unwrap_or_else(|| panic!("{kind}: {text}"));
            // A word that several subjects share means the one that the table is of.
            let field = match heard.meaning {
                Meaning::Field(field) => field,
                Meaning::Leaf(leaf) => leaf.of(group_of(kind)).expect("a field"),
            };
            assert_eq!(text, field.label(rules::label::Lang::Zh));
            assert!(!of_kind.contains(&field), "{kind}: {text} twice");
            of_kind.push(field);
        }
        seen.extend(of_kind);
    }
    for field in Field::ALL {
        assert!(seen.contains(field), "{} is in no template", field.as_str());
    }
}

#[test]
fn what_may_be_chosen_is_understood() {
    let words = Words::standard();
    for kind in KINDS {
        let bytes = write(kind).expect("a workbook").expect("of this kind");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        let mut sheet = String::new();
        let mut part = archive
            .by_name("xl/worksheets/sheet1.xml")
            .expect("the sheet");
        std::io::Read::read_to_string(&mut part, &mut sheet).expect("XML");
        let lists = sheet.split("type=\"list\"").skip(1).map(|rest| {
            let list = rest
                .split("&quot;")
                .nth(1)
                .or_else(|| rest.split('"').nth(1));
            let list = rest.split("<formula1>").nth(1).map_or(list, |formula| {
                formula
                    .split("</formula1>")
                    .next()
                    .map(|list| list.trim_matches('"'))
            });
            list.expect("a list").to_owned()
        });
        for list in lists {
            for word in list.split(',') {
                let known = words.identity_kind(word).is_some()
                    || words.form(word).is_some()
                    || words.role(word).is_some()
                    || words.exemption(word).is_some()
                    || words.flag(word).is_some();
                assert!(known, "{kind}: {word} of {list}");
            }
        }
    }
}

#[test]
fn the_example_is_marked_as_such() {
    for kind in KINDS.into_iter().filter(|kind| *kind != ImportKind::Form) {
        let rows = rows(kind, title(kind).expect("a title"));
        assert_eq!(
            rows.len(),
            4,
            "{kind}: a title, who and when, the header, the example"
        );
        assert_eq!(Words::standard().row(&rows[3][0]), Some(RowWord::Example));
        let number = header(kind)
            .iter()
            .position(|text| text.ends_with("证件号码"));
        let number = &rows[3][number.expect("a number")];
        assert!(number.is_empty() || number.len() == 18, "{kind}: {number}");
    }
}

#[test]
fn numbers_are_kept_as_texts() {
    let bytes = write(ImportKind::Operators)
        .expect("a workbook")
        .expect("of this kind");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut read = |name: &str| {
        let mut text = String::new();
        let mut part = archive.by_name(name).expect("the part");
        std::io::Read::read_to_string(&mut part, &mut text).expect("XML");
        text
    };
    let (sheet, styles) = (read("xl/worksheets/sheet1.xml"), read("xl/styles.xml"));
    let formats: Vec<_> = styles
        .split("<cellXfs")
        .nth(1)
        .expect("formats")
        .split("<xf ")
        .skip(1)
        .collect();
    let columns = sheet.split("<col ").skip(1);
    let mut told = 0;
    for column in columns {
        let style = column.split("style=\"").nth(1).expect("a style");
        let style: usize = style
            .split('"')
            .next()
            .expect("a number")
            .parse()
            .expect("a number");
        assert!(
            formats[style].contains("numFmtId=\"49\""),
            "{column}: {formats:?}"
        );
        told += 1;
    }
    let fields = header(ImportKind::Operators).len();
    assert!(told > 0 && told <= fields);
    assert!(
        Field::ALL
            .iter()
            .any(|field| field.shape() == Shape::Number)
    );
}

#[test]
fn the_same_template_is_the_same_file() {
    for kind in KINDS {
        assert_eq!(
            write(kind).expect("a workbook"),
            write(kind).expect("a workbook")
        );
    }
    assert_eq!(write(ImportKind::Registrations).expect("none"), None);
}

#[test]
fn the_importer_finds_the_table_and_leaves_the_example_out() {
    for kind in KINDS.into_iter().filter(|kind| *kind != ImportKind::Form) {
        let bytes = write(kind).expect("a workbook").expect("of this kind");
        let events = events(&bytes);
        let mut tables = events.iter().filter_map(|event| match event {
            Event::Table(table) => Some(table),
            _ => None,
        });
        let table = tables
            .next()
            .unwrap_or_else(|| panic!("{kind}: {events:#?}"));
        assert_eq!(tables.next(), None, "{kind}: one table");
        assert_eq!(table.kind, kind);
        let known = table.columns.iter().filter(|column| column.field.is_some());
        assert_eq!(
            known.count(),
            header(kind).len(),
            "{kind}: {:#?}",
            table.columns
        );
        let records = events
            .iter()
            .filter(|event| matches!(event, Event::Record(_)));
        assert_eq!(records.count(), 0, "{kind}: nothing is filled in");
        let example = |event: &&Event| matches!(event, Event::Skipped(skipped) if skipped.why == Why::Example);
        assert_eq!(
            events.iter().filter(example).count(),
            1,
            "{kind}: {events:#?}"
        );
    }
}

#[test]
fn an_empty_form_says_nothing() {
    let bytes = write(ImportKind::Form)
        .expect("a workbook")
        .expect("a form");
    let events = events(&bytes);
    let records = events
        .iter()
        .filter(|event| matches!(event, Event::Record(_)));
    assert_eq!(records.count(), 0, "{events:#?}");
    let empty =
        |event: &&Event| matches!(event, Event::Skipped(skipped) if skipped.why == Why::EmptyForm);
    assert_eq!(events.iter().filter(empty).count(), 1, "{events:#?}");
}
