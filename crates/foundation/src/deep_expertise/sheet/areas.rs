//! Every area: the sentence, the matrix of who can be asked, the table that it is drawn from, truck factors and domains.

use std::collections::BTreeMap;

use desk::Sheet;
use desk::knowledge::Word;
use desk::sheet::{Cell, Column, Deed, Figure, Matrix, MatrixCell, MatrixRow, Meaning, Section, Suggestion, Table};

use super::super::areas::REST;
use super::super::view::{AreaView, DomainView, Ground, Holding, Overview, Truck};
use super::super::{Ask, CodeownersAs, page};
use super::{ask_about, counted, suggest_transfer};

/// Rows of the matrix; the table has every area.
const ROWS: usize = 40;
/// Columns of the matrix.
const COLUMNS: usize = 24;

pub(super) fn overview(overview: &Overview, ground: &Ground) -> Sheet {
    let several = ground.repos.len() > 1;
    let mut sheet = Sheet::new(sentence(overview));
    for figure in figures(overview) {
        sheet = sheet.figure(figure);
    }
    sheet = sheet
        .section(Section::new("Who can be asked")
                .say("A row opens who can help and why. To see what goes with somebody, name them under Narrow, Without.")
                .matrix(matrix(overview, several)))
        .section(Section::new("Areas").table(table(overview, several)))
        .section(domains(&overview.domains));
    for section in trucks(&overview.trucks) {
        sheet = sheet.section(section);
    }
    for one in suggestions(overview, ground) {
        sheet = sheet.suggest(one);
    }
    sheet
}

fn of(overview: &Overview, holding: Holding) -> Vec<&AreaView> {
    overview.areas.iter().filter(|area| area.holding == holding).collect()
}

fn sentence(overview: &Overview) -> String {
    let held = of(overview, Holding::OnePerson);
    let unseen = of(overview, Holding::NobodySeen);
    let known = match (held.as_slice(), overview.held_share) {
        ([], _) => "No area of weight is known by one person alone".to_owned(),
        ([one], Some(share)) => {
            format!("One area, {}, with {} of this year's changes, is known by one person", one.name, percent(share))
        }
        ([one], None) => format!("One area, {}, is known by one person", one.name),
        (many, Some(share)) => format!(
            "{} areas, with {} of this year's changes, are known by one person each",
            many.len(),
            percent(share)
        ),
        (many, None) => format!("{} areas are known by one person each", many.len()),
    };
    let silent = match unseen.as_slice() {
        [] => "every area has somebody who knows it and was seen in the last year".to_owned(),
        [one] => format!("nobody who knows {} was seen in the last year", one.name),
        many => format!("of {} areas nobody who knows them was seen in the last year", many.len()),
    };
    let joint = if held.is_empty() == unseen.is_empty() { "; " } else { ", but " };
    format!("{known}{joint}{silent}.")
}

fn percent(share: f64) -> String {
    Cell::Share(share).words()
}

fn figures(overview: &Overview) -> Vec<Figure> {
    let mut figures = Vec::new();
    let count = |holding| of(overview, holding).len() as u64;
    let bad = |count: u64, meaning| if count == 0 { Meaning::Good } else { meaning };
    let (held, unseen) = (count(Holding::OnePerson), count(Holding::NobodySeen));
    let areas = counted(overview.areas.len() as u64, "area", "areas");
    figures.push(
        Figure::new("Held by one person", Cell::Count(held))
            .note(format!("of {areas}"))
            .means(bad(held, Meaning::Watch))
            .opens("#areas"),
    );
    figures.push(
        Figure::new("Nobody seen who knows them", Cell::Count(unseen))
            .note("for 365 days")
            .means(bad(unseen, Meaning::Act))
            .opens("#areas"),
    );
    let share = overview.held_share.map_or_else(|| Cell::missing("nothing changed in the last 365 days"), Cell::Share);
    figures.push(Figure::new("Changes in areas held by one", share).note("of the last 365 days"));
    if let [truck] = overview.trucks.as_slice() {
        let value = truck.factor.map_or_else(|| Cell::missing("no code files"), Cell::Count);
        figures.push(
            Figure::new("Truck factor", value)
                .note(format!("over {}", counted(truck.files, "code file", "code files")))
                .opens("#truck-factor"),
        );
    }
    figures
}

fn matrix(overview: &Overview, several: bool) -> Matrix {
    let shown: Vec<&AreaView> = overview.areas.iter().take(ROWS).collect();
    let (people, more) = columns(&shown);
    let rows = shown.iter().map(|area| {
        let cells = people.iter().map(|name| {
            let knows = area.people.iter().find(|one| one.name == *name).map(|one| one.knows);
            knows.map_or_else(MatrixCell::default, |word| {
                MatrixCell::new(
                    &word.letter().to_string(),
                    shade(word),
                    format!("{name}: {} in {}", word.text(), area.name),
                )
            })
        });
        MatrixRow { head: area.name.clone(), href: link(area, several), mark: mark(area), cells: cells.collect() }
    });
    let rows: Vec<MatrixRow> = rows.collect();
    let held = shown.iter().filter(|area| matches!(area.holding, Holding::OnePerson | Holding::NobodySeen)).count();
    let most = match overview.areas.len() {
        all if all > ROWS => format!("the {ROWS} most changed of {all} areas"),
        all => counted(all as u64, "area", "areas"),
    };
    let more = if more == 0 { String::new() } else { format!("; {more} more people stand in the areas themselves") };
    Matrix {
        caption: "Areas against the people who know them".to_owned(),
        finding: format!("{held} of {most} hang on one person or on nobody who was seen in a year{more}."),
        corner: "Area".to_owned(),
        columns: people,
        rows,
        legend: Word::ALL.iter().rev().map(|word| (word.letter().to_string(), word.text().to_owned())).collect(),
    }
}

/// The people at *some* or better somewhere, by name; when they are too many, those in the most areas are kept, then by name again.
fn columns(areas: &[&AreaView]) -> (Vec<String>, usize) {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for one in areas.iter().flat_map(|area| &area.people).filter(|one| one.knows >= Word::Some) {
        *known.entry(&one.name).or_default() += 1;
    }
    let mut names: Vec<(&str, usize)> = known.into_iter().collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let more = names.len().saturating_sub(COLUMNS);
    let mut names: Vec<String> = names.into_iter().take(COLUMNS).map(|(name, _)| name.to_owned()).collect();
    names.sort_by_key(|name| name.to_lowercase());
    (names, more)
}

fn shade(word: Word) -> u8 {
    match word {
        Word::Main => 4,
        Word::Deep => 3,
        Word::Some => 2,
        Word::Touched => 1,
    }
}

/// Who can help with the area; what lies in no area of its own has no such page.
fn link(area: &AreaView, several: bool) -> Option<String> {
    let repo = if several { vec![area.repo.clone()] } else { Vec::new() };
    let ask = || Ask { path: Some(area.path.clone()), repo, ..Ask::default() };
    (area.path != REST).then(|| page(&ask()))
}

fn mark(area: &AreaView) -> Option<(String, Meaning)> {
    match area.holding {
        Holding::OnePerson => Some(("one person".to_owned(), Meaning::Watch)),
        Holding::NobodySeen => Some(("nobody seen".to_owned(), Meaning::Act)),
        Holding::Nobody => Some(("nobody".to_owned(), Meaning::Act)),
        Holding::Shared | Holding::Quiet | Holding::Spread => None,
    }
}

fn table(overview: &Overview, several: bool) -> Table {
    let columns = vec![
        Column::words("area", "Area"),
        Column::numbers("lines", "Lines"),
        Column::numbers("quarter", "Changes").unit("90 d").about("Files touched by commits in the last 90 days"),
        Column::numbers("year", "Changes").unit("365 d").about("Files touched by commits in the last 365 days"),
        Column::numbers("knowers", "Knowers").about("How many people are at deep or better"),
        Column::numbers("concentration", "Concentration")
            .about("Gini coefficient of what is known: 0 even, 1 held by one"),
        Column::numbers("used", "Used by").unit("areas").about("Other areas that import from it"),
        Column::words("last", "Last written"),
        Column::words("domain", "Domain"),
        Column::words("held", "Held"),
    ];
    let rows = overview.areas.iter().map(|area| {
        let held = match (mark(area), area.holding) {
            (Some((word, meaning)), _) => Cell::mark(word, meaning),
            (None, Holding::Quiet) => Cell::text("one person, at rest"),
            (None, Holding::Spread) => Cell::text("many, none deep"),
            (None, _) => Cell::text("shared"),
        };
        vec![
            Cell::Path { path: area.name.clone(), href: link(area, several) },
            Cell::Count(area.lines),
            Cell::Count(area.changes_90d),
            Cell::Count(area.changes_365d),
            Cell::Count(area.knowers),
            area.concentration
                .map_or_else(|| Cell::missing("fewer than two people wrote there"), |gini| Cell::number(gini, 2)),
            Cell::Count(area.used_by),
            area.last_at.map_or_else(|| Cell::missing("no line of a person's"), Cell::Time),
            area.domain.clone().map_or_else(|| Cell::missing("its files do not tell"), Cell::text),
            held,
        ]
    });
    Table::new("areas", "Areas, the most changed first", columns)
        .rows(rows)
        .ordered_by("-year")
        .or_say("No file is in this scope.")
}

fn trucks(trucks: &[Truck]) -> Vec<Section> {
    let several = trucks.len() > 1;
    if trucks.is_empty() {
        return Vec::new();
    }
    let columns = vec![
        Column::words("repo", "Repository"),
        Column::numbers("factor", "Truck factor"),
        Column::numbers("files", "Code files"),
        Column::numbers("alone", "Left without an author"),
    ];
    let rows = trucks.iter().map(|truck| {
        vec![
            Cell::text(truck.repo.clone()),
            truck.factor.map_or_else(|| Cell::missing("no code files"), Cell::Count),
            Cell::Count(truck.files),
            Cell::Count(truck.left_alone),
        ]
    });
    let factor = Section::new("Truck factor")
        .say("How many people must leave until over half of the code files have no author left.")
        .table(Table::new("trucks", "Truck factor by repository", columns).rows(rows));
    let files = trucks.iter().flat_map(|truck| truck.examples.iter().map(|path| one_left(path, &truck.repo, several)));
    let listed: u64 = trucks.iter().map(|truck| truck.examples.len() as u64).sum();
    let all: u64 = trucks.iter().map(|truck| truck.left_alone).sum();
    let mut columns = vec![Column::words("path", "File")];
    columns.extend(several.then(|| Column::words("repo", "Repository")));
    let table = Table::new("left", "Code files that would have no author left", columns)
        .rows(files)
        .and_more(all.saturating_sub(listed))
        .or_say("There is none.");
    vec![factor, Section::new("Files that would be left").table(table)]
}

fn one_left(path: &str, repo: &str, several: bool) -> Vec<Cell> {
    let mut cells = vec![Cell::path(path, ask_about(path))];
    cells.extend(several.then(|| Cell::text(repo)));
    cells
}

fn domains(domains: &[DomainView]) -> Section {
    let columns = vec![
        Column::words("domain", "Domain"),
        Column::numbers("areas", "Areas"),
        Column::numbers("main", "Main").unit("people"),
        Column::numbers("deep", "Deep").unit("people"),
        Column::numbers("some", "Some").unit("people"),
        Column::numbers("touched", "Touched").unit("people"),
    ];
    let rows = domains.iter().map(|domain| {
        let mut cells = vec![Cell::text(domain.name.clone()), Cell::Count(domain.areas)];
        cells.extend(domain.people.map(Cell::Count));
        cells
    });
    Section::new("Domains").say("People who were seen in the last year, by how well they know each field.").table(
        Table::new("domains", "Domains and how many people know them", columns)
            .rows(rows)
            .or_say("No area's files tell of a domain."),
    )
}

fn suggestions(overview: &Overview, ground: &Ground) -> Vec<Suggestion> {
    let mut found = Vec::new();
    if let Some(draft) = &overview.transfer {
        let changes = counted(draft.changes_365d, "change", "changes");
        let reason = format!(
            "One person knows its {} lines, and it took {changes} in a year.",
            desk::sheet::Thousands(draft.lines)
        );
        found.push(suggest_transfer(draft, reason));
    }
    let largest = of(overview, Holding::NobodySeen).into_iter().max_by_key(|area| (area.changes_365d, area.lines));
    if let Some(area) = largest {
        let reason = format!(
            "Nobody who knows its {} lines was seen in the last year; who touched it last can still be asked.",
            desk::sheet::Thousands(area.lines)
        );
        let href = link(area, ground.repos.len() > 1).unwrap_or_else(|| page(&Ask::default()));
        let deed = Deed::Open { href };
        found.push(Suggestion::new(format!("Find somebody for {}", area.name), reason, deed));
    }
    if ground.repos.len() == 1 && overview.codeowners_differs != Some(false) {
        let ask = Ask { codeowners: Some(CodeownersAs::Difference), repo: Vec::new(), ..Ask::default() };
        let reason = match overview.codeowners_differs {
            Some(_) => "The file names others than those who know the areas now.",
            None => "There is none; the history can propose one, with a reason for each line.",
        };
        found.push(Suggestion::new("Look at the CODEOWNERS file", reason, Deed::Open { href: page(&ask) }));
    }
    found
}
