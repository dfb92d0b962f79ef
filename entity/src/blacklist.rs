//! The blacklist's entries (Order 117 Art. 14): whom a platform bars in which role, on which basis and for how long, and the
//! mirrored entries of the authorities' own lists. What an entry says of its term is judged by the day, never by whether the
//! reconciler came by; its `state` tells what was carried out.

pub mod appeal;
pub mod gate;
pub mod lead;
pub mod matching;
pub mod notice;
pub mod status;
pub mod token;
pub mod version;

use chrono::NaiveDate;
use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait as _, LockType, Query};
use sea_orm::{Condition, QuerySelect as _, SelectGetableTuple, Selector, UpdateMany};
use serde::{Deserialize, Serialize};

use crate::id::{ClientId, EntryId, FileId, OfficeId, PartyId, PlatformId};
use crate::kind::{BlacklistRegister, BlacklistState, LegalLevel, SubjectKind};
use crate::registration;
use crate::sealed::{Sealed, SealedAt};
use crate::sight::Sight;

/// An entry's row; a platform has one that stands for a party and a role.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blacklist_entry")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EntryId,
    /// Whose list.
    pub register: BlacklistRegister,
    /// The platform that lists; absent in the authorities' lists.
    pub platform_id: Option<PlatformId>,
    /// The office that mirrors; absent in a platform's list.
    pub office_id: Option<OfficeId>,
    /// Who is listed: a party, never an account.
    pub party_id: PartyId,
    /// In which role.
    pub role: SubjectKind,
    /// Whether other platforms may know of it.
    pub shared: bool,
    /// What was carried out.
    pub state: BlacklistState,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; absent where an authority's list gives none.
    pub valid_until: Option<NaiveDate>,
    /// The title of the law that was broken.
    pub instrument: String,
    /// Its level.
    pub level: LegalLevel,
    /// Its article.
    pub article: String,
    /// 申诉途径.
    pub appeal_channel: Option<String>,
    /// Whom to ask: the platform's 联系方式.
    pub contact: Option<String>,
    /// Where a mirrored entry was published.
    pub source: Option<String>,
    /// The name under which it was listed.
    pub name: Sealed<String>,
    /// Facts, reason and evidence.
    pub content: Sealed<Content>,
    /// When it was entered.
    pub listed_at: DateTimeUtc,
    /// By which client.
    pub listed_by: ClientId,
    /// The first day on which it is no longer in force, where it was removed.
    pub ended_on: Option<NaiveDate>,
    /// When it was removed, or its expiry carried out.
    pub ended_at: Option<DateTimeUtc>,
    /// By which client; the house's own for an expiry.
    pub ended_by: Option<ClientId>,
    /// Why it was removed.
    pub removal: Option<Sealed<String>>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What an entry rests on; it names persons, and so it is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// 事实.
    pub facts: String,
    /// 理由.
    pub reason: String,
    /// The proof, where there is some.
    pub evidence: Vec<FileId>,
}

impl Model {
    /// How far it is on a day, whatever was carried out by then.
    #[must_use]
    pub fn state_on(&self, day: NaiveDate) -> BlacklistState {
        if self.ended_on.is_some() {
            return BlacklistState::Removed;
        }
        if self.valid_until.is_some_and(|until| until < day) {
            return BlacklistState::Expired;
        }
        if self.valid_from > day {
            return BlacklistState::Scheduled;
        }
        BlacklistState::Active
    }
}

/// Where the name is sealed.
#[must_use]
pub const fn name_place(id: EntryId) -> SealedAt {
    place(id, "name")
}

/// Where facts, reason and evidence are sealed.
#[must_use]
pub const fn content_place(id: EntryId) -> SealedAt {
    place(id, "content")
}

/// Where the reason of a removal is sealed.
#[must_use]
pub const fn removal_place(id: EntryId) -> SealedAt {
    place(id, "removal")
}

const fn place(id: EntryId, column: &'static str) -> SealedAt {
    SealedAt {
        table: "blacklist_entry",
        column,
        row: id.0,
        revision: 0,
    }
}

/// Entries that a caller may know: of the lists it sees whole, those that are shared or public, and an office's of whoever is
/// registered in its sight.
#[must_use]
pub fn known_to(sight: &Sight) -> Select<Entity> {
    Entity::find().filter(known(sight))
}

/// Those of them that a page lists, found by their list and not by the people in it: the lists that the caller sees whole,
/// and what is open to all. Each is a range of an index in the order of its page; an entry may be in both.
#[must_use]
pub fn listed_to(sight: &Sight) -> Vec<Select<Entity>> {
    let mut arms = Vec::new();
    if !sight.lists.is_empty() {
        let own = Column::PlatformId.is_in(sight.lists.iter().copied());
        arms.push(Entity::find().filter(own));
    }
    if sight.open_lists {
        arms.push(Entity::find().filter(open()));
    }
    arms
}

/// One entry, if the caller may know it.
#[must_use]
pub fn one_known_to(sight: &Sight, id: EntryId) -> Select<Entity> {
    known_to(sight).filter(Column::Id.eq(id))
}

/// Which of some entries the caller may know.
#[must_use]
pub fn some_known_to(
    sight: &Sight,
    ids: impl IntoIterator<Item = EntryId>,
) -> Selector<SelectGetableTuple<EntryId>> {
    known_to(sight)
        .filter(Column::Id.is_in(ids))
        .select_only()
        .column(Column::Id)
        .into_tuple()
}

/// Entries by id, for whoever has judged who may know them.
#[must_use]
pub fn by_ids(ids: impl IntoIterator<Item = EntryId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// One entry, if the caller reads its content.
#[must_use]
pub fn one_read_by(sight: &Sight, id: EntryId) -> Select<Entity> {
    let read = Condition::any()
        .add(Column::PlatformId.is_in(sight.lists.iter().copied()))
        .add(Expr::cust("register <> 'PLATFORM'"));
    let read = if sight.local.is_empty() {
        read
    } else {
        read.add(registered_in(sight))
    };
    one_known_to(sight, id).filter(read)
}

fn by_list(sight: &Sight) -> Condition {
    if sight.lists.is_empty() && !sight.open_lists {
        return Condition::all().add(Expr::value(false));
    }
    Condition::any()
        .add(Column::PlatformId.is_in(sight.lists.iter().copied()))
        .add(open())
}

/// What is open to all, as its index has it.
fn open() -> Expr {
    Expr::cust("(shared OR register <> 'PLATFORM')")
}

fn known(sight: &Sight) -> Condition {
    let known = by_list(sight);
    if sight.local.is_empty() {
        return known;
    }
    known.add(registered_in(sight))
}

/// Whether an entry's party stands in a registration in sight on the platform that lists.
fn registered_in(sight: &Sight) -> Expr {
    let seen = Query::select()
        .expr(Expr::value(1))
        .from(registration::Entity)
        .and_where(
            Expr::col((registration::Entity, registration::Column::PartyId))
                .equals((Entity, Column::PartyId)),
        )
        .and_where(
            Expr::col((registration::Entity, registration::Column::PlatformKey))
                .equals((Entity, Column::PlatformId)),
        )
        .cond_where(sight.registrations())
        .to_owned();
    Expr::exists(seen)
}

/// Those of these entries whose party is registered in sight on the platform that lists.
#[must_use]
pub fn seated_in(sight: &Sight, ids: impl IntoIterator<Item = EntryId>) -> Select<Entity> {
    by_ids(ids).filter(registered_in(sight))
}

/// One entry, held until the deed ends, so that two decisions on it follow each other.
#[must_use]
pub fn held(id: EntryId) -> Select<Entity> {
    by_ids([id]).lock(LockType::Update)
}

/// What a platform's list already says of a party in a role.
#[must_use]
pub fn standing(platform: PlatformId, party: PartyId, role: SubjectKind) -> Select<Entity> {
    Entity::find().filter(
        Condition::all()
            .add(Column::PlatformId.eq(platform))
            .add(Column::PartyId.eq(party))
            .add(Column::Role.eq(role))
            .add(Expr::cust(
                "register = 'PLATFORM' AND state IN ('SCHEDULED', 'ACTIVE')",
            )),
    )
}

/// Entries whose term is over and not carried out, the longest overdue first.
#[must_use]
pub fn overdue(today: NaiveDate, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Expr::cust("state = 'ACTIVE'"))
        .filter(Column::ValidUntil.lt(today))
        .order_by_asc(Column::ValidUntil)
        .limit(limit)
}

/// Entries that begin by now and are not marked so.
#[must_use]
pub fn beginning(today: NaiveDate, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Expr::cust("state = 'SCHEDULED'"))
        .filter(Column::ValidFrom.lte(today))
        .order_by_asc(Column::ValidFrom)
        .limit(limit)
}

/// Marks what was carried out.
#[must_use]
pub fn mark(id: EntryId, state: BlacklistState) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .filter(Column::Id.eq(id))
}

/// Everything that was ever listed of a party, for whoever tells that person what is held.
#[must_use]
pub fn all_of(party: PartyId) -> Select<Entity> {
    Entity::find()
        .filter(Column::PartyId.eq(party))
        .order_by_asc(Column::Id)
}

/// The next entries after an id, for whoever writes their tokens anew.
#[must_use]
pub fn after(id: Option<EntryId>, limit: u64) -> Select<Entity> {
    let after = Condition::all().add_option(id.map(|id| Column::Id.gt(id)));
    Entity::find()
        .filter(after)
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// What an office's mirror of an authority's list says of these parties and has not ended.
#[must_use]
pub fn mirrored(
    office: OfficeId,
    register: BlacklistRegister,
    parties: impl IntoIterator<Item = PartyId>,
) -> Select<Entity> {
    Entity::find()
        .filter(Column::PartyId.is_in(parties))
        .filter(Column::OfficeId.eq(office))
        .filter(Column::Register.eq(register))
        .filter(Column::EndedOn.is_null())
}

/// Those of these entries on which something rests: an appeal, a letter, a measure, a judgement or a lead.
#[must_use]
pub fn rested_on(ids: impl IntoIterator<Item = EntryId>) -> Select<Entity> {
    let resting = [
        "blacklist_appeal",
        "blacklist_notice",
        "match_judgement",
        "evasion_lead",
        "disposition",
    ];
    let rests = resting.into_iter().fold(Condition::any(), |any, table| {
        any.add(Expr::cust(format!(
            "EXISTS (SELECT 1 FROM {table} x WHERE x.entry_id = blacklist_entry.id)"
        )))
    });
    by_ids(ids).filter(rests)
}
