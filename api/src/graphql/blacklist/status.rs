//! 黑名单查询 in words: who of many is listed, and what each answer rests on.

use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject, Result, SimpleObject};

use super::BlacklistEntry;
use super::matching::MatchJudgement;
use crate::error::Error;
use crate::graphql::party::IdentityInput;
use crate::graphql::problem::Problem;
use crate::graphql::scalars::{Date, DateTime};
use crate::graphql::{app, caller, id, telling, told};
use crate::registry::blacklist::status::{self, Basis, Match, Question, Status, Subject, Verdict};

/// 一个直播账号。
#[derive(InputObject)]
pub struct AccountQuery {
    /// 平台
    pub(in crate::graphql) platform: ID,
    /// 账号
    pub(in crate::graphql) account_number: String,
}

/// 查询的对象：按身份号码、按直播账号，或者按名称（姓名）。
#[derive(OneofObject)]
pub enum SubjectQuery {
    /// 身份号码：全库精确查询，包括经确认的同一人、经营者
    Identity(IdentityInput),
    /// 直播账号：查询其持有人和实际运营人
    Account(AccountQuery),
    /// 名称（姓名）：查询相近的记录，须由人核对
    Name(String),
}

/// 一项查询。
#[derive(InputObject)]
pub struct BlacklistStatusItem {
    /// 调用者自己的编号，原样返回；不应含有身份号码、电话
    #[graphql(name = "ref")]
    reference: Option<String>,
    /// 查询的对象
    subject: SubjectQuery,
}

/// 查询的结论。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Verdict")]
pub enum BlacklistVerdict {
    /// 在黑名单中
    Listed,
    /// 有相近的、相关的记录，须由人核对
    Candidates,
    /// 不在黑名单中
    Clear,
    /// 查询条件无效，没有结论
    NotValid,
}

/// 依据什么找到。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Basis")]
pub enum MatchBasis {
    /// 身份号码
    Identity,
    /// 直播账号
    Account,
    /// 经确认的关联主体
    LinkedParty,
    /// 名称（姓名）
    Name,
}

/// 得分的一部分。
#[derive(Clone, Debug, SimpleObject)]
pub struct ScorePart {
    /// 名称
    pub name: String,
    /// 0 至 1
    pub value: f64,
}

/// 找到的一条记录。
#[derive(Clone, Debug, SimpleObject)]
pub struct BlacklistMatch {
    /// 记录
    pub entry: BlacklistEntry,
    /// 依据什么找到
    pub basis: MatchBasis,
    /// 得分，0 至 1
    pub score: f64,
    /// 得分的组成
    pub parts: Vec<ScorePart>,
    /// 本方此前的判断
    pub judgement: Option<MatchJudgement>,
}

impl BlacklistMatch {
    fn of(ctx: &Context<'_>, found: Match) -> Option<Self> {
        let parts = found.parts.into_iter().map(|(name, value)| ScorePart {
            name: name.to_owned(),
            value,
        });
        Some(Self {
            entry: BlacklistEntry::of(ctx, found.record?),
            basis: found.basis.into(),
            score: found.score,
            parts: parts.collect(),
            judgement: found.judged.map(MatchJudgement::of),
        })
    }
}

/// 一项查询的结果。
#[derive(Clone, Debug, SimpleObject)]
pub struct BlacklistStatus {
    /// 第几项，从 0 起
    pub index: i32,
    /// 调用者自己的编号
    #[graphql(name = "ref")]
    pub reference: Option<String>,
    /// 结论
    pub verdict: BlacklistVerdict,
    /// 找到的记录，得分高的在前
    pub matches: Vec<BlacklistMatch>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// 黑名单查询的应答。
#[derive(Clone, Debug, SimpleObject)]
pub struct BlacklistStatusAnswer {
    /// 结论所依据的时刻
    pub as_of: DateTime,
    /// 名单版本：名单每次变动加一
    pub list_version: String,
    /// 各项结果，次序与查询相同
    pub results: Vec<BlacklistStatus>,
}

/// Asking who is listed.
#[derive(Default)]
pub struct BlacklistStatusQuery;

#[Object]
impl BlacklistStatusQuery {
    /// 查询是否在黑名单中，一次 1 至 1000 项；每次查询记入审计。
    async fn blacklist_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "查询的各项")] items: Vec<BlacklistStatusItem>,
        #[graphql(desc = "按哪一日判断；不填为今日")] at: Option<Date>,
        #[graphql(desc = "名称相近的最低得分，只能高于默认值 0.8")] threshold: Option<f64>,
    ) -> Result<BlacklistStatusAnswer> {
        let (references, subjects) = split(ctx, items).map_err(|e| told(ctx, e))?;
        let question = Question {
            subjects,
            on: at.map(|day| day.0),
            threshold,
            entries: ctx.look_ahead().field("results").field("matches").exists(),
        };
        let answer = status::ask(app(ctx), caller(ctx), &question)
            .await
            .map_err(|e| told(ctx, e))?;
        let results = answer.results.into_iter().zip(references).enumerate();
        Ok(BlacklistStatusAnswer {
            as_of: DateTime(answer.as_of),
            list_version: answer.version.to_string(),
            results: results
                .map(|(index, (status, reference))| of(ctx, index, (status, reference)))
                .collect(),
        })
    }
}

/// The longest own number of a caller, in characters.
const REFERENCE: usize = 200;

type Items = (Vec<Option<String>>, Vec<Subject>);

fn split(ctx: &Context<'_>, items: Vec<BlacklistStatusItem>) -> std::result::Result<Items, Error> {
    let mut parts = (
        Vec::with_capacity(items.len()),
        Vec::with_capacity(items.len()),
    );
    for item in items {
        let long = |text: &String| text.chars().count() > REFERENCE;
        if item.reference.as_ref().is_some_and(long) {
            return Err(Error::LimitExceeded {
                what: "ref",
                limit: REFERENCE as u64,
            });
        }
        let refused = item
            .reference
            .as_ref()
            .and_then(|own| status::reference(app(ctx), own).err());
        if let Some(finding) = refused {
            parts.0.push(None);
            parts.1.push(Subject::Refused(finding.inside("ref")));
            continue;
        }
        parts.0.push(item.reference);
        parts.1.push(match item.subject {
            SubjectQuery::Identity(given) => Subject::Identity(given.into()),
            SubjectQuery::Account(given) => Subject::Account {
                platform: id(&given.platform),
                number: given.account_number,
            },
            SubjectQuery::Name(name) => Subject::Name(name),
        });
    }
    Ok(parts)
}

fn of(
    ctx: &Context<'_>,
    index: usize,
    (status, reference): (Status, Option<String>),
) -> BlacklistStatus {
    let place = index.to_string();
    let matches = status.matches.into_iter();
    BlacklistStatus {
        index: i32::try_from(index).unwrap_or(i32::MAX),
        reference,
        verdict: status.verdict.into(),
        matches: matches
            .filter_map(|found| BlacklistMatch::of(ctx, found))
            .collect(),
        problems: telling(ctx).all(&status.findings, &["items", &place]),
    }
}
