//! Which columns a table of each kind has, what must be filled in, and what is said of each: how it is filled in and what it
//! may look like. The headers themselves are the fields' own words.

use entity::kind::{IdentityKind, ImportKind, LegalForm};
use rules::survey::{Field, Group, Shape};

use crate::label::{identity_kind_label, legal_form_label};

/// The columns of a kind, in their order.
pub(super) fn of(kind: ImportKind) -> Vec<Field> {
    let group = |group: Group| {
        Field::ALL
            .iter()
            .copied()
            .filter(move |field| field.group() == group)
    };
    let mut columns = vec![Field::Ordinal];
    match kind {
        ImportKind::Operators => {
            columns.extend(
                [Group::Platform, Group::Room, Group::Operator]
                    .into_iter()
                    .flat_map(group),
            );
        }
        ImportKind::Streamers => {
            columns.push(Field::PlatformName);
            columns.extend(group(Group::Streamer));
            columns.extend([Field::AgencyName, Field::AgencyNumber]);
        }
        ImportKind::Agencies => {
            columns.extend([Group::Platform, Group::Agency].into_iter().flat_map(group));
        }
        ImportKind::Merchants => {
            columns.extend(
                [Group::Platform, Group::Merchant, Group::Shop]
                    .into_iter()
                    .flat_map(group),
            );
        }
        ImportKind::Blacklist => columns.extend(group(Group::Entry)),
        ImportKind::Mixed => columns.extend(MIXED),
        ImportKind::Form | ImportKind::Registrations => return Vec::new(),
    }
    columns.push(Field::Note);
    columns
}

const MIXED: [Field; 20] = [
    Field::PlatformName,
    Field::RoomAccount,
    Field::RoomName,
    Field::RoomUrl,
    Field::RoomFollowers,
    Field::RoomOperatingModel,
    Field::OperatorName,
    Field::OperatorNumber,
    Field::OperatorIdentityKind,
    Field::OperatorForm,
    Field::OperatorPhone,
    Field::OperatorBusinessAddress,
    Field::OperatorLegalRepresentative,
    Field::StreamerName,
    Field::StreamerStageName,
    Field::StreamerNumber,
    Field::StreamerPhone,
    Field::StreamerResidence,
    Field::AgencyName,
    Field::AgencyNumber,
];

/// Whether a row without it is not taken.
pub(super) const fn must(kind: ImportKind, field: Field) -> bool {
    match kind {
        ImportKind::Operators | ImportKind::Mixed => matches!(
            field,
            Field::PlatformName | Field::RoomAccount | Field::OperatorName | Field::OperatorNumber
        ),
        ImportKind::Streamers => {
            matches!(
                field,
                Field::PlatformName | Field::StreamerName | Field::StreamerNumber
            )
        }
        ImportKind::Agencies => {
            matches!(
                field,
                Field::PlatformName | Field::AgencyName | Field::AgencyNumber
            )
        }
        ImportKind::Merchants => {
            matches!(
                field,
                Field::PlatformName | Field::MerchantName | Field::MerchantNumber
            )
        }
        ImportKind::Blacklist => matches!(
            field,
            Field::EntryName
                | Field::EntryNumber
                | Field::EntryFacts
                | Field::EntryInstrument
                | Field::EntryFrom
                | Field::EntryAuthority
        ),
        ImportKind::Form | ImportKind::Registrations => false,
    }
}

/// The words that may be chosen from.
pub(super) fn choices(field: Field) -> Vec<&'static str> {
    match field.shape() {
        Shape::IdentityKind => IdentityKind::ALL
            .iter()
            .map(|kind| identity_kind_label(*kind))
            .collect(),
        Shape::Form => LegalForm::ALL
            .iter()
            .map(|form| legal_form_label(*form))
            .collect(),
        Shape::Flag => vec!["是", "否"],
        Shape::Role => vec![
            "直播间运营者",
            "直播营销人员",
            "服务机构",
            "平台内经营者",
            "平台",
        ],
        Shape::Exemption => vec![
            "自产农副产品",
            "家庭手工业产品",
            "便民劳务",
            "零星小额",
            "其他情形",
        ],
        _ => Vec::new(),
    }
}

/// How a field is filled in.
pub(super) const fn hint(field: Field) -> &'static str {
    match field {
        Field::PlatformName => "平台的名称，如营业执照所载或者众所周知的叫法；同一平台写法一致",
        Field::RoomAccount => "平台内唯一的账号（ID），不是昵称",
        Field::OperatorNumber | Field::MerchantNumber | Field::EntryNumber => {
            "组织填18位统一社会信用代码，个人填18位公民身份号码；务必以文本填写"
        }
        Field::OperatorPermits | Field::MerchantPermits | Field::StreamerQualification => {
            "有多项的用“；”分开"
        }
        Field::RoomStreamers
        | Field::RoomTeamSize
        | Field::RoomFollowers
        | Field::RoomFollowing => "整数，可以写“12万”",
        Field::RoomTurnoverBand => "金额或者区间，如“100万元”“50-100万元”",
        Field::Ordinal => "可以不填；“示例”一行不会导入",
        Field::EntryUntil | Field::OperatorPermitUntil => "日期，如 2027-06-30；没有期限的填“长期”",
        Field::EntryInstrument => "法律、法规、规章的名称",
        Field::EntryArticle => "所依据的条，照法律原文写",
        Field::MerchantOverThreshold => "年交易额是否超过10万元",
        _ => by_shape(field.shape()),
    }
}

const fn by_shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Number => "18位；务必以文本填写，不要让软件当成数字",
        Shape::Code => "照原样填写，不要让软件当成数字",
        Shape::Phone => "手机号码，或者带区号的固定电话",
        Shape::Url => "以 http:// 或 https:// 开头的网址",
        Shape::Count => "整数",
        Shape::Day => "日期，如 2026-03-15",
        Shape::Term => "日期，或者“长期”",
        Shape::IdentityKind | Shape::Form | Shape::Role | Shape::Exemption | Shape::Flag => {
            "从下拉列表中选择"
        }
        Shape::Name => "与证件一致的全称",
        Shape::Text | Shape::Band | Shape::List => "文字",
    }
}

/// What a field may look like; nobody that there is.
pub(super) const fn example(field: Field) -> &'static str {
    match field {
        Field::Ordinal => "示例",
        Field::PlatformName => "某某直播",
        Field::RoomAccount => "zs88001234",
        Field::RoomName => "东海鲜生",
        Field::RoomUrl => "https://live.example.com/zs88001234",
        Field::RoomFollowers => "12万",
        Field::RoomFollowing => "35",
        Field::RoomTeamSize => "8",
        Field::RoomStreamers => "2",
        Field::RoomCertification => "企业认证",
        Field::RoomOperatingModel => "自播",
        Field::RoomTurnoverBand => "100-500万元",
        Field::RoomSeenOn | Field::EntryFrom => "2026-03-15",
        _ => of_parties(field),
    }
}

const fn of_parties(field: Field) -> &'static str {
    match field {
        Field::OperatorName | Field::MerchantName | Field::EntryName => "舟山示例电子商务有限公司",
        Field::OperatorNumber | Field::MerchantNumber | Field::EntryNumber => "91330902MA2A0000XJ",
        Field::OperatorIdentityKind | Field::MerchantIdentityKind | Field::EntryIdentityKind => {
            "统一社会信用代码"
        }
        Field::OperatorForm | Field::MerchantForm => "法人",
        Field::OperatorPhone | Field::MerchantPhone | Field::StreamerPhone => "13800000000",
        Field::OperatorBusinessAddress | Field::MerchantBusinessAddress => {
            "浙江省舟山市定海区示例路1号"
        }
        Field::OperatorDomicile | Field::AgencyDomicile => "浙江省舟山市定海区示例路2号",
        Field::OperatorPermits | Field::MerchantPermits => "食品经营许可证 JY13309020000000",
        Field::OperatorPermitUntil | Field::EntryUntil => "2027-06-30",
        Field::OperatorOwnSite => "https://www.example.com",
        Field::OperatorRegisteredOn => "2020-05-20",
        Field::StreamerName
        | Field::OperatorLegalRepresentative
        | Field::AgencyLegalRepresentative
        | Field::MerchantLegalRepresentative => "张三",
        Field::StreamerStageName => "小张",
        Field::StreamerIdentityKind => "居民身份证",
        Field::StreamerResidence => "浙江省舟山市定海区",
        Field::StreamerQualification => "执业药师",
        Field::StreamerOccupation => "主播",
        Field::AgencyName => "杭州示例文化传媒有限公司",
        Field::AgencyPhone => "0571-88880000",
        Field::MerchantOverThreshold => "是",
        Field::ShopName => "东海鲜生旗舰店",
        Field::ShopUrl => "https://shop.example.com/88001234",
        Field::EntryRole => "直播间运营者",
        Field::EntryFacts => "多次销售不合格商品",
        Field::EntryReason => "受到较重行政处罚",
        Field::EntryInstrument => "市场监督管理严重违法失信名单管理办法",
        Field::EntryArticle => "所依据的条",
        Field::EntryAuthority => "舟山市市场监督管理局",
        Field::EntryDocumentNumber => "舟市监列决〔2026〕1号",
        Field::EntryContact => "0580-2600000",
        _ => "",
    }
}
