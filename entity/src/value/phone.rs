//! 联系方式: a phone number in one writing, whatever punctuation, width or prefix it came in.
//! A number that passes could exist; whether anybody answers is not known here.

use crate::problem::{Finding, ProblemCode};
use crate::value::mask;
use crate::value::normal::{half_width, is_blank, is_dash, is_masked};

/// More characters than this are no phone number.
const LONGEST: usize = 40;

/// The most digits of an extension.
const EXTENSION: usize = 6;

/// A phone number: `13812345678`, `0571-88888888`, `0571-88888888-801`, `4001234567`, `95118` or `+14155550123`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// What a text was before it is one number.
#[derive(Default)]
struct Dialled {
    is_international: bool,
    groups: Vec<String>,
}

impl Phone {
    /// Reads a number: a mobile phone, also with +86 or 0086; a landline with its area code, also with an extension; a
    /// 400, 800 or 95 number; a number of another country with + or 00.
    ///
    /// # Errors
    /// `EMPTY`, `MASKED_VALUE`, `PHONE_FORM` with the character to blame where there is one.
    pub fn parse(raw: &str) -> Result<Self, Finding> {
        if raw.chars().nth(LONGEST).is_some() {
            return Err(wrong());
        }
        let text: String = raw
            .chars()
            .map(half_width)
            .filter(|&character| !is_blank(character))
            .collect();
        if text.is_empty() {
            return Err(Finding::error(ProblemCode::Empty));
        }
        if is_masked(&text) {
            return Err(Finding::error(ProblemCode::MaskedValue));
        }
        let dialled = Dialled::read(&text)?;
        dialled.number().map(Self).ok_or_else(wrong)
    }

    /// Takes a number back from our own database, unjudged.
    #[must_use]
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The number in its one writing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as it may be shown: 138****5678; a landline its area code and last 4 digits; a number of another
    /// country its first 3 and last 2 characters; 400, 800 and 95 numbers plain, because they are no person's.
    #[must_use]
    pub fn masked(&self) -> String {
        match self.0.chars().next() {
            Some('1') => match (self.0.get(..3), self.0.get(7..)) {
                (Some(head), Some(tail)) => format!("{head}****{tail}"),
                _ => mask::number(&self.0),
            },
            Some('0') => masked_landline(&self.0).unwrap_or_else(|| mask::number(&self.0)),
            Some('+') => mask::number(&self.0),
            _ => self.0.clone(),
        }
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

fn wrong() -> Finding {
    Finding::error(ProblemCode::PhoneForm)
}

/// Area code and last 4 digits; the extension is left out.
fn masked_landline(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let (area, local) = (parts.next()?, parts.next()?);
    let hidden = local.len().checked_sub(4)?;
    Some(format!(
        "{area}-{}{}",
        "*".repeat(hidden),
        local.get(hidden..)?
    ))
}

impl Dialled {
    /// Splits a half-width text without blanks into groups of digits.
    fn read(text: &str) -> Result<Self, Finding> {
        let mut dialled = Self {
            is_international: text.starts_with('+'),
            groups: vec![String::new()],
        };
        for (index, character) in text.chars().enumerate() {
            match character {
                '0'..='9' => {
                    if let Some(group) = dialled.groups.last_mut() {
                        group.push(character);
                    }
                }
                '+' if index == 0 => {}
                '(' | ')' | '转' => dialled.groups.push(String::new()),
                dash if is_dash(dash) => dialled.groups.push(String::new()),
                _ => return Err(wrong().at_character(index + 1)),
            }
        }
        dialled.groups.retain(|group| !group.is_empty());
        Ok(dialled)
    }

    /// The number in its one writing: all groups together, else the last one as an extension.
    fn number(&self) -> Option<String> {
        self.writing(&self.groups.concat()).or_else(|| {
            let (extension, groups) = self.groups.split_last()?;
            let number = self.writing(&groups.concat())?;
            let may_extend = number.contains('-') || number.starts_with(['4', '8']);
            (may_extend && extension.len() <= EXTENSION).then(|| format!("{number}-{extension}"))
        })
    }

    fn writing(&self, digits: &str) -> Option<String> {
        if self.is_international {
            international(digits)
        } else if let Some(rest) = digits.strip_prefix("00") {
            international(rest)
        } else {
            national(digits).or_else(|| digits.strip_prefix("86").and_then(mobile))
        }
    }
}

/// A number behind + or 00: ours in our own writing, others by ITU-T E.164 (7 to 15 digits with the country's).
fn international(digits: &str) -> Option<String> {
    if let Some(rest) = digits.strip_prefix("86") {
        return national(rest).or_else(|| landline(&format!("0{rest}")));
    }
    let fits = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
    fits.then(|| format!("+{digits}"))
}

fn national(digits: &str) -> Option<String> {
    mobile(digits)
        .or_else(|| service(digits))
        .or_else(|| landline(digits))
}

/// Eleven digits, the second 3 to 9.
pub(super) fn mobile(digits: &str) -> Option<String> {
    let second = digits.strip_prefix('1')?;
    (digits.len() == 11 && second.starts_with(|digit| ('3'..='9').contains(&digit)))
        .then(|| digits.to_owned())
}

/// 400 and 800 numbers with seven more digits, 95 numbers with three to six more.
fn service(digits: &str) -> Option<String> {
    let is_free = digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
    let is_short = (5..=8).contains(&digits.len()) && digits.starts_with("95");
    (is_free || is_short).then(|| digits.to_owned())
}

/// An area code, 010 and 02x or 03xx to 09xx, with seven or eight digits of which the first is 2 to 9.
fn landline(digits: &str) -> Option<String> {
    let width = match digits.get(..2)? {
        "01" if digits.starts_with("010") => 3,
        "02" => 3,
        "03" | "04" | "05" | "06" | "07" | "08" | "09" => 4,
        _ => return None,
    };
    let (area, local) = digits.split_at_checked(width)?;
    let fits = (7..=8).contains(&local.len()) && !local.starts_with(['0', '1']);
    fits.then(|| format!("{area}-{local}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(raw: &str) -> String {
        Phone::parse(raw)
            .unwrap_or_else(|_| panic!("{raw}"))
            .as_str()
            .to_owned()
    }

    #[test]
    fn one_number_has_one_writing() {
        for (raws, writing) in [
            (
                vec![
                    "13812345678",
                    "+86 138-1234-5678",
                    "0086 138 1234 5678",
                    "8613812345678",
                    "１３８１２３４５６７８",
                ],
                "13812345678",
            ),
            (
                vec![
                    "0571-88888888",
                    "057188888888",
                    "(0571) 8888 8888",
                    "+86 571 8888 8888",
                    "+86-0571-88888888",
                    "0571—8888—8888",
                ],
                "0571-88888888",
            ),
            (vec!["010 62345678", "+86 10 62345678"], "010-62345678"),
            (
                vec!["0571-88888888-801", "0571-88888888转801"],
                "0571-88888888-801",
            ),
            (vec!["0755-8321234"], "0755-8321234"),
            (vec!["400-123-4567", "4001234567"], "4001234567"),
            (vec!["400-123-4567-12"], "4001234567-12"),
            (vec!["95118"], "95118"),
            (
                vec!["+1 (415) 555-0123", "001 415 555 0123"],
                "+14155550123",
            ),
            (vec!["+852 2345 6789"], "+85223456789"),
        ] {
            for raw in raws {
                assert_eq!(written(raw), writing, "{raw}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused_where_it_goes_wrong() {
        use ProblemCode as P;
        for (raw, code, position) in [
            ("", P::Empty, None),
            (" \u{3000}", P::Empty, None),
            ("138****5678", P::MaskedValue, None),
            ("1381234567", P::PhoneForm, None),
            ("12812345678", P::PhoneForm, None),
            ("13812345678x", P::PhoneForm, Some(12)),
            ("13812345678/13912345678", P::PhoneForm, Some(12)),
            ("1381234567\08", P::PhoneForm, Some(11)),
            ("138+12345678", P::PhoneForm, Some(4)),
            ("88888888", P::PhoneForm, None),
            ("0571-08888888", P::PhoneForm, None),
            ("13812345678-801", P::PhoneForm, None),
            ("+8613812", P::PhoneForm, None),
            ("+", P::PhoneForm, None),
            ("---", P::PhoneForm, None),
            (
                "１2345678901234567890123456789012345678901",
                P::PhoneForm,
                None,
            ),
        ] {
            let finding = Phone::parse(raw).unwrap_err();
            assert_eq!((finding.code, finding.position), (code, position), "{raw}");
        }
    }

    #[test]
    fn masks_hide_the_middle() {
        for (raw, masked) in [
            ("13812345678", "138****5678"),
            ("0571-88881234", "0571-****1234"),
            ("0571-88881234-801", "0571-****1234"),
            ("010-62345678", "010-****5678"),
            ("4001234567", "4001234567"),
            ("+14155550123", "+14*******23"),
        ] {
            assert_eq!(Phone::parse(raw).unwrap().masked(), masked);
        }
        let phone = Phone::from_stored("13812345678".to_owned());
        assert_eq!(format!("{phone:?}"), "Phone(138****5678)");
        assert_eq!(Phone::from_stored("1汉字".to_owned()).masked(), "***");
    }

    proptest! {
        #[test]
        fn no_text_panics_and_reading_twice_changes_nothing(raw in any::<String>()) {
            if let Ok(once) = Phone::parse(&raw) {
                prop_assert_eq!(Phone::parse(once.as_str()).unwrap(), once);
            }
        }

        #[test]
        fn what_could_be_dialled_is_read_the_same_again(raw in "[+]?[0-9() -]{5,20}(转[0-9]{1,4})?") {
            if let Ok(once) = Phone::parse(&raw) {
                prop_assert_eq!(Phone::parse(once.as_str()).unwrap(), once);
            }
        }

        #[test]
        fn every_mobile_number_passes_and_is_masked(number in "1[3-9][0-9]{9}") {
            let phone = Phone::parse(&format!("+86{number}")).unwrap();
            prop_assert_eq!(phone.as_str(), number.as_str());
            prop_assert_eq!(&phone.masked()[3..7], "****");
        }
    }
}
