//! Every name by which a division is written: whole, short, and of former times, found by its first two characters.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::kind::OfficeLevel;
use crate::value::division::{DivisionCode, Divisions};
use crate::value::former;

/// The names of peoples in the names of autonomous divisions.
const PEOPLES: &[&str] = &[
    "蒙古族",
    "回族",
    "藏族",
    "维吾尔",
    "苗族",
    "彝族",
    "壮族",
    "布依族",
    "朝鲜族",
    "满族",
    "侗族",
    "瑶族",
    "白族",
    "土家族",
    "哈尼族",
    "哈萨克族",
    "哈萨克",
    "傣族",
    "黎族",
    "傈僳族",
    "佤族",
    "畲族",
    "拉祜族",
    "水族",
    "东乡族",
    "纳西族",
    "景颇族",
    "柯尔克孜",
    "土族",
    "达斡尔族",
    "仫佬族",
    "羌族",
    "布朗族",
    "撒拉族",
    "毛南族",
    "仡佬族",
    "锡伯",
    "普米族",
    "塔吉克",
    "怒族",
    "鄂温克族",
    "保安族",
    "裕固族",
    "独龙族",
    "蒙古",
    "各族",
];

/// Names that say a kind of place and not which: they count below a named city only.
const GENERIC: &[&str] = &[
    "城区",
    "郊区",
    "市郊区",
    "矿区",
    "东区",
    "西区",
    "南区",
    "北区",
    "新区",
    "市区",
    "市中区",
    "城关区",
    "新城区",
    "新市区",
    "东矿区",
];

/// Short names that are words of any town; no district is read from them.
const WORDS: &[&str] = &["市中", "城中", "新城", "新市", "城关", "经济", "开发"];

/// What people say beside the official names, with the code that it means.
const SAYINGS: &[(&str, &str)] = &[
    ("内蒙", "150000"),
    ("锡盟", "152500"),
    ("阿盟", "152900"),
    ("巴州", "652800"),
    ("克州", "653000"),
    ("博州", "652700"),
    ("大兴安岭", "232700"),
    ("湘西州", "433100"),
    ("莫旗", "150722"),
];

/// How a name says its division.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// With its kind: 杭州市, 融水县.
    Whole,
    /// Without it: 杭州, 融水.
    Short,
}

/// A division that a name may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// Its code, today's or that of its time.
    pub(super) code: DivisionCode,
    /// How the name says it.
    pub(super) form: Form,
    /// What stands there today; empty where that is not certain.
    pub(super) today: Vec<DivisionCode>,
    /// The last year of a name that does not stand any more.
    pub(super) until: Option<i32>,
    /// Whether it is a district of a city, whose short name is an ordinary word more often than not.
    pub(super) district: bool,
}

impl Meaning {
    /// Whether an address may end here: a county, or what has none below it.
    pub(super) fn is_county_level(&self) -> bool {
        self.code.level() == OfficeLevel::County || Divisions::national().is_county_level(self.code)
    }

    /// Whether it lies in another by the codes of their time, or is the same place.
    pub(super) fn lies_in(&self, above: &Self) -> bool {
        // 伊犁州 governs two prefectures whose codes are not below its own.
        let ili = above.code.digits() == 654_000 && matches!(self.code.digits() / 100, 6542 | 6543);
        ili || self.code.lies_in(above.code)
    }

    /// Whether what stands today lies in what stands today of another.
    pub(super) fn lies_today_in(&self, above: &Self) -> bool {
        let mut today = self.today.iter();
        today.any(|own| above.today.iter().any(|code| own.lies_in(*code)))
    }
}

/// One written name.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) meanings: Vec<Meaning>,
    pub(super) generic: bool,
}

/// All names by their first two characters, longer ones first.
pub(super) struct Names(HashMap<[char; 2], Vec<Name>>);

static NAMES: LazyLock<Names> = LazyLock::new(Names::collect);

impl Names {
    /// Every name, put together at the first use.
    pub(super) fn all() -> &'static Self {
        &NAMES
    }

    /// The names with which a text begins, longest first.
    pub(super) fn at<'t>(
        &'static self,
        text: &'t str,
    ) -> impl Iterator<Item = &'static Name> + use<'t> {
        let mut chars = text.chars();
        let key = chars.next().zip(chars.next()).map(|(a, b)| [a, b]);
        let found = key.and_then(|key| self.0.get(&key));
        let found = found.map(Vec::as_slice).unwrap_or_default();
        found
            .iter()
            .filter(move |name| text.starts_with(&name.text))
    }

    fn collect() -> Self {
        let mut names = HashMap::new();
        for division in Divisions::national() {
            let code = division.code();
            add(&mut names, (code, division.name()), &[code], None);
        }
        for old in former::all() {
            let until = Some(old.last_year());
            add(&mut names, (old.code(), old.name()), old.today(), until);
        }
        for (saying, code) in SAYINGS {
            if let Ok(code) = code.parse() {
                let meaning = meaning(code, Form::Short, (&[code], None), false);
                names.entry((*saying).to_owned()).or_default().push(meaning);
            }
        }
        let mut by_start: HashMap<_, Vec<Name>> = HashMap::new();
        for (text, meanings) in names {
            let mut chars = text.chars();
            if let Some((a, b)) = chars.next().zip(chars.next()) {
                let generic = GENERIC.contains(&text.as_str());
                let name = Name {
                    text,
                    meanings,
                    generic,
                };
                by_start.entry([a, b]).or_default().push(name);
            }
        }
        for list in by_start.values_mut() {
            list.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then(a.text.cmp(&b.text)));
        }
        Self(by_start)
    }
}

/// What stands today, and the last year of a name that does not.
type Fate<'a> = (&'a [DivisionCode], Option<i32>);

fn meaning(code: DivisionCode, form: Form, (today, until): Fate<'_>, district: bool) -> Meaning {
    Meaning {
        code,
        form,
        today: today.to_vec(),
        until,
        district,
    }
}

/// Adds a division under all that it is called.
fn add(
    names: &mut HashMap<String, Vec<Meaning>>,
    (code, name): (DivisionCode, &str),
    today: &[DivisionCode],
    until: Option<i32>,
) {
    let district = name.ends_with('区') && code.level() == OfficeLevel::County;
    let mut put = |text: String, form| {
        let known = names.entry(text).or_default();
        if !known.iter().any(|m| m.code == code && m.today == today) {
            known.push(meaning(code, form, (today, until), district));
        }
    };
    put(name.to_owned(), Form::Whole);
    let Some(bare) = bare(name) else { return };
    for written in otherwise(name, bare, code.level()) {
        put(written, Form::Whole);
    }
    // A district's former short name adds nothing but confusion.
    if !WORDS.contains(&bare) && (until.is_none() || !district) {
        put(bare.to_owned(), Form::Short);
    }
}

/// 岫岩 of 岫岩满族自治县, 余杭 of 余杭区; none where less than two characters are left.
fn bare(name: &str) -> Option<&str> {
    const KINDS: &[&str] = &[
        "特别行政区",
        "自治区",
        "自治州",
        "自治县",
        "自治旗",
        "地区",
        "林区",
        "特区",
        "新区",
        "矿区",
        "省",
        "盟",
        "市",
        "县",
        "区",
        "旗",
    ];
    let mut bare = KINDS.iter().find_map(|kind| name.strip_suffix(kind))?;
    if name.contains("自治") || name.ends_with("族区") {
        while let Some(shorter) = PEOPLES
            .iter()
            .find_map(|people| bare.strip_suffix(people))
            .filter(|rest| rest.chars().count() >= 2)
        {
            bare = shorter;
        }
        // 鄂温克 of 鄂温克族自治旗, 东乡 of 东乡族自治县.
        if bare.chars().count() >= 3 {
            bare = bare.strip_suffix('族').unwrap_or(bare);
        }
    }
    (bare.chars().count() >= 2).then_some(bare)
}

/// Whole names that are not the official one: 广西自治区, 延边州, 融水县.
fn otherwise(name: &str, bare: &str, level: OfficeLevel) -> Vec<String> {
    let kinds: &[&str] = match level {
        OfficeLevel::Province if name.ends_with("自治区") => &["自治区", "省"],
        OfficeLevel::City if name.ends_with("自治州") => &["州", "自治州"],
        OfficeLevel::County if name.ends_with("自治县") => &["县", "自治县"],
        OfficeLevel::County if name.ends_with("自治旗") => &["旗", "自治旗"],
        _ => &[],
    };
    kinds.iter().map(|kind| format!("{bare}{kind}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        let exact = Names::all().at(text).find(|name| name.text == text);
        let mut codes: Vec<_> = exact
            .into_iter()
            .flat_map(|name| &name.meanings)
            .filter(|meaning| meaning.until.is_none())
            .map(|meaning| meaning.code.to_string())
            .collect();
        codes.sort();
        codes
    }

    #[test]
    fn a_division_is_called_whole_and_short() {
        for (text, code) in [
            ("浙江", "330000"),
            ("内蒙", "150000"),
            ("广西自治区", "450000"),
            ("恩施州", "422800"),
            ("黔东南", "522600"),
            ("巴音郭楞", "652800"),
            ("融水", "450225"),
            ("融水县", "450225"),
            ("积石山", "622927"),
            ("双江", "530925"),
            ("莫力达瓦旗", "150722"),
            ("浦东", "310115"),
            ("神农架", "429021"),
            ("六枝", "520203"),
            ("香港", "810000"),
        ] {
            assert_eq!(codes(text), [code], "{text}");
        }
        assert_eq!(codes("恩施"), ["422800", "422801"]);
    }

    #[test]
    fn a_shared_name_means_all_that_share_it() {
        assert_eq!(codes("鼓楼区"), ["320106", "320302", "350102", "410204"]);
        assert_eq!(codes("朝阳区"), ["110105", "220104"]);
        assert_eq!(codes("吉林"), ["220000", "220200"]);
    }

    #[test]
    fn a_former_name_knows_what_stands_there() {
        let found = Names::all().at("襄樊市").next().unwrap();
        assert_eq!(found.meanings[0].today[0].to_string(), "420600");
        assert_eq!(found.meanings[0].until, Some(2009));
    }
}
