//! A column of a filing = its header (from the edition's table) and how a row writes it. Cells are text, except 序号;
//! no number, phone or date is ever left for a spreadsheet to interpret.

use std::borrow::Cow;

use chrono::NaiveDate;
use entity::kind::{IdentityKind, LegalForm, RowState};
use rules::edition::Field;

use crate::label::{identity_kind_label, legal_form_label, row_state_label};
use crate::text::cell_text;

/// What 所属服务机构 says when a streamer belongs to none; an empty cell would mean that nobody knows.
const NO_AGENCY: &str = "无";

/// The institution a streamer belongs to (直播营销人员服务机构).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agency {
    /// 所属服务机构.
    pub name: String,
    /// 服务机构统一社会信用代码; empty = unknown.
    pub credit_code: String,
}

/// One registration as a filing states it. An empty text means unknown and becomes an empty cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilingRow {
    /// 序号 in its sheet, from 1.
    pub seq: u32,
    /// 信息状态.
    pub state: RowState,
    /// 证件类型.
    pub identity_kind: IdentityKind,
    /// 统一社会信用代码 or 身份证件号码, as `identity_kind` says.
    pub identity_number: String,
    /// 名称（姓名）.
    pub name: String,
    /// 法律形式; none = unknown.
    pub legal_form: Option<LegalForm>,
    /// 住所.
    pub domicile: String,
    /// 实际经营地址.
    pub business_address: String,
    /// 经常居住地址.
    pub residence: String,
    /// 行政区划代码 of the address that the sheet files (GB/T 2260).
    pub division_code: String,
    /// 联系方式.
    pub phone: String,
    /// 直播账号, joined; a registration with several cells goes on in further rows with the same 序号.
    pub accounts: Vec<String>,
    /// 核验时间; none = never verified.
    pub verified_on: Option<NaiveDate>,
    /// 所属服务机构; none = belongs to none, written as `无`.
    pub agency: Option<Agency>,
    /// 专业资质, joined.
    pub qualifications: String,
    /// 职业职务.
    pub occupation: String,
    /// 网店名称, joined; several cells go on in further rows.
    pub shop_names: Vec<String>,
    /// 网址或访问路径, joined in the order of the names; several cells go on in further rows.
    pub shop_urls: Vec<String>,
    /// 行政许可, joined.
    pub permits: String,
    /// 免登记情形.
    pub exemption: String,
    /// 超10万元标示; none = unknown.
    pub over_threshold: Option<bool>,
}

impl FilingRow {
    /// A row of which nothing else is known yet.
    #[must_use]
    pub fn new(seq: u32, state: RowState, kind: IdentityKind, number: impl Into<String>) -> Self {
        Self {
            seq,
            state,
            identity_kind: kind,
            identity_number: number.into(),
            name: String::new(),
            legal_form: None,
            domicile: String::new(),
            business_address: String::new(),
            residence: String::new(),
            division_code: String::new(),
            phone: String::new(),
            accounts: Vec::new(),
            verified_on: None,
            agency: None,
            qualifications: String::new(),
            occupation: String::new(),
            shop_names: Vec::new(),
            shop_urls: Vec::new(),
            permits: String::new(),
            exemption: String::new(),
            over_threshold: None,
        }
    }

    /// How many spreadsheet rows the registration takes on a sheet with these fields: one, or as many as its longest list of cells.
    #[must_use]
    pub fn lines(&self, fields: impl IntoIterator<Item = Field>) -> usize {
        fields
            .into_iter()
            .map(|field| match field {
                Field::Accounts => self.accounts.len(),
                Field::ShopNames => self.shop_names.len(),
                Field::ShopUrls => self.shop_urls.len(),
                _ => 1,
            })
            .fold(1, usize::max)
    }
}

/// What stands in one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing: unknown.
    Empty,
    /// A number; only 序号 is one.
    Number(u32),
    /// A text that no spreadsheet may read as anything else.
    Text(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    fn text(text: &'a str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(cell_text(text))
        }
    }
}

/// What a row writes under a field, on the given line of its lines (from 0). Only lists change from line to line; all
/// else is repeated, so that a sorted or filtered sheet still says whose line it is.
#[must_use]
pub fn cell(field: Field, row: &FilingRow, line: usize) -> Cell<'_> {
    match field {
        Field::Sequence => Cell::Number(row.seq),
        Field::Name => Cell::text(&row.name),
        Field::CreditCode | Field::DocumentNumber | Field::IdentityNumber => identity_number(row),
        Field::DocumentKind => Cell::text(identity_kind_label(row.identity_kind)),
        Field::BusinessAddress => Cell::text(&row.business_address),
        Field::Residence => Cell::text(&row.residence),
        Field::Domicile => Cell::text(&row.domicile),
        Field::PrincipalPlace => principal_place(row),
        Field::DivisionCode => Cell::text(&row.division_code),
        Field::Phone => Cell::text(&row.phone),
        Field::Accounts => nth(&row.accounts, line),
        Field::VerifiedOn => row.verified_on.map_or(Cell::Empty, |day| {
            Cell::Text(day.format("%Y-%m-%d").to_string().into())
        }),
        Field::RowState => Cell::text(row_state_label(row.state)),
        Field::AgencyName => {
            Cell::text(row.agency.as_ref().map_or(NO_AGENCY, |agency| &agency.name))
        }
        Field::AgencyCreditCode => row
            .agency
            .as_ref()
            .map_or(Cell::Empty, |agency| Cell::text(&agency.credit_code)),
        Field::Qualifications => Cell::text(&row.qualifications),
        Field::Occupation => Cell::text(&row.occupation),
        Field::ShopNames => nth(&row.shop_names, line),
        Field::ShopUrls => nth(&row.shop_urls, line),
        Field::Permits => Cell::text(&row.permits),
        Field::Exemption => Cell::text(&row.exemption),
        Field::OverThreshold => row.over_threshold.map_or(Cell::Empty, |over| {
            Cell::text(if over { "是" } else { "否" })
        }),
        Field::LegalForm => row
            .legal_form
            .map_or(Cell::Empty, |form| Cell::text(legal_form_label(form))),
    }
}

/// The number, unless it is a 网号, which is no document number and never filed.
fn identity_number(row: &FilingRow) -> Cell<'_> {
    if row.identity_kind == IdentityKind::NetworkId {
        Cell::Empty
    } else {
        Cell::text(&row.identity_number)
    }
}

/// 住所或者主要经营场所: the domicile, else the place of business; a person who has neither lives somewhere.
fn principal_place(row: &FilingRow) -> Cell<'_> {
    [&row.domicile, &row.business_address, &row.residence]
        .into_iter()
        .find(|place| !place.is_empty())
        .map_or(Cell::Empty, |place| Cell::text(place))
}

fn nth(cells: &[String], line: usize) -> Cell<'_> {
    cells.get(line).map_or(Cell::Empty, |text| Cell::text(text))
}
