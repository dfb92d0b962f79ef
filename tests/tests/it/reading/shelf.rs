//! A shelf of operators of several platforms and of own sites, in the database and remembered beside it.

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::look::outcomes;
use crate::operator::company;

/// Seats, each with the divisions that it lies in.
pub(super) const SEATS: [(&str, &[&str]); 7] = [
    ("330203", &["330200", "330000"]),
    ("330106", &["330100", "330000"]),
    ("330782", &["330700", "330000"]),
    ("440106", &["440100", "440000"]),
    ("L330191", &["330106", "330100", "330000"]),
    ("330212", &["330200", "330000"]),
    // A district of a municipality has no city above it.
    ("110105", &["110000"]),
];

/// Days of a last verification, the day by which the next is due, and where that stands on 1 December 2026, when
/// thirty days before the due day count as DUE.
pub(super) const DAYS: [(&str, &str, &str); 8] = [
    ("", "", "NEVER"),
    ("2026-11-30", "2027-05-30", "CURRENT"),
    ("2026-07-01", "2027-01-01", "CURRENT"),
    ("2026-06-30", "2026-12-30", "DUE"),
    ("2026-06-01", "2026-12-01", "DUE"),
    ("2026-05-31", "2026-11-30", "OVERDUE"),
    ("2025-08-15", "2026-02-15", "OVERDUE"),
    ("", "", "NEVER"),
];

/// The platforms and how many operators each has; own sites are the province's.
pub(super) const BOOKS: [(&str, usize); 5] = [
    ("xihu-live", 18),
    ("guangzhou-live", 8),
    ("xihu-other", 7),
    ("ningbo-live", 9),
    ("zhejiang", 7),
];

/// An operator as the test remembers it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    id: String,
    pub(super) keeper: &'static str,
    seat: usize,
    pub(super) day: usize,
    pub(super) external: String,
    pub(super) updated: String,
    pub(super) closed: bool,
}

impl Known {
    pub(super) fn lies_in(&self, division: &str) -> bool {
        let (seat, above) = SEATS[self.seat];
        seat == division || above.contains(&division)
    }

    /// What the lists are ordered by.
    fn place(&self, order: &str) -> (String, String) {
        let value = match order {
            "UPDATED_AT" => self.updated.clone(),
            "VERIFICATION_DUE" => DAYS[self.day].1.to_owned(),
            _ => String::new(),
        };
        (value, self.id.clone())
    }

    fn seen_by(&self, viewer: &str) -> bool {
        let near = ["xihu-live", "xihu-other", "zhejiang"].contains(&self.keeper);
        match viewer {
            "national" => true,
            "zhejiang" => near || self.keeper == "ningbo-live",
            // Its own platform whole; of the province's others and of own sites what is seated in its two places.
            "coast" => {
                let inside = self.lies_in("330200") || self.lies_in("330782");
                self.keeper == "ningbo-live" || near && inside
            }
            _ => self.keeper == viewer,
        }
    }
}

/// The service, and what it should hold.
pub(super) struct Shelf {
    pub(super) app: TestApp,
    pub(super) all: Vec<Known>,
}

impl Shelf {
    /// Everybody registers, half in one batch and half in another; then some are patched, and some closed.
    pub(super) async fn of(app: TestApp) -> Self {
        app.widen().await;
        let mut shelf = Self {
            app,
            all: Vec::new(),
        };
        for half in 0..2 {
            for (book, (keeper, count)) in BOOKS.into_iter().enumerate() {
                let wanted = (0..count).filter(|n| n % 2 == half);
                shelf
                    .register(keeper, wanted.map(|n| (100 * book + n, n)).collect())
                    .await;
            }
            shelf
                .app
                .clock
                .advance(chrono::TimeDelta::milliseconds(1500));
        }
        shelf.patch_and_close().await;
        shelf
    }

    async fn register(&mut self, keeper: &'static str, numbers: Vec<(usize, usize)>) {
        let mut items = Vec::new();
        let mut known = Vec::new();
        for (unique, n) in numbers {
            // Own sites lie in the province of the office that keeps them.
            let seat = if keeper == "zhejiang" {
                [0, 1, 2, 4, 5][n % 5]
            } else {
                n % SEATS.len()
            };
            let day = (n + n / 8) % DAYS.len();
            let mut item = company(u32::try_from(unique).expect("small"));
            item["businessAddress"]["division"] = json!(SEATS[seat].0);
            item["verification"] = match DAYS[day].0 {
                "" => Value::Null,
                day => json!({ "at": format!("{day}T08:00:00+08:00"), "method": "OCR" }),
            };
            if keeper == "zhejiang" {
                item["ownSite"] = json!(format!("https://shop{unique}.example.com"));
            }
            let external = item["externalId"].as_str().expect("a key").to_owned();
            known.push((seat, day, external));
            items.push(item);
        }
        let made = self.app.actor(keeper).await.register(items).await;
        assert_eq!(made["created"], known.len(), "{made:#}");
        for (index, (seat, day, external)) in known.into_iter().enumerate() {
            self.all.push(Known {
                id: text(&made["results"][index]["registration"]["id"]),
                keeper,
                seat,
                day,
                external,
                updated: self.now(),
                closed: false,
            });
        }
    }

    async fn patch_and_close(&mut self) {
        let platform = self.app.actor("xihu-live").await;
        let patch =
            |n: u32| json!({ "identity": company(n)["identity"], "phone": "0574-87654321" });
        let patched = platform.register(vec![patch(0), patch(3), patch(6)]).await;
        assert_eq!(outcomes(&patched), "UPDATED UPDATED UPDATED");
        let at = self.now();
        for key in ["c-0", "c-3", "c-6"] {
            self.remember(key).updated.clone_from(&at);
        }
        self.app.clock.advance(chrono::TimeDelta::microseconds(1));
        let mut closing = Vec::new();
        let at = self.now();
        for key in ["c-1", "c-4", "c-9"] {
            let known = self.remember(key);
            known.closed = true;
            known.updated.clone_from(&at);
            closing.push(json!({ "registration": known.id, "on": "2026-12-01", "reason": "OTHER", "note": "停业" }));
        }
        assert_eq!(platform.close(closing).await["closed"], 3);
    }

    /// The instant that the clock stands at, so that texts compare as instants do.
    fn now(&self) -> String {
        self.app
            .app
            .now()
            .format("%Y-%m-%dT%H:%M:%S%.6fZ")
            .to_string()
    }

    fn remember(&mut self, external: &str) -> &mut Known {
        let mut all = self.all.iter_mut();
        all.find(|known| known.external == external)
            .expect("it was registered")
    }

    /// The ids that a viewer should see, in order.
    pub(super) fn ids(
        &self,
        viewer: &str,
        order: &str,
        keep: impl Fn(&Known) -> bool,
    ) -> Vec<String> {
        let seen = self
            .all
            .iter()
            .filter(|known| known.seen_by(viewer) && keep(known));
        let mut seen: Vec<_> = seen.collect();
        seen.sort_by_key(|known| known.place(order));
        seen.into_iter().map(|known| known.id.clone()).collect()
    }
}

/// A text that must be one.
pub(super) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
