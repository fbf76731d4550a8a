//! How hard an item is, as a sheet.

use desk::Sheet;
use desk::sheet::{Bars, Cell, Column, Computed, Deed, Empty, Figure, Section, Suggestion, Table, number};
use serde_json::json;

use super::view::{HardView, TouchedFile};

/// The sentence, the picture of files, the items like it, what to do.
pub(in crate::estimation) fn sheet(hard: &HardView) -> Sheet {
    let rate = Deed::Act {
        practice: "estimation".to_owned(),
        act: "rate_complexity".to_owned(),
        input: json!({ "item": hard.item }),
    };
    let rate = Suggestion::new("Say what makes it hard", "Five marks say by what such items split.", rate);
    if hard.alike.is_empty() && hard.high.is_none() {
        let why = "No finished item of the team is like it, and nobody has marked what makes it hard.";
        let what =
            format!("Here it will stand how hard {} is: items like it, what they touched, what they took.", hard.item);
        return Sheet::nothing(Empty::new(what, why).next(rate.title, rate.deed));
    }
    let mut sheet = Sheet::new(sentence(hard));
    sheet = sheet.figure(Figure::new("Items like it", Cell::Count(hard.alike.len() as u64)));
    if let Some((half, most, n)) = hard.touched {
        let files = format!("{} and {}", number(half, 0), number(most, 0));
        sheet =
            sheet.figure(Figure::new("Files touched", Cell::text(files)).note(format!("half and 85 %, of {n} items")));
    }
    if let Some((low, high, own)) = hard.split {
        let note = own.map_or_else(|| "the table, until 20 are finished".to_owned(), |n| format!("of {n} finished"));
        sheet = sheet.figure(Figure::new("Splits by", Cell::text(range(low, high))).note(note));
    }
    if !hard.files.is_empty() {
        sheet = sheet.section(files(hard));
    }
    if !hard.alike.is_empty() {
        sheet = sheet.section(alike(hard));
    }
    if !hard.partners.is_empty() {
        sheet = sheet.section(partners(hard));
    }
    if !hard.marks.is_empty() {
        sheet = sheet.section(marks(hard));
    }
    let poker = Deed::Act {
        practice: "estimation".to_owned(),
        act: "open_poker".to_owned(),
        input: json!({ "items": [hard.item] }),
    };
    sheet
        .suggest(rate)
        .suggest(Suggestion::new("Estimate it together", "Who knows these files may see more.", poker))
        .computed(computed())
}

fn range(low: f64, high: f64) -> String {
    let short = |value: f64| if value.fract() == 0.0 { number(value, 0) } else { number(value, 2) };
    if high <= low { short(low) } else { format!("{} to {}", short(low), short(high)) }
}

fn sentence(hard: &HardView) -> String {
    let mut took: Vec<f64> = hard.alike.iter().filter_map(|one| one.days).collect();
    took.sort_by(f64::total_cmp);
    let like = match (hard.alike.len(), took.first(), took.last()) {
        (0, _, _) => "no finished item is like it".to_owned(),
        (1, Some(only), _) => format!("one finished item is like it, and took {} d", number(*only, 1)),
        (many, Some(least), Some(most)) => {
            format!("{many} finished items are like it, and took {} to {} d", number(*least, 1), number(*most, 1))
        }
        (many, _, _) => format!("{many} finished items are like it"),
    };
    let marked = match (hard.high, hard.split) {
        (Some(high), Some((low, most, _))) => {
            format!("; {high} of 5 marks are high: such items split by {}", range(low, most))
        }
        _ => "; nobody has marked what makes it hard".to_owned(),
    };
    format!("{}: {like}{marked}.", hard.item)
}

fn alike(hard: &HardView) -> Section {
    let columns = vec![
        Column::words("item", "Item"),
        Column::words("title", "Title"),
        Column::numbers("like", "Alike").about("Cosine of TF–IDF of title and text, 0.2 to 1."),
        Column::words("estimate", "Estimate").unsorted(),
        Column::numbers("took", "Took").unit("d"),
        Column::numbers("files", "Files"),
    ];
    let rows = hard.alike.iter().map(|one| {
        vec![
            Cell::link(one.key.clone(), format!("/delivery/methodology?item={}", one.key)),
            Cell::text(one.title.clone()),
            Cell::number(one.cosine, 2),
            one.estimate.clone().map_or_else(|| Cell::missing("not estimated"), Cell::text),
            one.days.map_or_else(|| Cell::missing("not measured"), |days| Cell::number(days, 1)),
            one.files.map_or_else(|| Cell::missing("no commit names it"), |files| Cell::Count(files as u64)),
        ]
    });
    Section::new("Finished items like it").table(Table::new("alike", "Finished items like it", columns).rows(rows))
}

fn files(hard: &HardView) -> Section {
    let short = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let top = || hard.files.iter().take(10);
    let bars = Bars {
        over: "File".to_owned(),
        labels: top().map(|file| short(&file.path)).collect(),
        series: vec![("Items".to_owned(), top().map(|file| Some(file.items as f64)).collect())],
        unit: "items".to_owned(),
        decimals: 0,
        stacked: false,
    };
    let hot = hard.files.iter().filter(|file| file.hotspot.is_some_and(|score| score >= 0.8)).count();
    let finding = match hard.files.first() {
        Some(first) => format!(
            "{} of {} items like it touched {}; {hot} of the files are hotspots.",
            first.items,
            hard.alike.len(),
            first.path
        ),
        None => String::new(),
    };
    let columns = vec![
        Column::words("file", "File"),
        Column::words("repository", "Repository"),
        Column::numbers("items", "Items"),
        Column::numbers("hotspot", "Hotspot").about("Change × complexity, 0 to 1; 0.8 and more is a hotspot."),
    ];
    let rows = hard.files.iter().map(|file| {
        vec![
            Cell::path(file.path.clone(), page_of(file)),
            Cell::text(file.repo.clone()),
            Cell::Count(file.items as u64),
            file.hotspot.map_or_else(|| Cell::missing("not code at the head"), |score| Cell::number(score, 2)),
        ]
    });
    let table = Table::new("files", "Files that items like it touched", columns).rows(rows);
    Section::new("What such items touched").chart(bars.chart("touched", finding)).table(table)
}

/// The page of a file.
fn page_of(file: &TouchedFile) -> String {
    let pairs = [("path".to_owned(), file.path.clone()), ("repo".to_owned(), file.repo.clone())];
    format!("/foundation/code_quality?{}", desk::form::encode(&pairs))
}

fn partners(hard: &HardView) -> Section {
    let columns = vec![
        Column::words("file", "File"),
        Column::words("with", "Changes with"),
        Column::numbers("degree", "Together").about("Shared commits ÷ the mean of both files' commits."),
    ];
    let rows = hard
        .partners
        .iter()
        .map(|one| vec![Cell::text(one.path.clone()), Cell::text(one.with.clone()), Cell::number(one.degree, 2)]);
    Section::new("What changes with them")
        .table(Table::new("partners", "Files that change with those", columns).rows(rows))
}

fn marks(hard: &HardView) -> Section {
    let columns = vec![Column::words("mark", "Mark").unsorted(), Column::words("of", "0 to 3").unsorted()];
    let rows = hard.marks.iter().map(|(name, mark)| {
        let value = mark.map_or_else(|| Cell::missing("unknown"), |mark| Cell::text(mark.to_string()));
        vec![Cell::text(name.clone()), value]
    });
    Section::new("What makes it hard").table(Table::new("marks", "Marks of complexity", columns).rows(rows))
}

fn computed() -> Computed {
    Computed {
        formula: "alike = cosine of TF–IDF of title and text, at least 0.2, the ten most alike finished items of the team; \
                  touched = files in commits that name an item; split = the table by how many of five marks are 2 or more, from 20 \
                  finished items of the same mark on the 10 % and 90 % quantile of how many items they became"
            .to_owned(),
        inputs: Vec::new(),
        left_out: vec![
            "merges, bots, generated and vendored files; items that no commit names have no files".to_owned(),
            "who can help stands with deep expertise; open debt with technical debt, which is still to come".to_owned(),
        ],
        source: Some("Salton and Buckley 1988 (TF–IDF), Magennis 2011 (splits)".to_owned()),
    }
}
