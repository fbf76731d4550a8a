//! The measurements of one repository. Everything is done on a bare clone of its default branch, so that Git and Mainstay
//! read the same commits and nothing of the user's is touched.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::measure::{Cost, in_turn, once, several};
use super::report::Measured;
use super::{pages, peers, query};
use crate::run;

/// New commits in the measurement of a second run.
const NEW_COMMITS: u64 = 100;
/// The aggregate over all changes.
const QUERY: &str = "select path, count(*), sum(added) from changes group by path";

/// How to measure.
pub(crate) struct Bench<'a> {
    pub(crate) mainstay: &'a Path,
    /// This very program: the reader alone.
    pub(crate) reader: &'a Path,
    pub(crate) runs: usize,
    pub(crate) blame_files: usize,
    /// How often each page is asked for.
    pub(crate) asked: usize,
}

impl Bench<'_> {
    /// Measures one repository.
    pub(crate) fn measure(&self, name: &str, repository: &Path, peers: bool) -> Result<Measured> {
        let work = tempfile::tempdir()?;
        let clone = bare_clone(repository, work.path())?;
        let data = work.path().join("data");
        let commits = count(&clone, "HEAD")?;
        println!("  {commits} commits");

        let (log, raw_log) = (git_log(&["--numstat", "-M"]), git_log(&["--raw", "-M"]));
        let costs = in_turn(
            self.runs,
            &[
                &|| Ok(log(&clone)),
                &|| Ok(raw_log(&clone)),
                &|| Ok(self.read(&clone, &["--threads", "2"])),
                &|| Ok(self.read(&clone, &["--threads", "1"])),
                &|| Ok(self.read(&clone, &["--threads", "2", "--files"])),
                &|| self.fresh(&clone, &data),
            ],
        )?;
        let [log, raw_log, reader, single, files, mine] = costs[..] else { bail!("a measurement is missing") };
        for (what, cost) in [("git log --numstat -M", log), ("reader", reader), ("reader on one thread", single)] {
            said(what, cost);
        }
        said("files at the head", files);
        said("mainstay mine", mine);
        // The last run left its data: what follows stands on it.
        let nothing_new = said("nothing new", several(self.runs, || Ok(self.mine(&clone, &data)))?);
        let rows = self.number(&data, "select count(*) from changes")?;
        let lines = self.number(&data, "select sum(lines) from files")?;
        let bytes = folder_bytes(&data.join("lake/changes"))?;
        let large = work.path().join("large");
        let query_rows = query::enlarge(&data, &large)?;
        let query = said("aggregate", several(self.runs, || Ok(self.sql(&large, QUERY)))?);
        let empty_query =
            said("a statement that reads nothing", several(self.runs, || Ok(self.sql(&large, "select 1")))?);
        std::fs::remove_dir_all(&large)?;
        let some_new = self.some_new(&clone, work.path(), commits)?;
        let (pages, serving) = pages::measure(self.mainstay, &clone, &data, self.asked)?;
        let blame = self.blame(&clone)?;
        let peers = if peers { peers::measure(&clone, work.path())? } else { Vec::new() };
        Ok(Measured {
            name: name.to_owned(),
            commits,
            rows,
            lines,
            bytes,
            log,
            raw_log,
            reader,
            single,
            files,
            mine,
            nothing_new,
            some_new,
            blame,
            query_rows,
            query,
            empty_query,
            pages,
            serving,
            peers,
        })
    }

    fn read(&self, clone: &Path, options: &[&str]) -> Command {
        let mut command = run::command(self.reader);
        command.arg("read").arg(clone).args(options);
        command
    }

    fn mine(&self, clone: &Path, data: &Path) -> Command {
        let mut command = run::command(self.mainstay);
        command.arg("mine").arg("--data").arg(data).arg(clone);
        command
    }

    /// A run that finds nothing there.
    fn fresh(&self, clone: &Path, data: &Path) -> Result<Command> {
        if data.exists() {
            std::fs::remove_dir_all(data)?;
        }
        Ok(self.mine(clone, data))
    }

    fn sql(&self, data: &Path, query: &str) -> Command {
        let mut command = run::command(self.mainstay);
        command.args(["sql", "--data"]).arg(data).args(["--format", "csv", query]);
        command
    }

    fn number(&self, data: &Path, query: &str) -> Result<u64> {
        let output = self.sql(data, query).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().nth(1).and_then(|line| line.trim().parse().ok()).with_context(|| format!("{query} gave {text:?}"))
    }

    /// A run over a history that gained some commits; none when the history is too short.
    fn some_new(&self, clone: &Path, work: &Path, commits: u64) -> Result<Option<(u64, Cost)>> {
        let Some((old, new)) = before(clone, NEW_COMMITS)? else { return Ok(None) };
        if new >= commits {
            return Ok(None);
        }
        let branch = run::text(clone, "git", &["symbolic-ref", "HEAD"])?;
        let head = run::text(clone, "git", &["rev-parse", "HEAD"])?;
        let (kept, data) = (work.join("before"), work.join("after"));
        run::read(clone, "git", &["update-ref", &branch, &old])?;
        once(self.mine(clone, &kept))?;
        run::read(clone, "git", &["update-ref", &branch, &head])?;
        let cost = several(self.runs, || {
            if data.exists() {
                std::fs::remove_dir_all(&data)?;
            }
            run::read(work, "cp", &["-r", "before", "after"])?;
            Ok(self.mine(clone, &data))
        })?;
        Ok(Some((new, said("new commits", cost))))
    }

    /// `git blame` on some files, two at a time, once: files blamed, files there are, cost.
    fn blame(&self, clone: &Path) -> Result<(usize, usize, Cost)> {
        let all = crate::verify::files(clone, None)?.len();
        let files = crate::verify::files(clone, Some(self.blame_files))?;
        let list = clone.join("files-to-blame");
        std::fs::write(&list, files.join("\0"))?;
        let mut command = run::command("xargs");
        command.arg("--arg-file").arg(&list).args(["-0", "-n", "1", "-P", "2", "git", "-C"]).arg(clone);
        command.args(["blame", "--porcelain", "HEAD", "--"]);
        Ok((files.len(), all, said("git blame", once(command)?)))
    }
}

/// Prints a cost as it becomes known.
fn said(what: &str, cost: Cost) -> Cost {
    println!("  {what}: {:.3} s, {:.3} s of processor, {} MiB", cost.wall, cost.processor, cost.memory >> 20);
    cost
}

fn bare_clone(repository: &Path, work: &Path) -> Result<PathBuf> {
    let from = std::fs::canonicalize(repository)?;
    let from = from.to_str().context("the path of the repository is no text")?;
    run::read(work, "git", &["clone", "--quiet", "--bare", "--single-branch", "--no-tags", from, "clone.git"])?;
    Ok(work.join("clone.git"))
}

fn git_log<'o>(options: &'o [&'o str]) -> impl Fn(&Path) -> Command + 'o {
    move |clone| {
        let mut command = run::command("git");
        command.arg("-C").arg(clone).args(["log", "--no-ext-diff", "--no-textconv"]).args(options);
        command
    }
}

fn count(clone: &Path, range: &str) -> Result<u64> {
    Ok(run::text(clone, "git", &["rev-list", "--count", range])?.parse()?)
}

/// The newest first parent behind which at least `wanted` commits are new, and how many those are.
fn before(clone: &Path, wanted: u64) -> Result<Option<(String, u64)>> {
    let firsts = run::text(clone, "git", &["rev-list", "--first-parent", "--max-count=1000", "HEAD"])?;
    for old in firsts.lines().skip(1) {
        let new = count(clone, &format!("{old}..HEAD"))?;
        if new >= wanted {
            return Ok(Some((old.to_owned(), new)));
        }
    }
    Ok(None)
}

fn folder_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let kind = entry.file_type()?;
        bytes += if kind.is_dir() { folder_bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}
