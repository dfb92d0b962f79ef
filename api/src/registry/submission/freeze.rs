//! The freeze: one INSERT … SELECT of registration, revision and fingerprint, with 信息状态 computed on the way as
//! `rules::submission::row_to_write` says of one row. Both databases read the same statement.

use entity::id::{PlatformId, SubmissionId};
use entity::kind::{FilingKind, IdentityKind, RecordSource, RegistrationStatus, RowState};
use entity::submission::row;
use entity::{registration, submission};
use rules::edition::{Report, Sheet};
use sea_orm::sea_query::{
    CaseStatement, Condition, Expr, ExprTrait as _, Func, InsertStatement, JoinType, Order, Query,
    SelectStatement, SubQueryStatement,
};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::error::Error;

/// So many filings are joined; older ones are looked up for the few registrations that none of these holds. SQLite
/// joins 64 tables at most, and there may be two such lists in one statement.
const JOINED: usize = 28;

/// What is frozen.
#[derive(Clone, Debug)]
pub struct Freeze<'a> {
    /// The submission that the rows are for.
    pub submission: SubmissionId,
    /// Whose registrations.
    pub platform: PlatformId,
    /// Which sheets there are.
    pub report: &'a Report,
    /// First, supplementary or correcting.
    pub kind: FilingKind,
    /// The filings that can hold a registration's newest row, newest first.
    pub newest: Vec<SubmissionId>,
    /// The filings of the same window that count, newest first.
    pub window: Vec<SubmissionId>,
}

/// Writes the rows and tells how many there are.
pub async fn freeze<C: ConnectionTrait>(tx: &C, freeze: &Freeze<'_>) -> Result<u64, Error> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // Ten million rows take a minute; the limit of one statement is meant for everything else.
        tx.execute_unprepared("SET LOCAL statement_timeout = 0")
            .await?;
    }
    let statement = statement(freeze).map_err(|e| Error::internal("freeze")(e.into()))?;
    Ok(tx.execute(&statement).await?.rows_affected())
}

fn statement(freeze: &Freeze<'_>) -> Result<InsertStatement, sea_orm::sea_query::error::Error> {
    let mut select = Query::select();
    select.from(registration::Entity);
    let newest = Newest::join(&mut select, "n", &freeze.newest);
    let window = match freeze.kind {
        FilingKind::Initial => None,
        FilingKind::Supplement | FilingKind::Correction => {
            Some(Newest::join(&mut select, "w", &freeze.window))
        }
    };
    select
        .expr(Expr::val(freeze.submission))
        .expr(of(registration::Column::Id))
        .expr(of(registration::Column::Revision))
        .expr(of(registration::Column::Fingerprint))
        .expr(sheet_number(freeze.report))
        .expr(row_state(&newest))
        .cond_where(of(registration::Column::PlatformKey).eq(freeze.platform))
        .cond_where(of(registration::Column::Source).eq(RecordSource::Platform.as_str()))
        .cond_where(on_a_sheet(freeze.report))
        .cond_where(Condition::any().add(is_open()).add(newest.stands()));
    match (freeze.kind, window) {
        (FilingKind::Supplement, Some(window)) => {
            select.cond_where(window.state.is_null());
        }
        (FilingKind::Correction, Some(window)) => {
            select.cond_where(window.state.is_not_null());
            select.cond_where(
                Condition::any()
                    .add(is_open().not())
                    .add(window.fingerprint.ne(of(registration::Column::Fingerprint))),
            );
        }
        _ => {}
    }
    let mut insert = Query::insert();
    insert
        .into_table(row::Entity)
        .columns([
            row::Column::SubmissionId,
            row::Column::RegistrationId,
            row::Column::Revision,
            row::Column::Fingerprint,
            row::Column::Sheet,
            row::Column::State,
        ])
        .select_from(select)?;
    Ok(insert)
}

/// A registration's newest row in a list of filings, as expressions; both are NULL where there is none.
struct Newest {
    state: Expr,
    fingerprint: Expr,
}

impl Newest {
    /// Joins the filings, newest first, under names of their own: COALESCE then finds the newest row. A window function
    /// over all rows says the same and is slower by far, because it sorts what the primary key has in order.
    fn join(select: &mut SelectStatement, prefix: &str, filings: &[SubmissionId]) -> Self {
        let (joined, older) = filings.split_at(filings.len().min(JOINED));
        let mut names = Vec::with_capacity(joined.len());
        for (number, filing) in joined.iter().enumerate() {
            let name = format!("{prefix}{number}");
            let of_filing = col(&name, row::Column::SubmissionId).eq(*filing);
            let of_registration =
                col(&name, row::Column::RegistrationId).eq(of(registration::Column::Id));
            let on = Condition::all().add(of_filing).add(of_registration);
            select.join_as(JoinType::LeftJoin, row::Entity, name.clone(), on);
            names.push(name);
        }
        let first = |column: row::Column| {
            let mut places: Vec<Expr> = names.iter().map(|name| col(name, column)).collect();
            if !older.is_empty() {
                places.push(newest_of(older, column));
            }
            match (places.pop(), places.is_empty()) {
                (None, _) => Expr::cust("NULL"),
                (Some(only), true) => only,
                (Some(last), false) => {
                    places.push(last);
                    Func::coalesce(places).into()
                }
            }
        };
        Self {
            state: first(row::Column::State),
            fingerprint: first(row::Column::Fingerprint),
        }
    }

    /// Whether there is a row and it says anything but 注销.
    fn stands(&self) -> Expr {
        let state = self.state.clone();
        state
            .clone()
            .is_not_null()
            .and(state.ne(RowState::Ended.as_str()))
    }
}

/// Looks a registration's newest row up in filings that are too many to join.
fn newest_of(filings: &[SubmissionId], column: row::Column) -> Expr {
    let in_row = |column: row::Column| Expr::col((row::Entity, column));
    let in_filing = |column: submission::Column| Expr::col((submission::Entity, column));
    let same_filing = in_row(row::Column::SubmissionId).eq(in_filing(submission::Column::Id));
    let query = Query::select()
        .expr(in_row(column))
        .from(row::Entity)
        .join(JoinType::InnerJoin, submission::Entity, same_filing)
        .cond_where(in_row(row::Column::RegistrationId).eq(of(registration::Column::Id)))
        .cond_where(in_row(row::Column::SubmissionId).is_in(filings.iter().copied()))
        .order_by_expr(in_filing(submission::Column::AsOf), Order::Desc)
        .order_by_expr(in_filing(submission::Column::Id), Order::Desc)
        .limit(1)
        .take();
    SubQueryStatement::from(query).into()
}

/// 信息状态 of what the statement writes; it leaves out closed registrations of which there is nothing to say.
fn row_state(newest: &Newest) -> Expr {
    let same = newest
        .fingerprint
        .clone()
        .eq(of(registration::Column::Fingerprint));
    CaseStatement::new()
        .case(is_open().not(), RowState::Ended.as_str())
        .case(same.and(newest.stands()), RowState::Unchanged.as_str())
        .case(newest.stands(), RowState::Changed.as_str())
        .finally(RowState::New.as_str())
        .into()
}

fn is_open() -> Expr {
    of(registration::Column::Status).eq(RegistrationStatus::Active.as_str())
}

/// Where a registration stands, from 0.
fn sheet_number(report: &Report) -> Expr {
    let numbered = (0_i16..).zip(&report.sheets);
    let case = numbered.fold(CaseStatement::new(), |case, (number, sheet)| {
        case.case(listed_on(sheet), Expr::val(number))
    });
    case.into()
}

fn on_a_sheet(report: &Report) -> Condition {
    let sheets = report.sheets.iter().map(listed_on);
    sheets.fold(Condition::any(), Condition::add)
}

/// `Sheet::lists`, for the database.
fn listed_on(sheet: &Sheet) -> Condition {
    let uscc = IdentityKind::Uscc.as_str();
    let identity = of(registration::Column::IdentityKind);
    let kind = of(registration::Column::Kind).eq(sheet.subject.as_str());
    Condition::all()
        .add(kind)
        .add_option(sheet.registered.map(|registered| {
            if registered {
                identity.eq(uscc)
            } else {
                identity.ne(uscc)
            }
        }))
}

fn of(column: registration::Column) -> Expr {
    Expr::col((registration::Entity, column))
}

fn col(table: &str, column: row::Column) -> Expr {
    Expr::col((table.to_owned(), column))
}
