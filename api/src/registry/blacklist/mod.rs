//! 黑名单: whom a platform bars, with notice, appeal and term; who is listed, asked by anybody who may; and what the house
//! does by itself when a term begins or ends. Every change counts the version of the list in its own transaction.

mod appeal;
pub(in crate::registry) mod evasion;
pub(in crate::registry) mod gate;
pub mod lead;
mod listing;
mod look;
pub mod matching;
mod measure;
pub(in crate::registry) mod names;
mod notice;
pub mod reading;
mod removal;
pub mod status;
mod term;

use entity::blacklist::{self, Model, version};
use entity::id::{AppealId, EntryId, FileId, PlatformId};
use entity::kind::BlacklistRegister;
use entity::problem::{Finding, ProblemCode};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::deed::Recorded;
use crate::auth::Caller;
use crate::error::Error;
use crate::scope::Scope;

pub use appeal::{AppealBlacklisting, Decision, decide, receive};
pub use listing::{LegalBasis, ListOnBlacklist, list};
pub use look::{Found, Look, Looks};
pub use names::TOKEN;
pub use removal::{RemoveFromBlacklist, remove};
pub use term::{begin_due, end_due};

/// The longest reason, in characters.
pub(in crate::registry) const REASON: usize = 2_000;
/// The longest facts and grounds, in characters.
pub(in crate::registry) const FACTS: usize = 10_000;

/// What a deed on an entry ended in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Done {
    /// The entry, where it may be shown.
    pub entry: Option<EntryId>,
    /// The appeal, where the deed is about one.
    pub appeal: Option<AppealId>,
    /// The letter that was made of it.
    pub notice: Option<FileId>,
    /// Whether something was written.
    pub wrote: bool,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Done {
    fn refused(entry: Option<EntryId>, findings: Vec<Finding>) -> Self {
        Self {
            entry,
            findings,
            ..Self::default()
        }
    }

    fn not_found(field: &'static str) -> Self {
        let absent = Finding::error(ProblemCode::NotFound).inside(field);
        Self::refused(None, vec![absent])
    }
}

impl Recorded for Done {
    fn wrote(&self) -> bool {
        self.wrote
    }

    fn subjects(&self) -> Vec<String> {
        let entry = self.entry.iter().map(ToString::to_string);
        let appeal = self.appeal.iter().map(ToString::to_string);
        let notice = self.notice.iter().map(ToString::to_string);
        entry.chain(appeal).chain(notice).collect()
    }

    fn detail(&self) -> Value {
        let codes: Vec<_> = self.findings.iter().map(|f| f.code.as_str()).collect();
        json!({ "problems": codes })
    }
}

/// The platform on whose list a caller writes.
fn lister(caller: &Caller) -> Result<PlatformId, Error> {
    caller.needs(Scope::BlacklistWrite)?;
    caller.platform().ok_or_else(|| {
        Error::forbidden(
            "黑名单由平台列入、移出；监管部门公布的名单以导入方式收录",
            "platforms keep this list; what authorities publish is imported",
        )
    })
}

/// An entry of the caller's own list, held until the deed ends; what it cannot know answers as what is not there.
async fn own(
    caller: &Caller,
    platform: PlatformId,
    (id, field): (Option<EntryId>, &'static str),
    tx: &DatabaseTransaction,
) -> Result<Result<Model, Finding>, Error> {
    // One look whatever the id is, so that a foreign one takes what an absent one takes.
    let id = id.unwrap_or(EntryId(uuid::Uuid::nil()));
    let known = blacklist::one_known_to(&caller.sight, id).one(tx).await?;
    let held = blacklist::held(id).one(tx).await?;
    let refused = |code| Ok(Err(Finding::error(code).inside(field)));
    match held.filter(|_| known.is_some()) {
        None => refused(ProblemCode::NotFound),
        Some(row) if is_of(&row, platform) => Ok(Ok(row)),
        Some(_) => refused(ProblemCode::EntryNotYours),
    }
}

fn is_of(row: &Model, platform: PlatformId) -> bool {
    row.register == BlacklistRegister::Platform && row.platform_id == Some(platform)
}

/// Counts a change of the list; the last thing of a deed, because whoever changes the list waits for it.
pub(in crate::registry) async fn changed<C: ConnectionTrait>(tx: &C) -> Result<(), Error> {
    version::count().exec(tx).await?;
    Ok(())
}
