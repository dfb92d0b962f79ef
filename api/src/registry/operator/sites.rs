//! Operators on sites of their own: who may register one, and where it must sit.

use entity::operator::{Address, OperatorFacts};
use entity::problem::{Finding, ProblemCode};

use super::draft::Draft;
use crate::registry::division::Gazetteer;
use crate::registry::input::Patch;
use crate::registry::ledger::Ledger;

/// Refuses what an office cannot register: an operator that names neither platform nor site, and one that another
/// office keeps, which it could not even see.
pub(super) fn admit(ledger: &Ledger, gazetteer: &Gazetteer, draft: &mut Draft) {
    if !ledger.own_sites() || draft.refused() {
        return;
    }
    let refusal = match &draft.standing {
        Some(standing) if !lies_here(ledger, gazetteer, &standing.facts) => {
            Finding::error(ProblemCode::NotYours).inside("identity")
        }
        None if !matches!(draft.fields.own_site, Patch::Set(_)) => {
            Finding::error(ProblemCode::PlatformRequired).inside("ownSite")
        }
        _ => return,
    };
    draft.found.push(refusal);
}

/// An office registers own sites of its own territory only.
pub(super) fn seated_here(ledger: &Ledger, gazetteer: &Gazetteer, draft: &mut Draft) {
    let Some(facts) = &draft.merged else { return };
    if !lies_here(ledger, gazetteer, facts) {
        let field = match facts.domicile {
            Some(_) => "domicile",
            None => "businessAddress",
        };
        let foreign = Finding::error(ProblemCode::NotYours).inside("division");
        draft.found.push(foreign.inside(field));
    }
}

/// Whether facts sit where the ledger reaches; facts without an address are asked for one elsewhere.
fn lies_here(ledger: &Ledger, gazetteer: &Gazetteer, facts: &OperatorFacts) -> bool {
    if ledger.seats.is_none() {
        return true;
    }
    seat_address(ledger, facts).is_none_or(|address| {
        let seat = gazetteer.seat(&address.division);
        seat.is_ok_and(|seat| ledger.covers(&seat.division, &seat.city))
    })
}

/// By which address a local office sees an operator: on a platform the actual place of business; on its own site the
/// domicile or, failing that, the actual place of business.
pub(super) fn seat_address<'a>(ledger: &Ledger, facts: &'a OperatorFacts) -> Option<&'a Address> {
    let business = facts.business_address.as_ref();
    if ledger.own_sites() {
        facts.domicile.as_ref().or(business)
    } else {
        business
    }
}
