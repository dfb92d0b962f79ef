//! Numbers for the demo: right by their standards, and made so that they are hardly anybody's.
//! Credit codes begin their body with MAX, which registrars have not reached; resident numbers end in 996 to 999,
//! which were kept for centenarians; phones have three zeros in their middle. None may be called or looked up.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::kind::IdentityKind;
use entity::value::{credit_code, resident_id};

use super::dice::Dice;
use super::names::Foreigner;
use crate::registry::input::IdentityInput;

/// What a body and its own check character are made of, in the order of GB 11714's values; credit codes leave out
/// I, O, S, V and Z.
const BODY: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Mobile prefixes as they are seen most.
const MOBILE: [&str; 24] = [
    "130", "131", "132", "135", "136", "137", "138", "139", "150", "151", "152", "157", "158",
    "159", "166", "176", "177", "180", "181", "185", "186", "187", "188", "199",
];

/// Address codes of counties that are gone, as older resident numbers have them.
const GONE: [&str; 5] = ["330184", "330183", "440121", "352227", "510122"];

/// Gives every number once.
pub(super) struct Numbers(HashSet<String>);

impl Numbers {
    pub(super) fn new() -> Self {
        Self(HashSet::new())
    }

    /// Throws until the number is new.
    pub(super) fn fresh(&mut self, throw: impl Fn() -> Option<String>) -> String {
        loop {
            if let Some(number) = throw()
                && self.0.insert(number.clone())
            {
                return number;
            }
        }
    }

    /// 统一社会信用代码 of a category (91 companies, 92 individual businesses, 93 cooperatives).
    pub(super) fn credit_code(
        &mut self,
        dice: &Dice,
        category: &str,
        region: &str,
    ) -> IdentityInput {
        let letters: Vec<char> = BODY.chars().collect();
        let number = self.fresh(|| {
            let tail: String = (0..5).map(|_| *dice.pick(&letters)).collect();
            let body = format!("MAX{tail}");
            let first_17 = format!("{category}{region}{body}{}", body_check(&body)?);
            Some(format!(
                "{first_17}{}",
                credit_code::check_character(&first_17)?
            ))
        });
        identity(IdentityKind::Uscc, number)
    }

    /// 公民身份号码.
    pub(super) fn resident(
        &mut self,
        dice: &Dice,
        region: &str,
        born: NaiveDate,
        female: bool,
    ) -> IdentityInput {
        let region = if dice.percent(4) {
            dice.pick(&GONE)
        } else {
            region
        };
        let last = if female {
            ["996", "998"]
        } else {
            ["997", "999"]
        };
        let number = self.fresh(|| {
            checked(format!(
                "{region}{}{}",
                born.format("%Y%m%d"),
                dice.pick(&last)
            ))
        });
        identity(IdentityKind::ResidentId, number)
    }

    /// 港澳台居民居住证.
    pub(super) fn residence_permit(&mut self, dice: &Dice, born: NaiveDate) -> IdentityInput {
        let region = *dice.pick(&["810000", "820000", "830000"]);
        let number =
            self.fresh(|| checked(dice.pattern(&format!("{region}{}99#", born.format("%Y%m%d")))));
        identity(IdentityKind::ResidencePermitHmt, number)
    }

    /// 外国人永久居留身份证 in the form of 2023.
    pub(super) fn permanent_card(
        &mut self,
        dice: &Dice,
        province: &str,
        person: &Foreigner,
        born: NaiveDate,
    ) -> IdentityInput {
        let head = format!("9{province}{}{}", person.numeric, born.format("%Y%m%d"));
        let number = self.fresh(|| checked(dice.pattern(&format!("{head}99#"))));
        identity(IdentityKind::PermanentResidenceCard, number)
    }

    /// 护照.
    pub(super) fn passport(&mut self, dice: &Dice, person: &Foreigner) -> IdentityInput {
        let number = self.fresh(|| Some(dice.pattern(person.passport)));
        let country = Some(person.country.to_owned());
        IdentityInput {
            issuing_country: country,
            ..identity(IdentityKind::Passport, number)
        }
    }

    /// 回乡证 and 台胞证.
    pub(super) fn travel_permit(&mut self, dice: &Dice, kind: IdentityKind) -> IdentityInput {
        let patterns: &[&str] = if kind == IdentityKind::TravelPermitTw {
            &["0000####"]
        } else {
            &["H000#####", "M000#####"]
        };
        let pattern = *dice.pick(patterns);
        identity(kind, self.fresh(|| Some(dice.pattern(pattern))))
    }

    /// A mobile phone.
    pub(super) fn mobile(&mut self, dice: &Dice) -> String {
        self.fresh(|| Some(dice.pattern(&format!("{}000#####", dice.pick(&MOBILE)))))
    }

    /// A landline by its place's pattern.
    pub(super) fn landline(&mut self, dice: &Dice, pattern: &str) -> String {
        self.fresh(|| Some(dice.pattern(pattern)))
    }
}

/// A number of a kind that no country issues.
pub(super) fn identity(kind: IdentityKind, number: String) -> IdentityInput {
    IdentityInput {
        kind,
        number,
        issuing_country: None,
    }
}

/// 17 digits with their check character.
pub(super) fn checked(first_17: String) -> Option<String> {
    let check = resident_id::check_character(&first_17)?;
    Some(first_17 + &check.to_string())
}

/// The check character inside a body by GB 11714: weights 3 7 9 10 5 8 4 2, modulo 11, X for 10.
fn body_check(body: &str) -> Option<char> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum = body
        .chars()
        .zip(WEIGHTS)
        .try_fold(0, |sum, (character, weight)| {
            Some(sum + character.to_digit(36)? * weight)
        })?;
    match (11 - sum % 11) % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_their_own_check_character() {
        assert_eq!(body_check("67395965"), Some('4'), "of 91330106673959654P");
        assert_eq!(body_check("70846113"), Some('6'), "of 91440300708461136T");
        assert_eq!(body_check("M000100Y"), Some('4'), "of 91350100M000100Y43");
    }

    #[test]
    fn no_number_is_given_twice() {
        let (dice, mut numbers) = (Dice::new(1), Numbers::new());
        let born = NaiveDate::from_ymd_opt(1990, 5, 4).unwrap();
        let two = [(); 2].map(|()| numbers.resident(&dice, "330110", born, true).number);
        assert_ne!(two[0], two[1]);
    }
}
