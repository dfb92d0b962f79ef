//! The demo's offices, platforms and clients. Offices come from a data file as an administrator would write it;
//! clients hold every scope that their role may hold, which nobody should grant outside a demo.

use chrono::Months;
use entity::kind::{Authority, OfficeLevel, Role};
use entity::value::division::Divisions;

use super::calendar::Calendar;
use super::dice::Dice;
use super::numbers::Numbers;
use super::operators::Style;
use super::table::rows;
use crate::admission_file::{
    self, ClientEntry, ClientsFile, FileFaults, Holder, OfficesFile, PlatformRef,
};
use crate::registry::input::{AddressInput, IdentityInput};
use crate::scope::Scope;

/// Whom to ask about the demo's clients.
const CONTACT: &str = "演示数据，无联系人";

/// What a platform says of itself when it is admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformEntry {
    /// Names it inside the demo.
    pub key: &'static str,
    /// 名称 of the company.
    pub name: &'static str,
    /// 平台名称.
    pub platform_name: &'static str,
    /// 统一社会信用代码.
    pub identity: IdentityInput,
    /// 住所.
    pub domicile: AddressInput,
    /// 联系方式.
    pub phone: &'static str,
    /// 网址.
    pub url: &'static str,
    /// How it writes its book.
    pub(super) style: Style,
}

/// The platforms, each in another province.
pub(super) fn platforms() -> Vec<PlatformEntry> {
    let (dice, mut numbers) = (Dice::new(0), Numbers::new());
    let rows = rows(include_str!("data/platforms.tsv"));
    let platform = |[
        key,
        name,
        platform_name,
        division,
        address,
        phone,
        url,
        rooms,
        prefix,
    ]: [&'static str; 9]| {
        PlatformEntry {
            key,
            name,
            platform_name,
            identity: numbers.credit_code(&dice, "91", division),
            domicile: AddressInput {
                text: address.to_owned(),
                division: Some(division.to_owned()),
            },
            phone,
            url,
            style: Style {
                prefix,
                rooms,
                home: division,
            },
        }
    };
    rows.map(platform).collect()
}

/// The offices file.
pub(super) fn offices() -> Result<OfficesFile, FileFaults> {
    let level = |code: &str| -> Option<OfficeLevel> {
        Divisions::national()
            .find(code.parse().ok()?)
            .map(entity::value::division::Division::level)
    };
    admission_file::offices(include_str!("data/offices.toml"), &level)
}

/// The clients file: one client a role and more where two offices or platforms work side by side.
pub(super) fn clients(
    calendar: &Calendar,
    offices: &OfficesFile,
    platforms: &[PlatformEntry],
) -> ClientsFile {
    let rows = rows(include_str!("data/clients.tsv"));
    let client = |[key, role, holder, name]: [&'static str; 4]| {
        let role: Role = role.parse().ok()?;
        let authority = authority(offices, holder);
        Some(ClientEntry {
            key: key.to_owned(),
            name: name.to_owned(),
            role,
            holder: holder_of(role, holder, platforms)?,
            scopes: Scope::held_by(role, authority).collect(),
            valid_from: calendar.window.first_day(),
            valid_until: calendar.today + Months::new(12),
            contact: CONTACT.to_owned(),
        })
    };
    ClientsFile {
        clients: rows.filter_map(client).collect(),
    }
}

fn authority(offices: &OfficesFile, key: &str) -> Option<Authority> {
    offices
        .offices
        .iter()
        .find(|office| office.key == key)
        .map(|office| office.authority)
}

fn holder_of(role: Role, key: &str, platforms: &[PlatformEntry]) -> Option<Holder> {
    match role {
        Role::System | Role::Security | Role::Auditor => Some(Holder::House),
        Role::Platform => {
            let platform = platforms.iter().find(|platform| platform.key == key)?;
            Some(Holder::Platform(PlatformRef::CreditCode(
                platform.identity.number.clone(),
            )))
        }
        Role::County | Role::City | Role::Province | Role::National => {
            Some(Holder::Office(key.to_owned()))
        }
    }
}
