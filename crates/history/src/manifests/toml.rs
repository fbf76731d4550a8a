//! Manifests in TOML: Cargo, Python, Gradle's version catalogue.

use toml::{Table, Value};

use super::text::python_requirement;
use super::{Found, ManifestError, ManifestFound, asked, line_of, taken};

fn parse(text: &str) -> Result<Table, ManifestError> {
    text.parse::<Table>().map_err(|error| {
        let line = error.span().map(|span| line_of(text, span.start));
        ManifestError::new(line, &error.message())
    })
}

fn table<'a>(of: &'a Table, key: &str) -> Option<&'a Table> {
    of.get(key).and_then(Value::as_table)
}

fn text<'a>(of: &'a Table, key: &str) -> &'a str {
    of.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn strings<'a>(of: &'a Table, key: &str) -> impl Iterator<Item = &'a str> {
    of.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// `Cargo.toml`: every dependency table, of targets and of the workspace too.
pub(super) fn cargo(source: &str) -> Found {
    let root = parse(source)?;
    let mut found = Vec::new();
    cargo_tables(&root, &mut found);
    if let Some(workspace) = table(&root, "workspace") {
        cargo_tables(workspace, &mut found);
    }
    for target in table(&root, "target").into_iter().flat_map(Table::values).filter_map(Value::as_table) {
        cargo_tables(target, &mut found);
    }
    Ok(found)
}

fn cargo_tables(of: &Table, found: &mut Vec<ManifestFound>) {
    const TABLES: [(&str, &str); 5] = [
        ("dependencies", "runtime"),
        ("dev-dependencies", "dev"),
        ("dev_dependencies", "dev"),
        ("build-dependencies", "build"),
        ("build_dependencies", "build"),
    ];
    for (key, kind) in TABLES {
        for (name, value) in table(of, key).into_iter().flatten() {
            let name = value.get("package").and_then(Value::as_str).unwrap_or(name);
            let version = value.as_str().or_else(|| value.get("version").and_then(Value::as_str));
            let inherits = value.get("workspace").and_then(Value::as_bool) == Some(true);
            let source = ["path", "git"].iter().find_map(|key| Some((key, value.get(key)?.as_str()?)));
            let requirement = match (version, source) {
                (Some(version), _) => version.to_owned(),
                (None, Some((key, place))) => format!("{key}:{place}"),
                (None, None) if inherits => "workspace".to_owned(),
                (None, None) => String::new(),
            };
            found.push(asked("cargo", name, &requirement, kind));
        }
    }
}

/// `Cargo.lock`.
pub(super) fn cargo_lock(source: &str) -> Found {
    Ok(packages(&parse(source)?, "cargo"))
}

/// `poetry.lock`, `uv.lock`, `pdm.lock`.
pub(super) fn python_lock(source: &str) -> Found {
    Ok(packages(&parse(source)?, "pypi"))
}

fn packages(root: &Table, ecosystem: &'static str) -> Vec<ManifestFound> {
    let packages = root.get("package").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    packages
        .filter(|package| !text(package, "name").is_empty())
        .map(|package| {
            let kind = if text(package, "category") == "dev" { "dev" } else { "runtime" };
            taken(ecosystem, text(package, "name"), text(package, "version"), kind)
        })
        .collect()
}

/// `pyproject.toml`: the standard's tables (PEP 621, PEP 735, PEP 518) and Poetry's.
pub(super) fn pyproject(source: &str) -> Found {
    let root = parse(source)?;
    let mut found = Vec::new();
    if let Some(project) = table(&root, "project") {
        found.extend(strings(project, "dependencies").filter_map(|line| python_requirement(line, "runtime")));
        for (group, _) in table(project, "optional-dependencies").into_iter().flatten() {
            let groups = table(project, "optional-dependencies").into_iter();
            found.extend(
                groups
                    .flat_map(|all| strings(all, group))
                    .filter_map(|line| python_requirement(line, group_kind(group))),
            );
        }
    }
    for group in table(&root, "dependency-groups").into_iter().flat_map(Table::keys) {
        let groups = table(&root, "dependency-groups").into_iter();
        found.extend(groups.flat_map(|all| strings(all, group)).filter_map(|line| python_requirement(line, "dev")));
    }
    if let Some(build) = table(&root, "build-system") {
        found.extend(strings(build, "requires").filter_map(|line| python_requirement(line, "build")));
    }
    if let Some(poetry) = table(&root, "tool").and_then(|tool| table(tool, "poetry")) {
        poetry_table(table(poetry, "dependencies"), "runtime", &mut found);
        poetry_table(table(poetry, "dev-dependencies"), "dev", &mut found);
        for (name, group) in table(poetry, "group").into_iter().flatten() {
            poetry_table(group.as_table().and_then(|group| table(group, "dependencies")), group_kind(name), &mut found);
        }
    }
    Ok(found)
}

fn group_kind(group: &str) -> &'static str {
    if ["dev", "test", "tests", "lint", "docs", "typing", "ci"].contains(&group) { "dev" } else { "runtime" }
}

fn poetry_table(of: Option<&Table>, kind: &'static str, found: &mut Vec<ManifestFound>) {
    for (name, value) in of.into_iter().flatten().filter(|(name, _)| *name != "python") {
        let version = value.as_str().or_else(|| value.get("version").and_then(Value::as_str)).unwrap_or_default();
        found.push(asked("pypi", name, if version == "*" { "" } else { version }, kind));
    }
}

/// `Pipfile`.
pub(super) fn pipfile(source: &str) -> Found {
    let root = parse(source)?;
    let mut found = Vec::new();
    poetry_table(table(&root, "packages"), "runtime", &mut found);
    poetry_table(table(&root, "dev-packages"), "dev", &mut found);
    Ok(found)
}

/// `libs.versions.toml`: libraries and plugins, their versions looked up.
pub(super) fn gradle_catalog(source: &str) -> Found {
    let root = parse(source)?;
    let versions = table(&root, "versions");
    let version = |value: &Value| -> String {
        let reference = value.get("version").and_then(|version| version.get("ref")).and_then(Value::as_str);
        let written = reference.and_then(|name| versions?.get(name)).or_else(|| value.get("version"));
        written.and_then(rich_version).unwrap_or_default()
    };
    let mut found = Vec::new();
    for value in table(&root, "libraries").into_iter().flat_map(Table::values) {
        if let Some((name, version)) = value.as_str().and_then(|line| line.rsplit_once(':')) {
            found.push(asked("maven", name, version, "runtime"));
            continue;
        }
        let module = value.get("module").and_then(Value::as_str).map(str::to_owned);
        let parts = || Some(format!("{}:{}", value.get("group")?.as_str()?, value.get("name")?.as_str()?));
        if let Some(name) = module.or_else(parts) {
            found.push(asked("maven", &name, &version(value), "runtime"));
        }
    }
    for value in table(&root, "plugins").into_iter().flat_map(Table::values) {
        if let Some(id) = value.get("id").and_then(Value::as_str) {
            found.push(asked("maven", id, &version(value), "build"));
        }
    }
    Ok(found)
}

/// A version as text, or the one that a rich version prefers.
fn rich_version(value: &Value) -> Option<String> {
    let keys = ["strictly", "require", "prefer"];
    value.as_str().or_else(|| keys.iter().find_map(|key| value.get(key)?.as_str())).map(str::to_owned)
}
