//! One row for each reason and edition: a room where nothing is wrong, one thing that is changed in it, and what the gate
//! then says. A reason without a row fails.

use std::collections::BTreeSet;

use entity::facts::Consent;
use entity::kind::{IdentityKind, LegalForm};
use entity::operator::OperatorFacts;
use entity::streamer::StreamerFacts;
use uuid::Uuid;

use super::*;
use crate::edition::{EditionId, edition};

const ORDER: EditionId = EditionId::Order117;
const DRAFT: EditionId = EditionId::Draft2025;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What a row changes: owned, so that the room borrows from it.
struct World {
    operator: Facts,
    company: IdentityNumber,
    streamer: Facts,
    person: IdentityNumber,
    day: NaiveDate,
    policy: Policy,
    operator_is: Option<Known>,
    operator_closed: Option<NaiveDate>,
    reported: bool,
    streamer_is: Option<Known>,
    of_room: bool,
    named: bool,
    presenters: Vec<Presenter>,
}

/// What is known of a registration beside its facts.
#[derive(Clone)]
struct Known {
    status: RegistrationStatus,
    verified_on: Option<NaiveDate>,
    trained: Trained,
    against: Vec<Finding>,
}

impl Known {
    fn new(passed: Option<&str>) -> Self {
        Self {
            status: RegistrationStatus::Active,
            verified_on: Some(day("2026-10-01")),
            trained: Trained {
                passed: passed.map(day),
                failed: None,
            },
            against: Vec::new(),
        }
    }

    fn subject<'a>(
        &self,
        (id, facts): (u128, &'a Facts),
        identity: &'a IdentityNumber,
    ) -> Subject<'a> {
        let closed = self.status == RegistrationStatus::Closed;
        Subject {
            registration: RegistrationId(Uuid::from_u128(id)),
            status: self.status,
            closed_on: closed.then(|| day("2026-11-01")),
            verified_on: self.verified_on,
            facts,
            identity,
            trained: self.trained,
            against: self.against.clone(),
        }
    }
}

fn operator(form: LegalForm) -> OperatorFacts {
    OperatorFacts {
        name: "杭州试播有限公司".to_owned(),
        form,
        registered_on: None,
        birth_date: None,
        guardian_consent: None,
        proprietor: None,
        legal_representative: None,
        phone: None,
        business_address: None,
        domicile: None,
        own_site: None,
        accounts: Vec::new(),
        permits: Vec::new(),
        presenters: Vec::new(),
        room_profiles: Vec::new(),
        verification: None,
        closing: None,
        correction: None,
    }
}

fn streamer() -> StreamerFacts {
    StreamerFacts {
        name: "小禾".to_owned(),
        stage_name: None,
        birth_date: None,
        guardian_consent: None,
        phone: None,
        residence: None,
        agency: None,
        qualifications: Vec::new(),
        occupation: None,
        verification: None,
        closing: None,
        correction: None,
    }
}

fn number(kind: IdentityKind, number: &str) -> IdentityNumber {
    IdentityNumber::from_stored(kind, number.to_owned(), None)
}

/// A room in which nothing is wrong under either edition, on 1 December 2026.
fn world() -> World {
    World {
        operator: Facts::Operator(operator(LegalForm::LegalPerson)),
        company: number(IdentityKind::Uscc, "91330106673959654P"),
        streamer: Facts::Streamer(streamer()),
        person: number(IdentityKind::ResidentId, "11010519491231002X"),
        day: day("2026-12-01"),
        policy: Policy {
            failed_training: FailedTraining::Warn,
            notice_days: 30,
        },
        operator_is: Some(Known::new(Some("2026-03-01"))),
        operator_closed: None,
        reported: true,
        streamer_is: Some(Known::new(Some("2026-03-01"))),
        of_room: true,
        named: true,
        presenters: vec![Presenter {
            name: "小禾数字人".to_owned(),
            declared: true,
        }],
    }
}

impl World {
    fn decide(&self, id: EditionId) -> Decision {
        let operators = self.operator_is.iter();
        let room = Room {
            operators: operators
                .map(|known| known.subject((1, &self.operator), &self.company))
                .collect(),
            closed_on: self.operator_closed,
            against: Vec::new(),
            reported: self.reported,
            streamers: vec![match &self.streamer_is {
                None => Err(Vec::new()),
                Some(known) => Ok(Streamer {
                    subject: known.subject((2, &self.streamer), &self.person),
                    of_room: self.of_room,
                    reported: self.named,
                }),
            }],
            presenters: self.presenters.clone(),
        };
        let moment = Moment {
            day: self.day,
            told: "2026-12-01 20:00".to_owned(),
            minutes: 120,
        };
        decide(edition(id), self.policy, &moment, &room)
    }

    fn operator_mut(&mut self) -> &mut Known {
        self.operator_is.as_mut().unwrap()
    }

    fn streamer_mut(&mut self) -> &mut Known {
        self.streamer_is.as_mut().unwrap()
    }
}

/// What is changed, and what is said under the order and under the draft: `CODE path severity`, joined by commas.
type Row = (&'static str, fn(&mut World), &'static str, &'static str);

const NO_SESSION: &str = "";

#[rustfmt::skip] // A table.
const ROWS: &[Row] = &[
    ("nothing is wrong", |_| {}, "", ""),
    ("nobody runs the room", |w| w.operator_is = None, "NOT_REGISTERED account ERROR", "NOT_REGISTERED account ERROR"),
    ("whoever ran the room is closed", |w| { w.operator_is = None; w.operator_closed = Some(day("2026-11-01")); },
        "REGISTRATION_CLOSED account ERROR", "REGISTRATION_CLOSED account ERROR"),
    ("the operator is closed", |w| w.operator_mut().status = RegistrationStatus::Closed,
        "REGISTRATION_CLOSED account ERROR", "REGISTRATION_CLOSED account ERROR"),
    ("the operator was never verified", |w| w.operator_mut().verified_on = None,
        "VERIFICATION_OVERDUE account ERROR", "VERIFICATION_OVERDUE account ERROR"),
    ("the operator was verified four months ago", |w| w.operator_mut().verified_on = Some(day("2026-08-01")),
        "", "VERIFICATION_OVERDUE account ERROR"),
    ("the operator was verified seven months ago", |w| w.operator_mut().verified_on = Some(day("2026-05-01")),
        "VERIFICATION_OVERDUE account ERROR", "VERIFICATION_OVERDUE account ERROR"),
    ("the operator was verified just in time", |w| w.operator_mut().verified_on = Some(day("2026-06-01")),
        "VERIFICATION_DUE account WARNING", "VERIFICATION_OVERDUE account ERROR"),
    ("the streamer was verified just in time", |w| w.streamer_mut().verified_on = Some(day("2026-09-01")),
        "", "VERIFICATION_DUE streamers.0 WARNING"),
    ("the streamer was never verified", |w| w.streamer_mut().verified_on = None,
        "", "VERIFICATION_OVERDUE streamers.0 ERROR"),
    ("the streamer is not registered", |w| w.streamer_is = None,
        "NOT_REGISTERED streamers.0 ERROR", "NOT_REGISTERED streamers.0 ERROR"),
    ("the streamer is closed", |w| w.streamer_mut().status = RegistrationStatus::Closed,
        "REGISTRATION_CLOSED streamers.0 ERROR", "REGISTRATION_CLOSED streamers.0 ERROR"),
    ("the streamer is of another room", |w| w.of_room = false,
        "NOT_OF_ROOM streamers.0 ERROR", "NOT_OF_ROOM streamers.0 ERROR"),
    ("the streamer was never trained", |w| w.streamer_mut().trained = Trained::default(),
        "TRAINING_MISSING streamers.0 ERROR", "TRAINING_MISSING streamers.0 ERROR"),
    ("the streamer was trained last year", |w| w.streamer_mut().trained.passed = Some(day("2025-12-31")),
        "TRAINING_YEARLY streamers.0 WARNING", "TRAINING_YEARLY streamers.0 WARNING"),
    ("the streamer was trained on the first day of the year", |w| w.streamer_mut().trained.passed = Some(day("2026-01-01")), "", ""),
    ("on 31 December it is still a warning", |w| { w.day = day("2026-12-31"); w.streamer_mut().trained.passed = Some(day("2025-01-01")); },
        "TRAINING_YEARLY streamers.0 WARNING",
        "VERIFICATION_DUE account WARNING, VERIFICATION_DUE streamers.0 WARNING, TRAINING_YEARLY streamers.0 WARNING"),
    ("the streamer cheated", |w| w.streamer_mut().trained.failed = Some((day("2026-06-01"), TrainingOutcome::Cheated)),
        "TRAINING_FAILED streamers.0 WARNING", "TRAINING_FAILED streamers.0 ERROR"),
    ("the streamer refused", |w| w.streamer_mut().trained.failed = Some((day("2026-06-01"), TrainingOutcome::Refused)),
        "TRAINING_FAILED streamers.0 WARNING", "TRAINING_FAILED streamers.0 ERROR"),
    ("the platform takes it gravely", |w| {
            w.policy.failed_training = FailedTraining::Deny;
            w.streamer_mut().trained.failed = Some((day("2026-06-01"), TrainingOutcome::Cheated));
        }, "TRAINING_FAILED streamers.0 ERROR", "TRAINING_FAILED streamers.0 ERROR"),
    ("the streamer refused and never passed", |w| w.streamer_mut().trained = Trained { passed: None,
            failed: Some((day("2026-06-01"), TrainingOutcome::Refused)) },
        "TRAINING_FAILED streamers.0 WARNING, TRAINING_MISSING streamers.0 ERROR",
        "TRAINING_FAILED streamers.0 ERROR, TRAINING_MISSING streamers.0 ERROR"),
    ("cheating was found out of the day that was passed", |w|
            w.streamer_mut().trained.failed = Some((day("2026-03-01"), TrainingOutcome::Cheated)),
        "TRAINING_FAILED streamers.0 WARNING", "TRAINING_FAILED streamers.0 ERROR"),
    ("it was passed since", |w| w.streamer_mut().trained.failed = Some((day("2026-02-28"), TrainingOutcome::Cheated)), "", ""),
    ("the operator was not taught this year", |w| w.operator_mut().trained.passed = Some(day("2025-03-01")),
        "TRAINING_YEARLY account HINT", ""),
    ("the operator was never taught", |w| w.operator_mut().trained = Trained::default(), "TRAINING_YEARLY account HINT", ""),
    ("an operator who refused is barred by no text", |w|
            w.operator_mut().trained.failed = Some((day("2026-06-01"), TrainingOutcome::Refused)), "", ""),
    ("the streamer is 15", |w| w.person = number(IdentityKind::ResidentId, "110105201201010015"),
        "UNDER_AGE streamers.0 ERROR", "UNDER_AGE streamers.0 ERROR"),
    ("the streamer is 17", |w| w.person = number(IdentityKind::ResidentId, "110105200901010011"),
        "CONSENT_REQUIRED streamers.0 ERROR", "CONSENT_REQUIRED streamers.0 ERROR"),
    ("the streamer is 17 and the guardian consents", |w| {
            w.person = number(IdentityKind::ResidentId, "110105200901010011");
            if let Facts::Streamer(facts) = &mut w.streamer {
                facts.guardian_consent = Some(Consent { guardian_name: "甲".to_owned(), given_on: day("2026-01-01"), evidence: None });
            }
        }, "", ""),
    ("nobody knows how old the streamer is", |w| w.person = number(IdentityKind::Passport, "E12345678"),
        "AGE_UNKNOWN streamers.0 ERROR", "AGE_UNKNOWN streamers.0 ERROR"),
    ("the operator is a person of 17", |w| {
            w.operator = Facts::Operator(operator(LegalForm::NaturalPerson));
            w.company = number(IdentityKind::ResidentId, "110105200901010011");
        }, "CONSENT_REQUIRED account ERROR", "CONSENT_REQUIRED account ERROR"),
    ("the operator did not report", |w| w.reported = false, "SESSION_NOT_REPORTED account ERROR", NO_SESSION),
    ("the report lacks the streamer", |w| w.named = false, "SESSION_LACKS_STREAMER streamers.0 ERROR", NO_SESSION),
    ("nobody answers for the presenter", |w| w.presenters[0].declared = false,
        "PRESENTER_UNDECLARED account ERROR", "PRESENTER_UNDECLARED account ERROR"),
    ("something stands against the operator", |w| w.operator_mut().against = vec![Finding::error(ProblemCode::NotYours)],
        "NOT_YOURS account ERROR", "NOT_YOURS account ERROR"),
    ("something is to be known of the streamer", |w|
            w.streamer_mut().against = vec![Finding::warning(ProblemCode::NotYours).inside("elsewhere")],
        "NOT_YOURS streamers.0 WARNING", "NOT_YOURS streamers.0 WARNING"),
];

fn said(decision: &Decision) -> String {
    use entity::problem::Step;
    let one = |reason: &Finding| {
        let path = reason.path.iter().map(|step| match step {
            Step::Field(name) => name.to_string(),
            Step::Index(index) => index.to_string(),
        });
        let severity = match reason.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Hint => "HINT",
        };
        let path: Vec<_> = path.collect();
        format!("{} {} {severity}", reason.code.as_str(), path.join("."))
    };
    decision
        .reasons
        .iter()
        .map(one)
        .collect::<Vec<_>>()
        .join(", ")
}

#[test]
fn every_reason_is_said_as_each_edition_has_it() {
    let mut wrong = Vec::new();
    for (about, change, order, draft) in ROWS {
        let mut world = world();
        change(&mut world);
        for (id, expected) in [(ORDER, order), (DRAFT, draft)] {
            let decision = world.decide(id);
            let told = said(&decision);
            if told != *expected || decision.allows() == expected.contains("ERROR") {
                wrong.push(format!("{about}, {id}: {told:?} instead of {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_reason_but_those_of_deeds_has_a_row_and_an_article() {
    let told: BTreeSet<_> = ROWS
        .iter()
        .flat_map(|(_, _, order, draft)| [order, draft])
        .flat_map(|said| said.split(", "))
        .filter_map(|said| said.split(' ').next()?.parse::<ProblemCode>().ok())
        .filter(|code| *code != ProblemCode::NotYours)
        .collect();
    for code in [
        ProblemCode::NotRegistered,
        ProblemCode::RegistrationClosed,
        ProblemCode::VerificationOverdue,
        ProblemCode::VerificationDue,
        ProblemCode::NotOfRoom,
        ProblemCode::TrainingMissing,
        ProblemCode::TrainingYearly,
        ProblemCode::TrainingFailed,
        ProblemCode::UnderAge,
        ProblemCode::ConsentRequired,
        ProblemCode::AgeUnknown,
        ProblemCode::SessionNotReported,
        ProblemCode::SessionLacksStreamer,
        ProblemCode::PresenterUndeclared,
    ] {
        assert!(told.contains(&code), "no row for {}", code.as_str());
    }
    for code in told {
        assert!(
            crate::problem::article(code, ORDER).is_some(),
            "{}",
            code.as_str()
        );
    }
}
