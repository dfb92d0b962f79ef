//! Phone numbers: no text may bring the parser down, and what passes must pass again as it is written.

#![no_main]

use entity::value::phone::Phone;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(phone) = Phone::parse(text) else {
        return;
    };
    assert_eq!(Phone::parse(phone.as_str()).as_ref(), Ok(&phone));
    assert!(phone.masked().contains('*'));
});
