//! Measures the search for names on an invented list, a million entries if nothing else is said: rows that a query reads,
//! how often a changed name is found, how many others reach the threshold, and what scoring costs. Run it optimised:
//! `cargo run --release -p rules --example name_search -- 1000000`.

#[path = "../tests/names/mod.rs"]
mod names;

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use names::{Chance, Inventor, List};
use rules::matching::{MOST_CANDIDATES, NameKind, NormalName, Threshold, score, tokens};

/// Changed names of each kind that are looked up.
const QUERIES: usize = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args()
        .nth(1)
        .map_or(Ok(1_000_000), |text| text.parse())?;
    let inventor = Inventor::new()?;
    let mut chance = Chance(7);
    let mut list = List::default();
    let started = Instant::now();
    // Nine in ten are persons.
    for number in 0..count {
        if number % 10 == 0 {
            list.add(&inventor.company(&mut chance), NameKind::Organisation);
        } else {
            list.add(&inventor.person(&mut chance), NameKind::Person);
        }
    }
    println!(
        "{} entries, {} rows of tokens, {:.0?}",
        list.names.len(),
        list.row_count,
        started.elapsed()
    );
    for (what, kind, change) in CHANGES {
        measure(&list, &inventor, what, (*kind, *change));
    }
    cost(&list)?;
    Ok(())
}

type Change = fn(&str, &Inventor, &mut Chance) -> Option<String>;

/// Ways to change a listed name; those that need a certain character give nothing for other names.
const CHANGES: &[(&str, NameKind, Change)] = &[
    ("equal", NameKind::Person, |name, _, _| {
        Some(name.to_owned())
    }),
    ("reordered", NameKind::Person, |name, _, _| {
        Some(name.chars().skip(1).chain(name.chars().take(1)).collect())
    }),
    ("homophone", NameKind::Person, |name, _, _| {
        replaced(name, HOMOPHONES)
    }),
    ("look-alike", NameKind::Person, |name, _, _| {
        replaced(name, LOOK_ALIKES)
    }),
    (
        "any one other",
        NameKind::Person,
        |name, inventor, chance| {
            let last = name.chars().count() - 1;
            let other = inventor.character(chance);
            Some(name.chars().take(last).chain([other]).collect())
        },
    ),
    ("equal", NameKind::Organisation, |name, _, _| {
        Some(name.to_owned())
    }),
    ("without form", NameKind::Organisation, |name, _, _| {
        name.strip_suffix("有限公司").map(str::to_owned)
    }),
    ("homophone", NameKind::Organisation, |name, _, _| {
        replaced(name, HOMOPHONES)
    }),
    ("look-alike", NameKind::Organisation, |name, _, _| {
        replaced(name, LOOK_ALIKES)
    }),
];

const HOMOPHONES: &[(char, char)] = &[
    ('伟', '玮'),
    ('芳', '方'),
    ('静', '敬'),
    ('丽', '莉'),
    ('涛', '韬'),
    ('辉', '晖'),
    ('峰', '锋'),
    ('燕', '艳'),
    ('英', '瑛'),
    ('婷', '亭'),
    ('文', '雯'),
    ('宇', '雨'),
    ('嘉', '佳'),
    ('禾', '和'),
    ('程', '城'),
    ('丰', '峰'),
    ('光', '广'),
    ('元', '源'),
];
const LOOK_ALIKES: &[(char, char)] = &[
    ('伟', '纬'),
    ('宇', '字'),
    ('婷', '停'),
    ('静', '净'),
    ('玲', '铃'),
    ('萍', '苹'),
    ('辉', '晖'),
    ('明', '朋'),
    ('梓', '粹'),
    ('浩', '皓'),
    ('瑶', '谣'),
    ('晨', '辰'),
    ('泽', '择'),
    ('涵', '函'),
    ('清', '情'),
    ('果', '杲'),
    ('田', '由'),
    ('微', '徽'),
];

/// The name with the first character of the table that it holds exchanged.
fn replaced(name: &str, table: &[(char, char)]) -> Option<String> {
    let (from, to) = table.iter().find(|(from, _)| name.contains(*from))?;
    Some(name.replacen(*from, &to.to_string(), 1))
}

fn measure(list: &List, inventor: &Inventor, what: &str, (kind, change): (NameKind, Change)) {
    let mut luck = Chance(11);
    let (mut asked, mut candidates, mut first_five, mut reached) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut rows = Vec::with_capacity(QUERIES);
    while rows.len() < QUERIES {
        let entry = luck.below(list.names.len());
        let Some((name, of)) = list.names.get(entry) else {
            continue;
        };
        let changed = (*of == kind)
            .then(|| change(name, inventor, &mut luck))
            .flatten();
        let Some(query) = changed.and_then(|text| NormalName::parse(&text, kind).ok()) else {
            continue;
        };
        let found = list.search(&query);
        let is_it = |number: &usize| {
            list.names
                .get(*number)
                .is_some_and(|(text, _)| text == name)
        };
        asked += 1;
        candidates += u32::from(found.ranked.iter().any(|(number, _)| is_it(number)));
        first_five += u32::from(found.ranked.iter().take(5).any(|(number, _)| is_it(number)));
        reached += found
            .ranked
            .iter()
            .filter(|(_, value)| *value >= Threshold::DEFAULT.value())
            .map(|_| 1)
            .sum::<u32>();
        rows.push(found.rows);
    }
    rows.sort_unstable();
    let at = |percent: usize| {
        rows.get((rows.len() - 1) * percent / 100)
            .copied()
            .unwrap_or_default()
    };
    println!(
        "{kind:?} {what}: of {asked} among the candidates {candidates}, in the first five {first_five}; rows read p50 {} p95 {} most {}; {:.1} reach the threshold on average",
        at(50),
        at(95),
        at(100),
        f64::from(reached) / f64::from(asked),
    );
}

/// What parsing and scoring the candidates of one query cost.
fn cost(list: &List) -> Result<(), Box<dyn Error>> {
    for kind in [NameKind::Person, NameKind::Organisation] {
        let texts: Vec<&String> = list
            .names
            .iter()
            .filter(|(_, of)| *of == kind)
            .map(|(text, _)| text)
            .take(MOST_CANDIDATES)
            .collect();
        let query = NormalName::parse(texts.first().ok_or("no name")?, kind)?;
        let rounds = 200_u32;
        let started = Instant::now();
        let mut names = Vec::new();
        for _ in 0..rounds {
            names = texts
                .iter()
                .filter_map(|text| NormalName::parse(text, kind).ok())
                .collect();
        }
        let parsed = started.elapsed() / rounds;
        let started = Instant::now();
        for _ in 0..rounds {
            for name in &names {
                black_box(score(&query, name));
            }
        }
        let scored = started.elapsed() / rounds;
        let started = Instant::now();
        for name in &names {
            black_box(tokens(name));
        }
        println!(
            "{kind:?}: {} candidates parsed in {parsed:.0?}, scored in {scored:.0?}; tokens of each name in {:.1?}",
            names.len(),
            started.elapsed() / u32::try_from(names.len())?
        );
    }
    Ok(())
}
