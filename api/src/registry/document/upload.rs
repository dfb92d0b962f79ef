//! Uploads: bytes stream into the file store while their digest is computed; only what is whole, and what its sender
//! meant to send, gets a record.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use entity::document::{Entity, Model, Purpose};
use entity::id::FileId;
use entity::value::personal::{in_identifier, in_words};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::json;
use tokio::io::AsyncRead;

use crate::app::App;
use crate::audit::{self, Entry, Outcome};
use crate::auth::Caller;
use crate::db;
use crate::error::Error;
use crate::files::{FileFault, Stored};
use crate::gate::refused;
use crate::http::{Code, Refusal, too_slow};
use crate::registry::submission::hex;
use crate::scope::Scope;

/// The longest name and the longest media type, in characters.
const LONGEST: usize = 200;

/// A file on its way in.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The name that people see.
    pub name: String,
    /// Content type.
    pub media_type: String,
    /// `Repr-Digest` as it was sent (RFC 9530).
    pub digest: Option<String>,
}

/// Takes a file in, up to the settings' limit.
pub async fn upload(
    app: &App,
    caller: &Caller,
    upload: Upload,
    bytes: impl AsyncRead + Send + Unpin,
) -> Result<Model, Refusal> {
    caller.needs(Scope::FileUpload).map_err(refused)?;
    let name = name(&upload.name, app.today())?;
    let media_type = media_type(&upload.media_type)?;
    let meant = upload.digest.as_deref().map(sha256).transpose()?.flatten();
    let id: FileId = app.id();
    let stored = app
        .files
        .put(id.0, bytes, app.settings.limits.upload_bytes)
        .await;
    let stored = stored.map_err(not_stored)?;
    if meant.is_some_and(|meant| meant != stored.sha256) {
        discard(app, id).await;
        return Err(Refusal::new(
            Code::DigestMismatch,
            "收到的内容与 Repr-Digest 不符，请重新上传",
            "what arrived is not what Repr-Digest says: upload it again",
        ));
    }
    let row = Model {
        id,
        name,
        media_type,
        bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        sha256: hex(&stored.sha256),
        purpose: Purpose::Upload,
        client_id: Some(caller.client.id),
        platform_id: caller.platform(),
        submission_id: None,
        part: 0,
        created_at: app.now(),
        used_at: None,
        object_id: None,
        key_id: i64::from(stored.key),
    };
    match record(app, caller, (&row, &stored)).await {
        Ok(()) => Ok(row),
        // Whether it was committed is not known: if it was not, the sweep finds the object.
        Err(error) => Err(refused(error)),
    }
}

async fn record(app: &App, caller: &Caller, (row, stored): (&Model, &Stored)) -> Result<(), Error> {
    let tx = db::begin_write(&app.db, caller.reach()).await?;
    Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(&tx)
        .await?;
    let entry = Entry {
        operation: "uploadFile",
        outcome: Outcome::Done,
        subjects: vec![row.id.to_string()],
        detail: json!({ "bytes": stored.bytes, "sha256": row.sha256 }),
        party: None,
        purpose: None,
    };
    audit::record(app, &tx, caller, entry).await?;
    tx.commit().await?;
    Ok(())
}

async fn discard(app: &App, id: FileId) {
    if let Err(fault) = app.files.delete(id.0).await {
        tracing::warn!(file = %id, cause = %fault, "a refused upload stays for the sweep");
    }
}

fn not_stored(fault: FileFault) -> Refusal {
    match fault {
        FileFault::TooLong { limit } => Refusal::new(
            Code::PayloadTooLarge,
            format!("文件超过上限 {limit} 字节"),
            format!("the file is longer than {limit} bytes"),
        ),
        FileFault::Source(source) => too_slow(&source).unwrap_or_else(|| {
            bad_input(
                "文件未传完，请重新上传",
                "the file did not arrive whole: upload it again",
            )
        }),
        fault => refused(fault.into()),
    }
}

fn bad_input(zh: &'static str, en: &'static str) -> Refusal {
    Refusal::new(Code::BadUserInput, zh, en)
}

/// A name that is one, no path of any system and nobody's number: it stands in clear and is shown.
fn name(raw: &str, today: NaiveDate) -> Result<String, Refusal> {
    let name = raw.trim();
    if in_words(name, today).is_some() {
        return Err(bad_input(
            "文件名不能含有身份证件号码或者手机号码（PERSONAL_DATA_IN_TEXT），请改名后上传",
            "a file's name holds no identity number and no mobile phone's (PERSONAL_DATA_IN_TEXT): rename it",
        ));
    }
    let is_path = name.contains(['/', '\\', ':']) || name == "." || name == "..";
    let fits = (1..=LONGEST).contains(&name.chars().count());
    if fits && !is_path && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(bad_input(
        "name 应为 1 至 200 个字符的文件名，不含 / \\ : 和控制字符",
        "name is a file name of 1 to 200 characters without / \\ : or control characters",
    ))
}

fn media_type(raw: &str) -> Result<String, Refusal> {
    let media_type = raw.trim();
    let visible = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    let form = media_type
        .split_once('/')
        .is_some_and(|(kind, rest)| !kind.is_empty() && !rest.is_empty());
    let nobodys = in_identifier(media_type, NaiveDate::MAX).is_none();
    if form && nobodys && media_type.len() <= LONGEST && media_type.bytes().all(visible) {
        return Ok(media_type.to_owned());
    }
    Err(bad_input(
        "Content-Type 不是媒体类型",
        "Content-Type is no media type",
    ))
}

/// The SHA-256 of a `Repr-Digest`; none where it names other algorithms only, which RFC 9530 lets a receiver ignore.
fn sha256(header: &str) -> Result<Option<[u8; 32]>, Refusal> {
    let mut members = header
        .split(',')
        .filter_map(|member| member.trim().split_once('='));
    let Some((_, value)) = members.find(|(name, _)| *name == "sha-256") else {
        return Ok(None);
    };
    let inside = value
        .strip_prefix(':')
        .and_then(|value| value.strip_suffix(':'));
    let bytes = inside.and_then(|text| STANDARD.decode(text).ok());
    let digest = bytes.and_then(|bytes| bytes.try_into().ok());
    digest.map(Some).ok_or_else(|| {
        bad_input(
            "Repr-Digest 应写作 sha-256=:base64:",
            "Repr-Digest is written sha-256=:base64:",
        )
    })
}
