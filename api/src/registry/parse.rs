//! From what was sent to values that cannot be wrong: every parser tells what it found and where.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::facts::{Address, Consent, Permit, PersonRef, StoredIdentity, Verification};
use entity::kind::IdentityKind;
use entity::merchant::Shop;
use entity::operator::LiveAccount;
use entity::problem::{Finding, ProblemCode};
use entity::streamer::Qualification;
use entity::value::identity::IdentityNumber;
use entity::value::phone::Phone;

use super::division::Gazetteer;
use super::input::{
    AddressInput, ConsentInput, IdentityInput, LiveAccountInput, Patch, PermitInput,
    PersonRefInput, QualificationInput, ShopInput, VerificationInput,
};
use super::text::{certificate, identifier, url, words};

/// The most entries a list inside an item may have.
const LIST_ENTRIES: usize = 1_000;
/// The longest name, in characters.
pub(super) const NAME: usize = 200;
/// The longest address, in characters.
const ADDRESS: usize = 500;
/// The longest other text, in characters.
pub(super) const TEXT: usize = 200;
/// The most candidates that a message names.
const CANDIDATES: usize = 5;
/// The longest URL, in characters.
const URL: usize = 2_000;

/// Collects findings while values are parsed.
pub(super) struct Parser<'a> {
    /// Every division on the day.
    pub gazetteer: &'a Gazetteer,
    /// The instant of the deed.
    pub now: DateTime<Utc>,
    /// Today in Asia/Shanghai.
    pub today: NaiveDate,
    /// What was found so far.
    pub found: Vec<Finding>,
}

impl Parser<'_> {
    fn keep<T>(&mut self, field: &'static str, parsed: Result<T, Finding>) -> Option<T> {
        parsed
            .map_err(|finding| self.found.push(finding.inside(field)))
            .ok()
    }

    /// Runs a parser whose findings belong inside a field.
    pub(super) fn within<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let before = self.found.len();
        let parsed = parse(self);
        for finding in self.found.split_off(before) {
            self.found.push(finding.inside(field));
        }
        parsed
    }

    /// A patch over one parser; what does not parse counts as kept, its finding refuses the item anyway.
    pub(super) fn patch<T, U>(
        &mut self,
        field: &'static str,
        patch: Patch<T>,
        parse: impl FnOnce(&mut Self, T) -> Option<U>,
    ) -> Patch<U> {
        match patch {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(value) => self
                .within(field, |parser| parse(parser, value))
                .map_or(Patch::Keep, Patch::Set),
        }
    }

    /// An identity number with its warnings.
    pub(super) fn identity(&mut self, input: &IdentityInput) -> Option<IdentityNumber> {
        match IdentityNumber::parse(
            input.kind,
            &input.number,
            input.issuing_country.as_deref(),
            self.today,
        ) {
            Ok(parsed) => {
                self.found.extend(parsed.warnings);
                Some(parsed.identity)
            }
            Err(findings) => {
                self.found.extend(findings);
                None
            }
        }
    }

    /// What is judged at the value itself.
    fn own<T>(&mut self, parsed: Result<T, Finding>) -> Option<T> {
        parsed.map_err(|finding| self.found.push(finding)).ok()
    }

    /// A name.
    pub(super) fn name(&mut self, raw: &str) -> Option<String> {
        self.own(words(raw, NAME, self.today))
    }

    /// A short text such as an occupation.
    pub(super) fn short(&mut self, raw: &str) -> Option<String> {
        self.own(words(raw, TEXT, self.today))
    }

    /// A key that somebody else gave, such as the platform's own.
    pub(super) fn key(&mut self, raw: &str) -> Option<String> {
        self.own(identifier(raw, TEXT, self.today))
    }

    /// A phone number.
    pub(super) fn phone(&mut self, raw: &str) -> Option<String> {
        self.own(Phone::parse(raw))
            .map(|phone| phone.as_str().to_owned())
    }

    /// The address of a site, where no rooms are numbered.
    pub(super) fn site(&mut self, raw: &str) -> Option<String> {
        self.own(words(raw, URL, self.today))?;
        self.url(raw)
    }

    /// An http or https address with a host and without credentials, which nobody means to publish.
    pub(super) fn url(&mut self, raw: &str) -> Option<String> {
        let url = self.own(url(raw, URL, self.today))?;
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let plausible = host.is_some_and(|host| !host.is_empty() && !host.contains('@'));
        if plausible && !url.contains(' ') {
            return Some(url);
        }
        self.found.push(Finding::error(ProblemCode::UrlForm));
        None
    }

    /// An address with a county-level division: as given, else as its text tells.
    pub(super) fn address(&mut self, input: &AddressInput) -> Option<Address> {
        let words = self.keep("text", words(&input.text, ADDRESS, self.today));
        let given = input.division.as_deref().map(str::trim);
        let found = if let Some(code) = given.filter(|code| !code.is_empty()) {
            let seat = self.gazetteer.seat(code);
            seat.map(|seat| (seat.division, None))
        } else {
            let (code, confidence) = self.located(words.as_deref()?)?;
            Ok((code, Some(confidence)))
        };
        let (division, confidence) = self.keep("division", found)?;
        let text = words?;
        if confidence.is_none() {
            self.doubt(&text, &division);
        }
        Some(Address {
            text,
            division,
            confidence,
        })
    }

    /// The division that an address's text names for certain.
    fn located(&mut self, text: &str) -> Option<(String, u8)> {
        let located = self.gazetteer.locate(text);
        if located.sure.is_none() {
            let unsure = if located.candidates.is_empty() {
                Finding::error(ProblemCode::DivisionRequired)
            } else {
                self.ambiguous(&located.candidates)
            };
            self.found.push(unsure.inside("division"));
        }
        located.sure.clone()
    }

    /// Tells the first of several candidates; the only one would be accepted, if it is a county.
    fn ambiguous(&self, candidates: &[(String, u8)]) -> Finding {
        let shown = candidates.iter().take(CANDIDATES);
        let names: Vec<_> = shown.filter_map(|(code, _)| self.shown(code)).collect();
        let finding =
            Finding::error(ProblemCode::DivisionAmbiguous).with("candidates", names.join("、"));
        let mut accepted = candidates
            .iter()
            .filter(|(code, _)| self.gazetteer.seat(code).is_ok());
        match (accepted.next(), accepted.next()) {
            (Some((only, _)), None) => finding.suggesting(only.as_str()),
            _ => finding,
        }
    }

    /// Warns where the text names another division than the one given.
    fn doubt(&mut self, text: &str, given: &str) {
        let located = self.gazetteer.locate(text);
        let Some((named, _)) = &located.sure else {
            return;
        };
        if !self.gazetteer.agree(named, given) {
            let mismatch = Finding::warning(ProblemCode::DivisionMismatch)
                .with("division", self.shown(named).unwrap_or_default());
            let mismatch = mismatch.suggesting(named.as_str()).inside("division");
            self.found.push(mismatch);
        }
    }

    /// A division as messages show it: 浙江省杭州市西湖区（330106）.
    fn shown(&self, code: &str) -> Option<String> {
        let named = self.gazetteer.named(code)?;
        Some(format!("{}（{code}）", named.full_name))
    }

    /// A person beside the subject.
    pub(super) fn person(&mut self, input: &PersonRefInput) -> Option<PersonRef> {
        let name = self.keep("name", words(&input.name, NAME, self.today));
        let identity = match &input.identity {
            None => Some(None),
            Some(given) => self
                .within("identity", |parser| parser.identity(given))
                .map(|n| Some(stored(&n))),
        };
        Some(PersonRef {
            name: name?,
            identity: identity?,
        })
    }

    /// The identity of an organisation that a tie names.
    pub(super) fn organisation(&mut self, input: &IdentityInput) -> Option<StoredIdentity> {
        let identity = self.identity(input)?;
        if identity.kind() == IdentityKind::Uscc {
            return Some(stored(&identity));
        }
        let person = Finding::error(ProblemCode::IdentityNotOrganisation).inside("kind");
        self.found
            .push(person.with("kind", identity.kind().as_str()));
        None
    }

    /// The identities that a tie names, each once.
    pub(super) fn others(&mut self, raw: &[IdentityInput]) -> Option<Vec<StoredIdentity>> {
        let list = self.list(raw, |parser, given| {
            parser.identity(given).map(|number| stored(&number))
        })?;
        let mut seen = HashSet::new();
        for (index, other) in list.iter().enumerate() {
            if !seen.insert((other.kind, &other.number, other.issuing_country)) {
                let twice = Finding::error(ProblemCode::TieTwice).inside("number");
                self.found.push(twice.item(index));
            }
        }
        Some(list)
    }

    /// 监护人同意.
    pub(super) fn consent(&mut self, input: &ConsentInput) -> Option<Consent> {
        let guardian_name = self.keep(
            "guardianName",
            words(&input.guardian_name, NAME, self.today),
        )?;
        Some(Consent {
            guardian_name,
            given_on: input.given_on,
            evidence: input.evidence,
        })
    }

    /// 核验, which cannot lie ahead.
    pub(super) fn verification(&mut self, input: &VerificationInput) -> Option<Verification> {
        let method = self.keep("method", words(&input.method, TEXT, self.today));
        if input.at > self.now {
            self.found.push(in_future(self.today).inside("at"));
            return None;
        }
        Some(Verification {
            at: input.at,
            method: method?,
            evidence: input.evidence,
        })
    }

    /// A list, each entry at its index.
    pub(super) fn list<T, U>(
        &mut self,
        items: &[T],
        mut parse: impl FnMut(&mut Self, &T) -> Option<U>,
    ) -> Option<Vec<U>> {
        if items.len() > LIST_ENTRIES {
            self.found
                .push(Finding::error(ProblemCode::TooMany).with("max", LIST_ENTRIES.to_string()));
            return None;
        }
        let mut whole = Some(Vec::with_capacity(items.len()));
        for (index, item) in items.iter().enumerate() {
            let before = self.found.len();
            match (parse(self, item), &mut whole) {
                (Some(value), Some(list)) => list.push(value),
                (Some(_), None) => {}
                (None, _) => whole = None,
            }
            for finding in self.found.split_off(before) {
                self.found.push(finding.item(index));
            }
        }
        whole
    }

    /// 行政许可.
    pub(super) fn permit(&mut self, input: &PermitInput) -> Option<Permit> {
        let number = self.keep("number", identifier(&input.number, TEXT, self.today));
        let kind_text = self.optional("kindText", input.kind_text.as_deref(), TEXT);
        let issuer = self.optional("issuer", input.issuer.as_deref(), TEXT);
        Some(Permit {
            kind: input.kind,
            kind_text: kind_text?,
            number: number?,
            issuer: issuer?,
            valid_from: input.valid_from,
            valid_until: input.valid_until,
        })
    }

    /// 专业资质.
    pub(super) fn qualification(&mut self, input: &QualificationInput) -> Option<Qualification> {
        let title = self.keep("title", words(&input.title, TEXT, self.today));
        let number = self.perhaps(
            "certificateNumber",
            input.certificate_number.as_deref(),
            |raw, today| certificate(raw, TEXT, today),
        );
        let issuer = self.optional("issuer", input.issuer.as_deref(), TEXT);
        Some(Qualification {
            title: title?,
            certificate_number: number?,
            issuer: issuer?,
            valid_until: input.valid_until,
        })
    }

    /// 网店; its first day is filled in when it is merged. 网址或访问路径 may be words that lead there.
    pub(super) fn shop(&mut self, input: &ShopInput) -> Option<Shop> {
        let name = self.keep("name", words(&input.name, NAME, self.today));
        let url = self.perhaps("url", input.url.as_deref(), |raw, today| {
            if raw.contains("://") {
                url(raw, URL, today)
            } else {
                words(raw, URL, today)
            }
        });
        Some(Shop {
            name: name?,
            url: url?,
            since: self.today,
            until: None,
        })
    }

    /// 直播账号; its first day is filled in when it is merged.
    pub(super) fn account(&mut self, input: &LiveAccountInput) -> Option<LiveAccount> {
        let number = self.keep(
            "accountNumber",
            identifier(&input.account_number, TEXT, self.today),
        );
        let name = self.optional("name", input.name.as_deref(), TEXT);
        let room_url = match &input.room_url {
            None => Some(None),
            Some(raw) => self.within("roomUrl", |parser| parser.url(raw)).map(Some),
        };
        if input.followers.is_some_and(|count| count < 0) {
            self.found.push(
                Finding::error(ProblemCode::OutOfRange)
                    .with("min", "0")
                    .inside("followers"),
            );
            return None;
        }
        Some(LiveAccount {
            number: number?,
            role: input.role,
            name: name?,
            followers: input.followers,
            room_url: room_url?,
            since: self.today,
        })
    }

    /// Plain words, where they are given.
    #[expect(
        clippy::option_option,
        reason = "the outer none is refused, the inner one absent"
    )]
    pub(super) fn optional(
        &mut self,
        field: &'static str,
        raw: Option<&str>,
        max: usize,
    ) -> Option<Option<String>> {
        self.perhaps(field, raw, |raw, today| words(raw, max, today))
    }

    /// A key that somebody else gave, where it is given.
    #[expect(
        clippy::option_option,
        reason = "the outer none is refused, the inner one absent"
    )]
    pub(super) fn optional_key(
        &mut self,
        field: &'static str,
        raw: Option<&str>,
    ) -> Option<Option<String>> {
        self.perhaps(field, raw, |raw, today| identifier(raw, TEXT, today))
    }

    #[expect(
        clippy::option_option,
        reason = "the outer none is refused, the inner one absent"
    )]
    fn perhaps(
        &mut self,
        field: &'static str,
        raw: Option<&str>,
        parse: impl FnOnce(&str, NaiveDate) -> Result<String, Finding>,
    ) -> Option<Option<String>> {
        match raw {
            None => Some(None),
            Some(raw) => self.keep(field, parse(raw, self.today)).map(Some),
        }
    }
}

/// What has happened cannot lie ahead.
#[must_use]
pub(super) fn in_future(today: NaiveDate) -> Finding {
    Finding::error(ProblemCode::DateInFuture).with("date", today.to_string())
}

/// An identity number as sealed facts keep it.
#[must_use]
pub(super) fn stored(identity: &IdentityNumber) -> StoredIdentity {
    StoredIdentity {
        kind: identity.kind(),
        number: identity.number().to_owned(),
        issuing_country: identity.issuing_country(),
    }
}
