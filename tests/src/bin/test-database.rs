//! Starts the tests' private PostgreSQL by hand: prints its folder and address, and stops it when the input ends or
//! this process does. For trying things, measuring, and for the test that kills it.

use std::io::{Read as _, Write as _};

fn main() -> std::io::Result<()> {
    let url = tests::postgres::admin_url();
    let mut output = std::io::stdout().lock();
    writeln!(
        output,
        "{}\n{url}",
        tests::run::current().folder().display()
    )?;
    output.flush()?;
    std::io::stdin().lock().read_to_end(&mut Vec::new())?;
    Ok(())
}
