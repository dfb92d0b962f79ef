//! The submission workbook: rows stream in, part workbooks come out. It holds no row; a sheet that is full goes on in
//! the next part, and covers are written last, when all counts are known.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, Timelike, Utc};
use rules::edition::{Column, Edition, Report};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::cover::{self, Contents, Cover, Tally};
use crate::error::ReportError;
use crate::manifest::{self, PartEntry, SheetRange, part_name};
use crate::page::Page;
use crate::sheet::{Cell, FilingRow, cell};
use crate::style::Style;
use crate::text::{MAX_CELL_UNITS, units};

/// How many rows a sheet of one part holds unless a setting says otherwise; worksheets end at 1,048,576.
pub const DEFAULT_MAX_ROWS: u32 = 1_000_000;
/// Worksheets end here, and the header takes one row.
const WORKSHEET_ROWS: u32 = 1_048_575;
/// Readers that count bytes in 32 signed bits must still open a worksheet.
const MAX_SHEET_BYTES: u64 = 2_000_000_000;

/// Which report is written, by which edition of the law.
#[derive(Clone, Copy, Debug)]
pub struct Form<'e> {
    /// The edition.
    pub edition: &'e Edition,
    /// The report, one of the edition's.
    pub report: &'e Report,
    /// The province that receives it (six-digit division code); it may add columns.
    pub province: &'e str,
}

/// What the machine gives and allows.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Where temporary files are made. They have no name (`O_TMPFILE` on Linux, else unlinked at once), so nothing is
    /// left behind by a process that is killed; all parts together need about 1 KB a row until they are saved.
    pub temp_dir: &'a Path,
    /// The most rows of one sheet in one part, 1 to 1,048,575.
    pub max_rows: u32,
}

/// Writes one submission. Sheets may be streamed in any order, rows of one sheet by ascending 序号.
pub struct SubmissionWriter<'e> {
    form: Form<'e>,
    cover: Cover,
    style: Style,
    temp_dir: PathBuf,
    max_rows: u32,
    sheets: Vec<SheetState<'e>>,
    parts: Vec<OpenPart>,
    incomplete: bool,
}

struct SheetState<'e> {
    title: &'e str,
    columns: Vec<&'e Column>,
    part: usize,
    last_seq: u32,
    tally: Tally,
}

/// A part while rows come in: a workbook, and a page for each sheet that has rows in it.
struct OpenPart {
    workbook: Workbook,
    pages: Vec<Option<Page>>,
}

/// One finished part workbook, ready to be saved.
pub struct Part {
    number: usize,
    file_name: String,
    sheets: Vec<SheetRange>,
    temp_dir: PathBuf,
    workbook: Workbook,
}

impl<'e> SubmissionWriter<'e> {
    /// Opens the first part with every sheet of the report, each with its header.
    pub fn new(form: Form<'e>, cover: Cover, options: &Options<'_>) -> Result<Self, ReportError> {
        if !(1..=WORKSHEET_ROWS).contains(&options.max_rows) {
            return Err(ReportError::MaxRows(options.max_rows));
        }
        let sheets = form.report.sheets.iter().map(|sheet| SheetState {
            title: &sheet.title,
            columns: form.edition.columns(sheet, form.province),
            part: 0,
            last_seq: 0,
            tally: Tally::default(),
        });
        let mut writer = Self {
            sheets: sheets.collect(),
            form,
            cover,
            style: Style::new(),
            temp_dir: options.temp_dir.to_owned(),
            max_rows: options.max_rows,
            parts: Vec::new(),
            incomplete: false,
        };
        for sheet in 0..writer.sheets.len() {
            writer.open_page(sheet, 0)?;
        }
        Ok(writer)
    }

    /// Writes one registration on the sheet with this index in the report (from 0).
    ///
    /// A registration that is refused (`UnknownSheet`, `OutOfOrder`, `CellTooLong`) leaves no trace; after any other
    /// error the writer is of no more use.
    pub fn row(&mut self, sheet: usize, row: &FilingRow) -> Result<(), ReportError> {
        if self.incomplete {
            return Err(ReportError::Incomplete);
        }
        let known = self.sheets.len();
        let state = self.sheets.get(sheet).ok_or(ReportError::UnknownSheet {
            index: sheet,
            known,
        })?;
        let lines = state.lines(row)?;
        self.incomplete = true;
        self.write_lines(sheet, row, lines)?;
        if let Some(state) = self.sheets.get_mut(sheet) {
            state.last_seq = row.seq;
            state.tally.add(row.state);
        }
        self.incomplete = false;
        Ok(())
    }

    /// Writes the covers and gives the parts in order; there is always at least one.
    pub fn finish(self) -> Result<Vec<Part>, ReportError> {
        if self.incomplete {
            return Err(ReportError::Incomplete);
        }
        let of = self.parts.len();
        let stem = self.stem();
        let tallies: Vec<(&str, &Tally)> = self
            .sheets
            .iter()
            .map(|sheet| (sheet.title, &sheet.tally))
            .collect();
        let mut parts = Vec::with_capacity(of);
        for (number, part) in (1..).zip(self.parts) {
            let pages = || self.sheets.iter().zip(&part.pages);
            let sheets: Vec<SheetRange> = pages()
                .filter_map(|(sheet, page)| page.as_ref().map(|page| page.range(sheet.title)))
                .collect();
            let contents = Contents {
                edition: self.form.edition,
                report: self.form.report,
                tallies: &tallies,
                ranges: &sheets,
                part: number,
                of,
            };
            let mut workbook = part.workbook;
            workbook.set_properties(&properties(&self.cover, self.form.report)?);
            cover::write(&mut workbook, &self.style, &self.cover, &contents)?;
            for (sheet, page) in self.sheets.iter().zip(part.pages) {
                if let Some(page) = page {
                    page.close(&sheet.columns, &mut workbook)?;
                }
            }
            parts.push(Part {
                number,
                file_name: part_name(&stem, number, of),
                sheets,
                temp_dir: self.temp_dir.clone(),
                workbook,
            });
        }
        Ok(parts)
    }

    /// What the names of all files of this submission begin with; [`crate::manifest_name`] takes it.
    #[must_use]
    pub fn stem(&self) -> String {
        let Cover {
            platform,
            window,
            version,
            ..
        } = &self.cover;
        manifest::stem(&self.form.report.title, platform, window, *version)
    }

    /// Writes the lines of one registration, in one part unless they are more than a part holds.
    fn write_lines(
        &mut self,
        sheet: usize,
        row: &FilingRow,
        lines: Vec<Vec<Cell<'_>>>,
    ) -> Result<(), ReportError> {
        let together = u32::try_from(lines.len())
            .unwrap_or(u32::MAX)
            .min(self.max_rows);
        self.make_room(sheet, together)?;
        for cells in lines {
            self.make_room(sheet, 1)?;
            let Some(state) = self.sheets.get(sheet) else {
                continue;
            };
            let page = self
                .parts
                .get_mut(state.part)
                .and_then(|part| part.pages.get_mut(sheet));
            if let Some(Some(page)) = page {
                let style = &self.style;
                guarded(&self.temp_dir, || {
                    page.write(row.seq, &state.columns, cells, style)
                })?;
            }
        }
        Ok(())
    }

    /// Goes on in the next part if the sheet has no room for that many rows in this one.
    fn make_room(&mut self, sheet: usize, rows: u32) -> Result<(), ReportError> {
        let Some(state) = self.sheets.get_mut(sheet) else {
            return Ok(());
        };
        let page = self
            .parts
            .get(state.part)
            .and_then(|part| part.pages.get(sheet));
        let Some(Some(page)) = page else {
            return Ok(());
        };
        let full =
            page.rows().saturating_add(rows) > self.max_rows || page.bytes() > MAX_SHEET_BYTES;
        if page.rows() == 0 || !full {
            return Ok(());
        }
        state.part += 1;
        let part = state.part;
        self.open_page(sheet, part)
    }

    /// Begins a sheet in a part, and the part itself if no other sheet has reached it.
    fn open_page(&mut self, sheet: usize, part: usize) -> Result<(), ReportError> {
        if self.parts.len() <= part {
            let mut workbook = Workbook::new();
            workbook
                .set_tempdir(&self.temp_dir)
                .map_err(|error| temp_folder(&self.temp_dir, error))?;
            let pages = self.sheets.iter().map(|_| None).collect();
            self.parts.push(OpenPart { workbook, pages });
        }
        let (Some(state), Some(part)) = (self.sheets.get(sheet), self.parts.get_mut(part)) else {
            return Ok(());
        };
        let page = Page::new(&mut part.workbook, state.title, &state.columns, &self.style)
            .map_err(|error| temp_folder(&self.temp_dir, error))?;
        if let Some(place) = part.pages.get_mut(sheet) {
            *place = Some(page);
        }
        Ok(())
    }
}

impl SheetState<'_> {
    /// All lines of a registration, refused before anything of it is written.
    fn lines<'r>(&self, row: &'r FilingRow) -> Result<Vec<Vec<Cell<'r>>>, ReportError> {
        let (sheet, seq) = (self.title, row.seq);
        if seq <= self.last_seq {
            return Err(ReportError::OutOfOrder {
                sheet: sheet.to_owned(),
                seq,
                last: self.last_seq,
            });
        }
        let fields = self.columns.iter().map(|column| column.field);
        (0..row.lines(fields))
            .map(|line| {
                let cells = self.columns.iter().map(|column| {
                    let written = cell(column.field, row, line);
                    let units = match &written {
                        Cell::Text(text) => units(text),
                        _ => 0,
                    };
                    if units > MAX_CELL_UNITS {
                        return Err(ReportError::CellTooLong {
                            sheet: sheet.to_owned(),
                            seq,
                            column: column.header.clone(),
                            units,
                        });
                    }
                    Ok(written)
                });
                cells.collect()
            })
            .collect()
    }
}

impl Part {
    /// The number of the part, from 1.
    #[must_use]
    pub const fn number(&self) -> usize {
        self.number
    }

    /// The name its file should have.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// Which rows it holds, by sheet.
    #[must_use]
    pub fn sheets(&self) -> &[SheetRange] {
        &self.sheets
    }

    /// Its line in the manifest, once its file is stored: length in bytes and SHA-256 in hexadecimal.
    #[must_use]
    pub fn entry(&self, bytes: u64, sha256: impl Into<String>) -> PartEntry {
        PartEntry {
            part: self.number,
            file: self.file_name.clone(),
            bytes,
            sha256: sha256.into(),
            sheets: self.sheets.clone(),
        }
    }

    /// Streams the finished workbook to its destination; the same rows, cover and options give the same bytes.
    pub fn save(&mut self, destination: impl std::io::Write + Send) -> Result<(), ReportError> {
        let workbook = &mut self.workbook;
        guarded(&self.temp_dir, || workbook.save_to_writer(destination))
    }
}

/// Runs a step of the workbook library, which panics where its temporary file cannot be written.
fn guarded<T>(
    folder: &Path,
    step: impl FnOnce() -> Result<T, XlsxError>,
) -> Result<T, ReportError> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(result) => result.map_err(|error| temp_folder(folder, error)),
        Err(_) => Err(ReportError::TempFolder {
            folder: folder.display().to_string(),
            reason: "the disk is full or the file was taken away".to_owned(),
        }),
    }
}

fn temp_folder(folder: &Path, error: XlsxError) -> ReportError {
    match error {
        XlsxError::TempFileError(_, source) => ReportError::TempFolder {
            folder: folder.display().to_string(),
            reason: source.to_string(),
        },
        other => ReportError::Workbook(other),
    }
}

/// The properties of the file; its date is the freeze, not the moment of writing, so that bytes can be repeated.
fn properties(cover: &Cover, report: &Report) -> Result<DocProperties, ReportError> {
    Ok(DocProperties::new()
        .set_title(&report.title)
        .set_company(&cover.company)
        .set_author(&cover.company)
        .set_creation_datetime(&excel_time(cover.as_of)?))
}

fn excel_time(at: DateTime<Utc>) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(at.year()).unwrap_or_default();
    let [month, day] = [at.month(), at.day()].map(|part| u8::try_from(part).unwrap_or_default());
    let hour = u16::try_from(at.hour()).unwrap_or_default();
    let minute = u8::try_from(at.minute()).unwrap_or_default();
    ExcelDateTime::from_ymd(year, month, day)?.and_hms(hour, minute, f64::from(at.second()))
}
