//! 直播营销人员 in words: the view, its input, its lists and its registration.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use entity::facts::Facts;
use entity::kind::{SubjectKind as Kind, TieKind};
use entity::streamer as record;
use entity::value::personal::shown_certificate;

use super::agency::Agency;
use super::operator::OperatorConnection;
use super::page::Asked;
use super::party::IdentityInput;
use super::patch::{patch, patch_list};
use super::permit::{Address, AddressInput, ConsentInput, VerificationInput};
use super::registration::{RegisterPayload, Request, register};
use super::scalars::{Cursor, Date, DateTime};
use super::view::{along, listed, only, view};
use crate::registry::input::{self, Item, StreamerInput as Raw};
use crate::registry::reading::Record;
use crate::registry::tied::Side;

view! {
    /// 直播营销人员（第 117 号令第二条）：在直播间直接向社会公众开展营销活动的自然人。
    Streamer {
        /// 艺名或者直播时使用的名称
        stage_name: Option<String>,
        /// 经常居住地址，显示到县级
        residence: Option<Address>,
        /// 与直播营销相关的专业资质
        qualifications: Vec<Qualification>,
        /// 职业职务
        occupation: Option<String>,
    }

    /// 所属直播营销人员服务机构；没有、尚未登记或者不可见时为空
    pub async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        let found = only(ctx, &self.record, TieKind::StreamerAgency).await?;
        Ok(found.and_then(Agency::of))
    }

    /// 在哪些运营者的直播间出现
    pub async fn operators(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
    ) -> Result<OperatorConnection> {
        let asked = Asked { first, after, ..Asked::default() };
        let tie = (TieKind::StreamerOperator, Side::Declared);
        Ok(OperatorConnection::of(along(ctx, &self.record, tie, asked).await?))
    }
}

listed! {
    Streamer as Kind::Streamer; StreamerEdge, StreamerConnection, StreamerQuery;
    "直播营销人员及其游标。", "直播营销人员", "直播营销人员列表。";
    streamer "按编号查直播营销人员；不存在或者不可见时为空。";
    streamers "直播营销人员列表，限于可见范围。";
}

impl Streamer {
    /// The view of a record; none of another kind's.
    pub(super) fn of(record: Record) -> Option<Self> {
        let Facts::Streamer(facts) = &record.facts else {
            return None;
        };
        let own = (
            facts.stage_name.clone(),
            facts.residence.as_ref().map(Address::masked),
            facts.qualifications.iter().map(Into::into).collect(),
            facts.occupation.clone(),
        );
        Some(Self::assemble(record, own))
    }
}

/// 与直播营销相关的专业资质。
#[derive(Clone, Debug, SimpleObject)]
pub struct Qualification {
    /// 资质名称
    pub title: String,
    /// 证书编号
    pub certificate_number: Option<String>,
    /// 颁发机构
    pub issuer: Option<String>,
    /// 有效期止（含当日）
    pub valid_until: Option<Date>,
}

impl From<&record::Qualification> for Qualification {
    fn from(qualification: &record::Qualification) -> Self {
        Self {
            title: qualification.title.clone(),
            certificate_number: qualification
                .certificate_number
                .as_deref()
                .map(shown_certificate),
            issuer: qualification.issuer.clone(),
            valid_until: qualification.valid_until.map(Date),
        }
    }
}

/// 与直播营销相关的专业资质。
#[derive(InputObject)]
pub struct QualificationInput {
    /// 资质名称
    title: String,
    /// 证书编号
    certificate_number: Option<String>,
    /// 颁发机构
    issuer: Option<String>,
    /// 有效期止（含当日）
    valid_until: Option<Date>,
}

impl From<QualificationInput> for input::QualificationInput {
    fn from(qualification: QualificationInput) -> Self {
        Self {
            title: qualification.title,
            certificate_number: qualification.certificate_number,
            issuer: qualification.issuer,
            valid_until: qualification.valid_until.map(|date| date.0),
        }
    }
}

/// 直播营销人员的登记信息：未给的字段保持不变，null 清除，列表整体替换并终止其中没有的。所填机构或者运营者尚未登记的，提示 `TIE_PENDING`，待其登记后自动建立关系。
#[derive(InputObject)]
pub struct StreamerInput {
    /// 平台自己的编号
    external_id: MaybeUndefined<String>,
    /// 平台观察到这些信息的时刻；早于已存信息的不采用（STALE）
    observed_at: Option<DateTime>,
    /// 身份号码
    identity: IdentityInput,
    /// 姓名
    name: MaybeUndefined<String>,
    /// 艺名或者直播时使用的名称
    stage_name: MaybeUndefined<String>,
    /// 出生日期：证件号码中没有时必填
    birth_date: MaybeUndefined<Date>,
    /// 监护人同意：16、17 周岁必填
    guardian_consent: MaybeUndefined<ConsentInput>,
    /// 联系方式
    phone: MaybeUndefined<String>,
    /// 经常居住地址
    residence: MaybeUndefined<AddressInput>,
    /// 所属直播营销人员服务机构，以统一社会信用代码指定
    agency: MaybeUndefined<IdentityInput>,
    /// 在哪些运营者的直播间出现：整体替换
    operators: MaybeUndefined<Vec<IdentityInput>>,
    /// 与直播营销相关的专业资质：整体替换
    qualifications: MaybeUndefined<Vec<QualificationInput>>,
    /// 职业职务
    occupation: MaybeUndefined<String>,
    /// 核验
    verification: MaybeUndefined<VerificationInput>,
}

impl From<StreamerInput> for Raw {
    fn from(input: StreamerInput) -> Self {
        Self {
            external_id: patch(input.external_id),
            observed_at: input.observed_at.map(|at| at.0),
            identity: input.identity.into(),
            name: patch(input.name),
            stage_name: patch(input.stage_name),
            birth_date: patch(input.birth_date),
            guardian_consent: patch(input.guardian_consent),
            phone: patch(input.phone),
            residence: patch(input.residence),
            agency: patch(input.agency),
            operators: patch_list(input.operators),
            qualifications: patch_list(input.qualifications),
            occupation: patch(input.occupation),
            verification: patch(input.verification),
        }
    }
}

/// 登记直播营销人员，1 至 1000 条，逐条判断。
#[derive(InputObject)]
pub struct RegisterStreamersInput {
    /// 平台；平台调用者不填即为自己
    platform: Option<ID>,
    /// 各条
    items: Vec<StreamerInput>,
    /// 只判断，不写入
    #[graphql(default)]
    dry_run: bool,
    /// 幂等键，24 小时内同一调用者同一操作唯一
    idempotency_key: Option<String>,
}

/// Writing streamers.
#[derive(Default)]
pub struct StreamerMutation;

#[Object]
impl StreamerMutation {
    /// 登记或者更新直播营销人员（第 117 号令第八条第二款）：每条单独判断，一条不通过不影响其他。
    async fn register_streamers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "要登记的直播营销人员")] input: RegisterStreamersInput,
    ) -> Result<RegisterPayload> {
        let items = input
            .items
            .into_iter()
            .map(|item| Item::Streamer(item.into()));
        let request = Request {
            platform: input.platform,
            items: items.collect(),
            dry_run: input.dry_run,
            idempotency_key: input.idempotency_key,
        };
        register(ctx, Kind::Streamer, request).await
    }
}
