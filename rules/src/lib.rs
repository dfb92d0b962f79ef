//! The law: pure functions from records to decisions with reasons, and the tables they read.
//! Nothing here does I/O, waits, reads a clock or draws a random number.
#![warn(missing_docs)]

mod data;
pub mod edition;
