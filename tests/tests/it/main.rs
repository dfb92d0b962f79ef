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

mod abuse;
mod address;
mod admission;
mod admitting;
mod agency;
mod app;
mod audit;
mod bad_input;
mod blacklist;
mod canary;
mod commands;
mod coverage;
mod cycle;
mod disposition;
mod document;
mod drift;
mod due;
mod edition;
mod faults;
mod filings;
mod foreign;
mod forged;
mod freeze;
mod import;
mod journey;
mod keys;
mod live;
mod look;
mod makefile;
mod masking;
mod matrix;
mod merchant;
mod node;
mod once;
mod operation;
mod operator;
mod pages;
mod papers;
mod party_link;
mod plans;
mod postgres;
mod presenter;
mod problems;
mod processes;
mod production;
mod program;
mod rates;
mod reading;
mod readme;
mod retention;
mod reveal;
mod room_profile;
mod schedule;
mod schema;
mod sight;
mod streamer;
mod subject;
mod submission;
mod suite;
mod survey;
mod survey_child;
mod survey_fixtures;
mod template;
mod tenants;
mod tidy;
mod training;
mod verification;
mod wider;
mod workbook;
mod writing;
