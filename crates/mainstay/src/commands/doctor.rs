//! `mainstay doctor`: looks at everything that can be wrong with the data folder and this machine, and says what to do about each.

use std::path::Path;
use std::process::{Command, Stdio};

use clap::ArgMatches;
use lake::Lake;
use serde::Serialize;

use crate::exit;
use crate::failure::Failure;
use crate::home::Home;

/// What was looked at.
#[derive(Debug, Default, Serialize)]
struct Visit {
    /// What is there: a name and a fact each.
    facts: Vec<(String, String)>,
    /// What is wrong, with what to do.
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Finding {
    what: String,
    to_do: String,
}

pub(super) fn run(matches: &ArgMatches) -> Result<u8, Failure> {
    let home = Home::of(matches)?;
    let mut visit = Visit::default();
    visit.fact("program", format!("mainstay {}", env!("CARGO_PKG_VERSION")));
    visit.fact("data folder", home.path().display().to_string());
    visit.machine();
    let space = free_bytes(home.path());
    match home.lake() {
        Ok(lake) => {
            visit.lake(&lake);
            let here = if lake.is_here() { lake.snapshot().parts().iter().map(|part| part.bytes).sum() } else { 0 };
            visit.space(space, here);
        }
        Err(failure) => visit.finding(failure.message(), failure.what_to_do().unwrap_or("mine the repositories again")),
    }
    if let Some(trouble) = home.trouble_with_keys() {
        visit.finding(
            format!("sealed records stay sealed: {trouble}"),
            format!("put the key of the time back at {}; a backup made --with-key holds it", home.key_path().display()),
        );
    }
    let looked = crate::home::runtime()?.block_on(async {
        let (office, _) = home.office().await?;
        let found = office.store().check().await.map_err(desk::Refusal::from)?;
        Ok::<_, Failure>((office.store().place().to_string(), office.store().keys().ids(), found))
    });
    match looked {
        Ok((place, keys, found)) => {
            visit.fact("people and records", place);
            visit.fact("key", keys.into_iter().next().unwrap_or_else(|| "none".to_owned()));
            found.into_iter().for_each(|one| visit.finding(one.problem, &one.remedy));
        }
        Err(failure) => visit.finding(
            format!("people and records: {}", failure.message()),
            failure
                .what_to_do()
                .unwrap_or("bring the database back from a backup; nothing else holds what people wrote"),
        ),
    }
    let text = if matches.get_flag("json") {
        let json = serde_json::to_string(&visit).map_err(|error| Failure::from_error(exit::BUG, &error))?;
        format!("{json}\n")
    } else {
        visit.text()
    };
    super::printed(&text)?;
    Ok(if visit.findings.is_empty() { exit::DONE } else { exit::NO })
}

impl Visit {
    fn fact(&mut self, name: &str, fact: String) {
        self.facts.push((name.to_owned(), fact));
    }

    fn finding(&mut self, what: String, to_do: impl Into<String>) {
        self.findings.push(Finding { what, to_do: to_do.into() });
    }

    fn machine(&mut self) {
        match version("git") {
            Some(version) => self.fact("git", version),
            None => self.finding("git is not here".to_owned(), "install it, to read repositories by their address"),
        }
        let node = version("node").unwrap_or_else(|| "not here; only building from source needs it".to_owned());
        self.fact("node", node);
    }

    /// `free` bytes on the disk of a data folder whose lake has `lake` bytes. A run writes beside what is there before it replaces it.
    fn space(&mut self, free: Option<u64>, lake: u64) {
        let Some(free) = free else { return self.fact("free space", "cannot be told on this system".to_owned()) };
        let said = format!("{:.1} GiB", free as f64 / (MIB * 1024.0));
        let wanted = LEAST_FREE.max(lake.saturating_mul(2));
        if free < wanted {
            let wanted = format!("{:.1} GiB", wanted as f64 / (MIB * 1024.0));
            self.finding(
                format!("only {said} are free on the disk of the data folder; {wanted} should be"),
                "make room, or move the data folder and name it with --data DIR; a run that finds no room leaves everything as it was",
            );
        }
        self.fact("free space", said);
    }

    fn lake(&mut self, lake: &Lake) {
        let snapshot = lake.snapshot();
        self.fact(
            "lake",
            format!(
                "{}, version {}, {} repositories",
                lake.dir().display(),
                snapshot.version(),
                snapshot.repos().len()
            ),
        );
        let (bytes, rows) =
            snapshot.parts().iter().fold((0, 0), |(bytes, rows), part| (bytes + part.bytes, rows + part.rows));
        self.fact("on disk", format!("{:.1} MiB in {} files, {rows} rows", bytes as f64 / MIB, snapshot.parts().len()));
        if lake.has_lost_its_manifest() {
            self.finding("the lake's manifest is gone but its files are there".to_owned(), AGAIN);
        }
        for repo in snapshot.repos() {
            let flags = if repo.flags.is_empty() { String::new() } else { format!(" ({})", repo.flags.join(", ")) };
            self.fact(&repo.name, format!("{}{flags}", repo.path));
            if !Path::new(&repo.path).exists() {
                self.finding(
                    format!("{} is not at {} any more", repo.name, repo.path),
                    "its facts are kept; mine it from where it is now to go on",
                );
            }
        }
        match lake.verify(true) {
            Ok(damage) if damage.is_empty() => self.fact("checksums", "every file is whole".to_owned()),
            Ok(damage) => {
                for damage in damage {
                    let at = snapshot.repo(&damage.repo).map_or("REPO", |repo| repo.path.as_str());
                    self.finding(
                        format!("{} ({}) {}", damage.file, damage.table, damage.harm),
                        format!("`mainstay mine --again {at}` writes it again"),
                    );
                }
            }
            Err(error) => self.finding(desk::facts::chain(&error), AGAIN),
        }
    }

    fn text(&self) -> String {
        let width = self.facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let mut text: String = self.facts.iter().map(|(name, fact)| format!("{name:width$}  {fact}\n")).collect();
        for Finding { what, to_do } in &self.findings {
            text.push_str(&format!("! {what}\n  help: {to_do}\n"));
        }
        if self.findings.is_empty() {
            text.push_str("nothing is wrong\n");
        }
        text
    }
}

const MIB: f64 = 1024.0 * 1024.0;
const AGAIN: &str = "`mainstay mine --again REPO…` reads the repositories again";

/// Free space below which something is wrong in any case: 1 GiB. Above that a lake should fit in again twice.
const LEAST_FREE: u64 = 1 << 30;

/// Bytes that this person may still write on the disk of a folder.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(folder).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

/// What a program says of itself; none when it is not here.
#[expect(clippy::disallowed_methods, reason = "asks a program for its version and nothing else")]
fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| text.trim().trim_start_matches("git version ").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(free: Option<u64>, lake: u64, findings: usize) {
        let mut visit = Visit::default();
        visit.space(free, lake);
        assert_eq!((visit.facts.len(), visit.findings.len()), (1, findings), "{free:?} free beside {lake}");
    }

    #[test]
    fn little_room_is_found() {
        check(Some(3 << 30), 1 << 30, 0);
        check(Some(1 << 30), 0, 0);
        check(Some((1 << 30) - 1), 0, 1);
        check(Some(3 << 30), 2 << 30, 1);
        check(None, 2 << 30, 0);
    }

    #[test]
    fn this_disk_has_a_size() {
        assert_eq!(free_bytes(Path::new(".")).is_some(), cfg!(unix));
        assert_eq!(free_bytes(Path::new("no such folder at all")), None);
    }
}
