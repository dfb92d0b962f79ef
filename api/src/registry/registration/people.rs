//! The people behind a registration: its 经营者 and its 法定代表人 or person in charge, where they are stated with a number,
//! and whose number it bore before a correction. Each is a dated tie between the registration and a party that needs no
//! registration of its own, so that parties can be linked by what registrations state.

use entity::facts::{Facts, PersonRef};
use entity::id::PartyId;
use entity::kind::TieKind;
use entity::{registration, tie};
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};

use super::draft::Draft;
use super::fields::{Wish, natural};
use super::ties::Wanted;
use crate::app::App;
use crate::clock::legal_day;
use crate::error::Error;
use crate::registry::input::Patch;

const PROPRIETOR: (TieKind, &str) = (TieKind::Proprietor, "proprietor");
const REPRESENTATIVE: (TieKind, &str) = (TieKind::LegalRepresentative, "legalRepresentative");

/// What an item says of people.
pub(in crate::registry) fn people(
    proprietor: &Patch<PersonRef>,
    representative: &Patch<PersonRef>,
) -> impl Iterator<Item = Wish> {
    let wishes = [(PROPRIETOR, proprietor), (REPRESENTATIVE, representative)]
        .map(|((kind, field), person)| Wish::person(kind, field, person));
    wishes.into_iter().flatten()
}

/// Lets a registration go on stating what its item does not mention, where no tie says so: it was closed and reopens, or
/// it was written before such ties were kept.
pub(super) fn restate(app: &App, drafts: &mut [Draft]) {
    for draft in drafts.iter_mut().filter(|draft| !draft.refused()) {
        let Some(standing) = &draft.standing else {
            continue;
        };
        let unsaid = stated(&standing.facts)
            .into_iter()
            .filter(|((kind, _), _)| {
                let mentioned = draft.ties.iter().any(|wanted| wanted.kind == *kind);
                let tied = standing.ties.iter().any(|tie| tie.kind == *kind);
                !mentioned && !tied
            });
        let again = unsaid.filter_map(|((kind, field), person)| {
            let identity = natural(person?)?;
            Some(Wanted::of(app, Wish::one(kind, field, Some(identity))))
        });
        let again: Vec<Wanted> = again.collect();
        draft.ties.extend(again);
    }
}

/// Whom facts state, and as what.
fn stated(facts: &Facts) -> [((TieKind, &'static str), Option<&PersonRef>); 2] {
    let (proprietor, representative) = match facts {
        Facts::Operator(facts) => (&facts.proprietor, &facts.legal_representative),
        Facts::Merchant(facts) => (&facts.proprietor, &facts.legal_representative),
        Facts::Agency(facts) => (&None, &facts.legal_representative),
        Facts::Streamer(_) => (&None, &None),
    };
    [
        (PROPRIETOR, proprietor.as_ref()),
        (REPRESENTATIVE, representative.as_ref()),
    ]
}

/// Keeps whose number a registration bore until today: two numbers of one registration may be one person's. What it states
/// of people stays its own; what others state of the party under its old number stays theirs.
pub(in crate::registry) async fn renumbered(
    app: &App,
    tx: &DatabaseTransaction,
    row: &registration::Model,
    before: PartyId,
) -> Result<(), Error> {
    let earlier = tie::of_kind(TieKind::FormerIdentity, [row.id]);
    let earlier = earlier.all(tx).await?.into_iter();
    let last_correction = earlier.filter_map(|tie| tie.until).max();
    let today = app.today();
    let former = tie::Model {
        id: app.id(),
        kind: TieKind::FormerIdentity,
        platform_key: row.platform_key,
        source: row.source,
        registration_id: row.id,
        other_party_id: before,
        seat: None,
        seat_city: None,
        since: last_correction.unwrap_or_else(|| legal_day(row.created_at)),
        until: Some(today),
    };
    let former = former.into_active_model().reset_all();
    tie::Entity::insert(former)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
