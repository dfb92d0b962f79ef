//! 平台内经营者 in words: the view, its input, its lists and its registration.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use entity::facts::Facts;
use entity::kind::SubjectKind as Kind;
use entity::merchant as record;

use super::enums::{ExemptionKind, LegalForm};
use super::party::{IdentityInput, PersonRefInput};
use super::patch::{patch, patch_list};
use super::permit::{Address, AddressInput, Permit, PermitInput, VerificationInput};
use super::registration::{RegisterPayload, Request, register};
use super::scalars::{Date, DateTime};
use super::view::{listed, view};
use crate::registry::input::{self, Item, MerchantInput as Raw};
use crate::registry::reading::Record;

view! {
    /// 平台内经营者（网络交易监督管理办法第二十五条）：在平台内实际销售商品或者提供服务的经营者。
    Merchant {
        /// 法律形式
        form: Option<LegalForm>,
        /// 实际经营地址，显示到县级
        business_address: Option<Address>,
        /// 网店：在营的在前，已终止的在后
        shops: Vec<Shop>,
        /// 行政许可
        permits: Vec<Permit>,
        /// 免登记情形
        exemption: Option<ExemptionKind>,
        /// 在本平台年交易额是否超过 10 万元
        over_threshold: Option<bool>,
    }
}

listed! {
    Merchant as Kind::Merchant; MerchantEdge, MerchantConnection, MerchantQuery;
    "平台内经营者及其游标。", "平台内经营者", "平台内经营者列表。";
    merchant "按编号查平台内经营者；不存在或者不可见时为空。";
    merchants "平台内经营者列表，限于可见范围。";
}

impl Merchant {
    /// The view of a record; none of another kind's.
    pub(super) fn of(record: Record) -> Option<Self> {
        let Facts::Merchant(facts) = &record.facts else {
            return None;
        };
        let own = (
            Some(facts.form.into()),
            facts.business_address.as_ref().map(Address::masked),
            facts.shops.iter().map(Into::into).collect(),
            facts.permits.iter().map(Permit::from).collect(),
            facts.exemption.map(Into::into),
            facts.over_threshold,
        );
        Some(Self::assemble(record, own))
    }
}

/// 网店，有起止日期。
#[derive(Clone, Debug, SimpleObject)]
pub struct Shop {
    /// 网店名称
    pub name: String,
    /// 网址或者访问路径
    pub url: Option<String>,
    /// 起始日
    pub since: Option<Date>,
    /// 终止日
    pub until: Option<Date>,
}

impl From<&record::Shop> for Shop {
    fn from(shop: &record::Shop) -> Self {
        Self {
            name: shop.name.clone(),
            url: shop.url.clone(),
            since: Some(Date(shop.since)),
            until: shop.until.map(Date),
        }
    }
}

/// 网店。
#[derive(InputObject)]
pub struct ShopInput {
    /// 网店名称
    name: String,
    /// 网址；没有网址的，填写访问路径的文字描述
    url: Option<String>,
}

impl From<ShopInput> for input::ShopInput {
    fn from(shop: ShopInput) -> Self {
        Self {
            name: shop.name,
            url: shop.url,
        }
    }
}

/// 平台内经营者的登记信息：未给的字段保持不变，null 清除，列表整体替换并终止其中没有的。
#[derive(InputObject)]
pub struct MerchantInput {
    /// 平台自己的编号
    external_id: MaybeUndefined<String>,
    /// 平台观察到这些信息的时刻；早于已存信息的不采用（STALE）
    observed_at: Option<DateTime>,
    /// 身份号码
    identity: IdentityInput,
    /// 名称（姓名）
    name: MaybeUndefined<String>,
    /// 法律形式
    form: MaybeUndefined<LegalForm>,
    /// 经营者：个体工商户必填
    proprietor: MaybeUndefined<PersonRefInput>,
    /// 法定代表人或者负责人
    legal_representative: MaybeUndefined<PersonRefInput>,
    /// 联系方式
    phone: MaybeUndefined<String>,
    /// 实际经营地址
    business_address: MaybeUndefined<AddressInput>,
    /// 网店：整体替换
    shops: MaybeUndefined<Vec<ShopInput>>,
    /// 行政许可：整体替换
    permits: MaybeUndefined<Vec<PermitInput>>,
    /// 免登记情形的自我声明：未办理登记的填写
    exemption: MaybeUndefined<ExemptionKind>,
    /// 在本平台年交易额是否超过 10 万元
    over_threshold: MaybeUndefined<bool>,
    /// 核验
    verification: MaybeUndefined<VerificationInput>,
}

impl From<MerchantInput> for Raw {
    fn from(input: MerchantInput) -> Self {
        Self {
            external_id: patch(input.external_id),
            observed_at: input.observed_at.map(|at| at.0),
            identity: input.identity.into(),
            name: patch(input.name),
            form: patch(input.form),
            proprietor: patch(input.proprietor),
            legal_representative: patch(input.legal_representative),
            phone: patch(input.phone),
            business_address: patch(input.business_address),
            shops: patch_list(input.shops),
            permits: patch_list(input.permits),
            exemption: patch(input.exemption),
            over_threshold: patch(input.over_threshold),
            verification: patch(input.verification),
        }
    }
}

/// 登记平台内经营者，1 至 1000 条，逐条判断。
#[derive(InputObject)]
pub struct RegisterMerchantsInput {
    /// 平台；平台调用者不填即为自己
    platform: Option<ID>,
    /// 各条
    items: Vec<MerchantInput>,
    /// 只判断，不写入
    #[graphql(default)]
    dry_run: bool,
    /// 幂等键，24 小时内同一调用者同一操作唯一
    idempotency_key: Option<String>,
}

/// Writing merchants.
#[derive(Default)]
pub struct MerchantMutation;

#[Object]
impl MerchantMutation {
    /// 登记或者更新平台内经营者（网络交易监督管理办法第二十四条）：每条单独判断，一条不通过不影响其他。
    async fn register_merchants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要登记的平台内经营者")] input: RegisterMerchantsInput,
    ) -> Result<RegisterPayload> {
        let items = input
            .items
            .into_iter()
            .map(|item| Item::Merchant(item.into()));
        let request = Request {
            platform: input.platform,
            items: items.collect(),
            dry_run: input.dry_run,
            idempotency_key: input.idempotency_key,
        };
        register(ctx, Kind::Merchant, request).await
    }
}
