//! Reads the tables that are compiled into the binary. Nothing here opens a file or knows what a table means.

use std::fmt::Display;

use serde::de::DeserializeOwned;

/// Reads one compiled-in table, strictly: an unknown key or a missing cell is an error.
///
/// # Panics
/// When the table is malformed, which the unit test beside each table finds before a release.
pub(crate) fn compiled_in<T: DeserializeOwned>(name: &str, text: &str) -> T {
    sound(name, toml::from_str(text))
}

/// What was read of a compiled-in table.
///
/// # Panics
/// When the table is malformed, which the unit test beside each table finds before a release.
#[expect(
    clippy::panic,
    reason = "the text is part of the binary and a unit test reads every table"
)]
pub(crate) fn sound<T, E: Display>(name: &str, read: Result<T, E>) -> T {
    read.unwrap_or_else(|error| panic!("rules/data/{name}: {error}"))
}
