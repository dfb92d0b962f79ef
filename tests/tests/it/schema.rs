//! The schema is the contract as far as it works: what both have is the same to the letter, what only the contract has
//! is listed as pending, and everything is described. The list of what is pending may only shrink.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{
    FieldDefinition, InputValueDefinition, ServiceDocument, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};

const CONTRACT: &str = include_str!("../../contract.graphql");
const PENDING: &str = "docs/contract-pending.txt";

/// Everything that a client can name, with what it says there; and whether each is described.
#[derive(Default)]
struct Words {
    meaning: BTreeMap<String, String>,
    undescribed: BTreeSet<String>,
}

impl Words {
    fn of(sdl: &str) -> Self {
        let document: ServiceDocument = parse_schema(sdl).expect("a schema that parses");
        let mut words = Self::default();
        for definition in &document.definitions {
            if let TypeSystemDefinition::Type(definition) = definition {
                words.add_type(&definition.node);
            }
        }
        words
    }

    fn add(&mut self, name: String, meaning: String, described: bool) {
        if !described {
            self.undescribed.insert(name.clone());
        }
        let before = self.meaning.insert(name.clone(), meaning);
        assert_eq!(before, None, "{name} is there twice");
    }

    fn add_type(&mut self, definition: &TypeDefinition) {
        let name = definition.name.node.as_str();
        let one_of = definition
            .directives
            .iter()
            .any(|directive| directive.node.name.node == "oneOf");
        let kind = match &definition.kind {
            TypeKind::Scalar => "scalar",
            TypeKind::Object(_) => "type",
            TypeKind::Interface(_) => "interface",
            TypeKind::Union(_) => "union",
            TypeKind::Enum(_) => "enum",
            TypeKind::InputObject(_) if one_of => "input @oneOf",
            TypeKind::InputObject(_) => "input",
        };
        self.add(
            name.to_owned(),
            kind.to_owned(),
            definition.description.is_some(),
        );
        match &definition.kind {
            TypeKind::Scalar => {}
            TypeKind::Object(object) => {
                for interface in &object.implements {
                    self.add(format!("{name} & {}", interface.node), String::new(), true);
                }
                object
                    .fields
                    .iter()
                    .for_each(|field| self.add_field(name, &field.node));
            }
            TypeKind::Interface(interface) => {
                interface
                    .fields
                    .iter()
                    .for_each(|field| self.add_field(name, &field.node));
            }
            TypeKind::Union(union) => {
                for member in &union.members {
                    self.add(format!("{name} | {}", member.node), String::new(), true);
                }
            }
            TypeKind::Enum(values) => {
                for value in &values.values {
                    let value = &value.node;
                    self.add(
                        format!("{name}.{}", value.value.node),
                        String::new(),
                        value.description.is_some(),
                    );
                }
            }
            TypeKind::InputObject(input) => {
                for field in &input.fields {
                    self.add_value(format!("{name}.{}", field.node.name.node), &field.node);
                }
            }
        }
    }

    fn add_field(&mut self, owner: &str, field: &FieldDefinition) {
        let name = format!("{owner}.{}", field.name.node);
        for argument in &field.arguments {
            self.add_value(
                format!("{name}({})", argument.node.name.node),
                &argument.node,
            );
        }
        self.add(name, field.ty.node.to_string(), field.description.is_some());
    }

    fn add_value(&mut self, name: String, value: &InputValueDefinition) {
        let default = value
            .default_value
            .as_ref()
            .map(|default| format!(" = {}", default.node));
        let meaning = format!("{}{}", value.ty.node, default.unwrap_or_default());
        self.add(name, meaning, value.description.is_some());
    }

    fn has(&self, name: &str) -> bool {
        self.meaning.contains_key(name)
    }

    /// The fields of Query and Mutation.
    fn operations(&self) -> impl Iterator<Item = &str> {
        let roots = self
            .meaning
            .keys()
            .filter(|name| name.starts_with("Query.") || name.starts_with("Mutation."));
        roots
            .filter(|name| !name.ends_with(')'))
            .filter_map(|name| Some(name.split_once('.')?.1))
    }
}

/// What a name is a part of: the field of an argument, the type of anything else in it.
fn owner(name: &str) -> Option<&str> {
    let (owner, _) = name
        .split_once('(')
        .or_else(|| name.split_once(['.', ' ']))?;
    Some(owner)
}

/// The service's operations.
pub(crate) fn operations() -> BTreeSet<String> {
    Words::of(&api::graphql::sdl())
        .operations()
        .map(ToOwned::to_owned)
        .collect()
}

fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn committed(path: &str) -> String {
    fs::read_to_string(at_root(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_committed_schema_is_what_the_service_speaks() {
    let same = committed("schema.graphql").trim_end() == api::graphql::sdl().trim_end();
    assert!(same, "schema.graphql is out of date: run make generate");
}

#[test]
fn everything_is_described() {
    let words = Words::of(&api::graphql::sdl());
    assert_eq!(words.undescribed, BTreeSet::new());
}

#[test]
fn what_is_there_is_as_the_contract_says() {
    let (schema, contract) = (Words::of(&api::graphql::sdl()), Words::of(CONTRACT));
    let differing = contract.meaning.iter().filter_map(|(name, agreed)| {
        let ours = schema.meaning.get(name)?;
        (ours != agreed).then(|| format!("{name}: {ours}, by the contract {agreed}"))
    });
    assert_eq!(differing.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn what_is_not_there_yet_is_listed_and_nothing_else() {
    let (schema, contract) = (Words::of(&api::graphql::sdl()), Words::of(CONTRACT));
    // A part of something that is missing as a whole goes without saying.
    let missing = contract.meaning.keys().filter(|name| !schema.has(name));
    let missing: BTreeSet<&str> = missing
        .filter(|name| owner(name).is_none_or(|owner| schema.has(owner)))
        .map(String::as_str)
        .collect();
    let text = committed(PENDING);
    let listed: BTreeSet<&str> = text.lines().collect();
    let unlisted: Vec<_> = missing.difference(&listed).collect();
    let done: Vec<_> = listed.difference(&missing).collect();
    assert!(
        unlisted.is_empty(),
        "in the contract, but neither in the schema nor in {PENDING}: {unlisted:#?}"
    );
    assert!(
        done.is_empty(),
        "no longer pending, take it out of {PENDING}: {done:#?}"
    );
    assert!(text.lines().is_sorted(), "{PENDING} is sorted");
}

/// What an optional argument adds does not break a call that the contract allows; a required one would.
#[test]
fn what_we_add_asks_nothing_of_the_contract_s_clients() {
    let (schema, contract) = (Words::of(&api::graphql::sdl()), Words::of(CONTRACT));
    let inputs = |name: &str| {
        name.contains('(')
            || contract
                .meaning
                .get(owner(name).unwrap_or(name))
                .is_some_and(|kind| kind == "input")
    };
    let added = schema
        .meaning
        .iter()
        .filter(|(name, _)| !contract.has(name) && inputs(name));
    let demanded = added.filter(|(name, meaning)| {
        owner(name).is_some_and(|owner| contract.has(owner))
            && meaning.contains('!')
            && !meaning.contains(" = ")
    });
    // `[ID!]` is no demand, `[ID!]!` is.
    let demanded: Vec<_> = demanded
        .filter(|(_, meaning)| meaning.ends_with('!'))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(demanded, Vec::<&String>::new());
}
