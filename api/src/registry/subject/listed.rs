//! What the blacklist holds about a person: every entry that ever named the party, with facts, reason, appeals and letters. Who
//! judged whether somebody's name is like it is told by the audit.

use chrono::{DateTime, NaiveDate, Utc};
use entity::blacklist::appeal::{self, Grounds, grounds_place, reasons_place, review_place};
use entity::blacklist::{self, Content, Model, content_place, name_place, notice, removal_place};
use entity::id::{AppealId, EntryId, FileId, PartyId};
use entity::kind::{AppealState, BlacklistRegister, BlacklistState, NoticeKind, SubjectKind};
use entity::sealed::{Sealed, SealedAt};
use serde::Serialize;

use super::report::Names;
use crate::app::App;
use crate::error::Error;

/// One entry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryHeld {
    /// Its id.
    pub id: EntryId,
    /// Whose list.
    pub register: BlacklistRegister,
    /// The platform that lists.
    pub platform: Option<String>,
    /// In which role.
    pub role: SubjectKind,
    /// The name under which it was listed.
    pub name: String,
    /// How far it is today.
    pub state: BlacklistState,
    /// Whether other platforms may know of it.
    pub shared: bool,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day.
    pub valid_until: Option<NaiveDate>,
    /// The law that was broken, with its article.
    pub basis: String,
    /// 事实.
    pub facts: String,
    /// 理由.
    pub reason: String,
    /// 申诉途径.
    pub appeal_channel: Option<String>,
    /// When it was entered, and by which client.
    pub listed_at: DateTime<Utc>,
    /// By which client.
    pub by: String,
    /// The day of its removal.
    pub removed_on: Option<NaiveDate>,
    /// Why it was removed.
    pub removal: Option<String>,
    /// Appeals against it.
    pub appeals: Vec<AppealHeld>,
    /// Letters that were made of it.
    pub letters: Vec<LetterHeld>,
    /// The evidence.
    pub files: Vec<FileId>,
}

/// One appeal.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppealHeld {
    /// Its id.
    pub id: AppealId,
    /// How far it is.
    pub state: AppealState,
    /// The day it was received.
    pub received_on: NaiveDate,
    /// What it says.
    pub grounds: String,
    /// What was said when its review began.
    pub review: Option<String>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why so.
    pub reasons: Option<String>,
    /// The last day after it, where it shortened the term.
    pub term_after: Option<NaiveDate>,
    /// Its proof.
    pub files: Vec<FileId>,
}

/// One letter.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LetterHeld {
    /// What it says.
    pub kind: NoticeKind,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The letter.
    pub file: FileId,
}

impl EntryHeld {
    /// Everything that belongs to it, as the audit names it.
    pub(super) fn ids(&self) -> impl Iterator<Item = String> + '_ {
        let appeals = self.appeals.iter().map(|appeal| appeal.id.to_string());
        let letters = self.letters.iter().map(|letter| letter.file.to_string());
        let files = self.files.iter().map(ToString::to_string);
        let own = std::iter::once(self.id.to_string());
        own.chain(appeals).chain(letters).chain(files)
    }
}

/// The entries that name a party, oldest first.
pub(super) async fn of_party(
    app: &App,
    party: PartyId,
    names: &Names,
) -> Result<Vec<EntryHeld>, Error> {
    let rows = blacklist::all_of(party).all(&app.db).await?;
    let ids: Vec<EntryId> = rows.iter().map(|row| row.id).collect();
    let appeals = appeal::of_entries(ids.clone()).all(&app.db).await?;
    let letters = notice::of_entries(ids).all(&app.db).await?;
    let mut held = Vec::with_capacity(rows.len());
    for row in rows {
        let mut entry = opened(app, &row, names)?;
        for one in appeals.iter().filter(|one| one.entry_id == row.id) {
            entry.appeals.push(appealed(app, one)?);
        }
        let letters = letters.iter().filter(|one| one.entry_id == row.id);
        entry.letters.extend(letters.map(|one| LetterHeld {
            kind: one.kind,
            made_at: one.made_at,
            file: one.file_id,
        }));
        held.push(entry);
    }
    Ok(held)
}

fn opened(app: &App, row: &Model, names: &Names) -> Result<EntryHeld, Error> {
    let content: Content = app.vault.open_json(content_place(row.id), &row.content)?;
    Ok(EntryHeld {
        id: row.id,
        register: row.register,
        platform: row.platform_id.and_then(|id| names.platform(id)),
        role: row.role,
        name: app.vault.open_json(name_place(row.id), &row.name)?,
        state: row.state_on(app.today()),
        shared: row.shared,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
        basis: format!("《{}》{}", row.instrument, row.article),
        facts: content.facts,
        reason: content.reason,
        appeal_channel: row.appeal_channel.clone(),
        listed_at: row.listed_at,
        by: names.client(row.listed_by),
        removed_on: row.ended_on,
        removal: words(app, removal_place(row.id), row.removal.as_ref())?,
        appeals: Vec::new(),
        letters: Vec::new(),
        files: content.evidence,
    })
}

fn appealed(app: &App, row: &appeal::Model) -> Result<AppealHeld, Error> {
    let grounds: Grounds = app.vault.open_json(grounds_place(row.id), &row.grounds)?;
    Ok(AppealHeld {
        id: row.id,
        state: row.state,
        received_on: row.received_on,
        grounds: grounds.text,
        review: words(app, review_place(row.id), row.review.as_ref())?,
        decided_at: row.decided_at,
        reasons: words(app, reasons_place(row.id), row.reasons.as_ref())?,
        term_after: row.term_after,
        files: grounds.evidence,
    })
}

fn words(
    app: &App,
    at: SealedAt,
    sealed: Option<&Sealed<String>>,
) -> Result<Option<String>, Error> {
    let opened = sealed.map(|sealed| app.vault.open_json(at, sealed));
    Ok(opened.transpose()?)
}
