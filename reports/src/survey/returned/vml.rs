//! The old drawing that holds the boxes of comments. Excel's own drawings are not always well-formed XML (their buttons carry
//! pieces of web pages), so shapes are cut out and put in as text, and everything else is left as it is.

use std::fmt::Write as _;

use super::tail::Columns;
use super::{MOST_COLUMNS, ReturnError};

const ROWS: u32 = 1_048_576;
const NAMESPACES: &str = r#"xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel""#;
const FIRST_SHAPE: u32 = 1_025;

/// How wide a box is at least, in spreadsheet characters.
pub(super) const BOX: f64 = 36.0;
/// The fewest and the most rows that a box stands over.
const FEWEST: u32 = 4;
const MOST: u32 = 15;

/// The box of a comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boxed {
    /// Its row from 1 and its column from 0.
    pub(super) cell: (u32, u32),
    /// The lines of its text.
    pub(super) lines: f64,
}

/// A drawing with these boxes, on a sheet with such columns.
pub(super) fn new(boxes: &[Boxed], columns: &Columns) -> String {
    let mut drawing = format!(
        r#"<xml {NAMESPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>{}"#,
        kind("")
    );
    for (id, boxed) in (FIRST_SHAPE..).zip(boxes) {
        shape(&mut drawing, (id, ""), *boxed, columns);
    }
    drawing.push_str("</xml>");
    drawing
}

/// A drawing with more boxes, and without those of comments that are gone.
pub(super) fn changed(
    drawing: &str,
    (more, columns): (&[Boxed], &Columns),
    gone: &[(u32, u32)],
) -> Result<String, ReturnError> {
    let kept = without(drawing, gone);
    let unfit = ReturnError::Unfit("a drawing of comments without an end");
    let end = kept.rfind("</").ok_or(unfit)?;
    let (before, after) = kept.split_at(end);
    let mut written = before.to_owned();
    if !more.is_empty() && !before.contains(r"_x0000_t202'") && !before.contains("\"_x0000_t202\"")
    {
        written.push_str(&kind(NAMESPACES));
    }
    for (id, boxed) in (next_id(before)..).zip(more) {
        shape(&mut written, (id, NAMESPACES), *boxed, columns);
    }
    written.push_str(after);
    Ok(written)
}

/// The kind of shape that comments have.
fn kind(namespaces: &str) -> String {
    format!(
        r#"<v:shapetype {namespaces} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>"#
    )
}

/// The first number after every shape of a drawing.
fn next_id(drawing: &str) -> u32 {
    let numbers = drawing.split("_x0000_s").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit());
        rest.get(..end.unwrap_or(rest.len()))?.parse::<u32>().ok()
    });
    numbers
        .max()
        .map_or(FIRST_SHAPE, |last| last.saturating_add(1))
}

fn shape(drawing: &mut String, (id, namespaces): (u32, &str), boxed: Boxed, columns: &Columns) {
    let (row, column) = boxed.cell;
    let row = row.saturating_sub(1);
    // The box stands to the right of its cell, and inside the sheet.
    let left = (column + 1).min(MOST_COLUMNS - 10);
    let top = row.saturating_sub(1).min(ROWS - 20);
    let right = left + columns.spanned(left, BOX);
    let bottom = top + lines(boxed.lines);
    // Writing into a text does not fail.
    let _ = write!(
        drawing,
        concat!(
            r##"<v:shape {namespaces} id="_x0000_s{id}" type="#_x0000_t202" "##,
            r##"style="position:absolute;margin-left:60pt;margin-top:2pt;width:200pt;height:75pt;z-index:1;visibility:hidden" "##,
            r##"fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>"##,
            r##"<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>"##,
            r##"<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>"##,
            r##"<x:Anchor>{left}, 15, {top}, 10, {right}, 31, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"##,
            r##"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"##,
        ),
        namespaces = namespaces,
        id = id,
        left = left,
        top = top,
        right = right,
        bottom = bottom,
        row = row,
        column = column,
    );
}

/// The rows that a box stands over, of a usual height.
fn lines(needed: f64) -> u32 {
    let high = |rows: &u32| f64::from(*rows) > needed;
    (FEWEST..MOST).find(high).unwrap_or(MOST)
}

/// A drawing without the boxes of these cells.
fn without(drawing: &str, gone: &[(u32, u32)]) -> String {
    if gone.is_empty() {
        return drawing.to_owned();
    }
    let (mut kept, mut rest) = (String::new(), drawing);
    while let Some(begin) = rest.find("<v:shape ") {
        let Some(length) = rest.get(begin..).and_then(|from| from.find("</v:shape>")) else {
            break;
        };
        let end = begin + length + "</v:shape>".len();
        let shape = rest.get(begin..end).unwrap_or_default();
        kept.push_str(rest.get(..begin).unwrap_or_default());
        if !cell_of(shape).is_some_and(|cell| gone.contains(&cell)) {
            kept.push_str(shape);
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
}

/// The cell whose comment a shape is the box of.
fn cell_of(shape: &str) -> Option<(u32, u32)> {
    let number = |tag: &str| -> Option<u32> {
        let (_, rest) = shape.split_once(&format!("<x:{tag}>"))?;
        let (digits, _) = rest.split_once('<')?;
        digits.trim().parse().ok()
    };
    if !shape.contains("\"Note\"") && !shape.contains("'Note'") {
        return None;
    }
    Some((number("Row")?.checked_add(1)?, number("Column")?))
}
