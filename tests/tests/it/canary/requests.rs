//! Requests for every field that a client can fill, made from the schema: one request for each text that can be sent, with
//! everything else filled in so that it is looked at. What is added to the schema is asked about without a line here.

use std::collections::BTreeMap;

use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
};
use serde_json::{Map, Value, json};

/// The scalars and inputs that say nothing in words.
const WORDLESS: [&str; 5] = ["Boolean", "Int", "Float", "Date", "DateTime"];
/// Arguments that are left out unless they are meant: they would contradict each other or repeat a request.
const LEFT_OUT: [&str; 7] = [
    "after",
    "before",
    "first",
    "last",
    "idempotencyKey",
    "dryRun",
    "case",
];
/// How deep an answer is read.
const DEPTH: usize = 3;

/// What is known of the schema.
pub(crate) struct Api {
    inputs: BTreeMap<String, Vec<InputValueDefinition>>,
    one_of: Vec<String>,
    enums: BTreeMap<String, String>,
    outputs: BTreeMap<String, Vec<FieldDefinition>>,
}

/// One text that a client can send, and the request that sends it.
pub(crate) struct Place {
    /// `query` or `mutation`.
    pub(crate) kind: &'static str,
    /// The root field.
    pub(crate) operation: String,
    /// The type and the field that take the text: `AddressInput.text`, `operators.after`.
    pub(crate) field: String,
    /// The scalar.
    pub(crate) scalar: String,
    /// The way to it from the operation's arguments.
    pub(crate) path: Vec<String>,
}

impl Place {
    /// The path as problems tell it: below `input`.
    pub(crate) fn told(&self) -> String {
        self.path
            .get(1..)
            .filter(|_| self.path[0] == "input")
            .unwrap_or(&self.path)
            .join(".")
    }
}

impl Api {
    /// Reads the schema that the service speaks.
    pub(crate) fn read() -> Self {
        let document = parse_schema(api::graphql::sdl()).expect("a schema that parses");
        let mut api = Self {
            inputs: BTreeMap::new(),
            one_of: Vec::new(),
            enums: BTreeMap::new(),
            outputs: BTreeMap::new(),
        };
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let definition = definition.node;
            let name = definition.name.node.to_string();
            let named = |directive: &str| {
                let mut all = definition.directives.iter();
                all.any(|each| each.node.name.node == directive)
            };
            match &definition.kind {
                TypeKind::InputObject(input) => {
                    if named("oneOf") {
                        api.one_of.push(name.clone());
                    }
                    let fields = input.fields.iter().map(|field| field.node.clone());
                    api.inputs.insert(name, fields.collect());
                }
                TypeKind::Enum(values) => {
                    let first = values.values[0].node.value.node.to_string();
                    api.enums.insert(name, first);
                }
                TypeKind::Object(object) => {
                    let fields = object.fields.iter().map(|field| field.node.clone());
                    api.outputs.insert(name, fields.collect());
                }
                TypeKind::Interface(interface) => {
                    let fields = interface.fields.iter().map(|field| field.node.clone());
                    api.outputs.insert(name, fields.collect());
                }
                TypeKind::Scalar | TypeKind::Union(_) => {}
            }
        }
        api
    }

    /// Every text that can be sent.
    pub(crate) fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for (kind, root) in [("query", "Query"), ("mutation", "Mutation")] {
            for operation in &self.outputs[root] {
                let name = operation.name.node.to_string();
                for argument in &operation.arguments {
                    let argument = &argument.node;
                    let mut found = Vec::new();
                    let path = vec![argument.name.node.to_string()];
                    self.texts(&argument.ty.node, (&name, path), &mut found);
                    places.extend(found.into_iter().map(|(field, scalar, path)| Place {
                        kind,
                        operation: name.clone(),
                        field,
                        scalar,
                        path,
                    }));
                }
            }
        }
        places
    }

    fn texts(
        &self,
        ty: &Type,
        (owner, path): (&str, Vec<String>),
        found: &mut Vec<(String, String, Vec<String>)>,
    ) {
        let name = match &ty.base {
            BaseType::List(inner) => {
                let path = [path, vec!["0".to_owned()]].concat();
                return self.texts(inner, (owner, path), found);
            }
            BaseType::Named(name) => name.as_str(),
        };
        if let Some(fields) = self.inputs.get(name) {
            for field in fields {
                let path = [path.clone(), vec![field.name.node.to_string()]].concat();
                self.texts(&field.ty.node, (name, path), found);
            }
        } else if !self.enums.contains_key(name) && !WORDLESS.contains(&name) {
            let field = path.iter().rfind(|step| step.parse::<usize>().is_err());
            let field = format!("{owner}.{}", field.expect("a name"));
            found.push((field, name.to_owned(), path));
        }
    }

    /// A document that asks for one operation and everything that its answer holds, with these arguments as variables.
    pub(crate) fn document(&self, kind: &str, name: &str, arguments: &[&str]) -> String {
        let root = if kind == "query" { "Query" } else { "Mutation" };
        let operation = self.outputs[root]
            .iter()
            .find(|field| field.name.node == name)
            .expect("the operation");
        let named = operation.arguments.iter().map(|argument| &argument.node);
        let named = named.filter(|argument| arguments.contains(&argument.name.node.as_str()));
        let declared: Vec<_> = named
            .clone()
            .map(|argument| format!("${}: {}", argument.name.node, argument.ty.node))
            .collect();
        let passed: Vec<_> = named
            .map(|argument| format!("{0}: ${0}", argument.name.node))
            .collect();
        let selection = self.selection(&operation.ty.node, DEPTH);
        format!(
            "{kind} ({}) {{ {name}({}) {selection} }}",
            declared.join(", "),
            passed.join(", ")
        )
    }

    /// The request that sends a text to a place; `known` fills in what must exist, by the name of its field.
    pub(crate) fn request(
        &self,
        place: &Place,
        text: &str,
        known: &dyn Fn(&str) -> Option<Value>,
    ) -> (String, Value) {
        let root = if place.kind == "query" {
            "Query"
        } else {
            "Mutation"
        };
        let operation = self.outputs[root]
            .iter()
            .find(|field| field.name.node == place.operation)
            .expect("the operation");
        let mut variables = Map::new();
        let (mut declared, mut passed) = (Vec::new(), Vec::new());
        for argument in &operation.arguments {
            let argument = &argument.node;
            let name = argument.name.node.to_string();
            let way = place
                .path
                .split_first()
                .filter(|(first, _)| **first == name);
            let way = way.map(|(_, rest)| rest);
            if way.is_none() && LEFT_OUT.contains(&&*name) {
                continue;
            }
            let value = self.value(&argument.ty.node, &name, (way, text), known);
            declared.push(format!("${name}: {}", argument.ty.node));
            passed.push(format!("{name}: ${name}"));
            variables.insert(name, value);
        }
        let selection = self.selection(&operation.ty.node, DEPTH);
        let query = format!(
            "{} ({}) {{ {}({}) {selection} }}",
            place.kind,
            declared.join(", "),
            place.operation,
            passed.join(", ")
        );
        (query, Value::Object(variables))
    }

    fn value(
        &self,
        ty: &Type,
        field: &str,
        (way, text): (Option<&[String]>, &str),
        known: &dyn Fn(&str) -> Option<Value>,
    ) -> Value {
        let name = match &ty.base {
            BaseType::List(inner) => {
                let way = way.map(|way| &way[1..]);
                return json!([self.value(inner, field, (way, text), known)]);
            }
            BaseType::Named(name) => name.as_str(),
        };
        if let Some(fields) = self.inputs.get(name) {
            let first = way.and_then(<[String]>::first);
            let mut object = Map::new();
            for each in fields {
                let each_name = each.name.node.to_string();
                let meant = first == Some(&each_name);
                let others = if self.one_of.iter().any(|one| one == name) {
                    first.is_none() && each_name == "identity"
                } else {
                    !LEFT_OUT.contains(&&*each_name)
                };
                if meant || others {
                    let way = way.filter(|_| meant).map(|way| &way[1..]);
                    let value = self.value(&each.ty.node, &each_name, (way, text), known);
                    object.insert(each_name, value);
                }
            }
            return Value::Object(object);
        }
        if way.is_some() {
            return json!(text);
        }
        if let Some(value) = known(field) {
            return value;
        }
        match name {
            "Boolean" => json!(false),
            "Int" | "Float" => json!(1),
            "Date" => json!("2026-11-01"),
            "DateTime" => json!("2026-11-01T00:00:00+08:00"),
            "ID" => json!("00000000-0000-7000-8000-000000000000"),
            "SubmissionWindow" => json!("2027-01"),
            other => json!(self.enums.get(other).map_or("试", String::as_str)),
        }
    }

    /// Everything that an answer holds, so deep.
    fn selection(&self, ty: &Type, depth: usize) -> String {
        let name = innermost(ty);
        let Some(fields) = self.outputs.get(name) else {
            return String::new();
        };
        let mut selected = vec!["__typename".to_owned()];
        for field in fields {
            let asks = field.arguments.iter().any(|argument| {
                !argument.node.ty.node.nullable && argument.node.default_value.is_none()
            });
            let told = name == "Problem" || field.name.node == "problems";
            let is_object = self.outputs.contains_key(innermost(&field.ty.node));
            let is_page = field.arguments.iter().any(|a| a.node.name.node == "first");
            let too_deep = is_object && !told && (depth == 0 || (is_page && depth < DEPTH));
            if asks || too_deep {
                continue;
            }
            let inner = if is_object {
                self.selection(&field.ty.node, depth.saturating_sub(1))
            } else {
                String::new()
            };
            selected.push(format!("{} {inner}", field.name.node));
        }
        format!("{{ {} }}", selected.join(" "))
    }
}

/// The named type inside lists.
fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::List(inner) => innermost(inner),
        BaseType::Named(name) => name,
    }
}
