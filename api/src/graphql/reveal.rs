//! 查看未脱敏的个人信息 in words: which registrations and what for, and their plain values.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use entity::value::identity::IdentityNumber;

use super::problem::Problem;
use super::registration::Registration;
use super::{app, caller, id, telling, told};
use crate::registry::reading::Record;
use crate::registry::reveal::{self, Reveal};

/// 查看未脱敏的个人信息。
#[derive(InputObject)]
pub struct RevealInput {
    /// 登记编号，1 至 100 个
    registrations: Vec<ID>,
    /// 用途，记入审计；不得写入个人信息
    purpose: String,
    /// 案件编号
    case: Option<ID>,
}

/// 一个登记的未脱敏信息。
#[derive(Clone, SimpleObject)]
pub struct Revealed {
    /// 登记
    pub registration: Registration,
    /// 名称（姓名）
    pub name: String,
    /// 身份号码
    pub number: String,
    /// 联系方式
    pub phone: Option<String>,
    /// 地址：实际经营地址、常住地或者住所
    pub address: Option<String>,
}

impl Revealed {
    fn of(record: Record, identity: &IdentityNumber) -> Option<Self> {
        let facts = &record.facts;
        let name = facts.name().to_owned();
        let number = identity.number().to_owned();
        let phone = facts.phone().map(ToOwned::to_owned);
        let address = facts.address().map(|address| address.text.clone());
        Some(Self {
            registration: Registration::of(record)?,
            name,
            number,
            phone,
            address,
        })
    }
}

/// 未脱敏信息与问题。
#[derive(SimpleObject)]
pub struct RevealPayload {
    /// 按所列顺序，重复的只列一次
    pub revealed: Vec<Revealed>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// Revealing personal data.
#[derive(Default)]
pub struct RevealMutation;

#[Object]
impl RevealMutation {
    /// 查看未脱敏的个人信息：每人记入审计一条，一小时内的人次有上限。
    async fn reveal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪些登记，作何用途")] input: RevealInput,
    ) -> Result<RevealPayload> {
        let command = Reveal {
            registrations: input.registrations.iter().map(id).collect(),
            purpose: input.purpose,
            in_case: input.case.is_some(),
        };
        let outcome = reveal::reveal(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        let records = outcome.records.into_iter();
        let revealed = records.filter_map(|(record, identity)| Revealed::of(record, &identity));
        Ok(RevealPayload {
            revealed: revealed.collect(),
            problems: telling(ctx).all(&outcome.findings, &[]),
        })
    }
}
