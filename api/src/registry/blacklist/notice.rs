//! The letters to the listed: worded by reports, kept as PDF among the platform's files, named by the entry.

use chrono::NaiveDate;
use entity::blacklist::notice::{self, Entity, Model};
use entity::blacklist::{self, Content, content_place, name_place};
use entity::document::{self, Purpose};
use entity::id::{AppealId, FileId, NoticeId};
use entity::kind::{AppealState, DispositionKind, NoticeKind};
use entity::platform;
use reports::notice as paper;
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};

use crate::app::App;
use crate::error::Error;
use crate::registry::document::made;
use crate::registry::evidence;

const PDF: &str = "application/pdf";

/// Which letter.
#[derive(Clone, Copy, Debug)]
pub(super) enum Letter<'a> {
    /// 列入黑名单告知书.
    Listing,
    /// 申诉处理结果告知书.
    Appeal {
        appeal: AppealId,
        received_on: NaiveDate,
        state: AppealState,
        until: Option<NaiveDate>,
        reasons: &'a str,
    },
    /// 移出黑名单告知书: why the platform removed, or nothing where the term is over; and the measures that ended with it.
    Removal(Option<&'a str>, &'a [DispositionKind]),
}

impl Letter<'_> {
    const fn kind(&self) -> NoticeKind {
        match self {
            Self::Listing => NoticeKind::Listing,
            Self::Appeal { .. } => NoticeKind::Appeal,
            Self::Removal(..) => NoticeKind::Removal,
        }
    }

    const fn file_name(&self) -> &'static str {
        match self {
            Self::Listing => "列入黑名单告知书.pdf",
            Self::Appeal { .. } => "申诉处理结果告知书.pdf",
            Self::Removal(..) => "移出黑名单告知书.pdf",
        }
    }
}

/// Makes a letter of an entry and keeps it; if the deed fails the sweep takes the object.
pub(super) async fn make(
    app: &App,
    tx: &DatabaseTransaction,
    entry: &blacklist::Model,
    letter: Letter<'_>,
) -> Result<FileId, Error> {
    let pdf = print(app, tx, entry, letter).await?;
    let file: FileId = app.id();
    let stored = app.files.put(file.0, pdf.as_slice(), u64::MAX).await?;
    let now = app.now();
    let row = document::Model {
        name: letter.file_name().to_owned(),
        media_type: PDF.to_owned(),
        purpose: Purpose::Notice,
        platform_id: entry.platform_id,
        ..made(app, file, &stored)
    };
    document::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    let kept = Model {
        id: app.id::<NoticeId>(),
        entry_id: entry.id,
        appeal_id: match letter {
            Letter::Appeal { appeal, .. } => Some(appeal),
            Letter::Listing | Letter::Removal(..) => None,
        },
        kind: letter.kind(),
        file_id: file,
        made_at: now,
    };
    Entity::insert(kept.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    evidence::mark_used(app, tx, [(file, entry.id.0)].into()).await?;
    Ok(file)
}

async fn print(
    app: &App,
    tx: &DatabaseTransaction,
    entry: &blacklist::Model,
    letter: Letter<'_>,
) -> Result<Vec<u8>, Error> {
    let name: String = app.vault.open_json(name_place(entry.id), &entry.name)?;
    let content: Content = app
        .vault
        .open_json(content_place(entry.id), &entry.content)?;
    let platform = match entry.platform_id {
        Some(id) => platform::by_ids([id]).one(tx).await?,
        None => None,
    };
    let platform = platform.map(|row| row.name).unwrap_or_default();
    let number = entry.id.to_string();
    let sender = paper::Sender {
        platform: &platform,
        addressee: &name,
        number: &number,
        contact: entry.contact.as_deref().unwrap_or_default(),
        date: app.today(),
    };
    let edition = app.edition();
    let set = match letter {
        Letter::Listing => paper::listing_notice(
            edition,
            &sender,
            &paper::Listing {
                role: entry.role,
                facts: &content.facts,
                reason: &content.reason,
                bases: &[paper::Basis {
                    instrument: &entry.instrument,
                    number: &entry.article,
                }],
                from: entry.valid_from,
                until: entry.valid_until,
                appeal_channel: entry.appeal_channel.as_deref().unwrap_or_default(),
            },
        ),
        Letter::Appeal {
            received_on,
            state,
            until,
            reasons,
            ..
        } => paper::appeal_notice(
            edition,
            &sender,
            &paper::Appeal {
                listing: &number,
                received_on,
                decision: decision(app, entry, (state, until)),
                reasons,
            },
        ),
        Letter::Removal(reasons, lifted) => paper::removal_notice(
            edition,
            &sender,
            &paper::Removal {
                listing: &number,
                expired: entry.valid_until.filter(|_| reasons.is_none()),
                on: ends_on(app, entry, reasons),
                reasons,
                lifted,
            },
        ),
    };
    // Setting a page takes milliseconds of pure work, which no other request should wait for.
    tokio::task::spawn_blocking(move || set.pdf())
        .await
        .map_err(|e| Error::internal("notice")(e.into()))?
        .map_err(|e| Error::internal("notice")(e.into()))
}

/// The first day on which nobody is listed any more.
fn ends_on(app: &App, entry: &blacklist::Model, reasons: Option<&str>) -> NaiveDate {
    let after = entry.valid_until.and_then(|until| until.succ_opt());
    match reasons {
        Some(_) => app.today(),
        None => after.unwrap_or_else(|| app.today()),
    }
}

fn decision(
    app: &App,
    entry: &blacklist::Model,
    (state, until): (AppealState, Option<NaiveDate>),
) -> paper::Decision {
    let from = entry.valid_from;
    match (state, until) {
        (AppealState::Removed, _) => paper::Decision::Removed { on: app.today() },
        (AppealState::Shortened, Some(until)) => paper::Decision::Shortened { from, until },
        _ => paper::Decision::Upheld {
            from,
            until: entry.valid_until,
        },
    }
}

/// The letters of entries, oldest first.
pub async fn of_entries(app: &App, ids: &[entity::id::EntryId]) -> Result<Vec<Model>, Error> {
    Ok(notice::of_entries(ids.iter().copied()).all(&app.db).await?)
}
