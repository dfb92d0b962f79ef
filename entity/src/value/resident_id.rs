//! 公民身份号码 (GB 11643-1999), and 港澳台居民居住证, which is numbered by the same standard.
//! A county that no table knows is a warning, because a number keeps the code of its first registration for life.

use chrono::{Datelike, NaiveDate};

use crate::kind::IdentityKind;
use crate::problem::{Finding, ProblemCode};
use crate::value::division::Divisions;
use crate::value::document::fits;
use crate::value::normal::{admit, judge_suggesting, personal_number};
use crate::value::permanent_card::PermanentCard;

/// The address codes of residence permits: residents of Hong Kong, Macao and Taiwan.
const PERMIT_REGIONS: [&str; 3] = ["810000", "820000", "830000"];

/// 17 digits and a digit or X.
const FORM: &str = "99999999999999999X";

/// No holder of a number was born before this year.
const FIRST_BIRTH_YEAR: i32 = 1900;

/// A well-formed 18-digit resident number of the mainland.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResidentId {
    text: String,
    birth_date: NaiveDate,
}

/// A well-formed 18-digit number of a residence permit for Hong Kong, Macao and Taiwan residents.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResidencePermit {
    text: String,
    birth_date: NaiveDate,
}

personal_number!(ResidentId, text);
personal_number!(ResidencePermit, text);

impl ResidentId {
    /// Reads a number; `on` is the day that no birth date may lie after.
    ///
    /// # Errors
    /// `MASKED_VALUE`, `EMPTY`, `RESIDENT_ID_OLD` (15 digits), `RESIDENT_ID_LENGTH` (fact `expected`),
    /// `RESIDENT_ID_CHARACTER`, `RESIDENT_ID_NOT_MAINLAND` (fact `kind`: the kind that it is), `RESIDENT_ID_BIRTH_DATE`,
    /// `RESIDENT_ID_CHECK`.
    pub fn parse(raw: &str, on: NaiveDate) -> Result<Self, Finding> {
        let text = admit_resident(raw)?;
        if text.len() == 15 && text.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(Finding::error(ProblemCode::ResidentIdOld));
        }
        let birth_date = judge_suggesting(&text, |text| {
            judge_form(text)?;
            if let Some(kind) = other_kind(text, on) {
                let finding = Finding::error(ProblemCode::ResidentIdNotMainland).at_character(1);
                return Err(finding.with("kind", kind.as_str()));
            }
            judge_birth_and_check(text, on)
        })?;
        Ok(Self { text, birth_date })
    }

    /// The birth date in the number.
    #[must_use]
    pub const fn birth_date(&self) -> NaiveDate {
        self.birth_date
    }

    /// `RESIDENT_ID_REGION_UNKNOWN` if the first six digits never stood in any table we have.
    #[must_use]
    pub fn region_warning(&self) -> Option<Finding> {
        let is_known = self
            .text
            .get(..6)
            .and_then(|region| region.parse().ok())
            .is_some_and(|region| Divisions::national().has_ever_known(region));
        (!is_known).then(|| Finding::warning(ProblemCode::ResidentIdRegionUnknown).at_character(1))
    }
}

impl ResidencePermit {
    /// Reads a number; `on` is the day that no birth date may lie after.
    ///
    /// # Errors
    /// As for [`ResidentId::parse`], without `RESIDENT_ID_OLD`; `RESIDENCE_PERMIT_REGION` where the first six digits are
    /// not one of 810000, 820000 and 830000.
    pub fn parse(raw: &str, on: NaiveDate) -> Result<Self, Finding> {
        let text = admit_resident(raw)?;
        let birth_date = judge_suggesting(&text, |text| {
            judge_form(text)?;
            if !is_permit(text) {
                return Err(Finding::error(ProblemCode::ResidencePermitRegion).at_character(1));
            }
            judge_birth_and_check(text, on)
        })?;
        Ok(Self { text, birth_date })
    }

    /// The birth date in the number.
    #[must_use]
    pub const fn birth_date(&self) -> NaiveDate {
        self.birth_date
    }
}

/// Whether digits are an 18-digit number of a person, whole and in its normal form: of a resident, or of the permits and
/// cards that share its form.
pub(super) fn is_personal(number: &str, on: NaiveDate) -> bool {
    judge_form(number).is_ok() && judge_birth_and_check(number, on).is_ok()
}

fn is_permit(text: &str) -> bool {
    PERMIT_REGIONS.iter().any(|region| text.starts_with(region))
}

/// The kind of an 18-digit number that is no mainland resident's: the three share one form.
fn other_kind(text: &str, on: NaiveDate) -> Option<IdentityKind> {
    if is_permit(text) {
        Some(IdentityKind::ResidencePermitHmt)
    } else if PermanentCard::parse(text, on).is_ok() {
        Some(IdentityKind::PermanentResidenceCard)
    } else {
        None
    }
}

fn wrong_length() -> Finding {
    Finding::error(ProblemCode::ResidentIdLength).with("expected", "18")
}

fn admit_resident(raw: &str) -> Result<String, Finding> {
    admit(raw, ProblemCode::ResidentIdLength).map_err(|finding| match finding.code {
        ProblemCode::ResidentIdLength => wrong_length(),
        _ => finding,
    })
}

/// The length, then the first character that differs from the form.
fn judge_form(text: &str) -> Result<(), Finding> {
    if text.chars().count() != 18 {
        return Err(wrong_length());
    }
    fits(text, &[FORM], ProblemCode::ResidentIdCharacter)
}

fn judge_birth_and_check(text: &str, on: NaiveDate) -> Result<NaiveDate, Finding> {
    let birth_date = birth_date_in(text)
        .filter(|&born| born <= on)
        .ok_or_else(|| Finding::error(ProblemCode::ResidentIdBirthDate).at_character(7))?;
    if has_right_check(text) {
        Ok(birth_date)
    } else {
        Err(Finding::error(ProblemCode::ResidentIdCheck))
    }
}

/// The calendar date in characters 7 to 14 of an 18-digit number.
pub(super) fn birth_date_in(text: &str) -> Option<NaiveDate> {
    let date = text.get(6..14)?;
    let part = |range: std::ops::Range<usize>| date.get(range)?.parse::<u32>().ok();
    let year = i32::try_from(part(0..4)?).ok()?;
    NaiveDate::from_ymd_opt(year, part(4..6)?, part(6..8)?)
        .filter(|born| born.year() >= FIRST_BIRTH_YEAR)
}

/// The check character of 17 digits by ISO 7064 MOD 11-2, also for residence permits and 2023's permanent residence
/// cards; none if they are not 17 digits.
#[must_use]
pub fn check_character(first_17: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if first_17.len() != WEIGHTS.len() {
        return None;
    }
    let sum = first_17
        .chars()
        .zip(WEIGHTS)
        .try_fold(0, |sum, (digit, weight)| {
            Some(sum + digit.to_digit(10)? * weight)
        })?;
    "10X98765432".chars().nth(usize::try_from(sum % 11).ok()?)
}

/// Whether the last character is what MOD 11-2 asks for.
pub(super) fn has_right_check(text: &str) -> bool {
    text.get(..17)
        .and_then(check_character)
        .is_some_and(|check| text.ends_with(check))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::personal::resident_in_words;
    use crate::value::samples::with_check;
    use proptest::prelude::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn refusal(raw: &str) -> (ProblemCode, Option<usize>) {
        let finding = ResidentId::parse(raw, today()).unwrap_err();
        (finding.code, finding.position)
    }

    #[test]
    fn the_standards_example_passes() {
        let id = ResidentId::parse(" 110105-19491231-002x", today()).unwrap();
        assert_eq!(id.as_str(), "11010519491231002X");
        assert_eq!(
            id.birth_date(),
            NaiveDate::from_ymd_opt(1949, 12, 31).unwrap()
        );
        assert_eq!(id.masked(), "110*************2X");
        assert_eq!(id.region_warning(), None);
        assert_eq!(format!("{id:?}"), "ResidentId(110*************2X)");
    }

    #[test]
    fn each_refusal_has_its_code_and_character() {
        use ProblemCode as P;
        for (raw, code, position) in [
            ("", P::Empty, None),
            ("110105********002X", P::MaskedValue, None),
            ("110105491231002", P::ResidentIdOld, None),
            ("1101051949123100", P::ResidentIdLength, None),
            ("1101051949123100X2", P::ResidentIdCharacter, Some(17)),
            ("11010519491231002A", P::ResidentIdCharacter, Some(18)),
            ("1101051949123100\u{0}2", P::ResidentIdCharacter, Some(17)),
            ("110105194902310025", P::ResidentIdBirthDate, Some(7)),
            ("110105189912310025", P::ResidentIdBirthDate, Some(7)),
            ("110105202611230025", P::ResidentIdBirthDate, Some(7)),
            ("110105194912310021", P::ResidentIdCheck, None),
        ] {
            assert_eq!(refusal(raw), (code, position), "{raw}");
        }
        assert_eq!(refusal(&"1".repeat(200_000)).0, P::ResidentIdLength);
    }

    #[test]
    fn a_birth_on_the_day_passes_and_the_day_after_does_not() {
        let born = with_check("11010520261122002");
        assert!(ResidentId::parse(&born, today()).is_ok());
        let yesterday = today().pred_opt().unwrap();
        assert!(ResidentId::parse(&born, yesterday).is_err());
    }

    #[test]
    fn permits_are_told_apart_from_resident_numbers() {
        for permit in [
            "810000199001010019",
            "820000199001010010",
            "830000199001010012",
        ] {
            assert_eq!(
                ResidencePermit::parse(permit, today()).unwrap().as_str(),
                permit
            );
            let finding = ResidentId::parse(permit, today()).unwrap_err();
            assert_eq!(finding.code, ProblemCode::ResidentIdNotMainland);
            assert_eq!(
                finding.facts,
                [("kind".into(), "RESIDENCE_PERMIT_HMT".to_owned())]
            );
        }
        let finding = ResidentId::parse("943760199803056672", today()).unwrap_err();
        assert_eq!(
            finding.facts,
            [("kind".into(), "PERMANENT_RESIDENCE_CARD".to_owned())]
        );
        let finding = ResidencePermit::parse("11010519491231002X", today()).unwrap_err();
        assert_eq!(finding.code, ProblemCode::ResidencePermitRegion);
        let finding = ResidencePermit::parse("810000199001010018", today()).unwrap_err();
        assert_eq!(finding.code, ProblemCode::ResidentIdCheck);
    }

    #[test]
    fn a_number_is_found_in_words_and_other_digits_are_none() {
        for text in [
            "11010519491231002X",
            "小美 110105-19491231-002x",
            "数字人１１０１０５１９４９１２３１００２Ｘ号",
            "小美(810000199001010019)",
        ] {
            assert!(resident_in_words(text, today()).is_some(), "{text}");
        }
        for text in [
            "",
            "小美2号",
            "110105194912310021",
            "9911010519491231002X",
            "110105194912310",
            "房间 13800138000",
        ] {
            assert!(resident_in_words(text, today()).is_none(), "{text}");
        }
    }

    #[test]
    fn abolished_counties_are_known_and_invented_ones_are_a_warning() {
        for region in ["110103", "310119", "332522", "513021"] {
            let id = ResidentId::parse(&with_check(&format!("{region}19800101001")), today());
            assert_eq!(id.unwrap().region_warning(), None, "{region}");
        }
        let id = ResidentId::parse(&with_check("99999919800101001"), today()).unwrap();
        let warning = id.region_warning().unwrap();
        assert_eq!(warning.code, ProblemCode::ResidentIdRegionUnknown);
        assert!(!warning.refuses());
    }

    #[test]
    fn letters_for_digits_are_suggested_only_when_the_result_passes() {
        let finding = ResidentId::parse("11O1O519491231OO2X", today()).unwrap_err();
        assert_eq!(
            (finding.code, finding.position),
            (ProblemCode::ResidentIdCharacter, Some(3))
        );
        assert_eq!(finding.suggestion.as_deref(), Some("11010519491231002X"));
        let finding = ResidentId::parse("11O1O519491231OO21", today()).unwrap_err();
        assert_eq!(finding.suggestion, None);
    }

    proptest! {
        #[test]
        fn no_text_panics(raw in any::<String>(), days in any::<i32>()) {
            let on = NaiveDate::from_num_days_from_ce_opt(days).unwrap_or(NaiveDate::MIN);
            let _ = ResidentId::parse(&raw, on);
            let _ = ResidencePermit::parse(&raw, on);
        }

        #[test]
        fn a_right_check_digit_passes_and_any_other_single_digit_fails(
            region in "[1-6][0-9]{5}",
            born in 0_i64..45_000,
            sequence in 0_u32..1_000,
            index in 0_usize..18,
            other in "[0-9X]",
        ) {
            let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
            let date = first + chrono::Duration::days(born);
            let id = with_check(&format!("{region}{}{sequence:03}", date.format("%Y%m%d")));
            let parsed = ResidentId::parse(&id, today()).unwrap();
            prop_assert_eq!(parsed.birth_date(), date);
            let mut changed = id.clone();
            changed.replace_range(index..=index, &other);
            prop_assert_eq!(ResidentId::parse(&changed, today()).is_ok(), changed == id);
        }
    }
}
