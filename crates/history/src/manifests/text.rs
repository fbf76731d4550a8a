//! Manifests that are read line by line: pip, Go, Bundler, Yarn, Gradle's lock file, tool versions.

use super::{Found, ManifestError, ManifestFound, asked, taken};

/// `requirements*.txt`: one requirement a line; options, other files and addresses are passed over.
pub(super) fn requirements(source: &str) -> Found {
    let mut found = Vec::new();
    let joined = source.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in joined.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if !line.is_empty() && !line.starts_with(['#', '-']) {
            let line = line.split(" --").next().unwrap_or_default();
            found.extend(python_requirement(line, "runtime"));
        }
    }
    Ok(found)
}

/// A requirement of PEP 508: `name[extra] >= 1.0 ; marker`. An exact `==` is also what is resolved.
pub(super) fn python_requirement(line: &str, kind: &'static str) -> Option<ManifestFound> {
    let line = line.split(';').next()?.trim();
    let end =
        line.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter))).unwrap_or(line.len());
    let (name, rest) = line.split_at_checked(end)?;
    let follows = rest.is_empty() || rest.starts_with([' ', '\t', '[', '(', '<', '>', '=', '!', '~', '@']);
    if !follows || !name.starts_with(|letter: char| letter.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = rest.trim_start();
    let rest = if rest.starts_with('[') { rest.split_once(']')?.1.trim_start() } else { rest };
    let requirement = rest.trim_matches(['(', ')']).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = asked("pypi", name, &requirement, kind);
    let exact = requirement.strip_prefix("==").map(|version| version.trim_start_matches('=').trim());
    found.resolved = exact.filter(|version| !version.contains([',', '*'])).map(str::to_owned);
    Some(found)
}

/// `go.mod`: `require` lines; those marked `// indirect` are not direct. The version asked for is the one taken.
pub(super) fn go_mod(source: &str) -> Found {
    let mut found = Vec::new();
    let (mut block, mut opened) = ("", 0);
    for (number, line) in (1..).zip(source.lines()) {
        let (code, remark) = line.split_once("//").unwrap_or((line, ""));
        let mut words: Vec<&str> = code.split_whitespace().collect();
        match words.as_slice() {
            [] => continue,
            [")"] => {
                block = "";
                continue;
            }
            [word, "("] => {
                (block, opened) = (word, number);
                continue;
            }
            ["require" | "tool", ..] if block.is_empty() => {
                words.remove(0);
            }
            _ if block == "require" => {}
            _ => continue,
        }
        if let [name, version] = words.as_slice() {
            let mut entry = asked("go", name, version, "runtime");
            entry.resolved = Some((*version).to_owned());
            entry.direct = !remark.contains("indirect");
            found.push(entry);
        }
    }
    if block.is_empty() { Ok(found) } else { Err(ManifestError::new(Some(opened), &"a block is not closed")) }
}

/// `Gemfile`: `gem` lines; those in a group of development or test are `dev`.
pub(super) fn gemfile(source: &str) -> Found {
    let is_dev = |line: &str| line.contains(":development") || line.contains(":test");
    let mut found = Vec::new();
    let mut dev_groups = 0_u32;
    let mut blocks = 0_u32;
    for line in source.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.ends_with(" do") || line.contains(" do |") {
            blocks += 1;
            dev_groups += u32::from(dev_groups > 0 || (line.starts_with("group") && is_dev(line)));
        } else if line == "end" {
            blocks = blocks.saturating_sub(1);
            dev_groups = dev_groups.saturating_sub(1).min(blocks);
        }
        let Some(rest) = line.strip_prefix("gem ").or_else(|| line.strip_prefix("gem(")) else { continue };
        let mut parts = rest.split(',').map(str::trim);
        let quoted =
            |part: &str| part.starts_with(['"', '\'']).then(|| part.trim_matches(['"', '\'', ')', ' ']).to_owned());
        let Some(name) = parts.next().and_then(quoted) else { continue };
        let requirement: Vec<String> = parts.map_while(quoted).collect();
        let kind = if dev_groups > 0 || (rest.contains("group") && is_dev(rest)) { "dev" } else { "runtime" };
        found.push(asked("gem", &name, &requirement.join(", "), kind));
    }
    Ok(found)
}

/// `Gemfile.lock`: the lines `    name (version)` of its `specs`.
pub(super) fn gemfile_lock(source: &str) -> Found {
    let specs = source.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "));
    let entries = specs.filter_map(|line| line.trim().strip_suffix(')')?.split_once(" ("));
    Ok(entries.map(|(name, version)| taken("gem", name, version, "runtime")).collect())
}

/// `yarn.lock`, old and new: a head of patterns, then its `version`.
pub(super) fn yarn_lock(source: &str) -> Found {
    let mut found = Vec::new();
    let mut name: Option<&str> = None;
    for (number, line) in (1..).zip(source.lines()) {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        if line.starts_with(['<', '=', '>']) {
            return Err(ManifestError::new(Some(number), &"a merge conflict is left in the file"));
        }
        if !line.starts_with([' ', '\t']) {
            let pattern = line.split(',').next().unwrap_or_default().trim().trim_end_matches(':').trim_matches('"');
            let at = pattern.char_indices().skip(1).find(|(_, letter)| *letter == '@').map(|(at, _)| at);
            name = at
                .and_then(|at| pattern.get(..at))
                .filter(|_| !pattern.starts_with("__") && !pattern.contains("@workspace:"));
        } else if let Some(rest) = line.trim().strip_prefix("version")
            && let Some(name) = name.take()
        {
            found.push(taken("npm", name, rest.trim_matches([' ', ':', '"']), "runtime"));
        }
    }
    Ok(found)
}

/// `gradle.lockfile`: `group:artifact:version=configurations`.
pub(super) fn gradle_lock(source: &str) -> Found {
    let lines = source.lines().filter(|line| !line.starts_with('#'));
    let entries = lines.filter_map(|line| {
        let (coordinates, configurations) = line.split_once('=')?;
        let (name, version) = coordinates.rsplit_once(':')?;
        let only_tests = configurations.split(',').all(|one| one.to_ascii_lowercase().contains("test"));
        Some(taken("maven", name, version, if only_tests { "dev" } else { "runtime" }))
    });
    Ok(entries.collect())
}

/// `.tool-versions`: a tool and its versions a line.
pub(super) fn tool_versions(source: &str) -> Found {
    let lines = source.lines().map(|line| line.split('#').next().unwrap_or_default());
    let entries = lines.filter_map(|line| line.trim().split_once(char::is_whitespace));
    Ok(entries.map(|(name, version)| asked("tool", name, version, "build")).collect())
}
