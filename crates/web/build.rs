//! Bundles `ui/` (TypeScript and styles) with Node and embeds the result. Runs again only when `ui/` changed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() -> Result<(), String> {
    let ui = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(|e| e.to_string())?).join("../../ui");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|e| e.to_string())?);
    for part in ["src", "styles", "build.mjs", "package.json", "package-lock.json"] {
        println!("cargo::rerun-if-changed={}", ui.join(part).display());
    }
    install(&ui)?;
    let dist = out.join("ui");
    run(program("node").arg("build.mjs").arg(&dist).current_dir(&ui), "node build.mjs")?;
    let manifest = fs::read_to_string(dist.join("manifest.txt")).map_err(|e| format!("no manifest of ui/: {e}"))?;
    fs::write(out.join("assets.rs"), table(&manifest, &dist)).map_err(|e| format!("cannot write assets.rs: {e}"))
}

/// A program of the machine, by name.
#[expect(clippy::disallowed_methods, reason = "the one place of the build that starts programs")]
fn program(name: &str) -> Command {
    Command::new(name)
}

/// Installs what the lock file names, unless that was done for this very lock file.
fn install(ui: &Path) -> Result<(), String> {
    let lock = fs::read_to_string(ui.join("package-lock.json")).map_err(|e| format!("no ui/package-lock.json: {e}"))?;
    let stamp = ui.join("node_modules/.installed-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(program(npm).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(ui), "npm ci")?;
    fs::write(&stamp, lock).map_err(|e| format!("cannot write {}: {e}", stamp.display()))
}

fn run(command: &mut Command, what: &str) -> Result<(), String> {
    let output = command.output().map_err(|error| {
        format!("`{what}` cannot be started ({error}). The pages are bundled with Node 20 or newer: install it and build again.")
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{what}` in ui/ failed ({}):\n{said}{}", output.status, String::from_utf8_lossy(&output.stdout)))
}

fn table(manifest: &str, dist: &Path) -> String {
    let mut entries = String::new();
    let mut files = String::new();
    for line in manifest.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["entry", entry, file] => {
                let _ = writeln!(entries, "    (\"{entry}\", \"/static/{file}\"),");
            }
            ["file", file] => {
                let at = |suffix: &str| format!("include_bytes!({:?})", dist.join(format!("{file}{suffix}")));
                let _ = writeln!(
                    files,
                    "    Asset {{ name: {file:?}, plain: {}, gzip: {}, brotli: {} }},",
                    at(""),
                    at(".gz"),
                    at(".br")
                );
            }
            _ => {}
        }
    }
    format!("const ENTRIES: &[(&str, &str)] = &[\n{entries}];\nconst ASSETS: &[Asset] = &[\n{files}];\n")
}
