//! Manifests in YAML: pnpm's lock file, compose files, workflows.

use serde_json::{Map, Value};

use super::build_files::image;
use super::{Found, ManifestError, asked, taken};

/// Parses one document within bounds: a lock file of a large monorepo passes, a bomb of aliases does not.
fn parse(text: &str) -> Result<Value, ManifestError> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_events: 8_000_000, max_nodes: 4_000_000, max_recorded_anchor_events: 50_000 },
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().and_then(|location| u32::try_from(location.line()).ok());
        ManifestError::new(line.filter(|line| *line > 0), &error)
    })
}

fn object<'a>(of: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    of.get(key).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// `pnpm-lock.yaml`: what each importer asks for and got is told by its manifest; here are the packages.
pub(super) fn pnpm_lock(source: &str) -> Found {
    let root = parse(source)?;
    let mut found = Vec::new();
    for (key, value) in object(&root, "packages") {
        // `/name/1.0.0`, `/name@1.0.0(peer@2)`, `name@1.0.0`: the version stands behind the last `@` or `/` before the peers.
        let plain = key.trim_start_matches('/').split('(').next().unwrap_or_default();
        let at = plain.rfind('@').filter(|at| *at > 0).or_else(|| plain.rfind('/'));
        if let Some((name, version)) = at.and_then(|at| Some((plain.get(..at)?, plain.get(at + 1..)?))) {
            let dev = value.get("dev").and_then(Value::as_bool) == Some(true);
            found.push(taken("npm", name, version, if dev { "dev" } else { "runtime" }));
        }
    }
    Ok(found)
}

/// Compose files: the images of the services.
pub(super) fn compose(source: &str) -> Found {
    let root = parse(source)?;
    let images = object(&root, "services").filter_map(|(_, service)| service.get("image")?.as_str());
    Ok(images.filter_map(|name| image(name, "runtime")).collect())
}

/// Workflows and composite actions: every `uses:`; actions of the same repository are left out.
pub(super) fn workflow(source: &str) -> Found {
    let root = parse(source)?;
    let mut found = Vec::new();
    let mut open = vec![&root];
    while let Some(value) = open.pop() {
        if let Some(uses) = value.get("uses").and_then(Value::as_str) {
            if let Some(name) = uses.strip_prefix("docker://") {
                found.extend(image(name, "build"));
            } else if !uses.starts_with('.') {
                let (name, version) = uses.split_once('@').unwrap_or((uses, ""));
                found.push(asked("github", name, version, "build"));
            }
        }
        match value {
            Value::Object(inner) => open.extend(inner.values()),
            Value::Array(inner) => open.extend(inner),
            _ => {}
        }
    }
    found.sort_by(|a, b| (&a.name, &a.requirement).cmp(&(&b.name, &b.requirement)));
    found.dedup();
    Ok(found)
}
