//! The page that a person reads about the own data: Chinese, in the order of what matters, every date and source beside what
//! it dates. Nothing is computed here.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use entity::facts::{Address, Facts};
use entity::kind::DispositionState;
use rules::label::Label as _;

use crate::clock::{in_shanghai, legal_day};
use crate::registry::subject::{
    AuditLine, EntryHeld, Filing, MeasureHeld, Mention, RegistrationHeld, Report, RevisionHeld,
};

/// Writes the page; writing to memory does not fail.
pub(super) fn page(report: &Report) -> String {
    let mut page = String::new();
    let _ = writeln!(page, "个人信息查阅结果（《中华人民共和国个人信息保护法》）");
    let _ = writeln!(page, "生成时间：{}", time(report.at));
    let _ = writeln!(page, "证件：{} {}", report.kind.label_zh(), report.number);
    let _ = writeln!(page, "\n一、登记（{} 条）", report.registrations.len());
    for (index, held) in report.registrations.iter().enumerate() {
        registration(&mut page, index + 1, held);
    }
    let _ = writeln!(
        page,
        "\n二、他人登记中提到此人（{} 处）",
        report.mentions.len()
    );
    mentions(&mut page, &report.mentions);
    let _ = writeln!(page, "\n三、经确认的关联（{} 个）", report.links.len());
    for link in &report.links {
        let undone = link
            .undone_at
            .map_or_else(String::new, |at| format!("，{} 撤销", time(at)));
        let (kind, at) = (link.kind.label_zh(), time(link.confirmed_at));
        let _ = writeln!(page, "  {kind}，{at} 确认{undone}");
    }
    let _ = writeln!(page, "\n四、黑名单记录（{} 条）", report.entries.len());
    for entry in &report.entries {
        listed(&mut page, entry);
    }
    let _ = writeln!(
        page,
        "\n五、平台采取的处置措施（{} 项）",
        report.measures.len()
    );
    let today = legal_day(report.at);
    for measure in &report.measures {
        acted(&mut page, measure, today);
    }
    let _ = writeln!(
        page,
        "\n六、查阅、使用的记录（{} 条，由新到旧）",
        report.audit.len()
    );
    for line in &report.audit {
        used(&mut page, line);
    }
    let _ = writeln!(
        page,
        "\n七、本人提出的请求（{} 项）",
        report.objections.len()
    );
    for one in &report.objections {
        let kind = one.kind.label_zh();
        let (received, due) = (one.received_on, one.due_on);
        let _ = writeln!(
            page,
            "  {kind}：{received} 收到，{due} 前答复：{}",
            one.text
        );
        if let (Some(on), Some(outcome)) = (one.answered_on, one.outcome) {
            let answer = one.answer.as_deref().unwrap_or_default();
            let _ = writeln!(page, "    {on} 答复：{}。{answer}", outcome.label_zh());
        }
    }
    page
}

fn acted(page: &mut String, measure: &MeasureHeld, today: NaiveDate) {
    let platform = measure.platform.as_deref().unwrap_or("平台");
    let until = measure
        .valid_until
        .map_or_else(String::new, |on| format!("至 {on}"));
    let state = match measure.state {
        DispositionState::Open if measure.valid_from > today => "尚未开始",
        state => state.label_zh(),
    };
    // A measure that was lifted on its first day has no last one.
    let ended = measure.ended_on.filter(|on| *on >= measure.valid_from);
    let ended = ended.map_or_else(String::new, |on| format!("，最后一日为 {on}"));
    let _ = writeln!(
        page,
        "  {}，{platform}，作为{}：自 {} {until}，{}{ended}",
        measure.kind.label_zh(),
        measure.role.label_zh(),
        measure.valid_from,
        state,
    );
    let said = &measure.said;
    let lines = [
        ("事实", Some(&said.facts)),
        ("依据的规则", Some(&said.rule)),
        ("处置种类和幅度的说明", said.proportionality.as_ref()),
        ("救济途径", said.remedy.as_ref()),
        ("未完成订单的处理", said.open_orders.as_ref()),
        ("解除的理由", measure.lifting.as_ref()),
    ];
    for (what, text) in lines {
        if let Some(text) = text {
            let _ = writeln!(page, "    {what}：{text}");
        }
    }
}

fn time(at: DateTime<Utc>) -> String {
    in_shanghai(at).format("%Y-%m-%d %H:%M").to_string()
}

fn registration(page: &mut String, index: usize, held: &RegistrationHeld) {
    let platform = held.platform.as_deref().unwrap_or("自建网站");
    let closed = held
        .closed_on
        .map_or_else(String::new, |on| format!("（{on}）"));
    let _ = writeln!(
        page,
        "{index}. {}，{platform}，来源：{}，{}{closed}，编号 {}",
        held.role.label_zh(),
        held.source.label_zh(),
        held.status.label_zh(),
        held.id,
    );
    if let Some(key) = &held.external_id {
        let _ = writeln!(page, "  平台的编号：{key}");
    }
    for account in &held.accounts {
        let until = account
            .until
            .map_or_else(String::new, |on| format!("，至 {on}"));
        let (number, role) = (&account.number, account.role.label_zh());
        let _ = writeln!(page, "  账号 {number}：{role}，自 {}{until}", account.since);
    }
    mentions(page, &held.ties);
    for revision in &held.revisions {
        version(page, revision);
    }
    for filing in &held.filings {
        filed(page, filing);
    }
    for one in &held.trainings {
        let _ = writeln!(page, "  培训 {}：{}", one.on, one.outcome.label_zh());
    }
    for one in &held.sessions {
        let _ = writeln!(
            page,
            "  直播前的报送：账号 {}，{} 开播，{} 报送",
            one.account,
            time(one.starts_at),
            time(one.reported_at),
        );
    }
    for file in &held.files {
        let _ = writeln!(page, "  证明材料：文件 {file}");
    }
}

fn version(page: &mut String, revision: &RevisionHeld) {
    let _ = writeln!(
        page,
        "  第 {} 版：{} 记录，{} 观察到，来源：{}，由 {} 填写",
        revision.number,
        time(revision.recorded_at),
        time(revision.observed_at),
        revision.source.label_zh(),
        revision.by,
    );
    let facts = &revision.facts;
    let mut say = |what: &str, text: &str| {
        let _ = writeln!(page, "    {what}：{text}");
    };
    say("姓名（名称）", facts.name());
    if let Some(phone) = facts.phone() {
        say("联系方式", phone);
    }
    for (what, address) in addresses(facts) {
        say(what, &format!("{}（{}）", address.text, address.division));
    }
    if let Some(checked) = facts.verification() {
        say("核验", &format!("{}，{}", time(checked.at), checked.method));
    }
    for (what, text) in others(facts) {
        say(what, &text);
    }
}

fn addresses(facts: &Facts) -> Vec<(&'static str, &Address)> {
    let all = match facts {
        Facts::Operator(operator) => vec![
            ("实际经营地址", operator.business_address.as_ref()),
            ("住所", operator.domicile.as_ref()),
        ],
        Facts::Streamer(streamer) => vec![("经常居住地址", streamer.residence.as_ref())],
        Facts::Agency(agency) => vec![("住所", agency.domicile.as_ref())],
        Facts::Merchant(merchant) => vec![("实际经营地址", merchant.business_address.as_ref())],
    };
    let given = all.into_iter();
    given
        .filter_map(|(what, address)| Some((what, address?)))
        .collect()
}

/// What else a revision says: everything that is left, under the names of its fields.
fn others(facts: &Facts) -> Vec<(&'static str, String)> {
    const TOLD: [&str; 6] = [
        "name",
        "phone",
        "business_address",
        "domicile",
        "residence",
        "verification",
    ];
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(facts) else {
        return Vec::new();
    };
    let is_empty = |value: &serde_json::Value| match value {
        serde_json::Value::Null => true,
        serde_json::Value::Array(list) => list.is_empty(),
        _ => false,
    };
    let left = fields
        .into_iter()
        .filter(|(name, value)| !TOLD.contains(&name.as_str()) && !is_empty(value));
    left.map(|(name, value)| ("其他", format!("{name} = {value}")))
        .collect()
}

fn mentions(page: &mut String, ties: &[Mention]) {
    for tie in ties {
        let platform = tie.platform.as_deref().unwrap_or("自建网站");
        let until = tie
            .until
            .map_or_else(String::new, |on| format!("，至 {on}"));
        let (kind, source) = (tie.kind.label_zh(), tie.source.label_zh());
        let _ = writeln!(
            page,
            "  关系：{kind}，{platform}，来源：{source}，自 {}{until}",
            tie.since
        );
    }
}

fn filed(page: &mut String, filing: &Filing) {
    let at = filing
        .filed_at
        .map_or_else(|| "尚未报送".to_owned(), |at| format!("{} 报送", time(at)));
    let _ = writeln!(
        page,
        "  报送：{}，{} {}，{}，{at}至行政区划 {} 的省级市场监督管理部门，第 {} 版，{}",
        filing.report.label_zh(),
        filing.window,
        filing.kind.label_zh(),
        filing.state.label_zh(),
        filing.recipient,
        filing.revision,
        filing.row.label_zh(),
    );
}

fn listed(page: &mut String, entry: &EntryHeld) {
    let platform = entry.platform.as_deref().unwrap_or("监管部门");
    let until = entry
        .valid_until
        .map_or_else(String::new, |on| format!(" 至 {on}"));
    let shared = if entry.shared {
        "，共享给其他平台"
    } else {
        ""
    };
    let _ = writeln!(
        page,
        "  {}，{platform}，{}，{}，自 {}{until}{shared}，编号 {}",
        entry.register.label_zh(),
        entry.role.label_zh(),
        entry.state.label_zh(),
        entry.valid_from,
        entry.id,
    );
    let by = format!("{}，由 {} 填写", time(entry.listed_at), entry.by);
    let _ = writeln!(page, "    列入时的姓名（名称）：{}（{by}）", entry.name);
    let _ = writeln!(page, "    依据：{}", entry.basis);
    let _ = writeln!(page, "    事实：{}", entry.facts);
    let _ = writeln!(page, "    理由：{}", entry.reason);
    if let Some(channel) = &entry.appeal_channel {
        let _ = writeln!(page, "    申诉途径：{channel}");
    }
    if let (Some(on), Some(why)) = (entry.removed_on, &entry.removal) {
        let _ = writeln!(page, "    {on} 移出：{why}");
    }
    for appeal in &entry.appeals {
        let (on, state) = (appeal.received_on, appeal.state.label_zh());
        let _ = writeln!(page, "    {on} 收到申诉（{state}）：{}", appeal.grounds);
        for words in [&appeal.review, &appeal.reasons].into_iter().flatten() {
            let _ = writeln!(page, "      处理：{words}");
        }
    }
    for letter in &entry.letters {
        let (kind, at) = (letter.kind.label_zh(), time(letter.made_at));
        let _ = writeln!(page, "    {at} {kind}：文件 {}", letter.file);
    }
    for file in entry
        .appeals
        .iter()
        .flat_map(|appeal| &appeal.files)
        .chain(&entry.files)
    {
        let _ = writeln!(page, "    证据：文件 {file}");
    }
}

fn used(page: &mut String, line: &AuditLine) {
    let by = line.by.as_deref().unwrap_or("系统");
    let purpose = line.purpose.as_deref().map(|text| match text {
        "OWN_FILE" => "本方上传或者制作的文件",
        "RECEIVED_FILING" => "收到的报送",
        "DEMAND_EVIDENCE" => "处置要求的证据",
        text => text,
    });
    let purpose = purpose.map_or_else(String::new, |text| format!("，用途：{text}"));
    let operation = line.operation.as_str();
    let known = DEEDS.iter().find(|(name, _)| *name == operation);
    let what = known.map_or(operation, |(_, what)| what);
    let outcome = match line.outcome.as_str() {
        "READ" => "已查看",
        "DONE" => "已完成",
        "REFUSED" => "未获准，什么也没有写入",
        "UNCHANGED" => "内容已在，没有改动",
        other => other,
    };
    let at = time(line.at);
    let _ = writeln!(page, "  {at} {by}：{what}（{outcome}）{purpose}");
}

/// What the deeds are called that may be about a person; others stand under their names in the interface.
const DEEDS: [(&str, &str); 40] = [
    ("reveal", "查看未脱敏信息"),
    ("party", "按证件号码查询"),
    ("downloadFile", "下载文件"),
    ("createDownloadLink", "创建下载链接"),
    ("subjectReport", "打印本人信息"),
    ("enterObjection", "登记本人的请求"),
    ("listObjections", "查看待答复的请求"),
    ("answerObjection", "答复本人的请求"),
    ("placeHold", "依法保留"),
    ("liftHold", "解除依法保留"),
    ("retention", "保存期满删除"),
    ("openSealed", "打不开封存的内容"),
    ("registerOperators", "登记直播间运营者"),
    ("registerStreamers", "登记直播营销人员"),
    ("registerAgencies", "登记服务机构"),
    ("registerMerchants", "登记平台内经营者"),
    ("importRegistrations", "导入登记"),
    ("confirmVerification", "确认核验"),
    ("correctIdentity", "更正身份号码"),
    ("closeRegistrations", "注销登记"),
    ("confirmPartyLink", "确认主体之间的关联"),
    ("undoPartyLink", "撤销主体之间的关联"),
    ("blacklistStatus", "查询黑名单"),
    ("listOnBlacklist", "列入黑名单"),
    ("appealBlacklisting", "登记对列入黑名单的申诉"),
    ("decideBlacklistAppeal", "处理对列入黑名单的申诉"),
    ("removeFromBlacklist", "移出黑名单"),
    ("endBlacklisting", "黑名单记录开始、到期"),
    ("judgeMatch", "判断姓名（名称）是否为同一主体"),
    ("decideEvasionLead", "判断规避惩戒的线索"),
    ("imposeDisposition", "采取处置措施"),
    ("liftDisposition", "解除处置措施"),
    ("sendDispositionReports", "报告处置措施"),
    ("receiveDispositionReport", "接收处置措施的报告"),
    ("demandDisposition", "要求采取处置措施"),
    ("answerDispositionDemand", "答复处置要求"),
    ("recordTraining", "记录培训"),
    ("reportLiveSession", "报送直播的人员"),
    ("clearForLive", "开播前的查询"),
    ("writeSubmission", "写入报送文件"),
];
