//! Heads on their way into the file store, and the gathering of finished days.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::audit::{self, segment};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::chain::{self, Leaf, Line};
use crate::app::App;
use crate::clock::legal_day;
use crate::error::Error;

/// Segments filed at a time.
const AT_A_TIME: u64 = 100;
/// Days that are left as they are before they are gathered: nobody files into them any more.
const QUIET_DAYS: i64 = 2;

/// Files every segment that has not reached the store; says how many. Two processes that file the same one write the same
/// bytes.
pub async fn file_once(app: &App) -> Result<u64, Error> {
    let mut filed = 0;
    loop {
        let segments = segment::unfiled(AT_A_TIME).all(&app.db).await?;
        if segments.is_empty() {
            return Ok(filed);
        }
        for row in segments {
            let entries = audit::of_segments(row.number, row.number)
                .all(&app.db)
                .await?;
            let leaves: Vec<Leaf> = entries.iter().map(Leaf::of).collect();
            if chain::head(&row, &leaves).as_slice() != row.head {
                return Err(Error::internal("filing a head")(
                    "the entries are not those that were sealed".into(),
                ));
            }
            let day = legal_day(row.sealed_at);
            let bytes = [line(&row)?, chain::written(&leaves)].concat();
            app.files
                .put_segment(day, row.number, bytes)
                .await
                .map_err(|fault| Error::internal("filing a head")(fault.into()))?;
            segment::Entity::update_many()
                .col_expr(segment::Column::FiledAt, Expr::val(app.now()))
                .filter(segment::Column::Number.eq(row.number))
                .exec(&app.db)
                .await?;
            filed += 1;
        }
    }
}

fn line(row: &segment::Model) -> Result<Vec<u8>, Error> {
    let mut line = serde_json::to_vec(&Line::of(row))?;
    line.push(b'\n');
    Ok(line)
}

/// A filed segment, taken apart.
pub(super) struct Filed {
    /// The head, as the file tells it.
    pub line: Line,
    /// The bytes of the line, with its end.
    pub text: Vec<u8>,
    /// The leaves, as bytes.
    pub leaves: Vec<u8>,
}

impl Filed {
    /// Takes a segment's own object apart; nothing where it is none.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')? + 1;
        let (text, leaves) = bytes.split_at_checked(end)?;
        Some(Self {
            line: serde_json::from_slice(text).ok()?,
            text: text.to_vec(),
            leaves: leaves.to_vec(),
        })
    }
}

/// The heads of a gathered day, in order; what is no head is left out, and missed by whoever looks for it.
pub(super) fn lines(bytes: &[u8]) -> Vec<Line> {
    let lines = bytes.split(|byte| *byte == b'\n');
    lines
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect()
}

/// Gathers the heads of days that are over; says how many segments were gathered. Interrupted anywhere, it is begun again:
/// single objects go only once the day's own are there.
pub async fn gather_once(app: &App) -> Result<u64, Error> {
    let store = |fault: crate::files::FileFault| Error::internal("gathering heads")(fault.into());
    let mut gathered = 0;
    let over = app.today() - chrono::TimeDelta::days(QUIET_DAYS);
    for day in app.files.head_days().await.map_err(store)? {
        if day > over {
            break;
        }
        let found = app.files.heads_of(day).await.map_err(store)?;
        if found.loose.is_empty() {
            continue;
        }
        if !found.gathered {
            let (heads, leaves) = together(app, day, &found.loose).await?;
            app.files.gather(day, heads, leaves).await.map_err(store)?;
        }
        // A segment that was filed after its day had been gathered stays by itself.
        let lines = lines(&app.files.gathered_heads(day).await.map_err(store)?);
        let known: Vec<_> = lines.iter().map(|line| line.number).collect();
        for number in found
            .loose
            .into_iter()
            .filter(|number| known.contains(number))
        {
            app.files.remove_segment(day, number).await.map_err(store)?;
            gathered += 1;
        }
    }
    Ok(gathered)
}

/// A day's heads, a line each, and its leaves in the same order.
async fn together(app: &App, day: NaiveDate, numbers: &[i64]) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let mut parts = BTreeMap::new();
    for number in numbers {
        let bytes = app
            .files
            .segment(day, *number)
            .await
            .map_err(|fault| Error::internal("gathering heads")(fault.into()))?;
        let filed = Filed::read(&bytes).ok_or_else(|| {
            Error::internal("gathering heads")("a filed segment is no segment".into())
        })?;
        parts.insert(*number, filed);
    }
    let heads = parts
        .values()
        .flat_map(|filed| filed.text.iter().copied())
        .collect();
    let leaves = parts.into_values().flat_map(|filed| filed.leaves).collect();
    Ok((heads, leaves))
}
