//! Node: anything with an id, in sight, by that id alone.

use async_graphql::{Context, ID, Interface, Object, Result};

use super::agency::Agency;
use super::blacklist::{self, BlacklistAppeal, BlacklistEntry};
use super::disposition::{self, Disposition, DispositionDemand};
use super::document::{self, StoredFile};
use super::import::{self, ImportJob};
use super::merchant::Merchant;
use super::office::Office;
use super::operator::Operator;
use super::party::{self, Party};
use super::platform::{self, Platform};
use super::registration::Registration;
use super::streamer::Streamer;
use super::submission::{self, Submission};
use super::{app, id, loaders, told, view};
use crate::registry::office;

/// 任何有编号的对象。
#[derive(Clone, Interface)]
#[graphql(field(name = "id", ty = "&ID", desc = "编号"))]
pub enum Node {
    /// 直播间运营者
    Operator(Operator),
    /// 直播营销人员
    Streamer(Streamer),
    /// 直播营销人员服务机构
    Agency(Agency),
    /// 平台内经营者
    Merchant(Merchant),
    /// 主体
    Party(Party),
    /// 平台
    Platform(Platform),
    /// 机关
    Office(Office),
    /// 报送
    Submission(Submission),
    /// 处置措施
    Disposition(Disposition),
    /// 处置要求
    DispositionDemand(DispositionDemand),
    /// 导入
    ImportJob(ImportJob),
    /// 文件
    StoredFile(StoredFile),
    /// 黑名单记录
    BlacklistEntry(BlacklistEntry),
    /// 对列入黑名单的申诉
    BlacklistAppeal(BlacklistAppeal),
}

impl From<Registration> for Node {
    fn from(registration: Registration) -> Self {
        match registration {
            Registration::Operator(operator) => Self::Operator(operator),
            Registration::Streamer(streamer) => Self::Streamer(streamer),
            Registration::Agency(agency) => Self::Agency(agency),
            Registration::Merchant(merchant) => Self::Merchant(merchant),
        }
    }
}

/// Reading anything by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// 按编号查任何对象；不存在或者不可见时为空。
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "编号")] id: ID,
    ) -> Result<Option<Node>> {
        find(ctx, &id).await
    }
}

/// Every kind is asked in turn, so that an id out of sight costs what an absent one costs.
async fn find(ctx: &Context<'_>, given: &ID) -> Result<Option<Node>> {
    if loaders::may_read(ctx) {
        if let Some(record) = view::find(ctx, given, None).await?
            && let Some(registration) = Registration::of(record)
        {
            return Ok(Some(registration.into()));
        }
        if let Some(party) = party::find(ctx, given).await? {
            return Ok(Some(Node::Party(party)));
        }
        if let Some(measure) = disposition::find(ctx, given).await? {
            return Ok(Some(Node::Disposition(measure)));
        }
        if let Some(demand) = disposition::find_demand(ctx, given).await? {
            return Ok(Some(Node::DispositionDemand(demand)));
        }
    }
    if blacklist::may_read(ctx) {
        if let Some(entry) = blacklist::find(ctx, given).await? {
            return Ok(Some(Node::BlacklistEntry(entry)));
        }
        if let Some(appeal) = blacklist::find_appeal(ctx, given).await? {
            return Ok(Some(Node::BlacklistAppeal(appeal)));
        }
    }
    if let Some(platform) = platform::find(ctx, given).await? {
        return Ok(Some(Node::Platform(platform)));
    }
    if let Some(wanted) = id(given)
        && let Some(row) = office::find(app(ctx), wanted)
            .await
            .map_err(|e| told(ctx, e))?
    {
        return Ok(Some(Node::Office(Office::of(row))));
    }
    if let Some(submission) = submission::find(ctx, given).await? {
        return Ok(Some(Node::Submission(submission)));
    }
    if let Some(job) = import::find(ctx, given).await? {
        return Ok(Some(Node::ImportJob(job)));
    }
    Ok(document::find(ctx, given).await?.map(Node::StoredFile))
}
