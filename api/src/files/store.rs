//! Which object store the settings name, and the sweep of what unfinished uploads leave in a local folder.
//! Nothing here reads or writes a file's content.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;

use super::{FOLDER, FileFault, FileStore};
use crate::vault::Vault;
use crate::words::Told;

/// Why the settings give no file store; each message is one sentence for whoever runs the registry.
#[derive(Debug, thiserror::Error)]
pub enum SettingsFault {
    #[error("the file store must be a folder or s3://bucket/prefix")]
    Address,
    #[error("the file store has no option {0}")]
    Option(String),
    #[error("the file store's folder {path} cannot be made or entered")]
    Folder {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the file store cannot be opened")]
    Store(#[from] object_store::Error),
}

impl Told for SettingsFault {
    fn zh(&self) -> String {
        match self {
            Self::Address => "文件库地址应是本机目录或 s3://桶/前缀".to_owned(),
            Self::Option(name) => format!("文件库没有 {name} 这个选项"),
            Self::Folder { path, .. } => format!("文件库目录 {} 建不了或进不去", path.display()),
            Self::Store(_) => "文件库打不开".to_owned(),
        }
    }
}

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Unfinished uploads.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl FileStore {
    /// Opens the store at an address: a folder (a path or `file://` and an absolute path), which is made if need
    /// be, or `s3://bucket/prefix` with the options of an S3 client (`endpoint`, `region`, `access_key_id`,
    /// `secret_access_key`, `virtual_hosted_style_request`, `allow_http` …; an unknown one is refused).
    pub fn from_settings(
        address: &str,
        options: &BTreeMap<String, String>,
        vault: Arc<Vault>,
    ) -> Result<Self, SettingsFault> {
        match address.split_once("://") {
            Some(("s3", place)) => Self::s3(place, options, vault),
            Some(("file", path)) if path.starts_with('/') => Self::folder(path, options, vault),
            None if !address.is_empty() => Self::folder(address, options, vault),
            _ => Err(SettingsFault::Address),
        }
    }

    fn s3(
        place: &str,
        options: &BTreeMap<String, String>,
        vault: Arc<Vault>,
    ) -> Result<Self, SettingsFault> {
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if bucket.is_empty() {
            return Err(SettingsFault::Address);
        }
        let mut builder = AmazonS3Builder::new().with_bucket_name(bucket);
        for (name, value) in options {
            let key: AmazonS3ConfigKey = name
                .parse()
                .map_err(|_| SettingsFault::Option(name.clone()))?;
            builder = builder.with_config(key, value);
        }
        let store = PrefixStore::new(builder.build()?, prefix);
        Ok(Self {
            store: Arc::new(store),
            local: None,
            vault,
        })
    }

    fn folder(
        path: &str,
        options: &BTreeMap<String, String>,
        vault: Arc<Vault>,
    ) -> Result<Self, SettingsFault> {
        if let Some(name) = options.keys().next() {
            return Err(SettingsFault::Option(name.clone()));
        }
        make_folder(Path::new(path)).map_err(|source| SettingsFault::Folder {
            path: path.into(),
            source,
        })?;
        // Without fsync a power cut could keep the record of a filing and lose its workbook.
        let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
            local: Some(Path::new(path).into()),
            vault,
        })
    }

    /// Removes unfinished uploads last written before a moment; needed in a local folder only.
    /// The moment must lie before the oldest upload that may still be running.
    pub async fn sweep_unfinished(&self, moment: DateTime<Utc>) -> Result<Swept, FileFault> {
        let Some(root) = &self.local else {
            return Ok(Swept::default());
        };
        let folder = root.join(FOLDER);
        let swept = tokio::task::spawn_blocking(move || sweep(&folder, moment)).await;
        swept
            .map_err(io::Error::other)
            .flatten()
            .map_err(|fault| FileFault::Store(fault.into()))
    }
}

fn sweep(folder: &Path, moment: DateTime<Utc>) -> io::Result<Swept> {
    let mut swept = Swept::default();
    let entries = match std::fs::read_dir(folder) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(swept),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        // object_store names an unfinished upload `<name>#<number>`.
        if !entry.file_name().to_string_lossy().contains('#') {
            continue;
        }
        let meta = match entry.metadata() {
            // The upload was finished or given up since the folder was read.
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => continue,
            meta => meta?,
        };
        if DateTime::<Utc>::from(meta.modified()?) < moment {
            std::fs::remove_file(entry.path())?;
            swept.files += 1;
            swept.bytes += meta.len();
        }
    }
    Ok(swept)
}

#[cfg(unix)]
fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

#[cfg(not(unix))]
fn make_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}
