//! Values with a separator: in any known encoding; commas, tabs or semicolons,
//! whichever the first line has most of.

use csv::{ReaderBuilder, StringRecord};

use super::{Limits, TableError, Value};
use crate::untrusted::decode;

pub(super) fn read(bytes: &[u8], limits: Limits) -> Result<(u8, Vec<Vec<Value>>), TableError> {
    let text = decode::all(bytes)?;
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first = first.ok_or(TableError::Empty)?;
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    let separator = [b',', b'\t', b';']
        .into_iter()
        .rev()
        .max_by_key(|s| count(*s));
    let separator = separator.unwrap_or(b',');
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let most = limits.rows + super::heading::LOOKED_AT;
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|_| TableError::Damaged)?
    {
        if rows.len() >= most {
            return Err(TableError::TooManyRows(limits.rows));
        }
        if record.len() > limits.columns {
            return Err(TableError::TooManyColumns(limits.columns));
        }
        rows.push(record.iter().map(value).collect());
    }
    Ok((separator, rows))
}

fn value(text: &str) -> Value {
    if text.trim().is_empty() {
        Value::Empty
    } else {
        Value::Text(text.to_owned())
    }
}
