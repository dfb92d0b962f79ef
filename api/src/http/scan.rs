//! Byte scans of documents and JSON before their parsers see them: both parsers recurse, and a recursion cannot be
//! caught when the stack ends. They judge only what must be known beforehand; grammar is the parsers' matter.

use async_graphql::Pos;

use super::{Code, Limits, Refusal};

/// Bounds the length, tokens, names and brackets of a GraphQL document, and refuses characters that
/// GraphQL has no place for.
pub(super) fn document(text: &str, limits: &Limits) -> Result<(), Refusal> {
    if text.len() > limits.document_bytes {
        let most = limits.document_bytes;
        return Err(Refusal::new(
            Code::LimitExceeded,
            format!("查询文档超过 {most} 字节；大量数据请放入 variables"),
            format!("the document is longer than {most} bytes; send large input as variables"),
        ));
    }
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
        tokens: 0,
        open: 0,
    };
    while let Some(byte) = scan.next() {
        scan.token(byte, limits)
            .map_err(|refusal| refusal.at(position(text, scan.at)))?;
    }
    Ok(())
}

/// Where a scan stands.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    tokens: usize,
    open: usize,
}

impl Scan<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Steps over bytes as long as they satisfy the test, and says how many.
    fn skip_while(&mut self, test: impl Fn(u8) -> bool) -> usize {
        let length = self.rest().iter().take_while(|byte| test(**byte)).count();
        self.at += length;
        length
    }

    fn token(&mut self, first: u8, limits: &Limits) -> Result<(), Refusal> {
        match first {
            b' ' | b',' | b'\t' | b'\r' | b'\n' => return Ok(()),
            0..b' ' => return Err(control_character()),
            b'#' => {
                self.skip_while(|byte| byte != b'\n' && byte != b'\r');
                return Ok(());
            }
            b'"' => self.string()?,
            b'{' | b'[' | b'(' => {
                self.open += 1;
                bound(self.open, limits.brackets, "括号嵌套", "nested brackets")?;
            }
            b'}' | b']' | b')' => self.open = self.open.saturating_sub(1),
            byte if is_name(byte) => {
                let length = 1 + self.skip_while(is_name);
                bound(length, limits.name_bytes, "名称字节", "bytes of a name")?;
            }
            _ => {}
        }
        self.tokens += 1;
        bound(self.tokens, limits.tokens, "词法记号", "tokens")
    }

    /// The rest of a string whose first quote was read. An open string is refused here, because the
    /// parser would read `"""` again as an empty string and find brackets that this scan did not.
    fn string(&mut self) -> Result<(), Refusal> {
        let block = self.rest().starts_with(b"\"\"");
        if block {
            self.at += 2;
        }
        while let Some(byte) = self.next() {
            match byte {
                b'"' if !block => return Ok(()),
                b'"' if self.rest().starts_with(b"\"\"") => {
                    self.at += 2;
                    return Ok(());
                }
                b'\\' if block && self.rest().starts_with(b"\"\"\"") => self.at += 3,
                b'\\' if !block && self.rest().starts_with(b"u0000") => return Err(nul("string")),
                b'\\' if !block => self.at += 1,
                b'\n' | b'\r' if !block => break,
                b'\t' | b'\n' | b'\r' => {}
                0..b' ' => return Err(control_character()),
                _ => {}
            }
        }
        Err(Refusal::new(
            Code::ParseFailed,
            "查询文档中有未结束的字符串",
            "the document has a string without an end",
        ))
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Bounds the values and the nesting of JSON. Text that is not JSON may pass; its reader refuses it.
pub(super) fn json(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let (mut values, mut open) = (0_usize, 0_usize);
    let (mut quoted, mut escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => {
                open += 1;
                values += 1;
                bound(open, limits.json_nesting, "JSON 嵌套", "levels of JSON")?;
            }
            b'}' | b']' => open = open.saturating_sub(1),
            b',' | b':' => values += 1,
            _ => {}
        }
        bound(
            values,
            limits.json_values,
            "JSON 数值",
            "values in the JSON",
        )?;
    }
    Ok(())
}

/// Refuses a count over its limit.
pub(super) fn bound<T: Copy + PartialOrd + std::fmt::Display>(
    count: T,
    most: T,
    zh: &str,
    en: &str,
) -> Result<(), Refusal> {
    if count <= most {
        return Ok(());
    }
    Err(Refusal::new(
        Code::LimitExceeded,
        format!("请求超出限度：{zh}最多 {most}"),
        format!("the request exceeds a limit: at most {most} {en}"),
    ))
}

/// A NUL inside a value: no database column can hold it.
pub(super) fn nul(place: &str) -> Refusal {
    Refusal::new(
        Code::BadUserInput,
        format!("值中含有空字符（U+0000）：{place}"),
        format!("a value contains U+0000: {place}"),
    )
}

fn control_character() -> Refusal {
    Refusal::new(
        Code::ParseFailed,
        "查询文档中有控制字符",
        "the document contains a control character",
    )
}

/// Line and column, from 1, of the character that was read last.
fn position(text: &str, after: usize) -> Pos {
    let before = text.get(..after.saturating_sub(1)).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |tail| tail.chars().count())
        + 1;
    Pos { line, column }
}
