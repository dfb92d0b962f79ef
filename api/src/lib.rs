//! The service: the only crate with I/O. Words in `graphql`, deeds in `registry`, the clock's work in `jobs`.

pub mod admission_file;
pub mod app;
pub mod audit;
pub mod auth;
pub mod clock;
pub mod command;
pub mod config;
pub mod db;
pub mod demo;
pub mod error;
pub mod files;
pub mod gate;
pub mod graphql;
pub mod http;
pub mod jobs;
pub mod logging;
pub mod production;
pub mod registry;
pub mod routes;
pub mod scope;
pub mod start;
pub mod survey_child;
pub mod together;
pub mod token;
mod toml_lines;
pub mod vault;
pub mod words;
