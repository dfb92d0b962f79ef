//! Tables and forms as offices make them, written as rows of texts and read back.

mod body;
mod form;
mod head;
mod layout;
mod property;
mod support;
