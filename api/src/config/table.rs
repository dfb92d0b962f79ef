//! The one table of settings: defaults, environment names, what is usable, the documentation and
//! `minglu config check` all come from it. A setting that is not here does not exist.

use std::net::SocketAddr;

use toml::Value;

use super::cron::Cron;
use super::secret::DatabaseUrl;
use super::types::{KeySet, StoreLocation};
use crate::words::Words;

/// What the name of each environment variable begins with.
pub(super) const PREFIX: &str = "MINGLU_";

/// The same in Chinese and English.
pub(super) type Pair = [&'static str; 2];

/// One setting.
pub(super) struct Setting {
    /// Section and name, as `limits.page_size`.
    pub(super) key: &'static str,
    pub(super) default: Default,
    /// Another default, in force when `server.production` is on.
    pub(super) in_production: Option<Default>,
    pub(super) allowed: Allowed,
    pub(super) shown: Shown,
    pub(super) about: Pair,
}

/// A default, whose type is the setting's type.
#[derive(Clone, Copy)]
pub(super) enum Default {
    Text(&'static str),
    Whole(i64),
    Switch(bool),
    List(&'static [&'static str]),
}

/// What a value may be, beyond its type.
#[derive(Clone, Copy)]
pub(super) enum Allowed {
    /// Anything of the type.
    Any,
    /// Text that says something.
    NotEmpty,
    /// A whole number, both ends included.
    Between(i64, i64),
    /// One of these texts; of a list, at least one and only these.
    OneOf(&'static [&'static str]),
    /// Text of a form; of a list, each of its texts.
    Form(Pair, fn(&str) -> bool),
}

/// How much of a value people may see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Plain,
    /// All but the password in it.
    UrlPasswordHidden,
    Hidden,
}

impl Setting {
    const fn new(key: &'static str, default: Default, allowed: Allowed, about: Pair) -> Self {
        Self {
            key,
            default,
            in_production: None,
            allowed,
            shown: Shown::Plain,
            about,
        }
    }

    const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    const fn in_production(mut self, default: Default) -> Self {
        self.in_production = Some(default);
        self
    }

    /// The name of the environment variable.
    pub(super) fn variable(&self) -> String {
        format!("{PREFIX}{}", self.key.replace('.', "_").to_uppercase())
    }

    /// Whether the value is a secret, which may also be kept in a file of its own.
    pub(super) fn secret(&self) -> bool {
        self.shown != Shown::Plain
    }

    /// Section and name.
    pub(super) fn parts(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }

    /// What would be usable.
    pub(super) fn usable(&self) -> Words {
        match self.allowed {
            Allowed::Any => self.default.type_name(),
            Allowed::NotEmpty => Words::fixed("非空文本", "text, not empty"),
            Allowed::Between(least, most) => Words::same(format!("{least}–{most}")),
            Allowed::OneOf(choices) => Words::same(choices.join(" | ")),
            Allowed::Form([zh, en], _) => Words::fixed(zh, en),
        }
    }

    /// Whether a value of the right type is usable.
    pub(super) fn fits(&self, value: &Value) -> bool {
        match (self.allowed, value) {
            (Allowed::Between(least, most), Value::Integer(number)) => {
                (least..=most).contains(number)
            }
            (Allowed::NotEmpty, Value::String(text)) => !text.trim().is_empty(),
            (Allowed::OneOf(choices), Value::String(text)) => choices.contains(&text.as_str()),
            (Allowed::OneOf(choices), Value::Array(items)) => {
                let known =
                    |item: &Value| item.as_str().is_some_and(|text| choices.contains(&text));
                !items.is_empty() && items.iter().all(known)
            }
            (Allowed::Form(_, fits), Value::String(text)) => fits(text),
            (Allowed::Form(_, fits), Value::Array(items)) => {
                items.iter().all(|item| item.as_str().is_some_and(fits))
            }
            _ => true,
        }
    }
}

impl Default {
    pub(super) fn value(self) -> Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Whole(number) => number.into(),
            Self::Switch(on) => on.into(),
            Self::List(items) => items.to_vec().into(),
        }
    }

    pub(super) const fn type_name(self) -> Words {
        match self {
            Self::Text(_) => Words::fixed("文本", "text"),
            Self::Whole(_) => Words::fixed("整数", "whole number"),
            Self::Switch(_) => Words::fixed("true | false", "true | false"),
            Self::List(_) => Words::fixed("文本列表", "list of texts"),
        }
    }
}

/// Finds a setting by its key.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

const fn text(key: &'static str, default: &'static str, allowed: Allowed, about: Pair) -> Setting {
    Setting::new(key, Default::Text(default), allowed, about)
}

const fn whole(key: &'static str, default: i64, range: (i64, i64), about: Pair) -> Setting {
    Setting::new(
        key,
        Default::Whole(default),
        Allowed::Between(range.0, range.1),
        about,
    )
}

const fn switch(key: &'static str, default: bool, about: Pair) -> Setting {
    Setting::new(key, Default::Switch(default), Allowed::Any, about)
}

const ADDRESS: Allowed = Allowed::Form(["IP:端口", "IP:port, e.g. 127.0.0.1:8080"], |text| {
    text.parse::<SocketAddr>().is_ok()
});
const NETWORKS: Allowed = Allowed::Form(
    [
        "空，或网段，如 10.0.0.0/8、127.0.0.1/32",
        "empty, or networks, e.g. 10.0.0.0/8, 127.0.0.1/32",
    ],
    |text| text.parse::<ipnet::IpNet>().is_ok(),
);
const WEB_URL: Allowed = Allowed::Form(
    ["空，或 http(s):// 地址", "empty, or an http(s):// address"],
    |text| text.is_empty() || text.starts_with("https://") || text.starts_with("http://"),
);
const DATABASE_URL: Allowed = Allowed::Form(
    [
        "sqlite: 或 postgres:// 地址",
        "a sqlite: or postgres:// URL",
    ],
    |text| text.parse::<DatabaseUrl>().is_ok(),
);
const OTHER_DATABASE_URL: Allowed = Allowed::Form(
    ["空，或 postgres:// 地址", "empty, or a postgres:// URL"],
    |text| {
        text.is_empty()
            || text
                .parse::<DatabaseUrl>()
                .is_ok_and(|url| !url.is_sqlite())
    },
);
const STORE: Allowed = Allowed::Form(
    [
        "文件夹、file:///文件夹 或 s3://桶/前缀",
        "a folder, file:///folder or s3://bucket/prefix",
    ],
    |text| text.parse::<StoreLocation>().is_ok(),
);
const KEY_SET: Allowed = Allowed::Form(
    ["文件或 https:// 地址", "a file or an https:// address"],
    |text| text.parse::<KeySet>().is_ok(),
);
const SIX_FIELDS: Allowed = Allowed::Form(
    [
        "空，或 cron 六段：秒 分 时 日 月 周（Asia/Shanghai）",
        "empty, or cron's six fields: second minute hour day month weekday (Asia/Shanghai)",
    ],
    |text| text.is_empty() || text.parse::<Cron>().is_ok(),
);
const SECONDS_TO_HOUR: (i64, i64) = (1, 3600);

/// Every section with its title, in the order of the file.
pub(super) static SECTIONS: &[(&str, Pair)] = &[
    ("server", ["服务", "Server"]),
    ("limits", ["限额", "Limits"]),
    ("database", ["数据库", "Database"]),
    ("files", ["文件", "Files"]),
    ("crypto", ["加密", "Encryption"]),
    ("auth", ["令牌", "Tokens"]),
    ("law", ["法规", "Law"]),
    ("address", ["地址", "Addresses"]),
    ("registration", ["登记", "Registrations"]),
    ("live", ["开播", "Before a livestream"]),
    ("submission", ["报送", "Submissions"]),
    ("schedule", ["定期任务", "Schedule"]),
    ("retention", ["保存期限", "Retention"]),
    ("subject", ["个人的权利", "Persons' rights"]),
    ("disposition", ["处置措施", "Measures"]),
    ("import", ["导入", "Imports"]),
    ("blacklist", ["黑名单", "Blacklist"]),
    ("screening", ["批量筛查", "Screening"]),
    ("audit", ["审计", "Audit"]),
    ("jobs", ["后台任务", "Background jobs"]),
    ("graphql", ["GraphQL", "GraphQL"]),
    ("log", ["日志", "Log"]),
];

/// Every setting, grouped by section.
#[rustfmt::skip] // One setting a line or two reads as the table that it is.
pub(super) static SETTINGS: &[Setting] = &[
    text("server.address", "127.0.0.1:8080", ADDRESS, ["监听地址", "where to listen"]),
    text("server.public_url", "", WEB_URL, ["对外地址，用于下载链接；空为监听地址", "address in download links; empty = where we listen"]),
    switch("server.production", false, ["生产环境：拒绝开发密钥、GraphiQL、公开内省、他人可读的密钥文件和没有代理的明文监听", "production: refuses development keys, GraphiQL, open introspection, key files that others can read, and plain HTTP without a proxy"]),
    Setting::new("server.trusted_proxies", Default::List(&[]), NETWORKS, ["前置代理所在的网段：由它们终止 TLS，其 X-Forwarded-For 才被采信", "networks of the proxies in front: they end TLS, and only their X-Forwarded-For is believed"]),
    whole("server.shutdown_grace_seconds", 30, (0, 3600), ["停止前等待在途请求的秒数", "seconds that running requests are given at a stop"]),
    whole("server.request_timeout_seconds", 60, SECONDS_TO_HOUR, ["单个请求的秒数上限", "seconds that one request may take"]),

    whole("limits.body_bytes", 8 << 20, (1 << 10, 1 << 30), ["GraphQL 请求体字节数", "bytes of a GraphQL request body"]),
    whole("limits.discard_bytes", 64 << 20, (0, 1 << 30), ["拒绝请求后，为让对方读到答复而读完并丢弃的请求体字节数", "bytes of a refused request's body that are read and thrown away, so that its client reads the answer"]),
    whole("limits.upload_bytes", 256 << 20, (1 << 10, 1 << 40), ["上传文件字节数", "bytes of an uploaded file"]),
    whole("limits.batch_operations", 10, (1, 100), ["一次请求的操作数", "operations in one request"]),
    whole("limits.json_values", 250_000, (1_000, 10_000_000), ["请求 JSON 中的值和名称数，每个约占 70 字节内存", "values and names in a request's JSON; each takes some 70 bytes of memory"]),
    whole("limits.document_bytes", 1 << 20, (1 << 10, 16 << 20), ["GraphQL 文档字节数；大量数据请放入 variables", "bytes of a GraphQL document; send large input as variables"]),
    whole("limits.tokens", 20_000, (100, 1_000_000), ["GraphQL 文档的词元数", "tokens of a GraphQL document"]),
    whole("limits.expanded_fields", 2_000, (10, 1_000_000), ["片段展开后的字段数", "fields after fragments are expanded"]),
    whole("limits.depth", 20, (5, 100), ["查询深度", "depth of a query"]),
    whole("limits.complexity", 1_000_000, (100, 100_000_000), ["一次操作可查询的字段值数，逐级分页相乘", "field values that one operation may ask for; the rows of nested pages multiply"]),
    whole("limits.aliases", 50, (0, 10_000), ["查询中的别名数", "aliases in a query"]),
    whole("limits.directives", 50, (0, 10_000), ["查询中的指令数", "directives in a query"]),
    whole("limits.page_size", 500, (1, 500), ["每页条数（first、last）", "entries of a page (first, last)"]),
    whole("limits.items", 1_000, (1, 1_000), ["批量登记的条数", "items of a batch"]),
    whole("limits.reveal_items", 100, (1, 100), ["一次查看未脱敏信息的登记数", "registrations whose personal data one request reveals"]),
    whole("limits.reveals_per_hour", 500, (1, 100_000), ["一个客户端一小时内查看未脱敏信息的人次", "persons whose data one client may have revealed within an hour"]),
    whole("limits.link_seconds", 300, (10, 86_400), ["下载链接的有效秒数", "seconds that a download link lives"]),
    whole("limits.idempotency_hours", 24, (24, 720), ["幂等键保留小时数", "hours that an idempotency key is kept"]),
    whole("limits.unused_file_hours", 24, (1, 720), ["未使用的上传文件保留小时数", "hours that an unused upload is kept"]),
    whole("limits.requests_per_minute", 30_000, (0, 1_000_000_000), ["每个客户端每分钟的请求数（按进程计）；0 为不限", "requests of one client a minute, by each process; 0 = without limit"]),
    whole("limits.cost_per_minute", 60_000_000, (0, 4_000_000_000), ["每个客户端每分钟可查询的字段值数，计法同 limits.complexity（按进程计）；0 为不限", "field values that one client may ask for a minute, counted as limits.complexity, by each process; 0 = without limit"]),
    whole("limits.anonymous_per_minute", 1_200, (0, 1_000_000_000), ["每个地址每分钟没有有效令牌的请求数，含下载链接（按进程计）；0 为不限", "requests of one address a minute without a valid token, download links included, by each process; 0 = without limit"]),
    whole("limits.headers", 64, (16, 100), ["请求头的个数", "headers of a request"]),
    whole("limits.head_bytes", 32 << 10, (4 << 10, 1 << 20), ["请求行与请求头的字节数", "bytes of a request's line and headers"]),
    whole("limits.head_seconds", 10, SECONDS_TO_HOUR, ["请求头须在多少秒内到齐", "seconds within which the head of a request must come"]),
    whole("limits.idle_seconds", 75, SECONDS_TO_HOUR, ["连接空闲多少秒后关闭，应长于前置代理的空闲时限", "seconds that a connection is kept without a request; longer than a proxy in front keeps it"]),
    whole("limits.stall_seconds", 20, SECONDS_TO_HOUR, ["等待对方收发满多少秒后核对其速度", "seconds of waiting for a client after which its pace is looked at"]),
    whole("limits.least_bytes_per_second", 1_024, (1, 1 << 30), ["对方收发的最低速度（字节/秒），更慢则断开", "bytes a second that a client must send or take; a slower one is cut"]),
    whole("limits.connections", 768, (1, 1_000_000), ["同时连接数，超出者排队；须低于进程可打开的文件数", "connections at a time, the next one waits; fewer than the files that the process may open"]),
    whole("limits.connections_per_address", 256, (1, 1_000_000), ["一个地址的同时连接数，超出者关闭；server.trusted_proxies 不限", "connections of one address at a time, the next one is closed; those of server.trusted_proxies are not counted"]),

    text("database.url", "sqlite://./data/minglu.db?mode=rwc", DATABASE_URL, ["数据库地址", "the database"]).shown(Shown::UrlPasswordHidden),
    text("database.migration_url", "", OTHER_DATABASE_URL, ["数据库属主的地址，迁移用（PostgreSQL）；database.url 的角色由迁移授权，只受限地读写。空为同一角色，行级隔离不起作用，生产环境不允许", "the database as its owner, who migrates (PostgreSQL); migrations grant the role of database.url what it needs and no more. Empty = one role for both, whom row level security does not bind, which production refuses"]).shown(Shown::UrlPasswordHidden),
    whole("database.max_connections", 10, (1, 1_000), ["连接数上限", "connections at most"]),
    whole("database.statement_timeout_seconds", 30, SECONDS_TO_HOUR, ["单条语句的秒数上限（PostgreSQL）", "seconds that one statement may take (PostgreSQL)"]),
    whole("database.busy_timeout_seconds", 10, SECONDS_TO_HOUR, ["等待写锁的秒数（SQLite）", "seconds to wait for the write lock (SQLite)"]),

    text("files.store", "./data/files", STORE, ["文件存放处", "where files are stored"]),
    text("files.s3_endpoint", "", WEB_URL, ["S3 兼容服务的地址；空为 AWS", "address of the S3-compatible service; empty = AWS"]),
    text("files.s3_region", "us-east-1", Allowed::NotEmpty, ["S3 区域", "S3 region"]),
    text("files.s3_access_key_id", "", Allowed::Any, ["S3 访问密钥标识；空为机器身份", "S3 access key id; empty = the machine's own identity"]).shown(Shown::Hidden),
    text("files.s3_secret_access_key", "", Allowed::Any, ["S3 访问密钥", "S3 secret access key"]).shown(Shown::Hidden),
    switch("files.s3_allow_http", false, ["允许不加密的 S3 连接（仅限开发）", "allow an unencrypted S3 connection (development only)"]),
    text("files.temp_dir", "", Allowed::Any, ["临时文件夹；空为系统默认", "folder for temporary files; empty = the system's"]),

    text("crypto.keys_file", "./data/vault-keys.json", Allowed::NotEmpty, ["封存密钥文件（minglu keys new 生成）", "the sealing keys (made by minglu keys new)"]),
    text("crypto.suite", "aes", Allowed::OneOf(&["aes", "gm"]), ["封存所用的算法套件：aes 即 AES-256-GCM 和 HMAC-SHA-256，gm 即国密 SM4-GCM 和 HMAC-SM3", "suite that seals: aes is AES-256-GCM and HMAC-SHA-256, gm is SM4-GCM and HMAC-SM3"]),

    text("auth.issuer", "minglu", Allowed::NotEmpty, ["令牌签发者 iss", "iss that tokens must have"]),
    text("auth.audience", "minglu", Allowed::NotEmpty, ["令牌受众 aud", "aud that tokens must have"]),
    whole("auth.token_minutes", 15, (1, 60), ["所签令牌的有效分钟数", "minutes that a token we sign lives"]),
    whole("auth.leeway_seconds", 30, (0, 300), ["校验令牌时间的宽限秒数", "seconds of leeway for a token's times"]),
    Setting::new("auth.algorithms", Default::List(&["EdDSA", "ES256"]), Allowed::OneOf(&["EdDSA", "ES256", "ES384", "PS256", "RS256"]), ["接受的签名算法", "signature algorithms that are accepted"]),
    text("auth.key_set", "./data/token-keys.json", KEY_SET, ["校验公钥集 JWKS", "JWKS of the public keys"]),
    text("auth.signing_key", "./data/token-signing-key.json", Allowed::NotEmpty, ["签发令牌的私钥文件", "file of the private key that signs tokens"]),
    whole("auth.jwks_refresh_seconds", 300, (10, 86_400), ["重新读取公钥集的间隔秒数", "seconds between readings of the JWKS"]),

    text("law.edition", "order-117", Allowed::OneOf(&["order-117", "draft-2025"]), ["适用的法规版本", "edition of the law that applies"]),
    whole("law.notice_days", 30, (1, 90), ["核验到期前提示天数", "days before a verification is due that it shows as DUE"]),

    whole("address.confidence", 90, (50, 100), ["由地址文字判断行政区划，把握达到百分之几才采用", "percent of confidence from which a division is taken from an address's text"]),

    whole("registration.room_profiles", 24, (1, 366), ["每个直播间保留的概况数，最旧的只留在历次版本中", "profiles that are kept of a room; older ones stay in the revisions only"]),
    whole("registration.ended_presenters", 100, (0, 1_000), ["每个运营者保留的已终止虚拟主播数，更早的只留在历次版本中", "ended synthetic presenters that are kept of an operator; earlier ones stay in the revisions only"]),

    whole("live.report_minutes", 120, (1, 1_440), ["直播前的报送与所查时刻可以相差的分钟数", "minutes that an operator's report may lie beside the moment that is asked about"]),
    whole("live.report_ahead_hours", 168, (1, 2_160), ["直播前的报送可以提前的小时数", "hours ahead that an operator may report a livestream"]),
    whole("live.ahead_minutes", 1_440, (1, 10_080), ["开播前的查询可以提前的分钟数", "minutes ahead that a livestream may be asked about"]),
    whole("live.valid_minutes", 60, (1, 1_440), ["可以开播的应答有效的分钟数，自所查时刻起", "minutes that an ALLOW holds, from the moment that was asked about"]),
    whole("live.streamers", 100, (1, 1_000), ["一次报送或者查询的直播营销人员数", "streamers that one report or question may name"]),
    text("live.failed_training", "warn", Allowed::OneOf(&["warn", "deny"]), ["培训弄虚作假、拒不参加的如何对待：警示或者不得开播；平台没有另行规定时适用", "what a streamer meets who cheated in a training or refused it, warn or deny, where the platform has not said"]),

    whole("submission.sheet_rows", 1_000_000, (1, 1_048_575), ["每个工作表的数据行数，超出则分卷", "data rows of a sheet; more go on in another part"]),
    whole("submission.lease_seconds", 60, (5, 3_600), ["生成任务的租约秒数", "seconds that a claim on a preparation lasts"]),
    whole("submission.batch_rows", 5_000, (1, 100_000), ["每批读取行数", "rows that are read at a time"]),
    whole("submission.poll_seconds", 1, (1, 600), ["查看待办的间隔秒数", "seconds between looks for work"]),

    text("schedule.prepare", "0 30 2 1 1,7 *", SIX_FIELDS, ["报送期开始后何时为各平台生成报送文件，错过的会补上；空为不自动生成", "when a window has begun: when each platform's submissions are prepared, a missed time is made up for; empty = never by themselves"]),

    text("schedule.retention", "0 15 3 * * *", SIX_FIELDS, ["何时删除保存期满的信息，启动时也看一次；空为不自动删除", "when what is kept no longer is removed, and at the start; empty = never by itself"]),

    whole("retention.registration_years", 3, (3, 100), ["已注销的登记及其历次版本保存的年数，自注销之日起", "years that closed registrations and their revisions are kept, from their last day"]),
    whole("retention.check_years", 3, (3, 100), ["存续的登记中已被取代的核验结果和历次版本保存的年数，自被取代之日起", "years that superseded verifications and revisions of other registrations are kept, from when they were superseded"]),
    whole("retention.submission_years", 3, (3, 100), ["报送的工作簿和逐行记录保存的年数，自办结之日起", "years that workbooks and rows of filings are kept, from their last step"]),
    whole("retention.import_years", 3, (1, 100), ["导入的文件和结果保存的年数", "years that imported files and what was found in them are kept"]),
    whole("retention.live_years", 3, (3, 100), ["直播前的报送保存的年数，自直播之后起", "years that reports before livestreams are kept, from after the livestream"]),
    whole("retention.objection_years", 3, (3, 100), ["个人提出的更正、异议等保存的年数，自答复之日起", "years that what persons asked about their data is kept, from the answer"]),
    whole("retention.blacklist_years", 3, (3, 100), ["已到期、已移出的黑名单记录及其申诉、告知书、证据和判断保存的年数，自结束之日起", "years that ended blacklist entries are kept with their appeals, letters, evidence and judgements, from their end"]),

    whole("subject.answer_days", 15, (1, 60), ["答复个人更正、异议等的工作日数；法律未规定，是本单位的惯例", "working days for the answer to what a person asks about the own data; the law names none, so it is the house's practice"]),

    whole("disposition.report_days", 0, (0, 60), ["处置措施报告的工作日数，用于法律只写“及时”的报告，作为本单位的惯例显示；0 为没有惯例", "working days for the reports of which the law only says 及时, shown as the house's practice; 0 = none"]),

    whole("import.line_bytes", 256 << 10, (1 << 10, 8 << 20), ["导入文件每行字节数", "bytes of one line of an imported file"]),
    whole("import.chunk_lines", 2_000, (1, 5_000), ["每个事务写入的行数", "lines that one transaction writes"]),
    whole("import.connections", 2, (1, 8), ["同时写入的连接数（PostgreSQL；SQLite 为 1）", "connections that write at a time (PostgreSQL; SQLite has one writer)"]),
    whole("import.lease_seconds", 60, (5, 3_600), ["导入任务的租约秒数", "seconds that a claim on an import lasts"]),
    whole("import.atomic_rows", 20_000, (1, 100_000), ["摸底表全部写入（ALL_OR_NOTHING）的行数上限，写在一个事务里", "rows of a survey that may be written all or nothing, in one transaction"]),
    whole("import.poll_seconds", 1, (1, 600), ["查看待导入文件的间隔秒数", "seconds between looks for files to import"]),
    whole("import.entries", 10_000, (10, 100_000), ["摸底文件（压缩包）内的部件数", "parts of a survey workbook's archive"]),
    whole("import.unpacked_bytes", 2 << 30, (1 << 20, 64 << 30), ["摸底文件解压后的字节数", "bytes of a survey workbook once it is unpacked"]),
    whole("import.ratio", 300, (10, 2_000), ["摸底文件解压后与压缩时大小之比，16 MiB 以内不限", "how many times larger than packed a survey workbook may be, beyond 16 MiB"]),
    whole("import.sheets", 200, (1, 10_000), ["摸底文件的工作表数", "sheets of a survey file"]),
    whole("import.rows", 1_048_576, (1, 10_000_000), ["摸底文件所有工作表的非空行数", "rows with cells in all sheets of a survey file"]),
    whole("import.columns", 256, (1, 16_384), ["摸底文件的列数", "columns of a survey file"]),
    whole("import.cells", 20_000_000, (1, 1_000_000_000), ["摸底文件的非空单元格数", "cells with a value in a survey file"]),
    whole("import.merges", 100_000, (0, 200_000), ["摸底文件每个工作表的合并区域数", "merged ranges of a sheet of a survey file"]),
    text("import.program", "", Allowed::Any, ["读取摸底文件的程序，在独立进程中运行；空为本程序", "the program that reads survey files in a process of its own; empty = this one"]),
    whole("import.child_memory_bytes", 256 << 20, (64 << 20, 16 << 30), ["读取进程的内存字节数（.xlsx、.xlsb、.ods、文本）", "bytes of memory of the process that reads a survey file (.xlsx, .xlsb, .ods, texts)"]),
    whole("import.dense_memory_bytes", 1 << 30, (64 << 20, 64 << 30), ["读取进程的内存字节数（.xls、.et，须整体放入内存）", "the same for .xls and .et, which must be in memory as a whole"]),
    whole("import.child_seconds", 120, SECONDS_TO_HOUR, ["读取进程占用处理器的秒数，也是其无输出的秒数上限", "seconds of work of the process that reads a survey file, and of its silence"]),
    whole("import.output_bytes", 4 << 30, (1 << 20, 64 << 30), ["读取进程输出的字节数", "bytes that the process that reads a survey file may say"]),

    whole("blacklist.candidates", 200, (1, 1_000), ["按名称查询时打开并比对的记录数，每个名称", "entries whose names are opened and compared, for one name that is asked about"]),
    text("blacklist.elsewhere", "warn", Allowed::OneOf(&["warn", "refuse", "ignore"]), ["登记在其他平台共享的黑名单中的主体时：警告、拒绝或者不查；监管部门公布的名单只警告", "a party that another platform's shared list has: warn of its registration, refuse it, or do not look; lists of authorities only warn"]),
    whole("blacklist.evasion_days", 90, (1, 3_650), ["账号离开被列入者后的天数，其间由有关联的人接手即记为规避线索", "days after an account left somebody listed within which a related new holder raises a lead"]),
    whole("blacklist.poll_seconds", 5, (1, 3_600), ["查看黑名单记录是否开始、到期的间隔秒数", "seconds between looks for entries that begin or end"]),

    whole("screening.rows", 100_000, (1, 1_000_000), ["一个文件表头以下的行数", "rows of a file below its header"]),
    whole("screening.bytes", 32 << 20, (1 << 10, 1 << 30), ["上传文件的字节数", "bytes of an uploaded file"]),
    whole("screening.unpacked_bytes", 256 << 20, (1 << 10, 4 << 30), ["工作簿解压后的字节数", "bytes of a workbook once it is unpacked"]),
    whole("screening.lease_seconds", 60, (5, 3_600), ["任务的租约秒数", "seconds that a claim on a screening lasts"]),
    whole("screening.poll_seconds", 2, (1, 600), ["查看待筛查文件的间隔秒数", "seconds between looks for files to screen"]),

    whole("audit.seal_seconds", 2, (1, 5), ["每隔几秒将新的审计记录封入签名的段", "seconds between sealings of new audit entries into a signed segment"]),
    whole("audit.keep_years", 3, (3, 100), ["审计记录保留年数，期满整段删除，段首永久保留", "years that audit entries are kept; then whole segments go and their heads stay"]),

    switch("jobs.enabled", true, ["本进程是否做后台任务", "whether this process does background work"]),

    switch("graphql.introspection", true, ["无需 introspect 权限即可内省（仅限开发）", "introspection without its scope (development only)"]).in_production(Default::Switch(false)),
    switch("graphql.graphiql", true, ["提供 GraphiQL（仅限开发）", "serve GraphiQL (development only)"]).in_production(Default::Switch(false)),

    text("log.format", "json", Allowed::OneOf(&["json", "text"]), ["日志格式", "form of the log"]),
    text("log.level", "info", Allowed::OneOf(&["error", "warn", "info", "debug", "trace"]), ["日志级别", "how much is logged"]),
];
