//! How an edition is written down in TOML, and its reading into [`Edition`]. Only `edition` uses it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::kind::{ReportKind, SubjectKind};
use serde::Deserialize;

use super::{
    Addition, Article, Cite, Column, Edition, EditionId, Field, Interval, Report, Sheet, instrument,
};
use crate::data::compiled_in;

/// Reads a compiled-in edition with the compiled-in additions of the provinces.
pub(super) fn load(name: &str, text: &str) -> Edition {
    let provinces = compiled_in("provinces.toml", include_str!("../../data/provinces.toml"));
    resolve(compiled_in(name, text), provinces)
}

/// Puts the instruments' titles into the cells and the provinces' columns beside the base.
pub(super) fn resolve(table: EditionTable, provinces: ProvinceTable) -> Edition {
    let id = table.id;
    Edition {
        id,
        name: table.name,
        instrument: title(id.as_str()),
        in_force: table.in_force,
        reports: table
            .reports
            .into_iter()
            .map(|row| report(row, id))
            .collect(),
        verification: table
            .verification
            .into_iter()
            .map(|(kind, row)| {
                let article = article(&row.article, id);
                (
                    kind,
                    Interval {
                        months: row.months,
                        article,
                    },
                )
            })
            .collect(),
        additions: provinces
            .additions
            .into_iter()
            .filter(|row| row.edition == id)
            .map(|row| Addition {
                province: row.province,
                sheet: row.sheet,
                columns: columns(row.columns, id),
            })
            .collect(),
    }
}

fn report(row: ReportRow, id: EditionId) -> Report {
    let penalty = article(&row.penalty, id);
    let sheets = row
        .sheets
        .into_iter()
        .map(|sheet| Sheet {
            key: sheet.key,
            title: sheet.title,
            subject: sheet.subject,
            registered: sheet.registered,
            article: article(&sheet.article, id),
            penalty: sheet
                .penalty
                .map_or_else(|| penalty.clone(), |own| article(&own, id)),
            columns: columns(sheet.columns, id),
        })
        .collect();
    Report {
        kind: row.kind,
        version: row.version,
        title: row.title,
        basis: article(&row.basis, id),
        penalty,
        recipient: row.recipient,
        sheets,
    }
}

fn columns(rows: Vec<ColumnRow>, id: EditionId) -> Vec<Column> {
    rows.into_iter()
        .map(|row| Column {
            field: row.field,
            header: row.header,
            width: row.width,
            article: row.article.map(|cite| article(&cite, id)),
        })
        .collect()
}

#[expect(
    clippy::expect_used,
    reason = "the tables are part of the binary and a unit test resolves every cell"
)]
fn article(cite: &Cite, id: EditionId) -> Article {
    cite.resolve(id)
        .expect("every cited instrument stands in instruments.toml")
}

#[expect(
    clippy::expect_used,
    reason = "the tables are part of the binary and a unit test resolves every cell"
)]
fn title(key: &str) -> String {
    instrument(key)
        .expect("every edition stands in instruments.toml")
        .to_owned()
}

/// An edition as its file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EditionTable {
    id: EditionId,
    name: String,
    in_force: Option<NaiveDate>,
    verification: BTreeMap<SubjectKind, IntervalRow>,
    reports: Vec<ReportRow>,
}

/// The additions of all provinces as their file writes them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProvinceTable {
    additions: Vec<AdditionRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IntervalRow {
    months: u32,
    article: Cite,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportRow {
    kind: ReportKind,
    version: u32,
    title: String,
    basis: Cite,
    penalty: Cite,
    recipient: String,
    sheets: Vec<SheetRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SheetRow {
    key: String,
    title: String,
    subject: SubjectKind,
    registered: Option<bool>,
    article: Cite,
    penalty: Option<Cite>,
    columns: Vec<ColumnRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnRow {
    field: Field,
    header: String,
    width: f64,
    article: Option<Cite>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdditionRow {
    edition: EditionId,
    province: String,
    sheet: String,
    columns: Vec<ColumnRow>,
}

#[cfg(test)]
mod tests;
