//! How an edition is read from TOML: every citation becomes an [`super::Article`] first, then the table is read strictly into
//! [`Edition`], so that each cell has one type and no second one for its file. Only `edition` and `coverage` use it.

use toml::{Table, Value};

use super::{Cite, Edition, EditionId};
use crate::data::{compiled_in, sound};

/// The keys under which a table cites: what asks for the cell first, then what else it rests on or speaks of.
pub(crate) const CITING: [&str; 6] = ["article", "basis", "also", "penalty", "under", "duties"];

/// Reads a compiled-in edition with the compiled-in additions of the provinces.
pub(super) fn load(id: EditionId) -> Edition {
    let provinces = compiled_in("provinces.toml", include_str!("../../data/provinces.toml"));
    sound(file_name(id), read(id, file(id), provinces))
}

/// The tables of an edition with their citations resolved, for whoever walks them.
pub(crate) fn cells_of(id: EditionId) -> Table {
    sound(file_name(id), cited(id, file(id)))
}

/// Reads an edition and what the provinces add to it.
fn read(id: EditionId, text: &str, provinces: Table) -> Result<Edition, String> {
    let mut table = cited(id, text)?;
    table.insert("instrument".to_owned(), title(id)?.into());
    let additions = additions(id, provinces)?;
    table.insert("additions".to_owned(), additions);
    table.try_into().map_err(|error| error.to_string())
}

/// The text as a table in which every citation is an article and every sheet names its penalty.
fn cited(id: EditionId, text: &str) -> Result<Table, String> {
    let mut table: Table = toml::from_str(text).map_err(|error| error.to_string())?;
    let reports = table.get_mut("reports").and_then(Value::as_array_mut);
    reports.into_iter().flatten().for_each(hand_down_penalty);
    for value in table.iter_mut().map(|(_, value)| value) {
        cite(value, id)?;
    }
    Ok(table)
}

/// A sheet that names no penalty has its report's.
fn hand_down_penalty(report: &mut Value) {
    let Some(penalty) = report.get("penalty").cloned() else {
        return;
    };
    let sheets = report.get_mut("sheets").and_then(Value::as_array_mut);
    let sheets = sheets.into_iter().flatten().filter_map(Value::as_table_mut);
    for sheet in sheets {
        sheet.entry("penalty").or_insert_with(|| penalty.clone());
    }
}

/// Puts the article in the place of every citation below a value.
fn cite(value: &mut Value, id: EditionId) -> Result<(), String> {
    match value {
        Value::Table(table) => table.iter_mut().try_for_each(|(key, value)| {
            if CITING.contains(&key.as_str()) {
                resolve(value, id)
            } else {
                cite(value, id)
            }
        }),
        Value::Array(values) => values.iter_mut().try_for_each(|value| cite(value, id)),
        _ => Ok(()),
    }
}

/// Turns a citation, or a list of them, into articles.
fn resolve(value: &mut Value, id: EditionId) -> Result<(), String> {
    if let Value::Array(values) = value {
        return values.iter_mut().try_for_each(|value| resolve(value, id));
    }
    let text = value.as_str().ok_or("a citation is no text")?;
    let article = Cite(text.to_owned())
        .resolve(id)
        .ok_or_else(|| format!("{text} names an instrument that instruments.toml lacks"))?;
    let fields = [
        ("instrument", article.instrument.as_str()),
        ("number", article.number.as_str()),
        ("edition", id.as_str()),
    ];
    let fields = fields.map(|(key, text)| (key.to_owned(), Value::from(text)));
    *value = Value::Table(fields.into_iter().collect());
    Ok(())
}

/// What the provinces add to one edition.
fn additions(id: EditionId, mut provinces: Table) -> Result<Value, String> {
    let Some(Value::Array(mut rows)) = provinces.remove("additions") else {
        return Err("provinces.toml has no additions".to_owned());
    };
    rows.retain(|row| row.get("edition").and_then(Value::as_str) == Some(id.as_str()));
    rows.iter_mut().try_for_each(|row| cite(row, id))?;
    Ok(Value::Array(rows))
}

fn title(id: EditionId) -> Result<String, String> {
    let found = crate::instrument::by_key(id.as_str());
    let found = found.ok_or_else(|| format!("instruments.toml lacks {id}"))?;
    Ok(found.title.clone())
}

const fn file(id: EditionId) -> &'static str {
    match id {
        EditionId::Order117 => include_str!("../../data/order-117.toml"),
        EditionId::Draft2025 => include_str!("../../data/draft-2025.toml"),
    }
}

const fn file_name(id: EditionId) -> &'static str {
    match id {
        EditionId::Order117 => "order-117.toml",
        EditionId::Draft2025 => "draft-2025.toml",
    }
}

#[cfg(test)]
mod tests;
