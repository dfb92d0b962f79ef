//! What deeds and single reads look up, at the largest size that a request may have, and the lists that are not of
//! registrations.

use chrono::TimeDelta;
use entity::audit::{self, Filter, Reach};
use entity::disposition::{Subjects, report};
use entity::id::{AuditId, ClientId, DispositionId, EntryId, OfficeId, PartyId, RegistrationId};
use entity::kind::{
    DispositionKind, PartyLinkKind, RecordSource, ReportKind, SubjectKind, SubmissionState,
    TieKind, VerificationState,
};
use entity::party_link::{self, Judge, Link, ground};
use entity::registration_page::VerifiedWithin;
use entity::sealed::{BlindIndex, IndexColumn};
use entity::sight::Sight;
use entity::tie::{Arm, Book};
use entity::{
    account, disposition, live_session, party, registration, registration_count, revision,
    submission, tie, training,
};
use sea_orm::{
    DbBackend, EntityTrait, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select, Statement,
};

use super::Question;
use super::fill::{self, Filled, filing};
use super::lists;
use super::world::{SHARES, platform, viewers};

/// Items of a batch.
const BATCH: u64 = 1_000;
/// Streamers of a question of the gate.
const STREAMERS: u64 = 100;
/// Rows of the largest page.
const PAGE: u64 = 500;
/// Frozen rows that are read at a time.
const FROZEN: u64 = 5_000;
/// Records of a page whose ties are asked for together.
const TIED: u64 = 50;

/// Every statement of the look-ups.
pub(super) fn questions(filled: Filled, backend: DbBackend) -> Vec<Question> {
    let questions = Vec::new();
    let mut asked = Asked {
        filled,
        backend,
        questions,
    };
    asked.by_a_batch();
    asked.by_ties();
    asked.by_links();
    asked.by_the_rows_of_a_page();
    asked.by_the_writing();
    asked.by_the_gate();
    asked.by_the_audit();
    asked.by_measures();
    for (viewer, sight) in viewers() {
        asked.in_sight(viewer, &sight);
        asked.ties_in_sight(viewer, &sight);
        asked.links_in_sight(viewer, &sight);
        asked.measures_in_sight(viewer, &sight);
        if !sight.filings.is_empty() || sight.receives.is_some() {
            asked.filings_in_sight(viewer, &sight);
        }
    }
    asked.questions
}

/// What was asked so far.
struct Asked {
    filled: Filled,
    backend: DbBackend,
    questions: Vec<Question>,
}

impl Asked {
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

    /// So many numbers, spread over the whole registry; fewer in a small one, where many would be half of it.
    fn spread(&self, many: u64) -> impl Iterator<Item = u64> + use<> {
        let parties = self.filled.parties();
        let many = many.min(parties / 50).max(1);
        (0..many).map(move |n| n * (parties / many))
    }

    fn ids(&self, many: u64) -> Vec<RegistrationId> {
        self.spread(many)
            .map(|n| self.filled.registration(n))
            .collect()
    }

    fn parties(&self, many: u64) -> Vec<PartyId> {
        self.spread(many).map(|n| self.filled.party(n)).collect()
    }

    /// So many blind indexes; that few are found is no matter to a plan.
    fn indexes(&self, many: u64) -> impl Iterator<Item = BlindIndex> + use<> {
        self.spread(many).map(|n| {
            let word = |salt: u64| (n * salt % 0x1_0000_0000).to_be_bytes();
            BlindIndex::from_bytes([2_654_435_761, 2_654_435_763, 7, 9].map(word).concat())
        })
    }

    fn by_a_batch(&mut self) {
        let group = "a batch";
        let indexes = self.indexes(BATCH);
        let named = |prefix: &str| -> Vec<String> {
            self.spread(BATCH).map(|n| format!("{prefix}{n}")).collect()
        };
        let (operator, own) = (SubjectKind::Operator, RecordSource::Platform);
        let ledger = registration::in_ledger(platform(0), operator, own, self.parties(BATCH));
        let book = (platform(0), operator, own);
        let keys = registration::holding_external_ids(book, named("x-"), self.backend);
        let holders = account::holding(platform(0), named("acct-"), self.backend);
        let ids = self.ids(BATCH);
        self.select(
            group,
            "party::by_indexes",
            &party::by_indexes(IndexColumn::Odd, indexes),
        );
        let ledger = ledger.order_by_asc(registration::Column::Id);
        self.select(group, "registration::in_ledger", &ledger);
        self.statement(group, "registration::holding_external_ids", keys);
        self.select(
            group,
            "registration::named",
            &registration::named(ids.clone()),
        );
        self.select(
            group,
            "revision::current_of",
            &revision::current_of(ids.clone()),
        );
        self.select(group, "account::open_of", &account::open_of(ids));
        self.statement(group, "account::holding", holders);
    }

    fn by_ties(&mut self) {
        let group = "ties of a batch";
        let (ids, parties) = (self.ids(BATCH), self.parties(BATCH));
        self.select(group, "tie::open_of", &tie::open_of(ids.clone()));
        self.select(
            group,
            "tie::of_kind",
            &tie::of_kind(TieKind::StreamerAgency, ids),
        );
        let naming = tie::naming(book(), TieKind::StreamerOperator, parties);
        self.select(group, "tie::naming", &naming);
    }

    /// What people confirmed of the parties of a page, and one link of two parties.
    fn by_links(&mut self) {
        let group = "links of parties";
        let of = party_link::of_parties(&self.parties(PAGE), 10_000, self.backend);
        self.statement(group, "party_link::of_parties", of);
        let link = Link {
            kind: PartyLinkKind::SamePerson,
            party: self.filled.party(1),
            other: self.filled.party(2),
        };
        let office = OfficeId(platform(0).0);
        for (who, judge) in [
            ("platform", Judge::Platform(platform(0))),
            ("office", Judge::Office(office)),
        ] {
            let standing = party_link::standing(link, judge);
            self.select(group, &format!("party_link::standing, {who}"), &standing);
        }
    }

    fn by_the_rows_of_a_page(&mut self) {
        let group = "the rows of a page";
        let (ids, parties) = (self.ids(PAGE), self.parties(PAGE));
        let then = self.filled.made(self.filled.registrations / 2);
        self.select(group, "party::by_ids", &party::by_ids(parties));
        self.select(
            group,
            "revision::current_of",
            &revision::current_of(ids.clone()),
        );
        self.select(
            group,
            "revision::as_of",
            &revision::as_of(ids.clone(), then),
        );
        self.select(
            group,
            "revision::newest",
            &revision::newest(ids.clone(), None, 50),
        );
        self.select(
            group,
            "revision::newest, before",
            &revision::newest(ids.clone(), Some(9), 50),
        );
        self.select(group, "account::open_of", &account::open_of(ids.clone()));
        self.select(group, "account::ended_of", &account::ended_of(ids));
    }

    /// What is looked for among all entries; the auditor's own page walks an index until it is full, and has no equality.
    fn by_the_audit(&mut self) {
        let group = "the audit";
        let (client, office) = (
            ClientId(fill::audit::client()),
            OfficeId(fill::audit::office()),
        );
        let then = self.filled.made(self.filled.registrations / 2);
        let revealed =
            audit::revealed_to(client, self.filled.made(self.filled.registrations - 100));
        self.select(group, "audit::revealed_to", &revealed);
        let by = |party, client| Filter {
            party,
            client,
            ..Filter::default()
        };
        let asked = [
            (
                "of a party",
                Reach::All,
                by(Some(self.filled.party(7)), None),
            ),
            ("of a client", Reach::All, by(None, Some(client))),
            ("of an office", Reach::Office(office), Filter::default()),
        ];
        let next = Some((then, AuditId(office.0)));
        for (name, reach, filter) in asked {
            for (place, after) in [("first", None), ("after", next)] {
                let page = audit::within(reach, &filter, after).limit(PAGE);
                self.select(group, &format!("audit::within, {name}, {place}"), &page);
            }
        }
    }

    /// What the gate before a livestream asks, and what is recorded for it.
    fn by_the_gate(&mut self) {
        let group = "before a livestream";
        let (ids, parties) = (self.ids(STREAMERS), self.parties(2));
        let room = (platform(0), "acct-7");
        let running = account::running(room.0, room.1, 20, self.backend);
        self.statement(group, "account::running", running);
        let kind = TieKind::StreamerOperator;
        let ties = tie::declared_by(book(), kind, ids.clone(), parties);
        self.select(group, "tie::declared_by", &ties);
        let last = training::last_of(ids.clone(), fill::TODAY).into_statement(self.backend);
        self.statement(group, "training::last_of", last);
        let days = training::on_days(self.ids(BATCH), [fill::TODAY]);
        self.select(group, "training::on_days", &days);
        let then = self.filled.made(self.filled.registrations / 2);
        let around = (then - TimeDelta::hours(2), then + TimeDelta::hours(2));
        let covering = live_session::covering(room, around, ids, 20, self.backend);
        self.statement(group, "live_session::covering", covering);
        let sessions = self.spread(PAGE).map(|n| self.filled.session(n));
        let named = live_session::streamer::of(sessions);
        self.select(group, "live_session::streamer::of", &named);
        let own = Sight::of_platform(platform(1));
        let page = live_session::seen_by(&own, &live_session::Filter::default());
        let page = page.order_by_desc(live_session::Column::Id).limit(PAGE);
        self.select(group, "live_session::seen_by, a platform's own", &page);
    }

    /// Whom measures keep from going on, a batch at a time, and what is over.
    fn by_measures(&mut self) {
        let group = "measures";
        let kinds = [DispositionKind::LivePause, DispositionKind::AccountClosure];
        let batch = Subjects {
            parties: self.parties(BATCH),
            registrations: self.ids(BATCH),
        };
        let one = Subjects {
            parties: self.parties(1),
            registrations: self.ids(1),
        };
        for (name, subjects) in [("of a batch", &batch), ("of one", &one)] {
            let binding = disposition::binding(subjects, kinds, Some(platform(0)), fill::TODAY);
            self.select(group, &format!("disposition::binding, {name}"), &binding);
        }
        let over = disposition::run_out(fill::TODAY).limit(200);
        self.select(group, "disposition::run_out", &over);
        let listed = disposition::of_entry(EntryId(filing().0));
        self.select(group, "disposition::of_entry", &listed);
    }

    fn by_the_writing(&mut self) {
        let group = "writing a submission";
        let half = Some(self.filled.registration(self.filled.registrations / 2));
        let rows = |after| submission::row::of_sheet(filing(), 0, after, FROZEN);
        self.select(group, "submission::row::of_sheet", &rows(None));
        self.select(group, "submission::row::of_sheet, after", &rows(half));
        let last = FROZEN.min(self.filled.registrations / 50);
        let run = self.filled.registration(0)..=self.filled.registration(last);
        self.select(
            group,
            "revision::frozen_in",
            &revision::frozen_in(filing(), 0, run),
        );
    }

    /// What a caller looks up by id, by party and by platform.
    fn in_sight(&mut self, viewer: &str, sight: &Sight) {
        let group = format!("{viewer}, look-ups");
        let (one, whose) = (self.filled.registration(7), self.filled.party(7));
        let after = Some(self.filled.registration(0));
        let (ids, parties) = (self.ids(PAGE), self.parties(TIED));
        let mut ask = |name: &str, select: &Select<_>| self.select(&group, name, select);
        ask(
            "registration::one_seen_by",
            &registration::one_seen_by(sight, one),
        );
        ask(
            "registration::some_seen_by",
            &registration::some_seen_by(sight, ids),
        );
        ask(
            "registration::of_party",
            &registration::of_party(sight, whose).limit(1),
        );
        let of = |after| registration::of_parties(sight, parties.clone(), (after, 51));
        ask("registration::of_parties", &of(None));
        ask("registration::of_parties, after", &of(after));
        let count = registration::count_of_parties(sight, parties);
        ask("registration::count_of_parties", &count);
        let waiting = [
            VerificationState::Never,
            VerificationState::Due,
            VerificationState::Overdue,
        ];
        let waiting = waiting.map(|state| VerifiedWithin {
            kind: SubjectKind::Operator,
            days: lists::days(state),
        });
        let all: Vec<_> = (0..SHARES.len()).map(platform).collect();
        let count =
            registration_count::count(sight, &all, (&waiting, lists::COUNTED), self.backend);
        self.statement(&group, "registration_count::count", count);
    }

    fn ties_in_sight(&mut self, viewer: &str, sight: &Sight) {
        let group = format!("{viewer}, ties");
        for (side, declares) in [("declared", true), ("named", false)] {
            let arms = (0..).zip(self.spread(TIED)).map(|(index, n)| Arm {
                index,
                kind: TieKind::StreamerOperator,
                declares: declares.then(|| self.filled.registration(n)),
                party: self.filled.party(n),
                book: book(),
                after: None,
                limit: PAGE,
            });
            let arms: Vec<Arm> = arms.collect();
            let tied = tie::tied(sight, &arms, self.backend);
            self.statement(&group, &format!("tie::tied, {side}"), tied);
            let count = tie::count_tied(sight, &arms, self.backend);
            self.statement(&group, &format!("tie::count_tied, {side}"), count);
        }
    }

    /// What registrations in sight say of the parties of a page, and who else in sight has their phones.
    fn links_in_sight(&mut self, viewer: &str, sight: &Sight) {
        let group = format!("{viewer}, links");
        let (parties, most) = (self.parties(PAGE), 50);
        let declared = ground::declared(sight, &parties, most, self.backend);
        self.statement(&group, "ground::declared", declared);
        let naming = ground::naming(sight, &parties, most, self.backend);
        self.statement(&group, "ground::naming", naming);
        let seen = ground::seen(sight, &parties, self.backend);
        self.statement(&group, "ground::seen", seen);
        let phones: Vec<_> = self.indexes(PAGE).collect();
        let people = registration::of_people_with_phones(sight, IndexColumn::Odd, phones, most);
        self.select(&group, "registration::of_people_with_phones", &people);
    }

    /// A measure, and the reports of those of a page.
    fn measures_in_sight(&mut self, viewer: &str, sight: &Sight) {
        let group = format!("{viewer}, measures");
        let one = disposition::one_seen_by(sight, DispositionId(filing().0));
        self.select(&group, "disposition::one_seen_by", &one);
        let ids = self
            .spread(TIED)
            .map(|n| DispositionId(self.filled.registration(n).0));
        let reports = report::of_dispositions(sight, ids.collect::<Vec<_>>());
        self.select(&group, "report::of_dispositions", &reports);
    }

    fn filings_in_sight(&mut self, viewer: &str, sight: &Sight) {
        let group = format!("{viewer}, submissions");
        let one = submission::one_seen_by(sight, filing());
        self.select(&group, "submission::one_seen_by", &one);
        let report = submission::of_report(platform(0), ReportKind::Livestream);
        self.select(&group, "submission::of_report", &report);
        let every = submission::Filter {
            window: Some("2026-07".to_owned()),
            platform: Some(platform(0)),
            report: Some(ReportKind::Livestream),
            state: Some(SubmissionState::Accepted),
        };
        for (name, filter) in [
            ("no filter", submission::Filter::default()),
            ("every filter", every),
        ] {
            for (place, after) in [("first", None), ("after", Some(filing()))] {
                let page = submission::page(sight, &filter, after, PAGE);
                self.select(&group, &format!("submission::page, {name}, {place}"), &page);
            }
        }
    }
}

/// The largest platform's own book.
fn book() -> Book {
    Book {
        platform: platform(0),
        source: RecordSource::Platform,
    }
}
