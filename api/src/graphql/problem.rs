//! Problems in the caller's language: what a finding says, where it is in the mutation's input, and the article.

use async_graphql::{Interface, SimpleObject};
use entity::problem::{Finding, Step};
use rules::edition::EditionId;
use rules::label::Lang;

use super::enums::Severity;

/// 法条出处。
#[derive(Clone, Debug, SimpleObject)]
pub struct Article {
    /// 法律文件全称
    pub instrument: String,
    /// 条、款、项
    pub number: String,
    /// 所属文本（order-117 或者 draft-2025）
    pub edition: String,
}

impl From<&rules::edition::Article> for Article {
    fn from(article: &rules::edition::Article) -> Self {
        Self {
            instrument: article.instrument.clone(),
            number: article.number.clone(),
            edition: article.edition.as_str().to_owned(),
        }
    }
}

/// 调用者可以改正的问题；代码一览见 docs/problems.md。
#[derive(Clone, Debug, SimpleObject)]
pub struct Problem {
    /// 稳定的代码
    pub code: String,
    /// 在输入中的位置：GraphQL 名称与下标，如 `["items","3","identity","number"]`
    pub path: Vec<String>,
    /// 说明：哪里不对、如何改正（中文；Accept-Language: en 时为英文）
    pub message: String,
    /// 严重程度
    pub severity: Severity,
    /// 法条出处
    pub article: Option<Article>,
    /// 规范化后值中的第几个字符（从 1 起），仅当某一字符有误
    pub position: Option<i32>,
    /// 可被接受的值，从不自动采用
    pub suggestion: Option<String>,
}

/// How findings are told: in which language, under which edition.
#[derive(Clone, Copy, Debug)]
pub struct Telling {
    /// The caller's language.
    pub lang: Lang,
    /// The edition in force.
    pub edition: EditionId,
}

impl Telling {
    /// Tells findings, with these steps before their paths.
    #[must_use]
    pub fn all(self, findings: &[Finding], before: &[&str]) -> Vec<Problem> {
        findings
            .iter()
            .map(|finding| self.one(finding, before))
            .collect()
    }

    fn one(self, finding: &Finding, before: &[&str]) -> Problem {
        let inside = finding.path.iter().map(|step| match step {
            Step::Field(name) => name.to_string(),
            Step::Index(index) => index.to_string(),
        });
        Problem {
            code: finding.code.as_str().to_owned(),
            path: before
                .iter()
                .map(|step| (*step).to_owned())
                .chain(inside)
                .collect(),
            message: rules::problem::message(finding, self.lang),
            severity: finding.severity.into(),
            article: rules::problem::article(finding.code, self.edition)
                .as_ref()
                .map(Article::from),
            position: finding
                .position
                .and_then(|position| i32::try_from(position).ok()),
            suggestion: finding.suggestion.clone(),
        }
    }
}

/// 每个变更操作的应答：问题是数据，不是错误。
#[derive(Interface)]
#[graphql(field(name = "problems", ty = "&Vec<Problem>", desc = "问题"))]
pub enum MutationPayload {
    /// 登记批次
    Register(super::registration::RegisterPayload),
    /// 单个登记
    Registration(super::registration::RegistrationPayload),
    /// 主体关联
    PartyLink(super::party_link::PartyLinkPayload),
    /// 平台
    Platform(super::platform::PlatformPayload),
    /// 报送
    Submission(super::submission::SubmissionPayload),
    /// 处置措施和处置要求
    Disposition(super::disposition::DispositionPayload),
    /// 导入
    Import(super::import::ImportPayload),
    /// 下载链接
    DownloadLink(super::document::DownloadLinkPayload),
    /// 未脱敏信息
    Reveal(super::reveal::RevealPayload),
    /// 客户端
    Client(super::client::ClientPayload),
    /// 黑名单
    Blacklist(super::blacklist::deed::BlacklistPayload),
    /// 能否开播
    ClearForLive(super::live::ClearForLivePayload),
    /// 平台规则
    LivePolicy(super::live::LivePolicyPayload),
    /// 直播前的报送
    LiveSession(super::live_session::LiveSessionPayload),
    /// 规避惩戒线索
    EvasionLead(super::blacklist::lead::EvasionLeadPayload),
}
