//! What stands in the database says nothing about a person to whoever reads its tables or its files.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::look::outcomes;
use crate::operator::{company, on_both, resident_id};

/// Everything personal that [`everybody`] says, and nothing that would stand in a table by chance.
const SECRETS: [&str; 18] = [
    "慕容雪晴",
    "尉迟恭敏",
    "司马青衫",
    "令狐望舒",
    "东方既白",
    "南宫问雅",
    "13655554444",
    "13655553333",
    "13655552222",
    "听雨巷77号",
    "望江楼12号",
    "E98765432",
    "补录说明甲",
    "人像比对乙",
    "完颜制作人",
    "云中数字人",
    "认证丙",
    "交易额丁档",
];

fn numbers() -> [String; 6] {
    let born = [
        "19870412", "19900203", "20091111", "20130606", "19951212", "19790817",
    ];
    let mut n = 600;
    born.map(|born| {
        n += 1;
        resident_id(born, n)
    })
}

/// A person, a minor with a guardian, an individual business, a passport; and a child who is refused.
fn everybody() -> Vec<Value> {
    let [adult, proprietor, minor, child, _, maker] = numbers();
    let address = |text: &str| json!({ "text": text, "division": "330782" });
    let natural = |number: &str, name: &str, n: u32| {
        json!({
            "identity": { "kind": "RESIDENT_ID", "number": number }, "name": name, "form": "NATURAL_PERSON",
            "phone": "13655554444", "businessAddress": address("听雨巷77号"), "domicile": address("望江楼12号"),
            "accounts": [{ "accountNumber": format!("room-{n}") }],
            "verification": { "at": "2026-11-01T08:00:00+08:00", "method": "人像比对乙" },
        })
    };
    let mut young = natural(&minor, "尉迟恭敏", 2);
    young["guardianConsent"] = json!({ "guardianName": "司马青衫", "givenOn": "2026-10-01" });
    let mut shop = company(1);
    shop["form"] = json!("INDIVIDUAL_BUSINESS");
    shop["phone"] = json!("13655553333");
    shop["proprietor"] =
        json!({ "name": "令狐望舒", "identity": { "kind": "RESIDENT_ID", "number": proprietor } });
    shop["legalRepresentative"] = json!({ "name": "东方既白" });
    shop["presenters"] = json!([{ "name": "云中数字人",
        "producer": { "name": "完颜制作人", "identity": { "kind": "RESIDENT_ID", "number": maker } } }]);
    shop["accounts"][0]["profile"] =
        json!({ "certification": "认证丙", "turnoverBand": "交易额丁档" });
    let mut foreign = natural(&adult, "南宫问雅", 4);
    foreign["identity"] =
        json!({ "kind": "PASSPORT", "number": "E98765432", "issuingCountry": "KOR" });
    foreign["birthDate"] = json!("1980-01-01");
    let refused = natural(&child, "慕容雪晴", 5);
    vec![
        natural(&adult, "慕容雪晴", 1),
        young,
        shop,
        foreign,
        refused,
    ]
}

on_both! {
    async fn nothing_of_a_person_stands_in_clear(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let input = json!({ "items": everybody(), "idempotencyKey": "once" });
        let made = platform.register_with(input).await;
        assert_eq!(outcomes(&made), "CREATED CREATED CREATED CREATED REJECTED", "{made:#}");
        let id = |index: usize| made["results"][index]["registration"]["id"].clone();
        let patch = json!({ "identity": everybody()[0]["identity"], "phone": "13655552222" });
        platform.register(vec![patch]).await;
        let proof = platform.upload("慕容雪晴").await;
        let corrected = platform.correct(json!({ "registration": id(0), "reason": "补录说明甲", "evidence": [proof],
            "to": { "kind": "RESIDENT_ID", "number": numbers()[4] } })).await;
        assert_eq!(corrected["problems"], json!([]), "{corrected:#}");
        let closed = platform.close(vec![json!({ "registration": id(1), "on": "2026-12-01", "reason": "OTHER",
            "note": "补录说明甲" })]).await;
        assert_eq!(closed["closed"], 1);
        let sought = "query ($n: String!) { party(ref: { identity: { kind: RESIDENT_ID, number: $n } }) { id } }";
        platform.data(sought, json!({ "n": numbers()[1] })).await;

        let dump = app.dump().await.to_lowercase();
        let files = app.database_files();
        assert!(dump.contains("room-1") && dump.contains("registeroperators"), "the dump holds what is plain");
        let numbers = numbers();
        for secret in SECRETS.iter().copied().chain(numbers.iter().map(String::as_str)) {
            let hex: Vec<_> = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            let unicode: Vec<_> = secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            for form in [secret.to_lowercase(), hex.concat(), unicode.concat()] {
                assert!(!dump.contains(&form), "{secret} stands in a table");
            }
            let bytes = secret.as_bytes();
            assert!(!files.windows(bytes.len()).any(|window| window == bytes), "{secret} stands in the file");
        }
        if app.url.starts_with("sqlite") {
            let plain = "room-1".as_bytes();
            assert!(files.windows(plain.len()).any(|window| window == plain), "the file was read");
        }
        for file in stored_files(&app) {
            let text = "慕容雪晴".as_bytes();
            assert!(!file.windows(text.len()).any(|window| window == text), "a stored file stands in clear");
        }
    }

    async fn a_refused_person_leaves_no_party(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let before = app.number("SELECT count(*) FROM party").await;
        let child = everybody().remove(4);
        assert_eq!(outcomes(&platform.register(vec![child]).await), "REJECTED");
        assert_eq!(app.number("SELECT count(*) FROM party").await, before);
    }
}

fn stored_files(app: &TestApp) -> Vec<Vec<u8>> {
    let mut folders = vec![app.folder.path().join("files")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the file store") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(std::fs::read(path).expect("a stored file"));
            }
        }
    }
    assert!(!files.is_empty(), "an upload was stored");
    files
}
