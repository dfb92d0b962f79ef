//! `minglu screen`: the rows of a workbook or a text looked up in the blacklist from the machine itself, as a client and
//! with what that client may know. Nothing is uploaded; each batch of rows is a look on record.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use reports::screening::{Table, read, write};
use rules::label::Lang;
use rules::problem::message;

use super::failure::Failure;
use super::house::Globals;
use super::{acting, help, output};
use crate::app::App;
use crate::auth::Caller;
use crate::registry::screening::rows::Counts;
use crate::registry::screening::{self, rows};
use crate::words::Words;

/// Look every row of an .xlsx or .csv file up in the blacklist, and write it again with the answers behind
#[derive(Args, Debug)]
#[command(after_help = help::SCREEN)]
pub(super) struct ScreenArgs {
    /// The file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// As which client: its name or id
    #[arg(long, value_name = "NAME")]
    client: String,
    /// Where to write the result [default: FILE with .screened before its extension]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
}

pub(super) async fn run(globals: &Globals, args: &ScreenArgs) -> Result<(), Failure> {
    let app = globals.open().await?;
    let caller = acting::caller(&app, &args.client, globals.lang).await?;
    let out = args.out.clone().unwrap_or_else(|| beside(args));
    if out.exists() {
        let out = out.display();
        return Err(Failure::said(
            format!("{out} 已存在，请用 --out 指定其他文件"),
            format!("{out} exists already: name another one with --out"),
        ));
    }
    let table = table(&app, args)?;
    let (answers, counts) = ask(&app, &caller, &table).await?;
    let written = write(&table, &rows::headers(globals.lang), &answers);
    let written = written.map_err(|e| crate::error::Error::internal("screening")(e.into()))?;
    output::new_file(&out)?
        .write_all(&written)
        .map_err(Failure::Output)?;
    output::say(&told(counts, &out.display().to_string()), globals.lang)
}

/// The file's name with what the result is before its extension.
fn beside(args: &ScreenArgs) -> PathBuf {
    let extension = args.file.extension().and_then(|text| text.to_str());
    let extension = match extension {
        Some(text) if text.eq_ignore_ascii_case("xlsx") => "screened.xlsx",
        _ => "screened.csv",
    };
    args.file.with_extension(extension)
}

fn table(app: &App, args: &ScreenArgs) -> Result<Table, Failure> {
    let bytes = fs::read(&args.file).map_err(|fault| {
        let file = args.file.display();
        Failure::said(
            format!("读不了 {file}：{fault}"),
            format!("{file} cannot be read: {fault}"),
        )
    })?;
    read(&bytes, screening::limits(app)).map_err(|error| {
        let finding = screening::refused(&error);
        Failure::said(message(&finding, Lang::Zh), message(&finding, Lang::En))
    })
}

async fn ask(
    app: &App,
    caller: &Caller,
    table: &Table,
) -> Result<(Vec<reports::screening::Answered>, Counts), Failure> {
    let (mut answers, mut counts) = (Vec::new(), Counts::default());
    for run in rows::runs(table) {
        let done = run.end;
        answers.extend(rows::answer(app, caller, (table, run), &mut counts).await?);
        output::progress(&format!("{done} / {}", table.rows.len()));
    }
    output::end_progress();
    Ok((answers, counts))
}

fn told(counts: Counts, out: &str) -> Words {
    let Counts {
        done,
        listed,
        candidates,
        clear,
        not_valid,
    } = counts;
    Words::new(
        format!(
            "已查询 {done} 行：在黑名单中 {listed}，须核对 {candidates}，不在黑名单中 {clear}，条件无效 {not_valid}；结果在 {out}"
        ),
        format!(
            "{done} rows looked up: {listed} listed, {candidates} to be looked at, {clear} clear, {not_valid} not valid; the result is in {out}"
        ),
    )
}
