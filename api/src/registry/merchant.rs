//! 平台内经营者: what an item may say of one, and how that stands with what is on record.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::facts::{Address, Permit, PersonRef};
use entity::kind::{ExemptionKind, LegalForm};
use entity::merchant::{MerchantFacts, Shop};
use entity::problem::{Finding, ProblemCode};

use super::input::{MerchantInput, ShopInput};
use super::parse::Parser;
use super::registration::fields::{Keeping, Wish, fields};
use super::registration::people::people;

fields! {
    /// The parsed fields of a merchant.
    MerchantFields => MerchantFacts {
        required name: String = "name",
        required form: LegalForm = "form",
        optional proprietor: PersonRef = "proprietor",
        optional legal_representative: PersonRef = "legalRepresentative",
        optional phone: String = "phone",
        optional business_address: Address = "businessAddress",
        optional exemption: ExemptionKind = "exemption",
        optional over_threshold: bool = "overThreshold",
        list shops: Shop = "shops",
        list permits: Permit = "permits",
    }
    beside {}
}

impl MerchantFields {
    /// Parses what was sent; what it lacks is judged later, against what stands.
    pub(super) fn parse(input: MerchantInput, parser: &mut Parser<'_>) -> Self {
        Self {
            name: parser.patch("name", input.name, |p, raw| p.name(&raw)),
            form: input.form,
            proprietor: parser.patch("proprietor", input.proprietor, |p, raw| p.person(&raw)),
            legal_representative: parser.patch(
                "legalRepresentative",
                input.legal_representative,
                |p, raw| p.person(&raw),
            ),
            phone: parser.patch("phone", input.phone, |p, raw| p.phone(&raw)),
            business_address: parser.patch("businessAddress", input.business_address, |p, raw| {
                p.address(&raw)
            }),
            exemption: input.exemption,
            over_threshold: input.over_threshold,
            verification: parser.patch("verification", input.verification, |p, raw| {
                p.verification(&raw)
            }),
            shops: parser.patch("shops", input.shops, |p, raw| shops(p, &raw)),
            permits: parser.patch("permits", input.permits, |p, raw| {
                p.list(&raw, Parser::permit)
            }),
        }
    }

    /// The facts as they would stand.
    pub(super) fn merge(
        &self,
        old: Option<&MerchantFacts>,
        keeping: Keeping,
    ) -> Result<MerchantFacts, Vec<Finding>> {
        let mut facts = self.over(old)?;
        let before = old.map(|old| old.shops.as_slice()).unwrap_or_default();
        facts.shops = kept(facts.shops, before, keeping.today);
        Ok(facts)
    }

    /// The people behind the merchant.
    pub(super) fn ties(&self) -> Vec<Wish> {
        people(&self.proprietor, &self.legal_representative).collect()
    }
}

/// The shops of an item, as sent; the same shop twice is refused on the second.
fn shops(parser: &mut Parser<'_>, raw: &[ShopInput]) -> Option<Vec<Shop>> {
    let list = parser.list(raw, Parser::shop)?;
    let mut seen = HashSet::new();
    for (index, shop) in list.iter().enumerate() {
        if !seen.insert(shop.name.as_str()) {
            let twice = Finding::error(ProblemCode::ShopTwice).inside("name");
            parser.found.push(twice.item(index));
        }
    }
    Some(list)
}

/// The open shops by name, each since its first day, then those that ended: what is no longer named ends today.
fn kept(sent: Vec<Shop>, before: &[Shop], today: NaiveDate) -> Vec<Shop> {
    let was_open = |name: &str| {
        let mut open = before.iter().filter(|shop| shop.until.is_none());
        open.find(|shop| shop.name == name)
    };
    let mut shops: Vec<Shop> = sent
        .into_iter()
        .filter(|shop| shop.until.is_none())
        .map(|shop| Shop {
            since: was_open(&shop.name).map_or(today, |old| old.since),
            ..shop
        })
        .collect();
    shops.sort_by(|a, b| a.name.cmp(&b.name));
    let named: HashSet<String> = shops.iter().map(|shop| shop.name.clone()).collect();
    let ended = before.iter().filter_map(|old| match old.until {
        Some(_) => Some(old.clone()),
        None if named.contains(&old.name) => None,
        None => Some(Shop {
            until: Some(today),
            ..old.clone()
        }),
    });
    shops.extend(ended);
    shops
}
