//! Divisions as deeds see them: the national ones inside the binary and the local ones of the database.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::kind::OfficeLevel;
use entity::office::local_division;
use entity::problem::{Finding, ProblemCode};
use entity::sight::Seats;
use entity::value::division::national;
use sea_orm::ConnectionTrait;

use crate::error::Error;

/// Every division on a day.
pub struct Gazetteer {
    local: HashMap<String, local_division::Model>,
    on: NaiveDate,
}

/// Where something sits: the finest division and those above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The county-level or local division.
    pub division: String,
    /// The city-level division above it.
    pub city: String,
    /// The province.
    pub province: String,
}

/// A division as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its code.
    pub code: String,
    /// Its own name.
    pub name: String,
    /// Its name with everything above it.
    pub full_name: String,
    /// Its level.
    pub level: OfficeLevel,
    /// The division above it.
    pub parent: Option<String>,
    /// Its last day.
    pub valid_until: Option<NaiveDate>,
}

impl Gazetteer {
    /// Reads the local divisions; the national ones are in the binary.
    pub async fn load<C: ConnectionTrait>(db: &C, on: NaiveDate) -> Result<Self, Error> {
        let rows = local_division::all().all(db).await?;
        Ok(Self { local: rows.into_iter().map(|row| (row.code.clone(), row)).collect(), on })
    }

    /// Resolves a county-level or local division for an address.
    pub fn seat(&self, code: &str) -> Result<Seat, Finding> {
        let county = match self.local.get(code) {
            Some(local) if self.stands(local) => local.parent.as_str(),
            Some(_) => return Err(Finding::error(ProblemCode::DivisionUnknown)),
            None => code,
        };
        let divisions = national();
        let Some(found) = divisions.find(county) else {
            return Err(Finding::error(ProblemCode::DivisionUnknown));
        };
        if code == county && !divisions.is_county_level(county) {
            return Err(Finding::error(ProblemCode::DivisionTooCoarse).with("name", found.full_name()));
        }
        let city = divisions.city_of(county).map_or_else(|| county.to_owned(), |city| city.code().to_owned());
        let province = divisions.province_of(county).map_or_else(|| county.to_owned(), |p| p.code().to_owned());
        Ok(Seat { division: code.to_owned(), city, province })
    }

    /// The province that any known division lies in.
    #[must_use]
    pub fn province_of(&self, code: &str) -> Option<String> {
        let code = self.local.get(code).map_or(code, |local| local.parent.as_str());
        national().province_of(code).map(|province| province.code().to_owned())
    }

    /// A territory as cities and counties: provinces open into their cities, counties bring their local divisions.
    #[must_use]
    pub fn seats<'a>(&self, codes: impl Iterator<Item = &'a str>) -> Seats {
        let mut seats = Seats::default();
        for code in codes {
            self.open(code, &mut seats);
        }
        seats.cities.sort_unstable();
        seats.cities.dedup();
        seats.counties.sort_unstable();
        seats.counties.dedup();
        seats
    }

    fn open(&self, code: &str, seats: &mut Seats) {
        let divisions = national();
        match divisions.find(code).map(entity::value::division::Division::level) {
            Some(OfficeLevel::Province) => {
                for city in divisions.children(code) {
                    self.open(city.code(), seats);
                }
                // Regions without anything below stand for themselves: 台湾、香港、澳门.
                seats.cities.push(code.to_owned());
            }
            Some(OfficeLevel::City) => seats.cities.push(code.to_owned()),
            Some(OfficeLevel::County) => {
                seats.counties.push(code.to_owned());
                let inside = self.local.values().filter(|local| local.parent == code);
                seats.counties.extend(inside.map(|local| local.code.clone()));
            }
            Some(OfficeLevel::National) => {
                for province in divisions.provinces() {
                    self.open(province.code(), seats);
                }
            }
            None if self.local.contains_key(code) => seats.counties.push(code.to_owned()),
            None => {}
        }
    }

    /// Whether a code is known, national or local.
    #[must_use]
    pub fn knows(&self, code: &str) -> bool {
        self.local.contains_key(code) || national().find(code).is_some()
    }

    /// A division as it is shown.
    #[must_use]
    pub fn named(&self, code: &str) -> Option<Named> {
        if let Some(local) = self.local.get(code) {
            let above = national().find(&local.parent).map(|d| d.full_name().to_owned()).unwrap_or_default();
            return Some(Named {
                code: local.code.clone(),
                name: local.name.clone(),
                full_name: format!("{above}{}", local.name),
                level: OfficeLevel::County,
                parent: Some(local.parent.clone()),
                valid_until: local.until_on,
            });
        }
        national().find(code).map(|found| Named {
            code: found.code().to_owned(),
            name: found.name().to_owned(),
            full_name: found.full_name().to_owned(),
            level: found.level(),
            parent: found.parent().map(ToOwned::to_owned),
            valid_until: None,
        })
    }

    fn stands(&self, local: &local_division::Model) -> bool {
        local.from_on <= self.on && local.until_on.is_none_or(|until| self.on <= until)
    }
}
