//! What the tests stand on: databases of their own, made from templates, on servers of their own.
//! It may fail loudly and never skips: a test that cannot have its database is a failed test.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a harness that cannot give what a test needs must stop that test with a sentence"
)]

pub mod coverage;
pub mod database;
pub mod plans;
pub mod postgres;
pub mod run;
