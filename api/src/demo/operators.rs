//! The demo's operators: who they are, where they work, what they hold and may sell. Pure: chance and days are given,
//! and the same seed and day give the same operators.

use chrono::{Days, NaiveDate};
use entity::kind::{IdentityKind, LegalForm};

use super::addresses::{PLACES, Place};
use super::calendar::{Calendar, moment};
use super::dice::Dice;
use super::names::{self, FOREIGNERS, Trade};
use super::numbers::Numbers;
use crate::registry::input::{
    AddressInput, ConsentInput, IdentityInput, OperatorInput, Patch, PersonRefInput,
    VerificationInput,
};

/// Who sells, and how many of 100 are so.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Company,
    Partnership,
    Cooperative,
    Shop,
    Resident,
    Minor,
    Permit,
    Travel(IdentityKind),
    Card,
    Passport,
}

const KINDS: [(Kind, usize); 11] = [
    (Kind::Company, 36),
    (Kind::Shop, 32),
    (Kind::Resident, 20),
    (Kind::Partnership, 3),
    (Kind::Cooperative, 2),
    (Kind::Passport, 2),
    (Kind::Minor, 1),
    (Kind::Permit, 1),
    (Kind::Travel(IdentityKind::TravelPermitHm), 1),
    (Kind::Travel(IdentityKind::TravelPermitTw), 1),
    (Kind::Card, 1),
];

impl Kind {
    /// The kind of the operator with this index: any 100 that follow each other hold the whole table.
    fn at(index: usize) -> Self {
        let mut slot = index * 37 % 100;
        for (kind, of_100) in KINDS {
            match slot.checked_sub(of_100) {
                None => return kind,
                Some(rest) => slot = rest,
            }
        }
        Self::Company
    }
}

/// How a platform writes its book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    /// What external ids and account numbers begin with.
    pub prefix: &'static str,
    /// What addresses of rooms begin with.
    pub rooms: &'static str,
    /// The division of its domicile: half of its operators are of that province.
    pub home: &'static str,
}

/// A book being written: what is given once, and which accounts somebody holds.
pub(super) struct Book {
    pub dice: Dice,
    pub numbers: Numbers,
    pub calendar: Calendar,
    seed: u64,
    pub(super) style: Style,
    /// Accounts that somebody holds.
    pub(super) held: Vec<String>,
}

/// One operator with what its other fields are made from.
pub(super) struct Draft {
    pub(super) item: OperatorInput,
    pub(super) place: &'static Place,
    pub(super) trade: &'static Trade,
    pub(super) brand: String,
}

impl Book {
    pub(super) fn new(seed: u64, calendar: Calendar, style: Style) -> Self {
        Self {
            dice: Dice::new(seed),
            numbers: Numbers::new(),
            calendar,
            seed,
            style,
            held: Vec::new(),
        }
    }

    /// Dice of an operator's own, so that nobody else's days change who it is.
    fn dice_for(&self, index: usize, turn: u64) -> Dice {
        Dice::new((self.seed << 32) + ((index as u64) << 8) + turn)
    }

    /// The operator with this index as it was first seen, and the verification that followed after the filing.
    pub(super) fn operator(&mut self, index: usize) -> (OperatorInput, Option<OperatorInput>) {
        let verified = self.calendar.verified(&self.dice_for(index, 1), index);
        self.dice = self.dice_for(index, 0);
        let mut item = self.of_kind(Kind::at(index));
        item.external_id = Patch::Set(format!("{}-{:05}", self.style.prefix, index + 1));
        item.observed_at = Some(moment(self.calendar.opening(), 0));
        item.verification = self.verification(&item.identity, verified.first);
        let again = verified.again.map(|day| self.renewal(&item.identity, day));
        (item, again)
    }

    /// An operator that came after the filing.
    pub(super) fn newcomer(&mut self, index: usize) -> OperatorInput {
        let (item, _) = self.operator(index);
        let day = self.calendar.since(&self.dice);
        let verification = self.verification(&item.identity, Some(day));
        OperatorInput {
            observed_at: Some(moment(day, 120)),
            verification,
            ..item
        }
    }

    /// An operator of a kind, complete but for what the platform's book adds.
    pub(super) fn of_kind(&mut self, kind: Kind) -> OperatorInput {
        let place = self.place();
        let trade = place.trade(&self.dice);
        let brand = names::brand(&self.dice);
        let mut draft = self.of_kind_at(kind, place, trade, brand);
        draft.item.accounts = Patch::Set(self.accounts(&draft));
        if let Some(permit) = self.permit(&draft) {
            draft.item.permits = Patch::Set(vec![permit]);
        }
        draft.item
    }

    /// Somebody of a kind at a place, without accounts and permits.
    pub(super) fn of_kind_at(
        &mut self,
        kind: Kind,
        place: &'static Place,
        trade: &'static Trade,
        brand: String,
    ) -> Draft {
        match kind {
            Kind::Company | Kind::Partnership | Kind::Cooperative => {
                self.company(kind, place, trade, brand)
            }
            Kind::Shop => self.shop(place, trade, brand),
            _ => self.person(kind, place, trade, brand),
        }
    }

    /// Takes up the dice of somebody else.
    pub(super) fn throw(&mut self, index: usize, turn: u64) {
        self.dice = self.dice_for(index, turn);
    }

    pub(super) fn place(&self) -> &'static Place {
        let home = self.dice.percent(50);
        let weight = |place: &Place| {
            if home && !place.is_in(self.style.home) {
                0
            } else {
                place.weight
            }
        };
        self.dice.weighted(&PLACES, weight)
    }

    /// A place of another province, as often as people work away from where they are registered.
    fn workplace(&self, registered: &'static Place) -> &'static Place {
        if self.dice.percent(30) {
            self.dice.weighted(&PLACES, |place| place.weight)
        } else {
            registered
        }
    }

    fn company(
        &mut self,
        kind: Kind,
        place: &'static Place,
        trade: &'static Trade,
        brand: String,
    ) -> Draft {
        let (category, name, form) = match kind {
            Kind::Cooperative => (
                "93",
                names::cooperative(&self.dice, place, &brand),
                LegalForm::LegalPerson,
            ),
            Kind::Partnership => (
                "91",
                names::partnership(&self.dice, place, trade, &brand),
                LegalForm::Unincorporated,
            ),
            _ => (
                "91",
                names::company(&self.dice, place, trade, &brand),
                LegalForm::LegalPerson,
            ),
        };
        let mut item = blank(
            self.numbers
                .credit_code(&self.dice, category, place.digits()),
        );
        item.name = Patch::Set(name);
        item.form = Patch::Set(form);
        item.registered_on = Patch::Set(self.dice.day(date(2014), date(2025)));
        item.legal_representative = Patch::Set(self.representative(place, 40));
        item.domicile = Patch::Set(place.address(&self.dice));
        let work = self.workplace(place);
        item.business_address = Patch::Set(work.address(&self.dice));
        item.phone = Patch::Set(self.phone(work, 45));
        Draft {
            item,
            place: work,
            trade,
            brand,
        }
    }

    fn shop(&mut self, place: &'static Place, trade: &'static Trade, brand: String) -> Draft {
        let registered_on = self.dice.day(date(2016), date(2025));
        let new = registered_on >= date(2023);
        let mut item = blank(self.numbers.credit_code(&self.dice, "92", place.digits()));
        item.name = Patch::Set(names::shop(&self.dice, place, trade, &brand, new));
        item.form = Patch::Set(LegalForm::IndividualBusiness);
        item.registered_on = Patch::Set(registered_on);
        let proprietor = self.representative(place, 85);
        if proprietor.identity.is_none() {
            item.birth_date = Patch::Set(self.adult());
        }
        item.proprietor = Patch::Set(proprietor);
        let premises = place.address(&self.dice);
        let work = self.workplace(place);
        let away = work.code != place.code;
        item.business_address = Patch::Set(if away {
            work.address(&self.dice)
        } else {
            premises.clone()
        });
        item.domicile = Patch::Set(premises);
        item.phone = Patch::Set(self.phone(work, 10));
        Draft {
            item,
            place: work,
            trade,
            brand,
        }
    }

    fn person(
        &mut self,
        kind: Kind,
        place: &'static Place,
        trade: &'static Trade,
        brand: String,
    ) -> Draft {
        let name = names::person(&self.dice, place);
        let abroad = self.dice.pick(&FOREIGNERS);
        let adult = self.adult();
        let (dice, numbers) = (&self.dice, &mut self.numbers);
        let origin = dice.pick(&PLACES).digits();
        let minor = self.calendar.born(dice, [16 * 12, 18 * 12]);
        let (identity, name, birth_date) = match kind {
            Kind::Permit => (numbers.residence_permit(dice, adult), name.full, None),
            Kind::Travel(kind) => (numbers.travel_permit(dice, kind), name.full, Some(adult)),
            Kind::Card => {
                let province = place.digits().get(..2).unwrap_or("33");
                (
                    numbers.permanent_card(dice, province, abroad, adult),
                    abroad.name.to_owned(),
                    None,
                )
            }
            Kind::Passport => (
                numbers.passport(dice, abroad),
                abroad.name.to_owned(),
                Some(adult),
            ),
            Kind::Minor => (
                numbers.resident(dice, origin, minor, name.female),
                name.full,
                None,
            ),
            _ => (
                numbers.resident(dice, origin, adult, name.female),
                name.full,
                None,
            ),
        };
        let mut item = blank(identity);
        if kind == Kind::Minor {
            item.guardian_consent = Patch::Set(ConsentInput {
                guardian_name: names::relative(dice, &name),
                given_on: dice.day(
                    self.calendar.opening() - Days::new(60),
                    self.calendar.opening(),
                ),
                evidence: None,
            });
        }
        item.name = Patch::Set(name);
        item.form = Patch::Set(LegalForm::NaturalPerson);
        item.birth_date = birth_date.map_or(Patch::Keep, Patch::Set);
        item.business_address = Patch::Set(place.address(&self.dice));
        item.phone = Patch::Set(self.numbers.mobile(&self.dice));
        Draft {
            item,
            place,
            trade,
            brand,
        }
    }

    fn adult(&self) -> NaiveDate {
        self.dice.day(date(1966), date(2006))
    }

    /// A person who stands for a firm, by number in this many cases of 100.
    pub(super) fn representative(&mut self, place: &Place, known: usize) -> PersonRefInput {
        let name = names::person(&self.dice, place);
        let (origin, born) = (self.dice.pick(&PLACES).digits(), self.adult());
        let identity = self
            .dice
            .percent(known)
            .then(|| self.numbers.resident(&self.dice, origin, born, name.female));
        PersonRefInput {
            name: name.full,
            identity,
        }
    }

    fn phone(&mut self, place: &Place, landlines: usize) -> String {
        if self.dice.percent(landlines) {
            self.numbers.landline(&self.dice, place.landline)
        } else {
            self.numbers.mobile(&self.dice)
        }
    }

    pub(super) fn verification(
        &self,
        identity: &IdentityInput,
        day: Option<NaiveDate>,
    ) -> Patch<VerificationInput> {
        let methods: &[&str] = match identity.kind {
            IdentityKind::Uscc => &["统一社会信用代码核验", "营业执照核验", "人工核验"],
            IdentityKind::ResidentId => &["居民身份证核验", "国家网络身份认证公共服务", "人脸比对"],
            _ => &["证件核验", "人工核验"],
        };
        let at = day.map(|day| moment(day, i64::try_from(self.dice.below(480)).unwrap_or(0)));
        at.map_or(Patch::Keep, |at| {
            Patch::Set(VerificationInput {
                at,
                method: (*self.dice.pick(methods)).to_owned(),
                evidence: None,
            })
        })
    }

    /// A later verification, as a patch.
    pub(super) fn renewal(&self, identity: &IdentityInput, day: NaiveDate) -> OperatorInput {
        let verification = self.verification(identity, Some(day));
        OperatorInput {
            observed_at: Some(moment(day, 500)),
            verification,
            ..blank(identity.clone())
        }
    }

    /// An operator on a site of its own, seated in the platform's home province.
    pub(super) fn own_site(&mut self, index: usize) -> OperatorInput {
        let near: Vec<_> = PLACES
            .iter()
            .filter(|place| place.is_in(self.style.home))
            .collect();
        let place = *self.dice.pick(&near);
        let draft = self.company(
            Kind::Company,
            place,
            place.trade(&self.dice),
            names::brand(&self.dice),
        );
        let verified = self.calendar.since(&self.dice);
        OperatorInput {
            external_id: Patch::Set(format!("{}-{:05}", self.style.prefix, index + 1)),
            observed_at: Some(moment(verified, 500)),
            own_site: Patch::Set(format!("{}{:02}", self.style.rooms, index + 1)),
            verification: self.verification(&draft.item.identity, Some(verified)),
            ..draft.item
        }
    }

    /// Another address of the same seller.
    pub(super) fn move_house(&self) -> AddressInput {
        self.dice
            .weighted(&PLACES, |place| place.weight)
            .address(&self.dice)
    }
}

/// The first day of a year.
fn date(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default()
}

/// An item that says who, and nothing else.
pub(super) fn blank(identity: IdentityInput) -> OperatorInput {
    OperatorInput {
        external_id: Patch::Keep,
        observed_at: None,
        identity,
        name: Patch::Keep,
        form: Patch::Keep,
        registered_on: Patch::Keep,
        birth_date: Patch::Keep,
        guardian_consent: Patch::Keep,
        proprietor: Patch::Keep,
        legal_representative: Patch::Keep,
        phone: Patch::Keep,
        business_address: Patch::Keep,
        domicile: Patch::Keep,
        own_site: Patch::Keep,
        accounts: Patch::Keep,
        presenters: Patch::Keep,
        sellers: Patch::Keep,
        permits: Patch::Keep,
        verification: Patch::Keep,
    }
}
