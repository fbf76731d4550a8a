//! A real repository, written by the system's `git` in a temporary folder; every commit is an hour after the one before.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// When the first commit of every scripted repository was made: 2024-01-01 00:00 UTC.
pub const EPOCH: i64 = 1_704_067_200;
const HOUR: i64 = 3600;

/// A repository under construction. Methods panic when Git refuses: a broken script is a broken test.
#[derive(Debug)]
pub struct Scripted {
    folder: TempDir,
    path: PathBuf,
    clock: i64,
    author: (String, String),
}

impl Default for Scripted {
    fn default() -> Self {
        Self::new()
    }
}

impl Scripted {
    /// An empty repository with branch `main`.
    #[must_use]
    pub fn new() -> Self {
        Self::with_format("sha1")
    }

    /// An empty repository with object ids of `sha1` or `sha256`.
    #[must_use]
    pub fn with_format(format: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().join("repo");
        let scripted = Self { path, folder, clock: EPOCH, author: ("Ann".into(), "ann@example.org".into()) };
        let target = scripted.path.to_str().expect("a path in UTF-8");
        run(
            scripted.folder.path(),
            &["init", "-q", "-b", "main", "--object-format", format, target],
            EPOCH,
            &scripted.author,
            &[],
        );
        scripted
    }

    /// The folder of the working tree.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder beside the repository that goes with it.
    #[must_use]
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Who makes the next commits.
    pub fn author(&mut self, name: &str, email: &str) -> &mut Self {
        self.author = (name.into(), email.into());
        self
    }

    /// When the next commit is made, seconds since the epoch.
    pub fn at(&mut self, seconds: i64) -> &mut Self {
        self.clock = seconds;
        self
    }

    /// Writes a file.
    pub fn write(&mut self, path: &str, content: impl AsRef<[u8]>) -> &mut Self {
        let target = self.path.join(path);
        std::fs::create_dir_all(target.parent().expect("a path inside the tree")).expect("a folder");
        std::fs::write(target, content).expect("a written file");
        self
    }

    /// Commits everything in the working tree; returns the commit's id.
    pub fn commit(&mut self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.clock += HOUR;
        self.id("HEAD")
    }

    /// Runs `git` with these arguments; returns what it prints.
    pub fn git(&self, arguments: &[&str]) -> String {
        let output = run(&self.path, arguments, self.clock, &self.author, &[]);
        String::from_utf8_lossy(&output).into_owned()
    }

    /// Like [`Self::git`], as bytes.
    #[must_use]
    pub fn git_bytes(&self, arguments: &[&str]) -> Vec<u8> {
        run(&self.path, arguments, self.clock, &self.author, &[])
    }

    /// Runs `git` with something on its standard input.
    pub fn git_with(&self, arguments: &[&str], input: &[u8]) -> String {
        let output = run(&self.path, arguments, self.clock, &self.author, input);
        String::from_utf8_lossy(&output).into_owned()
    }

    /// The id that a revision names.
    #[must_use]
    pub fn id(&self, revision: &str) -> String {
        self.git(&["rev-parse", revision]).trim().to_owned()
    }

    /// Merges a branch and leaves the result, conflicts included, in the working tree.
    pub fn merge_without_commit(&mut self, branch: &str) -> &mut Self {
        let _ = start(&self.path, &["merge", "-q", "--no-ff", "--no-commit", branch], self.clock, &self.author, &[]);
        self
    }
}

pub(crate) fn run(folder: &Path, arguments: &[&str], clock: i64, author: &(String, String), input: &[u8]) -> Vec<u8> {
    let output = start(folder, arguments, clock, author, input);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {errors}");
    output.stdout
}

#[expect(clippy::disallowed_methods, reason = "the one place where tests start Git")]
fn start(folder: &Path, arguments: &[&str], clock: i64, author: &(String, String), input: &[u8]) -> Output {
    let date = format!("@{clock} +0000");
    let mut child = Command::new("git")
        .current_dir(folder)
        .args(["-c", "core.autocrlf=false", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", &author.0)
        .env("GIT_AUTHOR_EMAIL", &author.1)
        .env("GIT_COMMITTER_NAME", &author.0)
        .env("GIT_COMMITTER_EMAIL", &author.1)
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git to start");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), input).expect("git to read its input");
    child.wait_with_output().expect("git to end")
}
