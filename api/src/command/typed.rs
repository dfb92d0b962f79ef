//! What is said to a command in private: an identity number, a reason. It comes from standard input or a prompt and never
//! from the command line, which the machine shows to everybody and a shell remembers.

use std::io::{self, IsTerminal as _, Write as _};

use rules::label::Lang;

use super::failure::Failure;
use crate::words::{Words, told_of};

/// One line.
pub(super) fn line(what: &Words, lang: Lang) -> Result<String, Failure> {
    ask(what, lang);
    let mut text = String::new();
    io::stdin()
        .read_line(&mut text)
        .map_err(|fault| unread(&fault))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(nothing(what));
    }
    Ok(text.to_owned())
}

/// Everything up to the end, on one line.
pub(super) fn rest(what: &Words, lang: Lang) -> Result<String, Failure> {
    ask(what, lang);
    let text = io::read_to_string(io::stdin()).map_err(|fault| unread(&fault))?;
    let lines: Vec<_> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    if lines.is_empty() {
        return Err(nothing(what));
    }
    Ok(lines.join(" "))
}

/// Asks, where somebody sits at a terminal.
fn ask(what: &Words, lang: Lang) {
    if io::stdin().is_terminal() {
        let colon = lang.pick("：", ": ");
        let _ = write!(io::stderr().lock(), "{}{colon}", what.say(lang));
    }
}

fn nothing(what: &Words) -> Failure {
    Failure::said(
        format!("标准输入中没有{}", what.say(Lang::Zh)),
        format!("standard input does not give the {}", what.say(Lang::En)),
    )
}

fn unread(fault: &io::Error) -> Failure {
    let what = Words::fixed("标准输入读不了", "standard input cannot be read");
    Failure::Said(told_of(&what, fault))
}
