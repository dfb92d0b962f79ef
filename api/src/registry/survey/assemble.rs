//! From a row's cells to the inputs of the API: which subjects a row speaks of, and which cell said what of each. Nothing is
//! judged here that the API's own inputs are judged by later; what cannot become an input is told at its cell.

mod item;
pub(super) mod join;
mod unused;
pub(super) mod who;

use std::borrow::Cow;
use std::collections::BTreeMap;

use entity::kind::{ImportKind, SubjectKind};
use entity::problem::{Finding, ProblemCode, Step};

use reports::survey::table::CellAddress;

use super::staged::{Cell, Part, Row, at};
use crate::registry::input::Item;

/// Which cell said a field: by its contract name, or `accounts.` and the name inside.
pub(super) type Places = BTreeMap<Cow<'static, str>, CellAddress>;

/// A subject of a row, as the API would be sent it.
pub(super) struct Piece {
    /// The platform that the row names, with the cell that does.
    pub platform: Option<(String, CellAddress)>,
    /// The input.
    pub item: Item,
    /// Which cell said a field.
    pub places: Places,
    /// Whether the row itself registers whom it ties the subject to.
    pub tied_within: bool,
}

/// The subjects of a row and what was found on the way to them.
#[derive(Default)]
pub(super) struct Assembled {
    pub pieces: Vec<Piece>,
    pub findings: Vec<Finding>,
}

/// The cells of a row or of a part of it, by their fields.
pub(super) struct Cells<'a> {
    cells: Vec<&'a Cell>,
}

impl<'a> Cells<'a> {
    pub(super) fn of(parts: &'a [Part], which: impl Fn(&str) -> bool) -> Self {
        let all = parts.iter().flat_map(|part| &part.cells);
        Self {
            cells: all
                .filter(|cell| which(cell.field.as_str()) && !cell.text.is_empty())
                .collect(),
        }
    }

    /// The first cell of a field.
    pub(super) fn get(&self, field: &str) -> Option<&'a Cell> {
        self.cells
            .iter()
            .find(|cell| cell.field.as_str() == field)
            .copied()
    }

    /// The text of the first cell of a field.
    pub(super) fn text(&self, field: &str) -> Option<&'a str> {
        self.get(field).map(|cell| cell.text.as_str())
    }

    /// Every cell of a field.
    fn all(&self, field: &'static str) -> impl Iterator<Item = &'a Cell> + '_ {
        self.cells
            .iter()
            .copied()
            .filter(move |cell| cell.field.as_str() == field)
    }

    /// Whether any field of a group is filled in, beside those named.
    fn speaks_of(&self, group: &str, beside: &[&str]) -> bool {
        let mut fields = self.cells.iter().map(|cell| cell.field.as_str());
        fields.any(|field| field.starts_with(group) && !beside.contains(&field))
    }
}

/// What a row says of subjects other than the blacklist.
pub(super) fn row(row: &Row) -> Assembled {
    let Some(kind) = row.parts.first().map(|part| part.kind) else {
        return Assembled::default();
    };
    let common = Cells::of(&row.parts, |field| !field.starts_with("streamer."));
    let mut done = Assembled::default();
    let mut writer = Writer {
        row,
        platform: common
            .get("platform.name")
            .map(|cell| (cell.text.clone(), cell.at)),
        done: &mut done,
    };
    for subject in subjects(kind, &common) {
        match subject {
            SubjectKind::Streamer => writer.streamers(kind, &common),
            other => writer.subject(other, &common),
        }
    }
    unused::tell(row, kind, &mut done);
    done
}

/// The subjects that a row of a kind registers, those first that others name.
fn subjects(kind: ImportKind, common: &Cells<'_>) -> Vec<SubjectKind> {
    use SubjectKind::{Agency, Merchant, Operator, Streamer};
    match kind {
        ImportKind::Operators => vec![Operator],
        ImportKind::Agencies => vec![Agency],
        ImportKind::Merchants => vec![Merchant],
        ImportKind::Streamers => vec![Streamer],
        ImportKind::Mixed | ImportKind::Form => {
            let described = common.speaks_of("agency.", &["agency.name", "agency.number"]);
            let operates = common.speaks_of("operator.", &[]) || common.speaks_of("room.", &[]);
            let trades = common.speaks_of("merchant.", &[]) || common.speaks_of("shop.", &[]);
            let each = [
                (described, Agency),
                (operates, Operator),
                (trades, Merchant),
                (true, Streamer),
            ];
            each.into_iter()
                .filter_map(|(there, kind)| there.then_some(kind))
                .collect()
        }
        ImportKind::Blacklist | ImportKind::Registrations => Vec::new(),
    }
}

struct Writer<'a> {
    row: &'a Row,
    platform: Option<(String, CellAddress)>,
    done: &'a mut Assembled,
}

impl Writer<'_> {
    fn subject(&mut self, kind: SubjectKind, cells: &Cells<'_>) {
        let made = match kind {
            SubjectKind::Operator => item::operator(cells),
            SubjectKind::Agency => item::agency(cells),
            SubjectKind::Merchant => item::merchant(cells),
            SubjectKind::Streamer | SubjectKind::Platform => return,
        };
        match made {
            Some(made) => self.add(made, false),
            None => self.unidentified(kind, cells, true),
        }
    }

    /// A streamer a part that speaks of one.
    fn streamers(&mut self, kind: ImportKind, common: &Cells<'_>) {
        let within = matches!(kind, ImportKind::Mixed | ImportKind::Form)
            && self
                .done
                .pieces
                .iter()
                .any(|piece| piece.item.kind() == SubjectKind::Operator);
        let row = self.row;
        for part in &row.parts {
            let own = Cells::of(std::slice::from_ref(part), |field| {
                field.starts_with("streamer.")
            });
            if own.cells.is_empty() {
                if kind == ImportKind::Streamers {
                    self.unidentified(SubjectKind::Streamer, &own, true);
                }
                continue;
            }
            if let Some(made) = item::streamer(&own, common) {
                self.add(made, within);
            } else {
                let is_own = kind == ImportKind::Streamers;
                self.unidentified(SubjectKind::Streamer, &own, is_own);
            }
        }
    }

    fn add(&mut self, made: item::Made, tied_within: bool) {
        for (finding, cell) in made.findings {
            self.done.findings.push(at(finding, &self.row.sheet, cell));
        }
        self.done.pieces.push(Piece {
            platform: self.platform.clone(),
            item: made.item,
            places: made.places,
            tied_within,
        });
    }

    /// Nobody is registered without a number: the row's own subject refuses the row, somebody beside it is told of.
    fn unidentified(&mut self, kind: SubjectKind, cells: &Cells<'_>, is_own: bool) {
        let number = format!("{}.number", kind.as_str().to_lowercase());
        if self.row.refuses(&number) {
            return;
        }
        let code = ProblemCode::SurveyUnidentified;
        let found = if is_own {
            Finding::error(code)
        } else {
            Finding::warning(code)
        };
        // Of whom only the room or the shop is told, its cell is the nearest.
        let groups = match kind {
            SubjectKind::Merchant => ["merchant.", "shop."],
            SubjectKind::Agency => ["agency.", "agency."],
            SubjectKind::Streamer => ["streamer.", "streamer."],
            SubjectKind::Operator | SubjectKind::Platform => ["operator.", "room."],
        };
        let near = groups.iter().find_map(|group| {
            let mut cells = cells.cells.iter();
            cells.find(|cell| cell.field.as_str().starts_with(group))
        });
        let found = found.with("subject", kind.as_str());
        self.done.findings.push(match near {
            Some(cell) => at(found, &self.row.sheet, cell.at),
            None => on_row(found, self.row),
        });
    }
}

/// Puts a finding at a row where no cell is to blame.
pub(super) fn on_row(mut finding: Finding, row: &Row) -> Finding {
    finding.path = vec![
        Step::Field(row.sheet.to_string().into()),
        Step::Field(row.row.to_string().into()),
    ];
    finding
}

/// Puts what the API would say of a field at the cell that said it; what no cell said stays at the row, under its field.
pub(super) fn placed(mut finding: Finding, row: &Row, places: &Places) -> Finding {
    let names: Vec<&str> = finding
        .path
        .iter()
        .filter_map(|step| match step {
            Step::Field(name) => Some(name.as_ref()),
            Step::Index(_) => None,
        })
        .collect();
    let head = names.first().copied().unwrap_or_default();
    let inner = names.last().map(|last| format!("{head}.{last}"));
    let cell = inner
        .and_then(|inner| places.get(inner.as_str()))
        .or_else(|| places.get(head));
    if let Some(cell) = cell {
        return at(finding, &row.sheet, *cell);
    }
    let row = [
        Step::Field(row.sheet.to_string().into()),
        Step::Field(row.row.to_string().into()),
    ];
    finding.path.splice(0..0, row);
    finding
}

#[cfg(test)]
mod tests {
    use rules::label::{Label as _, Lang};
    use rules::problem::message;

    use super::*;

    #[test]
    fn whoever_has_no_number_is_named_in_the_readers_language_at_their_cell() {
        use SubjectKind::{Agency, Merchant, Operator, Streamer};
        let each = [
            (ImportKind::Operators, "operator.name", Operator),
            (ImportKind::Mixed, "operator.phone", Operator),
            (ImportKind::Mixed, "room.account", Operator),
            (ImportKind::Streamers, "streamer.name", Streamer),
            (ImportKind::Mixed, "streamer.stageName", Streamer),
            (ImportKind::Agencies, "agency.name", Agency),
            (ImportKind::Mixed, "agency.phone", Agency),
            (ImportKind::Merchants, "merchant.name", Merchant),
            (ImportKind::Form, "merchant.phone", Merchant),
            (ImportKind::Mixed, "shop.name", Merchant),
        ];
        for (kind, field, subject) in each {
            let cell = Cell {
                field: field.parse().expect("a field"),
                text: "甲".to_owned(),
                at: CellAddress { row: 4, column: 2 },
                findings: Vec::new(),
            };
            let given = Row {
                place: 1,
                sheet: "名单".into(),
                row: 5,
                parts: vec![Part {
                    kind,
                    cells: vec![cell],
                }],
                skipped: None,
            };
            let found = row(&given).findings;
            let [found] = found.as_slice() else {
                panic!("{kind} {field}: {found:?}");
            };
            assert_eq!(found.code, ProblemCode::SurveyUnidentified, "{field}");
            assert_eq!(
                found.path.last(),
                Some(&Step::Field("C5".into())),
                "{field}"
            );
            for lang in [Lang::Zh, Lang::En] {
                let told = message(found, lang);
                assert!(told.contains(subject.label(lang)), "{field}: {told}");
                assert!(!told.contains(subject.as_str()), "{field}: {told}");
            }
        }
    }
}
