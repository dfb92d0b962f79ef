//! Parts that several registrations share: addresses, permits, verifications, live accounts.

use async_graphql::{ComplexObject, Context, InputObject, Result, SimpleObject};
use entity::{facts as record, operator};

use super::enums::{AccountRole, PermitKind, SubjectKind, VerificationState};
use super::loaders;
use super::office::Division;
use super::problem::Article;
use super::room_profile::{RoomProfile, RoomProfileInput};
use super::scalars::{Date, DateTime};
use crate::registry::input;

/// 地址：公开到县级行政区划。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Address {
    /// 行政区划判断的把握，0 至 1；由调用者给出时为 1
    pub confidence: Option<f64>,
    #[graphql(skip)]
    code: String,
}

#[ComplexObject]
impl Address {
    /// 地址，自然人和法人均只显示到县级
    pub async fn text(&self, ctx: &Context<'_>) -> Result<String> {
        let named = loaders::division(ctx, &self.code).await?;
        let text = named.map_or_else(String::new, |division| division.full_name);
        Ok(format!("{text}***"))
    }

    /// 行政区划
    pub async fn division(&self, ctx: &Context<'_>) -> Result<Option<Division>> {
        loaders::division(ctx, &self.code).await
    }
}

impl Address {
    /// An address of which no more is shown than its county.
    pub(super) fn masked(address: &record::Address) -> Self {
        let hundredths = address.confidence.map(f64::from);
        Self {
            confidence: Some(hundredths.map_or(1.0, |hundredths| hundredths / 100.0)),
            code: address.division.clone(),
        }
    }
}

/// 核验情况。
#[derive(Clone, Debug, SimpleObject)]
pub struct Verification {
    /// 状态
    pub state: VerificationState,
    /// 最近一次核验的时刻
    pub at: Option<DateTime>,
    /// 下一次核验的截止日（含当日）
    pub due_on: Option<Date>,
    /// 由谁核验
    pub by: Option<SubjectKind>,
    /// 核验方式
    pub method: Option<String>,
    /// 法条出处
    pub article: Option<Article>,
}

/// 直播账号与运营者的关系，有起止日期。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct LiveAccount {
    /// 账号
    pub account_number: String,
    /// 关系
    pub role: AccountRole,
    /// 账号名称
    pub name: Option<String>,
    /// 粉丝数：登记时填写的；没有填写的，取最近一次概况中的粉丝数量
    pub followers: Option<i32>,
    /// 直播间链接
    pub room_url: Option<String>,
    /// 起始日
    pub since: Option<Date>,
    /// 终止日
    pub until: Option<Date>,
    #[graphql(skip)]
    pub(super) seen: Vec<RoomProfile>,
}

#[ComplexObject]
impl LiveAccount {
    /// 直播间概况，每日一份，由新到旧；只保留最近若干份（设置 `registration.room_profiles`），账号终止后保留终止前的
    pub async fn profiles(&self) -> &[RoomProfile] {
        &self.seen
    }

    /// 某日或者之前最近一日的直播间概况；不填日期即为最新一份
    pub async fn profile(
        &self,
        #[graphql(desc = "截至哪一日（含当日）")] on: Option<Date>,
    ) -> Option<&RoomProfile> {
        self.seen
            .iter()
            .find(|profile| on.is_none_or(|on| profile.on.0 <= on.0))
    }
}

impl From<&operator::LiveAccount> for LiveAccount {
    fn from(account: &operator::LiveAccount) -> Self {
        Self {
            account_number: account.number.clone(),
            role: account.role.into(),
            name: account.name.clone(),
            followers: account.followers,
            room_url: account.room_url.clone(),
            since: Some(Date(account.since)),
            until: None,
            seen: Vec::new(),
        }
    }
}

/// 行政许可。
#[derive(Clone, Debug, SimpleObject)]
pub struct Permit {
    /// 种类
    pub kind: PermitKind,
    /// 种类为 OTHER 时的名称
    pub kind_text: Option<String>,
    /// 许可证编号
    pub number: String,
    /// 发证机关
    pub issuer: Option<String>,
    /// 有效期起
    pub valid_from: Option<Date>,
    /// 有效期止（含当日）
    pub valid_until: Option<Date>,
}

impl From<&record::Permit> for Permit {
    fn from(permit: &record::Permit) -> Self {
        Self {
            kind: permit.kind.into(),
            kind_text: permit.kind_text.clone(),
            number: permit.number.clone(),
            issuer: permit.issuer.clone(),
            valid_from: permit.valid_from.map(Date),
            valid_until: permit.valid_until.map(Date),
        }
    }
}

/// 地址；行政区划到县级，未提供代码的由地址文字判断。
#[derive(InputObject)]
pub struct AddressInput {
    /// 地址全文
    text: String,
    /// 行政区划代码（GB/T 2260 六位，或者已登记的功能区代码）；文字足以确定县级区划的可以不填
    division: Option<String>,
}

impl From<AddressInput> for input::AddressInput {
    fn from(address: AddressInput) -> Self {
        Self {
            text: address.text,
            division: address.division,
        }
    }
}

/// 行政许可。
#[derive(InputObject)]
pub struct PermitInput {
    /// 种类
    kind: PermitKind,
    /// 种类为 OTHER 时的名称
    kind_text: Option<String>,
    /// 许可证编号
    number: String,
    /// 发证机关
    issuer: Option<String>,
    /// 有效期起
    valid_from: Option<Date>,
    /// 有效期止（含当日）
    valid_until: Option<Date>,
}

impl From<PermitInput> for input::PermitInput {
    fn from(permit: PermitInput) -> Self {
        Self {
            kind: permit.kind.into(),
            kind_text: permit.kind_text,
            number: permit.number,
            issuer: permit.issuer,
            valid_from: permit.valid_from.map(|date| date.0),
            valid_until: permit.valid_until.map(|date| date.0),
        }
    }
}

/// 核验。
#[derive(InputObject)]
pub struct VerificationInput {
    /// 时刻，不得晚于现在
    at: DateTime,
    /// 方式
    method: String,
    /// 证明材料：调用者自己上传的文件
    evidence: Option<async_graphql::ID>,
}

impl From<VerificationInput> for input::VerificationInput {
    fn from(verification: VerificationInput) -> Self {
        Self {
            at: verification.at.0,
            method: verification.method,
            evidence: verification.evidence.as_ref().map(evidence),
        }
    }
}

/// 监护人同意（未成年人保护法第七十六条）。
#[derive(InputObject)]
pub struct ConsentInput {
    /// 监护人姓名
    guardian_name: String,
    /// 同意日期
    given_on: Date,
    /// 证明材料：调用者自己上传的文件
    evidence: Option<async_graphql::ID>,
}

impl From<ConsentInput> for input::ConsentInput {
    fn from(consent: ConsentInput) -> Self {
        Self {
            guardian_name: consent.guardian_name,
            given_on: consent.given_on.0,
            evidence: consent.evidence.as_ref().map(evidence),
        }
    }
}

/// A file's id; what cannot be one is the nil id, which no file has.
fn evidence(id: &async_graphql::ID) -> entity::id::FileId {
    super::id(id).unwrap_or(entity::id::FileId(uuid::Uuid::nil()))
}

/// 直播账号。
#[derive(InputObject)]
pub struct LiveAccountInput {
    /// 账号
    account_number: String,
    /// 关系
    #[graphql(default_with = "AccountRole::Holder")]
    role: AccountRole,
    /// 账号名称
    name: Option<String>,
    /// 粉丝数
    followers: Option<i32>,
    /// 直播间链接（http 或者 https）
    room_url: Option<String>,
    /// 直播间概况：某一日的观察，只增不减；同一日的以后一次为准
    profile: Option<RoomProfileInput>,
}

impl From<LiveAccountInput> for input::LiveAccountInput {
    fn from(account: LiveAccountInput) -> Self {
        Self {
            account_number: account.account_number,
            role: account.role.into(),
            name: account.name,
            followers: account.followers,
            room_url: account.room_url,
            profile: account.profile.map(Into::into),
        }
    }
}
