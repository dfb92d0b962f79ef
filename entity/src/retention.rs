//! What is kept no longer: the questions that the reconciler of retention asks, each for a few rows at a time. What a hold, a
//! frozen filing, an open tie or an open objection still needs is in none of them. Nothing here removes or decides how long.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, ExprTrait as _, Query};
use sea_orm::{Condition, DeleteMany, QueryOrder, QuerySelect};

use crate::id::{PartyId, RegistrationId};
use crate::kind::{ImportState, SubmissionState};
use crate::{
    blacklist, import_job, legal_hold, live_session, objection, party, registration, revision,
    submission,
};

/// Closed registrations whose last day lies before a day.
#[must_use]
pub fn registrations(before: NaiveDate) -> Select<registration::Entity> {
    use registration::Column;
    registration::Entity::find()
        // Written out, as the index of what is closed has it.
        .filter(Expr::cust("registration.status = 'CLOSED'"))
        .filter(Column::ClosedOn.lt(before))
        .filter(legal_hold::not_on(
            "registration.id, registration.party_id, registration.platform_key",
        ))
        .filter(Expr::cust(
            // By platform, because frozen rows are found by their filing and a registration.
            "NOT EXISTS (SELECT 1 FROM submission s JOIN submission_row x ON x.submission_id = s.id \
              WHERE s.platform_id = registration.platform_key AND x.registration_id = registration.id)",
        ))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM tie WHERE until IS NULL AND other_party_id = registration.party_id \
              AND platform_key = registration.platform_key)",
        ))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM objection WHERE party_id = registration.party_id AND answered_on IS NULL)",
        ))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM disposition_demand d WHERE d.registration_id = registration.id \
              AND d.answered_at IS NULL)",
        ))
        .filter(disposition_kept_since(before))
        .order_by_asc(Column::Id)
}

/// Whether no measure against a registration still stands or ended so late that its record is kept (Order 117 Art. 12).
fn disposition_kept_since(before: NaiveDate) -> Expr {
    use crate::disposition::{Column, Entity};
    let own = Expr::col((Entity, Column::RegistrationId))
        .equals((registration::Entity, registration::Column::Id));
    let late = Condition::any()
        .add(Column::EndedOn.is_null())
        .add(Column::EndedOn.gte(before));
    let kept = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(own)
        .cond_where(late)
        .to_owned();
    Expr::exists(kept).not()
}

/// The last of so many registrations after an id, in the order of ids, where there are so many.
#[must_use]
pub fn end_of_stretch(after: RegistrationId, length: u64) -> Select<registration::Entity> {
    registration::Entity::find()
        .filter(registration::Column::Id.gt(after))
        .order_by_asc(registration::Column::Id)
        .offset(length.saturating_sub(1))
        .limit(1)
}

/// The revisions of a stretch of registrations whose place another one took before an instant, as long as no filing froze
/// them or one below them: what a check found and nobody relies on any more. Removed in this order, from below, they leave
/// no gaps among the numbers.
#[must_use]
pub fn superseded(
    (after, last): (RegistrationId, RegistrationId),
    before: DateTimeUtc,
) -> Select<revision::Entity> {
    use revision::Column;
    let later = Alias::new("later");
    let of_later = |column: Column| Expr::col((later.clone(), column));
    let own = |column: Column| Expr::col((revision::Entity, column));
    let replaced = Query::select()
        .expr(Expr::val(1))
        .from_as(revision::Entity, later.clone())
        .cond_where(of_later(Column::RegistrationId).eq(own(Column::RegistrationId)))
        .cond_where(of_later(Column::Number).eq(own(Column::Number).add(1)))
        .cond_where(of_later(Column::RecordedAt).lt(before))
        .to_owned();
    revision::Entity::find()
        .filter(Column::RegistrationId.gt(after))
        .filter(Column::RegistrationId.lte(last))
        .filter(Expr::exists(replaced))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM registration r \
               JOIN legal_hold h ON h.subject IN (r.id, r.party_id, r.platform_key) \
              WHERE r.id = revision.registration_id AND h.lifted_at IS NULL)",
        ))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM registration r JOIN objection o ON o.party_id = r.party_id \
              WHERE r.id = revision.registration_id AND o.answered_on IS NULL)",
        ))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM registration r JOIN submission s ON s.platform_id = r.platform_key \
               JOIN submission_row x ON x.submission_id = s.id AND x.registration_id = r.id \
              WHERE r.id = revision.registration_id AND x.revision <= revision.number)",
        ))
        .order_by_asc(Column::RegistrationId)
        .order_by_asc(Column::Number)
}

/// Filings that ended before an instant and still have workbooks, rows or reasons. Which of them a later filing is compared
/// with is for the registry to say.
#[must_use]
pub fn submissions(before: DateTimeUtc) -> Select<submission::Entity> {
    use SubmissionState::{Accepted, Filed, Returned, Superseded, Withdrawn};
    use submission::Column;
    submission::Entity::find()
        .filter(Column::State.is_in([Filed, Accepted, Returned, Superseded, Withdrawn]))
        .filter(Column::UpdatedAt.lt(before))
        .filter(legal_hold::not_on("submission.platform_id"))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM submission_row x WHERE x.submission_id = submission.id AND x.registration_id IN \
              (SELECT r.id FROM registration r JOIN legal_hold h ON h.subject IN (r.id, r.party_id) \
                WHERE h.lifted_at IS NULL AND h.kind <> 'PLATFORM'))",
        ))
        .filter(Expr::cust(
            "(returned IS NOT NULL OR EXISTS (SELECT 1 FROM stored_file f WHERE f.submission_id = submission.id) \
               OR EXISTS (SELECT 1 FROM submission_row x WHERE x.submission_id = submission.id))",
        ))
        .order_by_asc(Column::Id)
}

/// Imports that ended before an instant.
#[must_use]
pub fn imports(before: DateTimeUtc) -> Select<import_job::Entity> {
    use ImportState::{Cancelled, Committed, Failed, Review, Undone};
    use import_job::Column;
    import_job::Entity::find()
        .filter(Column::State.is_in([Cancelled, Committed, Failed, Review, Undone]))
        .filter(Column::UpdatedAt.lt(before))
        .filter(legal_hold::not_on("import_job.platform_id"))
        .order_by_asc(Column::Id)
}

/// Reports of livestreams that began before an instant.
#[must_use]
pub fn live_sessions(before: DateTimeUtc) -> Select<live_session::Entity> {
    use live_session::Column;
    live_session::Entity::find()
        .filter(Column::StartsAt.lt(before))
        .filter(legal_hold::not_on("live_session.platform_id, live_session.operator_id"))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM live_session_streamer x JOIN registration r ON r.id = x.registration_id \
               JOIN legal_hold h ON h.subject IN (r.id, r.party_id) \
              WHERE x.session_id = live_session.id AND h.lifted_at IS NULL)",
        ))
        .order_by_asc(Column::StartsAt)
}

/// Objections that were answered before a day.
#[must_use]
pub fn objections(before: NaiveDate) -> Select<objection::Entity> {
    use objection::Column;
    objection::Entity::find()
        .filter(Column::AnsweredOn.lt(before))
        .filter(legal_hold::not_on("objection.party_id"))
        .order_by_asc(Column::Id)
}

/// Entries of the blacklist that ended before an instant, once no appeal against them is open.
#[must_use]
pub fn entries(before: DateTimeUtc) -> Select<blacklist::Entity> {
    use blacklist::Column;
    blacklist::Entity::find()
        .filter(Column::EndedAt.lt(before))
        .filter(legal_hold::not_on(
            "blacklist_entry.party_id, blacklist_entry.platform_id",
        ))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM blacklist_appeal a WHERE a.entry_id = blacklist_entry.id \
              AND a.state IN ('RECEIVED', 'UNDER_REVIEW'))",
        ))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM objection WHERE party_id = blacklist_entry.party_id AND answered_on IS NULL)",
        ))
        .order_by_asc(Column::Id)
}

/// Those of these parties that nothing names any more.
#[must_use]
pub fn forgotten(parties: impl IntoIterator<Item = PartyId>) -> DeleteMany<party::Entity> {
    let unnamed = [
        "registration WHERE party_id = party.id",
        "platform WHERE party_id = party.id",
        "tie WHERE other_party_id = party.id",
        "party_link WHERE party_id = party.id",
        "party_link WHERE other_party_id = party.id",
        "objection WHERE party_id = party.id",
        "blacklist_entry WHERE party_id = party.id",
        "disposition WHERE party_id = party.id",
        "disposition_demand WHERE party_id = party.id",
        "legal_hold WHERE lifted_at IS NULL AND subject = party.id",
    ];
    let unnamed = unnamed.into_iter().fold(Condition::all(), |all, place| {
        all.add(Expr::cust(format!("NOT EXISTS (SELECT 1 FROM {place})")))
    });
    party::Entity::delete_many()
        .filter(party::Column::Id.is_in(parties))
        .filter(unnamed)
}
