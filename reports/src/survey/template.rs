//! Workbooks to fill in, one for each kind of import: headers that the importer knows beyond doubt, numbers kept as texts,
//! lists to choose from, one example that is never imported, and a sheet that says how. Whoever starts with one of these
//! meets none of the traps that hand-made tables hold.

mod columns;
mod form;
mod table;
mod told;

use entity::kind::ImportKind;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use crate::error::ReportError;
use crate::style::Style;

/// The kinds that a workbook can be filled in for.
pub const KINDS: [ImportKind; 7] = [
    ImportKind::Operators,
    ImportKind::Streamers,
    ImportKind::Agencies,
    ImportKind::Merchants,
    ImportKind::Blacklist,
    ImportKind::Mixed,
    ImportKind::Form,
];

/// What a workbook of a kind is called; none where there is none to fill in.
#[must_use]
pub const fn title(kind: ImportKind) -> Option<&'static str> {
    Some(match kind {
        ImportKind::Operators => "直播间运营者摸底表",
        ImportKind::Streamers => "直播营销人员摸底表",
        ImportKind::Agencies => "直播营销人员服务机构摸底表",
        ImportKind::Merchants => "平台内经营者摸底表",
        ImportKind::Blacklist => "黑名单导入表",
        ImportKind::Mixed => "直播间综合台账",
        ImportKind::Form => "直播间申报表",
        ImportKind::Registrations => return None,
    })
}

/// Writes the workbook of a kind, always the same bytes; none where there is none to fill in.
///
/// # Errors
/// Where the workbook library refuses.
pub fn write(kind: ImportKind) -> Result<Option<Vec<u8>>, ReportError> {
    let Some(title) = title(kind) else {
        return Ok(None);
    };
    let mut book = Workbook::new();
    // A day of its own, so that the same template is the same file.
    let day = ExcelDateTime::from_ymd(2026, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(title)
        .set_author("Minglu 名录")
        .set_creation_datetime(&day);
    book.set_properties(&properties);
    let looks = Looks::new();
    if kind == ImportKind::Form {
        form::write(book.add_worksheet().set_name("申报表1")?, title, &looks)?;
    } else {
        table::write(book.add_worksheet().set_name(title)?, (kind, title), &looks)?;
    }
    told::write(book.add_worksheet().set_name("填表说明")?, kind, &looks)?;
    Ok(Some(book.save_to_buffer()?))
}

/// How cells look: as in the workbooks that are filed, and a little more.
struct Looks {
    house: Style,
    /// The header of a column that must be filled in.
    must: Format,
    /// The example.
    example: Format,
    /// A cell to fill in.
    free: Format,
}

impl Looks {
    fn new() -> Self {
        let house = Style::new();
        Self {
            must: house.header.clone().set_background_color(0xFB_E5_D6),
            example: house
                .text
                .clone()
                .set_italic()
                .set_font_color(0x59_63_70)
                .set_background_color(0xF2_F2_F2),
            free: Format::new()
                .set_num_format_index(TEXT)
                .set_font_name("宋体")
                .set_font_size(10.5)
                .set_align(FormatAlign::VerticalCenter),
            house,
        }
    }
}

/// The number format of texts, by its number, which every spreadsheet knows.
const TEXT: u8 = 49;

type Written = Result<(), XlsxError>;
