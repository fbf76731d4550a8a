//! Manifests in XML: Maven and MSBuild.

use roxmltree::{Document, Node};

use super::{Found, ManifestError, asked};

fn parse(text: &str) -> Result<Document<'_>, ManifestError> {
    Document::parse(text).map_err(|error| ManifestError::new(Some(error.pos().row), &error))
}

fn child<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let found = node.children().find(|child| child.tag_name().name().eq_ignore_ascii_case(name))?;
    found.text().map(str::trim)
}

/// `pom.xml`: dependencies, managed ones, plugins and the parent; `${properties}` of the same file are put in.
pub(super) fn maven(source: &str) -> Found {
    let document = parse(source)?;
    let properties: Vec<(&str, &str)> = document
        .descendants()
        .filter(|node| node.tag_name().name() == "properties")
        .flat_map(|node| node.children().filter(Node::is_element))
        .map(|node| (node.tag_name().name(), node.text().unwrap_or_default().trim()))
        .collect();
    let filled = |text: &str| {
        let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let value = name.and_then(|name| properties.iter().find(|(key, _)| *key == name));
        value.map_or(text, |(_, value)| value).to_owned()
    };
    let mut found = Vec::new();
    for node in document.descendants() {
        let kind = match node.tag_name().name() {
            "dependency" => match child(node, "scope") {
                Some("test") => "dev",
                Some("provided" | "system") => "build",
                _ => "runtime",
            },
            "plugin" | "parent" | "extension" => "build",
            _ => continue,
        };
        let Some(artifact) = child(node, "artifactId") else { continue };
        let group = child(node, "groupId").unwrap_or("org.apache.maven.plugins");
        let name = format!("{}:{}", filled(group), filled(artifact));
        found.push(asked("maven", &name, &filled(child(node, "version").unwrap_or_default()), kind));
    }
    Ok(found)
}

/// Project files, central versions and `packages.config` of .NET.
pub(super) fn msbuild(source: &str) -> Found {
    let document = parse(source)?;
    let mut found = Vec::new();
    for node in document.descendants() {
        let name = match node.tag_name().name() {
            "PackageReference" | "PackageVersion" | "GlobalPackageReference" | "DotNetCliToolReference" => {
                node.attribute("Include").or_else(|| node.attribute("Update"))
            }
            "package" => node.attribute("id"),
            _ => None,
        };
        let Some(name) = name else { continue };
        let version = ["Version", "version", "VersionOverride"].iter().find_map(|key| node.attribute(*key));
        let version = version.or_else(|| child(node, "Version")).unwrap_or_default();
        let all_private = node.attribute("PrivateAssets").or_else(|| child(node, "PrivateAssets")) == Some("all");
        let dev = node.attribute("developmentDependency") == Some("true");
        found.push(asked("nuget", name, version, if all_private || dev { "build" } else { "runtime" }));
    }
    Ok(found)
}
