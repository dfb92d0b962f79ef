//! What surveys look up: the imports that wait, what they staged, the books of offices, and where they contradict platforms.

use entity::id::{AccountId, EntryId, ImportId};
use entity::import_job::stage::Holding;
use entity::import_job::{self, stage};
use entity::kind::{BlacklistRegister, SubjectKind};
use entity::office::around;
use entity::sealed::{BlindIndex, IndexColumn};
use entity::{
    account, blacklist, import_mapping, registration, revision, survey_book, survey_difference, tie,
};
use sea_orm::{
    DbBackend, DeleteMany, EntityTrait, QuerySelect as _, QueryTrait as _, Select,
    SelectGetableTuple, Selector, Statement,
};

use super::Question;
use super::fill::surveys::{book, contradiction, contradictions, import, jobs, office};
use super::fill::{self, Filled};
use super::world::platform;

/// The group of what surveys look up.
pub const GROUP: &str = "surveys";
/// Rows of the largest page, and subjects of one statement.
const MANY: u64 = 500;
/// A platform that has little beside the others, as books and the imports of most have.
const BOOK: usize = 12;
/// The file that is asked about, and the name of a book.
const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Every statement.
pub(super) fn questions(filled: Filled, backend: DbBackend) -> Vec<Question> {
    let mut asked = Surveys {
        filled,
        backend,
        questions: Vec::new(),
    };
    asked.at_work();
    asked.of_owners();
    asked.of_books();
    asked.of_chunks();
    asked.of_differences();
    asked.questions
}

struct Surveys {
    filled: Filled,
    backend: DbBackend,
    questions: Vec<Question>,
}

impl Surveys {
    fn statement(&mut self, name: &str, statement: Statement) {
        self.questions.push(Question {
            group: GROUP.to_owned(),
            name: name.to_owned(),
            statement,
            in_full: true,
        });
    }

    fn select<E: EntityTrait>(&mut self, name: &str, select: &Select<E>) {
        self.statement(name, select.build(self.backend));
    }

    fn import(&self) -> ImportId {
        import(self.filled, jobs(self.filled) / 2)
    }

    /// So many numbers, spread over all below a bound; fewer where many would be half of them.
    fn spread(below: u64) -> impl Iterator<Item = u64> + Clone {
        let many = MANY.min(below / 50).max(1);
        (0..many).map(move |n| n * (below / many))
    }

    /// What every process asks every few seconds, and what the next one needs that takes an import over.
    fn at_work(&mut self) {
        let (now, id) = (
            self.filled.made(self.filled.registrations - 1),
            self.import(),
        );
        self.select("import_job::claimable", &import_job::claimable(now));
        self.select("import_job::unreturned", &import_job::unreturned(now));
        self.select("import_job::for_job", &import_job::for_job(id));
        self.select("stage::numbered", &stage::numbered(id, 3));
        self.select("stage::after", &stage::after(id, 3_000, 2));
        for (what, holding) in [
            ("any", Holding::Any),
            ("rejected", Holding::Rejected),
            ("skipped", Holding::Skipped),
            ("told", Holding::Told),
            ("warned", Holding::Warned),
        ] {
            let chunks = stage::judged(id, holding, 3_000).limit(2);
            self.select(&format!("stage::judged, {what}"), &chunks);
        }
        let files = (0..20).map(|n| self.filled.letter(n));
        self.select("import_job::reading", &import_job::reading(files));
    }

    fn of_owners(&mut self) {
        let owners = [
            ("a platform", (Some(platform(BOOK)), None)),
            ("an office", (None, Some(office(1)))),
        ];
        for (who, owner) in owners {
            for (place, after) in [("first", None), ("after", Some(self.import()))] {
                let page = import_job::page(owner, after, MANY);
                self.select(&format!("import_job::page, {who}, {place}"), &page);
            }
        }
        for (who, owner) in [
            ("a platform", (Some(platform(0)), None)),
            ("an office", (None, Some(office(1)))),
        ] {
            let before = import_job::committed_from(owner, DIGEST);
            self.select(&format!("import_job::committed_from, {who}"), &before);
        }
        let own = import_mapping::of_owner(office(1).0);
        self.select("import_mapping::of_owner", &own);
        let header = import_mapping::of_header(office(1).0, "signature-1");
        self.select("import_mapping::of_header", &header);
    }

    fn of_books(&mut self) {
        let (own, id) = (office(1), book(self.filled, 1));
        let all = [
            ("of_office", survey_book::of_office(own)),
            ("one_of_office", survey_book::one_of_office(own, id)),
            ("named", survey_book::named(own, "platform-1")),
            ("of_tenant", survey_book::of_tenant(own, platform(0))),
            ("of_platform", survey_book::of_platform(platform(19))),
            ("unjoined", survey_book::unjoined(own, Some(id), MANY)),
            (
                "by_ids",
                survey_book::by_ids((0..20).map(|n| book(self.filled, n))),
            ),
            ("begun_by", survey_book::begun_by(self.import())),
        ];
        for (name, select) in all {
            self.select(&format!("survey_book::{name}"), &select);
        }
        let around = around::statement(&[own, office(2)], fill::TODAY, self.backend);
        self.statement("office::around", around);
        let held: Selector<SelectGetableTuple<_>> = survey_book::held(own);
        self.statement("survey_book::held", held.into_statement(self.backend));
        let vain: DeleteMany<_> = survey_book::begun_in_vain(self.import());
        self.statement("survey_book::begun_in_vain", vain.build(self.backend));
        let half = Some(self.filled.registration(self.filled.registrations / 2));
        for (place, after) in [("first", None), ("after", half)] {
            let stretch =
                registration::in_book((platform(BOOK), SubjectKind::Operator), after, MANY);
            self.select(&format!("registration::in_book, {place}"), &stretch);
        }
    }

    /// What is looked up for the subjects of a chunk that is read, written or taken back.
    fn of_chunks(&mut self) {
        let spread = || Self::spread(self.filled.parties());
        let ids = spread().map(|n| self.filled.registration(n));
        let parties = spread().map(|n| self.filled.party(n));
        let (ids, parties): (Vec<_>, Vec<_>) = (ids.collect(), parties.collect());
        let books = || (0..3).map(platform);
        let phones = spread().map(|n| {
            let word = |salt: u64| (n * salt % 0x1_0000_0000).to_be_bytes();
            BlindIndex::from_bytes([2_654_435_761, 2_654_435_763, 7, 9].map(word).concat())
        });
        let like = registration::people_in_books_with_phones(books(), IndexColumn::Odd, phones);
        self.select("registration::people_in_books_with_phones", &like);
        let found = registration::in_books(books(), SubjectKind::Operator, parties.iter().copied());
        self.select("registration::in_books", &found);
        let numbered = ids.iter().map(|id| (*id, 1));
        let numbered = revision::numbered(numbered, self.backend);
        self.statement("revision::numbered", numbered);
        let rested = registration::rested_on(ids.iter().copied());
        self.statement(
            "registration::rested_on",
            rested.into_statement(self.backend),
        );
        let mark = AccountId(self.import().0);
        let opened = account::opened_after(ids.iter().copied(), mark);
        self.select("account::opened_after", &opened);
        self.select("tie::all_of", &tie::all_of(ids));
        let register = BlacklistRegister::SeriousViolation;
        let mirrored = blacklist::mirrored(office(1), register, parties);
        self.select("blacklist::mirrored", &mirrored);
        let entries: Vec<EntryId> = (0..100).map(|n| self.filled.entry(n * 2)).collect();
        self.select("blacklist::rested_on", &blacklist::rested_on(entries));
    }

    fn of_differences(&mut self) {
        let spread = Self::spread(contradictions(self.filled));
        let ids: Vec<_> = spread.map(|n| self.filled.registration(2 * n)).collect();
        let surveys = survey_difference::of_surveys(ids.iter().copied());
        self.select("survey_difference::of_surveys", &surveys);
        self.select(
            "survey_difference::of_filed",
            &survey_difference::of_filed(ids),
        );
        let half = contradictions(self.filled) / 2;
        let after = Some(contradiction(self.filled, half));
        for (who, whose) in [
            ("a platform", (Some(platform(BOOK)), None)),
            ("an office", (None, Some(office(1)))),
        ] {
            for (place, after) in [("first", None), ("after", after)] {
                let page = survey_difference::page(whose, after, MANY);
                self.select(&format!("survey_difference::page, {who}, {place}"), &page);
            }
        }
    }
}
