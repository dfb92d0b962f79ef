//! 直播营销人员: what an item may say of one, and how that stands with what is on record.

use chrono::NaiveDate;
use entity::facts::{Address, Consent, StoredIdentity};
use entity::kind::TieKind;
use entity::problem::Finding;
use entity::streamer::{Qualification, StreamerFacts};

use super::input::{Patch, StreamerInput};
use super::parse::Parser;
use super::registration::fields::{Keeping, Wish, fields};

fields! {
    /// The parsed fields of a streamer.
    StreamerFields => StreamerFacts {
        required name: String = "name",
        optional stage_name: String = "stageName",
        optional birth_date: NaiveDate = "birthDate",
        optional guardian_consent: Consent = "guardianConsent",
        optional phone: String = "phone",
        optional residence: Address = "residence",
        optional agency: StoredIdentity = "agency",
        optional occupation: String = "occupation",
        list qualifications: Qualification = "qualifications",
    }
    beside { operators: Vec<StoredIdentity> }
}

impl StreamerFields {
    /// Parses what was sent; what it lacks is judged later, against what stands.
    pub(super) fn parse(input: StreamerInput, parser: &mut Parser<'_>) -> Self {
        Self {
            name: parser.patch("name", input.name, |p, raw| p.name(&raw)),
            stage_name: parser.patch("stageName", input.stage_name, |p, raw| p.name(&raw)),
            birth_date: input.birth_date,
            guardian_consent: parser.patch("guardianConsent", input.guardian_consent, |p, raw| {
                p.consent(&raw)
            }),
            phone: parser.patch("phone", input.phone, |p, raw| p.phone(&raw)),
            residence: parser.patch("residence", input.residence, |p, raw| p.address(&raw)),
            agency: parser.patch("agency", input.agency, |p, raw| p.organisation(&raw)),
            occupation: parser.patch("occupation", input.occupation, |p, raw| p.short(&raw)),
            verification: parser.patch("verification", input.verification, |p, raw| {
                p.verification(&raw)
            }),
            qualifications: parser.patch("qualifications", input.qualifications, |p, raw| {
                p.list(&raw, Parser::qualification)
            }),
            operators: parser.patch("operators", input.operators, |p, raw| p.others(&raw)),
        }
    }

    /// The facts as they would stand.
    pub(super) fn merge(
        &self,
        old: Option<&StreamerFacts>,
        _: Keeping,
    ) -> Result<StreamerFacts, Vec<Finding>> {
        self.over(old)
    }

    /// The agency, and in whose rooms the streamer appears.
    pub(super) fn ties(&self) -> Vec<Wish> {
        let agency = match &self.agency {
            Patch::Keep => None,
            Patch::Clear => Some(Wish::one(TieKind::StreamerAgency, "agency", None)),
            Patch::Set(agency) => Some(Wish::one(TieKind::StreamerAgency, "agency", Some(agency))),
        };
        let operators = Wish::of(TieKind::StreamerOperator, "operators", &self.operators);
        agency.into_iter().chain(operators).collect()
    }
}
