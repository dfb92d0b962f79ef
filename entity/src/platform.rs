//! 直播电商平台经营者: who files. A platform's facts are a legal person's and public, its history is kept.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{Condition, QueryOrder as _, QuerySelect as _};
use serde::{Deserialize, Serialize};

use crate::id::{ClientId, PartyId, PlatformId};
use crate::kind::RegistrationStatus;
use crate::sealed::Sealed;
use crate::sight::Sight;

/// A platform's row: its current facts, and which revision they are.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "platform")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlatformId,
    /// The company, by its USCC; absent for a platform known from surveys only.
    #[sea_orm(unique)]
    pub party_id: Option<PartyId>,
    /// Whether it is a tenant: false = known from a survey only.
    pub tenant: bool,
    /// 名称 of the company.
    pub name: String,
    /// 平台名称.
    pub platform_name: String,
    /// 网址链接或者访问路径.
    pub url: Option<String>,
    /// 住所地 division to which the twice-yearly filing goes by its province.
    pub division: Option<String>,
    /// The city-level division of the domicile.
    pub division_city: Option<String>,
    /// The province of the domicile, where its filings go.
    pub division_province: Option<String>,
    /// Whether it stands.
    pub status: RegistrationStatus,
    /// The current revision's number, from 1.
    pub revision: i32,
    /// When the current revision was recorded.
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

/// What compliance-data-2025 Art. 7(1) asks of a platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformFacts {
    /// 名称.
    pub name: String,
    /// 平台名称.
    pub platform_name: String,
    /// 住所或者主要经营场所.
    pub domicile: crate::facts::Address,
    /// 联系方式.
    pub phone: String,
    /// 网址链接或者访问路径.
    pub url: String,
}

/// The sealed history of platforms.
pub mod revision {
    use super::{ClientId, PlatformFacts, PlatformId, Sealed};
    use sea_orm::entity::prelude::*;
    use sea_orm::sea_query::ExprTrait as _;
    use sea_orm::{Condition, JoinType, QuerySelect as _};

    /// One immutable revision of a platform.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "platform_revision")]
    pub struct Model {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub platform_id: PlatformId,
        /// From 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// When it was recorded.
        pub recorded_at: DateTimeUtc,
        /// The client that wrote it.
        pub author: ClientId,
        /// The facts.
        pub facts: Sealed<PlatformFacts>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// The current revisions of these platforms; callers got the ids through sight.
    #[must_use]
    pub fn current_of(platforms: impl IntoIterator<Item = PlatformId>) -> Select<Entity> {
        use super::{Column as PlatformColumn, Entity as Platform};
        let is_current =
            Expr::col((Platform, PlatformColumn::Revision)).equals((Entity, Column::Number));
        let relation: RelationDef = Entity::belongs_to(Platform)
            .from(Column::PlatformId)
            .to(PlatformColumn::Id)
            .into();
        Entity::find()
            .join(
                JoinType::InnerJoin,
                relation.on_condition(move |_, _| Condition::all().add(is_current.clone())),
            )
            .filter(Column::PlatformId.is_in(platforms))
    }

    /// The revision with this number.
    #[must_use]
    pub fn numbered(platform: PlatformId, number: i32) -> Select<Entity> {
        Entity::find_by_id((platform, number))
    }
}

/// Platforms in sight: their existence and public facts are known to every authenticated caller but another platform.
#[must_use]
pub fn seen_by(sight: &Sight) -> Select<Entity> {
    Entity::find().filter(sight.platforms())
}

/// One platform in sight.
#[must_use]
pub fn seen_by_id(sight: &Sight, id: PlatformId) -> Select<Entity> {
    seen_by(sight).filter(Column::Id.eq(id))
}

/// Platforms by id whatever the sight: those that a record in sight names, and those that clients are granted for.
#[must_use]
pub fn by_ids(ids: impl IntoIterator<Item = PlatformId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// The platform of this company.
#[must_use]
pub fn of_party(party: PartyId) -> Select<Entity> {
    Entity::find().filter(Column::PartyId.eq(party))
}

/// Platforms whose domicile lies in one of these provinces.
#[must_use]
pub fn in_province(province: &str) -> Select<Entity> {
    Entity::find().filter(Column::DivisionProvince.eq(province))
}

/// Platforms that owe filings: tenants that stand and were admitted before an instant.
#[must_use]
pub fn filers(admitted_before: DateTimeUtc) -> Select<Entity> {
    let same =
        Expr::col((revision::Entity, revision::Column::PlatformId)).equals((Entity, Column::Id));
    let admitted = Query::select()
        .expr(Expr::val(1))
        .from(revision::Entity)
        .and_where(same)
        .and_where(revision::Column::Number.eq(1))
        .and_where(revision::Column::RecordedAt.lt(admitted_before))
        .take();
    Entity::find()
        .filter(Column::Tenant.eq(true))
        .filter(Column::Status.eq(RegistrationStatus::Active))
        .filter(Expr::exists(admitted))
}

/// Those of them whose filings are in sight.
#[must_use]
pub fn filers_seen_by(sight: &Sight, admitted_before: DateTimeUtc) -> Select<Entity> {
    filers(admitted_before).filter(sight.filers())
}

/// A page of them after an id, in the order of ids.
#[must_use]
pub fn filers_page(
    sight: &Sight,
    admitted_before: DateTimeUtc,
    after: Option<PlatformId>,
    limit: u64,
) -> Select<Entity> {
    filers_seen_by(sight, admitted_before)
        .filter(Condition::all().add_option(after.map(|id| Column::Id.gt(id))))
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// Every platform, for the sight of the national office and the house's own jobs.
#[must_use]
pub fn all() -> Select<Entity> {
    Entity::find()
}
