//! The life of a submission as a table: which deed leads from which state to which, and who may do it.
//! Whether the caller is that platform or that recipient is asked by whoever knows the caller.

use entity::kind::SubmissionState;
use entity::problem::{Finding, ProblemCode};

use SubmissionState::{
    Accepted, Cancelled, Failed, Filed, Preparing, Ready, Returned, Superseded, Withdrawn,
};

/// What is done to a submission after it was prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubmissionDeed {
    /// Its files are written.
    Finish,
    /// Its files cannot be written.
    Fail,
    /// 取消: the same filing was prepared again.
    Cancel,
    /// 报送.
    File,
    /// 撤回, before it is accepted.
    Withdraw,
    /// 接收.
    Accept,
    /// 退回, with reasons.
    Return,
    /// 替代: a newer INITIAL of the same window was filed.
    Supersede,
}

/// Who does a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The platform whose submission it is.
    Platform,
    /// The market office of the province that receives it.
    Recipient,
    /// The registry itself, as a consequence of another deed or in a job.
    House,
}

/// One thing that can happen to a submission in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The deed.
    pub deed: SubmissionDeed,
    /// Who may do it.
    pub actor: Actor,
    /// The state it starts from.
    pub from: SubmissionState,
    /// The state it leads to.
    pub to: SubmissionState,
}

const fn row(
    deed: SubmissionDeed,
    actor: Actor,
    from: SubmissionState,
    to: SubmissionState,
) -> Transition {
    Transition {
        deed,
        actor,
        from,
        to,
    }
}

/// Everything that can happen to a submission; what is not here is refused.
const TRANSITIONS: &[Transition] = &[
    row(SubmissionDeed::Finish, Actor::House, Preparing, Ready),
    row(SubmissionDeed::Fail, Actor::House, Preparing, Failed),
    row(SubmissionDeed::Cancel, Actor::House, Preparing, Cancelled),
    row(SubmissionDeed::Cancel, Actor::House, Ready, Cancelled),
    row(SubmissionDeed::File, Actor::Platform, Ready, Filed),
    row(SubmissionDeed::Withdraw, Actor::Platform, Filed, Withdrawn),
    row(SubmissionDeed::Accept, Actor::Recipient, Filed, Accepted),
    row(SubmissionDeed::Return, Actor::Recipient, Filed, Returned),
    row(SubmissionDeed::Supersede, Actor::House, Filed, Superseded),
    row(
        SubmissionDeed::Supersede,
        Actor::House,
        Accepted,
        Superseded,
    ),
];

impl SubmissionDeed {
    /// Every deed, in the order of a submission's life.
    pub const ALL: &'static [Self] = &[
        Self::Finish,
        Self::Fail,
        Self::Cancel,
        Self::File,
        Self::Withdraw,
        Self::Accept,
        Self::Return,
        Self::Supersede,
    ];

    /// The name under which labels and facts speak of the deed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Finish => "FINISH",
            Self::Fail => "FAIL",
            Self::Cancel => "CANCEL",
            Self::File => "FILE",
            Self::Withdraw => "WITHDRAW",
            Self::Accept => "ACCEPT",
            Self::Return => "RETURN",
            Self::Supersede => "SUPERSEDE",
        }
    }
}

/// What a deed does to a submission in this state, and who may do it.
///
/// # Errors
/// `WRONG_STATE` with the facts `deed` and `state`.
pub fn advance(from: SubmissionState, deed: SubmissionDeed) -> Result<Transition, Finding> {
    TRANSITIONS
        .iter()
        .copied()
        .find(|row| row.from == from && row.deed == deed)
        .ok_or_else(|| {
            Finding::error(ProblemCode::WrongState)
                .with("deed", deed.as_str())
                .with("state", from.as_str())
        })
}
