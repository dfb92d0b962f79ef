//! Whom the blacklist and measures keep from a livestream (Order 117 Art. 12, 14; draft Art. 7, 14): whoever stands on the platform's own list,
//! or belongs to somebody who does. What other platforms share is only to be known, and what authorities publish bars nobody
//! by this article.

use chrono::NaiveDate;
use entity::kind::{BlacklistRegister, DispositionKind, PartyLinkKind, SubjectKind};
use entity::problem::{Finding, ProblemCode};

/// An entry in force that names a party, or one that a confirmed link ties to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Whose list.
    pub register: BlacklistRegister,
    /// Whether it is the list of the platform that asks.
    pub own: bool,
    /// In which role.
    pub role: SubjectKind,
    /// By which link the party is reached; none where the entry names it.
    pub link: Option<PartyLinkKind>,
    /// The last day.
    pub until: Option<NaiveDate>,
}

/// What a platform's entry says against a party; nothing where it bars nobody.
fn said(listing: Listing) -> Option<ProblemCode> {
    let represents = listing.link == Some(PartyLinkKind::LegalRepresentative);
    let platforms = listing.register == BlacklistRegister::Platform;
    if represents || !platforms || listing.role == SubjectKind::Merchant {
        return None;
    }
    Some(if listing.own {
        ProblemCode::Blacklisted
    } else {
        ProblemCode::ListedElsewhere
    })
}

/// What stands against a party of all entries that reach it: each thing once, with the day on which the last of them ends.
#[must_use]
pub fn against(listings: &[Listing]) -> Vec<Finding> {
    let codes = [ProblemCode::Blacklisted, ProblemCode::ListedElsewhere];
    let found = codes.into_iter().filter_map(|code| {
        let of_code = listings.iter().filter(|one| said(**one) == Some(code));
        let ends: Vec<Option<NaiveDate>> = of_code.map(|one| one.until).collect();
        let (first, rest) = ends.split_first()?;
        // Without a last day it ends later than any other.
        let last = rest
            .iter()
            .fold(*first, |last, end| Some(last?.max((*end)?)));
        let finding = match code {
            ProblemCode::Blacklisted => Finding::error(code),
            _ => Finding::warning(code),
        };
        Some(match last {
            Some(until) => finding.with("until", until.to_string()),
            None => finding,
        })
    });
    found.collect()
}

/// What stands against a registration because of a measure that forbids it to go on; a listing is told by its entry.
#[must_use]
pub fn measure(kind: DispositionKind, until: Option<NaiveDate>) -> Option<Finding> {
    if kind == DispositionKind::Blacklisting {
        return None;
    }
    let stands = Finding::error(ProblemCode::MeasureForbids).with("measure", kind.as_str());
    Some(match until {
        Some(until) => stands.with("until", until.to_string()),
        None => stands,
    })
}

#[cfg(test)]
mod tests {
    use entity::problem::Severity;

    use super::*;

    fn listing() -> Listing {
        Listing {
            register: BlacklistRegister::Platform,
            own: true,
            role: SubjectKind::Streamer,
            link: None,
            until: "2027-06-30".parse().ok(),
        }
    }

    fn told(listings: &[Listing]) -> Vec<(&'static str, Severity)> {
        let found = against(listings);
        found
            .iter()
            .map(|one| (one.code.as_str(), one.severity))
            .collect()
    }

    #[test]
    fn the_platforms_own_list_bars_in_any_role_but_a_merchants() {
        let barred = [("BLACKLISTED", Severity::Error)];
        for role in [
            SubjectKind::Operator,
            SubjectKind::Streamer,
            SubjectKind::Agency,
        ] {
            assert_eq!(told(&[Listing { role, ..listing() }]), barred, "{role}");
        }
        let merchant = Listing {
            role: SubjectKind::Merchant,
            ..listing()
        };
        assert_eq!(told(&[merchant]), []);
    }

    #[test]
    fn a_ban_follows_the_person_and_the_business_and_not_a_representative() {
        let by = |link| {
            told(&[Listing {
                link: Some(link),
                ..listing()
            }])
        };
        assert_eq!(
            by(PartyLinkKind::SamePerson),
            [("BLACKLISTED", Severity::Error)]
        );
        assert_eq!(
            by(PartyLinkKind::Proprietor),
            [("BLACKLISTED", Severity::Error)]
        );
        assert_eq!(by(PartyLinkKind::LegalRepresentative), []);
    }

    #[test]
    fn others_lists_are_to_be_known_and_authorities_bar_nobody_here() {
        let shared = Listing {
            own: false,
            ..listing()
        };
        assert_eq!(told(&[shared]), [("LISTED_ELSEWHERE", Severity::Warning)]);
        for register in [
            BlacklistRegister::SeriousViolation,
            BlacklistRegister::CyberspaceSeriousBreach,
        ] {
            assert_eq!(
                told(&[Listing {
                    register,
                    own: false,
                    ..listing()
                }]),
                []
            );
        }
    }

    #[test]
    fn a_measure_forbids_with_its_last_day_and_a_listing_is_told_once() {
        let until = "2027-01-31".parse().ok();
        let told = measure(DispositionKind::LiveSuspension, until).expect("it forbids");
        assert_eq!(
            (told.code, told.refuses()),
            (ProblemCode::MeasureForbids, true)
        );
        let facts = [("measure", "LIVE_SUSPENSION"), ("until", "2027-01-31")];
        let facts = facts.map(|(name, value)| (name.into(), value.to_owned()));
        assert_eq!(told.facts, facts);
        assert_eq!(measure(DispositionKind::Blacklisting, until), None);
    }

    #[test]
    fn several_entries_are_told_once_with_the_last_day() {
        let later = Listing {
            until: "2028-01-01".parse().ok(),
            ..listing()
        };
        let shared = Listing {
            own: false,
            until: None,
            ..listing()
        };
        let found = against(&[listing(), later, shared]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].facts, [("until".into(), "2028-01-01".to_owned())]);
        assert_eq!(found[1].facts, [], "one without an end has no last day");
    }
}
