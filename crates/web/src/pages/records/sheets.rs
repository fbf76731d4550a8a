//! Records as sheets: lists, one record, its versions.

use desk::KindEntry;
use desk::records::{Document, Listed, Past};
use desk::sheet::{Cell, Column, Deed, Empty, Meaning, Section, Sheet, Suggestion, Table};
use serde_json::Value;

use super::{Visit, path_of, path_of_one, title_of};

/// A kind's name for many.
pub(super) fn plural(name: &str) -> String {
    match name.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if name.ends_with('s') || name == "Expertise" => name.to_owned(),
        _ => format!("{name}s"),
    }
}

pub(super) fn kinds(all: &[KindEntry]) -> Sheet {
    let table = Table::new(
        "kinds",
        "Kinds of records",
        vec![Column::words("kind", "Kind"), Column::words("what_it_is_for", "What it is for")],
    );
    let rows = all.iter().map(|entry| vec![Cell::link(plural(entry.name), path_of(entry.kind)), entry.purpose.into()]);
    let table = rows.fold(table, Table::row);
    let answer = format!("{} kinds of records are kept here; each is versioned, and says who can read it.", all.len());
    Sheet::new(answer).section(Section::new("Kinds").table(table))
}

pub(super) fn list(entry: &KindEntry, listed: &Listed) -> Sheet {
    let many = plural(entry.name).to_lowercase();
    if listed.records.is_empty() {
        let next = Suggestion {
            title: format!("Write the first {}", entry.name.to_lowercase()),
            reason: entry.purpose.to_owned(),
            deed: Deed::Open { href: format!("{}/new", path_of(entry.kind)) },
        };
        let why = format!("There are no {many} that you may read.");
        return Sheet::nothing(Empty {
            what: format!("Here will stand the {many} of your teams."),
            why,
            next: Some(next).filter(|_| !entry.by_acts),
        });
    }
    let open = listed.records.iter().filter(|one| one.status.as_deref() == entry.statuses.first().copied()).count();
    let first = entry.statuses.first().copied().unwrap_or("open");
    let more = if listed.next.is_some() { ", the newest of more" } else { "" };
    let answer = format!("{} {many} that you may read{more}; {open} {first}.", listed.records.len());
    let columns = vec![
        Column::words("title", "Title"),
        Column::words("team", "Team"),
        Column::words("status", "Status"),
        Column::words("due", "Due"),
        Column::words("written_by", "Written by"),
        Column::words("last_change", "Last change"),
    ];
    let table = listed.records.iter().map(row).fold(Table::new("records", plural(entry.name), columns), Table::row);
    Sheet::new(answer).section(Section::new(plural(entry.name)).table(table))
}

fn row(one: &Document) -> Vec<Cell> {
    let about = one.about.as_ref();
    vec![
        Cell::link(title_of(one), path_of_one(&one.kind, one.id.as_deref().unwrap_or_default())),
        one.team.clone().unwrap_or_default().into(),
        one.status.clone().unwrap_or_default().into(),
        one.due_on.map_or_else(|| Cell::missing("no day was set"), |day| Cell::text(day.to_string())),
        about.map(|about| about.author.clone()).unwrap_or_default().into(),
        about.map_or_else(|| Cell::missing("unknown"), |about| Cell::Time(about.updated_at.as_second())),
    ]
}

pub(super) fn one(visit: &Visit, entry: &KindEntry, document: &Document, history: &[Past], readers: &str) -> Sheet {
    let about = document.about.as_ref();
    let name = |email: &str| {
        visit.desk.organisation().by_email(email).map_or_else(|| email.to_owned(), |one| one.called().to_owned())
    };
    let author = about.map(|about| name(&about.author)).unwrap_or_default();
    let status = document.status.as_deref().unwrap_or_default().replace('_', " ");
    let of = document.team.as_deref().map(|team| format!(" of {team}")).unwrap_or_default();
    let due = document.due_on.map(|day| format!(", due on {day}")).unwrap_or_default();
    let answer = format!("{}{of} by {author}: {status}{due}.", entry.name);
    let mut sheet = Sheet::new(answer);
    if about.is_some_and(|about| about.archived) {
        sheet = sheet.notice(Meaning::Watch, "This was put away. Change it to bring it back.");
    }
    if let Some(closed) = about.and_then(|about| about.closed.as_deref()) {
        sheet = sheet.notice(Meaning::Act, format!("The body is sealed: {closed}."));
    }
    sheet.section(said(document).say(readers.to_owned())).section(past(history, &name))
}

/// What the record says: its long texts as paragraphs, the rest as a table.
fn said(document: &Document) -> Section {
    let (mut section, mut rows) = (Section::new("What it says"), Vec::new());
    for (name, value) in document.body.as_object().into_iter().flatten() {
        leaves(&name.replace('_', " "), value, &mut |name, text| {
            if text.contains('\n') || text.chars().count() > 80 {
                section.prose.extend(text.split("\n\n").map(str::to_owned));
            } else if !text.is_empty() {
                rows.push(vec![Cell::text(name), Cell::text(text)]);
            }
        });
    }
    if rows.is_empty() {
        return section;
    }
    let table = rows.into_iter().fold(
        Table::new("fields", "Fields", vec![Column::words("field", "Field"), Column::words("value", "Value")]),
        Table::row,
    );
    section.table(table)
}

fn leaves(name: &str, value: &Value, take: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| leaves(&format!("{name}, {}", key.replace('_', " ")), value, take));
        }
        Value::Array(list) => (1..).zip(list).for_each(|(nth, value)| leaves(&format!("{name} {nth}"), value, take)),
        Value::Null => {}
        Value::String(text) => take(name, text),
        other => take(name, &other.to_string()),
    }
}

fn past(history: &[Past], name: &impl Fn(&str) -> String) -> Section {
    let columns = vec![
        Column::words("version", "Version"),
        Column::words("by", "By"),
        Column::words("when", "When"),
        Column::words("what_changed", "What changed"),
    ];
    let rows = history.iter().rev().map(|version| {
        let changed: Vec<String> = version
            .changed
            .iter()
            .map(|one| {
                format!(
                    "{}: {} → {}",
                    one.field,
                    one.before.as_deref().unwrap_or("–"),
                    one.now.as_deref().unwrap_or("–")
                )
            })
            .collect();
        let what = if changed.is_empty() { "made".to_owned() } else { changed.join("; ") };
        vec![
            Cell::Count(version.version),
            name(&version.by).into(),
            Cell::Time(version.at.as_second()),
            what.chars().take(400).collect::<String>().into(),
        ]
    });
    Section::new("History").table(rows.fold(Table::new("versions", "Versions", columns), Table::row))
}
