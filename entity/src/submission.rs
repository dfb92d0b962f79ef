//! 报送: a frozen set of registrations, the workbooks written from it, and its life between platform and province.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{Condition, FromQueryResult, QueryOrder, QuerySelect, SelectModel, Selector};

use crate::id::{ClientId, PlatformId, SubmissionId};
use crate::kind::{FilingKind, ReportKind, SubmissionState};
use crate::sealed::{Sealed, SealedAt};
use crate::sight::Sight;

/// A submission's row; unique over platform, report, window and version.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubmissionId,
    /// Who files.
    pub platform_id: PlatformId,
    /// Which report.
    pub report: ReportKind,
    /// 报送期, as "2027-01".
    pub window: String,
    /// First, supplementary or correcting.
    pub kind: FilingKind,
    /// From 1 per platform, report and window.
    pub version: i32,
    /// Where it stands.
    pub state: SubmissionState,
    /// The province it goes to.
    pub recipient: String,
    /// The edition's setting name.
    pub edition: String,
    /// What it supplements or corrects.
    pub base_id: Option<SubmissionId>,
    /// The moment of the freeze.
    pub as_of: Option<DateTimeUtc>,
    /// The last day of the window.
    pub due_on: NaiveDate,
    /// Whether it was filed after that day.
    pub late: Option<bool>,
    /// Rows frozen.
    pub rows_total: i64,
    /// Rows written so far.
    pub rows_done: i64,
    /// Rows a sheet and state, as JSON.
    pub counts: String,
    /// How many rows lack a cell that the law asks for.
    pub problem_count: i64,
    /// The first problems, as JSON of findings.
    pub problems: String,
    /// Why it was returned, as JSON in clear: filled before reasons were sealed, emptied by the sweep.
    pub return_reasons: String,
    /// Why it was returned.
    pub returned: Option<Sealed<serde_json::Value>>,
    /// Who asked for it; [`ClientId::HOUSE`] for what the schedule prepared.
    pub prepared_by: ClientId,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it was filed.
    pub filed_at: Option<DateTimeUtc>,
    /// When its state last changed.
    pub updated_at: DateTimeUtc,
    /// The process that is writing it.
    pub lease_by: Option<Uuid>,
    /// Until when that process may be silent, by the database's clock.
    pub lease_until: Option<DateTimeUtc>,
    /// How often writing was begun.
    pub attempts: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// Where the reasons for a return are sealed.
#[must_use]
pub const fn returned_place(id: SubmissionId) -> SealedAt {
    SealedAt {
        table: "submission",
        column: "returned",
        row: id.0,
        revision: 0,
    }
}

/// Submissions whose reasons for a return stand in clear.
#[must_use]
pub fn with_clear_reasons() -> Select<Entity> {
    Entity::find().filter(Column::ReturnReasons.ne("[]"))
}

/// The frozen rows.
pub mod row {
    use sea_orm::entity::prelude::*;
    use sea_orm::{Condition, QueryOrder, QuerySelect};

    use crate::id::{RegistrationId, SubmissionId};
    use crate::kind::RowState;
    use crate::sealed::Fingerprint;

    /// One registration as one filing has it.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "submission_row")]
    pub struct Model {
        /// The filing.
        #[sea_orm(primary_key, auto_increment = false)]
        pub submission_id: SubmissionId,
        /// The registration.
        #[sea_orm(primary_key, auto_increment = false)]
        pub registration_id: RegistrationId,
        /// The revision that was current at the freeze.
        pub revision: i32,
        /// Its fingerprint.
        pub fingerprint: Fingerprint,
        /// The sheet's place in its report, from 0.
        pub sheet: i16,
        /// 信息状态.
        pub state: RowState,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// The rows of one sheet after a registration, in order.
    #[must_use]
    pub fn of_sheet(
        filing: SubmissionId,
        sheet: i16,
        after: Option<RegistrationId>,
        limit: u64,
    ) -> Select<Entity> {
        let mut wanted = Condition::all()
            .add(Column::SubmissionId.eq(filing))
            .add(Column::Sheet.eq(sheet));
        if let Some(id) = after {
            wanted = wanted.add(Column::RegistrationId.gt(id));
        }
        Entity::find()
            .filter(wanted)
            .order_by_asc(Column::RegistrationId)
            .limit(limit)
    }

    /// The row of one registration in a filing, for the house's own jobs.
    #[must_use]
    pub fn one(filing: SubmissionId, registration: RegistrationId) -> Select<Entity> {
        Entity::find_by_id((filing, registration))
    }

    /// Some rows of a filing, whichever come first.
    #[must_use]
    pub fn some_of(filing: SubmissionId, limit: u64) -> Select<Entity> {
        Entity::find()
            .filter(Column::SubmissionId.eq(filing))
            .order_by_asc(Column::RegistrationId)
            .limit(limit)
    }
}

/// Submissions in sight.
#[must_use]
pub fn seen_by(sight: &Sight) -> Select<Entity> {
    Entity::find().filter(sight.submissions())
}

/// One submission, if it is in sight.
#[must_use]
pub fn one_seen_by(sight: &Sight, id: SubmissionId) -> Select<Entity> {
    seen_by(sight).filter(Column::Id.eq(id))
}

/// What a list of submissions is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// One window, as "2027-01".
    pub window: Option<String>,
    /// One platform.
    pub platform: Option<PlatformId>,
    /// One report.
    pub report: Option<ReportKind>,
    /// One state.
    pub state: Option<SubmissionState>,
}

/// The submissions in sight that a filter leaves.
#[must_use]
pub fn filtered(sight: &Sight, filter: &Filter) -> Select<Entity> {
    let wanted = Condition::all()
        .add_option(
            filter
                .window
                .as_ref()
                .map(|w| Column::Window.eq(w.as_str())),
        )
        .add_option(filter.platform.map(|id| Column::PlatformId.eq(id)))
        .add_option(filter.report.map(|report| Column::Report.eq(report)))
        .add_option(filter.state.map(|state| Column::State.eq(state)));
    seen_by(sight).filter(wanted)
}

/// A page of them after an id, in the order of ids.
#[must_use]
pub fn page(
    sight: &Sight,
    filter: &Filter,
    after: Option<SubmissionId>,
    limit: u64,
) -> Select<Entity> {
    filtered(sight, filter)
        .filter(Condition::all().add_option(after.map(|id| Column::Id.gt(id))))
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// Every version of one report and window, newest first.
#[must_use]
pub fn versions(platform: PlatformId, report: ReportKind, window: &str) -> Select<Entity> {
    of_report(platform, report)
        .filter(Column::Window.eq(window))
        .order_by_desc(Column::Version)
}

/// Every submission of one report, of all windows and in every state.
#[must_use]
pub fn of_report(platform: PlatformId, report: ReportKind) -> Select<Entity> {
    Entity::find()
        .filter(Column::PlatformId.eq(platform))
        .filter(Column::Report.eq(report))
}

/// What stands of a window's duty: one submission without its contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Standing {
    /// Its id.
    pub id: SubmissionId,
    /// Who files.
    pub platform_id: PlatformId,
    /// Which report.
    pub report: ReportKind,
    /// First, supplementary or correcting.
    pub kind: FilingKind,
    /// From 1 per platform, report and window.
    pub version: i32,
    /// Where it stands.
    pub state: SubmissionState,
    /// Whether it was filed after the window.
    pub late: Option<bool>,
    /// When its state last changed.
    pub updated_at: DateTimeUtc,
}

/// What stands of one window for these platforms; callers got the ids through sight, or are the house itself.
#[must_use]
pub fn standing(
    window: &str,
    platforms: impl IntoIterator<Item = PlatformId>,
) -> Selector<SelectModel<Standing>> {
    Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::PlatformId,
            Column::Report,
            Column::Kind,
            Column::Version,
            Column::State,
            Column::Late,
            Column::UpdatedAt,
        ])
        .filter(Column::PlatformId.is_in(platforms))
        .filter(Column::Window.eq(window))
        .into_model()
}

/// Those of these submissions that are in sight.
#[must_use]
pub fn some_seen_by(sight: &Sight, ids: impl IntoIterator<Item = SubmissionId>) -> Select<Entity> {
    seen_by(sight).filter(Column::Id.is_in(ids))
}

/// What the writing reconciler may claim at an instant of the database's clock, oldest first.
#[must_use]
pub fn claimable(now: DateTimeUtc) -> Select<Entity> {
    Entity::find()
        .filter(Column::State.eq(SubmissionState::Preparing))
        .filter(unclaimed(now))
        .order_by_asc(Column::CreatedAt)
}

/// Nobody writes it, or whoever did has been silent for too long.
#[must_use]
pub fn unclaimed(now: DateTimeUtc) -> Condition {
    Condition::any()
        .add(Column::LeaseUntil.is_null())
        .add(Column::LeaseUntil.lte(now))
}

/// Everything that is being prepared, for whoever looks after the house.
#[must_use]
pub fn preparing() -> Select<Entity> {
    Entity::find().filter(Column::State.eq(SubmissionState::Preparing))
}

/// One submission for the house's own jobs, without sight.
#[must_use]
pub fn for_job(id: SubmissionId) -> Select<Entity> {
    Entity::find_by_id(id)
}

/// Those given up that still have frozen rows.
#[must_use]
pub fn given_up_with_rows() -> Select<Entity> {
    let own = Expr::col((row::Entity, row::Column::SubmissionId)).equals((Entity, Column::Id));
    let rows = Query::select()
        .expr(Expr::val(1))
        .from(row::Entity)
        .and_where(own)
        .take();
    given_up().filter(Expr::exists(rows))
}

/// Submissions that were given up before they were filed; their files and rows are of no more use.
#[must_use]
pub fn given_up() -> Select<Entity> {
    Entity::find()
        .filter(Column::State.is_in([SubmissionState::Cancelled, SubmissionState::Failed]))
}

/// Every submission of a platform, newest first, for the house's own jobs.
#[must_use]
pub fn all_of(platform: PlatformId) -> Select<Entity> {
    Entity::find()
        .filter(Column::PlatformId.eq(platform))
        .order_by_desc(Column::Id)
}
