//! Manifests in JSON: npm, Composer, NuGet's and Pipenv's lock files.

use serde_json::{Map, Value};

use super::{Found, ManifestError, ManifestFound, asked, taken};

fn parse(text: &str) -> Result<Value, ManifestError> {
    serde_json::from_str(text)
        .map_err(|error| ManifestError::new(u32::try_from(error.line()).ok().filter(|line| *line > 0), &error))
}

fn object<'a>(of: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    of.get(key).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn text<'a>(of: &'a Value, key: &str) -> &'a str {
    of.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// `package.json`.
pub(super) fn npm(source: &str) -> Found {
    let root = parse(source)?;
    let tables = [
        ("dependencies", "runtime"),
        ("peerDependencies", "runtime"),
        ("optionalDependencies", "runtime"),
        ("devDependencies", "dev"),
    ];
    Ok(named(&root, "npm", &tables))
}

fn named(root: &Value, ecosystem: &'static str, tables: &[(&str, &'static str)]) -> Vec<ManifestFound> {
    let mut found = Vec::new();
    for (key, kind) in tables {
        found.extend(
            object(root, key).map(|(name, version)| asked(ecosystem, name, version.as_str().unwrap_or_default(), kind)),
        );
    }
    found
}

/// `package-lock.json` of every version: `packages` by folder, or `dependencies` in one another.
pub(super) fn npm_lock(source: &str) -> Found {
    let root = parse(source)?;
    let kind = |value: &Value| if value.get("dev").and_then(Value::as_bool) == Some(true) { "dev" } else { "runtime" };
    let mut found = Vec::new();
    for (folder, value) in object(&root, "packages") {
        if let Some((_, name)) = folder.rsplit_once("node_modules/") {
            found.push(taken("npm", name, text(value, "version"), kind(value)));
        }
    }
    if found.is_empty() {
        let mut open: Vec<&Value> = vec![&root];
        while let Some(value) = open.pop() {
            for (name, inner) in object(value, "dependencies").filter(|(_, inner)| inner.is_object()) {
                found.push(taken("npm", name, text(inner, "version"), kind(inner)));
                open.push(inner);
            }
        }
    }
    Ok(found)
}

/// `composer.json`; the language and its extensions are no packages.
pub(super) fn composer(source: &str) -> Found {
    let root = parse(source)?;
    let mut found = named(&root, "composer", &[("require", "runtime"), ("require-dev", "dev")]);
    found.retain(|entry| entry.name.contains('/'));
    Ok(found)
}

/// `composer.lock`.
pub(super) fn composer_lock(source: &str) -> Found {
    let root = parse(source)?;
    let mut found = Vec::new();
    for (key, kind) in [("packages", "runtime"), ("packages-dev", "dev")] {
        let packages = root.get(key).and_then(Value::as_array).into_iter().flatten();
        found.extend(packages.map(|package| taken("composer", text(package, "name"), text(package, "version"), kind)));
    }
    Ok(found)
}

/// NuGet's `packages.lock.json`: dependencies by target framework, each name and version once.
pub(super) fn nuget_lock(source: &str) -> Found {
    let root = parse(source)?;
    let mut found: Vec<ManifestFound> = Vec::new();
    for (_, framework) in object(&root, "dependencies") {
        for (name, value) in framework.as_object().into_iter().flat_map(Map::iter) {
            let entry = taken("nuget", name, text(value, "resolved"), "runtime");
            if text(value, "type") != "Project" && !found.contains(&entry) {
                found.push(entry);
            }
        }
    }
    Ok(found)
}

/// `Pipfile.lock`.
pub(super) fn pipfile_lock(source: &str) -> Found {
    let root = parse(source)?;
    let mut found = Vec::new();
    for (key, kind) in [("default", "runtime"), ("develop", "dev")] {
        let packages = object(&root, key);
        found.extend(
            packages.map(|(name, value)| taken("pypi", name, text(value, "version").trim_start_matches('='), kind)),
        );
    }
    Ok(found)
}
