//! 直播营销人员服务机构: what an item may say of one, and how that stands with what is on record.

use entity::agency::AgencyFacts;
use entity::facts::{Address, Permit, PersonRef};
use entity::problem::Finding;

use super::input::{AgencyInput, Patch};
use super::parse::Parser;
use super::registration::fields::{Keeping, Wish, fields};
use super::registration::people::people;

fields! {
    /// The parsed fields of an agency.
    AgencyFields => AgencyFacts {
        required name: String = "name",
        optional legal_representative: PersonRef = "legalRepresentative",
        optional phone: String = "phone",
        optional domicile: Address = "domicile",
        list permits: Permit = "permits",
    }
    beside {}
}

impl AgencyFields {
    /// Parses what was sent; what it lacks is judged later, against what stands.
    pub(super) fn parse(input: AgencyInput, parser: &mut Parser<'_>) -> Self {
        Self {
            name: parser.patch("name", input.name, |p, raw| p.name(&raw)),
            legal_representative: parser.patch(
                "legalRepresentative",
                input.legal_representative,
                |p, raw| p.person(&raw),
            ),
            phone: parser.patch("phone", input.phone, |p, raw| p.phone(&raw)),
            domicile: parser.patch("domicile", input.domicile, |p, raw| p.address(&raw)),
            verification: parser.patch("verification", input.verification, |p, raw| {
                p.verification(&raw)
            }),
            permits: parser.patch("permits", input.permits, |p, raw| {
                p.list(&raw, Parser::permit)
            }),
        }
    }

    /// The facts as they would stand.
    pub(super) fn merge(
        &self,
        old: Option<&AgencyFacts>,
        _: Keeping,
    ) -> Result<AgencyFacts, Vec<Finding>> {
        self.over(old)
    }

    /// The person behind the agency.
    pub(super) fn ties(&self) -> Vec<Wish> {
        people(&Patch::Keep, &self.legal_representative).collect()
    }
}
