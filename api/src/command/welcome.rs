//! What `minglu serve --demo` prints: where to look, a token for each role, and the one line that makes a workbook. The
//! tokens are real; they belong to invented people and live for an hour at most.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use entity::kind::Role;
use entity::value::window::SubmissionWindow;
use rules::label::Lang;

use super::failure::Failure;
use super::house::{Globals, quoted};
use super::token::Issuer;
use super::{demo, output};
use crate::app::App;

/// Minutes that the tokens live: as long as a first look takes.
const MINUTES: u32 = 60;

pub(super) async fn text(
    app: &App,
    address: SocketAddr,
    globals: &Globals,
) -> Result<String, Failure> {
    let issuer = Issuer::open(app)?;
    let mut roles = Vec::new();
    for (client, cells) in demo::roles(app, globals.lang).await? {
        let token = issuer.issue(app, &client, MINUTES).await?;
        roles.push(Signed {
            role: client.role,
            cells,
            token,
        });
    }
    let door = app.settings.server.base_url(address);
    let mut text = page(&door, &roles, globals.lang);
    text.push_str(&tokens(&roles, globals.lang));
    let platform = roles.iter().find(|signed| signed.role == Role::Platform);
    if let (Some(platform), Some(window)) = (platform, SubmissionWindow::at_or_after(app.today())) {
        let [_, client, _] = &platform.cells;
        let command = command(client, window, globals);
        let head = globals.lang.pick(
            "在这里另开一个终端，一行生成并下载报送工作簿：",
            "One line that makes and downloads a submission workbook, in another terminal here:",
        );
        let _ = write!(text, "\n{head}\n  {command}\n\n");
    }
    Ok(text)
}

/// A demo client with its token.
struct Signed {
    role: Role,
    cells: [String; 3],
    token: String,
}

/// The page for trying the interface, opened as the first platform.
fn page(door: &str, roles: &[Signed], lang: Lang) -> String {
    let first = roles.iter().find(|signed| signed.role == Role::Platform);
    let fragment = first
        .map(|signed| format!("#token={}", signed.token))
        .unwrap_or_default();
    let head = lang.pick(
        "GraphiQL（已填好平台的令牌；把 #token= 之后换成别的令牌即换角色）：",
        "GraphiQL, with a platform's token filled in; put another behind #token= to act as another:",
    );
    format!("\n{head}\n  {door}/graphiql{fragment}\n")
}

fn tokens(roles: &[Signed], lang: Lang) -> String {
    let rows: Vec<_> = roles.iter().map(|signed| signed.cells.clone()).collect();
    let mut text = match lang {
        Lang::Zh => format!(
            "\n各角色的令牌，{MINUTES} 分钟有效；过期后用 minglu token --client 名称 另签：\n"
        ),
        Lang::En => format!(
            "\nA token for each role, for {MINUTES} minutes; then `minglu token --client NAME` signs another:\n"
        ),
    };
    for (line, signed) in output::columns(&rows).iter().zip(roles) {
        let _ = write!(text, "{line}\n  {}\n", signed.token);
    }
    text
}

/// The command as it can be pasted where this one was typed.
fn command(client: &str, window: SubmissionWindow, globals: &Globals) -> String {
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from(super::NAME));
    let here = std::env::current_dir().unwrap_or_default();
    let program = near(&program, &here);
    let typed = globals.typed();
    format!("{program} submission prepare --client {client} --window {window} --save .{typed}")
}

/// A program's path as it is shortest from a folder.
fn near(program: &Path, folder: &Path) -> String {
    let path = match program.strip_prefix(folder) {
        Ok(inside) if folder != Path::new("") => Path::new(".").join(inside),
        _ => program.to_owned(),
    };
    quoted(&path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(role: Role, token: &str) -> Signed {
        let cells = [role.as_str(), "demo-client", "某局"].map(str::to_owned);
        Signed {
            role,
            cells,
            token: token.to_owned(),
        }
    }

    #[test]
    fn the_link_opens_the_page_as_the_first_platform() {
        let roles = [
            signed(Role::City, "c1"),
            signed(Role::Platform, "p1"),
            signed(Role::Platform, "p2"),
        ];
        let page = page("http://127.0.0.1:8080", &roles, Lang::En);
        assert!(
            page.contains("http://127.0.0.1:8080/graphiql#token=p1\n"),
            "{page}"
        );
    }

    #[test]
    fn each_token_stands_alone_on_its_line() {
        let roles = [signed(Role::City, "c1"), signed(Role::Platform, "p1")];
        let text = tokens(&roles, Lang::Zh);
        assert!(
            text.contains("CITY      demo-client  某局\n  c1\nPLATFORM  demo-client  某局\n  p1\n"),
            "{text}"
        );
    }

    #[test]
    fn the_program_is_named_as_it_can_be_typed() {
        let table = [
            (
                "/h/repo/target/debug/minglu",
                "/h/repo",
                "./target/debug/minglu",
            ),
            ("/usr/bin/minglu", "/h/repo", "/usr/bin/minglu"),
            ("/h/my repo/minglu", "/h", "'./my repo/minglu'"),
        ];
        for (program, folder, typed) in table {
            assert_eq!(near(Path::new(program), Path::new(folder)), typed);
        }
    }
}
