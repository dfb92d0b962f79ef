//! From a row to a question and from an answer to the cells behind it.

use std::ops::Range;

use entity::kind::{BlacklistRegister, IdentityKind};
use entity::value::identity::IdentityNumber;
use reports::screening::{Answered, Field, Table, Value};
use rules::label::{Label as _, Lang};
use rules::problem::message;

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::blacklist::status::{self, Answer, Match, Question, Status, Subject, Verdict};
use crate::registry::input::IdentityInput;

/// Rows of one question.
const ROWS: usize = 500;

/// How many rows of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that are answered.
    pub done: i32,
    /// Listed.
    pub listed: i32,
    /// With somebody like it.
    pub candidates: i32,
    /// Not listed.
    pub clear: i32,
    /// No question.
    pub not_valid: i32,
}

impl Counts {
    fn add(&mut self, verdict: Verdict) {
        self.done += 1;
        let of = match verdict {
            Verdict::Listed => &mut self.listed,
            Verdict::Candidates => &mut self.candidates,
            Verdict::Clear => &mut self.clear,
            Verdict::NotValid => &mut self.not_valid,
        };
        *of += 1;
    }
}

/// The headers of the columns that are added.
#[must_use]
pub fn headers(lang: Lang) -> Answered {
    match lang {
        Lang::Zh => [
            "查询结论",
            "依据",
            "名单",
            "期限",
            "列入平台",
            "联系方式",
            "说明",
        ],
        Lang::En => [
            "Verdict",
            "Basis",
            "List",
            "Term",
            "Listed by",
            "Contact",
            "Remarks",
        ],
    }
    .map(ToOwned::to_owned)
}

/// The runs of rows that are asked as one question each.
pub fn runs(table: &Table) -> impl Iterator<Item = Range<usize>> + use<> {
    let rows = table.rows.len();
    (0..rows)
        .step_by(ROWS)
        .map(move |start| start..(start + ROWS).min(rows))
}

/// Answers a run of a table's rows, in their order, and counts them.
pub async fn answer(
    app: &App,
    caller: &Caller,
    (table, range): (&Table, Range<usize>),
    counts: &mut Counts,
) -> Result<Vec<Answered>, Error> {
    let rows = table.rows.get(range).unwrap_or_default();
    let mut subjects = Vec::new();
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        let asked = subject(app, caller, table, row);
        places.push(asked.map(|subject| subjects.push(subject)));
    }
    let mut statuses = if subjects.is_empty() {
        Vec::new()
    } else {
        ask(app, caller, subjects).await?.results
    }
    .into_iter();
    let platforms = platforms(app, statuses.as_slice()).await?;
    let mut answers = Vec::with_capacity(rows.len());
    for place in places {
        match place {
            Ok(()) => {
                if let Some(status) = statuses.next() {
                    counts.add(status.verdict);
                    answers.push(cells(&status, &platforms, caller.lang));
                }
            }
            Err(unasked) => {
                counts.add(Verdict::NotValid);
                answers.push(unasked.cells(caller.lang));
            }
        }
    }
    Ok(answers)
}

async fn ask(app: &App, caller: &Caller, subjects: Vec<Subject>) -> Result<Answer, Error> {
    let question = Question {
        subjects,
        on: None,
        threshold: None,
        entries: true,
    };
    status::ask(app, caller, &question).await
}

/// Why a row asks nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unasked {
    /// It is empty.
    Blank,
    /// It says something, but nothing that can be looked up.
    Nothing,
    /// It has an account alone, and whoever asks is no platform.
    Account,
    /// Its number was stored as a numeric value and has lost its last digits; what is left may be somebody else's.
    Rounded,
    /// Its kind of document is none.
    Kind,
}

impl Unasked {
    fn cells(self, lang: Lang) -> Answered {
        let why = match self {
            Self::Blank => return Answered::default(),
            Self::Nothing => lang.pick(
                "没有可以查询的号码、账号或者名称",
                "there is no number, account or name to look up",
            ),
            Self::Account => lang.pick(
                "机关按直播账号查询须指明平台，表中没有，请填写号码或者名称",
                "an office asks about an account of a platform, and the table names none: give a number or a name",
            ),
            Self::Rounded => lang.pick(
                "精度丢失：号码被存为数值，末几位已经丢失，请将该列设为文本后重新录入",
                "precision lost: the number was stored as a numeric value and has lost its last digits, type it again as a text",
            ),
            Self::Kind => lang.pick("证件类型无法识别", "the kind of document is not known"),
        };
        let mut cells = Answered::default();
        let [verdict, .., remarks] = &mut cells;
        not_valid(lang).clone_into(verdict);
        why.clone_into(remarks);
        cells
    }
}

const fn not_valid(lang: Lang) -> &'static str {
    lang.pick("条件无效", "NOT_VALID")
}

/// What a row asks: by its number if it has one, else by its account, else by its name. An account is one of the platform
/// that asks; an office asks by the name.
fn subject(app: &App, caller: &Caller, table: &Table, row: &[Value]) -> Result<Subject, Unasked> {
    let of = |field| table.columns.of(field, row).map(|(_, value)| value);
    if let Some(number) = of(Field::Number) {
        if number.is_rounded() {
            return Err(Unasked::Rounded);
        }
        let number = number.text();
        let kind = of(Field::Kind).map(Value::text);
        let country = of(Field::Country).map(Value::text);
        let kind = match kind {
            Some(kind) => document(&kind).ok_or(Unasked::Kind)?,
            None => guess(app, &number),
        };
        return Ok(Subject::Identity(IdentityInput {
            kind,
            number,
            issuing_country: country,
        }));
    }
    let account = of(Field::Account);
    if let (Some(account), Some(platform)) = (account, caller.platform()) {
        return Ok(Subject::Account {
            platform: Some(platform),
            number: account.text(),
        });
    }
    let is_blank = || row.iter().all(|cell| cell.text().is_empty());
    match (of(Field::Name), account) {
        (Some(name), _) => Ok(Subject::Name(name.text())),
        (None, Some(_)) => Err(Unasked::Account),
        (None, None) if is_blank() => Err(Unasked::Blank),
        (None, None) => Err(Unasked::Nothing),
    }
}

/// A kind of document by its contract name or by its label.
fn document(text: &str) -> Option<IdentityKind> {
    let named = text.to_uppercase().parse().ok();
    let labelled = || {
        IdentityKind::ALL.iter().copied().find(|kind| {
            kind.label_zh() == text || (text == "身份证" && *kind == IdentityKind::ResidentId)
        })
    };
    named.or_else(labelled)
}

/// Characters of a unified social credit code and of a resident identity number.
const LENGTH: usize = 18;

/// Of a number alone: a unified social credit code if it is a right one or has letters where a resident identity number has
/// none, so that a slip in it is told as one of its own; else a resident identity number.
fn guess(app: &App, number: &str) -> IdentityKind {
    let code = IdentityNumber::parse(IdentityKind::Uscc, number, None, app.today());
    let body = number.chars().take(LENGTH - 1);
    let is_lettered =
        number.chars().count() == LENGTH && body.into_iter().any(|c| c.is_ascii_alphabetic());
    if code.is_ok() || is_lettered {
        IdentityKind::Uscc
    } else {
        IdentityKind::ResidentId
    }
}

type Platforms = std::collections::HashMap<entity::id::PlatformId, entity::platform::Model>;

async fn platforms(app: &App, statuses: &[Status]) -> Result<Platforms, Error> {
    let matches = statuses.iter().flat_map(|status| &status.matches);
    let ids: std::collections::HashSet<_> = matches
        .filter_map(|found| found.record.as_ref()?.row.platform_id)
        .collect();
    if ids.is_empty() {
        return Ok(Platforms::new());
    }
    let ids: Vec<_> = ids.into_iter().collect();
    crate::registry::platform::known(app, &ids).await
}

fn cells(status: &Status, platforms: &Platforms, lang: Lang) -> Answered {
    let verdict = match status.verdict {
        Verdict::Listed => lang.pick("在黑名单中", "LISTED"),
        Verdict::Candidates => lang.pick("须核对", "CANDIDATES"),
        Verdict::Clear => lang.pick("不在黑名单中", "CLEAR"),
        Verdict::NotValid => not_valid(lang),
    };
    let first = status.matches.first();
    let record = first.and_then(|found| found.record.as_ref());
    let row = record.map(|record| &record.row);
    let platform = row.and_then(|row| platforms.get(row.platform_id.as_ref()?));
    [
        verdict.to_owned(),
        first.map_or_else(String::new, |found| basis(found, lang)),
        row.map_or_else(String::new, |row| {
            let register: BlacklistRegister = row.register;
            register.label(lang).to_owned()
        }),
        row.map_or_else(String::new, |row| {
            let until = row
                .valid_until
                .map_or_else(String::new, |day| day.to_string());
            format!("{}..{until}", row.valid_from)
        }),
        platform.map_or_else(String::new, |platform| platform.name.clone()),
        row.and_then(|row| row.contact.clone()).unwrap_or_default(),
        remarks(status, lang),
    ]
}

fn basis(found: &Match, lang: Lang) -> String {
    let basis = match found.basis {
        status::Basis::Identity => lang.pick("身份号码", "number"),
        status::Basis::Account => lang.pick("直播账号", "account"),
        status::Basis::LinkedParty => lang.pick("关联主体", "linked party"),
        status::Basis::Name => lang.pick("名称", "name"),
    };
    if found.score >= 1.0 {
        return basis.to_owned();
    }
    format!("{basis} {:.2}", found.score)
}

/// The problems of a row; else how many other entries there are, by the names that may be told.
fn remarks(status: &Status, lang: Lang) -> String {
    if !status.findings.is_empty() {
        let sentences = status.findings.iter().map(|finding| message(finding, lang));
        return sentences.collect::<Vec<_>>().join(lang.pick("", " "));
    }
    let names = status
        .matches
        .iter()
        .filter_map(|found| Some(found.record.as_ref()?.name.as_str()));
    let names: Vec<_> = names.take(5).collect();
    match (status.verdict, status.matches.len()) {
        (Verdict::Clear, _) | (_, 0) => String::new(),
        (_, entries) => match lang {
            Lang::Zh => format!("记录{entries}条：{}", names.join("、")),
            Lang::En => format!("entries ({entries}): {}", names.join(", ")),
        },
    }
}
