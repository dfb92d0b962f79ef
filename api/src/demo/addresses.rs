//! Where the demo's sellers work: real counties with plausible roads, and two development zones that are invented.
//! House numbers are thrown; nobody should be looked for there.

use std::sync::LazyLock;

use entity::value::division::Divisions;

use super::dice::Dice;
use super::names::Trade;
use super::table::{list, number, rows};
use crate::registry::input::AddressInput;

/// A place where goods are made or sold by livestream.
pub(super) struct Place {
    /// The county-level or local division.
    pub code: &'static str,
    /// Its landlines, `#` for a digit.
    pub landline: &'static str,
    /// How many sellers it has, against the other places.
    pub weight: usize,
    roads: Vec<&'static str>,
    trades: Vec<&'static str>,
    /// 浙江省杭州市余杭区.
    pub full_name: String,
    /// 杭州 for a district of a city, else the county's own name: how company names begin.
    pub short_name: String,
    /// 杭州市余杭区, 义乌市: how names of individual businesses begin.
    pub trading_name: String,
}

/// A development zone of the demo: its code, its parent's code and its name without the note behind it.
const ZONES: [(&str, &str, &str); 2] = [
    ("L330193", "330100", "湾北智造开发区"),
    ("L440193", "440100", "榕湾创新开发区"),
];

/// Every place of the demo.
pub(super) static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    rows(include_str!("data/places.tsv"))
        .filter_map(Place::read)
        .collect()
});

impl Place {
    fn read([code, landline, weight, roads, trades]: [&'static str; 5]) -> Option<Self> {
        let zone = ZONES.iter().find(|(zone, ..)| *zone == code);
        let parent = zone.map_or(code, |(_, parent, _)| parent).parse().ok()?;
        let country = Divisions::national();
        let own = zone.map_or(country.find(parent)?.name(), |(.., name)| name);
        let within = zone.map_or_else(String::new, |(.., name)| (*name).to_owned());
        let city = country
            .city_of(parent)
            .or_else(|| country.province_of(parent))?
            .name();
        let district = own.ends_with('区');
        let head = if district { city } else { own };
        Some(Self {
            code,
            landline,
            weight: number(weight),
            roads: list(roads),
            trades: list(trades),
            full_name: country.full_name(parent)? + &within,
            short_name: head
                .trim_end_matches(['市', '县'])
                .trim_end_matches("满族自治")
                .to_owned(),
            trading_name: if district {
                format!("{city}{own}")
            } else {
                own.to_owned()
            },
        })
    }

    /// Whether it lies in the province of a code.
    pub(super) fn is_in(&self, province: &str) -> bool {
        self.digits().get(..2) == province.get(..2)
    }

    /// The six digits of a registrar here: a zone's companies are registered by its city.
    pub(super) fn digits(&self) -> &'static str {
        ZONES
            .iter()
            .find(|(zone, ..)| *zone == self.code)
            .map_or(self.code, |(_, parent, _)| parent)
    }

    /// One of the trades at home here.
    pub(super) fn trade(&self, dice: &Dice) -> &'static Trade {
        let key: &&str = dice.pick(&self.trades);
        Trade::of(key)
    }

    /// An office, a shop or a flat here.
    pub(super) fn address(&self, dice: &Dice) -> AddressInput {
        let road = dice.pick(&self.roads);
        let house = dice.below(880) + 2;
        let room = match dice.below(5) {
            0 => format!(
                "{}幢{}单元{}室",
                dice.below(18) + 1,
                dice.below(4) + 1,
                room(dice)
            ),
            1 => format!("{}号楼{}室", dice.below(12) + 1, room(dice)),
            2 => format!(
                "直播产业园{}座{}层",
                dice.pick(&["A", "B", "C", "D"]),
                dice.below(9) + 1
            ),
            3 => format!("{}号厂房{}楼", dice.below(6) + 1, dice.below(5) + 1),
            _ => String::new(),
        };
        AddressInput {
            text: format!("{}{road}{house}号{room}", self.full_name),
            division: Some(self.code.to_owned()),
        }
    }
}

fn room(dice: &Dice) -> String {
    format!("{}{:02}", dice.below(24) + 1, dice.below(8) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_a_county_that_stands_or_a_zone_inside_a_city() {
        assert_eq!(
            PLACES.len(),
            rows::<5>(include_str!("data/places.tsv")).count()
        );
        for place in PLACES.iter() {
            let code = place.digits().parse().unwrap();
            let zone = place.code.starts_with('L');
            assert_eq!(
                Divisions::national().is_county_level(code),
                !zone,
                "{}",
                place.code
            );
            assert!(place.weight > 0 && !place.roads.is_empty());
            assert!(
                place.trades.iter().all(|key| Trade::of(key).key == *key),
                "{}",
                place.code
            );
        }
    }

    #[test]
    fn names_fit_their_division() {
        let of = |code: &str| {
            let place = PLACES.iter().find(|place| place.code == code).unwrap();
            [
                place.full_name.as_str(),
                &place.short_name,
                &place.trading_name,
            ]
        };
        assert_eq!(of("330110"), ["浙江省杭州市余杭区", "杭州", "杭州市余杭区"]);
        assert_eq!(of("330782"), ["浙江省金华市义乌市", "义乌", "义乌市"]);
        assert_eq!(of("441900"), ["广东省东莞市", "东莞", "东莞市"]);
        assert_eq!(of("110105"), ["北京市朝阳区", "北京", "北京市朝阳区"]);
        assert_eq!(
            of("210323"),
            ["辽宁省鞍山市岫岩满族自治县", "岫岩", "岫岩满族自治县"]
        );
        assert_eq!(
            of("L330193"),
            ["浙江省杭州市湾北智造开发区", "杭州", "杭州市湾北智造开发区"]
        );
    }
}
