//! Applying a clients file: what it names is admitted or changed, what it does not name stays as it is, and what was
//! revoked stays revoked: only SECURITY grants it again.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};
use entity::client::{self, Model};
use entity::id::{OfficeId, PlatformId};
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};

use super::holders::Holders;
use super::valid_from;
use crate::admission_file::{self, ClientEntry, ClientsFile, FileFaults, Known};
use crate::app::App;
use crate::clock::day_begins;
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::plan::{Change, Fields, Plan, Step};
use crate::words::Words;

const WHAT: Words = Words::fixed("客户端", "client");

/// Reads a clients file against the offices and platforms that are known.
pub async fn read(app: &App, text: &str) -> Result<Result<ClientsFile, FileFaults>, Error> {
    let holders = Holders::load(&app.vault, &app.db).await?;
    let known = Known {
        office: &|key| holders.office(key),
        platform: &|named| holders.platform(named).is_some(),
    };
    Ok(admission_file::clients(text, &known))
}

/// Compares a file with what stands and, unless it is a dry run, writes it.
pub async fn apply(app: &App, file: &ClientsFile, dry_run: bool) -> Result<Plan, Error> {
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let holders = Holders::load(&app.vault, &tx).await?;
    let rows = client::all().all(&tx).await?;
    let mut standing: BTreeMap<String, Model> = rows
        .into_iter()
        .map(|row| (row.name.clone(), row))
        .collect();
    let mut plan = Plan::new(dry_run);
    for entry in &file.clients {
        let old = standing.remove(&entry.key);
        let holder = holders
            .resolve(&entry.holder)
            .ok_or_else(|| no_holder(&entry.key))?;
        one(app, &tx, (entry, holder, old), &mut plan).await?;
    }
    for (name, row) in standing {
        let why = if row.revoked_at.is_some() {
            Words::fixed("文件未列，已撤销", "not in the file, revoked")
        } else {
            Words::fixed("文件未列，保持不动", "not in the file, left alone")
        };
        plan.leave(WHAT, name, why);
    }
    plan.finish(app, None, "clientApply", tx).await
}

async fn one(
    app: &App,
    tx: &DatabaseTransaction,
    (entry, holder, old): (
        &ClientEntry,
        (Option<OfficeId>, Option<PlatformId>),
        Option<Model>,
    ),
    plan: &mut Plan,
) -> Result<(), Error> {
    if let Some(old) = &old {
        if (old.role, (old.office_id, old.platform_id)) != (entry.role, holder) {
            return Err(taken(&entry.key));
        }
        if old.revoked_at.is_some() {
            let why = Words::fixed(
                "已撤销，须由授权管理员重新授予",
                "revoked: only SECURITY grants it again",
            );
            plan.leave(WHAT, entry.key.clone(), why);
            return Ok(());
        }
    }
    let row = row(app, entry, holder, old.as_ref());
    let change = Change::between(
        old.as_ref().map(|old| fields(old, entry)),
        fields(&row, entry),
    );
    if plan.add(
        Step {
            what: WHAT,
            key: row.name.clone(),
            change,
        },
        row.id,
    ) {
        let new = row.into_active_model().reset_all();
        if old.is_some() {
            new.update(tx).await?;
        } else {
            client::Entity::insert(new)
                .exec_without_returning(tx)
                .await?;
        }
    }
    Ok(())
}

fn row(
    app: &App,
    entry: &ClientEntry,
    (office_id, platform_id): (Option<OfficeId>, Option<PlatformId>),
    old: Option<&Model>,
) -> Model {
    let scopes: Vec<_> = entry.scopes.iter().map(|scope| scope.as_str()).collect();
    let last_day = entry.valid_until;
    Model {
        id: old.map_or_else(|| app.id(), |old| old.id),
        name: entry.key.clone(),
        role: entry.role,
        office_id,
        platform_id,
        scopes: scopes.join(" "),
        contact: format!("{}：{}", entry.name, entry.contact),
        valid_from: valid_from(old, Some(day_begins(entry.valid_from)), app.now()),
        valid_until: last_day.checked_add_days(Days::new(1)).map(day_begins),
        revoked_at: None,
        updated_at: app.now(),
    }
}

/// A client's fields; its holder never changes, so that the file's word for it serves both sides.
fn fields(row: &Model, entry: &ClientEntry) -> Fields {
    let holder = match &entry.holder {
        admission_file::Holder::House => String::new(),
        admission_file::Holder::Office(key) => key.clone(),
        admission_file::Holder::Platform(admission_file::PlatformRef::CreditCode(code)) => {
            code.clone()
        }
        admission_file::Holder::Platform(admission_file::PlatformRef::Id(id)) => id.to_string(),
    };
    [
        (Words::fixed("角色", "role"), row.role.to_string()),
        (Words::fixed("归属", "holder"), holder),
        (Words::fixed("权限", "scopes"), row.scopes.clone()),
        (Words::fixed("联系", "contact"), row.contact.clone()),
        (Words::fixed("起始", "from"), moment(Some(row.valid_from))),
        (Words::fixed("截止", "until"), moment(row.valid_until)),
    ]
    .map(|(field, value)| (field, Words::same(value)))
    .into()
}

/// An instant as it is read in China.
fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| {
        crate::clock::in_shanghai(at)
            .format("%Y-%m-%d %H:%M:%S")
            .to_string()
    })
    .unwrap_or_default()
}

fn no_holder(key: &str) -> Error {
    Error::bad_input(
        format!("客户端 {key} 的机关或者平台已不存在，请重新读取文件"),
        format!("the office or platform of client {key} is not there: read the file again"),
    )
}

fn taken(key: &str) -> Error {
    Error::bad_input(
        format!("客户端名称 {key} 已属于另一角色或者另一持有者，请换用新的名称"),
        format!("the client name {key} belongs to another role or holder: choose another"),
    )
}
