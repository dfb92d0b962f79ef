//! 批量筛查 in words: a file whose rows are looked up in the blacklist, how far it is, and what came of it.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entity::id::{FileId, ScreeningId};
use entity::screening::Model;

use super::document::StoredFile;
use super::enums::ScreeningState;
use super::page::{Asked, PageInfo, info, seal};
use super::problem::Problem;
use super::scalars::{Cursor, DateTime};
use super::{app, caller, id, loaders, telling, told};
use crate::registry::id_page::IdPage;
use crate::registry::screening::{self, Done, ScreenFile};

/// 批量筛查：文件各行逐一查询黑名单，结果附在各行之后；只有提出者可见。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Screening {
    /// 编号
    pub id: ID,
    /// 状态
    pub state: ScreeningState,
    /// 上传的文件名
    pub file_name: String,
    /// 进度，0 至 1
    pub progress: f64,
    /// 表头以下的行数；读取之前为 0
    pub rows: i32,
    /// 已查询的行数，等于以下四项之和
    pub rows_done: i32,
    /// 在黑名单中的行数
    pub listed: i32,
    /// 须核对的行数
    pub candidates: i32,
    /// 不在黑名单中的行数
    pub clear: i32,
    /// 条件无效的行数，包括空行
    pub not_valid: i32,
    /// 提出的时刻
    pub created_at: DateTime,
    #[graphql(skip)]
    row: Model,
}

impl Screening {
    fn of(row: Model) -> Self {
        Self {
            id: ID(row.id.to_string()),
            state: row.state.into(),
            file_name: row.file_name.clone(),
            progress: screening::progress(&row),
            rows: row.rows,
            rows_done: row.rows_done,
            listed: row.listed,
            candidates: row.candidates,
            clear: row.clear,
            not_valid: row.not_valid,
            created_at: DateTime(row.created_at),
            row,
        }
    }
}

#[ComplexObject]
impl Screening {
    /// 结果：与上传的文件格式相同，后面增加查询结论等列；未完成的为空
    pub async fn result_file(&self, ctx: &Context<'_>) -> Result<Option<StoredFile>> {
        let ids: Vec<FileId> = self.row.result_file.into_iter().collect();
        let files = loaders::listing::named_files(ctx, &ids).await?;
        Ok(files.into_iter().next().map(StoredFile::of))
    }

    /// 不能筛查的原因
    pub async fn problems(&self, ctx: &Context<'_>) -> Vec<Problem> {
        let problem = screening::problem(&self.row);
        telling(ctx).all(problem.as_slice(), &[])
    }
}

/// 批量筛查及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct ScreeningEdge {
    /// 批量筛查
    pub node: Screening,
    /// 游标
    pub cursor: Cursor,
}

/// 批量筛查的列表。
#[derive(Clone, Debug, SimpleObject)]
pub struct ScreeningConnection {
    /// 各次筛查，按提出先后
    pub edges: Vec<ScreeningEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
}

/// 批量筛查一个文件。
#[derive(InputObject)]
pub struct ScreenFileInput {
    /// 上传的文件：.xlsx、.csv，至多 10 万行
    file: ID,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 取消批量筛查。
#[derive(InputObject)]
pub struct CancelScreeningInput {
    /// 批量筛查
    screening: ID,
}

/// 批量筛查的应答。
#[derive(Clone, Debug, SimpleObject)]
pub struct ScreeningPayload {
    /// 批量筛查
    pub screening: Option<Screening>,
    /// 问题
    pub problems: Vec<Problem>,
}

impl ScreeningPayload {
    async fn of(ctx: &Context<'_>, done: Done) -> Result<Self> {
        let screening = match done.screening {
            Some(id) => find(ctx, &ID(id.to_string())).await?,
            None => None,
        };
        Ok(Self {
            screening,
            problems: telling(ctx).all(&done.findings, &[]),
        })
    }
}

/// A screening of the caller's own.
pub(super) async fn find(ctx: &Context<'_>, given: &ID) -> Result<Option<Screening>> {
    let Some(wanted) = id::<ScreeningId>(given) else {
        return Ok(None);
    };
    let row = screening::find(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(row.map(Screening::of))
}

/// Reading screenings.
#[derive(Default)]
pub struct ScreeningQuery;

#[Object]
impl ScreeningQuery {
    /// 查一次批量筛查；不存在，或者由他人提出时为空。
    async fn screening(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "编号")] id: ID,
    ) -> Result<Option<Screening>> {
        find(ctx, &id).await
    }

    /// 调用者提出的批量筛查，按提出先后。
    async fn screenings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
    ) -> Result<ScreeningConnection> {
        const LIST: &str = "screenings";
        let app = app(ctx);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<ScreeningId>(app, LIST)
            .map_err(|e| told(ctx, e))?;
        let page = IdPage {
            after: slice.after,
            before: slice.before,
            backward: slice.backward,
            limit: slice.rows,
        };
        let found = screening::page(app, caller(ctx), page)
            .await
            .map_err(|e| told(ctx, e))?;
        let mut edges = Vec::with_capacity(found.rows.len());
        for row in found.rows {
            let cursor = seal(app, LIST, &row.id).map_err(|e| told(ctx, e))?;
            let node = Screening::of(row);
            edges.push(ScreeningEdge { node, cursor });
        }
        Ok(ScreeningConnection {
            page_info: info(&slice, found.more, edges.iter().map(|edge| &edge.cursor)),
            edges,
        })
    }
}

/// Asking for screenings.
#[derive(Default)]
pub struct ScreeningMutation;

#[Object]
impl ScreeningMutation {
    /// 批量筛查：先 POST /files 上传，再提出；完成后在 resultFile 下载附有结论的文件。
    async fn screen_file(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪个文件")] input: ScreenFileInput,
    ) -> Result<ScreeningPayload> {
        let command = ScreenFile {
            file: id(&input.file),
            idempotency_key: input.idempotency_key,
        };
        let done = screening::begin(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        ScreeningPayload::of(ctx, done).await
    }

    /// 不再需要的筛查：停止查询，已查询的部分不产生结果。
    async fn cancel_screening(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一次筛查")] input: CancelScreeningInput,
    ) -> Result<ScreeningPayload> {
        let done = screening::cancel(app(ctx), caller(ctx), id(&input.screening))
            .await
            .map_err(|e| told(ctx, e))?;
        ScreeningPayload::of(ctx, done).await
    }
}
