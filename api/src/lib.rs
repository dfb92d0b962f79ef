//! The service: the only crate with I/O.

pub mod clock;
