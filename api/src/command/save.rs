//! A submission's files as files of a folder: fetched through the registry, which records the download, checked against
//! the SHA-256 on record, and never written over another file.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use entity::document::Model;
use entity::id::SubmissionId;
use futures_util::TryStreamExt as _;

use super::failure::Failure;
use crate::app::App;
use crate::auth::Caller;
use crate::files::FileFault;
use crate::registry::document;
use crate::words::{Words, told_of};

const FILE_STORE: Words = Words::fixed("文件库", "file store");

/// Saves every file of a submission and names where each was put.
pub(super) async fn files(
    app: &App,
    caller: &Caller,
    id: SubmissionId,
    folder: &Path,
) -> Result<Vec<PathBuf>, Failure> {
    std::fs::create_dir_all(folder).map_err(|fault| unwritable(folder, &fault))?;
    let mut listed = document::of_submissions(app, &[id]).await?;
    let mut saved = Vec::new();
    for file in listed.remove(&id).unwrap_or_default() {
        let download = document::for_download(app, caller, (file.id, None)).await?;
        let download =
            download.ok_or_else(|| Failure::said("有文件无权查看", "a file is not in sight"))?;
        saved.push(save(app, &download.file, folder).await?);
    }
    Ok(saved)
}

async fn save(app: &App, file: &Model, folder: &Path) -> Result<PathBuf, Failure> {
    let name = Path::new(&file.name)
        .file_name()
        .unwrap_or(file.name.as_ref());
    let path = folder.join(name);
    to(app, file, &path).await?;
    Ok(path)
}

/// Saves a file under a path that is still free.
pub(super) async fn to(app: &App, file: &Model, path: &Path) -> Result<(), Failure> {
    let parent = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    let length = u64::try_from(file.bytes).unwrap_or(0);
    let unreadable = |fault: FileFault| Failure::Said(told_of(&FILE_STORE, &fault));
    let mut digest = Context::new(&SHA256);
    // Beside its place, private, and gone again if anything fails before it is whole.
    let mut part =
        tempfile::NamedTempFile::new_in(folder).map_err(|fault| unwritable(path, &fault))?;
    let mut bytes = std::pin::pin!(
        app.files
            .open(file.id.0, length)
            .await
            .map_err(unreadable)?
    );
    while let Some(chunk) = bytes.try_next().await.map_err(unreadable)? {
        digest.update(&chunk);
        part.write_all(&chunk)
            .map_err(|fault| unwritable(path, &fault))?;
    }
    let sum = digest.finish();
    if hex(sum.as_ref()) != file.sha256 {
        let name = &file.name;
        return Err(Failure::said(
            format!("{name} 与记录的 SHA-256 不符，未保存"),
            format!("{name} does not have the SHA-256 on record and was not saved"),
        ));
    }
    part.as_file()
        .sync_all()
        .map_err(|fault| unwritable(path, &fault))?;
    part.persist_noclobber(path)
        .map_err(|fault| unwritable(path, &fault.error))?;
    Ok(())
}

fn unwritable(path: &Path, fault: &std::io::Error) -> Failure {
    let path = path.display();
    let what = Words::new(
        format!("{path} 写不了"),
        format!("{path} cannot be written"),
    );
    Failure::Said(told_of(&what, fault))
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
