//! The database: reachable, new enough, at this program's version, written with these keys, in time, and with nothing
//! left lying. It is only read.

use chrono::{DateTime, TimeDelta, Utc};
use entity::submission;
use migration::{Migrator, MigratorTrait as _};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, Statement};

use super::super::failure::with_causes;
use super::super::house::sqlite_file;
use super::{Health, Report};
use crate::clock::{Clock, in_shanghai};
use crate::config::Settings;
use crate::db;
use crate::registry::key_check;
use crate::vault::Vault;

/// The oldest PostgreSQL that is supported, as it numbers itself.
const OLDEST_POSTGRES: u32 = 150_000;
/// How far two clocks may be apart before leases and tokens suffer.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(2);
/// The parts that can only be looked at in a database.
const PARTS: [&str; 4] = [
    "迁移 migrations",
    "密钥与数据 keys and data",
    "时钟 clock",
    "后台任务 background work",
];

pub(super) async fn examine(
    settings: &Settings,
    vault: Option<&Vault>,
    clock: &dyn Clock,
    report: &mut Report,
) {
    let [migrations, proof, time, work] = PARTS;
    let database = match connect(settings).await {
        Ok((database, version)) => {
            report.add("数据库 database", Ok(version));
            database
        }
        Err(fault) => {
            report.add("数据库 database", Err(fault));
            for part in PARTS {
                report.add(part, Health::Unknown);
            }
            return;
        }
    };
    let pending = Migrator::get_pending_migrations_read_only(&database).await;
    let current = pending.as_ref().is_ok_and(Vec::is_empty);
    report.add(migrations, migrated(pending.map(|pending| pending.len())));
    report.add(
        proof,
        if current {
            proved(&database, vault).await
        } else {
            Health::Unknown
        },
    );
    let now = db::now(&database).await;
    report.add(time, in_time(now.as_ref(), clock.now()));
    let waiting = match now {
        Ok(now) if current => left_lying(settings, &database, now).await.into(),
        _ => Health::Unknown,
    };
    report.add(work, waiting);
}

async fn connect(settings: &Settings) -> Result<(DatabaseConnection, String), String> {
    let url = &settings.database.url;
    if let Some(file) = sqlite_file(url).filter(|file| !file.exists()) {
        let words = "不存在，请运行 minglu migrate up / is not there: run `minglu migrate up`";
        return Err(format!("{} {words}", file.display()));
    }
    let unreachable = |fault: DbErr| {
        format!(
            "{} 连不上，请检查 database.url / cannot be used, see database.url: {}",
            url.redacted(),
            with_causes(&fault)
        )
    };
    let database = db::connect(&settings.database).await.map_err(unreachable)?;
    let version = version(&database, url.is_sqlite())
        .await
        .map_err(unreachable)??;
    Ok((database, version))
}

/// What answers, and whether it will do.
async fn version(
    database: &DatabaseConnection,
    sqlite: bool,
) -> Result<Result<String, String>, DbErr> {
    if !sqlite {
        let number = one(
            database,
            "SELECT current_setting('server_version_num') AS value",
        )
        .await?;
        let name = one(
            database,
            "SELECT current_setting('server_version') AS value",
        )
        .await?;
        let new_enough = number
            .parse()
            .is_ok_and(|number: u32| number >= OLDEST_POSTGRES);
        return Ok(if new_enough {
            Ok(format!("PostgreSQL {name}"))
        } else {
            Err(format!(
                "PostgreSQL {name} 太旧，须为 15 或更新版本 / is too old: 15 or newer is needed"
            ))
        });
    }
    let number = one(database, "SELECT sqlite_version() AS value").await?;
    let journal = one(
        database,
        "SELECT journal_mode AS value FROM pragma_journal_mode",
    )
    .await?;
    let foreign = one(
        database,
        "SELECT CAST(foreign_keys AS TEXT) AS value FROM pragma_foreign_keys",
    )
    .await?;
    Ok(match (journal.as_str(), foreign.as_str()) {
        ("wal", "1") => Ok(format!("SQLite {number}, WAL, 外键 foreign keys")),
        ("wal", _) => Err(
            "外键未启用，这个 SQLite 不能用 / foreign keys are off: this SQLite cannot serve"
                .to_owned(),
        ),
        _ => Err(format!(
            "日志模式为 {journal} 而非 WAL，请把数据库放在本机磁盘上 / the journal is {journal}, not WAL: keep the database on a local disk"
        )),
    })
}

async fn one(database: &DatabaseConnection, sql: &str) -> Result<String, DbErr> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the database's own description".to_owned()))?
        .try_get("", "value")
}

fn migrated(pending: Result<usize, DbErr>) -> Health {
    match pending {
        Ok(0) => Health::Fine("已是最新 up to date".to_owned()),
        Ok(pending) => Health::Broken(format!(
            "{pending} 个待执行，请运行 minglu migrate up / {pending} pending: run `minglu migrate up`"
        )),
        Err(fault) => Health::Broken(format!(
            "读不出来，请备份后运行 minglu migrate up / cannot be read, back up and run `minglu migrate up`: {}",
            with_causes(&fault)
        )),
    }
}

/// Whether the keys at hand are those that the data were written with; nothing is remembered by asking.
async fn proved(database: &DatabaseConnection, vault: Option<&Vault>) -> Health {
    let remembered = match key_check::remembered(database).await {
        Ok(remembered) => remembered,
        Err(fault) => return Health::Broken(with_causes(&fault)),
    };
    let Some(vault) = vault else {
        let words = "写入数据时的密钥不在 crypto.keys_file，请放回 / the keys of these data are not at crypto.keys_file: put them back";
        return if remembered.is_empty() {
            Health::Unknown
        } else {
            Health::Broken(words.to_owned())
        };
    };
    match vault.prove(&remembered) {
        Ok(new) if new.is_empty() => Health::Fine("相符 they fit".to_owned()),
        Ok(new) => Health::Fine(format!(
            "相符，另有 {n} 把首次启动后登记 they fit; the next start remembers {n} more",
            n = new.len()
        )),
        Err(fault) => Health::Broken(format!(
            "{}。请把 crypto.keys_file 改回原来的密钥 / point crypto.keys_file at the keys it was written with",
            with_causes(&fault)
        )),
    }
}

fn in_time(database: Result<&DateTime<Utc>, &DbErr>, ours: DateTime<Utc>) -> Health {
    let apart = match database {
        Ok(theirs) => (*theirs - ours).abs(),
        Err(fault) => return Health::Broken(with_causes(fault)),
    };
    let milliseconds = apart.num_milliseconds();
    if apart <= CLOCKS_APART {
        return Health::Fine(format!(
            "{}，与数据库相差 apart from the database's: {milliseconds} ms",
            in_shanghai(ours).format("%Y-%m-%d %H:%M:%S"),
        ));
    }
    Health::Broken(format!(
        "本机与数据库的时钟相差 {milliseconds} ms，请在两台机器上启用 NTP / the clocks of this machine and the database are {milliseconds} ms apart: enable NTP on both"
    ))
}

/// Submissions that nobody has been writing for two leases.
async fn left_lying(
    settings: &Settings,
    database: &DatabaseConnection,
    now: DateTime<Utc>,
) -> Result<String, String> {
    let waiting = submission::preparing()
        .all(database)
        .await
        .map_err(|fault| with_causes(&fault))?;
    let lease = TimeDelta::seconds(settings.submission.lease_seconds.into());
    let stuck =
        |row: &&submission::Model| row.lease_until.unwrap_or(row.created_at + lease) + lease < now;
    match (waiting.iter().filter(stuck).count(), waiting.len()) {
        (0, 0) => Ok("没有积压 nothing is waiting".to_owned()),
        (0, waiting) => Ok(format!(
            "{waiting} 份报送正在生成 submissions are being prepared"
        )),
        (stuck, _) => Err(format!(
            "{stuck} 份报送无人生成，请启动一个 jobs.enabled 的 minglu serve / nobody prepares {stuck} submissions: start a `minglu serve` with jobs.enabled"
        )),
    }
}
