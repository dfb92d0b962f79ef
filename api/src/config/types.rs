//! The settings as the rest of the house reads them: typed, and named as in the file. An empty text
//! where a setting is optional means that it is not set.

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use entity::kind::FailedTraining;
use ipnet::IpNet;
use jsonwebtoken::Algorithm;
use serde::{Deserialize, Deserializer};
use tracing::level_filters::LevelFilter;

use super::cron::Cron;
use super::error::{Fault, Source};
use super::secret::{DatabaseUrl, Secret};
use super::show::InForce;
use crate::vault::Suite;
use crate::words::Words;

/// Everything that can be set; see docs/settings.md for each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub server: Server,
    pub limits: Limits,
    pub database: Database,
    pub files: Files,
    pub crypto: Crypto,
    pub auth: Auth,
    pub law: Law,
    pub address: Address,
    pub registration: Registration,
    pub live: Live,
    pub submission: Submission,
    pub schedule: Schedule,
    pub retention: Retention,
    pub subject: Subject,
    pub disposition: Disposition,
    pub import: Import,
    pub blacklist: Blacklist,
    pub screening: Screening,
    pub audit: Audit,
    pub jobs: Jobs,
    pub graphql: Graphql,
    pub log: Log,
    /// Every value with its source, for `minglu config check`.
    #[serde(skip)]
    pub(super) in_force: Vec<InForce>,
}

impl Settings {
    /// A fault of a setting, with where its value came from.
    pub(crate) fn fault(&self, key: &str, what: Words, usable: Words) -> Fault {
        let mut values = self.in_force.iter();
        let found = values.find(|value| value.setting.key == key);
        let source = found.map_or(Source::Default, |value| value.source.clone());
        Fault::new(key, source, what, usable)
    }

    /// The files that secrets were read from, with the setting of each: its own file, or that of all settings.
    pub(crate) fn secret_files(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        self.in_force
            .iter()
            .filter(|value| value.is_secret())
            .filter_map(|value| match &value.source {
                Source::SecretFile(path, _) | Source::File(path, _) => {
                    Some((value.setting.key, path.as_path()))
                }
                _ => None,
            })
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    #[serde(deserialize_with = "parsed")]
    pub address: SocketAddr,
    #[serde(deserialize_with = "unless_empty")]
    pub public_url: Option<String>,
    pub production: bool,
    #[serde(deserialize_with = "each_parsed")]
    pub trusted_proxies: Vec<IpNet>,
    pub shutdown_grace_seconds: u64,
    pub request_timeout_seconds: u64,
}

impl Server {
    /// Whether clients come by HTTPS, which whatever stands in front ends.
    #[must_use]
    pub fn is_https(&self) -> bool {
        let url = self.public_url.as_ref();
        url.is_some_and(|url| url.starts_with("https://"))
    }

    /// The address that links begin with, without a slash at the end: the public one, else where we listen.
    #[must_use]
    pub fn base_url(&self, listening: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{listening}"),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub body_bytes: usize,
    pub discard_bytes: usize,
    pub upload_bytes: u64,
    pub batch_operations: usize,
    pub json_values: usize,
    pub document_bytes: usize,
    pub tokens: usize,
    pub expanded_fields: usize,
    pub depth: usize,
    pub complexity: usize,
    pub aliases: usize,
    pub directives: usize,
    pub page_size: usize,
    pub items: usize,
    pub reveal_items: usize,
    pub reveals_per_hour: u64,
    pub link_seconds: u32,
    pub idempotency_hours: u32,
    pub unused_file_hours: u32,
    pub requests_per_minute: u32,
    pub cost_per_minute: u32,
    pub anonymous_per_minute: u32,
    pub headers: usize,
    pub head_bytes: usize,
    pub head_seconds: u64,
    pub idle_seconds: u64,
    pub stall_seconds: u64,
    pub least_bytes_per_second: u64,
    pub connections: usize,
    pub connections_per_address: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    #[serde(deserialize_with = "parsed")]
    pub url: DatabaseUrl,
    #[serde(deserialize_with = "parsed_unless_empty")]
    pub migration_url: Option<DatabaseUrl>,
    pub max_connections: u32,
    pub statement_timeout_seconds: u64,
    pub busy_timeout_seconds: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    #[serde(deserialize_with = "parsed")]
    pub store: StoreLocation,
    #[serde(deserialize_with = "unless_empty")]
    pub s3_endpoint: Option<String>,
    pub s3_region: String,
    #[serde(deserialize_with = "unless_empty")]
    pub s3_access_key_id: Option<Secret>,
    #[serde(deserialize_with = "unless_empty")]
    pub s3_secret_access_key: Option<Secret>,
    pub s3_allow_http: bool,
    #[serde(deserialize_with = "unless_empty")]
    pub temp_dir: Option<PathBuf>,
}

/// Where stored files lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreLocation {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket of an S3-compatible service; `prefix` may be empty and has no slash at either end.
    S3 { bucket: String, prefix: String },
}

impl FromStr for StoreLocation {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() {
                return Err("the bucket is missing");
            }
            return Ok(Self::S3 {
                bucket: bucket.to_owned(),
                prefix: prefix.trim_matches('/').to_owned(),
            });
        }
        let path = text.strip_prefix("file://").unwrap_or(text);
        let is_url = text.starts_with("file:");
        if path.is_empty() || path.contains("://") || (is_url && !path.starts_with('/')) {
            return Err("neither a folder nor an s3:// address");
        }
        Ok(Self::Folder(PathBuf::from(path)))
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crypto {
    pub keys_file: PathBuf,
    pub suite: Suite,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub issuer: String,
    pub audience: String,
    pub token_minutes: u32,
    pub leeway_seconds: u64,
    pub algorithms: Vec<Algorithm>,
    #[serde(deserialize_with = "parsed")]
    pub key_set: KeySet,
    pub signing_key: PathBuf,
    pub jwks_refresh_seconds: u64,
}

/// Where the public keys of tokens come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySet {
    /// A JWKS file of this machine.
    File(PathBuf),
    /// A JWKS that an identity service publishes over HTTPS.
    Url(String),
}

impl FromStr for KeySet {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("https://") {
            return Ok(Self::Url(text.to_owned()));
        }
        let path = Path::new(text);
        if text.is_empty() || text.contains("://") {
            return Err("neither a file nor an https:// address");
        }
        Ok(Self::File(path.to_owned()))
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    pub edition: String,
    pub notice_days: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// In hundredths.
    pub confidence: u8,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    pub room_profiles: usize,
    pub ended_presenters: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    pub report_minutes: u32,
    pub report_ahead_hours: u32,
    pub ahead_minutes: u32,
    pub valid_minutes: u32,
    pub streamers: usize,
    #[serde(deserialize_with = "failed_training")]
    pub failed_training: FailedTraining,
}

/// A policy as settings write it.
fn failed_training<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FailedTraining, D::Error> {
    let text = String::deserialize(deserializer)?.to_uppercase();
    text.parse().map_err(serde::de::Error::custom)
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    pub sheet_rows: u32,
    pub lease_seconds: u32,
    pub batch_rows: u32,
    pub poll_seconds: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    #[serde(deserialize_with = "parsed_unless_empty")]
    pub prepare: Option<Cron>,
    #[serde(deserialize_with = "parsed_unless_empty")]
    pub retention: Option<Cron>,
}

/// How many years things are kept.
#[expect(clippy::struct_field_names, reason = "a setting's name tells its unit")]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub registration_years: u32,
    pub check_years: u32,
    pub submission_years: u32,
    pub import_years: u32,
    pub objection_years: u32,
    pub live_years: u32,
    pub blacklist_years: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// In working days.
    pub answer_days: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    /// In working days; 0 is no practice.
    pub report_days: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    pub line_bytes: usize,
    pub chunk_lines: usize,
    pub connections: usize,
    pub lease_seconds: u32,
    pub atomic_rows: u64,
    pub poll_seconds: u64,
    /// Of an archive.
    pub entries: u64,
    pub unpacked_bytes: u64,
    pub ratio: u64,
    pub sheets: u64,
    pub rows: u64,
    pub columns: u32,
    pub cells: u64,
    pub merges: u64,
    /// That reads survey files; empty is this one.
    pub program: String,
    pub child_memory_bytes: u64,
    pub dense_memory_bytes: u64,
    pub child_seconds: u64,
    pub output_bytes: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blacklist {
    /// Of one name.
    pub candidates: u64,
    pub elsewhere: Elsewhere,
    /// After an account left somebody listed.
    pub evasion_days: u32,
    pub poll_seconds: u64,
}

/// What becomes of a registration whose party another platform's shared list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Elsewhere {
    Warn,
    Refuse,
    Ignore,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screening {
    pub rows: usize,
    pub bytes: u64,
    pub unpacked_bytes: u64,
    pub lease_seconds: u32,
    pub poll_seconds: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    pub seal_seconds: u64,
    pub keep_years: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    pub enabled: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Graphql {
    pub introspection: bool,
    pub graphiql: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    #[serde(deserialize_with = "parsed")]
    pub level: LevelFilter,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Json,
    Text,
}

/// Reads a value through its `FromStr`, the same door that the table's forms are judged by.
fn parsed<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// The same of each text of a list.
fn each_parsed<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    let texts = Vec::<String>::deserialize(deserializer)?;
    let parsed = texts.iter().map(|text| text.parse());
    parsed
        .collect::<Result<_, _>>()
        .map_err(serde::de::Error::custom)
}

/// The same, and an empty text as a setting that is not set.
fn parsed_unless_empty<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

/// Reads an empty text as a setting that is not set.
fn unless_empty<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<String>,
{
    let text = String::deserialize(deserializer)?;
    Ok((!text.is_empty()).then(|| text.into()))
}
