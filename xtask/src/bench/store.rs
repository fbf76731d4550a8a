//! The database at 100,000 records, on SQLite and on a PostgreSQL of its own, against the budgets: a page of a list 50 ms, a search 100 ms,
//! `readers` 10 ms.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::run;

/// What is measured, and the budget in milliseconds.
const BUDGETS: [(&str, f64); 3] = [("list", 50.0), ("search", 100.0), ("readers", 10.0)];

/// Fills, measures, writes `bench/STORE.md`; whether every budget is met.
pub(super) fn run(root: &Path) -> Result<bool> {
    let build = ["build", "--release", "--package", "store", "--example", "hundred_thousand"];
    if !run::show(root, "cargo", &build)? {
        bail!("the release build failed");
    }
    let program = root.join("target/release/examples/hundred_thousand");
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let file = folder.path().join("mainstay.db").display().to_string();
    let sqlite = measured(root, &program, &file)?;
    let server = Server::start()?;
    let postgres = measured(root, &program, &server.address)?;
    let (page, met) = table(&sqlite, &postgres);
    std::fs::write(root.join("bench/STORE.md"), &page)?;
    println!("{page}");
    Ok(met)
}

/// One line of a run: what, median and slowest in milliseconds.
struct Line {
    what: String,
    median: f64,
    slowest: f64,
}

fn measured(root: &Path, program: &Path, place: &str) -> Result<Vec<Line>> {
    let said = run::text(root, &program.display().to_string(), &[place])?;
    Ok(said.lines().filter_map(line).collect())
}

/// `list, Updated, a member: median 3.1ms, slowest 4.2ms`.
fn line(text: &str) -> Option<Line> {
    let (what, times) = text.split_once(": median ")?;
    let (median, slowest) = times.split_once(", slowest ")?;
    Some(Line { what: what.to_owned(), median: milliseconds(median)?, slowest: milliseconds(slowest)? })
}

fn milliseconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let of = |mark: &str, factor: f64| text.strip_suffix(mark).and_then(|n| n.parse::<f64>().ok()).map(|n| n * factor);
    of("ms", 1.0).or_else(|| of("µs", 0.001)).or_else(|| of("ns", 0.000_001)).or_else(|| of("s", 1_000.0))
}

fn table(sqlite: &[Line], postgres: &[Line]) -> (String, bool) {
    let mut met = true;
    let rows: String = sqlite
        .iter()
        .zip(postgres)
        .map(|(one, other)| {
            let budget = BUDGETS.iter().find(|(name, _)| one.what.starts_with(name)).map_or(f64::INFINITY, |one| one.1);
            met &= one.median <= budget && other.median <= budget;
            format!(
                "| {} | {budget:.0} | {:.1} | {:.1} | {:.1} | {:.1} |\n",
                one.what, one.median, one.slowest, other.median, other.slowest
            )
        })
        .collect();
    let page = format!(
        "# The database at 100,000 records\n\nMedian and slowest of nine runs after one that warms up, in milliseconds; written by `cargo xtask bench --store`.\n\n\
         | what | budget | SQLite | slowest | PostgreSQL | slowest |\n| --- | ---: | ---: | ---: | ---: | ---: |\n{rows}"
    );
    (page, met)
}

/// A server of PostgreSQL of our own, over a socket in its folder alone.
struct Server {
    folder: tempfile::TempDir,
    address: String,
}

impl Server {
    fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp")?;
        done(run::command("chown").arg("postgres").arg(folder.path()))?;
        let address = format!("postgres://postgres@localhost/postgres?host={}", folder.path().display());
        let server = Self { folder, address };
        done(unprivileged("initdb").args(["-A", "trust", "-U", "postgres", "-D"]).arg(server.data()))?;
        let place = server.folder.path().display();
        let options = format!("-c listen_addresses='' -c unix_socket_directories='{place}'");
        let log = server.folder.path().join("log");
        done(unprivileged("pg_ctl").args(["start", "-w", "-o", &options, "-l"]).arg(log).arg("-D").arg(server.data()))?;
        Ok(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = done(unprivileged("pg_ctl").args(["stop", "-w", "-m", "fast", "-D"]).arg(self.data()));
        if let Err(error) = stopped {
            eprintln!("{error:#}");
        }
    }
}

fn done(command: &mut Command) -> Result<()> {
    let ended = command.output().with_context(|| format!("cannot start {command:?}"))?;
    if ended.status.success() { Ok(()) } else { bail!("{command:?}: {}", String::from_utf8_lossy(&ended.stderr)) }
}

/// A program of PostgreSQL as a user who may run a server.
fn unprivileged(program: &str) -> Command {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> =
        versions.map(|version| version.path().join("bin").join(program)).filter(|path| path.exists()).collect();
    found.sort();
    let mut command = run::command("runuser");
    command.args(["-u", "postgres", "--"]).arg(found.pop().unwrap_or_else(|| PathBuf::from(program)));
    command
}

#[cfg(test)]
mod tests {
    use super::{line, milliseconds};

    #[test]
    fn times_are_read_in_their_units() {
        let found = line("list, Updated, a member, page 21: median 812.5µs, slowest 1.2s").unwrap();
        assert_eq!(
            (found.what.as_str(), found.median, found.slowest),
            ("list, Updated, a member, page 21", 0.8125, 1200.0)
        );
        assert_eq!(milliseconds("17.0ms"), Some(17.0));
        assert!(line("    20 hits").is_none());
    }
}
