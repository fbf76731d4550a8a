//! A practice's command: the same view as its page, in words or as JSON. Needs no server and no set-up: the repository here is
//! read first.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use clap::ArgMatches;
use desk::text::{Terminal, render};
use desk::{Registry, Viewed};

use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, runtime, viewer};
use crate::mining::{self, Wish};

/// Rows of a table on a terminal; `--json` has all of them.
const ROWS: usize = 25;

pub(super) fn run(registry: &Registry, name: &str, matches: &ArgMatches) -> Result<u8, Failure> {
    let (practice, implied) = registry
        .command(name)
        .ok_or_else(|| Failure::new(exit::USAGE, format!("no command `{name}`")).hint("`mainstay help` lists them."))?;
    let home = Home::of(matches)?;
    let lake = home.lake()?;
    let mut ask =
        if implied.is_empty() { (practice.ask_from)(matches)? } else { implied_ask(practice, implied, matches)? };
    if !matches.get_flag("no-mine") && history::Repository::open(Path::new(".")).is_ok() {
        let mined = mining::run(&home, &lake, &Wish::here(Path::new(".")), None)?;
        if mined.iter().any(|mined| !mined.report.unchanged) {
            mining::tell(&mined);
        }
        scope_to(&mut ask, &mined);
    }
    let office = home.office()?;
    let viewed = runtime()?.block_on((practice.view)(&office.desk(viewer()), ask))?;
    print(&viewed, matches.get_flag("json"))?;
    Ok(if viewed.holds { exit::DONE } else { exit::NO })
}

/// The ask of an alias that stands for arguments: what was given, and what the alias implies.
fn implied_ask(
    practice: &desk::PracticeEntry,
    implied: &[&str],
    matches: &ArgMatches,
) -> Result<serde_json::Value, Failure> {
    let mut ask = (practice.ask_from)(matches)?;
    let line = std::iter::once(practice.name).chain(implied.iter().copied());
    let standing = (practice.command)()
        .try_get_matches_from(line)
        .map_err(|error| Failure::new(exit::BUG, format!("an alias names arguments that are not there: {error}")))?;
    let standing = (practice.ask_from)(&standing)?;
    let default = (practice.default_ask)();
    if let (Some(ask), Some(standing)) = (ask.as_object_mut(), standing.as_object()) {
        for (key, value) in standing {
            if default.get(key) != Some(value) {
                ask.insert(key.clone(), value.clone());
            }
        }
    }
    Ok(ask)
}

/// A command asks about the repository that it stands in, unless it names others.
fn scope_to(ask: &mut serde_json::Value, mined: &[connect::git::Mined]) {
    let Some(ask) = ask.as_object_mut() else { return };
    let named = ask.get("repo").and_then(|repos| repos.as_array()).is_some_and(|repos| !repos.is_empty());
    if !named {
        let ids: Vec<_> = mined.iter().map(|mined| mined.entry.id.clone().into()).collect();
        ask.insert("repo".to_owned(), serde_json::Value::Array(ids));
    }
}

fn print(viewed: &Viewed, json: bool) -> Result<(), Failure> {
    let text = if let (Some(document), false) = (&viewed.document, json) {
        document.body.clone()
    } else if json {
        format!("{}\n", viewed.to_json()?)
    } else {
        let terminal = std::io::stdout().is_terminal();
        let width = terminal.then(|| std::env::var("COLUMNS").ok()?.parse().ok()).flatten();
        render(&viewed.sheet, Terminal { width, styled: terminal, rows: terminal.then_some(ROWS) })
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        // The reader has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
