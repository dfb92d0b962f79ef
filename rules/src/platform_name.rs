//! What is left of a platform's name once everything is taken away that different people write differently. Two names with
//! the same rest mean the same platform in one office's surveys; nothing is guessed beyond `data/platform_names.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::data::compiled_in;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    suffixes: Vec<String>,
    synonym: Vec<Synonym>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Synonym {
    name: String,
    others: Vec<String>,
}

struct Names {
    suffixes: Vec<String>,
    synonyms: BTreeMap<String, String>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let file = include_str!("../data/platform_names.toml");
    let table: Table = compiled_in("platform_names.toml", file);
    let mut suffixes: Vec<String> = table.suffixes.iter().map(|word| plain(word)).collect();
    suffixes.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let synonyms = table.synonym.iter().flat_map(|synonym| {
        let name = plain(&synonym.name);
        let others = synonym.others.iter();
        others.map(move |other| (plain(other), name.clone()))
    });
    Names {
        synonyms: synonyms.collect(),
        suffixes,
    }
});

/// Compatibility forms, lower case, letters and digits alone.
fn plain(text: &str) -> String {
    let lower = text.nfkc().flat_map(char::to_lowercase);
    lower.filter(|c| c.is_alphanumeric()).collect()
}

/// The rest of a name; empty where nothing but signs was written.
#[must_use]
pub fn key(name: &str) -> String {
    let mut rest = plain(name);
    loop {
        if let Some(known) = NAMES.synonyms.get(&rest) {
            return known.clone();
        }
        let suffix = NAMES
            .suffixes
            .iter()
            .find(|word| rest.len() > word.len() && rest.ends_with(word.as_str()));
        let Some(suffix) = suffix else { return rest };
        rest.truncate(rest.len() - suffix.len());
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn what_offices_write_of_one_platform_comes_to_one_key() {
        for name in [
            "抖音",
            " 抖 音 ",
            "抖音APP",
            "抖音电商",
            "抖音直播平台",
            "抖音小店",
            "ＤｏｕＹｉｎ",
        ] {
            assert_eq!(key(name), "抖音", "{name}");
        }
        assert_eq!(key("微信视频号"), key("视频号"));
        assert_ne!(key("快手"), key("抖音"));
        assert_eq!(key("平台"), "平台");
        assert_eq!(key("—"), "");
    }
}
