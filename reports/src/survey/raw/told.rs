//! The form in JSON of what comes most: a row is `[index, hidden, cells]`, a cell `[column, value]`, with `true` behind it
//! where a formula made it. A text, a short number and a flag stand as JSON's own; what is left is an object with one name.
//! Names for each cell's parts would take longer to write and to read than what the cells say.

use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, SerializeTuple as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Cell, Row, Value, exact};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => into.serialize_str(text),
            Self::Flag(flag) => into.serialize_bool(*flag),
            Self::Number(number) if exact::is_short(*number) => into.serialize_f64(*number),
            Self::Number(number) => named(into, "number", &format!("{number:e}")),
            Self::Moment(moment) => named(into, "moment", moment),
            Self::Fault(fault) => named(into, "fault", fault),
        }
    }
}

fn named<S: Serializer>(into: S, name: &str, text: &str) -> Result<S::Ok, S::Error> {
    let mut map = into.serialize_map(Some(1))?;
    map.serialize_entry(name, text)?;
    map.end()
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OfValue)
    }
}

struct OfValue;

impl<'de> Visitor<'de> for OfValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what stands in a cell")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "only short numbers stand as such"
    )]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "only short numbers stand as such"
    )]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let Some((name, text)) = map.next_entry::<String, String>()? else {
            return Err(A::Error::invalid_length(0, &self));
        };
        if map.next_key::<String>()?.is_some() {
            return Err(A::Error::invalid_length(2, &self));
        }
        match name.as_str() {
            "number" => exact::read(&text).map(Value::Number),
            "moment" => Ok(Value::Moment(text)),
            "fault" => Ok(Value::Fault(text)),
            other => Err(A::Error::unknown_variant(
                other,
                &["number", "moment", "fault"],
            )),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        let mut cell = into.serialize_tuple(if self.formula { 3 } else { 2 })?;
        cell.serialize_element(&self.column)?;
        cell.serialize_element(&self.value)?;
        if self.formula {
            cell.serialize_element(&true)?;
        }
        cell.end()
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(OfCell)
    }
}

struct OfCell;

impl<'de> Visitor<'de> for OfCell {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cell")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Cell, A::Error> {
        Ok(Cell {
            column: part(&mut parts, (0, &self))?,
            value: part(&mut parts, (1, &self))?,
            formula: parts.next_element()?.unwrap_or_default(),
        })
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        (self.index, self.hidden, &self.cells).serialize(into)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (index, hidden, cells) = Deserialize::deserialize(from)?;
        Ok(Self {
            index,
            hidden,
            cells,
        })
    }
}

/// The next part of a sequence, which must be there.
fn part<'de, A: SeqAccess<'de>, T: Deserialize<'de>>(
    parts: &mut A,
    (index, whole): (usize, &dyn serde::de::Expected),
) -> Result<T, A::Error> {
    let next = parts.next_element()?;
    next.ok_or_else(|| A::Error::invalid_length(index, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_its_cells_and_no_names() {
        let cell = |column, value, formula| Cell {
            column,
            value,
            formula,
        };
        let row = Row {
            index: 7,
            hidden: true,
            cells: vec![
                cell(0, Value::Text("张\"三".to_owned()), false),
                cell(1, Value::Number(12.5), true),
                cell(2, Value::Number(0.1 + 0.2), false),
                cell(3, Value::Flag(false), false),
                cell(4, Value::Moment("2024-07-01T00:00:00".to_owned()), false),
                cell(5, Value::Fault("#REF!".to_owned()), true),
            ],
        };
        let json = serde_json::to_string(&row).unwrap();
        assert_eq!(
            json,
            r##"[7,true,[[0,"张\"三"],[1,12.5,true],[2,{"number":"3.0000000000000004e-1"}],[3,false],[4,{"moment":"2024-07-01T00:00:00"}],[5,{"fault":"#REF!"},true]]]"##
        );
        assert_eq!(serde_json::from_str::<Row>(&json).unwrap(), row);
    }

    #[test]
    fn what_is_no_row_is_refused() {
        for wrong in [
            "[]",
            "[1,false]",
            "[1,false,[[0]]]",
            "[1,false,[[0,null]]]",
            "[1,false,[[0,{}]]]",
            r#"[1,false,[[0,{"number":"x"}]]]"#,
            r#"[1,false,[[0,{"word":"x"}]]]"#,
            r#"[1,false,[[0,{"fault":"x","moment":"y"}]]]"#,
        ] {
            assert!(serde_json::from_str::<Row>(wrong).is_err(), "{wrong}");
        }
    }
}
