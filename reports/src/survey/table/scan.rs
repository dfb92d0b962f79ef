//! The way through a file: sheets and rows go in, events come out. It keeps the first rows of a sheet until a table is
//! found in them, the rows of one form until it ends, and nothing of a row that it has told.

use std::sync::Arc;

use entity::kind::ImportKind;
use entity::problem::{Finding, ProblemCode};
use rules::survey::{FactKind, Mappings, Words, letters_of};

use super::body::{Body, Read};
use super::column::{Known, Resolver, guess, signature};
use super::fill::Recalled;
use super::form::{self, Form, Made};
use super::header::{self, Candidate, TALLEST};
use super::merge::{Line, Merges};
use super::words::{self, Aside};
use super::{
    CellAddress, Event, Fact, HeadRow, Skipped, Table, Told, Why, placed, plain_text, says,
};
use crate::survey::cell::shown;
use crate::survey::raw::{Row, Sheet, Visibility};

/// Rows of a sheet that are kept until a table is found in them.
const LOOKED_AT: usize = 40;
/// Rows of a sheet in which any header is looked for; below them, only one of known words.
const PATIENCE: u64 = 2_000;
/// Values of a column that are shown to whoever maps it.
const SAMPLES: usize = 3;
/// The fewest cells of a header among forms, whose keys may stand beside a value that is a word too.
const HEADER_IN_FORM: usize = 4;
/// The most characters of a sample.
const LONGEST_SAMPLE: usize = 60;

/// Looks for tables and forms in the sheets of one file.
#[derive(Debug)]
pub struct Scan<'a> {
    words: &'a Words,
    kind: Option<ImportKind>,
    learned: &'a Mappings,
    sheet: Arc<str>,
    merges: Merges,
    state: State,
    /// What the last line across a table said, which may be the title of the next one.
    title: Option<String>,
    recalled: Recalled,
    rows: u64,
    found: bool,
    hidden: Option<(u32, u32)>,
    /// The lines of a sheet whose name says that it is beside the survey.
    aside: Option<Aside>,
    /// Lines of words that are not told yet, by their rows: a sheet of nothing else is told once.
    held: Vec<u32>,
    /// Whether anything else came out of this sheet.
    mixed: bool,
}

/// Where in a sheet the scan is.
#[derive(Debug)]
enum State {
    /// Looking for a table in the rows that are kept.
    Seeking(Vec<Line>),
    /// Below a header.
    Body(Box<Body>),
    /// In a form.
    Form(Form),
}

impl<'a> Scan<'a> {
    /// Begins a file; the kind is what the caller says its rows are.
    #[must_use]
    pub fn new(words: &'a Words, kind: Option<ImportKind>, learned: &'a Mappings) -> Self {
        Self {
            words,
            kind,
            learned,
            sheet: Arc::from(""),
            merges: Merges::default(),
            state: State::Seeking(Vec::new()),
            title: None,
            recalled: Recalled::default(),
            rows: 0,
            found: false,
            hidden: None,
            aside: None,
            held: Vec::new(),
            mixed: false,
        }
    }

    /// A sheet begins; what was kept of the one before comes out.
    pub fn sheet(&mut self, sheet: &Sheet) -> Vec<Event> {
        let mut events = self.end_sheet();
        self.sheet = Arc::from(sheet.name.as_str());
        self.merges = Merges::new(&sheet.merges);
        self.aside = words::is_aside(&sheet.name).then(Aside::default);
        let hidden = Finding::hint(ProblemCode::HiddenRead);
        if sheet.visibility != Visibility::Visible {
            events.push(self.told(hidden.clone()));
        }
        if !sheet.hidden_columns.is_empty() {
            let runs = sheet.hidden_columns.iter().take(20);
            let names = runs.map(|(first, last)| {
                if first == last {
                    letters_of(*first)
                } else {
                    format!("{}:{}", letters_of(*first), letters_of(*last))
                }
            });
            let columns = names.collect::<Vec<_>>().join(" ");
            events.push(self.told(hidden.with("columns", columns)));
        }
        events
    }

    /// The next row of the sheet.
    pub fn row(&mut self, row: Row) -> Vec<Event> {
        let mut events = Vec::with_capacity(1);
        self.rows += 1;
        if row.hidden {
            let (count, first) = self.hidden.unwrap_or((0, row.index));
            self.hidden = Some((count.saturating_add(1), first));
        }
        let line = self.merges.fill(row);
        match &mut self.aside {
            Some(aside) => aside.take(self.words, &line),
            None => self.step(line, &mut events),
        }
        events
    }

    /// The sheet ends; what was kept of it comes out.
    pub fn end_sheet(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            match std::mem::replace(&mut self.state, State::Seeking(Vec::new())) {
                State::Seeking(lines) if lines.is_empty() => break,
                State::Seeking(lines) => self.decide(lines, true, &mut events),
                State::Body(_) => break,
                State::Form(mut form) => {
                    self.end_form(&mut form, &mut events);
                    break;
                }
            }
        }
        if let Some((count, first)) = self.hidden.take() {
            let finding = Finding::hint(ProblemCode::HiddenRead)
                .with("count", count.to_string())
                .with("row", first.saturating_add(1).to_string());
            events.push(self.told(finding));
        }
        let count = u32::try_from(self.held.len()).unwrap_or(u32::MAX);
        let held = (count > 0).then(|| (words::of(count), count));
        let aside = self.aside.take().and_then(|aside| aside.end());
        if let Some((finding, rows)) = aside.or(held) {
            self.held.clear();
            events.push(Event::Told(Told {
                sheet: Arc::clone(&self.sheet),
                finding: placed(finding, &self.sheet, None),
                rows,
            }));
        } else if self.rows > 0 && !self.found {
            events.push(self.told(Finding::warning(ProblemCode::NoTable)));
        }
        self.rows = 0;
        self.found = false;
        self.mixed = false;
        self.title = None;
        self.merges = Merges::default();
        events
    }

    fn told(&self, finding: Finding) -> Event {
        Event::Told(Told {
            sheet: Arc::clone(&self.sheet),
            finding: placed(finding, &self.sheet, None),
            rows: 0,
        })
    }

    /// Something else than words is in the sheet: its lines of words are told like any other row that is no data.
    fn release(&mut self, events: &mut Vec<Event>) {
        self.mixed = true;
        for row in std::mem::take(&mut self.held) {
            events.push(self.skipped(row, Why::NoTable));
        }
    }

    fn skipped(&self, row: u32, why: Why) -> Event {
        Event::Skipped(Skipped {
            sheet: Arc::clone(&self.sheet),
            row: row.saturating_add(1),
            rows: 1,
            why,
        })
    }

    fn step(&mut self, line: Line, events: &mut Vec<Event>) {
        match &mut self.state {
            State::Seeking(lines) => {
                lines.push(line);
                if lines.len() >= LOOKED_AT {
                    let lines = std::mem::take(lines);
                    self.decide(lines, false, events);
                }
            }
            State::Body(body) => {
                let index = line.row.index;
                let facts = may_say_facts(&line).then(|| facts(self.words, &line));
                match body.read(self.words, line, &self.merges, &mut self.recalled) {
                    Read::Record(record) => events.push(Event::Record(record)),
                    Read::Skipped(why) => {
                        if why == Why::Footer {
                            events.extend(facts.unwrap_or_default().into_iter().map(Event::Fact));
                        }
                        events.push(self.skipped(index, why));
                    }
                    Read::Header(line) => {
                        self.title = body.note.take();
                        self.state = State::Seeking(vec![line]);
                    }
                }
            }
            State::Form(form) => {
                if is_header(self.words, &self.merges, &line) || form.is_over(self.words, &line) {
                    let mut form = std::mem::replace(form, Form::new(Arc::clone(&self.sheet)));
                    self.end_form(&mut form, events);
                    if is_header(self.words, &self.merges, &line) {
                        self.state = State::Seeking(vec![line]);
                        return;
                    }
                }
                if let State::Form(form) = &mut self.state {
                    form.take(self.words, line);
                }
            }
        }
    }

    fn end_form(&mut self, form: &mut Form, events: &mut Vec<Event>) {
        let Some((first, last)) = form.rows() else {
            return;
        };
        let near = self.merges.near(first, last);
        match form.end(self.words, &near, &mut self.recalled) {
            Some(Made::Record(record)) => events.push(Event::Record(record)),
            Some(Made::Skipped(skipped)) => events.push(Event::Skipped(skipped)),
            None => {}
        }
    }

    /// Finds what the rows that were kept hold, and goes on in it.
    fn decide(&mut self, lines: Vec<Line>, ended: bool, events: &mut Vec<Event>) {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return;
        };
        // A sheet that went on for long without a table is looked at less closely.
        let patient = self.rows <= PATIENCE || self.found;
        if !patient && !lines.iter().any(|line| header::begins(self.words, line)) {
            return self.nothing(lines, ended, events);
        }
        let near = self.merges.near(first.row.index, last.row.index);
        let table = header::find(self.words, &lines, &near);
        let form = form::begins(self.words, &lines, &near);
        match (form, table) {
            (Some(form), table) if table.as_ref().is_none_or(|table| form <= table.first) => {
                self.forms(lines, form, events);
            }
            (_, Some(table)) => {
                self.found = true;
                self.table(lines, &table, events);
            }
            _ => match header::by_shape(&lines) {
                Some(table) => {
                    self.found |= self.learned.speaks_of(&self.sheet);
                    self.table(lines, &table, events);
                }
                None => self.nothing(lines, ended, events),
            },
        }
    }

    /// No table begins in these rows: all but the last, over which a header may stand, are told.
    fn nothing(&mut self, mut lines: Vec<Line>, ended: bool, events: &mut Vec<Event>) {
        let kept = if ended { 0 } else { TALLEST - 1 };
        let rest = lines.split_off(lines.len().saturating_sub(kept));
        self.held.extend(lines.iter().map(|line| line.row.index));
        if self.mixed || !lines.iter().all(words::are) {
            self.release(events);
        }
        self.state = State::Seeking(rest);
    }

    fn forms(&mut self, mut lines: Vec<Line>, first: usize, events: &mut Vec<Event>) {
        let rest = lines.split_off(first);
        let (head, facts) = self.head(&lines);
        self.found = true;
        self.release(events);
        events.push(Event::Table(Table {
            sheet: Arc::clone(&self.sheet),
            kind: ImportKind::Form,
            head,
            columns: Vec::new(),
            signature: String::new(),
            facts,
        }));
        self.state = State::Form(Form::new(Arc::clone(&self.sheet)));
        for line in rest {
            self.step(line, events);
        }
    }

    fn table(&mut self, mut lines: Vec<Line>, found: &Candidate, events: &mut Vec<Event>) {
        self.release(events);
        let rest = lines.split_off(found.first + found.height);
        let header = lines.split_off(found.first);
        let (mut head, facts) = self.head(&lines);
        head.extend(header.iter().map(|line| (line.row.index, HeadRow::Header)));
        let unit = facts.iter().filter(|fact| fact.kind == FactKind::Unit);
        let unit = unit
            .filter_map(|fact| self.words.unit(&fact.text))
            .next_back();
        let signature = signature(&found.labels);
        let guess = guess(&found.labels, self.kind, self.about(&lines));
        let names = (&*self.sheet, signature.as_str());
        let resolver = Resolver::new(guess, self.learned, names, unit.as_ref());
        let mut columns = resolver.resolve(&found.labels);
        for known in &mut columns {
            known.column.samples = samples(known, &rest);
        }
        events.push(Event::Table(Table {
            sheet: Arc::clone(&self.sheet),
            kind: guess.kind,
            head,
            columns: columns.iter().map(|known| known.column.clone()).collect(),
            signature,
            facts,
        }));
        let body = Body::new(Arc::clone(&self.sheet), columns, &header);
        self.state = State::Body(Box::new(body));
        for line in rest {
            self.step(line, events);
        }
    }

    /// What the rows above a header are, and what they say of the whole.
    fn head(&self, lines: &[Line]) -> (Vec<(u32, HeadRow)>, Vec<Fact>) {
        let mut said = Vec::new();
        let rows = lines.iter().map(|line| {
            let facts = facts(self.words, line);
            let is = if facts.is_empty() {
                HeadRow::Title
            } else {
                HeadRow::Fact
            };
            said.extend(facts);
            (line.row.index, is)
        });
        (rows.collect(), said)
    }

    /// What the titles and the sheet's name say its rows are.
    fn about(&mut self, above: &[Line]) -> Option<ImportKind> {
        let title = self.title.take();
        let cells = above.iter().flat_map(|line| &line.row.cells);
        let titles = cells.map(plain_text).filter(|text| text.len() < 200);
        let texts = title.as_deref().into_iter().chain(titles);
        let mut texts = texts.chain(std::iter::once(&*self.sheet));
        texts.find_map(|text| self.words.about(text))
    }
}

/// Whether a row inside the forms of a sheet is the header of a table.
fn is_header(words: &Words, merges: &Merges, line: &Line) -> bool {
    let near = || merges.near(line.row.index, line.row.index);
    line.own >= HEADER_IN_FORM
        && header::says_only_words(words, line)
        && form::keys(words, line, &near()).is_empty()
}

/// Whether a row may say something of the whole: it begins with words and has few cells.
fn may_say_facts(line: &Line) -> bool {
    line.own <= 6
        && line
            .row
            .cells
            .iter()
            .any(|cell| plain_text(cell).contains(['：', ':']))
}

/// What a row says of the whole, in one cell or in a word's next one.
fn facts(words: &Words, line: &Line) -> Vec<Fact> {
    let cells: Vec<_> = line
        .row
        .cells
        .iter()
        .filter(|cell| says(cell))
        .take(20)
        .collect();
    let mut facts = Vec::new();
    for (place, cell) in cells.iter().enumerate() {
        let at = CellAddress {
            row: line.row.index,
            column: cell.column,
        };
        let text: String = plain_text(cell).chars().take(500).collect();
        let mut said = words.facts(&text);
        if said.is_empty()
            && let Some(kind) = words.fact(&text)
        {
            said.push((kind, String::new()));
        }
        if let Some((kind, value)) = said.last_mut().filter(|(_, value)| value.is_empty())
            && let Some(next) = cells.get(place + 1)
        {
            let next = shown(&next.value);
            let is_word = next.trim_end().ends_with(['：', ':']) || words.fact(&next).is_some();
            if !is_word && words.facts(&next).is_empty() {
                next.trim().clone_into(value);
                if *kind == FactKind::Reporter && words.unit(value).is_some() {
                    *kind = FactKind::Unit;
                }
            }
        }
        let said = said.into_iter().filter(|(_, value)| !value.is_empty());
        facts.extend(said.map(|(kind, text)| Fact { kind, text, at }));
    }
    facts
}

/// The first values of a column.
fn samples(known: &Known, rows: &[Line]) -> Vec<String> {
    let column = known.column.column;
    let cells = rows
        .iter()
        .filter_map(|line| line.cell(column))
        .filter(|cell| says(cell));
    let shown = cells.map(|cell| {
        shown(&cell.value)
            .trim()
            .chars()
            .take(LONGEST_SAMPLE)
            .collect()
    });
    shown.take(SAMPLES).collect()
}
