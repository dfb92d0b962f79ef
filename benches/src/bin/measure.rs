//! Every measurement of speed, one or all: `measure NAME [ARGUMENT…]`, as docs/performance.md lists them. It is one program,
//! because an optimised build links for minutes; told to `serve`, it is `minglu` itself, so that pages are asked of a real
//! server process of this very build.

use std::process::ExitCode;

use benches::measures;

fn main() -> ExitCode {
    // Before the runtime begins its threads: the child of a measured server that reads surveys is this program, too.
    match api::survey_child::apart(std::env::args_os()) {
        Some(ended) => ended,
        None => measure(),
    }
}

#[tokio::main]
async fn measure() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == "serve") {
        return api::command::main(std::env::args_os()).await;
    }
    if words.first().is_some_and(|word| word == "peer") {
        benches::peer::serve().await;
        return ExitCode::SUCCESS;
    }
    Box::pin(measures::run(&words)).await;
    ExitCode::SUCCESS
}
