//! 批量筛查: a file whose rows are looked up in the blacklist, and what came of it. It is the affair of the client who asked.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{Condition, QueryOrder as _, QuerySelect as _, UpdateMany};

use crate::id::{ClientId, FileId, PlatformId, ScreeningId};
use crate::kind::ScreeningState;

/// A screening's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "screening")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ScreeningId,
    /// Who asked; what is told is what this client may know.
    pub client_id: ClientId,
    /// The client's platform.
    pub platform_id: Option<PlatformId>,
    /// The request that asked, for the audit.
    pub request_id: String,
    /// The language of the answers.
    pub language: String,
    /// How far it is.
    pub state: ScreeningState,
    /// The upload.
    pub file_id: FileId,
    /// Its name, as people see it.
    pub file_name: String,
    /// Rows below the header, once the file is read.
    pub rows: i32,
    /// Rows that are answered.
    pub rows_done: i32,
    /// Of them, listed.
    pub listed: i32,
    /// Of them, with somebody like it.
    pub candidates: i32,
    /// Of them, not listed.
    pub clear: i32,
    /// Of them, no question; empty rows too.
    pub not_valid: i32,
    /// Why it failed, as a problem's code.
    pub problem: Option<String>,
    /// The same table with the answers.
    pub result_file: Option<FileId>,
    /// When it was asked for.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// The process that is at it.
    pub lease_by: Option<Uuid>,
    /// Until when that process may be silent, by the database's clock.
    pub lease_until: Option<DateTimeUtc>,
    /// How often it was claimed.
    pub attempts: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// The screenings of a client.
#[must_use]
pub fn of_client(client: ClientId) -> Select<Entity> {
    Entity::find().filter(Column::ClientId.eq(client))
}

/// One of them.
#[must_use]
pub fn one_of_client(client: ClientId, id: ScreeningId) -> Select<Entity> {
    of_client(client).filter(Column::Id.eq(id))
}

/// One screening, for the reconciler.
#[must_use]
pub fn for_job(id: ScreeningId) -> Select<Entity> {
    Entity::find_by_id(id)
}

/// What nobody is at, oldest first.
#[must_use]
pub fn waiting(now: DateTimeUtc) -> Select<Entity> {
    Entity::find()
        .filter(unclaimed(now))
        .order_by_asc(Column::Id)
        .limit(20)
}

fn unclaimed(now: DateTimeUtc) -> Condition {
    let free = Column::LeaseUntil.is_null().or(Column::LeaseUntil.lte(now));
    Condition::all()
        .add(Expr::cust("state = 'READING'"))
        .add(free)
}

/// Claims one for a process, unless somebody else was quicker or it has ended.
#[must_use]
pub fn claim(
    id: ScreeningId,
    by: Uuid,
    (now, until): (DateTimeUtc, DateTimeUtc),
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::LeaseBy, Expr::value(by))
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.eq(id))
        .filter(unclaimed(now))
}

/// What a process may change while it has the claim.
#[must_use]
pub fn held(id: ScreeningId, by: Uuid) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Id.eq(id))
        .filter(Column::LeaseBy.eq(by))
        .filter(Expr::cust("state = 'READING'"))
}

/// Ends one that its client does not want any more.
#[must_use]
pub fn cancel(id: ScreeningId) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(ScreeningState::Cancelled))
        .filter(Column::Id.eq(id))
        .filter(Expr::cust("state = 'READING'"))
}
