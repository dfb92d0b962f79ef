//! 黑名单 in words: entries as the caller may read them, and their list.

pub mod deed;
pub mod lead;
pub mod matching;
pub mod status;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entity::blacklist::Model;
use entity::id::{AppealId, EntryId, FileId};

use super::document::StoredFile;
use super::enums::{
    AppealState, BlacklistRegister, BlacklistState, LegalLevel, NoticeKind, SubjectKind,
};
use super::page::{Asked, PageInfo, info, seal};
use super::party::Party;
use super::platform::Platform;
use super::scalars::{Cursor, Date, DateTime};
use super::{app, caller, id, loaders, told};
use crate::registry::blacklist::reading::{self, Appeal, Filter, Record};
use crate::registry::id_page::IdPage;
use crate::scope::Scope;

pub use deed::BlacklistMutation;
pub use lead::{EvasionLeadMutation, EvasionLeadQuery};
pub use matching::MatchMutation;
pub use status::BlacklistStatusQuery;

/// 列入的依据：所违反的规范。
#[derive(Clone, Debug, SimpleObject)]
pub struct LegalBasis {
    /// 规范名称
    pub instrument: String,
    /// 效力位阶
    pub level: LegalLevel,
    /// 条号
    pub article: String,
}

/// 黑名单记录（第 117 号令第十四条）：列入的是主体，不是账号。只能知道有此记录的，事实、理由、证据和申诉为空。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct BlacklistEntry {
    /// 编号
    pub id: ID,
    /// 名单
    pub register: BlacklistRegister,
    /// 是否共享给其他平台
    pub shared: bool,
    /// 列入时的名称（姓名）；自然人的脱敏
    pub name: String,
    /// 以何种身份列入
    pub role: SubjectKind,
    /// 状态，按今日判断
    pub state: BlacklistState,
    /// 第一日
    pub valid_from: Date,
    /// 最后一日；平台黑名单必有
    pub valid_until: Option<Date>,
    /// 依据
    pub legal_basis: LegalBasis,
    /// 事实
    pub facts: Option<String>,
    /// 理由
    pub reason: Option<String>,
    /// 申诉途径
    pub appeal_channel: Option<String>,
    /// 列入平台的联系方式
    pub contact: Option<String>,
    /// 来源：监管部门公布之处
    pub source: Option<String>,
    /// 列入的时刻
    pub listed_at: DateTime,
    /// 移出的日期；仍有效、已到期的为空
    pub removed_on: Option<Date>,
    #[graphql(skip)]
    row: Model,
    #[graphql(skip)]
    evidence: Option<Vec<FileId>>,
}

impl BlacklistEntry {
    /// The view of an entry on a day.
    pub(super) fn of(ctx: &Context<'_>, record: Record) -> Self {
        let Record { row, name, content } = record;
        let (facts, reason, evidence) = content.map_or((None, None, None), |content| {
            let evidence = Some(content.evidence);
            (Some(content.facts), Some(content.reason), evidence)
        });
        Self {
            id: ID(row.id.to_string()),
            register: row.register.into(),
            shared: row.shared,
            name,
            role: row.role.into(),
            state: row.state_on(app(ctx).today()).into(),
            valid_from: Date(row.valid_from),
            valid_until: row.valid_until.map(Date),
            legal_basis: LegalBasis {
                instrument: row.instrument.clone(),
                level: row.level.into(),
                article: row.article.clone(),
            },
            facts,
            reason,
            appeal_channel: row.appeal_channel.clone(),
            contact: row.contact.clone(),
            source: row.source.clone(),
            listed_at: DateTime(row.listed_at),
            removed_on: row.ended_on.map(Date),
            row,
            evidence,
        }
    }
}

#[ComplexObject]
impl BlacklistEntry {
    /// 列入的平台；监管部门公布的名单为空
    pub async fn platform(&self, ctx: &Context<'_>) -> Result<Option<Platform>> {
        match self.row.platform_id {
            Some(id) => loaders::platform(ctx, id).await,
            None => Ok(None),
        }
    }

    /// 主体
    pub async fn party(&self, ctx: &Context<'_>) -> Result<Party> {
        loaders::party(ctx, self.row.party_id).await
    }

    /// 证据
    pub async fn evidence(&self, ctx: &Context<'_>) -> Result<Option<Vec<StoredFile>>> {
        match &self.evidence {
            Some(ids) => files(ctx, ids).await.map(Some),
            None => Ok(None),
        }
    }

    /// 申诉，由旧到新
    pub async fn appeals(&self, ctx: &Context<'_>) -> Result<Option<Vec<BlacklistAppeal>>> {
        if self.evidence.is_none() {
            return Ok(None);
        }
        let appeals = loaders::listing::appeals(ctx, self.row.id).await?;
        Ok(Some(appeals.into_iter().map(BlacklistAppeal::of).collect()))
    }

    /// 告知书，由旧到新
    pub async fn notices(&self, ctx: &Context<'_>) -> Result<Option<Vec<BlacklistNotice>>> {
        if self.evidence.is_none() {
            return Ok(None);
        }
        let notices = loaders::listing::notices(ctx, self.row.id).await?;
        let ids: Vec<FileId> = notices.iter().map(|notice| notice.file_id).collect();
        let files = loaders::listing::named_files(ctx, &ids).await?;
        let kept = notices.into_iter().filter_map(|notice| {
            let file = files.iter().find(|file| file.id == notice.file_id)?;
            Some(BlacklistNotice {
                kind: notice.kind.into(),
                made_at: DateTime(notice.made_at),
                file: StoredFile::of(file.clone()),
            })
        });
        Ok(Some(kept.collect()))
    }
}

/// 告知书：告知被列入者的文书。
#[derive(Clone, Debug, SimpleObject)]
pub struct BlacklistNotice {
    /// 种类
    pub kind: NoticeKind,
    /// 制作的时刻
    pub made_at: DateTime,
    /// 文书（PDF）
    pub file: StoredFile,
}

async fn files(ctx: &Context<'_>, ids: &[FileId]) -> Result<Vec<StoredFile>> {
    let files = loaders::listing::named_files(ctx, ids).await?;
    Ok(files.into_iter().map(StoredFile::of).collect())
}

/// 对列入黑名单的申诉（第 117 号令第十四条第二款）；处理期间列入仍然有效。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct BlacklistAppeal {
    /// 编号
    pub id: ID,
    /// 状态
    pub state: AppealState,
    /// 收到的日期
    pub received_on: Date,
    /// 开始复核的日期
    pub reviewed_on: Option<Date>,
    /// 作出决定的日期
    pub decided_on: Option<Date>,
    /// 申诉的内容
    pub grounds: String,
    /// 开始复核时的说明
    pub review: Option<String>,
    /// 决定的理由
    pub reasons: Option<String>,
    /// 缩短之前的最后一日
    pub term_before: Option<Date>,
    /// 缩短之后的最后一日
    pub term_after: Option<Date>,
    #[graphql(skip)]
    evidence: Vec<FileId>,
}

impl BlacklistAppeal {
    fn of(appeal: Appeal) -> Self {
        let row = appeal.row;
        let shortened = row.term_after.is_some();
        Self {
            id: ID(row.id.to_string()),
            state: row.state.into(),
            received_on: Date(row.received_on),
            reviewed_on: row.reviewed_at.map(|at| Date(crate::clock::legal_day(at))),
            decided_on: row.decided_at.map(|at| Date(crate::clock::legal_day(at))),
            grounds: appeal.grounds.text,
            review: appeal.review,
            reasons: appeal.reasons,
            term_before: row.term_before.filter(|_| shortened).map(Date),
            term_after: row.term_after.map(Date),
            evidence: appeal.grounds.evidence,
        }
    }
}

#[ComplexObject]
impl BlacklistAppeal {
    /// 申诉的证据
    pub async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<StoredFile>> {
        files(ctx, &self.evidence).await
    }
}

/// 黑名单记录及其游标。
#[derive(Clone, Debug, SimpleObject)]
pub struct BlacklistEntryEdge {
    /// 记录
    pub node: BlacklistEntry,
    /// 游标
    pub cursor: Cursor,
}

/// 黑名单记录的列表。
#[derive(Clone, Debug, SimpleObject)]
pub struct BlacklistEntryConnection {
    /// 各条记录，按列入先后
    pub edges: Vec<BlacklistEntryEdge>,
    /// 翻页信息
    pub page_info: PageInfo,
}

/// 黑名单记录的筛选条件；给出多个时须同时满足。
#[derive(Clone, Debug, Default, InputObject)]
pub struct BlacklistEntryFilter {
    /// 名单
    register: Option<BlacklistRegister>,
    /// 列入的平台
    platform: Option<ID>,
    /// 主体
    party: Option<ID>,
    /// 在此日有效
    in_force_on: Option<Date>,
}

/// An entry that the caller may know.
pub(super) async fn find(ctx: &Context<'_>, given: &ID) -> Result<Option<BlacklistEntry>> {
    let Some(wanted) = id::<EntryId>(given) else {
        return Ok(None);
    };
    let record = reading::find(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(record.map(|record| BlacklistEntry::of(ctx, record)))
}

/// An appeal whose entry the caller reads.
pub(super) async fn find_appeal(ctx: &Context<'_>, given: &ID) -> Result<Option<BlacklistAppeal>> {
    let Some(wanted) = id::<AppealId>(given) else {
        return Ok(None);
    };
    let appeal = reading::find_appeal(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(appeal.map(BlacklistAppeal::of))
}

/// Whether the caller may read the list at all.
pub(super) fn may_read(ctx: &Context<'_>) -> bool {
    caller(ctx).has(Scope::BlacklistRead)
}

/// Reading the list.
#[derive(Default)]
pub struct BlacklistQuery;

#[Object]
impl BlacklistQuery {
    /// 黑名单记录：本平台列入的、其他平台共享的、监管部门公布的；监管部门可查住所地在本辖区的平台的全部记录。
    async fn blacklist_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
        #[graphql(desc = "筛选条件")] filter: Option<BlacklistEntryFilter>,
    ) -> Result<BlacklistEntryConnection> {
        const LIST: &str = "blacklistEntries";
        let app = app(ctx);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<EntryId>(app, LIST)
            .map_err(|e| told(ctx, e))?;
        let filter = filter.unwrap_or_default();
        let wanted = Filter {
            register: filter.register.map(Into::into),
            platform: filter.platform.as_ref().map(id),
            party: filter.party.as_ref().map(id),
            in_force_on: filter.in_force_on.map(|day| day.0),
        };
        let page = IdPage {
            after: slice.after,
            before: slice.before,
            backward: slice.backward,
            limit: slice.rows,
        };
        let found = reading::page(app, caller(ctx), (&wanted, page))
            .await
            .map_err(|e| told(ctx, e))?;
        let mut edges = Vec::with_capacity(found.rows.len());
        for record in found.rows {
            let cursor = seal(app, LIST, &record.row.id).map_err(|e| told(ctx, e))?;
            let node = BlacklistEntry::of(ctx, record);
            edges.push(BlacklistEntryEdge { node, cursor });
        }
        Ok(BlacklistEntryConnection {
            page_info: info(&slice, found.more, edges.iter().map(|edge| &edge.cursor)),
            edges,
        })
    }
}
