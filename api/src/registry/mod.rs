//! The deeds: sight, load, rules, write, audit, each in one transaction. Nothing here names the words of GraphQL.

pub mod batch;
pub mod closing;
pub mod correction;
pub mod deed;
pub mod division;
pub mod evidence;
pub mod idempotency;
pub mod input;
pub mod ledger;
pub mod operator;
pub mod party;
mod parse;
pub mod reading;
