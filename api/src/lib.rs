//! The service: the only crate with I/O, and the `minglu` program.
//! Law, records and paperwork are decided in the crates below it.

pub mod files;
pub mod token;
pub mod vault;
