//! 审计 in words: who did what, to whom, with what outcome; for the auditor, and for an office what its own people did.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::audit::{Filter, Key, Model};
use entity::id::{ClientId, OfficeId, PartyId};

use super::enums::Role;
use super::page::{Asked, PageInfo, info, seal};
use super::scalars::{Cursor, DateTime};
use super::{app, caller, id, told};
use crate::audit::Outcome;
use crate::error::Error;
use crate::registry::audit::{self, change};

/// The list that a cursor of this file belongs to.
const LIST: &str = "auditEvents";
/// The longest name of a deed or of a request, in characters.
const NAME: usize = 200;

/// 一次操作的结果。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Outcome")]
pub enum AuditOutcome {
    /// 已写入
    Done,
    /// 无须写入：内容已在
    Unchanged,
    /// 被拒绝，什么也没有写入
    Refused,
    /// 查看了人员，或者取走了文件
    Read,
}

impl AuditOutcome {
    /// What is not one of the four is taken for the gravest.
    fn of(name: &str) -> Self {
        let mut all = Outcome::ALL.into_iter();
        let named = all.find(|outcome| outcome.as_str() == name);
        named.unwrap_or(Outcome::Refused).into()
    }
}

/// 一项信息的变更，均已脱敏；成组的信息只列出名称。
#[derive(Clone, Debug, SimpleObject)]
pub struct AuditChange {
    /// 登记编号
    pub registration: ID,
    /// 字段
    pub field: String,
    /// 变更前
    pub before: Option<String>,
    /// 变更后
    pub after: Option<String>,
}

/// 一条审计记录；一批登记合为一条。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct AuditEvent {
    /// 编号
    pub id: ID,
    /// 时刻
    pub at: DateTime,
    /// 客户端编号；系统自身的操作为空
    pub client: Option<ID>,
    /// 客户端名称
    pub client_name: Option<String>,
    /// 角色
    pub role: Role,
    /// 机关编号
    pub office: Option<ID>,
    /// 平台编号
    pub platform: Option<ID>,
    /// 请求编号
    pub request_id: String,
    /// 操作，用接口中的名称
    pub operation: String,
    /// 结果
    pub outcome: AuditOutcome,
    /// 所涉编号
    pub subjects: Vec<ID>,
    /// 被查看的人
    pub party: Option<ID>,
    /// 用途
    pub purpose: Option<String>,
    /// 计数、问题代码等，JSON 文本，不含个人信息
    pub detail: String,
    /// 封入的段；尚未封存为空
    pub segment: Option<String>,
    /// 在段中的位置，从 0 起
    pub position: Option<i32>,
    #[graphql(skip)]
    row: Model,
}

impl AuditEvent {
    fn of(row: Model, client_name: Option<String>) -> Self {
        Self {
            id: ID(row.id.to_string()),
            at: DateTime(row.at),
            client: row.client_id.map(|id| ID(id.to_string())),
            client_name,
            role: row.role.into(),
            office: row.office_id.map(|id| ID(id.to_string())),
            platform: row.platform_id.map(|id| ID(id.to_string())),
            request_id: row.request_id.clone(),
            operation: row.operation.clone(),
            outcome: AuditOutcome::of(&row.outcome),
            subjects: row
                .subjects
                .split_whitespace()
                .map(|id| ID(id.to_owned()))
                .collect(),
            party: row.party_id.map(|id| ID(id.to_string())),
            purpose: row.purpose.clone(),
            detail: change::without(&row.detail),
            segment: row.segment.map(|number| number.to_string()),
            position: row.position,
            row,
        }
    }
}

#[ComplexObject]
impl AuditEvent {
    /// 变更前后，均已脱敏
    pub async fn changes(&self) -> Vec<AuditChange> {
        let changes = change::read(&self.row.detail).into_iter();
        changes
            .map(|change| AuditChange {
                registration: ID(change.registration),
                field: change.field,
                before: change.before,
                after: change.after,
            })
            .collect()
    }
}

/// 审计记录及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct AuditEventEdge {
    /// 审计记录
    pub node: AuditEvent,
    /// 游标
    pub cursor: Cursor,
}

/// 审计记录的列表。
#[derive(Clone, Debug, SimpleObject)]
pub struct AuditEventConnection {
    /// 各条记录，由新到旧
    pub edges: Vec<AuditEventEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
}

/// 审计记录的筛选条件；给出多个时须同时满足。
#[derive(Clone, Debug, Default, InputObject)]
pub struct AuditEventFilter {
    /// 被查看的人
    party: Option<ID>,
    /// 客户端编号
    client: Option<ID>,
    /// 机关编号
    office: Option<ID>,
    /// 操作，用接口中的名称
    operation: Option<String>,
    /// 结果
    outcome: Option<AuditOutcome>,
    /// 请求编号
    request_id: Option<String>,
    /// 自此时刻起
    since: Option<DateTime>,
    /// 在此时刻之前
    until: Option<DateTime>,
}

impl AuditEventFilter {
    fn wanted(self) -> Result<Filter, Error> {
        for (name, text) in [
            ("operation", &self.operation),
            ("requestId", &self.request_id),
        ] {
            if text
                .as_ref()
                .is_some_and(|text| text.chars().count() > NAME)
            {
                return Err(Error::LimitExceeded {
                    what: name,
                    limit: NAME as u64,
                });
            }
        }
        // What cannot be an id names nobody, and nobody did anything.
        let nobody = uuid::Uuid::nil();
        let party = |given: &ID| id(given).unwrap_or(PartyId(nobody));
        let client = |given: &ID| id(given).unwrap_or(ClientId(nobody));
        let office = |given: &ID| id(given).unwrap_or(OfficeId(nobody));
        Ok(Filter {
            party: self.party.as_ref().map(party),
            client: self.client.as_ref().map(client),
            office: self.office.as_ref().map(office),
            operation: self.operation,
            outcome: self
                .outcome
                .map(|outcome| Outcome::from(outcome).as_str().to_owned()),
            request_id: self.request_id,
            since: self.since.map(|at| at.0),
            until: self.until.map(|at| at.0),
        })
    }
}

/// Reading the audit.
#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// 审计记录，由新到旧：审计员可查全部，机关可查本机关人员的操作。查阅本身也有记录。
    async fn audit_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
        #[graphql(desc = "筛选条件")] filter: Option<AuditEventFilter>,
    ) -> Result<AuditEventConnection> {
        let app = app(ctx);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked.slice::<Key>(app, LIST).map_err(|e| told(ctx, e))?;
        let wanted = filter
            .unwrap_or_default()
            .wanted()
            .map_err(|e| told(ctx, e))?;
        let found = audit::list(app, caller(ctx), &wanted, (slice.after, slice.rows))
            .await
            .map_err(|e| told(ctx, e))?;
        let mut edges = Vec::with_capacity(found.entries.len());
        for row in found.entries {
            let cursor = seal(app, LIST, &(row.at, row.id)).map_err(|e| told(ctx, e))?;
            let name = row.client_id.and_then(|id| found.clients.get(&id).cloned());
            edges.push(AuditEventEdge {
                node: AuditEvent::of(row, name),
                cursor,
            });
        }
        Ok(AuditEventConnection {
            page_info: info(&slice, found.more, edges.iter().map(|edge| &edge.cursor)),
            edges,
        })
    }
}
