//! How often, and for how much, one caller may ask within a minute. Each process counts for itself and forgets at its
//! end; who is who is decided elsewhere. What is remembered is bounded: callers whose minute is over are forgotten, and
//! beyond so many the rest share one count.

use std::{
    hash::Hash,
    num::NonZeroU32,
    sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use governor::{
    NotUntil, Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};

use super::{ClientAddress, Code, Refusal};

/// Callers that are remembered one by one.
const REMEMBERED: usize = 50_000;

/// After so many questions those whose minute is over are forgotten.
const SWEEP: u32 = 1_024;

/// What one caller may have within a minute; zero is without limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct PerMinute {
    /// Requests of a known client.
    pub requests: u32,
    /// Field values that a known client's operations ask for, as `limits.complexity` counts them.
    pub cost: u32,
    /// Requests of one address without a valid token, links included.
    pub anonymous: u32,
}

/// The counts of this process.
pub struct Rates<C: Clock = MonotonicClock> {
    requests: Meter<u128, C>,
    cost: Meter<u128, C>,
    anonymous: Meter<ClientAddress, C>,
}

impl Rates {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(most: PerMinute) -> Self {
        Self::by(most, &MonotonicClock)
    }
}

impl<C: Clock + Clone> Rates<C> {
    /// The same by any clock.
    pub(super) fn by(most: PerMinute, clock: &C) -> Self {
        Self {
            requests: Meter::new(most.requests, clock),
            cost: Meter::new(most.cost, clock),
            anonymous: Meter::new(most.anonymous, clock),
        }
    }

    /// Counts a request of a known client.
    pub fn request(&self, client: u128) -> Result<(), Refusal> {
        let refused = |after| too_many(after, ["请求过于频繁", "too many requests"]);
        self.requests.take(client, 1).map_err(refused)
    }

    /// Counts what an operation of a known client asks for.
    pub fn cost(&self, client: u128, values: u64) -> Result<(), Refusal> {
        let refused = |after| {
            let words = [
                "一分钟内查询的数据过多",
                "too much was asked for within a minute",
            ];
            too_many(after, words)
        };
        let values = u32::try_from(values).unwrap_or(u32::MAX);
        self.cost.take(client, values).map_err(refused)
    }

    /// Counts a request that no known client stands for.
    pub fn anonymous(&self, address: ClientAddress) -> Result<(), Refusal> {
        let refused = |after| {
            let words = [
                "此地址没有有效令牌的请求过于频繁",
                "too many requests without a valid token from this address",
            ];
            too_many(after, words)
        };
        self.anonymous.take(address, 1).map_err(refused)
    }
}

fn too_many(after: Duration, [zh, en]: [&str; 2]) -> Refusal {
    let whole = after.as_secs() + u64::from(after.subsec_nanos() > 0);
    let seconds = u32::try_from(whole).unwrap_or(u32::MAX).max(1);
    Refusal::new(
        Code::RateLimited,
        format!("{zh}，请在 {seconds} 秒后重试"),
        format!("{en}: try again in {seconds} s"),
    )
    .with_retry_after(seconds)
}

type Limiter<K, C> =
    RateLimiter<Option<K>, HashMapStateStore<Option<K>>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// One count for each caller; the key of those beyond the remembered is none.
struct Meter<K: Hash + Eq + Clone, C: Clock> {
    limiter: Option<Limiter<K, C>>,
    clock: C,
    most: u32,
    asked: AtomicU32,
    full: AtomicBool,
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Meter<K, C> {
    fn new(most: u32, clock: &C) -> Self {
        let quota = NonZeroU32::new(most).map(Quota::per_minute);
        let limiter = |quota| RateLimiter::new(quota, HashMapStateStore::default(), clock.clone());
        Self {
            limiter: quota.map(limiter),
            clock: clock.clone(),
            most,
            asked: AtomicU32::new(0),
            full: AtomicBool::new(false),
        }
    }

    /// Takes so many out of a caller's minute, or tells how long to wait. More than a whole minute's is taken as that.
    fn take(&self, caller: K, many: u32) -> Result<(), Duration> {
        let (Some(limiter), Some(many)) = (&self.limiter, NonZeroU32::new(many.min(self.most)))
        else {
            return Ok(());
        };
        if self.asked.fetch_add(1, Relaxed) % SWEEP == SWEEP - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
            self.full.store(limiter.len() >= REMEMBERED, Relaxed);
        }
        let caller = (!self.full.load(Relaxed)).then_some(caller);
        let wait = |until: NotUntil<C::Instant>| until.wait_time_from(self.clock.now());
        match limiter.check_key_n(&caller, many) {
            Ok(taken) => taken.map_err(wait),
            Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use governor::clock::FakeRelativeClock;

    use super::super::Lang;
    use super::*;

    fn rates(
        requests: u32,
        cost: u32,
        anonymous: u32,
    ) -> (Rates<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let most = PerMinute {
            requests,
            cost,
            anonymous,
        };
        (Rates::by(most, &clock), clock)
    }

    fn address(number: u32) -> ClientAddress {
        ClientAddress::counted(IpAddr::V4(Ipv4Addr::from_bits(number)))
    }

    #[test]
    fn a_caller_has_a_minute_s_worth_and_then_waits_as_told() {
        let (rates, clock) = rates(60, 0, 0);
        assert!((0..60).all(|_| rates.request(1).is_ok()));
        let refusal = rates.request(1).unwrap_err();
        assert_eq!(refusal.code(), Code::RateLimited);
        assert_eq!(refusal.status(), 429);
        assert_eq!(refusal.seconds(), Some(1));
        assert_eq!(refusal.message(Lang::Zh), "请求过于频繁，请在 1 秒后重试");
        assert_eq!(
            refusal.message(Lang::En),
            "too many requests: try again in 1 s"
        );
        assert!(
            rates.request(2).is_ok(),
            "another caller's minute is its own"
        );
        clock.advance(Duration::from_secs(1));
        assert!(rates.request(1).is_ok() && rates.request(1).is_err());
    }

    #[test]
    fn cost_counts_what_is_asked_for_and_one_large_question_fits_a_fresh_minute() {
        let (rates, clock) = rates(0, 600, 0);
        assert!(
            rates.cost(1, 5_000_000_000).is_ok(),
            "whatever complexity allows is answered once"
        );
        let refusal = rates.cost(1, 100).unwrap_err();
        assert_eq!(refusal.seconds(), Some(10));
        clock.advance(Duration::from_secs(10));
        assert!(rates.cost(1, 100).is_ok());
        assert!(rates.cost(1, 0).is_ok(), "nothing costs nothing");
        assert!(
            (0..1_000_000).all(|_| rates.request(1).is_ok()),
            "zero is without limit"
        );
    }

    #[test]
    fn a_flood_of_addresses_is_remembered_up_to_a_bound_and_forgotten_after_a_minute() {
        let (rates, clock) = rates(0, 0, 10);
        let bound = REMEMBERED + usize::try_from(SWEEP).unwrap();
        for number in 0..200_000 {
            let _ = rates.anonymous(address(number));
        }
        let limiter = rates.anonymous.limiter.as_ref().unwrap();
        assert!(limiter.len() <= bound, "{}", limiter.len());
        assert!(
            rates.anonymous(address(300_000)).is_err(),
            "the rest share one count"
        );
        clock.advance(Duration::from_secs(61));
        for _ in 0..2 * SWEEP {
            let _ = rates.anonymous(address(1));
        }
        assert!(limiter.len() <= 2, "{}", limiter.len());
        assert!(rates.anonymous(address(300_000)).is_ok());
    }
}
