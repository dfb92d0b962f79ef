//! The closed vocabulary of what a column of a survey can be, and how a word that several subjects share becomes one of
//! them. Nothing here knows how offices write a header.

use std::str::FromStr;

use entity::kind::{ImportKind, UnknownName};
use serde::{Deserialize, Serialize};

use super::vocabulary::{label, words};
use crate::label::Lang;

/// Whose value a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// The platform that the row speaks of.
    Platform,
    /// 直播间.
    Room,
    /// 直播间运营者.
    Operator,
    /// 直播营销人员.
    Streamer,
    /// 直播营销人员服务机构.
    Agency,
    /// 平台内经营者.
    Merchant,
    /// 网店.
    Shop,
    /// An entry of a blacklist.
    Entry,
    /// The row itself.
    Sheet,
}

/// What kind of value a field holds, and so how its cells are cleaned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One line of words.
    Text,
    /// The name of somebody; of streamers, several may stand in one cell.
    Name,
    /// An identity number of any kind.
    Number,
    /// An account, a certificate or a document number: digits and letters that are no quantity.
    Code,
    /// 联系方式.
    Phone,
    /// A web address.
    Url,
    /// How many.
    Count,
    /// An amount or a band of it, in words.
    Band,
    /// 证件类型.
    IdentityKind,
    /// 法律形式.
    Form,
    /// What a listed subject is.
    Role,
    /// 免登记情形.
    Exemption,
    /// Yes or no.
    Flag,
    /// A day.
    Day,
    /// A day, or no end.
    Term,
    /// Several things in one cell.
    List,
}

macro_rules! fields {
    ($($(#[$note:meta])* $variant:ident = $name:literal: $group:ident $shape:ident),+ $(,)?) => {
        /// What a column of a survey can be; the contract's `ImportColumn.field`.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Field {
            $($(#[$note])* #[serde(rename = $name)] $variant,)+
        }

        impl Field {
            /// Every field, in the order of a template's columns.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name that clients see.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Whose value it is.
            #[must_use]
            pub const fn group(self) -> Group {
                match self { $(Self::$variant => Group::$group),+ }
            }

            /// What kind of value it is.
            #[must_use]
            pub const fn shape(self) -> Shape {
                match self { $(Self::$variant => Shape::$shape),+ }
            }
        }

        impl FromStr for Field {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    _ => Err(UnknownName { text: text.to_owned(), known: &[$($name),+] }),
                }
            }
        }
    };
}

fields! {
    /// 所在平台.
    PlatformName = "platform.name": Platform Name,
    /// 直播账号.
    RoomAccount = "room.account": Room Code,
    /// 直播间名称.
    RoomName = "room.name": Room Text,
    /// 直播间网址.
    RoomUrl = "room.url": Room Url,
    /// 粉丝数量.
    RoomFollowers = "room.followers": Room Count,
    /// 关注数量.
    RoomFollowing = "room.following": Room Count,
    /// 团队人数.
    RoomTeamSize = "room.teamSize": Room Count,
    /// 主播人数.
    RoomStreamers = "room.streamers": Room Count,
    /// 认证信息.
    RoomCertification = "room.certification": Room Text,
    /// 运营模式.
    RoomOperatingModel = "room.operatingModel": Room Text,
    /// 年交易额, as a band or an amount in words.
    RoomTurnoverBand = "room.turnoverBand": Room Band,
    /// The day on which the room was seen.
    RoomSeenOn = "room.seenOn": Room Day,
    /// 运营者名称.
    OperatorName = "operator.name": Operator Name,
    /// 运营者证件号码.
    OperatorNumber = "operator.number": Operator Number,
    /// 运营者证件类型.
    OperatorIdentityKind = "operator.identityKind": Operator IdentityKind,
    /// 运营者法律形式.
    OperatorForm = "operator.form": Operator Form,
    /// 运营者联系方式.
    OperatorPhone = "operator.phone": Operator Phone,
    /// 实际经营地址.
    OperatorBusinessAddress = "operator.businessAddress": Operator Text,
    /// 住所.
    OperatorDomicile = "operator.domicile": Operator Text,
    /// 法定代表人（负责人）.
    OperatorLegalRepresentative = "operator.legalRepresentative": Operator Text,
    /// Its number.
    OperatorLegalRepresentativeNumber = "operator.legalRepresentativeNumber": Operator Number,
    /// 个体工商户经营者.
    OperatorProprietor = "operator.proprietor": Operator Text,
    /// Its number.
    OperatorProprietorNumber = "operator.proprietorNumber": Operator Number,
    /// 行政许可, one a value.
    OperatorPermits = "operator.permits": Operator List,
    /// To when they are valid.
    OperatorPermitUntil = "operator.permitUntil": Operator Term,
    /// 自建网站.
    OperatorOwnSite = "operator.ownSite": Operator Url,
    /// 成立日期.
    OperatorRegisteredOn = "operator.registeredOn": Operator Day,
    /// 主播姓名.
    StreamerName = "streamer.name": Streamer Name,
    /// 直播用名.
    StreamerStageName = "streamer.stageName": Streamer Name,
    /// 主播证件号码.
    StreamerNumber = "streamer.number": Streamer Number,
    /// 主播证件类型.
    StreamerIdentityKind = "streamer.identityKind": Streamer IdentityKind,
    /// 主播联系方式.
    StreamerPhone = "streamer.phone": Streamer Phone,
    /// 常住地.
    StreamerResidence = "streamer.residence": Streamer Text,
    /// 专业资质, one a value.
    StreamerQualification = "streamer.qualification": Streamer List,
    /// 职业职务.
    StreamerOccupation = "streamer.occupation": Streamer Text,
    /// 机构名称.
    AgencyName = "agency.name": Agency Name,
    /// 机构统一社会信用代码.
    AgencyNumber = "agency.number": Agency Number,
    /// 机构联系方式.
    AgencyPhone = "agency.phone": Agency Phone,
    /// 机构住所.
    AgencyDomicile = "agency.domicile": Agency Text,
    /// 机构法定代表人.
    AgencyLegalRepresentative = "agency.legalRepresentative": Agency Text,
    /// Its number.
    AgencyLegalRepresentativeNumber = "agency.legalRepresentativeNumber": Agency Number,
    /// 平台内经营者名称.
    MerchantName = "merchant.name": Merchant Name,
    /// 平台内经营者证件号码.
    MerchantNumber = "merchant.number": Merchant Number,
    /// 平台内经营者证件类型.
    MerchantIdentityKind = "merchant.identityKind": Merchant IdentityKind,
    /// 平台内经营者法律形式.
    MerchantForm = "merchant.form": Merchant Form,
    /// 平台内经营者联系方式.
    MerchantPhone = "merchant.phone": Merchant Phone,
    /// 平台内经营者实际经营地址.
    MerchantBusinessAddress = "merchant.businessAddress": Merchant Text,
    /// 平台内经营者行政许可, one a value.
    MerchantPermits = "merchant.permits": Merchant List,
    /// 免登记情形.
    MerchantExemption = "merchant.exemption": Merchant Exemption,
    /// 年交易额超过10万元.
    MerchantOverThreshold = "merchant.overThreshold": Merchant Flag,
    /// 平台内经营者法定代表人.
    MerchantLegalRepresentative = "merchant.legalRepresentative": Merchant Text,
    /// Its number.
    MerchantLegalRepresentativeNumber = "merchant.legalRepresentativeNumber": Merchant Number,
    /// 平台内经营者是个体工商户的，其经营者.
    MerchantProprietor = "merchant.proprietor": Merchant Text,
    /// 网店名称.
    ShopName = "shop.name": Shop Text,
    /// 网店网址.
    ShopUrl = "shop.url": Shop Url,
    /// 列入对象名称.
    EntryName = "entry.name": Entry Name,
    /// 列入对象证件号码.
    EntryNumber = "entry.number": Entry Number,
    /// 列入对象证件类型.
    EntryIdentityKind = "entry.identityKind": Entry IdentityKind,
    /// 列入对象角色.
    EntryRole = "entry.role": Entry Role,
    /// 违法事实.
    EntryFacts = "entry.facts": Entry Text,
    /// 列入原因.
    EntryReason = "entry.reason": Entry Text,
    /// 法律依据.
    EntryInstrument = "entry.instrument": Entry Text,
    /// 条款.
    EntryArticle = "entry.article": Entry Text,
    /// 列入日期.
    EntryFrom = "entry.from": Entry Day,
    /// 移出日期.
    EntryUntil = "entry.until": Entry Term,
    /// 列入机关.
    EntryAuthority = "entry.authority": Entry Text,
    /// 文书编号.
    EntryDocumentNumber = "entry.documentNumber": Entry Code,
    /// 异议联系方式.
    EntryContact = "entry.contact": Entry Text,
    /// 备注.
    Note = "note": Sheet Text,
    /// 序号.
    Ordinal = "ordinal": Sheet Code,
    /// Nothing that is imported.
    Ignored = "ignored": Sheet Text,
}

impl Field {
    /// How people read it.
    #[must_use]
    pub fn label(self, lang: Lang) -> &'static str {
        label(self, lang)
    }

    /// The headers that name it beyond doubt, as offices write them.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        words(self)
    }

    /// Whether a row may say it several times.
    #[must_use]
    pub fn repeats(self) -> bool {
        self.shape() == Shape::List
    }

    /// Whether it is a person's or an organisation's name.
    #[must_use]
    pub const fn is_name(self) -> bool {
        matches!(self.shape(), Shape::Name)
            && !matches!(self, Self::PlatformName | Self::StreamerStageName)
    }
}

/// A word that several subjects share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leaf {
    /// 企业名称: of an organisation.
    Organisation,
    /// 名称（姓名）.
    Name,
    /// 证件号码 of whatever kind.
    Number,
    /// 统一社会信用代码.
    CreditCode,
    /// 身份证号.
    ResidentId,
    /// 证件类型.
    IdentityKind,
    /// 主体类型.
    Form,
    /// 联系电话.
    Phone,
    /// 实际经营地址: of whoever trades.
    Premises,
    /// 地址.
    Address,
    /// 住所.
    Domicile,
    /// 法定代表人.
    LegalRepresentative,
    /// Its number.
    LegalRepresentativeNumber,
    /// 经营者.
    Proprietor,
    /// Its number.
    ProprietorNumber,
    /// 起始日期.
    From,
    /// 截止日期.
    Until,
    /// 许可证编号.
    Permit,
    /// 账号.
    Account,
    /// 链接.
    Url,
}

impl Leaf {
    /// The field that the word means of a subject; none where that subject has no such thing.
    #[must_use]
    pub const fn of(self, group: Group) -> Option<Field> {
        match group {
            Group::Operator => self.of_operator(),
            Group::Streamer => self.of_streamer(),
            Group::Agency => self.of_agency(),
            Group::Merchant => self.of_merchant(),
            Group::Entry => self.of_entry(),
            Group::Room => match self {
                Self::Account => Some(Field::RoomAccount),
                Self::Name => Some(Field::RoomName),
                Self::Url => Some(Field::RoomUrl),
                _ => None,
            },
            Group::Shop => match self {
                Self::Name => Some(Field::ShopName),
                Self::Url => Some(Field::ShopUrl),
                _ => None,
            },
            Group::Platform => match self {
                Self::Name => Some(Field::PlatformName),
                _ => None,
            },
            Group::Sheet => None,
        }
    }

    const fn of_operator(self) -> Option<Field> {
        Some(match self {
            Self::Name | Self::Organisation => Field::OperatorName,
            Self::Number | Self::CreditCode | Self::ResidentId => Field::OperatorNumber,
            Self::IdentityKind => Field::OperatorIdentityKind,
            Self::Form => Field::OperatorForm,
            Self::Phone => Field::OperatorPhone,
            Self::Premises | Self::Address => Field::OperatorBusinessAddress,
            Self::Domicile => Field::OperatorDomicile,
            Self::LegalRepresentative => Field::OperatorLegalRepresentative,
            Self::LegalRepresentativeNumber => Field::OperatorLegalRepresentativeNumber,
            Self::Proprietor => Field::OperatorProprietor,
            Self::ProprietorNumber => Field::OperatorProprietorNumber,
            Self::Permit => Field::OperatorPermits,
            Self::Until => Field::OperatorPermitUntil,
            Self::Url => Field::OperatorOwnSite,
            Self::From | Self::Account => return None,
        })
    }

    const fn of_streamer(self) -> Option<Field> {
        Some(match self {
            Self::Name => Field::StreamerName,
            Self::Number | Self::ResidentId => Field::StreamerNumber,
            Self::IdentityKind => Field::StreamerIdentityKind,
            Self::Phone => Field::StreamerPhone,
            Self::Address | Self::Domicile => Field::StreamerResidence,
            _ => return None,
        })
    }

    const fn of_agency(self) -> Option<Field> {
        Some(match self {
            Self::Name | Self::Organisation => Field::AgencyName,
            Self::Number | Self::CreditCode => Field::AgencyNumber,
            Self::Phone => Field::AgencyPhone,
            Self::Premises | Self::Address | Self::Domicile => Field::AgencyDomicile,
            Self::LegalRepresentative => Field::AgencyLegalRepresentative,
            Self::LegalRepresentativeNumber | Self::ResidentId => {
                Field::AgencyLegalRepresentativeNumber
            }
            _ => return None,
        })
    }

    const fn of_merchant(self) -> Option<Field> {
        Some(match self {
            Self::Name | Self::Organisation => Field::MerchantName,
            Self::Number | Self::CreditCode | Self::ResidentId => Field::MerchantNumber,
            Self::IdentityKind => Field::MerchantIdentityKind,
            Self::Form => Field::MerchantForm,
            Self::Phone => Field::MerchantPhone,
            Self::Premises | Self::Address | Self::Domicile => Field::MerchantBusinessAddress,
            Self::LegalRepresentative => Field::MerchantLegalRepresentative,
            Self::LegalRepresentativeNumber => Field::MerchantLegalRepresentativeNumber,
            Self::Proprietor => Field::MerchantProprietor,
            Self::Permit => Field::MerchantPermits,
            Self::Url => Field::ShopUrl,
            _ => return None,
        })
    }

    const fn of_entry(self) -> Option<Field> {
        Some(match self {
            Self::Name | Self::Organisation => Field::EntryName,
            Self::Number | Self::CreditCode | Self::ResidentId => Field::EntryNumber,
            Self::IdentityKind => Field::EntryIdentityKind,
            Self::Form => Field::EntryRole,
            Self::From => Field::EntryFrom,
            Self::Until => Field::EntryUntil,
            Self::Phone => Field::EntryContact,
            _ => return None,
        })
    }
}

/// The subject that a shared word means in a table of a kind, where nothing beside it says otherwise.
#[must_use]
pub const fn of_kind(kind: ImportKind) -> Group {
    match kind {
        ImportKind::Streamers => Group::Streamer,
        ImportKind::Agencies => Group::Agency,
        ImportKind::Merchants => Group::Merchant,
        ImportKind::Blacklist => Group::Entry,
        ImportKind::Operators
        | ImportKind::Mixed
        | ImportKind::Form
        | ImportKind::Registrations => Group::Operator,
    }
}
