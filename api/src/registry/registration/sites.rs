//! Operators on sites of their own: who may register one, and where it must sit.

use entity::facts::{Address, Facts};
use entity::problem::{Finding, ProblemCode};

use super::draft::Draft;
use super::fields::Fields;
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
        None if !names_a_site(draft) => {
            Finding::error(ProblemCode::PlatformRequired).inside("ownSite")
        }
        _ => return,
    };
    draft.found.push(refusal);
}

fn names_a_site(draft: &Draft) -> bool {
    matches!(&draft.fields, Fields::Operator(fields) if matches!(fields.own_site, Patch::Set(_)))
}

/// An office registers own sites of its own territory only.
pub(super) fn seated_here(ledger: &Ledger, gazetteer: &Gazetteer, draft: &mut Draft) {
    let Some(facts) = &draft.merged else { return };
    if !lies_here(ledger, gazetteer, facts) {
        let field = match facts {
            Facts::Operator(facts) if facts.domicile.is_some() => "domicile",
            _ => "businessAddress",
        };
        let foreign = Finding::error(ProblemCode::NotYours).inside("division");
        draft.found.push(foreign.inside(field));
    }
}

/// Whether facts sit where the ledger reaches; facts without an address are asked for one elsewhere.
fn lies_here(ledger: &Ledger, gazetteer: &Gazetteer, facts: &Facts) -> bool {
    if ledger.seats.is_none() {
        return true;
    }
    seat_address(ledger, facts).is_none_or(|address| {
        let seat = gazetteer.seat(&address.division);
        seat.is_ok_and(|seat| ledger.covers(&seat.division, &seat.city))
    })
}

/// By which address a local office sees a registration: operators and merchants by the actual place of business, agencies
/// by domicile, streamers by residence unless they appear with an operator; an operator on its own site by the domicile
/// or, failing that, the actual place of business.
pub(super) fn seat_address<'a>(ledger: &Ledger, facts: &'a Facts) -> Option<&'a Address> {
    match facts {
        Facts::Operator(facts) if ledger.own_sites() => {
            let business = facts.business_address.as_ref();
            facts.domicile.as_ref().or(business)
        }
        Facts::Operator(facts) => facts.business_address.as_ref(),
        Facts::Streamer(facts) => facts.residence.as_ref(),
        Facts::Agency(facts) => facts.domicile.as_ref(),
        Facts::Merchant(facts) => facts.business_address.as_ref(),
    }
}
