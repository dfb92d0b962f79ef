//! What a caller may see: computed by rules from office and edition, applied here and only here.
//! A sight is a few index-backed arms, so that a page in sight never scans what is out of it.

use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::id::PlatformId;
use crate::kind::RecordSource;
use crate::{platform, registration, submission};

/// Divisions at the two levels that registrations are found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// City-level divisions, each with everything below it.
    pub cities: Vec<String>,
    /// County-level and local divisions.
    pub counties: Vec<String>,
}

impl Seats {
    /// Whether nothing lies inside.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cities.is_empty() && self.counties.is_empty()
    }

    /// One condition for each division.
    fn conditions(&self) -> impl Iterator<Item = Condition> + '_ {
        let cities = self
            .cities
            .iter()
            .map(|c| registration::Column::SeatCity.eq(c.as_str()));
        let counties = self
            .counties
            .iter()
            .map(|c| registration::Column::Seat.eq(c.as_str()));
        cities
            .chain(counties)
            .map(|seat| Condition::all().add(seat))
    }
}

/// Which registrations, platforms and submissions a caller sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Platforms whose every registration is in sight.
    pub whole: Vec<PlatformId>,
    /// Platforms of which only registrations seated in `seats` are in sight; holds the own-site constant too.
    pub local: Vec<PlatformId>,
    /// The caller's territory.
    pub seats: Seats,
    /// Whether every platform's public facts are in sight.
    pub every_platform: bool,
    /// Platforms whose submissions are in sight: a platform's own, or those filed to the caller.
    pub filings: Vec<PlatformId>,
    /// Whether submissions are in sight only once they were filed.
    pub filed_only: bool,
}

impl Sight {
    /// Sees nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// A platform's own sight.
    #[must_use]
    pub fn of_platform(id: PlatformId) -> Self {
        Self {
            whole: vec![id],
            filings: vec![id],
            ..Self::default()
        }
    }

    /// The arms for one platform, or for all in sight: each is answered by one index range.
    #[must_use]
    pub fn arms(&self, platform: Option<PlatformId>) -> Vec<Condition> {
        let wanted = |id: &&PlatformId| platform.is_none_or(|p| p == **id);
        let whole = self.whole.iter().filter(wanted).map(|id| on_platform(*id));
        let local: Vec<PlatformId> = self.local.iter().filter(wanted).copied().collect();
        let seated = self
            .seats
            .conditions()
            .filter(|_| !local.is_empty())
            .map(|seat| {
                let on = registration::Column::PlatformKey.is_in(local.iter().copied());
                seat.add(on).add(own_deed())
            });
        whole.chain(seated).collect()
    }

    /// The condition on a registration.
    #[must_use]
    pub(crate) fn registrations(&self) -> Condition {
        any(self.arms(None))
    }

    /// The condition on a platform.
    #[must_use]
    pub(crate) fn platforms(&self) -> Condition {
        if self.every_platform {
            return Condition::all();
        }
        let known = self.whole.iter().chain(&self.filings).copied();
        Condition::all().add(platform::Column::Id.is_in(known))
    }

    /// The condition on a submission.
    #[must_use]
    pub(crate) fn submissions(&self) -> Condition {
        let seen = Condition::all()
            .add(submission::Column::PlatformId.is_in(self.filings.iter().copied()));
        if self.filed_only {
            return seen.add(submission::Column::FiledAt.is_not_null());
        }
        seen
    }

    /// Whether the submissions of this platform are in sight at all.
    #[must_use]
    pub fn sees_filings_of(&self, platform: PlatformId) -> bool {
        self.filings.contains(&platform)
    }
}

/// Every own deed on one platform.
fn on_platform(id: PlatformId) -> Condition {
    Condition::all()
        .add(registration::Column::PlatformKey.eq(id))
        .add(own_deed())
}

/// A platform's own deed, or an own-site registration, which a market office makes.
fn own_deed() -> Condition {
    Condition::any()
        .add(registration::Column::Source.eq(RecordSource::Platform))
        .add(registration::Column::PlatformKey.eq(PlatformId::OWN_SITE))
}

/// One of these, and nothing where there are none.
fn any(arms: Vec<Condition>) -> Condition {
    if arms.is_empty() {
        return Condition::all().add(Expr::value(false));
    }
    arms.into_iter().fold(Condition::any(), Condition::add)
}
