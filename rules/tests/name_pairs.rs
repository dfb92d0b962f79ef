//! How well names are matched: the labelled pairs of `rules/data/name_pairs.csv`, found among all listed names and some
//! thousand invented ones by tokens and then by score. Decision 0027 says how the pairs were made.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "what a test's helpers meet unexpectedly should fail the test"
)]

mod names;

use std::collections::BTreeMap;

use names::{Chance, Inventor, List};
use rules::matching::{NameKind, NormalName, Resemblance, TOKEN_VERSION, Threshold, score, tokens};

struct Pair {
    half: &'static str,
    group: String,
    kind: NameKind,
    listed: String,
    query: String,
    same: bool,
}

/// Kinds that are found less often than 95 times in a hundred, with the least that is borne.
const FLOORS: &[(&str, f64)] = &[
    ("NEAR_SOUND PERSON", 0.85),
    ("ONE_CHARACTER ORGANISATION", 0.8),
    ("ONE_CHARACTER PERSON", 0.9),
    ("PINYIN ORGANISATION", 0.9),
];

fn pairs() -> Vec<Pair> {
    include_str!("../data/name_pairs.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let [half, kind, who, listed, query, same] = columns(line)?;
            Some(Pair {
                half: match &*half {
                    "tune" => "tuning",
                    "held" => "held out",
                    _ => "late",
                },
                group: format!("{kind} {who}"),
                kind: if who == "PERSON" {
                    NameKind::Person
                } else {
                    NameKind::Organisation
                },
                listed,
                query,
                same: same == "yes",
            })
        })
        .collect()
}

/// Columns that may be quoted and hold no quotes themselves.
fn columns(line: &str) -> Option<[String; 6]> {
    let mut columns = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => columns.push(String::new()),
            other => columns.last_mut()?.push(other),
        }
    }
    columns.try_into().ok()
}

#[derive(Default)]
struct Tally {
    all: u32,
    right: u32,
    missed: Vec<String>,
}

impl Tally {
    fn add(&mut self, right: bool, told: impl FnOnce() -> String) {
        self.all += 1;
        if right {
            self.right += 1;
        } else {
            self.missed.push(told());
        }
    }

    fn share(&self) -> f64 {
        f64::from(self.right) / f64::from(self.all.max(1))
    }
}

/// All listed names, and 6,000 invented ones among them.
fn list(pairs: &[Pair]) -> List {
    let inventor = Inventor::new().expect("the table of shares");
    let mut chance = Chance(5);
    let mut list = List::default();
    for pair in pairs {
        list.add(&pair.listed, pair.kind);
    }
    assert_eq!(
        list.names.len(),
        pairs.len(),
        "every listed name can be compared"
    );
    for _ in 0..4_000 {
        list.add(&inventor.person(&mut chance), NameKind::Person);
    }
    for _ in 0..2_000 {
        list.add(&inventor.company(&mut chance), NameKind::Organisation);
    }
    list
}

/// Whether the listed name is among the first five with a score of a candidate, and with what.
fn found(list: &List, pair: &Pair) -> bool {
    let query = NormalName::parse(&pair.query, pair.kind).expect("a name");
    let answer = list.search(&query);
    answer.ranked.iter().take(5).any(|(entry, value)| {
        *value >= Threshold::DEFAULT.value() && list.names[*entry].0 == pair.listed
    })
}

fn alike(pair: &Pair) -> (bool, f64) {
    let parse = |text: &str| NormalName::parse(text, pair.kind).expect("a name");
    let score = score(&parse(&pair.query), &parse(&pair.listed));
    (
        Threshold::DEFAULT.judge(&score) == Resemblance::Candidate,
        score.value,
    )
}

fn floor(floors: &[(&str, f64)], group: &str, usual: f64) -> f64 {
    let own = floors.iter().find(|(name, _)| *name == group);
    own.map_or(usual, |(_, floor)| *floor)
}

#[test]
fn listed_names_are_found_and_others_are_told_apart() {
    let pairs = pairs();
    assert!(pairs.len() >= 600, "{}", pairs.len());
    let list = list(&pairs);
    let mut recall: BTreeMap<(&str, &str), Tally> = BTreeMap::new();
    let mut apart: BTreeMap<(&str, &str), Tally> = BTreeMap::new();
    let mut flagged: BTreeMap<&str, Tally> = BTreeMap::new();
    for pair in &pairs {
        let (candidate, value) = alike(pair);
        let told = || format!("{} / {} {value:.3}", pair.listed, pair.query);
        if candidate {
            flagged.entry(pair.half).or_default().add(pair.same, told);
        }
        let key = (pair.half, pair.group.as_str());
        if pair.same {
            recall.entry(key).or_default().add(found(&list, pair), told);
        } else {
            apart.entry(key).or_default().add(!candidate, told);
        }
    }
    let mut failures = Vec::new();
    for (what, table, floors, usual) in [
        ("found", &recall, FLOORS, 0.95),
        ("told apart", &apart, &[], 0.9),
    ] {
        for ((half, group), tally) in table {
            let (share, least) = (tally.share(), floor(floors, group, usual));
            println!(
                "{half:8} {group:28} {what} {}/{} = {share:.3}",
                tally.right, tally.all
            );
            if *half != "held out" {
                println!("    {}", tally.missed.join("; "));
            }
            // Of a few pairs one would decide.
            if tally.all >= 8 && share < least {
                failures.push(format!("{half} {group}: {share:.3} < {least}"));
            }
        }
    }
    for (half, tally) in &flagged {
        let positives = recall.iter().filter(|((of, _), _)| of == half);
        let (right, all) = positives.fold((0, 0), |(right, all), (_, tally)| {
            (right + tally.right, all + tally.all)
        });
        let recall = f64::from(right) / f64::from(all);
        println!(
            "{half}: recall in the first five {right}/{all} = {recall:.3}, precision {}/{} = {:.3}",
            tally.right,
            tally.all,
            tally.share()
        );
        if recall < 0.95 || tally.share() < 0.9 {
            failures.push(format!(
                "{half}: recall {recall:.3}, precision {:.3}",
                tally.share()
            ));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn other_tokens_have_another_version() {
    // FNV-1a over the tokens of every name of the set. Where it changes, stored tokens are no longer found: raise
    // `TOKEN_VERSION` and write the new sum here.
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for pair in pairs() {
        for text in [&pair.listed, &pair.query] {
            let name = NormalName::parse(text, pair.kind).expect("a name");
            for byte in tokens(&name)
                .iter()
                .flat_map(|token| token.to_string().into_bytes())
            {
                sum = (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
        }
    }
    assert_eq!((TOKEN_VERSION, sum), (1, 1_148_946_917_048_123_101));
}
