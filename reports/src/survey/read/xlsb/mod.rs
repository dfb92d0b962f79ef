//! Workbooks in binary parts ([MS-XLSB]): the same package as .xlsx, with records in place of elements.

mod record;
mod sheet;

use super::super::raw::{Format, Refusal, Visibility};
use super::biff::{u16_at, u32_at};
use super::book::{Dialect, Entry, Named, Styles};
use super::moment::Epoch;
use super::strings::Strings;
use crate::untrusted::package::Package;
use record::{Records, wide};

pub(super) const DIALECT: Dialect = Dialect {
    format: Format::Xlsb,
    workbook,
    strings,
    moments,
    merges: sheet::merges,
    sheet: sheet::read,
};

fn workbook(package: &mut Package<'_>, main: &str) -> Result<Named, Refusal> {
    const PROPERTIES: u16 = 0x0099;
    const SHEET: u16 = 0x009C;
    let part = package.part(main)?.ok_or(Refusal::Damaged)?;
    let mut records = Records::new(part);
    let (mut entries, mut epoch) = (Vec::new(), Epoch::Y1900);
    while let Some((kind, record)) = records.next()? {
        match kind {
            PROPERTIES if u32_at(record, 0)? & 1 == 1 => epoch = Epoch::Y1904,
            SHEET => {
                let visibility = match u32_at(record, 0)? {
                    1 => Visibility::Hidden,
                    2 => Visibility::Buried,
                    _ => Visibility::Visible,
                };
                let (id, end) = wide(record, 8)?;
                let (name, _) = wide(record, end)?;
                entries.push(Entry {
                    name,
                    visibility,
                    id,
                });
            }
            _ => {}
        }
    }
    if entries.is_empty() {
        return Err(Refusal::Damaged);
    }
    Ok((entries, epoch))
}

fn strings(package: &mut Package<'_>, name: &str) -> Result<Strings, Refusal> {
    const ITEM: u16 = 0x0013;
    const END: u16 = 0x00A0;
    let mut strings = Strings::default();
    let Some(part) = package.part(name)? else {
        return Ok(strings);
    };
    let mut records = Records::new(part);
    while let Some((kind, record)) = records.next()? {
        match kind {
            // Behind one byte that says whether fonts and readings follow.
            ITEM => strings.push(&wide(record, 1)?.0)?,
            END => return Ok(strings),
            _ => {}
        }
    }
    Err(Refusal::Damaged)
}

fn moments(package: &mut Package<'_>, name: &str) -> Result<Vec<bool>, Refusal> {
    const FORMAT: u16 = 0x002C;
    const STYLE: u16 = 0x002F;
    const CELLS: u16 = 0x0269;
    const END: u16 = 0x026A;
    let mut styles = Styles::default();
    let Some(part) = package.part(name)? else {
        return Ok(styles.moments);
    };
    let mut records = Records::new(part);
    let mut within = false;
    while let Some((kind, record)) = records.next()? {
        match kind {
            FORMAT => styles.format(u16_at(record, 0)?.into(), &wide(record, 2)?.0),
            CELLS => within = true,
            END => within = false,
            STYLE if within => styles.style(u16_at(record, 2)?.into()),
            _ => {}
        }
    }
    Ok(styles.moments)
}
