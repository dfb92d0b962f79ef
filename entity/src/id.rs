//! Typed ids: UUID v7, one type a table, so that a party's id never passes for a platform's.

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Declares an id type over a UUID that can be a primary key.
macro_rules! id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )+};
}

id! {
    /// A party: one normalised identity number.
    PartyId,
    /// A platform; its nil value keys the registrations of own sites.
    PlatformId,
    /// A registration: one party in one role on one platform.
    RegistrationId,
    /// A live account's tie to a registration.
    AccountId,
    /// What a registration says of another party.
    TieId,
    /// A confirmed link between two parties.
    PartyLinkId,
    /// An office of a bureau.
    OfficeId,
    /// A client of the API.
    ClientId,
    /// A submission.
    SubmissionId,
    /// A stored file.
    FileId,
    /// An import.
    ImportId,
    /// A mapping of a survey's columns that was learnt.
    MappingId,
    /// Where a survey and a platform say different things.
    DifferenceId,
    /// A download link.
    LinkId,
    /// An audit entry.
    AuditId,
    /// A legal hold.
    HoldId,
    /// What a person asked about the own data.
    ObjectionId,
    /// A blacklist entry.
    EntryId,
    /// An appeal against one.
    AppealId,
    /// A letter to the listed.
    NoticeId,
    /// What somebody judged of a likeness.
    JudgementId,
    /// A lead to an evasion.
    LeadId,
    /// A record of a training.
    TrainingId,
    /// A report of a livestream that is about to begin.
    LiveSessionId,
    /// A file that is screened.
    ScreeningId,
    /// A measure of a platform.
    DispositionId,
    /// A report of a measure to one office.
    DispositionReportId,
    /// An office's demand for a measure.
    DemandId,
}

impl ClientId {
    /// Stands for "the house itself" where a record names who asked for it; no client has it.
    pub const HOUSE: Self = Self(Uuid::nil());
}

impl PlatformId {
    /// Stands for "no platform" in the key of own-site registrations, because NULL is never equal to itself.
    pub const OWN_SITE: Self = Self(Uuid::nil());
}
