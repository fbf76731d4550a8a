//! Lock files of npm name no host but the public registry: whoever clones must be able to install.

use serde_json::Value;

use super::Finding;
use crate::tree::Tree;

/// The only host that may stand in a lock file.
const PUBLIC: &str = "https://registry.npmjs.org/";

/// Packages that a lock file takes from elsewhere.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.ending(&["package-lock.json"]) {
        let Ok(lock) = serde_json::from_str::<Value>(text) else {
            found.push(Finding::new(path, "is no JSON"));
            continue;
        };
        for (name, package) in lock["packages"].as_object().into_iter().flatten() {
            let resolved = package["resolved"].as_str().unwrap_or(PUBLIC);
            if package["link"] != true && !resolved.starts_with(PUBLIC) {
                found.push(Finding::new(
                    path,
                    format!("{name} does not come from the public registry: drop its `resolved`"),
                ));
            }
        }
    }
    found
}
