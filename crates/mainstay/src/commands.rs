//! The commands, one file each.

mod completions;
mod doctor;
mod mcp;
mod mine;
mod practice;
mod sql;
mod up;

use clap::ArgMatches;
use desk::Registry;

use crate::exit;
use crate::failure::Failure;

/// Runs the command that was named; returns its exit code.
pub(crate) fn run(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    match matches.subcommand() {
        Some(("up", matches)) => up::run(matches),
        Some(("mine", matches)) => mine::run(matches),
        Some(("sql", matches)) => sql::run(matches),
        Some(("doctor", matches)) => doctor::run(matches),
        Some(("completions", matches)) => completions::run(registry, matches),
        Some(("mcp", matches)) => mcp::run(registry, matches),
        Some((name, matches)) => practice::run(registry, name, matches),
        None => Err(Failure::new(exit::USAGE, "no command was named").hint("`mainstay help` lists them.")),
    }
}
