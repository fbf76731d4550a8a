//! One repository as a stream.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::super::Company;
use super::super::facts::{ChangeId, ChangeState, Commit, CommitId, CommitPlace, Edit, Op, Repository};
use super::super::tree::{Tree, Written};
use super::message::{hands, message, signature, zone};
use super::{DemoError, Form};

const TOPIC: &str = "refs/heads/topic-being-written";
const NOTHING: &str = "0000000000000000000000000000000000000000";

/// Writes one repository; gives its folder and the ids of its commits.
pub(super) fn write(
    company: &Company,
    at: usize,
    folder: &Path,
    form: Form,
) -> Result<(PathBuf, Vec<CommitId>), DemoError> {
    let code = &company.repositories[at];
    let (path, git) = match form {
        Form::Bare => (folder.join(format!("{}.git", code.slug)), folder.join(format!("{}.git", code.slug))),
        Form::WithFiles => (folder.join(&code.slug), folder.join(&code.slug).join(".git")),
    };
    if path.exists() {
        return Err(DemoError::Taken { path });
    }
    std::fs::create_dir_all(&path).map_err(|source| DemoError::Io { path: path.clone(), source })?;
    let mut init = vec!["init", "-q", "-b", "main", "--object-format=sha1", "--template="];
    init.extend((form == Form::Bare).then_some("--bare"));
    run("init", &path, &init)?;
    let mut stream = Stream::start(company, at, git)?;
    stream.write_all()?;
    let ids = stream.finish()?;
    if form == Form::WithFiles {
        run("reset", &path, &["reset", "-q", "--hard", "main"])?;
    }
    Ok((path, ids))
}

#[expect(clippy::disallowed_methods, reason = "the one place where the demo organisation starts Git")]
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for inherited in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"] {
        command.env_remove(inherited);
    }
    command.args(["-c", "core.autocrlf=false", "-c", "core.compression=1", "-c", "fastimport.unpackLimit=0"]);
    command
}

fn run(step: &'static str, folder: &Path, arguments: &[&str]) -> Result<(), DemoError> {
    let output = git(folder).args(arguments).stdin(Stdio::null()).output().map_err(DemoError::NoGit)?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(DemoError::Git { step, folder: folder.to_owned(), message })
}

struct Stream<'a> {
    company: &'a Company,
    code: &'a Repository,
    tree: Option<Tree<'a>>,
    folder: PathBuf,
    child: Child,
    to: BufWriter<ChildStdin>,
    from: BufReader<ChildStdout>,
    /// The next mark of a blob; those of commits are their places, from 1.
    next_blob: usize,
    /// What branches hold that are not merged yet.
    branches: HashMap<ChangeId, Vec<(String, Option<usize>)>>,
}

impl<'a> Stream<'a> {
    fn start(company: &'a Company, at: usize, folder: PathBuf) -> Result<Self, DemoError> {
        let code = &company.repositories[at];
        let mut child = git(&folder)
            .args(["fast-import", "--quiet", "--force", "--date-format=raw", "--export-marks=demo-marks"])
            .env("GIT_DIR", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(DemoError::NoGit)?;
        let closed = || DemoError::Git { step: "fast-import", folder: folder.clone(), message: "no pipe".into() };
        let to = BufWriter::with_capacity(1 << 18, child.stdin.take().ok_or_else(closed)?);
        let from = BufReader::new(child.stdout.take().ok_or_else(closed)?);
        let next_blob = code.commits.len() + 1;
        let tree = Some(Tree::new(company, at));
        Ok(Self { company, code, tree, folder, child, to, from, next_blob, branches: HashMap::new() })
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), DemoError> {
        self.to.write_all(bytes).map_err(|source| DemoError::Io { path: self.folder.clone(), source })
    }

    fn write_all(&mut self) -> Result<(), DemoError> {
        let code = self.code;
        let Some(mut tree) = self.tree.take() else { return Ok(()) };
        let open = |commit: &Commit| {
            let change = commit.change.map(|id| &self.company.changes[id.at()]);
            change.filter(|change| change.state == ChangeState::Open && commit.place == CommitPlace::Branch)
        };
        let first_open = code.commits.iter().position(|commit| open(commit).is_some()).unwrap_or(code.commits.len());
        for number in 0..first_open {
            self.write_commit(&mut tree, number, None)?;
        }
        self.write_tags()?;
        self.write_branches(&mut tree, first_open)?;
        let end = format!("reset {TOPIC}\nfrom {NOTHING}\n\ndone\n");
        self.send(end.as_bytes())
    }

    /// Branches of open change requests, each beside what is on `main`.
    fn write_branches(&mut self, tree: &mut Tree<'a>, first: usize) -> Result<(), DemoError> {
        let (code, company) = (self.code, self.company);
        let mut number = first;
        while let Some(commit) = code.commits.get(number) {
            let change = commit.change;
            let count = code.commits[number..].iter().take_while(|it| it.change == change).count();
            let edits: Vec<Edit> =
                code.commits[number..number + count].iter().flat_map(|it| it.edits.clone()).collect();
            let branch =
                change.map_or_else(|| TOPIC.into(), |id| format!("refs/heads/{}", company.changes[id.at()].branch));
            tree.aside(&edits, |tree| {
                (number..number + count).try_for_each(|at| self.write_commit(tree, at, Some(&branch)))
            })?;
            number += count;
        }
        Ok(())
    }

    fn write_commit(&mut self, tree: &mut Tree<'a>, number: usize, branch: Option<&str>) -> Result<(), DemoError> {
        let commit = &self.code.commits[number];
        let written = tree.commit(number, commit, |of| self.id_of(of))?;
        let mut files = self.write_blobs(written)?;
        if let (Some(change), CommitPlace::Branch) = (commit.change, commit.place) {
            self.branches.entry(change).or_default().extend(files.iter().cloned());
        }
        if let (Some(change), CommitPlace::Merge) = (commit.change, commit.place) {
            files = self.branches.remove(&change).unwrap_or_default();
        }
        let body = self.body(commit)?;
        let name = branch.unwrap_or(if commit.place == CommitPlace::Branch { TOPIC } else { "refs/heads/main" });
        let mut head = format!("commit {name}\nmark :{}\n", number + 1);
        hands(self.company, commit, &mut head);
        let text = message(self.company, self.code, commit, &body);
        let _ = writeln!(head, "data {}\n{text}", text.len());
        for (at, parent) in commit.parents.iter().enumerate() {
            let _ = writeln!(head, "{} :{}", if at == 0 { "from" } else { "merge" }, parent.at() + 1);
        }
        for (path, mark) in &files {
            let _ = match mark {
                Some(mark) => writeln!(head, "M 100644 :{mark} {path}"),
                None => writeln!(head, "D {path}"),
            };
        }
        head.push('\n');
        self.send(head.as_bytes())
    }

    /// Files that go come first: a path may be gone and come back in one commit.
    fn write_blobs(&mut self, written: Written) -> Result<Vec<(String, Option<usize>)>, DemoError> {
        let mut files: Vec<(String, Option<usize>)> = Vec::with_capacity(written.len());
        for (path, text) in written {
            let Some(text) = text else {
                files.insert(0, (path, None));
                continue;
            };
            let head = format!("blob\nmark :{}\ndata {}\n", self.next_blob, text.len());
            self.send(head.as_bytes())?;
            self.send(text.as_bytes())?;
            self.send(b"\n")?;
            files.push((path, Some(self.next_blob)));
            self.next_blob += 1;
        }
        Ok(files)
    }

    fn body(&mut self, commit: &Commit) -> Result<String, DemoError> {
        for edit in &commit.edits {
            if let Op::Revert(of) = edit.op {
                return Ok(commit.body.replace("{id}", &self.id_of(of.at())?));
            }
        }
        Ok(commit.body.clone())
    }

    /// Asks Git for the id of a commit that it has been given.
    fn id_of(&mut self, commit: usize) -> Result<String, DemoError> {
        self.send(format!("get-mark :{}\n", commit + 1).as_bytes())?;
        let failed = |source| DemoError::Io { path: self.folder.clone(), source };
        self.to.flush().map_err(failed)?;
        let mut line = String::new();
        self.from.read_line(&mut line).map_err(failed)?;
        Ok(line.trim().to_owned())
    }

    fn write_tags(&mut self) -> Result<(), DemoError> {
        let slug = &self.code.slug;
        for release in &self.company.releases {
            if self.company.repositories[release.repository.at()].slug != *slug {
                continue;
            }
            let at = release.published_at.as_second();
            let by = signature(self.company, release.by, at);
            let text = format!("{} {}\n", self.code.name, release.tag);
            let zone = zone(self.code.commits[release.commit.at()].offset_minutes);
            let tag = format!(
                "tag {}\nfrom :{}\ntagger {by} {at} {zone}\ndata {}\n{text}\n",
                release.tag,
                release.commit.at() + 1,
                text.len()
            );
            self.send(tag.as_bytes())?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<CommitId>, DemoError> {
        let Self { to, from, child, folder, code, .. } = self;
        let sent = to.into_inner().map(drop);
        drop(from);
        let output = child.wait_with_output().map_err(|source| DemoError::Io { path: folder.clone(), source })?;
        if !output.status.success() || sent.is_err() {
            let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(DemoError::Git { step: "fast-import", folder, message });
        }
        let path = folder.join("demo-marks");
        let marks = std::fs::read_to_string(&path).map_err(|source| DemoError::Io { path: path.clone(), source })?;
        std::fs::remove_file(&path).map_err(|source| DemoError::Io { path, source })?;
        let mut ids = vec![CommitId([0; 20]); code.commits.len()];
        for line in marks.lines() {
            let Some((mark, hex)) = line.trim_start_matches(':').split_once(' ') else { continue };
            let place = mark.parse::<usize>().ok().and_then(|mark| ids.get_mut(mark.checked_sub(1)?));
            if let (Some(place), Some(id)) = (place, CommitId::parse(hex)) {
                *place = id;
            }
        }
        Ok(ids)
    }
}
