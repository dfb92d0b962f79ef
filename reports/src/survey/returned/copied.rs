//! The user's own `.xlsx` with what became of its rows: every part goes over as its packed bytes are, but for the sheets that
//! rows were read from, their comments, and the lists that name new parts. Entries keep their order.

use std::collections::BTreeMap;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use quick_xml::{Reader, Writer};
use rules::label::Lang;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::comments::{self, Written};
use super::package::{Package, Parts, SheetPart, relations_of};
use super::scan::{self, BUFFER, Shared};
use super::sheet::{Left, Plan, Rewriting};
use super::styles::Styles;
use super::tail::Columns;
use super::verdicts::{Marks, Verdicts};
use super::{ReturnError, Sheet, Told, Verdict, relations, vml};

const TYPES: &str = "[Content_Types].xml";
/// Rewritten sheets are packed quickly: the default takes three times as long for a tenth less.
const LEVEL: i64 = 3;
/// Sheets beyond this size are written with room for their length, in bytes.
const LARGE: u64 = 2 << 30;

/// Writes the user's own workbook with the verdicts of its rows, which come nearly in the order of its sheets and rows. `scratch`
/// holds the rewritten sheets until everything is known.
///
/// # Errors
/// [`ReturnError::Unfit`] where only a fresh workbook can be written; the others where nothing can.
pub fn copied<R: Read + Seek, S: Read + Write + Seek, W: Write + Seek>(
    file: R,
    scratch: S,
    out: W,
    (sheets, lang): (&[Sheet], Lang),
    verdicts: impl Iterator<Item = io::Result<Verdict>>,
) -> Result<Told, ReturnError> {
    let mut package = Package::open(BufReader::with_capacity(BUFFER, file))?;
    let parts = package.parts()?;
    let styles = package.text(&parts.styles)?;
    let styles = styles.ok_or(ReturnError::Unfit("a workbook without styles"))?;
    let mut verdicts = Verdicts::new(verdicts, sheets);
    let mut copying = Copying {
        styles: Styles::read(styles)?,
        shared: shared(&mut package, &parts, sheets)?,
        package,
        scratch: ZipWriter::new(scratch),
        written: BTreeMap::new(),
        comments: Vec::new(),
        drawings: false,
        lang,
        told: Told::default(),
    };
    for part in &parts.sheets {
        if let Some(sheet) = sheets.iter().find(|sheet| sheet.name == part.name) {
            copying.sheet(part, sheet, &mut verdicts)?;
        }
    }
    copying.told.unplaced = verdicts.end()?;
    copying.lists(&parts)?;
    copying.finish(out)
}

/// The places of our headers, where a sheet may have them.
fn shared<R: Read + Seek>(
    package: &mut Package<R>,
    parts: &Parts,
    sheets: &[Sheet],
) -> Result<Shared, ReturnError> {
    if sheets.is_empty() {
        return Ok(Shared::default());
    }
    scan::shared(package, parts.strings.as_deref())
}

struct Copying<R, S: Write + Seek> {
    package: Package<R>,
    styles: Styles,
    shared: Shared,
    /// Rewritten sheets, as an archive.
    scratch: ZipWriter<S>,
    /// Small parts that are new or written anew, by name.
    written: BTreeMap<String, String>,
    /// New parts with comments.
    comments: Vec<String>,
    /// Whether there are new drawings of comments.
    drawings: bool,
    lang: Lang,
    told: Told,
}

impl<R: Read + Seek, S: Read + Write + Seek> Copying<R, S> {
    fn sheet<I: Iterator<Item = io::Result<Verdict>>>(
        &mut self,
        part: &SheetPart,
        sheet: &Sheet,
        verdicts: &mut Verdicts<'_, I>,
    ) -> Result<(), ReturnError> {
        let missing = ReturnError::Unfit("a workbook that lacks one of its sheets");
        let index = self.package.index(&part.part).ok_or(missing)?;
        let relations = self.package.relations(&part.part)?;
        let entry = self.package.zip.by_index(index)?;
        let large = entry.size() > LARGE;
        let seen = scan::look(buffered(entry), sheet, (&self.shared, &self.styles))?;
        if seen.columns.is_none() {
            self.told.without_columns.push(sheet.name.clone());
        }
        let drawing = relations::unused_id(&relations, "Notes");
        let options = options().compression_level(Some(LEVEL)).large_file(large);
        self.scratch.start_file(index.to_string(), options)?;
        let mut to = BufWriter::with_capacity(BUFFER, &mut self.scratch);
        let rewriting = Rewriting {
            plan: Plan {
                sheet,
                seen: &seen,
                drawing: &drawing,
                lang: self.lang,
            },
            reader: Reader::from_reader(buffered(self.package.zip.by_index(index)?)),
            writer: Writer::new(&mut to),
            styles: &mut self.styles,
            verdicts,
            left: Left::default(),
            columns: Columns::default(),
            next: None,
            marks: Marks::default(),
            row: 0,
            fixed: false,
            buffer: Vec::new(),
        };
        let left = rewriting.run()?;
        to.flush()?;
        drop(to);
        self.told.without_comment += left.notes.left_out;
        self.commented(part, left, drawing)
    }

    /// The comments of a sheet, their boxes, and the relations to both.
    fn commented(
        &mut self,
        part: &SheetPart,
        left: Left,
        drawing: String,
    ) -> Result<(), ReturnError> {
        let relations = self.package.relations(&part.part)?;
        let known = relations.iter().find(|found| found.kind == "comments");
        if known.is_none() && left.notes.is_empty() {
            return Ok(());
        }
        let mut more = Vec::new();
        let written = if let Some(known) = known {
            let text = self.package.text(&known.target)?.unwrap_or_default();
            let written = comments::changed(&text, left.notes)?;
            if written.text == text {
                return Ok(());
            }
            self.written
                .insert(known.target.clone(), written.text.clone());
            written
        } else {
            let name = self.package.unused("xl/comments", ".xml");
            let id = relations::unused_id(&relations, "Comments");
            let written = comments::new(&left.notes);
            more.push((id, "comments", name.clone()));
            self.written.insert(name.clone(), written.text.clone());
            self.comments.push(name);
            written
        };
        let Written {
            more: boxes, gone, ..
        } = &written;
        let drawn = left.drawn.and_then(|id| {
            let mut found = relations.iter().filter(|relation| relation.id == id);
            found.next().map(|relation| relation.target.clone())
        });
        if let Some(name) = drawn {
            let text = self.package.text(&name)?;
            let text = text.ok_or(ReturnError::Unfit("a sheet that lacks its drawing"))?;
            let drawing = vml::changed(&text, (boxes, &left.columns), gone)?;
            self.written.insert(name, drawing);
        } else if left.drawing {
            let name = self.package.unused("xl/drawings/vmlDrawing", ".vml");
            self.written
                .insert(name.clone(), vml::new(boxes, &left.columns));
            more.push((drawing, "vmlDrawing", name));
            self.drawings = true;
        }
        if !more.is_empty() {
            let name = relations_of(&part.part);
            let text = self.package.text(&name)?;
            let related = relations::related(text.as_deref(), &more)?;
            self.written.insert(name, related);
        }
        Ok(())
    }

    /// The styles, and the list of types where there are new parts.
    fn lists(&mut self, parts: &Parts) -> Result<(), ReturnError> {
        self.written
            .insert(parts.styles.clone(), self.styles.written()?);
        if self.drawings || !self.comments.is_empty() {
            let types = self.package.text(TYPES)?;
            let types = types.ok_or(ReturnError::Unfit("an archive that is no workbook"))?;
            let types = relations::typed(&types, &self.comments, self.drawings)?;
            self.written.insert(TYPES.to_owned(), types);
        }
        Ok(())
    }

    /// Puts the workbook together: each part in its place, packed as it was or written anew; new parts at the end.
    fn finish(mut self, out: impl Write + Seek) -> Result<Told, ReturnError> {
        let mut sheets = ZipArchive::new(self.scratch.finish()?)?;
        let mut out = ZipWriter::new(out);
        let mut anew: BTreeMap<usize, String> = BTreeMap::new();
        let mut new = Vec::new();
        for (name, text) in self.written {
            match self.package.index(&name).filter(|at| *at != usize::MAX) {
                Some(index) => drop(anew.insert(index, text)),
                None => new.push((name, text)),
            }
        }
        for index in 0..self.package.zip.len() {
            let name = self.package.zip.name_for_index(index).transpose()?;
            let name = name.unwrap_or_default().into_owned();
            if let Some(text) = anew.remove(&index) {
                out.start_file(name, options())?;
                out.write_all(text.as_bytes())?;
            } else if let Some(at) = sheets.index_for_name(&index.to_string()) {
                out.raw_copy_file_rename(sheets.by_index_raw(at)?, name)?;
            } else {
                out.raw_copy_file(self.package.zip.by_index_raw(index)?)?;
            }
        }
        for (name, text) in new {
            out.start_file(name, options())?;
            out.write_all(text.as_bytes())?;
        }
        out.finish()?.flush()?;
        Ok(self.told)
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

fn buffered<R: Read>(entry: R) -> BufReader<R> {
    BufReader::with_capacity(BUFFER, entry)
}
