//! What a workbook's archive holds: which part is which sheet, and where its styles and shared texts are. Names are compared
//! as WPS and Excel do, without regard to case and with either slash.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{Read, Seek};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::ReturnError;
use super::xml::{attribute, local};

/// A part that is held in memory is never larger, in bytes; only sheets and shared texts are, and they are streamed.
const MOST_HELD: u64 = 64 << 20;

/// What every relation of the strict kind is called before its last word: other names for everything.
const STRICT: &str = "http://purl.oclc.org/ooxml/";

/// A relation of a part to another one.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type, such as `worksheet`.
    pub(super) kind: String,
    /// The name of the other part.
    pub(super) target: String,
}

/// The archive with its names.
pub(super) struct Package<R> {
    pub(super) zip: ZipArchive<R>,
    names: BTreeMap<String, usize>,
}

/// A sheet of the workbook.
#[derive(Debug)]
pub(super) struct SheetPart {
    pub(super) name: String,
    pub(super) part: String,
}

/// The parts that are asked for.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) sheets: Vec<SheetPart>,
    pub(super) styles: String,
    pub(super) strings: Option<String>,
}

impl<R: Read + Seek> Package<R> {
    pub(super) fn open(file: R) -> Result<Self, ReturnError> {
        let zip = ZipArchive::new(file)?;
        let mut names = BTreeMap::new();
        for at in 0..zip.len() {
            if let Some(name) = zip.name_for_index(at) {
                names.entry(key(&name?)).or_insert(at);
            }
        }
        Ok(Self { zip, names })
    }

    /// The entry of a part.
    pub(super) fn index(&self, part: &str) -> Option<usize> {
        self.names.get(&key(part)).copied()
    }

    /// A small part as text; nothing where there is none.
    pub(super) fn text(&mut self, part: &str) -> Result<Option<String>, ReturnError> {
        let Some(index) = self.index(part) else {
            return Ok(None);
        };
        let entry = self.zip.by_index(index)?;
        let mut bytes = Vec::new();
        entry.take(MOST_HELD + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_HELD {
            return Err(ReturnError::Unfit("a part that is too large"));
        }
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_| ReturnError::Unfit("a part that is not in UTF-8"))?;
        let bare = text.strip_prefix('\u{feff}').map(str::to_owned);
        Ok(Some(bare.unwrap_or(text)))
    }

    /// A name of a part that there is not yet, such as `xl/comments3.xml`.
    pub(super) fn unused(&mut self, before: &str, after: &str) -> String {
        let mut number = 1_u32;
        loop {
            let name = format!("{before}{number}{after}");
            if let Entry::Vacant(free) = self.names.entry(key(&name)) {
                // Taken from now on.
                free.insert(usize::MAX);
                return name;
            }
            number += 1;
        }
    }

    /// The relations of a part.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<Relation>, ReturnError> {
        match self.text(&relations_of(part))? {
            Some(text) => relations(&text, part),
            None => Ok(Vec::new()),
        }
    }

    /// Finds the sheets in the workbook's own order.
    pub(super) fn parts(&mut self) -> Result<Parts, ReturnError> {
        let missing = ReturnError::Unfit("an archive that is no workbook");
        let of_kind = |relations: Vec<Relation>, kind: &str| {
            let mut found = relations.into_iter().filter(|found| found.kind == kind);
            found.next().map(|found| found.target)
        };
        let book = of_kind(self.relations("")?, "officeDocument").ok_or(missing)?;
        let relations = self.relations(&book)?;
        let text = self.text(&book)?;
        let text = text.ok_or(ReturnError::Unfit("an archive that is no workbook"))?;
        let sheets = sheets(&text, &relations)?;
        let find = |kind: &str| {
            let mut found = relations.iter().filter(|found| found.kind == kind);
            found.next().map(|found| found.target.clone())
        };
        let strings = find("sharedStrings");
        let styles = find("styles").ok_or(ReturnError::Unfit("a workbook without styles"))?;
        Ok(Parts {
            sheets,
            styles,
            strings,
        })
    }
}

fn key(name: &str) -> String {
    name.replace('\\', "/")
        .trim_start_matches('/')
        .to_lowercase()
}

/// The part that holds another one's relations.
pub(super) fn relations_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

fn relations(text: &str, part: &str) -> Result<Vec<Relation>, ReturnError> {
    let mut reader = Reader::from_str(text);
    let mut found = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Start(start) | Event::Empty(start)
                if local(start.name().0) == "Relationship" =>
            {
                let of = |key: &str| -> Result<String, ReturnError> {
                    Ok(attribute(&start, key)?.unwrap_or_default().into_owned())
                };
                let kind = of("Type")?;
                if kind.starts_with(STRICT) {
                    return Err(ReturnError::Unfit("a workbook of the strict kind"));
                }
                let external = of("TargetMode")?.eq_ignore_ascii_case("External");
                found.push(Relation {
                    id: of("Id")?,
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: if external {
                        String::new()
                    } else {
                        resolved(part, &of("Target")?)
                    },
                });
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The name of a part that another one points to.
fn resolved(part: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = part.split('/').collect();
    steps.pop();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn sheets(text: &str, relations: &[Relation]) -> Result<Vec<SheetPart>, ReturnError> {
    let mut reader = Reader::from_str(text);
    let mut sheets = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Start(start) | Event::Empty(start) if local(start.name().0) == "sheet" => {
                let (mut name, mut id) = (String::new(), String::new());
                for found in start.attributes().with_checks(false) {
                    let found = found?;
                    match found.key.0 {
                        "name" => {
                            name = found
                                .normalized_value(quick_xml::XmlVersion::Implicit1_0)?
                                .into_owned();
                        }
                        key if key.contains(':') && local(key) == "id" => {
                            id = found.value.into_owned();
                        }
                        _ => {}
                    }
                }
                let relation = relations.iter().find(|relation| relation.id == id);
                if let Some(relation) = relation.filter(|relation| relation.kind == "worksheet") {
                    sheets.push(SheetPart {
                        name,
                        part: relation.target.clone(),
                    });
                }
            }
            Event::Eof => return Ok(sheets),
            _ => {}
        }
    }
}
