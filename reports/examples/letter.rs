//! Writes a 列入黑名单告知书 as PDF to standard output, for people to look at. 打印一份告知书样张。
//! `cargo run -p reports --example letter >letter.pdf`

use std::error::Error;
use std::io::Write as _;

use chrono::NaiveDate;
use entity::kind::SubjectKind;
use reports::notice::{Basis, Listing, Sender, listing_notice};
use rules::edition::{EditionId, edition};

const FACTS: &str = "2026年10月8日20:00至22:30，你方在直播间（账号 yj_100000000001）销售“云栖牌”蛋白粉时，宣称“三天见效，治愈率\
    100%”，与产品备案信息（国食健注G20260001）不符；当场成交1,286单，金额385,714.00元。\n\
    2026年11月3日，你方再次以相同话术销售同一商品，有录屏为证。";

fn main() -> Result<(), Box<dyn Error>> {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).ok_or("no such day");
    let sender = Sender {
        platform: "杭州云栖直播科技有限公司",
        addressee: "买买提·吐尔逊",
        number: "云栖告〔2026〕0117号",
        contact: "合规部 李女士，电话 0571-88001234，工作日 9:00—17:30。",
        date: day(2026, 11, 26)?,
    };
    let listing = Listing {
        role: SubjectKind::Streamer,
        facts: FACTS,
        reason: "上述行为构成虚假宣传，误导消费者人数众多，且在限期停播后再次实施，属于严重违反法律的情形。",
        bases: &[Basis {
            instrument: "中华人民共和国广告法",
            number: "第二十八条第一款",
        }],
        from: day(2026, 11, 26)?,
        until: Some(day(2027, 11, 25)?),
        appeal_channel: "登录商家后台“合规中心—申诉”提交书面申诉和证据。",
    };
    let letter = listing_notice(edition(EditionId::Order117), &sender, &listing);
    std::io::stdout().write_all(&letter.pdf()?)?;
    Ok(())
}
