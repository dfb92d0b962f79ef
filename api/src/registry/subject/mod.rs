//! The rights of a person whose data are held (PIPL Art. 44 to 50): to be told what is held, and to ask that it be mended or
//! removed. Whoever runs the house does it for the person, who must have shown who it is; each deed is recorded.

mod listed;
mod measure;
mod objection;
mod report;

use entity::id::PartyId;
use entity::kind::IdentityKind;
use entity::problem::Finding;
use entity::value::identity::IdentityNumber;
use sea_orm::ConnectionTrait;

use super::party;
use crate::app::App;
use crate::error::Error;

pub use listed::{AppealHeld, EntryHeld, LetterHeld};
pub use measure::MeasureHeld;
pub use objection::{Answer, Asked, Objection, add, answer, list};
pub use report::{
    AccountHeld, AuditLine, Filing, LinkHeld, Mention, RegistrationHeld, Report, RevisionHeld,
    SessionHeld, TrainingHeld, report,
};

/// The person as the identity number says.
#[derive(Clone, Debug)]
pub struct Person {
    /// 证件类型.
    pub kind: IdentityKind,
    /// ISO 3166-1 alpha-3, where the kind needs it.
    pub country: Option<String>,
}

/// Reads a number, and finds its party where there is one.
async fn find<C: ConnectionTrait>(
    app: &App,
    db: &C,
    (person, number): (&Person, &str),
) -> Result<Result<(IdentityNumber, Option<PartyId>), Vec<Finding>>, Error> {
    let country = person.country.as_deref();
    match IdentityNumber::parse(person.kind, number, country, app.today()) {
        Ok(parsed) => {
            let party = party::find_one(app, db, &parsed.identity).await?;
            Ok(Ok((parsed.identity, party)))
        }
        Err(findings) => Ok(Err(findings)),
    }
}
