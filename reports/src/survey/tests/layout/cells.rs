//! Fixtures of cells: numbers that lost digits, writing that has to be mended, days, words and formulas.

use super::{Fixture, Trap, sheet};

pub(super) const FIXTURES: &[Fixture] = &[
    Fixture {
        name: "id-number.xlsx",
        traps: &[Trap::IdEndsIn000, Trap::IdMixedWithText, Trap::LowerCaseX],
        parts: &[sheet(
            "主播",
            "
主播姓名|身份证号|联系电话
张三|#330902199001010000|13800138000
李四|11010519491231002x|13800138001
王五|330902199001012000|13800138002
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=[PRECISION_LOST] streamer.phone=13800138000
3 streamer.name=李四 streamer.number=11010519491231002X streamer.phone=13800138001
4 streamer.name=王五 streamer.number=[PRECISION_LOST] streamer.phone=13800138002
",
    },
    Fixture {
        name: "id-double.xlsx",
        traps: &[Trap::IdIsDouble],
        parts: &[sheet(
            "主播",
            "
主播姓名|身份证号|联系电话
张三|#330902199001011234|13800138000
李四|330902199001011264|13800138001
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=[PRECISION_LOST] streamer.phone=13800138000
3 streamer.name=李四 streamer.number=[PRECISION_LOST] streamer.phone=13800138001
",
    },
    Fixture {
        name: "uscc-number.xlsx",
        traps: &[Trap::UsccIsNumber],
        parts: &[sheet(
            "直播间",
            "
抖音号|运营者名称|统一社会信用代码
#12345678901|甲公司|#913309026784321000
#12345678902|乙公司|913309026784321000
#1234567890123456|丙公司|91330902MA2A2A2A2C
",
        )],
        truth: "
table OPERATORS: 1=header
2 room.account=12345678901 operator.name=甲公司 operator.number=[PRECISION_LOST]
3 room.account=12345678902 operator.name=乙公司 operator.number=[PRECISION_LOST]
4 room.account=[PRECISION_LOST] operator.name=丙公司 operator.number=91330902MA2A2A2A2C
",
    },
    Fixture {
        name: "scientific.csv",
        traps: &[Trap::Scientific],
        parts: &[sheet(
            "",
            "
主播姓名|身份证号|联系电话
张三|3.30902E+17|1.38E+10
李四|3.30902199001011e17|13800138001
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=[SCIENTIFIC_NOTATION] streamer.phone=[SCIENTIFIC_NOTATION]
3 streamer.name=李四 streamer.number=[SCIENTIFIC_NOTATION] streamer.phone=13800138001
",
    },
    Fixture {
        name: "phones.xlsx",
        traps: &[Trap::PhoneIsFloat, Trap::LandlineLacksZero, Trap::TwoPhones],
        parts: &[sheet(
            "直播间",
            "
抖音号|运营者名称|统一社会信用代码|联系电话
hw001|甲公司|91330902MA2A2A2A2C|#13800138000
hw002|乙公司|91330902MA2B0C1D2B|13800138000.0
hw003|丙公司|91330902MA2CD3EF4K|#5802020202
hw004|丁店|92330902MA2GH5JK69|13800138000、0580-2020202
hw005|戊公司|91330900567890123E|13800138000\\n13900139000
",
        )],
        truth: "
table OPERATORS: 1=header
2 room.account=hw001 operator.name=甲公司 operator.number=91330902MA2A2A2A2C operator.phone=13800138000
3 room.account=hw002 operator.name=乙公司 operator.number=91330902MA2B0C1D2B operator.phone=13800138000
4 room.account=hw003 operator.name=丙公司 operator.number=91330902MA2CD3EF4K operator.phone=0580-2020202[LEADING_ZERO_LOST]
5 room.account=hw004 operator.name=丁店 operator.number=92330902MA2GH5JK69 operator.phone=13800138000[VALUE_UNUSED]
6 room.account=hw005 operator.name=戊公司 operator.number=91330900567890123E operator.phone=13800138000[VALUE_UNUSED]
",
    },
    Fixture {
        name: "full-width.xlsx",
        traps: &[Trap::FullWidth],
        parts: &[sheet(
            "主播",
            "
主播姓名|身份证号|联系电话|ＭＣＮ机构
张　三|３３０９０２１９９００１０１００１６|１３８００１３８０００|ＡＢ传媒（舟山）有限公司
李四|１１０１０５１９４９１２３１００２ｘ|138-0013-8001|某某公会
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000 agency.name=AB传媒（舟山）有限公司
3 streamer.name=李四 streamer.number=11010519491231002X streamer.phone=13800138001 agency.name=某某公会
",
    },
    Fixture {
        name: "invisible.xlsx",
        traps: &[Trap::Nbsp, Trap::ZeroWidth, Trap::LineFeed],
        parts: &[sheet(
            "主播",
            "
主播\\n姓名|身份\u{200B}证号|联系电话\u{A0}|所属机构
\u{A0}张三\u{A0}|\u{200E}330902199001010016\u{200F}|138\u{A0}0013\u{A0}8000|某某传媒\\n有限公司
李\u{FEFF}四|330902 19900101 0024|\u{200B}13800138001|AB Media\\nLtd
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000 agency.name=某某传媒有限公司
3 streamer.name=李四 streamer.number=330902199001010024 streamer.phone=13800138001 agency.name=AB Media Ltd
",
    },
    Fixture {
        name: "apostrophe.csv",
        traps: &[Trap::Apostrophe, Trap::Tab],
        parts: &[sheet(
            "",
            "
主播姓名|身份证号|联系电话
张三|'330902199001010016|'13800138000
李四|330902199001010024\\t|\\t13800138001
王五|=\"330902199001010032\"|=\"13800138002\"
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000
3 streamer.name=李四 streamer.number=330902199001010024 streamer.phone=13800138001
4 streamer.name=王五 streamer.number=330902199001010032 streamer.phone=13800138002
",
    },
    Fixture {
        name: "dates.xlsx",
        traps: &[Trap::DateSerial, Trap::DateFake, Trap::DateText, Trap::DateChinese, Trap::OpenEnd],
        parts: &[sheet(
            "黑名单",
            "
当事人名称|证件号码|列入原因|列入日期|移出日期
甲公司|91330902MA2A2A2A2C|虚假宣传|@2024-07-01|@2027-06-30
乙公司|91330902MA2B0C1D2B|虚假宣传|#45474|永久
丙公司|91330902MA2CD3EF4K|虚假宣传|#60|2027.6.30
丁公司|92330902MA2GH5JK69|虚假宣传|二〇二四年七月一日|二零二七年六月三十日
戊公司|91330900567890123E|虚假宣传|20240701|2024年7月1日至2027年6月30日
己公司|91330902MA2A2A2A2C|虚假宣传|2024年7月|三年
",
        )],
        truth: "
table BLACKLIST: 1=header
2 entry.name=甲公司 entry.number=91330902MA2A2A2A2C entry.reason=虚假宣传 entry.from=2024-07-01 entry.until=2027-06-30
3 entry.name=乙公司 entry.number=91330902MA2B0C1D2B entry.reason=虚假宣传 entry.from=2024-07-01[DATE_SERIAL] entry.until=OPEN
4 entry.name=丙公司 entry.number=91330902MA2CD3EF4K entry.reason=虚假宣传 entry.from=[DATE_UNREADABLE] entry.until=2027-06-30
5 entry.name=丁公司 entry.number=92330902MA2GH5JK69 entry.reason=虚假宣传 entry.from=2024-07-01 entry.until=2027-06-30
6 entry.name=戊公司 entry.number=91330900567890123E entry.reason=虚假宣传 entry.from=2024-07-01 entry.until=2027-06-30
7 entry.name=己公司 entry.number=91330902MA2A2A2A2C entry.reason=虚假宣传 entry.from=[DATE_UNREADABLE] entry.until=[DATE_UNREADABLE]
",
    },
    Fixture {
        name: "nothing.xlsx",
        traps: &[Trap::Nothing],
        parts: &[sheet(
            "主播",
            "
主播姓名|身份证号|联系电话|常住地|所属公会|执业资质
张三|330902199001010016|无|不详|/|-
李四|330902199001010024|暂无||——|互联网营销师
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=330902199001010016 streamer.phone= streamer.residence= agency.name= streamer.qualification=
3 streamer.name=李四 streamer.number=330902199001010024 streamer.phone= agency.name= streamer.qualification=互联网营销师
",
    },
    Fixture {
        name: "two-streamers.xlsx",
        traps: &[Trap::TwoStreamers, Trap::AndOthers],
        parts: &[sheet(
            "台账",
            "
抖音号|运营者名称|统一社会信用代码|主播姓名|主播身份证号
hw001|甲公司|91330902MA2A2A2A2C|张三、李四|330902199001010016、330902199001010024
hw002|乙公司|91330902MA2B0C1D2B|张三\\n李四|330902199001010016
hw003|丙公司|91330902MA2CD3EF4K|王五等3人|330902199001010032
",
        )],
        truth: "
table MIXED: 1=header
2 room.account=hw001 operator.name=甲公司 operator.number=91330902MA2A2A2A2C streamer.name=张三 streamer.name#1=李四 streamer.number=330902199001010016 streamer.number#1=330902199001010024
3 room.account=hw002 operator.name=乙公司 operator.number=91330902MA2B0C1D2B streamer.name=[SEVERAL_VALUES] streamer.number=[SEVERAL_VALUES]
4 room.account=hw003 operator.name=丙公司 operator.number=91330902MA2CD3EF4K streamer.name=[SEVERAL_VALUES] streamer.number=330902199001010032
",
    },
    Fixture {
        name: "formulas.xlsx",
        traps: &[Trap::Formula, Trap::Fault],
        parts: &[sheet(
            "主播",
            "
主播姓名|身份证号|联系电话
=张三|330902199001010016|=13800138000
李四|!#REF!|13800138001
",
        )],
        truth: "
table STREAMERS: 1=header
2 streamer.name=张三[FORMULA_VALUE] streamer.number=330902199001010016 streamer.phone=13800138000[FORMULA_VALUE]
3 streamer.name=李四 streamer.number=[CELL_FAULT] streamer.phone=13800138001
",
    },
    Fixture {
        name: "coded-words.xlsx",
        traps: &[Trap::CodedWord],
        parts: &[sheet(
            "运营者",
            "
运营者名称|证件类型|证件号码|主体类型|联系电话
甲店|201｜居民身份证|330902199001010032|个人|13800138003
乙店|营业执照|92330902MA2GH5JK69|个体户|13800138000
丙店|身份证|330902199001010016|自然人|13800138001
丁店|饭卡|330902199001010024|厨师|13800138002
",
        )],
        truth: "
table OPERATORS: 1=header
2 operator.name=甲店 operator.identityKind=RESIDENT_ID operator.number=330902199001010032 operator.form=NATURAL_PERSON operator.phone=13800138003
3 operator.name=乙店 operator.identityKind=USCC operator.number=92330902MA2GH5JK69 operator.form=INDIVIDUAL_BUSINESS operator.phone=13800138000
4 operator.name=丙店 operator.identityKind=RESIDENT_ID operator.number=330902199001010016 operator.form=NATURAL_PERSON operator.phone=13800138001
5 operator.name=丁店 operator.identityKind=[WORD_UNKNOWN] operator.number=330902199001010024 operator.form=[WORD_UNKNOWN] operator.phone=13800138002
",
    },
];
