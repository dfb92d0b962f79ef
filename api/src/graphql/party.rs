//! The party in words: a masked number, the registrations and the links in sight; and how identities are given.

use async_graphql::{
    ComplexObject, Context, ID, InputObject, Object, OneofObject, Result, SimpleObject,
};
use entity::id::{PartyId, RegistrationId};
use entity::value::identity::IdentityNumber;

use super::enums::IdentityKind;
use super::page::{Asked, info, seal};
use super::party_link::PartyLink;
use super::registration::{Registration, RegistrationConnection, RegistrationEdge};
use super::scalars::Cursor;
use super::{app, caller, id, loaders, told};
use crate::error::Error;
use crate::registry::party_link::{self, reading as links};
use crate::registry::{input, reading};

/// 身份号码，脱敏。
#[derive(Clone, Debug, SimpleObject)]
pub struct Identity {
    /// 证件类型
    pub kind: IdentityKind,
    /// 脱敏后的号码；统一社会信用代码不脱敏
    pub masked: String,
    /// 签发国家或者地区（ISO 3166-1 三位字母），护照和其他证件才有
    pub issuing_country: Option<String>,
}

/// 主体：自然人或者组织，以规范化的身份号码区分，全库唯一。名称、电话、地址属于登记，不属于主体。
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Party {
    /// 编号
    pub id: ID,
    /// 身份号码
    pub identity: Identity,
    #[graphql(skip)]
    key: PartyId,
}

impl Party {
    /// The view of a party.
    pub(super) fn of(party: PartyId, identity: &IdentityNumber) -> Self {
        Self {
            id: ID(party.to_string()),
            identity: Identity {
                kind: identity.kind().into(),
                masked: identity.masked(),
                issuing_country: identity
                    .issuing_country()
                    .map(|country| country.as_str().to_owned()),
            },
            key: party,
        }
    }
}

#[ComplexObject]
impl Party {
    /// 该主体在可见范围内的全部登记
    pub async fn registrations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<Cursor>,
    ) -> Result<RegistrationConnection> {
        let app = app(ctx);
        let list = format!("party:{}", self.key);
        let asked = Asked {
            first,
            after,
            ..Asked::default()
        };
        let slice = asked
            .slice::<RegistrationId>(app, &list)
            .map_err(|e| told(ctx, e))?;
        // A caller without the scope may meet a party beside a platform or a submission; it has no list to show there.
        if !loaders::may_read(ctx) {
            return Ok(RegistrationConnection::default());
        }
        let asked_for = (slice.after, slice.rows + 1);
        let mut found = loaders::registrations_of(ctx, self.key, asked_for).await?;
        let size = usize::try_from(slice.rows).unwrap_or(usize::MAX);
        let more = found.len() > size;
        found.truncate(size);
        let mut edges = Vec::with_capacity(found.len());
        for record in found {
            let cursor = seal(app, &list, &record.registration.id).map_err(|e| told(ctx, e))?;
            if let Some(node) = Registration::of(record) {
                edges.push(RegistrationEdge { node, cursor });
            }
        }
        let total_count = if ctx.look_ahead().field("totalCount").exists() {
            let count = loaders::count_of(ctx, self.key).await?;
            count.and_then(|rows| i32::try_from(rows).ok())
        } else {
            None
        };
        Ok(RegistrationConnection {
            page_info: info(&slice, more, edges.iter().map(|edge| &edge.cursor)),
            edges,
            total_count,
        })
    }

    /// 与其他主体的关联，限于可见范围；经人确认的在前
    pub async fn links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "前几条，最多 500")] first: Option<i32>,
        #[graphql(desc = "是否包括已经终止的和已撤销确认的", default)] ended: bool,
    ) -> Result<Vec<PartyLink>> {
        let asked = Asked {
            first,
            ..Asked::default()
        };
        let slice = asked
            .slice::<PartyId>(app(ctx), "links")
            .map_err(|e| told(ctx, e))?;
        if !loaders::may_read(ctx) {
            return Ok(Vec::new());
        }
        let asked = links::Asked {
            party: self.key,
            ended,
            rows: slice.rows,
        };
        let shown = loaders::links(ctx, asked).await?.into_iter();
        Ok(shown.map(|link| PartyLink::of(ctx, link)).collect())
    }
}

/// 身份号码。
#[derive(InputObject)]
pub struct IdentityInput {
    /// 证件类型
    kind: IdentityKind,
    /// 证件号码
    number: String,
    /// 签发国家或者地区（ISO 3166-1 三位字母），护照和其他证件必填
    issuing_country: Option<String>,
}

impl From<IdentityInput> for input::IdentityInput {
    fn from(identity: IdentityInput) -> Self {
        Self {
            kind: identity.kind.into(),
            number: identity.number,
            issuing_country: identity.issuing_country,
        }
    }
}

/// 相关人员：姓名，有证件号码的一并提供。
#[derive(InputObject)]
pub struct PersonRefInput {
    /// 姓名
    name: String,
    /// 身份号码
    identity: Option<IdentityInput>,
}

impl From<PersonRefInput> for input::PersonRefInput {
    fn from(person: PersonRefInput) -> Self {
        Self {
            name: person.name,
            identity: person.identity.map(Into::into),
        }
    }
}

impl From<PartyRef> for party_link::PartyRef {
    fn from(reference: PartyRef) -> Self {
        match reference {
            PartyRef::Party(given) => Self::Party(id(&given)),
            PartyRef::Registration(given) => Self::Registration(id(&given)),
            PartyRef::Identity(given) => Self::Identity(given.into()),
        }
    }
}

/// 指定一个主体：按编号、按登记编号，或者按身份号码（按身份号码查询会记入审计）。
#[derive(OneofObject)]
pub enum PartyRef {
    /// 主体编号
    Party(ID),
    /// 登记编号
    Registration(ID),
    /// 身份号码
    Identity(IdentityInput),
}

/// Reading parties.
#[derive(Default)]
pub struct PartyQuery;

#[Object]
impl PartyQuery {
    /// 查一个主体；不存在，或者没有可见的登记属于它、填报它时为空。
    async fn party(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "ref", desc = "哪个主体")] reference: PartyRef,
    ) -> Result<Option<Party>> {
        match reference {
            PartyRef::Party(given) => find(ctx, &given).await,
            PartyRef::Registration(given) => {
                let Some(wanted) = id(&given) else {
                    return Ok(None);
                };
                let found = reading::find(app(ctx), caller(ctx), wanted)
                    .await
                    .map_err(|e| told(ctx, e))?;
                match found {
                    Some(record) => {
                        let party = record.registration.party_id;
                        loaders::party(ctx, party).await.map(Some)
                    }
                    None => Ok(None),
                }
            }
            PartyRef::Identity(given) => by_identity(ctx, given).await,
        }
    }
}

async fn by_identity(ctx: &Context<'_>, given: IdentityInput) -> Result<Option<Party>> {
    let app = app(ctx);
    let country = given.issuing_country.as_deref();
    let Ok(parsed) = IdentityNumber::parse(given.kind.into(), &given.number, country, app.today())
    else {
        let refused = Error::bad_input(
            "身份号码无效：请核对证件类型、号码和签发国家",
            "the identity number is not valid: check its kind, number and issuing country",
        );
        return Err(told(ctx, refused));
    };
    let row = reading::party_by_identity(app, caller(ctx), &parsed.identity)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(row.map(|row| Party::of(row.id, &parsed.identity)))
}

/// A party by id, where a registration in sight is its own or names it.
pub(super) async fn find(ctx: &Context<'_>, given: &ID) -> Result<Option<Party>> {
    let Some(wanted) = id(given) else {
        return Ok(None);
    };
    let row = reading::party_in_sight(app(ctx), caller(ctx), wanted)
        .await
        .map_err(|e| told(ctx, e))?;
    match row {
        None => Ok(None),
        Some(row) => {
            let identity =
                crate::registry::party::open(app(ctx), &row).map_err(|e| told(ctx, e))?;
            Ok(Some(Party::of(row.id, &identity)))
        }
    }
}

/// The party of a platform, whose number is public.
pub(super) async fn company(ctx: &Context<'_>, party: PartyId) -> Result<Option<Party>> {
    let found = crate::registry::party::by_id(app(ctx), party)
        .await
        .map_err(|e| told(ctx, e))?;
    Ok(found.map(|identity| Party::of(party, &identity)))
}
