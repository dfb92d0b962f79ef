//! 调查摸底: what the columns of a hand-made table can mean, which words offices write over them, and what people have
//! said that a table's columns mean. Nothing here sees a sheet or a cell.

mod field;
mod mapping;
mod plain;
mod values;
mod vocabulary;
mod words;

pub use field::{Field, Group, Leaf, Shape, of_kind};
pub use mapping::{Mappings, column_of, letters_of};
pub use plain::plain;
pub use values::{RowWord, Unit, ValueWord};
pub use vocabulary::FactKind;
pub use words::{Heard, Meaning, Words};

#[cfg(test)]
mod tests;
