//! The one place that starts other programs, and the one that looks at the clock.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A command, to be completed by the caller.
#[expect(clippy::disallowed_methods, reason = "this module is where programs are started")]
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

/// Runs a program to its end, its output shown; whether it succeeded.
pub(crate) fn show(folder: &Path, program: &str, arguments: &[&str]) -> Result<bool> {
    println!("\n$ {program} {}", arguments.join(" "));
    let status: ExitStatus = command(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {program}"))?;
    Ok(status.success())
}

/// Runs a program and returns what it printed; an error when it failed.
pub(crate) fn read(folder: &Path, program: &str, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = command(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {program}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{program} {} failed: {}", arguments.join(" "), said.trim());
    }
    Ok(output.stdout)
}

/// As [`read`], as text without the last line break.
pub(crate) fn text(folder: &Path, program: &str, arguments: &[&str]) -> Result<String> {
    Ok(String::from_utf8_lossy(&read(folder, program, arguments)?).trim_end().to_owned())
}

/// Whether a program can be started.
pub(crate) fn has(program: &str, arguments: &[&str]) -> bool {
    let quiet =
        command(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}

/// How long something took.
#[expect(clippy::disallowed_methods, reason = "measuring is what this is for")]
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// Now, as a calendar day and as seconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "a measurement carries its date")]
pub(crate) fn today() -> (String, i64) {
    let now = jiff::Timestamp::now();
    (now.strftime("%Y-%m-%d").to_string(), now.as_second())
}
