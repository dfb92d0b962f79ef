//! The editions of the law as tables: intervals, reports, sheets and columns, each with its article.
//! Nothing here decides; deciding functions take an edition and read it.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::NaiveDate;
use entity::kind::{IdentityKind, ReportKind, SubjectKind, UnknownName};
use serde::Deserialize;

use self::table::load;
use crate::data::compiled_in;

mod table;

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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Article {
    /// The full Chinese title of the instrument.
    pub instrument: String,
    /// The number as the law itself writes it, without brackets: `第九条`, `第八条第一款`, `第九条第一项`.
    pub number: String,
    /// The edition whose table cites it.
    pub edition: EditionId,
}

/// One edition of the law.
#[derive(Clone, Debug)]
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
    verification: BTreeMap<SubjectKind, Interval>,
    additions: Vec<Addition>,
}

/// How often a subject kind must be verified anew (核验更新).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Calendar months from one verification to the day by which the next is due.
    pub months: u32,
    /// The article that asks for it.
    pub article: Article,
}

/// One report of a window, filed and receipted by itself.
#[derive(Clone, Debug)]
pub struct Report {
    /// Which report.
    pub kind: ReportKind,
    /// The version of its sheets and columns, from 1; a filed version never changes.
    pub version: u32,
    /// Its Chinese title, for the cover sheet.
    pub title: String,
    /// The article that asks for it.
    pub basis: Article,
    /// The article that punishes its absence.
    pub penalty: Article,
    /// Who receives it, in Chinese.
    pub recipient: String,
    /// Its sheets, in order.
    pub sheets: Vec<Sheet>,
}

/// One sheet of a report: which registrations it lists and what it says of each.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// A stable ASCII key, unique in the edition.
    pub key: String,
    /// The Chinese name on the sheet's tab, at most 31 characters.
    pub title: String,
    /// The kind of subject it lists.
    pub subject: SubjectKind,
    /// `true` lists only identity kind USCC (已办理登记), `false` all others, none lists any.
    pub registered: Option<bool>,
    /// The article that asks for these rows.
    pub article: Article,
    /// The article that punishes the absence of these rows.
    pub penalty: Article,
    /// The base columns, in order; [`Edition::columns`] adds a province's own.
    pub columns: Vec<Column>,
}

/// One column of a sheet.
#[derive(Clone, Debug)]
pub struct Column {
    /// What the cells mean.
    pub field: Field,
    /// The Chinese header.
    pub header: String,
    /// The width in spreadsheet characters (a Chinese character takes two).
    pub width: f64,
    /// The article that asks for it; none where no law names the column.
    pub article: Option<Article>,
}

/// What a column's cells mean; how a cell is written is `reports`' business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Field {
    /// 序号: from 1; the rows over which one registration goes on share it.
    Sequence,
    /// 名称（姓名）.
    Name,
    /// 统一社会信用代码 of a registered subject.
    CreditCode,
    /// 证件类型: the label of the identity kind.
    DocumentKind,
    /// 身份证件号码 of an unregistered subject; empty for a `NETWORK_ID`, which is no document number.
    DocumentNumber,
    /// 统一社会信用代码/身份证件号码: whichever number the subject has; empty for a `NETWORK_ID`.
    IdentityNumber,
    /// 实际经营地址.
    BusinessAddress,
    /// 经常居住地址.
    Residence,
    /// 住所.
    Domicile,
    /// 住所或者主要经营场所: the domicile, or the business address where there is none.
    PrincipalPlace,
    /// 行政区划代码 of the address that the same sheet files.
    DivisionCode,
    /// 联系方式.
    Phone,
    /// 直播账号: every open account, joined as `submission::account_cells` says.
    Accounts,
    /// 核验时间: the legal day of the newest verification.
    VerifiedOn,
    /// 信息状态: 新增, 变更, 未变 or 注销.
    RowState,
    /// 所属服务机构: `无` where there is none.
    AgencyName,
    /// 服务机构统一社会信用代码.
    AgencyCreditCode,
    /// 专业资质.
    Qualifications,
    /// 职业职务.
    Occupation,
    /// 网店名称.
    ShopNames,
    /// 网址或访问路径, in the order of the shop names.
    ShopUrls,
    /// 行政许可.
    Permits,
    /// 免登记情形.
    Exemption,
    /// 超10万元标示.
    OverThreshold,
    /// 法律形式.
    LegalForm,
}

/// The table of an edition.
#[must_use]
pub fn edition(id: EditionId) -> &'static Edition {
    static ORDER_117: LazyLock<Edition> =
        LazyLock::new(|| load("order-117.toml", include_str!("../data/order-117.toml")));
    static DRAFT_2025: LazyLock<Edition> =
        LazyLock::new(|| load("draft-2025.toml", include_str!("../data/draft-2025.toml")));
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

impl Sheet {
    /// Whether the sheet lists a subject of this kind with this kind of identity.
    #[must_use]
    pub fn lists(&self, subject: SubjectKind, identity: IdentityKind) -> bool {
        self.subject == subject
            && self
                .registered
                .is_none_or(|registered| registered == (identity == IdentityKind::Uscc))
    }
}

/// Columns that one province adds to one sheet.
#[derive(Clone, Debug)]
struct Addition {
    province: String,
    sheet: String,
    columns: Vec<Column>,
}

/// An article as a table writes it: `第九条`, or `KEY 第九条` of another instrument.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Cite(String);

impl Cite {
    /// The article with its instrument's title; none when no instrument has that key.
    pub(crate) fn resolve(&self, edition: EditionId) -> Option<Article> {
        let (key, number) = self
            .0
            .split_once(' ')
            .unwrap_or((edition.as_str(), self.0.as_str()));
        Some(Article {
            instrument: instrument(key)?.to_owned(),
            number: number.to_owned(),
            edition,
        })
    }
}

/// The title of an instrument by its key.
fn instrument(key: &str) -> Option<&'static str> {
    static INSTRUMENTS: LazyLock<BTreeMap<String, Instrument>> =
        LazyLock::new(|| compiled_in("instruments.toml", include_str!("../data/instruments.toml")));
    INSTRUMENTS.get(key).map(|found| found.title.as_str())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instrument {
    title: String,
}
