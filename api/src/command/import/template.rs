//! The workbooks to fill in, saved as files; no database is opened for them.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use entity::kind::ImportKind;
use reports::survey::template;

use crate::command::failure::Failure;
use crate::command::house::Globals;
use crate::command::output;
use crate::words::Words;

/// Saves the workbook to fill in.
pub(super) fn save(globals: &Globals, kind: ImportKind, out: Option<&Path>) -> Result<(), Failure> {
    let made = template::write(kind);
    let made = made.map_err(|fault| crate::error::Error::internal("template")(fault.into()))?;
    let bytes = made.ok_or_else(|| {
        Failure::said(
            format!("{kind} 没有模板：首次登记的文件逐行书写，见 README"),
            format!("there is no workbook for {kind}: a first load is a file of lines, see README"),
        )
    })?;
    let out = out.map_or_else(|| PathBuf::from(format!("{kind}.xlsx")), Path::to_owned);
    write_new(&out, &bytes)?;
    let out = out.display();
    let said = Words::new(
        format!("模板已存入 {out}，填写后用 minglu import 导入"),
        format!("{out} is ready to be filled in; import it with minglu import"),
    );
    output::say(&said, globals.lang)
}

/// Writes a file that is not there yet.
fn write_new(out: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let made = OpenOptions::new().write(true).create_new(true).open(out);
    let written = made.and_then(|mut file| file.write_all(bytes));
    written.map_err(|fault| {
        let out = out.display();
        Failure::said(
            format!("写不了 {out}：{fault}"),
            format!("{out} cannot be written: {fault}"),
        )
    })
}
