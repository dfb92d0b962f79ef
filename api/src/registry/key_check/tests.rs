//! Starting again: with the same keys, with others, and with a key taken away.

use entity::key_check;
use sea_orm::PaginatorTrait as _;

use crate::registry::test_house::TestHouse;
use crate::words::Told as _;

#[tokio::test]
async fn the_first_start_keeps_the_checks_and_the_same_keys_start_again() {
    let house = TestHouse::empty().await;
    assert_eq!(key_check::all().count(&house.app.db).await.unwrap(), 3);
    house.start_again().await.unwrap();
    assert_eq!(key_check::all().count(&house.app.db).await.unwrap(), 3);
}

#[tokio::test]
async fn other_keys_stop_the_start_with_a_sentence() {
    let house = TestHouse::empty().await;
    let other = TestHouse::empty().await;
    let keys = "vault-keys.json";
    std::fs::copy(
        other.folder.path().join(keys),
        house.folder.path().join(keys),
    )
    .unwrap();
    let fault = house.start_again().await.err().unwrap();
    assert!(
        fault.zh().contains("不是数据库用过的那一把"),
        "{}",
        fault.zh()
    );
    let english = "not the one that the database was written with";
    assert!(fault.to_string().contains(english), "{fault}");
}

#[tokio::test]
async fn a_lost_keys_file_stops_the_start_and_is_not_made_anew() {
    let house = TestHouse::empty().await;
    let path = house.folder.path().join("vault-keys.json");
    std::fs::remove_file(&path).unwrap();
    let fault = house.start_again().await.err().unwrap();
    assert!(fault.zh().contains("请把备份放回此处"), "{}", fault.zh());
    assert!(fault.to_string().contains("put its backup back"), "{fault}");
    assert!(!path.exists(), "new keys would be taken for the lost ones");
}

#[tokio::test]
async fn a_lost_key_stops_the_start_with_a_sentence() {
    let house = TestHouse::empty().await;
    let path = house.folder.path().join("vault-keys.json");
    let mut keys: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    keys["index"]["active"] = 2.into();
    keys["index"]["keys"][0]["id"] = 2.into();
    std::fs::write(&path, keys.to_string()).unwrap();
    let fault = house.start_again().await.err().unwrap().zh();
    assert!(
        fault.contains("index") && fault.contains("密钥文件里没有"),
        "{fault}"
    );
}
