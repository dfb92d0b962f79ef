//! The law: pure functions from records to decisions with reasons, and the tables they read.
//! Nothing here does I/O, waits, reads a clock or draws a random number.
#![warn(missing_docs)]

pub mod abnormal;
pub mod blacklist;
pub mod calendar;
pub mod coverage;
mod data;
pub mod deadline;
pub mod difference;
pub mod disposition;
pub mod due;
pub mod edition;
pub mod fingerprint;
pub mod instrument;
pub mod interview;
pub mod jurisdiction;
pub mod label;
pub mod live;
pub mod matching;
pub mod party_link;
pub mod penalty;
pub mod platform_name;
pub mod problem;
pub mod registration;
pub mod retention;
pub mod sharing;
pub mod sight;
pub mod submission;
pub mod survey;
pub mod training;
pub mod verification;
