//! Names for the demo: persons by how common their surnames are, companies and shops that fit their place and trade.
//! All are put together from tables; a name that somebody bears is a coincidence.

use std::sync::LazyLock;

use entity::kind::PermitKind;

use super::addresses::Place;
use super::dice::Dice;
use super::table::{list, number, rows};

static SURNAMES: LazyLock<Vec<(&str, usize)>> = LazyLock::new(|| {
    let rows = rows(include_str!("data/surnames.tsv"));
    rows.map(|[surname, weight]| (surname, number(weight)))
        .collect()
});

static GIVEN: LazyLock<Vec<[&str; 2]>> =
    LazyLock::new(|| rows(include_str!("data/given.tsv")).collect());

static BRANDS: LazyLock<Vec<[&str; 2]>> =
    LazyLock::new(|| rows(include_str!("data/brands.tsv")).collect());

static TRADES: LazyLock<Vec<Trade>> = LazyLock::new(|| {
    rows(include_str!("data/trades.tsv"))
        .map(Trade::read)
        .collect()
});

/// Persons from abroad with the pattern of their passports.
pub(super) static FOREIGNERS: LazyLock<Vec<Foreigner>> = LazyLock::new(|| {
    let rows = rows(include_str!("data/foreign.tsv"));
    rows.map(|[country, numeric, passport, name]| Foreigner {
        country,
        numeric,
        passport,
        name,
    })
    .collect()
});

/// Given name and father's name of sellers in 新疆, women first.
const UYGHUR: [[&str; 6]; 2] = [
    [
        "阿依古丽",
        "古丽娜尔",
        "阿依努尔",
        "热依汗古丽",
        "米日古丽",
        "帕提古丽",
    ],
    [
        "买买提",
        "艾力",
        "吐尔逊",
        "阿卜杜拉",
        "努尔麦麦提",
        "热合曼",
    ],
];

/// A person from abroad.
pub(super) struct Foreigner {
    /// ISO 3166-1 alpha-3.
    pub country: &'static str,
    /// ISO 3166-1, three digits.
    pub numeric: &'static str,
    /// The pattern of the country's passports.
    pub passport: &'static str,
    /// The name.
    pub name: &'static str,
}

/// What is sold.
pub(super) struct Trade {
    /// Its key in the tables.
    pub key: &'static str,
    companies: Vec<&'static str>,
    shops: Vec<&'static str>,
    rooms: Vec<&'static str>,
    /// The permit that it needs.
    pub permit: Option<PermitKind>,
}

impl Trade {
    fn read([key, companies, shops, rooms, permit]: [&'static str; 5]) -> Self {
        let permit = match permit {
            "-" => None,
            kind => Some(kind.parse().unwrap_or(PermitKind::Other)),
        };
        Self {
            key,
            companies: list(companies),
            shops: list(shops),
            rooms: list(rooms),
            permit,
        }
    }

    /// The trade of a key; a key that is unknown is general trade.
    pub(super) fn of(key: &str) -> &'static Self {
        static GENERAL: LazyLock<Trade> =
            LazyLock::new(|| Trade::read(["", "贸易", "百货店", "优选", "-"]));
        TRADES
            .iter()
            .find(|trade| trade.key == key)
            .unwrap_or(&GENERAL)
    }

    /// What a live room calls itself.
    pub(super) fn room(&self, dice: &Dice) -> &'static str {
        let room: &&str = dice.pick(&self.rooms);
        room
    }
}

/// A person's name.
pub(super) struct Name {
    pub full: String,
    pub female: bool,
}

/// A name as most people bear one; in 新疆 often an Uyghur one.
pub(super) fn person(dice: &Dice, place: &Place) -> Name {
    let female = dice.percent(56);
    if place.is_in("65") && dice.percent(70) {
        let [women, men] = &UYGHUR;
        let own = dice.pick(if female { women } else { men });
        return Name {
            full: format!("{own}·{}", dice.pick(men)),
            female,
        };
    }
    let (surname, _) = dice.weighted(&SURNAMES, |(_, weight)| *weight);
    Name {
        full: format!("{surname}{}", given(dice, female)),
        female,
    }
}

/// Another person of the same surname: a parent.
pub(super) fn relative(dice: &Dice, name: &str) -> String {
    let surname = SURNAMES
        .iter()
        .map(|(surname, _)| *surname)
        .filter(|surname| name.starts_with(surname));
    let surname = surname.max_by_key(|surname| surname.len()).unwrap_or("李");
    loop {
        let relative = format!("{surname}{}", given(dice, dice.percent(50)));
        if relative != name {
            return relative;
        }
    }
}

fn given(dice: &Dice, female: bool) -> &'static str {
    let other = if female { "M" } else { "F" };
    loop {
        let [sex, given] = *dice.pick(&GIVEN);
        if sex != other {
            return given;
        }
    }
}

/// 字号: two characters that are no word.
pub(super) fn brand(dice: &Dice) -> String {
    let one = |place: &str| loop {
        let [at, character] = *dice.pick(&BRANDS);
        if at == place {
            return character;
        }
    };
    let first = one("1");
    loop {
        let second = one("2");
        if second != first {
            return format!("{first}{second}");
        }
    }
}

/// 杭州槿鹿服饰有限公司.
pub(super) fn company(dice: &Dice, place: &Place, trade: &Trade, brand: &str) -> String {
    let word = dice.pick(&trade.companies);
    format!("{}{brand}{word}有限公司", place.short_name)
}

/// 杭州槿鹿服饰中心（有限合伙）.
pub(super) fn partnership(dice: &Dice, place: &Place, trade: &Trade, brand: &str) -> String {
    let word = dice.pick(&trade.companies);
    format!("{}{brand}{word}中心（有限合伙）", place.short_name)
}

/// 寿县槿鹿种植专业合作社.
pub(super) fn cooperative(dice: &Dice, place: &Place, brand: &str) -> String {
    let grown = dice.pick(&["果蔬种植", "茶叶", "水产养殖", "花卉种植", "农产品"]);
    format!("{}{brand}{grown}专业合作社", place.trading_name)
}

/// 义乌市槿鹿百货店, since 2023 with its form behind it.
pub(super) fn shop(dice: &Dice, place: &Place, trade: &Trade, brand: &str, new: bool) -> String {
    let word = dice.pick(&trade.shops);
    let form = if new { "（个体工商户）" } else { "" };
    format!("{}{brand}{word}{form}", place.trading_name)
}

/// What an account calls itself: 槿鹿家纺, 槿鹿官方旗舰店, 槿鹿在义乌.
pub(super) fn account(dice: &Dice, place: &Place, trade: &Trade, brand: &str) -> String {
    match dice.below(5) {
        0 => format!("{brand}官方旗舰店"),
        1 => format!("{brand}在{}", place.short_name),
        2 => format!("{}源头工厂{brand}", place.short_name),
        _ => format!("{brand}{}", trade.room(dice)),
    }
}

/// What a person's account calls itself: 婷婷的衣橱, 阿华说茶, 芬记衣橱, Jack的潮玩.
pub(super) fn nickname(dice: &Dice, name: &str, trade: &Trade) -> String {
    let room = trade.room(dice);
    if name.is_ascii() {
        return format!("{}的{room}", name.split(' ').next().unwrap_or(name));
    }
    let short: String = name.chars().rev().take(1).collect();
    match dice.below(3) {
        0 => format!("{short}{short}的{room}"),
        1 => format!("阿{short}说{room}"),
        _ => format!("{short}记{room}"),
    }
}
