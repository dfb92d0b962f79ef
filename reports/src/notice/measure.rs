//! 处置措施告知书: what somebody is told against whom a platform takes a measure. What must be said, the edition's ladder
//! says; the name of the measure is the edition's own.

use chrono::NaiveDate;
use entity::kind::{DispositionKind, SubjectKind};
use rules::edition::Edition;
use rules::label::Label as _;

use super::wording::{Sender, clause, term};
use super::{Letter, Part};
use crate::citation::citation;

/// A measure as its subject is told of it.
#[derive(Clone, Copy, Debug)]
pub struct Measure<'a> {
    /// In which role the subject is acted against.
    pub role: SubjectKind,
    /// The measure.
    pub kind: DispositionKind,
    /// 事实.
    pub facts: &'a str,
    /// The rule of the platform, or of the law, that was broken.
    pub rule: &'a str,
    /// Why this measure and not a lighter one; none where the edition asks for no such note.
    pub proportionality: Option<&'a str>,
    /// 救济途径; none where the edition asks for none.
    pub remedy: Option<&'a str>,
    /// What becomes of orders that are not completed; none where there are none.
    pub open_orders: Option<&'a str>,
    /// The first day of the measure.
    pub from: NaiveDate,
    /// The last day of the measure; none where it has no end.
    pub until: Option<NaiveDate>,
}

/// The letter to somebody against whom a measure is taken.
#[must_use]
pub fn measure_notice(edition: &Edition, sender: &Sender<'_>, measure: &Measure<'_>) -> Letter {
    let rung = edition
        .ladder(measure.role)
        .and_then(|ladder| ladder.rung(measure.kind));
    let basis = rung.map_or_else(String::new, |rung| {
        format!("依据{}，", citation(&rung.article))
    });
    let name = rung.map_or_else(|| measure.kind.label_zh(), |rung| rung.name.as_str());
    let opening = format!(
        "{basis}本平台决定对你方（{}）采取处置措施。现将有关事项告知如下：",
        measure.role.label_zh(),
    );
    let taken = format!(
        "{name}，{}。",
        term(measure.from, measure.until, "至解除之日止")
    );
    let said = [
        Some(("处置措施", taken.as_str())),
        Some(("事实", measure.facts)),
        Some(("依据的规则", measure.rule)),
        measure
            .proportionality
            .map(|note| ("处置种类和幅度的说明", note)),
        measure.open_orders.map(|note| ("未完成订单的处理", note)),
        measure.remedy.map(|note| ("救济途径", note)),
    ];
    let mut body = vec![Part::Paragraph(opening)];
    let clauses = said.into_iter().flatten();
    body.extend(clauses.map(|(label, text)| clause(label, text)));
    body.push(sender.reached());
    body.push(Part::Paragraph("特此告知。".to_owned()));
    sender.letter("处置措施告知书", body)
}
