//! Reads addresses from standard input, one a line, and tells what each may mean: for trying the resolver by hand.

use std::io::BufRead as _;

use entity::value::address::resolve;
use entity::value::division::Divisions;

fn main() -> std::io::Result<()> {
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        println!("{line}");
        for candidate in resolve(&line).candidates() {
            let name = Divisions::national().full_name(candidate.code);
            println!(
                "  {:3} {} {}",
                candidate.confidence,
                candidate.code,
                name.unwrap_or_default()
            );
        }
    }
    Ok(())
}
