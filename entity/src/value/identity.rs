//! One document's number as the whole registry knows it: kind, normal form and, where it matters, the issuing country.
//! The only door for numbers from outside; what the database gives back was judged when it was written.

use chrono::NaiveDate;

use crate::kind::IdentityKind;
use crate::problem::{Finding, ProblemCode};
use crate::value::country::CountryCode;
use crate::value::credit_code::CreditCode;
use crate::value::document::OtherDocument;
use crate::value::mask;
use crate::value::network_id::NetworkId;
use crate::value::passport::Passport;
use crate::value::permanent_card::PermanentCard;
use crate::value::resident_id::{ResidencePermit, ResidentId, birth_date_in};
use crate::value::travel_permit::TravelPermit;

/// A normalised identity number. Two parties are one if these are equal.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentityNumber {
    kind: IdentityKind,
    number: String,
    issuing_country: Option<CountryCode>,
}

/// An identity that passed, with what a person should still look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The identity.
    pub identity: IdentityNumber,
    /// `RESIDENT_ID_REGION_UNKNOWN` or `NO_DOCUMENT_NUMBER`; paths as in [`IdentityNumber::parse`].
    pub warnings: Vec<Finding>,
}

impl IdentityNumber {
    /// Judges an `IdentityInput`; paths are its fields `number`, `issuingCountry` and `kind`. No birth date in the
    /// number may lie after `on`.
    ///
    /// # Errors
    /// The refusals of the kind's own parser; `COUNTRY_REQUIRED` (fact `kind`) and `COUNTRY_UNKNOWN` for PASSPORT and
    /// OTHER, `COUNTRY_NOT_ALLOWED` (fact `kind`) for the other kinds; `BETTER_IDENTITY_KIND` (fact `kind`) for an OTHER
    /// whose number passes under a kind with a check digit.
    pub fn parse(
        kind: IdentityKind,
        raw: &str,
        issuing_country: Option<&str>,
        on: NaiveDate,
    ) -> Result<Parsed, Vec<Finding>> {
        let number = judge_number(kind, raw, on);
        let country = judge_country(kind, issuing_country);
        match (number, country) {
            (Ok((number, warning)), Ok(issuing_country)) => Ok(Parsed {
                identity: Self::from_stored(kind, number, issuing_country),
                warnings: warning
                    .map(|finding| finding.inside("number"))
                    .into_iter()
                    .collect(),
            }),
            (number, country) => {
                let number = number.err().map(|finding| match finding.code {
                    ProblemCode::BetterIdentityKind => finding.inside("kind"),
                    _ => finding.inside("number"),
                });
                let country = country
                    .err()
                    .map(|finding| finding.inside("issuingCountry"));
                Err(number.into_iter().chain(country).collect())
            }
        }
    }

    /// Takes a number back from our own database, unjudged.
    #[must_use]
    pub const fn from_stored(
        kind: IdentityKind,
        number: String,
        issuing_country: Option<CountryCode>,
    ) -> Self {
        Self {
            kind,
            number,
            issuing_country,
        }
    }

    /// Which document it comes from.
    #[must_use]
    pub const fn kind(&self) -> IdentityKind {
        self.kind
    }

    /// The number in its normal form, in the clear.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Who issued the document: of PASSPORT and OTHER only.
    #[must_use]
    pub const fn issuing_country(&self) -> Option<CountryCode> {
        self.issuing_country
    }

    /// The number as it may be shown: credit codes plain, all others their first 3 and last 2 characters.
    #[must_use]
    pub fn masked(&self) -> String {
        match self.kind {
            IdentityKind::Uscc => self.number.clone(),
            _ => mask::number(&self.number),
        }
    }

    /// The birth date that the number holds: resident numbers, residence permits and 2023's permanent residence cards.
    #[must_use]
    pub fn birth_date(&self) -> Option<NaiveDate> {
        match self.kind {
            IdentityKind::ResidentId
            | IdentityKind::ResidencePermitHmt
            | IdentityKind::PermanentResidenceCard
                if self.number.len() == 18 =>
            {
                birth_date_in(&self.number)
            }
            _ => None,
        }
    }

    /// Whether it is a 个体工商户's credit code.
    #[must_use]
    pub fn is_individual_business(&self) -> bool {
        self.kind == IdentityKind::Uscc && self.number.starts_with("92")
    }
}

impl std::fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.masked())?;
        match self.issuing_country {
            Some(country) => write!(f, " ({country})"),
            None => Ok(()),
        }
    }
}

/// The normal form under a kind, with its warning if there is one.
fn judge_number(
    kind: IdentityKind,
    raw: &str,
    on: NaiveDate,
) -> Result<(String, Option<Finding>), Finding> {
    let plain = |number: &str| (number.to_owned(), None);
    match kind {
        IdentityKind::Uscc => CreditCode::parse(raw).map(|code| plain(code.as_str())),
        IdentityKind::ResidentId => {
            ResidentId::parse(raw, on).map(|id| (id.as_str().to_owned(), id.region_warning()))
        }
        IdentityKind::ResidencePermitHmt => {
            ResidencePermit::parse(raw, on).map(|permit| plain(permit.as_str()))
        }
        IdentityKind::PermanentResidenceCard => {
            PermanentCard::parse(raw, on).map(|card| plain(card.as_str()))
        }
        IdentityKind::TravelPermitHm => {
            TravelPermit::parse_hong_kong_macao(raw).map(|permit| plain(permit.as_str()))
        }
        IdentityKind::TravelPermitTw => {
            TravelPermit::parse_taiwan(raw).map(|permit| plain(permit.as_str()))
        }
        IdentityKind::Passport => Passport::parse(raw).map(|passport| plain(passport.as_str())),
        IdentityKind::NetworkId => NetworkId::parse(raw).map(|id| {
            let warning = Finding::warning(ProblemCode::NoDocumentNumber);
            (id.as_str().to_owned(), Some(warning))
        }),
        IdentityKind::Other => {
            let document = OtherDocument::parse(raw)?;
            match better_kind(document.as_str(), on) {
                Some(better) => {
                    Err(Finding::error(ProblemCode::BetterIdentityKind)
                        .with("kind", better.as_str()))
                }
                None => Ok(plain(document.as_str())),
            }
        }
    }
}

/// The kind with a check digit under which a number passes: no other document has it by chance.
fn better_kind(number: &str, on: NaiveDate) -> Option<IdentityKind> {
    if CreditCode::parse(number).is_ok() {
        Some(IdentityKind::Uscc)
    } else if ResidentId::parse(number, on).is_ok() {
        Some(IdentityKind::ResidentId)
    } else if ResidencePermit::parse(number, on).is_ok() {
        Some(IdentityKind::ResidencePermitHmt)
    } else if PermanentCard::parse(number, on).is_ok_and(|card| card.has_check_digit()) {
        Some(IdentityKind::PermanentResidenceCard)
    } else {
        None
    }
}

fn judge_country(kind: IdentityKind, raw: Option<&str>) -> Result<Option<CountryCode>, Finding> {
    let given = raw.map(str::trim).filter(|text| !text.is_empty());
    let of_kind = |code| Finding::error(code).with("kind", kind.as_str());
    let is_issued_abroad = matches!(kind, IdentityKind::Passport | IdentityKind::Other);
    match given {
        None if is_issued_abroad => Err(of_kind(ProblemCode::CountryRequired)),
        None => Ok(None),
        Some(_) if !is_issued_abroad => Err(of_kind(ProblemCode::CountryNotAllowed)),
        Some(text) if text.len() == 3 => match text.to_ascii_uppercase().parse() {
            Ok(country) => Ok(Some(country)),
            Err(_) => Err(Finding::error(ProblemCode::CountryUnknown)),
        },
        Some(_) => Err(Finding::error(ProblemCode::CountryUnknown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Step;
    use proptest::prelude::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn parse(kind: IdentityKind, raw: &str, country: Option<&str>) -> Result<Parsed, Vec<Finding>> {
        IdentityNumber::parse(kind, raw, country, today())
    }

    fn refusals(
        kind: IdentityKind,
        raw: &str,
        country: Option<&str>,
    ) -> Vec<(ProblemCode, Vec<Step>)> {
        let findings = parse(kind, raw, country).unwrap_err();
        assert!(findings.iter().all(Finding::refuses));
        findings
            .into_iter()
            .map(|finding| (finding.code, finding.path))
            .collect()
    }

    #[test]
    fn every_kind_has_a_number_that_passes() {
        use IdentityKind as K;
        for (kind, raw, country, masked, born) in [
            (
                K::Uscc,
                "91350100m000100y43",
                None,
                "91350100M000100Y43",
                false,
            ),
            (
                K::ResidentId,
                "11010519491231002x",
                None,
                "110*************2X",
                true,
            ),
            (
                K::ResidencePermitHmt,
                "830000199001010012",
                None,
                "830*************12",
                true,
            ),
            (
                K::PermanentResidenceCard,
                "943760199803056672",
                None,
                "943*************72",
                true,
            ),
            (
                K::PermanentResidenceCard,
                "CAN110078011501",
                None,
                "CAN**********01",
                false,
            ),
            (K::TravelPermitHm, "H12345678", None, "H12****78", false),
            (K::TravelPermitTw, "12345678", Some(" "), "123***78", false),
            (K::Passport, "E12345678", Some("chn"), "E12****78", false),
            (K::NetworkId, "aB3dE5gH7j", None, "aB3*****7j", false),
            (
                K::Other,
                "军字第1234567号",
                Some("CHN"),
                "军字第******7号",
                false,
            ),
        ] {
            let parsed = parse(kind, raw, country).unwrap();
            assert_eq!(parsed.identity.kind(), kind);
            assert_eq!(parsed.identity.masked(), masked);
            assert_eq!(parsed.identity.birth_date().is_some(), born, "{kind}");
            let again = parse(kind, parsed.identity.number(), country).unwrap();
            assert_eq!(again, parsed);
        }
    }

    #[test]
    fn countries_are_asked_for_where_they_matter() {
        use ProblemCode as P;
        let at = |code| vec![(code, vec![Step::Field("issuingCountry".into())])];
        let passport = IdentityKind::Passport;
        assert_eq!(
            refusals(passport, "E12345678", None),
            at(P::CountryRequired)
        );
        assert_eq!(
            refusals(passport, "E12345678", Some("")),
            at(P::CountryRequired)
        );
        assert_eq!(
            refusals(passport, "E12345678", Some("XYZ")),
            at(P::CountryUnknown)
        );
        assert_eq!(
            refusals(passport, "E12345678", Some("中国")),
            at(P::CountryUnknown)
        );
        let uscc = "91350100M000100Y43";
        assert_eq!(
            refusals(IdentityKind::Uscc, uscc, Some("CHN")),
            at(P::CountryNotAllowed)
        );
        let american = parse(passport, "E12345678", Some("USA")).unwrap();
        assert_ne!(american, parse(passport, "E12345678", Some("GBR")).unwrap());
        assert_eq!(refusals(passport, "E1", None).len(), 2);
    }

    #[test]
    fn other_is_refused_where_a_better_kind_passes() {
        for (raw, kind) in [
            ("91350100M000100Y43", "USCC"),
            ("11010519491231002x", "RESIDENT_ID"),
            ("810000199001010019", "RESIDENCE_PERMIT_HMT"),
            ("943760199803056672", "PERMANENT_RESIDENCE_CARD"),
        ] {
            let findings = parse(IdentityKind::Other, raw, Some("CHN")).unwrap_err();
            let expected = Finding::error(ProblemCode::BetterIdentityKind)
                .with("kind", kind)
                .inside("kind");
            assert_eq!(findings, [expected]);
        }
        assert!(parse(IdentityKind::Other, "11010519491231002", Some("CHN")).is_ok());
        assert!(parse(IdentityKind::Other, "CAN110078011501", Some("CAN")).is_ok());
    }

    #[test]
    fn warnings_come_with_what_passed() {
        let parsed = parse(IdentityKind::NetworkId, "aB3dE5gH7j", None).unwrap();
        let expected = Finding::warning(ProblemCode::NoDocumentNumber).inside("number");
        assert_eq!(parsed.warnings, [expected]);
        let id = crate::value::samples::with_check("99999919800101001");
        let parsed = parse(IdentityKind::ResidentId, &id, None).unwrap();
        assert_eq!(
            parsed.warnings[0].code,
            ProblemCode::ResidentIdRegionUnknown
        );
        assert_eq!(parsed.warnings[0].path, [Step::Field("number".into())]);
    }

    #[test]
    fn masked_and_oversized_values_are_refused_under_every_kind() {
        for &kind in IdentityKind::ALL {
            let codes = refusals(kind, "110***1234", None);
            assert_eq!(
                codes[0],
                (ProblemCode::MaskedValue, vec![Step::Field("number".into())])
            );
            assert!(parse(kind, &"1".repeat(200_000), Some(&"A".repeat(200_000))).is_err());
        }
    }

    #[test]
    fn debug_shows_no_number() {
        let parsed = parse(IdentityKind::Passport, "E12345678", Some("CHN")).unwrap();
        assert_eq!(format!("{:?}", parsed.identity), "PASSPORT E12****78 (CHN)");
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_passes_passes_again(
            kind in 0..IdentityKind::ALL.len(),
            raw in any::<String>(),
            country in proptest::option::of(any::<String>()),
        ) {
            let kind = IdentityKind::ALL[kind];
            if let Ok(parsed) = parse(kind, &raw, country.as_deref()) {
                let again = parse(kind, parsed.identity.number(), country.as_deref());
                prop_assert_eq!(again.unwrap(), parsed);
            }
        }
    }
}
