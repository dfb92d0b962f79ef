//! 虚拟主播: a person's image or video that artificial intelligence made, as an operator declares it (Order 117 Art. 37;
//! draft Art. 30). It is a fact of the operator and no registration: it has no number, and no list of streamers knows it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::facts::PersonRef;

/// 使用人工智能等技术生成的人物图像、视频, for as long as the operator manages or uses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyntheticPresenter {
    /// The name it is shown under.
    pub name: String,
    /// 直播账号: in which room of the operator it appears; in any, where none is named.
    pub account: Option<String>,
    /// 制作者, where known.
    pub producer: Option<PersonRef>,
    /// The first day on record.
    pub since: NaiveDate,
    /// The last day, once it ended.
    pub until: Option<NaiveDate>,
}

impl SyntheticPresenter {
    /// What tells it from the operator's others.
    #[must_use]
    pub fn key(&self) -> (&str, Option<&str>) {
        (&self.name, self.account.as_deref())
    }

    /// Whether it has not ended.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.until.is_none()
    }
}
