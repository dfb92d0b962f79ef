//! What the two kinds of workbooks since 2007 have in common: a main part that names sheets, parts that the cells of all
//! sheets refer to, and sheets whose merged cells stand behind their rows and are wanted before them, so that every sheet
//! is unpacked twice.

use super::super::raw::{Format, Refusal, Sheet, Span, Value, Visibility};
use super::moment::{self, Epoch};
use super::strings::Strings;
use super::{Out, Stop, number, opc};
use crate::untrusted::package::{Package, Unpacked};

/// A sheet as the workbook names it.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) visibility: Visibility,
    pub(super) id: String,
}

/// What the cells of all sheets refer to.
#[derive(Default)]
pub(super) struct Book {
    pub(super) strings: Strings,
    /// Whether a style shows a day.
    pub(super) moments: Vec<bool>,
    pub(super) epoch: Epoch,
}

impl Book {
    /// What a number is in a cell of a style.
    pub(super) fn number(&self, style: usize, found: f64) -> Value {
        if self.moments.get(style).copied().unwrap_or(false) {
            moment::value(found, self.epoch)
        } else {
            number(found)
        }
    }
}

/// The formats of numbers that a workbook has of its own, and which of its styles show a day.
#[derive(Default)]
pub(super) struct Styles {
    formats: Vec<(u32, bool)>,
    pub(super) moments: Vec<bool>,
}

impl Styles {
    pub(super) fn format(&mut self, id: u32, code: &str) {
        self.formats.push((id, moment::is_moment(code)));
    }

    pub(super) fn style(&mut self, format: u32) {
        let own = self.formats.iter().find(|(id, _)| *id == format);
        let moment = own.map_or_else(|| moment::is_built_in(format), |(_, is)| *is);
        self.moments.push(moment);
    }
}

/// The sheets of a workbook, and which day it counts from.
pub(super) type Named = (Vec<Entry>, Epoch);

/// How the parts are written.
pub(super) struct Dialect {
    pub(super) format: Format,
    pub(super) workbook: fn(&mut Package<'_>, &str) -> Result<Named, Refusal>,
    pub(super) strings: fn(&mut Package<'_>, &str) -> Result<Strings, Refusal>,
    pub(super) moments: fn(&mut Package<'_>, &str) -> Result<Vec<bool>, Refusal>,
    pub(super) merges: fn(Unpacked<'_, '_>, u64) -> Result<Vec<Span>, Refusal>,
    pub(super) sheet: fn(Unpacked<'_, '_>, &Book, Sheet, &mut Out<'_>) -> Result<(), Stop>,
}

/// Reads a workbook whose main part is known.
pub(super) fn read(
    package: &mut Package<'_>,
    main: &str,
    dialect: &Dialect,
    out: &mut Out<'_>,
) -> Result<(), Stop> {
    let (entries, epoch) = (dialect.workbook)(package, main)?;
    let relations = opc::relations(package, main)?;
    opc::contained(&relations)?;
    out.format(dialect.format)?;
    let mut book = Book {
        epoch,
        ..Book::default()
    };
    for relation in &relations {
        match relation.kind.as_str() {
            "sharedStrings" => book.strings = (dialect.strings)(package, &relation.target)?,
            "styles" => book.moments = (dialect.moments)(package, &relation.target)?,
            _ => {}
        }
    }
    for entry in entries {
        let relation = relations.iter().find(|relation| relation.id == entry.id);
        let relation = relation.ok_or(Refusal::Damaged)?;
        // Charts and macros are kept as sheets too.
        if relation.kind != "worksheet" {
            continue;
        }
        opc::contained(&opc::relations(package, &relation.target)?)?;
        let part = package.part(&relation.target)?.ok_or(Refusal::Damaged)?;
        let sheet = Sheet {
            name: entry.name,
            visibility: entry.visibility,
            merges: (dialect.merges)(part, out.limits.merges)?,
            hidden_columns: Vec::new(),
        };
        let part = package.part(&relation.target)?.ok_or(Refusal::Damaged)?;
        (dialect.sheet)(part, &book, sheet, out)?;
    }
    Ok(())
}
