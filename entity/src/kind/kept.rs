//! What is kept and for whom: holds against removal, and what persons ask about their own data.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::UnknownName;

vocabulary! {
    /// What a legal hold names.
    HeldKind {
        /// A person or organisation, with all its registrations.
        Party = "PARTY",
        /// One registration.
        Registration = "REGISTRATION",
        /// A platform, with all that stands in its book.
        Platform = "PLATFORM",
    }
}

vocabulary! {
    /// What a person asks of whoever keeps the own data (PIPL).
    ObjectionKind {
        /// 查阅、复制 (Art. 45).
        Access = "ACCESS",
        /// 更正、补充 (Art. 46).
        Correction = "CORRECTION",
        /// 删除 (Art. 47).
        Deletion = "DELETION",
        /// 限制、拒绝处理, 要求解释 (Art. 44, 48).
        Objection = "OBJECTION",
    }
}

vocabulary! {
    /// What came of it.
    ObjectionOutcome {
        /// 同意: done as asked.
        Granted = "GRANTED",
        /// 部分同意.
        Partial = "PARTIAL",
        /// 不予同意: refused, with the reasons (PIPL Art. 50).
        Refused = "REFUSED",
    }
}
