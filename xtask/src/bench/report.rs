//! The page of results: budgets first, then what they were computed from.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::growth::{Grown, exponent};
use super::measure::Cost;
use super::pages::Answered;
use super::peers::Peer;
use crate::run;

/// Where and when it was measured.
pub(crate) struct Machine {
    date: String,
    processor: String,
    cores: usize,
    memory: String,
    system: String,
    git: String,
    rust: String,
    commit: String,
}

impl Machine {
    /// This machine, today.
    pub(crate) fn here(root: &Path) -> Result<Self> {
        let field = |file: &str, key: &str| {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(key)).map(str::to_owned);
            line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()))
                .unwrap_or_else(|| "unknown".to_owned())
        };
        Ok(Self {
            date: run::today().0,
            processor: field("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: field("/proc/meminfo", "MemTotal"),
            system: system(root),
            git: run::text(root, "git", &["--version"])?,
            rust: run::text(root, "rustc", &["--version"])?,
            commit: run::text(root, "git", &["rev-parse", "--short", "HEAD"])?,
        })
    }
}

/// The system and the first two parts of its version.
fn system(root: &Path) -> String {
    let said = run::text(root, "uname", &["-sr"]).unwrap_or_else(|_| std::env::consts::OS.to_owned());
    said.split('.').take(2).collect::<Vec<_>>().join(".")
}

/// What was measured on one repository.
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) commits: u64,
    /// Rows of `changes`, and their bytes on disk.
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// Lines of the files at the head.
    pub(crate) lines: u64,
    pub(crate) log: Cost,
    pub(crate) raw_log: Cost,
    /// The reader alone: changes, lines, owners; on two threads and on one.
    pub(crate) reader: Cost,
    pub(crate) single: Cost,
    /// The files at the head, measured on two threads.
    pub(crate) files: Cost,
    /// Everything: the reader, the files at the head, and the lake.
    pub(crate) mine: Cost,
    pub(crate) nothing_new: Cost,
    /// How many commits were new, and what they cost.
    pub(crate) some_new: Option<(u64, Cost)>,
    /// Files blamed, files there are, and what the blamed ones cost on two processes.
    pub(crate) blame: (usize, usize, Cost),
    /// Rows that the aggregate reads.
    pub(crate) query_rows: u64,
    pub(crate) query: Cost,
    pub(crate) empty_query: Cost,
    pub(crate) pages: Vec<Answered>,
    /// Peak memory of the server, bytes.
    pub(crate) serving: u64,
    pub(crate) peers: Vec<Peer>,
}

/// One budget and what came of it.
pub(crate) struct Budget {
    work: &'static str,
    budget: String,
    measured: String,
    /// None: not measured.
    pub(crate) met: Option<bool>,
}

/// Histories from this many commits on have the budget of large ones.
const LARGE: u64 = 50_000;

impl Measured {
    /// Wall time of `git blame` on all files, from those blamed.
    fn blame_wall(&self) -> f64 {
        let (some, all, cost) = self.blame;
        cost.wall * all as f64 / some.max(1) as f64
    }

    /// The budgets, in the order of the specification.
    pub(crate) fn budgets(&self) -> Vec<Budget> {
        let ratio = |work, most: f64, value: f64| Budget {
            work,
            budget: format!("≤ {most:.3} ×"),
            measured: format!("{value:.3} ×"),
            met: Some(value <= most),
        };
        let plain = |work, most: f64, value: f64, unit: &str| Budget {
            work,
            budget: format!("≤ {most:.0} {unit}"),
            measured: format!("{value:.1} {unit}"),
            met: Some(value <= most),
        };
        let wall = if self.commits >= LARGE { 0.50 } else { 0.30 };
        let mut budgets = vec![
            ratio("changes, lines and owners, wall, to `git log --numstat -M`", wall, self.reader.wall / self.log.wall),
            ratio("the same on one thread, processor time", 0.60, self.single.processor / self.log.processor),
            ratio(
                "owners of every file, wall, to `git blame` on two processes",
                1.0 / 40.0,
                self.reader.wall / self.blame_wall(),
            ),
            plain("peak memory", 512.0, self.mine.memory as f64 / f64::from(1 << 20), "MiB"),
            plain("nothing new", 30.0, self.nothing_new.wall * 1e3, "ms"),
        ];
        budgets.push(self.some_new.map_or_else(
            || Budget {
                work: "new commits",
                budget: "≤ 300 ms".to_owned(),
                measured: "not measured".to_owned(),
                met: None,
            },
            |(_, cost)| plain("new commits", 300.0, cost.wall * 1e3, "ms"),
        ));
        for (peer, work, most, ours) in [
            ("gix-of-theseus", "owners and survival by month, wall, to `gix-of-theseus`", 0.8, self.reader.wall),
            (
                "rust-code-analysis",
                "functions and complexity at the head, wall, to `rust-code-analysis-cli`",
                0.7,
                self.files.wall,
            ),
        ] {
            let cost =
                self.peers.iter().find(|known| known.name.starts_with(peer)).and_then(|known| known.cost.as_ref().ok());
            budgets.push(cost.map_or_else(
                || Budget { work, budget: format!("≤ {most:.3} ×"), measured: "not measured".to_owned(), met: None },
                |cost| ratio(work, most, ours / cost.wall),
            ));
        }
        let net = (self.query.wall - self.empty_query.wall).max(0.0);
        budgets.push(plain(
            "`select path, count(*), sum(added)` over 5 M changes, start of the program left out",
            150.0,
            net * 1e3,
            "ms",
        ));
        let slowest = |time: fn(&Answered) -> f64| self.pages.iter().map(time).fold(0.0, f64::max);
        budgets.push(plain("slowest page, median", 100.0, slowest(|page| page.median), "ms"));
        budgets.push(plain("slowest page, 99th percentile", 300.0, slowest(|page| page.worst_of_hundred), "ms"));
        budgets.push(plain("peak memory while serving", 150.0, self.serving as f64 / f64::from(1 << 20), "MiB"));
        budgets.push(plain("`changes` on disk", 60.0, self.bytes as f64 / self.rows.max(1) as f64, "bytes a row"));
        budgets
    }
}

/// The page.
pub(crate) fn page(machine: &Machine, runs: usize, all: &[Measured], grown: &[Grown]) -> String {
    let mut page = String::from("# Results\n\nWritten by `cargo xtask bench`; not edited by hand.\n\n");
    let Machine { date, processor, cores, memory, system, git, rust, commit } = machine;
    let _ =
        writeln!(page, "{date}, Mainstay at {commit}. {processor}, {cores} cores, {memory}, {system}; {git}; {rust}.");
    let _ = writeln!(
        page,
        "Median of {runs} runs after one that warms up, all commands in turn; `git blame` and peers once. Git and Mainstay read a bare clone of the \
         default branch. The reader hands its rows to nobody; `mainstay mine` also measures the files at the head and stores everything. Memory \
         counts the pack that is mapped, for Git and for Mainstay. Why a budget is missed stands in [README.md](README.md).\n"
    );
    for one in all {
        section(&mut page, one);
    }
    growth(&mut page, grown);
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn section(page: &mut String, one: &Measured) {
    let _ = writeln!(page, "## {}\n\n{} commits, {} rows of changes.\n", one.name, one.commits, one.rows);
    page.push_str("| work | budget | measured | |\n| --- | --- | --- | --- |\n");
    for Budget { work, budget, measured, met } in one.budgets() {
        let word = met.map_or("not measured", |met| if met { "met" } else { "**missed**" });
        let _ = writeln!(page, "| {work} | {budget} | {measured} | {word} |");
    }
    page.push_str("\n| run | wall | processor | peak memory |\n| --- | ---: | ---: | ---: |\n");
    let mut unmeasured = String::new();
    let mut row = |what: &str, cost: &Cost| {
        let Cost { wall, processor, memory } = cost;
        let _ = writeln!(
            page,
            "| {what} | {wall:.3} s | {processor:.3} s | {:.0} MiB |",
            *memory as f64 / f64::from(1 << 20)
        );
    };
    row("`git log --numstat -M`", &one.log);
    row("`git log --raw -M`", &one.raw_log);
    let (some, files, cost) = &one.blame;
    row(&format!("`git blame`, {some} of {files} files, two processes"), cost);
    row("the reader, two threads", &one.reader);
    row("the reader, one thread", &one.single);
    row(&format!("files at the head ({} lines), two threads", one.lines), &one.files);
    row("`mainstay mine`", &one.mine);
    row("`mainstay mine`, nothing new", &one.nothing_new);
    if let Some((new, cost)) = &one.some_new {
        row(&format!("`mainstay mine`, {new} new commits"), cost);
    }
    row(&format!("`mainstay sql`, the aggregate over {} changes", one.query_rows), &one.query);
    row("`mainstay sql`, `select 1`", &one.empty_query);
    for Peer { name, cost } in &one.peers {
        match cost {
            Ok(cost) => row(&format!("`{name}`"), cost),
            Err(why) => row_without(&mut unmeasured, name, why),
        }
    }
    page.push_str(&unmeasured);
    page.push_str("\n| page | first answer | median | 99th percentile |\n| --- | ---: | ---: | ---: |\n");
    for Answered { page: name, first, median, worst_of_hundred } in &one.pages {
        let _ = writeln!(page, "| `{name}` | {first:.0} ms | {median:.1} ms | {worst_of_hundred:.1} ms |");
    }
    page.push('\n');
}

fn row_without(page: &mut String, name: &str, why: &str) {
    let _ = writeln!(page, "| `{name}` | {why} | | |");
}

/// How the reader's time and memory rise with the length of a history.
fn growth(page: &mut String, grown: &[Grown]) {
    page.push_str("## Growth\n\nThe reader on generated histories. An exponent of 1 is linear.\n\n");
    page.push_str("| commits | wall | processor | peak memory |\n| ---: | ---: | ---: | ---: |\n");
    for Grown { commits, cost } in grown {
        let memory = cost.memory as f64 / f64::from(1 << 20);
        let _ = writeln!(page, "| {commits} | {:.3} s | {:.3} s | {memory:.0} MiB |", cost.wall, cost.processor);
    }
    let of = |part: fn(&Cost) -> f64| {
        exponent(&grown.iter().map(|one| (one.commits as f64, part(&one.cost))).collect::<Vec<_>>())
    };
    let (processor, memory) = (of(|cost| cost.processor), of(|cost| cost.memory as f64));
    let _ = writeln!(page, "\nExponents: processor time {processor:.2}, memory {memory:.2}.");
}
