//! What `--help` teaches beyond the list of flags: examples that work as they stand. Nothing here is computed.

/// How every help page is laid out.
pub(super) const TEMPLATE: &str =
    "{about-with-newline}\n用法 Usage: {usage}\n\n{all-args}{after-help}";

pub(super) const TOP: &str = "\
例 Examples:
  minglu serve --demo                        演示：SQLite、示例数据、各角色的令牌 a demonstration on SQLite
  minglu doctor                              哪里不对、如何解决 what is wrong and how to mend it
  minglu keys new --out /etc/minglu          生产环境的密钥 keys for production
  minglu migrate up --config minglu.toml     新建或者升级数据库 make or upgrade the database
  minglu serve --production --config minglu.toml

设置依次取自默认值、TOML 文件、环境变量 MINGLU_<SECTION>_<KEY>、--set；minglu config docs 列出每一项。
Settings come from defaults, a TOML file, the environment and --set, in that order; `minglu config docs` lists them.

退出码 Exit codes: 0 完成 done，1 被拒绝或者失败 refused or failed，2 用法有误 usage";

pub(super) const SERVE: &str = "\
例 Examples:
  minglu serve --demo                                     载入示例数据并打印令牌 with demo data, printing tokens
  minglu serve --set server.address=0.0.0.0:8080
  minglu serve --set database.url=postgres://minglu@localhost/minglu
  minglu serve --production --config /etc/minglu/minglu.toml

开发环境自动升级数据库并生成开发密钥；生产环境都不做，须先运行 minglu keys new 和 minglu migrate up。
Development upgrades the database and makes development keys by itself; production does neither: run `minglu keys new`
and `minglu migrate up` first.

收到 SIGTERM 或者 Ctrl-C 时：/readyz 先变红，做完手头的请求和任务，再以 0 退出。
On SIGTERM or Ctrl-C: /readyz turns red, running requests and jobs are finished, then it exits with 0.";

pub(super) const MIGRATE: &str = "\
例 Examples:
  minglu migrate status
  minglu migrate up
  minglu migrate down --steps 1";

pub(super) const DEMO: &str = "\
例 Example:
  minglu demo        可重复运行，已有的不再载入 may run again: what is there stays";

pub(super) const TOKEN: &str = "\
例 Examples:
  minglu token --client demo-platform
  curl -H \"Authorization: Bearer $(minglu token --client demo-platform)\" \\
       -H 'Content-Type: application/json' -d '{\"query\":\"{me{role}}\"}' http://127.0.0.1:8080/graphql";

pub(super) const SUBMISSION_PREPARE: &str = "\
例 Examples:
  minglu submission prepare --client demo-platform --window 2027-01 --save .
  minglu submission prepare --client demo-platform --window 2027-01 --kind CORRECTION

没有服务在运行时，由本命令自己生成；有服务时二者不会重复生成。
It does the work itself where no server does, and never does it twice where one does.";

pub(super) const SUBMISSION_FILE: &str = "\
例 Example:
  minglu submission file --client demo-platform --id 01933f5e-0000-7000-8000-000000000000";

pub(super) const KEYS_NEW: &str = "\
例 Example:
  minglu keys new --out /etc/minglu      随后按所打印的内容设置 then set what it prints";

pub(super) const OFFICE_APPLY: &str = "\
例 Examples:
  minglu office apply docs/examples/offices.toml --dry-run      先看 look first
  minglu office apply docs/examples/offices.toml

文件没有列出的保持不动；有误则列出全部错误及行号，什么也不写。
What the file does not name stays; a file with faults is told all of them by line, and nothing is written.";

pub(super) const CLIENT_APPLY: &str = "\
例 Examples:
  minglu client apply docs/examples/clients.toml --dry-run      先看 look first
  minglu client apply docs/examples/clients.toml

文件没有列出的保持不动，已撤销的仍然撤销；有误则列出全部错误及行号，什么也不写。
What the file does not name stays and what was revoked stays revoked; a file with faults is told all of them by line.";

pub(super) const CONFIG_CHECK: &str = "\
例 Example:
  minglu config check --config minglu.toml --set server.production=true      输出本身也是设置文件 prints a settings file";

pub(super) const COMPLETIONS: &str = "\
例 Examples:
  minglu completions bash > ~/.local/share/bash-completion/completions/minglu
  minglu completions fish > ~/.config/fish/completions/minglu.fish";
