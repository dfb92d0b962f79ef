//! Phone numbers: no text may bring the parser down, what passes must pass again as it is written, and what may be a
//! person's is never shown whole; 400, 800 and 95 numbers are nobody's.

#![no_main]

use entity::value::phone::Phone;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(phone) = Phone::parse(text) else {
        return;
    };
    assert_eq!(Phone::parse(phone.as_str()).as_ref(), Ok(&phone));
    if phone.as_str().starts_with(['0', '1', '+']) {
        assert!(phone.masked().contains('*'));
    }
});
