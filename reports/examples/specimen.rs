//! Writes a specimen submission, so that people can look at the form: `cargo run -p reports --example specimen -- FOLDER [ROWS]`.
//! Everyone in it is invented. With ROWS it writes that many operators and says how long it took and how much memory.

use std::error::Error;
use std::fs::{File, create_dir_all, read_to_string};
use std::io::{BufWriter, Write, stdout};
use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use entity::kind::{FilingKind, IdentityKind, ReportKind, RowState};
use reports::{Agency, Cover, DEFAULT_MAX_ROWS, FilingRow, Form, Options, SubmissionWriter};
use rules::edition::{EditionId, edition};

type Outcome<T> = Result<T, Box<dyn Error>>;

const COMPANIES: [&str; 6] = [
    "杭州禾木食品有限公司",
    "义乌市晨光日用百货商行",
    "金华市婺城区阿林农产品经营部",
    "温州海屿鞋业股份有限公司",
    "浙江云栖茶业（集团）有限责任公司直播电商运营分公司",
    "丽水市莲都区老陈土特产店",
];
const PEOPLE: [&str; 8] = [
    "陈晓燕",
    "林志强",
    "欧阳雪",
    "吴敏",
    "阿依古丽·买买提",
    "周文杰",
    "徐丽",
    "=赵明",
];
const PLACES: [[&str; 2]; 5] = [
    [
        "330106",
        "浙江省杭州市西湖区转塘街道云栖小镇山景路1号3幢201室",
    ],
    ["330782", "浙江省义乌市北苑街道拥军路88号"],
    ["330702", "浙江省金华市婺城区白龙桥镇临江东路230号"],
    ["330382", "浙江省乐清市柳市镇车站路15号"],
    ["331102", "浙江省丽水市莲都区大猷街47号"],
];
const STATES: [RowState; 4] = [
    RowState::Unchanged,
    RowState::New,
    RowState::Unchanged,
    RowState::Changed,
];
const KINDS: [IdentityKind; 5] = [
    IdentityKind::ResidentId,
    IdentityKind::ResidentId,
    IdentityKind::ResidencePermitHmt,
    IdentityKind::ResidentId,
    IdentityKind::Passport,
];

fn main() -> Outcome<()> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("say which folder to write to")?);
    let rows = arguments
        .next()
        .map(|text| text.to_string_lossy().parse())
        .transpose()?;
    create_dir_all(&folder)?;
    let started = Instant::now();
    if let Some(rows) = rows {
        write(ReportKind::Livestream, &folder, &[rows])?;
    } else {
        write(ReportKind::Livestream, &folder, &[17, 8, 9])?;
        write(ReportKind::Merchant, &folder, &[12])?;
    }
    let peak = read_to_string("/proc/self/status").ok().and_then(|status| {
        status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .map(str::to_owned)
    });
    writeln!(
        stdout(),
        "{:.1?} {}",
        started.elapsed(),
        peak.unwrap_or_default()
    )?;
    Ok(())
}

fn write(kind: ReportKind, folder: &Path, rows: &[u32]) -> Outcome<()> {
    let edition = edition(EditionId::Order117);
    let report = edition
        .report(kind)
        .ok_or("the edition has no such report")?;
    let form = Form {
        edition,
        report,
        province: "330000",
    };
    let options = Options {
        temp_dir: folder,
        max_rows: DEFAULT_MAX_ROWS,
    };
    let mut writer = SubmissionWriter::new(form, cover()?, &options)?;
    for (sheet, count) in rows.iter().enumerate() {
        let listed = report
            .sheets
            .get(sheet)
            .ok_or("the report has no such sheet")?;
        for seq in 1..=*count {
            let registered = match listed.registered {
                Some(registered) => registered,
                None => kind == ReportKind::Merchant && !seq.is_multiple_of(3),
            };
            writer.row(sheet, &row(seq, registered))?;
        }
    }
    for mut part in writer.finish()? {
        let path = folder.join(part.file_name());
        part.save(BufWriter::new(File::create(&path)?))?;
        writeln!(stdout(), "{}", path.display())?;
    }
    Ok(())
}

fn cover() -> Outcome<Cover> {
    Ok(Cover {
        platform: "云集直播".to_owned(),
        company: "杭州云集直播科技有限公司".to_owned(),
        credit_code: "91330106MA27XY8K3T".to_owned(),
        domicile: "浙江省杭州市余杭区五常街道文一西路998号5幢".to_owned(),
        phone: "0571-88012345".to_owned(),
        url: "https://live.example.cn；应用“云集直播”".to_owned(),
        window: "2027-01".to_owned(),
        due_on: NaiveDate::from_ymd_opt(2027, 1, 31).ok_or("no such day")?,
        kind: FilingKind::Initial,
        base_version: None,
        version: 1,
        province: "浙江省".to_owned(),
        as_of: DateTime::<Utc>::from_timestamp(1_799_545_800, 0).ok_or("no such moment")?,
        prepared_by: "合规部报送系统".to_owned(),
        registry_version: "minglu 0.1.0".to_owned(),
    })
}

fn row(seq: u32, registered: bool) -> FilingRow {
    let kind = if registered {
        IdentityKind::Uscc
    } else {
        pick(&KINDS, seq)
    };
    let number = match kind {
        IdentityKind::Uscc => format!("91330106MA28{seq:05}X"),
        IdentityKind::Passport => format!("E{seq:08}"),
        IdentityKind::ResidencePermitHmt => format!("8100001990{seq:07}1"),
        _ => format!("3301061990{seq:07}X"),
    };
    let [division, place] = pick(&PLACES, seq);
    let accounts: Vec<String> = (0..=seq % 3)
        .map(|n| format!("yj_{}", 100_000 + seq * 7 + n))
        .collect();
    FilingRow {
        name: if registered {
            pick(&COMPANIES, seq)
        } else {
            pick(&PEOPLE, seq)
        }
        .to_owned(),
        business_address: place.to_owned(),
        residence: place.to_owned(),
        division_code: division.to_owned(),
        phone: format!("138{seq:08}"),
        accounts: vec![accounts.join("；")],
        verified_on: NaiveDate::from_ymd_opt(2026, 7 + seq % 6, 1 + seq % 28),
        agency: (!seq.is_multiple_of(3)).then(|| Agency {
            name: "浙江星途文化传媒有限公司".to_owned(),
            credit_code: "91330106MA2B1C2D3E".to_owned(),
        }),
        qualifications: if seq % 4 == 1 {
            "食品安全管理员（高级）"
        } else {
            ""
        }
        .to_owned(),
        occupation: pick(&["互联网营销师", "农艺师", ""], seq).to_owned(),
        shop_names: vec![pick(&["禾木旗舰店", "晨光百货；晨光百货二店"], seq).to_owned()],
        shop_urls: vec![
            pick(
                &[
                    "https://shop.example.cn/1001",
                    "应用内搜索“晨光百货”；应用内搜索“晨光百货二店”",
                ],
                seq,
            )
            .to_owned(),
        ],
        permits: if seq.is_multiple_of(2) {
            "食品经营许可 JY13301060012345"
        } else {
            ""
        }
        .to_owned(),
        exemption: if registered {
            ""
        } else {
            "个人销售自产农副产品"
        }
        .to_owned(),
        over_threshold: (!registered).then_some(seq.is_multiple_of(5)),
        ..FilingRow::new(seq, pick(&STATES, seq), kind, number)
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "a number modulo the length is an index"
)]
fn pick<T: Copy, const N: usize>(from: &[T; N], seq: u32) -> T {
    from[usize::try_from(seq).unwrap_or_default() % N]
}
