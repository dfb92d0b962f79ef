//! Tokens that somebody made up, and good ones brought in a way that does not count, before the real program on a real
//! socket: every one is refused with the same kind of answer, and none leaves a trace in the log.

mod claims;
mod kit;
mod shapes;

use kit::{Kit, field};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tests::database::Engine;

use crate::program::{Machine, on_machines};

/// The words that a refusal may say of a token. Whoever holds no key of the set learns no more than the first six.
const WORDS: [&str; 10] = [
    "too_long",
    "malformed",
    "header_not_allowed",
    "algorithm_not_allowed",
    "unknown_key",
    "bad_signature",
    // Signed by a key of the set:
    "bad_claims",
    "wrong_issuer",
    "wrong_audience",
    "expired",
];

/// The whole sentences in place of a word, for what an honest client can mend.
const SENTENCES: [&str; 5] = [
    "the request has no token: send the header Authorization: Bearer <token>",
    "the token has expired, have a new one signed",
    "the token is not valid yet, compare the issuer's clock",
    "the token lives longer than is allowed, have a shorter one signed",
    "the token names a client that is not registered here",
];

/// One way of asking without being allowed to.
pub(crate) struct Attempt {
    what: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    query: String,
}

impl Attempt {
    /// A token in its usual place.
    fn token(what: impl Into<String>, token: impl AsRef<str>) -> Self {
        Self::headers(
            what,
            [("authorization", format!("Bearer {}", token.as_ref()))],
        )
    }

    /// Any headers.
    fn headers<const N: usize>(
        what: impl Into<String>,
        headers: [(&'static str, String); N],
    ) -> Self {
        let header = |(name, value): (&'static str, String)| {
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header");
            (HeaderName::from_static(name), value)
        };
        Self {
            what: what.into(),
            headers: headers.into_iter().map(header).collect(),
            query: String::new(),
        }
    }

    /// Something in the address.
    fn query(what: &str, query: String) -> Self {
        Self {
            query,
            ..Self::headers::<0>(what, [])
        }
    }
}

/// Good tokens where they do not count.
fn misplaced(kit: &Kit) -> Vec<Attempt> {
    let (good, forged) = (
        &kit.good,
        kit.with_claim("iss", "https://evil.example".into()),
    );
    let of = |scheme: &str| format!("{scheme}{good}");
    let two = |what, first: &str, second: &str| {
        let bearer = |token: &str| ("authorization", format!("Bearer {token}"));
        Attempt::headers(what, [bearer(first), bearer(second)])
    };
    vec![
        Attempt::headers("no token", []),
        Attempt::headers("an empty header", [("authorization", String::new())]),
        Attempt::headers("the scheme alone", [("authorization", "Bearer".to_owned())]),
        Attempt::headers("no scheme", [("authorization", good.clone())]),
        Attempt::headers("the scheme and no blank", [("authorization", of("Bearer"))]),
        Attempt::headers("a tabulator", [("authorization", of("Bearer\t"))]),
        Attempt::headers("another scheme", [("authorization", of("Token "))]),
        Attempt::headers("another scheme of tokens", [("authorization", of("DPoP "))]),
        Attempt::headers("as a password", [("authorization", of("Basic "))]),
        Attempt::headers(
            "the scheme twice",
            [("authorization", of("Bearer Bearer "))],
        ),
        Attempt::headers(
            "two in one header",
            [("authorization", format!("Bearer {good}, Bearer {good}"))],
        ),
        Attempt::headers("for a proxy", [("proxy-authorization", of("Bearer "))]),
        Attempt::headers("in a header of its own", [("x-access-token", good.clone())]),
        Attempt::headers("as a cookie", [("cookie", format!("access_token={good}"))]),
        Attempt::headers("as a user", [("x-forwarded-user", "system".to_owned())]),
        two("a good one and a forged one", good, &forged),
        two("a forged one and a good one", &forged, good),
        two("a good one twice", good, good),
        Attempt::query("in the address", format!("&access_token={good}")),
        Attempt::query(
            "in the address as a header",
            format!("&authorization=Bearer%20{good}"),
        ),
    ]
}

/// A server that is asked.
struct Asked {
    client: reqwest::Client,
    base: String,
}

impl Asked {
    async fn ask(&self, headers: HeaderMap, query: &str) -> (u16, HeaderMap, String) {
        let url = format!("{}/graphql?query=%7Bme%7Brole%7D%7D{query}", self.base);
        let request = self
            .client
            .get(url)
            .header("accept-language", "en")
            .headers(headers);
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.text().await.expect("text"))
    }

    /// Insists that an attempt is refused, with words that say no more than is documented.
    async fn refuses(&self, attempt: &Attempt) {
        let what = &attempt.what;
        let mut headers = HeaderMap::new();
        for (name, value) in &attempt.headers {
            headers.append(name, value.clone());
        }
        let (status, answered, text) = self.ask(headers, &attempt.query).await;
        assert_eq!(status, 401, "{what}: {text}");
        assert_eq!(answered["www-authenticate"], "Bearer", "{what}");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        let members: Vec<_> = answer.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["errors"], "{what}: {text}");
        let error = &answer["errors"][0];
        let extensions = error["extensions"].as_object().expect("extensions");
        let names: Vec<_> = extensions.keys().map(String::as_str).collect();
        assert_eq!(names, ["code", "requestId"], "{what}: {text}");
        assert_eq!(extensions["code"], "UNAUTHENTICATED", "{what}");
        let message = error["message"].as_str().expect("a message");
        let known = SENTENCES.contains(&message)
            || WORDS
                .iter()
                .any(|word| message == format!("the token is not valid ({word})"));
        assert!(known, "{what}: {message}");
    }

    async fn takes(&self, value: String) {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, value.parse().expect("a header"));
        let (status, _, text) = self.ask(headers, "").await;
        assert_eq!((status, text.contains("\"role\"")), (200, true), "{text}");
    }
}

on_machines! {
    async fn sixty_and_more_are_refused_and_the_log_knows_none(machine: Machine) {
        machine.types("demo").done();
        let kit = Kit::furnish(&machine);
        let server = machine.serves(
            "serve --set server.address=127.0.0.1:0 --set log.level=trace \
             --set auth.algorithms=EdDSA,ES256,RS256 --set limits.anonymous_per_minute=0",
            "listening on",
        );
        let asked = Asked { client: reqwest::Client::new(), base: server.base().to_owned() };
        let attempts = [misplaced(&kit), shapes::all(&kit), claims::all(&kit)].concat_all();
        let mut different: Vec<_> = attempts.iter().map(|attempt| (&attempt.headers, &attempt.query)).collect();
        different.sort_by_key(|attempt| format!("{attempt:?}"));
        different.dedup();
        assert!(different.len() > 120 && different.len() == attempts.len(), "{}", different.len());
        for attempt in &attempts {
            asked.refuses(attempt).await;
        }
        // The same ways are open to whoever is allowed in.
        for good in kit.controls() {
            asked.takes(format!("Bearer {good}")).await;
        }
        asked.takes(format!("bearer {}", kit.good)).await;
        asked.takes(format!("BEARER  {}", kit.good)).await;
        // Nobody who was refused is in the log, and neither is who was let in.
        let log = std::fs::read_to_string(machine.path("server.log")).expect("a log");
        assert!(log.matches("\"codes\":\"UNAUTHENTICATED\"").count() >= attempts.len(), "the log is there");
        let [_, body, signature] = field(&kit.good);
        for secret in [body, signature, &kit.client.to_string(), "evil.example", "eyJ"] {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
        assert_eq!(server.stops(), 0);
    }
}

/// Joins lists of what cannot be copied.
trait ConcatAll {
    fn concat_all(self) -> Vec<Attempt>;
}

impl<const N: usize> ConcatAll for [Vec<Attempt>; N] {
    fn concat_all(self) -> Vec<Attempt> {
        self.into_iter().flatten().collect()
    }
}
