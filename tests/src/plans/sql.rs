//! The few words in which the two databases differ where rows are made of numbers. Every function takes and gives SQL
//! expressions; `n` is the number of the row in all of them.

use sea_orm::DbBackend;

/// One of the two dialects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sql(pub(super) DbBackend);

impl Sql {
    fn postgres(self) -> bool {
        self.0 == DbBackend::Postgres
    }

    /// Rows `n` from `first` to `last`, as a table named `s`.
    pub(super) fn numbers(self, first: u64, last: u64) -> String {
        if self.postgres() {
            return format!("generate_series({first}::bigint, {last}::bigint) AS s(n)");
        }
        format!(
            "(WITH RECURSIVE t(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM t WHERE n < {last}) \
             SELECT n FROM t) AS s"
        )
    }

    /// A number as so many hexadecimal digits.
    pub(super) fn hex(self, number: &str, digits: usize) -> String {
        if self.postgres() {
            format!("lpad(to_hex(({number})::bigint), {digits}, '0')")
        } else {
            format!("printf('%0{digits}x', {number})")
        }
    }

    /// Binary data from hexadecimal digits.
    pub(super) fn bytes(self, hex: &str) -> String {
        if self.postgres() {
            format!("decode({hex}, 'hex')")
        } else {
            format!("unhex({hex})")
        }
    }

    /// An id from 32 hexadecimal digits.
    pub(super) fn uuid(self, hex: &str) -> String {
        if self.postgres() {
            format!("({hex})::uuid")
        } else {
            format!("unhex({hex})")
        }
    }

    /// An instant from seconds since 1970.
    pub(super) fn instant(self, seconds: &str) -> String {
        if self.postgres() {
            format!("to_timestamp({seconds})")
        } else {
            format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', {seconds}, 'unixepoch')")
        }
    }

    /// The day that lies so many days before another.
    pub(super) fn day_before(self, day: chrono::NaiveDate, days: &str) -> String {
        if self.postgres() {
            format!("(DATE '{day}' - ({days})::integer)")
        } else {
            format!("date('{day}', '-' || ({days}) || ' days')")
        }
    }

    /// A day.
    pub(super) fn day(self, day: chrono::NaiveDate) -> String {
        self.day_before(day, "0")
    }

    /// A number as so many decimal digits.
    pub(super) fn digits(self, number: &str, digits: usize) -> String {
        if self.postgres() {
            format!("lpad(({number})::text, {digits}, '0')")
        } else {
            format!("printf('%0{digits}d', {number})")
        }
    }

    /// NULL with a type that both databases take where rows are made.
    pub(super) fn null(self, kind: &str) -> String {
        if self.postgres() {
            format!("NULL::{kind}")
        } else {
            "NULL".to_owned()
        }
    }

    /// A boolean.
    pub(super) fn truth(self, value: bool) -> &'static str {
        match (self.postgres(), value) {
            (true, true) => "TRUE",
            (true, false) => "FALSE",
            (false, true) => "1",
            (false, false) => "0",
        }
    }
}

/// A number from 0 to `below`, that looks like chance and is the same in every run. `salt` is odd, and another one for
/// each thing that should not go with the others.
pub(super) fn chance(n: &str, salt: u64, below: u64) -> String {
    format!("(((({n}) * {salt}) % 4294967296) / 1024) % {below}")
}

/// So many times eight hexadecimal digits; the first eight are another number for every `n` below 2^32.
pub(super) fn scrambled(sql: Sql, n: &str, words: u64) -> String {
    let word = |word: u64| {
        sql.hex(
            &format!("(({n}) * {}) % 4294967296", 2_654_435_761 + 2 * word),
            8,
        )
    };
    (0..words).map(word).collect::<Vec<_>>().join(" || ")
}
