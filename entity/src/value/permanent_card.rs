//! 外国人永久居留身份证: the form of 2023 (GA 2102-2023: 9, province, country, birth, sequence, check digit) and the
//! earlier one (three letters and twelve digits), which stays valid beside it and is judged by its form only.

use chrono::NaiveDate;

use crate::problem::{Finding, ProblemCode};
use crate::value::country::Country;
use crate::value::document::fits;
use crate::value::normal::{admit, judge_suggesting, personal_number};
use crate::value::resident_id::{birth_date_in, has_right_check};

/// The earlier form and that of 2023, whose last character is judged with the check digit.
const FORMS: [&str; 2] = ["AAA999999999999", "99999999999999999X"];

/// A well-formed number of a permanent residence card.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PermanentCard {
    text: String,
    birth_date: Option<NaiveDate>,
}

personal_number!(PermanentCard, text);

impl PermanentCard {
    /// Reads a number; `on` is the day that no birth date may lie after. The province of issue is not judged: which
    /// digits are in use is not published.
    ///
    /// # Errors
    /// `MASKED_VALUE`, `EMPTY`, `PERMANENT_CARD_FORM`, `PERMANENT_CARD_COUNTRY` (characters 4 to 6 are no ISO 3166-1
    /// number), `PERMANENT_CARD_BIRTH_DATE`, `PERMANENT_CARD_CHECK`.
    pub fn parse(raw: &str, on: NaiveDate) -> Result<Self, Finding> {
        let text = admit(raw, ProblemCode::PermanentCardForm)?;
        let birth_date = judge_suggesting(&text, |text| judge(text, on))?;
        Ok(Self { text, birth_date })
    }

    /// The birth date in a number of 2023's form.
    #[must_use]
    pub const fn birth_date(&self) -> Option<NaiveDate> {
        self.birth_date
    }

    /// Whether it has 2023's form, and so a check digit.
    #[must_use]
    pub const fn has_check_digit(&self) -> bool {
        self.birth_date.is_some()
    }
}

fn judge(text: &str, on: NaiveDate) -> Result<Option<NaiveDate>, Finding> {
    fits(text, &FORMS, ProblemCode::PermanentCardForm)?;
    if text.len() == 15 {
        return Ok(None);
    }
    if !text.starts_with('9') {
        return Err(Finding::error(ProblemCode::PermanentCardForm).at_character(1));
    }
    if text.get(3..6).and_then(Country::find_by_numeric).is_none() {
        return Err(Finding::error(ProblemCode::PermanentCardCountry).at_character(4));
    }
    let birth_date = birth_date_in(text).filter(|&born| born <= on);
    if birth_date.is_none() {
        return Err(Finding::error(ProblemCode::PermanentCardBirthDate).at_character(7));
    }
    if !has_right_check(text) {
        return Err(Finding::error(ProblemCode::PermanentCardCheck));
    }
    Ok(birth_date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::samples::with_check;
    use proptest::prelude::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    #[test]
    fn both_forms_pass() {
        let card = PermanentCard::parse("943760199803056672", today()).unwrap();
        assert_eq!(card.birth_date(), NaiveDate::from_ymd_opt(1998, 3, 5));
        assert!(card.has_check_digit());
        assert_eq!(card.masked(), "943*************72");
        let old = PermanentCard::parse("can 1100-7801-1501", today()).unwrap();
        assert_eq!(old.as_str(), "CAN110078011501");
        assert_eq!(old.birth_date(), None);
    }

    #[test]
    fn each_refusal_has_its_code_and_character() {
        use ProblemCode as P;
        for (raw, code, position) in [
            ("", P::Empty, None),
            ("CAN1100780115", P::PermanentCardForm, None),
            ("CA9110078011501", P::PermanentCardForm, Some(3)),
            ("CAN11007801150A", P::PermanentCardForm, Some(15)),
            ("843760199803056672", P::PermanentCardForm, Some(1)),
            ("94376019980305667Y", P::PermanentCardForm, Some(18)),
            ("943999199803056672", P::PermanentCardCountry, Some(4)),
            ("943760199813056672", P::PermanentCardBirthDate, Some(7)),
            ("943760199803056673", P::PermanentCardCheck, None),
            ("943***********6672", P::MaskedValue, None),
        ] {
            let finding = PermanentCard::parse(raw, today()).unwrap_err();
            assert_eq!((finding.code, finding.position), (code, position), "{raw}");
        }
    }

    #[test]
    fn a_suggestion_passes() {
        let finding = PermanentCard::parse("9437601998O3O56672", today()).unwrap_err();
        assert_eq!(finding.suggestion.as_deref(), Some("943760199803056672"));
    }

    proptest! {
        #[test]
        fn no_text_panics(raw in any::<String>()) {
            let _ = PermanentCard::parse(&raw, today());
        }

        #[test]
        fn a_right_check_digit_passes_and_any_other_single_digit_fails(
            province in 11_u32..66,
            country in 0_usize..249,
            sequence in 0_u32..1_000,
            index in 0_usize..18,
            other in "[0-9X]",
        ) {
            let country = Country::all().nth(country).unwrap().numeric();
            let card = with_check(&format!("9{province}{country}19980305{sequence:03}"));
            prop_assert!(PermanentCard::parse(&card, today()).is_ok());
            let mut changed = card.clone();
            changed.replace_range(index..=index, &other);
            prop_assert_eq!(PermanentCard::parse(&changed, today()).is_ok(), changed == card);
        }
    }
}
