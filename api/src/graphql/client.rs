//! Clients in words: granting and revoking them, for SECURITY.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::client::Model;

use super::enums::Role;
use super::problem::Problem;
use super::scalars::{Date, DateTime};
use super::{app, caller, id, telling, told};
use crate::registry::client::{self, ClientRef, GrantClient, RevokeClient};

/// 客户端：令牌所代表的调用者。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Client {
    /// 编号，即令牌的 sub
    pub id: ID,
    /// 名称
    pub name: String,
    /// 角色
    pub role: Role,
    /// 联系人
    pub contact: String,
    /// 此前签发的令牌无效
    pub valid_from: DateTime,
    /// 到期时刻
    pub valid_until: Option<DateTime>,
    /// 撤销时刻
    pub revoked_at: Option<DateTime>,
    #[graphql(skip)]
    row: Model,
}

impl Client {
    fn of(row: Model) -> Self {
        Self {
            id: ID(row.id.to_string()),
            name: row.name.clone(),
            role: row.role.into(),
            contact: row.contact.clone(),
            valid_from: DateTime(row.valid_from),
            valid_until: row.valid_until.map(DateTime),
            revoked_at: row.revoked_at.map(DateTime),
            row,
        }
    }
}

#[ComplexObject]
impl Client {
    /// 权限
    pub async fn scopes(&self) -> Vec<String> {
        self.row
            .scopes
            .split_whitespace()
            .map(ToOwned::to_owned)
            .collect()
    }
}

/// 撤销客户端的原因。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "client::RevocationReason")]
pub enum RevocationReason {
    /// 不再需要
    NotNeeded,
    /// 负责人离任
    HolderLeft,
    /// 令牌或者密钥可能泄露
    Compromised,
    /// 授予有误
    Mistake,
    /// 其他
    Other,
}

/// 授予客户端；同名再次授予即更新，撤销过的重新生效而旧令牌仍无效。
#[derive(InputObject)]
pub struct GrantClientInput {
    /// 名称，全库唯一
    name: String,
    /// 角色
    role: Role,
    /// 机关编号：机关的客户端必填
    office: Option<ID>,
    /// 平台编号：平台的客户端必填
    platform: Option<ID>,
    /// 权限，见 docs/glossary.md
    scopes: Vec<String>,
    /// 联系人
    contact: String,
    /// 首日；不填即现在，或者保持原样
    valid_from: Option<Date>,
    /// 末日（含当日）
    valid_until: Date,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 撤销客户端，立即生效。
#[derive(InputObject)]
pub struct RevokeClientInput {
    /// 客户端编号
    client: ID,
    /// 原因
    reason: RevocationReason,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 客户端应答。
#[derive(Clone, Debug, SimpleObject)]
pub struct ClientPayload {
    /// 客户端
    pub client: Option<Client>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// Writing clients.
#[derive(Default)]
pub struct ClientMutation;

#[Object]
impl ClientMutation {
    /// 授予客户端（仅限 SECURITY）。
    async fn grant_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要授予的客户端")] input: GrantClientInput,
    ) -> Result<ClientPayload> {
        let security = caller(ctx).security().map_err(|e| told(ctx, e))?;
        let command = GrantClient {
            name: input.name,
            role: input.role.into(),
            office: input
                .office
                .as_ref()
                .map(|given| id(given).unwrap_or(entity::id::OfficeId(uuid::Uuid::nil()))),
            platform: input
                .platform
                .as_ref()
                .map(|given| id(given).unwrap_or(entity::id::PlatformId::OWN_SITE)),
            scopes: input.scopes,
            contact: input.contact,
            valid_from: input.valid_from.map(|date| date.0),
            valid_until: input.valid_until.0,
            idempotency_key: input.idempotency_key,
        };
        let verdict = client::grant(app(ctx), security, command)
            .await
            .map_err(|e| told(ctx, e))?;
        payload(ctx, verdict.id, &verdict.findings).await
    }

    /// 撤销客户端（仅限 SECURITY）：下一次请求起即被拒绝。
    async fn revoke_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要撤销的客户端")] input: RevokeClientInput,
    ) -> Result<ClientPayload> {
        let security = caller(ctx).security().map_err(|e| told(ctx, e))?;
        let command = RevokeClient {
            client: ClientRef::Id(
                id(&input.client).unwrap_or(entity::id::ClientId(uuid::Uuid::nil())),
            ),
            reason: input.reason.into(),
            idempotency_key: input.idempotency_key,
        };
        let verdict = client::revoke(app(ctx), security, command)
            .await
            .map_err(|e| told(ctx, e))?;
        payload(ctx, verdict.id, &verdict.findings).await
    }
}

async fn payload(
    ctx: &Context<'_>,
    id: Option<entity::id::ClientId>,
    findings: &[entity::problem::Finding],
) -> Result<ClientPayload> {
    let row = match id {
        Some(id) => client::find(app(ctx), id).await.map_err(|e| told(ctx, e))?,
        None => None,
    };
    Ok(ClientPayload {
        client: row.map(Client::of),
        problems: telling(ctx).all(findings, &[]),
    })
}
