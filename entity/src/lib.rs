//! The records: tables, typed ids, values that cannot be wrong, sealed data and finders that start from sight.
//! Nothing here opens a sealed value, reads a clock or decides by law.
#![warn(missing_docs)]

pub mod kind;
pub mod problem;
pub mod sealed;
pub mod value;
