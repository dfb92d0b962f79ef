//! The 申报表 of 绿色直播间: keys and values beside each other, and three blocks of streamers.

use entity::kind::ImportKind;
use rules::survey::Field;

use super::support::{Read, read, read_as};
use crate::survey::table::Why;

/// The form as the notice prints it, filled in.
const FORM: &str = "
舟山市“绿色直播间”建设培育申报表
直播间信息|所在平台|抖音|账号（ID）||hw123
|认证信息|企业|团队人数||#12
|粉丝数量|1.2万|关注数量||35人
运营商信息|主体字号|舟山海味有限公司|统一社会信用代码||91330902MA2A2A2A2A
|实际经营地址|定海区解放路1号|主播人数||3
|行政许可|食品经营许可证 JY13309020001234；酒类批发|运营模式||自营
主播信息|姓名|张三|直播用名|小三|常住地|定海
|身份证号|330902199001010018|执业资质||互联网营销师
主播信息|姓名|李四|直播用名|小四|常住地|普陀
|身份证号|330902199001010026|执业资质||无
主播信息|姓名||直播用名||常住地|
|身份证号||执业资质||";

const MERGES: &[&str] = &["A1:G1", "A2:A4", "A5:A7", "A8:A9", "A10:A11", "A12:A13"];

fn check(read: &Read) {
    assert_eq!(read.tables()[0].kind, ImportKind::Form);
    let record = read.records()[0];
    let text = |field| record.get(field).map(|cell| cell.text.as_str());
    for (field, value) in [
        (Field::PlatformName, "抖音"),
        (Field::RoomAccount, "hw123"),
        (Field::RoomCertification, "企业"),
        (Field::RoomTeamSize, "12"),
        (Field::RoomFollowers, "12000"),
        (Field::RoomFollowing, "35"),
        (Field::OperatorName, "舟山海味有限公司"),
        (Field::OperatorNumber, "91330902MA2A2A2A2A"),
        (Field::OperatorBusinessAddress, "定海区解放路1号"),
        (Field::RoomStreamers, "3"),
        (Field::RoomOperatingModel, "自营"),
        (Field::StreamerName, "张三"),
        (Field::StreamerStageName, "小三"),
        (Field::StreamerResidence, "定海"),
        (Field::StreamerNumber, "330902199001010018"),
        (Field::StreamerQualification, "互联网营销师"),
    ] {
        assert_eq!(text(field), Some(value), "{}", field.as_str());
    }
    let permits = record
        .cells
        .iter()
        .filter(|cell| cell.field == Field::OperatorPermits);
    assert_eq!(permits.count(), 2);
    let second: Vec<_> = record.part(1).map(|cell| cell.text.as_str()).collect();
    assert_eq!(second, ["李四", "小四", "普陀", "330902199001010026", ""]);
    assert_eq!(record.part(2).count(), 0);
    assert_eq!(
        record.get(Field::StreamerName).unwrap().at.to_string(),
        "C8"
    );
}

#[test]
fn a_form_is_one_record_with_its_streamers() {
    let read = read_as(FORM, MERGES, None);
    check(&read);
    assert_eq!((read.records().len(), read.records()[0].rows), (1, 12));
}

#[test]
fn a_form_whose_merges_were_undone_reads_the_same() {
    check(&read(FORM));
    // Some write the block's word beside each row.
    check(&read(&FORM.replace("\n|身份证号", "\n主播信息|身份证号")));
}

#[test]
fn forms_under_each_other_are_records_of_their_own() {
    let second = FORM.replace("hw123", "hw456");
    let both = format!("{FORM}\n负责人签字：|||日期：\n{second}");
    let read = read(&both);
    assert_eq!(read.values(Field::RoomAccount), ["hw123", "hw456"]);
    assert_eq!(read.tables().len(), 1);
}

#[test]
fn an_empty_form_is_skipped_and_told() {
    let blank = "
申报表
直播间信息|所在平台||账号（ID）|
|认证信息||团队人数|
|粉丝数量||关注数量|
运营商信息|主体字号||统一社会信用代码|
主播信息|姓名||直播用名||常住地
|身份证号||执业资质|";
    let read = read(blank);
    assert_eq!(read.skipped(), [(2, Why::EmptyForm)]);
    assert_eq!(read.records().len(), 0);
}

#[test]
fn keys_and_values_may_share_a_cell() {
    let read = read(
        "
直播间登记卡
所在平台：抖音||账号（ID）：hw123
运营者名称：甲公司||统一社会信用代码：91330902MA2A2A2A2A
实际经营地址：定海||联系电话：13800138000
粉丝数量（万）：1.2||团队人数：3",
    );
    let _ = read.records();
    assert_eq!(read.values(Field::RoomAccount), ["hw123"]);
    assert_eq!(read.values(Field::OperatorPhone), ["13800138000"]);
    assert_eq!(read.values(Field::RoomFollowers), ["12000"]);
}

#[test]
fn a_column_of_keys_beside_a_column_of_values_is_a_form() {
    let read = read(
        "
所在平台|抖音
账号|hw123
运营者名称|甲公司
统一社会信用代码|91330902MA2A2A2A2A
联系电话|#13800138000
主播姓名|张三
身份证号|330902199001010018",
    );
    assert_eq!(read.tables()[0].kind, ImportKind::Form);
    assert_eq!(read.values(Field::OperatorPhone), ["13800138000"]);
    assert_eq!(read.values(Field::StreamerName), ["张三"]);
}
