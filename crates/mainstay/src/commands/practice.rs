//! A practice's command: the same view as its page, in words or as JSON. Needs no server and no set-up: the repository here is
//! read first.

use std::io::IsTerminal as _;
use std::path::Path;

use clap::ArgMatches;
use desk::text::{Terminal, render};
use desk::{Registry, Viewed};
use lake::{Lake, RepoEntry};

use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, runtime};
use crate::mining::{self, HERE, Wish};

/// Rows of a table on a terminal; `--json` has all of them.
const ROWS: usize = 25;

pub(super) fn run(registry: &Registry, name: &str, matches: &ArgMatches) -> Result<u8, Failure> {
    let (practice, implied) = registry
        .command(name)
        .ok_or_else(|| Failure::new(exit::USAGE, format!("no command `{name}`")).hint("`mainstay help` lists them."))?;
    if let Some((act, matches)) = matches.subcommand() {
        return super::act::run(practice, act, matches);
    }
    let home = Home::of(matches)?;
    let lake = home.lake()?;
    let mut ask =
        if implied.is_empty() { (practice.ask_from)(matches)? } else { implied_ask(practice, implied, matches)? };
    // What asks for no repository needs none read: a board is the same wherever one stands.
    let of_code = (practice.command)().get_arguments().any(|argument| argument.get_id() == "repo");
    if of_code && !matches.get_flag("no-mine") {
        scope_to(&mut ask, read_here(&home, &lake)?.as_ref());
    }
    let base = match (practice.base)(&ask) {
        Some(base) => mining::base_here(&home, &base)?,
        None => None,
    };
    let viewed = runtime()?.block_on(async {
        let (office, viewer) = home.office().await?;
        if practice.asks_requests {
            mining::carry(&office).await;
        }
        Ok::<_, Failure>((practice.view)(&office.with_base(base).desk(viewer).await?, ask).await?)
    })?;
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

/// Reads what is new in the repository here; none when there is none.
///
/// When another process writes the data folder, what was mined before is good enough.
fn read_here(home: &Home, lake: &Lake) -> Result<Option<RepoEntry>, Failure> {
    if history::Repository::open(Path::new(HERE)).is_err() {
        return Ok(None);
    }
    let mut outcome = mining::run(home, lake, &Wish::here(), None);
    let Some(failure) = outcome.failures.pop() else {
        if outcome.mined.iter().any(|mined| !mined.report.unchanged) {
            mining::tell(&outcome);
        }
        return Ok(outcome.mined.pop().map(|mined| mined.entry));
    };
    match connect::git::known(lake, Path::new(HERE)) {
        Some(entry) if failure.code == exit::BUSY => {
            eprintln!("{}; this answer stands on what was mined before", failure.message());
            Ok(Some(entry))
        }
        _ => Err(failure),
    }
}

/// A command asks about the repository that it stands in, unless it names others.
fn scope_to(ask: &mut serde_json::Value, here: Option<&RepoEntry>) {
    let (Some(ask), Some(here)) = (ask.as_object_mut(), here) else { return };
    let named = ask.get("repo").and_then(|repos| repos.as_array()).is_some_and(|repos| !repos.is_empty());
    if !named {
        ask.insert("repo".to_owned(), serde_json::Value::from(vec![here.id.clone()]));
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
    super::printed(&text)?;
    Ok(())
}
