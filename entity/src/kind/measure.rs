//! How far a measure of a platform is.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::UnknownName;

vocabulary! {
    /// Whether a measure stands. Its days say by themselves on which days it binds; the state says what was done about it.
    DispositionState {
        /// It stands, or will from its first day.
        Open = "OPEN",
        /// 解除: ended by the platform, or with the listing that it belongs to.
        Lifted = "LIFTED",
        /// 期满: its last day has passed.
        Expired = "EXPIRED",
    }
}
