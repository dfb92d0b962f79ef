//! The vocabulary of surveys beside the states that they share with first loads.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::UnknownName;

vocabulary! {
    /// What of a survey is written.
    ImportMode {
        /// 全部写入或者都不写入.
        AllOrNothing = "ALL_OR_NOTHING",
        /// 只写入通过的行.
        GoodRows = "GOOD_ROWS",
    }
}
