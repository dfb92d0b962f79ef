//! Writing a frozen submission: rows in order of registration through the blocking hand, workbooks into the file store,
//! then one transaction that makes it READY. Whatever ends it before that leaves nothing but files nobody refers to.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use entity::document;
use entity::id::{ClientId, FileId, RegistrationId};
use entity::kind::{RecordSource, SubjectKind, SubmissionState, TieKind};
use entity::submission::{self, Column, Model, row};
use entity::{client, party, platform, registration, revision, tie};
use reports::Cover;
use rules::submission::SubmissionDeed;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::course::moving;
use super::layout::Printed;
use super::lease::Lease;
use super::pen::{self, Batch, Contents, Desk, Message};
use super::store::store;
use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::division::Gazetteer;
use crate::registry::{party as parties, platform as platforms};

/// The most rows that are read at a time: their ids go into one statement, and SQLite takes 32,766 values.
const MOST_ROWS: u64 = 10_000;

/// 编制人 on the cover of what the schedule prepared.
const BY_THE_HOUSE: &str = "名录系统定期生成";

/// How far an attempt is, for whoever keeps its lease, and which files it has begun.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicI64,
    files: Mutex<Vec<FileId>>,
}

impl Progress {
    /// Rows read so far.
    pub fn rows(&self) -> i64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// A file that this attempt begins.
    pub(super) fn new_file(&self, app: &App) -> FileId {
        let id = app.id();
        self.files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(id);
        id
    }

    /// Removes what an attempt stored that came to nothing; what cannot be removed now, the sweep finds.
    pub async fn discard(&self, app: &App) {
        let files = std::mem::take(&mut *self.files.lock().unwrap_or_else(PoisonError::into_inner));
        for id in files {
            if let Err(fault) = app.files.delete(id.0).await {
                tracing::warn!(file = %id, cause = %fault, "a file of a lost attempt stays for the sweep");
            }
        }
    }
}

/// What an attempt made, stored but not on record.
#[derive(Debug)]
pub struct Made {
    /// The files' rows.
    pub files: Vec<document::Model>,
    /// What stands in them.
    pub contents: Contents,
}

/// Writes the workbooks of a submission and stores them.
pub async fn write(app: &Arc<App>, row: &Model, progress: &Progress) -> Result<Made, Error> {
    let cover = cover(app, row).await?;
    let desk = Desk {
        app: Arc::clone(app),
        printed: Printed::of(row)?,
        province: row.recipient.clone(),
        cover: cover.clone(),
        gazetteer: Gazetteer::load(&app.db, app.today()).await?,
    };
    let (to, from) = mpsc::channel(1);
    let hand = spawn_blocking(move || pen::write(&desk, from));
    let fed = feed(app, row, &to, progress).await;
    drop(to);
    let written = hand
        .await
        .map_err(|e| Error::internal("workbook")(e.into()))?;
    // A hand that stopped early has the reason; otherwise what it was given ended early.
    let written = match (fed, written) {
        (Err(error), _) | (Ok(()), Err(error)) => return Err(error),
        (Ok(()), Ok(written)) => written,
    };
    let contents = written.contents.clone();
    let files = store(app, row, (&cover, written), progress).await?;
    Ok(Made { files, contents })
}

/// Gives the hand every sheet, batch by batch; it stops without a word when the hand did.
async fn feed(
    app: &App,
    row: &Model,
    to: &mpsc::Sender<Message>,
    progress: &Progress,
) -> Result<(), Error> {
    for sheet in 0..Printed::of(row)?.report.sheets.len() {
        let mut after = None;
        while let Some(batch) = batch(app, row, sheet, after).await? {
            after = batch.rows.last().map(|row| row.registration_id);
            let rows = i64::try_from(batch.rows.len()).unwrap_or(0);
            if to.send(Message::Rows(batch)).await.is_err() {
                return Ok(());
            }
            progress.rows.fetch_add(rows, Ordering::Relaxed);
        }
    }
    let _ = to.send(Message::End).await;
    Ok(())
}

/// The rows of a sheet after a registration, with what they froze; none when there are no more.
async fn batch(
    app: &App,
    filing: &Model,
    sheet: usize,
    after: Option<RegistrationId>,
) -> Result<Option<Batch>, Error> {
    let limit = u64::from(app.settings.submission.batch_rows).min(MOST_ROWS);
    let number = i16::try_from(sheet).unwrap_or(i16::MAX);
    let rows = row::of_sheet(filing.id, number, after, limit)
        .all(&app.db)
        .await?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Ok(None);
    };
    let run = first.registration_id..=last.registration_id;
    let frozen = revision::frozen_in(filing.id, number, run)
        .all(&app.db)
        .await?;
    let named = party::by_ids(frozen.iter().map(|row| row.party_id))
        .all(&app.db)
        .await?;
    let agencies = match Printed::of(filing)?.report.sheets.get(sheet) {
        Some(sheet) if sheet.subject == SubjectKind::Streamer => {
            agencies(app, filing, &rows).await?
        }
        _ => Vec::new(),
    };
    let revisions: HashMap<_, _> = frozen
        .into_iter()
        .map(|row| (row.registration_id, row))
        .collect();
    Ok(Some(Batch {
        sheet,
        rows,
        revisions,
        parties: named.into_iter().map(|row| (row.id, row)).collect(),
        agencies,
    }))
}

/// The agencies that these streamers have or had, as they stood at the freeze.
async fn agencies(
    app: &App,
    filing: &Model,
    streamers: &[row::Model],
) -> Result<Vec<(party::Model, revision::Model)>, Error> {
    let streamers = streamers.iter().map(|row| row.registration_id);
    let ties = tie::of_kind(TieKind::StreamerAgency, streamers);
    let parties: BTreeSet<_> = ties
        .all(&app.db)
        .await?
        .into_iter()
        .map(|tie| tie.other_party_id)
        .collect();
    let book = (
        filing.platform_id,
        SubjectKind::Agency,
        RecordSource::Platform,
    );
    let registered = registration::in_ledger(book.0, book.1, book.2, parties.iter().copied());
    let registered = registered.all(&app.db).await?;
    let mut whose: HashMap<_, _> = registered
        .iter()
        .map(|row| (row.id, row.party_id))
        .collect();
    let at = filing.as_of.unwrap_or(filing.created_at);
    let revised = revision::as_of(whose.keys().copied(), at)
        .all(&app.db)
        .await?;
    let named = party::by_ids(parties).all(&app.db).await?;
    let named: HashMap<_, _> = named.into_iter().map(|row| (row.id, row)).collect();
    let pair = |revised: revision::Model| {
        let party = whose.remove(&revised.registration_id)?;
        Some((named.get(&party)?.clone(), revised))
    };
    Ok(revised.into_iter().filter_map(pair).collect())
}

/// What the first sheet says of platform, window and freeze.
async fn cover(app: &App, row: &Model) -> Result<Cover, Error> {
    let lacks = |what: &'static str| Error::internal("the cover of a submission")(what.into());
    let platform = platform::by_ids([row.platform_id]).one(&app.db).await?;
    let platform = platform.ok_or_else(|| lacks("no platform"))?;
    let facts = platforms::facts(app, &app.db, &platform).await?;
    let facts = facts.ok_or_else(|| lacks("no facts of the platform"))?;
    let company = party::by_ids(platform.party_id).one(&app.db).await?;
    let company = parties::open(app, &company.ok_or_else(|| lacks("no company"))?)?;
    let base = match row.base_id {
        Some(base) => submission::for_job(base).one(&app.db).await?,
        None => None,
    };
    let prepared_by = match row.prepared_by {
        ClientId::HOUSE => BY_THE_HOUSE.to_owned(),
        client => client::by_id(client)
            .one(&app.db)
            .await?
            .map_or_else(String::new, |client| client.name),
    };
    let gazetteer = Gazetteer::load(&app.db, app.today()).await?;
    let version = |number: i32| u32::try_from(number).unwrap_or(0);
    Ok(Cover {
        platform: facts.platform_name,
        company: facts.name,
        credit_code: company.number().to_owned(),
        domicile: facts.domicile.text,
        phone: facts.phone,
        url: facts.url,
        window: row.window.clone(),
        due_on: row.due_on,
        kind: row.kind,
        base_version: base.map(|base| version(base.version)),
        version: version(row.version),
        province: gazetteer
            .named(&row.recipient)
            .map_or_else(String::new, |named| named.name),
        as_of: row.as_of.unwrap_or(row.created_at),
        prepared_by,
        registry_version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Makes a submission READY with its files, unless the claim on it was lost meanwhile; then nothing is written.
pub async fn finish(app: &App, lease: &Lease, made: &Made) -> Result<bool, Error> {
    let contents = &made.contents;
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let finished = moving(SubmissionDeed::Finish, SubmissionState::Ready, app.now())
        .col_expr(Column::RowsDone, Expr::col(Column::RowsTotal))
        .col_expr(
            Column::Counts,
            Expr::val(serde_json::to_string(&contents.counts)?),
        )
        .col_expr(Column::ProblemCount, Expr::val(contents.problem_count))
        .col_expr(
            Column::Problems,
            Expr::val(serde_json::to_string(&contents.problems)?),
        )
        .filter(lease.held())
        .exec(&tx)
        .await?;
    if finished.rows_affected != 1 {
        tx.rollback().await?;
        return Ok(false);
    }
    for file in &made.files {
        let row = file.clone().into_active_model().reset_all();
        document::Entity::insert(row)
            .exec_without_returning(&tx)
            .await?;
    }
    let files = made
        .files
        .iter()
        .map(|file| (file.id.to_string(), &file.sha256));
    let entry = Entry {
        operation: "writeSubmission",
        outcome: Outcome::Done,
        subjects: vec![lease.submission.to_string()],
        detail: json!({
            "state": SubmissionState::Ready,
            "files": files.collect::<Vec<_>>(),
            "rows": contents.counts.iter().map(|count| count.rows).sum::<u64>(),
            "problems": contents.problem_count,
        }),
        party: None,
        purpose: None,
    };
    audit::record_house(app, &tx, entry).await?;
    tx.commit().await?;
    Ok(true)
}
