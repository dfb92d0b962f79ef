//! The one binary of the tests: one link, one run, one template database of each engine.
#![expect(
    clippy::expect_used,
    reason = "helpers outside #[test] functions may stop the test that called them"
)]

mod app;
mod document;
mod freeze;
mod operator;
mod postgres;
mod submission;
mod tidy;
