//! The freeze against the law's own words: on random histories the one statement writes exactly the rows that
//! `rules::submission::row_to_write` asks for, however filings were filed, returned, withdrawn and replaced.
#![expect(
    clippy::disallowed_methods,
    reason = "a test looks at the rows themselves, whoever may see them"
)]

use std::cmp::Reverse;
use std::collections::BTreeMap;

use api::clock::Entropy;
use api::registry::submission::freeze::{Freeze, freeze};
use api::registry::submission::newest::{can_hold_newest, of_window};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::id::{ClientId, PartyId, PlatformId, RegistrationId, SubmissionId};
use entity::kind::{
    FilingKind, IdentityKind, RecordSource, RegistrationStatus, ReportKind, RowState, SubjectKind,
    SubmissionState,
};
use entity::registration::NEVER_VERIFIED;
use entity::sealed::{BlindIndex, Fingerprint, Sealed};
use entity::submission::row;
use entity::{party, platform, registration, submission};
use rules::edition::{EditionId, Report, edition};
use rules::submission::{FiledRow, Standing, counts, row_to_write, sheet_for};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseConnection, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use tests::database::Engine;
use uuid::Uuid;

use crate::app::{instant, migrated};

const PLATFORM: PlatformId = PlatformId(Uuid::from_u128(1));
const OTHER: PlatformId = PlatformId(Uuid::from_u128(2));
const WINDOWS: [&str; 3] = ["2026-01", "2026-07", "2027-01"];

/// What a filing says of one registration.
type Row = (i32, Fingerprint, i16, RowState);

/// A registry that is remembered whole, beside the database that is asked.
struct World {
    db: DatabaseConnection,
    chance: Entropy,
    now: DateTime<Utc>,
    registrations: Vec<registration::Model>,
    filings: Vec<submission::Model>,
    rows: BTreeMap<SubmissionId, BTreeMap<RegistrationId, Row>>,
}

impl World {
    async fn begin(db: DatabaseConnection, seed: u64) -> Self {
        let mut world = Self {
            db,
            chance: Entropy::seeded(seed),
            now: instant("2026-01-01T00:00:00Z"),
            registrations: Vec::new(),
            filings: Vec::new(),
            rows: BTreeMap::new(),
        };
        for id in [PLATFORM, OTHER] {
            let row = platform_row(id, world.now);
            platform::Entity::insert(row.into_active_model().reset_all())
                .exec_without_returning(&world.db)
                .await
                .expect("a platform");
        }
        for _ in 0..8 {
            world.register().await;
        }
        world
    }

    /// A number below `end`.
    fn roll(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.chance.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end
    }

    fn id<T: From<Uuid>>(&self) -> T {
        self.chance.uuid_v7(self.now).into()
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_bytes(vec![u8::try_from(self.roll(3)).expect("small"); 37])
    }

    async fn register(&mut self) {
        let party = party::Model {
            id: self.id::<PartyId>(),
            kind: IdentityKind::Uscc,
            issuing_country: String::new(),
            number_index: BlindIndex::from_bytes(self.id::<Uuid>().as_bytes().to_vec()),
            number_index_even: None,
            number: Sealed::from_bytes(vec![0]),
        };
        let row = registration_row(self, party.id);
        party::Entity::insert(party.into_active_model().reset_all())
            .exec_without_returning(&self.db)
            .await
            .expect("a party");
        registration::Entity::insert(row.clone().into_active_model().reset_all())
            .exec_without_returning(&self.db)
            .await
            .expect("a registration");
        self.registrations.push(row);
    }

    /// Something happens to a registration.
    async fn change(&mut self) {
        let at = usize::try_from(self.roll(self.registrations.len() as u64)).expect("small");
        let mut row = self.registrations[at].clone();
        row.revision += 1;
        match self.roll(4) {
            0 | 1 => {
                row.status = match row.status {
                    RegistrationStatus::Active => RegistrationStatus::Closed,
                    RegistrationStatus::Closed => RegistrationStatus::Active,
                }
            }
            2 => row.fingerprint = self.fingerprint(),
            _ => row.identity_kind = self.identity_kind(),
        }
        let whole = row.clone().into_active_model().reset_all();
        whole.update(&self.db).await.expect("a change");
        self.registrations[at] = row;
    }

    fn identity_kind(&self) -> IdentityKind {
        [IdentityKind::Uscc, IdentityKind::ResidentId][usize::from(self.roll(2) == 0)]
    }

    /// A filing is prepared, and perhaps filed at once; both sides say what it writes.
    async fn prepare(&mut self, report: &'static Report) {
        let kind = FilingKind::ALL[usize::try_from(self.roll(3)).expect("small")];
        let window = WINDOWS[usize::try_from(self.roll(3)).expect("small")];
        let state = if self.roll(3) == 0 {
            SubmissionState::Ready
        } else {
            SubmissionState::Filed
        };
        let mut filing = submission_row(self, (kind, window));
        let frozen = Freeze {
            submission: filing.id,
            platform: PLATFORM,
            report,
            kind,
            newest: can_hold_newest(&self.filings),
            window: of_window(&self.filings, window),
        };
        submission::Entity::insert(filing.clone().into_active_model().reset_all())
            .exec_without_returning(&self.db)
            .await
            .expect("a submission");
        let expected = self.expected(report, kind, window);
        let written = freeze(&self.db, &frozen).await.expect("the freeze");
        assert_eq!(written, expected.len() as u64, "{kind} of {window}");
        assert_eq!(self.stored(filing.id).await, expected, "{kind} of {window}");
        self.rows.insert(filing.id, expected);
        filing.state = state;
        filing.filed_at = (state == SubmissionState::Filed).then_some(self.now);
        self.filings.push(filing);
    }

    async fn stored(&self, filing: SubmissionId) -> BTreeMap<RegistrationId, Row> {
        let rows = row::Entity::find()
            .filter(row::Column::SubmissionId.eq(filing))
            .all(&self.db)
            .await
            .expect("the rows");
        rows.into_iter()
            .map(|r| {
                (
                    r.registration_id,
                    (r.revision, r.fingerprint, r.sheet, r.state),
                )
            })
            .collect()
    }

    fn expected(
        &self,
        report: &'static Report,
        kind: FilingKind,
        window: &str,
    ) -> BTreeMap<RegistrationId, Row> {
        let ours = |r: &&registration::Model| {
            r.platform_key == PLATFORM && r.source == RecordSource::Platform
        };
        let row = |r: &registration::Model| {
            let sheet = sheet_for(report, r.kind, r.identity_kind)?;
            let number = report.sheets.iter().position(|s| s.key == sheet.key)?;
            let now = Standing {
                open: r.status == RegistrationStatus::Active,
                fingerprint: &r.fingerprint,
            };
            let newest = self.newest(r.id, None);
            let state = row_to_write(kind, newest, self.newest(r.id, Some(window)), now)?;
            let number = i16::try_from(number).expect("few sheets");
            Some((r.id, (r.revision, r.fingerprint.clone(), number, state)))
        };
        self.registrations
            .iter()
            .filter(ours)
            .filter_map(row)
            .collect()
    }

    /// A registration's newest row that counts, straight from the definition.
    fn newest(&self, id: RegistrationId, window: Option<&str>) -> Option<FiledRow<'_>> {
        let counted = self.filings.iter().filter(|f| counts(f.state));
        let mut inside: Vec<_> = counted
            .filter(|f| window.is_none_or(|window| f.window == window))
            .collect();
        inside.sort_by_key(|f| Reverse((f.as_of, f.id)));
        let (_, fingerprint, _, state) = inside.iter().find_map(|f| self.rows[&f.id].get(&id))?;
        Some(FiledRow {
            state: *state,
            fingerprint,
        })
    }

    /// A filing that was prepared is filed, or one that was filed goes its way.
    fn go_on(&mut self) {
        if self.filings.is_empty() {
            return;
        }
        let at = usize::try_from(self.roll(self.filings.len() as u64)).expect("small");
        let choice = usize::try_from(self.roll(5)).expect("small");
        let now = self.now;
        let filing = &mut self.filings[at];
        match filing.state {
            SubmissionState::Ready => {
                filing.state = SubmissionState::Filed;
                filing.filed_at = Some(now);
            }
            SubmissionState::Filed | SubmissionState::Accepted => {
                filing.state = [
                    SubmissionState::Accepted,
                    SubmissionState::Accepted,
                    SubmissionState::Returned,
                    SubmissionState::Withdrawn,
                    SubmissionState::Superseded,
                ][choice];
            }
            _ => return,
        }
        filing.updated_at = now;
    }
}

fn registration_row(world: &World, party: PartyId) -> registration::Model {
    let now = world.now;
    registration::Model {
        id: world.id(),
        kind: [
            SubjectKind::Operator,
            SubjectKind::Streamer,
            SubjectKind::Agency,
        ][usize::from(world.roll(6) == 0) + usize::from(world.roll(9) == 0)],
        party_id: party,
        platform_key: if world.roll(9) == 0 { OTHER } else { PLATFORM },
        source: if world.roll(9) == 0 {
            RecordSource::Survey
        } else {
            RecordSource::Platform
        },
        external_id: None,
        identity_kind: world.identity_kind(),
        status: RegistrationStatus::Active,
        closed_on: None,
        revision: 1,
        fingerprint: world.fingerprint(),
        seat: None,
        seat_city: None,
        verified_on: NEVER_VERIFIED,
        phone_index: None,
        phone_index_even: None,
        observed_at: now,
        created_at: now,
        updated_at: now,
    }
}

fn submission_row(world: &World, (kind, window): (FilingKind, &str)) -> submission::Model {
    let now = world.now;
    submission::Model {
        id: world.id(),
        platform_id: PLATFORM,
        report: ReportKind::Livestream,
        window: window.to_owned(),
        kind,
        version: i32::try_from(world.filings.len()).expect("few") + 1,
        // Whether it stands open is no matter of the freeze, and only one may in the database.
        state: SubmissionState::Filed,
        recipient: "330000".to_owned(),
        edition: "order-117".to_owned(),
        base_id: None,
        as_of: Some(now),
        due_on: NaiveDate::default(),
        late: None,
        rows_total: 0,
        rows_done: 0,
        counts: "[]".to_owned(),
        problem_count: 0,
        problems: "[]".to_owned(),
        return_reasons: "[]".to_owned(),
        returned: None,
        prepared_by: ClientId(Uuid::nil()),
        created_at: now,
        filed_at: None,
        updated_at: now,
        lease_by: None,
        lease_until: None,
        attempts: 0,
    }
}

fn platform_row(id: PlatformId, now: DateTime<Utc>) -> platform::Model {
    platform::Model {
        id,
        party_id: None,
        tenant: true,
        name: String::new(),
        platform_name: String::new(),
        url: None,
        division: None,
        division_city: None,
        division_province: None,
        status: RegistrationStatus::Active,
        revision: 1,
        updated_at: now,
    }
}

/// Sixty filings of three windows, with everything that may happen in between, sometimes at the same instant.
async fn histories(engine: Engine) {
    let report = edition(EditionId::Order117)
        .report(ReportKind::Livestream)
        .expect("a report");
    for seed in 0..4 {
        let database = tokio::task::spawn_blocking(move || migrated(engine))
            .await
            .expect("a database");
        let db = sea_orm::Database::connect(database.url())
            .await
            .expect("connected");
        let mut world = World::begin(db, seed).await;
        for _ in 0..60 {
            let spans = [0, 0, 40, 3_000, 100_000];
            let minutes = spans[usize::try_from(world.roll(5)).expect("small")];
            world.now += TimeDelta::minutes(minutes);
            for _ in 0..world.roll(3) {
                world.change().await;
            }
            match world.roll(6) {
                0 => world.register().await,
                1 | 2 => world.go_on(),
                _ => {}
            }
            world.prepare(report).await;
        }
        let looked_into = can_hold_newest(&world.filings).len();
        assert!(
            looked_into < world.filings.len(),
            "most filings need no look"
        );
        world.db.close().await.expect("closed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_freezes_what_the_rules_say() {
    histories(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_freezes_what_the_rules_say() {
    histories(Engine::Postgres).await;
}
