//! 名单版本: one number that every change of the list counts up in its own transaction, so that an answer can say which list
//! it was given from.

use sea_orm::UpdateMany;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait as _;

/// The one row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blacklist_version")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i16,
    /// How often the list has changed.
    pub number: i64,
}

impl ActiveModelBehavior for ActiveModel {}

/// The one row, for whoever asks nothing else.
#[must_use]
pub fn standing() -> Select<Entity> {
    Entity::find()
}

/// Counts a change. Whoever changes the list at the same time waits here, so this comes last in a deed.
#[must_use]
pub fn count() -> UpdateMany<Entity> {
    Entity::update_many().col_expr(Column::Number, Expr::col(Column::Number).add(1))
}
