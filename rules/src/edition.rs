//! The editions of the law as tables, each cell with its article. Nothing here decides: the module of each topic, such as
//! [`crate::blacklist`], reads its tables, and deciding functions take an edition.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::NaiveDate;
use entity::kind::{ReportKind, SubjectKind, UnknownName};
use serde::Deserialize;

use self::report::Addition;
use crate::abnormal::Abnormal;
use crate::blacklist::Blacklist;
use crate::deadline::{Period, PeriodKind};
use crate::disposition::{Demand, Ladder};
use crate::instrument;
use crate::interview::Interview;
use crate::jurisdiction::Track;
use crate::live::{Check, CheckKind};
use crate::penalty::Penalty;
use crate::retention::{RecordKind, Retention};
use crate::sharing::Route;
use crate::training::Training;

pub use self::report::{Column, Field, Report, Sheet};

mod report;
pub(crate) mod table;

/// Which text of the law a registry works by; a setting, the same for the whole registry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum EditionId {
    /// 直播电商监督管理办法, Order 117, in force since 2026-02-01; setting `order-117`.
    #[default]
    #[serde(rename = "order-117")]
    Order117,
    /// The consultation draft of 2025, never in force; setting `draft-2025`.
    #[serde(rename = "draft-2025")]
    Draft2025,
}

impl EditionId {
    /// Every edition, the default first.
    pub const ALL: &'static [Self] = &[Self::Order117, Self::Draft2025];

    /// The name in settings, records and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Order117 => "order-117",
            Self::Draft2025 => "draft-2025",
        }
    }
}

impl std::fmt::Display for EditionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EditionId {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text {
            "order-117" => Ok(Self::Order117),
            "draft-2025" => Ok(Self::Draft2025),
            _ => Err(UnknownName {
                text: text.to_owned(),
                known: &["order-117", "draft-2025"],
            }),
        }
    }
}

/// An article as it is cited to people.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// The full Chinese title of the instrument.
    pub instrument: String,
    /// The number as the law itself writes it, without brackets: `第九条`, `第八条第一款`, `第九条第一项`.
    pub number: String,
    /// The edition whose table cites it.
    pub edition: EditionId,
}

/// One edition of the law.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Which edition.
    pub id: EditionId,
    /// A short Chinese name for screens.
    pub name: String,
    /// The full Chinese title of its instrument.
    pub instrument: String,
    /// The day it came into force; none for a draft.
    pub in_force: Option<NaiveDate>,
    /// The reports of January and July.
    pub reports: Vec<Report>,
    /// The platforms' list of those who may not sell (Order 117 Art. 14).
    pub blacklist: Blacklist,
    /// What follows when somebody cannot be reached (Order 117 Art. 22).
    pub abnormal: Abnormal,
    /// An authority's demand that a platform act (Order 117 Art. 50).
    pub demand: Demand,
    /// 约谈 (Order 117 Art. 52).
    pub interview: Interview,
    pub(crate) verification: BTreeMap<SubjectKind, Interval>,
    pub(crate) before_live: BTreeMap<CheckKind, Check>,
    pub(crate) training: BTreeMap<SubjectKind, Training>,
    pub(crate) ladders: Vec<Ladder>,
    pub(crate) jurisdiction: BTreeMap<SubjectKind, Track>,
    pub(crate) sharing: BTreeMap<SubjectKind, Route>,
    pub(crate) deadlines: BTreeMap<PeriodKind, Period>,
    pub(crate) retention: BTreeMap<RecordKind, Retention>,
    pub(crate) penalties: Vec<Penalty>,
    additions: Vec<Addition>,
}

/// How often a subject kind must be verified anew (核验更新).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Calendar months from one verification to the day by which the next is due.
    pub months: u32,
    /// The article that asks for it.
    pub article: Article,
}

/// The table of an edition.
#[must_use]
pub fn edition(id: EditionId) -> &'static Edition {
    static ORDER_117: LazyLock<Edition> = LazyLock::new(|| table::load(EditionId::Order117));
    static DRAFT_2025: LazyLock<Edition> = LazyLock::new(|| table::load(EditionId::Draft2025));
    match id {
        EditionId::Order117 => &ORDER_117,
        EditionId::Draft2025 => &DRAFT_2025,
    }
}

impl Edition {
    /// A report of this edition; none is the problem `NOT_IN_EDITION`.
    #[must_use]
    pub fn report(&self, kind: ReportKind) -> Option<&Report> {
        self.reports.iter().find(|report| report.kind == kind)
    }

    /// How often a subject kind must be verified anew; none where the edition names no interval.
    #[must_use]
    pub fn interval(&self, kind: SubjectKind) -> Option<&Interval> {
        self.verification.get(&kind)
    }

    /// The columns of a sheet for a recipient province (six-digit division code): the base, then what the province adds.
    #[must_use]
    pub fn columns<'a>(&'a self, sheet: &'a Sheet, province: &str) -> Vec<&'a Column> {
        let added = self
            .additions
            .iter()
            .filter(|addition| addition.province == province && addition.sheet == sheet.key)
            .flat_map(|addition| &addition.columns);
        sheet.columns.iter().chain(added).collect()
    }
}

/// An article as a table writes it: `第九条`, or `KEY 第九条` of another instrument.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Cite(pub(crate) String);

impl Cite {
    /// The article with its instrument's title; none when no instrument has that key.
    pub(crate) fn resolve(&self, edition: EditionId) -> Option<Article> {
        let (key, number) = self
            .0
            .split_once(' ')
            .unwrap_or((edition.as_str(), self.0.as_str()));
        Some(Article {
            instrument: instrument::by_key(key)?.title.clone(),
            number: number.to_owned(),
            edition,
        })
    }
}
