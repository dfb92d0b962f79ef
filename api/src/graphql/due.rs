//! What is due in words: what each platform owes in a window and how far it is, and which verifications wait.

use async_graphql::{ComplexObject, Context, Object, Result, SimpleObject};
use entity::id::{PlatformId, SubmissionId};
use entity::value::window::SubmissionWindow as Window;
use rules::calendar::Deadline;

use super::enums::{DueState, ReportKind, SubjectKind};
use super::page::{Asked, PageInfo, info, seal};
use super::platform::Platform;
use super::problem::Article;
use super::scalars::{Cursor, Date, SubmissionWindow};
use super::submission::Submission;
use super::{app, caller, loaders, told};
use crate::registry::due;

/// 按工作日历得出的日子（国务院办公厅每年的节假日安排）。
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct WorkingDay {
    /// 日期
    pub on: Date,
    /// 该年的节假日安排尚未载入，日期仍可能变动
    pub provisional: bool,
}

impl From<Deadline> for WorkingDay {
    fn from(deadline: Deadline) -> Self {
        Self {
            on: Date(deadline.on),
            provisional: deadline.provisional,
        }
    }
}

/// 一个平台在一个报送期内应办的事项：各种报送办理到哪一步，哪些登记信息待核验（第 117 号令第八条、第九条）。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Due {
    /// 平台
    pub platform: Platform,
    /// 报送期
    pub window: SubmissionWindow,
    /// 报送期第一日，自此可以报送
    pub opens_on: Date,
    /// 截止日：一月三十一日或者七月三十一日；遇休息日是否顺延，法规未规定，不顺延
    pub due_on: Date,
    /// 报送期的最后一个工作日，届时仍未报送的给予提醒
    pub remind_on: WorkingDay,
    /// 各种报送，适用的法规版本有几种报送就有几条
    pub filings: Vec<DueFiling>,
    #[graphql(skip)]
    id: PlatformId,
}

/// 一个平台的一种报送办理到哪一步（第 117 号令第九条）。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct DueFiling {
    /// 报送种类
    pub report: ReportKind,
    /// 办理到哪一步
    pub state: DueState,
    /// 逾期：报送于截止日之后，或者截止日已过仍未报送；逾期只作标记，不影响报送
    pub late: bool,
    /// 提醒：今日之后报送期内再无工作日，而仍未报送
    pub remind: bool,
    /// 要求报送的条款
    pub article: Article,
    /// 不报送的罚则
    pub penalty: Article,
    #[graphql(skip)]
    filing: Option<SubmissionId>,
}

/// 一类主体待核验的登记数（第 117 号令第八条第一款）：只计未注销的登记；超过 10000 时为空。
#[derive(Clone, Debug, SimpleObject)]
pub struct DueVerification {
    /// 主体类型；适用的法规版本不要求定期核验的类型不列出
    pub kind: SubjectKind,
    /// 从未核验
    pub never: Option<i32>,
    /// 即将到期
    pub due: Option<i32>,
    /// 已逾期
    pub overdue: Option<i32>,
    /// 要求定期核验的条款
    pub article: Article,
}

impl Due {
    fn of(due: due::Due, window: Window) -> Self {
        let id = due.platform.id;
        Self {
            platform: Platform::of(due.platform),
            window: SubmissionWindow(window.to_string()),
            opens_on: Date(window.first_day()),
            due_on: Date(rules::submission::due_on(window.first_day())),
            remind_on: rules::due::remind_on(window.first_day()).into(),
            filings: due.filings.into_iter().map(DueFiling::of).collect(),
            id,
        }
    }
}

impl DueFiling {
    fn of(filing: due::DueFiling) -> Self {
        Self {
            report: filing.report.kind.into(),
            state: filing.state.into(),
            late: filing.late,
            remind: filing.remind,
            article: Article::from(&filing.report.basis),
            penalty: Article::from(&filing.report.penalty),
            filing: filing.submission,
        }
    }
}

impl DueVerification {
    fn of(counted: &due::DueVerification) -> Self {
        let small = |count: Option<u64>| count.and_then(|count| i32::try_from(count).ok());
        Self {
            kind: counted.kind.into(),
            never: small(counted.never),
            due: small(counted.due),
            overdue: small(counted.overdue),
            article: Article::from(&counted.interval.article),
        }
    }
}

#[ComplexObject]
impl Due {
    /// 待核验的登记，按主体类型；没有 registry:read 权限或者不能看到该平台全部登记的，为空
    pub async fn verification(&self, ctx: &Context<'_>) -> Result<Option<Vec<DueVerification>>> {
        if !loaders::may_read(ctx) {
            return Ok(None);
        }
        let counted = loaders::due_verification(ctx, self.id).await?;
        Ok(counted.map(|counts| counts.iter().map(DueVerification::of).collect()))
    }

    /// 尚未报出的处置报告份数（第 117 号令第十二条）；机关看不到未报出的，为 0
    pub async fn unsent_reports(&self, ctx: &Context<'_>) -> Result<i32> {
        let owed = loaders::owed_on_measures(ctx, self.id).await?;
        Ok(i32::try_from(owed.reports).unwrap_or(i32::MAX))
    }

    /// 尚未答复的处置要求项数（第 117 号令第五十条）；机关只计本机关提出的
    pub async fn unanswered_demands(&self, ctx: &Context<'_>) -> Result<i32> {
        let owed = loaders::owed_on_measures(ctx, self.id).await?;
        Ok(i32::try_from(owed.demands).unwrap_or(i32::MAX))
    }
}

#[ComplexObject]
impl DueFiling {
    /// 据以判断的那一次报送；没有或者不可见（接收部门看不到未报送的）时为空
    pub async fn submission(&self, ctx: &Context<'_>) -> Result<Option<Submission>> {
        match self.filing {
            Some(id) => Ok(loaders::submission(ctx, id).await?.map(Submission::of)),
            None => Ok(None),
        }
    }
}

/// 应办事项及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct DueEdge {
    /// 应办事项
    pub node: Due,
    /// 游标
    pub cursor: Cursor,
}

/// 应办事项列表，每个平台一条。
#[derive(Clone, Debug, SimpleObject)]
pub struct DueConnection {
    /// 各条
    pub edges: Vec<DueEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数，仅在查询时计数
    pub total_count: Option<i32>,
}

/// Reading what is due.
#[derive(Default)]
pub struct DueQuery;

#[Object]
impl DueQuery {
    /// 应办事项：报送期内各平台的各种报送是否生成、报送、接收，登记信息是否核验；平台看自己的，省级部门看向其报送的各平台，
    /// 按平台编号排列。报送期结束后才登记的平台，该期没有应办事项。
    async fn due(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报送期；不填为最近开始的一期")] window: Option<SubmissionWindow>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
    ) -> Result<DueConnection> {
        let app = app(ctx);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<PlatformId>(app, "due")
            .map_err(|e| told(ctx, e))?;
        let window = window.map(|window| window.0);
        let window = due::window(app, window.as_deref()).map_err(|e| told(ctx, e))?;
        let (rows, more) = due::page(app, caller(ctx), window, (slice.after, slice.rows))
            .await
            .map_err(|e| told(ctx, e))?;
        let total_count = if ctx.look_ahead().field("totalCount").exists() {
            let count = due::count(app, caller(ctx), window)
                .await
                .map_err(|e| told(ctx, e))?;
            count.and_then(|count| i32::try_from(count).ok())
        } else {
            None
        };
        let mut edges = Vec::with_capacity(rows.len());
        for row in rows {
            let cursor = seal(app, "due", &row.platform.id).map_err(|e| told(ctx, e))?;
            let node = Due::of(row, window);
            edges.push(DueEdge { node, cursor });
        }
        Ok(DueConnection {
            page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
            edges,
            total_count,
        })
    }
}
