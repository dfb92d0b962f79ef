//! 申诉处理结果告知书: what an appellant against a listing is told, whichever way it was decided.

use chrono::NaiveDate;
use rules::edition::Edition;

use super::wording::{Sender, clause, day, term};
use super::{Letter, Part};
use crate::citation::citation;

/// An appeal as its appellant is told of its result.
#[derive(Clone, Copy, Debug)]
pub struct Appeal<'a> {
    /// The number of the letter that told of the listing.
    pub listing: &'a str,
    /// The day on which the appeal was received.
    pub received_on: NaiveDate,
    /// What was decided.
    pub decision: Decision,
    /// 处理理由.
    pub reasons: &'a str,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The listing stands as it is.
    Upheld {
        /// The first day of its term.
        from: NaiveDate,
        /// The last day of its term; none where an edition knows no term.
        until: Option<NaiveDate>,
    },
    /// The listing stands for a shorter term.
    Shortened {
        /// The first day of its term.
        from: NaiveDate,
        /// The last day of its new term.
        until: NaiveDate,
    },
    /// The appellant is right.
    Removed {
        /// The day from which the appellant is listed no more.
        on: NaiveDate,
    },
}

/// The letter to an appellant.
#[must_use]
pub fn appeal_notice(edition: &Edition, sender: &Sender<'_>, appeal: &Appeal<'_>) -> Letter {
    let reviewed = edition
        .blacklist
        .appeal
        .as_ref()
        .map_or_else(String::new, |review| {
            format!("依据{}", citation(&review.article))
        });
    let opening = format!(
        "你方于{}就列入黑名单（告知书编号：{}）提起申诉，本平台已{reviewed}进行复核。现将处理结果告知如下：",
        day(appeal.received_on),
        appeal.listing,
    );
    let body = vec![
        Part::Paragraph(opening),
        clause("处理结果", result(appeal.decision)),
        clause("处理理由", appeal.reasons),
        sender.reached(),
        Part::Paragraph("特此告知。".to_owned()),
    ];
    sender.letter("申诉处理结果告知书", body)
}

fn result(decision: Decision) -> String {
    match decision {
        Decision::Upheld { from, until } => format!(
            "维持列入黑名单的决定，列入期限不变：{}。",
            term(from, until, "至移出之日止")
        ),
        Decision::Shortened { from, until } => format!(
            "维持列入黑名单的决定，列入期限缩短为：{}。",
            term(from, Some(until), "")
        ),
        Decision::Removed { on } => format!(
            "申诉成立。自{}起，将你方移出黑名单，并同步解除相应的处置措施。",
            day(on)
        ),
    }
}
