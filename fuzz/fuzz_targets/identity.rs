//! Identity numbers of every kind: no text may bring a parser down, what passes must pass again as it is written, and
//! what is shown of it must not be the whole number. The input is a kind, a country and a number, one a line.

#![no_main]

use chrono::NaiveDate;
use entity::kind::IdentityKind;
use entity::value::identity::IdentityNumber;
use entity::value::personal::{in_identifier, in_url, in_words};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let on = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day");
    let mut lines = text.splitn(3, '\n');
    let (Some(kind), Some(country), Some(raw)) = (lines.next(), lines.next(), lines.next()) else {
        return;
    };
    let country = (!country.is_empty()).then_some(country);
    for known in IdentityKind::ALL {
        if !kind.is_empty() && kind != known.as_str() {
            continue;
        }
        let Ok(parsed) = IdentityNumber::parse(*known, raw, country, on) else {
            continue;
        };
        let identity = &parsed.identity;
        let again = IdentityNumber::parse(*known, identity.number(), country, on);
        assert_eq!(again.as_ref(), Ok(&parsed));
        let (shown, whole) = (identity.masked(), identity.number());
        assert_eq!(shown.chars().count(), whole.chars().count());
        assert!(*known == IdentityKind::Uscc || shown != whole);
        assert!(identity.birth_date().is_none_or(|born| born <= on));
        if *known == IdentityKind::ResidentId {
            assert!(in_words(whole, on).is_some());
        }
    }
    let _ = (in_words(raw, on), in_identifier(raw, on), in_url(raw, on));
});
