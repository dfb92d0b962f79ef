//! What every registration shares: the interface, its history, the verdicts of a batch, and the deeds on any kind.

use async_graphql::{ComplexObject, Context, ID, Interface, Object, Result, SimpleObject};
use entity::id::{PlatformId, RegistrationId};
use entity::kind::SubjectKind as Kind;

use super::agency::Agency;
use super::enums::{RecordSource, RegistrationStatus, SubjectKind};
use super::list::{self, RegistrationFilter, RegistrationOrder};
use super::merchant::Merchant;
use super::operator::Operator;
use super::page::{Asked, PageInfo, info, seal};
use super::party::Party;
use super::permit::Verification as VerificationView;
use super::platform::Platform;
use super::problem::Problem;
use super::scalars::{Cursor, Date, DateTime};
use super::streamer::Streamer;
use super::{app, caller, id, loaders, telling, told};
use crate::registry::batch::{Batch, ItemResult, Outcome};
use crate::registry::input::Item;
use crate::registry::reading;
use crate::registry::registration::{self, Register};

/// 登记：一个主体在一个平台上的一种身份；自建网站的运营者没有平台。
#[derive(Clone, Interface)]
#[expect(
    clippy::duplicated_attributes,
    reason = "fields of one type repeat the name of that type"
)]
#[graphql(
    field(name = "id", ty = "&ID", desc = "编号"),
    field(name = "kind", ty = "&SubjectKind", desc = "主体类型"),
    field(name = "party", ty = "Party", desc = "主体"),
    field(name = "platform", ty = "Option<Platform>", desc = "平台"),
    field(name = "source", ty = "&RecordSource", desc = "来源"),
    field(name = "external_id", ty = "&Option<String>", desc = "平台自己的编号"),
    field(name = "name", ty = "&String", desc = "名称（姓名），自然人脱敏"),
    field(name = "phone", ty = "&Option<String>", desc = "联系方式，脱敏"),
    field(name = "status", ty = "&RegistrationStatus", desc = "登记状态"),
    field(name = "closed_on", ty = "&Option<Date>", desc = "注销日期"),
    field(
        name = "verification",
        ty = "VerificationView",
        desc = "核验（第 117 号令第八条）"
    ),
    field(
        name = "suspended",
        ty = "bool",
        desc = "今日是否不得继续：有未结束的处置措施，如暂停直播、关闭账号、列入黑名单、暂停服务"
    ),
    field(name = "revision", ty = "&i32", desc = "当前版次，从 1 起"),
    field(name = "fingerprint", ty = "&String", desc = "报送内容的指纹，供比对"),
    field(name = "updated_at", ty = "&DateTime", desc = "当前版次的记录时刻"),
    field(
        name = "history",
        ty = "RevisionConnection",
        desc = "历次版本，由新到旧",
        arg(name = "first", ty = "Option<i32>", desc = "前几条，最多 500"),
        arg(name = "after", ty = "Option<Cursor>", desc = "在此游标之后")
    )
)]
pub enum Registration {
    /// 直播间运营者
    Operator(Operator),
    /// 直播营销人员
    Streamer(Streamer),
    /// 直播营销人员服务机构
    Agency(Agency),
    /// 平台内经营者
    Merchant(Merchant),
}

impl Registration {
    /// The view of a record of whatever kind.
    pub(super) fn of(record: reading::Record) -> Option<Self> {
        match record.registration.kind {
            Kind::Operator => Operator::of(record).map(Self::Operator),
            Kind::Streamer => Streamer::of(record).map(Self::Streamer),
            Kind::Agency => Agency::of(record).map(Self::Agency),
            Kind::Merchant => Merchant::of(record).map(Self::Merchant),
            Kind::Platform => None,
        }
    }
}

/// 一个版次：何时观察到、何时记录、由谁、改了什么。
#[derive(Clone, Debug, SimpleObject)]
pub struct Revision {
    /// 版次，从 1 起
    pub number: i32,
    /// 平台观察到的时刻
    pub observed_at: DateTime,
    /// 记录的时刻
    pub recorded_at: DateTime,
    /// 由谁记录
    pub by: String,
    /// 来源
    pub source: RecordSource,
    /// 改动的字段
    pub changed: Vec<String>,
}

/// 版次及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct RevisionEdge {
    /// 版次
    pub node: Revision,
    /// 游标
    pub cursor: Cursor,
}

/// 版次列表。
#[derive(Clone, Debug, SimpleObject)]
pub struct RevisionConnection {
    /// 各条
    pub edges: Vec<RevisionEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数
    pub total_count: Option<i32>,
}

/// 登记及其游标。
#[derive(Clone, SimpleObject)]
pub struct RegistrationEdge {
    /// 登记
    pub node: Registration,
    /// 游标
    pub cursor: Cursor,
}

/// 登记列表。
#[derive(Clone, Default, SimpleObject)]
pub struct RegistrationConnection {
    /// 各条
    pub edges: Vec<RegistrationEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数，仅在查询时计数，精确到 10000，超过为空
    pub total_count: Option<i32>,
}

/// What every mutation that registers is asked for.
pub(super) struct Request {
    pub platform: Option<ID>,
    pub items: Vec<Item>,
    pub dry_run: bool,
    pub idempotency_key: Option<String>,
}

/// Registers subjects of one kind.
pub(super) async fn register(
    ctx: &Context<'_>,
    kind: Kind,
    request: Request,
) -> Result<RegisterPayload> {
    let command = Register {
        // What cannot be an id is a platform that nobody has.
        platform: request
            .platform
            .as_ref()
            .map(|given| id(given).unwrap_or(PlatformId::OWN_SITE)),
        kind,
        items: request.items,
        dry_run: request.dry_run,
        idempotency_key: request.idempotency_key,
    };
    let batch = registration::register(app(ctx), caller(ctx), command)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(RegisterPayload::of(ctx, &batch))
}

/// 对一条登记的处理结果。
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(remote = "Outcome")]
pub enum RegistrationOutcome {
    /// 新建
    Created,
    /// 更新
    Updated,
    /// 注销
    Closed,
    /// 恢复
    Reopened,
    /// 无变化
    Unchanged,
    /// 未通过
    Rejected,
    /// 早于已存信息，未采用
    Stale,
}

/// 对一条输入的判断。
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct RegistrationResult {
    /// 输入中的下标，从 0 起
    pub index: i32,
    /// 平台自己的编号
    pub external_id: Option<String>,
    /// 处理结果
    pub outcome: RegistrationOutcome,
    /// 问题
    pub problems: Vec<Problem>,
    #[graphql(skip)]
    id: Option<RegistrationId>,
}

#[ComplexObject]
impl RegistrationResult {
    /// 登记，按调用者今日的可见范围
    pub async fn registration(&self, ctx: &Context<'_>) -> Result<Option<Registration>> {
        match self.id {
            Some(id) => loaders::registration(ctx, id).await,
            None => Ok(None),
        }
    }
}

/// 批次应答；processed 为各结果之和。
#[derive(Clone, SimpleObject)]
pub struct RegisterPayload {
    /// 处理条数
    pub processed: i32,
    /// 新建条数
    pub created: i32,
    /// 更新条数
    pub updated: i32,
    /// 注销条数
    pub closed: i32,
    /// 恢复条数
    pub reopened: i32,
    /// 无变化条数
    pub unchanged: i32,
    /// 未通过条数
    pub rejected: i32,
    /// 过时条数
    pub stale: i32,
    /// 逐条结果，次序与输入相同
    pub results: Vec<RegistrationResult>,
    /// 整个请求的问题
    pub problems: Vec<Problem>,
}

impl RegisterPayload {
    /// Tells a batch in the caller's language.
    pub(super) fn of(ctx: &Context<'_>, batch: &Batch) -> Self {
        let telling = telling(ctx);
        let count = |outcome| small(batch.count(outcome));
        let result = |item: &ItemResult| {
            let place = item.index.to_string();
            RegistrationResult {
                index: small(item.index),
                external_id: item.external_id.clone(),
                outcome: item.outcome.into(),
                problems: telling.all(&item.findings, &["items", &place]),
                id: item.registration,
            }
        };
        Self {
            processed: small(batch.results.len()),
            created: count(Outcome::Created),
            updated: count(Outcome::Updated),
            closed: count(Outcome::Closed),
            reopened: count(Outcome::Reopened),
            unchanged: count(Outcome::Unchanged),
            rejected: count(Outcome::Rejected),
            stale: count(Outcome::Stale),
            results: batch.results.iter().map(result).collect(),
            problems: telling.all(&batch.findings, &[]),
        }
    }
}

/// A count as GraphQL's Int has it.
pub(super) fn small(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// 单个登记的应答。
#[derive(Clone, SimpleObject)]
pub struct RegistrationPayload {
    /// 登记
    pub registration: Option<Registration>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// Reading registrations of any kind.
#[derive(Default)]
pub struct RegistrationQuery;

#[Object]
impl RegistrationQuery {
    /// 各类登记的列表，限于可见范围；配合 externalIds、changedSince 与 fingerprint，平台不经明文即可对账。
    #[expect(
        clippy::too_many_arguments,
        reason = "the contract's arguments of a connection"
    )]
    async fn registrations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
        #[graphql(desc = "后几条，最多 500")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<Cursor>,
        #[graphql(desc = "筛选条件")] filter: Option<RegistrationFilter>,
        #[graphql(
            desc = "排序，一律升序，相同时按编号",
            default_with = "RegistrationOrder::Id"
        )]
        order_by: RegistrationOrder,
    ) -> Result<RegistrationConnection> {
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        let read = list::read(ctx, (None, filter, order_by), asked).await?;
        Ok(RegistrationConnection::of(read))
    }
}

impl RegistrationConnection {
    /// The connection of records with their cursors.
    pub(super) fn of(read: list::Read) -> Self {
        let mut edges = Vec::with_capacity(read.rows.len());
        for (record, cursor) in read.rows {
            if let Some(node) = Registration::of(record) {
                edges.push(RegistrationEdge { node, cursor });
            }
        }
        Self {
            edges,
            page_info: read.info,
            total_count: read.total,
        }
    }
}

/// A page of a registration's history, newest first.
pub(super) async fn history(
    ctx: &Context<'_>,
    registration: RegistrationId,
    current: i32,
    asked: Asked,
) -> Result<RevisionConnection> {
    let app = app(ctx);
    let list = format!("history:{registration}");
    let slice = asked.slice::<i32>(app, &list).map_err(|e| told(ctx, e))?;
    let mut rows = loaders::history(ctx, registration, (slice.after, slice.rows + 1)).await?;
    let size = usize::try_from(slice.rows).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let authors = loaders::authors(ctx, rows.iter().map(|row| row.author)).await?;
    let mut edges = Vec::with_capacity(rows.len());
    for row in rows {
        let by = authors.get(&row.author).cloned();
        let node = Revision {
            number: row.number,
            observed_at: DateTime(row.observed_at),
            recorded_at: DateTime(row.recorded_at),
            by: by.unwrap_or_else(|| row.author.to_string()),
            source: row.source.into(),
            changed: row
                .changed
                .split(',')
                .filter(|name| !name.is_empty())
                .map(ToOwned::to_owned)
                .collect(),
        };
        let cursor = seal(app, &list, &row.number).map_err(|e| told(ctx, e))?;
        edges.push(RevisionEdge { node, cursor });
    }
    Ok(RevisionConnection {
        page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
        edges,
        total_count: Some(current),
    })
}
