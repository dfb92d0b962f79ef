//! What a caller may see: computed by rules from office and edition, applied here and only here.
//! A sight is a few index-backed arms, so that a page in sight never scans what is out of it.

use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};

use crate::id::PlatformId;
use crate::kind::{Authority, OfficeLevel, RecordSource, SubjectKind, TieKind};
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

    /// For each division, the arm of what is seated there, and the condition on a tie to an operator that is.
    fn arms(&self) -> impl Iterator<Item = (Arm, Expr)> + '_ {
        let cities = self.cities.iter().map(|city| {
            (
                Arm::of(registration::Column::SeatCity, city.as_str()),
                tie::Column::SeatCity.eq(city.as_str()),
            )
        });
        let counties = self.counties.iter().map(|county| {
            (
                Arm::of(registration::Column::Seat, county.as_str()),
                tie::Column::Seat.eq(county.as_str()),
            )
        });
        cities.chain(counties)
    }
}

/// One of the ranges that a sight is made of.
#[derive(Clone, Debug)]
pub struct Arm {
    /// What lies in it.
    pub condition: Condition,
    /// A column that has one value in all of it. Its pages are ordered by this column first.
    pub first: Option<registration::Column>,
    /// Where all of it comes from, if it is one source.
    pub source: Option<RecordSource>,
}

impl Arm {
    /// Where a column has a value. It is said twice, so that PostgreSQL does not take the column for a constant and leave
    /// it out of the order: then only an index that begins with it gives the order of a page, and never the primary key,
    /// which would be read through everybody's registrations until the page is full.
    fn of<V: Into<Value> + Clone>(first: registration::Column, value: V) -> Self {
        Self {
            condition: Condition::all().add(first.is_in([value.clone(), value])),
            first: Some(first),
            source: None,
        }
    }

    /// Narrows it to a role. What no index has together, such as the streamers of a place, is gathered and sorted: no index
    /// begins with the role, so none is read in the hope of soon finding some.
    #[must_use]
    pub fn in_role(self, role: SubjectKind) -> Self {
        let column = registration::Column::Kind;
        match self.first {
            Some(_) => self.and(column.eq(role)),
            None => Self {
                first: Some(column),
                ..self.and(column.is_in([role, role]))
            },
        }
    }

    /// Narrows it.
    #[must_use]
    fn and(mut self, condition: impl Into<Condition>) -> Self {
        self.condition = self.condition.add(condition);
        self
    }
}

/// Which registrations, platforms and submissions a caller sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Platforms whose every registration is in sight.
    pub whole: Vec<PlatformId>,
    /// Platforms of which only registrations seated in `seats` are in sight; holds the own-site constant too.
    pub local: Vec<PlatformId>,
    /// The books of the caller's own surveys.
    pub surveys: Vec<Surveyed>,
    /// The caller's territory.
    pub seats: Seats,
    /// Whether every platform's public facts are in sight.
    pub every_platform: bool,
    /// Platforms whose submissions are in sight: a platform's own, or those filed to the caller.
    pub filings: Vec<PlatformId>,
    /// Whether submissions are in sight only once they were filed.
    pub filed_only: bool,
    /// The province whose received submissions are in sight, wherever their platforms are by now; none sees them by
    /// `filings`.
    pub receives: Option<String>,
    /// Platforms whose blacklist is in sight with its content: a platform's own, or those domiciled in the territory.
    pub lists: Vec<PlatformId>,
    /// Whether entries that are shared, or published by an authority, are in sight.
    pub open_lists: bool,
    /// Platforms whose measures, and the demands on whom, are in sight: a platform's own, or those that report to the caller.
    pub measures: Vec<PlatformId>,
    /// Which reports of measures address the caller; none sees every measure of `measures`.
    pub told: Option<Told>,
}

/// A book of a survey, as its office sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surveyed {
    /// The book, which stands where registrations name their platform.
    pub book: PlatformId,
    /// The tenant that it is of, where that is known.
    pub of: Option<PlatformId>,
}

/// Which reports of measures address an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// To its branch.
    pub authority: Authority,
    /// At these levels.
    pub levels: Vec<OfficeLevel>,
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
            lists: vec![id],
            open_lists: true,
            measures: vec![id],
            ..Self::default()
        }
    }

    /// The arms for one role on one platform, or for all in sight: each is answered by one index range. A streamer that
    /// appears with operators of several places lies in several arms.
    #[must_use]
    pub fn arms(&self, platform: Option<PlatformId>, role: Option<SubjectKind>) -> Vec<Arm> {
        let wanted = |id: &&PlatformId| platform.is_none_or(|p| p == **id);
        let whole = self.whole.iter().filter(wanted).map(|id| on_platform(*id));
        let local: Vec<PlatformId> = self.local.iter().filter(wanted).copied().collect();
        let mut arms: Vec<Arm> = whole.collect();
        let wanted = |own: &&Surveyed| {
            platform.is_none_or(|asked| asked == own.book || Some(asked) == own.of)
        };
        arms.extend(self.surveys.iter().filter(wanted).map(surveyed));
        if local.is_empty() {
            return arms;
        }
        let on = || {
            Condition::all()
                .add(registration::Column::PlatformKey.is_in(local.iter().copied()))
                .add(own_deed())
        };
        let streamers = |appears: Expr| Arm {
            condition: on().add(appears),
            first: None,
            source: None,
        };
        for (seated, tied) in self.seats.arms() {
            let seated = seated.and(on());
            match role {
                Some(SubjectKind::Streamer) => {
                    arms.push(seated.and(without_operator_on(&local)));
                    arms.push(streamers(appears_with(tied, &local)));
                }
                Some(_) => arms.push(seated),
                None => {
                    let streamer = || registration::Column::Kind.eq(SubjectKind::Streamer);
                    let by_seat = Condition::any()
                        .add(streamer().not())
                        .add(without_operator());
                    arms.push(seated.and(by_seat));
                    arms.push(streamers(this_appears_with(tied)).and(streamer()));
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
        let seen = Condition::all().add(match &self.receives {
            Some(province) => submission::Column::Recipient.eq(province.as_str()),
            None => submission::Column::PlatformId.is_in(self.filings.iter().copied()),
        });
        if self.filed_only {
            return seen.add(submission::Column::FiledAt.is_not_null());
        }
        seen
    }
}

/// Every own deed on one platform, or all that is on own sites.
fn on_platform(id: PlatformId) -> Arm {
    let arm = Arm::of(registration::Column::PlatformKey, id);
    if id == PlatformId::OWN_SITE {
        return arm;
    }
    let source = RecordSource::Platform;
    Arm {
        source: Some(source),
        ..arm.and(registration::Column::Source.eq(source))
    }
}

/// Everything in a book of the caller's own survey.
fn surveyed(own: &Surveyed) -> Arm {
    let source = RecordSource::Survey;
    let arm = Arm::of(registration::Column::PlatformKey, own.book);
    Arm {
        source: Some(source),
        ..arm.and(registration::Column::Source.eq(source))
    }
}

/// A platform's own deed, or an own-site registration, which a market office makes.
fn own_deed() -> Condition {
    Condition::any()
        .add(registration::Column::Source.eq(RecordSource::Platform))
        .add(registration::Column::PlatformKey.eq(PlatformId::OWN_SITE))
}

/// A streamer that appears with an operator: the operator's seat counts, not the residence. A list begins at the ties,
/// which know their platform.
fn appears_with(seated: Expr, platforms: &[PlatformId]) -> Expr {
    let on = tie::Column::PlatformKey.is_in(platforms.iter().copied());
    let ties = open_seated_ties()
        .and_where(seated)
        .and_where(on)
        .to_owned();
    registration::Column::Id.in_subquery(ties)
}

/// The same of a registration that is at hand: only its own ties are looked at, however many the place has.
fn this_appears_with(seated: Expr) -> Expr {
    Expr::exists(own_seated_ties().and_where(seated).to_owned())
}

/// A streamer without any operator that has a seat is found by residence.
fn without_operator() -> Expr {
    Expr::exists(own_seated_ties()).not()
}

/// The same in a list of these platforms: where many are asked about, only their ties need be read.
fn without_operator_on(platforms: &[PlatformId]) -> Expr {
    let on = tie::Column::PlatformKey.is_in(platforms.iter().copied());
    Expr::exists(own_seated_ties().and_where(on).to_owned()).not()
}

fn own_seated_ties() -> SelectStatement {
    let own = tie::Column::RegistrationId
        .into_expr()
        .equals((registration::Entity, registration::Column::Id));
    open_seated_ties().and_where(own).to_owned()
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
fn any(arms: Vec<Arm>) -> Condition {
    if arms.is_empty() {
        return Condition::all().add(Expr::value(false));
    }
    let conditions = arms.into_iter().map(|arm| arm.condition);
    conditions.fold(Condition::any(), Condition::add)
}
