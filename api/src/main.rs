//! The `minglu` binary: it hands the command line to `api::command` and decides nothing itself.

use std::process::ExitCode;

/// Pages are a third faster under it than under the system's allocator, and take less memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Before the runtime begins its threads.
    match api::survey_child::apart(std::env::args_os()) {
        Some(ended) => ended,
        None => serve(),
    }
}

#[tokio::main]
async fn serve() -> ExitCode {
    api::command::main(std::env::args_os()).await
}
