//! 开播 in words: the gate before a livestream, and what a platform makes of failed trainings.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::id::PlatformId;

use super::enums::FailedTraining;
use super::live_session::LivePresenter;
use super::party::PartyRef;
use super::platform::Platform;
use super::problem::Problem;
use super::scalars::DateTime;
use super::{app, caller, id, loaders, telling, told};
use crate::registry::live::gate::{self, ClearForLive, Cleared};
use crate::registry::live::policy::{self, SetLivePolicy};

/// 能否开播。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum LiveVerdict {
    /// 可以开播
    Allow,
    /// 不得开播
    Deny,
}

/// 开播前的查询。
#[derive(InputObject)]
pub struct ClearForLiveInput {
    /// 平台；平台调用者不填即为自己
    platform: Option<ID>,
    /// 直播账号
    account: String,
    /// 出镜的直播营销人员
    streamers: Vec<PartyRef>,
    /// 开播时刻；不填即为现在
    at: Option<DateTime>,
}

/// 能否开播的应答。
#[derive(Clone, SimpleObject)]
pub struct ClearForLivePayload {
    /// 能否开播；查询本身有问题的为空
    pub verdict: Option<LiveVerdict>,
    /// 全部理由：ERROR 不得开播，WARNING 和 HINT 仅供参考；path 从输入起
    pub reasons: Vec<Problem>,
    /// 签名的记录（compact JWS，EdDSA），平台留存为证；公钥见 /.well-known/jwks.json
    pub record: Option<String>,
    /// 可以开播的，至何时为止
    pub valid_until: Option<DateTime>,
    /// 出镜的虚拟主播及其责任运营者（第 117 号令第三十七条）
    pub presenters: Vec<LivePresenter>,
    /// 查询本身的问题
    pub problems: Vec<Problem>,
}

impl ClearForLivePayload {
    fn of(ctx: &Context<'_>, cleared: Cleared) -> Self {
        let telling = telling(ctx);
        let verdict = |allowed| {
            if allowed {
                LiveVerdict::Allow
            } else {
                LiveVerdict::Deny
            }
        };
        let presenters = cleared.presenters.into_iter();
        Self {
            verdict: cleared.allowed.map(verdict),
            reasons: telling.all(&cleared.reasons, &[]),
            record: cleared.record,
            valid_until: cleared.valid_until.map(DateTime),
            presenters: presenters
                .map(|one| LivePresenter::of(one.name, one.operator))
                .collect(),
            problems: telling.all(&cleared.findings, &[]),
        }
    }
}

/// 平台规则：法律留给平台决定的，开播前如何对待。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct LivePolicy {
    /// 培训弄虚作假、拒不参加的直播营销人员（第 117 号令第十条）
    pub failed_training: FailedTraining,
    /// 是否由平台自己规定；否则为本系统的默认值
    pub own: bool,
    #[graphql(skip)]
    platform: PlatformId,
}

#[async_graphql::ComplexObject]
impl LivePolicy {
    /// 平台
    pub async fn platform(&self, ctx: &Context<'_>) -> Result<Option<Platform>> {
        loaders::platform(ctx, self.platform).await
    }
}

/// 规定平台规则。
#[derive(InputObject)]
pub struct SetLivePolicyInput {
    /// 平台；平台调用者不填即为自己
    platform: Option<ID>,
    /// 培训弄虚作假、拒不参加的直播营销人员
    failed_training: FailedTraining,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 平台规则的应答。
#[derive(Clone, Debug, SimpleObject)]
pub struct LivePolicyPayload {
    /// 现行的平台规则
    pub policy: Option<LivePolicy>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// What cannot be an id is a platform that nobody has.
pub(super) fn platform_of(given: Option<&ID>) -> Option<PlatformId> {
    given.map(|given| id(given).unwrap_or(PlatformId::OWN_SITE))
}

async fn find(ctx: &Context<'_>, platform: Option<PlatformId>) -> Result<Option<LivePolicy>> {
    let found = policy::find(app(ctx), caller(ctx), platform)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(found.map(|(platform, failed_training, own)| LivePolicy {
        failed_training: failed_training.into(),
        own,
        platform,
    }))
}

/// Reading policies.
#[derive(Default)]
pub struct LiveQuery;

#[Object]
impl LiveQuery {
    /// 平台规则：平台自己的，机关可见全部登记的平台的；不可见时为空。
    async fn live_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "平台；平台调用者不填即为自己")] platform: Option<ID>,
    ) -> Result<Option<LivePolicy>> {
        find(ctx, platform_of(platform.as_ref())).await
    }
}

/// The gate, and what a platform says of it.
#[derive(Default)]
pub struct LiveMutation;

#[Object]
impl LiveMutation {
    /// 开播前查询（第 117 号令第八条、第十条、第十四条、第二十八条）：运营者和每个直播营销人员的登记、核验、培训、年龄，以及本次直播的报送；逐项给出理由和签名的记录，并记入审计。
    async fn clear_for_live(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪个账号、谁出镜、何时开播")] input: ClearForLiveInput,
    ) -> Result<ClearForLivePayload> {
        let asked = ClearForLive {
            platform: platform_of(input.platform.as_ref()),
            account: input.account,
            streamers: input.streamers.into_iter().map(Into::into).collect(),
            at: input.at.map(|at| at.0),
        };
        let cleared = gate::clear(app(ctx), caller(ctx), asked)
            .await
            .map_err(|e| told(ctx, e))?;
        Ok(ClearForLivePayload::of(ctx, cleared))
    }

    /// 规定平台规则：培训弄虚作假或者拒不参加的，警示还是不得开播；征求意见稿下一律不得开播。
    async fn set_live_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "平台规则")] input: SetLivePolicyInput,
    ) -> Result<LivePolicyPayload> {
        let command = SetLivePolicy {
            platform: platform_of(input.platform.as_ref()),
            failed_training: input.failed_training.into(),
            idempotency_key: input.idempotency_key,
        };
        let set = policy::set(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        let policy = match set.platform {
            Some(platform) if loaders::may_read(ctx) => find(ctx, Some(platform)).await?,
            _ => None,
        };
        Ok(LivePolicyPayload {
            policy,
            problems: telling(ctx).all(&set.findings, &[]),
        })
    }
}
