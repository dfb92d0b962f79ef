//! What a file is by its content. Names lie: a ledger called `.xls` may be a web page, and one called `.xlsx` an old
//! workbook.

use crate::survey::raw::Refusal;

/// What holds the tables of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An archive, as workbooks since 2007 are.
    Zip,
    /// A compound file, as workbooks before 2007 are, and new ones that are protected by a password.
    Ole,
    /// Whatever else: a text.
    Text,
}

/// What else is sent in place of a table, with what to do about it; `rules/data/problems/facts.toml` has its Chinese.
pub(crate) type Noun = &'static str;

pub(crate) const WEB_PAGE: Noun = "a web page and no workbook: open it and save it as .xlsx";
const XML: Noun = "XML and no workbook: open it and save it as .xlsx";
const SPREADSHEET_2003: Noun = "an XML spreadsheet of 2003: open it and save it as .xlsx";
const MAIL: Noun = "a web archive and no workbook: open it and save it as .xlsx";
const PDF: Noun = "a PDF: send the workbook it was made of";
const RTF: Noun = "a document in RTF: copy its table into a workbook";
const IMAGE: Noun = "an image: send the workbook itself";
const ARCHIVE: Noun = "an archive of files: unpack it and send its workbooks one by one";
const WORD: Noun = "a text document (.docx): copy its table into a workbook";
const SLIDES: Noun = "slides (.pptx): copy their table into a workbook";
const OPEN_DOCUMENT: Noun = "an OpenDocument file and no spreadsheet (.ods)";
const COMPOUND: Noun = "a compound file without a workbook, such as .doc, .wps or .ppt";
const OLD: Noun = "a workbook from before Excel 97: open it and save it as .xlsx";
const BINARY: Noun = "neither a workbook nor a text";

/// The refusal of something else.
pub(crate) fn foreign(noun: Noun) -> Refusal {
    Refusal::Foreign(noun.to_owned())
}

/// First bytes that tell enough by themselves.
const MAGIC: &[(&[u8], Noun)] = &[
    (b"%PDF", PDF),
    (b"{\\rtf", RTF),
    (b"\x89PNG", IMAGE),
    (b"\xFF\xD8\xFF", IMAGE),
    (b"GIF8", IMAGE),
    (b"RIFF", IMAGE),
    (b"II*\0", IMAGE),
    (b"MM\0*", IMAGE),
    (b"Rar!", ARCHIVE),
    (b"7z\xBC\xAF\x27\x1C", ARCHIVE),
    (b"\x1F\x8B", ARCHIVE),
    (b"MIME-Version:", MAIL),
    (b"\x09\x00\x04\x00", OLD),
    (b"\x09\x02\x06\x00", OLD),
    (b"\x09\x04\x06\x00", OLD),
];

/// How many first bytes are enough.
pub(crate) const HEAD: usize = 4096;

/// What a file is by its first bytes.
///
/// # Errors
/// [`Refusal`] where it is nothing that holds tables.
pub(crate) fn kind(head: &[u8]) -> Result<Kind, Refusal> {
    const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];
    if head.is_empty() {
        return Err(Refusal::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Zip);
    }
    if head.starts_with(OLE) {
        return Ok(Kind::Ole);
    }
    if let Some((_, noun)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(foreign(noun));
    }
    if let Some(noun) = markup(head) {
        return Err(foreign(noun));
    }
    // A text has no such characters; UTF-16 has zeros at every other place.
    if head.iter().any(|byte| matches!(byte, 1..=8)) && !head.contains(&0) && wide(head).is_none() {
        return Err(foreign(BINARY));
    }
    Ok(Kind::Text)
}

/// Whether the bytes are UTF-16 by their mark.
fn wide(head: &[u8]) -> Option<bool> {
    match head {
        [0xFF, 0xFE, ..] => Some(true),
        [0xFE, 0xFF, ..] => Some(false),
        _ => None,
    }
}

fn markup(head: &[u8]) -> Option<Noun> {
    let text = match wide(head) {
        Some(little) => {
            let pairs = head.chunks_exact(2).skip(1);
            pairs
                .filter_map(|pair| match (pair, little) {
                    ([low, 0], true) | ([0, low], false) => Some(*low),
                    _ => None,
                })
                .collect()
        }
        None => head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).to_vec(),
    };
    let text = text.trim_ascii_start().to_ascii_lowercase();
    if !text.starts_with(b"<") {
        return None;
    }
    let holds = |word: &[u8]| memchr::memmem::find(&text, word).is_some();
    if holds(b"urn:schemas-microsoft-com:office:spreadsheet") || holds(b"progid=\"excel.sheet\"") {
        return Some(SPREADSHEET_2003);
    }
    if [
        &b"<html"[..],
        b"<table",
        b"<!doctype html",
        b"<head",
        b"<body",
        b"<style",
        b"<meta",
    ]
    .iter()
    .any(|word| holds(word))
    {
        return Some(WEB_PAGE);
    }
    // Whatever else begins like a tag: a ledger never does, its first cell is a title or 序号.
    text.starts_with(b"<?xml").then_some(XML).or(Some(WEB_PAGE))
}

/// What an archive is that has no workbook, by the names of its parts.
pub(crate) fn archive<'a>(mut names: impl Iterator<Item = &'a str>) -> Refusal {
    let found = names.find_map(|name| match name {
        "word/document.xml" => Some(WORD),
        "ppt/presentation.xml" => Some(SLIDES),
        "mimetype" => Some(OPEN_DOCUMENT),
        _ => None,
    });
    foreign(found.unwrap_or(ARCHIVE))
}

/// Whether a compound file holds a workbook that is protected by a password.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    memchr::memmem::find(bytes, &name).is_some()
}

/// What a compound file is that has no workbook.
pub(crate) fn compound() -> Refusal {
    foreign(COMPOUND)
}

/// Bytes that are no text in spite of what they begin with.
pub(crate) fn binary() -> Refusal {
    foreign(BINARY)
}
