//! The same workbook in an office program. Ignored where tests must run without one: `cargo nextest run -p reports --run-ignored only`.

use std::fs::{read_to_string, write};
use std::process::Command;

use tempfile::tempdir;

use super::support::{bytes, full_row, livestream, writer};
use crate::{DEFAULT_MAX_ROWS, FilingRow};

#[test]
#[ignore = "needs LibreOffice: apt-get install libreoffice-calc"]
fn libreoffice_shows_texts_as_texts() {
    let folder = tempdir().expect("a folder");
    let mut writer = writer(livestream(), folder.path(), DEFAULT_MAX_ROWS);
    let row = FilingRow {
        name: "=1+1".to_owned(),
        phone: "01380000001".to_owned(),
        ..full_row(1)
    };
    writer.row(0, &row).expect("written");
    let file = folder.path().join("one.xlsx");
    write(&file, bytes(&mut writer.finish().expect("finished")[0])).expect("stored");
    let done = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            folder.path().join("profile").display()
        ))
        .args(["--headless", "--convert-to", "fods", "--outdir"])
        .args([folder.path(), &file])
        .status()
        .expect("soffice runs");
    assert!(done.success());
    let flat = read_to_string(folder.path().join("one.fods")).expect("converted");
    for text in [
        "=1+1",
        "01380000001",
        "91330106MA28000019",
        "2026-12-09",
        "330782",
    ] {
        let at = flat.find(&format!("<text:p>{text}</text:p>")).expect(text);
        let cell = &flat[flat[..at].rfind("<table:table-cell").expect("a cell")..at];
        assert!(cell.contains("office:value-type=\"string\""), "{cell}");
        assert!(!cell.contains("table:formula"), "{cell}");
    }
    assert!(
        flat.contains("table:display-filter-buttons=\"true\""),
        "no filter"
    );
    assert!(
        flat.contains("<table:table-header-rows>"),
        "the header is not repeated in print"
    );
}
