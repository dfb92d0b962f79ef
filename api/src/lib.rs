//! The service: the only crate with I/O.

pub mod clock;
pub mod config;
pub mod logging;
mod toml_lines;
