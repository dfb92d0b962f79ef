//! What every registration shares: the interface, its history, the verdicts of a batch, and the deeds on any kind.

use async_graphql::{
    ComplexObject, Context, ID, InputObject, Interface, Object, Result, SimpleObject,
};
use entity::id::{FileId, RegistrationId};
use entity::kind::SubjectKind as Kind;

use super::enums::{CloseReason, RecordSource, RegistrationStatus, SubjectKind, VerificationState};
use super::operator::Operator;
use super::page::{Asked, PageInfo, info, seal};
use super::party::{IdentityInput, Party};
use super::permit::Verification as VerificationView;
use super::platform::Platform;
use super::problem::{Article, Problem};
use super::scalars::{Cursor, Date, DateTime};
use super::{app, caller, id, loaders, telling, told};
use crate::registry::batch::{Batch, ItemResult, Outcome};
use crate::registry::closing::{self, CloseRegistrations};
use crate::registry::correction::{self, CorrectIdentity};
use crate::registry::reading;

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
        ty = "&VerificationView",
        desc = "核验（第 117 号令第八条）"
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
#[derive(Clone, SimpleObject)]
pub struct RegistrationConnection {
    /// 各条
    pub edges: Vec<RegistrationEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数，仅在查询时计数，精确到 10000，超过为空
    pub total_count: Option<i32>,
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

/// 要注销的登记。
#[derive(InputObject)]
pub struct CloseItem {
    /// 登记编号
    registration: ID,
    /// 最后一日
    on: Date,
    /// 原因
    reason: CloseReason,
    /// 说明；原因为 OTHER 时必填
    note: Option<String>,
}

/// 注销登记，1 至 1000 条。
#[derive(InputObject)]
pub struct CloseRegistrationsInput {
    /// 各条
    items: Vec<CloseItem>,
    /// 只判断，不写入
    #[graphql(default)]
    dry_run: bool,
    /// 幂等键，24 小时内同一调用者同一操作唯一
    idempotency_key: Option<String>,
}

/// 更正身份号码。
#[derive(InputObject)]
pub struct CorrectIdentityInput {
    /// 登记编号
    registration: ID,
    /// 正确的身份号码
    to: IdentityInput,
    /// 原因
    reason: String,
    /// 证明材料：调用者自己上传的文件，至少一个
    evidence: Vec<ID>,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// Deeds on registrations of any kind.
#[derive(Default)]
pub struct RegistrationMutation;

#[Object]
impl RegistrationMutation {
    /// 注销登记：逐条判断；所持直播账号同时终止。
    async fn close_registrations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要注销的登记")] input: CloseRegistrationsInput,
    ) -> Result<RegisterPayload> {
        let item = |item: CloseItem| closing::CloseItem {
            registration: id(&item.registration),
            on: item.on.0,
            reason: item.reason.into(),
            note: item.note,
        };
        let command = CloseRegistrations {
            items: input.items.into_iter().map(item).collect(),
            dry_run: input.dry_run,
            idempotency_key: input.idempotency_key,
        };
        let batch = closing::close(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        Ok(RegisterPayload::of(ctx, &batch))
    }

    /// 更正身份号码：登记编号与历史不变，此后指向正确的主体。
    async fn correct_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要更正的登记与正确的身份号码")] input: CorrectIdentityInput,
    ) -> Result<RegistrationPayload> {
        let command = CorrectIdentity {
            registration: id(&input.registration),
            to: input.to.into(),
            reason: input.reason,
            evidence: input.evidence.iter().map(id::<FileId>).collect(),
            idempotency_key: input.idempotency_key,
        };
        let single = correction::correct(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        let registration = match single.registration {
            Some(id) => loaders::registration(ctx, id).await?,
            None => None,
        };
        Ok(RegistrationPayload {
            registration,
            problems: telling(ctx).all(&single.findings, &[]),
        })
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
    let mut rows = reading::history(app, registration, slice.after, slice.rows + 1)
        .await
        .map_err(|e| told(ctx, e))?;
    let size = usize::try_from(slice.rows).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let mut edges = Vec::with_capacity(rows.len());
    for row in rows {
        let node = Revision {
            number: row.number,
            observed_at: DateTime(row.observed_at),
            recorded_at: DateTime(row.recorded_at),
            by: loaders::author(ctx, row.author).await?,
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
    let ends = (
        edges.first().map(|e| e.cursor.clone()),
        edges.last().map(|e| e.cursor.clone()),
    );
    Ok(RevisionConnection {
        page_info: info(&slice, more, ends),
        edges,
        total_count: Some(current),
    })
}

/// The verification of a registration under the edition in force.
pub(super) fn verification(ctx: &Context<'_>, record: &reading::Record) -> VerificationView {
    let app = app(ctx);
    let clock = reading::clock(app, Kind::Operator);
    let last = record.registration.last_verified();
    let state: VerificationState = rules::verification::state(clock, last, app.today()).into();
    let interval = app.edition().interval(Kind::Operator);
    VerificationView {
        state,
        at: record.facts.verification.as_ref().map(|v| DateTime(v.at)),
        due_on: clock
            .zip(last)
            .map(|(clock, last)| Date(clock.due_on(last))),
        by: last.map(|_| SubjectKind::Platform),
        method: record.facts.verification.as_ref().map(|v| v.method.clone()),
        article: interval.map(|interval| Article::from(&interval.article)),
    }
}
