//! The deeds: sight, load, rules, write, audit, each in one transaction. Nothing here names the words of GraphQL.

pub mod admission;
pub mod agency;
pub mod audit;
pub mod batch;
pub mod blacklist;
pub mod client;
pub mod closing;
pub mod correction;
pub mod damage;
pub mod deed;
pub mod division;
pub mod document;
pub mod due;
pub mod evidence;
pub mod id_page;
pub mod idempotency;
pub mod import;
pub mod input;
pub mod key_check;
pub mod ledger;
pub mod merchant;
pub mod nested;
pub mod office;
pub mod operator;
mod parse;
pub mod party;
pub mod party_link;
pub mod plan;
pub mod platform;
mod presenter;
pub mod reading;
pub mod registration;
pub mod reseal;
pub mod retention;
pub mod reveal;
mod room_profile;
pub mod rotation;
pub mod streamer;
pub mod subject;
pub mod submission;
pub mod sweep;
mod text;
pub mod tied;
pub mod verification;

#[cfg(test)]
pub(crate) mod test_house;
