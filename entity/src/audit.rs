//! The audit: what was done, by whom, to whom, with what outcome; written in the deed's own transaction.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder as _, QuerySelect as _};

use crate::id::{AuditId, ClientId, OfficeId, PartyId, PlatformId};
use crate::kind::Role;

/// Segments: committed entries in sequence, each segment with a signed head that names the one before.
pub mod segment {
    use sea_orm::entity::prelude::*;
    use sea_orm::{DbBackend, QueryOrder as _, QuerySelect as _, Statement};

    use crate::id::AuditId;

    /// The head of a segment; it stays when the entries are dropped.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_segment")]
    pub struct Model {
        /// From 1, without gaps.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        /// When it was sealed.
        pub sealed_at: DateTimeUtc,
        /// The earliest entry.
        pub first_at: DateTimeUtc,
        /// The latest entry.
        pub last_at: DateTimeUtc,
        /// How many entries.
        pub entries: i32,
        /// The head before, thirty-two bytes; zeros before the first.
        #[sea_orm(column_type = "Blob")]
        pub previous: Vec<u8>,
        /// Thirty-two bytes over all of the above and every entry.
        #[sea_orm(column_type = "Blob")]
        pub head: Vec<u8>,
        /// The key that signed it.
        pub key_id: i32,
        /// The signature of the head (Ed25519, RFC 8032).
        #[sea_orm(column_type = "Blob")]
        pub signature: Vec<u8>,
        /// When it reached the file store.
        pub filed_at: Option<DateTimeUtc>,
        /// When its entries were dropped, their time being over.
        pub dropped_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// The newest.
    #[must_use]
    pub fn last() -> Select<Entity> {
        Entity::find().order_by_desc(Column::Number).limit(1)
    }

    /// Some after a number, in order.
    #[must_use]
    pub fn after(number: i64, limit: u64) -> Select<Entity> {
        Entity::find()
            .filter(Column::Number.gt(number))
            .order_by_asc(Column::Number)
            .limit(limit)
    }

    /// Those that have not reached the file store, in order.
    #[must_use]
    pub fn unfiled(limit: u64) -> Select<Entity> {
        Entity::find()
            .filter(Column::FiledAt.is_null())
            .order_by_asc(Column::Number)
            .limit(limit)
    }

    /// Those whose entries still stand, in order.
    #[must_use]
    pub fn kept(limit: u64) -> Select<Entity> {
        Entity::find()
            .filter(Column::DroppedAt.is_null())
            .order_by_asc(Column::Number)
            .limit(limit)
    }

    /// Gives entries their places in a segment, in the order of their ids as given, unless they have one.
    #[must_use]
    pub fn seal(number: i64, entries: &[AuditId], backend: DbBackend) -> Statement {
        let ids = entries.iter().map(|id| id.0.simple().to_string());
        let ids = ids.collect::<serde_json::Value>().to_string();
        // One text instead of so many values: both databases take a list in JSON apart. What the policy of the rows says is
        // judged before anything that might tell of them, such as a cast: so the ids are cast first, and then look the rows
        // up by their key.
        let sql = match backend {
            DbBackend::Postgres => {
                "WITH sealed AS MATERIALIZED ( \
                   SELECT id::uuid AS id, place - 1 AS place \
                     FROM json_array_elements_text($2::json) WITH ORDINALITY AS given (id, place)) \
                 UPDATE audit SET segment = $1, position = sealed.place FROM sealed \
                  WHERE audit.id = sealed.id AND coalesce(audit.segment, 0) = 0"
            }
            _ => {
                "UPDATE audit SET segment = ?1, position = sealed.key \
                   FROM json_each(?2) AS sealed \
                  WHERE audit.id = unhex(sealed.value) AND coalesce(audit.segment, 0) = 0"
            }
        };
        Statement::from_sql_and_values(backend, sql, [number.into(), ids.into()])
    }
}

/// One entry; one may stand for a batch.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditId,
    /// When.
    pub at: DateTimeUtc,
    /// The client; absent for the house itself.
    pub client_id: Option<ClientId>,
    /// Its role.
    pub role: Role,
    /// Its office.
    pub office_id: Option<OfficeId>,
    /// Its platform.
    pub platform_id: Option<PlatformId>,
    /// The request, to join it with logs.
    pub request_id: String,
    /// The deed, by its contract name.
    pub operation: String,
    /// DONE, UNCHANGED, REFUSED or READ.
    pub outcome: String,
    /// The ids it touched, separated by spaces.
    pub subjects: String,
    /// Counts, codes and masked changes, as JSON without personal data.
    pub detail: String,
    /// The one person that was looked at; a batch names nobody here.
    pub party_id: Option<PartyId>,
    /// What for, in the caller's words.
    pub purpose: Option<String>,
    /// The segment that it is sealed into; none until the sealer came by.
    pub segment: Option<i64>,
    /// Its place in the segment, from 0.
    pub position: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a client had revealed since a moment, newest first: one entry a person.
#[must_use]
pub fn revealed_to(client: ClientId, since: DateTimeUtc) -> Select<Entity> {
    // Written out, because the index holds these alone.
    let revealed = Expr::cust("operation = 'reveal' AND outcome = 'READ'");
    Entity::find()
        .filter(Column::ClientId.eq(client))
        .filter(Column::At.gt(since))
        .filter(revealed)
        .order_by_desc(Column::At)
}

/// The entries that are in no segment yet.
#[must_use]
pub fn waiting() -> Select<Entity> {
    Entity::find().filter(Column::Segment.is_null())
}

/// Some of them, oldest first.
#[must_use]
pub fn unsealed(limit: u64) -> Select<Entity> {
    waiting()
        .order_by_asc(Column::At)
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// The entries of a run of segments, in their order.
#[must_use]
pub fn of_segments(first: i64, last: i64) -> Select<Entity> {
    Entity::find()
        .filter(Column::Segment.between(first, last))
        .order_by_asc(Column::Segment)
        .order_by_asc(Column::Position)
}

/// An entry that claims a segment which is not there, being none or after the last.
#[must_use]
pub fn beyond(last: i64) -> Select<Entity> {
    let none = Condition::any()
        .add(Column::Segment.gt(last))
        .add(Column::Segment.lt(1));
    Entity::find()
        .filter(none)
        .order_by_asc(Column::Segment)
        .limit(1)
}

/// Whose entries are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everybody's: the auditor's.
    All,
    /// What an office's own people did.
    Office(OfficeId),
}

/// What lists of entries are narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whom it is about.
    pub party: Option<PartyId>,
    /// Who did it.
    pub client: Option<ClientId>,
    /// For which office.
    pub office: Option<OfficeId>,
    /// The deed.
    pub operation: Option<String>,
    /// DONE, UNCHANGED, REFUSED or READ.
    pub outcome: Option<String>,
    /// The request.
    pub request_id: Option<String>,
    /// From this instant on.
    pub since: Option<DateTimeUtc>,
    /// Before this instant.
    pub until: Option<DateTimeUtc>,
}

/// A place in a list: newest first, ties by id.
pub type Key = (DateTimeUtc, AuditId);

/// Entries within reach, newest first, after a key.
#[must_use]
pub fn within(reach: Reach, filter: &Filter, after: Option<Key>) -> Select<Entity> {
    let mut conditions = Condition::all()
        .add_option(filter.party.map(|party| Column::PartyId.eq(party)))
        .add_option(filter.client.map(|client| Column::ClientId.eq(client)))
        .add_option(filter.office.map(|office| Column::OfficeId.eq(office)))
        .add_option(
            filter
                .operation
                .as_ref()
                .map(|name| Column::Operation.eq(name.as_str())),
        )
        .add_option(
            filter
                .outcome
                .as_ref()
                .map(|name| Column::Outcome.eq(name.as_str())),
        )
        .add_option(
            filter
                .request_id
                .as_ref()
                .map(|id| Column::RequestId.eq(id.as_str())),
        )
        .add_option(filter.since.map(|at| Column::At.gte(at)))
        .add_option(filter.until.map(|at| Column::At.lt(at)));
    if let Reach::Office(office) = reach {
        conditions = conditions.add(Column::OfficeId.eq(office));
    }
    if let Some((at, id)) = after {
        let same = Condition::all()
            .add(Column::At.eq(at))
            .add(Column::Id.lt(id));
        // The first part alone bounds the range of the index.
        conditions = conditions
            .add(Column::At.lte(at))
            .add(Condition::any().add(Column::At.lt(at)).add(same));
    }
    Entity::find()
        .filter(conditions)
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
}

/// Everything, for the auditor and for tests.
#[must_use]
pub fn all() -> Select<Entity> {
    Entity::find()
}

/// What speaks of a person or of any of these ids, newest first. It reads the audit from end to end, which nobody waits for but the person
/// who asks what was done with the own data.
#[must_use]
pub fn about<'a>(party: PartyId, ids: impl IntoIterator<Item = &'a String>) -> Select<Entity> {
    let person = Condition::any().add(Column::PartyId.eq(party));
    let any = ids.into_iter().fold(person, |any, id| {
        any.add(Column::Subjects.contains(id.as_str()))
    });
    Entity::find()
        .filter(any)
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
}
