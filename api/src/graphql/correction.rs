//! 更正身份号码 in words: which number a registration should have had, why, and the proof.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::id::FileId;

use super::party::IdentityInput;
use super::registration::RegistrationPayload;
use super::{app, caller, id, loaders, telling, told};
use crate::registry::correction::{self, CorrectIdentity};

/// 更正身份号码。
#[derive(InputObject)]
pub struct CorrectIdentityInput {
    /// 登记编号
    registration: ID,
    /// 正确的身份号码
    to: IdentityInput,
    /// 原因
    reason: String,
    /// 证明材料：调用者自己上传的文件，至少一个
    evidence: Vec<ID>,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// Correcting identities.
#[derive(Default)]
pub struct CorrectionMutation;

#[Object]
impl CorrectionMutation {
    /// 更正身份号码：登记编号与历史不变，此后指向正确的主体。
    async fn correct_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要更正的登记与正确的身份号码")] input: CorrectIdentityInput,
    ) -> Result<RegistrationPayload> {
        let command = CorrectIdentity {
            registration: id(&input.registration),
            to: input.to.into(),
            reason: input.reason,
            evidence: input.evidence.iter().map(id::<FileId>).collect(),
            idempotency_key: input.idempotency_key,
        };
        let single = correction::correct(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        let registration = match single.registration {
            Some(id) => loaders::registration(ctx, id).await?,
            None => None,
        };
        Ok(RegistrationPayload {
            registration,
            problems: telling(ctx).all(&single.findings, &[]),
        })
    }
}
