//! How alike two names are, with what that is made of. A score is evidence for a person: by name alone nobody is listed,
//! least of all by a name of two characters, which thousands share.

use thiserror::Error;

use super::agreement::organisations;
use super::distance::{bag, edit, ratio, ratio_of};
use super::han;
use super::normal::{NameKind, NormalName, Sequence};
use super::sound::Readings;

/// One of the parts that a score is made of, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartName {
    /// Whether the normalised names are equal, the organisation form aside.
    Exact,
    /// Characters that agree, by edit distance.
    Characters,
    /// Syllables that agree, by edit distance; less where only those agree who do not tell zh from z, n from l or ing from in.
    Pinyin,
    /// How alike the characters look or sound, place by place.
    Look,
    /// Characters or syllables that agree in whatever order.
    Order,
    /// The shorter name's length in the longer one's.
    Length,
    /// An organisation's place: equal, within one another, left out, or different.
    Place,
    /// An organisation's industry.
    Industry,
    /// The organisation form and the trader's own word for it.
    LegalForm,
    /// Whether brands agree in characters that exclude one another, such as numerals (一店, 二店).
    Contrast,
}

impl PartName {
    /// All, in the order in which a score has them.
    pub const ALL: &'static [Self] = &[
        Self::Exact,
        Self::Characters,
        Self::Pinyin,
        Self::Look,
        Self::Order,
        Self::Length,
        Self::Place,
        Self::Industry,
        Self::LegalForm,
        Self::Contrast,
    ];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "EXACT",
            Self::Characters => "CHARACTERS",
            Self::Pinyin => "PINYIN",
            Self::Look => "LOOK",
            Self::Order => "ORDER",
            Self::Length => "LENGTH",
            Self::Place => "PLACE",
            Self::Industry => "INDUSTRY",
            Self::LegalForm => "LEGAL_FORM",
            Self::Contrast => "CONTRAST",
        }
    }
}

/// How alike two names are.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// From 0 (nothing in common) to 1 (equal).
    pub value: f64,
    /// What it is made of. Parts that do not apply (characters of a name in Latin letters, the place of a person) are not
    /// there.
    pub parts: Vec<(PartName, f64)>,
}

/// The least score of a candidate. A caller may raise it and never lower it below the default.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Threshold(f64);

/// A threshold that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ThresholdError {
    /// Below the default, under which too many others are found.
    #[error("a threshold may be raised above {}, not lowered", Threshold::DEFAULT.0)]
    TooLow,
    /// Above 1, or no number.
    #[error("a threshold is a number up to 1")]
    NotAScore,
}

impl Threshold {
    /// Found on the tuning half of `rules/data/name_pairs.csv` and measured on the other half.
    pub const DEFAULT: Self = Self(0.8);

    /// A caller's own threshold.
    ///
    /// # Errors
    /// Where it lies below the default or above 1.
    pub fn raised(value: f64) -> Result<Self, ThresholdError> {
        if value.is_nan() || value > 1.0 {
            return Err(ThresholdError::NotAScore);
        }
        if value < Self::DEFAULT.0 {
            return Err(ThresholdError::TooLow);
        }
        Ok(Self(value))
    }

    /// The least value of a candidate's score.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }

    /// What a score says at this threshold.
    #[must_use]
    pub fn judge(self, score: &Score) -> Resemblance {
        if score.value >= self.0 {
            Resemblance::Candidate
        } else {
            Resemblance::Different
        }
    }
}

/// What may be said of two names. There is no word here for *listed*: names are shared, so a name, however equal, only
/// names candidates, and who is meant is told by an identity number or by a person's judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resemblance {
    /// The names may be one; a person should look.
    Candidate,
    /// The names are not alike enough.
    Different,
}

/// How alike a query and a listed name are; the same both ways. Names of different kinds are not compared: 0.
#[must_use]
pub fn score(query: &NormalName, listed: &NormalName) -> Score {
    let mut parts = Vec::with_capacity(PartName::ALL.len());
    if query.kind != listed.kind {
        return Score { value: 0.0, parts };
    }
    let written = !query.core.is_spoken() && !listed.core.is_spoken();
    let exact = written && query.text == listed.text;
    parts.push((PartName::Exact, if exact { 1.0 } else { 0.0 }));
    let mut value = sequences(&query.core, &listed.core, &mut parts);
    if query.kind == NameKind::Organisation {
        value = organisations(query, listed, value, &mut parts);
    } else if exact {
        value = 1.0;
    }
    Score {
        value: value.clamp(0.0, 1.0),
        parts,
    }
}

/// Alike by sound alone counts so much at most.
const BY_SOUND: f64 = 0.95;
/// Alike by the sounds of those who do not tell some apart.
const BY_NEAR_SOUND: f64 = 0.92;
/// Alike in another order.
const REORDERED: f64 = 0.95;

/// How alike two persons' names or two brands are. The best of what is compared counts four parts in five, the characters
/// themselves one.
fn sequences(one: &Sequence, other: &Sequence, parts: &mut Vec<(PartName, f64)>) -> f64 {
    let pinyin = pinyin(one, other);
    let heard_order = REORDERED * bag(&one.sounds, &other.sounds);
    let length = ratio_of(one.sounds.len(), other.sounds.len());
    if one.is_spoken() || other.is_spoken() {
        parts.extend([
            (PartName::Pinyin, pinyin),
            (PartName::Order, heard_order),
            (PartName::Length, length),
        ]);
        return BY_SOUND * pinyin.max(heard_order);
    }
    let characters = edit(&one.characters, &other.characters);
    let order = REORDERED * bag(&one.characters, &other.characters);
    let look = look(one, other);
    parts.extend([
        (PartName::Characters, characters),
        (PartName::Pinyin, pinyin),
        (PartName::Look, look),
        (PartName::Order, order.max(heard_order * BY_SOUND)),
        (PartName::Length, length),
    ]);
    let written = characters.max(order);
    let best = [written, pinyin, look, heard_order * BY_SOUND]
        .into_iter()
        .fold(0.0, f64::max);
    0.2 * written + 0.8 * best
}

fn pinyin(one: &Sequence, other: &Sequence) -> f64 {
    let ways = |of: &Sequence| {
        let mut ways = vec![of.sounds.clone()];
        ways.extend(of.other.clone());
        ways
    };
    let mut best: f64 = 0.0;
    for first in ways(one) {
        for second in ways(other) {
            best = best.max(edit(&first, &second));
            if best < 1.0 {
                let folded = |sounds: &[Readings]| -> Vec<Readings> {
                    sounds.iter().map(|sound| sound.folded()).collect()
                };
                best = best.max(BY_NEAR_SOUND * edit(&folded(&first), &folded(&second)));
            }
        }
    }
    best
}

/// Place by place the better of look and sound; nothing where the lengths differ.
fn look(one: &Sequence, other: &Sequence) -> f64 {
    if one.characters.len() != other.characters.len() {
        return 0.0;
    }
    let sounds = one.sounds.iter().zip(&other.sounds);
    let characters = one.characters.iter().zip(&other.characters);
    let sum: f64 = characters
        .zip(sounds)
        .map(|((a, b), (heard, said))| {
            let sound = if heard == said {
                0.97
            } else if heard.folded() == said.folded() {
                0.85
            } else {
                0.0
            };
            if a == b {
                1.0
            } else {
                han::likeness(*a, *b).max(sound)
            }
        })
        .sum();
    sum * ratio(1, one.characters.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(one: &str, other: &str, kind: NameKind) -> f64 {
        let one = NormalName::parse(one, kind).unwrap();
        let other = NormalName::parse(other, kind).unwrap();
        let (there, back) = (score(&one, &other), score(&other, &one));
        assert!(
            (there.value - back.value).abs() < 1e-9,
            "the same both ways"
        );
        assert!(
            there
                .parts
                .iter()
                .all(|(_, part)| (0.0..=1.0).contains(part))
        );
        there.value
    }

    #[test]
    fn persons_are_compared_by_sound_look_and_order() {
        let of = |one, other| value(one, other, NameKind::Person);
        let least = Threshold::DEFAULT.value();
        assert!(of("张伟明", "張偉明") >= 1.0);
        for (one, other) in [
            ("张伟明", "张玮明"),
            ("张伟明", "Weiming Zhang"),
            ("王芳", "王方"),
            ("李未", "李末"),
            ("陈静", "陈敬"),
            ("刘宁", "刘玲"),
            ("阿依古丽·买买提", "阿依古力·买买提"),
        ] {
            let value = of(one, other);
            assert!((least..1.0).contains(&value), "{one} {other}: {value}");
        }
        for (one, other) in [
            ("张伟明", "张建国"),
            ("张伟", "张磊"),
            ("张伟", "张大伟"),
            ("张志伟", "张志刚"),
        ] {
            let value = of(one, other);
            assert!(value < least, "{one} {other}: {value}");
        }
    }

    #[test]
    fn organisations_are_compared_by_brand_place_and_trade() {
        let of = |one, other| value(one, other, NameKind::Organisation);
        let firm = "杭州星禾网络科技有限公司";
        let least = Threshold::DEFAULT.value();
        assert!(of(firm, "杭州市星禾网络科技有限公司") >= 1.0);
        for other in [
            "星禾（杭州）网络科技有限责任公司",
            "星禾网络科技有限公司",
            "杭州星禾网络科技",
            "杭州星和网络科技有限公司",
            "抗州星禾网络科技有限公司",
            "杭州星禾网络料技有限公司",
            "杭州星禾网络科技股份有限公司",
            "Hangzhou Xinghe Wangluo Keji Youxian Gongsi",
        ] {
            let value = of(firm, other);
            assert!(value >= least, "{other}: {value}");
        }
        for other in [
            "杭州云途网络科技有限公司",
            "杭州星海网络科技有限公司",
            "宁波星禾网络科技有限公司",
            "杭州星禾餐饮管理有限公司",
            "杭州星禾网络科技商行",
        ] {
            let value = of(firm, other);
            assert!(value < least, "{other}: {value}");
        }
        assert!(of("张记烧烤一店", "张记烧烤二店") < least);
        assert!(of("张记烧烤一店", "张记烧烤壹店") >= least);
    }

    #[test]
    fn a_threshold_is_raised_only() {
        assert_eq!(Threshold::raised(0.5), Err(ThresholdError::TooLow));
        assert_eq!(Threshold::raised(1.1), Err(ThresholdError::NotAScore));
        assert_eq!(Threshold::raised(f64::NAN), Err(ThresholdError::NotAScore));
        let score = Score {
            value: 0.85,
            parts: Vec::new(),
        };
        assert_eq!(Threshold::DEFAULT.judge(&score), Resemblance::Candidate);
        assert_eq!(
            Threshold::raised(0.9).unwrap().judge(&score),
            Resemblance::Different
        );
    }

    #[test]
    fn kinds_are_not_mixed() {
        let person = NormalName::parse("张伟", NameKind::Person).unwrap();
        let firm = NormalName::parse("张伟", NameKind::Organisation).unwrap();
        assert!(score(&person, &firm).value <= 0.0);
    }
}
