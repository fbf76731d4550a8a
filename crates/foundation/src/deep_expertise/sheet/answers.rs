//! The answers to one question each: who can help, what goes with somebody, what CODEOWNERS should say.

use desk::Sheet;
use desk::sheet::{Cell, Column, Deed, Figure, Meaning, Section, Suggestion, Table, Thousands};

use super::super::view::{Help, Leaving, Owners};
use super::super::{Ask, CodeownersAs, page};
use super::{counted, listed, suggest_transfer};

/// Who can help with a path.
pub(super) fn help(help: &Help) -> Sheet {
    let names: Vec<String> = help.people.iter().map(|one| one.name.clone()).collect();
    let about = match help.kind.as_str() {
        "glob" | "file" if help.files > 1 => format!("{} ({})", help.about, counted(help.files, "file", "files")),
        "repository" => "this repository".to_owned(),
        _ => help.about.clone(),
    };
    let answer = match names.as_slice() {
        [] => format!("Nobody is known who could help with {about}."),
        some => format!("{} can help with {about}.", listed(some)),
    };
    let mut sheet = Sheet::new(answer);
    let away = help.people.iter().filter(|one| one.silent_since.is_some()).count();
    if away > 0 && away == help.people.len() {
        sheet = sheet.notice(Meaning::Watch, "None of them made a commit in the last year: they may have left.");
    }
    if help.left_out > 0 {
        let people = counted(help.left_out, "person", "people");
        sheet = sheet.notice(
            Meaning::Neutral,
            format!(
                "{people} would rather not be asked and {} left out.",
                if help.left_out == 1 { "is" } else { "are" }
            ),
        );
    }
    let columns = vec![
        Column::words("name", "Who").unsorted(),
        Column::words("knows", "Knows it").unsorted(),
        Column::words("why", "Why").unsorted(),
        Column::words("here", "Here").unsorted(),
        Column::words("address", "Address").unsorted(),
    ];
    let rows = help.people.iter().map(|one| {
        let here = one.silent_since.as_ref().map_or_else(
            || Cell::text("seen in the last year"),
            |day| Cell::mark(format!("no commit since {day}"), Meaning::Watch),
        );
        vec![
            Cell::text(one.name.clone()),
            one.knows.map_or_else(|| Cell::missing("wrote nothing of it that is left"), |word| Cell::text(word.text())),
            Cell::text(one.why.clone()),
            here,
            Cell::text(one.address.clone()),
        ]
    });
    let table = Table::new("people", "People who can help", columns)
        .rows(rows)
        .or_say("No line of it was written by a person who can be named.");
    let mut section = Section::new("Who can help").table(table);
    if let Some(owners) = &help.codeowners {
        section = section.say(format!("CODEOWNERS names {}.", listed(owners)));
    }
    if !help.areas.is_empty() {
        section = section.say(format!("It lies in {}.", listed(&help.areas)));
    }
    sheet = sheet.section(section);
    if !help.mention.is_empty() {
        sheet = sheet.section(Section::new("Ask them").say("To copy into a message:").listing(help.mention.clone()));
    }
    sheet.notice(
        Meaning::Neutral,
        "Reviews and absences are not known yet; the reasons are from what was written alone.",
    )
}

/// What goes when people leave.
pub(super) fn leaving(leaving: &Leaving) -> Sheet {
    let who = listed(&leaving.people);
    let orphans = leaving.losses.iter().filter(|loss| loss.staying.is_empty()).count() as u64;
    let single = leaving.losses.len() as u64 - orphans;
    let answer = if leaving.losses.is_empty() {
        format!("Without {who} every area still has two people who know it, or loses nobody.")
    } else if orphans == 0 {
        format!("Without {who} {} on one person.", counted(single, "area hangs", "areas hang"))
    } else {
        let rest = if single == 0 {
            String::new()
        } else {
            format!(", and {} on one person", counted(single, "area then hangs", "areas then hang"))
        };
        format!(
            "Without {who} {} nobody left who knows {}{rest}.",
            counted(orphans, "area has", "areas have"),
            if orphans == 1 { "it" } else { "them" }
        )
    };
    let share = if leaving.lines == 0 { 0.0 } else { leaving.lines_lost as f64 / leaving.lines as f64 };
    let columns = vec![
        Column::words("area", "Area"),
        Column::numbers("lines", "Lines"),
        Column::numbers("year", "Changes").unit("365 d"),
        Column::words("going", "Who goes").unsorted(),
        Column::words("staying", "Who stays").unsorted(),
        Column::words("next", "Who could take it up").unsorted(),
    ];
    let rows = leaving.losses.iter().map(|loss| {
        let next: Vec<String> = loss.successors.iter().map(|(name, why)| format!("{name} ({why})")).collect();
        vec![
            Cell::text(loss.area.clone()),
            Cell::Count(loss.lines),
            Cell::Count(loss.changes_365d),
            Cell::text(listed(&loss.going)),
            if loss.staying.is_empty() {
                Cell::mark("nobody", Meaning::Act)
            } else {
                Cell::text(listed(&loss.staying))
            },
            if next.is_empty() {
                Cell::missing("nobody wrote there or beside it")
            } else {
                Cell::text(next.join("; "))
            },
        ]
    });
    let table = Table::new("losses", "Areas that lose somebody who knows them", columns)
        .rows(rows)
        .ordered_by("-lines")
        .or_say("No area loses its last or last but one knower.");
    let mut sheet = Sheet::new(answer)
        .notice(Meaning::Watch, "Managers alone will read this page; until people and teams are known, whoever opens this folder of data does.")
        .figure(Figure::new("Areas without a knower", Cell::Count(orphans)).means(if orphans == 0 { Meaning::Good } else { Meaning::Act }))
        .figure(Figure::new("Lines without a knower", Cell::Count(leaving.lines_lost)).note(format!("{} of all", Cell::Share(share).words())))
        .figure(Figure::new("Open work that it touches", Cell::missing("no tracker or forge is read yet")))
        .section(Section::new("What goes").table(table));
    for draft in &leaving.drafts {
        let reason = format!(
            "Its {} lines took {} in a year, and {} what is known of it along.",
            Thousands(draft.lines),
            counted(draft.changes_365d, "change", "changes"),
            if draft.plan.from_people.len() == 1 { "one person takes" } else { "those who go take" }
        );
        sheet = sheet.suggest(suggest_transfer(draft, reason));
    }
    sheet
}

/// What CODEOWNERS should say.
pub(super) fn owners(owners: &Owners) -> Sheet {
    let count = |what: &str| owners.lines.iter().filter(|line| line.what == what).count() as u64;
    let (new, changed, kept) = (count("new"), count("changed"), count("same") + count("kept"));
    let answer = match &owners.place {
        None => {
            format!("{} has no CODEOWNERS file; the history proposes {}.", owners.repo, counted(new, "line", "lines"))
        }
        Some(place) if new + changed == 0 => format!("{place} of {} agrees with the history.", owners.repo),
        Some(place) => format!(
            "{place} of {} would change in {} and gain {}; {} stay.",
            owners.repo,
            counted(changed, "line", "lines"),
            counted(new, "line", "lines"),
            counted(kept, "line", "lines")
        ),
    };
    let columns = vec![
        Column::words("what", "What"),
        Column::words("pattern", "Pattern"),
        Column::words("present", "Owners now").unsorted(),
        Column::words("proposed", "Proposed").unsorted(),
        Column::words("why", "Why"),
    ];
    let none = |names: &[String]| if names.is_empty() { Cell::text("nobody") } else { Cell::text(names.join(" ")) };
    let rows = owners.lines.iter().map(|line| {
        let meaning = if line.what == "changed" { Meaning::Watch } else { Meaning::Neutral };
        vec![
            Cell::mark(line.what.clone(), meaning),
            Cell::text(line.pattern.clone()),
            none(&line.present),
            none(&line.proposed),
            Cell::text(line.reason.clone()),
        ]
    });
    let file = page(&Ask { codeowners: Some(CodeownersAs::File), ..Ask::default() });
    Sheet::new(answer)
        .notice(Meaning::Neutral, "Teams cannot be told from history: a line that names one is kept. Where a forge's name is not known, the address stands.")
        .section(Section::new("The difference").table(Table::new("owners", "Lines of CODEOWNERS", columns).rows(rows).or_say("Nothing is proposed.")))
        .section(Section::new("The file").listing(owners.file.clone()))
        .suggest(Suggestion::new("Save the file", "The whole file, each new or changed line under its reason.", Deed::Open { href: file }))
}
