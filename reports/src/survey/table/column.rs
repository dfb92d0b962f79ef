//! From words over columns to fields: what somebody said of a column wins, then what was remembered of the header, then
//! the words; a word that several subjects share goes to the subject beside it.

use entity::kind::ImportKind;
use rules::survey::{Field, Group, Heard, Leaf, Mappings, Meaning, Unit, of_kind};

use super::Column;
use super::header::Label;

/// What is known of a table before its columns are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess {
    /// What its rows are.
    pub(super) kind: ImportKind,
    /// How sure that is, in hundredths.
    pub(super) confidence: u8,
}

/// What the rows under some labels are. `said` is what the caller says, `about` what the sheet's name and titles say.
pub(super) fn guess(
    labels: &[Label],
    said: Option<ImportKind>,
    about: Option<ImportKind>,
) -> Guess {
    if let Some(kind) = said {
        return Guess {
            kind,
            confidence: 95,
        };
    }
    let seen = Seen::of(labels);
    let kind = seen.kind(about);
    let confidence = match kind {
        Some(_) => 90,
        None if about.is_some() => 85,
        None => 60,
    };
    Guess {
        kind: kind.or(about).unwrap_or(ImportKind::Operators),
        confidence,
    }
}

/// Which subjects a header speaks of beyond doubt.
#[derive(Debug, Default)]
struct Seen {
    fields: Vec<Field>,
    leaves: Vec<Leaf>,
}

impl Seen {
    fn of(labels: &[Label]) -> Self {
        let mut seen = Self::default();
        let heard = labels.iter().filter_map(|label| label.heard.as_ref());
        for heard in heard.filter(|heard| heard.confidence >= 75) {
            match heard.meaning {
                Meaning::Field(field) => seen.fields.push(field),
                Meaning::Leaf(leaf) => seen.leaves.push(leaf),
            }
        }
        seen
    }

    fn has(&self, group: Group) -> bool {
        self.fields.iter().any(|field| field.group() == group)
    }

    fn count(&self, group: Group) -> usize {
        let of = self.fields.iter().filter(|field| field.group() == group);
        of.count()
    }

    fn kind(&self, about: Option<ImportKind>) -> Option<ImportKind> {
        let listed = [
            Field::EntryReason,
            Field::EntryFrom,
            Field::EntryUntil,
            Field::EntryName,
        ];
        let entries = self
            .fields
            .iter()
            .filter(|field| listed.contains(field))
            .count();
        let is_list = about == Some(ImportKind::Blacklist);
        if self.count(Group::Entry) >= 2 && entries > 0 || is_list && self.has(Group::Entry) {
            return Some(ImportKind::Blacklist);
        }
        let room = self.has(Group::Room) || self.leaves.contains(&Leaf::Account);
        let organisation =
            self.leaves.contains(&Leaf::Organisation) || self.leaves.contains(&Leaf::CreditCode);
        let operator = self.has(Group::Operator) || (room && organisation);
        let streamer = self.has(Group::Streamer);
        let merchant = self.has(Group::Merchant) || self.has(Group::Shop);
        let agency = self
            .fields
            .iter()
            .any(|field| field.group() == Group::Agency && *field != Field::AgencyName);
        Some(match (room || operator, streamer, merchant) {
            (true, false, false) if !agency => ImportKind::Operators,
            (false, true, false) if operator => ImportKind::Mixed,
            (false, true, false) => ImportKind::Streamers,
            (true, true, false) if !operator && about == Some(ImportKind::Streamers) => {
                ImportKind::Streamers
            }
            (true, _, _) | (_, true, true) => ImportKind::Mixed,
            (false, false, true) => ImportKind::Merchants,
            (false, false, false) if self.has(Group::Agency) => ImportKind::Agencies,
            (false, false, false) => return None,
        })
    }
}

/// A column with its unit.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) column: Column,
    pub(super) unit: Option<Unit>,
}

/// Gives columns their fields, from left to right.
pub(super) struct Resolver<'a> {
    guess: Guess,
    learned: &'a Mappings,
    sheet: &'a str,
    signature: &'a str,
    /// The unit of a line above, such as 单位：万元.
    unit: Option<&'a Unit>,
    taken: Vec<(Field, u8)>,
    left: Option<Group>,
    before: Option<Field>,
    part: u8,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(
        guess: Guess,
        learned: &'a Mappings,
        (sheet, signature): (&'a str, &'a str),
        unit: Option<&'a Unit>,
    ) -> Self {
        Self {
            guess,
            learned,
            sheet,
            signature,
            unit,
            taken: Vec::new(),
            left: None,
            before: None,
            part: 0,
        }
    }

    pub(super) fn resolve(mut self, labels: &[Label]) -> Vec<Known> {
        labels.iter().map(|label| self.column(label)).collect()
    }

    fn column(&mut self, label: &Label) -> Known {
        let (field, confidence) = self.field(label);
        let heard = label.heard.as_ref();
        let part = field.map_or(0, |field| self.take(field, heard));
        let unit = heard.and_then(|heard| heard.unit.clone());
        let money = field == Some(Field::RoomTurnoverBand);
        let unit = unit.or_else(|| self.unit.filter(|_| money).cloned());
        Known {
            column: Column {
                column: label.column,
                header: label.text.clone(),
                field,
                part,
                confidence,
                samples: Vec::new(),
            },
            unit,
        }
    }

    fn field(&self, label: &Label) -> (Option<Field>, u8) {
        let said = self.learned.said(self.sheet, label.column);
        if let Some(field) = said {
            return (field, 100);
        }
        if let Some(field) = self.learned.remembered(self.signature, label.column) {
            return (field, 99);
        }
        match &label.heard {
            None => (None, 0),
            Some(heard) => match heard.meaning {
                Meaning::Field(field) => (Some(field), heard.confidence),
                Meaning::Leaf(leaf) => {
                    let (field, beside) = self.leaf(leaf, label.over);
                    let sure = heard.confidence.min(self.guess.confidence);
                    let sure = if beside { sure.min(80) } else { sure };
                    (field, if field.is_some() { sure } else { 0 })
                }
            },
        }
    }

    /// The field of a word that several subjects share, and whether it is not the table's own subject's.
    fn leaf(&self, leaf: Leaf, over: Option<Group>) -> (Option<Field>, bool) {
        let own = of_kind(self.guess.kind);
        let numbers = matches!(leaf, Leaf::ResidentId | Leaf::Number);
        if numbers && let Some(field) = self.before.and_then(number_of) {
            return (Some(field), false);
        }
        let left = self.left.map(|group| match group {
            Group::Room | Group::Platform => Group::Operator,
            other => other,
        });
        let first = over.or(left);
        // 网址 in a table of rooms is a room's: an own site is called so.
        let of_room = leaf == Leaf::Url && self.is_taken(Field::RoomAccount);
        if of_room && over != Some(Group::Operator) && !self.is_taken(Field::RoomUrl) {
            let beside = matches!(over.or(self.left), Some(Group::Shop | Group::Merchant));
            if !beside {
                return (Some(Field::RoomUrl), true);
            }
        }
        let groups = match self.guess.kind {
            ImportKind::Mixed => [first, Some(own), Some(Group::Room), None],
            _ if leaf == Leaf::CreditCode && own == Group::Streamer => {
                [first, Some(Group::Operator), Some(Group::Agency), None]
            }
            _ => [over, Some(own), left, Some(Group::Room)],
        };
        let fields = || {
            let groups = groups.iter().flatten();
            groups.filter_map(|group| Some((leaf.of(*group)?, *group)))
        };
        let free = fields().find(|(field, _)| !self.is_taken(*field));
        let second = || self.second_number(leaf, own);
        let found = free.or_else(|| second().map(|field| (field, own)));
        let found = found.or_else(|| fields().next());
        (
            found.map(|(field, _)| field),
            found.is_some_and(|(_, group)| {
                group != own && (group, own) != (Group::Room, Group::Operator)
            }),
        )
    }

    /// A person's number beside the organisation's own is its representative's, where the table names one.
    fn second_number(&self, leaf: Leaf, own: Group) -> Option<Field> {
        if leaf != Leaf::ResidentId {
            return None;
        }
        let pairs = [
            (Leaf::LegalRepresentative, Leaf::LegalRepresentativeNumber),
            (Leaf::Proprietor, Leaf::ProprietorNumber),
        ];
        pairs.into_iter().find_map(|(person, number)| {
            let number = number.of(own)?;
            let named = self.is_taken(person.of(own)?) && !self.is_taken(number);
            named.then_some(number)
        })
    }

    fn is_taken(&self, field: Field) -> bool {
        let part = if field.group() == Group::Streamer {
            self.part
        } else {
            0
        };
        self.taken.contains(&(field, part))
    }

    /// Takes a field and says of which block it is: a streamer's column that comes again begins the next streamer.
    fn take(&mut self, field: Field, heard: Option<&Heard>) -> u8 {
        let group = field.group();
        let mut part = 0;
        if group == Group::Streamer {
            let numbered = heard.map_or(0, |heard| heard.part);
            if numbered > 0 {
                self.part = numbered;
            } else if self.taken.contains(&(field, self.part)) && begins_block(field) {
                self.part = self.part.saturating_add(1).min(49);
            }
            part = self.part;
        }
        self.taken.push((field, part));
        if group != Group::Sheet {
            self.left = Some(group);
            self.before = Some(field);
        }
        part
    }
}

/// Fields that a streamer has once, so that a second column of it is another streamer's.
const fn begins_block(field: Field) -> bool {
    matches!(
        field,
        Field::StreamerName | Field::StreamerStageName | Field::StreamerNumber
    )
}

/// The number that stands beside a person's name.
const fn number_of(name: Field) -> Option<Field> {
    match name {
        Field::OperatorLegalRepresentative => Some(Field::OperatorLegalRepresentativeNumber),
        Field::OperatorProprietor => Some(Field::OperatorProprietorNumber),
        Field::AgencyLegalRepresentative => Some(Field::AgencyLegalRepresentativeNumber),
        Field::MerchantLegalRepresentative => Some(Field::MerchantLegalRepresentativeNumber),
        _ => None,
    }
}

/// What a header is known by again: two hashes of its words in their order.
pub(super) fn signature(labels: &[Label]) -> String {
    let hash = |seed: u64| {
        let mut hash = seed;
        for label in labels {
            for byte in rules::survey::plain(&label.text).bytes().chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            hash = (hash ^ u64::from(label.column)).wrapping_mul(0x0100_0000_01b3);
        }
        hash
    };
    format!(
        "{:016x}{:016x}",
        hash(0xcbf2_9ce4_8422_2325),
        hash(0x6c62_272e_07bb_0142)
    )
}
