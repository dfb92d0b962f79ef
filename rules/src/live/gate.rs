//! Whether a livestream may begin: what is known of the room, of who runs it and of who appears in it, against the edition's
//! tables (Order 117 Art. 8, 10, 28, 37; draft Art. 8, 10, 30). Who is barred or under a disposition is found elsewhere and
//! comes here as what stands against a subject; whether it refuses is said by its severity.

use chrono::{Datelike as _, NaiveDate};
use entity::facts::Facts;
use entity::id::RegistrationId;
use entity::kind::{
    FailedTraining, RegistrationStatus, SubjectKind, TrainingOutcome, VerificationState,
};
use entity::problem::{Finding, ProblemCode, Severity};
use entity::value::identity::IdentityNumber;

use super::CheckKind;
use crate::edition::Edition;
use crate::registration::age;
use crate::training::Failing;
use crate::verification::{Clock, state};

/// What is left to whoever asks: by the platform, and by the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What a failed training means where the edition leaves that to the platform.
    pub failed_training: FailedTraining,
    /// Days before a verification is due that it is announced.
    pub notice_days: u32,
}

/// The moment that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Its legal day.
    pub day: NaiveDate,
    /// How it is told to people.
    pub told: String,
    /// How many minutes a report of the livestream may lie beside it.
    pub minutes: u32,
}

/// What came of a subject's trainings until the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trained {
    /// The last day on which one was passed.
    pub passed: Option<NaiveDate>,
    /// The last day on which one was failed, and how.
    pub failed: Option<(NaiveDate, TrainingOutcome)>,
}

/// A registration that has to do with the livestream.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// Which.
    pub registration: RegistrationId,
    /// Whether it stands.
    pub status: RegistrationStatus,
    /// Its last day, if it is closed.
    pub closed_on: Option<NaiveDate>,
    /// The last verification.
    pub verified_on: Option<NaiveDate>,
    /// What it says now.
    pub facts: &'a Facts,
    /// Whose it is.
    pub identity: &'a IdentityNumber,
    /// Its trainings.
    pub trained: Trained,
    /// What else stands against it: entries of the blacklist and dispositions.
    pub against: Vec<Finding>,
}

/// A streamer who is asked about.
#[derive(Clone, Debug)]
pub struct Streamer<'a> {
    /// The registration.
    pub subject: Subject<'a>,
    /// Whether it is tied to an operator of the room, or is one.
    pub of_room: bool,
    /// Whether the operator's report names it.
    pub reported: bool,
}

/// A synthetic presenter that appears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presenter {
    /// The name it is shown under.
    pub name: String,
    /// Whether an operator of the room declares it now, and so answers for it.
    pub declared: bool,
}

/// A room and who is in it.
#[derive(Clone, Debug)]
pub struct Room<'a> {
    /// Who holds or runs the account now.
    pub operators: Vec<Subject<'a>>,
    /// The last day of whoever held it last, where nobody does and that one was closed.
    pub closed_on: Option<NaiveDate>,
    /// What else stands against that one: whoever is barred is told so, also when it is not registered any more.
    pub against: Vec<Finding>,
    /// Whether there is a report for the moment.
    pub reported: bool,
    /// Who is asked about, in their order, with what stands against them even where there is no registration.
    pub streamers: Vec<Result<Streamer<'a>, Vec<Finding>>>,
    /// Who appears and is no person.
    pub presenters: Vec<Presenter>,
}

/// What the gate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Everything that stands against it, and what is only good to know, with paths into what was asked.
    pub reasons: Vec<Finding>,
}

impl Decision {
    /// ALLOW: nothing refuses.
    #[must_use]
    pub fn allows(&self) -> bool {
        !self.reasons.iter().any(Finding::refuses)
    }
}

/// Decides whether a livestream may begin.
#[must_use]
pub fn decide(edition: &Edition, policy: Policy, moment: &Moment, room: &Room<'_>) -> Decision {
    let gate = Gate {
        edition,
        policy,
        moment,
    };
    let mut reasons = gate.room(room);
    for (index, streamer) in room.streamers.iter().enumerate() {
        let found = match streamer {
            Ok(streamer) => gate.streamer(streamer, room.reported),
            Err(against) => {
                let mut found = vec![not_registered(SubjectKind::Streamer)];
                found.extend(against.iter().cloned());
                found
            }
        };
        reasons.extend(found.into_iter().map(|reason| {
            let mut reason = reason;
            reason.path.clear();
            reason.item(index).inside("streamers")
        }));
    }
    Decision { reasons }
}

/// What every question of the gate needs.
#[derive(Clone, Copy)]
struct Gate<'a> {
    edition: &'a Edition,
    policy: Policy,
    moment: &'a Moment,
}

impl Gate<'_> {
    /// What concerns the room: its operators, the report, and who is no person.
    fn room(&self, room: &Room<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        if room.operators.is_empty() {
            found.push(match room.closed_on {
                Some(on) => closed(Some(on)),
                None => not_registered(SubjectKind::Operator),
            });
            found.extend(room.against.iter().cloned());
        }
        for operator in &room.operators {
            found.extend(self.subject(operator));
        }
        if !room.reported && self.wants_report() {
            let missing = Finding::error(ProblemCode::SessionNotReported);
            let missing = missing.with("date", self.moment.told.clone());
            found.push(missing.with("minutes", self.moment.minutes.to_string()));
        }
        for presenter in room.presenters.iter().filter(|one| !one.declared) {
            let nobody = Finding::error(ProblemCode::PresenterUndeclared);
            found.push(nobody.with("name", presenter.name.clone()));
        }
        let placed = found.into_iter().map(|mut reason| {
            reason.path.clear();
            reason.inside("account")
        });
        placed.collect()
    }

    fn streamer(&self, streamer: &Streamer<'_>, reported: bool) -> Vec<Finding> {
        let mut found = self.subject(&streamer.subject);
        if !streamer.of_room {
            found.push(Finding::error(ProblemCode::NotOfRoom));
        }
        if reported && !streamer.reported && self.wants_report() {
            found.push(Finding::error(ProblemCode::SessionLacksStreamer));
        }
        found
    }

    /// Whether the edition has the operator report before each livestream.
    fn wants_report(&self) -> bool {
        self.edition.before_live(CheckKind::EachReport).is_some()
    }

    /// What concerns a registration of either kind.
    fn subject(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        let id = subject.registration.to_string();
        if subject.status == RegistrationStatus::Closed {
            found.push(closed(subject.closed_on).with("registration", id.clone()));
        }
        found.extend(self.verified(subject).map(|f| f.with("registration", id)));
        found.extend(age(subject.facts, subject.identity, self.moment.day));
        found.extend(self.trained(subject));
        found.extend(subject.against.iter().cloned());
        found
    }

    fn clock(&self, subject: &Subject<'_>) -> Option<Clock> {
        Clock::of(self.edition, subject.facts.kind(), self.policy.notice_days)
    }

    /// The last day on which a subject's verification holds.
    fn due_on(&self, subject: &Subject<'_>) -> Option<NaiveDate> {
        let verified = subject.verified_on?;
        Some(self.clock(subject)?.due_on(verified))
    }

    fn verified(&self, subject: &Subject<'_>) -> Option<Finding> {
        let found = match state(self.clock(subject), subject.verified_on, self.moment.day) {
            VerificationState::NotRequired | VerificationState::Current => return None,
            VerificationState::Due => Finding::warning(ProblemCode::VerificationDue),
            VerificationState::Never | VerificationState::Overdue => {
                Finding::error(ProblemCode::VerificationOverdue)
            }
        };
        Some(match self.due_on(subject) {
            Some(day) => found.with("date", day.to_string()),
            None => found,
        })
    }

    /// What concerns the trainings of a subject. On the day of a failure nothing cures it: cheating is found out later than
    /// the training that it was passed by, and bears its day.
    fn trained(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let Some(training) = self.edition.training(subject.facts.kind()) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let Trained { passed, failed } = subject.trained;
        if let Some((on, how)) = failed.filter(|(on, _)| passed.is_none_or(|day| day <= *on))
            && let Some(severity) = self.failing(training.failing)
        {
            let mut reason = Finding::error(ProblemCode::TrainingFailed);
            reason.severity = severity;
            let reason = reason.with("date", on.to_string());
            found.push(reason.with("training", how.as_str()));
        }
        let this_year = passed.is_some_and(|day| day.year() >= self.moment.day.year());
        if training.before_first && passed.is_none() {
            found.push(Finding::error(ProblemCode::TrainingMissing));
        } else if training.yearly && !this_year {
            // Whom the law does not train before the first livestream it only wants taught, which is the platform's duty.
            let yearly = if training.before_first {
                Finding::warning(ProblemCode::TrainingYearly)
            } else {
                Finding::hint(ProblemCode::TrainingYearly)
            };
            let last = NaiveDate::from_ymd_opt(self.moment.day.year(), 12, 31);
            found.push(match last {
                Some(last) => yearly.with("date", last.to_string()),
                None => yearly,
            });
        }
        found
    }

    /// How grave a failed training is.
    fn failing(&self, failing: Option<Failing>) -> Option<Severity> {
        Some(match (failing?, self.policy.failed_training) {
            (Failing::Bars, _) | (Failing::Forbidden, FailedTraining::Deny) => Severity::Error,
            (Failing::Forbidden, FailedTraining::Warn) => Severity::Warning,
        })
    }
}

fn not_registered(kind: SubjectKind) -> Finding {
    Finding::error(ProblemCode::NotRegistered).with("subject", kind.as_str())
}

fn closed(on: Option<NaiveDate>) -> Finding {
    let closed = Finding::error(ProblemCode::RegistrationClosed);
    match on {
        Some(on) => closed.with("date", on.to_string()),
        None => closed,
    }
}

#[cfg(test)]
mod tests;
