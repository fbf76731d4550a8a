//! The other tools that are installed, on the same clone, in the same run.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::measure::{Cost, once};
use crate::run;

/// What became of a peer.
pub(crate) struct Peer {
    /// What was run, and what it does.
    pub(crate) name: &'static str,
    /// None: not installed, or it failed for the reason given.
    pub(crate) cost: Result<Cost, String>,
}

/// Runs each peer once.
pub(crate) fn measure(clone: &Path, work: &Path) -> Result<Vec<Peer>> {
    let tree = work.join("tree");
    std::fs::create_dir_all(&tree)?;
    run::read(clone, "git", &["--work-tree", &tree.display().to_string(), "checkout", "--force", "HEAD", "--", "."])?;
    let ein = ["tool", "hours", "-f", "-l"];
    let all: [(&'static str, &str, Vec<String>, &Path); 3] = [
        ("ein tool hours -f -l (commits and lines by author)", "ein", strings(&ein, clone), clone),
        (
            "gix-of-theseus (owners at weekly commits)",
            "gix-of-theseus",
            strings(&["--outdir"], &work.join("theseus")).into_iter().chain([clone.display().to_string()]).collect(),
            clone,
        ),
        (
            "rust-code-analysis-cli (functions and complexity of the tree)",
            "rust-code-analysis-cli",
            strings(&["-m", "-j", "2", "-O", "json", "-o"], &work.join("rca"))
                .into_iter()
                .chain(["-p".to_owned(), tree.display().to_string()])
                .collect(),
            &tree,
        ),
    ];
    std::fs::create_dir_all(work.join("rca"))?;
    let mut peers = Vec::new();
    for (name, program, arguments, folder) in all {
        let cost = if run::has(program, &["--version"]) || run::has(program, &["--help"]) {
            let mut command: Command = run::command(program);
            command.args(arguments).current_dir(folder);
            once(command).map_err(|error| format!("{error:#}"))
        } else {
            Err("not installed".to_owned())
        };
        match &cost {
            Ok(cost) => println!("  {name}: {:.3} s, {:.3} s of processor", cost.wall, cost.processor),
            Err(why) => println!("  {name}: {why}"),
        }
        peers.push(Peer { name, cost });
    }
    Ok(peers)
}

fn strings(words: &[&str], path: &Path) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).chain([path.display().to_string()]).collect()
}
