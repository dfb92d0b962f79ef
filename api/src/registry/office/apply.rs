//! Applying an offices file: what it names is made or changed, what it does not name stays as it is.
//! Nothing is ever deleted but the days of a division that the file states anew.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use entity::client;
use entity::id::OfficeId;
use entity::kind::OfficeLevel;
use entity::office::{self, local_division, territory};
use rules::label::Lang;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _,
};

use crate::admission_file::{
    self, FileFaults, LocalDivision, OfficeEntry, OfficesFile, TerritoryEntry,
};
use crate::app::App;
use crate::auth::Caller;
use crate::db::{self, Reach};
use crate::error::Error;
use crate::registry::division::Gazetteer;
use crate::registry::plan::{Change, Fields, Plan, Step};
use crate::scope::Scope;
use crate::words::Words;

/// Why an entry that the file does not name stays.
const NOT_NAMED: Words = Words::fixed("文件未列，保持不动", "not in the file, left alone");
const DIVISION: Words = Words::fixed("区划", "division");
const OFFICE: Words = Words::fixed("机关", "office");
const NAME: Words = Words::fixed("名称", "name");
const TERRITORY: Words = Words::fixed("地域", "territory");

/// Reads an offices file against the divisions that are known today.
pub async fn read(app: &App, text: &str) -> Result<Result<OfficesFile, FileFaults>, Error> {
    let gazetteer = Gazetteer::load(&app.db, app.today()).await?;
    Ok(admission_file::offices(text, &|code| gazetteer.level(code)))
}

/// Compares a file with what stands and, unless it is a dry run, writes it; `who` is absent for a command on the
/// machine itself.
pub async fn apply(
    app: &App,
    who: Option<&Caller>,
    file: &OfficesFile,
    dry_run: bool,
) -> Result<Plan, Error> {
    if let Some(caller) = who {
        caller.needs(Scope::OfficeApply)?;
    }
    let tx = db::begin_write(&app.db, Reach::All).await?;
    let mut plan = Plan::new(dry_run);
    local_divisions(&tx, &file.divisions, &mut plan).await?;
    let ids = offices(app, &tx, &file.offices, &mut plan).await?;
    territories(&tx, &file.offices, &ids, &mut plan).await?;
    plan.finish(app, who, "officeApply", tx).await
}

async fn local_divisions(
    tx: &DatabaseTransaction,
    wanted: &[LocalDivision],
    plan: &mut Plan,
) -> Result<(), Error> {
    let rows = local_division::all().all(tx).await?;
    let mut standing: BTreeMap<String, local_division::Model> = rows
        .into_iter()
        .map(|row| (row.code.clone(), row))
        .collect();
    for entry in wanted {
        let old = standing.remove(&entry.code);
        judge_division(entry, old.as_ref())?;
        let row = local_division::Model {
            code: entry.code.clone(),
            name: entry.name.clone(),
            parent: entry.parent.clone(),
            from_on: entry.valid_from,
            until_on: entry.valid_until,
        };
        let change = Change::between(old.as_ref().map(division_fields), division_fields(&row));
        let step = Step {
            what: DIVISION,
            key: row.code.clone(),
            change,
        };
        if plan.add(step, &row.code) {
            let new = row.into_active_model().reset_all();
            if old.is_some() {
                new.update(tx).await?;
            } else {
                local_division::Entity::insert(new)
                    .exec_without_returning(tx)
                    .await?;
            }
        }
    }
    for code in standing.into_keys() {
        plan.leave(DIVISION, code, NOT_NAMED);
    }
    Ok(())
}

/// Addresses are seated by the county level, and by the city above it when they are written: a local division is a
/// county's equal, and stays where it was put.
fn judge_division(entry: &LocalDivision, old: Option<&local_division::Model>) -> Result<(), Error> {
    let code = &entry.code;
    if entry.level != OfficeLevel::County {
        return Err(Error::bad_input(
            format!("地方区划 {code} 应为县级（COUNTY）"),
            format!("the local division {code} must be of level COUNTY"),
        ));
    }
    if old.is_some_and(|old| old.parent != entry.parent) {
        return Err(Error::bad_input(
            format!("地方区划 {code} 的上级不能改变，请使用新的代码"),
            format!("the parent of the local division {code} cannot change: give it a new code"),
        ));
    }
    Ok(())
}

fn division_fields(row: &local_division::Model) -> Fields {
    vec![
        (NAME, Words::same(row.name.clone())),
        (
            Words::fixed("上级", "parent"),
            Words::same(row.parent.clone()),
        ),
        (
            Words::fixed("有效期", "valid"),
            period(Some(row.from_on), row.until_on),
        ),
    ]
}

/// Writes the offices and gives the id of each by its key.
async fn offices(
    app: &App,
    tx: &DatabaseTransaction,
    wanted: &[OfficeEntry],
    plan: &mut Plan,
) -> Result<HashMap<String, OfficeId>, Error> {
    let rows = office::all().all(tx).await?;
    let mut standing: BTreeMap<String, office::Model> =
        rows.into_iter().map(|row| (row.key.clone(), row)).collect();
    let mut ids = HashMap::new();
    for entry in wanted {
        let old = standing.remove(&entry.key);
        let row = office_row(app, entry, old.as_ref());
        ids.insert(row.key.clone(), row.id);
        let change = Change::between(old.as_ref().map(office_fields), office_fields(&row));
        let step = Step {
            what: OFFICE,
            key: row.key.clone(),
            change,
        };
        if plan.add(step, row.id) {
            if let Some(old) = &old {
                judge_kind(tx, old, &row).await?;
                row.into_active_model().reset_all().update(tx).await?;
            } else {
                let new = row.into_active_model().reset_all();
                office::Entity::insert(new)
                    .exec_without_returning(tx)
                    .await?;
            }
        }
    }
    for key in standing.into_keys() {
        plan.leave(OFFICE, key, NOT_NAMED);
    }
    Ok(ids)
}

fn office_row(app: &App, entry: &OfficeEntry, old: Option<&office::Model>) -> office::Model {
    office::Model {
        id: old.map_or_else(|| app.id(), |old| old.id),
        key: entry.key.clone(),
        name: entry.name.clone(),
        authority: entry.authority,
        level: entry.level,
        division: entry.division.clone(),
        phone: entry.phone.clone(),
        updated_at: app.now(),
    }
}

fn office_fields(row: &office::Model) -> Fields {
    [
        (NAME, row.name.clone()),
        (Words::fixed("主管", "authority"), row.authority.to_string()),
        (Words::fixed("级别", "level"), row.level.to_string()),
        (Words::fixed("所在地", "seat"), row.division.clone()),
        (
            Words::fixed("电话", "phone"),
            row.phone.clone().unwrap_or_default(),
        ),
    ]
    .map(|(field, value)| (field, Words::same(value)))
    .into()
}

/// Roles and scopes of an office's clients were granted for its authority and level: those cannot change under them.
async fn judge_kind(
    tx: &DatabaseTransaction,
    old: &office::Model,
    new: &office::Model,
) -> Result<(), Error> {
    if (old.authority, old.level) == (new.authority, new.level) {
        return Ok(());
    }
    if client::of_offices([old.id]).count(tx).await? == 0 {
        return Ok(());
    }
    let key = &old.key;
    Err(Error::bad_input(
        format!("机关 {key} 尚有未撤销的客户端，不能改变主管和级别，请先撤销"),
        format!("the office {key} has clients: revoke them before its authority or level changes"),
    ))
}

/// Writes the territories: for each division that the file gives an office, its days are those of the file.
async fn territories(
    tx: &DatabaseTransaction,
    wanted: &[OfficeEntry],
    ids: &HashMap<String, OfficeId>,
    plan: &mut Plan,
) -> Result<(), Error> {
    let mut standing: HashMap<(OfficeId, String), Vec<territory::Model>> = HashMap::new();
    for row in territory::of_offices(ids.values().copied()).all(tx).await? {
        standing
            .entry((row.office_id, row.division.clone()))
            .or_default()
            .push(row);
    }
    for entry in wanted {
        let Some(id) = ids.get(&entry.key).copied() else {
            continue;
        };
        for (division, rows) in territory_rows(id, &entry.territory) {
            let old = standing.remove(&(id, division.clone()));
            let change = Change::between(
                old.as_deref().map(territory_fields),
                territory_fields(&rows),
            );
            let step = Step {
                what: TERRITORY,
                key: format!("{} {division}", entry.key),
                change,
            };
            if plan.add(step, format_args!("{id}/{division}")) {
                replace(tx, (id, &division), rows).await?;
            }
        }
    }
    let keys: HashMap<OfficeId, &String> = ids.iter().map(|(key, id)| (*id, key)).collect();
    let mut left: Vec<String> = standing
        .into_keys()
        .filter_map(|(id, division)| keys.get(&id).map(|key| format!("{key} {division}")))
        .collect();
    left.sort_unstable();
    for key in left {
        plan.leave(TERRITORY, key, NOT_NAMED);
    }
    Ok(())
}

/// A file's territory as rows, by division and in the order of days.
fn territory_rows(
    office_id: OfficeId,
    entries: &[TerritoryEntry],
) -> BTreeMap<String, Vec<territory::Model>> {
    let mut rows: BTreeMap<String, Vec<territory::Model>> = BTreeMap::new();
    for TerritoryEntry {
        division,
        from,
        until,
    } in entries
    {
        rows.entry(division.clone())
            .or_default()
            .push(territory::Model {
                office_id,
                division: division.clone(),
                from_on: from.unwrap_or(territory::ALWAYS),
                until_on: *until,
            });
    }
    for rows in rows.values_mut() {
        rows.sort_by_key(|row| row.from_on);
    }
    rows
}

fn territory_fields(rows: impl AsRef<[territory::Model]>) -> Fields {
    let periods: Vec<_> = rows
        .as_ref()
        .iter()
        .map(|row| {
            let from = Some(row.from_on).filter(|from| *from != territory::ALWAYS);
            period(from, row.until_on)
        })
        .collect();
    let joined = |lang, comma| {
        let said: Vec<_> = periods.iter().map(|period| period.say(lang)).collect();
        said.join(comma)
    };
    let days = Words::new(joined(Lang::Zh, "，"), joined(Lang::En, ", "));
    vec![(Words::fixed("期间", "days"), days)]
}

async fn replace(
    tx: &DatabaseTransaction,
    (office, division): (OfficeId, &str),
    rows: Vec<territory::Model>,
) -> Result<(), Error> {
    territory::Entity::delete_many()
        .filter(territory::Column::OfficeId.eq(office))
        .filter(territory::Column::Division.eq(division))
        .exec(tx)
        .await?;
    let rows = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    territory::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Days with both ends included.
fn period(from: Option<NaiveDate>, until: Option<NaiveDate>) -> Words {
    let day = |day: Option<NaiveDate>, open: &str| {
        day.map_or_else(|| open.to_owned(), |day| day.to_string())
    };
    Words::new(
        format!("{} 至 {}", day(from, "不限"), day(until, "不限")),
        format!(
            "{} to {}",
            day(from, "always"),
            day(until, "further notice")
        ),
    )
}
