//! The Chinese pages of the commands that keep, prove and let go: keys, signed records, retention, persons and their data.

use super::Page;

pub(super) static PAGES: &[Page] = &[
    Page {
        command: "live",
        about: "开播前查询（clearForLive）的签名记录",
        flags: &[],
        more: "",
    },
    Page {
        command: "live verify",
        about: "核对一份记录是否由本系统签名，并打印内容",
        flags: &[
            ("file", "存有记录（compact JWS）的文件；- 为标准输入"),
            ("account", "并核对是否为这个直播账号的记录"),
        ],
        more: "\
例：
  minglu live verify record.jws                     不是本系统签名的，退出码为 1
  minglu live verify record.jws --account acct-1    记录里只有账号的散列值
  minglu live verify - < record.jws

只需要密钥文件，不需要数据库。其他单位用 /.well-known/jwks.json 和任何 JWS 程序库核对。",
    },
    Page {
        command: "live keys",
        about: "打印核对记录的公钥（JWKS）",
        flags: &[],
        more: "\
例：
  minglu live keys > jwks.json

与 GET /.well-known/jwks.json 相同。已停用的密钥也在其中：它签过的记录要保存多年。",
    },
    Page {
        command: "retention",
        about: "删除保存期满的信息",
        flags: &[("dry_run", "只计数，不删除")],
        more: "\
例：
  minglu retention --dry-run      现在会删除什么，按种类
  minglu retention

服务按设置 schedule.retention 自动做同样的事。保存多久见设置 retention.*；依法保留的、报送或者未终止的关系还用得着的不删。
删除了什么，记入审计。",
    },
    Page {
        command: "hold",
        about: "依法保留：无论多久都不删除",
        flags: &[],
        more: "",
    },
    Page {
        command: "hold add",
        about: "保留，理由从标准输入读取",
        flags: &[
            ("party", "主体的编号，连同其全部登记"),
            ("registration", "登记的编号"),
            ("platform", "平台的编号，连同其名下的全部登记"),
        ],
        more: "\
例：
  minglu hold add --registration 01933f5e-0000-7000-8000-000000000000 < reason.txt

打印这项保留的编号；已经保留的，打印原有的编号。",
    },
    Page {
        command: "hold list",
        about: "列出现有的保留",
        flags: &[("all", "包括已经解除的")],
        more: "\
例：
  minglu hold list
  minglu hold list --all",
    },
    Page {
        command: "hold lift",
        about: "解除保留，理由从标准输入读取",
        flags: &[("id", "保留的编号")],
        more: "\
例：
  minglu hold lift --id 01933f5e-0000-7000-8000-000000000000 < reason.txt",
    },
    Page {
        command: "subject",
        about: "个人的权利：查阅本人的信息，提出请求",
        flags: &[],
        more: "",
    },
    Page {
        command: "subject report",
        about: "打印一个人的全部信息（不脱敏），证件号码从标准输入读取",
        flags: &[
            ("kind", "证件类型"),
            ("country", "签发国家或者地区（三位字母），护照和其他证件才有"),
            ("json", "以 JSON 打印"),
        ],
        more: "\
例：
  minglu subject report < number.txt
  minglu subject report --kind PASSPORT --country KOR --json < number.txt

在终端上会询问号码。打印前请核实来人的身份；这一操作先记入审计，再打印。",
    },
    Page {
        command: "subject objection",
        about: "个人提出的更正、删除、异议等，各有期限",
        flags: &[],
        more: "",
    },
    Page {
        command: "subject objection add",
        about: "记下个人的请求；标准输入第一行为证件号码，其后为内容",
        flags: &[
            ("kind", "证件类型"),
            ("country", "签发国家或者地区（三位字母），护照和其他证件才有"),
            ("asks", "请求什么：ACCESS、CORRECTION、DELETION 或者 OBJECTION"),
            ("received_on", "收到的日期（默认：今天）"),
        ],
        more: "\
例：
  minglu subject objection add --asks CORRECTION --received-on 2026-12-01 < letter.txt

打印编号和答复期限：自收到之日起 subject.answer_days 个工作日。",
    },
    Page {
        command: "subject objection list",
        about: "列出待答复的请求，最急的在前",
        flags: &[("all", "包括已经答复的")],
        more: "\
例：
  minglu subject objection list
  minglu subject objection list --all",
    },
    Page {
        command: "subject objection answer",
        about: "答复个人的请求，内容从标准输入读取",
        flags: &[
            ("id", "请求的编号"),
            ("outcome", "结果：GRANTED、PARTIAL 或者 REFUSED"),
            ("answered_on", "答复的日期（默认：今天）"),
        ],
        more: "\
例：
  minglu subject objection answer --id 01933f5e-0000-7000-8000-000000000000 --outcome GRANTED < answer.txt

只能答复一次。答复不改动登记：由登记的平台变更，或者在此更正。",
    },
    Page {
        command: "keys",
        about: "密钥：封存与签名",
        flags: &[],
        more: "",
    },
    Page {
        command: "keys new",
        about: "生成封存密钥、令牌签名密钥和公钥集，绝不覆盖",
        flags: &[
            ("out", "放置密钥的文件夹，没有则新建"),
            (
                "suite",
                "算法套件：aes 即 AES-256-GCM 和 HMAC-SHA-256，gm 即国密 SM4-GCM 和 HMAC-SM3（默认：aes）",
            ),
        ],
        more: "\
例：
  minglu keys new --out /etc/minglu --suite gm
  minglu keys new --out /etc/minglu      随后按所打印的内容设置，并把密钥备份到别处",
    },
    Page {
        command: "keys status",
        about: "列出密钥、各把密钥封存的数量和轮换进度",
        flags: &[],
        more: "\
例：
  minglu keys status      各把密钥封存了多少，哪些进程持有哪些密钥，轮换到哪一步

它要读完整张表，数百万行时需要几分钟。",
    },
    Page {
        command: "keys rotate",
        about: "在各密钥环中加入新密钥，尚不启用",
        flags: &[
            ("ring", "密钥环：seal、index、cursor、link 或 record，可重复（默认：全部五个）"),
            ("suite", "新密钥的算法套件，aes 或 gm（默认：与启用的密钥相同）"),
        ],
        more: "\
例：
  minglu keys rotate                          除指纹密钥外，各环加一把新密钥
  minglu keys rotate --ring seal              只换封存数据的密钥
  minglu keys rotate --suite gm               换成另一套算法的密钥

步骤（进程多少都一样，见 docs/security.md）：
  1. minglu keys rotate，把密钥文件复制到各处，逐个重启进程
  2. minglu keys status，直到新密钥的索引补齐
  3. minglu keys activate，把密钥文件复制到各处，逐个重启进程
  4. minglu keys status，直到全部改由新密钥封存
  5. minglu keys retire seal 1 和 minglu keys retire index 1，复制密钥文件，择时重启",
    },
    Page {
        command: "keys activate",
        about: "启用各密钥环中最新的密钥",
        flags: &[("ring", "密钥环，可重复（默认：每个有新密钥的环）")],
        more: "\
例：
  minglu keys activate                   每个有新密钥的环
  minglu keys activate --ring seal

有运行中的进程没有新密钥，或者有数据还没有新密钥的索引时，拒绝启用。",
    },
    Page {
        command: "keys retire",
        about: "移除不再需要的密钥",
        flags: &[("ring", "密钥环：seal、index、cursor、link 或 record"), ("id", "密钥编号")],
        more: "\
例：
  minglu keys retire seal 1
  minglu keys retire index 1

还有数据由它封存，或者有运行中的进程还在用它时，拒绝移除。",
    },
    Page {
        command: "screen",
        about: "将 .xlsx 或者 .csv 文件逐行查询黑名单，另存为附有结论的文件",
        flags: &[
            ("file", "文件"),
            ("client", "以哪个客户端的身份：名称或者编号"),
            ("out", "结果写入何处（默认：原文件名，扩展名之前加 .screened）"),
        ],
        more: "\
例：
  minglu screen people.xlsx --client xihu
  minglu screen people.csv --client xihu --out looked-up.csv

读取第一个工作表。表头须有“证件号码”“统一社会信用代码”“名称”“姓名”或者“直播账号”：有号码的按号码查询，否则按账号，
再否则按名称。查询的范围与该客户端通过接口查询时相同。",
    },
    Page {
        command: "import",
        about: "导入手工制作的摸底表：读取，说明每一行如何处理，写入可以采用的各行",
        flags: &[
            ("file", "文件：.xlsx、.xlsb、.xls、.et、.ods，或者以逗号、制表符分隔的文本"),
            ("client", "以哪个客户端的身份：名称或者编号"),
            ("kind", "内容是哪一类（默认：自动识别）"),
            ("platform", "没有写明平台的行属于哪个平台：名称或者编号"),
            (
                "columns",
                "某一列是什么，可重复使用；等号后面留空的不导入。以后同样表头的文件照此识别",
            ),
            ("json", "以 JSON 打印全部核对结果，含每一行"),
            ("mode", "写入哪些行：good-rows 只写可以采用的，all-or-nothing 全部采用才写"),
            ("dry_run", "核对完即停，不写入任何登记"),
            (
                "template",
                "保存哪一类的模板",
            ),
            (
                "out",
                "工作簿写入何处（默认：原文件名，扩展名改为 .returned.xlsx；模板为 类别.xlsx）",
            ),
        ],
        more: "\
例：
  minglu import survey.xlsx --client xihu --dry-run
  minglu import survey.xlsx --client xihu
  minglu import survey.xls --client xihu --kind OPERATORS --mode all-or-nothing
  minglu import survey.csv --client xihu --platform xihu-live --column C=operator.name --column D=
  minglu import survey.xlsx --client xihu --dry-run --json > report.json
  minglu import --template OPERATORS
  minglu import --template FORM --out form.xlsx

所有工作表都读，包括隐藏的；标题之下的表格和一户一表的申报表都能识别。每一行或采用，或未通过，或未采用，一行不少。写出的
工作簿逐行说明结果，有问题的单元格标色：.xlsx 就是原表加两列。在其中改好再次导入，已经采用的不会重复。被当作数字而丢失末位的
号码一律退回，不猜测。监管部门的摸底不改动平台报送的内容。

文件已读取的，退出码为 0，有未通过的行也是如此，以所列行数为准；读不了、写不了、找不到的为 1；命令写错的为 2。列认错了的，用 --column
更正，各字段见 docs/survey.md。使用 --json 时，标准输出只有核对结果，其余说明都写到标准错误。

模板的表头一定能识别，号码始终是文本，可选的值有下拉列表，“示例”一行不会导入。",
    },
];
