//! How fast a survey file is read into its parts, and in how much memory, with bare calamine on the same file beside it:
//! `cargo run -p reports --release --example survey_read FILE [--json | --bare]`. Each way runs in a process of its own, so
//! that the peak of one is not the other's; `--json` adds what the child writes, a part a line.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use calamine::{DataRef, Reader as _, Xlsb, Xlsx, open_workbook, open_workbook_auto};
use reports::survey::raw::Part;
use reports::survey::read::{Limits, read};

type Fault = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(file), way) = (arguments.next(), arguments.next()) else {
        eprintln!("survey_read FILE [--json | --bare | --parts]");
        return ExitCode::FAILURE;
    };
    let done = match way.as_ref().and_then(|way| way.to_str()) {
        Some("--parts") => parts(&file, false),
        Some("--json") => parts(&file, true),
        Some("--bare") => bare(&file),
        _ => all(&file),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

fn all(file: &OsString) -> Result<(), Fault> {
    for way in ["--bare", "--parts", "--json", "--bare", "--parts", "--json"] {
        Command::new(std::env::current_exe()?)
            .arg(file)
            .arg(way)
            .status()?;
    }
    Ok(())
}

fn parts(file: &OsString, json: bool) -> Result<(), Fault> {
    let begun = Instant::now();
    let (mut rows, mut cells, mut refused) = (0_u64, 0_u64, None);
    let mut out = BufWriter::with_capacity(1 << 16, io::sink());
    let input = File::open(file)?;
    let limits = Limits {
        cells: u64::MAX,
        rows: u64::MAX,
        unpacked: u64::MAX,
        bytes: std::fs::metadata(file)?.len(),
        ..Limits::default()
    };
    read(input, &limits, &mut |part| {
        if json {
            let _ = serde_json::to_writer(&mut out, &part);
            let _ = out.write_all(b"\n");
        }
        match part {
            Part::Row(row) => {
                rows += 1;
                cells += row.cells.len() as u64;
            }
            Part::Refused(refusal) => refused = Some(refusal),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    tell(
        if json { "parts as JSON" } else { "parts" },
        begun,
        rows,
        cells,
    );
    refused.map_or(Ok(()), |refusal| Err(refusal.into()))
}

fn bare(file: &OsString) -> Result<(), Fault> {
    let begun = Instant::now();
    let (mut rows, mut cells) = (0_u64, 0_u64);
    let extension = Path::new(file).extension().and_then(|text| text.to_str());
    let mut last = u32::MAX;
    let mut count = |row: u32, value: &DataRef<'_>| {
        if !matches!(value, DataRef::Empty) {
            cells += 1;
            if row != last {
                rows += 1;
                last = row;
            }
        }
    };
    if extension == Some("xlsx") {
        let mut book: Xlsx<_> = open_workbook(file)?;
        for sheet in book.sheet_names() {
            let mut cells = book.worksheet_cells_reader(&sheet)?;
            while let Some(cell) = cells.next_cell()? {
                count(cell.get_position().0, cell.get_value());
            }
        }
    } else if extension == Some("xlsb") {
        let mut book: Xlsb<_> = open_workbook(file)?;
        for sheet in book.sheet_names() {
            let mut cells = book.worksheet_cells_reader(&sheet)?;
            while let Some(cell) = cells.next_cell()? {
                count(cell.get_position().0, cell.get_value());
            }
        }
    } else {
        let mut book = open_workbook_auto(file)?;
        for (_, range) in book.worksheets() {
            for row in range.rows() {
                rows += 1;
                cells += row.len() as u64;
            }
        }
    }
    tell("bare calamine", begun, rows, cells);
    Ok(())
}

fn tell(way: &str, begun: Instant, rows: u64, cells: u64) {
    let seconds = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let pace = rows as f64 / seconds;
    println!(
        "{way:14} {rows} rows, {cells} cells in {seconds:.2} s, {pace:.0} rows/s, peak {} MiB",
        peak() / 1_024
    );
}

/// KiB of the largest resident set.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let digits = line.and_then(|line| line.split_whitespace().next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
