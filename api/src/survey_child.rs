//! The process that reads survey files. A workbook from outside may make its reader take all memory, never end or stop with
//! it: so it is read by a process of its own, which has no key, no database, no network and hardly any rights, and is given
//! the bytes on its standard input and gives [`Part`]s back, a line each. What becomes of it is told as a [`Refusal`] of the
//! file; the service goes on.
//!
//! [`Part`]: reports::survey::raw::Part
//! [`Refusal`]: reports::survey::raw::Refusal

mod inside;
mod limits;
mod outside;

pub use inside::apart;
pub use outside::{Parts, ReadFault, parts, parts_of};

/// The command of the child. It is no command for people, so no help names it.
const COMMAND: &str = "read-survey";
/// Bytes of the longest line: a sheet with all merged ranges that it may have.
const LINE: usize = 67_108_864;
