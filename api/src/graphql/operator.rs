//! 直播间运营者 in words: the view, its input, its lists and its registration.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::facts::Facts;
use entity::kind::{SubjectKind as Kind, TieKind};

use super::enums::LegalForm;
use super::loaders;
use super::page::Asked;
use super::party::{IdentityInput, PersonRefInput};
use super::patch::{patch, patch_list};
use super::permit::{
    Address, AddressInput, ConsentInput, LiveAccount, LiveAccountInput, Permit, PermitInput,
    VerificationInput,
};
use super::presenter::{SyntheticPresenter, SyntheticPresenterInput};
use super::registration::{RegisterPayload, Request, register};
use super::room_profile;
use super::scalars::{Cursor, Date, DateTime};
use super::streamer::StreamerConnection;
use super::view::{along, listed, view};
use crate::registry::input::{Item, OperatorInput as Raw};
use crate::registry::reading::Record;
use crate::registry::tied::Side;

view! {
    /// 直播间运营者（第 117 号令第二条）：在平台注册账号或者通过自建网站开设直播间的，以及实际运营他人直播间的。
    Operator {
        /// 法律形式
        form: Option<LegalForm>,
        /// 实际经营地址，显示到县级
        business_address: Option<Address>,
        /// 住所，显示到县级
        domicile: Option<Address>,
        /// 自建网站的网址
        own_site: Option<String>,
        /// 行政许可
        permits: Vec<Permit>,
    }

    /// 直播账号：先注册人、后实际运营人；已终止的在后
    pub async fn accounts(&self, ctx: &Context<'_>) -> Result<Vec<LiveAccount>> {
        let Facts::Operator(facts) = &self.record.facts else {
            return Ok(Vec::new());
        };
        let mut accounts: Vec<_> = facts.accounts.iter().map(LiveAccount::from).collect();
        accounts.extend(loaders::ended_accounts(ctx, self.record.registration.id).await?);
        room_profile::beside(&mut accounts, &facts.room_profiles, self.source);
        Ok(accounts)
    }

    /// 虚拟主播：使用人工智能等技术生成的人物图像、视频（第 117 号令第三十七条）；在用的在前，已终止的由近及远在后。它们不是
    /// 直播营销人员，不列入直播营销人员的报送
    pub async fn presenters(&self) -> Vec<SyntheticPresenter> {
        match &self.record.facts {
            Facts::Operator(facts) => SyntheticPresenter::all(&self.record, &facts.presenters),
            _ => Vec::new(),
        }
    }

    /// 在其直播间出现的直播营销人员（第 117 号令第二十八条）
    pub async fn streamers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
    ) -> Result<StreamerConnection> {
        let asked = Asked { first, after, ..Asked::default() };
        let tie = (TieKind::StreamerOperator, Side::Declaring);
        Ok(StreamerConnection::of(along(ctx, &self.record, tie, asked).await?))
    }
}

listed! {
    Operator as Kind::Operator; OperatorEdge, OperatorConnection, OperatorQuery;
    "运营者及其游标。", "运营者", "运营者列表。";
    operator "按编号查直播间运营者；不存在或者不可见时为空。";
    operators "直播间运营者列表，限于可见范围。";
}

impl Operator {
    /// The view of a record; none of another kind's.
    pub(super) fn of(record: Record) -> Option<Self> {
        let Facts::Operator(facts) = &record.facts else {
            return None;
        };
        let own = (
            Some(facts.form.into()),
            facts.business_address.as_ref().map(Address::masked),
            facts.domicile.as_ref().map(Address::masked),
            facts.own_site.clone(),
            facts.permits.iter().map(Permit::from).collect(),
        );
        Some(Self::assemble(record, own))
    }
}

/// 直播间运营者的登记信息：未给的字段保持不变，null 清除，列表整体替换并终止其中没有的。
#[derive(InputObject)]
pub struct OperatorInput {
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
    /// 成立或者登记日期
    registered_on: MaybeUndefined<Date>,
    /// 出生日期：自然人和个体工商户经营者，证件号码中没有时必填
    birth_date: MaybeUndefined<Date>,
    /// 监护人同意：16、17 周岁必填
    guardian_consent: MaybeUndefined<ConsentInput>,
    /// 经营者：个体工商户必填
    proprietor: MaybeUndefined<PersonRefInput>,
    /// 法定代表人或者负责人
    legal_representative: MaybeUndefined<PersonRefInput>,
    /// 联系方式
    phone: MaybeUndefined<String>,
    /// 实际经营地址
    business_address: MaybeUndefined<AddressInput>,
    /// 住所
    domicile: MaybeUndefined<AddressInput>,
    /// 自建网站的网址：仅限市场监督管理部门登记的自建网站运营者
    own_site: MaybeUndefined<String>,
    /// 直播账号：整体替换
    accounts: MaybeUndefined<Vec<LiveAccountInput>>,
    /// 虚拟主播（第 117 号令第三十七条）：由管理或者使用的运营者填写，整体替换；所在直播间终止的随之终止
    presenters: MaybeUndefined<Vec<SyntheticPresenterInput>>,
    /// 实际销售者（第 117 号令第二十六条）：整体替换；尚未登记的先记下，待其登记后自动建立
    sellers: MaybeUndefined<Vec<IdentityInput>>,
    /// 行政许可：整体替换
    permits: MaybeUndefined<Vec<PermitInput>>,
    /// 核验
    verification: MaybeUndefined<VerificationInput>,
}

impl From<OperatorInput> for Raw {
    fn from(input: OperatorInput) -> Self {
        Self {
            external_id: patch(input.external_id),
            observed_at: input.observed_at.map(|at| at.0),
            identity: input.identity.into(),
            name: patch(input.name),
            form: patch(input.form),
            registered_on: patch(input.registered_on),
            birth_date: patch(input.birth_date),
            guardian_consent: patch(input.guardian_consent),
            proprietor: patch(input.proprietor),
            legal_representative: patch(input.legal_representative),
            phone: patch(input.phone),
            business_address: patch(input.business_address),
            domicile: patch(input.domicile),
            own_site: patch(input.own_site),
            accounts: patch_list(input.accounts),
            presenters: patch_list(input.presenters),
            sellers: patch_list(input.sellers),
            permits: patch_list(input.permits),
            verification: patch(input.verification),
        }
    }
}

/// 登记直播间运营者，1 至 1000 条，逐条判断。
#[derive(InputObject)]
pub struct RegisterOperatorsInput {
    /// 平台；平台调用者不填即为自己
    platform: Option<ID>,
    /// 各条
    items: Vec<OperatorInput>,
    /// 只判断，不写入
    #[graphql(default)]
    dry_run: bool,
    /// 幂等键，24 小时内同一调用者同一操作唯一
    idempotency_key: Option<String>,
}

/// Writing operators.
#[derive(Default)]
pub struct OperatorMutation;

#[Object]
impl OperatorMutation {
    /// 登记或者更新直播间运营者（第 117 号令第八条第一款）：每条单独判断，一条不通过不影响其他。
    async fn register_operators(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要登记的直播间运营者")] input: RegisterOperatorsInput,
    ) -> Result<RegisterPayload> {
        let items = input
            .items
            .into_iter()
            .map(|item| Item::Operator(item.into()));
        let request = Request {
            platform: input.platform,
            items: items.collect(),
            dry_run: input.dry_run,
            idempotency_key: input.idempotency_key,
        };
        register(ctx, Kind::Operator, request).await
    }
}
