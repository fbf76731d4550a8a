//! The page of results: budgets first, then what they were computed from.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::measure::Cost;
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
    pub(crate) log: Cost,
    pub(crate) raw_log: Cost,
    pub(crate) mine: Cost,
    pub(crate) single: Cost,
    pub(crate) nothing_new: Cost,
    /// How many commits were new, and what they cost.
    pub(crate) some_new: Option<(u64, Cost)>,
    /// Files blamed, files there are, and what the blamed ones cost on two processes.
    pub(crate) blame: (usize, usize, Cost),
    pub(crate) query: Cost,
    pub(crate) empty_query: Cost,
    pub(crate) peers: Vec<(String, Cost)>,
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
            ratio("changes, lines and owners, wall, to `git log --numstat -M`", wall, self.mine.wall / self.log.wall),
            ratio("the same on one thread, processor time", 0.60, self.single.processor / self.log.processor),
            ratio(
                "owners of every file, wall, to `git blame` on two processes",
                1.0 / 40.0,
                self.mine.wall / self.blame_wall(),
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
        budgets.push(plain("`changes` on disk", 60.0, self.bytes as f64 / self.rows.max(1) as f64, "bytes a row"));
        budgets
    }
}

/// The page.
pub(crate) fn page(machine: &Machine, runs: usize, all: &[Measured]) -> String {
    let mut page = String::from("# Results\n\nWritten by `cargo xtask bench`; not edited by hand.\n\n");
    let Machine { date, processor, cores, memory, system, git, rust, commit } = machine;
    let _ =
        writeln!(page, "{date}, Mainstay at {commit}. {processor}, {cores} cores, {memory}, {system}; {git}; {rust}.");
    let _ = writeln!(
        page,
        "Median of {runs} runs after one that warms up; `git blame` once. Git and Mainstay read a bare clone of the default branch.\n"
    );
    for one in all {
        section(&mut page, one);
    }
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
    row("`mainstay mine`", &one.mine);
    row("`mainstay mine --threads 1`", &one.single);
    row("`mainstay mine`, nothing new", &one.nothing_new);
    if let Some((new, cost)) = &one.some_new {
        row(&format!("`mainstay mine`, {new} new commits"), cost);
    }
    row("`mainstay sql`, `select path, count(*), sum(added)` over all changes", &one.query);
    row("`mainstay sql`, `select 1`", &one.empty_query);
    for (name, cost) in &one.peers {
        row(&format!("`{name}`"), cost);
    }
    page.push('\n');
}
