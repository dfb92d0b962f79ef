//! 调查摸底 in words: the deeds that read a workbook, correct its columns, write it and take it back; and what surveys
//! contradict.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entity::id::{DifferenceId, PlatformId};

use super::enums::{ImportKind, ImportMode, SubjectKind};
use super::import::{ImportJobInput, ImportPayload, payload};
use super::page::{Asked, PageInfo, info, seal};
use super::party::Party;
use super::platform::Platform;
use super::problem::Problem;
use super::registration::Registration;
use super::scalars::{Cursor, DateTime};
use super::{app, caller, id, loaders, telling, told};
use crate::registry::survey::difference::{self, Difference};
use crate::registry::survey::join::{self, JoinPlatform};
use crate::registry::survey::{self, CommitImport, ImportSurvey, MapImport, Said, book};

/// 导入调查摸底表：.xlsx、.xls、.et、.ods、.xlsb、CSV。
#[derive(InputObject)]
pub struct ImportSurveyInput {
    /// 已上传的文件
    file: ID,
    /// 文件的内容；不填则自动识别
    kind: Option<ImportKind>,
    /// 没有写明平台的行所属的平台：报送平台，或者本机关摸底过的平台
    platform: Option<ID>,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 一列对应的字段。
#[derive(InputObject)]
pub struct ImportColumnInput {
    /// 工作表
    sheet: String,
    /// 列号，如 C
    column: String,
    /// 字段，如 operator.name；空为不导入，各字段见 docs/survey.md
    field: Option<String>,
}

/// 更正各列对应的字段；文件重新读取。
#[derive(InputObject)]
pub struct MapImportInput {
    /// 导入编号
    job: ID,
    /// 各列；没有列出的不变
    columns: Vec<ImportColumnInput>,
    /// 是否记住，用于下次同样表头的文件
    #[graphql(default = true)]
    remember: bool,
}

/// 写入一次导入。
#[derive(InputObject)]
pub struct CommitImportInput {
    /// 导入编号
    job: ID,
    /// 全部写入，或者只写入通过的行
    #[graphql(default_with = "ImportMode::GoodRows")]
    mode: ImportMode,
}

/// 将摸底中只知名称的平台对应到报送平台。
#[derive(InputObject)]
pub struct JoinPlatformInput {
    /// 摸底中的平台
    surveyed: ID,
    /// 报送平台
    tenant: ID,
    /// 只看结果，不写入
    #[graphql(default)]
    dry_run: bool,
}

/// 对应平台应答。
#[derive(Clone, Debug, SimpleObject)]
pub struct JoinPlatformPayload {
    /// 报送平台
    pub platform: Option<Platform>,
    /// 摸底的登记数
    pub registrations: i32,
    /// 其中平台也登记了的
    pub filed_too: i32,
    /// 其中与平台登记不一致的
    pub differences: i32,
    /// 问题
    pub problems: Vec<Problem>,
}

/// 摸底与平台登记的不一致：机关与平台都能看到有哪些字段，不含内容。
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct SurveyDifference {
    /// 编号
    pub id: ID,
    /// 角色
    pub kind: SubjectKind,
    /// 今日不一致的字段；空为已经一致
    pub fields: Vec<String>,
    /// 是否已经一致
    pub settled: bool,
    /// 首次发现的时刻
    pub found_at: DateTime,
    #[graphql(skip)]
    row: entity::survey_difference::Model,
}

impl SurveyDifference {
    fn of(found: Difference) -> Self {
        Self {
            id: ID(found.row.id.to_string()),
            kind: found.row.kind.into(),
            settled: found.fields.is_empty(),
            fields: found.fields,
            found_at: DateTime(found.row.found_at),
            row: found.row,
        }
    }
}

#[ComplexObject]
impl SurveyDifference {
    /// 平台
    pub async fn platform(&self, ctx: &Context<'_>) -> Result<Option<Platform>> {
        loaders::platform(ctx, self.row.platform_id).await
    }

    /// 主体，按调用者今日的可见范围
    pub async fn party(&self, ctx: &Context<'_>) -> Result<Option<Party>> {
        let own = self.registration(ctx).await?;
        let found = self.survey(ctx).await?;
        if own.is_none() && found.is_none() {
            return Ok(None);
        }
        loaders::party(ctx, self.row.party_id).await.map(Some)
    }

    /// 摸底的登记，按调用者今日的可见范围
    pub async fn survey(&self, ctx: &Context<'_>) -> Result<Option<Registration>> {
        loaders::registration(ctx, self.row.survey_id).await
    }

    /// 平台的登记，按调用者今日的可见范围
    pub async fn registration(&self, ctx: &Context<'_>) -> Result<Option<Registration>> {
        loaders::registration(ctx, self.row.registration_id).await
    }
}

/// 不一致及其游标。
#[derive(Clone, SimpleObject)]
pub struct SurveyDifferenceEdge {
    /// 不一致
    pub node: SurveyDifference,
    /// 游标
    pub cursor: Cursor,
}

/// 不一致的列表。
#[derive(Clone, SimpleObject)]
pub struct SurveyDifferenceConnection {
    /// 各项，由新到旧
    pub edges: Vec<SurveyDifferenceEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数，仅在查询时计数
    pub total_count: Option<i32>,
}

/// 平台及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct SurveyedPlatformEdge {
    /// 平台
    pub node: Platform,
    /// 游标
    pub cursor: Cursor,
}

/// 摸底中只知名称的平台的列表。
#[derive(Clone, Debug, SimpleObject)]
pub struct SurveyedPlatformConnection {
    /// 各平台
    pub edges: Vec<SurveyedPlatformEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
}

/// Reading what surveys found.
#[derive(Default)]
pub struct SurveyQuery;

#[Object]
impl SurveyQuery {
    /// 摸底与平台登记的不一致，由新到旧：机关看自己的摸底，平台看涉及自己登记的。
    async fn survey_differences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
    ) -> Result<SurveyDifferenceConnection> {
        let (app, list) = (app(ctx), "surveyDifferences");
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<DifferenceId>(app, list)
            .map_err(|e| told(ctx, e))?;
        let page = difference::page(app, caller(ctx), (slice.after, slice.rows));
        let (rows, more) = page.await.map_err(|e| told(ctx, e))?;
        let total_count = if ctx.look_ahead().field("totalCount").exists() {
            let count = difference::count(app, caller(ctx)).await;
            let count = count.map_err(|e| told(ctx, e))?;
            count.and_then(|count| i32::try_from(count).ok())
        } else {
            None
        };
        let mut edges = Vec::with_capacity(rows.len());
        for row in rows {
            let cursor = seal(app, list, &row.row.id).map_err(|e| told(ctx, e))?;
            edges.push(SurveyDifferenceEdge {
                node: SurveyDifference::of(row),
                cursor,
            });
        }
        Ok(SurveyDifferenceConnection {
            page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
            edges,
            total_count,
        })
    }

    /// 本机关摸底中只知名称、尚未对应到报送平台的平台。
    async fn surveyed_platforms(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
    ) -> Result<SurveyedPlatformConnection> {
        let (app, list) = (app(ctx), "surveyedPlatforms");
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<PlatformId>(app, list)
            .map_err(|e| told(ctx, e))?;
        let page = book::unjoined(app, caller(ctx), (slice.after, slice.rows));
        let (rows, more) = page.await.map_err(|e| told(ctx, e))?;
        let mut edges = Vec::with_capacity(rows.len());
        for row in rows {
            let cursor = seal(app, list, &row.id).map_err(|e| told(ctx, e))?;
            edges.push(SurveyedPlatformEdge {
                node: Platform::of(row),
                cursor,
            });
        }
        Ok(SurveyedPlatformConnection {
            page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
            edges,
        })
    }
}

/// Writing surveys.
#[derive(Default)]
pub struct SurveyMutation;

#[Object]
impl SurveyMutation {
    /// 导入调查摸底表：后台读取、逐行判断，到待确认（REVIEW）为止，不写入登记。
    async fn import_survey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "文件")] input: ImportSurveyInput,
    ) -> Result<ImportPayload> {
        let command = ImportSurvey {
            file: id(&input.file),
            kind: input.kind.map(Into::into),
            platform: input.platform.as_ref().map(id),
            idempotency_key: input.idempotency_key,
        };
        let verdict = survey::import(app(ctx), caller(ctx), command).await;
        payload(ctx, verdict.map_err(|e| told(ctx, e))?).await
    }

    /// 更正各列对应的字段，文件重新读取。
    async fn map_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "各列")] input: MapImportInput,
    ) -> Result<ImportPayload> {
        let columns = input.columns.into_iter().map(|column| Said {
            sheet: column.sheet,
            column: column.column,
            field: column.field,
        });
        let command = MapImport {
            job: id(&input.job),
            columns: columns.collect(),
            remember: input.remember,
        };
        let verdict = survey::map(app(ctx), caller(ctx), command).await;
        payload(ctx, verdict.map_err(|e| told(ctx, e))?).await
    }

    /// 写入：全部写入（一个事务），或者只写入通过的行（按批写入，中断后继续）。
    async fn commit_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一次导入，怎样写入")] input: CommitImportInput,
    ) -> Result<ImportPayload> {
        let command = CommitImport {
            job: id(&input.job),
            mode: input.mode.into(),
        };
        let verdict = survey::begin_commit(app(ctx), caller(ctx), command).await;
        payload(ctx, verdict.map_err(|e| told(ctx, e))?).await
    }

    /// 撤销：撤回本次导入写入的；写入之后又有变化的保留，并在该行说明。
    async fn undo_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一次导入")] input: ImportJobInput,
    ) -> Result<ImportPayload> {
        let verdict = survey::begin_undo(app(ctx), caller(ctx), id(&input.job)).await;
        payload(ctx, verdict.map_err(|e| told(ctx, e))?).await
    }

    /// 将摸底中只知名称的平台对应到报送平台：其登记从此显示为该平台的，并与平台登记比较。
    async fn join_platform(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "两个平台")] input: JoinPlatformInput,
    ) -> Result<JoinPlatformPayload> {
        let command = JoinPlatform {
            surveyed: id(&input.surveyed),
            tenant: id(&input.tenant),
            dry_run: input.dry_run,
        };
        let verdict = join::join(app(ctx), caller(ctx), command).await;
        let verdict = verdict.map_err(|e| told(ctx, e))?;
        let platform = match verdict.tenant {
            Some(id) => loaders::platform(ctx, id).await?,
            None => None,
        };
        let small = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        Ok(JoinPlatformPayload {
            platform,
            registrations: small(verdict.joined.registrations),
            filed_too: small(verdict.joined.filed_too),
            differences: small(verdict.joined.differences),
            problems: telling(ctx).all(&verdict.findings, &[]),
        })
    }
}
