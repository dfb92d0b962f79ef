//! 处置措施 in words: the measure with its reports, and the lists of both sides.

pub mod deeds;
pub mod demand;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use entity::disposition::{Filter, report};
use entity::id::{DispositionId, PlatformId, RegistrationId};
use rules::edition::{EditionId, edition};
use rules::label::Label as _;
use uuid::Uuid;

pub use deeds::{DispositionMutation, DispositionPayload};
pub(super) use demand::find as find_demand;
pub use demand::{DemandQuery, DispositionDemand};

use super::enums::{Authority, DispositionKind, DispositionState, OfficeLevel, SubjectKind};
use super::office::Division;
use super::page::{Asked, PageInfo, info, seal};
use super::party::Party;
use super::platform::Platform;
use super::problem::Article;
use super::registration::Registration;
use super::scalars::{Cursor, Date, DateTime};
use super::{app, caller, id, loaders, told};
use crate::clock::legal_day;
use crate::error::Error;
use crate::registry::disposition::reading::{self, Measure};

/// 平台对主体采取的处置措施（第 117 号令第十二条）。平台看自己的；市场监督管理、网信部门看住所地在其辖区的平台已向其报告的。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Disposition {
    /// 编号
    pub id: ID,
    /// 主体以何种身份被处置
    pub role: SubjectKind,
    /// 处置措施
    pub kind: DispositionKind,
    /// 适用的法规版本对该措施的称谓
    pub measure: String,
    /// 主体当时的名称（姓名），自然人脱敏
    pub name: String,
    /// 事实
    pub facts: String,
    /// 依据的规则
    pub rule: String,
    /// 处置种类和幅度的说明：为何与违法行为相当
    pub proportionality: Option<String>,
    /// 救济途径
    pub remedy: Option<String>,
    /// 未完成订单的处理（第 117 号令第二十三条）
    pub open_orders: Option<String>,
    /// 第一日
    pub valid_from: Date,
    /// 最后一日；没有期限的为空
    pub valid_until: Option<Date>,
    /// 采取的时刻
    pub imposed_at: DateTime,
    /// 状态
    pub state: DispositionState,
    /// 实际的最后一日，结束后才有
    pub ended_on: Option<Date>,
    /// 解除的时刻
    pub lifted_at: Option<DateTime>,
    /// 解除的理由
    pub lift_reason: Option<String>,
    /// 规定该措施的条款
    pub article: Option<Article>,
    #[graphql(skip)]
    row: entity::disposition::Model,
}

/// 就一项处置措施向一个机关的报告（第 117 号令第十二条）。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct DispositionReport {
    /// 编号，接收时填写
    pub id: ID,
    /// 接收机关的最低层级；COUNTY 即县级以上
    pub level: OfficeLevel,
    /// 接收机关的系统
    pub authority: Authority,
    /// 期限；法规只写“及时”的为空
    pub due_on: Option<Date>,
    /// 法规没有期限时，本单位按惯例掌握的日子
    pub practice_on: Option<Date>,
    /// 平台报告的时刻
    pub sent_at: Option<DateTime>,
    /// 机关接收的时刻
    pub received_at: Option<DateTime>,
    /// 逾期：超过法定期限报告，或者期限已过仍未报告；没有法定期限的为空
    pub late: Option<bool>,
    /// 要求报告的条款
    pub article: Article,
    #[graphql(skip)]
    row: report::Model,
}

impl Disposition {
    /// The view of a measure.
    pub(super) fn of(measure: Measure) -> Self {
        let Measure { row, said, lifting } = measure;
        let rung = row
            .edition
            .parse::<EditionId>()
            .ok()
            .and_then(|id| edition(id).ladder(row.role))
            .and_then(|ladder| ladder.rung(row.kind));
        let named = rung.map_or_else(|| row.kind.label_zh(), |rung| rung.name.as_str());
        Self {
            id: ID(row.id.to_string()),
            role: row.role.into(),
            kind: row.kind.into(),
            measure: named.to_owned(),
            name: said.name,
            facts: said.facts,
            rule: said.rule,
            proportionality: said.proportionality,
            remedy: said.remedy,
            open_orders: said.open_orders,
            valid_from: Date(row.valid_from),
            valid_until: row.valid_until.map(Date),
            imposed_at: DateTime(row.imposed_at),
            state: row.state.into(),
            ended_on: row.ended_on.map(Date),
            lifted_at: row.lifted_at.map(DateTime),
            lift_reason: lifting,
            article: rung.map(|rung| Article::from(&rung.article)),
            row,
        }
    }
}

#[ComplexObject]
impl Disposition {
    /// 采取措施的平台
    pub async fn platform(&self, ctx: &Context<'_>) -> Result<Platform> {
        platform(ctx, self.row.platform_id).await
    }

    /// 主体，身份号码脱敏
    pub async fn party(&self, ctx: &Context<'_>) -> Result<Party> {
        loaders::party(ctx, self.row.party_id).await
    }

    /// 被处置的登记；不可见（如网信部门）或者没有登记时为空
    pub async fn registration(&self, ctx: &Context<'_>) -> Result<Option<Registration>> {
        match self.row.registration_id {
            Some(id) => loaders::registration(ctx, id).await,
            None => Ok(None),
        }
    }

    /// 今日是否有效：未结束，且今日在起止日之间
    pub async fn in_force(&self, ctx: &Context<'_>) -> bool {
        self.row.binds_on(app(ctx).today())
    }

    /// 据以采取的处置要求
    pub async fn demand(&self, ctx: &Context<'_>) -> Result<Option<DispositionDemand>> {
        match self.row.demand_id {
            Some(id) => Ok(loaders::demand(ctx, id).await?.map(DispositionDemand::of)),
            None => Ok(None),
        }
    }

    /// 可见的报告：平台看全部，机关看已向其报告的
    pub async fn reports(&self, ctx: &Context<'_>) -> Result<Vec<DispositionReport>> {
        let rows = loaders::reports_of(ctx, self.row.id).await?;
        let today = app(ctx).today();
        let view = |row| DispositionReport::of(row, (&self.row.edition, today));
        Ok(rows.into_iter().map(view).collect())
    }
}

impl DispositionReport {
    fn of(row: report::Model, (edition, today): (&str, NaiveDate)) -> Self {
        let sent = row.sent_at.map_or(today, legal_day);
        Self {
            id: ID(row.id.to_string()),
            level: row.level.into(),
            authority: row.authority.into(),
            due_on: row.due_on.map(Date),
            practice_on: row.practice_on.map(Date),
            sent_at: row.sent_at.map(DateTime),
            received_at: row.received_at.map(DateTime),
            late: row.due_on.map(|due| sent > due),
            article: Article {
                instrument: row.instrument.clone(),
                number: row.article.clone(),
                edition: edition.to_owned(),
            },
            row,
        }
    }
}

#[ComplexObject]
impl DispositionReport {
    /// 接收机关所在的行政区划：平台住所地在该层级的区划；住所地未知的为空
    pub async fn division(&self, ctx: &Context<'_>) -> Result<Option<Division>> {
        match &self.row.division {
            Some(code) => loaders::division(ctx, code).await,
            None => Ok(None),
        }
    }
}

/// The platform that a record in sight names.
async fn platform(ctx: &Context<'_>, id: PlatformId) -> Result<Platform> {
    let gone = || Error::internal("a measure")("its platform is gone".into());
    let found = loaders::platform(ctx, id).await?;
    found.ok_or_else(|| told(ctx, gone()))
}

/// 处置措施及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct DispositionEdge {
    /// 处置措施
    pub node: Disposition,
    /// 游标
    pub cursor: Cursor,
}

/// 处置措施列表，按编号排列，即由旧到新。
#[derive(Clone, Debug, SimpleObject)]
pub struct DispositionConnection {
    /// 各条
    pub edges: Vec<DispositionEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数，仅在查询时计数，精确到 10000，超过为空
    pub total_count: Option<i32>,
}

/// 处置措施的筛选条件。
#[derive(Clone, Default, InputObject)]
pub struct DispositionFilter {
    /// 平台
    platform: Option<ID>,
    /// 登记
    registration: Option<ID>,
    /// 处置措施
    kind: Option<DispositionKind>,
    /// 状态
    state: Option<DispositionState>,
}

impl From<DispositionFilter> for Filter {
    fn from(asked: DispositionFilter) -> Self {
        // What cannot be an id is one that nobody has.
        let nobody = Uuid::nil();
        let platform = |given: &ID| id(given).unwrap_or(PlatformId(nobody));
        let registration = |given: &ID| id(given).unwrap_or(RegistrationId(nobody));
        Self {
            platform: asked.platform.as_ref().map(platform),
            registration: asked.registration.as_ref().map(registration),
            kind: asked.kind.map(Into::into),
            state: asked.state.map(Into::into),
        }
    }
}

/// A measure in sight.
pub(super) async fn find(ctx: &Context<'_>, given: &ID) -> Result<Option<Disposition>> {
    let Some(wanted) = id(given) else {
        return Ok(None);
    };
    let found = reading::find(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(found.map(Disposition::of))
}

/// Reading measures.
#[derive(Default)]
pub struct DispositionQuery;

#[Object]
impl DispositionQuery {
    /// 处置措施列表：平台看自己的；市场监督管理、网信部门看住所地在其辖区的平台已向其报告的。
    async fn dispositions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
        #[graphql(desc = "筛选条件")] filter: Option<DispositionFilter>,
    ) -> Result<DispositionConnection> {
        let app = app(ctx);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<DispositionId>(app, "dispositions")
            .map_err(|e| told(ctx, e))?;
        let filter = Filter::from(filter.unwrap_or_default());
        let (rows, more) = reading::page(app, caller(ctx), &filter, (slice.after, slice.rows))
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
        for row in rows {
            let cursor = seal(app, "dispositions", &row.row.id).map_err(|e| told(ctx, e))?;
            let node = Disposition::of(row);
            edges.push(DispositionEdge { node, cursor });
        }
        Ok(DispositionConnection {
            page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
            edges,
            total_count,
        })
    }
}
