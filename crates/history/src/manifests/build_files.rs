//! Dependencies in files that are programs: Gradle scripts, Dockerfiles, Terraform.
//!
//! They are not run. What stands there as a plain word or string is read; what is computed is passed over.

use super::{Found, ManifestError, ManifestFound, asked};

/// Configurations of Gradle, by the beginning of their name, and what they are for.
const CONFIGURATIONS: [(&str, &str); 14] = [
    ("testFixturesApi", "dev"),
    ("test", "dev"),
    ("androidTest", "dev"),
    ("debugImplementation", "dev"),
    ("developmentOnly", "dev"),
    ("annotationProcessor", "build"),
    ("kapt", "build"),
    ("ksp", "build"),
    ("compileOnly", "build"),
    ("classpath", "build"),
    ("implementation", "runtime"),
    ("api", "runtime"),
    ("runtimeOnly", "runtime"),
    ("compile", "runtime"),
];

/// `build.gradle` and `build.gradle.kts`: `configuration("group:artifact:version")`, and plugins with their version.
pub(super) fn gradle(source: &str) -> Found {
    let mut found = Vec::new();
    for line in source.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let end = line.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(line.len());
        let (word, rest) = line.split_at_checked(end).unwrap_or_default();
        if word == "id" {
            found.extend(plugin(rest));
            continue;
        }
        let Some((_, kind)) = CONFIGURATIONS.iter().find(|(start, _)| word.starts_with(start)) else { continue };
        let Some(coordinates) = first_string(rest) else { continue };
        match coordinates.split(':').collect::<Vec<_>>().as_slice() {
            [group, artifact] if !rest.contains("group:") => {
                found.push(asked("maven", &format!("{group}:{artifact}"), "", kind));
            }
            [group, artifact, version, ..] => {
                let version = version.split('@').next().unwrap_or_default();
                found.push(asked("maven", &format!("{group}:{artifact}"), version, kind));
            }
            _ => {}
        }
    }
    Ok(found)
}

fn plugin(rest: &str) -> Option<ManifestFound> {
    let id = first_string(rest)?;
    let version = rest.split_once("version").and_then(|(_, version)| first_string(version)).unwrap_or_default();
    Some(asked("maven", id, version, "build"))
}

fn first_string(text: &str) -> Option<&str> {
    let start = text.find(['"', '\''])?;
    let quote = text.get(start..)?.chars().next()?;
    text.get(start + 1..)?.split_once(quote).map(|(inner, _)| inner)
}

/// `FROM image` lines; stages of the same file and `scratch` are left out, arguments with a default are put in.
pub(super) fn dockerfile(source: &str) -> Found {
    let mut found = Vec::new();
    let mut stages: Vec<String> = Vec::new();
    let mut arguments: Vec<(String, String)> = Vec::new();
    for line in source.lines() {
        let mut words = line.split_whitespace().filter(|word| !word.starts_with("--"));
        match words.next().map(str::to_ascii_uppercase).as_deref() {
            Some("ARG") => {
                if let Some((name, value)) = words.next().and_then(|argument| argument.split_once('=')) {
                    arguments.push((name.to_owned(), value.trim_matches(['"', '\'']).to_owned()));
                }
            }
            Some("FROM") => {
                let Some(name) = words.next() else { continue };
                let mut name = name.to_owned();
                for (argument, value) in &arguments {
                    name = name.replace(&format!("${{{argument}}}"), value).replace(&format!("${argument}"), value);
                }
                if name != "scratch" && !stages.contains(&name.to_ascii_lowercase()) {
                    found.extend(image(&name, "runtime"));
                }
                if words.next().is_some_and(|word| word.eq_ignore_ascii_case("as")) {
                    stages.extend(words.next().map(str::to_ascii_lowercase));
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// An image with its tag or digest; none when its name is computed.
pub(super) fn image(text: &str, kind: &'static str) -> Option<ManifestFound> {
    if text.is_empty() || text.starts_with('$') || text.contains("${") && !text.contains(':') {
        return None;
    }
    let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    let tag_at = name.rfind(':').filter(|at| !name.get(*at..).is_some_and(|tag| tag.contains('/')));
    let (name, tag) = tag_at.and_then(|at| Some((name.get(..at)?, name.get(at + 1..)?))).unwrap_or((name, ""));
    let mut found = asked("docker", name, if tag.is_empty() { digest.unwrap_or_default() } else { tag }, kind);
    found.resolved = digest.map(str::to_owned);
    Some(found)
}

/// Terraform: the providers of `required_providers`, by source where it is given.
pub(super) fn terraform(source: &str) -> Found {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut inside: Option<usize> = None;
    let mut provider: Option<(String, String)> = None;
    for line in source.lines() {
        let line = line.split(['#']).next().unwrap_or_default().split("//").next().unwrap_or_default().trim();
        if line.starts_with("required_providers") {
            inside = Some(depth);
        } else if let (Some(_), Some((key, value))) = (inside, line.split_once('=')) {
            let (key, value) = (key.trim(), value.trim());
            match (&mut provider, key) {
                (Some((name, _)), "source") => *name = first_string(value).unwrap_or_default().to_owned(),
                (Some((_, version)), "version") => *version = first_string(value).unwrap_or_default().to_owned(),
                (None, key) if value.starts_with('{') => {
                    let part = |word: &str| value.split_once(word).and_then(|(_, rest)| first_string(rest));
                    let name = part("source").unwrap_or(key).to_owned();
                    provider = Some((name, part("version").unwrap_or_default().to_owned()));
                }
                (None, key) => {
                    found.extend(first_string(value).map(|version| asked("terraform", key, version, "build")));
                }
                _ => {}
            }
        }
        depth = (depth + line.matches('{').count()).saturating_sub(line.matches('}').count());
        if let Some(outer) = inside {
            if depth <= outer + 1
                && let Some((name, version)) = provider.take()
            {
                found.push(asked("terraform", &name, &version, "build"));
            }
            if depth <= outer && line.contains('}') {
                inside = None;
            }
        }
    }
    if inside.is_some() { Err(ManifestError::new(None, &"a block is not closed")) } else { Ok(found) }
}
