//! Every check and every test, in one command.

use std::path::Path;

use anyhow::Result;
use clap::Args;

use crate::run::{has, root, show};

/// What to leave out.
#[derive(Args)]
pub(crate) struct Ask {
    /// Leaves out the browser tests, and the programs by others that speak to a running server.
    #[arg(long)]
    no_browser: bool,
}

/// The test that speaks to an S3 server; without one it is left out, and said to be.
const NEEDS_MOTO: &str = "facts_are_kept_in_a_bucket_of_a_server";

/// The step in which programs by others speak to a running server.
const OUTSIDE: &str = "Schemathesis and an assistant's client";

/// A step: its name and whether it passed.
type Step = (&'static str, bool);

/// Runs all steps, also after one failed, and says at the end which did.
pub(crate) fn run(ask: &Ask) -> Result<bool> {
    let root = root();
    let mut steps = vec![
        ("format", show(&root, "cargo", &["fmt", "--all", "--check"])?),
        ("lints", show(&root, "cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?),
        ("tests", tests(&root)?),
    ];
    steps.extend(denied(&root)?);
    steps.extend(types(&root)?);
    if ask.no_browser {
        println!("\nnot run: the browser tests and the programs by others, as asked");
    } else {
        steps.extend(browser(&root)?);
        steps.extend(outside(&root)?);
    }
    println!();
    for (name, passed) in &steps {
        println!("{}  {name}", if *passed { "passed" } else { "FAILED" });
    }
    Ok(steps.iter().all(|(_, passed)| *passed))
}

/// The tests of every crate; the checks of `tidy` are one of them.
fn tests(root: &Path) -> Result<bool> {
    let moto = has("moto_server", &["--help"]) || std::env::var_os("MAINSTAY_MOTO").is_some();
    if !moto {
        println!("\nNOT RUN: {NEEDS_MOTO} (moto_server is not installed: pip install 'moto[server]')");
    }
    if has("cargo", &["nextest", "--version"]) {
        let only = format!("not test({NEEDS_MOTO})");
        let mut arguments = vec!["nextest", "run", "--workspace", "--no-fail-fast"];
        arguments.extend(if moto { vec![] } else { vec!["-E", &only] });
        return show(root, "cargo", &arguments);
    }
    println!("\ncargo-nextest is not installed: the tests run under `cargo test`");
    let mut arguments = vec!["test", "--workspace", "--no-fail-fast"];
    arguments.extend(if moto { vec![] } else { vec!["--", "--skip", NEEDS_MOTO] });
    show(root, "cargo", &arguments)
}

/// Licences, doubles and sources by `cargo deny`, where it is installed. `tidy` has checked licences and sources already.
fn denied(root: &Path) -> Result<Option<Step>> {
    if has("cargo", &["deny", "--version"]) {
        return Ok(Some(("cargo deny", show(root, "cargo", &["deny", "check", "licenses", "bans", "sources"])?)));
    }
    println!("\nNOT RUN: cargo deny (not installed); licences and sources were checked by tidy, doubles were not");
    Ok(None)
}

/// The types of the scripts in `ui/`.
fn types(root: &Path) -> Result<Option<Step>> {
    let folder = root.join("ui");
    if !folder.join("package.json").is_file() {
        return Ok(None);
    }
    installed(&folder)?;
    Ok(Some(("types of ui", show(&folder, "npx", &["--no-install", "tsc", "--noEmit"])?)))
}

/// Builds the program, and the examples that browser tests play with, as the tests were built.
fn built(root: &Path) -> Result<bool> {
    show(root, "cargo", &["build", "--workspace", "--bins", "--examples"])
}

/// A browser drives the debug build.
fn browser(root: &Path) -> Result<Option<Step>> {
    let folder = root.join("e2e");
    if !folder.join("run.mjs").is_file() {
        return Ok(None);
    }
    installed(&folder)?;
    Ok(Some(("browser", built(root)? && show(&folder, "node", &["run.mjs"])?)))
}

/// Programs by others speak to the debug build: Schemathesis by the API's document, an assistant's client by the tools.
fn outside(root: &Path) -> Result<Option<Step>> {
    let folder = root.join("e2e/outside");
    if !has("python3", &["-c", "import mcp, schemathesis"]) {
        println!("\nNOT RUN: {OUTSIDE} (not installed: pip install -r e2e/outside/requirements.txt)");
        return Ok(None);
    }
    Ok(Some((OUTSIDE, built(root)? && show(&folder, "python3", &["run.py"])?)))
}

/// Installs what the lock file names, once.
fn installed(folder: &Path) -> Result<bool> {
    if folder.join("node_modules").is_dir() {
        return Ok(true);
    }
    show(folder, "npm", &["ci", "--no-audit", "--no-fund"])
}
