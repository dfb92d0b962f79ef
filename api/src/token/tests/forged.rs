//! Tokens that someone made up, changed or bent: each must be refused, for its own reason.
//! The table names the trick, the token and the stable word of the refusal.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm as Library, EncodingKey};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::LONGEST;
use super::{SIGNERS, claims, good, key_set, reader};
use crate::vault::tests::now;

/// The trick, the token, the word of the refusal.
type Row = (String, String, &'static str);

fn rows<N: Into<String>>(
    word: &'static str,
    tokens: impl IntoIterator<Item = (N, String)>,
) -> Vec<Row> {
    let tokens = tokens.into_iter();
    tokens
        .map(|(name, token)| (name.into(), token, word))
        .collect()
}

fn good_claims() -> Value {
    serde_json::to_value(claims()).unwrap()
}

/// A token with good claims under a header of any text, signed by the right key.
fn with_header(header: &str) -> String {
    SIGNERS.ed.sign(header, &good_claims().to_string())
}

/// A token with any claims under a good header, signed by the right key.
fn with_claims(claims: &str) -> String {
    SIGNERS.ed.sign(&SIGNERS.ed.header(), claims)
}

fn with_claim(name: &str, value: Value) -> String {
    let mut claims = good_claims();
    claims[name] = value;
    with_claims(&claims.to_string())
}

fn with_field(name: &str, value: Value) -> String {
    let mut header = json!({ "alg": "EdDSA", "kid": "ed" });
    header[name] = value;
    with_header(&header.to_string())
}

fn encoded(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn misshapen() -> Vec<Row> {
    let good = good();
    let [header, payload, signature]: [&str; 3] =
        good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let padded = URL_SAFE.encode(r#"{"alg":"EdDSA","kid":"ed"}"#);
    let standard = STANDARD.encode(r#"{"alg":"EdDSA","kid":"ed??>>"}"#);
    assert!(padded.contains('=') && standard.contains(['+', '/']));
    let malformed = [
        ("a blank", " ".to_owned()),
        ("one part", "abc".to_owned()),
        ("two parts", format!("{header}.{payload}")),
        ("only dots", "..".to_owned()),
        ("many dots", ".".repeat(5000)),
        ("a dot at the end", format!("{good}.")),
        ("a dot at the start", format!(".{good}")),
        ("a fourth part", format!("{good}.{payload}")),
        (
            "five parts, as encrypted tokens have",
            format!("{good}.a.b"),
        ),
        ("no header", format!(".{payload}.{signature}")),
        ("a padded header", format!("{padded}.{payload}.{signature}")),
        (
            "the other base64",
            format!("{standard}.{payload}.{signature}"),
        ),
        (
            "a header that is not base64",
            format!("{{}}.{payload}.{signature}"),
        ),
        (
            "a signature that is not base64",
            format!("{header}.{payload}.$$$"),
        ),
        ("a blank inside", format!("{header} .{payload}.{signature}")),
        ("a line end", format!("{good}\n")),
        ("a NUL at the end", format!("{good}\0")),
        ("a NUL inside", format!("{header}\0.{payload}.{signature}")),
        ("full-width dots", good.replace('.', "．")),
        (
            "another writing of the same signature",
            bent_at_the_end(&good),
        ),
    ];
    let all_zero = URL_SAFE_NO_PAD.encode([0; 64]);
    let bad_signature = [
        ("no claims", format!("{header}..{signature}")),
        ("no signature", format!("{header}.{payload}.")),
        (
            "a signature of zeros",
            format!("{header}.{payload}.{all_zero}"),
        ),
        ("half a signature", good[..good.len() - 43].to_owned()),
    ];
    let too_long = [
        ("too long", "a".repeat(LONGEST + 1)),
        (
            "too long but good",
            with_claim("more", "a".repeat(LONGEST).into()),
        ),
    ];
    [
        rows("missing", [("no token", String::new())]),
        rows("malformed", malformed),
        rows("bad_signature", bad_signature),
        rows("too_long", too_long),
    ]
    .concat()
}

/// The last of a signature's 86 characters carries four of its bits and two that must be zero: here one is not.
fn bent_at_the_end(good: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (most, last) = good.split_at(good.len() - 1);
    let bent = alphabet
        .chars()
        .nth(alphabet.find(last).unwrap() + 1)
        .unwrap();
    format!("{most}{bent}")
}

fn of_no_algorithm() -> Vec<Row> {
    let claims = encoded(&good_claims().to_string());
    let names = [
        "none", "None", "NONE", "nOnE", "", " none", "null", "eddsa", "EdDSA ", "EdDSA\0",
        "ED25519",
    ];
    let tokens = names.into_iter().flat_map(|name| {
        let header = json!({ "alg": name, "kid": "ed" }).to_string();
        let bare = format!("{}.{claims}.", encoded(&header));
        [
            (format!("alg {name:?} unsigned"), bare),
            (format!("alg {name:?} signed"), with_header(&header)),
        ]
    });
    rows("algorithm_not_allowed", tokens)
}

/// What an attacker knows of our keys, used as the secret of a symmetric algorithm.
fn of_public_bytes_as_secrets() -> Vec<Row> {
    let claims = encoded(&good_claims().to_string());
    let rsa = SIGNERS.rsa.public();
    let n = URL_SAFE_NO_PAD.decode(rsa["n"].as_str().unwrap()).unwrap();
    let x = SIGNERS.ed.public()["x"].as_str().unwrap().to_owned();
    let secrets = [
        n,
        URL_SAFE_NO_PAD.decode(&x).unwrap(),
        x.into_bytes(),
        rsa.to_string().into_bytes(),
        key_set().into_bytes(),
        Vec::new(),
    ];
    let symmetric = [
        (Library::HS256, "rsa"),
        (Library::HS384, "ed"),
        (Library::HS512, "ec"),
    ];
    let tokens = secrets.iter().enumerate().flat_map(|(number, secret)| {
        symmetric.map(|(algorithm, kid)| {
            let header = json!({ "alg": format!("{algorithm:?}"), "kid": kid }).to_string();
            let message = format!("{}.{claims}", encoded(&header));
            let key = EncodingKey::from_secret(secret);
            let mac = jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm).unwrap();
            let name = format!("{algorithm:?} keyed with public bytes {number}");
            (name, format!("{message}.{mac}"))
        })
    });
    rows("algorithm_not_allowed", tokens)
}

fn of_other_algorithms() -> Vec<Row> {
    let header = |algorithm: &str, kid: &str| json!({ "alg": algorithm, "kid": kid }).to_string();
    let crossed = [
        ("ES256", "ed"),
        ("RS256", "ed"),
        ("EdDSA", "ec"),
        ("EdDSA", "rsa"),
        ("PS256", "rsa"),
        ("ES384", "ec"),
    ];
    let tokens = crossed.map(|(algorithm, kid)| {
        let token = with_header(&header(algorithm, kid));
        (format!("{algorithm} with key {kid}"), token)
    });
    let named = [(
        "RS256 named, EdDSA signed",
        with_header(&header("RS256", "rsa")),
    )];
    [
        rows("algorithm_not_allowed", tokens),
        rows("bad_signature", named),
    ]
    .concat()
}

fn of_bent_headers() -> Vec<Row> {
    let jwk = SIGNERS.stranger.public();
    let embedded = json!({ "alg": "EdDSA", "kid": "ed", "jwk": jwk }).to_string();
    let embedded = SIGNERS.stranger.sign(&embedded, &good_claims().to_string());
    let not_allowed = [
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/chain")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
    ];
    let not_allowed = not_allowed.map(|(name, value)| (name, with_field(name, value)));
    let bent = [
        r#"{"alg":"EdDSA","alg":"none","kid":"ed"}"#,
        r#"{"alg":"EdDSA","kid":"ed","kid":"ec"}"#,
        r#"{"kid":"ed"}"#,
        r#"{"alg":null,"kid":"ed"}"#,
        r#"{"alg":1,"kid":"ed"}"#,
        r#"{"alg":["EdDSA"],"kid":"ed"}"#,
        r#"["EdDSA","ed"]"#,
        r#""EdDSA""#,
        "{}",
        r#"{"alg":"EdDSA","kid":"ed"}{}"#,
        r#"{"alg":"EdDSA","kid":"#,
        r#"{"alg":"EdDSA","kid":"\ud800"}"#,
        r#"{"alg":"EdDSA"}"#,
        r#"{"alg":"EdDSA","kid":null}"#,
        r#"{"alg":"EdDSA","kid":0}"#,
        r#"{"alg":"EdDSA","kid":["ed"]}"#,
    ];
    [
        rows("header_not_allowed", [("a key of its own", embedded)]),
        rows("header_not_allowed", not_allowed),
        rows(
            "malformed",
            bent.map(|header| (header, with_header(header))),
        ),
    ]
    .concat()
}

fn of_other_keys() -> Vec<Row> {
    let long = "k".repeat(5000);
    let kids = [
        "",
        " ed",
        "ed ",
        "ED",
        "ed\0",
        "ed\0/../../dev/null",
        "../../../../dev/null",
        "/proc/self/environ",
        "file:///dev/null",
        "https://evil.example/key",
        "' OR '1'='1",
        "ed'; DROP TABLE client; --",
        "ed\n",
        "*",
        "$(id)",
        "${jndi:ldap://evil.example}",
        "__proto__",
        "ｅｄ",
        &long,
    ];
    let unknown = kids.map(|kid| (format!("kid {kid:.40?}"), with_field("kid", kid.into())));

    let claims = good_claims().to_string();
    let good = good();
    let (header, rest) = good.split_once('.').unwrap();
    let signature = rest.split_once('.').unwrap().1;
    let mut raised = good_claims();
    raised["sub"] = "01980000-0000-7000-8000-000000000001".into();
    let raised = encoded(&raised.to_string());
    let renamed = encoded(r#"{"typ":"JWT","kid":"ed","alg":"EdDSA"}"#);
    let stranger = SIGNERS.stranger.sign(&SIGNERS.ed.header(), &claims);
    let bad_signature = [
        ("another's key under our name", stranger),
        ("tampered claims", format!("{header}.{raised}.{signature}")),
        ("a rewritten header", format!("{renamed}.{rest}")),
    ];
    [
        rows("unknown_key", unknown),
        rows("bad_signature", bad_signature),
    ]
    .concat()
}

fn of_bent_claims() -> Vec<Row> {
    let whole = good_claims().to_string();
    let open = &whole[..whole.len() - 1];
    let mut bent = Vec::new();
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] {
        let value = &good_claims()[name];
        let mut fewer = good_claims();
        fewer.as_object_mut().unwrap().remove(name);
        bent.push((format!("no {name}"), with_claims(&fewer.to_string())));
        let twice = format!(r#"{open},"{name}":{value}}}"#);
        bent.push((format!("{name} twice"), with_claims(&twice)));
        let types = [
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!([value]),
        ];
        bent.extend(types.map(|other| (format!("{name} {other}"), with_claim(name, other))));
    }
    for name in ["exp", "nbf", "iat"] {
        let numbers = [
            json!("1780000900"),
            json!(1_780_000_900.5),
            json!(1e300),
            json!(u64::MAX),
        ];
        bent.extend(numbers.map(|other| (format!("{name} {other}"), with_claim(name, other))));
    }
    let values = [
        ("sub", json!("")),
        ("sub", json!("admin")),
        ("sub", json!(1)),
        ("sub", json!("../../etc/passwd")),
        ("iss", json!(1)),
        ("aud", json!(1)),
        ("aud", json!(["evil", "minglu"])),
        ("jti", json!(1)),
        ("jti", json!("")),
        ("jti", json!("j".repeat(129))),
        ("exp", json!(i64::MAX)),
    ];
    bent.extend(values.map(|(name, other)| (format!("{name} {other}"), with_claim(name, other))));
    let texts = ["", "null", "[]", "\"\"", "{", "{}{}", "\0", "{\"exp\":"];
    bent.extend(texts.map(|text| (format!("claims {text:?}"), with_claims(text))));
    rows("bad_claims", bent)
}

fn of_wrong_claims() -> Vec<Row> {
    let now = now().timestamp();
    let issuers = [
        "",
        "https://evil.example",
        "https://login.example/minglu/",
        "HTTPS://LOGIN.EXAMPLE/MINGLU",
        "https://login.example/minglu\0",
    ];
    let audiences = ["", "Minglu", "minglu ", "minglu2", "ming", "*"];
    let over = [now - 31, now - 30, 0, -1, -1_000_000_000];
    let long = [("exp", now + 31_536_000), ("iat", 0), ("iat", i64::MIN)];
    let early = [now + 31, i64::MAX].into_iter();
    let early = early.flat_map(|start| [("nbf", start), ("iat", start)]);
    let number = |(name, value): (&'static str, i64)| {
        (format!("{name} {value}"), with_claim(name, value.into()))
    };
    [
        rows(
            "wrong_issuer",
            issuers.map(|iss| (iss, with_claim("iss", iss.into()))),
        ),
        rows(
            "wrong_audience",
            audiences.map(|aud| (aud, with_claim("aud", aud.into()))),
        ),
        rows("expired", over.map(|exp| number(("exp", exp)))),
        rows("not_yet_valid", early.map(number)),
        rows("lives_too_long", long.map(number)),
    ]
    .concat()
}

#[tokio::test]
async fn every_forged_token_is_refused_for_its_own_reason() {
    let reader = reader();
    assert!(reader.read(&good(), now()).await.is_ok());
    let rows = [
        misshapen(),
        of_no_algorithm(),
        of_public_bytes_as_secrets(),
        of_other_algorithms(),
        of_bent_headers(),
        of_other_keys(),
        of_bent_claims(),
        of_wrong_claims(),
    ]
    .concat();
    assert!(rows.len() > 150, "{}", rows.len());
    let mut wrong = Vec::new();
    for (name, token, word) in rows {
        let answer = reader
            .read(&token, now())
            .await
            .map_err(|refusal| refusal.word());
        if answer != Err(word) {
            wrong.push(format!("{name}: {answer:?} instead of {word}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_refusal_quotes_the_token() {
    let token = with_claim("iss", "canary-110101199003071234".into());
    let refusal = reader().read(&token, now()).await.unwrap_err();
    assert!(!format!("{refusal} {refusal:?}").contains("110101199003071234"));
}

#[test]
fn no_single_changed_character_passes_and_no_text_panics() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let (reader, good) = (reader(), good());
    proptest!(|(at in 0..good.len(), to in any::<u8>(), text in ".{0,200}", parts in "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}")| {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = to & 0x7f;
        let changed = String::from_utf8(bytes).unwrap();
        if changed != good {
            prop_assert!(runtime.block_on(reader.read(&changed, now())).is_err());
        }
        prop_assert!(runtime.block_on(reader.read(&text, now())).is_err());
        prop_assert!(runtime.block_on(reader.read(&parts, now())).is_err());
    });
}
