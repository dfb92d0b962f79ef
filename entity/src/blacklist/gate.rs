//! What a registration of many is held against: entries in force for parties about to register, and accounts that somebody
//! barred held a short while ago. Each is one statement however many are asked about, and begins at what is asked: to SQLite
//! a CROSS JOIN says which side comes first.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{Condition, DbBackend, FromQueryResult, Statement};

use super::status::IN_FORCE;
use super::{Column, Entity, open};
use crate::id::{EntryId, PartyId, PlatformId, RegistrationId};
use crate::kind::{BlacklistRegister, PartyLinkKind, RecordSource};
use crate::registration;

/// Whether a platform need ask at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Anything {
    /// Its own list has an entry that stands.
    pub own: bool,
    /// There are entries that others share, or that authorities published.
    pub others: bool,
}

/// Says whether there is anything to ask about: most platforms list few, and a first load should not pay for it. What is in
/// force is among what is said to stand.
#[must_use]
pub fn anything(platform: PlatformId, backend: DbBackend) -> Statement {
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM blacklist_entry WHERE platform_id = {} \
             AND register = 'PLATFORM' AND state IN ('SCHEDULED', 'ACTIVE')) AS own, \
           EXISTS (SELECT 1 FROM blacklist_entry WHERE shared OR register <> 'PLATFORM') AS others",
        mark(backend, 1)
    );
    Statement::from_sql_and_values(backend, sql, [platform.into()])
}

/// An entry in force for a party, or for one that a confirmed link ties to it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Bar {
    /// Who was asked about.
    pub named: PartyId,
    /// The link by which the listed party was reached; absent where it is the same.
    pub link: Option<PartyLinkKind>,
    /// The entry.
    pub id: EntryId,
    /// Whose list.
    pub register: BlacklistRegister,
    /// The platform that lists.
    pub platform_id: Option<PlatformId>,
    /// The last day.
    pub valid_until: Option<NaiveDate>,
}

impl Bar {
    /// Whether the listed is the same as whoever was asked about, or its business, or whose business it is. Who represents
    /// an organisation is not that organisation.
    #[must_use]
    pub const fn is_of_the_same(&self) -> bool {
        !matches!(self.link, Some(PartyLinkKind::LegalRepresentative))
    }

    /// Whether it stands on this platform's own list.
    #[must_use]
    pub fn is_of(&self, platform: PlatformId) -> bool {
        self.register == BlacklistRegister::Platform && self.platform_id == Some(platform)
    }
}

/// The entries in force on a day that a platform holds against parties: its own, and with `others` those that it may know of.
/// Links count that the platform itself or an office confirmed; one hop, as in [`super::status::listed`].
#[must_use]
pub fn bars(
    parties: impl IntoIterator<Item = PartyId>,
    (platform, day): (PlatformId, NaiveDate),
    others: bool,
    backend: DbBackend,
) -> Statement {
    let ids = parties.into_iter().map(|id| id.0.simple().to_string());
    let ids = serde_json::Value::from(ids.collect::<Vec<_>>()).to_string();
    let given = match backend {
        DbBackend::Postgres => "SELECT a.j::uuid FROM json_array_elements_text($1::json) AS a (j)",
        _ => "SELECT unhex(a.value) FROM json_each(?1) AS a",
    };
    let (own, on) = (mark(backend, 2), mark(backend, 3));
    let confirmed = confirmed(&own);
    let theirs = if others {
        " OR e.shared OR e.register <> 'PLATFORM'"
    } else {
        ""
    };
    let sql = format!(
        "WITH asked (party_id) AS MATERIALIZED ({given}), \
         reached (named, party_id, link) AS ( \
           SELECT party_id, party_id, NULL FROM asked \
           UNION ALL SELECT asked.party_id, l.other_party_id, l.kind FROM asked \
             CROSS JOIN party_link l WHERE l.party_id = asked.party_id AND {confirmed} \
           UNION ALL SELECT asked.party_id, l.party_id, l.kind FROM asked \
             CROSS JOIN party_link l WHERE l.other_party_id = asked.party_id AND {confirmed}) \
         SELECT reached.named, reached.link, e.id, e.register, e.platform_id, e.valid_until FROM reached \
           CROSS JOIN blacklist_entry e \
         WHERE e.party_id = reached.party_id AND {in_force} AND ((e.register = 'PLATFORM' AND e.platform_id = {own}){theirs})",
        in_force = IN_FORCE.replace("$day", &on),
    );
    Statement::from_sql_and_values(backend, sql, [ids.into(), platform.into(), day.into()])
}

/// An account that somebody barred held, and who has it now.
#[derive(Clone, Debug, PartialEq, Eq, Hash, FromQueryResult)]
pub struct HandedOver {
    /// The registration that opened it.
    pub registration_id: RegistrationId,
    /// 账号.
    pub number: String,
    /// Who held it.
    pub party_id: PartyId,
    /// The entry for that party, or for one that is the same.
    pub entry_id: EntryId,
}

/// Which of these accounts, each with the registration that opens it, belonged until `since` or later to somebody who is
/// barred by the platform's own list.
#[must_use]
pub fn handed_over(
    opened: &[(RegistrationId, &str)],
    platform: PlatformId,
    (day, since): (NaiveDate, NaiveDate),
    backend: DbBackend,
) -> Statement {
    let rows = opened
        .iter()
        .map(|(id, number)| vec![id.0.simple().to_string(), (*number).to_owned()]);
    let rows = serde_json::Value::from(rows.collect::<Vec<_>>()).to_string();
    let given = match backend {
        DbBackend::Postgres => {
            "SELECT (a.j->>0)::uuid, a.j->>1 FROM json_array_elements($1::json) AS a (j)"
        }
        _ => "SELECT unhex(a.value->>0), a.value->>1 FROM json_each(?1) AS a",
    };
    let [own, on, since_mark] = [2, 3, 4].map(|place| mark(backend, place));
    let same = format!(
        "{} AND l.kind IN ('SAME_PERSON', 'PROPRIETOR')",
        confirmed(&own)
    );
    let sql = format!(
        "WITH opened (registration_id, number) AS MATERIALIZED ({given}), \
         held (registration_id, number, party_id) AS MATERIALIZED ( \
           SELECT opened.registration_id, opened.number, r.party_id FROM opened \
             CROSS JOIN account k CROSS JOIN registration r \
            WHERE k.platform_key = {own} AND k.number = opened.number AND k.until IS NOT NULL \
              AND k.until >= {since_mark} AND k.registration_id <> opened.registration_id \
              AND r.id = k.registration_id), \
         reached (registration_id, number, party_id, listed) AS ( \
           SELECT registration_id, number, party_id, party_id FROM held \
           UNION ALL SELECT held.registration_id, held.number, held.party_id, l.other_party_id FROM held \
             CROSS JOIN party_link l WHERE l.party_id = held.party_id AND {same} \
           UNION ALL SELECT held.registration_id, held.number, held.party_id, l.party_id FROM held \
             CROSS JOIN party_link l WHERE l.other_party_id = held.party_id AND {same}) \
         SELECT DISTINCT reached.registration_id, reached.number, reached.party_id, e.id AS entry_id FROM reached \
           CROSS JOIN blacklist_entry e \
         WHERE e.party_id = reached.listed AND {in_force} AND e.register = 'PLATFORM' AND e.platform_id = {own}",
        in_force = IN_FORCE.replace("$day", &on),
    );
    let values = [rows.into(), platform.into(), day.into(), since.into()];
    Statement::from_sql_and_values(backend, sql, values)
}

/// What a platform's own book has of parties, for whoever compares who stands behind them.
#[must_use]
pub fn in_book(
    platform: PlatformId,
    parties: impl IntoIterator<Item = PartyId>,
) -> Select<registration::Entity> {
    use registration::Column;
    registration::Entity::find().filter(
        Condition::all()
            .add(Column::PartyId.is_in(parties))
            .add(Column::PlatformKey.eq(platform))
            .add(Column::Source.eq(RecordSource::Platform)),
    )
}

/// The entries in force on a day of these lists, and with `open` those that anybody may know of: whose parties a list of
/// registrations is narrowed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whether the listed are wanted, or all others.
    pub listed: bool,
    /// Whose lists.
    pub lists: Vec<PlatformId>,
    /// Whether also what is shared or public.
    pub open: bool,
    /// The day.
    pub on: NaiveDate,
}

impl Known {
    /// What is said of the entries that are meant: of those on the lists, and of those that are open. Each of them is a range
    /// of an index.
    pub(crate) fn arms(&self) -> [Condition; 2] {
        let own = Column::PlatformId.is_in(self.lists.iter().copied());
        let open = if self.open {
            open()
        } else {
            Expr::value(false)
        };
        [own, open].map(|arm| Condition::all().add(arm).add(in_force(self.on)))
    }
}

/// What is in force on a day.
#[must_use]
pub fn in_force(day: NaiveDate) -> Condition {
    let of = |column: Column| Expr::col((Entity, column));
    Condition::all()
        .add(of(Column::ValidFrom).lte(day))
        .add(
            of(Column::ValidUntil)
                .is_null()
                .or(of(Column::ValidUntil).gte(day)),
        )
        .add(
            of(Column::EndedOn)
                .is_null()
                .or(of(Column::EndedOn).gt(day)),
        )
}

/// A link that an office, or the platform at this place of the statement, confirmed and nobody took back.
fn confirmed(own: &str) -> String {
    format!("l.undone_at IS NULL AND (l.platform_id IS NULL OR l.platform_id = {own})")
}

fn mark(backend: DbBackend, place: usize) -> String {
    let sign = if backend == DbBackend::Postgres {
        "$"
    } else {
        "?"
    };
    format!("{sign}{place}")
}
