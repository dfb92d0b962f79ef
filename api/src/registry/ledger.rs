//! Whose book a registration is written into: a platform's own, or the own sites that a market office keeps.

use entity::id::PlatformId;
use entity::kind::{OfficeLevel, RecordSource, SubjectKind};
use entity::problem::{Finding, ProblemCode};
use entity::registration;
use entity::sight::Seats;
use entity::tie::Book;

use crate::auth::Caller;
use crate::error::Error;
use crate::scope::Scope;

/// A book that a caller may write into.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The platform, or the constant for own sites.
    pub platform: PlatformId,
    /// The source its deeds carry.
    pub source: RecordSource,
    /// Where own sites must sit, for an office; none = anywhere.
    pub seats: Option<Seats>,
    /// Whether lists add to what stands, as a survey's do, instead of replacing it.
    pub gathers: bool,
}

impl Ledger {
    /// Chooses the caller's book; a platform that is not its own is as absent as an unknown one.
    pub fn choose(
        caller: &Caller,
        kind: SubjectKind,
        platform: Option<PlatformId>,
    ) -> Result<Result<Self, Finding>, Error> {
        caller.needs(Scope::RegistryWrite)?;
        if let Some(own) = caller.platform() {
            let foreign = platform.is_some_and(|wanted| wanted != own);
            return Ok(if foreign {
                Err(Finding::error(ProblemCode::NotFound).inside("platform"))
            } else {
                Ok(Self {
                    platform: own,
                    source: RecordSource::Platform,
                    seats: None,
                    gathers: false,
                })
            });
        }
        let regulator = caller.market_regulator()?;
        if let Some(wanted) = platform {
            let code = if caller.sight.whole.contains(&wanted) {
                ProblemCode::NotYours
            } else {
                ProblemCode::NotFound
            };
            return Ok(Err(Finding::error(code).inside("platform")));
        }
        if kind != SubjectKind::Operator {
            // Only an operator sells on a site of its own; everybody else stands in a platform's book.
            let required = Finding::error(ProblemCode::PlatformRequired);
            return Ok(Err(required.inside("platform")));
        }
        let anywhere = regulator.office.level == OfficeLevel::National;
        Ok(Ok(Self {
            platform: PlatformId::OWN_SITE,
            source: RecordSource::Survey,
            seats: (!anywhere).then(|| caller.sight.seats.clone()),
            gathers: false,
        }))
    }

    /// An office's own book of a platform that it surveyed.
    #[must_use]
    pub const fn surveyed(book: PlatformId) -> Self {
        Self {
            platform: book,
            source: RecordSource::Survey,
            seats: None,
            gathers: true,
        }
    }

    /// The book that a registration stands in.
    #[must_use]
    pub const fn of_row(row: &registration::Model) -> Self {
        Self {
            platform: row.platform_key,
            source: row.source,
            seats: None,
            gathers: false,
        }
    }

    /// The same book for a file of found things: its lists add to what stands.
    #[must_use]
    pub fn gathering(self) -> Self {
        Self {
            gathers: true,
            ..self
        }
    }

    /// Whether it holds what an office found, which is written down as it was found, complete or not.
    #[must_use]
    pub fn is_surveyed(&self) -> bool {
        self.gathers && self.source == RecordSource::Survey
    }

    /// The book as ties name it.
    #[must_use]
    pub const fn book(&self) -> Book {
        Book {
            platform: self.platform,
            source: self.source,
        }
    }

    /// Whether it holds own sites.
    #[must_use]
    pub fn own_sites(&self) -> bool {
        self.platform == PlatformId::OWN_SITE
    }

    /// Whether an own site seated here is the office's to register.
    #[must_use]
    pub fn covers(&self, division: &str, city: &str) -> bool {
        self.seats.as_ref().is_none_or(|seats| {
            seats.cities.iter().any(|c| c == city) || seats.counties.iter().any(|c| c == division)
        })
    }
}

/// Whether a caller's own deeds may change a registration: a platform its own, a market office own sites.
#[must_use]
pub fn may_write(caller: &Caller, row: &registration::Model) -> bool {
    match caller.platform() {
        Some(own) => row.platform_key == own && row.source == RecordSource::Platform,
        None => row.platform().is_none() && caller.market_regulator().is_ok(),
    }
}
