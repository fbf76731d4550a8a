//! What `git log --raw --numstat -M` says of the same commits.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};

use super::ours::{Changes, Row};

/// Stands before each commit's id in Git's output; no path and no record begins with it.
const COMMIT: u8 = 0x02;

/// Asks Git for the changes of `commits`.
///
/// # Errors
/// When Git fails or prints what is not understood.
pub(crate) fn read<'a>(repository: &Path, commits: impl Iterator<Item = &'a str>) -> Result<Changes> {
    let mut asked = String::new();
    for commit in commits {
        asked.push_str(commit);
        asked.push('\n');
    }
    let mut child = super::git(repository)
        .args([
            "-c",
            "core.attributesFile=",
            "log",
            "--stdin",
            "--no-walk=unsorted",
            "--format=%x02%H",
            "--raw",
            "--numstat",
        ])
        .args(["-M", "--no-ext-diff", "--no-textconv", "-z", "--no-abbrev"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start git")?;
    let mut input = child.stdin.take().context("git takes no input")?;
    let output = std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(asked.as_bytes()));
        child.wait_with_output()
    })?;
    if !output.status.success() {
        bail!("git log failed with {}", output.status);
    }
    parse(&output.stdout)
}

/// Reads the records of `git log -z --raw --numstat`.
pub(crate) fn parse(output: &[u8]) -> Result<Changes> {
    let mut changes = Changes::new();
    let mut sha = String::new();
    let mut words = output.split(|&byte| byte == 0);
    let text = |word: Option<&[u8]>| {
        word.map(|word| String::from_utf8_lossy(word).into_owned()).context("git's output is cut off")
    };
    while let Some(word) = words.next() {
        let word = word.strip_prefix(b"\n").unwrap_or(word);
        match word.first() {
            None => {}
            Some(&COMMIT) => {
                sha = text(word.get(1..))?;
                changes.entry(sha.clone()).or_default();
            }
            Some(b':') => {
                let raw = text(word.get(1..))?;
                let [old_mode, mode, old_blob, blob, status] = raw.split(' ').collect::<Vec<_>>()[..] else {
                    bail!("git says {raw:?}, which is not understood");
                };
                let moved = status.starts_with(['R', 'C']);
                let first = text(words.next())?;
                let (old_path, path) = if moved { (Some(first), text(words.next())?) } else { (None, first) };
                changes.entry(sha.clone()).or_default().push(Row {
                    path,
                    old_path,
                    status: status.to_owned(),
                    modes: (old_mode.to_owned(), mode.to_owned()),
                    blobs: (old_blob.to_owned(), blob.to_owned()),
                    lines: (String::new(), String::new()),
                });
            }
            Some(_) => {
                let counted = text(Some(word))?;
                let [added, deleted, path] = counted.splitn(3, '\t').collect::<Vec<_>>()[..] else {
                    bail!("git says {counted:?}, which is not understood");
                };
                let path = if path.is_empty() {
                    words.next();
                    text(words.next())?
                } else {
                    path.to_owned()
                };
                let rows = changes.entry(sha.clone()).or_default();
                // Several rows of one path: a type change is one raw record here, and counts come in the same order.
                let open = rows.iter_mut().find(|row| row.path == path && row.lines.0.is_empty());
                open.with_context(|| format!("git counts lines of {path} in {sha}, and does not list it"))?.lines =
                    (added.to_owned(), deleted.to_owned());
            }
        }
    }
    changes.values_mut().for_each(|rows| {
        // A change of mode alone is listed, and has no line counts.
        rows.iter_mut()
            .filter(|row| row.lines.0.is_empty())
            .for_each(|row| row.lines = ("0".to_owned(), "0".to_owned()));
        rows.sort();
    });
    Ok(changes)
}

/// What differs, one line each.
pub(crate) fn differences(ours: &Changes, git: &Changes) -> Vec<String> {
    let none = Vec::new();
    let mut commits: Vec<_> = git.keys().collect();
    commits.extend(ours.keys().filter(|sha| !git.contains_key(*sha)));
    commits.sort_unstable();
    let mut found = Vec::new();
    for sha in commits {
        let (a, b) = (ours.get(sha).unwrap_or(&none), git.get(sha).unwrap_or(&none));
        if a != b {
            found.extend(a.iter().filter(|row| !b.contains(row)).map(|row| format!("{sha} ours: {}", show(row))));
            found.extend(b.iter().filter(|row| !a.contains(row)).map(|row| format!("{sha} git:  {}", show(row))));
        }
    }
    found
}

fn show(row: &Row) -> String {
    let from = row.old_path.as_ref().map(|path| format!("{path} => ")).unwrap_or_default();
    format!("{} +{} -{} {from}{} {:?} {:?}", row.status, row.lines.0, row.lines.1, row.path, row.modes, row.blobs)
}

#[cfg(test)]
mod tests {
    use super::{differences, parse};

    const SAID: &[u8] = b"\x02c1\0\n:100644 100644 a b R087\0old\0new\0:100644 100755 a a M\0x\ty\0\
        3\t1\t\0old\0new\0\0\x02c2\0\n:000000 100644 0 d A\0pic\0-\t-\tpic\0";

    #[test]
    fn records_of_git_are_read() {
        let changes = parse(SAID).unwrap();
        let (one, two) = (&changes["c1"], &changes["c2"]);
        assert_eq!(
            (one[0].path.as_str(), one[0].old_path.as_deref(), one[0].status.as_str()),
            ("new", Some("old"), "R087")
        );
        assert_eq!(one[0].lines, ("3".to_owned(), "1".to_owned()));
        assert_eq!((one[1].path.as_str(), one[1].lines.0.as_str()), ("x\ty", "0"));
        assert_eq!(two[0].lines, ("-".to_owned(), "-".to_owned()));
    }

    #[test]
    fn each_difference_names_its_side() {
        let git = parse(SAID).unwrap();
        let mut ours = git.clone();
        assert_eq!(differences(&ours, &git), Vec::<String>::new());
        ours.get_mut("c1").unwrap()[0].lines.0 = "4".to_owned();
        ours.remove("c2");
        let found = differences(&ours, &git);
        assert_eq!(found.len(), 3);
        assert!(found[0].starts_with("c1 ours:") && found[1].starts_with("c1 git:") && found[2].starts_with("c2 git:"));
    }
}
