//! The one binary of the tests: one link, one run, one template database of each engine.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers outside #[test] functions may stop the test that called them"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "inputs read best where they are written, in the call"
)]

mod admission;
mod agency;
mod app;
mod bad_input;
mod cycle;
mod document;
mod drift;
mod freeze;
mod journey;
mod look;
mod merchant;
mod operation;
mod operator;
mod pages;
mod papers;
mod postgres;
mod problems;
mod schema;
mod streamer;
mod submission;
mod tidy;
mod verification;
