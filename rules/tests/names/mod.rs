//! Invented names by seed, and a list that is searched as a database would: by tokens first, then by score.
#![expect(dead_code, reason = "the test and the example use different parts")]

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

use entity::kind::OfficeLevel;
use entity::value::division::Divisions;
use rules::matching::{MOST_CANDIDATES, NameKind, NormalName, plan, score, tokens};
use serde::Deserialize;

/// Characters of given names beside those in the table of shares, each rare.
const RARE_GIVEN: &str = "岚翔航昊霖川楠欢妍璐琪蕾薇蓉菲茜瑾钰琦凡帆松森柏桐彬鑫毅恒坤沛沁沐淇淼渊湘溪滢潇澜灿炎炜烨焕煜熙燃爽牧犀玥珂珊珏珑珺琅琛琬瑛瑜瑾璇璋璟甜田男畅略益盈盛真知石砚硕碧祎祯祺禹禾程稳穆竹笑笛筠简箫籽米精素紫红约纯纲纳纹绍经结绣维绮绵缘罡羽翊翎翠翰耀聪肖育胤能腾舒航艾芊芝芙芬芮芯芷苏若苒苗英茂茗荃荷莎莹菁菊萌萧葵蒙蓓蓝蔓蔚蕴藜虹蝶行衍裕西言誉许译诚询诠语诺谊谦豪贝贤贵赫越路轶轲达迅运进远迪适逸邦邵郁郦采野量鉴钊钢钧钱铃铎铭锐锦锋镇长问闻闽阔阿陶隆雁雄雯霄霆霏露韬韵顺颂颜风飒馨驰骁骏高魁鲁鸣鸿鹃鹤麒麟黎黛齐龄";
/// Characters that brands are made of.
const BRAND: &str = "星禾云途青橙乐享麦田优尚锦程瑞丰嘉鼎盛悦己启明南风蓝鲸百川千寻万象聚美汇通远航卓越创想智联博雅恒信华金穗银河木槿半夏初见知味小满良品恋物拾光花漾暖阳清月晨曦辰飞羽鹿鸣凌沐春若水石榴松果天朗童画微笑西子新集燕归一诺颐和元气源泉众紫荆尊蜂巢谷雨海棠惠民佳康泰立绿洲梦奇点仁思正大中德成安利达顺发宝庆荣祥";

/// Chance by seed (`SplitMix64`), the same on every machine.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or_default()
    }

    /// One of some things.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

#[derive(Deserialize)]
struct NameShares {
    surname: BTreeMap<char, f64>,
    given: BTreeMap<char, f64>,
}

/// Makes names that are distributed as real ones: surnames and given names by their shares.
pub(crate) struct Inventor {
    surnames: Vec<char>,
    given: Vec<char>,
    brand: Vec<char>,
    places: Vec<&'static str>,
}

impl Inventor {
    /// # Errors
    /// When the table of shares cannot be read.
    pub(crate) fn new() -> Result<Self, toml::de::Error> {
        let shares: NameShares = toml::from_str(include_str!("../../data/name_shares.toml"))?;
        let urn = |table: &BTreeMap<char, f64>| -> Vec<char> {
            let tickets = table
                .iter()
                .map(|(character, share)| (*character, (share * 10.0).round()));
            tickets
                .flat_map(|(character, count)| {
                    (0..)
                        .take_while(move |n| f64::from(*n) < count)
                        .map(move |_| character)
                })
                .collect()
        };
        let mut surnames = urn(&shares.surname);
        // The other tenth of the population, spread over a few hundred surnames.
        let rare: Vec<char> = RARE_GIVEN.chars().collect();
        surnames.extend(rare.iter().flat_map(|surname| [*surname; 4]));
        let mut given = urn(&shares.given);
        given.extend(rare.iter().flat_map(|character| [*character; 12]));
        let cities = Divisions::national()
            .iter()
            .filter(|place| place.level() == OfficeLevel::City);
        Ok(Self {
            surnames,
            given,
            brand: BRAND.chars().collect(),
            places: cities
                .map(|place| place.name().trim_end_matches('市'))
                .collect(),
        })
    }

    /// A person's name: one in seven with one character behind the surname.
    pub(crate) fn person(&self, chance: &mut Chance) -> String {
        let given = if chance.below(7) == 0 { 1 } else { 2 };
        let surname = chance.pick(&self.surnames).copied();
        let rest = (0..given).filter_map(|_| chance.pick(&self.given).copied());
        surname.into_iter().chain(rest).collect()
    }

    /// A company's name: place, brand of two or three characters, industry and form.
    pub(crate) fn company(&self, chance: &mut Chance) -> String {
        let industries = [
            "网络科技",
            "电子商务",
            "文化传媒",
            "贸易",
            "商贸",
            "食品",
            "服饰",
            "供应链管理",
            "科技",
            "信息技术",
        ];
        let place = chance.pick(&self.places).copied().unwrap_or_default();
        let length = 2 + chance.below(2);
        let brand: String = (0..length)
            .filter_map(|_| chance.pick(&self.brand))
            .collect();
        let industry = chance.pick(&industries).copied().unwrap_or_default();
        format!("{place}{brand}{industry}有限公司")
    }

    /// Another character of given names.
    pub(crate) fn character(&self, chance: &mut Chance) -> char {
        chance.pick(&self.given).copied().unwrap_or('文')
    }
}

/// A list of names as the database holds it: rows of keyed tokens, here by a plain hash.
#[derive(Default)]
pub(crate) struct List {
    pub(crate) names: Vec<(String, NameKind)>,
    rows: HashMap<u64, Vec<u32>>,
    pub(crate) row_count: usize,
}

/// A query's answer.
pub(crate) struct Found {
    /// Entries by score, the best first, with it.
    pub(crate) ranked: Vec<(usize, f64)>,
    /// Rows of the index that were read.
    pub(crate) rows: usize,
    /// Token ranges that were read.
    pub(crate) lookups: usize,
}

fn key(token: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    hasher.finish()
}

impl List {
    /// Adds an entry.
    pub(crate) fn add(&mut self, text: &str, kind: NameKind) {
        let Ok(name) = NormalName::parse(text, kind) else {
            return;
        };
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        for token in tokens(&name) {
            self.rows
                .entry(key(&token.to_string()))
                .or_default()
                .push(number);
            self.row_count += 1;
        }
        self.names.push((text.to_owned(), kind));
    }

    /// The candidates of the plan, the heaviest first, with the rows and ranges that were read.
    pub(crate) fn candidates(&self, query: &NormalName) -> (Vec<usize>, usize, usize) {
        let mut weights: HashMap<u32, u32> = HashMap::new();
        let (mut rows, mut lookups) = (0, 0);
        for lookup in plan(query) {
            lookups += 1;
            for entry in self
                .rows
                .get(&key(&lookup.token.to_string()))
                .into_iter()
                .flatten()
            {
                rows += 1;
                *weights.entry(*entry).or_default() += lookup.weight;
            }
        }
        let mut heaviest: Vec<(u32, u32)> = weights
            .into_iter()
            .map(|(entry, weight)| (weight, entry))
            .collect();
        heaviest.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        heaviest.truncate(MOST_CANDIDATES);
        let found = heaviest
            .iter()
            .filter_map(|(_, entry)| usize::try_from(*entry).ok());
        (found.collect(), rows, lookups)
    }

    /// Candidates by score.
    pub(crate) fn search(&self, query: &NormalName) -> Found {
        let (candidates, rows, lookups) = self.candidates(query);
        let mut ranked: Vec<(usize, f64)> = candidates
            .into_iter()
            .filter_map(|entry| {
                let (text, kind) = self.names.get(entry)?;
                let listed = NormalName::parse(text, *kind).ok()?;
                Some((entry, score(query, &listed).value))
            })
            .collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
        Found {
            ranked,
            rows,
            lookups,
        }
    }
}
