//! 规避惩戒线索 in words: who may be a listed party under another account or name, what speaks for it, and what was decided.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::id::{LeadId, PartyId, PlatformId, RegistrationId};
use entity::kind;
use rules::label::{Label as _, Lang};

use super::BlacklistEntry;
use crate::graphql::enums::{EvasionGround, LeadState};
use crate::graphql::page::{Asked, PageInfo, info, seal};
use crate::graphql::party::Party;
use crate::graphql::platform::Platform;
use crate::graphql::problem::Problem;
use crate::graphql::registration::Registration;
use crate::graphql::scalars::{Cursor, Date, DateTime};
use crate::graphql::{app, caller, id, loaders, telling, told};
use crate::registry::blacklist::lead::{self, DecideEvasionLead, Filter, Lead};
use crate::registry::id_page::IdPage;

/// 规避惩戒线索（第 117 号令第十四条）：可能是黑名单中的主体更换、重新注册账号。由人确认或者排除，不自动产生后果。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct EvasionLead {
    /// 编号
    pub id: ID,
    /// 所规避的黑名单记录
    pub entry: BlacklistEntry,
    /// 依据的种类
    pub ground: EvasionGround,
    /// 依据的种类的名称
    pub ground_label: String,
    /// 账号；不涉及账号的为空
    pub account: Option<String>,
    /// 依据：看到了什么
    pub evidence: String,
    /// 发生的日期
    pub seen_on: Date,
    /// 记录的时刻
    pub raised_at: DateTime,
    /// 状态
    pub state: LeadState,
    /// 作出决定的时刻
    pub decided_at: Option<DateTime>,
    /// 决定的理由
    pub reason: Option<String>,
    #[graphql(skip)]
    of: Of,
}

/// Whom a lead is about.
#[derive(Clone, Copy, Debug)]
struct Of {
    platform: PlatformId,
    registration: RegistrationId,
    party: PartyId,
}

impl EvasionLead {
    fn of(ctx: &Context<'_>, lead: Lead) -> Self {
        let row = lead.row;
        let lang = caller(ctx).lang;
        Self {
            id: ID(row.id.to_string()),
            ground: row.ground.into(),
            ground_label: row.ground.label(lang).to_owned(),
            evidence: evidence(lang, &row),
            seen_on: Date(row.on_day),
            raised_at: DateTime(row.raised_at),
            state: row.state.into(),
            decided_at: row.decided_at.map(DateTime),
            reason: lead.reason,
            of: Of {
                platform: row.platform_id,
                registration: row.registration_id,
                party: lead.party,
            },
            account: Some(row.account).filter(|account| !account.is_empty()),
            entry: BlacklistEntry::of(ctx, lead.entry),
        }
    }
}

/// What was seen, in a sentence.
fn evidence(lang: Lang, row: &entity::blacklist::lead::Model) -> String {
    let (day, account, ground) = (row.on_day, &row.account, row.ground.label(lang));
    match (row.ground, lang) {
        (kind::EvasionGround::NewAccount, Lang::Zh) => {
            format!("被列入者或者与其有关联的主体，其登记于{day}新增账号{account}。")
        }
        (kind::EvasionGround::NewAccount, Lang::En) => {
            format!(
                "On {day} a registration of the listed, or of somebody linked to the listed, got the account {account}."
            )
        }
        (kind::EvasionGround::ChangedAccount, Lang::Zh) => {
            format!("被列入者或者与其有关联的主体，其登记于{day}以账号{account}替换原有账号。")
        }
        (kind::EvasionGround::ChangedAccount, Lang::En) => {
            format!(
                "On {day} a registration of the listed, or of somebody linked to the listed, took the account {account} in place of another."
            )
        }
        (_, Lang::Zh) if account.is_empty() => {
            format!("经确认与被列入者有法定代表人（负责人）关系的主体，于{day}登记。")
        }
        (_, Lang::En) if account.is_empty() => {
            format!(
                "On {day} a party was registered that is confirmed to represent the listed, or to be represented by the listed."
            )
        }
        (_, Lang::Zh) => {
            format!("账号{account}原由被列入者持有或者运营，于{day}转入此登记：{ground}。")
        }
        (_, Lang::En) => {
            format!(
                "The account {account}, which the listed held or ran, went to this registration on {day}: {ground}."
            )
        }
    }
}

#[ComplexObject]
impl EvasionLead {
    /// 平台
    pub async fn platform(&self, ctx: &Context<'_>) -> Result<Option<Platform>> {
        loaders::platform(ctx, self.of.platform).await
    }

    /// 线索所指的主体
    pub async fn party(&self, ctx: &Context<'_>) -> Result<Party> {
        loaders::party(ctx, self.of.party).await
    }

    /// 线索所指的登记；调用者不可见的为空
    pub async fn registration(&self, ctx: &Context<'_>) -> Result<Option<Registration>> {
        if !loaders::may_read(ctx) {
            return Ok(None);
        }
        loaders::registration(ctx, self.of.registration).await
    }
}

/// 规避惩戒线索及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct EvasionLeadEdge {
    /// 线索
    pub node: EvasionLead,
    /// 游标
    pub cursor: Cursor,
}

/// 规避惩戒线索的列表。
#[derive(Clone, Debug, SimpleObject)]
pub struct EvasionLeadConnection {
    /// 各条线索，按记录先后
    pub edges: Vec<EvasionLeadEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
}

/// 规避惩戒线索的筛选条件；给出多个时须同时满足。
#[derive(Clone, Debug, Default, InputObject)]
pub struct EvasionLeadFilter {
    /// 状态
    state: Option<LeadState>,
    /// 平台
    platform: Option<ID>,
}

/// 对线索的决定。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum LeadDecision {
    /// 确认是规避
    Confirmed,
    /// 排除
    Dismissed,
}

impl From<LeadDecision> for kind::LeadState {
    fn from(decision: LeadDecision) -> Self {
        match decision {
            LeadDecision::Confirmed => Self::Confirmed,
            LeadDecision::Dismissed => Self::Dismissed,
        }
    }
}

/// 确认或者排除一条线索。
#[derive(InputObject)]
pub struct DecideEvasionLeadInput {
    /// 线索
    lead: ID,
    /// 决定
    decision: LeadDecision,
    /// 理由
    reason: String,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 对线索作出决定的应答。
#[derive(Clone, SimpleObject)]
pub struct EvasionLeadPayload {
    /// 线索
    pub lead: Option<EvasionLead>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// A lead in sight.
pub(in crate::graphql) async fn find(
    ctx: &Context<'_>,
    wanted: LeadId,
) -> Result<Option<EvasionLead>> {
    let lead = lead::find(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(lead.map(|lead| EvasionLead::of(ctx, lead)))
}

/// Reading leads.
#[derive(Default)]
pub struct EvasionLeadQuery;

#[Object]
impl EvasionLeadQuery {
    /// 规避惩戒线索：本平台的；监管部门可查住所地在本辖区的平台的。
    async fn evasion_leads(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
        #[graphql(desc = "筛选条件")] filter: Option<EvasionLeadFilter>,
    ) -> Result<EvasionLeadConnection> {
        const LIST: &str = "evasionLeads";
        let app = app(ctx);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked.slice::<LeadId>(app, LIST).map_err(|e| told(ctx, e))?;
        let filter = filter.unwrap_or_default();
        let wanted = Filter {
            state: filter.state.map(Into::into),
            platform: filter.platform.as_ref().map(id),
        };
        let page = IdPage {
            after: slice.after,
            before: slice.before,
            backward: slice.backward,
            limit: slice.rows,
        };
        let found = lead::page(app, caller(ctx), (&wanted, page))
            .await
            .map_err(|e| told(ctx, e))?;
        let mut edges = Vec::with_capacity(found.rows.len());
        for lead in found.rows {
            let cursor = seal(app, LIST, &lead.row.id).map_err(|e| told(ctx, e))?;
            let node = EvasionLead::of(ctx, lead);
            edges.push(EvasionLeadEdge { node, cursor });
        }
        Ok(EvasionLeadConnection {
            page_info: info(&slice, found.more, edges.iter().map(|edge| &edge.cursor)),
            edges,
        })
    }
}

/// Deciding leads.
#[derive(Default)]
pub struct EvasionLeadMutation;

#[Object]
impl EvasionLeadMutation {
    /// 确认或者排除规避惩戒线索；决定不可更改。
    async fn decide_evasion_lead(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪条线索、决定和理由")] input: DecideEvasionLeadInput,
    ) -> Result<EvasionLeadPayload> {
        let command = DecideEvasionLead {
            lead: id(&input.lead),
            decision: input.decision.into(),
            reason: input.reason,
            idempotency_key: input.idempotency_key,
        };
        let decided = lead::decide(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        let lead = match decided.lead {
            Some(lead) => find(ctx, lead).await?,
            None => None,
        };
        Ok(EvasionLeadPayload {
            lead,
            problems: telling(ctx).all(&decided.findings, &[]),
        })
    }
}
