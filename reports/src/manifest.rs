//! How the files of one submission are named and listed. The SHA-256 of a file is given by whoever stored it.

use serde::{Deserialize, Serialize};

use crate::error::ReportError;

/// A platform's name may be long; a file name has 255 bytes on every system, and a Chinese character takes three.
const MAX_NAME_CHARS: usize = 40;

/// The list of all part workbooks of one submission, itself a file (JSON, UTF-8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The report's Chinese title.
    pub title: String,
    /// The platform's Chinese name.
    pub platform: String,
    /// The platform operator's 统一社会信用代码.
    pub credit_code: String,
    /// The window, `2027-01` or `2027-07`.
    pub window: String,
    /// The version of the submission, from 1.
    pub version: u32,
    /// The parts, in order.
    pub parts: Vec<PartEntry>,
}

/// One part workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartEntry {
    /// The number of the part, from 1.
    pub part: usize,
    /// The name of its file.
    pub file: String,
    /// The length of its file in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// Which rows it holds, by sheet.
    pub sheets: Vec<SheetRange>,
}

/// The rows of one sheet that one part holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SheetRange {
    /// The Chinese title of the sheet.
    pub sheet: String,
    /// The first 序号 in this part; none when the sheet is empty.
    pub first: Option<u32>,
    /// The last 序号 in this part; none when the sheet is empty.
    pub last: Option<u32>,
    /// Spreadsheet rows below the header, further rows of one registration included.
    pub rows: u32,
}

impl Manifest {
    /// The manifest as the bytes of its file, readable by people too.
    pub fn to_json(&self) -> Result<Vec<u8>, ReportError> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// The name of a part workbook: `直播电商身份信息报送-某平台-2027-01-v1-第1部分.xlsx`; a single part has no part number.
#[must_use]
pub fn part_name(stem: &str, part: usize, of: usize) -> String {
    if of > 1 {
        format!("{stem}-第{part}部分.xlsx")
    } else {
        format!("{stem}.xlsx")
    }
}

/// The name of the manifest's file beside the parts.
#[must_use]
pub fn manifest_name(stem: &str) -> String {
    format!("{stem}-manifest.json")
}

/// What the names of all files of a submission begin with.
pub(crate) fn stem(title: &str, platform: &str, window: &str, version: u32) -> String {
    format!(
        "{}-{}-{}-v{version}",
        safe(title),
        safe(platform),
        safe(window)
    )
}

/// A name without characters that a file system or a shell reads as something else.
fn safe(name: &str) -> String {
    let kept: String = name
        .trim()
        .chars()
        .take(MAX_NAME_CHARS)
        .map(|c| {
            if c.is_alphanumeric() || "-_（）·".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    if kept.is_empty() {
        "_".to_owned()
    } else {
        kept
    }
}
