//! Addresses: no text may bring the reader down or be read for long, and whatever it answers is a division that exists,
//! as sure as a part of a hundred can be.

#![no_main]

use entity::value::address::resolve;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let resolved = resolve(text);
    assert!(
        resolved
            .candidates()
            .iter()
            .all(|candidate| candidate.confidence <= 100)
    );
    let certain = resolved.certain(90);
    assert!(certain.is_none_or(|sure| resolved.candidates().first() == Some(&sure)));
});
