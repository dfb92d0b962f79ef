//! Offices, divisions and the viewer in words.

use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use entity::id::OfficeId;

use super::enums::{Authority, OfficeLevel, Role};
use super::platform::Platform;
use super::scalars::Date;
use super::{app, caller, loaders, told};
use crate::registry::division::Named;
use crate::registry::office;

/// 行政区划（GB/T 2260）或者没有国家代码的功能区。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Division {
    /// 代码
    pub code: String,
    /// 名称
    pub name: String,
    /// 含上级的全称，如 浙江省杭州市西湖区
    pub full_name: String,
    /// 层级
    pub level: OfficeLevel,
    /// 有效期止；已撤销的国家区划，为年度代码表最后一次列有该代码的年末
    pub valid_until: Option<Date>,
    #[graphql(skip)]
    above: Option<String>,
    #[graphql(skip)]
    next: Option<String>,
}

impl Division {
    /// The view of a division.
    pub(super) fn of(named: Named) -> Self {
        Self {
            code: named.code,
            name: named.name,
            full_name: named.full_name,
            level: named.level.into(),
            valid_until: named.valid_until.map(Date),
            above: named.parent,
            next: named.successor,
        }
    }
}

#[ComplexObject]
impl Division {
    /// 上级
    pub async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        match &self.above {
            Some(code) => loaders::division(ctx, code).await,
            None => Ok(None),
        }
    }

    /// 已撤销的区划：整体并入或者更名后的现行区划；分属多个区划或者来源不能确定的为空
    pub async fn successor(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        match &self.next {
            Some(code) => loaders::division(ctx, code).await,
            None => Ok(None),
        }
    }
}

/// 市场监督管理部门或者网信部门。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Office {
    /// 编号
    pub id: ID,
    /// 名称
    pub name: String,
    /// 类别
    pub authority: Authority,
    /// 层级
    pub level: OfficeLevel,
    /// 联系电话
    pub phone: Option<String>,
    #[graphql(skip)]
    key: OfficeId,
}

impl Office {
    /// The view of an office.
    pub(super) fn of(row: entity::office::Model) -> Self {
        Self {
            id: ID(row.id.to_string()),
            name: row.name,
            authority: row.authority.into(),
            level: row.level.into(),
            phone: row.phone,
            key: row.id,
        }
    }
}

#[ComplexObject]
impl Office {
    /// 今日的管辖地域
    pub async fn divisions(&self, ctx: &Context<'_>) -> Result<Vec<Division>> {
        let app = app(ctx);
        let codes = office::territory(app, self.key, app.today())
            .await
            .map_err(|e| told(ctx, e))?;
        let mut divisions = Vec::with_capacity(codes.len());
        for code in codes {
            divisions.extend(loaders::division(ctx, &code).await?);
        }
        Ok(divisions)
    }
}

/// 调用者自己。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Viewer {
    /// 角色
    pub role: Role,
    /// 权限
    pub scopes: Vec<String>,
}

#[expect(clippy::unused_async, reason = "resolvers are async")]
#[ComplexObject]
impl Viewer {
    /// 所属机关
    pub async fn office(&self, ctx: &Context<'_>) -> Result<Option<Office>> {
        Ok(caller(ctx).office.clone().map(Office::of))
    }

    /// 所属平台
    pub async fn platform(&self, ctx: &Context<'_>) -> Result<Option<Platform>> {
        match caller(ctx).platform() {
            Some(id) => loaders::platform(ctx, id).await,
            None => Ok(None),
        }
    }
}

/// Reading oneself.
#[derive(Default)]
pub struct OfficeQuery;

#[Object]
impl OfficeQuery {
    /// 调用者自己：角色、机关、平台和权限。
    async fn me(&self, ctx: &Context<'_>) -> Viewer {
        let caller = caller(ctx);
        Viewer {
            role: caller.client.role.into(),
            scopes: caller
                .scopes()
                .iter()
                .map(|scope| scope.as_str().to_owned())
                .collect(),
        }
    }
}
