//! The commands, one file each.

pub(crate) mod act;
mod bench;
mod completions;
mod demo;
mod doctor;
mod housekeeping;
mod import;
mod jobs;
mod keep;
mod links;
mod mcp;
mod mine;
mod people;
mod practice;
mod records;
mod sql;
mod up;

use std::io::Write as _;

use clap::ArgMatches;
use desk::Registry;

use crate::exit;
use crate::failure::Failure;

/// Runs the command that was named; returns its exit code.
pub(crate) fn run(registry: &Registry, matches: &ArgMatches) -> Result<u8, Failure> {
    match matches.subcommand() {
        Some(("up", matches)) => up::run(matches),
        Some(("demo", matches)) => demo::run(matches),
        Some(("mine", matches)) => mine::run(matches),
        Some(("sql", matches)) => sql::run(matches),
        Some(("bench", matches)) => bench::run(matches),
        Some(("doctor", matches)) => doctor::run(matches),
        Some(("completions", matches)) => completions::run(registry, matches),
        Some(("exit-codes", matches)) => exit_codes(matches),
        Some(("mcp", matches)) => mcp::run(registry, matches),
        Some(("get", matches)) => records::get(registry, matches),
        Some(("apply", matches)) => records::apply(registry, matches),
        Some(("history", matches)) => records::history(registry, matches),
        Some(("archive", matches)) => records::archive(registry, matches),
        Some(("readers", matches)) => records::readers(registry, matches),
        Some(("undo", matches)) => records::undo(registry, matches),
        Some(("links", matches)) => links::links(registry, matches),
        Some(("link", matches)) => links::link(registry, matches),
        Some(("unlink", matches)) => links::unlink(registry, matches),
        Some(("backup", matches)) => keep::backup(matches),
        Some(("restore", matches)) => keep::restore(matches),
        Some(("key", matches)) => keep::key(matches),
        Some(("export", matches)) => keep::export(registry, matches),
        Some(("import", matches)) if matches.subcommand_name() == Some("all") => {
            match matches.subcommand_matches("all") {
                Some(inner) => keep::import_all(registry, inner),
                None => Ok(exit::USAGE),
            }
        }
        Some(("jobs", matches)) => keep::jobs(matches),
        Some(("import", matches)) => import::run(matches),
        Some(("people", matches)) => people::run(matches),
        Some(("sign-in-link", matches)) => people::sign_in_link(matches),
        Some(("token", matches)) => people::token(matches),
        Some(("audit", matches)) => people::audit(matches),
        Some((name, matches)) => practice::run(registry, name, matches),
        None => Err(Failure::new(exit::USAGE, "no command was named").hint("`mainstay help` lists them.")),
    }
}

fn exit_codes(matches: &ArgMatches) -> Result<u8, Failure> {
    if matches.get_flag("json") {
        let rows: Vec<_> = exit::TABLE
            .iter()
            .map(|(code, meaning, example)| serde_json::json!({ "code": code, "meaning": meaning, "example": example }))
            .collect();
        printed(&format!("{}\n", serde_json::Value::Array(rows)))
    } else {
        printed(&exit::text())
    }
}

/// Prints an answer. A reader that went away has seen enough.
fn printed(text: &str) -> Result<u8, Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(exit::DONE),
    }
}
