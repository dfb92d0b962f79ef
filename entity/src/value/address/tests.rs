//! The labelled addresses of `entity/tests/data/addresses.tsv`, measured by category; the labels were written from the
//! map, not from answers. Run with `--no-capture` to see the figures.

use std::collections::{BTreeMap, HashMap};

use super::*;
use proptest::prelude::*;

const LABELLED: &str = include_str!("../../../tests/data/addresses.tsv");
/// The confidence from which an answer is taken, in hundredths.
const TAKEN: u8 = 90;

/// What an address says, by a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It lies in one county.
    County,
    /// It may lie in any of several, or says two things at once.
    Ambiguous,
    /// It names a city or a province only.
    Coarse,
    /// It names no division.
    None,
}

struct Row {
    category: &'static str,
    verdict: Verdict,
    text: &'static str,
    divisions: Vec<DivisionCode>,
}

fn rows() -> Vec<Row> {
    let national = Divisions::national();
    let by_name: HashMap<_, _> = national
        .iter()
        .map(|d| (national.full_name(d.code()).unwrap(), d.code()))
        .collect();
    let read = |line: &'static str| {
        let [category, verdict, text, names] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("four columns: {line}");
        };
        Row {
            category,
            verdict: match verdict {
                "COUNTY" => Verdict::County,
                "AMBIGUOUS" => Verdict::Ambiguous,
                "COARSE" => Verdict::Coarse,
                "NONE" => Verdict::None,
                other => panic!("no verdict: {other}"),
            },
            text,
            divisions: names
                .split('|')
                .filter(|name| !name.is_empty())
                .map(|name| by_name[name])
                .collect(),
        }
    };
    LABELLED.lines().skip(1).map(read).collect()
}

/// What became of the addresses of one category.
#[derive(Debug, Default)]
struct Figures {
    rows: usize,
    taken: usize,
    right: usize,
    wrong_province: usize,
    told: usize,
}

impl Figures {
    fn count(&mut self, row: &Row, resolved: &Resolved) -> Result<(), String> {
        self.rows += 1;
        let shown = || {
            let name = |c: &Candidate| Divisions::national().full_name(c.code).unwrap_or_default();
            let told: Vec<_> = resolved
                .candidates()
                .iter()
                .map(|c| (name(c), c.confidence))
                .collect();
            format!("{} {:?}: {told:?}", row.text, row.verdict)
        };
        if let Some(taken) = resolved.certain(TAKEN) {
            self.taken += 1;
            let right = row.verdict == Verdict::County && row.divisions == [taken.code];
            self.right += usize::from(right);
            let provinces: Vec<_> = row.divisions.iter().map(|code| code.province()).collect();
            self.wrong_province += usize::from(!provinces.contains(&taken.code.province()));
            return if right { Ok(()) } else { Err(shown()) };
        }
        let told = |code: &DivisionCode| resolved.candidates().iter().any(|c| c.code == *code);
        let all_told = row.divisions.iter().all(told)
            && (row.verdict != Verdict::None || resolved.candidates().is_empty());
        self.told += usize::from(all_told);
        if all_told { Ok(()) } else { Err(shown()) }
    }
}

#[test]
fn labelled_addresses_are_resolved_or_told_as_candidates() {
    let rows = rows();
    assert!(rows.len() >= 400);
    let mut by_category: BTreeMap<_, Figures> = BTreeMap::new();
    let mut all = Figures::default();
    let mut wrong = Vec::new();
    for row in &rows {
        let resolved = resolve(row.text);
        wrong.extend(all.count(row, &resolved).err());
        let _ = by_category
            .entry(row.category)
            .or_default()
            .count(row, &resolved);
    }
    for (category, figures) in &by_category {
        println!("{category:18} {figures:?}");
    }
    println!("{:18} {all:?}", "all");
    println!("{}", wrong.join("\n"));
    let of = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    println!("counties {}, taken {}", of(Verdict::County), all.taken);
    assert_eq!(all.wrong_province, 0);
    assert!(all.right * 100 >= all.taken * 98, "{all:?}");
    // An answer that is not taken tells the truth among its candidates.
    assert_eq!(all.told, all.rows - all.taken, "{}", wrong.join("\n"));
    assert!(all.taken * 100 >= of(Verdict::County) * 95, "{all:?}");
}

/// Ways to write a county, from the most to the least that is said.
fn ways(county: &Division) -> Vec<String> {
    let national = Divisions::national();
    let name = |found: Option<&'static Division>| found.map_or("", Division::name);
    let code = county.code();
    let (province, city) = (
        name(national.province_of(code)),
        name(national.city_of(code)),
    );
    let province = if province == county.name() {
        ""
    } else {
        province
    };
    let city = if city == county.name() { "" } else { city };
    let brief = |name: &str| {
        let at = Names::all().at(name);
        let short = at.filter(|n| {
            n.text.len() < name.len() && n.meanings.iter().any(|m| m.form == Form::Short)
        });
        short
            .map(|n| n.text.clone())
            .next()
            .unwrap_or_else(|| name.to_owned())
    };
    let own = county.name();
    vec![
        format!("{province}{city}{own}"),
        format!("{city}{own}"),
        format!("{province}{own}"),
        own.to_owned(),
        format!("{}{}{own}", brief(province), brief(city)),
        format!("{}{own}", brief(city)),
        format!("{}{own}", brief(province)),
        format!("{province}{city}{}", brief(own)),
        format!("{}{}{}", brief(province), brief(city), brief(own)),
        format!("{}{}", brief(city), brief(own)),
        format!("{}{}", brief(province), brief(own)),
        brief(own),
    ]
}

#[test]
fn every_county_is_read_in_every_way_or_told_as_a_candidate() {
    let national = Divisions::national();
    let counties = national
        .iter()
        .filter(|d| national.is_county_level(d.code()));
    let (mut taken, mut asked, mut wrong) = ([0; 12], 0, Vec::new());
    for county in counties {
        asked += 1;
        for (way, written) in ways(county).into_iter().enumerate() {
            for behind in ["", "人民路1号", "城关镇", "胜利街道", "和平村"] {
                let text = format!("{written}{behind}");
                let Some(answer) = resolve(&text).certain(TAKEN) else {
                    continue;
                };
                taken[way] += usize::from(behind == "人民路1号");
                if answer.code != county.code() {
                    wrong.push(format!(
                        "{text}: {} ({})",
                        national.full_name(answer.code).unwrap(),
                        answer.confidence
                    ));
                }
            }
        }
    }
    println!("of {asked}: {taken:?}");
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(taken[0], asked);
}

#[test]
fn every_former_name_leads_to_what_stands_there_or_to_nothing() {
    let national = Divisions::national();
    let mut wrong = Vec::new();
    let mut taken = 0;
    for former in crate::value::former::all() {
        let province = national
            .find(former.code().province())
            .map_or("", Division::name);
        let city = format!("{}00", &former.code().to_string()[..4])
            .parse()
            .unwrap();
        let city = national.find(city).map_or("", Division::name);
        for text in [
            format!("{province}{city}{}人民路1号", former.name()),
            format!("{province}{}人民路1号", former.name()),
            format!("{}人民路1号", former.name()),
        ] {
            let Some(answer) = resolve(&text).certain(TAKEN) else {
                continue;
            };
            taken += 1;
            // Another place may bear the name today: then that is meant.
            let standing = national
                .find(answer.code)
                .is_some_and(|d| d.name() == former.name());
            if !former.today().contains(&answer.code) && !standing {
                wrong.push(format!(
                    "{text} {former:?}: {}",
                    national.full_name(answer.code).unwrap()
                ));
            }
        }
    }
    println!("taken {taken}");
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn an_answer_says_how_sure_it_is() {
    let first = |text: &str| {
        let resolved = resolve(text);
        let told = resolved.candidates().iter();
        told.map(|c| (c.code.to_string(), c.confidence)).next()
    };
    for (text, code, confidence) in [
        ("浙江省杭州市西湖区文三路1号", "330106", 98),
        ("浙江省西湖区文三路1号", "330106", 96),
        ("余杭区文一西路1号", "330110", 94),
        ("杭州市下城区文晖路1号", "330105", 95),
        ("义乌稠州北路1号", "330782", 90),
        ("杭州西湖文三路1号", "330106", 90),
        ("杭州西湖边", "330106", 78),
        ("西湖区文三路1号", "330106", 45),
        ("浙江省南京市鼓楼区", "320106", 40),
    ] {
        assert_eq!(first(text), Some((code.to_owned(), confidence)), "{text}");
    }
    assert_eq!(resolve("余杭区文一西路1号").certain(95), None);
    assert_eq!(resolve("浙江省杭州市").certain(1), None);
}

proptest! {
    #[test]
    fn no_text_panics_and_candidates_stand(text in "[浙江省杭州市西湖区南京路鼓楼朝阳县东海 ，,a-z0-9]{0,30}|\\PC*") {
        let resolved = resolve(&text);
        prop_assert!(resolved.candidates().len() <= MOST_CANDIDATES);
        for candidate in resolved.candidates() {
            prop_assert!(Divisions::national().find(candidate.code).is_some());
            prop_assert!(candidate.confidence <= 98);
        }
    }
}
