//! The national suite: its algorithms give the published answers, and everything that the vault promises holds with it too.

use aes_gcm::AesGcm;
use aes_gcm::aead::KeyInit as _;
use aes_gcm::aead::array::Array;
use chrono::TimeDelta;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sm3::{Digest as _, Sm3};
use sm4::Sm4;
use sm4::cipher::BlockCipherEncrypt as _;

use super::super::cipher::SealingKey;
use super::*;

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn gm(seed: u64) -> Vault {
    let keys = Keys::generate(Suite::Gm, &dice(seed), now(), false);
    Vault::new(&keys, dice(seed + 1000)).unwrap()
}

/// GB/T 32905-2016, appendix A: "abc", and sixteen times "abcd".
#[test]
fn sm3_answers_as_its_standard_says() {
    let abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
    let abcd = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";
    assert_eq!(hex(&Sm3::digest(b"abc")), abc);
    assert_eq!(hex(&Sm3::digest("abcd".repeat(16))), abcd);
}

/// GB/T 32907-2016, appendix A: once, and a million times.
#[test]
fn sm4_answers_as_its_standard_says() {
    let key = bytes("0123456789abcdeffedcba9876543210");
    let cipher = Sm4::new_from_slice(&key).unwrap();
    let mut block = Array::try_from(key.as_slice()).unwrap();
    cipher.encrypt_block(&mut block);
    assert_eq!(hex(&block), "681edf34d206965e86b3e94f536e4246");
    for _ in 1..1_000_000 {
        cipher.encrypt_block(&mut block);
    }
    assert_eq!(hex(&block), "595298c7c6fd271f0402f804c33d3f66");
}

/// RFC 8998, appendix A.1.
#[test]
fn sm4_gcm_answers_as_its_rfc_says() {
    let key: [u8; 16] = bytes("0123456789abcdeffedcba9876543210")
        .try_into()
        .unwrap();
    let key = SealingKey::Sm4(Box::new(AesGcm::new(&Array::from(key))));
    let nonce: [u8; 12] = bytes("00001234567800000000abcd").try_into().unwrap();
    let aad = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let words = ["aa", "bb", "cc", "dd", "ee", "ff", "ee", "aa"];
    let plain = bytes(&words.map(|word| word.repeat(8)).concat());
    let mut text = plain.clone();
    let tag = key.seal(nonce, &aad, &mut text).unwrap();
    let sealed = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735\
                  d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d";
    assert_eq!(hex(&text), sealed);
    assert_eq!(hex(&tag), "83de3541e4c2b58177e065a9bf7b62ec");
    text.extend_from_slice(&tag);
    let length = key.open(nonce, &aad, &mut text).unwrap();
    assert_eq!(&text[..length], plain);
}

/// As another implementation computes them: OpenSSL 3.0.
#[test]
fn hmac_and_hkdf_over_sm3_answer_as_elsewhere() {
    let key: Vec<u8> = (1..=32).collect();
    let mut mac = Hmac::<Sm3>::new_from_slice(&key).unwrap();
    mac.update(b"abc");
    let told = "44809d3ff5336f44071be1917887380730ae145f940a53819279801784c65e17";
    assert_eq!(hex(&mac.finalize().into_bytes()), told);
    let salt: Vec<u8> = (0..=12).collect();
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    let mut derived = [0; 16];
    Hkdf::<Sm3>::new(Some(&salt), &[0x0b; 22])
        .expand(&info, &mut derived)
        .unwrap();
    assert_eq!(hex(&derived), "c69fe91b7aaee2dd5718d72dcaee0cce");
}

#[test]
fn what_the_national_suite_seals_opens_in_its_place_only() {
    let vault = gm(1);
    let sealed: Sealed<String> = vault.seal_json(HERE, &"张三".to_owned()).unwrap();
    assert_eq!(sealed.as_bytes()[0], 2, "the format says the algorithm");
    assert_eq!(vault.open_json(HERE, &sealed).unwrap(), "张三");
    let elsewhere = [
        SealedAt {
            table: "registration",
            ..HERE
        },
        SealedAt {
            column: "name",
            ..HERE
        },
        SealedAt {
            row: Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0043),
            ..HERE
        },
        SealedAt {
            revision: 4,
            ..HERE
        },
    ];
    for place in elsewhere {
        assert_eq!(
            vault.open(place, &sealed).unwrap_err(),
            VaultFault::DoesNotOpen
        );
    }
    for at in 0..sealed.as_bytes().len() {
        let mut changed = sealed.as_bytes().to_vec();
        changed[at] ^= 1;
        assert!(
            vault
                .open(HERE, &Sealed::<String>::from_bytes(changed))
                .is_err(),
            "byte {at}"
        );
    }
    assert!(
        gm(2).open(HERE, &sealed).is_err(),
        "another registry's keys"
    );
}

#[test]
fn links_and_cursors_of_the_national_suite_come_back_unchanged_or_not_at_all() {
    let vault = gm(1);
    let link = Link {
        file: ROW,
        link: Uuid::from_u128(7),
        expires: now(),
    };
    let signature = vault.sign_link(&link);
    let before = now() - TimeDelta::seconds(1);
    assert_eq!(vault.verify_link(&link, &signature, before), Ok(()));
    let forged = gm(2).verify_link(&link, &signature, before);
    assert_eq!(forged, Err(LinkRefusal::Forged));
    let cursor = vault.seal_cursor("operators", b"here").unwrap();
    assert_eq!(vault.open_cursor("operators", &cursor).unwrap(), b"here");
    assert!(vault.open_cursor("streamers", &cursor).is_err());
    assert!(gm(2).open_cursor("operators", &cursor).is_err());
}

#[test]
fn indexes_and_fingerprints_differ_from_those_of_the_other_suite() {
    let (one, other) = (gm(1), vault(1));
    assert_eq!(
        one.index("party.number", b"1"),
        one.index("party.number", b"1")
    );
    assert_ne!(
        one.index("party.number", b"1"),
        one.index("party.phone", b"1")
    );
    assert_ne!(
        one.index("party.number", b"1"),
        other.index("party.number", b"1")
    );
    assert_ne!(one.fingerprint(1, b"x"), other.fingerprint(1, b"x"));
}

/// A registry that changes its suite keeps the old keys in their rings.
#[test]
fn one_ring_opens_what_either_suite_sealed() {
    let mut keys = Keys::generate(Suite::Aes, &dice(1), now(), false);
    let old = Vault::new(&keys, dice(2)).unwrap();
    let sealed: Sealed<String> = old.seal_json(HERE, &"旧".to_owned()).unwrap();
    let mut other = Keys::generate(Suite::Gm, &dice(3), now(), false);
    let mut key = other.seal.keys.pop().unwrap();
    key.id = 2;
    keys.seal.keys.push(key);
    keys.seal.active = 2;
    let both = Vault::new(&keys, dice(4)).unwrap();
    assert_eq!(both.open_json(HERE, &sealed).unwrap(), "旧");
    let new: Sealed<String> = both.seal_json(HERE, &"新".to_owned()).unwrap();
    assert_eq!(new.as_bytes()[..5], [2, 0, 0, 0, 2]);
    assert_eq!(both.open_json(HERE, &new).unwrap(), "新");
    let mut relabelled = new.as_bytes().to_vec();
    relabelled[0] = 1;
    let relabelled = Sealed::<String>::from_bytes(relabelled);
    assert_eq!(
        both.open(HERE, &relabelled).unwrap_err(),
        VaultFault::DoesNotOpen
    );
}

#[test]
fn a_registry_starts_with_active_keys_of_its_suite_only() {
    for suite in Suite::ALL {
        let keys = Keys::generate(suite, &dice(1), now(), false);
        let text = serde_json::to_string(&keys).unwrap();
        let keys = Keys::parse(&text).unwrap();
        for wanted in Suite::ALL {
            let fault = keys.insist_on(wanted).err().map(|fault| fault.to_string());
            assert_eq!(fault.is_none(), suite == wanted, "{fault:?}");
            assert!(
                fault.is_none_or(|fault| fault.contains("crypto.suite") && fault.contains("seal"))
            );
        }
    }
}
