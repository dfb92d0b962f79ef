//! Time and chance as arguments: whoever needs them asks the `App`'s clock and entropy.
//! The only place that reads the machine's clock and its random source; nothing here decides by law.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::{digest, rand};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeDelta, Utc};
use uuid::{Builder, Uuid};

/// How far the legal day of Asia/Shanghai is ahead of UTC; it has had no summer time since 1991.
const SHANGHAI: TimeDelta = TimeDelta::hours(8);

/// The legal day in Asia/Shanghai that an instant falls on.
#[must_use]
pub fn legal_day(at: DateTime<Utc>) -> NaiveDate {
    in_shanghai(at).date()
}

/// The instant at which a legal day begins in Asia/Shanghai.
#[must_use]
pub fn day_begins(day: NaiveDate) -> DateTime<Utc> {
    from_shanghai(day.and_time(NaiveTime::MIN))
}

/// An instant as the clocks on the wall in Asia/Shanghai show it.
#[must_use]
pub fn in_shanghai(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc() + SHANGHAI
}

/// The instant at which the clocks on the wall in Asia/Shanghai show this.
#[must_use]
pub fn from_shanghai(wall: NaiveDateTime) -> DateTime<Utc> {
    (wall - SHANGHAI).and_utc()
}

/// What time it is.
pub trait Clock: Debug + Send + Sync {
    /// The instant, in whole microseconds: what a database gives back equals what it was given.
    fn now(&self) -> DateTime<Utc>;

    /// The legal day in Asia/Shanghai.
    fn today(&self) -> NaiveDate {
        legal_day(self.now())
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// A clock that stands still until it is moved, for tests and for looking at a window ahead of time.
#[derive(Debug)]
pub struct FrozenClock(Mutex<DateTime<Utc>>);

impl FrozenClock {
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now.trunc_subsecs(6)))
    }

    /// Moves the clock to an instant, which may lie in its past.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now.trunc_subsecs(6);
    }

    /// Moves the clock by a span.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for FrozenClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Chance, and the ids made of it.
#[derive(Debug)]
pub struct Entropy {
    origin: Origin,
    /// The first 60 bits of the last id: 48 of milliseconds, 12 that count.
    last_id: AtomicU64,
}

#[derive(Debug)]
enum Origin {
    System,
    /// SHA-256 over seed and counter: repeatable, and therefore never for anything secret.
    Seeded {
        seed: u64,
        drawn: AtomicU64,
    },
}

impl Entropy {
    /// The operating system's randomness, through AWS-LC.
    #[must_use]
    pub fn system() -> Self {
        Self {
            origin: Origin::System,
            last_id: AtomicU64::new(0),
        }
    }

    /// The same bytes for the same seed, for tests and demo data; never for keys, tokens or sealing.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let origin = Origin::Seeded {
            seed,
            drawn: AtomicU64::new(0),
        };
        Self {
            origin,
            last_id: AtomicU64::new(0),
        }
    }

    /// Fills a buffer with random bytes.
    pub fn fill(&self, buffer: &mut [u8]) {
        match &self.origin {
            Origin::System => fill_from_system(buffer),
            Origin::Seeded { seed, drawn } => {
                for chunk in buffer.chunks_mut(digest::SHA256_OUTPUT_LEN) {
                    let number = drawn.fetch_add(1, Ordering::Relaxed);
                    let input = [seed.to_be_bytes(), number.to_be_bytes()].concat();
                    let block = digest::digest(&digest::SHA256, &input);
                    chunk
                        .iter_mut()
                        .zip(block.as_ref())
                        .for_each(|(to, from)| *to = *from);
                }
            }
        }
    }

    /// Makes an id that sorts after every id this process made before (RFC 9562 §6.2, a counter in `rand_a`
    /// that starts anywhere in its lower half each millisecond). Should the counter run over or the clock step
    /// back, the id's time runs ahead of the clock; do not read the time of an event from its id.
    pub fn uuid_v7(&self, now: DateTime<Utc>) -> Uuid {
        let mut tail = [0_u8; 10];
        self.fill(&mut tail);
        let [high, low, ..] = &mut tail;
        let milliseconds = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let start = u64::from(u16::from_be_bytes([*high, *low]) & 0x07ff);
        let fresh = (milliseconds << 12) | start;
        let next = |last: u64| fresh.max(last + 1);
        let last = self
            .last_id
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                Some(next(last))
            });
        let id = next(last.unwrap_or_else(|last| last));
        [*high, *low] = ((id & 0x0fff) as u16).to_be_bytes();
        Builder::from_unix_timestamp_millis(id >> 12, &tail).into_uuid()
    }
}

#[expect(
    clippy::expect_used,
    reason = "AWS-LC ends the process itself when the system has no randomness"
)]
fn fill_from_system(buffer: &mut [u8]) {
    rand::fill(buffer).expect("the system's randomness");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_legal_day_begins_at_sixteen_hours_utc() {
        let clock = FrozenClock::at(instant("2027-01-31T15:59:59.999999Z"));
        assert_eq!(clock.today().to_string(), "2027-01-31");
        clock.advance(TimeDelta::microseconds(1));
        assert_eq!(clock.today().to_string(), "2027-02-01");
        clock.set(instant("2026-02-28T16:00:00Z"));
        assert_eq!(clock.today().to_string(), "2026-03-01");
        assert_eq!(day_begins(clock.today()), clock.now());
        assert_eq!(from_shanghai(in_shanghai(clock.now())), clock.now());
    }

    #[test]
    fn instants_have_whole_microseconds() {
        let clock = FrozenClock::at(instant("2027-01-01T00:00:00.123456789Z"));
        assert_eq!(clock.now().timestamp_subsec_nanos(), 123_456_000);
        assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1_000, 0);
    }

    #[test]
    fn ids_are_version_seven_and_carry_the_time() {
        let now = instant("2027-01-01T08:00:00.123Z");
        let id = Entropy::system().uuid_v7(now);
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        let milliseconds = id.as_u128() >> 80;
        assert_eq!(
            milliseconds,
            u128::try_from(now.timestamp_millis()).unwrap()
        );
    }

    #[test]
    fn ids_keep_their_order_when_the_clock_stands_or_steps_back() {
        let entropy = Entropy::system();
        let now = instant("2027-01-01T00:00:00Z");
        let mut ids: Vec<Uuid> = (0..10_000).map(|_| entropy.uuid_v7(now)).collect();
        ids.push(entropy.uuid_v7(now - TimeDelta::hours(1)));
        assert!(ids.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn threads_never_share_an_id() {
        let entropy = Entropy::seeded(1);
        let now = instant("2027-01-01T00:00:00Z");
        let mut heads: Vec<u128> = std::thread::scope(|scope| {
            let draw = || {
                (0..2_000)
                    .map(|_| entropy.uuid_v7(now).as_u128() >> 64)
                    .collect::<Vec<_>>()
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(draw)).collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap())
                .collect()
        });
        heads.sort_unstable();
        heads.dedup();
        assert_eq!(heads.len(), 8_000, "the counter alone must tell ids apart");
    }

    #[test]
    fn a_seed_repeats_itself_and_the_system_does_not() {
        let draw = |entropy: &Entropy| {
            let mut bytes = [0_u8; 70];
            entropy.fill(&mut bytes);
            bytes
        };
        let (one, two) = (Entropy::seeded(7), Entropy::seeded(7));
        assert_eq!(draw(&one), draw(&two));
        assert_ne!(
            draw(&one),
            draw(&Entropy::seeded(7)),
            "the second draw differs from the first"
        );
        assert_ne!(draw(&Entropy::seeded(7)), draw(&Entropy::seeded(8)));
        assert_ne!(draw(&Entropy::system()), draw(&Entropy::system()));
    }
}
