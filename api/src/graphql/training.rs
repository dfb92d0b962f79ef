//! 培训 in words: recording what came of trainings.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::enums::TrainingOutcome;
use super::registration::RegisterPayload;
use super::scalars::Date;
use super::{app, caller, id, told};
use crate::registry::training::{RecordTraining, Trained, record};

/// 一次培训的结果。
#[derive(InputObject)]
pub struct RecordTrainingItem {
    /// 登记编号
    registration: ID,
    /// 培训日期，不晚于今日
    on: Date,
    /// 结果
    outcome: TrainingOutcome,
    /// 证明材料：调用者自己上传的文件
    evidence: Option<ID>,
}

/// 记录培训，1 至 1000 条。
#[derive(InputObject)]
pub struct RecordTrainingInput {
    /// 各条
    items: Vec<RecordTrainingItem>,
    /// 只判断，不写入
    #[graphql(default)]
    dry_run: bool,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// Recording trainings.
#[derive(Default)]
pub struct TrainingMutation;

#[Object]
impl TrainingMutation {
    /// 记录培训（第 117 号令第十条）：直播营销人员、直播间运营者和服务机构，逐条判断；同一登记同一日同一结果只记一次。
    async fn record_training(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "各次培训的结果")] input: RecordTrainingInput,
    ) -> Result<RegisterPayload> {
        let item = |item: RecordTrainingItem| Trained {
            registration: id(&item.registration),
            on: item.on.0,
            outcome: item.outcome.into(),
            evidence: item.evidence.as_ref().map(id),
        };
        let command = RecordTraining {
            items: input.items.into_iter().map(item).collect(),
            dry_run: input.dry_run,
            idempotency_key: input.idempotency_key,
        };
        let batch = record(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        Ok(RegisterPayload::of(ctx, &batch))
    }
}
