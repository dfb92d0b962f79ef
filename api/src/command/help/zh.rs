//! The Chinese pages of `--help`: the purpose of each command, of each of its flags, and its examples. A command or a flag
//! without its page here or below fails a test.

mod keeping;

/// The page of one command.
pub(super) struct Page {
    /// How the command is typed behind the program's name; nothing for the program itself.
    command: &'static str,
    /// What it is for, in one line.
    pub(super) about: &'static str,
    /// What each flag is for, by its name.
    flags: &'static [(&'static str, &'static str)],
    /// Examples, and what is done by default.
    pub(super) more: &'static str,
}

impl Page {
    pub(super) fn flag(&self, name: &str) -> Option<&'static str> {
        let found = self.flags.iter().find(|(flag, _)| *flag == name);
        found.map(|(_, about)| *about)
    }
}

/// The page of a command, if it has one.
pub(super) fn page(command: &str) -> Option<&'static Page> {
    let mut pages = PAGES.iter().chain(keeping::PAGES);
    pages.find(|page| page.command == command)
}

const CLIENT: (&str, &str) = ("client", "以哪个客户端的身份：名称或者编号");

static PAGES: &[Page] = &[
    Page {
        command: "",
        about: "名录：直播电商主体的登记与报送，平台登记、报送，监管部门查阅",
        flags: &[
            ("config", "设置文件（默认：当前目录的 minglu.toml，若有）"),
            ("set", "覆盖一项设置，可重复使用"),
            ("help", "显示帮助"),
            ("version", "显示版本"),
        ],
        more: "\
例：
  minglu serve --demo                        演示：SQLite、虚构的数据、各角色的令牌
  minglu doctor                              哪里不对，如何解决
  minglu keys new --out /etc/minglu          生产环境的密钥
  minglu migrate up --config minglu.toml     新建或者升级数据库
  minglu serve --production --config minglu.toml

设置依次取自默认值、TOML 文件、环境变量（MINGLU_<SECTION>_<KEY>）和 --set，后者优先；minglu config docs 列出每一项。
LC_ALL、LC_MESSAGES 或者 LANG 为 zh 时说中文，否则说英文。

退出码：0 完成，1 被拒绝或者失败，2 用法有误",
    },
    Page {
        command: "serve",
        about: "启动服务",
        flags: &[
            (
                "production",
                "生产环境：拒绝开发密钥、公开内省、GraphiQL 页面、他人可读的密钥文件、没有代理的明文 HTTP 和未升级的数据库",
            ),
            ("demo", "先载入演示数据，并打印各角色的令牌"),
        ],
        more: "\
例：
  minglu serve --demo                                     载入演示数据并打印令牌
  minglu serve --set server.address=0.0.0.0:8080
  minglu serve --set database.url=postgres://minglu@localhost/minglu
  minglu serve --production --config /etc/minglu/minglu.toml

默认监听 127.0.0.1:8080，使用 SQLite，数据都在 ./data 之下。
开发环境自动升级数据库并生成开发密钥；生产环境两样都不做，须先运行 minglu keys new 和 minglu migrate up。
收到 SIGTERM 或者 Ctrl-C 时，/readyz 先变红，做完手头的请求和任务，再以 0 退出。",
    },
    Page {
        command: "migrate",
        about: "数据库的升级与退回",
        flags: &[],
        more: "",
    },
    Page {
        command: "migrate up",
        about: "升级到最新，没有数据库则新建",
        flags: &[("steps", "最多几步（默认：全部）")],
        more: "\
例：
  minglu migrate up                  执行全部待执行的
  minglu migrate up --steps 1",
    },
    Page {
        command: "migrate down",
        about: "退回，相应的表连同数据一并删除",
        flags: &[("steps", "退回几步"), ("yes", "生产环境必须写明")],
        more: "\
例：
  minglu migrate down --steps 1",
    },
    Page {
        command: "migrate status",
        about: "列出各次迁移是否已经执行",
        flags: &[],
        more: "\
例：
  minglu migrate status              ✓ 已执行，· 待执行",
    },
    Page {
        command: "demo",
        about: "载入演示数据，并列出各角色",
        flags: &[],
        more: "\
例：
  minglu demo        可以重复运行，已有的不动",
    },
    Page {
        command: "token",
        about: "签发访问令牌，只打印令牌本身",
        flags: &[
            ("client", "客户端的名称或者编号"),
            ("minutes", "有效分钟数（默认：设置 auth.token_minutes）"),
        ],
        more: "\
例：
  minglu token --client demo-platform
  curl -H \"Authorization: Bearer $(minglu token --client demo-platform)\" \\
       -H 'Content-Type: application/json' -d '{\"query\":\"{me{role}}\"}' http://127.0.0.1:8080/graphql",
    },
    Page {
        command: "schema",
        about: "打印 GraphQL 接口定义（schema.graphql）",
        flags: &[],
        more: "\
例：
  minglu schema > schema.graphql",
    },
    Page {
        command: "submission",
        about: "报送：生成与提交",
        flags: &[],
        more: "",
    },
    Page {
        command: "submission prepare",
        about: "生成报送工作簿，等到就绪，可以存到文件夹",
        flags: &[
            CLIENT,
            ("window", "报送期，如 2027-01"),
            ("report", "报表：LIVESTREAM 或者 MERCHANT"),
            ("kind", "报送类型：INITIAL、SUPPLEMENT 或者 CORRECTION"),
            ("save", "把工作簿和清单存到这个文件夹（默认：不存）"),
        ],
        more: "\
例：
  minglu submission prepare --client demo-platform --window 2027-01 --save .
  minglu submission prepare --client demo-platform --window 2027-01 --kind CORRECTION

没有服务在运行时由本命令自己生成；有服务时二者不会重复生成。",
    },
    Page {
        command: "submission file",
        about: "提交已就绪的报送",
        flags: &[CLIENT, ("id", "报送的编号")],
        more: "\
例：
  minglu submission file --client demo-platform --id 01933f5e-0000-7000-8000-000000000000

自报送期第一日起可以提交；过了最后一日仍然接受，记为逾期。",
    },
    Page {
        command: "audit",
        about: "审计：核对、导出",
        flags: &[],
        more: "",
    },
    Page {
        command: "audit verify",
        about: "逐条与签名的段首核对，指出最先被改动、删除、加入或移动的记录",
        flags: &[("json", "以 JSON 输出结果")],
        more: "\
例：
  minglu audit verify                  核对全部；不一致时退出码为 1
  minglu audit verify --json           同上，供监控使用

数据库与封存时签名的段首核对，段首再与文件库核对；能改数据库的人够不着文件库。最近几秒的记录尚未封存，单独计数。",
    },
    Page {
        command: "audit export",
        about: "将审计记录写到标准输出或文件，由新到旧",
        flags: &[
            ("since", "自此时刻起，如 2027-01-01T00:00:00+08:00"),
            ("until", "在此时刻之前"),
            ("office", "只要该机关人员的操作"),
            ("party", "只要查看该主体的记录"),
            ("format", "格式：jsonl 每行一个 JSON 对象，csv 带表头"),
            ("out", "文件 [默认：标准输出]"),
        ],
        more: "\
例：
  minglu audit export --since 2027-01-01T00:00:00+08:00 --until 2027-02-01T00:00:00+08:00 --out january.jsonl
  minglu audit export --format csv --office 01933f5e-0000-7000-8000-000000000000

记录只有编号、计数、代码和脱敏后的变更。导出本身也有记录。已有的文件不会被覆盖。",
    },
    Page {
        command: "audit key",
        about: "打印核对审计段首签名的公钥",
        flags: &[],
        more: "\
例：
  minglu audit key > audit-key.pem

请存放在系统之外：持有它的人不依赖本系统就能核对段首的副本（文件库的 audit 文件夹）。",
    },
    Page {
        command: "doctor",
        about: "逐项检查，指出哪里不对、如何解决",
        flags: &[],
        more: "\
例：
  minglu doctor --config /etc/minglu/minglu.toml      ✓ 正常，! 可用但可以更好，✗ 有误，· 未检查

除了在文件库写入并随即删除一个探测文件，不作任何改动；有误时退出码为 1。",
    },
    Page {
        command: "config",
        about: "设置：查看生效的值，打印手册",
        flags: &[],
        more: "",
    },
    Page {
        command: "config check",
        about: "列出生效的设置及其来源，机密不显示",
        flags: &[],
        more: "\
例：
  minglu config check --config minglu.toml --set limits.page_size=100      输出本身也是设置文件",
    },
    Page {
        command: "config docs",
        about: "打印设置手册（docs/settings.md）",
        flags: &[],
        more: "\
例：
  minglu config docs > settings.md",
    },
    Page {
        command: "docs",
        about: "打印由程序生成的文档",
        flags: &[],
        more: "",
    },
    Page {
        command: "docs problems",
        about: "打印问题代码手册（docs/problems.md）",
        flags: &[],
        more: "\
例：
  minglu docs problems > problems.md",
    },
    Page {
        command: "office",
        about: "监管机关",
        flags: &[],
        more: "",
    },
    Page {
        command: "office apply",
        about: "载入机关、地方区划与管辖地域",
        flags: APPLY,
        more: "\
例：
  minglu office apply docs/examples/offices.toml --dry-run      先看
  minglu office apply docs/examples/offices.toml

文件没有列出的保持不动；有误则列出全部错误及行号，什么也不写。",
    },
    Page {
        command: "client",
        about: "客户端，即令牌所代表的调用者",
        flags: &[],
        more: "",
    },
    Page {
        command: "client apply",
        about: "载入客户端、权限与有效期",
        flags: APPLY,
        more: "\
例：
  minglu client apply docs/examples/clients.toml --dry-run      先看
  minglu client apply docs/examples/clients.toml

文件没有列出的保持不动，已撤销的仍然撤销；有误则列出全部错误及行号，什么也不写。",
    },
    Page {
        command: "completions",
        about: "打印命令补全脚本",
        flags: &[("shell", "命令解释器")],
        more: "\
例：
  minglu completions bash > ~/.local/share/bash-completion/completions/minglu
  minglu completions fish > ~/.config/fish/completions/minglu.fish",
    },
];

const APPLY: &[(&str, &str)] = &[
    ("file", "数据文件（TOML）；- 为标准输入"),
    ("dry_run", "只显示将要做什么，不写入"),
];
