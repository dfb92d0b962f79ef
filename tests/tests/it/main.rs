//! The one binary of the tests: one link, one run, one template database of each engine.
#![expect(
    clippy::expect_used,
    reason = "helpers outside #[test] functions may stop the test that called them"
)]

mod admission;
mod app;
mod bad_input;
mod cycle;
mod journey;
mod look;
mod operator;
mod postgres;
mod tidy;
