//! What the views of all four kinds share: the fields of the interface, their lists, and the pages along ties. A macro
//! writes them, because the library's interface asks every type for fields of its own.

use async_graphql::{Context, ID, Result};
use entity::facts::Facts;
use entity::id::RegistrationId;
use entity::kind::{SubjectKind as Kind, TieKind};
use entity::value::phone::Phone;

use super::enums::{RecordSource, RegistrationStatus, SubjectKind};
use super::page::{Asked, info, seal};
use super::scalars::{Date, DateTime};
use super::{app, caller, id, loaders, told};
use crate::registry::audit::change;
use crate::registry::reading::{self, Record};
use crate::registry::tied::{self, Side};

/// The values of the interface's plain fields.
pub(super) struct Common {
    pub id: ID,
    pub kind: SubjectKind,
    pub source: RecordSource,
    pub external_id: Option<String>,
    pub name: String,
    pub phone: Option<String>,
    pub status: RegistrationStatus,
    pub closed_on: Option<Date>,
    pub revision: i32,
    pub fingerprint: String,
    pub updated_at: DateTime,
}

impl Common {
    /// What a record shows: a natural person's name masked, the phone masked.
    pub(super) fn of(record: &Record) -> Self {
        let (row, facts) = (&record.registration, &record.facts);
        Self {
            id: ID(row.id.to_string()),
            kind: row.kind.into(),
            source: row.source.into(),
            external_id: row.external_id.clone(),
            name: shown_name(facts),
            phone: facts
                .phone()
                .map(|phone| Phone::from_stored(phone.to_owned()).masked()),
            status: row.status.into(),
            closed_on: row.closed_on.map(Date),
            revision: row.revision,
            fingerprint: row.fingerprint.to_hex(),
            updated_at: DateTime(row.updated_at),
        }
    }
}

/// A natural person's name masked, any other whole.
pub(super) fn shown_name(facts: &Facts) -> String {
    change::name(facts)
}

/// Declares the view of a kind: the interface's fields, then its own plain ones, then its own methods.
macro_rules! view {
    (
        $(#[$meta:meta])*
        $view:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }
        $($methods:tt)*
    ) => {
        $(#[$meta])*
        #[derive(Clone, async_graphql::SimpleObject)]
        #[graphql(complex)]
        pub struct $view {
            /// 编号
            pub id: async_graphql::ID,
            /// 主体类型
            pub kind: $crate::graphql::enums::SubjectKind,
            /// 来源
            pub source: $crate::graphql::enums::RecordSource,
            /// 平台自己的编号
            pub external_id: Option<String>,
            /// 名称（姓名），自然人脱敏
            pub name: String,
            /// 联系方式，脱敏
            pub phone: Option<String>,
            /// 登记状态
            pub status: $crate::graphql::enums::RegistrationStatus,
            /// 注销日期
            pub closed_on: Option<$crate::graphql::scalars::Date>,
            /// 当前版次，从 1 起
            pub revision: i32,
            /// 报送内容的指纹，供比对
            pub fingerprint: String,
            /// 当前版次的记录时刻
            pub updated_at: $crate::graphql::scalars::DateTime,
            $($(#[$field_meta])* pub $field: $type,)*
            #[graphql(skip)]
            record: $crate::registry::reading::Record,
        }

        impl $view {
            /// Puts a view together.
            fn assemble(
                record: $crate::registry::reading::Record,
                ($($field,)*): ($($type,)*),
            ) -> Self {
                let common = $crate::graphql::view::Common::of(&record);
                Self {
                    id: common.id,
                    kind: common.kind,
                    source: common.source,
                    external_id: common.external_id,
                    name: common.name,
                    phone: common.phone,
                    status: common.status,
                    closed_on: common.closed_on,
                    revision: common.revision,
                    fingerprint: common.fingerprint,
                    updated_at: common.updated_at,
                    $($field,)*
                    record,
                }
            }
        }

        #[async_graphql::ComplexObject]
        impl $view {
            /// 主体
            pub async fn party(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<$crate::graphql::party::Party> {
                $crate::graphql::loaders::party(ctx, self.record.registration.party_id).await
            }

            /// 平台；自建网站的运营者为空
            pub async fn platform(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<Option<$crate::graphql::platform::Platform>> {
                match self.record.registration.platform() {
                    Some(id) => $crate::graphql::loaders::platform(ctx, id).await,
                    None => Ok(None),
                }
            }

            /// 核验（第 117 号令第八条）
            pub async fn verification(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> $crate::graphql::permit::Verification {
                $crate::graphql::verification::standing(ctx, &self.record)
            }

            /// 今日是否不得继续：有未结束的处置措施，如暂停直播、关闭账号、列入黑名单、暂停服务
            pub async fn suspended(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<bool> {
                let whom =
                    $crate::registry::disposition::reading::Whom::of(&self.record.registration);
                $crate::graphql::loaders::suspended(ctx, whom).await
            }

            /// 历次版本，由新到旧
            pub async fn history(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
                #[graphql(desc = "在此游标之后")] after: Option<$crate::graphql::scalars::Cursor>,
            ) -> async_graphql::Result<$crate::graphql::registration::RevisionConnection> {
                let asked = $crate::graphql::page::Asked {
                    first,
                    after,
                    ..$crate::graphql::page::Asked::default()
                };
                let id = self.record.registration.id;
                $crate::graphql::registration::history(ctx, id, self.revision, asked).await
            }

            $($methods)*
        }
    };
}
pub(super) use view;

/// Declares the list of a kind and the two queries that read it.
macro_rules! listed {
    (
        $view:ident as $kind:expr; $edge:ident, $connection:ident, $query:ident;
        $edge_doc:literal, $node_doc:literal, $connection_doc:literal;
        $one:ident $one_doc:literal; $many:ident $many_doc:literal;
    ) => {
        #[doc = $edge_doc]
        #[derive(Clone, async_graphql::SimpleObject)]
        pub struct $edge {
            #[doc = $node_doc]
            pub node: $view,
            /// 游标
            pub cursor: $crate::graphql::scalars::Cursor,
        }

        #[doc = $connection_doc]
        #[derive(Clone, async_graphql::SimpleObject)]
        pub struct $connection {
            /// 各条
            pub edges: Vec<$edge>,
            /// 翻页信息
            pub page_info: $crate::graphql::page::PageInfo,
            /// 总数，仅在查询时计数，精确到 10000，超过为空
            pub total_count: Option<i32>,
        }

        impl $connection {
            /// The connection of records with their cursors.
            pub(super) fn of(read: $crate::graphql::list::Read) -> Self {
                let mut edges = Vec::with_capacity(read.rows.len());
                for (record, cursor) in read.rows {
                    if let Some(node) = $view::of(record) {
                        edges.push($edge { node, cursor });
                    }
                }
                Self {
                    edges,
                    page_info: read.info,
                    total_count: read.total,
                }
            }
        }

        #[doc = $connection_doc]
        #[derive(Default)]
        pub struct $query;

        #[async_graphql::Object]
        impl $query {
            #[doc = $one_doc]
            async fn $one(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "登记编号")] id: async_graphql::ID,
            ) -> async_graphql::Result<Option<$view>> {
                let found = $crate::graphql::view::find(ctx, &id, Some($kind)).await?;
                Ok(found.and_then($view::of))
            }

            #[doc = $many_doc]
            #[expect(
                clippy::too_many_arguments,
                reason = "the contract's arguments of a connection"
            )]
            async fn $many(
                &self,
                ctx: &async_graphql::Context<'_>,
                #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
                #[graphql(desc = "在此游标之后")] after: Option<$crate::graphql::scalars::Cursor>,
                #[graphql(desc = "后几条，最多 500")] last: Option<i32>,
                #[graphql(desc = "在此游标之前")] before: Option<$crate::graphql::scalars::Cursor>,
                #[graphql(desc = "筛选条件")] filter: Option<
                    $crate::graphql::list::RegistrationFilter,
                >,
                #[graphql(
                    desc = "排序，一律升序，相同时按编号",
                    default_with = "crate::graphql::list::RegistrationOrder::Id"
                )]
                order_by: $crate::graphql::list::RegistrationOrder,
            ) -> async_graphql::Result<$connection> {
                let asked = $crate::graphql::page::Asked {
                    first,
                    after,
                    last,
                    before,
                };
                let read = $crate::graphql::list::read(ctx, (Some($kind), filter, order_by), asked);
                Ok($connection::of(read.await?))
            }
        }
    };
}
pub(super) use listed;

/// One registration in sight, of a kind or of any.
pub(super) async fn find(
    ctx: &Context<'_>,
    given: &ID,
    kind: Option<Kind>,
) -> Result<Option<Record>> {
    let Some(wanted) = id(given) else {
        caller(ctx)
            .needs(crate::scope::Scope::RegistryRead)
            .map_err(|e| told(ctx, e))?;
        return Ok(None);
    };
    let found = reading::find(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(found.filter(|record| kind.is_none_or(|kind| record.registration.kind == kind)))
}

/// A page of what a registration is tied to, in order of registration.
pub(super) async fn along(
    ctx: &Context<'_>,
    record: &Record,
    (kind, side): (TieKind, Side),
    asked: Asked,
) -> Result<super::list::Read> {
    let app = app(ctx);
    let row = &record.registration;
    let list = format!("tied:{kind}:{side:?}:{}", row.id);
    let slice = asked
        .slice::<RegistrationId>(app, &list)
        .map_err(|e| told(ctx, e))?;
    let question = tied::Asked {
        kind,
        side,
        registration: row.id,
        party: row.party_id,
        book: row.book(),
        after: slice.after,
        limit: slice.rows,
    };
    let found = loaders::tied(ctx, question).await?;
    let mut rows = Vec::with_capacity(found.records.len());
    for record in found.records {
        let cursor = seal(app, &list, &record.registration.id).map_err(|e| told(ctx, e))?;
        rows.push((record, cursor));
    }
    let total = if ctx.look_ahead().field("totalCount").exists() {
        let all = tied::Asked {
            after: None,
            limit: 0,
            ..question
        };
        let count = loaders::count_tied(ctx, all).await?;
        count.and_then(|rows| i32::try_from(rows).ok())
    } else {
        None
    };
    Ok(super::list::Read {
        info: info(&slice, found.more, rows.iter().map(|(_, cursor)| cursor)),
        rows,
        total,
    })
}

/// The only one that a registration is tied to, if there is one in sight.
pub(super) async fn only(
    ctx: &Context<'_>,
    record: &Record,
    kind: TieKind,
) -> Result<Option<Record>> {
    let row = &record.registration;
    let question = tied::Asked {
        kind,
        side: Side::Declared,
        registration: row.id,
        party: row.party_id,
        book: row.book(),
        after: None,
        limit: 1,
    };
    Ok(loaders::tied(ctx, question).await?.records.pop())
}
