//! 审计: committed entries are linked in segments with signed heads, checked against them, read by those who may, and
//! dropped when their time is over. Writing an entry is not done here but in `crate::audit`, by every deed.
//!
//! Nothing links an entry while its deed is under way: a chain whose head every writer locks would make all deeds wait for
//! each other. The sealer comes a moment later and takes what is committed.

pub mod chain;
pub mod change;
mod drop;
pub mod export;
mod file;
mod reading;
mod seal;
pub mod verify;

pub use drop::drop_once;
pub use file::{file_once, gather_once};
pub use reading::{Records, list};
pub use seal::{SEGMENT, seal_once, unsealed};
