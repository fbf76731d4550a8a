//! The built program with a data folder of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

#[path = "../../src/exit.rs"]
#[expect(dead_code, reason = "the program uses what the tests do not")]
pub(crate) mod exit;

/// A data folder, and the program over it.
pub(crate) struct Program {
    home: TempDir,
    env: Vec<(&'static str, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) bytes: Vec<u8>,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self::with(Vec::new())
    }

    /// As [`Self::new`], with these in the environment of every run.
    pub(crate) fn with(env: Vec<(&'static str, String)>) -> Self {
        Self { home: TempDir::new().unwrap(), env }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// A folder that is nothing yet.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.home.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Runs the program in an empty folder.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Ended {
        self.run_in(&self.folder("nowhere"), arguments)
    }

    /// Runs the program in a folder.
    pub(crate) fn run_in<S: AsRef<OsStr>>(&self, folder: &Path, arguments: &[S]) -> Ended {
        ended(self.start(folder, arguments).wait_with_output().unwrap())
    }

    /// Mines a repository.
    pub(crate) fn mine(&self, repo: &Path) -> Ended {
        self.run(&[OsStr::new("mine"), repo.as_os_str()])
    }

    /// The answer to a question, as CSV without its header.
    pub(crate) fn ask(&self, sql: &str) -> String {
        let ended = self.run(&["sql", "--format", "csv", sql]);
        assert_eq!(ended.code, exit::DONE, "{sql}: {}", ended.err);
        ended.out.lines().skip(1).collect::<Vec<_>>().join("\n")
    }

    /// Starts the program and does not wait for its end.
    pub(crate) fn start<S: AsRef<OsStr>>(&self, folder: &Path, arguments: &[S]) -> Child {
        self.start_hearing(folder, arguments, Stdio::null())
    }

    /// As [`Self::start`], with something on standard input.
    #[expect(clippy::disallowed_methods, reason = "the one place where these tests start the program")]
    pub(crate) fn start_hearing<S: AsRef<OsStr>>(&self, folder: &Path, arguments: &[S], input: Stdio) -> Child {
        Command::new(env!("CARGO_BIN_EXE_mainstay"))
            .args(arguments)
            .current_dir(folder)
            .env("MAINSTAY_DATA", self.data())
            .env_remove("MAINSTAY_LOG")
            .env_remove("MAINSTAY_LAKE")
            .envs(self.env.iter().map(|(name, value)| (*name, value)))
            .env("GIT_CEILING_DIRECTORIES", self.home.path())
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

pub(crate) fn ended(output: Output) -> Ended {
    Ended {
        code: u8::try_from(output.status.code().unwrap()).unwrap(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        bytes: output.stdout,
    }
}

impl Ended {
    /// Checks the code, and that standard error says each of these.
    #[track_caller]
    pub(crate) fn says(&self, code: u8, words: &[&str]) -> &Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        for word in words {
            let said = self.err.contains(word) || self.out.contains(word);
            assert!(said, "`{word}` is not in:\n{}\n{}", self.out, self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }
}
