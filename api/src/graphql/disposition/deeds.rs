//! The deeds on measures and demands in words.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result, SimpleObject};
use entity::id::FileId;

use super::{Disposition, DispositionDemand, find, find_demand};
use crate::graphql::blacklist::status::AccountQuery;
use crate::graphql::enums::DispositionKind;
use crate::graphql::problem::Problem;
use crate::graphql::scalars::Date;
use crate::graphql::{app, caller, id, telling, told};
use crate::registry::disposition::{
    self, AnswerDemand, Done, Impose, Lift, MakeDemand, ReceiveReport, SendReports, Subject,
};

/// 采取处置措施。
#[derive(InputObject)]
pub struct ImposeDispositionInput {
    /// 对哪一登记
    registration: ID,
    /// 处置措施；列入黑名单不在这里办理
    kind: DispositionKind,
    /// 事实
    facts: String,
    /// 依据的规则
    rule: String,
    /// 处置种类和幅度的说明：为何与违法行为相当
    proportionality: Option<String>,
    /// 救济途径
    remedy: Option<String>,
    /// 未完成订单的处理；没有的写“无”
    open_orders: Option<String>,
    /// 第一日；不填为今日
    valid_from: Option<Date>,
    /// 最后一日；没有期限的不填，限期停播必填
    valid_until: Option<Date>,
    /// 据以采取的处置要求
    demand: Option<ID>,
    /// 是否同时向法规要求的机关报告；否则以后用 sendDispositionReports 报告
    #[graphql(default = true)]
    send_reports: bool,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 解除处置措施。
#[derive(InputObject)]
pub struct LiftDispositionInput {
    /// 哪一项
    disposition: ID,
    /// 理由
    reason: String,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 就一项处置措施报告。
#[derive(InputObject)]
pub struct SendDispositionReportsInput {
    /// 哪一项
    disposition: ID,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 接收一份处置报告。
#[derive(InputObject)]
pub struct ReceiveDispositionReportInput {
    /// 哪一份
    report: ID,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 处置要求的对象：可见的登记，或者平台上正在使用的直播账号。
#[derive(OneofObject)]
pub enum DemandSubject {
    /// 登记编号
    Registration(ID),
    /// 直播账号
    Account(AccountQuery),
}

/// 要求平台采取必要处置措施。
#[derive(InputObject)]
pub struct DemandDispositionInput {
    /// 对谁
    subject: DemandSubject,
    /// 要求采取的处置措施，至少一项
    kinds: Vec<DispositionKind>,
    /// 答复期限
    due_on: Date,
    /// 事实
    facts: String,
    /// 证据：调用者自己上传的文件
    #[graphql(default)]
    evidence: Vec<ID>,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 答复处置要求。
#[derive(InputObject)]
pub struct AnswerDispositionDemandInput {
    /// 哪一项要求
    demand: ID,
    /// 采取了什么措施，或者未采取的理由
    answer: String,
    /// 据此采取的处置措施
    #[graphql(default)]
    dispositions: Vec<ID>,
    /// 证据：调用者自己上传的文件
    #[graphql(default)]
    evidence: Vec<ID>,
    /// 幂等键
    idempotency_key: Option<String>,
}

/// 处置措施和处置要求的应答。
#[derive(Clone, Debug, SimpleObject)]
pub struct DispositionPayload {
    /// 处置措施，按调用者今日的可见范围
    pub disposition: Option<Disposition>,
    /// 处置要求，按调用者今日的可见范围
    pub demand: Option<DispositionDemand>,
    /// 问题
    pub problems: Vec<Problem>,
}

impl DispositionPayload {
    /// Tells what a deed ended in; measure and demand are read again.
    async fn of(ctx: &Context<'_>, done: Done) -> Result<Self> {
        let disposition = match done.disposition {
            Some(id) => find(ctx, &ID(id.to_string())).await?,
            None => None,
        };
        let demand = match done.demand {
            Some(id) => find_demand(ctx, &ID(id.to_string())).await?,
            None => None,
        };
        Ok(Self {
            disposition,
            demand,
            problems: telling(ctx).all(&done.findings, &[]),
        })
    }
}

/// Writing measures and demands.
#[derive(Default)]
pub struct DispositionMutation;

#[Object]
impl DispositionMutation {
    /// 采取处置措施：平台对本平台的登记，写明事实、规则、相当性、救济途径和未完成订单的处理，并生成向各机关的报告（第 117 号令第十二条、第二十三条）。
    async fn impose_disposition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "对谁、哪种措施、为什么")] input: ImposeDispositionInput,
    ) -> Result<DispositionPayload> {
        let command = Impose {
            registration: id(&input.registration),
            kind: input.kind.into(),
            facts: input.facts,
            rule: input.rule,
            proportionality: input.proportionality,
            remedy: input.remedy,
            open_orders: input.open_orders,
            valid_from: input.valid_from.map(|date| date.0),
            valid_until: input.valid_until.map(|date| date.0),
            demand: input.demand.as_ref().map(id),
            send: input.send_reports,
            idempotency_key: input.idempotency_key,
        };
        let done = disposition::take(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        DispositionPayload::of(ctx, done).await
    }

    /// 解除处置措施，自今日起；期满的由系统结束，随黑名单产生的随移出解除。
    async fn lift_disposition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一项、理由")] input: LiftDispositionInput,
    ) -> Result<DispositionPayload> {
        let command = Lift {
            disposition: id(&input.disposition),
            reason: input.reason,
            idempotency_key: input.idempotency_key,
        };
        let done = disposition::lift(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        DispositionPayload::of(ctx, done).await
    }

    /// 报告处置措施：把尚未报告的报告全部报出，自此接收机关可见。
    async fn send_disposition_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一项")] input: SendDispositionReportsInput,
    ) -> Result<DispositionPayload> {
        let command = SendReports {
            disposition: id(&input.disposition),
            idempotency_key: input.idempotency_key,
        };
        let done = disposition::send(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        DispositionPayload::of(ctx, done).await
    }

    /// 接收处置报告：收件系统和层级相符的市场监督管理、网信部门。
    async fn receive_disposition_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一份")] input: ReceiveDispositionReportInput,
    ) -> Result<DispositionPayload> {
        let command = ReceiveReport {
            report: id(&input.report),
            idempotency_key: input.idempotency_key,
        };
        let done = disposition::receive(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        DispositionPayload::of(ctx, done).await
    }

    /// 要求平台对主体采取必要处置措施：市场监督管理、网信部门对住所地在其辖区的平台（第 117 号令第五十条）。
    async fn demand_disposition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "对谁、哪些措施、期限、事实")] input: DemandDispositionInput,
    ) -> Result<DispositionPayload> {
        let subject = match input.subject {
            DemandSubject::Registration(given) => Subject::Registration(id(&given)),
            DemandSubject::Account(account) => Subject::Account {
                platform: id(&account.platform),
                number: account.account_number,
            },
        };
        let command = MakeDemand {
            subject,
            kinds: input.kinds.into_iter().map(Into::into).collect(),
            due_on: input.due_on.0,
            facts: input.facts,
            evidence: input.evidence.iter().map(id::<FileId>).collect(),
            idempotency_key: input.idempotency_key,
        };
        let done = disposition::make(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        DispositionPayload::of(ctx, done).await
    }

    /// 答复处置要求：平台说明采取了什么措施或者未采取的理由，一项要求答复一次。
    async fn answer_disposition_demand(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪一项要求、答复")] input: AnswerDispositionDemandInput,
    ) -> Result<DispositionPayload> {
        let command = AnswerDemand {
            demand: id(&input.demand),
            answer: input.answer,
            dispositions: input.dispositions.iter().map(id).collect(),
            evidence: input.evidence.iter().map(id::<FileId>).collect(),
            idempotency_key: input.idempotency_key,
        };
        let done = disposition::answer(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        DispositionPayload::of(ctx, done).await
    }
}
