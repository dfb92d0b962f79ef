//! The header: the first of the upper rows that names a column which can be looked up. Headers are known by what people in
//! offices write there.

use super::{Format, Table, TableError, Value};

/// Rows that are looked at for a header.
pub(super) const LOOKED_AT: usize = 20;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// 证件号码 or 统一社会信用代码.
    Number,
    /// 证件类型.
    Kind,
    /// 签发国家.
    Country,
    /// 名称（姓名）.
    Name,
    /// 直播账号.
    Account,
}

/// The headers of each field, without spaces, brackets and what stands in them.
const HEADERS: &[(Field, &[&str])] = &[
    (
        Field::Number,
        &[
            "证件号码",
            "证件号",
            "身份证号码",
            "身份证号",
            "身份证件号码",
            "身份证",
            "统一社会信用代码",
            "社会信用代码",
            "信用代码",
            "统一社会信用代码/身份证件号码",
            "number",
            "idnumber",
            "uscc",
        ],
    ),
    (Field::Kind, &["证件类型", "证件种类", "kind", "idtype"]),
    (Field::Country, &["签发国家", "国家", "country"]),
    (
        Field::Name,
        &[
            "名称",
            "姓名",
            "名称/姓名",
            "企业名称",
            "单位名称",
            "主体名称",
            "运营者名称",
            "主播姓名",
            "真实姓名",
            "name",
        ],
    ),
    (
        Field::Account,
        &["直播账号", "直播间账号", "账号", "账号id", "account"],
    ),
];

/// The columns of each field; where several headers name one field, in their order, the first that has a value counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    known: Vec<(Field, usize)>,
}

impl Columns {
    /// The first cell of a row that has a value of a field, with its column.
    #[must_use]
    pub fn of<'a>(&self, field: Field, row: &'a [Value]) -> Option<(usize, &'a Value)> {
        let columns = self.known.iter().filter(|(known, _)| *known == field);
        columns
            .filter_map(|(_, column)| Some((*column, row.get(*column)?)))
            .find(|(_, value)| **value != Value::Empty && !value.text().is_empty())
    }

    /// Whether a field can be looked up by itself.
    fn is_enough(&self) -> bool {
        let has = |field| self.known.iter().any(|(known, _)| *known == field);
        has(Field::Number) || has(Field::Name) || has(Field::Account)
    }
}

pub(super) fn find(
    format: Format,
    sheet: String,
    mut rows: Vec<Vec<Value>>,
) -> Result<Table, TableError> {
    if rows.iter().all(Vec::is_empty) {
        return Err(TableError::Empty);
    }
    let named = rows
        .iter()
        .take(LOOKED_AT)
        .map(|row| columns(row))
        .enumerate()
        .find(|(_, columns)| columns.is_enough());
    let (at, columns) = named.ok_or(TableError::NoHeader)?;
    let below = rows.split_off(at + 1);
    let header = rows.pop().unwrap_or_default();
    Ok(Table {
        format,
        sheet,
        above: rows,
        header,
        columns,
        rows: below,
    })
}

fn columns(row: &[Value]) -> Columns {
    let known = row.iter().enumerate().filter_map(|(column, cell)| {
        let header = bare(&cell.text());
        let (field, _) = HEADERS
            .iter()
            .find(|(_, words)| words.contains(&header.as_str()))?;
        Some((*field, column))
    });
    Columns {
        known: known.collect(),
    }
}

/// A header without spaces and without what stands in brackets.
fn bare(header: &str) -> String {
    let mut depth = 0_usize;
    let mut bare = String::new();
    for c in header.chars() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            '*' | '＊' => {}
            c if c.is_whitespace() || depth > 0 => {}
            c => bare.extend(c.to_lowercase()),
        }
    }
    bare
}
