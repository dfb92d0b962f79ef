//! 直播电商平台经营者 in words: the view and its registration.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entity::platform::Model;
use entity::value::phone::Phone;

use super::enums::RegistrationStatus;
use super::party::{IdentityInput, Party};
use super::permit::{Address, AddressInput};
use super::problem::Problem;
use super::scalars::DateTime;
use super::{app, caller, id, loaders, party, telling, told};
use crate::registry::platform::{self, RegisterPlatform};

/// 直播电商平台经营者；tenant 为 false 时只在调查摸底中出现，仅导入它的机关可见。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Platform {
    /// 编号
    pub id: ID,
    /// 是否为本系统的报送平台
    pub tenant: bool,
    /// 名称
    pub name: String,
    /// 平台名称
    pub platform_name: String,
    /// 网址链接或者访问路径
    pub url: Option<String>,
    /// 状态
    pub status: RegistrationStatus,
    /// 当前版次的记录时刻
    pub updated_at: DateTime,
    #[graphql(skip)]
    row: Model,
}

impl Platform {
    /// The view of a platform.
    pub(super) fn of(row: Model) -> Self {
        Self {
            id: ID(row.id.to_string()),
            tenant: row.tenant,
            name: row.name.clone(),
            platform_name: row.platform_name.clone(),
            url: row.url.clone(),
            status: row.status.into(),
            updated_at: DateTime(row.updated_at),
            row,
        }
    }
}

#[ComplexObject]
impl Platform {
    /// 主体
    pub async fn party(&self, ctx: &Context<'_>) -> Result<Option<Party>> {
        match self.row.party_id {
            Some(id) => party::company(ctx, id).await,
            None => Ok(None),
        }
    }

    /// 联系方式，脱敏
    pub async fn phone(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let facts = loaders::platform_facts(ctx, self.row.id).await?;
        Ok(facts.map(|facts| Phone::from_stored(facts.phone).masked()))
    }

    /// 住所或者主要经营场所，显示到县级
    pub async fn domicile(&self, ctx: &Context<'_>) -> Result<Option<Address>> {
        let facts = loaders::platform_facts(ctx, self.row.id).await?;
        Ok(facts.map(|facts| Address::masked(&facts.domicile)))
    }
}

/// 登记平台（网络交易合规数据报送管理暂行办法第七条第一项）。
#[derive(InputObject)]
pub struct RegisterPlatformInput {
    /// 名称
    name: String,
    /// 平台名称
    platform_name: String,
    /// 统一社会信用代码
    identity: IdentityInput,
    /// 住所或者主要经营场所；其省份即报送的接收部门所在省
    domicile: AddressInput,
    /// 联系方式
    phone: String,
    /// 网址链接或者访问路径
    url: String,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 平台应答。
#[derive(Clone, Debug, SimpleObject)]
pub struct PlatformPayload {
    /// 平台
    pub platform: Option<Platform>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// A platform in sight.
pub(super) async fn find(ctx: &Context<'_>, given: &ID) -> Result<Option<Platform>> {
    let Some(wanted) = id(given) else {
        return Ok(None);
    };
    let row = platform::find(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(row.map(Platform::of))
}

/// Writing platforms.
#[derive(Default)]
pub struct PlatformMutation;

#[Object]
impl PlatformMutation {
    /// 登记平台：住所地省级市场监督管理部门、国家级部门或者系统管理员；同一统一社会信用代码再次登记即更新。
    async fn register_platform(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "平台的登记信息")] input: RegisterPlatformInput,
    ) -> Result<PlatformPayload> {
        let admitter = caller(ctx).admitter().map_err(|e| told(ctx, e))?;
        let command = RegisterPlatform {
            name: input.name,
            platform_name: input.platform_name,
            identity: input.identity.into(),
            domicile: input.domicile.into(),
            phone: input.phone,
            url: input.url,
            idempotency_key: input.idempotency_key,
        };
        let verdict = platform::register(app(ctx), &admitter, command)
            .await
            .map_err(|e| told(ctx, e))?;
        let platform = match verdict.id {
            Some(id) => loaders::platform(ctx, id).await?,
            None => None,
        };
        Ok(PlatformPayload {
            platform,
            problems: telling(ctx).all(&verdict.findings, &[]),
        })
    }
}
