//! From text to a document that may be executed: scanned, parsed, measured, its operation chosen, its variables
//! present. What the library answers too late (in the middle of execution) or not at all (it panics on a default value
//! of an unknown list type) is refused here.

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::Variables;
use async_graphql_parser::{
    Error, Positioned, parse_query, parse_schema,
    types::{
        BaseType, DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Type,
        TypeSystemDefinition,
    },
};

use super::documents::{Documents, Read};
use super::{Code, Limits, Refusal, cost, measure, scan};

/// A document that may be executed, and what is known of it.
pub(super) struct Plan {
    pub(super) document: ExecutableDocument,
    pub(super) kind: OperationType,
    /// The name in the document, also where the request gave none.
    pub(super) name: Option<String>,
    pub(super) introspects: bool,
    /// The field values that the operation may come to.
    pub(super) values: u64,
}

/// The names of a schema's types, and the documents that were read by them.
pub(super) struct Types {
    names: HashSet<String>,
    documents: Documents,
}

impl Types {
    /// Reads the names out of a schema's own description.
    pub(super) fn of_sdl(sdl: &str) -> Result<Self, Error> {
        let built_in = ["Int", "Float", "String", "Boolean", "ID"].map(str::to_owned);
        let defined = parse_schema(sdl)?
            .definitions
            .into_iter()
            .filter_map(|definition| {
                let TypeSystemDefinition::Type(definition) = definition else {
                    return None;
                };
                Some(definition.node.name.node.to_string())
            });
        Ok(Self {
            names: built_in.into_iter().chain(defined).collect(),
            documents: Documents::default(),
        })
    }
}

/// Judges one operation of a request.
pub(super) fn plan(
    query: &str,
    operation_name: Option<&str>,
    variables: &Variables,
    (types, limits): (&Types, &Limits),
) -> Result<Plan, Refusal> {
    let read = match types.documents.get(query) {
        Some(read) => read,
        None => read(query, (types, limits))?,
    };
    let document = &read.document;
    let (name, operation) = select(&document.operations, operation_name)?;
    required_variables(&operation.node, variables)?;
    let values = cost::bounded(document, &operation.node, variables, limits)?;
    let (kind, name) = (operation.node.ty, name.map(str::to_owned));
    if kind == OperationType::Subscription {
        return Err(Refusal::new(
            Code::ValidationFailed,
            "不支持订阅（subscription）",
            "subscriptions are not supported",
        )
        .at(operation.pos));
    }
    Ok(Plan {
        document: document.clone(),
        kind,
        name,
        introspects: read.introspects,
        values,
    })
}

/// Reads a text for the first time.
fn read(query: &str, (types, limits): (&Types, &Limits)) -> Result<Arc<Read>, Refusal> {
    scan::document(query, limits)?;
    let document = parse_query(query).map_err(unreadable)?;
    let measured = measure::measure(&document, limits)?;
    for (_, operation) in document.operations.iter() {
        known_types(&operation.node, types)?;
    }
    let read = Arc::new(Read {
        document,
        introspects: measured.introspects,
    });
    types.documents.keep(query, &read);
    Ok(read)
}

fn select<'a>(
    operations: &'a DocumentOperations,
    wanted: Option<&str>,
) -> Result<(Option<&'a str>, &'a Positioned<OperationDefinition>), Refusal> {
    let found = match (operations, wanted) {
        (DocumentOperations::Single(operation), None) => Some((None, operation)),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(named), Some(wanted)) => named
            .get_key_value(wanted)
            .map(|(name, operation)| (Some(name.as_str()), operation)),
        (DocumentOperations::Multiple(named), None) if named.len() == 1 => named
            .iter()
            .next()
            .map(|(name, operation)| (Some(name.as_str()), operation)),
        (DocumentOperations::Multiple(_), None) => {
            return Err(Refusal::new(
                Code::ValidationFailed,
                "文档含多个操作，须以 operationName 指明其一",
                "the document holds several operations: name one in operationName",
            ));
        }
    };
    found.ok_or_else(|| {
        Refusal::new(
            Code::ValidationFailed,
            "文档中没有 operationName 所指的操作",
            "the document holds no operation of the name given in operationName",
        )
    })
}

fn known_types(operation: &OperationDefinition, types: &Types) -> Result<(), Refusal> {
    for definition in &operation.variable_definitions {
        let variable_type = &definition.node.var_type;
        let name = innermost(&variable_type.node);
        if !types.names.contains(name) {
            return Err(Refusal::new(
                Code::ValidationFailed,
                format!("未知类型 {name}"),
                format!("unknown type {name}"),
            )
            .at(variable_type.pos));
        }
    }
    Ok(())
}

fn innermost(mut outer: &Type) -> &str {
    loop {
        match &outer.base {
            BaseType::Named(name) => return name,
            BaseType::List(inner) => outer = inner,
        }
    }
}

fn required_variables(
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<(), Refusal> {
    for definition in &operation.variable_definitions {
        let (name, variable_type) = (&definition.node.name.node, &definition.node.var_type.node);
        let given = match variables.get(name) {
            Some(value) => *value != async_graphql::Value::Null,
            None => definition.node.default_value.is_some(),
        };
        if !variable_type.nullable && !given {
            return Err(Refusal::new(
                Code::BadUserInput,
                format!("缺少变量 ${name}（类型 {variable_type}）"),
                format!("variable ${name} of type {variable_type} is required"),
            )
            .at(definition.pos));
        }
    }
    Ok(())
}

/// The parser's refusal without its drawing of the line, which would repeat the client's text.
fn unreadable(error: Error) -> Refusal {
    let position = error.positions().next();
    let refusal = match error {
        Error::Syntax { message, start, .. } => {
            let expected = message.rsplit("= ").next().unwrap_or_default().trim();
            let (line, column) = (start.line, start.column);
            Refusal::new(
                Code::ParseFailed,
                format!("查询文档第 {line} 行第 {column} 列有语法错误：{expected}"),
                format!("syntax error in line {line}, column {column}: {expected}"),
            )
        }
        Error::RecursionLimitExceeded => Refusal::new(
            Code::LimitExceeded,
            "请求超出限度：选择集嵌套过深",
            "the request exceeds a limit: selection sets are nested too deeply",
        ),
        other => Refusal::new(
            Code::ValidationFailed,
            format!("查询文档不合规：{other}"),
            other.to_string(),
        ),
    };
    match position {
        Some(position) => refusal.at(position),
        None => refusal,
    }
}
