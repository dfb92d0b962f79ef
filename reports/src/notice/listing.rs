//! 列入黑名单告知书: what somebody is told who is put on a platform's blacklist. Which statements it must make and which
//! article asks for each, the edition says.

use chrono::NaiveDate;
use entity::kind::SubjectKind;
use rules::blacklist::Means;
use rules::disposition::Statement;
use rules::edition::Edition;
use rules::label::Label as _;

use super::wording::{Basis, Sender, cite_all, clause, term};
use super::{Letter, Part};
use crate::citation::{citation, short_citation};

/// What is said where the edition asks for no notice: the same as where it does.
const ALL: &[Statement] = &[
    Statement::Facts,
    Statement::Reason,
    Statement::Basis,
    Statement::Term,
    Statement::AppealChannel,
];

/// A listing as its subject is told of it.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// In which role the subject is listed.
    pub role: SubjectKind,
    /// 违法事实.
    pub facts: &'a str,
    /// 理由.
    pub reason: &'a str,
    /// 依据: what was broken.
    pub bases: &'a [Basis<'a>],
    /// The first day of the term.
    pub from: NaiveDate,
    /// The last day of the term; none where an edition knows no term.
    pub until: Option<NaiveDate>,
    /// 申诉途径.
    pub appeal_channel: &'a str,
}

/// The letter to somebody who is listed.
#[must_use]
pub fn listing_notice(edition: &Edition, sender: &Sender<'_>, listing: &Listing<'_>) -> Letter {
    let rules = &edition.blacklist;
    let notice = rules.notice.as_ref();
    let told = notice.map_or_else(String::new, |notice| {
        format!("依据{}，", short_citation(&notice.article))
    });
    let opening = format!(
        "依据{}，本平台决定将你方（{}）列入黑名单。现{told}将有关事项告知如下：",
        citation(&rules.listing.article),
        listing.role.label_zh(),
    );
    let asked = notice.map_or(ALL, |notice| notice.contents.as_slice());
    let mut body = vec![Part::Paragraph(opening)];
    body.extend(
        asked
            .iter()
            .filter_map(|asked| statement(edition, listing, *asked)),
    );
    body.push(sender.reached());
    body.push(Part::Paragraph(format!(
        "列入黑名单期间，本平台将依据{}采取必要措施，防止你方通过{}等方式逃避惩戒。",
        short_citation(&rules.evasion.article),
        means(&rules.evasion.means),
    )));
    body.push(Part::Paragraph("特此告知。".to_owned()));
    sender.letter("列入黑名单告知书", body)
}

/// One statement as a clause; none is what a listing does not state.
fn statement(edition: &Edition, listing: &Listing<'_>, asked: Statement) -> Option<Part> {
    Some(match asked {
        Statement::Facts => clause("违法事实", listing.facts),
        Statement::Reason => clause("列入理由", listing.reason),
        Statement::Basis => clause("法律依据", cite_all(listing.bases)),
        Statement::Term => clause("列入期限", listed_until(edition, listing)),
        Statement::AppealChannel => clause("申诉途径", appeal(edition, listing)),
        Statement::Remedy
        | Statement::Proportionality
        | Statement::Record
        | Statement::OpenOrders => return None,
    })
}

/// The exact term, and what follows when it is over.
fn listed_until(edition: &Edition, listing: &Listing<'_>) -> String {
    let term = term(listing.from, listing.until, "至移出之日止");
    let Some(expiry) = &edition.blacklist.expiry else {
        return format!("{term}。");
    };
    format!(
        "{term}。期限届满，本平台将依据{}将你方移出黑名单，并同步解除相应的处置措施。",
        short_citation(&expiry.article)
    )
}

/// How to appeal, and what an appeal is owed.
fn appeal(edition: &Edition, listing: &Listing<'_>) -> String {
    let channel = listing.appeal_channel;
    let Some(appeal) = &edition.blacklist.appeal else {
        return channel.to_owned();
    };
    format!(
        "{channel}\n提起申诉的，本平台将依据{}进行必要的复核，客观公正作出处理，并及时告知处理结果。",
        short_citation(&appeal.article)
    )
}

/// The ways around a listing, as the law names them.
fn means(means: &[Means]) -> String {
    let named: Vec<_> = means
        .iter()
        .map(|means| match means {
            Means::ChangedAccount => "更换账号",
            Means::NewAccount => "重新注册账号",
            Means::MovedAccount => "账号迁移",
        })
        .collect();
    named.join("、")
}
