//! The same rows as text in every encoding that offices write, and under wrong names.

use encoding_rs::GB18030;
use reports::survey::raw::{Format, Part, Refusal};

use super::Fixture;
use super::hand::{cell, refused_after, row, sheet, text};

const ROWS: &str = "直播间摸底台账,,\r\n\r\n序号,名称,备注\r\n1,\"杭州某某商行\r\n（分部）\",\"说\"\"好\"\"了\"\r\n2,张三𠮷,'330902\r\n";

pub(super) fn fixtures() -> Vec<Fixture> {
    let of = |name, note, bytes| Fixture {
        name,
        note,
        bytes: Some(bytes),
        truth: truth(),
    };
    let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    };
    let marked = format!("\u{feff}{ROWS}");
    let gb = GB18030.encode(ROWS).0.into_owned();
    vec![
        of("utf8.csv", "UTF-8 without a mark", ROWS.as_bytes().to_vec()),
        of(
            "utf8-mark.csv",
            "UTF-8 with its mark",
            marked.clone().into_bytes(),
        ),
        of("gb18030.csv", "GB18030, which has no mark", gb.clone()),
        of(
            "utf16-le.csv",
            "UTF-16 as Windows writes it",
            wide(&marked, u16::to_le_bytes),
        ),
        of(
            "utf16-be.csv",
            "UTF-16 in the other order",
            wide(&marked, u16::to_be_bytes),
        ),
        of(
            "utf16-no-mark.txt",
            "UTF-16 without a mark",
            wide(ROWS, u16::to_le_bytes),
        ),
        of(
            "tabs.tsv",
            "tabs in place of commas",
            ROWS.replace(',', "\t").into_bytes(),
        ),
        of(
            "semicolons.csv",
            "semicolons, as some offices' Excel writes",
            ROWS.replace(',', ";").into_bytes(),
        ),
        of(
            "named-separator.csv",
            "a first line that names the separator",
            format!("sep=|\r\n{}", ROWS.replace(',', "|")).into_bytes(),
        ),
        of(
            "text-as.xls",
            "a text in GB18030 under the name of a workbook",
            gb,
        ),
        Fixture {
            name: "open-quote.csv",
            note: "a quote that never ends would swallow the rows behind it",
            bytes: Some("序号,名称\r\n1,\"张三\r\n2,李四\r\n".into()),
            truth: refused_after(
                vec![
                    Part::Format(Format::Text),
                    Part::Sheet(reports::survey::raw::Sheet::default()),
                    row(0, vec![cell(0, text("序号")), cell(1, text("名称"))]),
                ],
                Refusal::Damaged,
            ),
        },
    ]
}

fn truth() -> Vec<Part> {
    let title = row(0, vec![cell(0, text("直播间摸底台账"))]);
    let header = ["序号", "名称", "备注"];
    let header = (0..)
        .zip(header)
        .map(|(column, word)| cell(column, text(word)));
    let first = vec![
        cell(0, text("1")),
        cell(1, text("杭州某某商行\r\n（分部）")),
        cell(2, text("说\"好\"了")),
    ];
    let second = vec![
        cell(0, text("2")),
        cell(1, text("张三𠮷")),
        cell(2, text("'330902")),
    ];
    let rows = vec![
        title,
        row(2, header.collect()),
        row(3, first),
        row(4, second),
    ];
    sheet(Format::Text, "", rows)
}
