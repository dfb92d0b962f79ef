//! Numbers in JSON that come back as they were. Up to fifteen digits any reader of JSON finds the same number; ours, to be
//! fast, may miss one with more by its last bit, so those are written as texts.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserializer, Serializer};

/// Digits, and tens to multiply with, that are found exactly by one multiplication.
const DIGITS: usize = 15;
const TENS: i64 = 22;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
pub(super) fn serialize<S: Serializer>(number: &f64, into: S) -> Result<S::Ok, S::Error> {
    if is_short(*number) {
        into.serialize_f64(*number)
    } else {
        into.collect_str(&format_args!("{number:e}"))
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_any(Number)
}

fn is_short(number: f64) -> bool {
    if number.abs() < 1e15 && number.fract() == 0.0 {
        return true;
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

struct Number;

impl Visitor<'_> for Number {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    #[expect(clippy::cast_precision_loss, reason = "it is asked for as such")]
    fn visit_i64<E>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "it is asked for as such")]
    fn visit_u64<E>(self, number: u64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        let wrong = || E::invalid_value(Unexpected::Str(text), &self);
        text.parse().map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::survey::raw::Value;

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
            prop_assert!(!json.contains("\"number\":\""));
            prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), Value::Number(number));
        }
    }
}
