//! Where files go, and what was built in: the file store, the temporary folder, the page for trying the interface.

use std::io::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures_util::TryStreamExt as _;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::Health;
use crate::config::Settings;
use crate::files::{FileFault, FileStore};
use crate::vault::Vault;
use crate::words::{Told as _, Words, told_of};
use crate::{http, start};

/// What is written to the store, read back and taken away.
const PROBE: &[u8] = "名录 doctor".as_bytes();

/// Writes, reads and deletes a sealed file.
pub(super) async fn store(settings: &Settings, vault: Option<&Arc<Vault>>, id: Uuid) -> Health {
    let Some(vault) = vault else {
        return Health::Unknown;
    };
    let store = match start::files(settings, vault) {
        Ok(store) => store,
        Err(fault) => return Health::Broken(fault.told()),
    };
    let answer = probe(&store, id).await;
    let removed = store.delete(id).await;
    match answer.and_then(|same| removed.map(|()| same)) {
        Ok(true) => Health::Fine(Words::fixed("写、读、删均可", "writes, reads and deletes")),
        Ok(false) => Health::Broken(Words::fixed(
            "读出的与写入的不同，请更换存储",
            "gives back other bytes than it took: use another store",
        )),
        Err(fault) => {
            let what = Words::fixed(
                "用不了，请检查 files.* 的地址与权限",
                "cannot be used, see files.* for address and rights",
            );
            Health::Broken(told_of(&what, &fault))
        }
    }
}

async fn probe(store: &FileStore, id: Uuid) -> Result<bool, FileFault> {
    let stored = store.put(id, PROBE, PROBE.len() as u64).await?;
    let read: Vec<_> = store.open(id, stored.bytes).await?.try_collect().await?;
    Ok(read.concat() == PROBE)
}

/// Writes a temporary file.
pub(super) fn temporary(settings: &Settings) -> Result<Words, Words> {
    let folder = settings
        .files
        .temp_dir
        .clone()
        .unwrap_or_else(std::env::temp_dir);
    let written = tempfile::tempfile_in(&folder).and_then(|mut file| file.write_all(PROBE));
    let folder = folder.display();
    match written {
        Ok(()) => Ok(Words::same(folder.to_string())),
        Err(fault) => {
            let what = Words::new(
                format!("{folder} 写不进去，请设置 files.temp_dir"),
                format!("{folder} cannot be written, set files.temp_dir"),
            );
            Err(told_of(&what, &fault))
        }
    }
}

/// Whether the page was there when the program was built.
pub(super) async fn graphiql(settings: &Settings) -> Health {
    if !settings.graphql.graphiql {
        return Health::Fine(Words::fixed("未启用", "not served"));
    }
    let page = Request::get("/graphiql/index.html").body(Body::empty());
    let bundled = match page {
        Ok(page) => http::graphiql()
            .oneshot(page)
            .await
            .is_ok_and(|answer| answer.status() == StatusCode::OK),
        Err(_) => false,
    };
    if bundled {
        return Health::Fine(Words::fixed("已打包", "bundled"));
    }
    Health::Advised(Words::fixed(
        "未打包，请安装 Node.js 后运行 make graphiql 再构建",
        "not bundled: install Node.js, run `make graphiql`, build again",
    ))
}
