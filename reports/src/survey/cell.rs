//! What stands in one cell, cleaned into the value of a field: the writing is mended, never the meaning. Digits that a
//! spreadsheet lost are not invented, and what cannot be read is refused with its reason.

mod count;
mod day;
mod number;
mod phone;
mod tidy;
mod word;

use std::borrow::Cow;

use entity::kind::{ExemptionKind, IdentityKind, LegalForm, SubjectKind};
use entity::problem::{Finding, ProblemCode};
use rules::survey::{Field, Shape, Unit, ValueWord, Words};

use super::raw::Value;

pub(super) use tidy::tidy;

/// A cell's value after cleaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    /// The value, empty where there is none or where it is refused.
    pub(super) text: String,
    /// Further values of the same cell.
    pub(super) more: Vec<String>,
    /// What is to be said of it.
    pub(super) findings: Vec<Finding>,
}

impl Cleaned {
    fn of(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    fn refused(finding: Finding) -> Self {
        Self {
            findings: vec![finding],
            ..Self::default()
        }
    }

    fn warned(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    /// The parts of a cell as several values.
    fn several(mut parts: Vec<String>) -> Self {
        if parts.is_empty() {
            return Self::default();
        }
        let text = parts.remove(0);
        Self {
            text,
            more: parts,
            findings: Vec::new(),
        }
    }
}

/// A formula that was never calculated: something stands there, and nobody knows what.
pub(super) fn uncalculated() -> Cleaned {
    Cleaned::refused(Finding::error(ProblemCode::CellFault))
}

/// Cleans what stands in a cell. The unit is its header's.
pub(super) fn clean(words: &Words, field: Field, unit: Option<&Unit>, value: &Value) -> Cleaned {
    match value {
        Value::Fault(fault) => {
            let finding = Finding::error(ProblemCode::CellFault);
            Cleaned::refused(finding.with("fault", fault.chars().take(20).collect::<String>()))
        }
        Value::Flag(flag) if field.shape() == Shape::Flag => Cleaned::of(flag.to_string()),
        Value::Flag(_) => unfit(),
        Value::Moment(moment) => of_moment(field, moment),
        Value::Number(number) => of_number(field, unit, *number),
        Value::Text(raw) => of_text(words, field, unit, &tidy(raw)),
    }
}

/// A value of the wrong kind for its column.
fn unfit() -> Cleaned {
    Cleaned::refused(Finding::error(ProblemCode::CellUnfit))
}

fn several_values() -> Cleaned {
    Cleaned::refused(Finding::error(ProblemCode::SeveralValues))
}

fn of_moment(field: Field, moment: &str) -> Cleaned {
    match field.shape() {
        Shape::Day | Shape::Term => day::of_moment(moment),
        Shape::Text | Shape::Band | Shape::List => Cleaned::of(moment.get(..10).unwrap_or(moment)),
        _ => unfit(),
    }
}

fn of_number(field: Field, unit: Option<&Unit>, number: f64) -> Cleaned {
    match field.shape() {
        Shape::Number => number::of_number(number),
        Shape::Code => number::code_of_number(number),
        Shape::Phone => phone::of_number(number),
        Shape::Count => count::read(&decimal(number), unit),
        Shape::Band => Cleaned::of(count::with_unit(decimal(number), unit)),
        Shape::Day | Shape::Term => day::of_number(number),
        Shape::Flag if matches!(decimal(number).as_str(), "0" | "1") => {
            Cleaned::of((number > 0.5).to_string())
        }
        Shape::Text | Shape::List | Shape::Name => Cleaned::of(decimal(number)),
        _ => unfit(),
    }
}

fn of_text(words: &Words, field: Field, unit: Option<&Unit>, text: &str) -> Cleaned {
    let shape = field.shape();
    match words.value(text) {
        Some(ValueWord::Open) if shape == Shape::Term => return Cleaned::of(super::table::OPEN),
        // 无 answers a question of yes and no.
        Some(ValueWord::Nothing) if shape != Shape::Flag => return Cleaned::default(),
        _ => {}
    }
    if text.is_empty() {
        return Cleaned::default();
    }
    match shape {
        Shape::Number => number::of_text(field, text),
        Shape::Code if field == Field::RoomAccount => number::account(text),
        Shape::Code => number::code_of_text(text),
        Shape::Phone => phone::of_text(field, text),
        Shape::Count => count::read(text, unit),
        Shape::Band => Cleaned::of(count::with_unit(tidy::line(text).into_owned(), unit)),
        Shape::Day => day::of_text(text, false),
        Shape::Term => day::of_text(text, true),
        Shape::Url => word::url(text),
        Shape::Name => word::name(field, text),
        Shape::List => word::list(words, text),
        Shape::Text => Cleaned::of(tidy::line(text)),
        Shape::Flag => word::known(words.flag(text).map(|flag| flag.to_string())),
        Shape::IdentityKind => word::known(words.identity_kind(text).map(IdentityKind::as_str)),
        Shape::Form => word::known(words.form(text).map(LegalForm::as_str)),
        Shape::Role => word::known(words.role(text).map(SubjectKind::as_str)),
        Shape::Exemption => word::known(words.exemption(text).map(ExemptionKind::as_str)),
    }
}

/// How a cell is shown, as far as its value tells: a number of more than fifteen digits as a spreadsheet shows it, because
/// the others are not what was typed.
pub(super) fn shown(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Text(text) | Value::Moment(text) | Value::Fault(text) => Cow::Borrowed(text),
        Value::Number(number) if number.abs() >= 1e15 => {
            Cow::Owned(format!("{number:.14E}").replace('E', "E+"))
        }
        Value::Number(number) => Cow::Owned(decimal(*number)),
        Value::Flag(flag) => Cow::Borrowed(if *flag { "TRUE" } else { "FALSE" }),
    }
}

/// A number in decimal digits, with as many as tell it from its neighbours.
fn decimal(number: f64) -> String {
    format!("{number}")
}
