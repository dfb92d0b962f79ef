//! What a caller may see: computed by rules from office and edition, applied here and only here.
//! A sight is a few index-backed arms, so that a page in sight never scans what is out of it.

use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};

use crate::id::PlatformId;
use crate::kind::{RecordSource, SubjectKind, TieKind};
use crate::{platform, registration, submission, tie};

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

    /// One pair of conditions for each division: on a registration seated there, and on a tie to an operator that is.
    fn conditions(&self) -> impl Iterator<Item = (Expr, Expr)> + '_ {
        let cities = self.cities.iter().map(|city| {
            (
                registration::Column::SeatCity.eq(city.as_str()),
                tie::Column::SeatCity.eq(city.as_str()),
            )
        });
        let counties = self.counties.iter().map(|county| {
            (
                registration::Column::Seat.eq(county.as_str()),
                tie::Column::Seat.eq(county.as_str()),
            )
        });
        cities.chain(counties)
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

    /// The arms for one role on one platform, or for all in sight: each is answered by one index range. A streamer that
    /// appears with operators of several places lies in several arms.
    #[must_use]
    pub fn arms(&self, platform: Option<PlatformId>, role: Option<SubjectKind>) -> Vec<Condition> {
        let wanted = |id: &&PlatformId| platform.is_none_or(|p| p == **id);
        let whole = self.whole.iter().filter(wanted).map(|id| on_platform(*id));
        let local: Vec<PlatformId> = self.local.iter().filter(wanted).copied().collect();
        let mut arms: Vec<Condition> = whole.collect();
        if local.is_empty() {
            return arms;
        }
        let on = || {
            Condition::all()
                .add(registration::Column::PlatformKey.is_in(local.iter().copied()))
                .add(own_deed())
        };
        for (seated, tied) in self.seats.conditions() {
            let seated = on().add(seated);
            match role {
                Some(SubjectKind::Streamer) => {
                    arms.push(seated.add(without_operator()));
                    arms.push(on().add(appears_with(tied)));
                }
                Some(_) => arms.push(seated),
                None => {
                    let streamer = || registration::Column::Kind.eq(SubjectKind::Streamer);
                    let by_seat = Condition::any()
                        .add(streamer().not())
                        .add(without_operator());
                    arms.push(seated.add(by_seat));
                    arms.push(on().add(streamer()).add(appears_with(tied)));
                }
            }
        }
        arms
    }

    /// The condition on a registration.
    #[must_use]
    pub(crate) fn registrations(&self) -> Condition {
        any(self.arms(None, None))
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

    /// The condition on a platform whose filings are in sight.
    #[must_use]
    pub(crate) fn filers(&self) -> Condition {
        Condition::all().add(platform::Column::Id.is_in(self.filings.iter().copied()))
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

/// A streamer that appears with an operator: the operator's seat counts, not the residence.
fn appears_with(seated: Expr) -> Expr {
    let ties = open_seated_ties().and_where(seated).to_owned();
    registration::Column::Id.in_subquery(ties)
}

/// A streamer without any operator that has a seat is found by residence.
fn without_operator() -> Expr {
    let own = tie::Column::RegistrationId
        .into_expr()
        .equals((registration::Entity, registration::Column::Id));
    let ties = open_seated_ties().and_where(own).to_owned();
    Expr::exists(ties).not()
}

fn open_seated_ties() -> SelectStatement {
    Query::select()
        .column((tie::Entity, tie::Column::RegistrationId))
        .from(tie::Entity)
        .and_where(tie::Column::Until.is_null())
        .and_where(tie::Column::Kind.eq(TieKind::StreamerOperator))
        .and_where(tie::Column::Seat.is_not_null())
        .and_where(tie::Column::SeatCity.is_not_null())
        .to_owned()
}

/// One of these, and nothing where there are none.
fn any(arms: Vec<Condition>) -> Condition {
    if arms.is_empty() {
        return Condition::all().add(Expr::value(false));
    }
    arms.into_iter().fold(Condition::any(), Condition::add)
}
