//! Checks the audit against its heads: every entry is hashed again, every head compared with the one that was signed and
//! with the one in the file store. Memory does not grow with entries: a run of segments is read at a time.

use std::collections::BTreeMap;

use chrono::{DateTime, Months, NaiveDate, Utc};
use entity::audit::{self, segment};
use entity::id::AuditId;
use serde::Serialize;

use super::chain::{self, Difference, LEAF_BYTES, Leaf, Line};
use super::file::{Filed, lines};
use crate::app::App;
use crate::clock::legal_day;
use crate::error::Error;
use crate::files::FileFault;

/// Heads read at a time.
const HEADS: u64 = 1_000;
/// Entries read at a time, unless one segment has more.
const ENTRIES: i64 = 10_000;

/// What is wrong, where it first is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "flaw",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Flaw {
    /// An entry's fields are not what was sealed.
    Changed {
        segment: i64,
        position: usize,
        entry: AuditId,
    },
    /// An entry that was sealed is gone.
    Deleted {
        segment: i64,
        position: usize,
        entry: AuditId,
    },
    /// An entry stands where none was sealed.
    Inserted {
        segment: i64,
        position: usize,
        entry: AuditId,
    },
    /// An entry stands at another place than it was sealed at.
    Reordered {
        segment: i64,
        position: usize,
        entry: AuditId,
    },
    /// The segment's entries are not those that were sealed; the file that would name the entry is missing or changed too.
    Unlike { segment: i64 },
    /// The segment's head is not the one that was signed, or does not name the one before.
    Head { segment: i64 },
    /// The segment is gone from the database.
    Missing { segment: i64 },
    /// The segments from this one on are in the file store and no longer in the database.
    CutOff { segment: i64, until: i64 },
    /// The segment's head is gone from the file store, or is another one there.
    File { segment: i64 },
    /// The segment's entries were dropped before their time.
    Dropped { segment: i64 },
}

/// What a check came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Segments that are as they were sealed.
    pub segments: u64,
    /// Their entries, those that were dropped left out.
    pub entries: u64,
    /// Segments whose entries were dropped in time; their heads stand.
    pub dropped: u64,
    /// Segments that are sealed and not yet in the file store.
    pub unfiled: u64,
    /// Entries that are not sealed yet: nothing proves them.
    pub unsealed: u64,
    /// What is wrong first; nothing is checked behind it.
    pub flaw: Option<Flaw>,
}

/// Checks everything, from the first segment to the last; `progress` hears of entries that were checked.
pub async fn verify(app: &App, mut progress: impl FnMut(u64) + Send) -> Result<Report, Error> {
    let mut check = Check {
        app,
        shelf: Shelf::default(),
        last: (0, vec![0; 32]),
        last_day: None,
        report: Report::default(),
    };
    let flaw = check.segments(&mut progress).await?;
    let flaw = match flaw {
        None => check.beyond().await?,
        found => found,
    };
    let mut report = check.report;
    report.flaw = flaw;
    report.unsealed = super::unsealed(app).await?.0;
    Ok(report)
}

struct Check<'a> {
    app: &'a App,
    shelf: Shelf,
    /// The number and the head of the segment before.
    last: (i64, Vec<u8>),
    last_day: Option<NaiveDate>,
    report: Report,
}

impl Check<'_> {
    async fn segments(
        &mut self,
        progress: &mut (impl FnMut(u64) + Send),
    ) -> Result<Option<Flaw>, Error> {
        loop {
            let heads = segment::after(self.last.0, HEADS).all(&self.app.db).await?;
            if heads.is_empty() {
                return Ok(None);
            }
            for run in runs(heads) {
                let (Some(first), Some(last)) = (run.first(), run.last()) else {
                    continue;
                };
                let mut entries: BTreeMap<i64, Vec<audit::Model>> = BTreeMap::new();
                let found = audit::of_segments(first.number, last.number);
                for entry in found.all(&self.app.db).await? {
                    let number = entry.segment.unwrap_or(0);
                    entries.entry(number).or_default().push(entry);
                }
                for row in run {
                    let standing = entries.remove(&row.number).unwrap_or_default();
                    let standing: Vec<Leaf> = standing.iter().map(Leaf::of).collect();
                    if let Some(flaw) = self.segment(&row, &standing).await? {
                        return Ok(Some(flaw));
                    }
                    progress(standing.len() as u64);
                }
                // What stands under a number between two heads has no head.
                if let Some(entry) = entries.into_values().flatten().next() {
                    return Ok(Some(inserted(&entry)));
                }
            }
        }
    }

    async fn segment(
        &mut self,
        row: &segment::Model,
        standing: &[Leaf],
    ) -> Result<Option<Flaw>, Error> {
        let number = row.number;
        if number != self.last.0 + 1 {
            return Ok(Some(Flaw::Missing {
                segment: self.last.0 + 1,
            }));
        }
        let day = legal_day(row.sealed_at);
        let filed = self.shelf.line(self.app, day, number).await?;
        let whole = match row.dropped_at {
            Some(_) => standing.is_empty(),
            None => chain::head(row, standing).as_slice() == row.head,
        };
        let signed = self.signed(row) && row.previous == self.last.1;
        if !whole || !signed {
            return self.tell(row, standing, filed).await.map(Some);
        }
        if row
            .dropped_at
            .is_some_and(|at| at < over(self.app, row.last_at))
        {
            return Ok(Some(Flaw::Dropped { segment: number }));
        }
        if row.filed_at.is_some() && filed.as_ref() != Some(&Line::of(row)) {
            return Ok(Some(Flaw::File { segment: number }));
        }
        self.report.segments += 1;
        self.report.entries += standing.len() as u64;
        self.report.dropped += u64::from(row.dropped_at.is_some());
        self.report.unfiled += u64::from(row.filed_at.is_none());
        self.last = (number, row.head.clone());
        self.last_day = Some(day);
        Ok(None)
    }

    fn signed(&self, row: &segment::Model) -> bool {
        let (Ok(head), Ok(key)) = (row.head.as_slice().try_into(), u32::try_from(row.key_id))
        else {
            return false;
        };
        self.app
            .vault
            .verify_head(head, key, &row.signature)
            .is_ok()
    }

    /// Names what is wrong with a segment, by the leaves that were filed when it was sealed.
    async fn tell(
        &self,
        row: &segment::Model,
        standing: &[Leaf],
        filed: Option<Line>,
    ) -> Result<Flaw, Error> {
        let segment = row.number;
        let Some(line) = filed else {
            return Ok(if self.signed(row) {
                Flaw::Unlike { segment }
            } else {
                Flaw::Head { segment }
            });
        };
        let sealed = self
            .shelf
            .leaves(self.app, legal_day(row.sealed_at), segment)
            .await?;
        // The leaves prove themselves: with them the filed head comes out and its signature is ours.
        let Some(sealed) = sealed.filter(|leaves| self.proves(&line, leaves)) else {
            return Ok(Flaw::Unlike { segment });
        };
        if row.dropped_at.is_some() {
            let first = standing.first();
            return Ok(first.map_or(Flaw::Head { segment }, |leaf| Flaw::Inserted {
                segment,
                position: 0,
                entry: leaf.id,
            }));
        }
        Ok(match chain::difference(&sealed, standing) {
            None => Flaw::Head { segment },
            Some((position, Difference::Changed(entry))) => Flaw::Changed {
                segment,
                position,
                entry,
            },
            Some((position, Difference::Deleted(entry))) => Flaw::Deleted {
                segment,
                position,
                entry,
            },
            Some((position, Difference::Inserted(entry))) => Flaw::Inserted {
                segment,
                position,
                entry,
            },
            Some((position, Difference::Reordered(entry))) => Flaw::Reordered {
                segment,
                position,
                entry,
            },
        })
    }

    fn proves(&self, line: &Line, leaves: &[Leaf]) -> bool {
        let Some(row) = line.segment() else {
            return false;
        };
        chain::head(&row, leaves).as_slice() == row.head && self.signed(&row)
    }

    /// What lies behind the last segment: heads that the database lost, entries that claim a segment that is not there.
    async fn beyond(&mut self) -> Result<Option<Flaw>, Error> {
        let last = self.last.0;
        let until = self.shelf.newest(self.app, self.last_day).await?;
        if until > last {
            return Ok(Some(Flaw::CutOff {
                segment: last + 1,
                until,
            }));
        }
        let stray = audit::beyond(last).one(&self.app.db).await?;
        Ok(stray.as_ref().map(inserted))
    }
}

fn inserted(entry: &audit::Model) -> Flaw {
    Flaw::Inserted {
        segment: entry.segment.unwrap_or(0),
        position: usize::try_from(entry.position.unwrap_or(0)).unwrap_or(0),
        entry: entry.id,
    }
}

/// When entries of a moment may be dropped.
pub(super) fn over(app: &App, at: DateTime<Utc>) -> DateTime<Utc> {
    let years = app.settings.audit.keep_years;
    at.checked_add_months(Months::new(years.saturating_mul(12)))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Heads in runs of so many entries.
fn runs(heads: Vec<segment::Model>) -> Vec<Vec<segment::Model>> {
    let mut runs: Vec<Vec<segment::Model>> = Vec::new();
    let mut entries = 0;
    for head in heads {
        entries += i64::from(head.entries);
        match runs.last_mut() {
            Some(run) if entries <= ENTRIES => run.push(head),
            _ => {
                entries = i64::from(head.entries);
                runs.push(vec![head]);
            }
        }
    }
    runs
}

/// The heads in the file store, a day at a time.
#[derive(Default)]
struct Shelf {
    day: Option<NaiveDate>,
    loose: Vec<i64>,
    /// The gathered heads, each with where its leaves begin.
    gathered: BTreeMap<i64, (Line, u64)>,
}

impl Shelf {
    async fn turn_to(&mut self, app: &App, day: NaiveDate) -> Result<(), Error> {
        if self.day == Some(day) {
            return Ok(());
        }
        let found = app.files.heads_of(day).await.map_err(fault)?;
        self.gathered.clear();
        self.loose = found.loose;
        self.day = Some(day);
        if found.gathered {
            let mut offset = 0;
            for line in lines(&app.files.gathered_heads(day).await.map_err(fault)?) {
                let bytes = u64::try_from(line.entries).unwrap_or(0) * LEAF_BYTES as u64;
                self.gathered.insert(line.number, (line, offset));
                offset += bytes;
            }
        }
        Ok(())
    }

    /// The head of a segment as it was filed.
    async fn line(
        &mut self,
        app: &App,
        day: NaiveDate,
        number: i64,
    ) -> Result<Option<Line>, Error> {
        self.turn_to(app, day).await?;
        if let Some((line, _)) = self.gathered.get(&number) {
            return Ok(Some(line.clone()));
        }
        Ok(loose(app, day, number).await?.map(|filed| filed.line))
    }

    /// What a segment's entries hashed to when it was sealed.
    async fn leaves(
        &self,
        app: &App,
        day: NaiveDate,
        number: i64,
    ) -> Result<Option<Vec<Leaf>>, Error> {
        let Some((line, offset)) = self.gathered.get(&number) else {
            let filed = loose(app, day, number).await?;
            return Ok(filed.and_then(|filed| chain::read(&filed.leaves)));
        };
        let bytes = u64::try_from(line.entries).unwrap_or(0) * LEAF_BYTES as u64;
        match app
            .files
            .gathered_leaves(day, *offset..offset + bytes)
            .await
        {
            Ok(bytes) => Ok(chain::read(&bytes)),
            Err(FileFault::Absent) => Ok(None),
            Err(other) => Err(fault(other)),
        }
    }

    /// The newest segment of which the store holds a head, from a day on; 0 where there is none.
    async fn newest(&mut self, app: &App, from: Option<NaiveDate>) -> Result<i64, Error> {
        let mut newest = 0;
        for day in app.files.head_days().await.map_err(fault)? {
            if from.is_some_and(|from| day < from) {
                continue;
            }
            self.turn_to(app, day).await?;
            let numbers = self.loose.iter().chain(self.gathered.keys());
            newest = std::cmp::max(numbers.copied().max().unwrap_or(0), newest);
        }
        Ok(newest)
    }
}

async fn loose(app: &App, day: NaiveDate, number: i64) -> Result<Option<Filed>, Error> {
    match app.files.segment(day, number).await {
        Ok(bytes) => Ok(Filed::read(&bytes)),
        Err(FileFault::Absent) => Ok(None),
        Err(other) => Err(fault(other)),
    }
}

fn fault(fault: FileFault) -> Error {
    Error::internal("reading heads")(fault.into())
}
