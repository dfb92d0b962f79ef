//! 直播间概况 in words: what was seen of a room on one day, and who saw it.

use std::collections::HashMap;

use async_graphql::{InputObject, SimpleObject};
use entity::room_profile as record;

use super::enums::RecordSource;
use super::permit::LiveAccount;
use super::scalars::Date;
use crate::registry::input;

/// 直播间概况：某一日看到的直播间情况（项目依“绿色直播间”申报表设置），不属于报送内容。
#[derive(Clone, Debug, SimpleObject)]
pub struct RoomProfile {
    /// 观察日期
    pub on: Date,
    /// 来源：平台自己登记的，或者部门摸排的
    pub source: RecordSource,
    /// 认证信息
    pub certification: Option<String>,
    /// 团队人数
    pub team_size: Option<i32>,
    /// 粉丝数量
    pub followers: Option<i32>,
    /// 关注数量：该账号关注的账号数
    pub following: Option<i32>,
    /// 主播人数
    pub streamers: Option<i32>,
    /// 运营模式
    pub operating_model: Option<String>,
    /// 年交易额区间，照填写的文字
    pub turnover_band: Option<String>,
}

impl RoomProfile {
    fn of(profile: &record::RoomProfile, source: RecordSource) -> Self {
        Self {
            on: Date(profile.on),
            source,
            certification: profile.certification.clone(),
            team_size: profile.team_size,
            followers: profile.followers,
            following: profile.following,
            streamers: profile.streamers,
            operating_model: profile.operating_model.clone(),
            turnover_band: profile.turnover_band.clone(),
        }
    }
}

/// Puts beside each account what was seen of its room, newest first; beside one that ended, what was seen until then.
pub(super) fn beside(
    accounts: &mut [LiveAccount],
    profiles: &[record::RoomProfile],
    source: RecordSource,
) {
    let mut rooms: HashMap<&str, Vec<&record::RoomProfile>> = HashMap::new();
    for profile in profiles {
        rooms.entry(&profile.account).or_default().push(profile);
    }
    for account in accounts {
        let Some(seen) = rooms.get(account.account_number.as_str()) else {
            continue;
        };
        let ended = account.until.map(|until| until.0);
        account.seen = seen
            .iter()
            .filter(|profile| ended.is_none_or(|until| profile.on <= until))
            .map(|profile| RoomProfile::of(profile, source))
            .collect();
        let counted = account.seen.iter().find_map(|profile| profile.followers);
        account.followers = account.followers.or(counted);
    }
}

/// 直播间概况：至少填写日期以外的一项。
#[derive(InputObject)]
pub struct RoomProfileInput {
    /// 观察日期，不得晚于今天；不填即为 observedAt 当日，没有 observedAt 的为今天
    on: Option<Date>,
    /// 认证信息
    certification: Option<String>,
    /// 团队人数
    team_size: Option<i32>,
    /// 粉丝数量
    followers: Option<i32>,
    /// 关注数量：该账号关注的账号数
    following: Option<i32>,
    /// 主播人数
    streamers: Option<i32>,
    /// 运营模式
    operating_model: Option<String>,
    /// 年交易额区间；没有统一的分档，照实填写文字
    turnover_band: Option<String>,
}

impl From<RoomProfileInput> for input::RoomProfileInput {
    fn from(profile: RoomProfileInput) -> Self {
        Self {
            on: profile.on.map(|on| on.0),
            certification: profile.certification,
            team_size: profile.team_size,
            followers: profile.followers,
            following: profile.following,
            streamers: profile.streamers,
            operating_model: profile.operating_model,
            turnover_band: profile.turnover_band,
        }
    }
}
