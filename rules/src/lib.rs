//! The law: pure functions from records to decisions with reasons, and the tables they read.
//! Nothing here does I/O, waits, reads a clock or draws a random number.
#![warn(missing_docs)]

pub mod calendar;
mod data;
pub mod due;
pub mod edition;
pub mod fingerprint;
pub mod label;
pub mod problem;
pub mod registration;
pub mod sight;
pub mod submission;
pub mod verification;
