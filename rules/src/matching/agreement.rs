//! In what two organisations' names agree beside the brand: place, industry, organisation form, and what tells brands apart.

use entity::value::division::DivisionCode;

use super::distance::{bag, edit, sorted};
use super::normal::{NormalName, Sequence};
use super::organisation::Parsed;
use super::score::PartName;
use super::sound::spelled;
use super::words::contrasts;

/// The brand's likeness, less for each part in which the names speak of different things.
pub(super) fn organisations(
    query: &NormalName,
    listed: &NormalName,
    brand: f64,
    parts: &mut Vec<(PartName, f64)>,
) -> f64 {
    let (one, other) = (&query.rest, &listed.rest);
    let mut brand = brand;
    let mut place = place(&one.places, &other.places);
    let mut industry = industry(query, listed);
    let mut contrast = contrast(&query.core, &listed.core);
    if let Some(beside) = regrouped(query, listed).or_else(|| regrouped(listed, query)) {
        brand = brand.max(0.97);
        place = 1.0;
        industry = 1.0 - (1.0 - beside) * 0.4;
        contrast = 1.0;
    }
    if sorted(&query.text) == sorted(&listed.text) && !query.core.is_spoken() {
        (brand, place, industry, contrast) = (brand.max(0.98), 1.0, 1.0, 1.0);
    }
    if query.text == listed.text && !query.core.is_spoken() {
        brand = 1.0;
    }
    let form = form(query, listed);
    parts.extend([
        (PartName::Place, place),
        (PartName::Industry, industry),
        (PartName::LegalForm, form),
        (PartName::Contrast, contrast),
    ]);
    brand * place * industry * form * contrast
}

/// One place, one within the other, one left out, or two places.
fn place(one: &[DivisionCode], other: &[DivisionCode]) -> f64 {
    if one.is_empty() && other.is_empty() {
        return 1.0;
    }
    if one.is_empty() || other.is_empty() {
        return 0.96;
    }
    let any = |related: fn(DivisionCode, DivisionCode) -> bool| {
        one.iter().any(|a| other.iter().any(|b| related(*a, *b)))
    };
    if any(|a, b| a == b) {
        1.0
    } else if any(|a, b| a.lies_in(b) || b.lies_in(a)) {
        0.95
    } else {
        0.75
    }
}

fn industry(query: &NormalName, listed: &NormalName) -> f64 {
    let (one, other) = (&query.rest, &listed.rest);
    // Words in Latin letters may mean several that sound alike (食品, 饰品).
    let heard = query.core.is_spoken() || listed.core.is_spoken();
    let alike = heard && spelled(&one.industry_text) == spelled(&other.industry_text);
    if alike || one.industries == other.industries {
        return 1.0;
    }
    if one.industries.is_empty() || other.industries.is_empty() {
        return 0.9;
    }
    let meanings = bag(&one.industries, &other.industries);
    let letters = |text: &str| text.chars().collect::<Vec<_>>();
    let words = bag(&letters(&one.industry_text), &letters(&other.industry_text));
    0.72 + 0.28 * meanings.max(words)
}

/// Families of forms that a company passes through or that people take for one another.
fn form(query: &NormalName, listed: &NormalName) -> f64 {
    let (one, other) = (&query.rest, &listed.rest);
    let trade = match (one.trade, other.trade) {
        (Some(a), Some(b)) if a != b => 0.78,
        (Some(_), None) | (None, Some(_)) => 0.93,
        _ => 1.0,
    };
    let form: f64 = match (one.form, other.form) {
        (a, b) if a == b => 1.0,
        (None, Some(_)) | (Some(_), None) => 0.98,
        (Some("COMPANY" | "LIMITED"), Some("COMPANY" | "LIMITED")) => 0.99,
        (
            Some("LIMITED" | "JOINT_STOCK" | "GROUP" | "COMPANY"),
            Some("LIMITED" | "JOINT_STOCK" | "GROUP" | "COMPANY"),
        ) => 0.93,
        _ => 0.75,
    };
    // A trader's word on one side and a company's form on the other are two businesses.
    let traders = |a: &Parsed, b: &Parsed| {
        a.trade.is_some()
            && a.form.is_none()
            && b.trade.is_none()
            && b.form.is_some_and(|f| f != "SOLE_PROPRIETOR")
    };
    if traders(one, other) || traders(other, one) {
        0.75
    } else {
        form * trade
    }
}

/// Whether two brands hold the same numerals, directions and the like. Where only one of two that are equally long holds
/// any, it is one of two characters that differ anyway.
fn contrast(one: &Sequence, other: &Sequence) -> f64 {
    let (first, second) = (
        contrasts(one.characters.iter()),
        contrasts(other.characters.iter()),
    );
    if first == second || one.is_spoken() || other.is_spoken() {
        return 1.0;
    }
    let both = |group: &usize| first.contains_key(group) && second.contains_key(group);
    if first
        .keys()
        .any(|group| both(group) && first.get(group) != second.get(group))
    {
        0.7
    } else if one.characters.len() == other.characters.len() {
        1.0
    } else {
        0.9
    }
}

/// Where a typing error hides a place or an industry from the tables, it stands in the brand. If the other's brand is found
/// inside, what stands around it is compared with the other's place and industry: how alike these are, when they are.
fn regrouped(long: &NormalName, short: &NormalName) -> Option<f64> {
    let (outer, inner) = (&long.core.characters, &short.core.characters);
    if inner.len() < 2 || outer.len() <= inner.len() {
        return None;
    }
    let start = outer
        .windows(inner.len())
        .position(|window| window == inner.as_slice())?;
    let text = |of: &str| of.chars().collect::<Vec<_>>();
    let mut head = text(&long.rest.place_text);
    head.extend(outer.iter().take(start));
    let mut tail: Vec<char> = outer.iter().skip(start + inner.len()).copied().collect();
    tail.extend(long.rest.industry_text.chars());
    let place = text(&short.rest.place_text);
    let industry = text(&short.rest.industry_text);
    let beside = |a: &[char], b: &[char]| {
        if a.is_empty() == b.is_empty() {
            edit(a, b)
        } else {
            0.0
        }
    };
    let (before, behind) = (beside(&head, &place), beside(&tail, &industry));
    (before.min(behind) >= 0.5).then_some(f64::midpoint(before, behind))
}
