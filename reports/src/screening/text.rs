//! Values with a separator: UTF-8 with or without its mark, UTF-16 with its mark, else GB18030; commas, tabs or semicolons,
//! whichever the first line has most of.

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, GB18030, UTF_8};

use super::{Limits, TableError, Value};

pub(super) fn read(bytes: &[u8], limits: Limits) -> Result<(u8, Vec<Vec<Value>>), TableError> {
    let text = decode(bytes)?;
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

fn decode(bytes: &[u8]) -> Result<String, TableError> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let rest = bytes.get(mark..).unwrap_or_default();
    if rest.contains(&0) && mark == 0 {
        return Err(TableError::Foreign("no text"));
    }
    let candidates = [encoding, GB18030];
    let decoded = candidates.iter().find_map(|encoding| {
        encoding
            .decode_without_bom_handling_and_without_replacement(rest)
            .map(std::borrow::Cow::into_owned)
    });
    decoded.ok_or(TableError::Encoding)
}
