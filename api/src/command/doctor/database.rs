//! The database: reachable, new enough, at this program's version, written with these keys, in time, and with nothing
//! left lying. It is only read.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{audit, submission};
use migration::{Migrator, MigratorTrait as _};
use rules::label::Lang;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, Statement};

use super::super::failure::DATABASE;
use super::super::house::sqlite_file;
use super::{Health, Report};
use crate::clock::{Clock, in_shanghai};
use crate::config::Settings;
use crate::db::{self, roles};
use crate::registry::key_check;
use crate::vault::Vault;
use crate::words::{Told as _, Words, told_of};

/// The oldest PostgreSQL that is supported, as it numbers itself.
const OLDEST_POSTGRES: u32 = 150_000;
/// How far two clocks may be apart before leases and tokens suffer.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(2);
/// How long an entry of the audit may wait for the sealer, many times what it takes.
const SEALED_WITHIN: TimeDelta = TimeDelta::minutes(1);
/// The parts that can only be looked at in a database.
const PARTS: [Words; 5] = [
    Words::fixed("迁移", "migrations"),
    Words::fixed("密钥与数据", "keys and data"),
    Words::fixed("时钟", "clock"),
    Words::fixed("后台任务", "background work"),
    Words::fixed("审计", "audit"),
];

/// What PostgreSQL has besides.
const ROLE: Words = Words::fixed("数据库角色", "database role");

pub(super) async fn examine(
    settings: &Settings,
    vault: Option<&Vault>,
    clock: &dyn Clock,
    report: &mut Report,
) {
    let [migrations, proof, time, work, sealing] = PARTS;
    let database = match connect(settings).await {
        Ok((database, version)) => {
            report.add(DATABASE, Ok(version));
            database
        }
        Err(fault) => {
            report.add(DATABASE, Err(fault));
            for part in PARTS {
                report.add(part, Health::Unknown);
            }
            return;
        }
    };
    if !settings.database.url.is_sqlite() {
        report.add(ROLE, bound(&database, settings.server.production).await);
    }
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
    let (waiting, sealed) = match now {
        Ok(now) if current => (
            left_lying(settings, &database, now).await.into(),
            unsealed(&database, now).await,
        ),
        _ => (Health::Unknown, Health::Unknown),
    };
    report.add(work, waiting);
    report.add(sealing, sealed);
}

async fn connect(settings: &Settings) -> Result<(DatabaseConnection, Words), Words> {
    let url = &settings.database.url;
    if let Some(file) = sqlite_file(url).filter(|file| !file.exists()) {
        let file = file.display();
        return Err(Words::new(
            format!("{file} 不存在，请运行 minglu migrate up"),
            format!("{file} is not there: run `minglu migrate up`"),
        ));
    }
    let unreachable = |fault: DbErr| {
        let url = url.redacted();
        let what = Words::new(
            format!("{url} 用不了，请检查 database.url"),
            format!("{url} cannot be used, see database.url"),
        );
        told_of(&what, &fault)
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
) -> Result<Result<Words, Words>, DbErr> {
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
            Ok(Words::same(format!("PostgreSQL {name}")))
        } else {
            Err(Words::new(
                format!("PostgreSQL {name} 太旧，须为 15 或更新版本"),
                format!("PostgreSQL {name} is too old: 15 or newer is needed"),
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
        ("wal", "1") => Ok(Words::new(
            format!("SQLite {number}，WAL，外键已启用"),
            format!("SQLite {number}, WAL, foreign keys"),
        )),
        ("wal", _) => Err(Words::fixed(
            "外键未启用，这个 SQLite 不能用",
            "foreign keys are off: this SQLite cannot serve",
        )),
        _ => Err(Words::new(
            format!("日志模式为 {journal} 而非 WAL，请把数据库放在本机磁盘上"),
            format!("the journal is {journal}, not WAL: keep the database on a local disk"),
        )),
    })
}

async fn one(database: &DatabaseConnection, sql: &str) -> Result<String, DbErr> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the database's own description".to_owned()))?
        .try_get("", "value")
}

/// Whether row level security binds the role that serves, which production insists on.
async fn bound(database: &DatabaseConnection, production: bool) -> Health {
    match roles::standing(database).await.map(roles::Standing::fault) {
        Ok(None) => Health::Fine(Words::fixed(
            "受行级隔离约束",
            "row level security binds it",
        )),
        Ok(Some(fault)) if production => Health::Broken(fault),
        Ok(Some(fault)) => Health::Advised(fault),
        Err(fault) => Health::Broken(told_of(&ROLE, &fault)),
    }
}

fn migrated(pending: Result<usize, DbErr>) -> Health {
    match pending {
        Ok(0) => Health::Fine(Words::fixed("已是最新", "up to date")),
        Ok(pending) => Health::Broken(Words::new(
            format!("{pending} 个待执行，请运行 minglu migrate up"),
            format!("{pending} pending: run `minglu migrate up`"),
        )),
        Err(fault) => {
            let what = Words::fixed(
                "读不出来，请备份后运行 minglu migrate up",
                "cannot be read, back up and run `minglu migrate up`",
            );
            Health::Broken(told_of(&what, &fault))
        }
    }
}

/// Whether the keys at hand are those that the data were written with; nothing is remembered by asking.
async fn proved(database: &DatabaseConnection, vault: Option<&Vault>) -> Health {
    let remembered = match key_check::remembered(database).await {
        Ok(remembered) => remembered,
        Err(fault) => return Health::Broken(fault.told()),
    };
    let Some(vault) = vault else {
        return if remembered.is_empty() {
            Health::Unknown
        } else {
            Health::Broken(Words::fixed(
                "写入数据时的密钥不在 crypto.keys_file，请放回",
                "the keys of these data are not at crypto.keys_file: put them back",
            ))
        };
    };
    match vault.prove(&remembered) {
        Ok(new) if new.is_empty() => Health::Fine(Words::fixed("相符", "they fit")),
        Ok(new) => {
            let more = new.len();
            Health::Fine(Words::new(
                format!("相符，另有 {more} 把在下次启动时登记"),
                format!("they fit; the next start remembers {more} more"),
            ))
        }
        Err(fault) => {
            let told = fault.told();
            Health::Broken(Words::new(
                format!(
                    "{}；请把 crypto.keys_file 改回原来的密钥",
                    told.say(Lang::Zh)
                ),
                format!("{told}: point crypto.keys_file at the keys it was written with"),
            ))
        }
    }
}

fn in_time(database: Result<&DateTime<Utc>, &DbErr>, ours: DateTime<Utc>) -> Health {
    let apart = match database {
        Ok(theirs) => (*theirs - ours).abs(),
        Err(fault) => return Health::Broken(told_of(&DATABASE, fault)),
    };
    let milliseconds = apart.num_milliseconds();
    if apart <= CLOCKS_APART {
        let now = in_shanghai(ours).format("%Y-%m-%d %H:%M:%S");
        return Health::Fine(Words::new(
            format!("{now}，与数据库相差 {milliseconds} ms"),
            format!("{now}, {milliseconds} ms apart from the database's"),
        ));
    }
    Health::Broken(Words::new(
        format!("本机与数据库的时钟相差 {milliseconds} ms，请在两台机器上启用 NTP"),
        format!(
            "the clocks of this machine and the database are {milliseconds} ms apart: enable NTP on both"
        ),
    ))
}

/// Whether entries of the audit wait for a sealer that does not come.
async fn unsealed(database: &DatabaseConnection, now: DateTime<Utc>) -> Health {
    let oldest = match audit::unsealed(1).one(database).await {
        Ok(oldest) => oldest,
        Err(fault) => return Health::Broken(told_of(&DATABASE, &fault)),
    };
    let waiting = oldest.map_or(TimeDelta::zero(), |entry| now - entry.at);
    if waiting <= SEALED_WITHIN {
        return Health::Fine(Words::fixed("已封存", "sealed"));
    }
    let minutes = waiting.num_minutes();
    Health::Advised(Words::new(
        format!("有记录已 {minutes} 分钟未封存，请启动一个 jobs.enabled 的 minglu serve"),
        format!(
            "an entry has not been sealed for {minutes} minutes: start a `minglu serve` with jobs.enabled"
        ),
    ))
}

/// Submissions that nobody has been writing for two leases.
async fn left_lying(
    settings: &Settings,
    database: &DatabaseConnection,
    now: DateTime<Utc>,
) -> Result<Words, Words> {
    let waiting = submission::preparing()
        .all(database)
        .await
        .map_err(|fault| told_of(&DATABASE, &fault))?;
    let lease = TimeDelta::seconds(settings.submission.lease_seconds.into());
    let stuck =
        |row: &&submission::Model| row.lease_until.unwrap_or(row.created_at + lease) + lease < now;
    match (waiting.iter().filter(stuck).count(), waiting.len()) {
        (0, 0) => Ok(Words::fixed("没有积压", "nothing is waiting")),
        (0, waiting) => Ok(Words::new(
            format!("{waiting} 份报送正在生成"),
            format!("submissions being prepared: {waiting}"),
        )),
        (stuck, _) => Err(Words::new(
            format!("{stuck} 份报送无人生成，请启动一个 jobs.enabled 的 minglu serve"),
            format!(
                "submissions that nobody prepares: {stuck}; start a `minglu serve` with jobs.enabled"
            ),
        )),
    }
}
