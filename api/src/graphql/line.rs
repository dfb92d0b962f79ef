//! A line of a file as an input of the API: the very types that read a mutation's variables read it, so that a file and a
//! request cannot come to mean different things. What a request is refused for as a whole, a line is refused for alone.

use std::collections::HashMap;
use std::sync::LazyLock;

use async_graphql::registry::{MetaType, MetaTypeName, Registry};
use async_graphql::{InputType, Name, Value};
use chrono::NaiveDate;
use entity::kind::SubjectKind;
use entity::problem::{Finding, ProblemCode, Step};
use entity::value::personal::{in_identifier, masked};

use super::agency::AgencyInput;
use super::merchant::MerchantInput;
use super::operator::OperatorInput;
use super::scalars::{Date, DateTime};
use super::streamer::StreamerInput;
use crate::registry::import::Unread;
use crate::registry::input::Item;

/// The longest part of a name that no field has which is told again.
const NAME: usize = 40;

/// Reads one line as an item of a kind.
pub fn read(kind: SubjectKind, text: &str) -> Result<Item, Unread> {
    let Ok(value @ Value::Object(_)) = serde_json::from_str(text) else {
        return Err(unread(None, Finding::error(ProblemCode::LineUnreadable)));
    };
    match kind {
        SubjectKind::Operator => input::<OperatorInput>(value).map(|i| Item::Operator(i.into())),
        SubjectKind::Streamer => input::<StreamerInput>(value).map(|i| Item::Streamer(i.into())),
        SubjectKind::Agency => input::<AgencyInput>(value).map(|i| Item::Agency(i.into())),
        SubjectKind::Merchant => input::<MerchantInput>(value).map(|i| Item::Merchant(i.into())),
        SubjectKind::Platform => Err(unread(None, Finding::error(ProblemCode::ValueForm))),
    }
}

const fn unread(external_id: Option<String>, finding: Finding) -> Unread {
    Unread {
        external_id,
        finding,
    }
}

fn input<T: InputType>(value: Value) -> Result<T, Unread> {
    let external_id = match &value {
        Value::Object(fields) => fields.get("externalId").cloned(),
        _ => None,
    };
    let external_id = match external_id {
        // A verdict repeats the key of its line, unless that is a person's number.
        Some(Value::String(id)) if id.chars().count() <= 200 => {
            Some(id).filter(|id| in_identifier(id, NaiveDate::MAX).is_none())
        }
        _ => None,
    };
    if let Err(finding) = fits(&T::qualified_type_name(), &value) {
        return Err(unread(external_id, finding));
    }
    let wrong = |_| unread(external_id, Finding::error(ProblemCode::ValueForm));
    T::parse(Some(value)).map_err(wrong)
}

/// What the registry knows of a named type.
enum Shape {
    /// Fields, by name.
    Object(HashMap<String, Field>),
    /// Names.
    Enum(Vec<String>),
    /// One value.
    Scalar,
}

/// What the registry knows of a field.
struct Field {
    ty: String,
    /// It cannot be left out: it takes no null, and the schema has no value for it.
    required: bool,
}

/// The types of the inputs, as the schema has them.
static SHAPES: LazyLock<HashMap<String, Shape>> = LazyLock::new(|| {
    let mut registry = Registry::default();
    OperatorInput::create_type_info(&mut registry);
    StreamerInput::create_type_info(&mut registry);
    AgencyInput::create_type_info(&mut registry);
    MerchantInput::create_type_info(&mut registry);
    let shape = |meta: MetaType| match meta {
        MetaType::InputObject { input_fields, .. } => {
            let fields = input_fields.into_iter().map(|(name, field)| {
                let required = field.ty.ends_with('!') && field.default_value.is_none();
                let ty = field.ty;
                (name, Field { ty, required })
            });
            Shape::Object(fields.collect())
        }
        MetaType::Enum { enum_values, .. } => Shape::Enum(enum_values.into_keys().collect()),
        _ => Shape::Scalar,
    };
    let types = registry.types.into_iter();
    types.map(|(name, meta)| (name, shape(meta))).collect()
});

/// Whether a value is of a type, and where it is not.
fn fits(ty: &str, value: &Value) -> Result<(), Finding> {
    match (MetaTypeName::create(ty), value) {
        (MetaTypeName::NonNull(inner), Value::Null) => Err(form(inner)),
        (MetaTypeName::NonNull(inner), value) => fits(inner, value),
        (_, Value::Null) => Ok(()),
        (MetaTypeName::List(inner), Value::List(values)) => {
            for (index, value) in values.iter().enumerate() {
                fits(inner, value).map_err(|finding| finding.item(index))?;
            }
            Ok(())
        }
        // GraphQL reads one value as a list of one.
        (MetaTypeName::List(inner), value) => fits(inner, value),
        (MetaTypeName::Named(name), value) => named(name, value),
    }
}

fn named(name: &str, value: &Value) -> Result<(), Finding> {
    let fits = match (SHAPES.get(name), value) {
        (Some(Shape::Object(fields)), Value::Object(given)) => return object(fields, given),
        (Some(Shape::Enum(names)), Value::String(text)) => names.contains(text),
        (Some(Shape::Object(_) | Shape::Enum(_)), _) => false,
        (Some(Shape::Scalar) | None, value) => scalar(name, value),
    };
    if fits { Ok(()) } else { Err(form(name)) }
}

fn scalar(name: &str, value: &Value) -> bool {
    match name {
        "String" => matches!(value, Value::String(_)),
        "Boolean" => matches!(value, Value::Boolean(_)),
        "Int" => <i32 as InputType>::parse(Some(value.clone())).is_ok(),
        "Date" => <Date as InputType>::parse(Some(value.clone())).is_ok(),
        "DateTime" => <DateTime as InputType>::parse(Some(value.clone())).is_ok(),
        // Whatever else there is, the type itself judges when it reads the whole.
        _ => true,
    }
}

fn object(
    fields: &HashMap<String, Field>,
    given: &async_graphql::indexmap::IndexMap<Name, Value>,
) -> Result<(), Finding> {
    for (name, value) in given {
        let Some(field) = fields.get(name.as_str()) else {
            return Err(inside(
                name.as_str(),
                Finding::error(ProblemCode::FieldUnknown),
            ));
        };
        fits(&field.ty, value).map_err(|finding| inside(name.as_str(), finding))?;
    }
    let lacking = fields
        .iter()
        .filter(|(name, field)| field.required && !given.contains_key(name.as_str()))
        .map(|(name, _)| name)
        .min();
    match lacking {
        Some(name) => Err(inside(name, Finding::error(ProblemCode::Required))),
        None => Ok(()),
    }
}

fn form(ty: &str) -> Finding {
    Finding::error(ProblemCode::ValueForm).with("type", ty.to_owned())
}

fn inside(name: &str, mut finding: Finding) -> Finding {
    let name: String = name.chars().take(NAME).collect();
    let name = masked(&name, NaiveDate::MAX);
    finding.path.insert(0, Step::Field(name.into()));
    finding
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::registry::input::Patch;

    fn refusal(kind: SubjectKind, line: &str) -> (&'static str, String) {
        let unread = read(kind, line).unwrap_err();
        let path: Vec<_> = unread
            .finding
            .path
            .iter()
            .map(|step| match step {
                Step::Field(name) => name.to_string(),
                Step::Index(index) => index.to_string(),
            })
            .collect();
        (unread.finding.code.as_str(), path.join("."))
    }

    fn merchant(more: &serde_json::Value) -> String {
        let mut item = json!({ "identity": { "kind": "USCC", "number": "1" } });
        for (name, value) in more.as_object().unwrap() {
            item[name] = value.clone();
        }
        item.to_string()
    }

    #[test]
    fn absent_null_and_a_value_are_told_apart() {
        let line = merchant(&json!({ "name": "甲", "phone": null, "overThreshold": true }));
        let Ok(Item::Merchant(item)) = read(SubjectKind::Merchant, &line) else {
            panic!("a merchant");
        };
        assert_eq!(item.name, Patch::Set("甲".to_owned()));
        assert_eq!(item.phone, Patch::Clear);
        assert_eq!(item.external_id, Patch::Keep);
        assert_eq!(item.over_threshold, Patch::Set(true));
    }

    #[test]
    fn what_is_no_object_is_unreadable() {
        for line in ["", "1", "[]", "{", "{}{}", "null", "\"a\""] {
            let told = refusal(SubjectKind::Merchant, line);
            assert_eq!(told, ("LINE_UNREADABLE", String::new()), "{line}");
        }
        let deep = format!("{{\"name\":{}", "[".repeat(100_000));
        assert_eq!(refusal(SubjectKind::Merchant, &deep).0, "LINE_UNREADABLE");
    }

    #[test]
    fn a_field_is_named_that_is_unknown_lacking_or_of_the_wrong_form() {
        let told = |more| refusal(SubjectKind::Merchant, &merchant(&more));
        let at = |code, path: &str| (code, path.to_owned());
        assert_eq!(told(json!({ "nmae": "甲" })), at("FIELD_UNKNOWN", "nmae"));
        assert_eq!(
            told(json!({ "shops": [{ "name": "a" }, { "name": "b", "link": "" }] })),
            at("FIELD_UNKNOWN", "shops.1.link")
        );
        assert_eq!(told(json!({ "name": 7 })), at("VALUE_FORM", "name"));
        assert_eq!(told(json!({ "form": "COMPANY" })), at("VALUE_FORM", "form"));
        assert_eq!(
            told(json!({ "observedAt": "2026-01-01" })),
            at("VALUE_FORM", "observedAt")
        );
        assert_eq!(
            told(json!({ "shops": [{}] })),
            at("REQUIRED", "shops.0.name")
        );
        assert_eq!(
            told(json!({ "identity": null })),
            at("VALUE_FORM", "identity")
        );
        assert_eq!(
            refusal(SubjectKind::Agency, "{}"),
            at("REQUIRED", "identity")
        );
        let long = told(json!({ "x".repeat(1_000): 1 })).1;
        assert_eq!(long.len(), NAME, "a name is not told at any length");
    }

    #[test]
    fn what_the_schema_has_a_value_for_may_be_left_out() {
        let item = json!({
            "identity": { "kind": "USCC", "number": "1" }, "accounts": [{ "accountNumber": "a" }],
        });
        assert!(read(SubjectKind::Operator, &item.to_string()).is_ok());
    }

    #[test]
    fn one_value_is_a_list_of_one_as_in_a_request() {
        let line = merchant(&json!({ "shops": { "name": "a" } }));
        let Ok(Item::Merchant(item)) = read(SubjectKind::Merchant, &line) else {
            panic!("a merchant");
        };
        assert!(matches!(item.shops, Patch::Set(shops) if shops.len() == 1));
    }

    #[test]
    fn the_own_key_is_told_of_a_line_that_is_refused() {
        let line = merchant(&json!({ "externalId": "m-1", "nmae": "甲" }));
        let unread = read(SubjectKind::Merchant, &line).unwrap_err();
        assert_eq!(unread.external_id.as_deref(), Some("m-1"));
    }
}
