//! The treemap: area is lines, colour is the hotspot score.

use std::collections::BTreeMap;

use desk::sheet::{Cell, Chart, Column, Place, Section, Table};

use crate::code_quality::page::plural;
use crate::code_quality::view::{CodeFile, FileState, View};

/// Files drawn in the treemap; the smaller ones are left out, and said to be.
const DRAWN: usize = 500;

pub(in crate::code_quality) fn treemap(view: &View) -> Section {
    let mut largest: Vec<&CodeFile> = view.files.iter().filter(|file| file.lines > 0).collect();
    largest.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.path.cmp(&b.path)));
    let more = largest.len().saturating_sub(DRAWN);
    largest.truncate(DRAWN);
    let several = view.ground.repos.len() > 1;
    let mut root = Folder::default();
    for file in &largest {
        let path = if several { format!("{}/{}", file.repo, file.path) } else { file.path.clone() };
        root.put(&path.split('/').collect::<Vec<_>>(), file);
    }
    let finding = match view.files.first() {
        Some(first) => format!("The hottest of {} is {}.", plural(view.files.len() as u64, "file"), first.path),
        None => "There is no code file.".to_owned(),
    };
    let columns = vec![
        Column::words("path", "File"),
        Column::numbers("lines", "Lines"),
        Column::numbers("score", "Hotspot score"),
    ];
    let rows = largest.iter().map(|file| {
        vec![
            Cell::path(&file.path, view.href_of(&file.repo, &file.path)),
            Cell::Count(file.lines.into()),
            Cell::number(file.score, 2),
        ]
    });
    let table = Table::new("map", "Files by lines", columns).rows(rows).ordered_by("-lines").and_more(more as u64);
    let places = root.places(view);
    Section::new("Where change is costly")
        .say("Area is lines, colour is the hotspot score: change often and hard to understand at once.")
        .chart(Place::treemap(&places, "hotspot-map", finding, table))
}

/// The functions of one file; none when it is not known how they change.
pub(in crate::code_quality) fn functions(file: &FileState) -> Option<Chart> {
    let hottest = file.functions.iter().find(|function| function.score.is_some())?;
    let places: Vec<Place> = file
        .functions
        .iter()
        .filter(|function| function.code > 0)
        .map(|function| Place {
            name: function.name.clone(),
            size: f64::from(function.code),
            heat: function.score,
            ..Place::default()
        })
        .collect();
    let columns = vec![
        Column::words("name", "Function"),
        Column::numbers("code", "Code lines"),
        Column::numbers("score", "Hotspot score"),
    ];
    let rows = file.functions.iter().map(|function| {
        let score = function.score.map_or_else(|| Cell::missing("a test"), |score| Cell::number(score, 2));
        vec![Cell::text(&*function.name), Cell::Count(function.code.into()), score]
    });
    let finding = format!("The hottest of {} is {}.", plural(file.functions.len() as u64, "function"), hottest.name);
    let table = Table::new("function-map", "Functions by code lines", columns).rows(rows).ordered_by("-code");
    Some(Place::treemap(&places, "function-hotspots", finding, table))
}

#[derive(Default)]
struct Folder<'a> {
    folders: BTreeMap<String, Folder<'a>>,
    files: Vec<(String, &'a CodeFile)>,
}

impl<'a> Folder<'a> {
    fn put(&mut self, path: &[&str], file: &'a CodeFile) {
        match path {
            [name] => self.files.push(((*name).to_owned(), file)),
            [folder, rest @ ..] => self.folders.entry((*folder).to_owned()).or_default().put(rest, file),
            [] => {}
        }
    }

    fn places(&self, view: &View) -> Vec<Place> {
        let folders = self.folders.iter().map(|(name, folder)| {
            let mut name = name.clone();
            let mut folder = folder;
            // A folder that holds one folder alone adds no knowledge.
            while let (true, Some((only, next)), 1) =
                (folder.files.is_empty(), folder.folders.first_key_value(), folder.folders.len())
            {
                name = format!("{name}/{only}");
                folder = next;
            }
            let inside = folder.places(view);
            Place { name, size: inside.iter().map(|place| place.size).sum(), inside, ..Place::default() }
        });
        let files = self.files.iter().map(|(name, file)| Place {
            name: name.clone(),
            size: f64::from(file.lines),
            heat: Some(file.score),
            href: Some(view.href_of(&file.repo, &file.path)),
            inside: Vec::new(),
        });
        folders.chain(files).collect()
    }
}
