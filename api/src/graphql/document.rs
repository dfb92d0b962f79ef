//! Stored files in words, and the links that fetch them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::document::Model;

use super::problem::Problem;
use super::scalars::{ByteCount, DateTime};
use super::{app, caller, id, telling, told};
use crate::registry::document::{self, CreateLink};

/// 文件；凭令牌 GET path 下载，支持分段。
#[derive(Clone, Debug, SimpleObject)]
pub struct StoredFile {
    /// 编号
    pub id: ID,
    /// 文件名
    pub name: String,
    /// 媒体类型
    pub media_type: String,
    /// 字节数
    pub bytes: ByteCount,
    /// 内容的 SHA-256，小写十六进制
    sha256: String,
    /// 下载路径
    pub path: String,
}

impl StoredFile {
    /// The view of a file.
    pub(super) fn of(row: Model) -> Self {
        Self {
            id: ID(row.id.to_string()),
            path: format!("/files/{}", row.id),
            name: row.name,
            media_type: row.media_type,
            bytes: ByteCount(row.bytes),
            sha256: row.sha256,
        }
    }
}

/// 创建下载链接。
#[derive(InputObject)]
pub struct DownloadLinkInput {
    /// 文件编号
    file: ID,
    /// 用途，记入审计
    purpose: String,
}

/// 下载链接应答。
#[derive(Clone, Debug, SimpleObject)]
pub struct DownloadLinkPayload {
    /// 链接，无需令牌即可下载，到期失效
    pub url: Option<String>,
    /// 失效时刻
    pub expires_at: Option<DateTime>,
    /// 问题
    pub problems: Vec<Problem>,
}

/// A file in sight.
pub(super) async fn find(ctx: &Context<'_>, given: &ID) -> Result<Option<StoredFile>> {
    let Some(wanted) = id(given) else {
        return Ok(None);
    };
    let row = document::find(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(row.map(StoredFile::of))
}

/// Writing links.
#[derive(Default)]
pub struct DocumentMutation;

#[Object]
impl DocumentMutation {
    /// 创建短时有效的下载链接；创建与使用均记入审计。
    async fn create_download_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要下载的文件与用途")] input: DownloadLinkInput,
    ) -> Result<DownloadLinkPayload> {
        let command = CreateLink {
            file: id(&input.file),
            purpose: input.purpose,
        };
        let made = document::create_link(app(ctx), caller(ctx), command)
            .await
            .map_err(|e| told(ctx, e))?;
        Ok(DownloadLinkPayload {
            url: made.url,
            expires_at: made.expires_at.map(DateTime),
            problems: telling(ctx).all(&made.findings, &[]),
        })
    }
}
