//! What commands print: results to standard output, remarks to standard error. A reader that stops reading is no fault.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use rules::label::Lang;

use super::failure::Failure;
use crate::words::{Words, told_of};

/// Prints a result.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Failure::Output)
}

/// Prints a sentence in a language and ends its line.
pub(super) fn say(words: &Words, lang: Lang) -> Result<(), Failure> {
    line(words.say(lang))
}

/// Prints a result and ends its line.
pub(super) fn line(text: &str) -> Result<(), Failure> {
    print(&format!("{text}\n"))
}

/// Makes a file for what is given out: nobody else may read it, and what is there is never overwritten.
pub(super) fn new_file(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|fault| {
        let path = path.display();
        if fault.kind() == io::ErrorKind::AlreadyExists {
            return Failure::said(
                format!("{path} 已存在，请用 --out 指定其他文件"),
                format!("{path} exists already: name another one with --out"),
            );
        }
        let cannot = Words::new(
            format!("写不了 {path}"),
            format!("{path} cannot be written"),
        );
        Failure::Said(told_of(&cannot, &fault))
    })
}

/// Tells whoever watches; nobody may be watching.
pub(super) fn remark(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Shows how far something is, over what was shown before; on a terminal only.
pub(super) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr().lock(), "\r{text}");
    }
}

/// Leaves the last progress standing on its line.
pub(super) fn end_progress() {
    if io::stderr().is_terminal() {
        remark("");
    }
}

/// Cells in columns that line up, where a Chinese character is as wide as two letters.
pub(super) fn columns<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(width_of(cell));
        }
    }
    let line = |row: &[String; N]| {
        let padded = |(cell, width): (&String, usize)| {
            format!("{cell}{}", " ".repeat(width - width_of(cell)))
        };
        let cells: Vec<_> = row.iter().zip(widths).map(padded).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// How many letters wide a terminal shows a text; CJK and full-width forms begin at U+1100.
fn width_of(text: &str) -> usize {
    text.chars()
        .map(|c| if c < '\u{1100}' { 1 } else { 2 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_width_and_not_by_characters() {
        let cell = str::to_owned;
        let rows = [
            [cell("平台"), cell("a"), cell("x")],
            [cell("city"), cell("授权"), cell("y")],
        ];
        assert_eq!(columns(&rows), ["平台  a     x", "city  授权  y"]);
    }
}
