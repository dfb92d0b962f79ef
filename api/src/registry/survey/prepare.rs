//! Putting a chunk of staged rows together: the inputs of the API that they come to, each into its book, those of one subject
//! joined, parsed, and what was found on the way. It is work for the processor and asks the database nothing.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::id::PlatformId;
use entity::kind::{IdentityKind, OfficeLevel, RowOutcome, SubjectKind};
use entity::problem::{Finding, ProblemCode};
use entity::value::phone::Phone;

use reports::survey::table::CellAddress;

use super::assemble::{self, Piece, Places, join, on_row, placed};
use super::book::{Books, Target};
use super::chunk::stand_in;
use super::staged::{Row, Verdict};
use super::{Survey, blacklist};
use crate::registry::input::{AddressInput, Item, Patch};
use crate::registry::registration::bulk::Parsed;

/// One subject of a chunk, and the rows that it is made of.
pub(super) struct Bundle {
    kind: SubjectKind,
    /// The rows, by their place in the chunk; the first tells what becomes of it.
    pub rows: Vec<usize>,
    /// Which cell of which row said a field.
    places: BTreeMap<Cow<'static, str>, (usize, CellAddress)>,
    pub tied_within: bool,
}

/// Those of one kind that go into one book.
struct Group {
    target: Target,
    kind: SubjectKind,
    items: Vec<Item>,
    bundles: Vec<Bundle>,
}

/// The same, parsed: that takes the processor longer than anything else.
pub(super) struct Ready {
    pub target: Target,
    pub kind: SubjectKind,
    pub bundles: Vec<Bundle>,
    pub parsed: Parsed,
    /// What is said of each, as far as other rows are compared with it.
    said: Vec<Said>,
}

/// A chunk that is put together.
pub(super) struct Prepared {
    pub groups: Vec<Ready>,
    /// The rows of a list of the authorities.
    pub entries: Vec<blacklist::Draft>,
    pub verdicts: Vec<Verdict>,
}

/// Agencies and operators stand before those who name them.
const ORDER: [SubjectKind; 4] = [
    SubjectKind::Agency,
    SubjectKind::Operator,
    SubjectKind::Merchant,
    SubjectKind::Streamer,
];

impl Prepared {
    /// Puts rows together; those left out beforehand stay as they are.
    pub(super) fn of(
        survey: &Survey,
        books: &mut Books,
        rows: &[Row],
        left_out: &BTreeSet<usize>,
    ) -> Self {
        let mut groups: BTreeMap<(usize, Target), Group> = BTreeMap::new();
        let mut by_subject: HashMap<(Target, SubjectKind, String), usize> = HashMap::new();
        let mut verdicts: Vec<Verdict> = rows.iter().map(blank).collect();
        let mut entries = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            if row.skipped.is_some() || left_out.contains(&place) {
                continue;
            }
            let Some(verdict) = verdicts.get_mut(place) else {
                continue;
            };
            if blacklist::is_entry(row) {
                entries.extend(entry(survey, (row, place), verdict));
                continue;
            }
            let pieces = pieces(survey, books, row, verdict);
            for (target, piece) in pieces {
                let (kind, number) = join::subject(&piece.item);
                let rank = ORDER.iter().position(|k| *k == kind).unwrap_or(ORDER.len());
                let group = groups
                    .entry((rank, target.clone()))
                    .or_insert_with(|| Group {
                        target: target.clone(),
                        kind,
                        items: Vec::new(),
                        bundles: Vec::new(),
                    });
                let next = group.bundles.len();
                let at = *by_subject.entry((target, kind, number)).or_insert(next);
                match (group.bundles.get_mut(at), group.items.get_mut(at)) {
                    (Some(bundle), Some(item)) => {
                        let told = bundle.add((place, rows), item, piece);
                        verdict.findings.extend(told);
                    }
                    _ => group.add(place, piece),
                }
            }
        }
        Self {
            groups: groups
                .into_values()
                .filter_map(|group| survey.parsed(group))
                .collect(),
            entries,
            verdicts,
        }
    }
}

/// The entry that a row of a list asks for; none where something refuses the row.
fn entry(
    survey: &Survey,
    (row, place): (&Row, usize),
    verdict: &mut Verdict,
) -> Option<blacklist::Draft> {
    verdict.findings.extend(row.findings());
    let draft = blacklist::draft(survey, row, place);
    let draft = draft.map_err(|found| verdict.findings.extend(found)).ok();
    if verdict.findings.iter().any(Finding::refuses) {
        verdict.outcome = RowOutcome::Rejected;
        return None;
    }
    draft
}

/// A verdict on a row that nothing was found of yet.
fn blank(row: &Row) -> Verdict {
    Verdict {
        place: row.place,
        sheet: row.sheet.to_string(),
        row: row.row,
        outcome: match row.skipped {
            Some(_) => RowOutcome::Skipped,
            None => RowOutcome::Accepted,
        },
        effects: Vec::new(),
        findings: row.skipped.iter().cloned().collect(),
    }
}

/// The pieces of a row with their books; none where something refuses the row.
fn pieces(
    survey: &Survey,
    books: &mut Books,
    row: &Row,
    verdict: &mut Verdict,
) -> Vec<(Target, Piece)> {
    let assembled = assemble::row(row);
    verdict.findings.extend(row.findings());
    verdict.findings.extend(assembled.findings);
    let mut placed_pieces = Vec::new();
    for mut piece in assembled.pieces {
        match survey.target(books, &piece) {
            Ok(target) => {
                let mut told = assume_division(survey, &mut piece.item);
                told.extend(own_site_unused(&target, &mut piece.item));
                let told = told
                    .into_iter()
                    .map(|found| placed(found, row, &piece.places));
                verdict.findings.extend(told);
                placed_pieces.push((target, piece));
            }
            Err(_) if piece.platform.is_none() && row.refuses("platform.name") => {}
            Err(found) => verdict.tell(match &piece.platform {
                Some((_, cell)) => super::staged::at(found, &row.sheet, *cell),
                None => on_row(found, row),
            }),
        }
    }
    let nothing = placed_pieces.is_empty() && !verdict.findings.iter().any(Finding::refuses);
    if nothing {
        let empty = Finding::error(ProblemCode::SurveyUnidentified);
        verdict.findings.push(on_row(empty, row));
    }
    if verdict.findings.iter().any(Finding::refuses) {
        verdict.outcome = RowOutcome::Rejected;
        for (target, piece) in placed_pieces {
            survey.tell_the_rest(&target, piece, row, verdict);
        }
        return Vec::new();
    }
    placed_pieces
}

impl Group {
    /// Adds a subject of which no row spoke before.
    fn add(&mut self, row: usize, piece: Piece) {
        let places = piece.places.into_iter();
        self.bundles.push(Bundle {
            kind: self.kind,
            rows: vec![row],
            places: places.map(|(field, cell)| (field, (row, cell))).collect(),
            tied_within: piece.tied_within,
        });
        self.items.push(piece.item);
    }
}

impl Bundle {
    /// Adds what another row says of the same subject, and tells that row of it.
    fn add(&mut self, (row, rows): (usize, &[Row]), item: &mut Item, piece: Piece) -> Vec<Finding> {
        let Some(this) = rows.get(row) else {
            return Vec::new();
        };
        let first = self.rows.first().and_then(|first| rows.get(*first));
        let first = first.map_or((&*this.sheet, 0), |first| (&*first.sheet, first.row));
        let mut told = Vec::new();
        if self.rows.last() != Some(&row) {
            self.rows.push(row);
            let merged = Finding::hint(ProblemCode::SurveyMerged);
            told.push(on_row(seen_at(merged, first, this), this));
        }
        let says_form = piece.places.contains_key("form");
        for field in join::join(item, piece.item, says_form) {
            let differs = Finding::warning(ProblemCode::SurveyRowsDisagree);
            let differs = seen_at(differs, first, this).inside(field);
            told.push(placed(differs, this, &piece.places));
        }
        self.tied_within |= piece.tied_within;
        let places = piece.places.into_iter();
        self.places
            .extend(places.map(|(field, cell)| (field, (row, cell))));
        told
    }

    /// Puts what the API found where a cell said it, else at the first row, whose message then names the field.
    pub(super) fn place(&self, finding: Finding, rows: &[Row]) -> Option<(usize, Finding)> {
        let (row, mut placed) = self.cell_of(finding, rows)?;
        if let [_, _, entity::problem::Step::Field(field), ..] = placed.path.as_slice() {
            let field = field.to_string();
            placed = placed.with("field", field);
            placed = placed.with("subject", self.kind.as_str());
        }
        Some((row, placed))
    }

    fn cell_of(&self, finding: Finding, rows: &[Row]) -> Option<(usize, Finding)> {
        let first = *self.rows.first()?;
        let each = self.places.iter();
        for row in self.rows.iter().rev().copied() {
            let own = each.clone().filter(|(_, (of, _))| *of == row);
            let own: Places = own
                .map(|(field, (_, cell))| (field.clone(), *cell))
                .collect();
            let moved = placed(finding.clone(), rows.get(row)?, &own);
            if moved.path.len() == 2 || self.rows.len() == 1 {
                return Some((row, moved));
            }
        }
        Some((first, placed(finding, rows.get(first)?, &Places::new())))
    }
}

/// Names another row in a message: its sheet, too, where that is another one.
pub(super) fn seen_at(finding: Finding, (sheet, row): (&str, u32), from: &Row) -> Finding {
    let finding = if sheet == &*from.sheet {
        finding
    } else {
        finding.with("sheet", sheet)
    };
    finding.with("row", row.to_string())
}

/// An address whose division is not sure lies in the office's own territory, if only one place there is meant, or in its own
/// county, if none is named; it is told. Whoever covers the whole country cannot assume anything.
fn assume_division(survey: &Survey, item: &mut Item) -> Vec<Finding> {
    if survey.office.is_none() {
        return Vec::new();
    }
    let addresses: Vec<(&'static str, &mut Patch<AddressInput>)> = match item {
        Item::Operator(item) => vec![
            ("businessAddress", &mut item.business_address),
            ("domicile", &mut item.domicile),
        ],
        Item::Streamer(item) => vec![("residence", &mut item.residence)],
        Item::Agency(item) => vec![("domicile", &mut item.domicile)],
        Item::Merchant(item) => vec![("businessAddress", &mut item.business_address)],
    };
    let mut told = Vec::new();
    for (field, address) in addresses {
        if let Patch::Set(address) = address
            && let Some(division) = survey.assumed(&address.text)
        {
            let assumed = Finding::warning(ProblemCode::SurveyDivisionAssumed);
            let shown = survey.gazetteer.named(&division);
            let shown = shown.map(|named| format!("{}（{division}）", named.full_name));
            let shown = shown.unwrap_or_else(|| division.clone());
            told.push(assumed.with("division", shown).inside(field));
            address.division = Some(division);
        }
    }
    told
}

/// Only rooms of an own site have one in the registry: of a room on a platform it is told and left out.
fn own_site_unused(target: &Target, item: &mut Item) -> Option<Finding> {
    let Item::Operator(item) = item else {
        return None;
    };
    if *target == Target::OwnSites || !matches!(item.own_site, Patch::Set(_)) {
        return None;
    }
    item.own_site = Patch::Keep;
    let unused = Finding::warning(ProblemCode::SurveyNotTaken);
    Some(unused.inside("ownSite"))
}

impl Survey {
    /// The division that an address of this office's may be taken to lie in, where its text is not sure.
    fn assumed(&self, text: &str) -> Option<String> {
        let office = self.office.as_ref()?;
        let located = self.gazetteer.locate(text);
        if located.sure.is_some() {
            return None;
        }
        let seats = &self.caller.sight.seats;
        let mut inside = located.candidates.iter().filter(|(code, _)| {
            let seat = self.gazetteer.seat(code);
            seat.is_ok_and(|seat| {
                seats.cities.contains(&seat.city) || seats.counties.contains(&seat.division)
            })
        });
        match (inside.next(), inside.next()) {
            (Some((only, _)), None) => Some(only.clone()),
            (None, _) if located.candidates.is_empty() && office.level == OfficeLevel::County => {
                Some(office.division.clone())
            }
            _ => None,
        }
    }

    /// The book of a piece.
    fn target(&self, books: &mut Books, piece: &Piece) -> Result<Target, Finding> {
        let name = piece.platform.as_ref().map(|(name, _)| name.as_str());
        if self.office.is_none() {
            return name.map_or(Ok(Target::Own), |name| books.own(name));
        }
        let own_site =
            matches!(&piece.item, Item::Operator(item) if matches!(item.own_site, Patch::Set(_)));
        match books.find(&self.app, name) {
            Err(_) if name.is_none() && own_site => Ok(Target::OwnSites),
            found => found,
        }
    }

    /// Tells what else is wrong in a row that a cell refuses, so that all of it can be mended at once.
    fn tell_the_rest(&self, target: &Target, piece: Piece, row: &Row, verdict: &mut Verdict) {
        let Ok(Some(ledger)) = self.ledger(target, stand_in(target)) else {
            return;
        };
        let parsed = Parsed::each(&self.app, &ledger, &self.gazetteer, vec![piece.item]);
        for found in parsed.findings().filter(Finding::refuses) {
            let found = placed(found, row, &piece.places);
            let is_told = |known: &Finding| known.refuses() && known.path == found.path;
            if !verdict.findings.iter().any(is_told) {
                verdict.tell(found);
            }
        }
    }

    /// Parses a group; none where nobody may write into its book.
    fn parsed(&self, group: Group) -> Option<Ready> {
        let ledger = self.ledger(&group.target, stand_in(&group.target));
        let ledger = ledger.ok().flatten()?;
        Some(Ready {
            said: group.items.iter().map(Said::of).collect(),
            parsed: Parsed::each(&self.app, &ledger, &self.gazetteer, group.items),
            target: group.target,
            kind: group.kind,
            bundles: group.bundles,
        })
    }
}

/// What a row says of a subject, as far as other rows are compared with it.
struct Said {
    /// What tells its person from others, whatever the role.
    person: u64,
    /// What is the same when the same is said again.
    content: u64,
    /// The phone of a natural person.
    phone: Option<String>,
}

impl Said {
    fn of(item: &Item) -> Self {
        let (_, number) = join::subject(item);
        Self {
            person: hashed(&number),
            content: hashed(item),
            phone: person_phone(item),
        }
    }
}

/// A subject of a chunk, for whoever looks for it in earlier chunks and in the registry.
pub(super) struct Subject {
    /// The row that tells what becomes of it, by its place in the chunk.
    pub row: usize,
    /// Which of that row's effects it is.
    pub effect: usize,
    /// What tells it from others.
    pub key: u64,
    /// What tells its person from others, whatever the role.
    pub person: u64,
    /// What is said of it.
    pub content: u64,
    /// The phone of a natural person.
    pub phone: Option<String>,
    /// The book that it goes into, where there is one.
    pub book: Option<PlatformId>,
}

impl Prepared {
    /// The subjects.
    pub(super) fn subjects(&mut self) -> Vec<Subject> {
        let mut effects: HashMap<usize, usize> = HashMap::new();
        let mut subjects = Vec::new();
        for group in &mut self.groups {
            let book = match &group.target {
                Target::Book(id) => Some(*id),
                _ => None,
            };
            let said = std::mem::take(&mut group.said);
            for (bundle, said) in group.bundles.iter().zip(said) {
                let first = bundle.rows.first().copied().unwrap_or_default();
                subjects.push(Subject {
                    row: first,
                    effect: effects.get(&first).copied().unwrap_or_default(),
                    key: hashed(&(said.person, &group.target, group.kind)),
                    person: said.person,
                    content: said.content,
                    phone: said.phone,
                    book,
                });
                for row in &bundle.rows {
                    *effects.entry(*row).or_default() += 1;
                }
            }
        }
        subjects
    }
}

/// A number by which things are compared.
pub(super) fn hashed(thing: &(impl std::hash::Hash + ?Sized)) -> u64 {
    use std::hash::{DefaultHasher, Hasher as _};
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    hasher.finish()
}

/// The phone of a natural person, whom nobody else should share it with.
fn person_phone(item: &Item) -> Option<String> {
    let (_, _, identity) = item.head();
    let phone = match item {
        Item::Operator(item) => &item.phone,
        Item::Streamer(item) => &item.phone,
        Item::Agency(_) | Item::Merchant(_) => return None,
    };
    let Patch::Set(phone) = phone else {
        return None;
    };
    let person = identity.kind != IdentityKind::Uscc;
    let phone = Phone::parse(phone).ok().filter(|_| person)?;
    Some(phone.as_str().to_owned())
}
