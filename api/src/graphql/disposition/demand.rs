//! 处置要求 in words: what an office asks of a platform, the answer, and the lists of both sides.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entity::disposition::demand::{self, Filter};
use entity::id::{DemandId, FileId, PlatformId};
use entity::kind::DispositionKind as Kind;
use uuid::Uuid;

use super::Disposition;
use crate::error::Error;
use crate::graphql::document::StoredFile;
use crate::graphql::enums::{DispositionKind, SubjectKind};
use crate::graphql::office::Office;
use crate::graphql::page::{Asked, PageInfo, info, seal};
use crate::graphql::party::Party;
use crate::graphql::platform::Platform;
use crate::graphql::registration::Registration;
use crate::graphql::scalars::{Cursor, Date, DateTime};
use crate::graphql::{app, caller, id, loaders, told};
use crate::registry::disposition::reading::{self, Demand};

/// 机关要求平台对主体采取必要处置措施（第 117 号令第五十条）。平台看对其提出的，机关看本机关提出的。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct DispositionDemand {
    /// 编号
    pub id: ID,
    /// 主体的身份
    pub role: SubjectKind,
    /// 要求采取的处置措施
    pub kinds: Vec<DispositionKind>,
    /// 主体当时的名称（姓名），自然人脱敏
    pub name: String,
    /// 事实
    pub facts: String,
    /// 答复期限
    pub due_on: Date,
    /// 提出的时刻
    pub demanded_at: DateTime,
    /// 答复的时刻
    pub answered_at: Option<DateTime>,
    /// 平台的答复
    pub answer: Option<String>,
    #[graphql(skip)]
    row: demand::Model,
    #[graphql(skip)]
    files: (Vec<FileId>, Vec<FileId>),
}

impl DispositionDemand {
    /// The view of a demand.
    pub(super) fn of(demand: Demand) -> Self {
        let Demand { row, asked, answer } = demand;
        let kinds = row.kinds.split(' ');
        let kinds = kinds.filter_map(|name| name.parse::<Kind>().ok());
        let (answer, answered_with) = answer.map_or((None, Vec::new()), |answer| {
            (Some(answer.text), answer.evidence)
        });
        Self {
            id: ID(row.id.to_string()),
            role: row.role.into(),
            kinds: kinds.map(Into::into).collect(),
            name: asked.name,
            facts: asked.facts,
            due_on: Date(row.due_on),
            demanded_at: DateTime(row.demanded_at),
            answered_at: row.answered_at.map(DateTime),
            answer,
            files: (asked.evidence, answered_with),
            row,
        }
    }
}

#[ComplexObject]
impl DispositionDemand {
    /// 提出要求的机关
    pub async fn office(&self, ctx: &Context<'_>) -> Result<Office> {
        let gone = || Error::internal("a demand")("its office is gone".into());
        let found = loaders::office(ctx, self.row.office_id).await?;
        found.map(Office::of).ok_or_else(|| told(ctx, gone()))
    }

    /// 被要求的平台
    pub async fn platform(&self, ctx: &Context<'_>) -> Result<Platform> {
        super::platform(ctx, self.row.platform_id).await
    }

    /// 主体，身份号码脱敏
    pub async fn party(&self, ctx: &Context<'_>) -> Result<Party> {
        loaders::party(ctx, self.row.party_id).await
    }

    /// 主体的登记；不可见（如网信部门）时为空
    pub async fn registration(&self, ctx: &Context<'_>) -> Result<Option<Registration>> {
        loaders::registration(ctx, self.row.registration_id).await
    }

    /// 机关提供的证据
    pub async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<StoredFile>> {
        let files = loaders::evidence(ctx, &self.files.0).await?;
        Ok(files.into_iter().map(StoredFile::of).collect())
    }

    /// 平台答复时提供的证据
    pub async fn answer_evidence(&self, ctx: &Context<'_>) -> Result<Vec<StoredFile>> {
        let files = loaders::evidence(ctx, &self.files.1).await?;
        Ok(files.into_iter().map(StoredFile::of).collect())
    }

    /// 平台据此采取的处置措施，以可见的为限
    pub async fn dispositions(&self, ctx: &Context<'_>) -> Result<Vec<Disposition>> {
        let found = loaders::answering(ctx, self.row.id).await?;
        Ok(found.into_iter().map(Disposition::of).collect())
    }
}

/// 处置要求及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct DispositionDemandEdge {
    /// 处置要求
    pub node: DispositionDemand,
    /// 游标
    pub cursor: Cursor,
}

/// 处置要求列表，按编号排列，即由旧到新。
#[derive(Clone, Debug, SimpleObject)]
pub struct DispositionDemandConnection {
    /// 各条
    pub edges: Vec<DispositionDemandEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数，仅在查询时计数，精确到 10000，超过为空
    pub total_count: Option<i32>,
}

/// 处置要求的筛选条件。
#[derive(Clone, Default, InputObject)]
pub struct DispositionDemandFilter {
    /// 平台
    platform: Option<ID>,
    /// 是否已答复
    answered: Option<bool>,
}

/// A demand in sight.
pub(in crate::graphql) async fn find(
    ctx: &Context<'_>,
    given: &ID,
) -> Result<Option<DispositionDemand>> {
    let Some(wanted) = id(given) else {
        return Ok(None);
    };
    let found = reading::find_demand(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(found.map(DispositionDemand::of))
}

/// Reading demands.
#[derive(Default)]
pub struct DemandQuery;

#[Object]
impl DemandQuery {
    /// 处置要求列表：平台看对其提出的，机关看本机关提出的。
    async fn disposition_demands(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
        #[graphql(desc = "筛选条件")] filter: Option<DispositionDemandFilter>,
    ) -> Result<DispositionDemandConnection> {
        let app = app(ctx);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<DemandId>(app, "dispositionDemands")
            .map_err(|e| told(ctx, e))?;
        let filter = filter.unwrap_or_default();
        let platform = |given: &ID| id(given).unwrap_or(PlatformId(Uuid::nil()));
        let filter = Filter {
            platform: filter.platform.as_ref().map(platform),
            answered: filter.answered,
        };
        let place = (slice.after, slice.rows);
        let (rows, more) = reading::demand_page(app, caller(ctx), &filter, place)
            .await
            .map_err(|e| told(ctx, e))?;
        let total_count = if ctx.look_ahead().field("totalCount").exists() {
            let count = reading::count_demands(app, caller(ctx), &filter)
                .await
                .map_err(|e| told(ctx, e))?;
            count.and_then(|count| i32::try_from(count).ok())
        } else {
            None
        };
        let mut edges = Vec::with_capacity(rows.len());
        for row in rows {
            let cursor = seal(app, "dispositionDemands", &row.row.id).map_err(|e| told(ctx, e))?;
            let node = DispositionDemand::of(row);
            edges.push(DispositionDemandEdge { node, cursor });
        }
        Ok(DispositionDemandConnection {
            page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
            edges,
            total_count,
        })
    }
}
