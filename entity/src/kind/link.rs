//! How parties belong together: what registrations say of others, and the links that speak for.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::{SubjectKind, UnknownName};

vocabulary! {
    /// What a registration says of a party beside its own, the side that declares it first.
    TieKind {
        /// 直播营销人员 in the rooms of a 直播间运营者 (Order 117 Art. 28).
        StreamerOperator = "STREAMER_OPERATOR",
        /// 直播营销人员 of a 直播营销人员服务机构 (Order 117 Art. 9(3)).
        StreamerAgency = "STREAMER_AGENCY",
        /// 直播间运营者 that shows the goods of a 实际销售者 (Order 117 Art. 26).
        OperatorSeller = "OPERATOR_SELLER",
        /// 经营者 of a business (Order 117 Art. 25).
        Proprietor = "PROPRIETOR",
        /// 法定代表人 or person in charge of an organisation.
        LegalRepresentative = "LEGAL_REPRESENTATIVE",
        /// Whose number the registration bore until it was corrected; always over, its last day is the correction's.
        FormerIdentity = "FORMER_IDENTITY",
    }
}

impl TieKind {
    /// What links a registration's own party to another, registered or not.
    pub const LINKING: [Self; 3] = [
        Self::Proprietor,
        Self::LegalRepresentative,
        Self::FormerIdentity,
    ];

    /// Whether registrations of a role declare it of their own accord.
    #[must_use]
    pub const fn declared_by(self, role: SubjectKind) -> bool {
        match self {
            Self::StreamerOperator | Self::StreamerAgency => matches!(role, SubjectKind::Streamer),
            Self::OperatorSeller => matches!(role, SubjectKind::Operator),
            Self::Proprietor => matches!(role, SubjectKind::Operator | SubjectKind::Merchant),
            Self::LegalRepresentative => {
                matches!(
                    role,
                    SubjectKind::Operator | SubjectKind::Agency | SubjectKind::Merchant
                )
            }
            Self::FormerIdentity => false,
        }
    }

    /// The role in which the party that is named stands in the same book; none where a person is named, who needs no
    /// registration.
    #[must_use]
    pub const fn to(self) -> Option<SubjectKind> {
        match self {
            Self::StreamerOperator => Some(SubjectKind::Operator),
            Self::StreamerAgency => Some(SubjectKind::Agency),
            Self::OperatorSeller => Some(SubjectKind::Merchant),
            Self::Proprietor | Self::LegalRepresentative | Self::FormerIdentity => None,
        }
    }

    /// The ties that name a role.
    pub fn naming(role: SubjectKind) -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(move |tie| tie.to() == Some(role))
    }

    /// The link between two parties that it speaks for, if any.
    #[must_use]
    pub const fn link(self) -> Option<PartyLinkKind> {
        match self {
            Self::StreamerOperator | Self::StreamerAgency | Self::OperatorSeller => None,
            Self::Proprietor => Some(PartyLinkKind::Proprietor),
            Self::LegalRepresentative => Some(PartyLinkKind::LegalRepresentative),
            Self::FormerIdentity => Some(PartyLinkKind::SamePerson),
        }
    }
}

vocabulary! {
    /// How two parties belong together.
    PartyLinkKind {
        /// 同一人: one person, or one organisation, under two numbers.
        SamePerson = "SAME_PERSON",
        /// 经营者 of a business.
        Proprietor = "PROPRIETOR",
        /// 法定代表人 or person in charge of an organisation.
        LegalRepresentative = "LEGAL_REPRESENTATIVE",
    }
}

vocabulary! {
    /// What speaks for a link between two parties.
    LinkGround {
        /// A person confirmed it.
        Confirmed = "CONFIRMED",
        /// A registration in sight states it.
        Registered = "REGISTERED",
        /// The number of a registration in sight was corrected from one party's to the other's.
        Corrected = "CORRECTED",
        /// Registrations in sight of both have the same phone and the same name.
        PhoneAndName = "PHONE_AND_NAME",
    }
}

vocabulary! {
    /// Where a link between two parties stands.
    PartyLinkState {
        /// The data speak for it, nobody has judged.
        Proposed = "PROPOSED",
        /// A person confirmed it.
        Confirmed = "CONFIRMED",
        /// Whoever confirmed it took that back.
        Undone = "UNDONE",
    }
}
