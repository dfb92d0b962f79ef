//! 主体关联 in words: which parties belong together, what speaks for it, who confirmed it, and the two deeds of a person.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::id::{ClientId, FileId, PartyId};
use entity::party_link::Link;
use rules::label::Label as _;

use super::enums::{LinkGround, PartyLinkKind, PartyLinkState};
use super::party::{Party, PartyRef};
use super::problem::Problem;
use super::scalars::{Date, DateTime};
use super::{app, caller, id, loaders, telling, told};
use crate::registry::party_link::reading::{Asked, Confirmation, Shown};
use crate::registry::party_link::{self, ConfirmPartyLink, Judged, Outcome, UndoPartyLink};

/// 主体之间的关联：从可见的登记信息中得出，由人确认后生效；登记信息本身不因此改变。
#[derive(Clone, SimpleObject)]
pub struct PartyLink {
    /// 种类
    pub kind: PartyLinkKind,
    /// 另一端的主体
    pub other: Party,
    /// 自何日起：登记信息填报或者更正的日期；没有的，为确认的日期；仅由联系方式和姓名得出的，为空
    pub since: Option<Date>,
    /// 至何日止：填报该关联的登记均已不再填报或者已注销；仍有登记填报的为空
    pub until: Option<Date>,
    /// 来源，供人阅读
    pub source: String,
    /// 依据，供程序判断
    pub grounds: Vec<LinkGround>,
    /// 是否已由人确认
    pub state: PartyLinkState,
    /// 可见的确认，由旧到新，包括已撤销的
    pub confirmations: Vec<PartyLinkConfirmation>,
}

/// 对一项关联的确认。
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct PartyLinkConfirmation {
    /// 编号，撤销时填写
    pub id: ID,
    /// 确认的时刻
    pub at: DateTime,
    /// 理由；平台只能看到自己的
    pub reason: Option<String>,
    /// 撤销的时刻；未撤销的为空
    pub undone_at: Option<DateTime>,
    /// 撤销的理由；平台只能看到自己的
    pub undone_reason: Option<String>,
    #[graphql(skip)]
    clients: (ClientId, Option<ClientId>),
}

#[ComplexObject]
impl PartyLinkConfirmation {
    /// 由谁确认
    pub async fn by(&self, ctx: &Context<'_>) -> Result<String> {
        author(ctx, self.clients.0).await
    }

    /// 由谁撤销
    pub async fn undone_by(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        match self.clients.1 {
            Some(client) => author(ctx, client).await.map(Some),
            None => Ok(None),
        }
    }
}

/// What people call a client.
async fn author(ctx: &Context<'_>, client: ClientId) -> Result<String> {
    let mut labels: HashMap<ClientId, String> = loaders::authors(ctx, [client]).await?;
    Ok(labels.remove(&client).unwrap_or_else(|| client.to_string()))
}

impl From<Confirmation> for PartyLinkConfirmation {
    fn from(confirmation: Confirmation) -> Self {
        let (by, at) = confirmation.confirmed;
        Self {
            id: ID(confirmation.id.to_string()),
            at: DateTime(at),
            reason: confirmation.reason,
            undone_at: confirmation.undone.map(|(_, at)| DateTime(at)),
            undone_reason: confirmation.undone_reason,
            clients: (by, confirmation.undone.map(|(by, _)| by)),
        }
    }
}

impl PartyLink {
    /// The view of a link from one of its ends.
    pub(super) fn of(ctx: &Context<'_>, shown: Shown) -> Self {
        let lang = caller(ctx).lang;
        let words: Vec<_> = shown.grounds.iter().map(|g| g.label(lang)).collect();
        Self {
            kind: shown.link.kind.into(),
            other: Party::of(shown.other, &shown.identity),
            since: shown.since.map(Date),
            until: shown.until.map(Date),
            source: words.join(lang.pick("；", "; ")),
            grounds: shown.grounds.into_iter().map(Into::into).collect(),
            state: shown.state.into(),
            confirmations: shown.confirmations.into_iter().map(Into::into).collect(),
        }
    }
}

/// 对一次确认或者撤销的处理结果。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Outcome")]
pub enum PartyLinkOutcome {
    /// 已确认
    Confirmed,
    /// 已撤销
    Undone,
    /// 此前已确认或者已撤销，无变化
    Unchanged,
    /// 未通过
    Rejected,
}

/// 确认或者撤销关联的应答。
#[derive(Clone, SimpleObject)]
pub struct PartyLinkPayload {
    /// 处理结果
    pub outcome: PartyLinkOutcome,
    /// 关联在此主体名下，按调用者今日的可见范围
    pub party: Option<Party>,
    /// 关联
    pub link: Option<PartyLink>,
    /// 问题
    pub problems: Vec<Problem>,
}

impl PartyLinkPayload {
    /// Tells what a deed ended in; the link is read again, under today's sight.
    async fn of(ctx: &Context<'_>, judged: Judged) -> Result<Self> {
        let (party, link) = match judged.seen_from {
            Some(from) => look(ctx, from).await?,
            None => (None, None),
        };
        Ok(Self {
            outcome: judged.outcome.into(),
            party,
            link,
            problems: telling(ctx).all(&judged.findings, &[]),
        })
    }
}

/// A link with the party from which it is looked at, where that is in sight.
async fn look(
    ctx: &Context<'_>,
    (of, link): (PartyId, Link),
) -> Result<(Option<Party>, Option<PartyLink>)> {
    // Whoever may judge and not read has done what it may.
    if !loaders::may_read(ctx) {
        return Ok((None, None));
    }
    let Some(party) = super::party::find(ctx, &ID(of.to_string())).await? else {
        return Ok((None, None));
    };
    let asked = Asked {
        party: of,
        ended: true,
        rows: app(ctx).settings.limits.page_size as u64,
    };
    let mut links = loaders::links(ctx, asked).await?.into_iter();
    let shown = links.find(|shown| shown.link == link);
    Ok((Some(party), shown.map(|shown| PartyLink::of(ctx, shown))))
}

/// 确认两个主体之间的关联。
#[derive(InputObject)]
pub struct ConfirmPartyLinkInput {
    /// 种类
    kind: PartyLinkKind,
    /// 一端的主体；两端的次序不限
    party: PartyRef,
    /// 另一端的主体
    other: PartyRef,
    /// 理由
    reason: String,
    /// 证明材料：调用者自己上传的文件
    #[graphql(default)]
    evidence: Vec<ID>,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 撤销对关联的确认。
#[derive(InputObject)]
pub struct UndoPartyLinkInput {
    /// 确认的编号
    confirmation: ID,
    /// 理由
    reason: String,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// Judging links.
#[derive(Default)]
pub struct PartyLinkMutation;

#[Object]
impl PartyLinkMutation {
    /// 确认关联：平台就本平台的主体确认，市场监督管理部门就可见的主体确认；各自确认，互不影响。经确认的同一人、经营者关联，用于防止换用证件重新注册。
    async fn confirm_party_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪两个主体、哪种关联、理由")] input: ConfirmPartyLinkInput,
    ) -> Result<PartyLinkPayload> {
        let command = ConfirmPartyLink {
            kind: input.kind.into(),
            party: input.party.into(),
            other: input.other.into(),
            reason: input.reason,
            evidence: input.evidence.iter().map(id::<FileId>).collect(),
            idempotency_key: input.idempotency_key,
        };
        let judged = party_link::confirm(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        PartyLinkPayload::of(ctx, judged).await
    }

    /// 撤销确认：只有确认者可以撤销，记录保留，以后可以再次确认。
    async fn undo_party_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一次确认、理由")] input: UndoPartyLinkInput,
    ) -> Result<PartyLinkPayload> {
        let command = UndoPartyLink {
            confirmation: id(&input.confirmation),
            reason: input.reason,
            idempotency_key: input.idempotency_key,
        };
        let judged = party_link::undo(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        PartyLinkPayload::of(ctx, judged).await
    }
}
