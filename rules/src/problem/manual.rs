//! docs/problems.md, made from the tables so that it cannot fall behind them. Nothing here writes a file.

use std::fmt::Write as _;

use entity::problem::{ProblemCode, Severity};

use super::{Entry, FACTS, GROUPS, article};
use crate::edition::{EditionId, edition};

const HEAD: &str = "<!-- Generated from rules/data/problems/: change it there. -->

# 问题代码

每个问题都有稳定的代码（code）、位置（path，必要时另有字符位置position）、中文说明（message，可按Accept-Language取英文）和级别：
错误（ERROR）未写入，警告（WARNING）已写入但请人工核对，提示（HINT）仅供参考。说明中方括号内的文字仅在知道花括号所指的事实时出现。
";

/// The manual of every problem code as Markdown.
#[must_use]
pub fn manual() -> String {
    let mut text = HEAD.to_owned();
    for group in GROUPS.iter() {
        let _ = write!(text, "\n## {}\n", group.title);
        let codes = ProblemCode::ALL
            .iter()
            .filter_map(|&code| Some((code, group.codes.get(code.as_str())?)));
        for (code, entry) in codes {
            section(&mut text, code, entry);
        }
    }
    text.push_str("\n## 事实\n\n| 名称 | 含义 |\n|---|---|\n");
    for (name, fact) in FACTS.iter() {
        let _ = writeln!(text, "| `{name}` | {} |", fact.meaning);
    }
    text
}

fn section(text: &mut String, code: ProblemCode, entry: &Entry) {
    let _ = write!(
        text,
        "\n### {}\n\n{}　{}\n\n- 英文：{}\n- 原因：{}\n- 更正：{}\n- 依据：{}\n",
        code.as_str(),
        grade(entry.severity),
        entry.zh,
        entry.en,
        entry.cause,
        entry.mend,
        basis(code),
    );
}

/// The articles of both editions; one text where both rest on the same one. An edition goes by its short name.
fn basis(code: ProblemCode) -> String {
    let cited = |id| {
        let found = article(code, id)?;
        let own = edition(id);
        Some(if found.instrument == own.instrument {
            format!("{}：{}", own.name, found.number)
        } else {
            format!("《{}》{}", found.instrument, found.number)
        })
    };
    match (cited(EditionId::Order117), cited(EditionId::Draft2025)) {
        (Some(order), Some(draft)) if order == draft => order,
        (Some(order), Some(draft)) => format!("{order}；{draft}"),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => "法律没有专门规定，为系统要求".to_owned(),
    }
}

const fn grade(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "**错误**",
        Severity::Warning => "**警告**",
        Severity::Hint => "**提示**",
    }
}
