//! 平台内经营者: the facts of a merchant's revision (网络交易监督管理办法 Art. 24, 25; 合规数据报送 Art. 7; draft Art. 9(4)).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::facts::{Address, Closing, Correction, Permit, PersonRef, Verification};
use crate::kind::{ExemptionKind, LegalForm};

/// Everything a merchant's revision says; sealed as one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerchantFacts {
    /// 名称（姓名）.
    pub name: String,
    /// 法律形式.
    pub form: LegalForm,
    /// 经营者 of an individual business.
    pub proprietor: Option<PersonRef>,
    /// 法定代表人 or person in charge.
    pub legal_representative: Option<PersonRef>,
    /// 联系方式.
    pub phone: Option<String>,
    /// 实际经营地址.
    pub business_address: Option<Address>,
    /// 网店: open ones by name, then those that ended.
    pub shops: Vec<Shop>,
    /// 行政许可.
    pub permits: Vec<Permit>,
    /// 免登记情形, of whoever is not registered.
    pub exemption: Option<ExemptionKind>,
    /// 超10万元标示: whether the turnover of a year on this platform exceeds 100,000 yuan.
    pub over_threshold: Option<bool>,
    /// The last verification.
    pub verification: Option<Verification>,
    /// Why and when it was closed, while it is closed.
    pub closing: Option<Closing>,
    /// Why the identity was corrected, in the revision that corrects it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
}

/// 网店, for as long as the merchant keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shop {
    /// 网店名称.
    pub name: String,
    /// 网址或访问路径.
    pub url: Option<String>,
    /// The first day on record.
    pub since: NaiveDate,
    /// The last day, once it ended.
    pub until: Option<NaiveDate>,
}

impl MerchantFacts {
    /// The shops that are open.
    pub fn open_shops(&self) -> impl Iterator<Item = &Shop> {
        self.shops.iter().filter(|shop| shop.until.is_none())
    }
}
