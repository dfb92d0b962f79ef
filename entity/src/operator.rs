//! 直播间运营者: the facts of an operator's revision (Order 117 Art. 8(1), 9(1), 9(2); draft Art. 8, 9).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::facts::{Address, Closing, Consent, Correction, Permit, PersonRef, Verification};
use crate::kind::{AccountRole, LegalForm};
use crate::presenter::SyntheticPresenter;
use crate::room_profile::RoomProfile;

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
    /// 虚拟主播: open ones by name and room, then the newest of those that ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presenters: Vec<SyntheticPresenter>,
    /// 直播间概况, by account, newest first; a room's stay when its tie ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub room_profiles: Vec<RoomProfile>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_from_before_presenters_and_profiles_are_read_as_they_were_written() {
        let old = r#"{"name":"甲","form":"LEGAL_PERSON","registered_on":null,"birth_date":null,"guardian_consent":null,"proprietor":null,"legal_representative":null,"phone":null,"business_address":null,"domicile":null,"own_site":null,"accounts":[],"permits":[],"verification":null,"closing":null}"#;
        let facts: OperatorFacts = serde_json::from_str(old).unwrap();
        assert!(facts.presenters.is_empty() && facts.room_profiles.is_empty());
        assert_eq!(serde_json::to_string(&facts).unwrap(), old);
    }
}
