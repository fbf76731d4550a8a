//! The one program: reads the command line, opens the data folder, and hands over to a command.

mod cli;
mod commands;
mod exit;
mod failure;
mod home;
mod mining;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // The hook has told what happened; a script is told by the code that it was no fault of its own.
    std::panic::catch_unwind(run).unwrap_or_else(|_| {
        eprintln!("help: this is a bug of Mainstay; nothing that was there is lost. Please report the lines above.");
        ExitCode::from(exit::BUG)
    })
}

fn run() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("MAINSTAY_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error")),
        )
        .with_writer(std::io::stderr)
        .init();
    let registry = cli::registry();
    let matches = match cli::command(&registry).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            let code = if error.use_stderr() { exit::USAGE } else { exit::DONE };
            // A closed pipe is no reason to fail.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match commands::run(&registry, &matches) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.code)
        }
    }
}
