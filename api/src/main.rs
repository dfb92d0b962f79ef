//! The `minglu` binary: it hands the command line to `api::command` and decides nothing itself.

use std::process::ExitCode;

/// Pages are a third faster under it than under the system's allocator, and take less memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    api::command::main(std::env::args_os()).await
}
