//! Lists of registrations: the contract's filter and orders, one keyset page, and a count only when asked for.

use async_graphql::{Context, Enum, ID, InputObject, Result};
use chrono::{DateTime as Instant, NaiveDate, Utc};
use entity::id::RegistrationId;
use entity::kind::SubjectKind;
use entity::registration::{Key, Order, Page};
use serde::{Deserialize, Serialize};

use super::enums::{RecordSource, RegistrationStatus, VerificationState};
use super::page::{Asked, PageInfo, info, seal};
use super::scalars::{Cursor, Date, DateTime};
use super::{app, caller, id, told};
use crate::error::Error;
use crate::registry::reading::{self, Record, Wanted};

/// The most external ids in one filter.
const EXTERNAL_IDS: usize = 1_000;

/// 登记的筛选条件；给出多个时须同时满足。
#[derive(Clone, Default, InputObject)]
pub struct RegistrationFilter {
    /// 平台
    platform: Option<ID>,
    /// 行政区划，任一级，包括其下各级
    division: Option<String>,
    /// 登记状态
    status: Option<RegistrationStatus>,
    /// 核验状态
    verification: Option<VerificationState>,
    /// 核验截止日早于此日（包括从未核验）
    due_before: Option<Date>,
    /// 在此时刻之后有新版次
    changed_since: Option<DateTime>,
    /// 平台自己的编号，最多 1000 个
    external_ids: Option<Vec<String>>,
    /// 来源
    source: Option<RecordSource>,
    /// 所属服务机构的登记编号，只筛选直播营销人员
    agency: Option<ID>,
    /// 主体是否在有效的黑名单中：本平台的、其他平台共享的、监管部门公布的；监管部门另含住所地在本辖区的平台的
    blacklisted: Option<bool>,
}

/// 登记的排序，一律升序，相同时按编号；不按脱敏字段排序。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RegistrationOrder {
    /// 按编号，即登记先后
    Id,
    /// 按当前版次的记录时刻
    UpdatedAt,
    /// 按核验截止日，从未核验的在前
    VerificationDue,
}

/// A key as a cursor holds it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Position {
    I(RegistrationId),
    U(Instant<Utc>, RegistrationId),
    V(NaiveDate, RegistrationId),
}

impl From<Position> for Key {
    fn from(position: Position) -> Self {
        match position {
            Position::I(id) => Self::Id(id),
            Position::U(at, id) => Self::UpdatedAt(at, id),
            Position::V(on, id) => Self::VerifiedOn(on, id),
        }
    }
}

/// A page that was read.
pub struct Read {
    /// The records with their cursors.
    pub rows: Vec<(Record, Cursor)>,
    /// Whether there is more.
    pub info: PageInfo,
    /// The count, if it was asked for and is not too large.
    pub total: Option<i32>,
}

/// Reads a page in sight.
pub async fn read(
    ctx: &Context<'_>,
    (kind, filter, order): (
        Option<SubjectKind>,
        Option<RegistrationFilter>,
        RegistrationOrder,
    ),
    asked: Asked,
) -> Result<Read> {
    let app = app(ctx);
    let list = format!("registrations:{order:?}");
    let slice = asked
        .slice::<Position>(app, &list)
        .map_err(|e| told(ctx, e))?;
    let wanted = wanted(kind, filter.unwrap_or_default()).map_err(|e| told(ctx, e))?;
    let page = Page {
        order: match order {
            RegistrationOrder::Id => Order::Id,
            RegistrationOrder::UpdatedAt => Order::UpdatedAt,
            RegistrationOrder::VerificationDue => Order::VerificationDue,
        },
        after: slice.after.map(Key::from),
        before: slice.before.map(Key::from),
        backward: slice.backward,
        limit: slice.rows,
    };
    let found = reading::page(app, caller(ctx), &wanted, page)
        .await
        .map_err(|e| told(ctx, e))?;
    let mut rows = Vec::with_capacity(found.records.len());
    for record in found.records {
        let row = &record.registration;
        let position = match order {
            RegistrationOrder::Id => Position::I(row.id),
            RegistrationOrder::UpdatedAt => Position::U(row.updated_at, row.id),
            RegistrationOrder::VerificationDue => Position::V(row.verified_on, row.id),
        };
        let cursor = seal(app, &list, &position).map_err(|e| told(ctx, e))?;
        rows.push((record, cursor));
    }
    let total = if ctx.look_ahead().field("totalCount").exists() {
        let count = reading::count(app, caller(ctx), &wanted)
            .await
            .map_err(|e| told(ctx, e))?;
        count.and_then(|rows| i32::try_from(rows).ok())
    } else {
        None
    };
    Ok(Read {
        info: info(&slice, found.more, rows.iter().map(|(_, cursor)| cursor)),
        rows,
        total,
    })
}

fn wanted(kind: Option<SubjectKind>, filter: RegistrationFilter) -> Result<Wanted, Error> {
    if filter
        .external_ids
        .as_ref()
        .is_some_and(|ids| ids.len() > EXTERNAL_IDS)
    {
        return Err(Error::LimitExceeded {
            what: "externalIds",
            limit: EXTERNAL_IDS as u64,
        });
    }
    Ok(Wanted {
        kind,
        platform: filter
            .platform
            .as_ref()
            .map(|given| id(given).unwrap_or(entity::id::PlatformId::OWN_SITE)),
        division: filter.division,
        status: filter.status.map(Into::into),
        verification: filter.verification.map(Into::into),
        due_before: filter.due_before.map(|date| date.0),
        changed_since: filter.changed_since.map(|at| at.0),
        external_ids: filter.external_ids,
        source: filter.source.map(Into::into),
        agency: filter.agency.as_ref().map(id),
        blacklisted: filter.blacklisted,
    })
}
