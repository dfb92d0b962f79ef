//! The facts that a cell is compared with: what the platform said in clear.

pub(crate) const PERSON: &str = "欧阳小明";
pub(crate) const PERSON_PHONE: &str = "13900000001";
pub(crate) const PRODUCER: &str = "皇甫清越";
pub(crate) const COMPANY_PHONE: &str = "13800000001";
pub(crate) const NEW_PHONE: &str = "0571-88881234";
pub(crate) const STREAMER: &str = "诸葛小红";
pub(crate) const STREAMER_PHONE: &str = "13700000001";
pub(crate) const FARMER: &str = "丁一";
pub(crate) const FARMER_PHONE: &str = "13500000001";
pub(crate) const AGENCY_PHONE: &str = "0571-87654321";
pub(crate) const PLATFORM_PHONE: &str = "0571-88880000";
pub(crate) const REASON: &str = "现场核对了证件原件";
pub(crate) const UNDOING: &str = "证件是伪造的";
pub(crate) const BARRED: &str = "司徒云海";
pub(crate) const FACTS: &str = "多次在直播中虚构疗效";
pub(crate) const LISTED_FOR: &str = "屡次警示仍不改正";
pub(crate) const GROUNDS: &str = "当日主播不是本人";
pub(crate) const REVIEW: &str = "调取当日录屏";
pub(crate) const DECIDED: &str = "录屏与本人相符";
pub(crate) const JUDGED: &str = "出生年份相同，电话待核";
pub(crate) const TAKEN_FOR: &str = "在直播中虚构原价";
pub(crate) const DEMANDED: &str = "群众举报其销售假酒";
pub(crate) const ANSWERED: &str = "已予警示并下架商品";
pub(crate) const RETURNED: &str = "电话无人接听";
pub(crate) const SECOND_ACCOUNT: &str = "moved-74-a";
pub(crate) const LEAD_DECIDED: &str = "两个账号同一设备登录";
