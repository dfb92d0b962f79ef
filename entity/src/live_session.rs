//! 直播前的报送: what a room's operator reports to the platform before a livestream, namely who appears in it (Order 117
//! Art. 28). A report is never changed; a later one for the same moment stands beside it.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait as _, JoinType, Order, Query};
use sea_orm::{Condition, DbBackend, Statement};
use serde::{Deserialize, Serialize};

use crate::id::{ClientId, LiveSessionId, PlatformId, RegistrationId};
use crate::sealed::{Sealed, SealedAt};
use crate::sight::Sight;

/// A report's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "live_session")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LiveSessionId,
    /// The platform through which it was entered.
    pub platform_id: PlatformId,
    /// 直播账号: the room.
    pub account: String,
    /// The operator that reports.
    pub operator_id: RegistrationId,
    /// When the livestream begins.
    pub starts_at: DateTimeUtc,
    /// When it was reported.
    pub reported_at: DateTimeUtc,
    /// The client that entered it.
    pub reported_by: ClientId,
    /// 虚拟主播 that appear, with whose they are.
    pub presenters: Sealed<Vec<Presented>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// A synthetic presenter that appears in a livestream, and the operator that answers for it (Order 117 Art. 37).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presented {
    /// The name it is shown under.
    pub name: String,
    /// 管理或者使用它的直播间运营者.
    pub operator: RegistrationId,
}

/// Where a report's presenters are sealed.
#[must_use]
pub const fn presenters_place(id: LiveSessionId) -> SealedAt {
    SealedAt {
        table: "live_session",
        column: "presenters",
        row: id.0,
        revision: 0,
    }
}

/// Who appears in which livestream.
pub mod streamer {
    use sea_orm::entity::prelude::*;

    use crate::id::{LiveSessionId, RegistrationId};

    /// One streamer of a report.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "live_session_streamer")]
    pub struct Model {
        /// The report.
        #[sea_orm(primary_key, auto_increment = false)]
        pub session_id: LiveSessionId,
        /// The streamer's registration.
        #[sea_orm(primary_key, auto_increment = false)]
        pub registration_id: RegistrationId,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// Who appears in these.
    #[must_use]
    pub fn of(sessions: impl IntoIterator<Item = LiveSessionId>) -> Select<Entity> {
        Entity::find().filter(Column::SessionId.is_in(sessions))
    }

    /// Where this registration appears.
    #[must_use]
    pub fn with(registration: RegistrationId) -> Select<Entity> {
        Entity::find().filter(Column::RegistrationId.eq(registration))
    }
}

/// What lists of reports are narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// One platform.
    pub platform: Option<PlatformId>,
    /// One room.
    pub account: Option<String>,
    /// Beginning at this instant or later.
    pub since: Option<DateTimeUtc>,
    /// Beginning before this instant.
    pub until: Option<DateTimeUtc>,
}

/// Reports in sight: all of a platform that is seen whole, else those whose operator is in sight.
#[must_use]
pub fn seen_by(sight: &Sight, filter: &Filter) -> Select<Entity> {
    let mut seen = Condition::any().add(Column::PlatformId.is_in(sight.whole.iter().copied()));
    if !sight.local.is_empty() {
        let operator = Query::select()
            .expr(Expr::val(1))
            .from(crate::registration::Entity)
            .and_where(
                Expr::col((crate::registration::Entity, crate::registration::Column::Id))
                    .equals((Entity, Column::OperatorId)),
            )
            .cond_where(sight.registrations())
            .to_owned();
        seen = seen.add(Expr::exists(operator));
    }
    let narrowed = Condition::all()
        .add_option(filter.platform.map(|id| Column::PlatformId.eq(id)))
        .add_option(
            filter
                .account
                .as_deref()
                .map(|room| Column::Account.eq(room)),
        )
        .add_option(filter.since.map(|at| Column::StartsAt.gte(at)))
        .add_option(filter.until.map(|at| Column::StartsAt.lt(at)));
    Entity::find().filter(seen).filter(narrowed)
}

/// One report, if it is in sight.
#[must_use]
pub fn one_seen_by(sight: &Sight, id: LiveSessionId) -> Select<Entity> {
    seen_by(sight, &Filter::default()).filter(Column::Id.eq(id))
}

/// The newest reports for a room whose beginnings lie between two instants, each once for each of these streamers that it
/// names, as the column `streamer_id`, and at least once; at most so many reports.
#[must_use]
pub fn covering(
    (platform, account): (PlatformId, &str),
    (from, until): (DateTimeUtc, DateTimeUtc),
    streamers: impl IntoIterator<Item = RegistrationId>,
    limit: u64,
    backend: DbBackend,
) -> Statement {
    let newest = Query::select()
        .column(Asterisk)
        .from(Entity)
        .and_where(Column::PlatformId.eq(platform))
        .and_where(Column::Account.eq(account))
        .and_where(Column::StartsAt.between(from, until))
        .order_by(Column::ReportedAt, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .limit(limit)
        .to_owned();
    let of = |column: streamer::Column| Expr::col((streamer::Entity, column));
    let names = Condition::all()
        .add(of(streamer::Column::SessionId).equals(("session", Column::Id)))
        .add(of(streamer::Column::RegistrationId).is_in(streamers));
    let mut all = Query::select();
    all.column(("session", Asterisk))
        .expr_as(of(streamer::Column::RegistrationId), "streamer_id")
        .from_subquery(newest, "session")
        .join(JoinType::LeftJoin, streamer::Entity, names)
        .order_by(("session", Column::ReportedAt), Order::Desc)
        .order_by(("session", Column::Id), Order::Desc);
    backend.build(&all)
}

/// Reports by id, for whoever tells a person what is held.
#[must_use]
pub fn by_ids(ids: impl IntoIterator<Item = LiveSessionId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// All reports of these operators, for the house's own jobs.
#[must_use]
pub fn all_of(operators: impl IntoIterator<Item = RegistrationId>) -> Select<Entity> {
    Entity::find().filter(Column::OperatorId.is_in(operators))
}
