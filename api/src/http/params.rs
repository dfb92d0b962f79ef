//! The parameters of a request, out of a JSON body or a query string: `query`, `operationName`, `variables`,
//! `extensions`, each of its type or refused by name. Reads text only; whether the operation may run is the guard's.

use std::{collections::BTreeMap, fmt};

use async_graphql::{Value, Variables};
use axum::http::StatusCode;
use percent_encoding::percent_decode_str;
use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Visitor},
};

use super::{Code, Limits, Refusal, scan};

/// One operation as asked for.
#[derive(Debug)]
pub(super) struct Params {
    pub(super) query: String,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Variables,
}

/// One operation, or a batch of them.
#[derive(Debug)]
pub(super) enum Asked {
    One(Params),
    Many(Vec<Params>),
}

/// The parameters by their names on the wire. Names that the specification does not know are ignored.
#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    expecting = "an object with the member query"
)]
struct Wire {
    query: Option<String>,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    #[serde(default, rename = "extensions")]
    _extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

impl TryFrom<Wire> for Params {
    type Error = Refusal;

    fn try_from(wire: Wire) -> Result<Self, Refusal> {
        let query = wire.query.ok_or_else(|| {
            malformed(
                Code::BadUserInput,
                "缺少参数 query",
                "the parameter query is missing",
            )
        })?;
        for (name, value) in wire.variables.iter() {
            if let Some(path) = nul_in(value) {
                let inner = path.iter().rev().map(|segment| format!(".{segment}"));
                return Err(scan::nul(&format!(
                    "variables.{name}{}",
                    inner.collect::<String>()
                )));
            }
        }
        Ok(Self {
            query,
            operation_name: wire.operation_name,
            variables: wire.variables,
        })
    }
}

/// The parameters in a body of JSON; an array is a batch.
pub(super) fn of_body(bytes: &[u8], limits: &Limits) -> Result<Asked, Refusal> {
    let as_malformed = |refusal: Refusal| refusal.with_status(StatusCode::BAD_REQUEST);
    scan::json(bytes, limits).map_err(as_malformed)?;
    if bytes.trim_ascii_start().first() != Some(&b'[') {
        let wire: Wire = serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
        return Params::try_from(wire).map(Asked::One);
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let (wires, more) = AtMost(limits.batch)
        .deserialize(&mut json)
        .and_then(|read| json.end().map(|()| read))
        .map_err(|error| unreadable(&error))?;
    if wires.is_empty() {
        return Err(malformed(
            Code::BadUserInput,
            "批量请求为空",
            "the batch is empty",
        ));
    }
    if more {
        scan::bound(
            limits.batch + 1,
            limits.batch,
            "批量操作",
            "operations in a batch",
        )?;
    }
    wires
        .into_iter()
        .map(Params::try_from)
        .collect::<Result<_, _>>()
        .map(Asked::Many)
}

/// The parameters in a query string; `variables` and `extensions` are JSON in it.
pub(super) fn of_query_string(text: &str, limits: &Limits) -> Result<Asked, Refusal> {
    let mut found = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        if found.insert(name, value).is_some() {
            let zh = "查询字符串中有重复的参数";
            return Err(malformed(
                Code::BadUserInput,
                zh,
                "a parameter is given twice",
            ));
        }
    }
    let wire = Wire {
        query: found.remove("query"),
        operation_name: found.remove("operationName"),
        variables: json_parameter(found.remove("variables"), limits)?,
        _extensions: json_parameter(found.remove("extensions"), limits)?,
    };
    Params::try_from(wire).map(Asked::One)
}

fn decoded(text: &str) -> Result<String, Refusal> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| {
            let zh = "查询字符串不是有效的 UTF-8";
            malformed(Code::ParseFailed, zh, "the query string is not valid UTF-8")
        })
}

fn json_parameter<T>(text: Option<String>, limits: &Limits) -> Result<T, Refusal>
where
    T: Default + for<'de> Deserialize<'de>,
{
    let Some(text) = text else {
        return Ok(T::default());
    };
    scan::json(text.as_bytes(), limits)?;
    serde_json::from_str(&text).map_err(|error| unreadable(&error))
}

/// Reads an array up to a number of items and passes over the rest, saying whether there was one.
struct AtMost(usize);

impl<'de> DeserializeSeed<'de> for AtMost {
    type Value = (Vec<Wire>, bool);

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for AtMost {
    type Value = (Vec<Wire>, bool);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut read = Vec::new();
        while read.len() < self.0 {
            match items.next_element()? {
                Some(item) => read.push(item),
                None => return Ok((read, false)),
            }
        }
        let mut more = false;
        while items.next_element::<IgnoredAny>()?.is_some() {
            more = true;
        }
        Ok((read, more))
    }
}

/// Where a value holds a NUL: names and indexes from the inside out, written only once one is found.
fn nul_in(value: &Value) -> Option<Vec<String>> {
    let (segment, mut path) = match value {
        Value::String(text) => return text.contains('\0').then(Vec::new),
        Value::List(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| nul_in(item).map(|path| (index.to_string(), path)))?,
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            let inner = if name.contains('\0') {
                Some(Vec::new())
            } else {
                nul_in(member)
            };
            inner.map(|path| (name.replace('\0', "\u{fffd}"), path))
        })?,
        _ => return None,
    };
    path.push(segment);
    Some(path)
}

/// The reader's own message; it names types and places and, at most, one short value of the client's own.
/// What a fault says of the form that was expected, without the value that was sent instead: it may be anything.
fn without_value(fault: &str) -> String {
    let told = match fault.split_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => fault.to_owned(),
    };
    told.chars().take(200).collect()
}

fn unreadable(error: &serde_json::Error) -> Refusal {
    let code = if error.is_data() {
        Code::BadUserInput
    } else {
        Code::ParseFailed
    };
    let told = without_value(&error.to_string());
    malformed(
        code,
        format!("请求参数无法读取：{told}"),
        format!("unreadable parameters: {told}"),
    )
}

/// A refusal of the HTTP request itself, answered 400 in either media type.
fn malformed(
    code: Code,
    zh: impl Into<std::borrow::Cow<'static, str>>,
    en: impl Into<std::borrow::Cow<'static, str>>,
) -> Refusal {
    Refusal::new(code, zh, en).with_status(StatusCode::BAD_REQUEST)
}
