//! Demo data: two invented platforms in two provinces with some 1,000 operators between them, an office of each level,
//! a client of each role, and some of each trouble. Everything is put together from tables by a seed and a day, so
//! that everybody sees the same registry; it goes in through the same deeds as real data and skips no judgement.

mod addresses;
mod admission;
mod calendar;
mod cast;
mod dice;
mod holdings;
mod load;
mod names;
mod numbers;
mod operators;
mod rooms;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod troubles;

use chrono::NaiveDate;
use entity::kind::CloseReason;

pub use admission::PlatformEntry;
pub use calendar::Calendar;
pub use cast::Cast;
pub use load::load;
pub use summary::{Line, Summary};
pub use troubles::Trouble;

use crate::admission_file::{ClientsFile, FileFaults, Holder, OfficesFile, PlatformRef};
use crate::registry::input::{OperatorInput, Patch};
use calendar::moment;
use cast::Size;
use operators::{Book, Style, blank};

/// How many operators each platform files, and how many come after the filing.
const SIZES: [(usize, usize); 2] = [(620, 30), (320, 24)];
/// Who stands around the operators of each platform.
const CASTS: [Size; 2] = [
    Size {
        agencies: 14,
        streamers: 380,
        merchants: 160,
    },
    Size {
        agencies: 9,
        streamers: 190,
        merchants: 90,
    },
];
/// How many operators sell on sites of their own.
const OWN_SITES: usize = 6;
/// Of so many operators one is closed after the filing.
const CLOSED_OF: usize = 41;
/// Of so many operators one changes after the filing.
const CHANGED_OF: usize = 23;
/// Of so many operators of the second platform one sells on the first platform too.
const SHARED_OF: usize = 25;

/// Everything the demo holds.
#[derive(Clone, Debug)]
pub struct Demo {
    /// Its days.
    pub calendar: Calendar,
    /// Offices and development zones.
    pub offices: OfficesFile,
    /// The platforms with their operators.
    pub platforms: Vec<PlatformBook>,
    /// Clients, one a role and more.
    pub clients: ClientsFile,
    /// Operators on sites of their own in the first platform's province, for its provincial market office to register.
    pub own_sites: Vec<OperatorInput>,
    /// What the first platform sends wrongly, one of each trouble.
    pub troubles: Vec<Trouble>,
}

/// A platform and what it does, in this order.
#[derive(Clone, Debug)]
pub struct PlatformBook {
    /// Who it is.
    pub entry: PlatformEntry,
    /// The client that acts for it.
    pub client: String,
    /// What it registers before it files.
    pub operators: Vec<OperatorInput>,
    /// Who stands around them, registered before it files.
    pub cast: Cast,
    /// What it learns after the filing, as patches.
    pub changes: Vec<OperatorInput>,
    /// Whom it closes after the filing.
    pub closings: Vec<Closing>,
    /// Who comes after the filing.
    pub newcomers: Vec<OperatorInput>,
}

/// A registration that is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The platform's own key of it.
    pub external_id: String,
    /// Its last day.
    pub on: NaiveDate,
    /// Why.
    pub reason: CloseReason,
    /// In the platform's words.
    pub note: Option<&'static str>,
}

impl Demo {
    /// The demo as seen on a day.
    ///
    /// # Errors
    /// The faults of the offices file, which a test finds before anybody else does.
    pub fn seen_on(calendar: Calendar) -> Result<Self, FileFaults> {
        let offices = admission::offices()?;
        let entries = admission::platforms();
        let clients = admission::clients(&calendar, &offices, &entries);
        let mut platforms: Vec<PlatformBook> = Vec::new();
        let sizes = SIZES.into_iter().zip(CASTS);
        for ((seed, entry), size) in (1..).zip(entries).zip(sizes) {
            let client = client_of(&clients, &entry);
            let others = platforms
                .first()
                .map(|book| book.operators.as_slice())
                .unwrap_or_default();
            platforms.push(platform(
                Book::new(seed, calendar, entry.style),
                size,
                others,
                (entry, client),
            ));
        }
        let first = platforms.first();
        let troubles =
            first.map(|book| troubles::troubles(calendar, book.entry.style, &book.operators));
        let troubles = troubles.unwrap_or_default();
        Ok(Self {
            calendar,
            offices,
            own_sites: own_sites(calendar),
            troubles,
            platforms,
            clients,
        })
    }
}

/// The client that acts for a platform.
fn client_of(clients: &ClientsFile, entry: &PlatformEntry) -> String {
    let holder = Holder::Platform(PlatformRef::CreditCode(entry.identity.number.clone()));
    clients
        .clients
        .iter()
        .find(|client| client.holder == holder)
        .map(|client| client.key.clone())
        .unwrap_or_default()
}

fn platform(
    mut book: Book,
    ((filed, later), around): ((usize, usize), Size),
    others: &[OperatorInput],
    (entry, client): (PlatformEntry, String),
) -> PlatformBook {
    let (mut operators, mut changes, mut closings) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..filed {
        let (mut item, mut renewal) = book.operator(index);
        if let Some(other) = others
            .get(index)
            .filter(|_| index % SHARED_OF == SHARED_OF / 2)
        {
            item = same_party(item, other);
            renewal = renewal.map(|patch| OperatorInput {
                identity: other.identity.clone(),
                ..patch
            });
        }
        if index % CLOSED_OF == CLOSED_OF - 1 {
            closings.push(closing(&book, &item, closings.len()));
        } else if index % CHANGED_OF == CHANGED_OF - 1 {
            changes.push(change(&mut book, &item, renewal));
        } else {
            changes.extend(renewal);
        }
        operators.push(item);
    }
    let newcomers = (filed..filed + later)
        .map(|index| book.newcomer(index))
        .collect();
    let cast = book.cast(&mut operators, around);
    book.furnish(&mut operators, &mut changes);
    PlatformBook {
        entry,
        client,
        operators,
        cast,
        changes,
        closings,
        newcomers,
    }
}

/// The same seller as on the other platform, with another account, phone and verification.
fn same_party(mine: OperatorInput, other: &OperatorInput) -> OperatorInput {
    OperatorInput {
        external_id: mine.external_id,
        phone: mine.phone,
        accounts: mine.accounts,
        presenters: mine.presenters,
        verification: mine.verification,
        ..other.clone()
    }
}

/// A new phone or another address, with the verification that goes with it.
fn change(book: &mut Book, item: &OperatorInput, renewal: Option<OperatorInput>) -> OperatorInput {
    let day = book.calendar.since(&book.dice);
    let mut patch = renewal.unwrap_or_else(|| OperatorInput {
        observed_at: Some(moment(day, 500)),
        ..blank(item.identity.clone())
    });
    if book.dice.percent(60) {
        patch.phone = Patch::Set(book.numbers.mobile(&book.dice));
    } else {
        patch.business_address = Patch::Set(book.move_house());
    }
    patch
}

fn closing(book: &Book, item: &OperatorInput, turn: usize) -> Closing {
    const REASONS: [(CloseReason, Option<&str>); 5] = [
        (CloseReason::CancelledBySubject, None),
        (CloseReason::CancelledBySubject, Some("不再从事直播经营")),
        (
            CloseReason::ClosedByPlatform,
            Some("违反平台规则，关闭账号"),
        ),
        (CloseReason::DeceasedOrDissolved, Some("营业执照已注销")),
        (CloseReason::Other, Some("转由关联公司运营")),
    ];
    let (reason, note) = REASONS
        .into_iter()
        .cycle()
        .nth(turn)
        .unwrap_or((CloseReason::Other, None));
    let external_id = match &item.external_id {
        Patch::Set(id) => id.clone(),
        Patch::Keep | Patch::Clear => String::new(),
    };
    Closing {
        external_id,
        on: book.calendar.since(&book.dice),
        reason,
        note,
    }
}

fn own_sites(calendar: Calendar) -> Vec<OperatorInput> {
    let style = Style {
        prefix: "ZJ-OWN",
        rooms: "https://live-shop.example/own-",
        home: "330000",
    };
    let mut book = Book::new(7, calendar, style);
    (0..OWN_SITES).map(|index| book.own_site(index)).collect()
}
