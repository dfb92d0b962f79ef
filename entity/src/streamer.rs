//! 直播营销人员: the facts of a streamer's revision (Order 117 Art. 8(2), 9(3); draft Art. 8, 9).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::facts::{Address, Closing, Consent, Correction, StoredIdentity, Verification};

/// Everything a streamer's revision says; sealed as one document. Whose rooms the streamer appears in are ties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamerFacts {
    /// 姓名.
    pub name: String,
    /// 艺名 or the name shown on screen.
    pub stage_name: Option<String>,
    /// 出生日期, where the document does not tell it.
    pub birth_date: Option<NaiveDate>,
    /// 监护人同意, where the person is 16 or 17.
    pub guardian_consent: Option<Consent>,
    /// 联系方式.
    pub phone: Option<String>,
    /// 经常居住地址.
    pub residence: Option<Address>,
    /// 所属直播营销人员服务机构, by its identity: it is filed, so it counts in the fingerprint.
    pub agency: Option<StoredIdentity>,
    /// 与直播营销相关的专业资质.
    pub qualifications: Vec<Qualification>,
    /// 职业职务.
    pub occupation: Option<String>,
    /// The last verification.
    pub verification: Option<Verification>,
    /// Why and when it was closed, while it is closed.
    pub closing: Option<Closing>,
    /// Why the identity was corrected, in the revision that corrects it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
}

/// 专业资质.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qualification {
    /// 资质名称.
    pub title: String,
    /// 证书编号.
    pub certificate_number: Option<String>,
    /// 颁发机构.
    pub issuer: Option<String>,
    /// To this day, inclusive.
    pub valid_until: Option<NaiveDate>,
}
