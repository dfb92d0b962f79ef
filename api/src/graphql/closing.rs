//! 注销 in words: which registrations are closed, from which day and why.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::enums::CloseReason;
use super::registration::RegisterPayload;
use super::scalars::Date;
use super::{app, caller, id, told};
use crate::registry::closing::{self, CloseRegistrations};

/// 要注销的登记。
#[derive(InputObject)]
pub struct CloseItem {
    /// 登记编号
    registration: ID,
    /// 最后一日
    on: Date,
    /// 原因
    reason: CloseReason,
    /// 说明；原因为 OTHER 时必填
    note: Option<String>,
}

/// 注销登记，1 至 1000 条。
#[derive(InputObject)]
pub struct CloseRegistrationsInput {
    /// 各条
    items: Vec<CloseItem>,
    /// 只判断，不写入
    #[graphql(default)]
    dry_run: bool,
    /// 幂等键，24 小时内同一调用者同一操作唯一
    idempotency_key: Option<String>,
}

/// Closing registrations.
#[derive(Default)]
pub struct ClosingMutation;

#[Object]
impl ClosingMutation {
    /// 注销登记：逐条判断；所持直播账号同时终止。
    async fn close_registrations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要注销的登记")] input: CloseRegistrationsInput,
    ) -> Result<RegisterPayload> {
        let item = |item: CloseItem| closing::CloseItem {
            registration: id(&item.registration),
            on: item.on.0,
            reason: item.reason.into(),
            note: item.note,
        };
        let command = CloseRegistrations {
            items: input.items.into_iter().map(item).collect(),
            dry_run: input.dry_run,
            idempotency_key: input.idempotency_key,
        };
        let batch = closing::close(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        Ok(RegisterPayload::of(ctx, &batch))
    }
}
