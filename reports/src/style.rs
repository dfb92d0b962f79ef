//! How a workbook looks: the few cell formats that Excel, WPS and LibreOffice show alike. No theme, no table, no
//! conditional format.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// 宋体 and 黑体 are what official papers are set in; every Chinese system has them or a stand-in.
const BODY_FONT: &str = "宋体";
const TITLE_FONT: &str = "黑体";
const INK: Color = Color::RGB(0x1F_29_37);
const QUIET: Color = Color::RGB(0x59_63_70);
const LINE: Color = Color::RGB(0xB8_C2_CC);
const HEAD_FILL: Color = Color::RGB(0xD9_E5_F3);
const LABEL_FILL: Color = Color::RGB(0xF3_F6_FA);

/// The formats of one workbook.
pub(crate) struct Style {
    /// The title on the cover.
    pub(crate) title: Format,
    /// The line under the title.
    pub(crate) subtitle: Format,
    /// The head of a section of the cover.
    pub(crate) section: Format,
    /// A label on the cover.
    pub(crate) label: Format,
    /// A value on the cover.
    pub(crate) value: Format,
    /// A line of the cover that is left free for a hand.
    pub(crate) blank: Format,
    /// The declaration on the cover.
    pub(crate) declaration: Format,
    /// The notes at the foot of the cover.
    pub(crate) note: Format,
    /// The header of a column.
    pub(crate) header: Format,
    /// A number that counts.
    pub(crate) number: Format,
    /// A text of fixed form.
    pub(crate) code: Format,
    /// A text.
    pub(crate) text: Format,
    /// A text of several lines, all of which its row shows.
    pub(crate) lines: Format,
    /// A text of which its row shows only the first lines.
    pub(crate) cut: Format,
}

impl Style {
    /// The formats, the same for every workbook.
    pub(crate) fn new() -> Self {
        let text = boxed(base(BODY_FONT, 10.5)).set_num_format("@");
        let left = text.clone().set_align(FormatAlign::Left).set_indent(1);
        let label = boxed(base(TITLE_FONT, 10.5))
            .set_background_color(LABEL_FILL)
            .set_align(FormatAlign::Center)
            .set_text_wrap();
        Self {
            title: base(TITLE_FONT, 20).set_align(FormatAlign::Center),
            subtitle: base(BODY_FONT, 12)
                .set_font_color(QUIET)
                .set_align(FormatAlign::Center),
            section: boxed(base(TITLE_FONT, 11.5))
                .set_bold()
                .set_background_color(HEAD_FILL)
                .set_indent(1),
            value: left.clone().set_text_wrap(),
            blank: text.clone(),
            declaration: left.clone().set_text_wrap(),
            note: base(BODY_FONT, 9)
                .set_font_color(QUIET)
                .set_text_wrap()
                .set_align(FormatAlign::Top),
            header: boxed(base(TITLE_FONT, 10.5))
                .set_bold()
                .set_background_color(HEAD_FILL)
                .set_align(FormatAlign::Center)
                .set_num_format("@")
                .set_text_wrap(),
            number: boxed(base(BODY_FONT, 10.5))
                .set_num_format("0")
                .set_align(FormatAlign::Center),
            code: text.clone().set_align(FormatAlign::Center),
            lines: left.clone().set_text_wrap(),
            cut: left.clone().set_text_wrap().set_align(FormatAlign::Top),
            label,
            text: left,
        }
    }
}

fn base(font: &str, size: impl Into<f64>) -> Format {
    Format::new()
        .set_font_name(font)
        .set_font_size(size)
        .set_font_color(INK)
        .set_align(FormatAlign::VerticalCenter)
}

fn boxed(format: Format) -> Format {
    format.set_border(FormatBorder::Thin).set_border_color(LINE)
}
