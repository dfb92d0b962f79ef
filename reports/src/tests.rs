//! Tests of the paperwork: what is written is read back cell by cell by another library, never by our own code.

mod cells;
mod looks;
mod notice;
mod parts;
mod returned;
mod screening;
mod support;
mod survey_read;
mod template;
mod workbook;
