//! Who stands around the demo's operators: agencies, the streamers in their rooms, and the merchants whose goods they
//! show. Pure as the operators are; each has dice of its own, so that nobody changes who anybody else is.

use chrono::Days;
use entity::kind::{ExemptionKind, PermitKind};

use super::calendar::moment;
use super::names;
use super::operators::{Book, Draft, Kind};
use crate::registry::input::{
    AgencyInput, IdentityInput, MerchantInput, OperatorInput, Patch, PermitInput,
    QualificationInput, ShopInput, StreamerInput,
};

/// Turns of the dice that belong to nobody else.
const TURNS: [u64; 3] = [11, 12, 13];

/// How many of each a platform has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub agencies: usize,
    pub streamers: usize,
    pub merchants: usize,
}

/// Everybody around a platform's operators.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cast {
    /// 直播营销人员服务机构.
    pub agencies: Vec<AgencyInput>,
    /// 直播营销人员, after their agencies and operators.
    pub streamers: Vec<StreamerInput>,
    /// 平台内经营者.
    pub merchants: Vec<MerchantInput>,
}

impl Book {
    /// Everybody around these operators, some of whom come to show the goods of the merchants.
    pub(super) fn cast(&mut self, operators: &mut [OperatorInput], size: Size) -> Cast {
        let agencies: Vec<_> = (0..size.agencies).map(|n| self.agency(n)).collect();
        let merchants: Vec<_> = (0..size.merchants).map(|n| self.merchant(n)).collect();
        for (index, operator) in operators.iter_mut().enumerate() {
            if let Some(merchant) = merchants.get(index / 3).filter(|_| index % 3 == 1) {
                operator.sellers = Patch::Set(vec![merchant.identity.clone()]);
            }
        }
        let streamers = (0..size.streamers)
            .map(|n| self.streamer(n, operators, &agencies))
            .collect();
        Cast {
            agencies,
            streamers,
            merchants,
        }
    }

    fn agency(&mut self, index: usize) -> AgencyInput {
        let [turn, _, _] = TURNS;
        self.throw(index, turn);
        let draft = self.draft(Kind::Company);
        let number = self.dice.pattern("33########");
        let OperatorInput {
            identity,
            legal_representative,
            phone,
            domicile,
            ..
        } = draft.item;
        let place = &draft.place.short_name;
        let name = format!("{place}{}文化传媒有限公司", draft.brand);
        AgencyInput {
            external_id: self.key("A", index),
            observed_at: Some(moment(self.calendar.opening(), 0)),
            identity,
            name: Patch::Set(name),
            legal_representative,
            phone,
            domicile,
            permits: Patch::Set(vec![PermitInput {
                kind: PermitKind::PerformanceBrokerage,
                kind_text: None,
                number,
                issuer: Some("文化和旅游主管部门".to_owned()),
                valid_from: None,
                valid_until: None,
            }]),
            verification: Patch::Keep,
        }
    }

    fn streamer(
        &mut self,
        index: usize,
        operators: &[OperatorInput],
        agencies: &[AgencyInput],
    ) -> StreamerInput {
        const OCCUPATIONS: [&str; 5] = ["主播", "带货主播", "助播", "美妆顾问", "农技推广员"];
        let [_, turn, _] = TURNS;
        self.throw(index, turn);
        let kind = match index % 40 {
            7 => Kind::Minor,
            19 => Kind::Passport,
            29 => Kind::Permit,
            _ => Kind::Resident,
        };
        let draft = self.draft(kind);
        let room = operators.get(index * 7 % operators.len().max(1));
        let second = operators.get(index * 11 % operators.len().max(1));
        let second = second.filter(|_| index % 9 == 4);
        let rooms = room.into_iter().chain(second).map(|o| o.identity.clone());
        let mut rooms: Vec<IdentityInput> = rooms.collect();
        rooms.dedup();
        let agency = (index % 9 < 5)
            .then(|| agencies.get(index % agencies.len().max(1)))
            .flatten();
        let stage_name = format!(
            "{}{}",
            draft.brand,
            self.dice.pick(&["姐", "哥", "老师", "在线"])
        );
        let qualification = self.dice.percent(30).then(|| self.qualification());
        let OperatorInput {
            identity,
            name,
            birth_date,
            guardian_consent,
            phone,
            business_address,
            ..
        } = draft.item;
        StreamerInput {
            external_id: self.key("S", index),
            observed_at: Some(moment(self.calendar.opening(), 0)),
            name,
            stage_name: Patch::Set(stage_name),
            birth_date,
            guardian_consent,
            phone,
            residence: business_address,
            agency: agency.map_or(Patch::Keep, |a| Patch::Set(a.identity.clone())),
            operators: Patch::Set(rooms),
            qualifications: qualification.map_or(Patch::Keep, |one| Patch::Set(vec![one])),
            occupation: Patch::Set((*self.dice.pick(&OCCUPATIONS)).to_owned()),
            verification: self.verification(&identity, self.checked_before()),
            identity,
        }
    }

    fn qualification(&self) -> QualificationInput {
        let title = *self
            .dice
            .pick(&["互联网营销师", "执业药师", "营养师", "珠宝玉石质量检验师"]);
        QualificationInput {
            title: title.to_owned(),
            certificate_number: Some(self.dice.pattern("2#########")),
            issuer: None,
            valid_until: None,
        }
    }

    fn merchant(&mut self, index: usize) -> MerchantInput {
        const EXEMPT: [ExemptionKind; 4] = [
            ExemptionKind::OwnFarmProduce,
            ExemptionKind::HomeCraft,
            ExemptionKind::PersonalSkillService,
            ExemptionKind::SmallOccasional,
        ];
        let [_, _, turn] = TURNS;
        self.throw(index, turn);
        let person = index % 7 > 3;
        let draft = self.draft(match index % 7 {
            0..=2 => Kind::Company,
            3 => Kind::Shop,
            _ => Kind::Resident,
        });
        let exemption = person.then(|| *self.dice.pick(&EXEMPT));
        let small = exemption == Some(ExemptionKind::SmallOccasional);
        let over = !small && self.dice.percent(if person { 15 } else { 80 });
        let permits = self.permit(&draft).map(|permit| vec![permit]);
        let shops = self.shops(index, &draft);
        let OperatorInput {
            identity,
            name,
            form,
            proprietor,
            legal_representative,
            phone,
            business_address,
            ..
        } = draft.item;
        MerchantInput {
            external_id: self.key("M", index),
            observed_at: Some(moment(self.calendar.opening(), 0)),
            name,
            form,
            proprietor,
            legal_representative,
            phone,
            business_address,
            shops: Patch::Set(shops),
            permits: permits.map_or(Patch::Keep, Patch::Set),
            exemption: exemption.map_or(Patch::Keep, Patch::Set),
            over_threshold: Patch::Set(over),
            verification: self.verification(&identity, self.checked_before()),
            identity,
        }
    }

    /// One shop, of some two; who has no address says how to get there.
    fn shops(&self, index: usize, draft: &Draft) -> Vec<ShopInput> {
        let name = |what: &str| format!("{}{what}", draft.brand);
        let link = format!("https://shop.example/{}-{index}", self.style.prefix);
        let words = format!("App 首页搜索“{}”", name("小铺"));
        let first = ShopInput {
            name: name(if index.is_multiple_of(2) {
                "旗舰店"
            } else {
                "小铺"
            }),
            url: Some(if index % 5 == 3 { words } else { link }),
        };
        let second = index.is_multiple_of(6).then(|| ShopInput {
            name: name("折扣店"),
            url: None,
        });
        std::iter::once(first).chain(second).collect()
    }

    /// A verification before the filing; one of twenty has none.
    fn checked_before(&self) -> Option<chrono::NaiveDate> {
        let opening = self.calendar.opening();
        let day = || {
            self.dice
                .day(opening - Days::new(120), opening - Days::new(1))
        };
        (!self.dice.percent(5)).then(day)
    }

    fn draft(&mut self, kind: Kind) -> Draft {
        let place = self.place();
        let trade = place.trade(&self.dice);
        let brand = names::brand(&self.dice);
        self.of_kind_at(kind, place, trade, brand)
    }

    fn key(&self, letter: &str, index: usize) -> Patch<String> {
        Patch::Set(format!("{}-{letter}{:05}", self.style.prefix, index + 1))
    }
}
