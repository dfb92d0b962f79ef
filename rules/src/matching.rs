//! Whether two names may be one: how names are normalised, by which blind tokens their candidates are found without
//! scanning, and how alike two are. A likeness of names is a lead for a person to judge and never a verdict about anybody
//! (`docs/decisions/0027-names-are-compared-by-sound-and-look.md`).

mod agreement;
mod distance;
mod han;
mod normal;
mod organisation;
mod plan;
mod score;
mod sound;
mod token;
mod words;

pub use normal::{LONGEST_NAME, NameError, NameKind, NormalName};
pub use plan::{Lookup, MOST_CANDIDATES, MOST_EXPECTED_SHARE, plan};
pub use score::{PartName, Resemblance, Score, Threshold, ThresholdError, score};
pub use token::{MOST_TOKENS, TOKEN_VERSION, Token, TokenKind, tokens};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [NameKind; 2] = [NameKind::Person, NameKind::Organisation];

    fn judged(one: &str, other: &str) {
        for kind in KINDS {
            let (Ok(one), Ok(other)) =
                (NormalName::parse(one, kind), NormalName::parse(other, kind))
            else {
                continue;
            };
            assert!(!tokens(&one).is_empty() && tokens(&one).len() <= MOST_TOKENS);
            assert!(!plan(&one).is_empty());
            let (there, back) = (score(&one, &other), score(&other, &one));
            assert!(
                (there.value - back.value).abs() < 1e-9,
                "{} {}",
                there.value,
                back.value
            );
            assert!((0.0..=1.0).contains(&there.value));
            assert!(
                there
                    .parts
                    .iter()
                    .all(|(_, part)| (0.0..=1.0).contains(part))
            );
            assert!(score(&one, &one).value >= 0.9);
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_judged(one in ".{0,40}", other in ".{0,40}") {
            judged(&one, &other);
        }

        #[test]
        fn names_are_judged_alike_both_ways(
            one in "[张单乐长行伟曾解星禾杭州网络科技公司有限一二·（）() a-z]{2,14}",
            other in "[张单乐长行伟曾解星禾杭州网络科技公司有限一二·（）() a-z]{2,14}",
        ) {
            judged(&one, &other);
        }

        #[test]
        fn spaces_and_width_change_no_token(name in "[张王李伟芳明国庆]{2,4}") {
            let plain = NormalName::parse(&name, NameKind::Person).unwrap();
            let spaced: String = name.chars().flat_map(|c| [c, '\u{3000}']).collect();
            let spaced = NormalName::parse(&spaced, NameKind::Person).unwrap();
            prop_assert_eq!(tokens(&plain), tokens(&spaced));
            prop_assert!(score(&plain, &spaced).value >= 1.0);
        }
    }
}
