//! Fixtures of what stands above the data: titles, lines of facts, headers.

use super::{Fixture, Part, Trap, merged, sheet};

pub(super) const FIXTURES: &[Fixture] = &[
    Fixture {
        name: "title-rows.xlsx",
        traps: &[Trap::TitleRows, Trap::FactLine],
        parts: &[merged(
            "摸排表",
            "
定海区直播间摸排表

填报单位：定海区市场监管局　填报日期：2024年7月1日|||单位：万元
序号|所在平台|直播间名称|抖音号|运营者名称|统一社会信用代码|年交易额
#1|抖音|海味小厨|hw001|舟山海味有限公司|91330902MA2A2A2A2C|#500
",
            &["A1:G1", "A3:C3"],
        )],
        truth: "
table OPERATORS: 1=title 3=facts 4=header
fact Reporter 定海区市场监管局
fact Date 2024年7月1日
fact Unit 万元
5 platform.name=抖音 room.name=海味小厨 room.account=hw001 operator.name=舟山海味有限公司 operator.number=91330902MA2A2A2A2C room.turnoverBand=500万元
",
    },
    Fixture {
        name: "fact-cells.xlsx",
        traps: &[Trap::FactLine],
        parts: &[sheet(
            "Sheet1",
            "
主播摸排
填报单位|普陀区市场监管局|填报人：|张三|联系电话|0580-3010101
主播姓名|身份证号|手机号码|常住地|所属公会|备注
李四|330902199001010024|13800138001|普陀区东港街道|某某公会|
",
        )],
        truth: "
table STREAMERS: 1=title 2=facts 3=header
fact Reporter 普陀区市场监管局
fact Person 张三
fact Phone 0580-3010101
4 streamer.name=李四 streamer.number=330902199001010024 streamer.phone=13800138001 streamer.residence=普陀区东港街道 agency.name=某某公会
",
    },
    Fixture {
        name: "header-two-rows.xlsx",
        traps: &[Trap::HeaderRows, Trap::MixedLedger, Trap::Units],
        parts: &[merged(
            "台账",
            "
序号|直播间信息|||运营商信息||主播信息|||备注
|平台|账号（ID）|粉丝数(万)|名称|统一社会信用代码|姓名|身份证号|联系电话|
#1|抖音|hw001|#1.2|舟山海味有限公司|91330902MA2A2A2A2C|张三|330902199001010016|#13800138000|
#2|快手|ks002|#0.35|普陀水产店|92330902MA2GH5JK69|李四|330902199001010024|13800138001|
",
            &["A1:A2", "B1:D1", "E1:F1", "G1:I1", "J1:J2"],
        )],
        truth: "
table MIXED: 1=header 2=header
3 platform.name=抖音 room.account=hw001 room.followers=12000 operator.name=舟山海味有限公司 operator.number=91330902MA2A2A2A2C streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000
4 platform.name=快手 room.account=ks002 room.followers=3500 operator.name=普陀水产店 operator.number=92330902MA2GH5JK69 streamer.name=李四 streamer.number=330902199001010024 streamer.phone=13800138001
",
    },
    Fixture {
        name: "header-unmerged.xlsx",
        traps: &[Trap::HeaderUnmerged],
        parts: &[sheet(
            "台账",
            "
序号|直播间信息|||运营商信息||主播信息|||备注
|平台|账号（ID）|粉丝数|名称|统一社会信用代码|姓名|身份证号|联系电话|
#1|抖音|hw001|#12000|舟山海味有限公司|91330902MA2A2A2A2C|张三|330902199001010016|13800138000|
",
        )],
        truth: "
table MIXED: 1=header 2=header
3 platform.name=抖音 room.account=hw001 room.followers=12000 operator.name=舟山海味有限公司 operator.number=91330902MA2A2A2A2C streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000
",
    },
    Fixture {
        name: "header-three-rows.xlsx",
        traps: &[Trap::HeaderRows],
        parts: &[merged(
            "主播",
            "
主播基本情况||||备注
姓名|证件||所属机构|
|证件类型|证件号码|名称|
张三|身份证|330902199001010016|某某公会|
李四|港澳居民来往内地通行证|H12345678|某某公会|
",
            &["A1:D1", "A2:A3", "B2:C2", "E1:E3"],
        )],
        truth: "
table STREAMERS: 1=header 2=header 3=header
4 streamer.name=张三 streamer.identityKind=RESIDENT_ID streamer.number=330902199001010016 agency.name=某某公会
5 streamer.name=李四 streamer.identityKind=TRAVEL_PERMIT_HM streamer.number=H12345678 agency.name=某某公会
",
    },
    Fixture {
        name: "units.xlsx",
        traps: &[Trap::Units],
        parts: &[sheet(
            "直播间",
            "
抖音号|直播间名称|粉丝数（单位：万）|关注数量|团队人数（人）|年交易额（万元）
hw001|海味|#8.07|#35|#3|#120.5
hw002|山货|1.1亿|1,234|约10人|500万元以上
hw003|茶叶|3.5w|2千|1-3|不详
",
        )],
        truth: "
table OPERATORS: 1=header
2 room.account=hw001 room.name=海味 room.followers=80700 room.following=35 room.teamSize=3 room.turnoverBand=120.5万元
3 room.account=hw002 room.name=山货 room.followers=110000000 room.following=1234 room.teamSize=10[APPROXIMATE] room.turnoverBand=500万元以上
4 room.account=hw003 room.name=茶叶 room.followers=35000 room.following=2000 room.teamSize=[CELL_UNFIT] room.turnoverBand=
",
    },
    Fixture {
        name: "hidden.xlsx",
        traps: &[Trap::Hidden, Trap::SeveralSheets],
        parts: &[
            Part {
                name: "主播",
                text: "
主播姓名|身份证号|联系电话
张三|330902199001010016|13800138000
李四|330902199001010024|13800138001
",
                merges: &[],
                is_hidden: false,
                hidden_rows: &[3],
                hidden_columns: &[1],
            },
            Part {
                name: "机构名录",
                text: "
名称|统一社会信用代码|地址
某某传媒有限公司|91330902MA2B0C1D2B|定海区
",
                merges: &[],
                is_hidden: true,
                hidden_rows: &[],
                hidden_columns: &[],
            },
        ],
        truth: "
told HIDDEN_READ
table STREAMERS: 1=header
2 streamer.name=张三 streamer.number=330902199001010016 streamer.phone=13800138000
3 streamer.name=李四 streamer.number=330902199001010024 streamer.phone=13800138001
told HIDDEN_READ
told HIDDEN_READ
table AGENCIES: 1=header
2 agency.name=某某传媒有限公司 agency.number=91330902MA2B0C1D2B agency.domicile=定海区
",
    },
    Fixture {
        name: "several-sheets.xlsx",
        traps: &[Trap::SeveralSheets, Trap::Note],
        parts: &[
            sheet("填表说明", "\n填表说明\n一、每月五日前报送。\n二、证件号码设为文本。\n"),
            sheet(
                "网店",
                "
网店名称|网店链接|经营者|统一社会信用代码|主体类型|是否超过10万
普陀海鲜|https://shop.example.com/1|李四|92330902MA2GH5JK69|个体户|是
",
            ),
        ],
        truth: "
told SHEET_OF_WORDS of 3
table MERCHANTS: 1=header
2 shop.name=普陀海鲜 shop.url=https://shop.example.com/1 merchant.proprietor=李四 merchant.number=92330902MA2GH5JK69 merchant.form=INDIVIDUAL_BUSINESS merchant.overThreshold=true
",
    },
    Fixture {
        name: "blacklist.xlsx",
        traps: &[Trap::OpenEnd, Trap::DateText],
        parts: &[sheet(
            "严重违法失信名单",
            "
序号|名称|统一社会信用代码/身份证号|主体类型|列入原因|列入依据|列入日期|移出日期|列入机关|文号
#1|甲传媒有限公司|91330902MA2B0C1D2B|服务机构|虚假宣传|市场监督管理严重违法失信名单管理办法|2024.7.1|长期|定海区市场监管局|舟市监列〔2024〕1号
#2|张三|330902199001010016|主播|拒不整改|电子商务法|2024/7/1|2027-06-30|定海区市场监管局|舟市监列〔2024〕2号
",
        )],
        truth: "
table BLACKLIST: 1=header
2 entry.name=甲传媒有限公司 entry.number=91330902MA2B0C1D2B entry.role=AGENCY entry.reason=虚假宣传 entry.instrument=市场监督管理严重违法失信名单管理办法 entry.from=2024-07-01 entry.until=OPEN entry.authority=定海区市场监管局 entry.documentNumber=舟市监列〔2024〕1号
3 entry.name=张三 entry.number=330902199001010016 entry.role=STREAMER entry.reason=拒不整改 entry.instrument=电子商务法 entry.from=2024-07-01 entry.until=2027-06-30 entry.authority=定海区市场监管局 entry.documentNumber=舟市监列〔2024〕2号
",
    },
];
