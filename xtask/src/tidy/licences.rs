//! Every package in the tree has a licence that `deny.toml` allows, and comes from crates.io or from here.

use anyhow::{Context as _, Result};
use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};

use super::Finding;

/// Packages with a licence that is not allowed or a source that is not known.
///
/// # Errors
/// When `deny.toml` cannot be read.
pub(crate) fn check(metadata: &Value, deny: &str) -> Result<Vec<Finding>> {
    let deny: toml::Table = deny.parse().context("deny.toml")?;
    let allowed = list(&deny, "licenses", "allow")
        .map(|name| Licensee::parse(name).with_context(|| format!("deny.toml: {name} is no licence")))
        .collect::<Result<Vec<_>>>()?;
    let registries: Vec<_> = list(&deny, "sources", "allow-registry").collect();
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let place = format!("{name} {}", package["version"].as_str().unwrap_or_default());
        let licence = package["license"].as_str().unwrap_or_default();
        let met = Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|expression| {
            expression.evaluate(|asked| allowed.iter().any(|licensee| licensee.satisfies(asked)))
        });
        if !met {
            found.push(Finding::new(&place, format!("licence {licence:?} is not one that deny.toml allows")));
        }
        let source = package["source"].as_str().map(|source| source.strip_prefix("registry+").unwrap_or(source));
        if source.is_some_and(|source| !registries.contains(&source)) {
            found.push(Finding::new(
                &place,
                format!("comes from {}, which deny.toml does not know", source.unwrap_or("")),
            ));
        }
    }
    Ok(found)
}

fn list<'a>(deny: &'a toml::Table, table: &str, key: &str) -> impl Iterator<Item = &'a str> {
    deny.get(table).and_then(|table| table.get(key)?.as_array()).into_iter().flatten().filter_map(toml::Value::as_str)
}
