//! A new `.xlsx` for a file that cannot be written in place: the same sheets, rows and cells in the same places, with what
//! became of each row behind it. Numbers that are texts stay texts; what is hidden or merged stays so. The file is gone
//! through twice, and no more than a row of it is held.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use entity::kind::RowOutcome;
use rules::label::Lang;
use rust_xlsxwriter::{
    Color, ExcelDateTime, Format, FormatAlign, Formula, Note, Workbook, Worksheet, XlsxError,
};

use super::height::HIGHEST;
use super::look::{Layout, look};
use super::verdicts::{Mark, Marks, Verdicts, answers, notes};
use super::xml::clip;
use super::{MARK, MOST_COMMENTS, REASONS, RESULT, ReturnError, Sheet, Told, Verdict, WIDTHS};
use crate::survey::raw::{Cell, Part, Row, Sheet as RawSheet, Span, Value, Visibility};
use crate::text::{cell_text, lines_needed};

/// Merged cells of a sheet that are kept: one merge of whole columns would be millions.
const MOST_MERGED: u64 = 200_000;
/// What a note can hold, in UTF-16 units, less than a cell.
const MOST_NOTE: usize = 32_000;
/// How high a line is in the font of a new workbook, in points.
const LINE: f64 = 15.0;
/// The only sheet of a text.
const UNNAMED: &str = "摸底表";

/// Writes a new workbook with the verdicts of its rows, which come nearly in the order of its sheets and rows. The parts are asked
/// for twice.
///
/// # Errors
/// Where the parts, the folder for temporary files or the destination fail.
pub fn fresh<P: Iterator<Item = io::Result<Part>>, W: Write + Send>(
    mut parts: impl FnMut() -> io::Result<P>,
    temp_dir: &Path,
    out: W,
    (sheets, lang): (&[Sheet], Lang),
    verdicts: impl Iterator<Item = io::Result<Verdict>>,
) -> Result<Told, ReturnError> {
    let layouts = look(parts()?, sheets)?;
    let again = parts()?;
    // The workbook library panics where its temporary file cannot be written.
    let written = catch_unwind(AssertUnwindSafe(|| {
        let mut book = Workbook::new();
        book.set_tempdir(temp_dir)?;
        let mut writing = Writing {
            book,
            layouts: layouts.into_iter(),
            sheets,
            verdicts: Verdicts::new(verdicts, sheets),
            lang,
            looks: Looks::new(),
            told: Told::default(),
            open: None,
            count: 0,
        };
        for part in again {
            match part? {
                Part::Sheet(sheet) => writing.begin(sheet)?,
                Part::Row(row) => writing.row(&row)?,
                Part::Refused(refusal) => return Err(io::Error::other(refusal).into()),
                Part::Format(_) | Part::End => {}
            }
        }
        writing.finish(out)
    }));
    written.unwrap_or(Err(ReturnError::TempFolder))
}

/// How cells look.
struct Looks {
    plain: Format,
    text: Format,
    day: Format,
    moment: Format,
    answer: Format,
    header: Format,
}

impl Looks {
    fn new() -> Self {
        let answer = Format::new()
            .set_num_format("@")
            .set_align(FormatAlign::Top)
            .set_text_wrap();
        Self {
            plain: Format::new(),
            text: Format::new().set_num_format("@"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            header: answer.clone().set_bold(),
            answer,
        }
    }
}

fn filled(format: &Format, mark: Option<Mark>) -> Format {
    let colour = match mark {
        None => return format.clone(),
        Some(Mark::Wrong) => 0xFF_C7_CD,
        Some(Mark::Look) => 0xFF_EB_9B,
    };
    format.clone().set_background_color(Color::RGB(colour))
}

/// The sheet that is written.
struct Open<'a> {
    name: String,
    place: usize,
    layout: Layout,
    of: Option<&'a Sheet>,
    merges: BTreeMap<u32, Vec<Span>>,
    next: Option<Verdict>,
    marks: Marks,
    comments: usize,
}

/// What our two cells of a row say.
enum Said {
    Headers,
    Told([String; 2], RowOutcome),
}

impl Said {
    /// How high its row becomes, in points, where that is more than a line.
    fn height(&self) -> Option<f64> {
        let Self::Told([_, reasons], _) = self else {
            return None;
        };
        let lines = lines_needed(reasons, WIDTHS[1]);
        (lines > 1.0).then(|| (lines * LINE).min(HIGHEST))
    }
}

impl Open<'_> {
    fn says(&self, number: u32, verdict: Option<&Verdict>, lang: Lang) -> Option<Said> {
        let of = self.of.filter(|_| self.layout.columns.is_some())?;
        if of.headers.contains(&number) {
            return Some(Said::Headers);
        }
        let verdict = verdict?;
        let told = answers(verdict, of.headers.is_empty(), lang);
        Some(Said::Told(told, verdict.outcome))
    }
}

struct Writing<'a, I: Iterator<Item = io::Result<Verdict>>> {
    book: Workbook,
    layouts: std::vec::IntoIter<Layout>,
    sheets: &'a [Sheet],
    verdicts: Verdicts<'a, I>,
    lang: Lang,
    looks: Looks,
    told: Told,
    open: Option<Open<'a>>,
    count: usize,
}

impl<I: Iterator<Item = io::Result<Verdict>>> Writing<'_, I> {
    fn begin(&mut self, raw: RawSheet) -> Result<(), ReturnError> {
        self.end()?;
        let layout = self.layouts.next().unwrap_or_default();
        let of = self.sheets.iter().find(|sheet| sheet.name == raw.name);
        if of.is_some() && layout.columns.is_none() {
            self.told.without_columns.push(raw.name.clone());
        }
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        let name = if raw.name.is_empty() {
            UNNAMED
        } else {
            &raw.name
        };
        // A name that .xlsx does not allow becomes Sheet1 and so on.
        let _ = sheet.set_name(name);
        match raw.visibility {
            Visibility::Visible => {}
            Visibility::Hidden => drop(sheet.set_hidden(true).name()),
            Visibility::Buried => drop(sheet.set_very_hidden(true).name()),
        }
        columns(sheet, &raw, &layout)?;
        // As wide as a page, whichever columns there are.
        sheet.set_landscape().set_print_fit_to_pages(1, 0);
        let next = match of {
            Some(_) => self.verdicts.next_in(&raw.name, 0)?,
            None => None,
        };
        self.open = Some(Open {
            merges: merges(raw.merges),
            name: raw.name,
            place: self.count,
            layout,
            of,
            next,
            marks: Marks::default(),
            comments: 0,
        });
        self.count += 1;
        Ok(())
    }

    /// Writes a row of the file, and before it what has no row.
    fn row(&mut self, row: &Row) -> Result<(), ReturnError> {
        self.until(row.index)?;
        self.one(row)
    }

    /// Rows before this one, counted from 0, that have a verdict or a merge and no cells.
    fn until(&mut self, index: u32) -> Result<(), ReturnError> {
        loop {
            let Some(open) = &self.open else {
                return Ok(());
            };
            let told = open.next.as_ref().map(|next| next.row.saturating_sub(1));
            let merged = open.merges.keys().next().copied();
            let first = told.into_iter().chain(merged).min();
            let Some(first) = first.filter(|first| *first < index) else {
                return Ok(());
            };
            self.one(&Row {
                index: first,
                ..Row::default()
            })?;
        }
    }

    fn one(&mut self, row: &Row) -> Result<(), ReturnError> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        let sheet = self.book.worksheet_from_index(open.place)?;
        if row.hidden {
            sheet.set_row_hidden(row.index)?;
        }
        let number = row.index + 1;
        let verdict = open.next.take_if(|next| next.row == number);
        if let Some(verdict) = &verdict {
            open.next = self.verdicts.next_in(&open.name, number)?;
            open.marks.add(verdict);
        }
        let said = open.says(number, verdict.as_ref(), self.lang);
        if let Some(points) = said.as_ref().and_then(Said::height) {
            sheet.set_row_height(row.index, points)?;
        }
        for span in open.merges.remove(&row.index).unwrap_or_default() {
            let [left, right] = [span.left, span.right].map(column);
            let merge =
                sheet.merge_range(span.top, left, span.bottom, right, "", &self.looks.plain);
            // Of two merges that overlap, which no good file has, the first stays.
            drop(merge.map(|_| ()));
        }
        let mut marked = open.marks.take(number);
        for cell in &row.cells {
            let ours = open.layout.columns.filter(|_| open.layout.again);
            let ours = ours.is_some_and(|(first, second)| [first, second].contains(&cell.column));
            if !ours {
                let mark = marked.remove(&cell.column);
                put(sheet, &self.looks, (row.index, cell), mark)?;
            }
        }
        for (at, mark) in marked {
            let format = filled(&self.looks.text, Some(mark));
            sheet.write_blank(row.index, column(at), &format)?;
        }
        if let Some((said, columns)) = said.zip(open.layout.columns) {
            answer(sheet, &self.looks, (row.index, columns), &said)?;
        }
        if let Some(verdict) = &verdict {
            self.told.without_comment += comment(sheet, &mut open.comments, verdict)?;
        }
        self.open = Some(open);
        Ok(())
    }

    fn end(&mut self) -> Result<(), ReturnError> {
        self.until(u32::MAX)?;
        self.open = None;
        Ok(())
    }

    fn finish(mut self, out: impl Write + Send) -> Result<Told, ReturnError> {
        self.end()?;
        self.told.unplaced = self.verdicts.end()?;
        if self.count == 0 {
            self.book.add_worksheet();
        }
        self.book.save_to_writer(out)?;
        Ok(self.told)
    }
}

fn columns(sheet: &mut Worksheet, raw: &RawSheet, layout: &Layout) -> Result<(), XlsxError> {
    for (place, width) in (0_u16..).zip(&layout.widths) {
        if *width > 0 {
            let width = u32::try_from(width + 2).map_or(10.0, f64::from);
            sheet.set_column_width(place, width)?;
        }
    }
    for (first, last) in &raw.hidden_columns {
        for place in *first..=(*last).min(super::MOST_COLUMNS - 1) {
            sheet.set_column_hidden(column(place))?;
        }
    }
    if let Some((first, second)) = layout.columns {
        for (place, width) in [first, second].into_iter().zip(WIDTHS) {
            sheet.set_column_width(column(place), width)?;
        }
    }
    Ok(())
}

/// Merges by their first row, as many as a sheet may keep.
fn merges(spans: Vec<Span>) -> BTreeMap<u32, Vec<Span>> {
    let mut left = MOST_MERGED;
    let mut merges: BTreeMap<u32, Vec<Span>> = BTreeMap::new();
    for span in spans {
        let rows = u64::from(span.bottom.saturating_sub(span.top)) + 1;
        let cells = rows * (u64::from(span.right.saturating_sub(span.left)) + 1);
        if cells > 1 && cells <= left && span.right < super::MOST_COLUMNS {
            left -= cells;
            merges.entry(span.top).or_default().push(span);
        }
    }
    merges
}

fn put(
    sheet: &mut Worksheet,
    looks: &Looks,
    (row, cell): (u32, &Cell),
    mark: Option<Mark>,
) -> Result<(), XlsxError> {
    let at = column(cell.column);
    match &cell.value {
        Value::Text(said) => {
            let said = clip(said);
            let said = cell_text(&said);
            sheet.write_string_with_format(row, at, &*said, &filled(&looks.text, mark))?;
        }
        Value::Number(number) => {
            sheet.write_number_with_format(row, at, *number, &filled(&looks.plain, mark))?;
        }
        Value::Flag(flag) => {
            sheet.write_boolean_with_format(row, at, *flag, &filled(&looks.plain, mark))?;
        }
        Value::Fault(fault) => {
            // An error is a formula of its own, so it is read again as what it was.
            let formula = Formula::new(format!("={fault}")).set_result(fault);
            sheet.write_formula_with_format(row, at, formula, &filled(&looks.plain, mark))?;
        }
        Value::Moment(moment) => {
            let (day, time) = moment.split_once('T').unwrap_or((moment, ""));
            let whole = time.is_empty() || time.starts_with("00:00:00");
            let (text, look) = if whole {
                (day, &looks.day)
            } else {
                (moment.as_str(), &looks.moment)
            };
            match ExcelDateTime::parse_from_str(text) {
                Ok(day) => {
                    sheet.write_datetime_with_format(row, at, day, &filled(look, mark))?;
                }
                // Before 1900 there is no day in a workbook.
                Err(_) => {
                    sheet.write_string_with_format(row, at, text, &filled(&looks.text, mark))?;
                }
            }
        }
    }
    Ok(())
}

fn answer(
    sheet: &mut Worksheet,
    looks: &Looks,
    (row, (first, second)): (u32, (u32, u32)),
    said: &Said,
) -> Result<(), XlsxError> {
    let (first, second) = (column(first), column(second));
    match said {
        Said::Headers => {
            sheet.write_string_with_format(row, first, RESULT, &looks.header)?;
            sheet.write_string_with_format(row, second, REASONS, &looks.header)?;
        }
        Said::Told([result, reasons], outcome) => {
            let rejected = (*outcome == RowOutcome::Rejected).then_some(Mark::Wrong);
            let look = filled(&looks.answer, rejected);
            sheet.write_string_with_format(row, first, result, &look)?;
            if !reasons.is_empty() {
                let reasons = clip(reasons);
                let reasons = cell_text(&reasons);
                sheet.write_string_with_format(row, second, &*reasons, &looks.answer)?;
            }
        }
    }
    Ok(())
}

/// Comments on the cells of a row; how many there was no room for.
fn comment(
    sheet: &mut Worksheet,
    written: &mut usize,
    verdict: &Verdict,
) -> Result<u64, XlsxError> {
    let mut left_out = 0;
    for ((row, at), text) in notes(verdict) {
        if *written >= MOST_COMMENTS {
            left_out += 1;
            continue;
        }
        *written += 1;
        let text: String = format!("{MARK}{text}")
            .chars()
            .take(MOST_NOTE / 2)
            .collect();
        let note = Note::new(cell_text(&text))
            .add_author_prefix(false)
            .set_author("名录")
            .set_width(260)
            .set_height(100);
        sheet.insert_note(row - 1, column(at), &note)?;
    }
    Ok(left_out)
}

fn column(place: u32) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}
