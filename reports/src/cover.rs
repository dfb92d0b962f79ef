//! The 封面 of a part workbook: who files what, to whom, on what legal basis, how many, and the lines that people sign.
//! It states; all counting is done by the writer.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use entity::kind::{FilingKind, RowState};
use rules::edition::{Edition, Report};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::citation::{citation, short_citation};
use crate::label::{filing_kind_label, row_state_label};
use crate::manifest::SheetRange;
use crate::style::Style;
use crate::text::{cell_text, lines_needed};

/// The title of the sheet.
pub(crate) const TITLE: &str = "封面";
const LAST: u16 = 7;
const WIDTHS: [f64; 8] = [24.0, 12.0, 11.0, 11.0, 21.0, 11.0, 11.0, 18.0];
const LINE_HEIGHT: f64 = 17.0;
const ROW_PADDING: f64 = 10.0;
const A4: u8 = 9;
/// China has had one time and no summer time since 1991.
const BEIJING_SECONDS: i32 = 8 * 3600;
const SIGNED: [[&str; 2]; 3] = [
    ["平台经营者（签章）", "法定代表人（负责人）"],
    ["经办人", "经办人联系电话"],
    ["填报日期", "受理人、受理日期"],
];
const NOTES: &str = "填报说明：\n\
    1. 号码、电话、日期均为文本，请勿转换为数字；仅“序号”为数字。\n\
    2. 空白表示平台未掌握；所属服务机构为“无”表示不属于任何服务机构。\n\
    3. 内容超出一格容量的，续写于下一行，序号相同的各行为同一主体；主体数按序号计。";

/// What the caller knows of a submission and the cover says; counts, parts and law are added by the writer.
#[derive(Clone, Debug)]
pub struct Cover {
    /// 平台名称.
    pub platform: String,
    /// 平台经营者名称, the operating company.
    pub company: String,
    /// 统一社会信用代码 of the company.
    pub credit_code: String,
    /// 住所或者主要经营场所 of the company.
    pub domicile: String,
    /// 联系方式.
    pub phone: String,
    /// 网址链接或者访问路径.
    pub url: String,
    /// 报送期, `2027-01` or `2027-07`.
    pub window: String,
    /// 应当完成报送的日期.
    pub due_on: NaiveDate,
    /// 报送类型.
    pub kind: FilingKind,
    /// The version that a 补充报送 or 更正报送 goes back to; none for a 首次报送.
    pub base_version: Option<u32>,
    /// 版本, from 1.
    pub version: u32,
    /// The province that receives it, by name, e.g. `浙江省`.
    pub province: String,
    /// 数据截止时间: the moment of the freeze.
    pub as_of: DateTime<Utc>,
    /// 编制人: the client or person that had it prepared.
    pub prepared_by: String,
    /// 登记系统版本.
    pub registry_version: String,
}

/// How many registrations of a sheet stand in each state, over all parts; in the order of [`RowState::ALL`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally(pub(crate) [u64; RowState::ALL.len()]);

impl Tally {
    /// Counts one registration.
    pub(crate) fn add(&mut self, state: RowState) {
        for (count, known) in self.0.iter_mut().zip(RowState::ALL) {
            *count += u64::from(*known == state);
        }
    }

    fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// What the cover of one part says beside [`Cover`].
pub(crate) struct Contents<'a> {
    /// The edition of the law.
    pub(crate) edition: &'a Edition,
    /// The report.
    pub(crate) report: &'a Report,
    /// The title of each sheet and its counts over all parts.
    pub(crate) tallies: &'a [(&'a str, &'a Tally)],
    /// The rows of this part, by sheet.
    pub(crate) ranges: &'a [SheetRange],
    /// The number of this part, from 1.
    pub(crate) part: usize,
    /// How many parts there are.
    pub(crate) of: usize,
}

/// Adds the cover as the first sheet of a workbook.
pub(crate) fn write(
    workbook: &mut Workbook,
    style: &Style,
    cover: &Cover,
    contents: &Contents<'_>,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet
        .set_name(TITLE)?
        .set_portrait()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 1)
        .set_print_center_horizontally(true)
        .set_screen_gridlines(false)
        .set_margins(0.5, 0.5, 0.7, 0.6, 0.3, 0.3);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let mut pen = Pen {
        sheet,
        style,
        row: 0,
    };
    heading(&mut pen, cover, contents)?;
    platform(&mut pen, cover)?;
    submission(&mut pen, cover, contents)?;
    counts(&mut pen, contents)?;
    signatures(&mut pen, contents.report)?;
    pen.row += 1;
    pen.line(&[(0, LAST, NOTES, &style.note)])
}

fn heading(pen: &mut Pen<'_>, cover: &Cover, contents: &Contents<'_>) -> Result<(), XlsxError> {
    let style = pen.style;
    pen.sheet.set_row_height(pen.row, 42)?;
    pen.cells(&[(
        0,
        LAST,
        &format!("{}表", contents.report.title),
        &style.title,
    )])?;
    let subtitle = format!(
        "{}　{}　第 {} 版　{}",
        window_label(&cover.window),
        filing_label(cover),
        cover.version,
        part_label(contents),
    );
    pen.sheet.set_row_height(pen.row, 28)?;
    pen.cells(&[(0, LAST, &subtitle, &style.subtitle)])
}

fn platform(pen: &mut Pen<'_>, cover: &Cover) -> Result<(), XlsxError> {
    pen.section("一、平台")?;
    pen.pair(["平台名称", &cover.platform], ["联系方式", &cover.phone])?;
    pen.pair(
        ["平台经营者", &cover.company],
        ["统一社会信用代码", &cover.credit_code],
    )?;
    pen.wide("住所或者主要经营场所", &cover.domicile)?;
    pen.wide("网址或访问路径", &cover.url)
}

fn submission(pen: &mut Pen<'_>, cover: &Cover, contents: &Contents<'_>) -> Result<(), XlsxError> {
    let Contents {
        edition, report, ..
    } = contents;
    pen.section("二、报送")?;
    pen.pair(
        ["报送期", &window_label(&cover.window)],
        ["应报送日", &cover.due_on.format("%Y-%m-%d").to_string()],
    )?;
    pen.pair(
        ["报送类型", &filing_label(cover)],
        ["版本", &format!("第 {} 版", cover.version)],
    )?;
    pen.wide(
        "接收部门",
        &format!("{}（{}）", report.recipient, cover.province),
    )?;
    pen.wide("适用法规版本", &edition_label(edition))?;
    pen.wide("报送依据", &citation(&report.basis))?;
    pen.wide("法律责任", &penalties(report))?;
    pen.pair(
        ["数据截止时间", &beijing(cover.as_of)],
        ["编制人", &cover.prepared_by],
    )?;
    pen.pair(
        ["本文件", &part_label(contents)],
        ["登记系统版本", &cover.registry_version],
    )
}

fn counts(pen: &mut Pen<'_>, contents: &Contents<'_>) -> Result<(), XlsxError> {
    let style = pen.style;
    pen.section("三、主体数（全部各部分合计）")?;
    let head = &style.label;
    let mut cells = vec![(0, 1, "工作表", head), (2, 2, "合计", head)];
    cells.extend(
        (3..)
            .zip(RowState::ALL)
            .map(|(at, state)| (at, at, row_state_label(*state), head)),
    );
    cells.push((LAST, LAST, "本部分序号", head));
    pen.line(&cells)?;
    let mut sum = Tally::default();
    for (title, tally) in contents.tallies {
        for (all, own) in sum.0.iter_mut().zip(tally.0) {
            *all += own;
        }
        let range = contents.ranges.iter().find(|range| range.sheet == *title);
        pen.tally(title, tally, &range.map_or_else(String::new, range_label))?;
    }
    pen.tally("合计", &sum, "")
}

fn signatures(pen: &mut Pen<'_>, report: &Report) -> Result<(), XlsxError> {
    let style = pen.style;
    pen.section("四、声明")?;
    let declaration = format!(
        "谨声明：本次报送依据{}编制，所报信息真实、准确、完整，本单位对此承担法律责任。",
        short_citation(&report.basis),
    );
    pen.line(&[(0, LAST, &declaration, &style.declaration)])?;
    for [left, right] in SIGNED {
        pen.sheet.set_row_height(pen.row, 34)?;
        pen.cells(&[
            (0, 0, left, &style.label),
            (1, 3, "", &style.blank),
            (4, 4, right, &style.label),
            (5, LAST, "", &style.blank),
        ])?;
    }
    Ok(())
}

/// Where the next line of the cover is written.
struct Pen<'a> {
    sheet: &'a mut Worksheet,
    style: &'a Style,
    row: u32,
}

/// First column, last column, text, format.
type Span<'a> = (u16, u16, &'a str, &'a Format);

impl Pen<'_> {
    fn section(&mut self, title: &str) -> Result<(), XlsxError> {
        let style = self.style;
        self.line(&[(0, LAST, title, &style.section)])
    }

    fn pair(&mut self, left: [&str; 2], right: [&str; 2]) -> Result<(), XlsxError> {
        let style = self.style;
        self.line(&[
            (0, 0, left[0], &style.label),
            (1, 3, left[1], &style.value),
            (4, 4, right[0], &style.label),
            (5, LAST, right[1], &style.value),
        ])
    }

    fn wide(&mut self, label: &str, value: &str) -> Result<(), XlsxError> {
        let style = self.style;
        self.line(&[(0, 0, label, &style.label), (1, LAST, value, &style.value)])
    }

    fn tally(&mut self, title: &str, tally: &Tally, range: &str) -> Result<(), XlsxError> {
        let style = self.style;
        let row = self.row;
        self.line(&[
            (0, 1, title, &style.label),
            (LAST, LAST, range, &style.code),
        ])?;
        for (column, count) in (2..).zip(std::iter::once(tally.total()).chain(tally.0)) {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            self.sheet
                .write_number_with_format(row, column, count, &style.number)?;
        }
        Ok(())
    }

    /// Writes one row, as high as its texts need: merged cells do not grow by themselves.
    fn line(&mut self, spans: &[Span<'_>]) -> Result<(), XlsxError> {
        let lines = spans
            .iter()
            .map(|(first, last, text, _)| lines_needed(text, width(*first, *last)))
            .fold(1.0, f64::max);
        let height = LINE_HEIGHT.mul_add(lines, ROW_PADDING);
        self.sheet.set_row_height(self.row, height)?;
        self.cells(spans)
    }

    fn cells(&mut self, spans: &[Span<'_>]) -> Result<(), XlsxError> {
        for (first, last, text, format) in spans {
            let text = cell_text(text);
            if first == last {
                self.sheet
                    .write_string_with_format(self.row, *first, text, format)?;
            } else {
                self.sheet
                    .merge_range(self.row, *first, self.row, *last, &text, format)?;
            }
        }
        self.row += 1;
        Ok(())
    }
}

/// The width of a span in spreadsheet characters.
fn width(first: u16, last: u16) -> f64 {
    let spanned = (0..)
        .zip(WIDTHS)
        .filter(|(column, _)| (first..=last).contains(column));
    spanned.map(|(_, width)| width).sum()
}

/// 报送类型, and to which version it goes back.
fn filing_label(cover: &Cover) -> String {
    let kind = filing_kind_label(cover.kind);
    match cover.base_version {
        Some(base) => format!("{kind}（对第 {base} 版）"),
        None => kind.to_owned(),
    }
}

/// The edition as people name it, and since when it binds.
fn edition_label(edition: &Edition) -> String {
    let since = edition.in_force.map_or_else(
        || "未施行".to_owned(),
        |day| format!("自 {} 起施行", day.format("%Y-%m-%d")),
    );
    format!("{}（{}），{since}", edition.name, edition.id)
}

/// The articles that punish, each named once with the sheets it stands behind.
fn penalties(report: &Report) -> String {
    let mut found: Vec<(String, Vec<&str>)> = Vec::new();
    for sheet in &report.sheets {
        let article = short_citation(&sheet.penalty);
        match found.iter_mut().find(|(known, _)| *known == article) {
            Some((_, sheets)) => sheets.push(&sheet.title),
            None => found.push((article, vec![&sheet.title])),
        }
    }
    let named: Vec<String> = found
        .into_iter()
        .map(|(article, sheets)| format!("{article}（{}）", sheets.join("、")))
        .collect();
    named.join("；")
}

fn part_label(contents: &Contents<'_>) -> String {
    if contents.of > 1 {
        format!("第 {} 部分（共 {} 部分）", contents.part, contents.of)
    } else {
        "全一册".to_owned()
    }
}

fn range_label(range: &SheetRange) -> String {
    match (range.first, range.last) {
        (Some(first), Some(last)) => format!("{first}—{last}"),
        _ => "无".to_owned(),
    }
}

/// `2027-01` as people read it.
fn window_label(window: &str) -> String {
    match window.split_once('-') {
        Some((year, month)) => format!("{year} 年 {} 月", month.trim_start_matches('0')),
        None => window.to_owned(),
    }
}

fn beijing(instant: DateTime<Utc>) -> String {
    FixedOffset::east_opt(BEIJING_SECONDS).map_or_else(
        || instant.to_rfc3339(),
        |zone| {
            instant
                .with_timezone(&zone)
                .format("%Y-%m-%d %H:%M:%S（北京时间）")
                .to_string()
        },
    )
}
