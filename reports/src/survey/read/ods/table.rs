//! The tables of a spreadsheet in both passes.

use std::io::Read;

use super::super::super::raw::{Cell, Refusal, Row, Sheet, Span, Value, Visibility};
use super::super::xml::{Scanner, Tag, Token};
use super::super::{Out, Stop, limits, moment, number};
use crate::untrusted::package::too_large;

/// Rows and columns that a sheet of this format can have.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// What a pass wants.
pub(super) enum Pass<'p, 'o> {
    /// The sheets, before their rows.
    First {
        sheets: &'p mut Vec<Sheet>,
        most: u64,
    },
    /// The rows.
    Second {
        sheets: &'p mut std::vec::IntoIter<Sheet>,
        out: &'p mut Out<'o>,
    },
}

/// A cell as it is written.
#[derive(Default)]
struct Written {
    repeated: u32,
    wide: u32,
    high: u32,
    kind: String,
    value: Option<String>,
    formula: bool,
}

pub(super) struct Tables<R> {
    xml: Scanner<R>,
    /// Styles of tables that are not shown.
    hidden: Vec<String>,
}

impl<R: Read> Tables<R> {
    pub(super) fn new(part: R) -> Result<Self, Refusal> {
        Ok(Self {
            xml: Scanner::new(part)?,
            hidden: Vec::new(),
        })
    }

    pub(super) fn read(&mut self, pass: &mut Pass<'_, '_>) -> Result<(), Stop> {
        let mut style = String::new();
        let mut any = false;
        loop {
            match self.xml.token()? {
                Token::Open(tag) => match tag.name {
                    b"style" => style = tag.attribute(b"name")?.unwrap_or_default(),
                    b"table-properties" => {
                        let display = tag.attribute(b"display")?;
                        let hidden = display.as_deref() == Some("false");
                        self.hidden.extend(hidden.then(|| style.clone()));
                    }
                    b"dde-links" => {
                        let out = "links to other files or data sources";
                        return Err(Refusal::Dangerous(out.to_owned()).into());
                    }
                    b"tracked-changes" if !tag.empty => self.xml.skip()?,
                    b"table" => {
                        any = true;
                        let empty = tag.empty;
                        let sheet = named(tag, &self.hidden)?;
                        begin(pass, sheet)?;
                        if !empty {
                            self.table(pass)?;
                        }
                    }
                    _ => {}
                },
                Token::End if any => return Ok(()),
                Token::End => return Err(Refusal::Damaged.into()),
                _ => {}
            }
        }
    }

    /// Rows, wherever groups and headers put them, up to the end of the table.
    fn table(&mut self, pass: &mut Pass<'_, '_>) -> Result<(), Stop> {
        let (mut row, mut column, mut depth) = (0_u32, 0_u32, 1_u32);
        loop {
            match self.xml.token()? {
                Token::Open(tag) => match tag.name {
                    b"table-row" => {
                        let many = count(tag, b"number-rows-repeated")?;
                        let hidden = is_hidden(tag)?;
                        let empty = tag.empty;
                        if !empty {
                            self.row(pass, (row, many), hidden)?;
                        }
                        row = row.checked_add(many).ok_or(Refusal::Damaged)?;
                    }
                    b"table-column" => {
                        let many = count(tag, b"number-columns-repeated")?;
                        let last = column.checked_add(many).ok_or(Refusal::Damaged)?;
                        if is_hidden(tag)? {
                            hide(pass, (column, last.saturating_sub(1)));
                        }
                        column = last;
                        if !tag.empty {
                            self.xml.skip()?;
                        }
                    }
                    b"table-source" | b"cell-range-source" => {
                        let out = "links to other files or data sources";
                        return Err(Refusal::Dangerous(out.to_owned()).into());
                    }
                    b"table-columns"
                    | b"table-column-group"
                    | b"table-header-columns"
                    | b"table-rows"
                    | b"table-row-group"
                    | b"table-header-rows" => {
                        depth += u32::from(!tag.empty);
                    }
                    _ if !tag.empty => self.xml.skip()?,
                    _ => {}
                },
                Token::Close(_) => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                Token::End => return Err(Refusal::Damaged.into()),
                _ => {}
            }
        }
    }

    /// A row, and as often as it counts.
    fn row(
        &mut self,
        pass: &mut Pass<'_, '_>,
        (index, many): (u32, u32),
        hidden: bool,
    ) -> Result<(), Stop> {
        let mut row = Row {
            index,
            hidden,
            cells: Vec::new(),
        };
        let mut column = 0_u32;
        loop {
            match self.xml.token()? {
                Token::Open(tag) if matches!(tag.name, b"table-cell" | b"covered-table-cell") => {
                    let written = written(tag)?;
                    let empty = tag.empty;
                    let text = if empty { String::new() } else { self.text()? };
                    let next = column.checked_add(written.repeated);
                    let next = next
                        .filter(|next| *next <= COLUMNS)
                        .ok_or(Refusal::Damaged)?;
                    merge(pass, &written, (index, column))?;
                    if let (Pass::Second { out, .. }, Some(value)) = (&*pass, value(&written, text))
                    {
                        for column in column..next {
                            let cell = Cell {
                                column,
                                value: value.clone(),
                                formula: written.formula,
                            };
                            out.cell(&mut row, cell)?;
                        }
                    }
                    column = next;
                }
                Token::Open(tag) if !tag.empty => self.xml.skip()?,
                Token::Close(_) => break,
                Token::End => return Err(Refusal::Damaged.into()),
                _ => {}
            }
        }
        let Pass::Second { out, .. } = pass else {
            return Ok(());
        };
        if row.cells.is_empty() {
            return Ok(());
        }
        if index.checked_add(many).is_none_or(|end| end > ROWS) {
            return Err(Refusal::Damaged.into());
        }
        for index in index..index + many {
            out.row(Row {
                index,
                ..row.clone()
            })?;
        }
        Ok(())
    }

    /// The paragraphs of a cell, a line each, without remarks.
    fn text(&mut self) -> Result<String, Refusal> {
        let mut text = String::new();
        let (mut depth, mut within, mut any) = (1_u32, 0_u32, false);
        loop {
            match self.xml.token()? {
                Token::Open(tag) => {
                    let empty = tag.empty;
                    match tag.name {
                        b"p" => {
                            if any {
                                text.push('\n');
                            }
                            any = true;
                            within += u32::from(!empty);
                        }
                        b"s" => {
                            let spaces = count(tag, b"c")?.min(32_767);
                            text.extend((0..spaces).map(|_| ' '));
                        }
                        b"tab" => text.push('\t'),
                        b"line-break" => text.push('\n'),
                        b"span" | b"a" | b"ruby" | b"ruby-base" => {}
                        _ => {
                            if !empty {
                                self.xml.skip()?;
                            }
                            continue;
                        }
                    }
                    depth += u32::from(!empty);
                }
                Token::Text(found) if within > 0 => super::super::xml::unescape(found, &mut text)?,
                Token::Literal(found) if within > 0 => {
                    text.push_str(super::super::xml::utf8(found)?);
                }
                Token::Close(name) => {
                    within -= u32::from(name == b"p" && within > 0);
                    depth -= 1;
                    if depth == 0 {
                        return Ok(text);
                    }
                }
                Token::End => return Err(Refusal::Damaged),
                _ => {}
            }
        }
    }
}

fn named(tag: Tag<'_>, hidden: &[String]) -> Result<Sheet, Refusal> {
    let style = tag.attribute(b"style-name")?.unwrap_or_default();
    let name = tag.attribute(b"name")?.unwrap_or_default();
    // What was copied of another file is kept as a table of its own.
    if name.starts_with("'file:") {
        let out = "links to other files or data sources";
        return Err(Refusal::Dangerous(out.to_owned()));
    }
    let visibility = if hidden.contains(&style) {
        Visibility::Hidden
    } else {
        Visibility::Visible
    };
    Ok(Sheet {
        name,
        visibility,
        ..Sheet::default()
    })
}

fn begin(pass: &mut Pass<'_, '_>, sheet: Sheet) -> Result<(), Stop> {
    match pass {
        Pass::First { sheets, .. } => {
            sheets.push(sheet);
            Ok(())
        }
        Pass::Second { sheets, out } => out.sheet(sheets.next().ok_or(Refusal::Damaged)?),
    }
}

fn hide(pass: &mut Pass<'_, '_>, span: (u32, u32)) {
    if let Pass::First { sheets, .. } = pass
        && let Some(sheet) = sheets.last_mut()
        && sheet.hidden_columns.len() < COLUMNS as usize
    {
        sheet.hidden_columns.push(span);
    }
}

fn merge(pass: &mut Pass<'_, '_>, cell: &Written, (top, left): (u32, u32)) -> Result<(), Refusal> {
    let Pass::First { sheets, most } = pass else {
        return Ok(());
    };
    let Some(sheet) = sheets.last_mut().filter(|_| cell.wide > 1 || cell.high > 1) else {
        return Ok(());
    };
    sheet.merges.push(Span {
        top,
        left,
        bottom: top.saturating_add(cell.high - 1),
        right: left.saturating_add(cell.wide - 1),
    });
    if sheet.merges.len() as u64 > *most {
        return Err(too_large((limits::MERGES, *most)));
    }
    Ok(())
}

/// How often something counts, at least once.
fn count(tag: Tag<'_>, name: &[u8]) -> Result<u32, Refusal> {
    let Some(text) = tag.attribute(name)? else {
        return Ok(1);
    };
    let count: u32 = text.parse().map_err(|_| Refusal::Damaged)?;
    Ok(count.max(1))
}

fn is_hidden(tag: Tag<'_>) -> Result<bool, Refusal> {
    let visibility = tag.attribute(b"visibility")?;
    Ok(matches!(visibility.as_deref(), Some("collapse" | "filter")))
}

fn written(tag: Tag<'_>) -> Result<Written, Refusal> {
    let mut cell = Written {
        repeated: count(tag, b"number-columns-repeated")?,
        wide: count(tag, b"number-columns-spanned")?,
        high: count(tag, b"number-rows-spanned")?,
        // An error is told by a name that other programs do not know; theirs for it is a text.
        formula: tag.attribute(b"formula")?.is_some(),
        ..Written::default()
    };
    for (name, value) in tag.attributes() {
        let into = match super::super::xml::local(name) {
            b"value-type" => {
                if cell.kind == "error" {
                    continue;
                }
                cell.kind.clear();
                &mut cell.kind
            }
            b"value" | b"date-value" | b"boolean-value" | b"string-value" => {
                cell.value.insert(String::new())
            }
            _ => continue,
        };
        super::super::xml::unescape(value, into)?;
    }
    Ok(cell)
}

fn value(cell: &Written, text: String) -> Option<Value> {
    let value = match (cell.kind.as_str(), &cell.value) {
        ("float" | "currency" | "percentage", Some(found)) => match found.parse() {
            Ok(found) => number(found),
            Err(_) => Value::Text(text),
        },
        ("date", Some(day)) => moment::iso(day),
        ("boolean", Some(flag)) => Value::Flag(flag == "true"),
        ("error", _) => Value::Fault(text),
        ("string", Some(found)) if text.is_empty() => Value::Text(found.clone()),
        _ => Value::Text(text),
    };
    let nothing = matches!(&value, Value::Text(text) if text.is_empty());
    // An empty text was calculated; a formula without that word was not, and something stands there that nobody knows.
    let uncalculated = cell.formula && cell.kind != "string";
    (!nothing || uncalculated).then_some(value)
}
