//! Offices of the bureaus, their dated territories, and the divisions that have no national code.

pub mod around;

use chrono::NaiveDate;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::id::OfficeId;
use crate::kind::{Authority, OfficeLevel};

/// An office's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "office")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OfficeId,
    /// The key of the data files.
    #[sea_orm(unique)]
    pub key: String,
    /// 名称.
    pub name: String,
    /// 市场监督管理 or 网信.
    pub authority: Authority,
    /// Its level.
    pub level: OfficeLevel,
    /// The division it sits in.
    pub division: String,
    /// 联系电话.
    pub phone: Option<String>,
    /// When it was last applied.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

/// Territories: which divisions an office is competent for, and when.
pub mod territory {
    use chrono::NaiveDate;
    use sea_orm::QueryOrder as _;
    use sea_orm::entity::prelude::*;

    use crate::id::OfficeId;

    /// Stands in `from_on` for "always was", which a key cannot leave empty.
    pub const ALWAYS: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();

    /// One division of one office's territory.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "territory")]
    pub struct Model {
        /// The office.
        #[sea_orm(primary_key, auto_increment = false)]
        pub office_id: OfficeId,
        /// The division, with everything below it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub division: String,
        /// The first day.
        #[sea_orm(primary_key, auto_increment = false)]
        pub from_on: NaiveDate,
        /// The last day, inclusive.
        pub until_on: Option<NaiveDate>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// Every row of these offices, whatever its days, in the order of division and day.
    #[must_use]
    pub fn of_offices(offices: impl IntoIterator<Item = OfficeId>) -> Select<Entity> {
        Entity::find()
            .filter(Column::OfficeId.is_in(offices))
            .order_by_asc(Column::Division)
            .order_by_asc(Column::FromOn)
    }
}

/// Divisions without a national code, such as development zones.
pub mod local_division {
    use chrono::NaiveDate;
    use sea_orm::entity::prelude::*;

    /// A local division.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "local_division")]
    pub struct Model {
        /// Its own code.
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        /// 名称.
        pub name: String,
        /// The national division it lies in.
        pub parent: String,
        /// The first day.
        pub from_on: NaiveDate,
        /// The last day, inclusive.
        pub until_on: Option<NaiveDate>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// All of them; they are reference data.
    #[must_use]
    pub fn all() -> Select<Entity> {
        Entity::find()
    }
}

/// Every office; they are public reference data.
#[must_use]
pub fn all() -> Select<Entity> {
    Entity::find()
}

/// Offices by id.
#[must_use]
pub fn by_ids(ids: impl IntoIterator<Item = OfficeId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// The divisions that are in an office's territory on a day.
#[must_use]
pub fn territory_on(
    offices: impl IntoIterator<Item = OfficeId>,
    on: NaiveDate,
) -> Select<territory::Entity> {
    use territory::Column as T;
    territory::Entity::find().filter(
        Condition::all()
            .add(T::OfficeId.is_in(offices))
            .add(T::FromOn.lte(on))
            .add(
                Condition::any()
                    .add(T::UntilOn.is_null())
                    .add(T::UntilOn.gte(on)),
            ),
    )
}
