//! `minglu keys status`: the keys of the file, what stands in the database under each, the processes at work, and how far a
//! rotation has come.

use std::fmt::Write as _;

use entity::key_check;
use entity::reseal::Model as Progress;
use rules::label::Lang;

use super::path_and_readers;
use crate::clock::in_shanghai;
use crate::command::failure::Failure;
use crate::command::house::Globals;
use crate::command::output;
use crate::registry::rotation::status::{Status, status};
use crate::vault::keys::{Key, Ring};
use crate::vault::{KeyUse, Keys, Rotated};
use crate::words::Told as _;

pub(super) async fn run(globals: &Globals) -> Result<(), Failure> {
    let (path, readers) = path_and_readers(globals)?;
    let keys = Keys::load(&path, readers).map_err(|fault| Failure::told(&fault))?;
    let app = globals.look().await?;
    let status = status(&app).await?;
    output::print(&text(&keys, &status, globals.lang))
}

fn text(keys: &Keys, status: &Status, lang: Lang) -> String {
    let head = match lang {
        Lang::Zh => ["密钥环", "密钥", "算法", "生成日期", "状态", "封存数量"],
        Lang::En => [
            "ring",
            "key",
            "algorithm",
            "made on",
            "state",
            "things sealed",
        ],
    };
    let mut rows = vec![head.map(str::to_owned)];
    for (purpose, ring) in keys.rings() {
        let mut all: Vec<_> = ring.keys.iter().collect();
        all.sort_unstable_by_key(|key| key.id);
        rows.extend(
            all.into_iter()
                .map(|key| row(purpose, (ring, key), status, lang)),
        );
    }
    let mut text = lines(output::columns(&rows));
    text += &sealed(status, lang);
    for ring in Rotated::ALL {
        text += &progress(ring, status, lang);
    }
    for (ring, fault) in &status.waits {
        let why = fault.told();
        let (name, why) = (ring.name(), why.say(lang));
        let _ = match lang {
            Lang::Zh => writeln!(text, "\n{name} 的后台处理在等待：{why}"),
            Lang::En => writeln!(text, "\nThe work on {name} waits: {why}"),
        };
    }
    let many = status.holders.len();
    let _ = match lang {
        Lang::Zh => writeln!(text, "\n运行中的进程：{many}"),
        Lang::En => writeln!(text, "\nprocesses at work: {many}"),
    };
    text
}

fn row(purpose: KeyUse, (ring, key): (&Ring, &Key), status: &Status, lang: Lang) -> [String; 6] {
    let things = (purpose == KeyUse::Seal).then(|| {
        let under = status
            .sealed
            .iter()
            .filter_map(|(_, keys)| keys.get(&key.id));
        under.sum::<u64>().to_string()
    });
    [
        purpose.name().to_owned(),
        key.id.to_string(),
        key.algorithm.name().to_owned(),
        in_shanghai(key.made_at).date().to_string(),
        state(purpose, (ring, key.id), status, lang).to_owned(),
        things.unwrap_or_default(),
    ]
}

fn state(purpose: KeyUse, (ring, id): (&Ring, u32), status: &Status, lang: Lang) -> &'static str {
    let retired = |row: &key_check::Model| {
        row.purpose == purpose.name() && row.key_id == i64::from(id) && row.retired_at.is_some()
    };
    if ring.active == id {
        lang.pick("启用", "active")
    } else if status.checks.iter().any(retired) {
        lang.pick("已停用，可从文件中删去", "retired, still in the file")
    } else if id > ring.active {
        lang.pick("尚未启用", "not active yet")
    } else if purpose == KeyUse::Index {
        lang.pick("仍写入", "still written")
    } else if purpose == KeyUse::Record {
        lang.pick("仍公布，供验证", "still published, verifies")
    } else {
        lang.pick("仍可打开", "still opens")
    }
}

/// What is under which key, where there is more than one.
fn sealed(status: &Status, lang: Lang) -> String {
    let several = |(_, keys): &&(&str, std::collections::BTreeMap<u32, u64>)| !keys.is_empty();
    let rows = status.sealed.iter().filter(several).map(|(shelf, keys)| {
        let under = |(key, things): (&u32, &u64)| match lang {
            Lang::Zh => format!("{key} 号 {things}"),
            Lang::En => format!("key {key}: {things}"),
        };
        let under: Vec<_> = keys.iter().map(under).collect();
        [format!("  {shelf}"), under.join(lang.pick("，", ", "))]
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return String::new();
    }
    let head = lang.pick("\n各类数据由哪把密钥封存：\n", "\nsealed under each key:\n");
    format!("{head}{}", lines(output::columns(&rows)))
}

/// How far the newest work on a ring has come.
fn progress(ring: Rotated, status: &Status, lang: Lang) -> String {
    let of_ring = || status.progress.iter().filter(|row| row.ring == ring.name());
    let Some(key) = of_ring().map(|row| row.key_id).max() else {
        return String::new();
    };
    let rows: Vec<_> = of_ring().filter(|row| row.key_id == key).collect();
    let complete = rows.iter().all(|row| row.done_at.is_some());
    let name = ring.name();
    let head = match (lang, complete) {
        (Lang::Zh, true) => format!("\n{name} 改用 {key} 号密钥：已完成\n"),
        (Lang::Zh, false) => format!("\n{name} 改用 {key} 号密钥：进行中\n"),
        (Lang::En, true) => format!("\n{name} to key {key}: complete\n"),
        (Lang::En, false) => format!("\n{name} to key {key}: under way\n"),
    };
    let rows: Vec<_> = rows.into_iter().map(|row| one(row, lang)).collect();
    format!("{head}{}", lines(output::columns(&rows)))
}

fn one(row: &Progress, lang: Lang) -> [String; 3] {
    let Progress {
        seen,
        sealed,
        damaged,
        ..
    } = row;
    let said = match lang {
        Lang::Zh => format!("看过 {seen}，改写 {sealed}，打不开 {damaged}"),
        Lang::En => format!("looked at {seen}, written {sealed}, damaged {damaged}"),
    };
    let done = if row.done_at.is_some() {
        lang.pick("完成", "done")
    } else {
        lang.pick("未完", "not done")
    };
    [format!("  {}", row.shelf), done.to_owned(), said]
}

fn lines(lines: Vec<String>) -> String {
    lines.into_iter().map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::rotated;
    use super::*;
    use crate::clock::{Clock as _, Entropy, SystemClock};
    use crate::vault::Suite;

    #[test]
    fn both_languages_tell_keys_counts_and_progress() {
        let entropy = Entropy::system();
        let random = |buffer: &mut [u8]| entropy.fill(buffer);
        let now = SystemClock.now();
        let mut keys = Keys::generate(Suite::Aes, &random, now, false);
        keys.add(KeyUse::Seal, Some(Suite::Gm), &random, now)
            .unwrap();
        let progress = Progress {
            ring: "seal".to_owned(),
            key_id: 2,
            shelf: "party.number".to_owned(),
            after: None,
            seen: 200,
            sealed: 199,
            damaged: 1,
            begun_at: now,
            done_at: None,
            lease_by: None,
            lease_until: None,
            attempts: 1,
        };
        let status = Status {
            checks: Vec::new(),
            holders: Vec::new(),
            progress: vec![progress],
            sealed: vec![("party.number", BTreeMap::from([(1, 41), (2, 1)]))],
            waits: Vec::new(),
        };
        let zh = text(&keys, &status, Lang::Zh);
        for part in [
            "SM4-GCM",
            "尚未启用",
            "1 号 41，2 号 1",
            "看过 200，改写 199，打不开 1",
            "进行中",
        ] {
            assert!(zh.contains(part), "{part}\n{zh}");
        }
        let en = text(&keys, &status, Lang::En);
        for part in [
            "AES-256-GCM",
            "not active yet",
            "key 1: 41, key 2: 1",
            "under way",
        ] {
            assert!(en.contains(part), "{part}\n{en}");
        }
        assert_eq!(rotated(KeyUse::Fingerprint), None);
    }
}
