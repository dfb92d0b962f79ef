//! The offices file: local divisions, and offices with their authority, level, seat and dated territory.
//!
//! A local division (a development zone that GB/T 2260 does not know) is coded `L` and six digits, the
//! first two being its parent's province: `L330191`; six digits alone are always a national code. All
//! periods are legal days with both ends included; an absent end is open.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entity::kind::{Authority, OfficeLevel};

use super::FileFaults;
use super::row::{Row, read};
use crate::words::Words;

/// What an offices file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfficesFile {
    pub divisions: Vec<LocalDivision>,
    pub offices: Vec<OfficeEntry>,
}

/// A division without a national code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalDivision {
    /// `L` and six digits.
    pub code: String,
    pub name: String,
    /// COUNTY unless the file says otherwise; never coarser than the parent.
    pub level: OfficeLevel,
    /// The national code that it lies in.
    pub parent: String,
    pub valid_from: NaiveDate,
    pub valid_until: Option<NaiveDate>,
}

/// An office of an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeEntry {
    /// The stable name that clients files and commands use.
    pub key: String,
    pub name: String,
    pub authority: Authority,
    pub level: OfficeLevel,
    /// The division of its seat.
    pub division: String,
    /// What it is competent for; empty for the national office alone, which is competent everywhere.
    pub territory: Vec<TerritoryEntry>,
    pub phone: Option<String>,
}

/// A division of a territory and the days that it belongs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerritoryEntry {
    pub division: String,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

impl TerritoryEntry {
    fn overlaps(&self, other: &Self) -> bool {
        let starts_by = |a: &Self, b: &Self| match (a.from, b.until) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        };
        self.division == other.division && starts_by(self, other) && starts_by(other, self)
    }
}

/// Reads an offices file; `level_of` knows the national divisions and the local ones already loaded.
///
/// # Errors
/// Every fault, each with its line.
pub fn offices(
    text: &str,
    level_of: &dyn Fn(&str) -> Option<OfficeLevel>,
) -> Result<OfficesFile, FileFaults> {
    read(text, |top| {
        let mut reader = Reader {
            level_of,
            local: BTreeMap::new(),
            keys: BTreeSet::new(),
        };
        let divisions = top.rows("division", |row| reader.division(row));
        let offices = top.rows("office", |row| reader.office(row));
        OfficesFile { divisions, offices }
    })
}

struct Reader<'a> {
    level_of: &'a dyn Fn(&str) -> Option<OfficeLevel>,
    /// The local divisions of this file.
    local: BTreeMap<String, OfficeLevel>,
    keys: BTreeSet<String>,
}

impl Reader<'_> {
    fn division(&mut self, row: &mut Row<'_>) -> Option<LocalDivision> {
        let code = row.form("code", is_local, &Words::fixed(" L330191", "L330191"));
        let name = row.text("name");
        let level = row.word_or("level", OfficeLevel::County);
        let parent = row.form("parent", is_national, &Words::fixed(" 330100", "330100"));
        row.require("valid_from");
        let (valid_from, valid_until) = row.period(["valid_from", "valid_until"]);
        if let (Some(parent), Some(level)) = (&parent, level) {
            match (self.level_of)(parent) {
                None => row.fault("parent", no_division(parent)),
                Some(above) if level > above || level == OfficeLevel::National => {
                    row.fault(
                        "level",
                        Words::new(
                            format!("高于上级区划（{above}）"),
                            format!("is above its parent's, {above}"),
                        ),
                    );
                }
                Some(_) => {}
            }
        }
        if let (Some(code), Some(parent)) = (&code, &parent)
            && province(code) != province(parent)
        {
            row.fault(
                "code",
                Words::fixed("与上级区划不在同一省", "is not in its parent's province"),
            );
        }
        let code = code?;
        if self
            .local
            .insert(code.clone(), level.unwrap_or(OfficeLevel::County))
            .is_some()
        {
            row.fault("code", Words::fixed("重复", "is given twice"));
        }
        Some(LocalDivision {
            code,
            name: name?,
            level: level?,
            parent: parent?,
            valid_from: valid_from?,
            valid_until,
        })
    }

    fn office(&mut self, row: &mut Row<'_>) -> Option<OfficeEntry> {
        let key = row.slug("key");
        let name = row.text("name");
        let authority = row.word("authority");
        let level = row.word("level");
        let seat = row.text("division");
        let phone = row.optional_text("phone");
        if phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
            row.fault(
                "phone",
                Words::fixed(
                    "不是电话号码，如 0571-12315",
                    "is not a phone number such as 0571-12315",
                ),
            );
        }
        if let Some(seat) = &seat {
            self.judge(row, seat, level, None);
        }
        let territory = row.rows("territory", |row| {
            self.territory(row, level, seat.as_deref())
        });
        judge_territory(row, &territory, level);
        let key = key?;
        if !self.keys.insert(key.clone()) {
            row.fault("key", Words::fixed("重复", "is given twice"));
        }
        Some(OfficeEntry {
            key,
            name: name?,
            authority: authority?,
            level: level?,
            division: seat?,
            territory,
            phone,
        })
    }

    fn territory(
        &self,
        row: &mut Row<'_>,
        level: Option<OfficeLevel>,
        seat: Option<&str>,
    ) -> Option<TerritoryEntry> {
        let division = row.text("division");
        let (from, until) = row.period(["from", "until"]);
        let division = division?;
        self.judge(row, &division, level, seat);
        Some(TerritoryEntry {
            division,
            from,
            until,
        })
    }

    /// A division must be known, no coarser than the office, and in the province of its seat.
    fn judge(
        &self,
        row: &mut Row<'_>,
        code: &str,
        office: Option<OfficeLevel>,
        seat: Option<&str>,
    ) {
        let level = self
            .local
            .get(code)
            .copied()
            .or_else(|| (self.level_of)(code));
        match (level, office) {
            (None, _) => row.fault("division", no_division(code)),
            (Some(level), Some(office)) if level > office => {
                row.fault(
                    "division",
                    Words::new(
                        format!("{level} 级区划高于机关级别 {office}"),
                        format!("is of level {level}, above the office's level {office}"),
                    ),
                );
            }
            _ => {}
        }
        if seat.is_some_and(|seat| province(seat) != province(code)) {
            row.fault(
                "division",
                Words::fixed(
                    "与机关所在地不在同一省",
                    "is not in the province of the office's seat",
                ),
            );
        }
    }
}

fn judge_territory(row: &mut Row<'_>, territory: &[TerritoryEntry], level: Option<OfficeLevel>) {
    match level {
        Some(OfficeLevel::National) if !territory.is_empty() => {
            row.fault(
                "territory",
                Words::fixed(
                    "国家级机关管辖全国，不列地域",
                    "a national office is competent everywhere and lists none",
                ),
            );
        }
        Some(level) if level != OfficeLevel::National && territory.is_empty() => {
            row.fault(
                "territory",
                Words::fixed(
                    "须列出管辖地域",
                    "must list what the office is competent for",
                ),
            );
        }
        _ => {}
    }
    for (index, entry) in territory.iter().enumerate() {
        if territory
            .iter()
            .take(index)
            .any(|earlier| earlier.overlaps(entry))
        {
            row.fault(
                "territory",
                Words::new(
                    format!("{} 的期间重叠", entry.division),
                    format!("{} is given twice for the same days", entry.division),
                ),
            );
        }
    }
}

fn no_division(code: &str) -> Words {
    Words::new(
        format!("没有区划 {code}"),
        format!("there is no division {code}"),
    )
}

/// The two digits of the province, of national and local codes alike.
fn province(code: &str) -> Option<&str> {
    code.trim_start_matches('L').get(..2)
}

fn is_national(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_local(code: &str) -> bool {
    code.strip_prefix('L').is_some_and(is_national)
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || "+-() ".contains(c))
}
