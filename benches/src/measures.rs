//! The measurements by name. Each says on its first line what it measures and on which machine, then one line a result.
#![expect(
    clippy::print_stdout,
    clippy::panic,
    reason = "a measurement reports or stops"
)]

mod atomic;
mod audit;
mod flat;
mod live;
mod load;
mod names;
mod pages;
mod profile;
mod register;
mod seal;
mod status;
mod submission;
mod survey;

use crate::Arguments;

/// What can be measured, in the order in which all are.
const NAMES: [&str; 13] = [
    "register",
    "load",
    "flat",
    "pages",
    "submission",
    "survey",
    "atomic",
    "audit",
    "profile",
    "seal",
    "status",
    "live",
    "names",
];

/// Runs the measurement that the first word names with the arguments after it; without words, all of them.
///
/// # Panics
/// When nothing has that name, or something that is measured does not do what it should.
pub async fn run(words: &[String]) {
    let Some((name, rest)) = words.split_first() else {
        for name in NAMES {
            Box::pin(one(name, &[])).await;
        }
        return;
    };
    Box::pin(one(name, rest)).await;
}

async fn one(name: &str, words: &[String]) {
    let arguments = Arguments::read(words);
    println!("\n# {name}\n");
    match name {
        "register" => register::run(&arguments).await,
        "load" => Box::pin(load::run(&arguments)).await,
        "flat" => flat::run(&arguments).await,
        "pages" => Box::pin(pages::run(&arguments)).await,
        "submission" => submission::run(&arguments).await,
        "survey" => Box::pin(survey::run(&arguments)).await,
        "atomic" => atomic::run(&arguments).await,
        "audit" => audit::run(&arguments).await,
        "profile" => profile::run(&arguments).await,
        "seal" => seal::run(&arguments).await,
        "status" => status::run(&arguments).await,
        "live" => live::run(&arguments).await,
        "names" => names::run(&arguments).await,
        _ => panic!("{name} cannot be measured, but {}", NAMES.join(", ")),
    }
}
