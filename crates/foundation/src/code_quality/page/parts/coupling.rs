//! What changes together: the graph, and the table that it is drawn from.

use std::collections::BTreeMap;

use desk::sheet::{Cell, Chart, Column, Meaning, Node, Section, Table, Tie};

use super::LISTED;
use crate::code_quality::view::{Coupled, Tied, View};

pub(in crate::code_quality) fn coupling(view: &View) -> Section {
    let columns = vec![
        Column::words("a", "File"),
        Column::words("b", "Changes with"),
        Column::numbers("degree", "Degree").about("Shared revisions over the mean of both files' revisions."),
        Column::words("interval", "95 % interval").unsorted(),
        Column::numbers("shared", "Shared"),
        Column::numbers("revisions_a", "Revisions").about("Of the first file."),
        Column::numbers("revisions_b", "Of the other"),
        Column::words("tied", "Declared").about("Whether a path of at most two imports leads from one to the other."),
    ];
    let rows = view.coupling.iter().take(LISTED).map(|pair| {
        let (low, high) = pair.interval;
        vec![
            Cell::path(&pair.a, view.href_of(&pair.repo, &pair.a)),
            Cell::path(&pair.b, view.href_of(&pair.repo, &pair.b)),
            Cell::Share(pair.degree),
            Cell::text(format!("{:.0}–{:.0} %", low * 100.0, high * 100.0)),
            Cell::Count(pair.shared.into()),
            Cell::Count(pair.revisions_a.into()),
            Cell::Count(pair.revisions_b.into()),
            tied(pair.tied),
        ]
    });
    let more = view.coupling.len().saturating_sub(LISTED);
    let table = Table::new("coupling", "Files that change together", columns)
        .rows(rows)
        .ordered_by("-degree")
        .and_more(more as u64)
        .or_say("Nothing changes together often enough to say so.");
    let section = Section::new("What changes together")
        .say(format!("By {}. A dashed line is a coupling that no import declares.", view.basket_words()));
    if view.coupling.is_empty() { section.table(table) } else { section.chart(graph(view, table)) }
}

/// What changes for the same work items in another repository; none with one repository alone.
pub(in crate::code_quality) fn across(view: &View) -> Option<Section> {
    if view.ground.repos.len() < 2 {
        return None;
    }
    let columns = vec![
        Column::words("repo_a", "Repository"),
        Column::words("a", "File"),
        Column::words("repo_b", "And in"),
        Column::words("b", "Changes with"),
        Column::numbers("degree", "Degree").about("Shared work items over the mean of both files' work items."),
        Column::words("interval", "95 % interval").unsorted(),
        Column::numbers("shared", "Shared").about("Work items for which both changed."),
        Column::numbers("revisions_a", "Work items").about("Of the first file."),
        Column::numbers("revisions_b", "Of the other"),
    ];
    let rows = view.across.iter().take(LISTED).map(|pair| {
        let (low, high) = pair.interval;
        vec![
            Cell::text(&*pair.a.0),
            Cell::path(&pair.a.1, view.href_of(&pair.a.0, &pair.a.1)),
            Cell::text(&*pair.b.0),
            Cell::path(&pair.b.1, view.href_of(&pair.b.0, &pair.b.1)),
            Cell::Share(pair.degree),
            Cell::text(format!("{:.0}–{:.0} %", low * 100.0, high * 100.0)),
            Cell::Count(pair.shared.into()),
            Cell::Count(pair.revisions_a.into()),
            Cell::Count(pair.revisions_b.into()),
        ]
    });
    let more = view.across.len().saturating_sub(LISTED);
    let table = Table::new("across", "Files of two repositories that change together", columns)
        .rows(rows)
        .ordered_by("-degree")
        .and_more(more as u64)
        .or_say("No two files change for the same work items often enough to say so.");
    Some(
        Section::new("Across repositories")
            .say("By work item: a key such as ABC-123 in the messages of both repositories, over the whole history.")
            .table(table),
    )
}

fn tied(tied: Tied) -> Cell {
    match tied {
        Tied::Declared => Cell::text("by import"),
        Tied::Hidden => Cell::mark("hidden", Meaning::Watch),
        Tied::NotTold => Cell::missing("imports are not followed for one of them"),
    }
}

/// The strongest pairs as a graph.
fn graph(view: &View, table: Table) -> Chart {
    let drawn: Vec<&Coupled> = view.coupling.iter().take(60).collect();
    let scores: BTreeMap<&str, f64> = view.files.iter().map(|file| (file.path.as_str(), file.score)).collect();
    let names: BTreeMap<&str, &str> = drawn
        .iter()
        .flat_map(|pair| [(pair.a.as_str(), pair.repo.as_str()), (pair.b.as_str(), pair.repo.as_str())])
        .collect();
    let mut folders: Vec<&str> = names.keys().map(|path| path.split('/').next().unwrap_or(path)).collect();
    folders.dedup();
    let nodes: Vec<Node> = names
        .iter()
        .map(|(path, repo)| Node {
            name: (*path).to_owned(),
            size: scores.get(path).copied().unwrap_or_default(),
            group: folders.iter().position(|folder| path.starts_with(folder)).unwrap_or_default(),
            href: Some(view.href_of(repo, path)),
        })
        .collect();
    let ties: Vec<Tie> = drawn
        .iter()
        .map(|pair| Tie {
            from: pair.a.clone(),
            to: pair.b.clone(),
            strength: pair.degree,
            marked: pair.tied == Tied::Hidden,
        })
        .collect();
    let finding = drawn.first().map_or_else(String::new, |pair| {
        format!(
            "The strongest: {} and {}, {} of their mean {} revisions shared.",
            pair.a,
            pair.b,
            pair.shared,
            f64::from(pair.revisions_a + pair.revisions_b) / 2.0
        )
    });
    Node::graph(&nodes, &ties, "coupling-graph", finding, table)
}
