//! Relay pages: the limits of first and last, sealed cursors that fit one list only, and `PageInfo`.

use async_graphql::SimpleObject;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::scalars::Cursor;
use crate::app::App;
use crate::error::Error;

/// Rows where the caller names neither first nor last.
pub(crate) const DEFAULT_ROWS: usize = 50;

/// 翻页信息。
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct PageInfo {
    /// 之后是否还有
    pub has_next_page: bool,
    /// 之前是否还有
    pub has_previous_page: bool,
    /// 第一条的游标
    pub start_cursor: Option<Cursor>,
    /// 最后一条的游标
    pub end_cursor: Option<Cursor>,
}

/// What a caller asks of a page.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The first rows.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<Cursor>,
    /// The last rows.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<Cursor>,
}

/// A page as it will be read.
#[derive(Clone, Debug)]
pub struct Slice<K> {
    /// At most this many rows.
    pub rows: u64,
    /// Whether the last rows are wanted.
    pub backward: bool,
    /// After this key.
    pub after: Option<K>,
    /// Before this key.
    pub before: Option<K>,
}

impl Asked {
    /// Checks the limits and opens the cursors of one list.
    pub fn slice<K: DeserializeOwned>(&self, app: &App, list: &str) -> Result<Slice<K>, Error> {
        let limit = app.settings.limits.page_size;
        let (count, backward) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Error::bad_input(
                    "first 与 last 只能取其一",
                    "give first or last, not both",
                ));
            }
            (None, count @ Some(_)) => (count, true),
            (count, None) => (count, false),
        };
        let rows = match count {
            None => DEFAULT_ROWS.min(limit),
            Some(rows) => usize::try_from(rows).map_err(|_| {
                Error::bad_input("first/last 不能为负", "first and last cannot be negative")
            })?,
        };
        if rows > limit {
            return Err(Error::LimitExceeded {
                what: "first/last",
                limit: limit as u64,
            });
        }
        Ok(Slice {
            rows: rows as u64,
            backward,
            after: self
                .after
                .as_ref()
                .map(|cursor| open(app, list, cursor))
                .transpose()?,
            before: self
                .before
                .as_ref()
                .map(|cursor| open(app, list, cursor))
                .transpose()?,
        })
    }
}

/// Seals a key into a cursor of one list.
pub fn seal<K: Serialize>(app: &App, list: &str, key: &K) -> Result<Cursor, Error> {
    Ok(Cursor(
        app.vault.seal_cursor(list, &serde_json::to_vec(key)?)?,
    ))
}

fn open<K: DeserializeOwned>(app: &App, list: &str, cursor: &Cursor) -> Result<K, Error> {
    let refused = || {
        Error::bad_input(
            "游标无效：只能原样传回得到它的同一列表与同一排序",
            "the cursor is not of this list and order: pass back what the list gave",
        )
    };
    let bytes = app
        .vault
        .open_cursor(list, &cursor.0)
        .map_err(|_| refused())?;
    serde_json::from_slice(&bytes).map_err(|_| refused())
}

/// The `PageInfo` of edges that were read for a slice, by their cursors in order.
#[must_use]
pub fn info<'a, K>(
    slice: &Slice<K>,
    more: bool,
    mut cursors: impl DoubleEndedIterator<Item = &'a Cursor> + Clone,
) -> PageInfo {
    let last = cursors.clone().next_back().cloned();
    PageInfo {
        has_next_page: if slice.backward {
            slice.before.is_some()
        } else {
            more
        },
        has_previous_page: if slice.backward {
            more
        } else {
            slice.after.is_some()
        },
        start_cursor: cursors.next().cloned(),
        end_cursor: last,
    }
}
