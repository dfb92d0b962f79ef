//! LibreOffice and poppler at work on a workbook, and what they made of it. A failing program fails the test with its words.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader as _, Xlsx, open_workbook};

/// So long a program may take, in seconds, before it is taken for hung.
const PATIENCE: &str = "120";
/// A picture of a page with writing on it is never smaller, in bytes.
const WRITTEN_ON: u64 = 4_000;

/// What stands in one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Cell {
    #[default]
    Empty,
    Number(f64),
    Text(String),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.to_owned())
        }
    }
}

/// A sheet with its rows, the header first.
pub(super) struct Sheet {
    pub(super) title: String,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// Every cell of every sheet; anything that is neither text nor number fails.
pub(super) fn read(path: &Path) -> Vec<Sheet> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    let titles = book.sheet_names();
    let sheet = |title: String| {
        let range = book.worksheet_range(&title).expect("the sheet");
        let cell = |cell: &Data| match cell {
            Data::Empty => Cell::Empty,
            Data::Float(number) => Cell::Number(*number),
            Data::String(text) => Cell::Text(text.clone()),
            other => panic!("{title}: {other:?} is neither text nor number"),
        };
        let rows = range.rows().map(|row| row.iter().map(cell).collect());
        Sheet {
            rows: rows.collect(),
            title: title.clone(),
        }
    };
    titles.into_iter().map(sheet).collect()
}

/// The XML of one file of a workbook.
pub(super) fn xml(workbook: &Path, name: &str) -> String {
    let file = File::open(workbook).expect("the workbook");
    let mut archive = zip::ZipArchive::new(file).expect("a workbook");
    let mut text = String::new();
    let mut part = archive.by_name(name).expect("the part");
    part.read_to_string(&mut text).expect("XML");
    text
}

/// Runs a program to its end.
fn run<S: AsRef<OsStr>>(arguments: &[S]) {
    let done = Command::new("timeout")
        .arg(PATIENCE)
        .args(arguments)
        .output()
        .expect("the program starts");
    let words = [done.stdout, done.stderr].concat();
    let words = String::from_utf8_lossy(&words);
    let program = arguments.first().map(|name| name.as_ref().to_owned());
    assert!(done.status.success(), "{program:?}: {words}");
}

/// Lets LibreOffice convert a workbook, and gives the folder with what it wrote.
fn converted(workbook: &Path, folder: &str, to: &str) -> PathBuf {
    let base = workbook.parent().expect("a folder");
    let folder = base.join(folder);
    let profile = format!(
        "-env:UserInstallation=file://{}",
        base.join("profile").display()
    );
    run(&[
        OsStr::new("soffice"),
        OsStr::new(&profile),
        OsStr::new("--headless"),
        OsStr::new("--convert-to"),
        OsStr::new(to),
        OsStr::new("--outdir"),
        folder.as_os_str(),
        workbook.as_os_str(),
    ]);
    folder
}

fn stem(workbook: &Path) -> &str {
    workbook
        .file_stem()
        .and_then(OsStr::to_str)
        .expect("a name")
}

/// The same workbook, opened and saved by LibreOffice.
pub(super) fn resaved(workbook: &Path) -> PathBuf {
    let folder = converted(workbook, "resaved", "xlsx:Calc MS Excel 2007 XML");
    folder.join(workbook.file_name().expect("a name"))
}

/// A sheet as LibreOffice shows it: what it takes for text is in quotes.
pub(super) fn csv(workbook: &Path, title: &str) -> Vec<Vec<Cell>> {
    // Comma, quote, UTF-8, from the first row, all texts quoted, as shown, no formulas, every sheet.
    const FILTER: &str =
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1";
    let name = format!("{}-{title}.csv", stem(workbook));
    let file = workbook.with_file_name("csv").join(&name);
    if !file.exists() {
        converted(workbook, "csv", FILTER);
    }
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut rows = fields(text.trim_start_matches('\u{FEFF}'));
    for row in &mut rows {
        while row.last() == Some(&Cell::Empty) {
            row.pop();
        }
    }
    rows
}

/// The rows of comma-separated text in which every text is quoted.
fn fields(text: &str) -> Vec<Vec<Cell>> {
    let mut rows = vec![Vec::new()];
    let mut rest = text;
    while !rest.is_empty() {
        let (cell, after) = field(rest);
        rows.last_mut().expect("a row").push(cell);
        rest = if let Some(next) = after.strip_prefix(',') {
            next
        } else {
            rows.push(Vec::new());
            after
                .trim_start_matches('\r')
                .strip_prefix('\n')
                .unwrap_or_default()
        };
    }
    if rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    rows
}

/// The first cell of a text, and what follows it.
fn field(text: &str) -> (Cell, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', '\n', '\r']).unwrap_or(text.len());
        let (number, after) = text.split_at(end);
        if number.is_empty() {
            return (Cell::Empty, after);
        }
        let number = number
            .parse()
            .unwrap_or_else(|_| panic!("{number} is shown as no number"));
        return (Cell::Number(number), after);
    };
    let mut content = String::new();
    let mut rest = quoted;
    loop {
        let (before, after) = rest.split_once('"').expect("a closing quote");
        content.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                content.push('"');
                rest = more;
            }
            None => return (content.as_str().into(), after),
        }
    }
}

/// Prints a workbook, and gives a picture of each page.
pub(super) fn pages(workbook: &Path) -> Vec<PathBuf> {
    let folder = converted(workbook, "pages", "pdf");
    let pdf = folder.join(format!("{}.pdf", stem(workbook)));
    let picture = folder.join(stem(workbook));
    let drawn = [
        OsStr::new("pdftoppm"),
        OsStr::new("-r"),
        OsStr::new("100"),
        OsStr::new("-png"),
    ];
    run(&[&drawn[..], &[pdf.as_os_str(), picture.as_os_str()]].concat());
    let words = pdf.with_extension("txt");
    run(&[
        OsStr::new("pdftotext"),
        OsStr::new("-layout"),
        pdf.as_os_str(),
        words.as_os_str(),
    ]);
    let words = fs::read_to_string(words).expect("the words of the pages");
    assert!(
        !words.contains("###"),
        "a column is too narrow for its numbers"
    );
    let beginning = format!("{}-", stem(workbook));
    let entries = fs::read_dir(&folder).expect("the folder").flatten();
    let mut pictures: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension() == Some(OsStr::new("png")))
        .filter(|path| stem(path).starts_with(&beginning))
        .collect();
    pictures.sort();
    for picture in &pictures {
        let bytes = fs::metadata(picture).expect("a picture").len();
        assert!(bytes > WRITTEN_ON, "{} is an empty page", picture.display());
    }
    pictures
}
