//! The life of a registration: registered, patched, closed, opened again, corrected, by one caller or by several at
//! once; and what is left of every deed in the audit and on the disk.

mod accounts;
mod at_rest;
mod audit;
mod batch;
mod closing;
mod correction;
mod idempotency;
mod meeting;
mod own_site;
mod patch;
