//! Developer commands: `cargo xtask tidy`, `test`, `verify` and `bench`. Nothing here is part of the program.

mod bench;
mod run;
mod test;
mod tidy;
mod tree;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Developer commands of Mainstay.
#[derive(Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Line {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Checks the house: headers, file sizes, named paths, layers, licences, sources.
    Tidy,
    /// Runs every check and every test.
    Test(test::Ask),
    /// Compares what is read of repositories with what Git says, row by row.
    Verify(verify::Ask),
    /// Measures against Git and writes `bench/RESULTS.md`.
    Bench(bench::Ask),
    /// Reads a repository and stores nothing: what `bench` measures.
    #[command(hide = true)]
    Read(bench::reader::Ask),
}

/// As the program has it: what is measured is what runs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let done = match Line::parse().task {
        Task::Tidy => tidy::run(),
        Task::Test(ask) => test::run(&ask),
        Task::Verify(ask) => verify::run(&ask),
        Task::Bench(ask) => bench::run(&ask),
        Task::Read(ask) => bench::reader::run(&ask),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(70)
        }
    }
}
