//! Divisions as deeds see them: the national ones inside the binary and the local ones of the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use entity::kind::OfficeLevel;
use entity::office::local_division;
use entity::problem::{Finding, ProblemCode};
use entity::sight::Seats;
use entity::value::address;
use entity::value::division::{Division, DivisionCode, Divisions};
use entity::value::former;
use sea_orm::ConnectionTrait;

use crate::error::Error;

/// Every division on a day.
pub struct Gazetteer {
    national: &'static Divisions,
    local: HashMap<String, local_division::Model>,
    zones: Vec<Zone>,
    on: NaiveDate,
    sure_from: u8,
    /// Texts that were located: one address is asked about several times on its way, and 住所 often says what
    /// 经营地址 said.
    located: Mutex<HashMap<Box<str>, Arc<Located>>>,
}

/// Texts that are kept in mind.
const LOCATED: usize = 4_096;

/// A standing local division as addresses write it.
struct Zone {
    name: String,
    code: String,
    parent: DivisionCode,
}

/// The confidence from which an address's text decides, unless a setting says otherwise, in hundredths.
const SURE_FROM: u8 = 90;

/// The confidence in a local division that the text names inside its city.
const ZONE: u8 = 95;

/// The shortest name of a local division that is looked for in a text, in characters.
const ZONE_NAME: usize = 4;

/// Where an address may lie: codes with their confidence in hundredths, the best first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Every candidate.
    pub candidates: Vec<(String, u8)>,
    /// The division that is sure enough to be taken.
    pub sure: Option<(String, u8)>,
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
    /// Its last day; of an abolished national division, the last day on which a yearly table is known to have it.
    pub valid_until: Option<NaiveDate>,
    /// The one division that took over all of an abolished one.
    pub successor: Option<String>,
}

impl Gazetteer {
    /// Reads the local divisions; the national ones are in the binary.
    pub async fn load<C: ConnectionTrait>(db: &C, on: NaiveDate) -> Result<Self, Error> {
        Ok(Self::of(local_division::all().all(db).await?, on))
    }

    /// The national divisions with these local ones.
    #[must_use]
    pub fn of(local: Vec<local_division::Model>, on: NaiveDate) -> Self {
        let local = local.into_iter().map(|row| (row.code.clone(), row));
        let mut gazetteer = Self {
            national: Divisions::national(),
            local: local.collect(),
            zones: Vec::new(),
            on,
            sure_from: SURE_FROM,
            located: Mutex::default(),
        };
        let standing = gazetteer.local.values().filter(|row| gazetteer.stands(row));
        gazetteer.zones = standing.filter_map(Zone::of).collect();
        gazetteer
    }

    /// The same, taking a division from an address's text from this confidence on, in hundredths.
    #[must_use]
    pub fn sure_from(mut self, confidence: u8) -> Self {
        self.sure_from = confidence;
        self.located().clear();
        self
    }

    /// Where an address lies by its text: in a local division that it names, else in a county.
    #[must_use]
    pub fn locate(&self, text: &str) -> Arc<Located> {
        if let Some(located) = self.located().get(text) {
            return Arc::clone(located);
        }
        let found = Arc::new(self.look_for(text));
        let mut located = self.located();
        if located.len() >= LOCATED {
            located.clear();
        }
        located.insert(text.into(), Arc::clone(&found));
        found
    }

    fn located(&self) -> MutexGuard<'_, HashMap<Box<str>, Arc<Located>>> {
        self.located.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_for(&self, text: &str) -> Located {
        let words = address::clean(text);
        let resolved = address::resolve_clean(&words);
        let national = resolved.candidates().iter();
        let mut candidates: Vec<_> = national
            .clone()
            .map(|c| (c.code.to_string(), c.confidence))
            .collect();
        let county = resolved.certain(self.sure_from);
        let mut sure = county.map(|c| (c.code.to_string(), c.confidence));
        let named = self.zones.iter().filter(|zone| words.contains(&zone.name));
        if let Some(zone) = named.max_by_key(|zone| zone.name.len()) {
            let fits =
                |c: &address::Candidate| zone.parent.lies_in(c.code) || c.code.lies_in(zone.parent);
            let certain = national.len() > 0 && national.clone().all(fits);
            let confidence = if certain { ZONE } else { ZONE / 2 };
            let found = (zone.code.clone(), confidence);
            // A zone elsewhere that has the same name takes nothing away from a county that is certain.
            if certain || sure.is_none() {
                sure = (confidence >= self.sure_from).then(|| found.clone());
                candidates.insert(0, found);
            }
        }
        Located { candidates, sure }
    }

    /// Whether two known divisions are the same place or one lies in the other, zones by what they lie in.
    #[must_use]
    pub fn agree(&self, one: &str, other: &str) -> bool {
        let codes = self.national_code(one).zip(self.national_code(other));
        codes.is_some_and(|(one, other)| one.lies_in(other) || other.lies_in(one))
    }

    /// The national division that a code is, or lies in.
    fn national_code(&self, code: &str) -> Option<DivisionCode> {
        let code = self
            .local
            .get(code)
            .map_or(code, |local| local.parent.as_str());
        let code = code.parse().ok()?;
        self.national.find(code).map(Division::code)
    }

    /// Resolves a county-level or local division for an address.
    pub fn seat(&self, code: &str) -> Result<Seat, Finding> {
        let unknown = || {
            let finding = Finding::error(ProblemCode::DivisionUnknown);
            let successor = self.named(code).and_then(|named| named.successor);
            match successor {
                Some(code) => finding.suggesting(code),
                None => finding,
            }
        };
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
            .map_or(national, Division::code);
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
        let national = self.national_code(code)?;
        if self.local.contains_key(code) {
            return Some(OfficeLevel::County);
        }
        self.national.find(national).map(Division::level)
    }

    /// A division as it is shown.
    #[must_use]
    pub fn named(&self, code: &str) -> Option<Named> {
        let Some(national) = self.national_code(code) else {
            return self.abolished(code.parse().ok()?);
        };
        let above = self.national.full_name(national)?;
        if let Some(local) = self.local.get(code) {
            return Some(Named {
                code: local.code.clone(),
                name: local.name.clone(),
                full_name: format!("{above}{}", local.name),
                level: OfficeLevel::County,
                parent: Some(local.parent.clone()),
                valid_until: local.until_on,
                successor: None,
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
            successor: None,
        })
    }

    /// A national division that stood once, below what stands there today.
    fn abolished(&self, code: DivisionCode) -> Option<Named> {
        let former = former::last_of(code)?;
        let above = self.national.above(code).next().map(Division::code);
        let within = above.and_then(|above| self.national.full_name(above));
        Some(Named {
            code: code.to_string(),
            name: former.name().to_owned(),
            full_name: within.unwrap_or_default() + former.name(),
            level: code.level(),
            parent: above.map(|above| above.to_string()),
            valid_until: NaiveDate::from_ymd_opt(former.last_year(), 12, 31),
            successor: former.successor().map(|code| code.to_string()),
        })
    }

    /// The city of a division; what has none above it stands for itself: a municipality's district, 台湾省.
    fn city(&self, code: DivisionCode) -> String {
        self.national
            .city_of(code)
            .map_or(code, Division::code)
            .to_string()
    }

    fn stands(&self, local: &local_division::Model) -> bool {
        local.from_on <= self.on && local.until_on.is_none_or(|until| self.on <= until)
    }
}

impl Zone {
    /// A zone with a name long enough to be told from other words; a note in brackets is no part of it.
    fn of(row: &local_division::Model) -> Option<Self> {
        let name = address::clean(&row.name);
        let name = name.split('(').next().unwrap_or_default().to_owned();
        let long = name.chars().count() >= ZONE_NAME;
        long.then(|| row.parent.parse().ok())
            .flatten()
            .map(|parent| Self {
                name,
                code: row.code.clone(),
                parent,
            })
    }
}
