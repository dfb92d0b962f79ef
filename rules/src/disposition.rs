//! 处置措施: what a platform may do, lightest first, what it must say and keep of it, and which offices it must tell
//! (Order 117 Art. 12, 23); and what an authority may demand (Art. 50). Who deserves what is not decided here.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::kind::{Authority, DispositionKind, OfficeLevel, SubjectKind};
use entity::problem::{Finding, ProblemCode};
use serde::Deserialize;

use crate::deadline::{Period, PeriodKind};
use crate::edition::{Article, Edition};

/// The measures against some kinds of subjects, and what follows from each.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// A stable ASCII key, unique in the edition.
    pub key: String,
    /// Against whom.
    pub subjects: Vec<SubjectKind>,
    /// The measures, lightest first.
    pub rungs: Vec<Rung>,
    /// What every measure must say or keep.
    pub contents: Vec<Content>,
    /// Who is told of which measures.
    pub reports: Vec<ReportDuty>,
    /// The article that allows the measures.
    pub article: Article,
}

/// One measure.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Which measure.
    pub kind: DispositionKind,
    /// What this edition calls it.
    pub name: String,
    /// The article that names it.
    pub article: Article,
    /// Whether the subject may not go on with its business on the platform while it stands.
    #[serde(default)]
    pub forbids: bool,
    /// Whether it is for a term by its very name, so that an end must be given.
    #[serde(default)]
    pub term: bool,
}

/// A measure that somebody means to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intended {
    /// Against whom.
    pub subject: SubjectKind,
    /// Which measure.
    pub kind: DispositionKind,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day; none where it has no end.
    pub until: Option<NaiveDate>,
    /// What is said of it.
    pub said: BTreeSet<Statement>,
}

/// Something that a measure or a notice must say or keep.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// What.
    pub kind: Statement,
    /// The article that asks for it.
    pub article: Article,
}

/// What must be said or kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Statement {
    /// 事实.
    Facts,
    /// 理由.
    Reason,
    /// 依据.
    Basis,
    /// 具体期限.
    Term,
    /// 申诉途径.
    AppealChannel,
    /// 救济途径.
    Remedy,
    /// 与违法行为相当: why this measure and not a lighter one.
    Proportionality,
    /// 有关记录, which the platform keeps.
    Record,
    /// What becomes of orders that are not completed.
    OpenOrders,
}

/// Offices that are told of some measures; always those of the platform's domicile.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportDuty {
    /// A stable ASCII key, unique in the ladder.
    pub key: String,
    /// The lowest level that is told; COUNTY is 县级以上.
    pub level: OfficeLevel,
    /// The branches that are told, each by itself.
    pub authorities: Vec<Authority>,
    /// Of which measures.
    pub rungs: Vec<DispositionKind>,
    /// The clock of the report.
    pub due: PeriodKind,
    /// The article that asks for it.
    pub article: Article,
    /// An article that asks for the same again.
    pub also: Option<Article>,
}

/// One office that is told of a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient<'a> {
    /// The lowest level of the office, at the platform's domicile.
    pub level: OfficeLevel,
    /// Its branch.
    pub authority: Authority,
    /// The clock of the report; its day is none where the law gives no number.
    pub due: &'a Period,
    /// The article that asks for the report.
    pub article: &'a Article,
}

/// An authority's demand that a platform act against somebody (处置要求).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Which branches may demand.
    pub authorities: Vec<Authority>,
    /// Against whom.
    pub subjects: Vec<SubjectKind>,
    /// The article that obliges the platform.
    pub article: Article,
}

impl Edition {
    /// The measures against a subject kind; none where the edition has none.
    #[must_use]
    pub fn ladder(&self, kind: SubjectKind) -> Option<&Ladder> {
        self.ladders
            .iter()
            .find(|ladder| ladder.subjects.contains(&kind))
    }

    /// The offices that must be told of a measure against a subject kind, one for each report to be made.
    #[must_use]
    pub fn reports_of(&self, subject: SubjectKind, kind: DispositionKind) -> Vec<Recipient<'_>> {
        let duties = self.ladder(subject).map(|ladder| &ladder.reports);
        let asked = duties.into_iter().flatten();
        asked
            .filter(|duty| duty.rungs.contains(&kind))
            .filter_map(|duty| Some((duty, self.period(duty.due)?)))
            .flat_map(|(duty, due)| {
                duty.authorities.iter().map(move |authority| Recipient {
                    level: duty.level,
                    authority: *authority,
                    due,
                    article: &duty.article,
                })
            })
            .collect()
    }
}

impl Edition {
    /// Whether a measure keeps the subject from going on with its business on the platform.
    #[must_use]
    pub fn forbids(&self, subject: SubjectKind, kind: DispositionKind) -> bool {
        let rung = self.ladder(subject).and_then(|ladder| ladder.rung(kind));
        rung.is_some_and(|rung| rung.forbids)
    }

    /// Every measure that forbids something to somebody.
    #[must_use]
    pub fn forbidding(&self) -> BTreeSet<DispositionKind> {
        let rungs = self.ladders.iter().flat_map(|ladder| &ladder.rungs);
        let forbidding = rungs.filter(|rung| rung.forbids);
        forbidding.map(|rung| rung.kind).collect()
    }

    /// What stands against a measure that somebody means to take, by the names of its fields; a listing is not taken by
    /// itself, but by listing somebody.
    #[must_use]
    pub fn check_measure(&self, intended: &Intended) -> Vec<Finding> {
        let name = intended.kind.as_str();
        if intended.kind == DispositionKind::Blacklisting {
            return vec![Finding::error(ProblemCode::DispositionByListing).inside("kind")];
        }
        let ladder = self.ladder(intended.subject);
        let Some((ladder, rung)) =
            ladder.and_then(|ladder| Some((ladder, ladder.rung(intended.kind)?)))
        else {
            let absent = Finding::error(ProblemCode::DispositionNotOffered).with("measure", name);
            return vec![absent.inside("kind")];
        };
        let mut found = Vec::new();
        match intended.until {
            None if rung.term => {
                let unsaid = Finding::error(ProblemCode::DispositionStatementRequired);
                found.push(unsaid.inside("validUntil"));
            }
            Some(until) if until < intended.from => {
                let early = Finding::error(ProblemCode::DateOrder);
                let early = early.with("date", intended.from.to_string());
                found.push(early.inside("validUntil"));
            }
            _ => {}
        }
        let lacking = SAID.iter().filter(|(statement, _)| {
            ladder.must_say(*statement).is_some() && !intended.said.contains(statement)
        });
        found.extend(lacking.map(|(_, field)| {
            Finding::error(ProblemCode::DispositionStatementRequired).inside(field)
        }));
        found
    }
}

/// What a measure says in words, and in which field.
const SAID: [(Statement, &str); 4] = [
    (Statement::Facts, "facts"),
    (Statement::Proportionality, "proportionality"),
    (Statement::Remedy, "remedy"),
    (Statement::OpenOrders, "openOrders"),
];

impl Ladder {
    /// A measure of this ladder; none where the edition does not have it against these subjects.
    #[must_use]
    pub fn rung(&self, kind: DispositionKind) -> Option<&Rung> {
        self.rungs.iter().find(|rung| rung.kind == kind)
    }

    /// The article that asks for a statement with every measure; none where none does.
    #[must_use]
    pub fn must_say(&self, statement: Statement) -> Option<&Article> {
        let asked = self.contents.iter().find(|asked| asked.kind == statement);
        asked.map(|asked| &asked.article)
    }
}

impl Demand {
    /// Whether an office of this branch may demand measures against this kind of subject.
    #[must_use]
    pub fn allows(&self, authority: Authority, subject: SubjectKind) -> bool {
        self.authorities.contains(&authority) && self.subjects.contains(&subject)
    }
}

#[cfg(test)]
mod tests;
