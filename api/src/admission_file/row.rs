//! Reads one table of a data file field by field, so that every fault is named and not only the first.
//! A field that is never asked for is unknown, and refused.

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::NaiveDate;
use entity::kind::UnknownName;
use rules::label::Lang;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{FileFault, FileFaults};
use crate::toml_lines::{self, line_of};
use crate::words::Words;

/// Names, contacts and phones are no longer than a line.
const TEXT_CHARACTERS: usize = 200;

/// One table, with the fields asked for so far and what was wrong with them.
pub(super) struct Row<'a> {
    source: &'a str,
    table: &'a DeTable<'a>,
    at: String,
    line: usize,
    asked: BTreeSet<&'static str>,
    faults: Vec<FileFault>,
}

/// Parses a document and hands its top to a reader, which gives back the row when it is done.
pub(super) fn read<T>(
    source: &str,
    reader: impl FnOnce(&mut Row<'_>) -> T,
) -> Result<T, FileFaults> {
    let document = toml_lines::parse(source).map_err(|(line, words)| {
        let what = Words::new(
            format!("不是 TOML：{words}"),
            format!("is not TOML: {words}"),
        );
        FileFaults(vec![FileFault {
            line,
            at: String::new(),
            what,
        }])
    })?;
    let mut top = Row::new(source, document.get_ref(), String::new(), 1);
    let value = reader(&mut top);
    FileFaults::unless_any(top.into_faults(), value)
}

impl<'a> Row<'a> {
    fn new(source: &'a str, table: &'a DeTable<'a>, at: String, line: usize) -> Self {
        Self {
            source,
            table,
            at,
            line,
            asked: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    /// A text that must be given.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.require(name);
        self.optional_text(name)
    }

    /// A text that may be absent; given, it must say something.
    pub(super) fn optional_text(&mut self, name: &'static str) -> Option<String> {
        let text = self.get(name)?.get_ref().as_str().map(str::trim);
        match text {
            None => self.refuse(name, Words::fixed("须是文本", "must be a text")),
            Some("") => self.refuse(name, Words::fixed("不能为空", "must not be empty")),
            Some(text) if text.chars().any(char::is_control) => self.refuse(
                name,
                Words::fixed("含有控制字符", "holds a control character"),
            ),
            Some(text) if text.chars().count() > TEXT_CHARACTERS => self.refuse(
                name,
                Words::new(
                    format!("超过 {TEXT_CHARACTERS} 字"),
                    format!("is over {TEXT_CHARACTERS} characters"),
                ),
            ),
            Some(text) => Some(text.to_owned()),
        }
    }

    /// A text of a form; `usable` says which.
    pub(super) fn form(
        &mut self,
        name: &'static str,
        fits: fn(&str) -> bool,
        usable: &Words,
    ) -> Option<String> {
        let text = self.text(name)?;
        if fits(&text) {
            Some(text)
        } else {
            self.refuse(
                name,
                Words::new(
                    format!("{text:?} 不合格式，须为{}", usable.say(Lang::Zh)),
                    format!("{text:?} has not the form {}", usable.say(Lang::En)),
                ),
            )
        }
    }

    /// A key that other files and commands name the entry by.
    pub(super) fn slug(&mut self, name: &'static str) -> Option<String> {
        const USABLE: Words = Words::fixed(
            "2–64 个小写字母、数字、连字符，字母或数字开头",
            "2–64 of a–z, 0–9, -, not beginning with -",
        );
        self.form(name, is_slug, &USABLE)
    }

    /// A value of a closed vocabulary.
    pub(super) fn word<T: FromStr<Err = UnknownName>>(&mut self, name: &'static str) -> Option<T> {
        let text = self.text(name)?;
        text.parse()
            .map_or_else(|error| self.refuse(name, unknown(&error)), Some)
    }

    /// A value of a closed vocabulary that has a default.
    pub(super) fn word_or<T: FromStr<Err = UnknownName>>(
        &mut self,
        name: &'static str,
        default: T,
    ) -> Option<T> {
        if self.get(name).is_some() {
            self.word(name)
        } else {
            Some(default)
        }
    }

    /// A legal day that may be absent: a TOML date, or the same as a text.
    fn optional_day(&mut self, name: &'static str) -> Option<NaiveDate> {
        let text = match self.get(name)?.get_ref() {
            DeValue::Datetime(day) => day.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        let day = (text.len() == 10).then(|| text.parse().ok()).flatten();
        day.or_else(|| {
            self.refuse(
                name,
                Words::fixed("不是日期，如 2026-02-01", "is not a day such as 2026-02-01"),
            )
        })
    }

    /// First and last day, both included; the last may be absent.
    pub(super) fn period(
        &mut self,
        names: [&'static str; 2],
    ) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let [first, last] = names;
        let days = (self.optional_day(first), self.optional_day(last));
        if let (Some(from), Some(until)) = days
            && until < from
        {
            let what = Words::new(format!("早于 {first}"), format!("is before {first}"));
            self.fault(last, what);
        }
        days
    }

    /// A list of texts, each with its line; it must hold one.
    pub(super) fn texts(&mut self, name: &'static str) -> Vec<(String, usize)> {
        let Some(value) = self.require(name) else {
            return Vec::new();
        };
        let items = value.get_ref().as_array().filter(|items| !items.is_empty());
        if items.is_none() {
            self.fault(
                name,
                Words::fixed("须是非空的文本列表", "must be a list of texts, not empty"),
            );
        }
        let mut texts = Vec::new();
        for item in items.into_iter().flatten() {
            let line = line_of(self.source, item.span().start);
            match item.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), line)),
                None => self.fault_at(line, name, Words::fixed("须是文本", "must be a text")),
            }
        }
        texts
    }

    /// Reads each table of a list; the faults of all are kept.
    pub(super) fn rows<T>(
        &mut self,
        name: &'static str,
        mut reader: impl FnMut(&mut Row<'a>) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.get(name) else {
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            self.fault(
                name,
                Words::fixed("须是表的列表", "must be a list of tables"),
            );
            return Vec::new();
        };
        let mut read = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let line = line_of(self.source, item.span().start);
            let at = self.path(&format!("{name}[{}]", index + 1));
            let Some(table) = item.get_ref().as_table() else {
                self.fault_at(line, name, Words::fixed("须是表", "must be a table"));
                continue;
            };
            let mut row = Row::new(self.source, table, at, line);
            read.extend(reader(&mut row));
            self.faults.extend(row.into_faults());
        }
        read
    }

    /// Names what is wrong with a field, at its line when it is given.
    pub(super) fn fault(&mut self, name: &str, what: Words) {
        let line = self
            .table
            .get(name)
            .map_or(self.line, |value| line_of(self.source, value.span().start));
        self.fault_at(line, name, what);
    }

    pub(super) fn fault_at(&mut self, line: usize, name: &str, what: Words) {
        let at = self.path(name);
        self.faults.push(FileFault { line, at, what });
    }

    fn refuse<T>(&mut self, name: &str, what: Words) -> Option<T> {
        self.fault(name, what);
        None
    }

    fn get(&mut self, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.insert(name);
        self.table.get(name)
    }

    /// Refuses a field that is absent; what it holds is for the other readers to judge.
    pub(super) fn require(&mut self, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.get(name);
        if value.is_none() {
            self.fault(name, Words::fixed("必填", "is required"));
        }
        value
    }

    fn path(&self, name: &str) -> String {
        if self.at.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.at)
        }
    }

    /// Ends the reading: what was never asked for is unknown.
    fn into_faults(mut self) -> Vec<FileFault> {
        let table = self.table;
        for name in table.keys() {
            if !self.asked.contains(name.get_ref().as_ref()) {
                let line = line_of(self.source, name.span().start);
                let usable = self.asked.iter().copied().collect::<Vec<_>>().join(", ");
                let what = Words::new(
                    format!("没有这个键；可用：{usable}"),
                    format!("there is no such key; usable: {usable}"),
                );
                self.fault_at(line, name.get_ref(), what);
            }
        }
        self.faults
    }
}

/// Says what a vocabulary would have understood.
pub(super) fn unknown(error: &UnknownName) -> Words {
    let (text, known) = (&error.text, error.known.join(", "));
    Words::new(
        format!("{text:?} 不认识；可用：{known}"),
        format!("{text:?} is unknown; usable: {known}"),
    )
}

fn is_slug(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (2..=64).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with('-')
}
