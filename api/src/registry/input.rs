//! What registrations are made from, as sent: nothing is parsed yet, and what was absent is told from null.

use chrono::{DateTime, NaiveDate, Utc};
use entity::id::FileId;
use entity::kind::{AccountRole, ExemptionKind, IdentityKind, LegalForm, PermitKind, SubjectKind};
use serde::Serialize;

/// A field of a patch: absent keeps, null clears, a value sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Patch<T> {
    /// Absent.
    #[default]
    Keep,
    /// Null.
    Clear,
    /// A value.
    Set(T),
}

impl<T> Patch<T> {
    /// The value as it would stand.
    pub fn over(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(new) => Some(new),
        }
    }

    /// Parses a value that is set.
    pub fn parse<U, E>(self, parse: impl FnOnce(T) -> Result<U, E>) -> Result<Patch<U>, E> {
        Ok(match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(parse(value)?),
        })
    }
}

/// An identity number as sent.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
pub struct IdentityInput {
    /// 证件类型.
    pub kind: IdentityKind,
    /// 证件号码.
    pub number: String,
    /// ISO 3166-1 alpha-3.
    pub issuing_country: Option<String>,
}

impl std::fmt::Debug for IdentityInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IdentityInput({}, …)", self.kind)
    }
}

/// An address as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct AddressInput {
    /// 地址.
    pub text: String,
    /// 行政区划代码.
    pub division: Option<String>,
}

/// A person beside the subject, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct PersonRefInput {
    /// 姓名.
    pub name: String,
    /// Who exactly.
    pub identity: Option<IdentityInput>,
}

/// 监护人同意, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ConsentInput {
    /// 监护人姓名.
    pub guardian_name: String,
    /// When it was given.
    pub given_on: NaiveDate,
    /// The document.
    pub evidence: Option<FileId>,
}

/// 核验, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct VerificationInput {
    /// When.
    pub at: DateTime<Utc>,
    /// How.
    pub method: String,
    /// The proof.
    pub evidence: Option<FileId>,
}

/// 行政许可, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct PermitInput {
    /// Which kind.
    pub kind: PermitKind,
    /// What it is called, for OTHER.
    pub kind_text: Option<String>,
    /// 许可证编号.
    pub number: String,
    /// 发证机关.
    pub issuer: Option<String>,
    /// From this day.
    pub valid_from: Option<NaiveDate>,
    /// To this day.
    pub valid_until: Option<NaiveDate>,
}

/// 直播间概况, as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct RoomProfileInput {
    /// The day it was seen.
    pub on: Option<NaiveDate>,
    /// 认证信息.
    pub certification: Option<String>,
    /// 团队人数.
    pub team_size: Option<i32>,
    /// 粉丝数量.
    pub followers: Option<i32>,
    /// 关注数量.
    pub following: Option<i32>,
    /// 主播人数.
    pub streamers: Option<i32>,
    /// 运营模式.
    pub operating_model: Option<String>,
    /// 年交易额, as a band.
    pub turnover_band: Option<String>,
}

/// 虚拟主播, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct SyntheticPresenterInput {
    /// The name it is shown under.
    pub name: String,
    /// 账号 of the room it appears in.
    pub account_number: Option<String>,
    /// 制作者.
    pub producer: Option<PersonRefInput>,
}

/// 直播账号, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct LiveAccountInput {
    /// 账号.
    pub account_number: String,
    /// How the operator stands to it.
    pub role: AccountRole,
    /// 账号名称.
    pub name: Option<String>,
    /// 粉丝数.
    pub followers: Option<i32>,
    /// 直播间链接.
    pub room_url: Option<String>,
    /// What was seen of the room.
    pub profile: Option<RoomProfileInput>,
}

/// 直播间运营者, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct OperatorInput {
    /// The platform's own key.
    pub external_id: Patch<String>,
    /// When the platform observed it.
    pub observed_at: Option<DateTime<Utc>>,
    /// Who.
    pub identity: IdentityInput,
    /// 名称（姓名）.
    pub name: Patch<String>,
    /// 法律形式.
    pub form: Patch<LegalForm>,
    /// 成立日期.
    pub registered_on: Patch<NaiveDate>,
    /// 出生日期.
    pub birth_date: Patch<NaiveDate>,
    /// 监护人同意.
    pub guardian_consent: Patch<ConsentInput>,
    /// 经营者.
    pub proprietor: Patch<PersonRefInput>,
    /// 法定代表人.
    pub legal_representative: Patch<PersonRefInput>,
    /// 联系方式.
    pub phone: Patch<String>,
    /// 实际经营地址.
    pub business_address: Patch<AddressInput>,
    /// 住所.
    pub domicile: Patch<AddressInput>,
    /// The address of its own site.
    pub own_site: Patch<String>,
    /// 直播账号.
    pub accounts: Patch<Vec<LiveAccountInput>>,
    /// 虚拟主播.
    pub presenters: Patch<Vec<SyntheticPresenterInput>>,
    /// 实际销售者.
    pub sellers: Patch<Vec<IdentityInput>>,
    /// 行政许可.
    pub permits: Patch<Vec<PermitInput>>,
    /// 核验.
    pub verification: Patch<VerificationInput>,
}

/// 专业资质, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct QualificationInput {
    /// 资质名称.
    pub title: String,
    /// 证书编号.
    pub certificate_number: Option<String>,
    /// 颁发机构.
    pub issuer: Option<String>,
    /// To this day.
    pub valid_until: Option<NaiveDate>,
}

/// 网店, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ShopInput {
    /// 网店名称.
    pub name: String,
    /// 网址或访问路径.
    pub url: Option<String>,
}

/// 直播营销人员, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct StreamerInput {
    /// The platform's own key.
    pub external_id: Patch<String>,
    /// When the platform observed it.
    pub observed_at: Option<DateTime<Utc>>,
    /// Who.
    pub identity: IdentityInput,
    /// 姓名.
    pub name: Patch<String>,
    /// 艺名.
    pub stage_name: Patch<String>,
    /// 出生日期.
    pub birth_date: Patch<NaiveDate>,
    /// 监护人同意.
    pub guardian_consent: Patch<ConsentInput>,
    /// 联系方式.
    pub phone: Patch<String>,
    /// 经常居住地址.
    pub residence: Patch<AddressInput>,
    /// 所属服务机构.
    pub agency: Patch<IdentityInput>,
    /// Whose rooms.
    pub operators: Patch<Vec<IdentityInput>>,
    /// 专业资质.
    pub qualifications: Patch<Vec<QualificationInput>>,
    /// 职业职务.
    pub occupation: Patch<String>,
    /// 核验.
    pub verification: Patch<VerificationInput>,
}

/// 直播营销人员服务机构, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct AgencyInput {
    /// The platform's own key.
    pub external_id: Patch<String>,
    /// When the platform observed it.
    pub observed_at: Option<DateTime<Utc>>,
    /// Who.
    pub identity: IdentityInput,
    /// 名称.
    pub name: Patch<String>,
    /// 法定代表人.
    pub legal_representative: Patch<PersonRefInput>,
    /// 联系方式.
    pub phone: Patch<String>,
    /// 住所.
    pub domicile: Patch<AddressInput>,
    /// 行政许可.
    pub permits: Patch<Vec<PermitInput>>,
    /// 核验.
    pub verification: Patch<VerificationInput>,
}

/// 平台内经营者, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct MerchantInput {
    /// The platform's own key.
    pub external_id: Patch<String>,
    /// When the platform observed it.
    pub observed_at: Option<DateTime<Utc>>,
    /// Who.
    pub identity: IdentityInput,
    /// 名称（姓名）.
    pub name: Patch<String>,
    /// 法律形式.
    pub form: Patch<LegalForm>,
    /// 经营者.
    pub proprietor: Patch<PersonRefInput>,
    /// 法定代表人.
    pub legal_representative: Patch<PersonRefInput>,
    /// 联系方式.
    pub phone: Patch<String>,
    /// 实际经营地址.
    pub business_address: Patch<AddressInput>,
    /// 网店.
    pub shops: Patch<Vec<ShopInput>>,
    /// 行政许可.
    pub permits: Patch<Vec<PermitInput>>,
    /// 免登记情形.
    pub exemption: Patch<ExemptionKind>,
    /// 超10万元标示.
    pub over_threshold: Patch<bool>,
    /// 核验.
    pub verification: Patch<VerificationInput>,
}

/// An item of any kind, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Item {
    /// 直播间运营者.
    Operator(OperatorInput),
    /// 直播营销人员.
    Streamer(StreamerInput),
    /// 直播营销人员服务机构.
    Agency(AgencyInput),
    /// 平台内经营者.
    Merchant(MerchantInput),
}

impl Item {
    /// Which kind it is of.
    #[must_use]
    pub const fn kind(&self) -> SubjectKind {
        match self {
            Self::Operator(_) => SubjectKind::Operator,
            Self::Streamer(_) => SubjectKind::Streamer,
            Self::Agency(_) => SubjectKind::Agency,
            Self::Merchant(_) => SubjectKind::Merchant,
        }
    }

    /// The platform's own key, when the platform observed it, and who it is.
    #[must_use]
    pub const fn head(&self) -> (&Patch<String>, Option<DateTime<Utc>>, &IdentityInput) {
        match self {
            Self::Operator(item) => (&item.external_id, item.observed_at, &item.identity),
            Self::Streamer(item) => (&item.external_id, item.observed_at, &item.identity),
            Self::Agency(item) => (&item.external_id, item.observed_at, &item.identity),
            Self::Merchant(item) => (&item.external_id, item.observed_at, &item.identity),
        }
    }
}
