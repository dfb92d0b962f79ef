//! What the registrations of all four kinds say alike, and [`Facts`], which is any of them. Facts are sealed as one
//! document; nothing here opens, merges or judges them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::agency::AgencyFacts;
use crate::id::FileId;
use crate::kind::{CloseReason, IdentityKind, LegalForm, PermitKind, SubjectKind};
use crate::merchant::MerchantFacts;
use crate::operator::OperatorFacts;
use crate::streamer::StreamerFacts;
use crate::value::country::CountryCode;

/// The facts of one revision, of whatever kind its registration is. Stored without a tag: the registration's own kind
/// says how to read them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Facts {
    /// 直播间运营者.
    Operator(OperatorFacts),
    /// 直播营销人员.
    Streamer(StreamerFacts),
    /// 直播营销人员服务机构.
    Agency(AgencyFacts),
    /// 平台内经营者.
    Merchant(MerchantFacts),
}

/// Reads or changes a field that all four have.
macro_rules! of_any {
    ($facts:expr, $any:ident => $value:expr) => {
        match $facts {
            Facts::Operator($any) => $value,
            Facts::Streamer($any) => $value,
            Facts::Agency($any) => $value,
            Facts::Merchant($any) => $value,
        }
    };
}

impl Facts {
    /// Whose facts they are.
    #[must_use]
    pub const fn kind(&self) -> SubjectKind {
        match self {
            Self::Operator(_) => SubjectKind::Operator,
            Self::Streamer(_) => SubjectKind::Streamer,
            Self::Agency(_) => SubjectKind::Agency,
            Self::Merchant(_) => SubjectKind::Merchant,
        }
    }

    /// 名称（姓名）.
    #[must_use]
    pub fn name(&self) -> &str {
        of_any!(self, any => &any.name)
    }

    /// 联系方式.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        of_any!(self, any => any.phone.as_deref())
    }

    /// Where they are to be found: 实际经营地址, 常住地 or 住所, the first that is known.
    #[must_use]
    pub fn address(&self) -> Option<&Address> {
        match self {
            Self::Operator(operator) => {
                let business = operator.business_address.as_ref();
                business.or(operator.domicile.as_ref())
            }
            Self::Streamer(streamer) => streamer.residence.as_ref(),
            Self::Agency(agency) => agency.domicile.as_ref(),
            Self::Merchant(merchant) => merchant.business_address.as_ref(),
        }
    }

    /// The last verification.
    #[must_use]
    pub const fn verification(&self) -> Option<&Verification> {
        of_any!(self, any => any.verification.as_ref())
    }

    /// 法律形式; a streamer is a natural person, an agency says none.
    #[must_use]
    pub const fn form(&self) -> Option<LegalForm> {
        match self {
            Self::Operator(operator) => Some(operator.form),
            Self::Merchant(merchant) => Some(merchant.form),
            Self::Streamer(_) => Some(LegalForm::NaturalPerson),
            Self::Agency(_) => None,
        }
    }

    /// Whether the name is a natural person's, which is shown masked.
    #[must_use]
    pub fn is_natural_person(&self) -> bool {
        self.form() == Some(LegalForm::NaturalPerson)
    }

    /// The first day on which it can have been closed, where one is known.
    #[must_use]
    pub const fn founded(&self) -> Option<NaiveDate> {
        match self {
            Self::Operator(operator) => operator.registered_on,
            Self::Streamer(_) | Self::Agency(_) | Self::Merchant(_) => None,
        }
    }

    /// The files that prove something of this.
    #[must_use]
    pub fn evidence(&self) -> Vec<FileId> {
        let verified = self.verification().and_then(|checked| checked.evidence);
        let consent = match self {
            Self::Operator(operator) => operator.guardian_consent.as_ref(),
            Self::Streamer(streamer) => streamer.guardian_consent.as_ref(),
            Self::Agency(_) | Self::Merchant(_) => None,
        };
        let consent = consent.and_then(|consent| consent.evidence);
        let correction = of_any!(self, any => any.correction.as_ref());
        let correction = correction.into_iter().flat_map(|why| why.evidence.clone());
        verified
            .into_iter()
            .chain(consent)
            .chain(correction)
            .collect()
    }

    /// Records a verification.
    pub fn verify(&mut self, verification: Verification) {
        of_any!(self, any => any.verification = Some(verification));
    }

    /// Records a closing.
    pub fn close(&mut self, closing: Closing) {
        of_any!(self, any => any.closing = Some(closing));
    }

    /// Says that this revision corrects the identity, or that it no longer does.
    pub fn correct(&mut self, correction: Option<Correction>) {
        of_any!(self, any => any.correction = correction);
    }
}

/// An address with the division it was resolved to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// As given.
    pub text: String,
    /// 行政区划代码, six digits or a local division's code.
    pub division: String,
    /// How sure the division is where it was read from the text, in hundredths; none where the caller gave it.
    #[serde(default)]
    pub confidence: Option<u8>,
}

/// A person beside the subject: by name, and by number where it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRef {
    /// 姓名.
    pub name: String,
    /// The identity, where given.
    pub identity: Option<StoredIdentity>,
}

/// An identity number inside sealed facts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredIdentity {
    /// 证件类型.
    pub kind: IdentityKind,
    /// 证件号码, normalised.
    pub number: String,
    /// ISO 3166-1 alpha-3, where the kind needs it.
    pub issuing_country: Option<CountryCode>,
}

impl std::fmt::Debug for StoredIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredIdentity({}, …)", self.kind)
    }
}

/// 监护人同意.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// 监护人姓名.
    pub guardian_name: String,
    /// The day it was given.
    pub given_on: NaiveDate,
    /// The document, where stored.
    pub evidence: Option<FileId>,
}

/// 行政许可.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permit {
    /// Which kind.
    pub kind: PermitKind,
    /// What it is called, for OTHER.
    pub kind_text: Option<String>,
    /// 许可证编号.
    pub number: String,
    /// 发证机关.
    pub issuer: Option<String>,
    /// From this day.
    pub valid_from: Option<NaiveDate>,
    /// To this day, inclusive.
    pub valid_until: Option<NaiveDate>,
}

/// 核验.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// When.
    pub at: DateTime<Utc>,
    /// How.
    pub method: String,
    /// The proof, where stored.
    pub evidence: Option<FileId>,
}

/// 注销.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The last day.
    pub on: NaiveDate,
    /// Why.
    pub reason: CloseReason,
    /// In the caller's words.
    pub note: Option<String>,
}

/// 更正身份号码: why a revision names another party than the one before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// In the caller's words.
    pub reason: String,
    /// The proof.
    pub evidence: Vec<FileId>,
}
