//! 导入 in words: a file on its way, what was found in it, and the deeds that begin and stop a first load.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entity::id::{ImportId, PlatformId};
use entity::import_job::Model;

use super::document::StoredFile;
use super::enums::{ImportKind, ImportState, RecordSource, RowOutcome, SubjectKind};
use super::import_row::{ImportColumn, ImportFact, ImportRow, ImportRowConnection, ImportRowEdge};
use super::page::{Asked, PageInfo, info, seal};
use super::problem::Problem;
use super::scalars::Cursor;
use super::{app, caller, id, telling, told};
use crate::registry::import::{self, Begin, Verdict};
use crate::registry::survey;

/// 一次导入；rowsRead 等于 accepted、rejected 与 skipped 之和。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct ImportJob {
    /// 编号
    pub id: ID,
    /// 状态
    pub state: ImportState,
    /// 文件的内容
    pub kind: Option<ImportKind>,
    /// 文件名
    pub file_name: String,
    /// 所写登记的来源
    pub source: RecordSource,
    /// 进度，0 至 1，按字节计
    pub progress: f64,
    /// 已读行数，含空行，不含只有说明文字的工作表
    pub rows_read: i32,
    /// 已采用的行数
    pub accepted: i32,
    /// 未通过的行数
    pub rejected: i32,
    /// 未采用的行数：空行、合计、重复的表头、示例等不是数据的行，或者早于已存信息
    pub skipped: i32,
    /// 新建的登记数
    pub created: i32,
    /// 更新的登记数
    pub updated: i32,
    /// 无变化的登记数
    pub unchanged: i32,
    /// 撤销时撤回的登记、黑名单记录数
    pub undone: i32,
    /// 撤销时保留的登记、黑名单记录数：写入之后又有变化，或者已有其他记录以它为依据
    pub kept: i32,
    #[graphql(skip)]
    row: Model,
}

impl ImportJob {
    /// The view of an import.
    fn of(row: Model) -> Self {
        Self {
            id: ID(row.id.to_string()),
            state: row.state.into(),
            kind: row.kind.map(Into::into),
            file_name: row.file_name.clone(),
            source: row.source.into(),
            progress: import::progress(&row),
            rows_read: small(row.rows_read),
            accepted: small(row.accepted),
            rejected: small(row.rejected),
            skipped: small(row.skipped),
            created: small(row.created),
            updated: small(row.updated),
            unchanged: small(row.unchanged),
            undone: row.undone,
            kept: row.kept,
            row,
        }
    }
}

pub(super) fn small(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[ComplexObject]
impl ImportJob {
    /// 各列；逐行的文件没有列
    pub fn columns(&self, ctx: &Context<'_>) -> Result<Vec<ImportColumn>> {
        let layout = survey::reading::layout(app(ctx), &self.row).map_err(|e| told(ctx, e))?;
        Ok(layout.columns.iter().map(ImportColumn::of).collect())
    }

    /// 文件表头以上、表格以下所写的，如填报单位、填报日期
    pub fn facts(&self, ctx: &Context<'_>) -> Result<Vec<ImportFact>> {
        let layout = survey::reading::layout(app(ctx), &self.row).map_err(|e| told(ctx, e))?;
        Ok(layout.facts.iter().map(ImportFact::of).collect())
    }

    /// 各行；逐行的文件只列出有问题（含警告、提示）的行
    pub async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
        #[graphql(desc = "只要这种处理结果的")] outcome: Option<RowOutcome>,
    ) -> Result<ImportRowConnection> {
        let app = app(ctx);
        let list = format!("importRows:{}", self.row.id);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked.slice::<i64>(app, &list).map_err(|e| told(ctx, e))?;
        let page = (slice.after.unwrap_or(0), slice.rows);
        let outcome = outcome.map(Into::into);
        let (rows, more) = ImportRow::page(ctx, &self.row, outcome, page)
            .await
            .map_err(|e| told(ctx, e))?;
        let mut edges = Vec::with_capacity(rows.len());
        for (place, node) in rows {
            let cursor = seal(app, &list, &place).map_err(|e| told(ctx, e))?;
            edges.push(ImportRowEdge { node, cursor });
        }
        Ok(ImportRowConnection {
            page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
            edges,
            total_count: None,
        })
    }

    /// 摸底表：逐行标明结果的工作簿，核对、写入之后各生成一次；逐行的文件：问题文件（NDJSON），每行 line、externalId、outcome、problems，导入完成且有问题时才有
    pub async fn problems_file(&self, ctx: &Context<'_>) -> Result<Option<StoredFile>> {
        let Some(file) = self.row.problems_file else {
            return Ok(None);
        };
        let file = import::file(app(ctx), file)
            .await
            .map_err(|e| told(ctx, e))?;
        Ok(file.map(StoredFile::of))
    }

    /// 前 100 个问题；path 以行号开头，摸底表的以工作表、单元格开头
    pub async fn problems(&self, ctx: &Context<'_>) -> Result<Vec<Problem>> {
        let findings = if self.row.kind == Some(entity::kind::ImportKind::Registrations) {
            import::first_problems(app(ctx), self.row.id).await
        } else {
            survey::reading::first_problems(app(ctx), &self.row).await
        };
        let findings = findings.map_err(|e| told(ctx, e))?;
        Ok(telling(ctx).all(&findings, &[]))
    }
}

/// 导入及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportJobEdge {
    /// 导入
    pub node: ImportJob,
    /// 游标
    pub cursor: Cursor,
}

/// 导入列表。
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportJobConnection {
    /// 各次导入，由新到旧
    pub edges: Vec<ImportJobEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数，仅在查询时计数
    pub total_count: Option<i32>,
}

/// 平台首次登记：以文件代替逐批提交。
#[derive(InputObject)]
pub struct ImportRegistrationsInput {
    /// 已上传的文件（NDJSON）：每行一个登记输入，字段与 registerOperators 等的 items 相同
    file: ID,
    /// 平台；平台调用者不填即为自己
    platform: Option<ID>,
    /// 各行是哪一类主体
    kind: SubjectKind,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 对一次导入的操作。
#[derive(InputObject)]
pub struct ImportJobInput {
    /// 导入编号
    pub(super) job: ID,
}

/// 导入应答。
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportPayload {
    /// 导入
    pub job: Option<ImportJob>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// One of the caller's imports.
pub(super) async fn find(ctx: &Context<'_>, given: &ID) -> Result<Option<ImportJob>> {
    let Some(wanted) = id(given) else {
        return Ok(None);
    };
    let row = import::find(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(row.map(ImportJob::of))
}

/// Reading imports.
#[derive(Default)]
pub struct ImportQuery;

#[Object]
impl ImportQuery {
    /// 按编号查导入；不存在或者不是自己的时为空。
    async fn import_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "导入编号")] id: ID,
    ) -> Result<Option<ImportJob>> {
        find(ctx, &id).await
    }

    /// 自己的导入，由新到旧。
    async fn import_jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
    ) -> Result<ImportJobConnection> {
        let app = app(ctx);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<ImportId>(app, "importJobs")
            .map_err(|e| told(ctx, e))?;
        let (rows, more) = import::list(app, caller(ctx), (slice.after, slice.rows))
            .await
            .map_err(|e| told(ctx, e))?;
        let total_count = if ctx.look_ahead().field("totalCount").exists() {
            let count = import::count(app, caller(ctx))
                .await
                .map_err(|e| told(ctx, e))?;
            count.and_then(|count| i32::try_from(count).ok())
        } else {
            None
        };
        let mut edges = Vec::with_capacity(rows.len());
        for row in rows {
            let cursor = seal(app, "importJobs", &row.id).map_err(|e| told(ctx, e))?;
            edges.push(ImportJobEdge {
                node: ImportJob::of(row),
                cursor,
            });
        }
        Ok(ImportJobConnection {
            page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
            edges,
            total_count,
        })
    }
}

/// Writing imports.
#[derive(Default)]
pub struct ImportMutation;

#[Object]
impl ImportMutation {
    /// 平台首次登记：逐行读取自己上传的文件，与逐批登记作同样的判断，后台写入，中断后从断处继续。
    async fn import_registrations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "文件与主体类型")] input: ImportRegistrationsInput,
    ) -> Result<ImportPayload> {
        let command = Begin {
            file: id(&input.file),
            platform: input
                .platform
                .as_ref()
                .map(|given| id(given).unwrap_or(PlatformId::OWN_SITE)),
            kind: input.kind.into(),
            idempotency_key: input.idempotency_key,
        };
        let verdict = import::begin(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        payload(ctx, verdict).await
    }

    /// 取消导入：不再读取、写入后面的行；已经写入的保留，job 说明到了哪里。
    async fn cancel_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一次导入")] input: ImportJobInput,
    ) -> Result<ImportPayload> {
        let verdict = import::cancel(app(ctx), caller(ctx), id(&input.job))
            .await
            .map_err(|e| told(ctx, e))?;
        payload(ctx, verdict).await
    }
}

pub(super) async fn payload(ctx: &Context<'_>, verdict: Verdict) -> Result<ImportPayload> {
    let job = match verdict.job {
        Some(id) => find(ctx, &ID(id.to_string())).await?,
        None => None,
    };
    Ok(ImportPayload {
        job,
        problems: telling(ctx).all(&verdict.findings, &[]),
    })
}
