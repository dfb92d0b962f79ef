//! A sentence in Chinese and in English. Which of the two is said is decided where it is said: by the caller's
//! `Accept-Language` in an answer, by the locale of whoever types a command.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use rules::label::Lang;

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    zh: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Words {
    /// Says it in Chinese and in English.
    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// Says what is known when the program is built.
    #[must_use]
    pub const fn fixed(zh: &'static str, en: &'static str) -> Self {
        Self {
            zh: Cow::Borrowed(zh),
            en: Cow::Borrowed(en),
        }
    }

    /// Says what is the same in every language: a path, a code, the words of another program.
    pub fn same(text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        Self {
            zh: text.clone(),
            en: text,
        }
    }

    /// In one language.
    #[must_use]
    pub fn say(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// Says this of something: what it is, a colon, then this.
    #[must_use]
    pub fn of(&self, what: &Self) -> Self {
        Self::new(
            format!("{}：{}", what.zh, self.zh),
            format!("{}: {}", what.en, self.en),
        )
    }

    /// Says this of a file, a key, a part that has one name in every language.
    #[must_use]
    pub fn of_named(&self, name: impl fmt::Display) -> Self {
        self.of(&Self::same(name.to_string()))
    }

    /// Adds the causes of a fault in their own words, each said once.
    #[must_use]
    pub fn because(mut self, mut cause: Option<&(dyn Error + 'static)>) -> Self {
        while let Some(deeper) = cause {
            let said = deeper.to_string();
            if !self.en.contains(&said) {
                self = Self::new(
                    format!("{}：{said}", self.zh),
                    format!("{}: {said}", self.en),
                );
            }
            cause = deeper.source();
        }
        self
    }
}

/// In English, as logs and developers read it.
impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// A fault that whoever runs the house reads in his own language; `Display` is its English.
pub trait Told: Error {
    /// The fault in Chinese, without its causes.
    fn zh(&self) -> String;

    /// The fault with its causes: whoever types commands on the machine may read them.
    fn told(&self) -> Words {
        Words::new(self.zh(), self.to_string()).because(self.source())
    }
}

/// A fault that others word, told with its causes and of what was being done.
pub fn told_of(what: &Words, fault: &(dyn Error + 'static)) -> Words {
    Words::same(fault.to_string())
        .because(fault.source())
        .of(what)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the file {0} cannot be read")]
    struct Unreadable(&'static str, #[source] io::Error);

    impl Told for Unreadable {
        fn zh(&self) -> String {
            format!("文件 {} 读不出来", self.0)
        }
    }

    #[test]
    fn a_sentence_is_said_in_one_language() {
        let words = Words::fixed("不能为空", "must not be empty").of_named("name");
        assert_eq!(words.say(Lang::Zh), "name：不能为空");
        assert_eq!(words.say(Lang::En), "name: must not be empty");
        assert_eq!(words.to_string(), "name: must not be empty");
    }

    #[test]
    fn a_fault_is_told_with_its_causes_each_once() {
        let denied = || io::Error::new(io::ErrorKind::PermissionDenied, "permission denied");
        let words = Unreadable("a", denied()).told();
        assert_eq!(words.say(Lang::Zh), "文件 a 读不出来：permission denied");
        assert_eq!(
            words.say(Lang::En),
            "the file a cannot be read: permission denied"
        );
        let again = words.because(Some(&denied()));
        assert_eq!(again.say(Lang::En).matches("permission denied").count(), 1);
    }
}
