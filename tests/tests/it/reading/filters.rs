//! The filters of lists, each with the plain condition that it stands for.

use serde_json::{Value, json};

use super::shelf::{BOOKS, DAYS, Known, SEATS, Shelf};

/// Whether a list so filtered holds an operator.
pub(super) type Keep = Box<dyn Fn(&Known) -> bool + Send + Sync>;

type Filter = (Value, Keep);

fn filter(asked: Value, keep: impl Fn(&Known) -> bool + Send + Sync + 'static) -> Filter {
    (asked, Box::new(keep))
}

/// Every filter alone, and some together.
pub(super) async fn filters(shelf: &Shelf) -> Vec<Filter> {
    let mut all = of_platforms(shelf).await;
    all.extend(of_places());
    all.extend(of_clocks());
    all.extend(of_records(shelf));
    all
}

async fn of_platforms(shelf: &Shelf) -> Vec<Filter> {
    let mut all = Vec::new();
    for (keeper, _) in BOOKS.into_iter().take(4) {
        let id = shelf.app.platform_id(keeper).await;
        all.push(filter(json!({ "platform": id }), move |known| {
            known.keeper == keeper
        }));
        let both = json!({ "platform": id, "status": "ACTIVE", "division": "330000" });
        all.push(filter(both, move |known| {
            known.keeper == keeper && !known.closed && known.lies_in("330000")
        }));
    }
    all
}

fn of_places() -> Vec<Filter> {
    let divisions = SEATS
        .into_iter()
        .flat_map(|(seat, above)| above.iter().copied().chain([seat]));
    let inside = |division: &'static str| {
        filter(json!({ "division": division }), move |known| {
            known.lies_in(division)
        })
    };
    divisions.chain(["330900"]).map(inside).collect()
}

fn of_clocks() -> Vec<Filter> {
    let mut all = Vec::new();
    for state in ["NEVER", "CURRENT", "DUE", "OVERDUE", "NOT_REQUIRED"] {
        let stands = move |known: &Known| DAYS[known.day].2 == state;
        all.push(filter(json!({ "verification": state }), stands));
        let here = json!({ "verification": state, "division": "330000" });
        all.push(filter(here, move |known| {
            stands(known) && known.lies_in("330000")
        }));
        let soon = json!({ "verification": state, "dueBefore": "2026-12-30" });
        all.push(filter(soon, move |known| {
            stands(known) && DAYS[known.day].1 < "2026-12-30"
        }));
    }
    for day in [
        "2026-02-15",
        "2026-02-16",
        "2026-12-01",
        "2026-12-02",
        "2027-05-30",
        "2027-05-31",
    ] {
        all.push(filter(json!({ "dueBefore": day }), move |known| {
            DAYS[known.day].1 < day
        }));
    }
    all
}

fn of_records(shelf: &Shelf) -> Vec<Filter> {
    let wanted = ["c-0", "c-2", "c-101", "c-304", "c-400", "nobody"];
    let mut all = vec![
        filter(json!({ "status": "ACTIVE" }), |known| !known.closed),
        filter(json!({ "status": "CLOSED" }), |known| known.closed),
        filter(json!({ "externalIds": wanted }), move |known| {
            wanted.contains(&known.external.as_str())
        }),
        filter(json!({ "externalIds": [] }), |_| false),
        filter(json!({ "source": "PLATFORM" }), |known| {
            known.keeper != "zhejiang"
        }),
        filter(json!({ "source": "SURVEY" }), |known| {
            known.keeper == "zhejiang"
        }),
        filter(json!({ "source": "PARCEL" }), |_| false),
    ];
    let mut instants: Vec<_> = shelf
        .all
        .iter()
        .map(|known| known.updated.clone())
        .collect();
    instants.sort();
    instants.dedup();
    assert_eq!(instants.len(), 4, "two batches, a patch and a closing");
    for at in instants {
        all.push(filter(json!({ "changedSince": at }), move |known| {
            known.updated > at
        }));
    }
    all
}
