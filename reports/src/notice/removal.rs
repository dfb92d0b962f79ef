//! 移出黑名单告知书: what somebody is told whose listing ends, by its term or by the platform's decision, and which measures
//! end with it.

use chrono::NaiveDate;
use entity::kind::DispositionKind;
use rules::edition::Edition;
use rules::label::Label as _;

use super::wording::{Sender, clause, day};
use super::{Letter, Part};
use crate::citation::citation;

/// The end of a listing as its subject is told of it.
#[derive(Clone, Copy, Debug)]
pub struct Removal<'a> {
    /// The number of the letter that told of the listing.
    pub listing: &'a str,
    /// The last day of the term where the listing ended with it; none where the platform ended it.
    pub expired: Option<NaiveDate>,
    /// The day from which the subject is listed no more.
    pub on: NaiveDate,
    /// Why the platform ended it; none where the term did.
    pub reasons: Option<&'a str>,
    /// Which measures were lifted with it.
    pub lifted: &'a [DispositionKind],
}

/// The letter to somebody who is listed no more.
#[must_use]
pub fn removal_notice(edition: &Edition, sender: &Sender<'_>, removal: &Removal<'_>) -> Letter {
    let basis = edition
        .blacklist
        .expiry
        .as_ref()
        .filter(|_| removal.expired.is_some())
        .map_or_else(String::new, |expiry| {
            format!("依据{}，", citation(&expiry.article))
        });
    let cause = removal.expired.map_or_else(String::new, |until| {
        format!("列入期限已于{}届满。", day(until))
    });
    let opening = format!(
        "你方被列入黑名单（告知书编号：{}）{}{basis}自{}起，本平台将你方移出黑名单。",
        removal.listing,
        if cause.is_empty() {
            "一事，现告知如下：".to_owned()
        } else {
            format!("的{cause}")
        },
        day(removal.on),
    );
    let mut body = vec![Part::Paragraph(opening)];
    if let Some(reasons) = removal.reasons {
        body.push(clause("移出理由", reasons));
    }
    body.push(clause("同步解除的处置措施", lifted(removal)));
    body.push(sender.reached());
    body.push(Part::Paragraph("特此告知。".to_owned()));
    sender.letter("移出黑名单告知书", body)
}

fn lifted(removal: &Removal<'_>) -> String {
    if removal.lifted.is_empty() {
        return "没有其他与本次列入相关的处置措施。".to_owned();
    }
    let names: Vec<_> = removal.lifted.iter().map(|kind| kind.label_zh()).collect();
    format!("{}，自{}起解除。", names.join("、"), day(removal.on))
}
