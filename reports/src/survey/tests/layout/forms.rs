//! Fixtures of forms: one in a sheet, several below each other, one in each of several sheets.

use super::{Fixture, Trap, merged, sheet};

/// The 申报表 as the notice prints it, with its second and third streamer.
const WHOLE: &str = "
舟山市“绿色直播间”建设培育申报表
直播间信息|所在平台|抖音|账号（ID）||hw001
|认证信息|企业|团队人数||#12
|粉丝数量|1.2万|关注数量||35人
运营商信息|主体字号|舟山海味有限公司|统一社会信用代码||91330902MA2A2A2A2C
|实际经营地址|定海区解放路1号|主播人数||#2
|行政许可|食品经营许可证 JY13309020001234|运营模式||自营
主播信息|姓名|张三|直播用名|小三|常住地|定海
|身份证号|330902199001010016|执业资质||互联网营销师
主播信息|姓名|李四|直播用名|小四|常住地|普陀
|身份证号|330902199001010024|执业资质||无
主播信息|姓名||直播用名||常住地|
|身份证号||执业资质||
";

const WHOLE_MERGES: &[&str] = &[
    "A1:G1", "A2:A4", "A5:A7", "A8:A9", "A10:A11", "A12:A13", "D2:E2", "D3:E3", "D4:E4", "D5:E5",
    "F5:G5",
];

const SECOND: &str = "
直播间信息|所在平台|快手|账号（ID）|ks002
|认证信息|个人|团队人数|#1
|粉丝数量|#300|关注数量|#20
运营商信息|主体字号|普陀水产店|统一社会信用代码|92330902MA2GH5JK69
主播信息|姓名|王五|直播用名|五哥
|身份证号|330902199001010032|执业资质|
";

pub(super) const FIXTURES: &[Fixture] = &[
    Fixture {
        name: "form.xlsx",
        traps: &[Trap::Form],
        parts: &[merged("申报表", WHOLE, WHOLE_MERGES)],
        truth: "
table FORM: 1=title
2 platform.name=抖音 room.account=hw001 room.certification=企业 room.teamSize=12 room.followers=12000 room.following=35 operator.name=舟山海味有限公司 operator.number=91330902MA2A2A2A2C operator.businessAddress=定海区解放路1号 room.streamers=2 operator.permits=食品经营许可证 JY13309020001234 room.operatingModel=自营 streamer.name=张三 streamer.stageName=小三 streamer.residence=定海 streamer.number=330902199001010016 streamer.qualification=互联网营销师 streamer.name#1=李四 streamer.stageName#1=小四 streamer.residence#1=普陀 streamer.number#1=330902199001010024 streamer.qualification#1=
",
    },
    Fixture {
        name: "form-unmerged.xlsx",
        traps: &[Trap::Form, Trap::HeaderUnmerged],
        parts: &[sheet("Sheet1", SECOND)],
        truth: "
table FORM:
1 platform.name=快手 room.account=ks002 room.certification=个人 room.teamSize=1 room.followers=300 room.following=20 operator.name=普陀水产店 operator.number=92330902MA2GH5JK69 streamer.name=王五 streamer.stageName=五哥 streamer.number=330902199001010032
",
    },
    Fixture {
        name: "forms-below.xlsx",
        traps: &[Trap::FormsBelowEachOther],
        parts: &[sheet(
            "申报表",
            "
绿色直播间申报表
直播间信息|所在平台|抖音|账号（ID）|hw001
运营商信息|主体字号|甲公司|统一社会信用代码|91330902MA2A2A2A2C
主播信息|姓名|张三|常住地|定海
|身份证号|330902199001010016|执业资质|无
负责人签字：|||日期：
绿色直播间申报表
直播间信息|所在平台|快手|账号（ID）|ks002
运营商信息|主体字号|乙公司|统一社会信用代码|91330902MA2B0C1D2B
主播信息|姓名|李四|常住地|普陀
|身份证号|330902199001010024|执业资质|
",
        )],
        truth: "
table FORM: 1=title
2 platform.name=抖音 room.account=hw001 operator.name=甲公司 operator.number=91330902MA2A2A2A2C streamer.name=张三 streamer.residence=定海 streamer.number=330902199001010016 streamer.qualification=
8 platform.name=快手 room.account=ks002 operator.name=乙公司 operator.number=91330902MA2B0C1D2B streamer.name=李四 streamer.residence=普陀 streamer.number=330902199001010024
",
    },
    Fixture {
        name: "form-sheets.xlsx",
        traps: &[Trap::FormsInSheets],
        parts: &[
            merged("海味", WHOLE, WHOLE_MERGES),
            sheet("水产", SECOND),
            sheet(
                "空表",
                "
直播间信息|所在平台||账号（ID）|
|认证信息||团队人数|
|粉丝数量||关注数量|
运营商信息|主体字号||统一社会信用代码|
",
            ),
        ],
        truth: "
table FORM: 1=title
2 platform.name=抖音 room.account=hw001 room.certification=企业 room.teamSize=12 room.followers=12000 room.following=35 operator.name=舟山海味有限公司 operator.number=91330902MA2A2A2A2C operator.businessAddress=定海区解放路1号 room.streamers=2 operator.permits=食品经营许可证 JY13309020001234 room.operatingModel=自营 streamer.name=张三 streamer.stageName=小三 streamer.residence=定海 streamer.number=330902199001010016 streamer.qualification=互联网营销师 streamer.name#1=李四 streamer.stageName#1=小四 streamer.residence#1=普陀 streamer.number#1=330902199001010024 streamer.qualification#1=
table FORM:
1 platform.name=快手 room.account=ks002 room.certification=个人 room.teamSize=1 room.followers=300 room.following=20 operator.name=普陀水产店 operator.number=92330902MA2GH5JK69 streamer.name=王五 streamer.stageName=五哥 streamer.number=330902199001010032
table FORM:
1 skipped EmptyForm
",
    },
];
