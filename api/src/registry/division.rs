//! Divisions as deeds see them: the national ones inside the binary and the local ones of the database.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::kind::OfficeLevel;
use entity::office::local_division;
use entity::problem::{Finding, ProblemCode};
use entity::sight::Seats;
use entity::value::division::{DivisionCode, Divisions};
use sea_orm::ConnectionTrait;

use crate::error::Error;

/// Every division on a day.
pub struct Gazetteer {
    national: &'static Divisions,
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
        let local = rows
            .into_iter()
            .map(|row| (row.code.clone(), row))
            .collect();
        Ok(Self {
            national: Divisions::national(),
            local,
            on,
        })
    }

    /// The national division that a code is, or lies in.
    fn national_code(&self, code: &str) -> Option<DivisionCode> {
        let code = self
            .local
            .get(code)
            .map_or(code, |local| local.parent.as_str());
        let code = code.parse().ok()?;
        self.national
            .find(code)
            .map(entity::value::division::Division::code)
    }

    /// Resolves a county-level or local division for an address.
    pub fn seat(&self, code: &str) -> Result<Seat, Finding> {
        let unknown = || Finding::error(ProblemCode::DivisionUnknown);
        let local = self.local.get(code);
        if local.is_some_and(|local| !self.stands(local)) {
            return Err(unknown());
        }
        let national = self.national_code(code).ok_or_else(unknown)?;
        if local.is_none() && !self.national.is_county_level(national) {
            return Err(Finding::error(ProblemCode::DivisionTooCoarse));
        }
        let city = self.city(national);
        let province = self
            .national
            .province_of(national)
            .map_or(national, entity::value::division::Division::code);
        Ok(Seat {
            division: code.to_owned(),
            city,
            province: province.to_string(),
        })
    }

    /// The province that any known division lies in.
    #[must_use]
    pub fn province_of(&self, code: &str) -> Option<String> {
        self.national
            .province_of(self.national_code(code)?)
            .map(|province| province.code().to_string())
    }

    /// A territory as cities and counties: provinces open into their cities, counties bring their local divisions.
    #[must_use]
    pub fn seats<'a>(&self, codes: impl Iterator<Item = &'a str>) -> Seats {
        let mut seats = Seats::default();
        for code in codes {
            self.open(code, &mut seats);
        }
        for list in [&mut seats.cities, &mut seats.counties] {
            list.sort_unstable();
            list.dedup();
        }
        // A county inside a city of the same territory would put its registrations into two arms of a page.
        let cities = std::mem::take(&mut seats.cities);
        seats.counties.retain(|code| {
            self.seat(code)
                .map_or(true, |seat| !cities.contains(&seat.city))
        });
        seats.cities = cities;
        seats
    }

    fn open(&self, code: &str, seats: &mut Seats) {
        if self.local.contains_key(code) {
            seats.counties.push(code.to_owned());
            return;
        }
        let Some(found) = self
            .national_code(code)
            .and_then(|code| self.national.find(code))
        else {
            return;
        };
        match found.level() {
            OfficeLevel::Province | OfficeLevel::National => {
                let below = self.national.within(found.code()).iter();
                seats.cities.extend(below.map(|d| self.city(d.code())));
            }
            OfficeLevel::City => seats.cities.push(found.code().to_string()),
            OfficeLevel::County => {
                seats.counties.push(code.to_owned());
                let inside = self.local.values().filter(|local| local.parent == code);
                seats
                    .counties
                    .extend(inside.map(|local| local.code.clone()));
            }
        }
    }

    /// The level of a known division, national or local.
    #[must_use]
    pub fn level(&self, code: &str) -> Option<OfficeLevel> {
        self.named(code).map(|named| named.level)
    }

    /// A division as it is shown.
    #[must_use]
    pub fn named(&self, code: &str) -> Option<Named> {
        let national = self.national_code(code)?;
        let above = self.national.full_name(national)?;
        if let Some(local) = self.local.get(code) {
            return Some(Named {
                code: local.code.clone(),
                name: local.name.clone(),
                full_name: format!("{above}{}", local.name),
                level: OfficeLevel::County,
                parent: Some(local.parent.clone()),
                valid_until: local.until_on,
            });
        }
        let found = self.national.find(national)?;
        Some(Named {
            code: national.to_string(),
            name: found.name().to_owned(),
            full_name: above,
            level: found.level(),
            parent: self
                .national
                .parent(national)
                .map(|parent| parent.code().to_string()),
            valid_until: None,
        })
    }

    /// The city of a division; what has none above it stands for itself: a municipality's district, 台湾省.
    fn city(&self, code: DivisionCode) -> String {
        self.national
            .city_of(code)
            .map_or(code, entity::value::division::Division::code)
            .to_string()
    }

    fn stands(&self, local: &local_division::Model) -> bool {
        local.from_on <= self.on && local.until_on.is_none_or(|until| self.on <= until)
    }
}
