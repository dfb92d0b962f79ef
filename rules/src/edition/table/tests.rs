//! What every edition's table must hold to be read at all, and that a province can only add.

use chrono::NaiveDate;
use entity::kind::ReportKind;

use super::*;
use crate::edition::{EditionId, Field, edition};

const ORDER: &str = include_str!("../../../data/order-117.toml");

fn provinces(text: &str) -> Table {
    text.parse().unwrap()
}

#[test]
fn every_edition_loads_under_its_own_name() {
    for &id in EditionId::ALL {
        let edition = edition(id);
        assert_eq!(edition.id, id);
        assert_eq!(id.as_str().parse(), Ok(id));
        assert!(edition.instrument.starts_with("直播电商监督管理办法（"));
    }
    assert_eq!(edition(EditionId::Order117).name, "2026年令第117号");
    assert_eq!(edition(EditionId::Draft2025).name, "2025年征求意见稿");
    let in_force = |id| edition(id).in_force;
    assert_eq!(
        in_force(EditionId::Order117),
        NaiveDate::from_ymd_opt(2026, 2, 1)
    );
    assert_eq!(in_force(EditionId::Draft2025), None);
}

#[test]
fn a_province_adds_columns_after_the_base_and_only_for_itself() {
    let example = provinces(
        r#"
        [[additions]]
        edition = "order-117"
        province = "330000"
        sheet = "registered-operators"
        columns = [{ field = "PERMITS", header = "行政许可", width = 32, article = "第八条第一款" }]
    "#,
    );
    let edition = read(EditionId::Order117, ORDER, example.clone()).unwrap();
    let sheets = &edition.report(ReportKind::Livestream).unwrap().sheets;
    let added = edition.columns(&sheets[0], "330000");
    assert_eq!(added.len(), sheets[0].columns.len() + 1);
    let last = added.last().unwrap();
    assert_eq!(last.field, Field::Permits);
    assert_eq!(last.article.as_ref().unwrap().number, "第八条第一款");
    assert_eq!(
        edition.columns(&sheets[0], "440000").len(),
        sheets[0].columns.len()
    );
    assert_eq!(
        edition.columns(&sheets[1], "330000").len(),
        sheets[1].columns.len()
    );
    let draft = read(EditionId::Draft2025, file(EditionId::Draft2025), example).unwrap();
    assert!(draft.additions.is_empty(), "another edition's province");
}

#[test]
fn a_sheet_without_a_penalty_has_its_reports_and_one_with_its_own_keeps_it() {
    let livestream = edition(EditionId::Order117).report(ReportKind::Livestream);
    let report = livestream.unwrap();
    let penalties = report
        .sheets
        .iter()
        .map(|sheet| sheet.penalty.number.as_str());
    assert!(penalties.eq(["第五十三条", "第五十三条", "第五十四条"]));
    assert_eq!(report.penalty.number, "第五十三条");
}

#[test]
fn an_unknown_cell_a_missing_one_and_an_unknown_instrument_are_refused() {
    let none = || provinces("additions = []");
    assert!(read(EditionId::Order117, ORDER, none()).is_ok());
    for (right, wrong, told) in [
        ("width = 8 }", "widht = 8 }", "widht"),
        ("months = 6\n", "", "months"),
        (
            "yearly = true\n",
            "yearly = true\nmonthly = true\n",
            "monthly",
        ),
        ("force = \"MUST\"", "force = \"SHOULD\"", "SHOULD"),
        (
            "e-commerce-law",
            "e-commence-law",
            "e-commence-law 第八十条",
        ),
        (
            "article = \"第五十条\"",
            "article = 50",
            "a citation is no text",
        ),
        ("article = \"第五十条\"\n", "", "article"),
    ] {
        assert!(ORDER.contains(right), "{right}");
        let error = read(
            EditionId::Order117,
            &ORDER.replacen(right, wrong, 1),
            none(),
        );
        let error = error.map(|edition| edition.name).unwrap_err();
        assert!(error.contains(told), "{wrong}: {error}");
    }
    assert!(read(EditionId::Order117, ORDER, Table::new()).is_err());
}
