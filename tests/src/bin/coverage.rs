//! Prints docs/coverage.md; scripts/generated writes it and checks it.

use std::io::Write as _;

use tests::coverage::{claims, document, sources};

fn main() -> std::io::Result<()> {
    let sources = sources();
    std::io::stdout().write_all(document(&claims(&sources)).as_bytes())
}
