//! Fixtures of rows among the data that are none, and of values that stand for several rows.

use super::{Fixture, Trap, merged, sheet};

pub(super) const FIXTURES: &[Fixture] = &[
    Fixture {
        name: "header-repeated.xlsx",
        traps: &[Trap::HeaderRepeated],
        parts: &[sheet(
            "主播",
            "
序号|主播姓名|身份证号|联系电话
#1|张三|330902199001010016|13800138000
续表
序号|主播姓名|身份证号|联系电话
#2|李四|330902199001010024|13800138001
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000
3 skipped Note
4 skipped Header
5 streamer.name=李四 streamer.number=330902199001010024 streamer.phone=13800138001
",
    },
    Fixture {
        name: "totals.xlsx",
        traps: &[Trap::Total],
        parts: &[sheet(
            "直播间",
            "
序号|抖音号|直播间名称|粉丝数|运营者名称
#1|hw001|海味|#100|甲公司
小计|||#100|
#2|hw002|山货|#200|总计家居有限公司
|合　计|2户|#300|
",
        )],
        truth: "
table OPERATORS: 1=header
2 room.account=hw001 room.name=海味 room.followers=100 operator.name=甲公司
3 skipped Total
4 room.account=hw002 room.name=山货 room.followers=200 operator.name=总计家居有限公司
5 skipped Total
",
    },
    Fixture {
        name: "footer.xlsx",
        traps: &[Trap::Footer, Trap::FactLine],
        parts: &[merged(
            "主播",
            "
主播姓名|身份证号|联系电话|常住地
张三|330902199001010016|13800138000|定海
谨声明：以上所填内容真实、准确、完整。
填表人：赵六|联系电话：0580-2020202||
经办人：||签章：|
",
            &["A3:D3"],
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000 streamer.residence=定海
3 skipped Footer
fact Person 赵六
fact Phone 0580-2020202
4 skipped Footer
5 skipped Footer
",
    },
    Fixture {
        name: "blank-rows.xlsx",
        traps: &[Trap::BlankRow, Trap::NumberedBeforehand],
        parts: &[sheet(
            "主播",
            "
序号|主播姓名|身份证号|联系电话


#1|张三|330902199001010016|13800138000

#2|李四|330902199001010024|13800138001
#3|||
4|||
",
        )],
        truth: "
table STREAMERS: 1=header
4 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000
6 streamer.name=李四 streamer.number=330902199001010024 streamer.phone=13800138001
7 skipped Blank
8 skipped Blank
",
    },
    Fixture {
        name: "notes.xlsx",
        traps: &[Trap::Note, Trap::ExampleRow],
        parts: &[merged(
            "主播",
            "
序号|主播姓名|身份证号|联系电话|常住地
示例|王某某|330902199001011234|13800000000|定海区
#1|张三|330902199001010016|13800138000|定海
注：1.身份证号设为文本；2.常住地填至县区。
以下空白
",
            &["A4:E4", "A5:E5"],
        )],
        truth: "
table STREAMERS: 1=header
2 skipped Example
3 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000 streamer.residence=定海
4 skipped Note
5 skipped Note
",
    },
    Fixture {
        name: "stacked.xlsx",
        traps: &[Trap::Stacked],
        parts: &[sheet(
            "汇总",
            "
一、直播间
抖音号|直播间名称|运营者名称|统一社会信用代码
hw001|海味|甲公司|91330902MA2A2A2A2C
合计|1个

二、主播情况
姓名|身份证号|联系电话|常住地
张三|330902199001010016|13800138000|定海

三、服务机构情况
机构名称|统一社会信用代码|负责人|联系电话
某某传媒有限公司|91330902MA2B0C1D2B|李四|0580-2020202
",
        )],
        truth: "
table OPERATORS: 1=title 2=header
3 room.account=hw001 room.name=海味 operator.name=甲公司 operator.number=91330902MA2A2A2A2C
4 skipped Total
6 skipped Note
table STREAMERS: 7=header
8 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000 streamer.residence=定海
10 skipped Note
table AGENCIES: 11=header
12 agency.name=某某传媒有限公司 agency.number=91330902MA2B0C1D2B agency.legalRepresentative=李四 agency.phone=0580-2020202
",
    },
    Fixture {
        name: "merged-rows.xlsx",
        traps: &[Trap::MergedDown, Trap::MergedAcross],
        parts: &[merged(
            "台账",
            "
抖音号|运营者名称|统一社会信用代码|主播姓名|艺名|身份证号
hw001|甲公司|91330902MA2A2A2A2C|张三|小三|330902199001010016
|||李四||330902199001010024
|||王五|五哥|330902199001010032
",
            &["A2:A3", "B2:B3", "C2:C3", "D3:E3"],
        )],
        truth: "
table MIXED: 1=header
2 room.account=hw001 operator.name=甲公司 operator.number=91330902MA2A2A2A2C streamer.name=张三 streamer.stageName=小三 streamer.number=330902199001010016
3 room.account=hw001 operator.name=甲公司 operator.number=91330902MA2A2A2A2C streamer.name=李四 streamer.number=330902199001010024
4 streamer.name=王五 streamer.stageName=五哥 streamer.number=330902199001010032
",
    },
    Fixture {
        name: "ditto.xlsx",
        traps: &[Trap::Ditto],
        parts: &[sheet(
            "主播",
            "
主播姓名|身份证号|联系电话|所属公会
张三|330902199001010016|13800138000|某某公会
李四|330902199001010024|同上|〃
王五|同上|如上|″
同上|同上|13800138003|\"
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000 agency.name=某某公会
3 streamer.name=李四 streamer.number=330902199001010024 streamer.phone=13800138000[REPEATED_FROM_ABOVE] agency.name=某某公会[REPEATED_FROM_ABOVE]
4 streamer.name=王五 streamer.number=[NUMBER_REPEATED] streamer.phone=13800138000[REPEATED_FROM_ABOVE] agency.name=某某公会[REPEATED_FROM_ABOVE]
5 streamer.name=王五[REPEATED_FROM_ABOVE] streamer.number=[NOTHING_ABOVE] streamer.phone=13800138003 agency.name=某某公会[REPEATED_FROM_ABOVE]
",
    },
    Fixture {
        name: "row-loss.xlsx",
        traps: &[Trap::RowLoss],
        parts: &[sheet(
            "主播",
            "
主播姓名|身份证号|联系电话
张一|330902199001010016|13800138000
张二||
|330902199001010024|
||13800138002
张三|330902199001010032|
备注||
李四|330902199001010040|13800138003
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张一 streamer.number=330902199001010016 streamer.phone=13800138000
3 streamer.name=张二
4 streamer.number=330902199001010024
5 streamer.phone=13800138002
6 streamer.name=张三 streamer.number=330902199001010032
7 streamer.name=备注
8 streamer.name=李四 streamer.number=330902199001010040 streamer.phone=13800138003
",
    },
];
