//! 直播营销人员服务机构: the facts of an agency's revision (Order 117 Art. 2, 39; draft Art. 2, 31).

use serde::{Deserialize, Serialize};

use crate::facts::{Address, Closing, Correction, Permit, PersonRef, Verification};

/// Everything an agency's revision says; sealed as one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyFacts {
    /// 名称.
    pub name: String,
    /// 法定代表人 or person in charge.
    pub legal_representative: Option<PersonRef>,
    /// 联系方式.
    pub phone: Option<String>,
    /// 住所.
    pub domicile: Option<Address>,
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
