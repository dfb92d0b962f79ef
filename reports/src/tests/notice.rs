//! Letters as PDF, read back by poppler's tools: every character that was written is there, the font is embedded and only as
//! large as it must be, and the same letter makes the same bytes. Needs poppler-utils, and says so where they are missing.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use chrono::NaiveDate;
use entity::kind::{DispositionKind, SubjectKind};
use rules::disposition::Statement;
use rules::edition::{Edition, EditionId, edition};

use crate::notice::{
    Appeal, Basis, Decision, Letter, Listing, Measure, Part, Removal, Sender, appeal_notice,
    listing_notice, measure_notice, removal_notice,
};

/// A program of poppler reads the PDF and says what it found.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "{program}: {error}. Letters are NOT CHECKED: sudo apt-get install poppler-utils"
            )
        });
    let mut stdin = child.stdin.take().expect("a pipe");
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it reads");
    assert!(output.status.success(), "{program} finds fault");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What a reader copies out of each page, without white space and without the number of the page.
fn read(pdf: &[u8]) -> Vec<String> {
    let text = poppler("pdftotext", &["-enc", "UTF-8", "-", "-"], pdf);
    let pages: Vec<_> = text.split_terminator('\u{c}').map(bare).collect();
    let count = pages.len();
    (1..)
        .zip(pages)
        .map(|(number, page)| {
            let foot = format!("第{number}页，共{count}页");
            let text = page.strip_suffix(&foot);
            text.unwrap_or_else(|| panic!("page {number} without its number: {page}"))
                .to_owned()
        })
        .collect()
}

fn bare(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What a letter says, in order, as it should be read.
fn said(letter: &Letter) -> String {
    let mut said = letter.title.clone();
    if let Some(number) = &letter.number {
        let _ = write!(said, "编号：{number}");
    }
    let _ = write!(said, "{}：", letter.addressee);
    let mut numbers = "一二三四五六七八九".chars();
    for part in &letter.body {
        match part {
            Part::Paragraph(text) => said += text,
            Part::Clause { label, text } => {
                let number = numbers.next().expect("few clauses");
                let _ = write!(said, "{number}、{label}{text}");
            }
        }
    }
    said += &letter.signatory;
    said += &letter.date.format("%Y年%-m月%-d日").to_string();
    bare(&said)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn sender(addressee: &str) -> Sender<'_> {
    Sender {
        platform: "杭州云栖直播科技有限公司",
        addressee,
        number: "云栖告〔2026〕0117号",
        contact: "合规部 李女士，电话 0571-88001234，邮箱 heguiban@yunqi.example.cn，工作日 9:00—17:30。",
        date: day("2026-11-26"),
    }
}

const BASES: &[Basis<'static>] = &[
    Basis {
        instrument: "中华人民共和国广告法",
        number: "第二十八条第一款",
    },
    Basis {
        instrument: "中华人民共和国反不正当竞争法",
        number: "第九条",
    },
];

fn listing(facts: &str) -> Listing<'_> {
    Listing {
        role: SubjectKind::Streamer,
        facts,
        reason: "上述行为构成虚假宣传，误导消费者人数众多，且在限期停播后再次实施，属于严重违反法律的情形。",
        bases: BASES,
        from: day("2026-11-26"),
        until: Some(day("2027-11-25")),
        appeal_channel: "登录商家后台“合规中心—申诉”提交书面申诉和证据；也可以邮寄至杭州市西湖区转塘街道山景路1号（310024）。",
    }
}

const FACTS: &str = "2026年10月8日20:00至22:30，你方在直播间（账号 yj_100000000001）销售“云栖牌”蛋白粉时，宣称“三天见效，治愈率100%”，\
    与产品备案信息（国食健注G20260001）不符；当场成交1,286单，金额¥385,714.00元。\n\
    2026年11月3日，你方再次以相同话术销售同一商品，有录屏（SHA-256：9f86d081884c7d65…）为证。";

fn pages_of(letter: &Letter) -> Vec<String> {
    read(&letter.pdf().expect("a PDF"))
}

/// Insists that all of a letter is read back.
fn assert_read_back(letter: &Letter) {
    assert_eq!(pages_of(letter).concat(), said(letter));
}

fn each_edition(judge: impl Fn(&Edition)) {
    for id in EditionId::ALL {
        judge(edition(*id));
    }
}

#[test]
fn every_letter_is_read_back_as_it_was_written() {
    each_edition(|edition| {
        let sender = sender("买买提·吐尔逊");
        let measure = Measure {
            role: SubjectKind::Operator,
            kind: DispositionKind::LivePause,
            facts: FACTS,
            rule: "《云栖直播营销规范》3.2（不得作虚假或者引人误解的宣传）",
            proportionality: Some("首次违规，影响较小，故暂停直播三日，未作更重处置。"),
            remedy: Some("收到本告知书之日起可以通过客服热线95000提出异议。"),
            open_orders: Some(
                "已付款未发货的订单由你方继续履行；消费者要求退款的，由平台先行退款。",
            ),
            from: day("2026-11-26"),
            until: Some(day("2026-11-28")),
        };
        let removal = Removal {
            listing: "云栖告〔2026〕0117号",
            expired: Some(day("2027-11-25")),
            on: day("2027-11-26"),
            reasons: None,
            lifted: &[
                DispositionKind::AccountClosure,
                DispositionKind::ReregistrationBan,
            ],
        };
        assert_read_back(&listing_notice(edition, &sender, &listing(FACTS)));
        assert_read_back(&measure_notice(edition, &sender, &measure));
        assert_read_back(&removal_notice(edition, &sender, &removal));
        for decision in [
            Decision::Upheld {
                from: day("2026-11-26"),
                until: Some(day("2027-11-25")),
            },
            Decision::Shortened {
                from: day("2026-11-26"),
                until: day("2027-02-25"),
            },
            Decision::Removed {
                on: day("2026-12-10"),
            },
        ] {
            let appeal = Appeal {
                listing: "云栖告〔2026〕0117号",
                received_on: day("2026-12-01"),
                decision,
                reasons: "经复核，录屏证据完整，认定事实清楚。",
            };
            assert_read_back(&appeal_notice(edition, &sender, &appeal));
        }
    });
}

#[test]
fn a_listing_makes_every_statement_that_the_edition_asks_for() {
    each_edition(|edition| {
        let letter = listing_notice(edition, &sender("张三"), &listing(FACTS));
        let labels: Vec<_> = letter
            .body
            .iter()
            .filter_map(|part| match part {
                Part::Clause { label, .. } => Some(label.as_str()),
                Part::Paragraph(_) => None,
            })
            .collect();
        let wanted = [
            "违法事实",
            "列入理由",
            "法律依据",
            "列入期限",
            "申诉途径",
            "联系方式",
        ];
        assert_eq!(labels, wanted, "{}", edition.id);
        let asked = edition.blacklist.notice.as_ref();
        let asked = asked.map_or(0, |notice| notice.contents.len());
        assert!(asked < wanted.len());
        assert_eq!(edition.blacklist.must_tell(Statement::OpenOrders), None);
    });
}

#[test]
fn a_notice_says_the_exact_term_the_law_and_the_articles_of_the_edition() {
    let order = edition(EditionId::Order117);
    let text = pages_of(&listing_notice(order, &sender("张三"), &listing(FACTS))).concat();
    for phrase in [
        "自2026年11月26日起至2027年11月25日止（含起止当日）",
        "《中华人民共和国广告法》第二十八条第一款、《中华人民共和国反不正当竞争法》第九条。",
        "《直播电商监督管理办法》第十四条第二款",
        "张三：",
    ] {
        assert!(text.contains(phrase), "{phrase} is not in {text}");
    }
    let draft = edition(EditionId::Draft2025);
    let text = pages_of(&listing_notice(draft, &sender("张三"), &listing(FACTS))).concat();
    assert!(
        text.contains("征求意见稿") && !text.contains("期限届满"),
        "{text}"
    );
}

#[test]
fn long_facts_go_over_pages_that_are_counted() {
    let facts = "违反规定在直播中虚构原价、误导消费者（见附件），情节严重。".repeat(350);
    assert!(facts.chars().count() > 10_000);
    let letter = listing_notice(
        edition(EditionId::Order117),
        &sender("张三"),
        &listing(&facts),
    );
    let pages = pages_of(&letter);
    assert!((12..=18).contains(&pages.len()), "{} pages", pages.len());
    assert_eq!(pages.concat(), said(&letter));
    let last = pages.last().expect("pages");
    assert!(
        last.contains("特此告知。杭州云栖直播科技有限公司2026年11月26日"),
        "{last}"
    );
    for (number, page) in pages.iter().enumerate() {
        let first = page.chars().next().expect("no page is empty");
        assert!(
            !"，。、）".contains(first),
            "page {number} begins with {first}"
        );
    }
}

#[test]
fn the_font_is_embedded_subset_and_small() {
    let letter = listing_notice(
        edition(EditionId::Order117),
        &sender("张三"),
        &listing(FACTS),
    );
    let pdf = letter.pdf().expect("a PDF");
    assert!(pdf.len() < 200_000, "{} bytes", pdf.len());
    let fonts = poppler("pdffonts", &["-"], &pdf);
    let fonts: Vec<_> = fonts.lines().skip(2).collect();
    assert_eq!(fonts.len(), 1, "{fonts:?}");
    let (name, rest) = fonts[0].split_once(' ').expect("columns");
    assert!(
        name.contains("+NotoSansCJKsc-Regular"),
        "{name} names no subset"
    );
    let columns: Vec<_> = rest.split_whitespace().rev().take(5).collect();
    // From behind: object, generation; embedded, subset, with a table of characters.
    assert_eq!(columns[2..], ["yes", "yes", "yes"], "{rest}");
}

#[test]
fn the_same_letter_makes_the_same_bytes_and_another_day_does_not() {
    let letter = listing_notice(
        edition(EditionId::Order117),
        &sender("张三"),
        &listing(FACTS),
    );
    let pdf = letter.pdf().expect("a PDF");
    assert_eq!(letter.pdf().expect("a PDF"), pdf);
    let later = Letter {
        date: day("2026-11-27"),
        ..letter
    };
    assert_ne!(later.pdf().expect("a PDF"), pdf);
}

#[test]
fn rare_names_are_printed_and_what_no_font_has_leaves_a_mark_with_its_number() {
    let plain = |addressee: &str| Letter {
        title: "告知书".to_owned(),
        number: None,
        addressee: addressee.to_owned(),
        body: vec![Part::Paragraph("特此告知。".to_owned())],
        signatory: "平台".to_owned(),
        date: day("2026-11-26"),
    };
    // 基本区, 扩充 A, 扩充 B and 扩充 C to E of 通用规范汉字表, and a traditional name.
    let rare = "朱镕基㛃𠅤𣲗𬍛𫖯𬱖龍";
    assert_read_back(&plain(rare));
    let lacking = pages_of(&plain("张\u{2FFFD}三\u{7}\tمحمد")).concat();
    let wanted = "告知书张〓(U+2FFFD)三〓(U+0007)〓(U+0645)〓(U+062D)〓(U+0645)〓(U+062F)：";
    assert!(lacking.starts_with(wanted), "{lacking}");
}

#[test]
fn a_signature_never_stands_alone_on_a_page() {
    for lines in 1..60 {
        let letter = Letter {
            title: "告知书".to_owned(),
            number: None,
            addressee: "张三".to_owned(),
            body: vec![Part::Paragraph("事实清楚。\n".repeat(lines))],
            signatory: "平台".to_owned(),
            date: day("2026-11-26"),
        };
        let pages = pages_of(&letter);
        let last = pages.last().expect("pages");
        assert!(
            last.contains("事实清楚。平台2026年11月26日"),
            "{lines}: {last}"
        );
    }
}
