//! Git's own answers, and how long they took.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::exit;
use crate::failure::Failure;

/// What something gave, and its wall time in seconds.
#[expect(clippy::disallowed_methods, reason = "measuring is what this command is for")]
pub(super) fn timed<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<(T, f64), Failure> {
    let start = Instant::now();
    let done = work()?;
    Ok((done, start.elapsed().as_secs_f64()))
}

/// `git log --numstat -M`, its output thrown away.
pub(super) fn log(repository: &Path) -> Result<(), Failure> {
    let mut command = git(repository, &["log", "--numstat", "-M", "--no-ext-diff", "--no-textconv", "--format=%H"]);
    ended(command.stdout(Stdio::null()).output()).map(drop)
}

/// Lines by commit, as `git blame` says of a file at `HEAD`.
pub(super) fn blame(repository: &Path, file: &str) -> Result<HashMap<String, u64>, Failure> {
    let said = ended(git(repository, &["blame", "--porcelain", "HEAD", "--", file]).output())?;
    let mut lines: HashMap<String, u64> = HashMap::new();
    for line in said.split(|&byte| byte == b'\n') {
        let Ok(line) = std::str::from_utf8(line) else { continue };
        // `<id> <line then> <line now> [<lines of the group>]`; everything else is a named field or the line itself.
        let mut words = line.split(' ');
        if let (Some(id), Some(then), Some(now)) = (words.next(), words.next(), words.next())
            && id.len() >= 40
            && id.bytes().all(|byte| byte.is_ascii_hexdigit())
            && [then, now].iter().all(|word| word.parse::<u64>().is_ok())
        {
            *lines.entry(id.to_owned()).or_default() += 1;
        }
    }
    Ok(lines)
}

#[expect(clippy::disallowed_methods, reason = "this command compares with Git's own")]
fn git(repository: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(repository).args(arguments).stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

fn ended(output: std::io::Result<std::process::Output>) -> Result<Vec<u8>, Failure> {
    let output = output.map_err(|error| {
        Failure::new(exit::UNAVAILABLE, format!("git cannot be started: {error}"))
            .hint("`bench` compares with Git; install it.")
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Failure::new(exit::BAD_INPUT, format!("git failed: {said}")))
}
