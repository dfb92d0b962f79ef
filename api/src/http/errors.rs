//! Gives every entry of `errors[]` its code, its request id and words in the caller's language. The library's own errors
//! come without codes and are told apart by their beginnings; what nobody gave a code is a fault of ours and its text
//! stays inside. The test beside this raises each beginning from the library, so an upgrade that rewords one fails there.

use async_graphql::{ServerError, Value};
use chrono::NaiveDate;
use entity::value::personal::masked;

use super::{Code, Lang, Refusal, RequestId};

/// How the library's errors begin, and what they mean to a client.
const LIBRARY: &[(&str, Code)] = &[
    ("Query is too complex.", Code::LimitExceeded),
    ("Query is nested too deep.", Code::LimitExceeded),
    ("The recursion depth of the query", Code::LimitExceeded),
    ("The number of directives on the field", Code::LimitExceeded),
    ("The amount of aliases of the query", Code::LimitExceeded),
    ("Invalid value for argument", Code::BadUserInput),
    ("Expected input type \"", Code::BadUserInput),
    ("Failed to parse \"", Code::BadUserInput),
];

/// Longest message that is passed on, in characters: some repeat the value that was sent.
const MESSAGE: usize = 500;

/// Longest name or type between quotation marks, in characters.
const QUOTED: usize = 80;

/// The code that an error carries itself, put there by us.
fn own_code(error: &ServerError) -> Option<Code> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(text) => Code::find(text),
        Value::Enum(name) => Code::find(name),
        _ => None,
    }
}

/// Whether execution had begun: errors of resolvers have a path, those before them have none.
pub(super) fn is_of_a_field(error: &ServerError) -> bool {
    !error.path.is_empty()
}

/// Completes an error in place and returns its code.
pub(super) fn complete(error: &mut ServerError, lang: Lang, id: &RequestId) -> Code {
    let code = own_code(error).unwrap_or_else(|| {
        let code = library_code(error);
        let words = match code {
            Code::LimitExceeded => lang.pick("查询超出限度：", ""),
            Code::BadUserInput => lang.pick("输入值不合规：", ""),
            Code::ValidationFailed => lang.pick("查询文档与接口不符：", ""),
            _ => {
                Refusal::internal()
                    .message(lang)
                    .clone_into(&mut error.message);
                ""
            }
        };
        if lang == Lang::Zh
            && let Some(said) = in_chinese(&error.message)
        {
            error.message = said;
        }
        error.message.insert_str(0, words);
        code
    });
    error.message = discreet(&error.message);
    if let Some((end, _)) = error.message.char_indices().nth(MESSAGE) {
        error.message.truncate(end);
        error.message.push('…');
    }
    error.source = None;
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", code.as_str());
    extensions.set("requestId", id.as_str());
    code
}

/// What the library says most often of a request, in Chinese; of the rest its own words are passed on.
fn in_chinese(message: &str) -> Option<String> {
    let quoted: Vec<&str> = message.split('"').skip(1).step_by(2).collect();
    let of_argument = message.starts_with("Invalid value for argument");
    let says = |words: &str| of_argument && message.contains(words);
    Some(match quoted.as_slice() {
        [at, kind, value] if says("enumeration type") => {
            format!("\"{at}\" 不能是 \"{value}\"，\"{kind}\" 没有这个值")
        }
        [at, field, kind] if says("is required but not provided") => {
            format!("\"{at}\" 缺少 \"{field}\"（\"{kind}\"）")
        }
        [at, field, kind] if says("unknown field") => {
            format!("\"{at}\" 不认识 \"{field}\"，\"{kind}\" 没有这个字段")
        }
        [at, kind] if says("expected type") => format!("\"{at}\" 须是 \"{kind}\""),
        [at] if says("ne field") => format!("\"{at}\" 须填写所列各项中的一项，且只填一项"),
        [field, kind, ..] if message.starts_with("Unknown field") => {
            format!("\"{kind}\" 没有字段 \"{field}\"")
        }
        [kind, ..] if message.starts_with("Failed to parse") => {
            // Our own scalars say it in both languages, because the library does not know the caller's.
            let (_, said) = message.split_once("\": ")?;
            let (said, _) = said.split_once(" / ")?;
            format!("\"{kind}\"：{said}")
        }
        _ => return None,
    })
}

/// A message without what was sent: no number of a person, and between quotation marks nothing but names and types, which
/// are what a client has to mend.
fn discreet(message: &str) -> String {
    let mut parts = message.split('"');
    let mut told = parts.next().unwrap_or_default().to_owned();
    while let Some(quoted) = parts.next() {
        let is_name = quoted.len() <= QUOTED
            && quoted
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.$[]! ".contains(&byte));
        told.push('"');
        told.push_str(if is_name { quoted } else { "…" });
        if let Some(between) = parts.next() {
            told.push('"');
            told.push_str(between);
        }
    }
    masked(&told, NaiveDate::MAX)
}

fn library_code(error: &ServerError) -> Code {
    let known = LIBRARY
        .iter()
        .find(|(beginning, _)| error.message.starts_with(beginning));
    match known {
        Some((_, code)) => *code,
        None if is_of_a_field(error) => Code::Internal,
        None => Code::ValidationFailed,
    }
}
