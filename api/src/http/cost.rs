//! What an operation may come to, in field values, where pages lie within pages: five hundred rows of five hundred rows
//! each are a quarter of a million, though the document is short. The library multiplies fields of objects and not those
//! that are asked of an interface, and its sums may wrap; so it is done here, before execution. This knows the habits of
//! the contract and no schema: `first` and `last` size a page, `edges` show one, each of `items` has its own answer, and
//! `links` and `appearing` are as many as a page.

use async_graphql::{Name, Value as Known, Variables};
use async_graphql_parser::{
    Positioned,
    types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

use super::{Limits, Refusal, scan::bound};

/// Bounds the field values of the operation that will be executed, and tells them. Must be asked after [`super::measure`], which has
/// bounded the expansion that is walked here and refused fragments that spread themselves.
pub(super) fn bounded(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    limits: &Limits,
) -> Result<u64, Refusal> {
    let meter = Meter {
        document,
        operation,
        variables,
        limits,
    };
    let values = meter.selection_set(&operation.selection_set.node).values;
    bound(
        values,
        limits.complexity,
        "字段值（逐级分页相乘）",
        "field values, the rows of nested pages multiplied",
    )?;
    Ok(values)
}

/// Lists without edges that are as long as a page.
const LISTED: [&str; 2] = ["links", "appearing"];

/// What a selection comes to.
#[derive(Clone, Copy, Default)]
struct Cost {
    values: u64,
    /// Whether `edges` are asked for: what holds them is a page.
    edges: bool,
}

impl Cost {
    fn beside(self, other: Self) -> Self {
        Self {
            values: self.values.saturating_add(other.values),
            edges: self.edges || other.edges,
        }
    }
}

struct Meter<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    limits: &'a Limits,
}

impl<'a> Meter<'a> {
    fn selection_set(&self, set: &'a SelectionSet) -> Cost {
        let costs = set.items.iter().map(|selection| match &selection.node {
            Selection::Field(field) => self.field(&field.node),
            Selection::InlineFragment(inline) => {
                self.selection_set(&inline.node.selection_set.node)
            }
            Selection::FragmentSpread(spread) => {
                let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                fragment.map_or_else(Cost::default, |found| {
                    self.selection_set(&found.node.selection_set.node)
                })
            }
        });
        costs.fold(Cost::default(), Cost::beside)
    }

    fn field(&self, field: &'a Field) -> Cost {
        let inner = self.selection_set(&field.selection_set.node);
        let rows = self.rows(field, inner.edges);
        Cost {
            values: rows.saturating_mul(inner.values).saturating_add(1),
            edges: field.name.node == "edges",
        }
    }

    /// How often the selection of a field may be answered; a page that would be refused counts as the largest one.
    fn rows(&self, field: &'a Field, page: bool) -> u64 {
        let asked = field.arguments.iter().filter_map(|(name, value)| {
            let given = self.given(value);
            match name.node.as_str() {
                "first" | "last" => given.number().map(|rows| rows.min(self.limits.page)),
                "items" => given.length(),
                "input" => self.member(given, "items").length(),
                _ => None,
            }
        });
        let page = page || LISTED.contains(&field.name.node.as_str());
        let unasked = if page { self.limits.page_unasked } else { 1 };
        asked.max().unwrap_or(unasked).max(1)
    }

    /// An argument, or the value or default of the variable that stands there.
    fn given(&self, value: &'a Positioned<Value>) -> Given<'a> {
        match &value.node {
            Value::Variable(name) => self.variable(name),
            written => Given::Written(written),
        }
    }

    fn variable(&self, name: &Name) -> Given<'a> {
        let sent = self.variables.get(name);
        let definitions = self.operation.variable_definitions.iter();
        let default = || {
            definitions
                .map(|definition| &definition.node)
                .find(|definition| definition.name.node == *name)
                .and_then(|definition| definition.default_value.as_ref())
                .map(|value| &value.node)
        };
        sent.or_else(default).map_or(Given::Nothing, Given::Sent)
    }

    /// A member of an object.
    fn member(&self, object: Given<'a>, member: &str) -> Given<'a> {
        match object {
            Given::Written(Value::Object(members)) => match members.get(member) {
                Some(Value::Variable(name)) => self.variable(name),
                Some(written) => Given::Written(written),
                None => Given::Nothing,
            },
            Given::Sent(Known::Object(members)) => {
                members.get(member).map_or(Given::Nothing, Given::Sent)
            }
            _ => Given::Nothing,
        }
    }
}

/// A value as the document writes it, or as it came with the variables.
#[derive(Clone, Copy)]
enum Given<'a> {
    Nothing,
    Written(&'a Value),
    Sent(&'a Known),
}

impl Given<'_> {
    fn number(self) -> Option<u64> {
        match self {
            Self::Written(Value::Number(number)) | Self::Sent(Known::Number(number)) => {
                number.as_u64()
            }
            _ => None,
        }
    }

    fn length(self) -> Option<u64> {
        let length = match self {
            Self::Written(Value::List(list)) => list.len(),
            Self::Sent(Known::List(list)) => list.len(),
            _ => return None,
        };
        u64::try_from(length).ok()
    }
}
