//! Values that must not be printed: they open only by name, and every other way out shows them hidden.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

/// What is shown in place of a secret.
pub const HIDDEN: &str = "***";

/// Parameters of a database URL that say nothing secret; all others are hidden.
const OPEN_PARAMETERS: &[&str] = &["mode", "cache", "immutable", "sslmode", "application_name"];
/// The databases that the house works with, by the beginning of their URLs.
const SCHEMES: &[&str] = &["sqlite:", "postgres:", "postgresql:"];

/// A secret text, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// The address of the database; only its password and unknown parameters are hidden.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Secret);

impl DatabaseUrl {
    /// The URL with its password, for the connection alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether it is the embedded database.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.expose().starts_with("sqlite:")
    }

    /// The URL as people may see it.
    #[must_use]
    pub fn redacted(&self) -> String {
        redact(self.expose())
    }
}

impl FromStr for DatabaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
            Ok(Self(text.to_owned().into()))
        } else {
            Err("not a database URL")
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

/// Hides what may be secret; where `@`, `/` and `?` leave a doubt, everything.
pub(super) fn redact(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return if url.starts_with("sqlite:") {
            redact_query(url)
        } else {
            HIDDEN.to_owned()
        };
    };
    match rest.rsplit_once('@') {
        None => format!("{scheme}://{}", redact_query(rest)),
        Some((user, _)) if user.contains(['/', '?', '#']) => format!("{scheme}://{HIDDEN}"),
        Some((user, host)) => {
            let shown = match user.split_once(':') {
                Some((name, _)) => format!("{name}:{HIDDEN}"),
                None => user.to_owned(),
            };
            format!("{scheme}://{shown}@{}", redact_query(host))
        }
    }
}

fn redact_query(text: &str) -> String {
    let Some((path, query)) = text.split_once('?') else {
        return text.to_owned();
    };
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if !OPEN_PARAMETERS.contains(&name) => format!("{name}={HIDDEN}"),
            Some(_) => pair.to_owned(),
            None => HIDDEN.to_owned(),
        })
        .collect();
    format!("{path}?{}", shown.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_unknown_parameters_are_hidden() {
        let table = [
            (
                "sqlite://./data/minglu.db?mode=rwc",
                "sqlite://./data/minglu.db?mode=rwc",
            ),
            ("sqlite::memory:", "sqlite::memory:"),
            ("postgres://u:pw@h:5432/d", "postgres://u:***@h:5432/d"),
            (
                "postgres://u@h/d?sslmode=require",
                "postgres://u@h/d?sslmode=require",
            ),
            ("postgres://u:p@ss@h/d", "postgres://u:***@h/d"),
            ("postgres://u:p/w@h/d", "postgres://***"),
            ("postgres://h/d?password=pw", "postgres://h/d?password=***"),
            (
                "postgres://h/d?pass%77ord=pw",
                "postgres://h/d?pass%77ord=***",
            ),
            ("postgres://h/d?password=p@w", "postgres://***"),
            ("postgres:pw", "***"),
        ];
        for (url, shown) in table {
            assert_eq!(redact(url), shown, "{url}");
        }
    }

    #[test]
    fn debug_never_shows_a_secret() {
        let url: DatabaseUrl = "postgres://u:hunter2@h/d".parse().unwrap();
        let text = format!("{:?} {url:?}", Secret::from("hunter2".to_owned()));
        assert!(!text.contains("hunter2"), "{text}");
        assert!(url.expose().contains("hunter2"));
    }
}
