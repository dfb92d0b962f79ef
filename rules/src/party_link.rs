//! Which links there can be between two parties, by their documents: a business has a 统一社会信用代码 and its proprietor or
//! representative a person's document; the same one is a person twice or an organisation twice (Order 117 Art. 25, 52;
//! 民法典 Art. 54, 61).

use entity::id::PartyId;
use entity::kind::{IdentityKind, PartyLinkKind};
use entity::party_link::Link;
use entity::problem::{Finding, ProblemCode};

/// The link of a kind between two parties, whichever is named first; or why there can be none.
pub fn between(
    kind: PartyLinkKind,
    one: (PartyId, IdentityKind),
    other: (PartyId, IdentityKind),
) -> Result<Link, Finding> {
    if one.0 == other.0 {
        return Err(Finding::error(ProblemCode::LinkToItself).inside("other"));
    }
    let organisation = |(_, document): (PartyId, IdentityKind)| document == IdentityKind::Uscc;
    let same_sort = organisation(one) == organisation(other);
    let first = match kind {
        PartyLinkKind::SamePerson if same_sort => one.0 < other.0,
        PartyLinkKind::Proprietor | PartyLinkKind::LegalRepresentative if !same_sort => {
            organisation(one)
        }
        _ => {
            let unfit = Finding::error(ProblemCode::LinkUnfit).inside("kind");
            return Err(unfit.with("link", kind.as_str()));
        }
    };
    let (party, other) = if first {
        (one.0, other.0)
    } else {
        (other.0, one.0)
    };
    Ok(Link { kind, party, other })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: PartyId = PartyId(uuid::Uuid::from_u128(1));
    const LARGE: PartyId = PartyId(uuid::Uuid::from_u128(2));
    const PERSON: IdentityKind = IdentityKind::ResidentId;
    const BUSINESS: IdentityKind = IdentityKind::Uscc;

    /// The ends of a link, or the code that refuses it.
    fn ends(
        kind: PartyLinkKind,
        one: (PartyId, IdentityKind),
        other: (PartyId, IdentityKind),
    ) -> Result<(PartyId, PartyId), &'static str> {
        between(kind, one, other)
            .map(|link| (link.party, link.other))
            .map_err(|finding| finding.code.as_str())
    }

    #[test]
    fn a_business_comes_first_and_a_person_after_it() {
        for kind in [
            PartyLinkKind::Proprietor,
            PartyLinkKind::LegalRepresentative,
        ] {
            let (business, person) = ((LARGE, BUSINESS), (SMALL, PERSON));
            assert_eq!(ends(kind, business, person), Ok((LARGE, SMALL)));
            assert_eq!(ends(kind, person, business), Ok((LARGE, SMALL)));
            let company = (SMALL, BUSINESS);
            assert_eq!(ends(kind, business, company), Err("LINK_UNFIT"));
            assert_eq!(
                ends(kind, person, (LARGE, IdentityKind::Passport)),
                Err("LINK_UNFIT")
            );
        }
    }

    #[test]
    fn the_same_one_is_a_person_twice_or_an_organisation_twice() {
        let kind = PartyLinkKind::SamePerson;
        let passport = (SMALL, IdentityKind::Passport);
        assert_eq!(ends(kind, (LARGE, PERSON), passport), Ok((SMALL, LARGE)));
        assert_eq!(ends(kind, passport, (LARGE, PERSON)), Ok((SMALL, LARGE)));
        let organisations = ((SMALL, BUSINESS), (LARGE, BUSINESS));
        assert_eq!(
            ends(kind, organisations.0, organisations.1),
            Ok((SMALL, LARGE))
        );
        assert_eq!(ends(kind, passport, (LARGE, BUSINESS)), Err("LINK_UNFIT"));
        assert_eq!(ends(kind, passport, passport), Err("LINK_TO_ITSELF"));
    }
}
