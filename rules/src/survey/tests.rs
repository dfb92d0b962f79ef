//! Every field has labels and words, and words are heard as offices write them.

use std::collections::BTreeSet;

use super::vocabulary::VOCABULARY;
use super::*;
use crate::label::Lang;

fn field(text: &str) -> Option<Field> {
    match Words::standard().header(text, None)?.meaning {
        Meaning::Field(field) => Some(field),
        Meaning::Leaf(leaf) => leaf.of(Group::Operator),
    }
}

#[test]
fn every_field_has_its_name_labels_and_words() {
    assert!(Field::ALL.iter().eq(VOCABULARY.fields.keys()));
    let mut zh = BTreeSet::new();
    for &field in Field::ALL {
        assert_eq!(field.as_str().parse(), Ok(field));
        assert!(zh.insert(field.label(Lang::Zh)), "{} twice", field.as_str());
        assert!(!field.label(Lang::Zh).is_ascii() && field.label(Lang::En).is_ascii());
        assert!(
            !VOCABULARY.fields[&field].words.is_empty(),
            "{}",
            field.as_str()
        );
        let json = format!("\"{}\"", field.as_str());
        assert_eq!(
            toml::from_str::<toml::Table>(&format!("f = {json}")).unwrap()["f"].as_str(),
            Some(field.as_str())
        );
    }
    assert!("room.size".parse::<Field>().is_err());
}

#[test]
fn no_word_names_two_things_and_there_are_many() {
    let fields = VOCABULARY.fields.values().flat_map(|known| &known.words);
    let leaves = VOCABULARY.leaves.values().flatten();
    let words: Vec<_> = fields.chain(leaves).map(|word| plain(word)).collect();
    let different: BTreeSet<_> = words.iter().collect();
    assert_eq!(different.len(), words.len());
    assert!(words.len() >= 250, "{}", words.len());
}

#[test]
fn every_label_is_heard_as_its_field() {
    for &field in Field::ALL {
        let heard = Words::standard().header(field.label(Lang::Zh), None);
        let heard = heard.unwrap_or_else(|| panic!("{} is not heard", field.label(Lang::Zh)));
        let group = field.group();
        let meant = match heard.meaning {
            Meaning::Field(field) => Some(field),
            Meaning::Leaf(leaf) => leaf.of(group),
        };
        assert_eq!(meant, Some(field), "{}", field.label(Lang::Zh));
    }
}

#[test]
fn headers_are_heard_in_the_writing_of_offices() {
    for (text, expected) in [
        ("直播间名称", Field::RoomName),
        ("账号（ID）", Field::RoomAccount),
        ("抖 音 号", Field::RoomAccount),
        ("粉丝数\n(万)", Field::RoomFollowers),
        ("*主播姓名", Field::StreamerName),
        ("1.主播姓名", Field::StreamerName),
        ("（3）主播身份证号码", Field::StreamerNumber),
        ("主播身份证", Field::StreamerNumber),
        ("ＭＣＮ机构", Field::AgencyName),
        ("公会名称", Field::AgencyName),
        ("公会联系电话", Field::AgencyPhone),
        ("名称（姓名）", Field::OperatorName),
        ("统一社会信用代码/身份证号", Field::OperatorNumber),
        ("运营者证件类型", Field::OperatorIdentityKind),
        ("法定代表人（负责人）", Field::OperatorLegalRepresentative),
        ("列入原因", Field::EntryReason),
        ("年交易额（万元）", Field::RoomTurnoverBand),
        ("食品经营许可证", Field::OperatorPermits),
        ("主播常住地址", Field::StreamerResidence),
        ("店铺名称", Field::ShopName),
        ("网店链接", Field::ShopUrl),
    ] {
        assert_eq!(field(text), Some(expected), "{text}");
    }
    assert_eq!(field("天气"), None);
    assert_eq!(field(""), None);
    assert_eq!(field(&"主播".repeat(500)), None);
}

#[test]
fn units_and_blocks_are_heard_with_a_header() {
    let heard = |text| Words::standard().header(text, None).unwrap();
    assert_eq!(heard("粉丝数(万)").unit.unwrap().power, 4);
    assert_eq!(heard("粉丝数量/万人").unit.unwrap().power, 4);
    assert_eq!(heard("年交易额（单位：万元）").unit.unwrap().word, "万元");
    assert_eq!(heard("团队人数（人）").unit.unwrap().power, 0);
    assert_eq!(heard("粉丝数").unit, None);
    for (text, part) in [
        ("主播姓名", 0),
        ("主播1姓名", 0),
        ("主播2姓名", 1),
        ("主播三姓名", 2),
        ("主播姓名（2）", 1),
        ("姓名2", 1),
    ] {
        assert_eq!(heard(text).part, part, "{text}");
    }
    assert_eq!(heard("统一社会信用代码").part, 0);
}

#[test]
fn groups_stand_over_shared_words() {
    let words = Words::standard();
    for (text, group) in [
        ("主播信息", Group::Streamer),
        ("运营商信息", Group::Operator),
        ("直播间信息", Group::Room),
        ("MCN机构", Group::Agency),
        ("主播信息2", Group::Streamer),
    ] {
        assert_eq!(words.group(text), Some(group), "{text}");
    }
    let heard = words.header("联系电话", Some(Group::Streamer)).unwrap();
    assert_eq!(heard.meaning, Meaning::Field(Field::StreamerPhone));
    assert_eq!(words.group("主播姓名"), None);
}

#[test]
fn a_setting_adds_words_and_they_win() {
    let words = Words::standard().with([
        (Field::RoomAccount, "门牌".to_owned()),
        (Field::Note, "昵称".to_owned()),
    ]);
    let meaning = |text| words.header(text, None).unwrap().meaning;
    assert_eq!(meaning("门牌"), Meaning::Field(Field::RoomAccount));
    assert_eq!(meaning("昵称"), Meaning::Field(Field::Note));
    assert_eq!(meaning("艺名"), Meaning::Field(Field::StreamerStageName));
}

#[test]
fn rows_lines_and_values_have_their_words() {
    let words = Words::standard();
    for (text, row) in [
        ("合计", Some(RowWord::Total)),
        ("合 计：", Some(RowWord::Total)),
        ("小计（3户）", Some(RowWord::Total)),
        ("填表人：张三", Some(RowWord::Footer)),
        ("备注：本表", Some(RowWord::Note)),
        ("示例", Some(RowWord::Example)),
        ("谨声明：", Some(RowWord::Footer)),
        ("张三", None),
        ("总计家居有限公司", None),
        ("例外传媒", None),
        ("备注", None),
    ] {
        assert_eq!(words.row(text), row, "{text}");
    }
    assert_eq!(
        words.facts("填报单位（盖章）：某局  填报人：张三 联系电话:0580-2020202"),
        [
            (FactKind::Reporter, "某局".to_owned()),
            (FactKind::Person, "张三".to_owned()),
            (FactKind::Phone, "0580-2020202".to_owned())
        ]
    );
    assert_eq!(
        words.facts("单位：万元"),
        [(FactKind::Unit, "万元".to_owned())]
    );
    assert_eq!(words.facts("没有什么"), []);
    assert_eq!(words.value("同上"), Some(ValueWord::Repeated));
    assert_eq!(words.value("长期"), Some(ValueWord::Open));
    assert_eq!(words.value("N/A"), Some(ValueWord::Nothing));
    assert_eq!(words.flag("√"), Some(true));
    assert_eq!(
        words.form("个体户").map(entity::kind::LegalForm::as_str),
        Some("INDIVIDUAL_BUSINESS")
    );
    assert_eq!(
        words
            .identity_kind("201|居民身份证")
            .map(entity::kind::IdentityKind::as_str),
        Some("RESIDENT_ID")
    );
    assert_eq!(
        words.about("某县主播摸底"),
        Some(entity::kind::ImportKind::Streamers)
    );
}

#[test]
fn letters_and_columns_turn_into_each_other() {
    for (letters, column) in [("A", 0), ("Z", 25), ("AA", 26), ("XFD", 16_383)] {
        assert_eq!(column_of(letters), Some(column));
        assert_eq!(letters_of(column), letters);
    }
    assert_eq!(column_of("a"), Some(0));
    for wrong in ["", "A1", "ABCD", "é"] {
        assert_eq!(column_of(wrong), None);
    }
    assert_eq!(letters_of(u32::MAX), "MWLQKWV");
}

#[test]
fn what_was_said_of_a_file_and_of_a_header_is_kept_apart() {
    let mut mappings = Mappings::default();
    mappings.remember("abc", [(0, Some(Field::Note))]);
    mappings.say("Sheet1", 1, None);
    assert_eq!(mappings.remembered("abc", 0), Some(Some(Field::Note)));
    assert_eq!(mappings.remembered("abc", 1), None);
    assert_eq!(mappings.said("Sheet1", 1), Some(None));
    assert!(mappings.speaks_of("Sheet1") && !mappings.speaks_of("Sheet2"));
}
