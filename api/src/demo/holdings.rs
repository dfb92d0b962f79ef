//! What the demo's operators hold: their live accounts and their permits.

use chrono::Months;
use entity::kind::{AccountRole, LegalForm, PermitKind};

use super::names;
use super::operators::{Book, Draft};
use crate::registry::input::{LiveAccountInput, Patch, PermitInput};

impl Book {
    /// One to five accounts; some firms also run an account that somebody else holds.
    pub(super) fn accounts(&mut self, draft: &Draft) -> Vec<LiveAccountInput> {
        let own = match self.dice.below(100) {
            0..78 => 1,
            78..90 => 2,
            90..96 => 3,
            96..99 => 4,
            _ => 5,
        };
        let elsewhere = (draft.item.form == Patch::Set(LegalForm::LegalPerson)
            && self.dice.percent(8))
        .then(|| self.held.last().cloned())
        .flatten();
        let mut accounts: Vec<_> = (1..=own).map(|turn| self.account(draft, turn)).collect();
        accounts
            .extend(elsewhere.map(|number| self.live(number, AccountRole::ActualOperator, None)));
        accounts
    }

    fn account(&mut self, draft: &Draft, turn: usize) -> LiveAccountInput {
        let pattern = format!("{}1########", self.style.prefix);
        let number = self.numbers.fresh(|| Some(self.dice.pattern(&pattern)));
        self.held.push(number.clone());
        let name = match (&draft.item.form, &draft.item.name) {
            (Patch::Set(LegalForm::NaturalPerson), Patch::Set(name)) => {
                names::nickname(&self.dice, name, draft.trade)
            }
            _ => names::account(&self.dice, draft.place, draft.trade, &draft.brand),
        };
        let name = if turn > 1 {
            format!("{name}{turn}号")
        } else {
            name
        };
        self.live(number, AccountRole::Holder, Some(name))
    }

    fn live(&self, number: String, role: AccountRole, name: Option<String>) -> LiveAccountInput {
        let magnitude = *self
            .dice
            .pick(&[900, 9_000, 9_000, 60_000, 400_000, 3_000_000]);
        LiveAccountInput {
            followers: i32::try_from(self.dice.below(magnitude)).ok(),
            room_url: Some(format!("{}{number}", self.style.rooms)),
            account_number: number,
            role,
            name,
            profile: None,
        }
    }

    pub(super) fn permit(&self, draft: &Draft) -> Option<PermitInput> {
        let (kind, dice, region) = (draft.trade.permit?, &self.dice, draft.place.digits());
        if draft.item.form == Patch::Set(LegalForm::NaturalPerson) {
            return None;
        }
        let (pattern, issuer) = match kind {
            PermitKind::FoodSales => (format!("JY1{region}#######"), "市场监督管理局"),
            PermitKind::FoodProduction => (format!("SC1##{region}#####"), "市场监督管理局"),
            PermitKind::MedicalDevice => (format!("械经营备{region}####号"), "市场监督管理局"),
            PermitKind::Publication => (format!("新出发零字第{region}####号"), "新闻出版局"),
            _ => (format!("妆{region}####"), "药品监督管理局"),
        };
        let from = dice.day(self.calendar.before(4 * 365), self.calendar.opening());
        Some(PermitInput {
            kind,
            kind_text: (kind == PermitKind::Other).then(|| "化妆品生产许可".to_owned()),
            number: dice.pattern(&pattern),
            issuer: Some(format!("{}{issuer}", draft.place.trading_name)),
            valid_from: Some(from),
            valid_until: Some(from + Months::new(60)),
        })
    }
}
