//! Fixtures of what was found by trying: ledgers that were written as clerks write them and read wrongly, or silently in part.

use super::{Fixture, Trap, sheet};

pub(super) const FIXTURES: &[Fixture] = &[
    Fixture {
        name: "accounts-in-words.xlsx",
        traps: &[Trap::AccountInWords, Trap::TwoAccounts, Trap::LinkOfRoom],
        parts: &[sheet(
            "直播间",
            "
开播平台|直播账号|企业名称|统一社会信用代码|网址
抖音|抖音号：hw001|甲公司|91330902MA2A2A2A2C|https://live.example.com/hw001
抖音|hw002（抖音）|乙公司|91330902MA2B0C1D2B|https://live.example.com/hw002
抖音|hw003,hw004|丙公司|91330902MA2CD3EF4K|
抖音|hw005/hw006|丁店|92330902MA2GH5JK69|
抖音|https://v.example.com/hw007|戊公司|91330900567890123E|
",
        )],
        truth: "
table OPERATORS: 1=header
2 platform.name=抖音 room.account=hw001 operator.name=甲公司 operator.number=91330902MA2A2A2A2C room.url=https://live.example.com/hw001
3 platform.name=抖音 room.account=hw002 operator.name=乙公司 operator.number=91330902MA2B0C1D2B room.url=https://live.example.com/hw002
4 platform.name=抖音 room.account=[SEVERAL_VALUES] operator.name=丙公司 operator.number=91330902MA2CD3EF4K
5 platform.name=抖音 room.account=[SEVERAL_VALUES] operator.name=丁店 operator.number=92330902MA2GH5JK69
6 platform.name=抖音 room.account=[CELL_UNFIT] operator.name=戊公司 operator.number=91330900567890123E
",
    },
    Fixture {
        name: "days-as-quantities.xlsx",
        traps: &[Trap::DateIsQuantity],
        parts: &[sheet(
            "直播间",
            "
抖音号|企业名称|统一社会信用代码|成立日期
hw001|甲公司|91330902MA2A2A2A2C|#2024.7
hw002|乙公司|91330902MA2B0C1D2B|#2024.12
hw003|丙公司|91330902MA2CD3EF4K|#7.1
hw004|丁店|92330902MA2GH5JK69|#45474
",
        )],
        truth: "
table OPERATORS: 1=header
2 room.account=hw001 operator.name=甲公司 operator.number=91330902MA2A2A2A2C operator.registeredOn=[DATE_UNREADABLE]
3 room.account=hw002 operator.name=乙公司 operator.number=91330902MA2B0C1D2B operator.registeredOn=[DATE_UNREADABLE]
4 room.account=hw003 operator.name=丙公司 operator.number=91330902MA2CD3EF4K operator.registeredOn=[DATE_UNREADABLE]
5 room.account=hw004 operator.name=丁店 operator.number=92330902MA2GH5JK69 operator.registeredOn=2024-07-01[DATE_SERIAL]
",
    },
    Fixture {
        name: "phones-of-one.xlsx",
        traps: &[Trap::TwoPhonesOfOne],
        parts: &[
            sheet(
                "主播",
                "
主播姓名|身份证号|联系电话|直播用名
张三|330902199001010016|13800138000/13900139000|小张
李四|330902199001010024|13800138001|小李、阿四
",
            ),
            sheet(
                "两名主播",
                "
主播1姓名|主播1身份证号|主播1电话|主播2姓名|主播2身份证号|主播2电话
张三|330902199001010016|13800138000/13900139000|李四|330902199001010024|13800138001
",
            ),
        ],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000[VALUE_UNUSED] streamer.stageName=小张
3 streamer.name=李四 streamer.number=330902199001010024 streamer.phone=13800138001 streamer.stageName=小李[VALUE_UNUSED]
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000[VALUE_UNUSED] streamer.name#1=李四 streamer.number#1=330902199001010024 streamer.phone#1=13800138001
",
    },
    Fixture {
        name: "amounts-about.xlsx",
        traps: &[Trap::AmountAbout],
        parts: &[sheet(
            "直播间",
            "
抖音号|企业名称|统一社会信用代码|年营业额（万元）
hw001|甲公司|91330902MA2A2A2A2C|约80
hw002|乙公司|91330902MA2B0C1D2B|100～200
hw003|丙公司|91330902MA2CD3EF4K|50以上
hw004|丁店|92330902MA2GH5JK69|300万
hw005|戊公司|91330900567890123E|#80
",
        )],
        truth: "
table OPERATORS: 1=header
2 room.account=hw001 operator.name=甲公司 operator.number=91330902MA2A2A2A2C room.turnoverBand=约80万元
3 room.account=hw002 operator.name=乙公司 operator.number=91330902MA2B0C1D2B room.turnoverBand=100～200万元
4 room.account=hw003 operator.name=丙公司 operator.number=91330902MA2CD3EF4K room.turnoverBand=50万元以上
5 room.account=hw004 operator.name=丁店 operator.number=92330902MA2GH5JK69 room.turnoverBand=300万
6 room.account=hw005 operator.name=戊公司 operator.number=91330900567890123E room.turnoverBand=80万元
",
    },
];
