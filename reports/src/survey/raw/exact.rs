//! Numbers in JSON that come back as they were. Up to fifteen digits any reader of JSON finds the same number; ours, to be
//! fast, may miss one with more by its last bit, so those are written as texts.

use serde::de::{Error, Unexpected};

/// Digits, and tens to multiply with, that are found exactly by one multiplication.
const DIGITS: usize = 15;
const TENS: i64 = 22;

/// Reads a number that was written as a text.
pub(super) fn read<E: Error>(text: &str) -> Result<f64, E> {
    let wrong = || E::invalid_value(Unexpected::Str(text), &"a number");
    text.parse().map_err(|_| wrong())
}

/// Whether any reader of JSON finds the same number.
pub(super) fn is_short(number: f64) -> bool {
    if number.abs() < 1e15 && number.fract() == 0.0 {
        return true;
    }
    // These are written out to the ones and a nought behind the point: seventeen digits, however few are not nought.
    if (1e15..1e16).contains(&number.abs()) {
        return false;
    }
    let text = format!("{number:e}");
    let Some((digits, tens)) = text.split_once('e') else {
        return false;
    };
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    let Ok(tens) = tens.parse::<i64>() else {
        return false;
    };
    let behind = i64::try_from(count).unwrap_or(i64::MAX).saturating_sub(1);
    count <= DIGITS && (tens - behind).abs() <= TENS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::survey::raw::Value;

    #[test]
    fn sixteen_digits_before_the_point_come_back_as_they_were() {
        for number in [
            -7_894_121_834_480_260.0,
            7_894_121_834_480_260.0,
            1e15,
            1e16,
        ] {
            let json = serde_json::to_string(&Value::Number(number)).unwrap();
            let back = serde_json::from_str::<Value>(&json).unwrap();
            assert_eq!(back, Value::Number(number), "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_number_comes_back_as_it_was(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            let json = serde_json::to_string(&Value::Number(number)).unwrap();
            let Value::Number(back) = serde_json::from_str(&json).unwrap() else {
                panic!("{json}");
            };
            prop_assert_eq!(back.to_bits(), number.to_bits());
        }

        #[test]
        fn what_offices_write_stays_a_number(whole in -1_000_000_000_i64..1_000_000_000, part in 0_u32..100) {
            let number: f64 = format!("{whole}.{part:02}").parse().unwrap();
            let json = serde_json::to_string(&Value::Number(number)).unwrap();
            prop_assert!(!json.contains('"'));
            prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), Value::Number(number));
        }
    }
}
