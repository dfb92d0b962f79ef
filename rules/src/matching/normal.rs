//! Names in the form in which they are compared. A name that cannot be compared is refused, with the reason.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::han;
use super::organisation::Parsed;
use super::sound::{self, Readings, Syllable};

/// Letters and characters of the longest name that is accepted, as many as a registration's name may have; the longest
/// registered names have about 60, and a minority's or a foreigner's name seldom more than 40.
pub const LONGEST_NAME: usize = 200;

/// Whose name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    /// A natural person's.
    Person,
    /// An organisation's, or an individual business's (个体工商户): place, brand, industry and organisation form
    /// (企业名称登记管理规定 6).
    Organisation,
}

/// Why a name cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NameError {
    /// Nothing is left: only spaces, signs or emoji, or a person's name of digits.
    #[error("the name holds no letter and no character")]
    Empty,
    /// One character is too little to compare.
    #[error("the name has one character only")]
    TooShort,
    /// Longer than [`LONGEST_NAME`].
    #[error("the name has more than {LONGEST_NAME} characters")]
    TooLong,
    /// An organisation's name of nothing but its form: 有限公司.
    #[error("the name is only an organisation form")]
    OnlyForm,
}

/// A name as it is compared: in simplified characters, without spaces, width, case and signs, and an organisation's with
/// its place, its brand, its industry and its form apart. It is as personal as the name that it was made from; its debug
/// output tells nothing.
#[derive(Clone)]
pub struct NormalName {
    pub(super) kind: NameKind,
    /// All of the name without the organisation form; for comparing as a whole.
    pub(super) text: String,
    /// A person's whole name, or an organisation's brand (字号).
    pub(super) core: Sequence,
    /// What else an organisation's name says.
    pub(super) rest: Parsed,
}

/// What is compared character by character and syllable by syllable.
#[derive(Clone, Debug, Default)]
pub(super) struct Sequence {
    /// Characters; none where the name was written in Latin letters that read as syllables.
    pub(super) characters: Vec<char>,
    /// One for each character, or those of the Latin letters.
    pub(super) sounds: Vec<Readings>,
    /// A second way to read the Latin letters.
    pub(super) other: Option<Vec<Readings>>,
}

impl std::fmt::Debug for NormalName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NormalName")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl NormalName {
    /// Reads a name.
    ///
    /// # Errors
    /// [`NameError`] where there is nothing to compare or too much.
    pub fn parse(text: &str, kind: NameKind) -> Result<Self, NameError> {
        if text.chars().nth(LONGEST_NAME * 4).is_some() {
            return Err(NameError::TooLong);
        }
        let clean = clean(text);
        let letters = clean.chars().filter(|c| c.is_alphanumeric()).count();
        let nameless = kind == NameKind::Person && !clean.chars().any(char::is_alphabetic);
        match letters {
            _ if nameless => return Err(NameError::Empty),
            0 => return Err(NameError::Empty),
            1 => return Err(NameError::TooShort),
            count if count > LONGEST_NAME => return Err(NameError::TooLong),
            _ => {}
        }
        let latin = clean.chars().all(|c| !c.is_alphabetic() || is_latin(c));
        let ways = if latin {
            sound::syllables(&spaced(text))
        } else {
            Vec::new()
        };
        match kind {
            NameKind::Person => Ok(person(&clean, &ways)),
            NameKind::Organisation => organisation(&clean, &ways),
        }
    }

    /// Whose name it is.
    #[must_use]
    pub const fn kind(&self) -> NameKind {
        self.kind
    }

    /// The form that equal names share, for keeping what was judged of a name: the kind, then place, brand, industry, form
    /// and a trader's word, with what is missing left empty. It is as personal as the name.
    #[must_use]
    pub fn canonical(&self) -> String {
        let core: String = if self.core.is_spoken() {
            self.core
                .sounds
                .iter()
                .map(|sound| sound.first().text())
                .collect()
        } else {
            self.core.characters.iter().collect()
        };
        match self.kind {
            NameKind::Person => format!("P:{core}"),
            NameKind::Organisation => {
                let rest = &self.rest;
                let (form, trade) = (
                    rest.form.unwrap_or_default(),
                    rest.trade.unwrap_or_default(),
                );
                format!(
                    "O:{}|{core}|{}|{form}|{trade}",
                    rest.place_text, rest.industry_text
                )
            }
        }
    }

    /// The letters and characters as they are written, normalised: of two names that are one to the letter, the same.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.text
    }

    /// Whether it ends in an organisation form, as a registered name does.
    #[must_use]
    pub const fn has_form(&self) -> bool {
        self.rest.form.is_some()
    }

    /// Whether it is a person's name of two characters: so many people share one that nobody may take it for an identity.
    #[must_use]
    pub fn is_short_personal(&self) -> bool {
        self.kind == NameKind::Person && self.core.sounds.len() <= 2
    }
}

fn person(clean: &str, ways: &[Vec<Syllable>]) -> NormalName {
    let text: String = clean.chars().filter(|c| c.is_alphanumeric()).collect();
    let core = match ways {
        [] => Sequence::of(text.chars(), true),
        ways => Sequence::spoken(ways),
    };
    NormalName {
        kind: NameKind::Person,
        text,
        core,
        rest: Parsed::default(),
    }
}

fn organisation(clean: &str, ways: &[Vec<Syllable>]) -> Result<NormalName, NameError> {
    let (core, rest) = match ways {
        [] => super::organisation::written(clean),
        [first, others @ ..] => {
            let (core, rest) = super::organisation::spoken(first);
            let mut read = vec![core];
            read.extend(others.iter().map(|way| super::organisation::spoken(way).0));
            (Sequence::spoken(&read), rest)
        }
    };
    if core.sounds.is_empty() {
        return Err(NameError::OnlyForm);
    }
    let text = rest
        .place_text
        .chars()
        .chain(core.characters.iter().copied());
    Ok(NormalName {
        kind: NameKind::Organisation,
        text: text.chain(rest.industry_text.chars()).collect(),
        core,
        rest,
    })
}

impl Sequence {
    /// Of characters.
    pub(super) fn of(characters: impl Iterator<Item = char>, surname: bool) -> Self {
        let characters: Vec<char> = characters.collect();
        let sounds = characters
            .iter()
            .zip(0..)
            .map(|(character, place)| Readings::of(*character, surname && place < 2))
            .collect();
        Self {
            characters,
            sounds,
            other: None,
        }
    }

    /// Of syllables in Latin letters, with a second way to read them.
    fn spoken(ways: &[Vec<Syllable>]) -> Self {
        let mut read = ways
            .iter()
            .map(|way| way.iter().copied().map(Readings::one).collect());
        Self {
            characters: Vec::new(),
            sounds: read.next().unwrap_or_default(),
            other: read.next(),
        }
    }
}

/// NFKC, simplified, lower case, without spaces and what cannot be seen; brackets stay for the reading of places.
fn clean(text: &str) -> String {
    text.nfkc()
        .filter(|c| {
            c.is_alphanumeric() || matches!(c, '(' | ')' | '〔' | '〕' | '[' | ']' | '【' | '】')
        })
        .map(|c| match c {
            '〔' | '[' | '【' => '(',
            '〕' | ']' | '】' => ')',
            other => han::simplified(other),
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// NFKC with its spaces and capitals, for Latin letters.
fn spaced(text: &str) -> String {
    text.nfkc().collect()
}

/// Whether a letter is one of the Latin alphabet, with or without marks.
fn is_latin(letter: char) -> bool {
    letter.is_ascii() || matches!(letter, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, kind: NameKind) -> Result<String, NameError> {
        NormalName::parse(name, kind).map(|name| name.text)
    }

    #[test]
    fn ways_of_writing_one_name_become_one() {
        let person = |name| text(name, NameKind::Person).unwrap();
        for name in [
            "张伟明",
            "張偉明",
            " 张 伟 明 ",
            "张\u{200B}伟\u{FEFF}明",
            "张　伟明",
        ] {
            assert_eq!(person(name), "张伟明");
        }
        assert_eq!(person("阿依古丽·买买提"), person("阿依古丽•买买提"));
        assert_eq!(person("阿依古丽・买买提"), person("阿依古丽买买提"));
        let firm = |name| text(name, NameKind::Organisation).unwrap();
        assert_eq!(
            firm("杭州星禾（ＡＢＣ）网络科技有限公司"),
            "杭州星禾abc网络科技"
        );
        assert_eq!(
            firm("杭州星禾网络科技有限公司"),
            firm("星禾（杭州）网络科技有限责任公司")
        );
    }

    #[test]
    fn equal_names_have_one_canonical_form() {
        let of = |name, kind| NormalName::parse(name, kind).unwrap().canonical();
        assert_eq!(of("張 偉", NameKind::Person), "P:张伟");
        assert_eq!(
            of("Zhang Wei", NameKind::Person),
            of("zhāng wěi", NameKind::Person)
        );
        let firm = of("星禾（杭州）网络科技有限责任公司", NameKind::Organisation);
        assert_eq!(firm, "O:杭州|星禾|网络科技|LIMITED|");
        assert_eq!(
            firm,
            of("杭州市星禾网络科技有限公司", NameKind::Organisation)
        );
        assert_ne!(firm, of("杭州星禾网络科技商行", NameKind::Organisation));
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        use NameError::{Empty, OnlyForm, TooLong, TooShort};
        use NameKind::{Organisation, Person};
        assert_eq!(text("", Person), Err(Empty));
        assert_eq!(text(" \u{3000}\u{200B}", Person), Err(Empty));
        assert_eq!(text("😀😀", Person), Err(Empty));
        assert_eq!(text("123", Person), Err(Empty));
        assert!(text("360", Organisation).is_ok());
        assert_eq!(text("张", Person), Err(TooShort));
        assert_eq!(text(&"张".repeat(10_000), Person), Err(TooLong));
        assert_eq!(text(&" ".repeat(10_000), Person), Err(TooLong));
        assert_eq!(text(&"张".repeat(LONGEST_NAME + 1), Person), Err(TooLong));
        assert!(text(&"张".repeat(LONGEST_NAME), Person).is_ok());
        assert_eq!(text("有限公司", Organisation), Err(OnlyForm));
        assert_eq!(text("（有限合伙）", Organisation), Err(OnlyForm));
        assert!(text("北京科技有限公司", Organisation).is_ok());
    }

    #[test]
    fn a_name_is_not_written_into_logs() {
        let name = NormalName::parse("张伟明", NameKind::Person).unwrap();
        assert!(!format!("{name:?}").contains('张'));
        assert!(!name.is_short_personal());
        assert!(
            NormalName::parse("ZHANG Wei", NameKind::Person)
                .unwrap()
                .is_short_personal()
        );
    }
}
