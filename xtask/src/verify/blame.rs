//! What `git blame` says of the files at `HEAD`, two files at a time.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, bail};

use super::ours::Ours;
use crate::run;

/// Processes at once.
const AT_ONCE: usize = 2;

/// How two readings of the same files agree.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Files compared.
    pub(crate) files: usize,
    /// Lines of these files.
    pub(crate) lines: u64,
    /// Lines with the same commit. Counted for each file and commit, so that two lines that swapped owners within a file
    /// are not seen.
    pub(crate) same_commit: u64,
    /// Lines with the same author.
    pub(crate) same_author: u64,
    /// Files that Git blames line by line and that are binary to us.
    pub(crate) binary: usize,
    /// Files whose numbers of lines differ.
    pub(crate) other_length: Vec<String>,
    /// Files with lines that differ, most first.
    pub(crate) worst: Vec<(String, u64)>,
}

/// Paths of files at `HEAD` that have lines: no submodules. At most `most`, evenly spread.
pub(crate) fn files(repository: &Path, most: Option<usize>) -> Result<Vec<String>> {
    let listed = run::read(repository, "git", &["ls-tree", "-r", "-z", "--full-tree", "HEAD"])?;
    let entries = listed.split(|&byte| byte == 0).filter_map(|entry| std::str::from_utf8(entry).ok());
    let all: Vec<_> = entries
        .filter_map(|entry| entry.split_once('\t'))
        .filter(|(kind, _)| !kind.starts_with("160000"))
        .map(|(_, path)| path.to_owned())
        .collect();
    let step = most.map_or(1.0, |most| (all.len() as f64 / most.max(1) as f64).max(1.0));
    let picked = (0..all.len()).map(|at| (at as f64 * step) as usize).take_while(|&at| at < all.len());
    Ok(picked.filter_map(|at| all.get(at).cloned()).collect())
}

/// Blames `files` and compares.
pub(crate) fn compare(repository: &Path, files: &[String], ours: &Ours) -> Result<Told> {
    let next = AtomicUsize::new(0);
    let parts: Vec<Result<Told>> = std::thread::scope(|scope| {
        let work = || {
            let mut told = Told::default();
            while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                one(repository, path, ours, &mut told)?;
            }
            Ok(told)
        };
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| bail!("a thread stopped"))).collect()
    });
    let mut told = Told::default();
    for part in parts {
        let part = part?;
        told.files += part.files;
        told.lines += part.lines;
        told.same_commit += part.same_commit;
        told.same_author += part.same_author;
        told.binary += part.binary;
        told.other_length.extend(part.other_length);
        told.worst.extend(part.worst);
    }
    told.worst.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(told)
}

fn one(repository: &Path, path: &str, ours: &Ours, told: &mut Told) -> Result<()> {
    let output = super::git(repository)
        .args(["-c", "blame.ignoreRevsFile=", "blame", "--porcelain", "HEAD", "--", path])
        .output()
        .context("cannot start git")?;
    if !output.status.success() {
        bail!("git blame failed on {path}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let git = owners(&output.stdout);
    let lines: u64 = git.values().sum();
    let none = HashMap::new();
    let mine = ours.owners.get(path).unwrap_or(&none);
    if mine.is_empty() && lines > 0 && output.stdout.contains(&0) {
        told.binary += 1;
        return Ok(());
    }
    told.files += 1;
    told.lines += lines;
    if mine.values().sum::<u64>() != lines {
        told.other_length.push(path.to_owned());
    }
    let same = shared(mine, &git);
    told.same_commit += same;
    told.same_author += shared(&by_author(mine, ours), &by_author(&git, ours));
    if same < lines {
        told.worst.push((path.to_owned(), lines - same));
    }
    Ok(())
}

/// Lines by commit, from the porcelain's group heads: id, two line numbers, length of the group.
fn owners(porcelain: &[u8]) -> HashMap<String, u64> {
    let mut owners = HashMap::new();
    for line in porcelain.split(|&byte| byte == b'\n').filter(|line| line.first() != Some(&b'\t')) {
        let Ok(line) = std::str::from_utf8(line) else { continue };
        let words: Vec<_> = line.split(' ').collect();
        let [sha, from, to, length] = words[..] else { continue };
        let is_head = sha.len() >= 40 && sha.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let (true, Ok(_), Ok(_), Ok(length)) =
            (is_head, from.parse::<u64>(), to.parse::<u64>(), length.parse::<u64>())
        {
            *owners.entry(sha.to_owned()).or_default() += length;
        }
    }
    owners
}

fn by_author<'a>(owners: &HashMap<String, u64>, ours: &'a Ours) -> HashMap<&'a str, u64> {
    let mut authors = HashMap::new();
    for (sha, lines) in owners {
        *authors.entry(ours.commits.get(sha).map_or("", String::as_str)).or_default() += lines;
    }
    authors
}

/// Lines on which two readings agree.
fn shared<K: Eq + Hash>(a: &HashMap<K, u64>, b: &HashMap<K, u64>) -> u64 {
    a.iter().map(|(key, lines)| *lines.min(b.get(key).unwrap_or(&0))).sum()
}

#[cfg(test)]
mod tests {
    use super::{owners, shared};

    #[test]
    fn groups_of_the_porcelain_are_counted() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let said = format!("{a} 1 1 2\nauthor X\nsummary {b} 1 1 9\n\tone\n{a} 2 2\n\t{b} 1 1 7\n{b} 1 3 1\n\tthree\n");
        let owners = owners(said.as_bytes());
        assert_eq!((owners.len(), owners[&a], owners[&b]), (2, 2, 1));
    }

    #[test]
    fn agreement_is_counted_by_owner() {
        let one = [("a", 5), ("b", 1)].into_iter().collect();
        let two = [("a", 3), ("c", 3)].into_iter().collect();
        assert_eq!(shared(&one, &two), 3);
    }
}
