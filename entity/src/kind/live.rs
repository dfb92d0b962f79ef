//! What came of a training, and how a platform takes it (Order 117 Art. 10).

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::UnknownName;

vocabulary! {
    /// What came of a training.
    TrainingOutcome {
        /// 合格: took part and passed.
        Passed = "PASSED",
        /// 弄虚作假.
        Cheated = "CHEATED",
        /// 拒不参加.
        Refused = "REFUSED",
    }
}

vocabulary! {
    /// What a platform makes of a training that failed, where the law leaves that to it.
    FailedTraining {
        /// 警示: whoever failed may go on, and is named.
        Warn = "WARN",
        /// 不得开播: whoever failed may not go on before passing.
        Deny = "DENY",
    }
}
