//! Checks what no compiler checks: that the house is what its documents say. Each check is a function from the tree to what
//! is wrong; all of them run as one test of this crate, so that `cargo xtask test` cannot pass without them.

mod headers;
mod layers;
mod licences;
mod lockfile;
mod paths;
mod sizes;
#[cfg(test)]
mod tests;
mod todos;

use anyhow::Result;
use serde_json::Value;

use crate::run;
use crate::tree::Tree;

/// One thing that is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// A path, with a line where there is one.
    pub(crate) place: String,
    /// What is wrong and what to do.
    pub(crate) what: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

/// Prints what is wrong; whether nothing is.
pub(crate) fn run() -> Result<bool> {
    let found = findings()?;
    for finding in &found {
        println!("{}: {}", finding.place, finding.what);
    }
    println!("tidy: {} found", found.len());
    Ok(found.is_empty())
}

/// Everything that is wrong with the tree of this workspace.
pub(crate) fn findings() -> Result<Vec<Finding>> {
    let root = run::root();
    let tree = Tree::read(&root)?;
    let packages = metadata(&root)?;
    let deny = std::fs::read_to_string(root.join("deny.toml"))?;
    let mut found = headers::check(&tree);
    found.extend(sizes::check(&tree, sizes::LARGE));
    found.extend(paths::check(&tree));
    found.extend(todos::check(&tree));
    found.extend(layers::check(&packages));
    found.extend(licences::check(&packages, &deny)?);
    found.extend(lockfile::check(&tree));
    Ok(found)
}

/// What `cargo metadata` says of every package in the tree.
fn metadata(root: &std::path::Path) -> Result<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let said = run::read(root, &cargo, &["metadata", "--format-version", "1", "--locked"])?;
    Ok(serde_json::from_slice(&said)?)
}
