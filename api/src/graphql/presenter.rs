//! 虚拟主播 in words: who made it and which operator answers for it. The operator is told by a few plain fields and not as
//! an `Operator`: a list without pages that leads back to its owner would let a short query ask for millions of values.

use async_graphql::{ComplexObject, Context, ID, InputObject, Result, SimpleObject};
use entity::facts::PersonRef;
use entity::id::PartyId;
use entity::kind::IdentityKind;
use entity::presenter as record;
use entity::value::identity::IdentityNumber;
use entity::value::mask;

use super::loaders;
use super::party::{Identity, PersonRefInput};
use super::scalars::Date;
use super::view;
use crate::registry::input;
use crate::registry::reading::Record;

/// 虚拟主播：使用人工智能等技术生成的人物图像、视频（第 117 号令第三十七条），有起止日期。它不是主体，没有身份号码。
#[derive(Clone, Debug, SimpleObject)]
pub struct SyntheticPresenter {
    /// 展示的名称
    pub name: String,
    /// 所在直播间的账号；为空即不限于某一直播间
    pub account_number: Option<String>,
    /// 制作者
    pub producer: Option<PresenterProducer>,
    /// 承担责任的运营者：管理或者使用该人物图像、视频的直播间运营者
    pub responsible_operator: ResponsibleOperator,
    /// 起始日
    pub since: Date,
    /// 终止日
    pub until: Option<Date>,
}

/// 虚拟主播的制作者。
#[derive(Clone, Debug, SimpleObject)]
pub struct PresenterProducer {
    /// 名称（姓名）；以统一社会信用代码表明是组织的照原样显示，其余脱敏
    pub name: String,
    /// 身份号码，脱敏
    pub identity: Option<Identity>,
}

/// 承担责任的直播间运营者。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct ResponsibleOperator {
    /// 登记编号，可用 operator(id) 查询
    pub id: ID,
    /// 名称（姓名），自然人脱敏
    pub name: String,
    #[graphql(skip)]
    party: PartyId,
}

#[ComplexObject]
impl ResponsibleOperator {
    /// 身份号码，脱敏
    pub async fn identity(&self, ctx: &Context<'_>) -> Result<Identity> {
        Ok(loaders::party(ctx, self.party).await?.identity)
    }
}

impl SyntheticPresenter {
    /// The views of an operator's presenters.
    pub(super) fn all(operator: &Record, presenters: &[record::SyntheticPresenter]) -> Vec<Self> {
        let responsible = ResponsibleOperator {
            id: ID(operator.registration.id.to_string()),
            name: view::shown_name(&operator.facts),
            party: operator.registration.party_id,
        };
        let view = |presenter: &record::SyntheticPresenter| Self {
            name: presenter.name.clone(),
            account_number: presenter.account.clone(),
            producer: presenter.producer.as_ref().map(PresenterProducer::of),
            responsible_operator: responsible.clone(),
            since: Date(presenter.since),
            until: presenter.until.map(Date),
        };
        presenters.iter().map(view).collect()
    }
}

impl PresenterProducer {
    fn of(producer: &PersonRef) -> Self {
        let number = producer.identity.as_ref().map(|stored| {
            let (number, country) = (stored.number.clone(), stored.issuing_country);
            IdentityNumber::from_stored(stored.kind, number, country)
        });
        let organisation = number
            .as_ref()
            .is_some_and(|number| number.kind() == IdentityKind::Uscc);
        Self {
            name: if organisation {
                producer.name.clone()
            } else {
                mask::person_name(&producer.name)
            },
            identity: number.as_ref().map(identity),
        }
    }
}

fn identity(number: &IdentityNumber) -> Identity {
    Identity {
        kind: number.kind().into(),
        masked: number.masked(),
        issuing_country: number
            .issuing_country()
            .map(|country| country.as_str().to_owned()),
    }
}

/// 虚拟主播。没有身份号码：真人作为直播营销人员登记。
#[derive(InputObject)]
pub struct SyntheticPresenterInput {
    /// 展示的名称，不得含有身份证件号码
    name: String,
    /// 所在直播间的账号，须为本运营者的直播账号；不填即不限于某一直播间
    account_number: Option<String>,
    /// 制作者：组织或者自然人，有证件号码的一并提供；不填的给出警告
    producer: Option<PersonRefInput>,
}

impl From<SyntheticPresenterInput> for input::SyntheticPresenterInput {
    fn from(presenter: SyntheticPresenterInput) -> Self {
        Self {
            name: presenter.name,
            account_number: presenter.account_number,
            producer: presenter.producer.map(Into::into),
        }
    }
}
