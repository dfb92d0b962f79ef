//! The service: the only crate with I/O.

pub mod admission_file;
pub mod clock;
pub mod config;
pub mod logging;
pub mod scope;
mod toml_lines;
