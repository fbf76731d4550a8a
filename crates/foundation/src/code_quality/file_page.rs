//! One file, opened: its health as findings at their lines, its functions, what changes with it, its course, whom to ask.

use desk::Sheet;
use desk::sheet::{Cell, Column, Deed, Figure, Lines, Meaning, Section, Suggestion, Table};

use super::page::parts::{across, complexity, coupling, coverage, function_table, map};
use super::page::plural;
use super::view::{FileState, View};

/// The sheet of `file`.
pub(super) fn sheet(view: &View, file: &FileState) -> Sheet {
    let mut sheet = figures(view, file, view.notices(Sheet::new(answer(view, file))));
    if file.code.is_some() {
        sheet = sheet.section(findings(file));
        let table = function_table(view, &file.functions, false);
        let section = Section::new("Functions")
            .say("Area is code lines, colour is the hotspot score among the repository's functions.");
        sheet = match map::functions(file) {
            Some(chart) => sheet
                .section(section.chart(chart))
                .section(Section::new("Function by function").table(table.ordered_by("-score"))),
            None => sheet.section(Section::new("Functions").table(table.ordered_by("-cognitive"))),
        };
    }
    sheet = sheet.section(coupling(view));
    sheet = across(view).into_iter().fold(sheet, Sheet::section).section(course(file));
    if !file.admissions.is_empty() {
        sheet = sheet.section(admissions(file));
    }
    let sheet = sheet
        .section(view.helpers(&file.path))
        .section(Section::new("Decisions and debt").say("Not measured: decisions and debt are not kept here yet."));
    suggestions(file).into_iter().fold(sheet, Sheet::suggest).computed(view.computed())
}

fn answer(view: &View, file: &FileState) -> String {
    let Some(code) = &file.code else {
        return format!(
            "{} is not code ({}): it has no health; what changes with it stands below.",
            file.path, file.role
        );
    };
    let place = view.files.iter().position(|other| other.path == code.path && other.repo == code.repo);
    let place = place.map_or_else(String::new, |place| {
        format!("number {} of {} by hotspot score, ", place + 1, plural(view.files.len() as u64, "file"))
    });
    format!(
        "{} is {place}changed {} in the period; its health is {:.1} of 10, from {}.",
        file.path,
        plural(code.changes.into(), "time"),
        code.health,
        plural(code.findings.into(), "finding"),
    )
}

fn figures(view: &View, file: &FileState, sheet: Sheet) -> Sheet {
    let Some(code) = &file.code else { return sheet };
    let fixes = if code.changes > 0 {
        Cell::Share(f64::from(code.fixes) / f64::from(code.changes))
    } else {
        Cell::missing("no change in the period")
    };
    let sheet = sheet
        .figure(Figure::new("Hotspot score", Cell::number(code.score, 2)))
        .figure(Figure::new("Health", Cell::number(code.health, 1)).note("of 10"))
        .figure(Figure::new("Complexity", complexity(code)).note(code.measured_by.clone()))
        .figure(Figure::new("Code lines", Cell::Count(code.code.into())))
        .figure(Figure::new("Fixes", fixes).note("of its changes"));
    let sheet = match view.ground.covered_at.as_slice() {
        [] => sheet.figure(Figure::new("Coverage", Cell::missing("no report was taken in"))),
        at => {
            let at: Vec<&str> = at.iter().map(|sha| sha.get(..10).unwrap_or(sha)).collect();
            sheet.figure(Figure::new("Coverage", coverage(code)).note(format!("of its lines, at {}", at.join(", "))))
        }
    };
    match code.rise {
        Some(rise) => sheet.figure(
            Figure::new("Course", Cell::text(format!("{:+.0} %", rise * 100.0)))
                .note("complexity by indentation, last three months")
                .means(if rise > 0.05 { Meaning::Watch } else { Meaning::Neutral }),
        ),
        None => sheet,
    }
}

fn findings(file: &FileState) -> Section {
    let columns = vec![
        Column::numbers("line", "Line"),
        Column::words("rule", "Finding"),
        Column::words("text", "Measured"),
        Column::numbers("weight", "Weight").about("What it takes from the health of 10."),
        Column::words("alarm", "False alarm").unsorted(),
    ];
    let rows = file.findings.iter().map(|finding| {
        let query = desk::form::encode(&[("finding".to_owned(), finding.key.clone())]);
        vec![
            Cell::Count(finding.line.into()),
            Cell::text(finding.rule.replace('_', " ")),
            Cell::text(&*finding.text),
            Cell::number(finding.weight, 1),
            Cell::link("false alarm?", format!("/foundation/code_quality/do/record_false_alarm?{query}")),
        ]
    });
    // The sum of nothing is a negative zero.
    let sum: f64 = file.findings.iter().map(|finding| finding.weight).sum::<f64>().abs();
    let health = file.code.as_ref().map_or(10.0, |code| code.health);
    let mut section =
        Section::new("Findings").say(format!("10 − {sum:.1} = {:.1}, at least 1: health {health:.1}.", 10.0 - sum));
    if file.false_alarms > 0 {
        section = section.say(format!("{} called false and left out.", plural(file.false_alarms.into(), "finding")));
    }
    let table = Table::new("findings", "Findings by line", columns).rows(rows).or_say("Nothing was found.");
    section.table(table)
}

fn course(file: &FileState) -> Section {
    let section = Section::new("History of complexity");
    let (Some((first, before)), Some((last, after))) = (file.course.first(), file.course.last()) else {
        return section.say("No version of it was measured.");
    };
    let lines = Lines {
        over: "Month".to_owned(),
        labels: file.course.iter().map(|(month, _)| month.clone()).collect(),
        series: vec![("Complexity".to_owned(), file.course.iter().map(|(_, value)| Some(*value)).collect())],
        unit: String::new(),
        decimals: 0,
    };
    let finding = format!(
        "By indentation {before:.0} at the end of {first}, {after:.0} at the end of {last}; months without a change are left out."
    );
    section.chart(lines.chart("history", finding))
}

fn admissions(file: &FileState) -> Section {
    let columns = vec![Column::numbers("line", "Line"), Column::words("text", "Comment")];
    let rows = file.admissions.iter().map(|(line, text)| vec![Cell::Count((*line).into()), Cell::text(&**text)]);
    Section::new("Admitted debt").table(Table::new("admissions", "Comments that admit debt", columns).rows(rows))
}

fn suggestions(file: &FileState) -> Vec<Suggestion> {
    let heaviest = file.findings.iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
    let mut all = Vec::new();
    if let Some(finding) = heaviest {
        let reason =
            format!("Line {}: {}. It takes {:.1} from the health.", finding.line, finding.text, finding.weight);
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let health = file.code.as_ref().map_or(10.0, |code| code.health);
        let target = ((health + finding.weight).min(10.0) * 10.0).round() / 10.0;
        let input = serde_json::json!({ "areas": [folder], "measure": "mean_health", "target": target });
        let deed = Deed::Act { practice: "code_quality".to_owned(), act: "set_goal".to_owned(), input };
        all.push(Suggestion::new("Set a goal around its heaviest finding", reason, deed));
    }
    all
}
