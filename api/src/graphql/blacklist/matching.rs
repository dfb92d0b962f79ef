//! 人工判断 in words: what somebody judged of a name that is like a listed one.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::deed::BlacklistPayload;
use crate::graphql::enums::MatchVerdict;
use crate::graphql::scalars::DateTime;
use crate::graphql::{app, caller, id, told};
use crate::registry::blacklist::matching::{self, JudgeMatch, Judged};

/// 对一个相近名称的判断，只在作出判断的平台或者机关内使用。
#[derive(Clone, Debug, SimpleObject)]
pub struct MatchJudgement {
    /// 判断
    pub verdict: MatchVerdict,
    /// 理由
    pub reason: String,
    /// 作出判断的时刻
    pub at: DateTime,
}

impl MatchJudgement {
    pub(super) fn of(judged: Judged) -> Self {
        Self {
            verdict: judged.verdict.into(),
            reason: judged.reason,
            at: DateTime(judged.at),
        }
    }
}

/// 判断一个名称是否就是黑名单记录中的主体。
#[derive(InputObject)]
pub struct JudgeMatchInput {
    /// 查询的名称（姓名）
    name: String,
    /// 黑名单记录
    entry: ID,
    /// 判断
    verdict: MatchVerdict,
    /// 理由
    reason: String,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// Judging likenesses.
#[derive(Default)]
pub struct MatchMutation;

#[Object]
impl MatchMutation {
    /// 记住对相近名称的判断，此后的查询依此处理：不是同一主体的不再列出；是同一主体的视为在黑名单中，两个字的姓名除外。
    async fn judge_match(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "名称、记录、判断和理由")] input: JudgeMatchInput,
    ) -> Result<BlacklistPayload> {
        let command = JudgeMatch {
            name: input.name,
            entry: id(&input.entry),
            verdict: input.verdict.into(),
            reason: input.reason,
            idempotency_key: input.idempotency_key,
        };
        let done = matching::judge(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        BlacklistPayload::of(ctx, done).await
    }
}
