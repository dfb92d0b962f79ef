//! The deeds on the list in words: listing, appealing, deciding, removing.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::id::FileId;
use entity::kind;

use super::{BlacklistAppeal, BlacklistEntry, find, find_appeal};
use crate::graphql::document::{self, StoredFile};
use crate::graphql::enums::{LegalLevel, SubjectKind};
use crate::graphql::party::PartyRef;
use crate::graphql::problem::Problem;
use crate::graphql::scalars::Date;
use crate::graphql::{app, caller, id, telling, told};
use crate::registry::blacklist::{
    self, AppealBlacklisting, Decision, Done, LegalBasis, ListOnBlacklist, RemoveFromBlacklist,
};

/// 列入的依据：所违反的规范。
#[derive(InputObject)]
pub struct LegalBasisInput {
    /// 规范名称，可以带书名号
    instrument: String,
    /// 效力位阶
    level: LegalLevel,
    /// 条号，例如“第二十八条第一款”
    article: String,
}

/// 列入黑名单。
#[derive(InputObject)]
pub struct ListOnBlacklistInput {
    /// 平台；不填为调用者的平台
    platform: Option<ID>,
    /// 主体；按身份号码指定的，不要求已经登记
    subject: PartyRef,
    /// 名称（姓名）
    name: String,
    /// 以何种身份列入
    role: SubjectKind,
    /// 是否共享给其他平台：共享期限、依据和联系方式，不共享事实
    #[graphql(default)]
    shared: bool,
    /// 违法事实
    facts: String,
    /// 理由
    reason: String,
    /// 依据
    legal_basis: LegalBasisInput,
    /// 第一日；不填为今日
    valid_from: Option<Date>,
    /// 最后一日
    valid_until: Date,
    /// 申诉途径
    appeal_channel: String,
    /// 证据：调用者自己上传的文件，可以为空
    evidence: Vec<ID>,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 登记对列入黑名单的申诉。
#[derive(InputObject)]
pub struct AppealBlacklistingInput {
    /// 黑名单记录
    entry: ID,
    /// 申诉的内容
    grounds: String,
    /// 收到的日期；不填为今日
    received_on: Option<Date>,
    /// 证据：调用者自己上传的文件，可以为空
    evidence: Vec<ID>,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 对申诉的处理。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AppealDecision {
    /// 开始复核
    UnderReview,
    /// 维持列入
    Upheld,
    /// 缩短期限
    Shortened,
    /// 移出黑名单
    Removed,
}

impl From<AppealDecision> for kind::AppealState {
    fn from(decision: AppealDecision) -> Self {
        match decision {
            AppealDecision::UnderReview => Self::UnderReview,
            AppealDecision::Upheld => Self::Upheld,
            AppealDecision::Shortened => Self::Shortened,
            AppealDecision::Removed => Self::Removed,
        }
    }
}

/// 处理申诉。
#[derive(InputObject)]
pub struct DecideBlacklistAppealInput {
    /// 申诉
    appeal: ID,
    /// 决定
    decision: AppealDecision,
    /// 新的最后一日，只有缩短期限时填写
    valid_until: Option<Date>,
    /// 理由
    reasons: String,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 移出黑名单。
#[derive(InputObject)]
pub struct RemoveFromBlacklistInput {
    /// 黑名单记录
    entry: ID,
    /// 理由
    reasons: String,
}

/// 黑名单操作的应答。
#[derive(Clone, SimpleObject)]
pub struct BlacklistPayload {
    /// 记录
    pub entry: Option<BlacklistEntry>,
    /// 申诉
    pub appeal: Option<BlacklistAppeal>,
    /// 告知书（PDF）
    pub notice: Option<StoredFile>,
    /// 问题
    pub problems: Vec<Problem>,
}

impl BlacklistPayload {
    /// Tells what a deed ended in; what it touched is read again, under today's sight.
    pub(super) async fn of(ctx: &Context<'_>, done: Done) -> Result<Self> {
        let mut told = Self {
            entry: None,
            appeal: None,
            notice: None,
            problems: telling(ctx).all(&done.findings, &[]),
        };
        if let Some(entry) = done.entry {
            told.entry = find(ctx, &ID(entry.to_string())).await?;
        }
        if let Some(appeal) = done.appeal {
            told.appeal = find_appeal(ctx, &ID(appeal.to_string())).await?;
        }
        if let Some(notice) = done.notice {
            told.notice = document::find(ctx, &ID(notice.to_string())).await?;
        }
        Ok(told)
    }
}

/// Writing the list.
#[derive(Default)]
pub struct BlacklistMutation;

#[Object]
impl BlacklistMutation {
    /// 列入黑名单（第 117 号令第十四条）：列入主体并制作告知书；依据须是适用规定所列位阶和领域的已知规范。
    async fn list_on_blacklist(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "主体、事实、理由、依据、期限和申诉途径")] input: ListOnBlacklistInput,
    ) -> Result<BlacklistPayload> {
        let basis = input.legal_basis;
        let command = ListOnBlacklist {
            platform: input.platform.as_ref().map(id),
            subject: input.subject.into(),
            name: input.name,
            role: input.role.into(),
            shared: input.shared,
            facts: input.facts,
            reason: input.reason,
            basis: LegalBasis {
                instrument: basis.instrument,
                level: basis.level.into(),
                article: basis.article,
            },
            valid_from: input.valid_from.map(|day| day.0),
            valid_until: input.valid_until.0,
            appeal_channel: input.appeal_channel,
            evidence: input.evidence.iter().map(id::<FileId>).collect(),
            idempotency_key: input.idempotency_key,
        };
        let done = blacklist::list(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        BlacklistPayload::of(ctx, done).await
    }

    /// 登记收到的申诉；处理期间列入仍然有效。
    async fn appeal_blacklisting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪条记录、申诉的内容")] input: AppealBlacklistingInput,
    ) -> Result<BlacklistPayload> {
        let command = AppealBlacklisting {
            entry: id(&input.entry),
            grounds: input.grounds,
            received_on: input.received_on.map(|day| day.0),
            evidence: input.evidence.iter().map(id::<FileId>).collect(),
            idempotency_key: input.idempotency_key,
        };
        let done = blacklist::receive(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        BlacklistPayload::of(ctx, done).await
    }

    /// 处理申诉：开始复核，或者维持、缩短期限、移出；作出决定即制作告知书。
    async fn decide_blacklist_appeal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪件申诉、决定和理由")] input: DecideBlacklistAppealInput,
    ) -> Result<BlacklistPayload> {
        let command = Decision {
            appeal: id(&input.appeal),
            decision: input.decision.into(),
            valid_until: input.valid_until.map(|day| day.0),
            reasons: input.reasons,
            idempotency_key: input.idempotency_key,
        };
        let done = blacklist::decide(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        BlacklistPayload::of(ctx, done).await
    }

    /// 移出黑名单，同时解除随列入采取的措施；到期的由系统自动移出。
    async fn remove_from_blacklist(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪条记录、理由")] input: RemoveFromBlacklistInput,
    ) -> Result<BlacklistPayload> {
        let command = RemoveFromBlacklist {
            entry: id(&input.entry),
            reasons: input.reasons,
        };
        let done = blacklist::remove(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        BlacklistPayload::of(ctx, done).await
    }
}
