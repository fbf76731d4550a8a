//! The sections of the overview.

use std::collections::BTreeMap;

use desk::sheet::{Bars, Cell, Chart, Column, Lines, Meaning, Node, Place, Section, Table, Tie};

use super::say::plural;
use crate::code_quality::goals::Standing;
use crate::code_quality::view::{CodeFile, Coupled, FunctionState, Tied, View};

/// Files drawn in the treemap; the smaller ones are left out, and said to be.
const DRAWN: usize = 500;

/// Rows that a page lists of what has no end.
const LISTED: usize = 200;

/// Months drawn.
const MONTHS: usize = 60;

pub(super) fn treemap(view: &View) -> Section {
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

pub(super) fn hotspots(view: &View) -> Section {
    let several = view.ground.repos.len() > 1;
    let mut columns = vec![Column::words("path", "File")];
    if several {
        columns.push(Column::words("repo", "Repository"));
    }
    columns.extend([
        Column::numbers("lines", "Lines"),
        Column::numbers("changes", "Changes").about("In the period, by people, merges left out."),
        Column::numbers("complexity", "Complexity").about("Cognitive; by indentation where marked ~."),
        Column::numbers("health", "Health").about("10 less the weights of its findings, at least 1."),
        Column::numbers("fixes", "Fixes").about("Changes whose subject says that they mend something, and reverts."),
        Column::numbers("knowers", "Knowers").about("People who last wrote at least a fifth of its lines."),
        Column::words("trend", "Trend").about("Complexity by indentation over its last twelve months.").unsorted(),
        Column::numbers("score", "Score").about("Rank of changes times rank of complexity, 0 to 1."),
    ]);
    let listed = view.files.iter().take(LISTED).map(|file| {
        let mut cells = vec![Cell::path(&file.path, view.href_of(&file.repo, &file.path))];
        if several {
            cells.push(Cell::text(&*file.repo));
        }
        cells.extend([
            Cell::Count(file.lines.into()),
            Cell::Count(file.changes.into()),
            complexity(file),
            Cell::number(file.health, 1),
            Cell::Count(file.fixes.into()),
            file.knowers.map_or_else(|| Cell::missing("line owners were not read"), |count| Cell::Count(count.into())),
            course(&file.course),
            Cell::number(file.score, 2),
        ]);
        cells
    });
    let more = view.files.len().saturating_sub(LISTED);
    let table = Table::new("hotspots", "Code files, the hottest first", columns)
        .rows(listed)
        .ordered_by("-score")
        .and_more(more as u64)
        .or_say("There is no code file here.");
    Section::new("Hotspots").table(table)
}

pub(in crate::code_quality) fn complexity(file: &CodeFile) -> Cell {
    if file.measured_by == "indentation" {
        return Cell::text(format!("~{}", desk::sheet::number(file.complexity, 0)));
    }
    Cell::number(file.complexity, 0)
}

fn course(points: &[f64]) -> Cell {
    if points.is_empty() { Cell::missing("no version was measured") } else { Cell::Spark(points.to_vec()) }
}

pub(super) fn functions(view: &View) -> Section {
    Section::new("Functions")
        .say("The most complex functions of these files, tests left out. How often each changes is not measured yet.")
        .table(function_table(view, &view.functions, true).ordered_by("-cognitive"))
}

pub(in crate::code_quality) fn function_table(view: &View, functions: &[FunctionState], with_path: bool) -> Table {
    let mut columns = vec![Column::words("name", "Function")];
    if with_path {
        columns.push(Column::words("path", "File"));
    }
    columns.extend([
        Column::numbers("line", "Line"),
        Column::numbers("code", "Code lines"),
        Column::numbers("cognitive", "Cognitive"),
        Column::numbers("nesting", "Nesting"),
        Column::numbers("parameters", "Parameters"),
    ]);
    let rows = functions.iter().map(|function| {
        let mut cells = vec![Cell::text(&*function.name)];
        if with_path {
            cells.push(Cell::path(&function.path, view.href_of(&function.repo, &function.path)));
        }
        cells.extend(
            [function.line, function.code, function.cognitive, function.nesting, function.parameters]
                .map(|count| Cell::Count(count.into())),
        );
        cells
    });
    Table::new("functions", "Functions", columns)
        .rows(rows)
        .or_say("No function is known: there is no grammar for these languages here.")
}

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

pub(super) fn trend(view: &View) -> Section {
    let from = view.months.len().saturating_sub(MONTHS);
    let months = view.months.get(from..).unwrap_or_default();
    let section = Section::new("The course");
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return section.say("No version of a file was measured.");
    };
    let change = |before: f64, after: f64| match (after / before - 1.0) * 100.0 {
        share if before <= 0.0 || !share.is_finite() => "is new".to_owned(),
        share if share.abs() < 1.0 => "stayed the same".to_owned(),
        share if share > 0.0 => format!("rose by {share:.0} %"),
        share => format!("fell by {:.0} %", -share),
    };
    let mean = match (first.mean, last.mean) {
        (Some(before), Some(after)) => format!(", that of a file on average {}", change(before, after)),
        _ => String::new(),
    };
    let finding = format!(
        "From {} to {} complexity by indentation {}{mean}.",
        first.month,
        last.month,
        change(first.complexity, last.complexity)
    );
    let lines = Lines {
        over: "Month".to_owned(),
        labels: months.iter().map(|month| month.month.clone()).collect(),
        series: vec![("Mean complexity of a file".to_owned(), months.iter().map(|month| month.mean).collect())],
        unit: String::new(),
        decimals: 1,
    };
    section
        .say("Indentation is measured for every version, so the past can be compared; files on all branches that were read.")
        .chart(lines.chart("trend", finding))
}

pub(super) fn tests(view: &View) -> Section {
    let section = Section::new("Tests to code");
    let from = view.months.len().saturating_sub(MONTHS);
    let months = view.months.get(from..).unwrap_or_default();
    let Some(ratio) = months.last().and_then(|month| month.test_ratio) else {
        return section.say("Not measured: no tests in files of their own were found.");
    };
    let lines = Lines {
        over: "Month".to_owned(),
        labels: months.iter().map(|month| month.month.clone()).collect(),
        series: vec![("Test lines a code line".to_owned(), months.iter().map(|month| month.test_ratio).collect())],
        unit: String::new(),
        decimals: 2,
    };
    let finding =
        format!("{ratio:.2} lines of tests stand for each line of code; tests inside code files are not told apart.");
    section.chart(lines.chart("tests", finding))
}

pub(super) fn sizes(view: &View) -> Section {
    let section = Section::new("Size of changes");
    let Some(sizes) = &view.sizes else { return section.say("No change in this period.") };
    let bars = Bars {
        over: "Lines added and deleted".to_owned(),
        labels: sizes.classes.iter().map(|(label, _)| label.clone()).collect(),
        series: vec![("Changes".to_owned(), sizes.classes.iter().map(|(_, count)| Some(*count as f64)).collect())],
        ..Bars::default()
    };
    let finding = format!(
        "Half of {} touch at most {}, nine tenths at most {}.",
        plural(sizes.count, "change"),
        plural(sizes.median, "line"),
        plural(sizes.ninetieth, "line")
    );
    section.chart(bars.chart("sizes", finding))
}

pub(super) fn goals(view: &View) -> Section {
    let columns = vec![
        Column::words("goal", "Goal"),
        Column::words("areas", "Areas"),
        Column::words("start", "At its start").unsorted(),
        Column::words("value", "Now").unsorted(),
        Column::words("standing", "Stands"),
        Column::words("reason", "Reason"),
        Column::words("end", "Put away").unsorted(),
    ];
    let rows = view.goals.iter().map(|state| {
        let body = &state.goal.body;
        let measured = |value: Option<f64>| {
            value.map_or_else(
                || Cell::missing("nothing to measure it by"),
                |value| Cell::text(body.measure.words(value)),
            )
        };
        let meaning = match state.standing {
            Standing::Met => Meaning::Good,
            Standing::OnTheWay | Standing::NotMeasured => Meaning::Neutral,
            Standing::Worse | Standing::Missed => Meaning::Act,
        };
        vec![
            Cell::text(&*state.title),
            Cell::text(if body.areas.is_empty() { "all".to_owned() } else { body.areas.join(", ") }),
            measured(body.start),
            measured(state.value),
            Cell::mark(state.standing.word(), meaning),
            Cell::text(&*body.reason),
            Cell::link("end", act_href("end_goal", &state.goal.id, state.goal.version)),
        ]
    });
    let table = Table::new("goals", "Goals", columns).rows(rows).or_say("No goal is set.");
    Section::new("Goals")
        .say("`mainstay quality --gate` ends with 1 when a goal is missed or stands worse than when it was set.")
        .table(table)
}

pub(super) fn false_alarms(view: &View) -> Section {
    let columns = vec![
        Column::words("finding", "Finding"),
        Column::words("reason", "Reason"),
        Column::words("until", "Until"),
        Column::words("back", "Take back").unsorted(),
    ];
    let rows = view.false_alarms.iter().map(|alarm| {
        vec![
            Cell::text(&*alarm.body.finding),
            Cell::text(&*alarm.body.reason),
            Cell::text(alarm.body.until.map_or_else(|| "it is taken back".to_owned(), |until| until.to_string())),
            Cell::link("take back", act_href("take_back_false_alarm", &alarm.id, alarm.version)),
        ]
    });
    Section::new("False alarms")
        .say("These findings take nothing from any health.")
        .table(Table::new("false_alarms", "Findings called false alarms", columns).rows(rows))
}

fn act_href(act: &str, id: &str, version: u64) -> String {
    let pairs = [("id".to_owned(), id.to_owned()), ("version".to_owned(), version.to_string())];
    format!("/foundation/code_quality/do/{act}?{}", desk::form::encode(&pairs))
}

pub(super) fn not_measured(view: &View) -> Section {
    let columns = vec![Column::words("what", "What"), Column::words("why", "Why not")];
    let rows = view.not_measured.iter().map(|one| vec![Cell::text(&*one.what), Cell::text(&*one.why)]);
    Section::new("Not measured").table(Table::new("not_measured", "What the facts do not tell", columns).rows(rows))
}
