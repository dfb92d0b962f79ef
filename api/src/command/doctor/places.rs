//! Where files go, and what was built in: the file store, the temporary folder, the page for trying the interface.

use std::io::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures_util::TryStreamExt as _;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::super::failure::with_causes;
use super::Health;
use crate::config::Settings;
use crate::files::{FileFault, FileStore};
use crate::vault::Vault;
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
        Err(fault) => return Health::Broken(with_causes(&fault)),
    };
    let answer = probe(&store, id).await;
    let removed = store.delete(id).await;
    match answer.and_then(|same| removed.map(|()| same)) {
        Ok(true) => Health::Fine("写、读、删均可 writes, reads and deletes".to_owned()),
        Ok(false) => Health::Broken("读出的与写入的不同，请更换存储 / gives back other bytes than it took: use another store".to_owned()),
        Err(fault) => Health::Broken(format!(
            "用不了，请检查 files.* 的地址与权限 / cannot be used, see files.* for address and rights: {}",
            with_causes(&fault)
        )),
    }
}

async fn probe(store: &FileStore, id: Uuid) -> Result<bool, FileFault> {
    let stored = store.put(id, PROBE, PROBE.len() as u64).await?;
    let read: Vec<_> = store.open(id, stored.bytes).await?.try_collect().await?;
    Ok(read.concat() == PROBE)
}

/// Writes a temporary file.
pub(super) fn temporary(settings: &Settings) -> Result<String, String> {
    let folder = settings
        .files
        .temp_dir
        .clone()
        .unwrap_or_else(std::env::temp_dir);
    let written = tempfile::tempfile_in(&folder).and_then(|mut file| file.write_all(PROBE));
    written.map(|()| folder.display().to_string()).map_err(|fault| {
        let folder = folder.display();
        format!("{folder} 写不进去，请设置 files.temp_dir / cannot be written, set files.temp_dir: {fault}")
    })
}

/// Whether the page was there when the program was built.
pub(super) async fn graphiql(settings: &Settings) -> Health {
    if !settings.graphql.graphiql {
        return Health::Fine("未启用 not served".to_owned());
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
        return Health::Fine("已打包 bundled".to_owned());
    }
    let words = "未打包，请安装 Node.js 后运行 make graphiql 再构建 / not bundled: install Node.js, run `make graphiql`, build again";
    Health::Advised(words.to_owned())
}
