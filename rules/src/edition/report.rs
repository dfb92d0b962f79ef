//! The reports of January and July: their sheets and columns as data (Order 117 Art. 9). How a cell is written is
//! `reports`' business.

use entity::kind::{IdentityKind, ReportKind, SubjectKind};
use serde::Deserialize;

use super::{Article, EditionId};

/// One report of a window, filed and receipted by itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// The article that punishes the absence of these rows; a sheet that names none has its report's.
    pub penalty: Article,
    /// The base columns, in order; [`super::Edition::columns`] adds a province's own.
    pub columns: Vec<Column>,
}

/// One column of a sheet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Addition {
    #[expect(
        dead_code,
        reason = "additions are told apart by it before they are read"
    )]
    edition: EditionId,
    pub(super) province: String,
    pub(super) sheet: String,
    pub(super) columns: Vec<Column>,
}

#[cfg(test)]
mod tests;
