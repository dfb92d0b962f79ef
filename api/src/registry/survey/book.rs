//! Into which book a survey's row goes: a platform's own, the own sites, or the office's book of the platform that the row
//! names. A name that nobody knows becomes a book of its own when its first row is committed, and may be joined to a tenant
//! later.

use std::collections::{BTreeMap, HashMap};

use entity::id::{ImportId, OfficeId, PlatformId};
use entity::kind::RegistrationStatus;
use entity::platform::{self, Model as Platform};
use entity::problem::{Finding, ProblemCode};
use entity::survey_book::{self, Entity, Model};
use rules::platform_name::key;
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, EntityTrait as _,
    IntoActiveModel as _,
};

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::text::words;
use crate::scope::Scope;

/// The longest name of a platform, in characters.
const NAME: usize = 100;

/// Where a row is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Target {
    /// The platform's own book.
    Own,
    /// The own sites that the office keeps.
    OwnSites,
    /// A book of the office.
    Book(PlatformId),
    /// A book that is still to be made.
    New {
        /// The key of its name.
        key: String,
        /// What stands for it until then; nothing is registered under it.
        stand_in: PlatformId,
    },
}

/// A book that is still to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Making {
    /// The platform's name, as it was written.
    name: String,
    /// The tenant that has this very name.
    tenant: Option<PlatformId>,
    stand_in: PlatformId,
}

/// A name of the platform that imports its own records.
#[derive(Clone, Debug)]
struct Name {
    /// As the registry has it.
    shown: String,
    /// By what it is compared.
    key: String,
}

/// The fewest characters of a part of a name that tells whose it is.
const PART: usize = 2;

/// The books of an office, and the tenants by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Books {
    by_key: HashMap<String, PlatformId>,
    by_tenant: HashMap<PlatformId, PlatformId>,
    tenants: HashMap<String, Option<PlatformId>>,
    /// For rows that name no platform.
    default: Option<PlatformId>,
    /// What a platform that imports its own records is called.
    own: Vec<Name>,
    /// Those that rows asked for and that are not there yet.
    making: BTreeMap<String, Making>,
}

impl Books {
    /// Loads what stands.
    pub(super) async fn load<C: ConnectionTrait>(
        db: &C,
        office: OfficeId,
        default: Option<PlatformId>,
    ) -> Result<Self, Error> {
        let mut books = Self {
            default,
            ..Self::default()
        };
        for row in survey_book::of_office(office).all(db).await? {
            if let Some(tenant) = row.platform_id {
                books.by_tenant.entry(tenant).or_insert(row.id);
            }
            books.by_key.insert(row.name_key, row.id);
        }
        for row in platform::all().all(db).await? {
            for name in [key(&row.platform_name), key(&row.name)] {
                let known = books.tenants.entry(name).or_insert(Some(row.id));
                if *known != Some(row.id) {
                    // Two tenants of one name: neither is meant for sure.
                    *known = None;
                }
            }
        }
        Ok(books)
    }

    /// What a platform needs that imports its own records: its names.
    pub(super) async fn of_platform<C: ConnectionTrait>(
        db: &C,
        platform: Option<PlatformId>,
    ) -> Result<Self, Error> {
        let rows = platform::by_ids(platform).all(db).await?;
        let names = rows
            .into_iter()
            .flat_map(|row| [row.platform_name, row.name]);
        let mut own: Vec<Name> = Vec::new();
        for shown in names {
            let key = key(&shown);
            if !key.is_empty() && !own.iter().any(|known| known.shown == shown) {
                own.push(Name { shown, key });
            }
        }
        Ok(Self {
            own,
            ..Self::default()
        })
    }

    /// Refuses a row that names another platform than the one that imports it. People write its brand, its company, both of
    /// them in one cell, or a part of either; with anything else beside it the name may be another platform's, such as that
    /// of a sister, and its rooms would be registered as ours.
    pub(super) fn own(&self, name: &str) -> Result<Target, Finding> {
        let written = key(name);
        let is_long = written.chars().count() >= PART;
        let mut names: Vec<&str> = self.own.iter().map(|own| own.key.as_str()).collect();
        names.sort_by_key(|own| std::cmp::Reverse(own.len()));
        let without = |rest: String, own: &&str| key(&rest.replace(own, ""));
        let rest = names.iter().fold(written.clone(), without);
        let is_part = |own: &&str| is_long && own.contains(&written);
        if rest.is_empty() || names.is_empty() || names.iter().any(is_part) {
            return Ok(Target::Own);
        }
        let shown: Vec<&str> = self.own.iter().map(|own| own.shown.as_str()).collect();
        let other = Finding::error(ProblemCode::SurveyOtherPlatform);
        Err(other.with("names", shown.join("、")))
    }

    /// The book of a name, or of the default where a row has none.
    pub(super) fn find(&mut self, app: &App, name: Option<&str>) -> Result<Target, Finding> {
        let Some(name) = name else {
            let book = self.default.map(Target::Book);
            return book.ok_or_else(|| Finding::error(ProblemCode::PlatformRequired));
        };
        let name = words(name, NAME, app.today())?;
        let of_name = key(&name);
        if of_name.is_empty() {
            return Err(Finding::error(ProblemCode::PlatformRequired));
        }
        let tenant = self.tenants.get(&of_name).copied().flatten();
        let standing = self.by_key.get(&of_name);
        let standing = standing.or_else(|| self.by_tenant.get(&tenant?));
        if let Some(book) = standing {
            return Ok(Target::Book(*book));
        }
        let making = self.making.entry(of_name.clone());
        let making = making.or_insert_with(|| Making {
            name,
            tenant,
            stand_in: app.id(),
        });
        Ok(Target::New {
            stand_in: making.stand_in,
            key: of_name,
        })
    }

    /// Makes a book that a row asked for.
    pub(super) async fn make(
        &mut self,
        app: &App,
        (office, import): (OfficeId, ImportId),
        name_key: &str,
        tx: &DatabaseTransaction,
    ) -> Result<Option<PlatformId>, Error> {
        if let Some(made) = self.by_key.get(name_key) {
            return Ok(Some(*made));
        }
        let Some(making) = self.making.get(name_key) else {
            return Ok(None);
        };
        let row = begun(app, (office, Some(import)), (&making.name, making.tenant));
        let id = row.id;
        Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(tx)
            .await?;
        self.by_key.insert(name_key.to_owned(), id);
        Ok(Some(id))
    }
}

fn begun(
    app: &App,
    (office, import): (OfficeId, Option<ImportId>),
    (name, tenant): (&str, Option<PlatformId>),
) -> Model {
    Model {
        id: app.id(),
        office_id: office,
        platform_id: tenant,
        name: name.to_owned(),
        name_key: key(name),
        import_id: import,
        created_at: app.now(),
        joined_at: tenant.map(|_| app.now()),
    }
}

/// The office's book of what the caller names: one of its own, or the tenant's, which is begun if there is none.
pub(super) async fn chosen(
    app: &App,
    office: OfficeId,
    wanted: PlatformId,
    tx: &DatabaseTransaction,
) -> Result<Option<PlatformId>, Error> {
    if let Some(own) = survey_book::one_of_office(office, wanted).one(tx).await? {
        return Ok(Some(own.id));
    }
    let Some(tenant) = platform::by_ids([wanted]).one(tx).await? else {
        return Ok(None);
    };
    if let Some(own) = survey_book::of_tenant(office, wanted).one(tx).await? {
        return Ok(Some(own.id));
    }
    let of_name = key(&tenant.platform_name);
    if let Some(own) = survey_book::named(office, &of_name).one(tx).await? {
        return Ok(Some(own.id));
    }
    let row = begun(
        app,
        (office, None),
        (&tenant.platform_name, Some(tenant.id)),
    );
    let id = row.id;
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(Some(id))
}

/// The platform that the caller's office or the registry knows by this name; none where no one or several are.
pub async fn find(app: &App, caller: &Caller, name: &str) -> Result<Option<PlatformId>, Error> {
    let of_name = key(name);
    if let Some(office) = caller.client.office_id {
        let own = survey_book::named(office, &of_name).one(&app.db).await?;
        if let Some(own) = own {
            return Ok(Some(own.id));
        }
    }
    let tenants = platform::all().all(&app.db).await?.into_iter();
    let mut named = tenants.filter(|row| {
        let names = [&row.platform_name, &row.name];
        names.into_iter().any(|name| key(name) == of_name)
    });
    let found = named.next().map(|row| row.id);
    Ok(found.filter(|_| named.next().is_none()))
}

/// How the platforms of books are shown: the tenant, or what the office knows of it.
pub async fn shown(
    app: &App,
    ids: Vec<PlatformId>,
) -> Result<HashMap<PlatformId, Platform>, Error> {
    let books = survey_book::by_ids(ids).all(&app.db).await?;
    let tenants = books.iter().filter_map(|book| book.platform_id);
    let tenants = platform::by_ids(tenants).all(&app.db).await?.into_iter();
    let tenants: HashMap<_, _> = tenants.map(|row| (row.id, row)).collect();
    let each = books.into_iter().map(|book| {
        let tenant = book.platform_id.and_then(|id| tenants.get(&id)).cloned();
        (book.id, tenant.unwrap_or_else(|| by_name(book)))
    });
    Ok(each.collect())
}

/// A platform that is no tenant, as its office knows it.
pub(super) fn by_name(book: Model) -> Platform {
    Platform {
        id: book.id,
        party_id: None,
        tenant: false,
        platform_name: book.name.clone(),
        name: book.name,
        url: None,
        division: None,
        division_city: None,
        division_province: None,
        status: RegistrationStatus::Active,
        revision: 0,
        updated_at: book.created_at,
    }
}

/// A page of the platforms that the caller's office knows by their names only, after an id, and whether there is more.
pub async fn unjoined(
    app: &App,
    caller: &Caller,
    (after, limit): (Option<PlatformId>, u64),
) -> Result<(Vec<Platform>, bool), Error> {
    caller.needs(Scope::RegistryRead)?;
    let Some(office) = caller.client.office_id else {
        return Ok((Vec::new(), false));
    };
    let page = survey_book::unjoined(office, after, limit + 1);
    let mut rows = page.all(&app.db).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    Ok((rows.into_iter().map(by_name).collect(), more))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Books {
        let own = names.iter().map(|name| Name {
            shown: (*name).to_owned(),
            key: key(name),
        });
        Books {
            own: own.collect(),
            ..Books::default()
        }
    }

    #[test]
    fn a_platform_is_known_by_its_brand_its_company_and_parts_of_them() {
        let books = of(&["星光直播", "宁波星光网络科技有限公司"]);
        for name in [
            "星光",
            "星光直播",
            "星光直播平台",
            "星光APP",
            "宁波星光网络科技有限公司",
            "宁波星光",
            "星光网络科技",
            "星光直播（宁波星光网络科技有限公司）",
            "宁波星光网络科技有限公司-星光直播",
            "—",
        ] {
            assert_eq!(books.own(name), Ok(Target::Own), "{name}");
        }
        for name in [
            "抖音",
            "星光健康",
            "星光直播、抖音",
            "光",
            "宁波星光商贸有限公司",
        ] {
            let refused = books.own(name).expect_err(name);
            assert_eq!(refused.code, ProblemCode::SurveyOtherPlatform, "{name}");
            let names = refused.facts.first().map(|(_, names)| names.as_str());
            assert_eq!(names, Some("星光直播、宁波星光网络科技有限公司"));
        }
    }
}
