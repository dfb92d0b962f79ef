//! The fields of an item as patches, and how they are merged over what stands: absent keeps, null clears, a list
//! replaces. A table a kind says which fields there are; nothing here judges them.

use chrono::NaiveDate;
use entity::facts::{Facts, PersonRef, StoredIdentity};
use entity::id::FileId;
use entity::kind::{IdentityKind, TieKind};
use entity::problem::Finding;
use entity::value::identity::IdentityNumber;

use crate::registry::agency::AgencyFields;
use crate::registry::input::Patch;
use crate::registry::merchant::MerchantFields;
use crate::registry::operator::OperatorFields;
use crate::registry::streamer::StreamerFields;

/// The parsed fields of an item of any kind.
pub enum Fields {
    /// 直播间运营者.
    Operator(Box<OperatorFields>),
    /// 直播营销人员.
    Streamer(StreamerFields),
    /// 直播营销人员服务机构.
    Agency(AgencyFields),
    /// 平台内经营者.
    Merchant(MerchantFields),
}

/// What a merge depends on beside the item: the day, and how much is kept of what has passed.
#[derive(Clone, Copy, Debug)]
pub struct Keeping {
    /// Today in Asia/Shanghai.
    pub today: NaiveDate,
    /// So many profiles of a room.
    pub room_profiles: usize,
    /// So many presenters that ended.
    pub ended_presenters: usize,
}

/// Who an item says it is tied to.
pub struct Wish {
    /// Which tie.
    pub kind: TieKind,
    /// The field that says so.
    pub field: &'static str,
    /// Whether the field is a list, whose entries have an index.
    pub listed: bool,
    /// The others, by their identities.
    pub others: Vec<IdentityNumber>,
}

impl Wish {
    /// What a list says: nothing where it is not mentioned, nobody where it is cleared.
    pub(in crate::registry) fn of(
        kind: TieKind,
        field: &'static str,
        list: &Patch<Vec<StoredIdentity>>,
    ) -> Option<Self> {
        let others = match list {
            Patch::Keep => return None,
            Patch::Clear => Vec::new(),
            Patch::Set(list) => list.iter().map(identity_of).collect(),
        };
        Some(Self {
            kind,
            field,
            listed: true,
            others,
        })
    }

    /// What a single field says.
    pub(in crate::registry) fn one(
        kind: TieKind,
        field: &'static str,
        other: Option<&StoredIdentity>,
    ) -> Self {
        Self {
            kind,
            field,
            listed: false,
            others: other.into_iter().map(identity_of).collect(),
        }
    }
}

impl Wish {
    /// What a field says of a person: nobody where it is cleared, or names one without a number.
    pub(in crate::registry) fn person(
        kind: TieKind,
        field: &'static str,
        person: &Patch<PersonRef>,
    ) -> Option<Self> {
        match person {
            Patch::Keep => None,
            Patch::Clear => Some(Self::one(kind, field, None)),
            Patch::Set(person) => Some(Self::one(kind, field, natural(person))),
        }
    }
}

/// The identity of a person by a person's document. An organisation may represent a partnership; it is no person.
pub(super) fn natural(person: &PersonRef) -> Option<&StoredIdentity> {
    let identity = person.identity.as_ref();
    identity.filter(|identity| identity.kind != IdentityKind::Uscc)
}

fn identity_of(stored: &StoredIdentity) -> IdentityNumber {
    IdentityNumber::from_stored(stored.kind, stored.number.clone(), stored.issuing_country)
}

impl Fields {
    /// The facts as they would stand over what stands, or what is lacking before anything can be judged.
    pub(super) fn merge(
        &self,
        old: Option<&Facts>,
        keeping: Keeping,
    ) -> Result<Facts, Vec<Finding>> {
        macro_rules! merge {
            ($($kind:ident),+) => {
                match self {
                    $(Self::$kind(fields) => {
                        let old = match old {
                            Some(Facts::$kind(facts)) => Some(facts),
                            _ => None,
                        };
                        fields.merge(old, keeping).map(Facts::$kind)
                    })+
                }
            };
        }
        merge!(Operator, Streamer, Agency, Merchant)
    }

    /// What was sent that does not go with the facts as they would stand, at its place in what was sent.
    pub(super) fn misplaced(&self, facts: &Facts) -> Vec<Finding> {
        match (self, facts) {
            (Self::Operator(fields), Facts::Operator(facts)) => fields.misplaced(facts),
            _ => Vec::new(),
        }
    }

    /// The contract names of the fields in which two states differ.
    pub(super) fn changes(old: Option<&Facts>, new: &Facts) -> Vec<&'static str> {
        macro_rules! changes {
            ($($kind:ident = $fields:ident),+) => {
                match (old, new) {
                    $((Some(Facts::$kind(old)), Facts::$kind(new)) => $fields::changes(Some(old), new),
                    (_, Facts::$kind(new)) => $fields::changes(None, new),)+
                }
            };
        }
        changes!(
            Operator = OperatorFields,
            Streamer = StreamerFields,
            Agency = AgencyFields,
            Merchant = MerchantFields
        )
    }

    /// The evidence that the item itself names, with its field.
    pub(super) fn evidence(&self) -> impl Iterator<Item = (&'static str, FileId)> + use<> {
        let (verification, consent) = match self {
            Self::Operator(fields) => (&fields.verification, Some(&fields.guardian_consent)),
            Self::Streamer(fields) => (&fields.verification, Some(&fields.guardian_consent)),
            Self::Agency(fields) => (&fields.verification, None),
            Self::Merchant(fields) => (&fields.verification, None),
        };
        let consent = match consent {
            Some(Patch::Set(consent)) => consent.evidence.map(|id| ("guardianConsent", id)),
            _ => None,
        };
        let verification = match verification {
            Patch::Set(verification) => verification.evidence.map(|id| ("verification", id)),
            Patch::Keep | Patch::Clear => None,
        };
        consent.into_iter().chain(verification)
    }

    /// The ties that the item says something of; what it does not mention stays as it is.
    pub(super) fn ties(&self) -> Vec<Wish> {
        match self {
            Self::Operator(fields) => fields.ties(),
            Self::Streamer(fields) => fields.ties(),
            Self::Agency(fields) => fields.ties(),
            Self::Merchant(fields) => fields.ties(),
        }
    }
}

/// Declares the fields of a kind, and with them the patch, the merge and the comparison. `required` is what nothing can
/// be judged without; every kind has a verification.
macro_rules! fields {
    (
        $(#[$meta:meta])*
        $fields:ident => $facts:ident {
            $(required $req:ident: $req_type:ty = $req_name:literal,)+
            $(optional $opt:ident: $opt_type:ty = $opt_name:literal,)+
            $(list $list:ident: $list_type:ty = $list_name:literal,)*
        }
        beside { $($beside:ident: $beside_type:ty),* $(,)? }
    ) => {
        $(#[$meta])*
        #[expect(missing_docs, reason = "each is the patch of the fact of the same name")]
        pub struct $fields {
            $(pub $req: $crate::registry::input::Patch<$req_type>,)+
            $(pub $opt: $crate::registry::input::Patch<$opt_type>,)+
            $(pub $list: $crate::registry::input::Patch<Vec<$list_type>>,)*
            pub verification: $crate::registry::input::Patch<entity::facts::Verification>,
            $(pub $beside: $crate::registry::input::Patch<$beside_type>,)*
        }

        impl $fields {
            /// The patch over what stands, as it is.
            fn over(&self, old: Option<&$facts>) -> Result<$facts, Vec<entity::problem::Finding>> {
                let mut lacking = Vec::new();
                $(
                    let $req = self.$req.clone().over(old.map(|old| old.$req.clone()));
                    if $req.is_none() {
                        let asked = entity::problem::Finding::error(entity::problem::ProblemCode::Required);
                        lacking.push(asked.inside($req_name));
                    }
                )+
                let ($(Some($req),)+) = ($($req,)+) else {
                    return Err(lacking);
                };
                Ok($facts {
                    $($req,)+
                    $($opt: self.$opt.clone().over(old.and_then(|old| old.$opt.clone())),)+
                    $($list: self.$list.clone().over(old.map(|old| old.$list.clone())).unwrap_or_default(),)*
                    verification: self.verification.clone().over(old.and_then(|old| old.verification.clone())),
                    closing: None,
                    correction: None,
                })
            }

            /// The contract names of the fields in which two states differ; of a new record those that say something.
            pub fn changes(old: Option<&$facts>, new: &$facts) -> Vec<&'static str> {
                let mut changed = Vec::new();
                $(if old.is_none_or(|old| old.$req != new.$req) {
                    changed.push($req_name);
                })+
                $(if old.map_or(new.$opt.is_some(), |old| old.$opt != new.$opt) {
                    changed.push($opt_name);
                })+
                $(if old.map_or(!new.$list.is_empty(), |old| old.$list != new.$list) {
                    changed.push($list_name);
                })*
                if old.map_or(new.verification.is_some(), |old| old.verification != new.verification) {
                    changed.push("verification");
                }
                if old.is_some_and(|old| old.closing.is_some()) {
                    changed.push("status");
                }
                changed
            }
        }
    };
}
pub(crate) use fields;
