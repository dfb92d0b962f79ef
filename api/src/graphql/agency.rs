//! 直播营销人员服务机构 in words: the view, its input, its lists and its registration.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::facts::Facts;
use entity::kind::{SubjectKind as Kind, TieKind};

use super::page::Asked;
use super::party::{IdentityInput, PersonRefInput};
use super::patch::{patch, patch_list};
use super::permit::{Address, AddressInput, Permit, PermitInput, VerificationInput};
use super::registration::{RegisterPayload, Request, register};
use super::scalars::{Cursor, DateTime};
use super::streamer::StreamerConnection;
use super::view::{along, listed, view};
use crate::registry::input::{AgencyInput as Raw, Item};
use crate::registry::reading::Record;
use crate::registry::tied::Side;

view! {
    /// 直播营销人员服务机构（第 117 号令第二条）：为直播营销人员提供策划、运营、经纪、培训、技术支持等服务的机构。
    Agency {
        /// 住所，显示到县级
        domicile: Option<Address>,
        /// 行政许可
        permits: Vec<Permit>,
    }

    /// 所属的直播营销人员
    pub async fn streamers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
    ) -> Result<StreamerConnection> {
        let asked = Asked { first, after, ..Asked::default() };
        let tie = (TieKind::StreamerAgency, Side::Declaring);
        Ok(StreamerConnection::of(along(ctx, &self.record, tie, asked).await?))
    }
}

listed! {
    Agency as Kind::Agency; AgencyEdge, AgencyConnection, AgencyQuery;
    "服务机构及其游标。", "服务机构", "服务机构列表。";
    agency "按编号查直播营销人员服务机构；不存在或者不可见时为空。";
    agencies "直播营销人员服务机构列表，限于可见范围。";
}

impl Agency {
    /// The view of a record; none of another kind's.
    pub(super) fn of(record: Record) -> Option<Self> {
        let Facts::Agency(facts) = &record.facts else {
            return None;
        };
        let own = (
            facts.domicile.as_ref().map(Address::masked),
            facts.permits.iter().map(Permit::from).collect(),
        );
        Some(Self::assemble(record, own))
    }
}

/// 直播营销人员服务机构的登记信息：未给的字段保持不变，null 清除，列表整体替换。
#[derive(InputObject)]
pub struct AgencyInput {
    /// 平台自己的编号
    external_id: MaybeUndefined<String>,
    /// 平台观察到这些信息的时刻；早于已存信息的不采用（STALE）
    observed_at: Option<DateTime>,
    /// 统一社会信用代码
    identity: IdentityInput,
    /// 名称
    name: MaybeUndefined<String>,
    /// 法定代表人或者负责人
    legal_representative: MaybeUndefined<PersonRefInput>,
    /// 联系方式
    phone: MaybeUndefined<String>,
    /// 住所
    domicile: MaybeUndefined<AddressInput>,
    /// 行政许可：整体替换
    permits: MaybeUndefined<Vec<PermitInput>>,
    /// 核验
    verification: MaybeUndefined<VerificationInput>,
}

impl From<AgencyInput> for Raw {
    fn from(input: AgencyInput) -> Self {
        Self {
            external_id: patch(input.external_id),
            observed_at: input.observed_at.map(|at| at.0),
            identity: input.identity.into(),
            name: patch(input.name),
            legal_representative: patch(input.legal_representative),
            phone: patch(input.phone),
            domicile: patch(input.domicile),
            permits: patch_list(input.permits),
            verification: patch(input.verification),
        }
    }
}

/// 登记直播营销人员服务机构，1 至 1000 条，逐条判断。
#[derive(InputObject)]
pub struct RegisterAgenciesInput {
    /// 平台；平台调用者不填即为自己
    platform: Option<ID>,
    /// 各条
    items: Vec<AgencyInput>,
    /// 只判断，不写入
    #[graphql(default)]
    dry_run: bool,
    /// 幂等键，24 小时内同一调用者同一操作唯一
    idempotency_key: Option<String>,
}

/// Writing agencies.
#[derive(Default)]
pub struct AgencyMutation;

#[Object]
impl AgencyMutation {
    /// 登记或者更新直播营销人员服务机构（第 117 号令第八条）：每条单独判断，一条不通过不影响其他。
    async fn register_agencies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要登记的服务机构")] input: RegisterAgenciesInput,
    ) -> Result<RegisterPayload> {
        let items = input
            .items
            .into_iter()
            .map(|item| Item::Agency(item.into()));
        let request = Request {
            platform: input.platform,
            items: items.collect(),
            dry_run: input.dry_run,
            idempotency_key: input.idempotency_key,
        };
        register(ctx, Kind::Agency, request).await
    }
}
