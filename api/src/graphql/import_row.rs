//! A row of an imported file in words, and what was recognised of a survey's columns and head.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use entity::import_job::Model;
use entity::kind;
use rules::survey::letters_of;

use super::blacklist::BlacklistEntry;
use super::enums::{RowOutcome, SubjectKind};
use super::import::small;
use super::page::PageInfo;
use super::problem::Problem;
use super::registration::{Registration, RegistrationOutcome};
use super::scalars::Cursor;
use super::{app, caller, loaders, telling, told};
use crate::error::Error;
use crate::registry::batch::Outcome;
use crate::registry::import::{self, LineVerdict};
use crate::registry::survey::layout::{Column, HeadFact};
use crate::registry::survey::staged::{Effect, FieldChange, Verdict};
use crate::registry::{blacklist, survey};

/// 导入文件中的一列，及其对应的字段。
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportColumn {
    /// 工作表
    pub sheet: String,
    /// 列号
    pub column: String,
    /// 表头
    pub header: String,
    /// 对应的字段
    pub field: Option<String>,
    /// 对应的把握，0 至 1
    pub confidence: f64,
    /// 样例，脱敏
    pub samples: Vec<String>,
}

impl ImportColumn {
    pub(super) fn of(column: &Column) -> Self {
        Self {
            sheet: column.sheet.clone(),
            column: letters_of(column.column),
            header: column.header.clone(),
            field: column.field.map(|field| field.as_str().to_owned()),
            confidence: f64::from(column.confidence) / 100.0,
            samples: column.samples.clone(),
        }
    }
}

/// 文件表头以上、表格以下所写的一项。
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportFact {
    /// 工作表
    pub sheet: String,
    /// 哪一项：REPORTER 填报单位、DATE 填报日期、PERSON 填报人、PHONE 联系电话、PERIOD 统计截止、UNIT 单位
    pub kind: String,
    /// 原文；填报人、联系电话只给出有没有
    pub text: String,
}

impl ImportFact {
    pub(super) fn of(fact: &HeadFact) -> Self {
        use rules::survey::FactKind::{Date, Period, Person, Phone, Reporter, Unit};
        let (kind, shown) = match fact.kind {
            Reporter => ("REPORTER", true),
            Date => ("DATE", true),
            Person => ("PERSON", false),
            Phone => ("PHONE", false),
            Period => ("PERIOD", true),
            Unit => ("UNIT", true),
        };
        Self {
            sheet: fact.sheet.clone(),
            kind: kind.to_owned(),
            text: if shown {
                fact.text.clone()
            } else {
                "***".to_owned()
            },
        }
    }
}

/// 一行对一个主体的作用。
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportEffect {
    /// 角色
    pub kind: SubjectKind,
    /// 结果；提交之前是将会如何
    pub outcome: RegistrationOutcome,
    /// 登记编号，已有登记的才有
    pub registration: Option<ID>,
    /// 与哪一行是同一主体
    pub merged_with: Option<i32>,
    /// 该行所在的工作表，在另一工作表的才有
    pub merged_with_sheet: Option<String>,
    /// 有变化的字段，脱敏
    pub changes: Vec<ImportChange>,
}

/// 一个有变化的字段，脱敏；列表和没有脱敏形式的只给出字段名。
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportChange {
    /// 字段
    pub field: String,
    /// 原来的
    pub before: Option<String>,
    /// 改为
    pub after: Option<String>,
}

impl ImportEffect {
    fn of(effect: &Effect) -> Self {
        let change = |change: &FieldChange| ImportChange {
            field: change.field.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        };
        Self {
            kind: effect.kind.into(),
            outcome: effect.outcome.into(),
            registration: effect.registration.map(|id| ID(id.to_string())),
            merged_with: effect.merged_with.and_then(|row| i32::try_from(row).ok()),
            merged_with_sheet: effect.merged_with_sheet.clone(),
            changes: effect.changes.iter().map(change).collect(),
        }
    }
}

/// 导入文件的一行。
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct ImportRow {
    /// 工作表；逐行的文件没有工作表，为空文本
    pub sheet: String,
    /// 行号，从 1 起
    pub row: i32,
    /// 处理结果
    pub outcome: RowOutcome,
    /// 新建的登记、黑名单记录数
    pub creates: i32,
    /// 更新的登记数
    pub updates: i32,
    /// 对各主体的作用；逐行的文件没有
    pub effects: Vec<ImportEffect>,
    /// 问题；逐行的文件 path 从该行的对象起，摸底表的 path 是工作表、单元格
    pub problems: Vec<Problem>,
    #[graphql(skip)]
    registrations: Vec<entity::id::RegistrationId>,
    #[graphql(skip)]
    entries: Vec<entity::id::EntryId>,
}

#[ComplexObject]
impl ImportRow {
    /// 所涉登记，按调用者今日的可见范围
    pub async fn registrations(&self, ctx: &Context<'_>) -> Result<Vec<Registration>> {
        let mut seen = Vec::new();
        for id in &self.registrations {
            seen.extend(loaders::registration(ctx, *id).await?);
        }
        Ok(seen)
    }

    /// 所涉黑名单记录
    pub async fn entries(&self, ctx: &Context<'_>) -> Result<Vec<BlacklistEntry>> {
        let mut seen = Vec::new();
        for id in &self.entries {
            let found = blacklist::reading::find(app(ctx), caller(ctx), *id).await;
            let found = found.map_err(|e| told(ctx, e))?;
            seen.extend(found.map(|record| BlacklistEntry::of(ctx, record)));
        }
        Ok(seen)
    }
}

impl ImportRow {
    /// A page of an import's rows after a place, each with its own, and whether there is more.
    pub(super) async fn page(
        ctx: &Context<'_>,
        job: &Model,
        outcome: Option<kind::RowOutcome>,
        page: (i64, u64),
    ) -> std::result::Result<(Vec<(i64, Self)>, bool), Error> {
        if job.kind == Some(kind::ImportKind::Registrations) {
            let (rows, more) = import::rows(app(ctx), job.id, outcome, page).await?;
            let rows = rows
                .into_iter()
                .map(|row| (row.line, Self::of_line(ctx, &row)));
            return Ok((rows.collect(), more));
        }
        let (rows, more) = survey::reading::rows(app(ctx), job.id, outcome, page).await?;
        let rows = rows.iter().map(|row| (row.place, Self::of_row(ctx, row)));
        Ok((rows.collect(), more))
    }

    fn of_line(ctx: &Context<'_>, verdict: &LineVerdict) -> Self {
        let (creates, updates) = counted(verdict.outcome);
        Self {
            sheet: String::new(),
            row: small(verdict.line),
            outcome: verdict.row_outcome().into(),
            creates,
            updates,
            effects: Vec::new(),
            problems: telling(ctx).all(&verdict.findings, &[]),
            registrations: verdict.registration.into_iter().collect(),
            entries: Vec::new(),
        }
    }

    fn of_row(ctx: &Context<'_>, verdict: &Verdict) -> Self {
        let goes_in = verdict.outcome == kind::RowOutcome::Accepted;
        let effects = verdict.effects.iter().filter(|_| goes_in);
        let counts = effects.map(|effect| counted(effect.outcome));
        let (creates, updates) = counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let effects = verdict.effects.iter();
        Self {
            sheet: verdict.sheet.clone(),
            row: i32::try_from(verdict.row).unwrap_or(i32::MAX),
            outcome: verdict.outcome.into(),
            creates,
            updates,
            effects: effects.clone().map(ImportEffect::of).collect(),
            problems: telling(ctx).all(&verdict.findings, &[]),
            registrations: effects.clone().filter_map(|e| e.registration).collect(),
            entries: effects.filter_map(|effect| effect.entry).collect(),
        }
    }
}

/// How many registrations an outcome creates and updates.
const fn counted(outcome: Outcome) -> (i32, i32) {
    match outcome {
        Outcome::Created => (1, 0),
        Outcome::Updated | Outcome::Reopened | Outcome::Closed => (0, 1),
        Outcome::Unchanged | Outcome::Rejected | Outcome::Stale => (0, 0),
    }
}

/// 行及其游标。
#[derive(Clone, SimpleObject)]
pub struct ImportRowEdge {
    /// 行
    pub node: ImportRow,
    /// 游标
    pub cursor: Cursor,
}

/// 行的列表。
#[derive(Clone, SimpleObject)]
pub struct ImportRowConnection {
    /// 各行
    pub edges: Vec<ImportRowEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数；不计，为空
    pub total_count: Option<i32>,
}
