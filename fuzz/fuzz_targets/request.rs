//! Requests: no body may bring down, or hold up, what judges it before it is executed, and what passes costs no more than
//! the limit says.

#![no_main]

use std::sync::LazyLock;

use api::http::{Limits, Scanner};
use libfuzzer_sys::fuzz_target;

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| {
    let sdl = include_str!("../../schema.graphql");
    Scanner::new(sdl, Limits::default()).expect("a schema")
});

fuzz_target!(|body: &[u8]| {
    let limits = Limits::default();
    if let Ok(values) = SCANNER.values(body) {
        let operations = u64::try_from(limits.batch).expect("a small number");
        assert!(values <= limits.complexity.saturating_mul(operations));
    }
    // A document alone, which the fuzzer finds more easily than one inside JSON.
    if let Ok(document) = std::str::from_utf8(body) {
        let quoted = format!("{{\"query\":{}}}", quote(document));
        let _ = SCANNER.values(quoted.as_bytes());
    }
});

/// A text as JSON writes it.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if u32::from(c) < 0x20 => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}
