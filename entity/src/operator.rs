//! 直播间运营者: the facts of an operator's revision (Order 117 Art. 8(1), 9(1), 9(2); draft Art. 8, 9).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::facts::{Address, Closing, Consent, Correction, Permit, PersonRef, Verification};
use crate::kind::{AccountRole, LegalForm};

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
    /// Why the identity was corrected, in the revision that corrects it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
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
