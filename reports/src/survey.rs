//! 调查摸底: the workbooks that county offices made by hand, read into rows that can be judged. The way is always the same:
//! a file is read cell by cell into [`raw`] parts, in a process that may be lost; the parts are searched for [`table`]s and
//! forms; and what stands in a table's cells is cleaned into values, each with the address of its cell.

mod cell;
pub mod raw;
pub mod read;
pub mod returned;
pub mod table;
pub mod template;

#[cfg(test)]
mod tests;
