//! What lies around offices on a day, by one statement: their territories, the platforms, the books of their surveys and the
//! local divisions. Each request of an office needs all four, and each alone would cost a round trip.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Expr, ExprTrait as _, IntoColumnRef, Query, SelectStatement, SimpleExpr, UnionType,
};
use sea_orm::{DbBackend, FromQueryResult, Statement};

use super::{local_division, territory};
use crate::id::{OfficeId, PlatformId};
use crate::{platform, survey_book};

/// Which table a row is of.
mod table {
    pub(super) const TERRITORY: i32 = 1;
    pub(super) const PLATFORM: i32 = 2;
    pub(super) const BOOK: i32 = 3;
    pub(super) const LOCAL: i32 = 4;
}

/// What lies around offices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The divisions of their territories.
    pub territories: Vec<(OfficeId, String)>,
    /// Every platform.
    pub platforms: Vec<Domicile>,
    /// The books of their surveys.
    pub books: Vec<Book>,
    /// Every local division.
    pub local: Vec<local_division::Model>,
}

/// Where a platform's domicile lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domicile {
    /// The platform.
    pub platform: PlatformId,
    /// Its county-level division.
    pub division: Option<String>,
    /// Its city-level division.
    pub city: Option<String>,
    /// Its province.
    pub province: Option<String>,
}

/// A book of an office's survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// The book.
    pub id: PlatformId,
    /// Whose.
    pub office: OfficeId,
    /// The tenant it is of.
    pub platform: Option<PlatformId>,
}

/// A row of any of the four tables.
#[derive(Debug, FromQueryResult)]
struct Row {
    table: i32,
    office: Option<OfficeId>,
    id: Option<PlatformId>,
    of: Option<PlatformId>,
    first: Option<String>,
    second: Option<String>,
    third: Option<String>,
    from_on: Option<NaiveDate>,
    until_on: Option<NaiveDate>,
}

/// Reads what lies around these offices on a day.
///
/// # Errors
/// If the database refuses.
pub async fn read<C: ConnectionTrait>(
    db: &C,
    offices: &[OfficeId],
    on: NaiveDate,
) -> Result<Around, DbErr> {
    let rows = Row::find_by_statement(statement(offices, on, db.get_database_backend()));
    Ok(sorted(rows.all(db).await?))
}

/// The statement that reads it.
#[must_use]
pub fn statement(offices: &[OfficeId], on: NaiveDate, backend: DbBackend) -> Statement {
    use local_division::Column as L;
    use platform::Column as P;
    use survey_book::Column as B;
    use territory::Column as T;
    let no = |kind: &'static str| Expr::cust(format!("CAST(NULL AS {kind})"));
    let mut all = arm(
        territory::Entity,
        (
            table::TERRITORY,
            column(T::OfficeId),
            no("uuid"),
            no("uuid"),
        ),
        [column(T::Division), no("text"), no("text")],
        [column(T::FromOn), column(T::UntilOn)],
    );
    all.and_where(T::OfficeId.is_in(offices.iter().copied()))
        .and_where(T::FromOn.lte(on))
        .and_where(T::UntilOn.is_null().or(T::UntilOn.gte(on)));
    let platforms = arm(
        platform::Entity,
        (table::PLATFORM, no("uuid"), column(P::Id), no("uuid")),
        [P::Division, P::DivisionCity, P::DivisionProvince].map(column),
        [no("date"), no("date")],
    );
    let mut books = arm(
        survey_book::Entity,
        (
            table::BOOK,
            column(B::OfficeId),
            column(B::Id),
            column(B::PlatformId),
        ),
        [no("text"), no("text"), no("text")],
        [no("date"), no("date")],
    );
    books.and_where(B::OfficeId.is_in(offices.iter().copied()));
    let local = arm(
        local_division::Entity,
        (table::LOCAL, no("uuid"), no("uuid"), no("uuid")),
        [L::Code, L::Name, L::Parent].map(column),
        [L::FromOn, L::UntilOn].map(column),
    );
    for other in [platforms, books, local] {
        all.union(UnionType::All, other);
    }
    backend.build(&all)
}

fn column(of: impl IntoColumnRef) -> SimpleExpr {
    Expr::col(of)
}

fn arm(
    from: impl EntityTrait,
    (table, office, id, of): (i32, SimpleExpr, SimpleExpr, SimpleExpr),
    [first, second, third]: [SimpleExpr; 3],
    [from_on, until_on]: [SimpleExpr; 2],
) -> SelectStatement {
    Query::select()
        .expr_as(Expr::cust(table.to_string()), "table")
        .expr_as(office, "office")
        .expr_as(id, "id")
        .expr_as(of, "of")
        .expr_as(first, "first")
        .expr_as(second, "second")
        .expr_as(third, "third")
        .expr_as(from_on, "from_on")
        .expr_as(until_on, "until_on")
        .from(from)
        .take()
}

/// Puts each row to those of its table.
fn sorted(rows: Vec<Row>) -> Around {
    let mut around = Around::default();
    for row in rows {
        match (row.table, row.office, row.id) {
            (table::TERRITORY, Some(office), _) => {
                let division = row.first.map(|division| (office, division));
                around.territories.extend(division);
            }
            (table::PLATFORM, _, Some(platform)) => around.platforms.push(Domicile {
                platform,
                division: row.first,
                city: row.second,
                province: row.third,
            }),
            (table::BOOK, Some(office), Some(id)) => around.books.push(Book {
                id,
                office,
                platform: row.of,
            }),
            _ => around.local.extend(local(row)),
        }
    }
    around
}

fn local(row: Row) -> Option<local_division::Model> {
    Some(local_division::Model {
        code: row.first?,
        name: row.second?,
        parent: row.third?,
        from_on: row.from_on?,
        until_on: row.until_on,
    })
}
