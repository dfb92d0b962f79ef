//! 直播间运营者: the facts of an operator's revision (Order 117 Art. 8(1), 9(1), 9(2); draft Art. 8, 9).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::id::FileId;
use crate::kind::{AccountRole, IdentityKind, LegalForm, PermitKind};
use crate::value::country::CountryCode;

/// Everything an operator's revision says; sealed as one document, so that nothing of it stands in clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorFacts {
    /// 名称（姓名）.
    pub name: String,
    /// 法律形式.
    pub form: LegalForm,
    /// 成立日期 or the day the registration authority entered it.
    pub registered_on: Option<NaiveDate>,
    /// 出生日期 of the natural person or the proprietor.
    pub birth_date: Option<NaiveDate>,
    /// 监护人同意, where the person is 16 or 17.
    pub guardian_consent: Option<Consent>,
    /// 经营者 of an individual business.
    pub proprietor: Option<PersonRef>,
    /// 法定代表人 or person in charge.
    pub legal_representative: Option<PersonRef>,
    /// 联系方式.
    pub phone: Option<String>,
    /// 实际经营地址.
    pub business_address: Option<Address>,
    /// 住所.
    pub domicile: Option<Address>,
    /// The address of its own site, where it uses no platform.
    pub own_site: Option<String>,
    /// The open live accounts, HOLDER first, then by number.
    pub accounts: Vec<LiveAccount>,
    /// 行政许可.
    pub permits: Vec<Permit>,
    /// The last verification.
    pub verification: Option<Verification>,
    /// Why and when it was closed, while it is closed.
    pub closing: Option<Closing>,
}

/// An address with the division it was resolved to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// As given.
    pub text: String,
    /// 行政区划代码, six digits or a local division's code.
    pub division: String,
}

/// A person beside the subject: by name, and by number where it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRef {
    /// 姓名.
    pub name: String,
    /// The identity, where given.
    pub identity: Option<StoredIdentity>,
}

/// An identity number inside sealed facts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredIdentity {
    /// 证件类型.
    pub kind: IdentityKind,
    /// 证件号码, normalised.
    pub number: String,
    /// ISO 3166-1 alpha-3, where the kind needs it.
    pub issuing_country: Option<CountryCode>,
}

impl std::fmt::Debug for StoredIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredIdentity({}, …)", self.kind)
    }
}

/// 监护人同意.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// 监护人姓名.
    pub guardian_name: String,
    /// The day it was given.
    pub given_on: NaiveDate,
    /// The document, where stored.
    pub evidence: Option<FileId>,
}

/// 直播账号: an open tie of an account to this operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveAccount {
    /// 账号.
    pub number: String,
    /// How the operator stands to it.
    pub role: AccountRole,
    /// 账号名称.
    pub name: Option<String>,
    /// 粉丝数.
    pub followers: Option<i32>,
    /// 直播间链接.
    pub room_url: Option<String>,
    /// The day the tie began.
    pub since: NaiveDate,
}

/// 行政许可.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permit {
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
    /// To this day, inclusive.
    pub valid_until: Option<NaiveDate>,
}

/// 核验.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// When.
    pub at: DateTime<Utc>,
    /// How.
    pub method: String,
    /// The proof, where stored.
    pub evidence: Option<FileId>,
}

/// 注销.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The last day.
    pub on: NaiveDate,
    /// Why.
    pub reason: crate::kind::CloseReason,
    /// In the caller's words.
    pub note: Option<String>,
}
