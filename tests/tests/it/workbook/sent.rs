//! What is sent, made to be misread: names that look like formulas, numbers and dates, numbers with leading zeros, texts
//! as long as they may be. Beside it stands how the sheets must say it, put together here from the input alone.

use serde_json::{Value, json};

use super::office::Cell;
use crate::agency::{agency, agency_code};
use crate::merchant::{farmer, merchant};
use crate::operator::{company, credit_code, person, resident_id};
use crate::streamer::streamer;

const COMPANIES: &[&str] = &[
    "=1+1",
    "+86直播商行",
    "-3度冷饮店",
    "@SUM(A1:A9)工作室",
    "=HYPERLINK(\"http://x.example\",\"点我\")",
    "'单引号直播间",
    "{=A1}",
    "1E5",
    "00712",
    "2026-12-01",
    "TRUE",
    "3/4",
    "a,b;c\"d\"",
    "浙江云栖茶业（集团）有限责任公司直播电商运营分公司第一直播间",
];
const PEOPLE: &[&str] = &[
    "=赵明",
    "+钱敏",
    "-孙丽",
    "@李强",
    "欧阳小明",
    "阿依古丽·买买提",
    "Jack O'Neil",
];
const PHONES: &[&str] = &[
    "0571-87654321",
    "13800000001",
    "021-80004686",
    "+14155550123",
    "4001234567",
    "95118",
    "0571-87654321-801",
];
const DOCUMENTS: &[(&str, &str)] = &[
    ("RESIDENT_ID", "居民身份证"),
    ("PASSPORT", "护照"),
    ("TRAVEL_PERMIT_TW", "台湾居民来往大陆通行证"),
    ("TRAVEL_PERMIT_HM", "港澳居民来往内地通行证"),
    ("RESIDENCE_PERMIT_HMT", "港澳台居民居住证"),
    ("PERMANENT_RESIDENCE_CARD", "外国人永久居留身份证"),
    ("NETWORK_ID", "网号"),
];

fn turn<T: Copy>(list: &[T], n: usize) -> T {
    list[n % list.len()]
}

/// Account numbers that a spreadsheet would like to read as something else; no two alike.
fn accounts(n: usize) -> Vec<String> {
    match n % 7 {
        0 => vec![format!("000{n}")],
        1 => vec![format!("1e{n}"), format!("2e{n}")],
        2 => vec![format!("=1+{n}")],
        3 => vec![format!("+00138{n:08}")],
        4 => vec![format!("-{n}"), format!("@{n}")],
        5 => vec![format!("=cmd|' /C calc'!A{n}")],
        _ => (0..60)
            .map(|each| format!("acct-{n:03}-{each:05}"))
            .collect(),
    }
}

/// Changes what misleads in an operator.
fn misleading(mut item: Value, n: usize, names: &[&str]) -> Value {
    item["name"] = json!(turn(names, n));
    item["phone"] = json!(turn(PHONES, n));
    let accounts = accounts(n)
        .into_iter()
        .map(|number| json!({ "accountNumber": number }));
    item["accounts"] = accounts.collect();
    item["businessAddress"]["text"] = json!(match n % 3 {
        0 => "=中山西路10号".to_owned(),
        1 => "浙江省宁波市海曙区中山西路10号恒一广场3幢2单元2103室（近鼓楼地铁站B口）".repeat(2),
        _ => "10-1".to_owned(),
    });
    if !n.is_multiple_of(4) {
        // After midnight in Shanghai, still the day before in UTC.
        item["verification"] = json!({ "at": "2026-10-01T00:30:00+08:00", "method": "=OCR" });
    }
    item
}

/// An identity document of a kind.
fn document(kind: &str, n: usize) -> Value {
    let serial = u32::try_from(n).expect("small");
    let checked = |body: &str| {
        let check = entity::value::resident_id::check_character(body).expect("a body");
        format!("{body}{check}")
    };
    let (number, country) = match kind {
        "PASSPORT" => (format!("00{serial:07}"), Some("GBR")),
        "TRAVEL_PERMIT_TW" => (format!("0000{serial:04}"), None),
        "TRAVEL_PERMIT_HM" => (format!("H{serial:08}"), None),
        "RESIDENCE_PERMIT_HMT" => (checked(&format!("81000019900101{serial:03}")), None),
        "PERMANENT_RESIDENCE_CARD" => ("943760199803056672".to_owned(), None),
        "NETWORK_ID" => (format!("aB3dE5gH{serial:02}"), None),
        _ => (resident_id("19900101", serial), None),
    };
    json!({ "kind": kind, "number": number, "issuingCountry": country })
}

fn companies() -> Vec<Value> {
    let numbered = (1..=28).map(|n| (n, company(u32::try_from(n).expect("small"))));
    numbered
        .map(|(n, item)| misleading(item, n, COMPANIES))
        .collect()
}

fn people() -> Vec<Value> {
    let kinds = DOCUMENTS.iter().enumerate();
    let item = |(n, (kind, _)): (usize, &(&str, &str))| {
        let n = n + 100;
        let mut item = misleading(person(u32::try_from(n).expect("small")), n, PEOPLE);
        item["identity"] = document(kind, n);
        if matches!(
            *kind,
            "PASSPORT" | "TRAVEL_PERMIT_TW" | "TRAVEL_PERMIT_HM" | "NETWORK_ID"
        ) {
            item["birthDate"] = json!("1990-01-01");
        }
        item
    };
    kinds.map(item).collect()
}

/// Operators of both sheets.
pub(super) fn operators() -> Vec<Value> {
    [companies(), people()].concat()
}

/// The agencies that streamers belong to.
pub(super) fn agencies() -> Vec<Value> {
    let mut formula = agency(2);
    formula["name"] = json!("=文化传媒");
    vec![agency(1), formula]
}

pub(super) fn streamer_items() -> Vec<Value> {
    let item = |n: u32| {
        let mut item = streamer(n);
        item["name"] = json!(turn(PEOPLE, usize::try_from(n).expect("small")));
        match n % 3 {
            0 => item["agency"] = json!({ "kind": "USCC", "number": agency_code(1) }),
            1 => item["agency"] = json!({ "kind": "USCC", "number": agency_code(2) }),
            _ => {
                item["verification"] =
                    json!({ "at": "2026-11-30T23:30:00+08:00", "method": "现场" });
            }
        }
        if n.is_multiple_of(2) {
            item["occupation"] = json!("=主播");
            item["qualifications"] =
                json!([{ "title": "001" }, { "title": "+营销师", "certificateNumber": "0002" }]);
        }
        item
    };
    (1..=8).map(item).collect()
}

pub(super) fn merchant_items() -> Vec<Value> {
    let mut formula = merchant(2);
    formula["name"] = json!("=SUM(A1:A2)");
    formula["phone"] = json!("0574-87654321");
    formula["shops"] = json!([{ "name": "001", "url": "https://shop.example.com/=1" }]);
    formula["overThreshold"] = json!(null);
    formula["permits"] = json!([]);
    vec![merchant(1), formula, farmer(1)]
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A line as a sheet begins and ends every one: its 序号, the cells, the day of the last verification, and 新增.
fn line(n: usize, item: &Value, cells: &[&str]) -> Vec<Cell> {
    let verified = text(&item["verification"]["at"])
        .split('T')
        .next()
        .unwrap_or_default();
    let texts = cells.iter().copied().chain([verified, "新增"]);
    let number = Cell::Number(f64::from(u32::try_from(n).expect("small")));
    std::iter::once(number)
        .chain(texts.map(Cell::from))
        .collect()
}

fn header(titles: &str) -> Vec<Cell> {
    titles.split(' ').map(Cell::from).collect()
}

fn sheet(
    titles: &str,
    items: &[Value],
    cells: impl Fn(usize, &Value) -> Vec<Cell>,
) -> Vec<Vec<Cell>> {
    let lines = (1..).zip(items).map(|(n, item)| cells(n, item));
    std::iter::once(header(titles)).chain(lines).collect()
}

fn joined_accounts(item: &Value) -> String {
    let accounts = item["accounts"].as_array().expect("accounts").iter();
    let mut numbers: Vec<_> = accounts
        .map(|account| text(&account["accountNumber"]))
        .collect();
    numbers.sort_unstable();
    numbers.join("；")
}

/// The number as it is filed: a 网号 never is.
fn filed_number(item: &Value) -> &str {
    let identity = &item["identity"];
    if identity["kind"] == "NETWORK_ID" {
        ""
    } else {
        text(&identity["number"])
    }
}

fn document_kind(item: &Value) -> &'static str {
    let kind = text(&item["identity"]["kind"]);
    let known = DOCUMENTS.iter().find(|(code, _)| *code == kind);
    known.map_or("统一社会信用代码", |(_, label)| label)
}

pub(super) fn registered() -> Vec<Vec<Cell>> {
    let titles = "序号 名称（姓名） 统一社会信用代码 实际经营地址 行政区划代码 联系方式 直播账号 核验时间 信息状态";
    assert_eq!(text(&companies()[0]["identity"]["number"]), credit_code(1));
    sheet(titles, &companies(), |n, item| {
        let (address, accounts) = (&item["businessAddress"], joined_accounts(item));
        line(
            n,
            item,
            &[
                text(&item["name"]),
                filed_number(item),
                text(&address["text"]),
                text(&address["division"]),
                text(&item["phone"]),
                &accounts,
            ],
        )
    })
}

pub(super) fn unregistered() -> Vec<Vec<Cell>> {
    let titles = "序号 姓名 证件类型 身份证件号码 实际经营地址 行政区划代码 联系方式 直播账号 核验时间 信息状态";
    sheet(titles, &people(), |n, item| {
        let (address, accounts) = (&item["businessAddress"], joined_accounts(item));
        line(
            n,
            item,
            &[
                text(&item["name"]),
                document_kind(item),
                filed_number(item),
                text(&address["text"]),
                text(&address["division"]),
                text(&item["phone"]),
                &accounts,
            ],
        )
    })
}

pub(super) fn streamers() -> Vec<Vec<Cell>> {
    let titles = "序号 姓名 证件类型 身份证件号码 经常居住地址 行政区划代码 联系方式 所属服务机构 \
        服务机构统一社会信用代码 专业资质 职业职务 核验时间 信息状态";
    sheet(titles, &streamer_items(), |n, item| {
        let (code, residence) = (text(&item["agency"]["number"]), &item["residence"]);
        let named = agencies();
        let agency = named
            .iter()
            .find(|agency| agency["identity"]["number"] == code);
        let qualified = |one: &Value| {
            format!(
                "{} {}",
                text(&one["title"]),
                text(&one["certificateNumber"])
            )
        };
        let qualifications = item["qualifications"]
            .as_array()
            .expect("a list")
            .iter()
            .map(qualified);
        let qualifications: Vec<_> = qualifications.map(|one| one.trim().to_owned()).collect();
        line(
            n,
            item,
            &[
                text(&item["name"]),
                document_kind(item),
                filed_number(item),
                text(&residence["text"]),
                text(&residence["division"]),
                text(&item["phone"]),
                agency.map_or("无", |agency| text(&agency["name"])),
                code,
                &qualifications.join("；"),
                text(&item["occupation"]),
            ],
        )
    })
}

pub(super) fn merchants() -> Vec<Vec<Cell>> {
    let titles = "序号 名称（姓名） 统一社会信用代码/身份证件号码 证件类型 实际经营地址 行政区划代码 联系方式 网店名称 \
        网址或访问路径 行政许可 免登记情形 超10万元标示 核验时间 信息状态";
    sheet(titles, &merchant_items(), |n, item| {
        let address = &item["businessAddress"];
        let mut shops = item["shops"].as_array().expect("shops").clone();
        // By name, and the addresses in the same order.
        shops.sort_by(|one, other| text(&one["name"]).cmp(text(&other["name"])));
        let all = |field: &str| {
            shops
                .iter()
                .map(|shop| text(&shop[field]))
                .collect::<Vec<_>>()
                .join("；")
        };
        let permits = item["permits"].as_array().into_iter().flatten();
        let permits: Vec<_> = permits
            .map(|permit| format!("食品经营许可 {}", text(&permit["number"])))
            .collect();
        let exemption = if item["exemption"].is_null() {
            ""
        } else {
            "个人销售自产农副产品"
        };
        let over = match item["overThreshold"].as_bool() {
            Some(true) => "是",
            Some(false) => "否",
            None => "",
        };
        line(
            n,
            item,
            &[
                text(&item["name"]),
                filed_number(item),
                document_kind(item),
                text(&address["text"]),
                text(&address["division"]),
                text(&item["phone"]),
                &all("name"),
                &all("url"),
                &permits.join("；"),
                exemption,
                over,
            ],
        )
    })
}

/// Every filled cell of the cover, row by row: texts apart by tabs, numbers as they are counted.
pub(super) fn cover(report: &str) -> Vec<Vec<Cell>> {
    let livestream = report == "LIVESTREAM";
    let (title, basis, short, penalty) = if livestream {
        (
            "直播电商身份信息报送表",
            "《直播电商监督管理办法》（国家市场监督管理总局、国家互联网信息办公室令第117号）第九条",
            "《直播电商监督管理办法》第九条",
            "《直播电商监督管理办法》第五十三条（已登记运营者、未登记运营者）；《直播电商监督管理办法》第五十四条（直播营销人员）",
        )
    } else {
        (
            "平台内经营者身份信息报送表",
            "《网络交易监督管理办法》第二十五条",
            "《网络交易监督管理办法》第二十五条",
            "《中华人民共和国电子商务法》第八十条（平台内经营者）",
        )
    };
    let before = format!(
        "{title}
2027 年 1 月　首次报送　第 1 版　全一册
一、平台
平台名称\txihu-live\t联系方式\t0571-88880000
平台经营者\txihu-live网络科技有限公司\t统一社会信用代码\t91330106MA00000016
住所或者主要经营场所\t文三路1号
网址或访问路径\thttps://live.example.com
二、报送
报送期\t2027 年 1 月\t应报送日\t2027-01-31
报送类型\t首次报送\t版本\t第 1 版
接收部门\t平台住所地省级市场监督管理部门（浙江省）
适用法规版本\t2026年令第117号（order-117），自 2026-02-01 起施行
报送依据\t{basis}
法律责任\t{penalty}
数据截止时间\t2026-12-01 10:00:00（北京时间）\t编制人\txihu-live
本文件\t全一册\t登记系统版本\t{}
三、主体数（全部各部分合计）
工作表\t合计\t新增\t变更\t未变\t注销\t本部分序号",
        env!("CARGO_PKG_VERSION"),
    );
    let after = format!(
        "四、声明
谨声明：本次报送依据{short}编制，所报信息真实、准确、完整，本单位对此承担法律责任。
平台经营者（签章）\t法定代表人（负责人）
经办人\t经办人联系电话
填报日期\t受理人、受理日期"
    );
    let notes = "填报说明：\n1. 号码、电话、日期均为文本，请勿转换为数字；仅“序号”为数字。\n\
        2. 空白表示平台未掌握；所属服务机构为“无”表示不属于任何服务机构。\n\
        3. 内容超出一格容量的，续写于下一行，序号相同的各行为同一主体；主体数按序号计。";
    let lines = |text: &str| -> Vec<Vec<Cell>> {
        let cells = |line: &str| line.split('\t').map(Cell::from).collect();
        text.lines().map(cells).collect()
    };
    let mut rows = lines(&before);
    rows.extend(counts(livestream));
    rows.extend(lines(&after));
    rows.push(vec![notes.into()]);
    rows
}

fn counts(livestream: bool) -> Vec<Vec<Cell>> {
    let sheets = if livestream {
        vec![
            ("已登记运营者", companies().len()),
            ("未登记运营者", people().len()),
            ("直播营销人员", streamer_items().len()),
        ]
    } else {
        vec![("平台内经营者", merchant_items().len())]
    };
    let row = |title: &str, count: usize, range: Option<String>| -> Vec<Cell> {
        let number = |count: usize| Cell::Number(f64::from(u32::try_from(count).expect("small")));
        let counted = [count, count, 0, 0, 0].map(number);
        let title = std::iter::once(Cell::from(title));
        title
            .chain(counted)
            .chain(range.map(|range| range.as_str().into()))
            .collect()
    };
    let total = sheets.iter().map(|(_, count)| count).sum();
    let rows = sheets
        .iter()
        .map(|(title, count)| row(title, *count, Some(format!("1—{count}"))));
    rows.chain([row("合计", total, None)]).collect()
}
