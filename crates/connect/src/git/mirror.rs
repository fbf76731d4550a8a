//! Repositories by address: a mirror clone in the data folder, made and kept up by the system's `git`.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::id::named_digest;

/// Why there is no mirror, or none that is up to date.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// `git` is not installed, or cannot be started.
    #[error("cannot start `git`, which clones repositories by address")]
    NoGit(#[source] io::Error),
    /// `git` could not clone or fetch.
    #[error("cannot {act} {url}: {said}")]
    Refused {
        /// `clone` or `fetch from`.
        act: &'static str,
        /// The address.
        url: String,
        /// What `git` said.
        said: String,
    },
    /// The folder of mirrors cannot be written.
    #[error("cannot write {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// Whether `text` is an address to clone from, not a folder: `https://…`, `ssh://…`, `file://…`, or `user@host:path`.
#[must_use]
pub fn is_url(text: &str) -> bool {
    let scheme = |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '+');
    if let Some((head, _)) = text.split_once("://") {
        return scheme(head);
    }
    text.split_once(':').is_some_and(|(host, _)| host.contains('@') && !host.contains(['/', '\\']))
}

/// The mirror of the repository at `url` under the data folder `data`, cloned or brought up to date. Never asks for a password.
///
/// # Errors
/// When `git` is not there, or says no, or the folder cannot be written. A clone that fails leaves nothing; a fetch that fails leaves the
/// mirror as it was.
pub fn mirror(data: &Path, url: &str) -> Result<PathBuf, MirrorError> {
    let mirrors = data.join("mirrors");
    let folder = mirrors.join(format!("{}.git", named_digest(url)));
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| MirrorError::Folder { path, source }
    };
    fs::create_dir_all(&mirrors).map_err(failed(&mirrors))?;
    if folder.join("HEAD").exists() {
        fetch(url, &folder)?;
        return Ok(folder);
    }
    // Beside its place until it is whole, so that a clone that was cut short is never taken for a mirror.
    let half = mirrors.join(format!(".half-{}-{}", std::process::id(), named_digest(url)));
    let _ = fs::remove_dir_all(&half);
    if let Err(error) = clone(url, &half) {
        let _ = fs::remove_dir_all(&half);
        return Err(error);
    }
    match fs::rename(&half, &folder) {
        Ok(()) => Ok(folder),
        // Another process was faster with the same clone.
        Err(_) if folder.join("HEAD").exists() => {
            let _ = fs::remove_dir_all(&half);
            Ok(folder)
        }
        Err(error) => Err(failed(&folder)(error)),
    }
}

fn clone(url: &str, to: &Path) -> Result<(), MirrorError> {
    let arguments = ["clone", "--quiet", "--mirror", "--", url].map(OsStr::new);
    git("clone", url, arguments.into_iter().chain([to.as_os_str()]))
}

fn fetch(url: &str, mirror: &Path) -> Result<(), MirrorError> {
    let rest = ["fetch", "--quiet", "--prune", "origin"].map(OsStr::new);
    git("fetch from", url, [OsStr::new("-C"), mirror.as_os_str()].into_iter().chain(rest))
}

#[expect(clippy::disallowed_methods, reason = "the one place of this crate where a program is started")]
fn git<'a>(act: &'static str, url: &str, arguments: impl Iterator<Item = &'a OsStr>) -> Result<(), MirrorError> {
    let output = Command::new("git")
        .args(arguments)
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .map_err(MirrorError::NoGit)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find_map(|line| line.strip_prefix("fatal: ")).or_else(|| said.lines().last());
    let said = line.unwrap_or("git said nothing").trim().to_owned();
    Err(MirrorError::Refused { act, url: url.to_owned(), said })
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn addresses_are_told_from_folders() {
        for url in ["https://host/team/repo", "ssh://host/repo.git", "file:///srv/repo", "git@host:team/repo.git"] {
            assert!(is_url(url), "{url}");
        }
        for folder in [".", "/srv/repo", "../a:b", "C:\\work\\repo", "repo", "a/b@c:d", "://x"] {
            assert!(!is_url(folder), "{folder}");
        }
    }
}
