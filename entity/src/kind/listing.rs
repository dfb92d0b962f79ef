//! The vocabularies of the blacklist: whose list an entry stands on, how far it is, what came of an appeal, what people
//! judged of a likeness, and what speaks for an evasion.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::UnknownName;

vocabulary! {
    /// Whose list it is.
    BlacklistRegister {
        /// 平台黑名单 (Order 117 Art. 14).
        Platform = "PLATFORM",
        /// 市场监督管理严重违法失信名单, mirrored with its source.
        SeriousViolation = "SERIOUS_VIOLATION",
        /// 互联网严重失信名单, mirrored with its source.
        CyberspaceSeriousBreach = "CYBERSPACE_SERIOUS_BREACH",
    }
}

vocabulary! {
    /// How far an entry is.
    BlacklistState {
        /// It begins on a later day.
        Scheduled = "SCHEDULED",
        /// It is in force.
        Active = "ACTIVE",
        /// 期限届满: its term is over.
        Expired = "EXPIRED",
        /// 移出 before its term was over.
        Removed = "REMOVED",
    }
}

vocabulary! {
    /// How far an appeal is.
    AppealState {
        /// 已收到.
        Received = "RECEIVED",
        /// 复核中.
        UnderReview = "UNDER_REVIEW",
        /// 维持: the listing stands.
        Upheld = "UPHELD",
        /// 缩短期限.
        Shortened = "SHORTENED",
        /// 移出: the appellant is right.
        Removed = "REMOVED",
    }
}

vocabulary! {
    /// What a notice to the listed says.
    NoticeKind {
        /// 列入黑名单告知书.
        Listing = "LISTING",
        /// 申诉处理结果告知书.
        Appeal = "APPEAL",
        /// 移出黑名单告知书.
        Removal = "REMOVAL",
    }
}

vocabulary! {
    /// What a person judged of a name that is like a listed one.
    MatchVerdict {
        /// It is who is listed.
        Same = "SAME",
        /// It is somebody else.
        NotTheSame = "NOT_THE_SAME",
        /// Nobody can say.
        Unsure = "UNSURE",
    }
}

vocabulary! {
    /// What speaks for it that somebody listed goes on under another account or name.
    EvasionGround {
        /// 重新注册账号: a new account of the listed.
        NewAccount = "NEW_ACCOUNT",
        /// 更换账号: another number in place of an account that the listed had.
        ChangedAccount = "CHANGED_ACCOUNT",
        /// An account of the listed, held now by somebody with the same phone.
        SamePhone = "SAME_PHONE",
        /// An account of the listed, held now by somebody whose business or representative the listed is, or the other way.
        Representative = "REPRESENTATIVE",
        /// An account of the listed, held now by a business whose proprietor is the same.
        Proprietor = "PROPRIETOR",
        /// An account of the listed, held now by somebody of the same agency.
        Agency = "AGENCY",
    }
}

vocabulary! {
    /// What a person decided on a lead.
    LeadState {
        /// Nobody decided yet.
        Open = "OPEN",
        /// It is an evasion.
        Confirmed = "CONFIRMED",
        /// It is none.
        Dismissed = "DISMISSED",
    }
}

vocabulary! {
    /// How far a screening is.
    ScreeningState {
        /// Its rows are being looked up.
        Reading = "READING",
        /// Its result is there.
        Done = "DONE",
        /// Its client did not want it any more.
        Cancelled = "CANCELLED",
        /// The file could not be looked up.
        Failed = "FAILED",
    }
}
