//! 核验 in words: where a registration stands on its clock, and confirming that it was verified.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::enums::{SubjectKind, VerificationState};
use super::permit::{Verification, VerificationInput};
use super::problem::Article;
use super::registration::RegisterPayload;
use super::scalars::{Date, DateTime};
use super::{app, caller, id, told};
use crate::registry::reading;
use crate::registry::verification::{ConfirmVerification, Confirmed, confirm};

/// The verification of a registration under the edition in force. A platform verifies what stands in its book; nobody
/// is known to have verified an own site.
pub(super) fn standing(ctx: &Context<'_>, record: &reading::Record) -> Verification {
    let app = app(ctx);
    let kind = record.registration.kind;
    let clock = reading::clock(app, kind);
    let last = record.registration.last_verified();
    let state: VerificationState = rules::verification::state(clock, last, app.today()).into();
    let interval = app.edition().interval(kind);
    let platform = record.registration.platform();
    let verified = record.facts.verification();
    Verification {
        state,
        at: verified.map(|v| DateTime(v.at)),
        due_on: clock
            .zip(last)
            .map(|(clock, last)| Date(clock.due_on(last))),
        by: platform.and(last).map(|_| SubjectKind::Platform),
        method: verified.map(|v| v.method.clone()),
        article: interval.map(|interval| Article::from(&interval.article)),
    }
}

/// 对一条登记的核验。
#[derive(InputObject)]
pub struct ConfirmVerificationItem {
    /// 登记编号
    registration: ID,
    /// 核验
    verification: VerificationInput,
}

/// 确认核验更新，1 至 1000 条。
#[derive(InputObject)]
pub struct ConfirmVerificationInput {
    /// 各条
    items: Vec<ConfirmVerificationItem>,
    /// 只判断，不写入
    #[graphql(default)]
    dry_run: bool,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// Confirming verifications.
#[derive(Default)]
pub struct VerificationMutation;

#[Object]
impl VerificationMutation {
    /// 确认核验更新（第 117 号令第八条第一款）：逐条判断，不改变报送内容。
    async fn confirm_verification(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "已核验的登记")] input: ConfirmVerificationInput,
    ) -> Result<RegisterPayload> {
        let item = |item: ConfirmVerificationItem| Confirmed {
            registration: id(&item.registration),
            verification: item.verification.into(),
        };
        let command = ConfirmVerification {
            items: input.items.into_iter().map(item).collect(),
            dry_run: input.dry_run,
            idempotency_key: input.idempotency_key,
        };
        let batch = confirm(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        Ok(RegisterPayload::of(ctx, &batch))
    }
}
