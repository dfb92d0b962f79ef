//! 防止重新登记 (Order 117 Art. 14): what a platform holds against parties that are about to be registered. Its own list bars;
//! what others share is told, or refuses where the setting says so; what authorities published bars nobody by this article.

use std::collections::{BTreeSet, HashMap};

use entity::blacklist::gate::{Anything, Bar, anything, bars};
use entity::id::{EntryId, PartyId, PlatformId};
use entity::kind::BlacklistRegister;
use entity::problem::{Finding, ProblemCode};
use sea_orm::{DatabaseTransaction, FromQueryResult as _};

use crate::app::App;
use crate::config::Elsewhere;
use crate::error::Error;

/// What stands against parties on a platform.
#[derive(Debug, Default)]
pub(in crate::registry) struct Bars {
    by_party: HashMap<PartyId, Vec<Bar>>,
    platform: Option<PlatformId>,
}

/// Whether there is anything that a platform could hold against anybody, as far as the settings let it look.
pub(in crate::registry) async fn any(
    app: &App,
    platform: PlatformId,
    tx: &DatabaseTransaction,
) -> Result<Anything, Error> {
    let asked = anything(platform, app.db.get_database_backend());
    let found = Anything::find_by_statement(asked).one(tx).await?;
    let found = found.unwrap_or_default();
    let looks = app.settings.blacklist.elsewhere != Elsewhere::Ignore;
    Ok(Anything {
        others: found.others && looks,
        ..found
    })
}

/// What a platform holds against these parties today: one statement, and none where there is nothing or nobody.
pub(in crate::registry) async fn look(
    app: &App,
    (platform, any): (PlatformId, Anything),
    parties: BTreeSet<PartyId>,
    tx: &DatabaseTransaction,
) -> Result<Bars, Error> {
    let mut found = Bars {
        platform: Some(platform),
        ..Bars::default()
    };
    if parties.is_empty() || !(any.own || any.others) {
        return Ok(found);
    }
    let backend = app.db.get_database_backend();
    let asked = bars(parties, (platform, app.today()), any.others, backend);
    for bar in Bar::find_by_statement(asked).all(tx).await? {
        found.by_party.entry(bar.named).or_default().push(bar);
    }
    Ok(found)
}

impl Bars {
    fn of(&self, party: PartyId) -> &[Bar] {
        self.by_party.get(&party).map_or(&[], Vec::as_slice)
    }

    fn own(&self, party: PartyId) -> impl Iterator<Item = &Bar> {
        let own = move |bar: &&Bar| self.platform.is_some_and(|platform| bar.is_of(platform));
        self.of(party).iter().filter(own)
    }

    /// Why a party is not registered, or what is to be known of it; nothing where nobody listed it.
    pub(in crate::registry) fn told(&self, app: &App, party: PartyId) -> Option<Finding> {
        let same = |bar: &&Bar| bar.is_of_the_same();
        if let Some(barred) = latest(ProblemCode::Blacklisted, self.own(party).filter(same)) {
            return Some(barred);
        }
        let same = self.of(party).iter().filter(same);
        let others: Vec<&Bar> = same.collect();
        let mut told = latest(ProblemCode::ListedElsewhere, others.iter().copied())?;
        let shared = |bar: &&Bar| bar.register == BlacklistRegister::Platform;
        let refuses = app.settings.blacklist.elsewhere == Elsewhere::Refuse;
        if !(refuses && others.iter().any(shared)) {
            told.severity = entity::problem::Severity::Warning;
        }
        Some(told)
    }

    /// The platform's own entries for a party and for whoever a link ties to it, whatever the link.
    pub(in crate::registry) fn entries(&self, party: PartyId) -> BTreeSet<EntryId> {
        self.own(party).map(|bar| bar.id).collect()
    }

    /// Those of whom the party represents, or who represents it.
    pub(in crate::registry) fn represented(&self, party: PartyId) -> BTreeSet<EntryId> {
        let represented = self.own(party).filter(|bar| !bar.is_of_the_same());
        represented.map(|bar| bar.id).collect()
    }
}

/// A finding with the day on which the last of these is over, where each has one.
fn latest<'a>(code: ProblemCode, bars: impl Iterator<Item = &'a Bar>) -> Option<Finding> {
    let days: Vec<_> = bars.map(|bar| bar.valid_until).collect();
    if days.is_empty() {
        return None;
    }
    let told = Finding::error(code);
    let known: Option<Vec<_>> = days.into_iter().collect();
    Some(match known.and_then(|days| days.into_iter().max()) {
        Some(until) => told.with("until", until.to_string()),
        None => told,
    })
}
