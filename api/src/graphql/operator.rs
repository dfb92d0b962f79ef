//! 直播间运营者 in words: the view, its input, its lists and its registration.

use async_graphql::{
    ComplexObject, Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject,
};
use entity::id::PlatformId;
use entity::kind::SubjectKind as Kind;
use entity::value::mask;
use entity::value::phone::Phone;

use super::enums::{LegalForm, RecordSource, RegistrationStatus, SubjectKind};
use super::list::{self, RegistrationFilter, RegistrationOrder};
use super::page::{Asked, PageInfo};
use super::party::{IdentityInput, Party, PersonRefInput};
use super::permit::{
    Address, AddressInput, ConsentInput, LiveAccount, LiveAccountInput, Permit, PermitInput,
    Verification, VerificationInput,
};
use super::platform::Platform;
use super::registration::{RegisterPayload, RevisionConnection, history, verification};
use super::scalars::{Cursor, Date, DateTime};
use super::{app, caller, id, loaders, told};
use crate::registry::input::{OperatorInput as Raw, Patch};
use crate::registry::operator::{RegisterOperators, register};
use crate::registry::reading::{self, Record};

/// 直播间运营者（第 117 号令第二条）：在平台注册账号或者通过自建网站开设直播间的，以及实际运营他人直播间的。
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct Operator {
    /// 编号
    pub id: ID,
    /// 主体类型
    pub kind: SubjectKind,
    /// 来源
    pub source: RecordSource,
    /// 平台自己的编号
    pub external_id: Option<String>,
    /// 名称（姓名），自然人脱敏
    pub name: String,
    /// 联系方式，脱敏
    pub phone: Option<String>,
    /// 登记状态
    pub status: RegistrationStatus,
    /// 注销日期
    pub closed_on: Option<Date>,
    /// 核验（第 117 号令第八条）
    pub verification: Verification,
    /// 当前版次，从 1 起
    pub revision: i32,
    /// 报送内容的指纹，供比对
    pub fingerprint: String,
    /// 当前版次的记录时刻
    pub updated_at: DateTime,
    /// 法律形式
    pub form: Option<LegalForm>,
    /// 实际经营地址，显示到县级
    pub business_address: Option<Address>,
    /// 住所，显示到县级
    pub domicile: Option<Address>,
    /// 自建网站的网址
    pub own_site: Option<String>,
    /// 行政许可
    pub permits: Vec<Permit>,
    #[graphql(skip)]
    record: Record,
}

#[ComplexObject]
impl Operator {
    /// 主体
    pub async fn party(&self) -> Party {
        Party::of(self.record.registration.party_id, &self.record.identity)
    }

    /// 平台；自建网站的运营者为空
    pub async fn platform(&self, ctx: &Context<'_>) -> Result<Option<Platform>> {
        match self.record.registration.platform() {
            Some(id) => loaders::platform(ctx, id).await,
            None => Ok(None),
        }
    }

    /// 历次版本，由新到旧
    pub async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
    ) -> Result<RevisionConnection> {
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        history(ctx, self.record.registration.id, self.revision, asked).await
    }

    /// 直播账号：先注册人、后实际运营人；已终止的在后
    pub async fn accounts(&self, ctx: &Context<'_>) -> Result<Vec<LiveAccount>> {
        let open = self
            .record
            .facts
            .accounts
            .iter()
            .map(|account| LiveAccount {
                account_number: account.number.clone(),
                role: account.role.into(),
                name: account.name.clone(),
                followers: account.followers,
                room_url: account.room_url.clone(),
                since: Some(Date(account.since)),
                until: None,
            });
        let mut accounts: Vec<LiveAccount> = open.collect();
        accounts.extend(loaders::ended_accounts(ctx, self.record.registration.id).await?);
        Ok(accounts)
    }
}

impl Operator {
    /// The view of a record: natural persons' names masked, phones masked, addresses down to the county.
    pub(super) async fn of(ctx: &Context<'_>, record: Record) -> Result<Self> {
        let (row, facts) = (&record.registration, &record.facts);
        let natural = facts.form == entity::kind::LegalForm::NaturalPerson;
        Ok(Self {
            id: ID(row.id.to_string()),
            kind: row.kind.into(),
            source: row.source.into(),
            external_id: row.external_id.clone(),
            name: if natural {
                mask::person_name(&facts.name)
            } else {
                facts.name.clone()
            },
            phone: facts
                .phone
                .as_ref()
                .map(|phone| Phone::from_stored(phone.clone()).masked()),
            status: row.status.into(),
            closed_on: row.closed_on.map(Date),
            verification: verification(ctx, &record),
            revision: row.revision,
            fingerprint: row.fingerprint.to_hex(),
            updated_at: DateTime(row.updated_at),
            form: Some(facts.form.into()),
            business_address: Address::masked(ctx, facts.business_address.as_ref()).await?,
            domicile: Address::masked(ctx, facts.domicile.as_ref()).await?,
            own_site: facts.own_site.clone(),
            permits: facts.permits.iter().map(Permit::from).collect(),
            record,
        })
    }
}

/// 运营者及其游标。
#[derive(Clone, SimpleObject)]
pub struct OperatorEdge {
    /// 运营者
    pub node: Operator,
    /// 游标
    pub cursor: Cursor,
}

/// 运营者列表。
#[derive(Clone, SimpleObject)]
pub struct OperatorConnection {
    /// 各条
    pub edges: Vec<OperatorEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
    /// 总数，仅在查询时计数，精确到 10000，超过为空
    pub total_count: Option<i32>,
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
    /// 行政许可：整体替换
    permits: MaybeUndefined<Vec<PermitInput>>,
    /// 核验
    verification: MaybeUndefined<VerificationInput>,
}

/// Tells absent from null from a value.
fn patch<T, U: From<T>>(given: MaybeUndefined<T>) -> Patch<U> {
    match given {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Clear,
        MaybeUndefined::Value(value) => Patch::Set(value.into()),
    }
}

/// The same for lists.
fn patch_list<T, U: From<T>>(given: MaybeUndefined<Vec<T>>) -> Patch<Vec<U>> {
    match given {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Clear,
        MaybeUndefined::Value(list) => Patch::Set(list.into_iter().map(Into::into).collect()),
    }
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

/// Reading operators.
#[derive(Default)]
pub struct OperatorQuery;

#[Object]
impl OperatorQuery {
    /// 按编号查直播间运营者；不存在或者不可见时为空。
    async fn operator(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "登记编号")] id: ID,
    ) -> Result<Option<Operator>> {
        find(ctx, &id).await
    }

    /// 直播间运营者列表，限于可见范围。
    #[expect(
        clippy::too_many_arguments,
        reason = "the contract's arguments of a connection"
    )]
    async fn operators(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
        #[graphql(desc = "后几条，最多 500")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<Cursor>,
        #[graphql(desc = "筛选条件")] filter: Option<RegistrationFilter>,
        #[graphql(
            desc = "排序，一律升序，相同时按编号",
            default_with = "RegistrationOrder::Id"
        )]
        order_by: RegistrationOrder,
    ) -> Result<OperatorConnection> {
        let asked = Asked {
            first,
            after,
            last,
            before,
        };
        let page = list::read(ctx, (Some(Kind::Operator), filter, order_by), asked).await?;
        let mut edges = Vec::with_capacity(page.rows.len());
        for (record, cursor) in page.rows {
            edges.push(OperatorEdge {
                node: Operator::of(ctx, record).await?,
                cursor,
            });
        }
        Ok(OperatorConnection {
            edges,
            page_info: page.info,
            total_count: page.total,
        })
    }
}

/// One operator in sight.
pub(super) async fn find(ctx: &Context<'_>, given: &ID) -> Result<Option<Operator>> {
    let Some(wanted) = id(given) else {
        caller(ctx)
            .needs(crate::scope::Scope::RegistryRead)
            .map_err(|e| told(ctx, e))?;
        return Ok(None);
    };
    let found = reading::find(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    match found.filter(|record| record.registration.kind == Kind::Operator) {
        Some(record) => Ok(Some(Operator::of(ctx, record).await?)),
        None => Ok(None),
    }
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
        let command = RegisterOperators {
            platform: input
                .platform
                .as_ref()
                .map(|given| id(given).unwrap_or(PlatformId::OWN_SITE)),
            items: input.items.into_iter().map(Into::into).collect(),
            dry_run: input.dry_run,
            idempotency_key: input.idempotency_key,
        };
        let batch = register(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        Ok(RegisterPayload::of(ctx, &batch))
    }
}
