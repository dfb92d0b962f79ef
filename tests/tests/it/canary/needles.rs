//! What is looked for: the canaries, in every form in which their characters could be written down.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::operator::resident_id;

/// One thing that belongs to a person.
pub(super) struct Canary {
    /// What it is.
    pub(super) what: &'static str,
    /// As it is sent.
    pub(super) text: String,
    forms: Vec<(&'static str, String)>,
}

/// A number, a phone, a name, an address and a token.
pub(super) fn canaries(token: &str) -> Vec<Canary> {
    vec![
        Canary::new("number", &resident_id("19870314", 926)),
        Canary::new("phone", "19952307416"),
        Canary::new("name", "墨翟金丝雀"),
        Canary::new("address", "金丝雀弄堂三百零七号"),
        Canary::new("token", token),
    ]
}

impl Canary {
    fn new(what: &'static str, text: &str) -> Self {
        let mut canary = Self {
            what,
            text: text.to_owned(),
            forms: Vec::new(),
        };
        canary.forms = canary.all();
        canary
    }

    /// As a URL holds it.
    pub(super) fn percent(&self) -> String {
        percent(self.text.as_bytes(), |byte| {
            byte.is_ascii_alphanumeric() || b".-_".contains(&byte)
        })
    }

    /// Whether it is sent in a field. A name and an address are words like any other: they are sent where they are meant to
    /// be, and where people write what they like under seal; elsewhere nobody can tell them from other words.
    pub(super) fn belongs_in(&self, field: &str) -> bool {
        let (input, name) = field.rsplit_once('.').unwrap_or(("", field));
        let sealed = ["facts", "grounds", "message", "note", "reason", "reasons"].contains(&name);
        let persons = ["JudgeMatch", "ListOnBlacklist", "PersonRef", "SubjectQuery"];
        let person = persons.iter().any(|of| input.starts_with(of)) && name == "name"
            || name == "guardianName";
        let place = input.starts_with("Address") && name == "text";
        match self.what {
            "name" => sealed || person,
            "address" => sealed || place,
            _ => true,
        }
    }

    /// What stands around it in plain text, for whoever has to mend that.
    pub(super) fn around(&self, hay: &str) -> String {
        let at = self
            .forms
            .iter()
            .find_map(|(_, form)| hay.find(form.as_str()));
        let Some(at) = at else { return String::new() };
        let at = hay.get(..at).map_or(0, |before| before.chars().count());
        let begin = at.saturating_sub(200);
        hay.chars()
            .skip(begin)
            .take(300)
            .map(|c| {
                if c.is_ascii_graphic() || c == ' ' {
                    c
                } else {
                    '.'
                }
            })
            .collect()
    }

    /// In base64.
    pub(super) fn base64(&self) -> String {
        STANDARD_NO_PAD.encode(&self.text)
    }

    fn all(&self) -> Vec<(&'static str, String)> {
        let bytes = self.text.as_bytes();
        let units: Vec<u16> = self.text.encode_utf16().collect();
        let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let escaped = units.iter().fold(String::new(), |mut text, unit| {
            let _ = write!(text, "\\u{unit:04x}");
            text
        });
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let mut forms = vec![
            ("text", latin(bytes)),
            ("hexadecimal digits", hex.clone()),
            ("upper-case hexadecimal digits", hex.to_uppercase()),
            ("percent-encoded", self.percent()),
            ("percent-encoded throughout", percent(bytes, |_| false)),
            (
                "lower-case percent-encoded",
                percent(bytes, |byte| byte.is_ascii_alphanumeric()).to_lowercase(),
            ),
            ("escapes of JSON", escaped.clone()),
            (
                "upper-case escapes of JSON",
                escaped.to_uppercase().replace("\\U", "\\u"),
            ),
            ("UTF-16, little end first", latin(&little)),
            ("UTF-16, big end first", latin(&big)),
        ];
        for skipped in 0..3 {
            // Of the first and the last characters, some bits belong to what stands beside.
            let beside = [vec![b'x'; skipped], bytes.to_vec()].concat();
            let cut = |encoded: String| {
                let from = [0, 2, 3][skipped];
                encoded[from..encoded.len() - 2].to_owned()
            };
            forms.push(("base64", cut(STANDARD_NO_PAD.encode(&beside))));
            forms.push(("base64 of URLs", cut(URL_SAFE_NO_PAD.encode(&beside))));
        }
        if bytes.iter().all(u8::is_ascii_alphanumeric) && bytes.len() <= 18 {
            let groups: &[&[usize]] = if bytes.len() == 18 {
                &[&[6, 8, 4], &[6, 4, 4, 4], &[3, 3, 4, 4, 4]]
            } else {
                &[&[3, 4, 4], &[3, 8], &[3, 3, 5]]
            };
            for lengths in groups {
                for (what, between) in [("groups with spaces", " "), ("groups with hyphens", "-")] {
                    forms.push((what, grouped(&self.text, lengths, between)));
                }
            }
            let each = self.text.chars().map(String::from).collect::<Vec<_>>();
            forms.push(("single digits", each.join(" ")));
            let wide: String = self
                .text
                .chars()
                .map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c))
                .collect();
            forms.push(("full-width digits", latin(wide.as_bytes())));
        }
        forms
    }
}

fn grouped(text: &str, lengths: &[usize], between: &str) -> String {
    let mut rest = text;
    let mut groups = Vec::new();
    for length in lengths {
        let (group, left) = rest.split_at(*length);
        groups.push(group);
        rest = left;
    }
    groups.join(between)
}

/// Bytes as a URL holds them, but those that may stand plain.
pub(super) fn percent(bytes: &[u8], plain: impl Fn(u8) -> bool) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        if plain(*byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// Bytes as characters, one each, so that any bytes can be searched as text.
pub(super) fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The form in which bytes, read by [`latin`], hold a canary.
pub(super) fn found_in(hay: &str, canary: &Canary) -> Option<&'static str> {
    let found = canary
        .forms
        .iter()
        .find(|(_, form)| hay.contains(form.as_str()));
    found.map(|(what, _)| *what)
}

#[test]
fn every_form_is_found_among_other_bytes() {
    let canary = &canaries("eyJ.token")[1];
    let text = &canary.text;
    for hidden in [
        format!("x{text}y"),
        STANDARD_NO_PAD.encode(format!("ab{text}cd")),
        STANDARD_NO_PAD.encode(format!("{text}cd")),
        "199-5230-7416".to_owned(),
        "１９９５２３０７４１６".to_owned(),
        written(text, |byte| format!("%{byte:02X}")),
        written(text, |byte| format!("\0{}", char::from(byte))),
    ] {
        assert!(
            found_in(&latin(hidden.as_bytes()), canary).is_some(),
            "{hidden}"
        );
    }
    assert_eq!(found_in("199****7416 19952307417", canary), None);
    let address = &canaries("eyJ.token")[3];
    assert!(found_in(&latin("查金丝雀弄堂三百零七号".as_bytes()), address).is_some());
}

/// Each byte of a text as it is written.
fn written(text: &str, byte: impl Fn(u8) -> String) -> String {
    text.bytes().map(byte).collect()
}
