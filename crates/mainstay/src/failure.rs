//! What a command says when it fails: what, why, what to do; and its exit code. Every error becomes one of these, once.

use std::error::Error;
use std::io::{IsTerminal as _, Write as _};

use connect::git::{MineError, MirrorError};
use desk::Refusal;
use lake::LakeError;

use crate::exit;

/// A command's end that is not a success.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: u8, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), causes: Vec::new(), hint: None }
    }

    pub(crate) fn from_error(code: u8, error: &dyn Error) -> Self {
        let mut causes = Vec::new();
        let mut at = error.source();
        while let Some(cause) = at {
            causes.push(cause.to_string());
            at = cause.source();
        }
        causes.dedup();
        Self { code, message: error.to_string(), causes, hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What failed, in one line.
    pub(crate) fn message(&self) -> String {
        self.message.clone()
    }

    /// How to mend it, when that is known.
    pub(crate) fn what_to_do(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    pub(crate) fn print(&self) {
        let mut err = std::io::stderr().lock();
        let (bold, plain) = if err.is_terminal() { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        let mut text = format!("{bold}error:{plain} {}\n", self.message);
        for cause in &self.causes {
            text.push_str(&format!("  why: {cause}\n"));
        }
        if let Some(hint) = &self.hint {
            text.push_str(&format!("  help: {hint}\n"));
        }
        // Nobody is left to be told when standard error is closed.
        let _ = err.write_all(text.as_bytes());
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let mut failure = Self::from_error(refusal.exit_code(), &refusal);
        if let many @ [_, _, ..] = refusal.field_errors() {
            failure.causes.extend(many.iter().map(|one| format!("`{}` {}", one.field, one.message)));
        }
        if let Some(meanwhile) = refusal.what_changed() {
            let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
            failure.causes.extend(meanwhile.changed.iter().map(|one| {
                format!("{} wrote {} instead of {} in `{}`", meanwhile.by, word(&one.now), word(&one.before), one.field)
            }));
        }
        match refusal.what_to_do() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<LakeError> for Failure {
    fn from(error: LakeError) -> Self {
        match &error {
            LakeError::Busy { .. } => Self::from_error(exit::BUSY, &error)
                .hint("Try again when it has ended, wait with --wait, or use another folder with --data DIR."),
            LakeError::BadManifest { .. } => Self::from_error(exit::INPUT_OUTPUT, &error)
                .hint("`mainstay mine --again REPO…` puts it aside and reads the repositories again."),
            LakeError::Overtaken { .. } => Self::from_error(exit::BUSY, &error)
                .hint("Run it again: what the other run wrote is read first. With --wait this happens by itself."),
            LakeError::BadAddress(_) => Self::from_error(exit::USAGE, &error),
            LakeError::Io { path, .. } if path.to_str().is_some_and(lake::is_address) => {
                Self::from_error(exit::UNAVAILABLE, &error).hint(
                    "Check the address, the network, and the credentials in the environment (docs/lake.md lists them).",
                )
            }
            LakeError::NewerSchema { .. } => Self::from_error(exit::BAD_INPUT, &error),
            _ => Self::from_error(exit::INPUT_OUTPUT, &error)
                .hint("`mainstay doctor` looks at the data folder and says what to mend."),
        }
    }
}

impl From<MineError> for Failure {
    fn from(error: MineError) -> Self {
        match error {
            MineError::Lake(error) => error.into(),
            MineError::History(error @ history::Error::NotARepository { .. }) => {
                Self::from_error(exit::BAD_INPUT, &error)
                    .hint("Name a folder inside a Git working tree, or a bare repository.")
            }
            MineError::History(error @ history::Error::NoSuchRef { .. }) => {
                Self::from_error(exit::BAD_INPUT, &error).hint("`git for-each-ref` lists the refs there are.")
            }
            error @ MineError::Head { .. } => Self::from_error(exit::BAD_INPUT, &error)
                .hint("`git symbolic-ref HEAD refs/heads/BRANCH` mends it; what was mined before is kept."),
            MineError::History(error @ history::Error::Worker) => Self::from_error(exit::BUG, &error),
            error => Self::from_error(exit::INPUT_OUTPUT, &error),
        }
    }
}

impl From<MirrorError> for Failure {
    fn from(error: MirrorError) -> Self {
        match &error {
            MirrorError::NoGit(_) => Self::from_error(exit::UNAVAILABLE, &error).hint("Install Git, or name a folder."),
            MirrorError::Refused { .. } => Self::from_error(exit::UNAVAILABLE, &error)
                .hint("Check the address, and that `git ls-remote ADDRESS` works without asking for a password."),
            MirrorError::Folder { .. } => Self::from_error(exit::INPUT_OUTPUT, &error),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::from_error(exit::INPUT_OUTPUT, &error)
    }
}
