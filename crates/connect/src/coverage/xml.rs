//! Cobertura and JaCoCo. Both are XML with a declared document type; nothing outside of the file is read.

use std::collections::BTreeMap;

use roxmltree::{Document, Node, ParsingOptions};

use super::{Covered, Format, Report, ReportError};

/// Nodes of the largest report that is taken.
const MAX_NODES: u32 = 20_000_000;

pub(super) fn read(text: &str) -> Result<Report, ReportError> {
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| ReportError::Broken { line: error.pos().row, reason: first_line(&error.to_string()) })?;
    let root = document.root_element();
    match root.tag_name().name() {
        "coverage" if root.descendants().any(|node| node.has_tag_name("class")) => cobertura(root),
        "report" => jacoco(root),
        other => Err(ReportError::Unknown(format!("its outermost element is <{other}>"))),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or("unreadable").to_owned()
}

/// `<class filename="…"><lines><line number hits condition-coverage="50% (1/2)"/>`; the lines of a file may stand in several classes.
fn cobertura(root: Node<'_, '_>) -> Result<Report, ReportError> {
    let sources = root.descendants().filter(|node| node.has_tag_name("source"));
    let sources = sources.filter_map(|node| node.text()).map(|text| text.trim().to_owned()).collect();
    let mut files: BTreeMap<String, Covered> = BTreeMap::new();
    for class in root.descendants().filter(|node| node.has_tag_name("class")) {
        let file = files.entry(attribute(class, "filename")?.to_owned()).or_default();
        let lines = class.children().filter(|node| node.has_tag_name("lines")).flat_map(|lines| lines.children());
        for line in lines.filter(|node| node.has_tag_name("line")) {
            let hits: u64 = number(line, "hits")?;
            file.line(number(line, "number")?, hits > 0);
            if let Some((hit, found)) = line.attribute("condition-coverage").and_then(conditions) {
                file.add_branches(found, hit.min(found));
            }
        }
    }
    Ok(Report { format: Format::Cobertura, sources, files })
}

/// `50% (1/2)` as (1, 2).
fn conditions(text: &str) -> Option<(u32, u32)> {
    let (hit, found) = text.split_once('(')?.1.trim_end_matches(')').split_once('/')?;
    Some((hit.trim().parse().ok()?, found.trim().parse().ok()?))
}

/// `<package name><sourcefile name><line nr mi ci mb cb/>`: missed and covered instructions and branches.
fn jacoco(root: Node<'_, '_>) -> Result<Report, ReportError> {
    let mut files: BTreeMap<String, Covered> = BTreeMap::new();
    for source in root.descendants().filter(|node| node.has_tag_name("sourcefile")) {
        let package = source.parent().filter(|node| node.has_tag_name("package"));
        let package = package.and_then(|node| node.attribute("name")).unwrap_or_default();
        let name = attribute(source, "name")?;
        let path = if package.is_empty() { name.to_owned() } else { format!("{package}/{name}") };
        let file = files.entry(path).or_default();
        for line in source.children().filter(|node| node.has_tag_name("line")) {
            let covered: u64 = number(line, "ci")?;
            file.line(number(line, "nr")?, covered > 0);
            let optional = |name| line.attribute(name).map_or(Ok(0), |_| number(line, name));
            let (missed, taken): (u32, u32) = (optional("mb")?, optional("cb")?);
            if missed > 0 || taken > 0 {
                file.add_branches(missed.saturating_add(taken), taken);
            }
        }
    }
    Ok(Report { format: Format::Jacoco, sources: Vec::new(), files })
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Result<&'a str, ReportError> {
    node.attribute(name)
        .filter(|text| !text.trim().is_empty())
        .ok_or_else(|| broken(node, format!("<{}> has no `{name}`", node.tag_name().name())))
}

fn number<N: std::str::FromStr>(node: Node<'_, '_>, name: &str) -> Result<N, ReportError> {
    let text = attribute(node, name)?;
    text.trim().parse().map_err(|_| broken(node, format!("`{name}` is `{text}`, which is no number that fits")))
}

fn broken(node: Node<'_, '_>, reason: String) -> ReportError {
    ReportError::Broken { line: node.document().text_pos_at(node.range().start).row, reason }
}
