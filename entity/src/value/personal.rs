//! Numbers of persons where they have no place: an 18-digit number of a resident, or a mobile phone's, in a text that is
//! shown plain or stands in clear. Only the places that texts pass ask this; what the fields for numbers hold is theirs.
//!
//! The 15-digit numbers of old are not looked for: they have no check digit, and 15 digits that begin with a division are
//! also what a business licence of the old form, a phone's IMEI or an order may have.

use chrono::NaiveDate;

use crate::value::division::Divisions;
use crate::value::mask;
use crate::value::normal::{half_width, is_blank, is_dash, stripped};
use crate::value::phone::mobile;
use crate::value::resident_id;

/// The digits of a resident's number.
const RESIDENT: usize = 18;
/// The fewest digits that a person's number has: a mobile phone's.
const FEWEST: usize = 11;
/// How the digits of a mobile number are written in groups; other groups of 11 digits in all are amounts, days and ranges.
const MOBILE_GROUPS: [&[usize]; 8] = [
    &[3, 4, 4],
    &[3, 8],
    &[7, 4],
    &[3, 3, 5],
    &[4, 3, 4],
    &[4, 4, 3],
    &[3, 4, 2, 2],
    &[1; 11],
];
/// Words in the name of a URL's parameter that say a phone's number follows.
const PHONE_WORDS: [&str; 5] = ["phone", "mobile", "tel", "shouji", "sjh"];

/// Digits that stand together, and how they stand to what is before them.
struct Group {
    /// The place of the first, in characters from 1.
    at: usize,
    digits: String,
    /// Whether only blanks, dashes and dots part them from the group before.
    joined: bool,
    /// Whether letters touch them.
    in_word: bool,
}

/// Where a person's number begins in words, in characters from 1: of a resident, or of a mobile phone, in full-width
/// digits too and however the digits are spaced. No number of a resident was given to who is born after `on`.
#[must_use]
pub fn in_words(text: &str, on: NaiveDate) -> Option<usize> {
    let groups = groups(text);
    find(&groups, |run| {
        is_mobile(run) || resident_id::is_personal(&joined(run), on)
    })
}

/// Words with a star for each digit of a person's number in them.
#[must_use]
pub fn masked(text: &str, on: NaiveDate) -> String {
    let mut text = text.to_owned();
    loop {
        let groups = groups(&text);
        let Some(found) = run(&groups, |run| {
            is_mobile(run) || resident_id::is_personal(&joined(run), on)
        }) else {
            return text;
        };
        let is_in = |place: usize| {
            let mut each = found.iter();
            each.any(|group| (group.at..group.at + group.digits.len()).contains(&place))
        };
        let starred = text.chars().enumerate();
        let starred = starred.map(|(index, own)| if is_in(index + 1) { '*' } else { own });
        text = starred.collect();
    }
}

/// Where a resident's number begins in words; a mobile phone's is not looked for.
#[must_use]
pub fn resident_in_words(text: &str, on: NaiveDate) -> Option<usize> {
    let groups = groups(text);
    find(&groups, |run| resident_id::is_personal(&joined(run), on))
}

/// Where a person's number begins in a number or key that somebody else gave: an account, a licence, a platform's own key.
/// Such texts are long digits by nature. So a resident's number counts only if its first six digits were ever a division's,
/// and a mobile number only if it is a word of the text or the whole of it: `13812345678` and `u-13812345678`, but not
/// `u13812345678`, which is how a platform writes an account that happens to look like a phone.
#[must_use]
pub fn in_identifier(text: &str, on: NaiveDate) -> Option<usize> {
    let groups = groups(text);
    find(&groups, |run| {
        let is_word = run.iter().all(|group| !group.in_word);
        (is_word && is_mobile(run)) || is_known_resident(&joined(run), on)
    })
}

/// The same in a professional certificate's number, which may be made of its holder's by those who issue it: 特种作业操作证
/// is `T` and the resident number.
#[must_use]
pub fn in_certificate(text: &str, on: NaiveDate) -> Option<usize> {
    let number = stripped(text);
    let holder = number.strip_prefix(['T', 't']).unwrap_or_default();
    if resident_id::is_personal(&holder.to_ascii_uppercase(), on) {
        return None;
    }
    in_identifier(text, on)
}

/// A certificate's number as it may be shown: masked where it is made of its holder's.
#[must_use]
pub fn shown_certificate(number: &str) -> String {
    let plain = stripped(number).to_ascii_uppercase();
    let tail = plain.len().checked_sub(RESIDENT);
    let holder = tail.and_then(|from| plain.get(from..)).unwrap_or_default();
    if resident_id::is_personal(holder, NaiveDate::MAX) {
        mask::number(number)
    } else {
        number.to_owned()
    }
}

/// Where a person's number begins in a URL. Rooms, shops and users are numbered in URLs, so a path's part and a parameter's
/// value that are digits alone count as a mobile number only where the parameter says that it is one.
#[must_use]
pub fn in_url(url: &str, on: NaiveDate) -> Option<usize> {
    let mut begins = 1;
    for part in url.split(['/', '?', '&', '#', ';']) {
        let (name, value) = part.split_once('=').unwrap_or(("", part));
        let says_phone = PHONE_WORDS
            .iter()
            .any(|word| name.to_ascii_lowercase().contains(word));
        let is_number = !value.is_empty() && value.chars().all(|digit| digit.is_ascii_digit());
        let found = if is_number && !says_phone {
            find(&groups(part), |run| is_known_resident(&joined(run), on))
        } else {
            in_words(part, on)
        };
        if let Some(at) = found {
            return Some(begins + at - 1);
        }
        begins += part.chars().count() + 1;
    }
    None
}

fn is_known_resident(digits: &str, on: NaiveDate) -> bool {
    let region = digits.get(..6).and_then(|region| region.parse().ok());
    // 810000, 820000 and 830000 are of residence permits, 9 of permanent residence cards.
    let is_known = digits.starts_with(['8', '9'])
        || region.is_some_and(|region| Divisions::national().has_ever_known(region));
    is_known && resident_id::is_personal(digits, on)
}

/// Whether a run of groups is a mobile number, with or without the country's code.
fn is_mobile(run: &[Group]) -> bool {
    let run = match run {
        [country, rest @ ..] if !rest.is_empty() && ["86", "0086"].contains(&&*country.digits) => {
            rest
        }
        run => run,
    };
    if let [whole] = run {
        // A letter x may follow a phone's number as any other may.
        let digits = whole.digits.trim_end_matches('X');
        let local = digits.strip_prefix("00").unwrap_or(digits);
        return mobile(digits).is_some() || local.strip_prefix("86").and_then(mobile).is_some();
    }
    let lengths: Vec<_> = run.iter().map(|group| group.digits.len()).collect();
    MOBILE_GROUPS.contains(&&*lengths) && mobile(&joined(run)).is_some()
}

fn joined(run: &[Group]) -> String {
    run.iter().map(|group| &*group.digits).collect()
}

/// The first run of groups standing together of which something holds.
fn find(groups: &[Group], holds: impl Fn(&[Group]) -> bool) -> Option<usize> {
    run(groups, holds)
        .and_then(<[Group]>::first)
        .map(|first| first.at)
}

/// The groups of that run.
fn run(groups: &[Group], holds: impl Fn(&[Group]) -> bool) -> Option<&[Group]> {
    for index in 0..groups.len() {
        let rest = groups.get(index + 1..).unwrap_or_default();
        let joined = rest.iter().take_while(|group| group.joined).count();
        let mut digits = 0;
        for (end, group) in groups.iter().enumerate().skip(index).take(joined + 1) {
            digits += group.digits.len();
            if digits > RESIDENT {
                break;
            }
            let run = groups.get(index..=end).filter(|run| holds(run));
            if run.is_some() {
                return run;
            }
        }
    }
    None
}

/// The groups of digits of a text; an X that ends 17 digits is the last of 18.
fn groups(text: &str) -> Vec<Group> {
    let digits = text.chars().filter(|c| half_width(*c).is_ascii_digit());
    if digits.count() < FEWEST {
        return Vec::new();
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut joined = false;
    let mut before = None;
    let mut characters = text.chars().map(half_width).enumerate().peekable();
    while let Some((index, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let ends = !next.is_some_and(|next| next.is_ascii_alphanumeric());
        let follows = before.is_some_and(|before: char| before.is_ascii_digit());
        let is_check = matches!(character, 'X' | 'x') && ends && (follows || joined);
        if character.is_ascii_digit() || is_check {
            match groups.last_mut() {
                Some(group) if follows => group.digits.push(character.to_ascii_uppercase()),
                _ => groups.push(Group {
                    at: index + 1,
                    digits: character.to_ascii_uppercase().to_string(),
                    joined,
                    in_word: before.is_some_and(|before| before.is_ascii_alphabetic()),
                }),
            }
            joined = true;
        } else {
            let parts = is_blank(character)
                || is_dash(character)
                || matches!(character, '.' | '·' | '•' | '_');
            if let Some(group) = groups.last_mut()
                && follows
                && character.is_ascii_alphabetic()
            {
                group.in_word = true;
            }
            joined = joined && parts;
        }
        before = Some(character);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::samples::with_check;
    use proptest::prelude::*;

    /// The standard's own example.
    const RESIDENT_ID: &str = "11010519491231002X";

    fn on() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 26).unwrap()
    }

    #[test]
    fn a_number_is_found_in_words_however_it_is_written() {
        for (text, at) in [
            ("13812345678", 1),
            ("请联系138-1234-5678", 4),
            ("电话１３８　１２３４　５６７８。", 3),
            ("+8613812345678", 2),
            ("008613812345678", 1),
            ("+86 138 1234 5678", 2),
            ("tel13812345678x", 4),
            ("138.1234.5678", 1),
            ("2026-11-26 13812345678", 12),
            ("1 3 8 1 2 3 4 5 6 7 8", 1),
            ("王店13812345678号码", 3),
            (RESIDENT_ID, 1),
            ("身份证11010519491231002x。", 4),
            ("１１０１０５１９４９１２３１００２Ｘ", 1),
            ("110105 19491231 002X", 1),
            ("110105-1949-1231-002 X", 1),
            ("id810000199001010019", 3),
            ("943760199803056672", 1),
        ] {
            assert_eq!(in_words(text, on()), Some(at), "{text}");
        }
    }

    #[test]
    fn every_number_in_words_is_masked() {
        let text =
            format!("a {RESIDENT_ID}, 138-1234-5678 and １３８１２３４５６７８, not 15000-200000");
        let stars = "a ******************, ***-****-**** and ***********, not 15000-200000";
        assert_eq!(masked(&text, on()), stars);
    }

    #[test]
    fn other_digits_are_nobodys() {
        for text in [
            "",
            "12812345678",
            "138123456789",
            "第13812号，共345678件",
            "91330106MA00000003",
            "110105194912310021",
            "11010519491331002X",
            "15000-200000",
            "1985-10-12-301",
            "0571-88881234",
            "400-123-4567",
            "JY13301060012345",
            "330106800101123",
        ] {
            assert_eq!(in_words(text, on()), None, "{text}");
        }
    }

    #[test]
    fn an_identifier_is_a_person_only_where_there_is_no_doubt() {
        for (text, at) in [
            ("13812345678", Some(1)),
            ("138-1234-5678", Some(1)),
            ("u-13812345678", Some(3)),
            ("u13812345678", None),
            ("13812345678a", None),
            ("513812345678", None),
            (RESIDENT_ID, Some(1)),
            ("uid11010519491231002X", Some(4)),
            // The check and the day are right, but no division ever had these six digits.
            (&with_check("79999919491231002"), None),
            ("1f3a9d1e-13a4-7000-8000-138123456789", None),
        ] {
            assert_eq!(in_identifier(text, on()), at, "{text}");
        }
        assert!(in_words(&with_check("79999919491231002"), on()).is_some());
    }

    #[test]
    fn a_certificate_may_be_made_of_its_holders_number_and_is_shown_masked() {
        let licence = format!("T{RESIDENT_ID}");
        assert_eq!(in_certificate(&licence, on()), None);
        assert_eq!(in_certificate(RESIDENT_ID, on()), Some(1));
        assert_eq!(in_certificate("13812345678", on()), Some(1));
        assert_eq!(in_certificate("20193301122000123", on()), None);
        let physician = format!("201133110{RESIDENT_ID}");
        assert_eq!(in_certificate(&physician, on()), None);
        for number in [licence, physician] {
            assert!(!shown_certificate(&number).contains("19491231"), "{number}");
        }
        assert_eq!(shown_certificate("2019-330112"), "2019-330112");
    }

    #[test]
    fn a_url_numbers_rooms_and_names_phones() {
        for (url, at) in [
            ("https://live.example.com/13812345678", None),
            ("https://live.example.com/r?shop_id=13812345678&x=1", None),
            ("https://live.example.com/r?phone=13812345678", Some(34)),
            ("https://live.example.com/tel-13812345678", Some(30)),
            ("https://live.example.com/11010519491231002X", Some(26)),
        ] {
            assert_eq!(in_url(url, on()), at, "{url}");
        }
    }

    proptest! {
        #[test]
        fn every_mobile_number_is_found(number in "1[3-9][0-9]{9}", head in "[\u{4e00}-\u{4e05} ]{0,3}") {
            let text = format!("{head}{number}");
            prop_assert_eq!(in_words(&text, on()), Some(head.chars().count() + 1));
            prop_assert_eq!(in_identifier(&number, on()), Some(1));
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (in_words(&text, on()), in_identifier(&text, on()), in_url(&text, on()));
            let _ = (in_certificate(&text, on()), shown_certificate(&text));
            prop_assert_eq!(in_words(&masked(&text, on()), on()), None);
        }
    }
}
