//! What no single setting can say: settings that contradict each other. Ranges of one setting stand in the table.

use super::error::Fault;
use super::types::{Settings, StoreLocation};
use crate::words::Words;

/// One contradiction: when it holds, which setting is to blame, and what would mend it.
struct Contradiction {
    key: &'static str,
    holds: fn(&Settings) -> bool,
    what: Words,
    usable: Words,
}

/// Every contradiction that the settings are checked for.
#[rustfmt::skip] // A table.
static CONTRADICTIONS: &[Contradiction] = &[
    Contradiction {
        key: "server.public_url",
        holds: |s| s.server.production && !s.server.public_url.as_ref().is_some_and(|url| url.starts_with("https://")),
        what: Words::fixed("生产环境须有 https 对外地址", "production needs a public https address"),
        usable: Words::fixed("https://…", "https://…"),
    },
    Contradiction {
        key: "server.address",
        holds: |s| s.server.production && !s.server.address.ip().to_canonical().is_loopback() && s.server.trusted_proxies.is_empty(),
        what: Words::fixed("生产环境不在公开地址上提供明文 HTTP：请由代理终止 TLS，并用 server.trusted_proxies 写明其网段", "production serves no plain HTTP on a public address: let a proxy end TLS and name its network in server.trusted_proxies"),
        usable: Words::fixed("127.0.0.1:端口，或写明 server.trusted_proxies", "127.0.0.1:port, or name server.trusted_proxies"),
    },
    Contradiction {
        key: "server.trusted_proxies",
        holds: |s| s.server.production && s.server.trusted_proxies.iter().any(|network| network.prefix_len() == 0),
        what: Words::fixed("不能信任所有地址", "the whole Internet is no proxy"),
        usable: Words::fixed("代理自己的网段", "the network of the proxies alone"),
    },
    Contradiction {
        key: "graphql.graphiql",
        holds: |s| s.server.production && s.graphql.graphiql,
        what: Words::fixed("生产环境不提供 GraphiQL", "production serves no GraphiQL"),
        usable: Words::fixed("false", "false"),
    },
    Contradiction {
        key: "graphql.introspection",
        holds: |s| s.server.production && s.graphql.introspection,
        what: Words::fixed("生产环境的内省须有 introspect 权限", "production introspects only with the scope introspect"),
        usable: Words::fixed("false", "false"),
    },
    Contradiction {
        key: "database.migration_url",
        holds: |s| s.database.migration_url.is_some() && s.database.url.is_sqlite(),
        what: Words::fixed("SQLite 没有角色", "SQLite knows no roles"),
        usable: Words::fixed("空", "empty"),
    },
    Contradiction {
        key: "files.s3_allow_http",
        holds: |s| s.server.production && s.files.s3_allow_http,
        what: Words::fixed("生产环境的 S3 连接须加密", "production encrypts its S3 connection"),
        usable: Words::fixed("false", "false"),
    },
    Contradiction {
        key: "files.s3_endpoint",
        holds: |s| !s.files.s3_allow_http && s.files.s3_endpoint.as_ref().is_some_and(|url| url.starts_with("http://")),
        what: Words::fixed("http 地址须打开 files.s3_allow_http", "an http address needs files.s3_allow_http"),
        usable: Words::fixed("https://…", "https://…"),
    },
    Contradiction {
        key: "files.s3_secret_access_key",
        holds: |s| s.files.s3_access_key_id.is_some() != s.files.s3_secret_access_key.is_some(),
        what: Words::fixed("须与 files.s3_access_key_id 一同给出", "goes together with files.s3_access_key_id"),
        usable: Words::fixed("两者都给或都不给", "both or neither"),
    },
    Contradiction {
        key: "files.s3_endpoint",
        holds: |s| s.files.s3_endpoint.is_some() && matches!(s.files.store, StoreLocation::Folder(_)),
        what: Words::fixed("files.store 不是 s3:// 地址", "files.store is not an s3:// address"),
        usable: Words::fixed("空", "empty"),
    },
    Contradiction {
        key: "limits.cost_per_minute",
        holds: |s| s.limits.cost_per_minute > 0 && s.limits.complexity > usize::try_from(s.limits.cost_per_minute).unwrap_or(usize::MAX),
        what: Words::fixed("一次允许的操作超过一分钟的用量", "one operation may come to more than a minute's worth"),
        usable: Words::fixed("0，或不小于 limits.complexity", "0, or at least limits.complexity"),
    },
    Contradiction {
        key: "auth.leeway_seconds",
        holds: |s| s.auth.leeway_seconds >= u64::from(s.auth.token_minutes) * 60,
        what: Words::fixed("宽限不得达到令牌的有效期", "the leeway must be shorter than a token's life"),
        usable: Words::fixed("小于 auth.token_minutes × 60", "less than auth.token_minutes × 60"),
    },
    Contradiction {
        key: "submission.lease_seconds",
        holds: |s| u64::from(s.submission.lease_seconds) <= s.submission.poll_seconds,
        what: Words::fixed("租约须长于查看间隔", "a lease must outlast the look for work"),
        usable: Words::fixed("大于 submission.poll_seconds", "more than submission.poll_seconds"),
    },
];

/// Every contradiction that holds, each at the setting to blame and where that came from.
pub(super) fn faults(settings: &Settings) -> Vec<Fault> {
    CONTRADICTIONS
        .iter()
        .filter(|contradiction| (contradiction.holds)(settings))
        .map(|found| {
            let (what, usable) = (found.what.clone(), found.usable.clone());
            settings.fault(found.key, what, usable)
        })
        .collect()
}
