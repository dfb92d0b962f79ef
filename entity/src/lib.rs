//! The records: tables, typed ids, values that cannot be wrong, sealed data and finders that start from sight.
//! Nothing here opens a sealed value, reads a clock or decides by law.
#![warn(missing_docs)]

pub mod account;
pub mod agency;
pub mod audit;
pub mod blacklist;
pub mod client;
pub mod disposition;
pub mod document;
pub mod facts;
pub mod file_use;
pub mod id;
pub mod idempotency;
pub mod import_job;
pub mod key_check;
pub mod key_holder;
pub mod kind;
pub mod legal_hold;
pub mod live_policy;
pub mod live_session;
pub mod merchant;
pub mod objection;
pub mod office;
pub mod operator;
pub mod party;
pub mod party_link;
pub mod platform;
pub mod presenter;
pub mod problem;
pub mod registration;
pub mod registration_count;
pub mod registration_page;
pub mod reseal;
pub mod retention;
pub mod revision;
pub mod room_profile;
pub mod screening;
pub mod sealed;
pub mod sight;
pub mod streamer;
pub mod submission;
pub mod tie;
pub mod training;
pub mod value;
