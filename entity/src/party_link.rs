//! Links between parties that a person confirmed: one person under two numbers, whose business it is, who represents it.
//! A confirmation is never changed and never removed: taking it back is written beside it, and then it may be confirmed
//! anew. What merely speaks for a link stands in `tie` and is read by [`ground`].

pub mod ground;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::UnionType;
use sea_orm::{Condition, DbBackend, QueryTrait as _, Statement, UpdateMany};
use serde::{Deserialize, Serialize};

use crate::id::{ClientId, FileId, OfficeId, PartyId, PartyLinkId, PlatformId};
use crate::kind::PartyLinkKind;
use crate::sealed::{Sealed, SealedAt};

/// A confirmation's row; a judge has one that stands for each kind and pair of parties.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_link")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartyLinkId,
    /// How the two belong together.
    pub kind: PartyLinkKind,
    /// The business, or of the same person the party with the smaller id.
    pub party_id: PartyId,
    /// The person, or of the same person the other one.
    pub other_party_id: PartyId,
    /// The platform that judged by its own book.
    pub platform_id: Option<PlatformId>,
    /// The office that judged by what it sees.
    pub office_id: Option<OfficeId>,
    /// When it was confirmed.
    pub confirmed_at: DateTimeUtc,
    /// The client that confirmed it.
    pub confirmed_by: ClientId,
    /// Why.
    pub judgement: Sealed<Judgement>,
    /// When it was taken back.
    pub undone_at: Option<DateTimeUtc>,
    /// The client that took it back.
    pub undone_by: Option<ClientId>,
    /// Why it was taken back.
    pub undoing: Option<Sealed<Judgement>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a person gave as reason, and the proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// In the person's words.
    pub reason: String,
    /// The proof, where there is some.
    pub evidence: Vec<FileId>,
}

/// Whose judgement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    /// A platform, by its own book.
    Platform(PlatformId),
    /// An office, by what it sees.
    Office(OfficeId),
}

/// Which link between which two parties, in the order in which it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link {
    /// How they belong together.
    pub kind: PartyLinkKind,
    /// The business, or the party with the smaller id.
    pub party: PartyId,
    /// The person, or the other one.
    pub other: PartyId,
}

impl Model {
    /// Which link it confirms.
    #[must_use]
    pub const fn link(&self) -> Link {
        Link {
            kind: self.kind,
            party: self.party_id,
            other: self.other_party_id,
        }
    }

    /// Whether this judge made it.
    #[must_use]
    pub fn is_by(&self, judge: Judge) -> bool {
        match judge {
            Judge::Platform(id) => self.platform_id == Some(id),
            Judge::Office(id) => self.office_id == Some(id),
        }
    }

    /// Whether it stands.
    #[must_use]
    pub const fn stands(&self) -> bool {
        self.undone_at.is_none()
    }
}

/// Where the reason of a confirmation is sealed.
#[must_use]
pub const fn judgement_place(id: PartyLinkId) -> SealedAt {
    place(id, "judgement")
}

/// Where the reason for taking it back is sealed.
#[must_use]
pub const fn undoing_place(id: PartyLinkId) -> SealedAt {
    place(id, "undoing")
}

const fn place(id: PartyLinkId, column: &'static str) -> SealedAt {
    SealedAt {
        table: "party_link",
        column,
        row: id.0,
        revision: 0,
    }
}

/// What was confirmed of these parties, on whichever side they stand, taken back or not, in no order and twice where both
/// sides are asked about; at most so many. Who may see which of it is for the sight of both parties to say
/// ([`ground::seen`]).
#[must_use]
pub fn of_parties(parties: &[PartyId], limit: u64, backend: DbBackend) -> Statement {
    let on = |side: Column| {
        let rows = Entity::find().filter(side.is_in(parties.iter().copied()));
        rows.into_query()
    };
    // Each side has its own index; joined by OR, SQLite would rather read the whole table.
    let mut all = on(Column::PartyId);
    all.union(UnionType::All, on(Column::OtherPartyId))
        .limit(limit);
    backend.build(&all)
}

/// The confirmation of a link by a judge that stands, if there is one.
#[must_use]
pub fn standing(link: Link, judge: Judge) -> Select<Entity> {
    let by = match judge {
        Judge::Platform(id) => Column::PlatformId.eq(id),
        Judge::Office(id) => Column::OfficeId.eq(id),
    };
    Entity::find().filter(
        Condition::all()
            .add(Column::PartyId.eq(link.party))
            .add(Column::OtherPartyId.eq(link.other))
            .add(Column::Kind.eq(link.kind))
            .add(Column::UndoneAt.is_null())
            .add(by),
    )
}

/// One confirmation; whoever asks judges afterwards whether it is in sight.
#[must_use]
pub fn by_id(id: PartyLinkId) -> Select<Entity> {
    Entity::find_by_id(id)
}

/// Takes a confirmation back, unless that was done already.
#[must_use]
pub fn undo(
    id: PartyLinkId,
    (at, by): (DateTimeUtc, ClientId),
    why: Sealed<Judgement>,
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::UndoneAt, Expr::value(at))
        .col_expr(Column::UndoneBy, Expr::value(by))
        .col_expr(Column::Undoing, Expr::value(why))
        .filter(Column::Id.eq(id))
        .filter(Column::UndoneAt.is_null())
}

/// Everything confirmed of a party, for whoever tells that person what is held.
#[must_use]
pub fn all_of(party: PartyId) -> Select<Entity> {
    let either = Condition::any()
        .add(Column::PartyId.eq(party))
        .add(Column::OtherPartyId.eq(party));
    Entity::find().filter(either)
}
