//! What is seen in the demo's rooms: profiles of some on the day of the registering and, of those that change, once more
//! later; and a few presenters that are no people. Each has dice of its own, thrown after everybody else's.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::names;
use super::operators::Book;
use crate::clock::legal_day;
use crate::registry::input::{
    LiveAccountInput, OperatorInput, Patch, PersonRefInput, RoomProfileInput,
    SyntheticPresenterInput,
};

/// The turn of the dice that belongs to nobody else.
const TURN: u64 = 14;
/// Of so many operators the rooms of one are profiled.
const PROFILED_OF: usize = 6;
/// Of so many operators one uses a presenter that is no person.
const PRESENTED_OF: usize = 40;

impl Book {
    /// Puts profiles and presenters into the rooms of these operators and of what changes of them.
    pub(super) fn furnish(
        &mut self,
        operators: &mut [OperatorInput],
        changes: &mut [OperatorInput],
    ) {
        let opening = self.calendar.opening();
        let mut profiled = HashMap::new();
        for (index, operator) in operators.iter_mut().enumerate() {
            self.throw(index, TURN);
            if let Patch::Set(rooms) = &mut operator.accounts {
                if index % PROFILED_OF == PROFILED_OF / 2 {
                    self.look_at(rooms, opening);
                    profiled.insert(operator.identity.number.clone(), rooms.clone());
                }
                if index % PRESENTED_OF == PRESENTED_OF / 2 {
                    let room = rooms.first().map(|room| room.account_number.clone());
                    operator.presenters = Patch::Set(vec![self.presenter(room)]);
                }
            }
        }
        for change in changes {
            let rooms = profiled.remove(&change.identity.number);
            let day = change.observed_at.map(legal_day);
            if let (Some(mut rooms), Some(day)) = (rooms, day) {
                self.look_at(&mut rooms, day);
                change.accounts = Patch::Set(rooms);
            }
        }
    }

    /// Rooms as they are on a day.
    fn look_at(&self, rooms: &mut [LiveAccountInput], day: NaiveDate) {
        let dice = &self.dice;
        for room in rooms {
            let grown = dice.below(500);
            room.followers = room
                .followers
                .and_then(|before| before.checked_add(i32::try_from(grown).ok()?));
            let streamers = 1 + dice.below(4);
            let people = |count: usize| i32::try_from(count).ok();
            let certified = dice.percent(70).then(|| {
                let kinds = ["企业认证", "个体工商户认证", "个人实名认证", "品牌官方认证"];
                (*dice.pick(&kinds)).to_owned()
            });
            let models = ["自营", "代运营", "品牌方自播", "与服务机构合作"];
            let bands = [
                "100万元以下",
                "100万元至500万元",
                "500万元至2000万元",
                "2000万元以上",
            ];
            room.profile = Some(RoomProfileInput {
                on: Some(day),
                certification: certified,
                team_size: people(streamers + dice.below(20)),
                followers: room.followers,
                following: people(dice.below(400)),
                streamers: people(streamers),
                operating_model: Some((*dice.pick(&models)).to_owned()),
                turnover_band: Some((*dice.pick(&bands)).to_owned()),
            });
        }
    }

    /// A presenter that a firm made or, sometimes, a person.
    fn presenter(&mut self, room: Option<String>) -> SyntheticPresenterInput {
        let place = self.place();
        let brand = names::brand(&self.dice);
        let producer = if self.dice.percent(75) {
            PersonRefInput {
                name: format!("{}{brand}数字科技有限公司", place.short_name),
                identity: Some(self.numbers.credit_code(&self.dice, "91", place.digits())),
            }
        } else {
            self.representative(place, 100)
        };
        let kind = *self.dice.pick(&["数字人", "虚拟主播", "AI 讲解员"]);
        SyntheticPresenterInput {
            name: format!("{}{kind}", names::brand(&self.dice)),
            account_number: room,
            producer: Some(producer),
        }
    }
}
