//! The closed vocabularies that records speak: each value is stored as its contract name.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Declares a closed vocabulary that is stored as text and named as in the contract.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum,
        )]
        #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
        pub enum $name {
            $(
                $(#[$vmeta])*
                #[sea_orm(string_value = $text)]
                #[serde(rename = $text)]
                $variant,
            )+
        }

        impl $name {
            /// Every value, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The contract's name of the value, which is also what the database holds.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(UnknownName { text: text.to_owned(), known: &[$($text),+] }),
                }
            }
        }
    };
}

mod kept;
mod link;
mod listing;
mod live;
mod measure;
mod survey;

pub use kept::{HeldKind, ObjectionKind, ObjectionOutcome};
pub use link::{LinkGround, PartyLinkKind, PartyLinkState, TieKind};
pub use listing::{
    AppealState, BlacklistRegister, BlacklistState, EvasionGround, LeadState, MatchVerdict,
    NoticeKind, ScreeningState,
};
pub use live::{FailedTraining, TrainingOutcome};
pub use measure::DispositionState;
pub use survey::ImportMode;

/// A text that names no value of a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown name {text:?}; known: {}", known.join(", "))]
pub struct UnknownName {
    /// What was given.
    pub text: String,
    /// What would have been understood.
    pub known: &'static [&'static str],
}

vocabulary! {
    /// What a party is on a platform (Order 117 Art. 2).
    SubjectKind {
        /// 直播电商平台经营者.
        Platform = "PLATFORM",
        /// 直播间运营者.
        Operator = "OPERATOR",
        /// 直播营销人员.
        Streamer = "STREAMER",
        /// 直播营销人员服务机构.
        Agency = "AGENCY",
        /// 平台内经营者.
        Merchant = "MERCHANT",
    }
}

vocabulary! {
    /// Which document an identity number comes from (证件类型).
    IdentityKind {
        /// 统一社会信用代码 (GB 32100-2015).
        Uscc = "USCC",
        /// 居民身份证 (GB 11643-1999).
        ResidentId = "RESIDENT_ID",
        /// 港澳台居民居住证.
        ResidencePermitHmt = "RESIDENCE_PERMIT_HMT",
        /// 外国人永久居留身份证.
        PermanentResidenceCard = "PERMANENT_RESIDENCE_CARD",
        /// 港澳居民来往内地通行证.
        TravelPermitHm = "TRAVEL_PERMIT_HM",
        /// 台湾居民来往大陆通行证.
        TravelPermitTw = "TRAVEL_PERMIT_TW",
        /// 护照.
        Passport = "PASSPORT",
        /// 网号 (公安部等令第173号).
        NetworkId = "NETWORK_ID",
        /// 其他证件.
        Other = "OTHER",
    }
}

vocabulary! {
    /// 法律形式.
    LegalForm {
        /// 法人.
        LegalPerson = "LEGAL_PERSON",
        /// 非法人组织.
        Unincorporated = "UNINCORPORATED",
        /// 个体工商户.
        IndividualBusiness = "INDIVIDUAL_BUSINESS",
        /// 自然人.
        NaturalPerson = "NATURAL_PERSON",
    }
}

vocabulary! {
    /// 行政许可种类.
    PermitKind {
        /// 食品经营许可.
        FoodSales = "FOOD_SALES",
        /// 食品生产许可.
        FoodProduction = "FOOD_PRODUCTION",
        /// 医疗器械经营许可或者备案.
        MedicalDevice = "MEDICAL_DEVICE",
        /// 药品网络销售.
        DrugOnlineSales = "DRUG_ONLINE_SALES",
        /// 出版物经营许可.
        Publication = "PUBLICATION",
        /// 演出经纪资格.
        PerformanceBrokerage = "PERFORMANCE_BROKERAGE",
        /// 其他许可.
        Other = "OTHER",
    }
}

vocabulary! {
    /// 依法不需要办理经营主体登记的情形 (电子商务法 Art. 10; 网络交易监督管理办法 Art. 8).
    ExemptionKind {
        /// 个人销售自产农副产品.
        OwnFarmProduce = "OWN_FARM_PRODUCE",
        /// 个人销售家庭手工业产品.
        HomeCraft = "HOME_CRAFT",
        /// 个人利用自己的技能从事依法无须取得许可的便民劳务活动.
        PersonalSkillService = "PERSONAL_SKILL_SERVICE",
        /// 个人从事零星小额交易活动.
        SmallOccasional = "SMALL_OCCASIONAL",
        /// Any other case that the law exempts.
        Other = "OTHER",
    }
}

vocabulary! {
    /// How an operator stands to a live account (Order 117 Art. 2: 注册账号的, 实际运营他人直播间的).
    AccountRole {
        /// 账号注册人.
        Holder = "HOLDER",
        /// 实际运营人.
        ActualOperator = "ACTUAL_OPERATOR",
    }
}

vocabulary! {
    /// Where a registration comes from.
    RecordSource {
        /// The platform's own deed.
        Platform = "PLATFORM",
        /// A bureau's survey or own deed.
        Survey = "SURVEY",
        /// Handed over by another province.
        Parcel = "PARCEL",
    }
}

vocabulary! {
    /// Whether a registration stands.
    RegistrationStatus {
        /// 存续.
        Active = "ACTIVE",
        /// 注销.
        Closed = "CLOSED",
    }
}

vocabulary! {
    /// Why a registration was closed.
    CloseReason {
        /// The subject gave the account up.
        CancelledBySubject = "CANCELLED_BY_SUBJECT",
        /// The platform ended it.
        ClosedByPlatform = "CLOSED_BY_PLATFORM",
        /// 死亡或者解散.
        DeceasedOrDissolved = "DECEASED_OR_DISSOLVED",
        /// Registered by mistake.
        Mistake = "MISTAKE",
        /// Any other reason, told in the note.
        Other = "OTHER",
    }
}

vocabulary! {
    /// Which branch of government an office belongs to.
    Authority {
        /// 市场监督管理部门.
        Market = "MARKET",
        /// 网信部门.
        Cyberspace = "CYBERSPACE",
    }
}

vocabulary! {
    /// The level of an office or a division.
    OfficeLevel {
        /// 县级.
        County = "COUNTY",
        /// 地市级.
        City = "CITY",
        /// 省级.
        Province = "PROVINCE",
        /// 国家级.
        National = "NATIONAL",
    }
}

vocabulary! {
    /// Who a client is: a platform, an office of a level, or one of the house's own parted roles.
    Role {
        /// A platform's system.
        Platform = "PLATFORM",
        /// A county office.
        County = "COUNTY",
        /// A city office.
        City = "CITY",
        /// A provincial office.
        Province = "PROVINCE",
        /// The national office.
        National = "NATIONAL",
        /// Runs the house, sees no personal data.
        System = "SYSTEM",
        /// Grants and revokes clients.
        Security = "SECURITY",
        /// Reads the audit.
        Auditor = "AUDITOR",
    }
}

vocabulary! {
    /// 处置措施; which of them an edition has, in which order and under which name, says its table (Order 117 Art. 12).
    DispositionKind {
        /// 警示.
        Warning = "WARNING",
        /// 限制功能.
        FunctionLimit = "FUNCTION_LIMIT",
        /// 限制流量.
        TrafficLimit = "TRAFFIC_LIMIT",
        /// 暂停直播.
        LivePause = "LIVE_PAUSE",
        /// 限期停播.
        LiveSuspension = "LIVE_SUSPENSION",
        /// 关闭账号.
        AccountClosure = "ACCOUNT_CLOSURE",
        /// 禁止重新注册账号.
        ReregistrationBan = "REREGISTRATION_BAN",
        /// 列入黑名单.
        Blacklisting = "BLACKLISTING",
        /// 在经营页面标注警示信息, for a merchant.
        PageWarning = "PAGE_WARNING",
        /// 暂停服务, for a merchant.
        ServiceSuspension = "SERVICE_SUSPENSION",
        /// 终止服务, for a merchant.
        ServiceTermination = "SERVICE_TERMINATION",
    }
}

vocabulary! {
    /// 效力位阶 of an instrument.
    LegalLevel {
        /// 法律.
        Law = "LAW",
        /// 行政法规.
        AdministrativeRegulation = "ADMINISTRATIVE_REGULATION",
        /// 地方性法规.
        LocalRegulation = "LOCAL_REGULATION",
        /// 规章.
        Rule = "RULE",
        /// 规范性文件, a draft, or anything else.
        Other = "OTHER",
    }
}

vocabulary! {
    /// Which report a submission is; the edition says which sheets each has.
    ReportKind {
        /// 直播电商身份信息报送 (Order 117 Art. 9).
        Livestream = "LIVESTREAM",
        /// 平台内经营者身份信息报送 (网络交易监督管理办法 Art. 25).
        Merchant = "MERCHANT",
    }
}

vocabulary! {
    /// 报送类型.
    FilingKind {
        /// 首次报送: every open registration and what ended.
        Initial = "INITIAL",
        /// 补充报送: only registrations without a row in the window.
        Supplement = "SUPPLEMENT",
        /// 更正报送: only registrations that changed or ended since their row.
        Correction = "CORRECTION",
    }
}

vocabulary! {
    /// The life of a submission.
    SubmissionState {
        /// 生成中.
        Preparing = "PREPARING",
        /// 待报送.
        Ready = "READY",
        /// 已报送.
        Filed = "FILED",
        /// 已接收.
        Accepted = "ACCEPTED",
        /// 已退回.
        Returned = "RETURNED",
        /// 已撤回.
        Withdrawn = "WITHDRAWN",
        /// 已被替代.
        Superseded = "SUPERSEDED",
        /// 已取消.
        Cancelled = "CANCELLED",
        /// 生成失败.
        Failed = "FAILED",
    }
}

vocabulary! {
    /// Where an import stands.
    ImportState {
        /// 等待读取.
        Reading = "READING",
        /// 待确认.
        Review = "REVIEW",
        /// 写入中.
        Committing = "COMMITTING",
        /// 已写入.
        Committed = "COMMITTED",
        /// 撤销中.
        Undoing = "UNDOING",
        /// 已撤销.
        Undone = "UNDONE",
        /// 已取消.
        Cancelled = "CANCELLED",
        /// 失败.
        Failed = "FAILED",
    }
}

vocabulary! {
    /// What a file holds.
    ImportKind {
        /// 直播间运营者摸排表.
        Operators = "OPERATORS",
        /// 直播营销人员摸排表.
        Streamers = "STREAMERS",
        /// 直播营销人员服务机构摸排表.
        Agencies = "AGENCIES",
        /// 平台内经营者摸排表.
        Merchants = "MERCHANTS",
        /// 黑名单.
        Blacklist = "BLACKLIST",
        /// 混合.
        Mixed = "MIXED",
        /// 单户登记表.
        Form = "FORM",
        /// 首次登记: the API's own inputs.
        Registrations = "REGISTRATIONS",
    }
}

vocabulary! {
    /// What became of a row of a file.
    RowOutcome {
        /// 已采用.
        Accepted = "ACCEPTED",
        /// 未通过.
        Rejected = "REJECTED",
        /// 未采用.
        Skipped = "SKIPPED",
    }
}

vocabulary! {
    /// 信息状态 of a row in a filing.
    RowState {
        /// 新增.
        New = "NEW",
        /// 变更.
        Changed = "CHANGED",
        /// 未变.
        Unchanged = "UNCHANGED",
        /// 注销.
        Ended = "ENDED",
    }
}

vocabulary! {
    /// Where a registration stands on the verification clock (Order 117 Art. 8).
    VerificationState {
        /// The edition asks for none.
        NotRequired = "NOT_REQUIRED",
        /// Never verified.
        Never = "NEVER",
        /// Verified in time.
        Current = "CURRENT",
        /// Due within the notice days.
        Due = "DUE",
        /// Past its due day.
        Overdue = "OVERDUE",
    }
}
