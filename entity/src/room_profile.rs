//! 直播间概况: what was seen of a room on one day, as the survey form of 绿色直播间 asks for it. No edition files it. Who saw
//! it is the source of the registration that says it: a platform of its own rooms, a bureau in its survey.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One room on one day; what was not seen is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomProfile {
    /// 账号 of the room.
    pub account: String,
    /// The day it was seen.
    pub on: NaiveDate,
    /// 认证信息.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certification: Option<String>,
    /// 团队人数.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_size: Option<i32>,
    /// 粉丝数量.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followers: Option<i32>,
    /// 关注数量: how many accounts the room itself follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub following: Option<i32>,
    /// 主播人数.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streamers: Option<i32>,
    /// 运营模式, in the words of whoever saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_model: Option<String>,
    /// 年交易额 as a band, in the words of whoever saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turnover_band: Option<String>,
}
