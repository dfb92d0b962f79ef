//! Judging what a platform is about to list, and what it decides of an appeal (Order 117 Art. 14).

use chrono::NaiveDate;
use entity::kind::{AppealState, LegalLevel, SubjectKind};
use entity::problem::{Finding, ProblemCode};

use crate::edition::Edition;
use crate::instrument::{self, Place};

/// The law that was broken, as a platform names it.
#[derive(Clone, Copy, Debug)]
pub struct Breach<'a> {
    /// The title, with or without 《》 and 中华人民共和国.
    pub instrument: &'a str,
    /// The level that the platform takes it for.
    pub level: LegalLevel,
    /// 第…条, with 款 and 项 where there are some.
    pub article: &'a str,
}

/// A term, both days in it.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

/// What speaks against a listing; the paths are those of the listing's input.
#[must_use]
pub fn judge(
    edition: &Edition,
    role: SubjectKind,
    breach: Breach<'_>,
    term: Term,
    today: NaiveDate,
) -> Vec<Finding> {
    let mut found = Vec::new();
    if !edition.blacklist.may_list(role) {
        let refused = Finding::error(ProblemCode::ListingRole).with("role", role.as_str());
        found.push(refused.inside("role"));
    }
    found.extend(basis(edition, breach).map(|finding| finding.inside("legalBasis")));
    found.extend(ended(term, today));
    found
}

/// The full title of a known instrument.
#[must_use]
pub fn title(instrument: &str) -> Option<&'static str> {
    instrument::find(instrument).map(|known| known.title.as_str())
}

/// What is wrong with the law that a listing rests on, the first thing only: without the instrument its level says nothing.
fn basis(edition: &Edition, breach: Breach<'_>) -> Option<Finding> {
    let Some(known) = instrument::find(breach.instrument) else {
        return Some(Finding::error(ProblemCode::InstrumentUnknown).inside("instrument"));
    };
    if known.level != breach.level {
        let mistaken = Finding::error(ProblemCode::BasisLevelMismatch)
            .with("level", known.level.as_str())
            .suggesting(known.level.as_str().to_owned());
        return Some(mistaken.inside("level"));
    }
    let listing = &edition.blacklist.listing;
    if !listing.levels.contains(&known.level) {
        let low = Finding::error(ProblemCode::BasisLevel).with("level", known.level.as_str());
        return Some(low.inside("level"));
    }
    if !edition.blacklist.may_rest_on(known.level, &known.fields) {
        return Some(Finding::error(ProblemCode::BasisField).inside("instrument"));
    }
    let named = Place::of(breach.article).is_some();
    let there = !known.is_counted() || known.has(breach.article);
    (!named || !there).then(|| Finding::error(ProblemCode::BasisArticle).inside("article"))
}

/// A term that is none.
fn ended(term: Term, today: NaiveDate) -> Option<Finding> {
    if term.until < today {
        return Some(Finding::error(ProblemCode::TermEnded).inside("validUntil"));
    }
    (term.until < term.from).then(|| {
        let order = Finding::error(ProblemCode::DateOrder);
        order
            .with("date", term.from.to_string())
            .inside("validUntil")
    })
}

/// What speaks against a decision on an appeal, given the term of the entry and whether the entry is still in force.
#[must_use]
pub fn decision(
    (state, decision): (AppealState, AppealState),
    (term, shortened): (Term, Option<NaiveDate>),
    (in_force, today): (bool, NaiveDate),
) -> Option<Finding> {
    let refused = |code, field| Some(Finding::error(code).inside(field));
    if !matches!(state, AppealState::Received | AppealState::UnderReview) {
        return refused(ProblemCode::AppealDecided, "appeal");
    }
    match (decision, shortened) {
        (AppealState::Received, _) => refused(ProblemCode::AppealStep, "decision"),
        (AppealState::UnderReview, _) if state == AppealState::UnderReview => {
            refused(ProblemCode::AppealStep, "decision")
        }
        (AppealState::Shortened, None) => refused(ProblemCode::TermRequired, "validUntil"),
        (AppealState::Shortened, Some(_)) if !in_force => {
            refused(ProblemCode::EntryEnded, "appeal")
        }
        (AppealState::Shortened, Some(until)) if until < today => {
            refused(ProblemCode::TermEnded, "validUntil")
        }
        (AppealState::Shortened, Some(until)) if until < term.from || until >= term.until => {
            let longer = Finding::error(ProblemCode::TermNotShorter);
            Some(
                longer
                    .with("date", term.until.to_string())
                    .inside("validUntil"),
            )
        }
        (AppealState::Shortened, Some(_)) | (_, None) => None,
        (_, Some(_)) => refused(ProblemCode::TermNotAsked, "validUntil"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{EditionId, edition};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const ADS: Breach<'_> = Breach {
        instrument: "广告法",
        level: LegalLevel::Law,
        article: "第二十八条",
    };

    fn codes(id: EditionId, role: SubjectKind, breach: Breach<'_>) -> Vec<&'static str> {
        let term = Term {
            from: day("2026-03-01"),
            until: day("2027-02-28"),
        };
        let found = judge(edition(id), role, breach, term, day("2026-03-01"));
        found.iter().map(|finding| finding.code.as_str()).collect()
    }

    #[test]
    fn the_order_lists_for_laws_and_regulations_and_the_draft_for_rules_too() {
        let rule = Breach {
            instrument: "网络交易监督管理办法",
            level: LegalLevel::Rule,
            article: "第十四条",
        };
        let (order, draft) = (EditionId::Order117, EditionId::Draft2025);
        let operator = SubjectKind::Operator;
        assert!(codes(order, operator, ADS).is_empty());
        assert_eq!(codes(order, operator, rule), ["BASIS_LEVEL"]);
        assert!(codes(draft, operator, rule).is_empty());
    }

    #[test]
    fn agencies_are_listed_under_the_order_alone_and_merchants_never() {
        let (order, draft) = (EditionId::Order117, EditionId::Draft2025);
        assert!(codes(order, SubjectKind::Agency, ADS).is_empty());
        assert_eq!(codes(draft, SubjectKind::Agency, ADS), ["LISTING_ROLE"]);
        for id in [order, draft] {
            assert_eq!(codes(id, SubjectKind::Merchant, ADS), ["LISTING_ROLE"]);
        }
    }

    #[test]
    fn cyberspace_law_counts_under_the_order_alone() {
        let data = Breach {
            instrument: "《中华人民共和国网络安全法》",
            level: LegalLevel::Law,
            article: "第十二条",
        };
        let streamer = SubjectKind::Streamer;
        assert!(codes(EditionId::Order117, streamer, data).is_empty());
        assert_eq!(codes(EditionId::Draft2025, streamer, data), ["BASIS_FIELD"]);
    }

    #[test]
    fn a_basis_is_a_known_instrument_of_its_own_level_with_an_article() {
        let order = EditionId::Order117;
        let unknown = Breach {
            instrument: "某某平台规则",
            ..ADS
        };
        let level = Breach {
            level: LegalLevel::AdministrativeRegulation,
            ..ADS
        };
        let article = Breach {
            article: "第28条",
            ..ADS
        };
        for (breach, code) in [
            (unknown, "INSTRUMENT_UNKNOWN"),
            (level, "BASIS_LEVEL_MISMATCH"),
            (article, "BASIS_ARTICLE"),
        ] {
            assert_eq!(codes(order, SubjectKind::Operator, breach), [code]);
        }
    }

    #[test]
    fn a_term_ends_not_before_it_begins_and_not_in_the_past() {
        let order = edition(EditionId::Order117);
        let judged = |from, until| {
            let term = Term {
                from: day(from),
                until: day(until),
            };
            let found = judge(order, SubjectKind::Operator, ADS, term, day("2026-03-01"));
            found.first().map(|finding| finding.code.as_str())
        };
        assert_eq!(
            judged("2026-03-01", "2026-03-01"),
            None,
            "one day is a term"
        );
        assert_eq!(judged("2025-01-01", "2026-02-28"), Some("TERM_ENDED"));
        assert_eq!(judged("2026-05-01", "2026-04-30"), Some("DATE_ORDER"));
    }

    #[test]
    fn a_decision_goes_on_from_where_the_appeal_is() {
        use AppealState::{Received, Removed, Shortened, UnderReview, Upheld};
        let term = Term {
            from: day("2026-03-01"),
            until: day("2026-12-31"),
        };
        let today = day("2026-06-01");
        let judged = |step, until: Option<&str>, in_force| {
            let found = decision(step, (term, until.map(day)), (in_force, today));
            found.map(|finding| finding.code.as_str())
        };
        assert_eq!(judged((Received, UnderReview), None, true), None);
        assert_eq!(judged((Received, Removed), None, true), None);
        assert_eq!(judged((UnderReview, Upheld), None, false), None);
        assert_eq!(
            judged((UnderReview, Shortened), Some("2026-07-31"), true),
            None
        );
        let cases = [
            ((Upheld, Removed), None, true, "APPEAL_DECIDED"),
            ((UnderReview, UnderReview), None, true, "APPEAL_STEP"),
            ((Received, Received), None, true, "APPEAL_STEP"),
            ((Received, Shortened), None, true, "TERM_REQUIRED"),
            (
                (Received, Upheld),
                Some("2026-07-31"),
                true,
                "TERM_NOT_ASKED",
            ),
            (
                (Received, Shortened),
                Some("2026-12-31"),
                true,
                "TERM_NOT_SHORTER",
            ),
            (
                (Received, Shortened),
                Some("2026-05-31"),
                true,
                "TERM_ENDED",
            ),
            (
                (Received, Shortened),
                Some("2026-07-31"),
                false,
                "ENTRY_ENDED",
            ),
        ];
        for (step, until, in_force, code) in cases {
            assert_eq!(
                judged(step, until, in_force),
                Some(code),
                "{step:?} {until:?}"
            );
        }
    }
}
