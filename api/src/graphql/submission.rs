//! 报送 in words: the submission, its life, and the lists of both sides.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entity::document::Purpose;
use entity::id::SubmissionId;
use entity::submission::Model;

use super::document::StoredFile;
use super::enums::{FilingKind, ReportKind, SubmissionState};
use super::office::Division;
use super::page::{Asked, PageInfo, info, seal};
use super::platform::Platform;
use super::problem::Problem;
use super::scalars::{Cursor, Date, DateTime, SubmissionWindow};
use super::{app, caller, id, loaders, telling, told};
use crate::registry::submission::{self, Prepare, Return, Verdict, Wanted};

/// 退回理由。
#[derive(Clone, Debug, SimpleObject)]
pub struct ReturnReason {
    /// 工作表
    pub sheet: String,
    /// 序号
    pub row: Option<i32>,
    /// 列
    pub column: Option<String>,
    /// 说明
    pub message: String,
}

/// 退回理由。
#[derive(InputObject)]
pub struct ReturnReasonInput {
    /// 工作表名称
    sheet: String,
    /// 序号
    row: Option<i32>,
    /// 列名
    column: Option<String>,
    /// 说明
    message: String,
}

/// 工作表的行数。
#[derive(Clone, Debug, SimpleObject)]
pub struct SheetCount {
    /// 工作表
    pub sheet: String,
    /// 行数
    pub rows: i32,
}

/// 报送：某一时刻冻结的登记信息，及由其生成的工作簿（第 117 号令第九条：每年一月和七月）。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Submission {
    /// 编号
    pub id: ID,
    /// 报送种类
    pub report: ReportKind,
    /// 报送期
    pub window: SubmissionWindow,
    /// 报送类型
    pub kind: FilingKind,
    /// 同一平台、种类、报送期内从 1 起的版次
    pub version: i32,
    /// 状态
    pub state: SubmissionState,
    /// 依据的文本
    pub edition: String,
    /// 冻结时刻
    pub as_of: Option<DateTime>,
    /// 生成进度，0 至 1
    pub progress: f64,
    /// 截止日：一月三十一日或者七月三十一日
    pub due_on: Date,
    /// 是否逾期报送
    pub late: Option<bool>,
    /// 总行数
    pub row_count: i32,
    /// 报送时刻
    pub filed_at: Option<DateTime>,
    /// 内容不完整的行数
    pub problem_count: i32,
    #[graphql(skip)]
    row: Model,
}

impl Submission {
    /// The view of a submission.
    pub(super) fn of(row: Model) -> Self {
        let small = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            id: ID(row.id.to_string()),
            report: row.report.into(),
            window: SubmissionWindow(row.window.clone()),
            kind: row.kind.into(),
            version: row.version,
            state: row.state.into(),
            edition: row.edition.clone(),
            as_of: row.as_of.map(DateTime),
            progress: submission::progress(&row),
            due_on: Date(row.due_on),
            late: row.late,
            row_count: small(row.rows_total),
            filed_at: row.filed_at.map(DateTime),
            problem_count: small(row.problem_count),
            row,
        }
    }
}

#[expect(clippy::unused_async, reason = "resolvers are async")]
#[ComplexObject]
impl Submission {
    /// 平台
    pub async fn platform(&self, ctx: &Context<'_>) -> Result<Platform> {
        let found = loaders::platform(ctx, self.row.platform_id).await?;
        found.ok_or_else(|| {
            told(
                ctx,
                crate::error::Error::internal("a submission")("its platform is gone".into()),
            )
        })
    }

    /// 接收部门所在的省
    pub async fn recipient(&self, ctx: &Context<'_>) -> Result<Division> {
        let found = loaders::division(ctx, &self.row.recipient).await?;
        found.ok_or_else(|| {
            told(
                ctx,
                crate::error::Error::internal("a submission")("unknown recipient".into()),
            )
        })
    }

    /// 补充或者更正的是哪一次报送
    pub async fn base(&self, ctx: &Context<'_>) -> Result<Option<Submission>> {
        match self.row.base_id {
            Some(base) => find(ctx, &ID(base.to_string())).await,
            None => Ok(None),
        }
    }

    /// 各工作表的行数
    pub async fn sheets(&self, ctx: &Context<'_>) -> Result<Vec<SheetCount>> {
        let counts = submission::sheet_counts(&self.row).map_err(|e| told(ctx, e))?;
        let count = |(sheet, rows): (String, u64)| SheetCount {
            sheet,
            rows: i32::try_from(rows).unwrap_or(i32::MAX),
        };
        Ok(counts.into_iter().map(count).collect())
    }

    /// 工作簿及清单
    pub async fn files(&self, ctx: &Context<'_>) -> Result<Vec<StoredFile>> {
        let files = loaders::files(ctx, self.row.id).await?;
        Ok(files
            .into_iter()
            .filter(|file| file.purpose != Purpose::Problems)
            .map(StoredFile::of)
            .collect())
    }

    /// 退回理由
    pub async fn return_reasons(&self, ctx: &Context<'_>) -> Result<Vec<ReturnReason>> {
        let reasons = submission::return_reasons(app(ctx), &self.row).map_err(|e| told(ctx, e))?;
        let view = |reason: submission::Reason| ReturnReason {
            sheet: reason.sheet,
            row: reason.row.and_then(|row| i32::try_from(row).ok()),
            column: reason.column,
            message: reason.message,
        };
        Ok(reasons.into_iter().map(view).collect())
    }

    /// 前 100 个问题
    pub async fn problems(&self, ctx: &Context<'_>) -> Result<Vec<Problem>> {
        let findings = submission::first_problems(&self.row).map_err(|e| told(ctx, e))?;
        Ok(telling(ctx).all(&findings, &[]))
    }
}

/// 报送及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct SubmissionEdge {
    /// 报送
    pub node: Submission,
    /// 游标
    pub cursor: Cursor,
}

/// 报送列表。
#[derive(Clone, Debug, SimpleObject)]
pub struct SubmissionConnection {
    /// 各条
    pub edges: Vec<SubmissionEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数，仅在查询时计数
    pub total_count: Option<i32>,
}

/// 报送的筛选条件。
#[derive(Clone, Default, InputObject)]
pub struct SubmissionFilter {
    /// 报送期
    window: Option<SubmissionWindow>,
    /// 平台
    platform: Option<ID>,
    /// 报送种类
    report: Option<ReportKind>,
    /// 状态
    state: Option<SubmissionState>,
}

/// 生成报送文件。
#[derive(InputObject)]
pub struct PrepareSubmissionInput {
    /// 平台；平台调用者不填即为自己
    platform: Option<ID>,
    /// 报送种类
    #[graphql(default_with = "ReportKind::Livestream")]
    report: ReportKind,
    /// 报送期：本期、上一期或者下一期
    window: SubmissionWindow,
    /// 报送类型
    #[graphql(default_with = "FilingKind::Initial")]
    kind: FilingKind,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 对一次报送的操作。
#[derive(InputObject)]
pub struct SubmissionInput {
    /// 报送编号
    submission: ID,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 退回报送。
#[derive(InputObject)]
pub struct ReturnSubmissionInput {
    /// 报送编号
    submission: ID,
    /// 理由，至少一条
    reasons: Vec<ReturnReasonInput>,
}

/// 报送应答。
#[derive(Clone, Debug, SimpleObject)]
pub struct SubmissionPayload {
    /// 报送
    pub submission: Option<Submission>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// A submission in sight.
pub(super) async fn find(ctx: &Context<'_>, given: &ID) -> Result<Option<Submission>> {
    let Some(wanted) = id(given) else {
        return Ok(None);
    };
    let row = submission::find(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(row.map(Submission::of))
}

/// Reading submissions.
#[derive(Default)]
pub struct SubmissionQuery;

#[Object]
impl SubmissionQuery {
    /// 按编号查报送；不存在或者不可见时为空。
    async fn submission(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报送编号")] id: ID,
    ) -> Result<Option<Submission>> {
        find(ctx, &id).await
    }

    /// 报送列表：平台看自己的，接收部门看已报送的。
    async fn submissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
        #[graphql(desc = "筛选条件")] filter: Option<SubmissionFilter>,
    ) -> Result<SubmissionConnection> {
        let app = app(ctx);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<SubmissionId>(app, "submissions")
            .map_err(|e| told(ctx, e))?;
        let filter = filter.unwrap_or_default();
        let wanted = Wanted {
            window: filter.window.map(|window| window.0),
            platform: filter
                .platform
                .as_ref()
                .map(|given| id(given).unwrap_or(entity::id::PlatformId::OWN_SITE)),
            report: filter.report.map(Into::into),
            state: filter.state.map(Into::into),
        };
        let (rows, more) = submission::list(app, caller(ctx), &wanted, (slice.after, slice.rows))
            .await
            .map_err(|e| told(ctx, e))?;
        let total_count = if ctx.look_ahead().field("totalCount").exists() {
            let count = submission::count(app, caller(ctx), &wanted)
                .await
                .map_err(|e| told(ctx, e))?;
            count.and_then(|count| i32::try_from(count).ok())
        } else {
            None
        };
        let mut edges = Vec::with_capacity(rows.len());
        for row in rows {
            let cursor = seal(app, "submissions", &row.id).map_err(|e| told(ctx, e))?;
            edges.push(SubmissionEdge {
                node: Submission::of(row),
                cursor,
            });
        }
        Ok(SubmissionConnection {
            page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
            edges,
            total_count,
        })
    }
}

/// Writing submissions.
#[derive(Default)]
pub struct SubmissionMutation;

#[Object]
impl SubmissionMutation {
    /// 生成报送文件：冻结此刻的登记信息，后台写成工作簿，完成后为 READY。
    async fn prepare_submission(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一期、哪一种报送")] input: PrepareSubmissionInput,
    ) -> Result<SubmissionPayload> {
        let command = Prepare {
            platform: input
                .platform
                .as_ref()
                .map(|given| id(given).unwrap_or(entity::id::PlatformId::OWN_SITE)),
            report: input.report.into(),
            window: input.window.0,
            kind: input.kind.into(),
            idempotency_key: input.idempotency_key,
        };
        let verdict = submission::prepare(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        payload(ctx, verdict).await
    }

    /// 报送：READY 转为 FILED，送达住所地省级市场监督管理部门。
    async fn file_submission(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一次报送")] input: SubmissionInput,
    ) -> Result<SubmissionPayload> {
        let verdict = submission::file(app(ctx), caller(ctx), act(input))
            .await
            .map_err(|e| told(ctx, e))?;
        payload(ctx, verdict).await
    }

    /// 撤回已报送、尚未接收的报送。
    async fn withdraw_submission(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一次报送")] input: SubmissionInput,
    ) -> Result<SubmissionPayload> {
        let verdict = submission::withdraw(app(ctx), caller(ctx), act(input))
            .await
            .map_err(|e| told(ctx, e))?;
        payload(ctx, verdict).await
    }

    /// 接收报送（省级市场监督管理部门）。
    async fn accept_submission(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一次报送")] input: SubmissionInput,
    ) -> Result<SubmissionPayload> {
        let receiver = caller(ctx).receiver().map_err(|e| told(ctx, e))?;
        let verdict = submission::accept(app(ctx), receiver, act(input))
            .await
            .map_err(|e| told(ctx, e))?;
        payload(ctx, verdict).await
    }

    /// 退回报送并说明理由（省级市场监督管理部门）。
    async fn return_submission(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要退回的报送与理由")] input: ReturnSubmissionInput,
    ) -> Result<SubmissionPayload> {
        let receiver = caller(ctx).receiver().map_err(|e| told(ctx, e))?;
        let reason = |reason: ReturnReasonInput| submission::Reason {
            sheet: reason.sheet,
            row: reason.row.map(i64::from),
            column: reason.column,
            message: reason.message,
        };
        let command = Return {
            submission: id(&input.submission),
            reasons: input.reasons.into_iter().map(reason).collect(),
        };
        let verdict = submission::return_back(app(ctx), receiver, command)
            .await
            .map_err(|e| told(ctx, e))?;
        payload(ctx, verdict).await
    }
}

fn act(input: SubmissionInput) -> submission::Act {
    submission::Act {
        submission: id(&input.submission),
        idempotency_key: input.idempotency_key,
    }
}

async fn payload(ctx: &Context<'_>, verdict: Verdict) -> Result<SubmissionPayload> {
    let submission = match verdict.submission {
        Some(id) => find(ctx, &ID(id.to_string())).await?,
        None => None,
    };
    Ok(SubmissionPayload {
        submission,
        problems: telling(ctx).all(&verdict.findings, &[]),
    })
}
