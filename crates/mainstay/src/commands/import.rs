//! `mainstay import`: what was measured elsewhere becomes facts.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use connect::coverage::{self, ImportError, ReportError};
use lake::{Lake, RepoEntry};

use crate::exit;
use crate::failure::Failure;
use crate::home::{Home, now, runtime};
use crate::mining::HERE;

/// Bytes of the largest report that is taken.
const MOST_BYTES: u64 = 512 << 20;

pub(super) fn run(matches: &ArgMatches) -> Result<u8, Failure> {
    match matches.subcommand() {
        Some(("coverage", matches)) => coverage(matches),
        _ => Err(Failure::new(exit::USAGE, "nothing to import was named").hint("`mainstay import coverage FILE`")),
    }
}

fn coverage(matches: &ArgMatches) -> Result<u8, Failure> {
    let home = Home::of(matches)?;
    let lake = home.lake()?;
    let repo = repository(&lake, matches.get_one::<String>("repo").map(String::as_str))?;
    let file = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let report = coverage::parse(&content(&file)?).map_err(|error| of_report(&file, &error))?;
    let sha = matches.get_one::<String>("commit").map(String::as_str).or(repo.head.as_deref()).unwrap_or_default();
    let imported = runtime()?.block_on(coverage::import(&lake, &repo, &report, sha, now()))?;
    let (found, hit) = imported.lines;
    if matches.get_flag("json") {
        let told = serde_json::json!({
            "repo": repo.name, "sha": imported.sha, "files": imported.files,
            "lines_found": found, "lines_hit": hit, "unknown": imported.unknown,
        });
        return super::printed(&format!("{told}\n"));
    }
    for unknown in imported.unknown.iter().take(5) {
        eprintln!("not in {}: {unknown}", repo.name);
    }
    if imported.unknown.len() > 5 {
        eprintln!("not in {}: {} more", repo.name, imported.unknown.len() - 5);
    }
    super::printed(&format!(
        "{}: {} of {} lines ran, in {} {} at {}\n",
        repo.name,
        hit,
        found,
        imported.files,
        if imported.files == 1 { "file" } else { "files" },
        imported.sha.get(..10).unwrap_or(&imported.sha)
    ))
}

fn content(file: &Path) -> Result<Vec<u8>, Failure> {
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::new(exit::INPUT_OUTPUT, format!("cannot read {}: {error}", file.display()))
    };
    let mut content = Vec::new();
    let read = File::open(file).and_then(|open| open.take(MOST_BYTES + 1).read_to_end(&mut content));
    read.map_err(|error| cannot(&error))?;
    if content.len() as u64 > MOST_BYTES {
        return Err(Failure::new(exit::BAD_INPUT, format!("{} is larger than 512 MiB", file.display())));
    }
    Ok(content)
}

/// The repository that was named; else the one here; else the only one.
fn repository(lake: &Lake, wanted: Option<&str>) -> Result<RepoEntry, Failure> {
    let facts = lake.snapshot();
    let all = facts.repos();
    let found = match wanted {
        Some(name) => all.iter().find(|repo| repo.name == name || repo.id == name).cloned(),
        None => connect::git::known(lake, Path::new(HERE)).or_else(|| match all {
            [only] => Some(only.clone()),
            _ => None,
        }),
    };
    let known: Vec<&str> = all.iter().map(|repo| repo.name.as_str()).collect();
    found.ok_or_else(|| {
        let what = wanted
            .map_or_else(|| "no repository was named".to_owned(), |name| format!("no repository `{name}` is here"));
        Failure::new(exit::BAD_INPUT, what).hint(if known.is_empty() {
            "Mine one first: mainstay mine PATH".to_owned()
        } else {
            format!("Say --repo NAME; known: {}.", known.join(", "))
        })
    })
}

fn of_report(file: &Path, error: &ReportError) -> Failure {
    Failure::new(exit::BAD_INPUT, format!("{}: {error}", file.display()))
        .hint("Nothing was taken in. LCOV, Cobertura and JaCoCo (XML) are known.")
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Lake(error) => error.into(),
            ImportError::Facts(error) => desk::Refusal::from(error).into(),
            ImportError::Commit { ref nearest, .. } => {
                let hint = if nearest.is_empty() {
                    "Mine the repository first.".to_owned()
                } else {
                    format!("Nearest known: {}. `mainstay mine` reads newer ones.", nearest.join("; "))
                };
                Self::from_error(exit::BAD_INPUT, &error).hint(hint)
            }
            ImportError::Paths { .. } => Self::from_error(exit::BAD_INPUT, &error)
                .hint("Paths of the report begin at the repository's top folder, or end like one of its files."),
            ImportError::Columns(_) => Self::from_error(exit::BUG, &error),
        }
    }
}
