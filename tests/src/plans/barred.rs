//! What the blacklist looks up: who of many is listed, whose name is like an asked one, and what belongs to entries.

use chrono::Days;
use entity::blacklist::status::{self, Asked, Links};
use entity::blacklist::{self, appeal, gate, matching, notice, token};
use entity::disposition::demand;
use entity::document::{self, Viewer};
use entity::id::{ClientId, EntryId};
use entity::kind::{IdentityKind, SubjectKind};
use entity::sealed::{BlindIndex, IndexColumn};
use entity::sight::Sight;
use sea_orm::{
    DbBackend, EntityTrait, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select, Statement,
};
use uuid::Uuid;

use super::Question;
use super::fill::{Filled, TODAY, listed};
use super::world::{platform, viewers};

/// The group of what is looked up for everybody alike.
pub const GROUP: &str = "the list";
/// Items of a request.
const MANY: u64 = 1_000;
/// Rows of the largest page.
const PAGE: u64 = 500;
/// Entries that a turn of the reconciler reads.
const TURN: u64 = 200;

/// Every statement.
pub(super) fn questions(filled: Filled, backend: DbBackend) -> Vec<Question> {
    let mut asked = Barred {
        filled,
        backend,
        questions: Vec::new(),
    };
    asked.who_is_listed();
    asked.whose_name_is_like();
    asked.what_belongs_to_entries();
    asked.at_the_gate();
    for (viewer, sight) in viewers() {
        asked.in_sight(viewer, &sight);
    }
    asked.questions
}

struct Barred {
    filled: Filled,
    backend: DbBackend,
    questions: Vec<Question>,
}

impl Barred {
    fn statement(&mut self, group: &str, name: &str, statement: Statement) {
        self.questions.push(Question {
            group: group.to_owned(),
            name: name.to_owned(),
            statement,
            in_full: !["city, ", "province, ", "national, "]
                .iter()
                .any(|viewer| group.starts_with(viewer)),
        });
    }

    fn select<E: EntityTrait>(&mut self, group: &str, name: &str, select: &Select<E>) {
        self.statement(group, name, select.build(self.backend));
    }

    /// So many numbers below a bound, fewer where many would be half of it.
    fn spread(below: u64, many: u64) -> impl Iterator<Item = u64> {
        let many = many.min(below / 50).max(1);
        (0..many).map(move |n| n * (below / many))
    }

    fn entries(&self, many: u64) -> Vec<EntryId> {
        Self::spread(self.filled.entries(), many)
            .map(|n| self.filled.entry(n))
            .collect()
    }

    fn indexes(&self, many: u64) -> Vec<BlindIndex> {
        Self::spread(self.filled.parties(), many)
            .map(|n| {
                let word = |salt: u64| (n * salt % 0x1_0000_0000).to_be_bytes();
                BlindIndex::from_bytes([2_654_435_761, 2_654_435_763, 7, 9].map(word).concat())
            })
            .collect()
    }

    fn who_is_listed(&mut self) {
        let parties = || Self::spread(self.filled.parties(), MANY);
        let numbers = self.indexes(MANY).into_iter();
        let numbers = numbers.map(|index| Asked::Identity {
            index,
            kind: IdentityKind::ResidentId,
            country: String::new(),
        });
        let accounts = parties().map(|n| Asked::Account {
            platform: platform(0),
            number: format!("acct-{n}"),
        });
        let ways: [(&str, Vec<Asked>); 3] = [
            ("number", numbers.collect()),
            ("account", accounts.collect()),
            (
                "party",
                parties()
                    .map(|n| Asked::Party(self.filled.party(n)))
                    .collect(),
            ),
        ];
        for (way, asked) in ways {
            for (many, asked) in [
                ("one", asked.get(..1).unwrap_or_default()),
                ("many", asked.as_slice()),
            ] {
                for (who, links) in [
                    ("an office", Links::All),
                    ("a platform", Links::Of(platform(0))),
                ] {
                    let listed =
                        status::listed(asked, (TODAY, links), IndexColumn::Odd, self.backend);
                    let name = format!("status::listed, {many} by {way}, {who}");
                    self.statement(GROUP, &name, listed);
                }
            }
        }
    }

    fn whose_name_is_like(&mut self) {
        for (many, names) in [("one", 1), ("many", 50)] {
            let asked: Vec<_> = (0..names)
                .flat_map(|name: i32| {
                    (0..listed::TOKENS).map(move |place| token::Asked {
                        name,
                        token: listed::token(place, u64::from(name.unsigned_abs()) * 7),
                        weight: 1,
                    })
                })
                .collect();
            let candidates = token::candidates(&asked, (TODAY, 200), self.backend);
            self.statement(GROUP, &format!("token::candidates, {many}"), candidates);
        }
        let judge = platform(0).0;
        let judged = matching::standing(judge, self.indexes(1));
        self.select(GROUP, "matching::standing", &judged);
    }

    fn what_belongs_to_entries(&mut self) {
        let (ids, one) = (self.entries(PAGE), self.filled.entry(7));
        let streamer = SubjectKind::Streamer;
        let standing = blacklist::standing(platform(0), self.filled.party(56), streamer);
        let all = [
            ("blacklist::by_ids", blacklist::by_ids(ids.clone())),
            ("blacklist::standing", standing),
            (
                "blacklist::all_of",
                blacklist::all_of(self.filled.party(56)),
            ),
            ("blacklist::overdue", blacklist::overdue(TODAY, TURN)),
            ("blacklist::beginning", blacklist::beginning(TODAY, TURN)),
        ];
        for (name, select) in all {
            self.select(GROUP, name, &select);
        }
        self.select(
            GROUP,
            "appeal::of_entries",
            &appeal::of_entries(ids.clone()),
        );
        self.select(GROUP, "appeal::open_against", &appeal::open_against(one));
        self.select(GROUP, "notice::of_entries", &notice::of_entries(ids));
    }

    /// What a batch of registrations is held against.
    fn at_the_gate(&mut self) {
        let own = platform(0);
        let parties = || Self::spread(self.filled.parties(), MANY).map(|n| self.filled.party(n));
        let numbers: Vec<_> = Self::spread(self.filled.parties(), MANY)
            .map(|n| (self.filled.registration(n + 1), format!("acct-{n}")))
            .collect();
        let opened: Vec<_> = numbers.iter().map(|(id, n)| (*id, n.as_str())).collect();
        let since = TODAY.checked_sub_days(Days::new(90)).unwrap_or(TODAY);
        let all = [
            ("gate::anything", gate::anything(own, self.backend)),
            (
                "gate::bars, own",
                gate::bars(parties(), (own, TODAY), false, self.backend),
            ),
            (
                "gate::bars, everybody's",
                gate::bars(parties(), (own, TODAY), true, self.backend),
            ),
            (
                "gate::handed_over",
                gate::handed_over(&opened, own, (TODAY, since), self.backend),
            ),
        ];
        let book = gate::in_book(own, parties().take(10));
        for (name, statement) in all {
            self.statement(GROUP, name, statement);
        }
        self.select(GROUP, "gate::in_book", &book);
    }

    /// What a caller may know and read of entries, a page of the list, and a file that is a letter.
    fn in_sight(&mut self, viewer: &str, sight: &Sight) {
        let group = format!("{viewer}, the list");
        let (ids, one) = (self.entries(PAGE), self.filled.entry(7));
        let known = blacklist::one_known_to(sight, one);
        self.select(&group, "blacklist::one_known_to", &known);
        let read = blacklist::one_read_by(sight, one);
        self.select(&group, "blacklist::one_read_by", &read);
        let seated = blacklist::seated_in(sight, ids);
        self.select(&group, "blacklist::seated_in", &seated);
        for (arm, listed) in ["own", "open"].iter().zip(blacklist::listed_to(sight)) {
            let page = listed.order_by_asc(blacklist::Column::Id).limit(PAGE + 1);
            self.select(&group, &format!("blacklist::listed_to, {arm}"), &page);
        }
        let viewer = Viewer {
            client: ClientId(Uuid::nil()),
            platform: Some(platform(0)),
            sight,
            demands: demand::Viewer {
                sight,
                office: None,
            },
        };
        let letter = document::one_seen_by(&viewer, self.filled.letter(7));
        self.select(&group, "document::one_seen_by", &letter);
    }
}
