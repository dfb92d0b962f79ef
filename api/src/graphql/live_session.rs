//! 直播前的报送 in words: who will appear in a livestream, as its operator reported it.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entity::id::{LiveSessionId, PlatformId, RegistrationId};
use entity::live_session::Filter;

use super::live::platform_of;
use super::operator::Operator;
use super::page::{Asked, PageInfo, info, seal};
use super::party::PartyRef;
use super::platform::Platform;
use super::problem::Problem;
use super::registration::Registration;
use super::scalars::{Cursor, DateTime};
use super::streamer::Streamer;
use super::{app, caller, loaders, telling, told};
use crate::registry::live::reading::{self, Session};
use crate::registry::live::session::{self, PresenterNamed, ReportLiveSession};

/// 一次直播前的报送（第 117 号令第二十八条）。
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct LiveSession {
    /// 编号
    pub id: ID,
    /// 直播账号
    pub account: String,
    /// 开播时刻
    pub starts_at: DateTime,
    /// 报送时刻
    pub reported_at: DateTime,
    /// 出镜的虚拟主播
    pub presenters: Vec<LivePresenter>,
    #[graphql(skip)]
    session: Session,
}

impl LiveSession {
    fn of(session: Session) -> Self {
        let presenters = session.presenters.iter();
        Self {
            id: ID(session.row.id.to_string()),
            account: session.row.account.clone(),
            starts_at: DateTime(session.row.starts_at),
            reported_at: DateTime(session.row.reported_at),
            presenters: presenters
                .map(|one| LivePresenter::of(one.name.clone(), one.operator))
                .collect(),
            session,
        }
    }
}

#[ComplexObject]
impl LiveSession {
    /// 平台
    pub async fn platform(&self, ctx: &Context<'_>) -> Result<Option<Platform>> {
        loaders::platform(ctx, self.session.row.platform_id).await
    }

    /// 报送的直播间运营者，按调用者今日的可见范围
    pub async fn operator(&self, ctx: &Context<'_>) -> Result<Option<Operator>> {
        operator(ctx, self.session.row.operator_id).await
    }

    /// 出镜的直播营销人员，按调用者今日的可见范围
    pub async fn appearing(&self, ctx: &Context<'_>) -> Result<Vec<Streamer>> {
        let all = self.session.streamers.iter();
        let all = all.map(|id| loaders::registration(ctx, *id));
        let found = futures_util::future::try_join_all(all).await?;
        let streamers = found.into_iter().filter_map(|one| match one {
            Some(Registration::Streamer(streamer)) => Some(streamer),
            _ => None,
        });
        Ok(streamers.collect())
    }

    /// 由谁录入
    pub async fn by(&self, ctx: &Context<'_>) -> Result<String> {
        let client = self.session.row.reported_by;
        let mut labels = loaders::authors(ctx, [client]).await?;
        Ok(labels.remove(&client).unwrap_or_else(|| client.to_string()))
    }
}

/// 出镜的虚拟主播，及对其承担责任的直播间运营者（第 117 号令第三十七条）。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct LivePresenter {
    /// 对外的名称
    pub name: String,
    #[graphql(skip)]
    operator: RegistrationId,
}

impl LivePresenter {
    pub(super) const fn of(name: String, operator: RegistrationId) -> Self {
        Self { name, operator }
    }
}

#[ComplexObject]
impl LivePresenter {
    /// 管理或者使用它的直播间运营者，按调用者今日的可见范围
    pub async fn responsible_operator(&self, ctx: &Context<'_>) -> Result<Option<Operator>> {
        operator(ctx, self.operator).await
    }
}

async fn operator(ctx: &Context<'_>, id: RegistrationId) -> Result<Option<Operator>> {
    match loaders::registration(ctx, id).await? {
        Some(Registration::Operator(operator)) => Ok(Some(operator)),
        _ => Ok(None),
    }
}

/// 报送及其游标。
#[derive(Clone, SimpleObject)]
pub struct LiveSessionEdge {
    /// 报送
    pub node: LiveSession,
    /// 游标
    pub cursor: Cursor,
}

/// 直播前的报送的列表。
#[derive(Clone, SimpleObject)]
pub struct LiveSessionConnection {
    /// 各次报送，由新到旧
    pub edges: Vec<LiveSessionEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数，仅在查询时计数，精确到 10000，超过为空
    pub total_count: Option<i32>,
}

/// 筛选直播前的报送。
#[derive(Default, InputObject)]
pub struct LiveSessionFilter {
    /// 平台
    platform: Option<ID>,
    /// 直播账号
    account: Option<String>,
    /// 开播时刻不早于
    since: Option<DateTime>,
    /// 开播时刻早于
    until: Option<DateTime>,
}

/// 出镜的虚拟主播。
#[derive(InputObject)]
pub struct LivePresenterInput {
    /// 对外的名称，与运营者 presenters 中的一致
    name: String,
    /// 管理或者使用它的直播间运营者；不填即为报送的运营者
    responsible_operator: Option<PartyRef>,
}

/// 直播前的报送。
#[derive(InputObject)]
pub struct ReportLiveSessionInput {
    /// 平台；平台调用者不填即为自己
    platform: Option<ID>,
    /// 直播账号
    account: String,
    /// 报送的直播间运营者：账号的注册人或者实际运营人；不填即为注册人
    operator: Option<PartyRef>,
    /// 出镜的直播营销人员，须已登记
    streamers: Vec<PartyRef>,
    /// 开播时刻
    starts_at: DateTime,
    /// 出镜的虚拟主播
    #[graphql(default)]
    presenters: Vec<LivePresenterInput>,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 直播前的报送的应答。
#[derive(Clone, SimpleObject)]
pub struct LiveSessionPayload {
    /// 报送
    pub session: Option<LiveSession>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// Reading reports.
#[derive(Default)]
pub struct LiveSessionQuery;

#[Object]
impl LiveSessionQuery {
    /// 直播前的报送，限于可见范围，由新到旧。
    async fn live_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
        #[graphql(desc = "筛选条件")] filter: Option<LiveSessionFilter>,
    ) -> Result<LiveSessionConnection> {
        let app = app(ctx);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<LiveSessionId>(app, "liveSessions")
            .map_err(|e| told(ctx, e))?;
        let filter = filter.unwrap_or_default();
        let filter = Filter {
            platform: platform_of(filter.platform.as_ref()),
            account: filter.account,
            since: filter.since.map(|at| at.0),
            until: filter.until.map(|at| at.0),
        };
        let (rows, more) = reading::list(app, caller(ctx), &filter, (slice.after, slice.rows))
            .await
            .map_err(|e| told(ctx, e))?;
        let total_count = if ctx.look_ahead().field("totalCount").exists() {
            let count = reading::count(app, caller(ctx), &filter)
                .await
                .map_err(|e| told(ctx, e))?;
            count.and_then(|count| i32::try_from(count).ok())
        } else {
            None
        };
        let mut edges = Vec::with_capacity(rows.len());
        for session in rows {
            let cursor = seal(app, "liveSessions", &session.row.id).map_err(|e| told(ctx, e))?;
            edges.push(LiveSessionEdge {
                node: LiveSession::of(session),
                cursor,
            });
        }
        Ok(LiveSessionConnection {
            page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
            edges,
            total_count,
        })
    }
}

/// Reporting before a livestream.
#[derive(Default)]
pub struct LiveSessionMutation;

#[Object]
impl LiveSessionMutation {
    /// 直播前的报送（第 117 号令第二十八条第二款）：直播间运营者每次直播前将核验无误的直播营销人员身份信息报送平台，由平台录入。
    async fn report_live_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪个账号、谁出镜、何时开播")] input: ReportLiveSessionInput,
    ) -> Result<LiveSessionPayload> {
        let presenter = |one: LivePresenterInput| PresenterNamed {
            name: one.name,
            operator: one.responsible_operator.map(Into::into),
        };
        let platform: Option<PlatformId> = platform_of(input.platform.as_ref());
        let command = ReportLiveSession {
            platform,
            account: input.account,
            operator: input.operator.map(Into::into),
            streamers: input.streamers.into_iter().map(Into::into).collect(),
            starts_at: input.starts_at.0,
            presenters: input.presenters.into_iter().map(presenter).collect(),
            idempotency_key: input.idempotency_key,
        };
        let reported = session::report(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        let session = match reported.session {
            Some(id) if loaders::may_read(ctx) => find(ctx, id).await?,
            _ => None,
        };
        Ok(LiveSessionPayload {
            session,
            problems: telling(ctx).all(&reported.findings, &[]),
        })
    }
}

/// One report in sight.
async fn find(ctx: &Context<'_>, id: LiveSessionId) -> Result<Option<LiveSession>> {
    let found = reading::find(app(ctx), caller(ctx), id)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(found.map(LiveSession::of))
}
