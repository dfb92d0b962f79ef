//! How many registrations of several platforms were last verified within ranges of days: one statement, in which each
//! count is an index range of its own that stops at a limit. Which ranges mean what is law and stands in `rules`.

use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait as _, Query, SubQueryStatement};
use sea_orm::{ColumnTrait as _, DbBackend, Statement};

use crate::id::PlatformId;
use crate::kind::{RecordSource, RegistrationStatus};
use crate::platform;
use crate::registration::{Column, Entity};
use crate::registration_page::VerifiedWithin;
use crate::sight::Sight;

/// The column of a row that holds the platform.
pub const PLATFORM: &str = "platform";

/// The column of a row that holds the count of the range at this place.
#[must_use]
pub fn column(place: usize) -> String {
    format!("count_{place}")
}

/// Counts the open registrations in each range for each of these platforms, up to `limit`; platforms of which not every
/// registration is in sight are left out.
#[must_use]
pub fn count(
    sight: &Sight,
    platforms: &[PlatformId],
    (ranges, limit): (&[VerifiedWithin], u64),
    backend: DbBackend,
) -> Statement {
    let whole = platforms.iter().filter(|id| sight.whole.contains(id));
    let mut select = Query::select();
    select
        .expr_as(
            Expr::col((platform::Entity, platform::Column::Id)),
            PLATFORM,
        )
        .from(platform::Entity)
        .and_where(platform::Column::Id.is_in(whole.copied()));
    for (place, range) in ranges.iter().enumerate() {
        select.expr_as(counted(range, limit), column(place));
    }
    backend.build(&select)
}

fn counted(range: &VerifiedWithin, limit: u64) -> Expr {
    let on_platform =
        Expr::col((Entity, Column::PlatformKey)).equals((platform::Entity, platform::Column::Id));
    let rows = Query::select()
        .expr_as(Expr::val(1), "one")
        .from(Entity)
        .and_where(on_platform)
        .and_where(Column::Source.eq(RecordSource::Platform))
        .and_where(Column::Status.eq(RegistrationStatus::Active))
        .cond_where(range.condition())
        .limit(limit)
        .take();
    let query = Query::select()
        .expr(Expr::col(Asterisk).count())
        .from_subquery(rows, Alias::new("counted"))
        .take();
    SubQueryStatement::from(query).into()
}
