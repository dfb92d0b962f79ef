//! What is known of single characters: how they are written in simplified form, and what they look like by their four
//! corners (四角号码) and by their parts (仓颉). Facts of Unicode's Unihan database, written by `rules/data/han/han.mjs`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A traditional or variant character, and the character of 通用规范汉字表 that it is read as.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    rows(include_str!("../../data/han/simplified.tsv"))
        .filter_map(|(standard, variants)| Some((standard.chars().next()?, variants)))
        .flat_map(|(standard, variants)| variants.chars().map(move |from| (from, standard)))
        .collect()
});

/// A character and its four-corner code: the digits of the upper left, upper right, lower left and lower right corner.
static CORNERS: LazyLock<HashMap<char, [u8; 4]>> = LazyLock::new(|| {
    rows(include_str!("../../data/han/corners.tsv"))
        .filter_map(|(code, characters)| {
            let corners = code.as_bytes().first_chunk::<4>()?;
            Some((*corners, characters))
        })
        .flat_map(|(corners, characters)| characters.chars().map(move |of| (of, corners)))
        .collect()
});

/// A character and its Cangjie code: a letter for each of its parts, at most five.
static PARTS: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    rows(include_str!("../../data/han/cangjie.tsv"))
        .flat_map(|(code, characters)| characters.chars().map(move |of| (of, code)))
        .collect()
});

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter_map(|line| line.split_once('\t'))
}

/// The character of 通用规范汉字表 for a traditional or variant one; every other character as it is.
pub(super) fn simplified(character: char) -> char {
    if character.is_ascii() {
        return character;
    }
    SIMPLIFIED.get(&character).copied().unwrap_or(character)
}

/// How alike two characters look, 0 to 1: by how many of their four corners agree, or how many of their parts.
pub(super) fn likeness(one: char, other: char) -> f64 {
    if one == other {
        return 1.0;
    }
    let corners = match (CORNERS.get(&one), CORNERS.get(&other)) {
        (Some(one), Some(other)) => one.iter().zip(other).filter(|(a, b)| a == b).count(),
        _ => 0,
    };
    let parts = match (PARTS.get(&one), PARTS.get(&other)) {
        (Some(one), Some(other)) => strsim::normalized_levenshtein(one, other),
        _ => 0.0,
    };
    match corners {
        4 => 0.95,
        3 => 0.8,
        _ if parts >= 0.75 => 0.9,
        _ if parts >= 0.6 => 0.8,
        2 if parts >= 0.5 => 0.7,
        2 => 0.4,
        _ => 0.0,
    }
}

/// The left and the right half of a character by its corners, and its first and its last parts. Two characters that agree
/// in three corners or in most parts mostly share one of them.
pub(super) fn halves(character: char) -> Vec<String> {
    let mut halves = Vec::with_capacity(4);
    if let Some([upper_left, upper_right, lower_left, lower_right]) = CORNERS.get(&character) {
        for (side, upper, lower) in [
            ('<', upper_left, lower_left),
            ('>', upper_right, lower_right),
        ] {
            halves.push(
                [side, char::from(*upper), char::from(*lower)]
                    .iter()
                    .collect(),
            );
        }
    }
    if let Some(parts) = PARTS.get(&character) {
        let half = parts.len().div_ceil(2);
        let (first, last) = (parts.get(..half), parts.get(parts.len() - half..));
        halves.extend(first.map(|first| format!("[{first}")));
        halves.extend(last.map(|last| format!("]{last}")));
    }
    halves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_and_variant_characters_become_the_standard_ones() {
        let read: String = "張偉黃國慶臺灣產業發展髮廊峯"
            .chars()
            .map(simplified)
            .collect();
        assert_eq!(read, "张伟黄国庆台湾产业发展发廊峰");
        let kept: String = "乾隆張".chars().map(simplified).collect();
        assert_eq!(kept, "乾隆张", "a standard character is kept");
        assert!(SIMPLIFIED.len() > 3_500);
    }

    #[test]
    fn characters_that_look_alike_share_corners() {
        assert!(likeness('未', '末') > 0.9);
        assert!(likeness('梓', '粹') > 0.7);
        assert!(likeness('伟', '纬') > 0.7);
        assert!(likeness('志', '建') < 0.5);
        assert!(likeness('😀', '伟') <= 0.0);
        for (one, other) in [('梓', '粹'), ('柏', '拍'), ('悦', '锐')] {
            let halves_of_other = halves(other);
            assert!(
                halves(one)
                    .iter()
                    .any(|half| halves_of_other.contains(half)),
                "{one}{other}"
            );
        }
        assert!(CORNERS.len() > 7_000 && PARTS.len() > 7_000);
    }
}
