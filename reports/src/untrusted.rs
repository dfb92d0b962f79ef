//! What is asked of every file that somebody sent before a byte of it is believed: what it is by its content, in which
//! encoding it is written, and how large its parts become. Readers of tables share it, so that a trap is known to all of
//! them once it is known.

pub(crate) mod decode;
pub(crate) mod known;
pub(crate) mod package;
