//! The contract's enums over the entity's vocabularies: the same values under the same names.

use async_graphql::Enum;
use entity::kind;
use entity::problem;

/// Mirrors a vocabulary of entity as a GraphQL enum.
macro_rules! mirror {
    ($($(#[doc = $doc:literal])+ $name:ident of $remote:literal { $($(#[doc = $vdoc:literal])+ $variant:ident),+ $(,)? })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        #[graphql(remote = $remote)]
        pub enum $name { $($(#[doc = $vdoc])+ $variant),+ }
    )+};
}

mirror! {
    /// 一项报送办理到哪一步（第 117 号令第九条）：以首次报送为准，补充、更正报送不改变它。
    DueState of "rules::due::DueState" {
        /// 未生成：没有可报送的文件；从未生成、生成失败或者已撤回
        NotPrepared,
        /// 已退回：接收部门退回后尚未重新生成
        Returned,
        /// 已生成（包括正在生成），尚未报送
        Prepared,
        /// 已报送，尚未接收
        Filed,
        /// 已接收
        Accepted,
    }
    /// 主体类型：在平台上的身份（第 117 号令第二条）。
    SubjectKind of "kind::SubjectKind" {
        /// 直播电商平台经营者
        Platform,
        /// 直播间运营者
        Operator,
        /// 直播营销人员
        Streamer,
        /// 直播营销人员服务机构
        Agency,
        /// 平台内经营者
        Merchant,
    }
    /// 证件类型。
    IdentityKind of "kind::IdentityKind" {
        /// 统一社会信用代码（GB 32100-2015）
        Uscc,
        /// 居民身份证（GB 11643-1999）
        ResidentId,
        /// 港澳台居民居住证
        ResidencePermitHmt,
        /// 外国人永久居留身份证
        PermanentResidenceCard,
        /// 港澳居民来往内地通行证
        TravelPermitHm,
        /// 台湾居民来往大陆通行证
        TravelPermitTw,
        /// 护照
        Passport,
        /// 网号（仅校验形式，不作为报送号码）
        NetworkId,
        /// 其他证件
        Other,
    }
    /// 效力位阶。
    LegalLevel of "kind::LegalLevel" {
        /// 法律
        Law,
        /// 行政法规
        AdministrativeRegulation,
        /// 地方性法规
        LocalRegulation,
        /// 规章
        Rule,
        /// 其他
        Other,
    }
    /// 名单。
    BlacklistRegister of "kind::BlacklistRegister" {
        /// 平台黑名单（第 117 号令第十四条）
        Platform,
        /// 市场监督管理严重违法失信名单
        SeriousViolation,
        /// 互联网严重失信名单
        CyberspaceSeriousBreach,
    }
    /// 黑名单记录的状态。
    BlacklistState of "kind::BlacklistState" {
        /// 尚未到第一日
        Scheduled,
        /// 有效
        Active,
        /// 已到期
        Expired,
        /// 已移出
        Removed,
    }
    /// 申诉的状态。
    AppealState of "kind::AppealState" {
        /// 已收到
        Received,
        /// 复核中
        UnderReview,
        /// 维持列入
        Upheld,
        /// 缩短期限
        Shortened,
        /// 移出黑名单
        Removed,
    }
    /// 告知书的种类。
    NoticeKind of "kind::NoticeKind" {
        /// 列入黑名单告知书
        Listing,
        /// 申诉处理结果告知书
        Appeal,
        /// 移出黑名单告知书
        Removal,
    }
    /// 批量筛查的状态。
    ScreeningState of "kind::ScreeningState" {
        /// 正在查询
        Reading,
        /// 已完成
        Done,
        /// 已取消
        Cancelled,
        /// 不能查询，原因见 problems
        Failed,
    }
    /// 规避惩戒线索的依据的种类。
    EvasionGround of "kind::EvasionGround" {
        /// 被列入者重新注册账号
        NewAccount,
        /// 被列入者更换账号
        ChangedAccount,
        /// 原账号的新持有人联系方式相同
        SamePhone,
        /// 原账号的新持有人与其有法定代表人（负责人）关系；没有账号的，为有此种关系的主体登记
        Representative,
        /// 原账号的新持有人与其有经营者关系
        Proprietor,
        /// 原账号的新持有人同属一家服务机构
        Agency,
    }
    /// 规避惩戒线索的状态。
    LeadState of "kind::LeadState" {
        /// 待决定
        Open,
        /// 已确认是规避
        Confirmed,
        /// 已排除
        Dismissed,
    }
    /// 对相近名称的判断。
    MatchVerdict of "kind::MatchVerdict" {
        /// 是同一主体
        Same,
        /// 不是同一主体
        NotTheSame,
        /// 无法确定
        Unsure,
    }
    /// 依法不需要办理经营主体登记的情形（电子商务法第十条）。
    ExemptionKind of "kind::ExemptionKind" {
        /// 个人销售自产农副产品
        OwnFarmProduce,
        /// 个人销售家庭手工业产品
        HomeCraft,
        /// 个人利用自己的技能从事依法无须取得许可的便民劳务活动
        PersonalSkillService,
        /// 个人从事零星小额交易活动
        SmallOccasional,
        /// 法律、行政法规规定不需要登记的其他情形
        Other,
    }
    /// 法律形式。
    LegalForm of "kind::LegalForm" {
        /// 法人
        LegalPerson,
        /// 非法人组织
        Unincorporated,
        /// 个体工商户
        IndividualBusiness,
        /// 自然人
        NaturalPerson,
    }
    /// 行政许可种类。
    PermitKind of "kind::PermitKind" {
        /// 食品经营许可
        FoodSales,
        /// 食品生产许可
        FoodProduction,
        /// 医疗器械经营许可或者备案
        MedicalDevice,
        /// 药品网络销售
        DrugOnlineSales,
        /// 出版物经营许可
        Publication,
        /// 演出经纪资格
        PerformanceBrokerage,
        /// 其他许可，须填写名称
        Other,
    }
    /// 与直播账号的关系（第 117 号令第二条）。
    AccountRole of "kind::AccountRole" {
        /// 账号注册人，同一账号同时只有一个
        Holder,
        /// 实际运营人，可以有多个
        ActualOperator,
    }
    /// 主体关联的种类。
    PartyLinkKind of "kind::PartyLinkKind" {
        /// 同一人：同一自然人或者组织的两个身份号码
        SamePerson,
        /// 经营者：自然人与其经营的主体
        Proprietor,
        /// 法定代表人或者负责人：自然人与其代表的主体
        LegalRepresentative,
    }
    /// 主体关联的依据。
    LinkGround of "kind::LinkGround" {
        /// 由人确认
        Confirmed,
        /// 可见的登记填报
        Registered,
        /// 可见的登记更正过身份号码，由一方改为另一方
        Corrected,
        /// 双方可见的登记联系方式和姓名相同
        PhoneAndName,
    }
    /// 主体关联的状态。
    PartyLinkState of "kind::PartyLinkState" {
        /// 待确认：有依据，尚未有人确认
        Proposed,
        /// 已确认
        Confirmed,
        /// 已撤销：曾经确认，又已撤销
        Undone,
    }
    /// 处置措施；适用的法规版本对哪类主体有哪些，由其条款规定（第 117 号令第十二条）。
    DispositionKind of "kind::DispositionKind" {
        /// 警示
        Warning,
        /// 限制功能
        FunctionLimit,
        /// 限制流量
        TrafficLimit,
        /// 暂停直播
        LivePause,
        /// 限期停播
        LiveSuspension,
        /// 关闭账号
        AccountClosure,
        /// 禁止重新注册账号
        ReregistrationBan,
        /// 列入黑名单
        Blacklisting,
        /// 在经营页面标注警示信息（平台内经营者）
        PageWarning,
        /// 暂停服务（平台内经营者）
        ServiceSuspension,
        /// 终止服务（平台内经营者）
        ServiceTermination,
    }
    /// 处置措施的状态；某日是否有效，由起止日决定。
    DispositionState of "kind::DispositionState" {
        /// 未结束：有效，或者自第一日起有效
        Open,
        /// 已解除
        Lifted,
        /// 已期满
        Expired,
    }
    /// 登记信息的来源。
    RecordSource of "kind::RecordSource" {
        /// 平台自行登记
        Platform,
        /// 市场监督管理部门调查摸底或者登记
        Survey,
        /// 其他省份共享
        Parcel,
    }
    /// 登记状态。
    RegistrationStatus of "kind::RegistrationStatus" {
        /// 存续
        Active,
        /// 注销
        Closed,
    }
    /// 注销原因。
    CloseReason of "kind::CloseReason" {
        /// 主体自行注销
        CancelledBySubject,
        /// 平台关闭
        ClosedByPlatform,
        /// 死亡、解散或者注销登记
        DeceasedOrDissolved,
        /// 登记有误
        Mistake,
        /// 其他，须在 note 中说明
        Other,
    }
    /// 主管部门类别。
    Authority of "kind::Authority" {
        /// 市场监督管理部门
        Market,
        /// 网信部门
        Cyberspace,
    }
    /// 层级。
    OfficeLevel of "kind::OfficeLevel" {
        /// 县级
        County,
        /// 地市级
        City,
        /// 省级
        Province,
        /// 国家级
        National,
    }
    /// 调用者的角色。
    Role of "kind::Role" {
        /// 平台
        Platform,
        /// 县级机关
        County,
        /// 地市级机关
        City,
        /// 省级机关
        Province,
        /// 国家级机关
        National,
        /// 系统运行，不见个人信息
        System,
        /// 授予和撤销客户端
        Security,
        /// 查阅审计
        Auditor,
    }
    /// 报送种类。
    ReportKind of "kind::ReportKind" {
        /// 直播间运营者、直播营销人员身份信息（第 117 号令第九条）
        Livestream,
        /// 平台内经营者身份信息（网络交易监督管理办法第二十五条）
        Merchant,
    }
    /// 报送类型。
    FilingKind of "kind::FilingKind" {
        /// 首次报送
        Initial,
        /// 补充报送：只写本期尚无记录的主体
        Supplement,
        /// 更正报送：只写已变更或者已注销的主体
        Correction,
    }
    /// 报送状态。
    SubmissionState of "kind::SubmissionState" {
        /// 生成中
        Preparing,
        /// 待报送
        Ready,
        /// 已报送
        Filed,
        /// 已接收
        Accepted,
        /// 已退回
        Returned,
        /// 已撤回
        Withdrawn,
        /// 已被后一次报送替代
        Superseded,
        /// 已取消
        Cancelled,
        /// 生成失败
        Failed,
    }
    /// 导入状态。
    ImportState of "kind::ImportState" {
        /// 等待读取
        Reading,
        /// 待确认
        Review,
        /// 写入中
        Committing,
        /// 已写入
        Committed,
        /// 撤销中
        Undoing,
        /// 已撤销
        Undone,
        /// 已取消：已经写入的保留
        Cancelled,
        /// 失败：已经写入的保留
        Failed,
    }
    /// 导入文件的内容。
    ImportKind of "kind::ImportKind" {
        /// 直播间运营者摸排表
        Operators,
        /// 直播营销人员摸排表
        Streamers,
        /// 直播营销人员服务机构摸排表
        Agencies,
        /// 平台内经营者摸排表
        Merchants,
        /// 黑名单
        Blacklist,
        /// 多种主体的摸排表
        Mixed,
        /// 单户登记表
        Form,
        /// 平台首次登记：每行一个接口的登记输入
        Registrations,
    }
    /// 摸底表怎样写入。
    ImportMode of "kind::ImportMode" {
        /// 全部写入或者都不写入
        AllOrNothing,
        /// 只写入通过的行
        GoodRows,
    }
    /// 对导入文件一行的处理结果。
    RowOutcome of "kind::RowOutcome" {
        /// 已采用
        Accepted,
        /// 未通过
        Rejected,
        /// 未采用：空行、合计、重复的表头、示例等不是数据的行，或者早于已存信息
        Skipped,
    }
    /// 核验状态（第 117 号令第八条：至少每六个月核验更新一次）。
    VerificationState of "kind::VerificationState" {
        /// 现行文本不要求
        NotRequired,
        /// 从未核验
        Never,
        /// 在有效期内
        Current,
        /// 即将到期
        Due,
        /// 已逾期
        Overdue,
    }
    /// 培训的结果（第 117 号令第十条）。
    TrainingOutcome of "kind::TrainingOutcome" {
        /// 合格
        Passed,
        /// 弄虚作假
        Cheated,
        /// 拒不参加
        Refused,
    }
    /// 培训弄虚作假、拒不参加的，开播前如何对待（第 117 号令第十条没有规定，由平台决定）。
    FailedTraining of "kind::FailedTraining" {
        /// 警示：可以开播，列为理由
        Warn,
        /// 不得开播
        Deny,
    }
    /// 问题的严重程度。
    Severity of "problem::Severity" {
        /// 未写入
        Error,
        /// 已写入，请复核
        Warning,
        /// 提示
        Hint,
    }
}
