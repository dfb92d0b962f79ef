//! Why keys cannot be used, made or taken away: one sentence each, in both languages, for whoever runs the registry. No
//! message repeats a byte of a secret.

use std::io;
use std::path::PathBuf;

use super::keys::FORM;
use crate::words::Told;

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysFault {
    #[error("there is no key file at {path}: `minglu keys new` makes one")]
    Absent { path: PathBuf },
    #[error("others can read the key file {path} (mode {mode:03o}): chmod 600 {path}")]
    OthersCanRead { path: PathBuf, mode: u32 },
    #[error("the key file {path} cannot be read")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("the key file {path} exists and is never overwritten")]
    Exists { path: PathBuf },
    #[error("the key file {path} cannot be written")]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("this is not a keys file from line {line}, column {column} on")]
    NotKeys { line: usize, column: usize },
    #[error("the keys file has version {0}; this program knows {FORM}")]
    OtherForm(u32),
    #[error("key {id} of the ring {ring} is for another algorithm")]
    OtherAlgorithm { ring: &'static str, id: u32 },
    #[error(
        "the active key {id} of the ring {ring} is not of the suite {suite}: set crypto.suite to the suite of the keys file, or \
         give a new registry keys of its own"
    )]
    OtherSuite {
        ring: &'static str,
        id: u32,
        suite: &'static str,
    },
    #[error("two keys of the ring {ring} have the id {id}")]
    SameId { ring: &'static str, id: u32 },
    #[error("key {id} of the ring {ring} repeats another one")]
    SameSecret { ring: &'static str, id: u32 },
    #[error("the active key {id} is not in its ring {ring}")]
    NoActive { ring: &'static str, id: u32 },
    #[error("the database was written with key {id} of the ring {ring}, which the key file lacks")]
    Lost { ring: String, id: u32 },
    #[error("key {id} of the ring {ring} is not the one that the database was written with")]
    Wrong { ring: String, id: u32 },
    #[error("the cipher library refused a key")]
    Refused,
    #[error("two index keys would share a column: retire the old one first")]
    SameColumn,
    #[error("key {id} of the ring {ring} is there already and not active yet: activate it first")]
    NotYetActive { ring: &'static str, id: u32 },
    #[error("the ring index holds keys {old} and {id}: retire key {old} before another is made")]
    NotYetRetired { old: u32, id: u32 },
    #[error("the ring {ring} has no newer key than the active one: `minglu keys rotate` makes one")]
    NothingNewer { ring: &'static str },
    #[error(
        "the fingerprint key is not rotated: what was filed is compared by it, and under another key every registration would \
         look changed"
    )]
    FingerprintStays,
    #[error(
        "key {id} of the ring {ring} is active: only a key that another one has replaced can be retired"
    )]
    StillActive { ring: &'static str, id: u32 },
    #[error("the ring {ring} holds no key {id}")]
    NoSuchKey { ring: &'static str, id: u32 },
    #[error(
        "the key file {path} was changed meanwhile, or another command is changing it: run the command again"
    )]
    ChangedMeanwhile { path: PathBuf },
    #[error(
        "the registry has gone on to key {newer} of the ring {ring}, and this key file makes key {id} the active one: give this \
         process the same key file as the others"
    )]
    Behind { ring: String, id: u32, newer: u32 },
    #[error("key {id} of the ring {ring} is retired: nothing may be made with it")]
    Retired { ring: String, id: u32 },
    #[error(
        "a process at work since {since} does not hold key {id} of the ring {ring}: give it the new key file and restart it; one \
         that was killed counts as gone half a minute later"
    )]
    Lagging {
        ring: &'static str,
        id: u32,
        since: String,
    },
    #[error(
        "a process at work since {since} still makes what is new with key {id} of the ring {ring}: restart it with the new key \
         file; one that was killed counts as gone half a minute later"
    )]
    StillMaking {
        ring: &'static str,
        id: u32,
        since: String,
    },
    #[error(
        "not everything has an index under key {id} yet: `minglu keys status` tells how far it is; until then the key before \
         it stays active"
    )]
    NotIndexed { id: u32 },
    #[error(
        "{rows} rows do not open and have no index under key {id}: the audit names them; mend them from a backup before the key is activated"
    )]
    DamagedRows { id: u32, rows: u64 },
    #[error(
        "{things} things are still sealed under key {id}, among them {shelf}: they are sealed anew first"
    )]
    StillUsed {
        id: u32,
        things: u64,
        shelf: &'static str,
    },
}

impl Told for KeysFault {
    fn zh(&self) -> String {
        match self {
            Self::Absent { path } => {
                format!(
                    "密钥文件 {path} 不存在，minglu keys new 可以生成",
                    path = path.display()
                )
            }
            Self::OthersCanRead { path, mode } => format!(
                "其他用户可读密钥文件 {path}（权限 {mode:03o}），请运行 chmod 600 {path}",
                path = path.display()
            ),
            Self::Unreadable { path, .. } => format!("密钥文件 {} 读不出来", path.display()),
            Self::Exists { path } => format!("密钥文件 {} 已存在，绝不覆盖", path.display()),
            Self::Unwritable { path, .. } => format!("密钥文件 {} 写不进去", path.display()),
            Self::NotKeys { line, column } => {
                format!("密钥内容在第 {line} 行第 {column} 列不符合格式")
            }
            Self::OtherForm(form) => format!("密钥文件的版本是 {form}，本程序只认 {FORM}"),
            Self::OtherAlgorithm { ring, id } => format!("密钥环 {ring} 的 {id} 号密钥算法不符"),
            Self::OtherSuite { ring, id, suite } => format!(
                "密钥环 {ring} 启用的 {id} 号密钥不属于算法套件 {suite}：请把 crypto.suite 设为密钥文件所用的套件，或者为新的登记库另行生成密钥"
            ),
            Self::SameId { ring, id } => format!("密钥环 {ring} 有两把 {id} 号密钥"),
            Self::SameSecret { ring, id } => format!("密钥环 {ring} 的 {id} 号密钥与另一把相同"),
            Self::NoActive { ring, id } => format!("密钥环 {ring} 里没有启用的 {id} 号密钥"),
            Self::Lost { ring, id } => {
                format!("数据库用过密钥环 {ring} 的 {id} 号密钥，密钥文件里没有")
            }
            Self::Wrong { ring, id } => {
                format!("密钥环 {ring} 的 {id} 号密钥不是数据库用过的那一把")
            }
            Self::Refused => "密码库拒绝了密钥".to_owned(),
            _ => self.rotation_zh(),
        }
    }
}

impl KeysFault {
    /// In Chinese, what stands in the way of a rotation.
    fn rotation_zh(&self) -> String {
        match self {
            Self::SameColumn => "两把索引密钥会占用同一列，请先停用旧的一把".to_owned(),
            Self::NotYetActive { ring, id } => {
                format!("密钥环 {ring} 已有 {id} 号新密钥而尚未启用，请先启用")
            }
            Self::NotYetRetired { old, id } => {
                format!("密钥环 index 有 {old} 号和 {id} 号两把密钥，请先停用 {old} 号")
            }
            Self::NothingNewer { ring } => {
                format!("密钥环 {ring} 没有更新的密钥，minglu keys rotate 可以生成")
            }
            Self::FingerprintStays => {
                "指纹密钥不轮换：已报送的内容靠它比较，换了密钥，每条登记都会显得变更".to_owned()
            }
            Self::StillActive { ring, id } => {
                format!("密钥环 {ring} 的 {id} 号密钥正在启用，只有已被替换的密钥才能停用")
            }
            Self::NoSuchKey { ring, id } => format!("密钥环 {ring} 没有 {id} 号密钥"),
            Self::ChangedMeanwhile { path } => {
                format!(
                    "密钥文件 {} 正在或刚被别的命令修改，请重新运行",
                    path.display()
                )
            }
            Self::Behind { ring, id, newer } => format!(
                "登记库的密钥环 {ring} 已启用 {newer} 号密钥，本进程的密钥文件仍启用 {id} 号：请换上与其他进程相同的密钥文件"
            ),
            Self::Retired { ring, id } => {
                format!("密钥环 {ring} 的 {id} 号密钥已停用，不能再用它封存")
            }
            Self::Lagging { ring, id, since } => format!(
                "{since} 起运行的一个进程没有密钥环 {ring} 的 {id} 号密钥：请给它新的密钥文件并重启；被杀死的进程半分钟后视为离开"
            ),
            Self::StillMaking { ring, id, since } => format!(
                "{since} 起运行的一个进程仍在用密钥环 {ring} 的 {id} 号密钥：请用新的密钥文件重启它；被杀死的进程半分钟后视为离开"
            ),
            Self::NotIndexed { id } => format!(
                "{id} 号索引密钥的索引尚未补齐，进度见 minglu keys status；在此之前仍用前一把"
            ),
            Self::DamagedRows { id, rows } => format!(
                "有 {rows} 行打不开，没有 {id} 号密钥的索引：审计里有它们的位置，请先从备份恢复再启用"
            ),
            Self::StillUsed { id, things, shelf } => {
                format!("仍有 {things} 处由 {id} 号密钥封存（如 {shelf}），要先改用新密钥封存")
            }
            _ => self.to_string(),
        }
    }
}
