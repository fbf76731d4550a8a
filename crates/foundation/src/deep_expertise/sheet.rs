//! The view as every face shows it: the sentence, the matrix of areas and people, the table behind it, and what to do.

use std::collections::BTreeSet;

use desk::sheet::{
    Cell, Column, Computed, Deed, Empty, Figure, Matrix, MatrixCell, MatrixRow, Meaning, Section, Sheet, Suggestion,
    Table,
};
use desk::{Practice as _, Sheeted, href};
use serde_json::json;

use super::knowledge::Word;
use super::picture::{AreaRow, LEAST_COMMITS, Repository, View};
use super::{Ask, DeepExpertise};

/// Areas in the matrix; the table has all of them.
const MATRIX_AREAS: usize = 40;
/// People in the matrix; the others stand in the table of their areas.
const MATRIX_PEOPLE: usize = 14;

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        let enough: Vec<_> = self.repositories.iter().filter(|repo| repo.commits >= LEAST_COMMITS).collect();
        if enough.is_empty() {
            return nothing(self);
        }
        let areas = || enough.iter().flat_map(|repo| repo.areas.iter());
        let held: Vec<&AreaRow> = areas().filter(|area| area.held_by_one).collect();
        let unknown = areas().filter(|area| area.knowers == 0 && area.lines > 0).count();
        let changed: i64 = areas().map(|area| area.in_365_days).sum();
        let share = held.iter().map(|area| area.in_365_days).sum::<i64>() as f64 / changed.max(1) as f64;
        let mut sheet = Sheet::new(sentence(held.len(), share, unknown));
        for repo in &self.repositories {
            sheet = notices(sheet, repo);
        }
        sheet = sheet
            .figure(
                Figure::new("Areas one person knows", Cell::Count(held.len() as u64))
                    .note("of those changed this year")
                    .means(if held.is_empty() { Meaning::Good } else { Meaning::Watch }),
            )
            .figure(
                Figure::new("Areas nobody knows deeply", Cell::Count(unknown as u64))
                    .note("spread thin, or written long ago"),
            )
            .figure(
                Figure::new(
                    "Truck factor",
                    Cell::Count(enough.iter().map(|repo| repo.truck_factor as u64).min().unwrap_or(0)),
                )
                .note("people whose leaving orphans over half of the files"),
            );
        if self.ask.path.is_some() {
            sheet = sheet.section(helpers(self));
        }
        if !self.ask.without.is_empty() {
            sheet = sheet.section(losses(self));
        }
        for repo in &enough {
            sheet = sheet.section(matrix(repo, enough.len() > 1)).section(table(repo, enough.len() > 1));
        }
        for section in [truck(&enough), claims(self), plans(self)] {
            sheet = sheet.section(section);
        }
        for suggestion in suggestions(&held) {
            sheet = sheet.suggest(suggestion);
        }
        sheet.computed(computed(&enough))
    }
}

fn nothing(view: &View) -> Sheet {
    let commits: i64 = view.repositories.iter().map(|repo| repo.commits).sum();
    let why = if view.repositories.is_empty() {
        "No repository has been read yet.".to_owned()
    } else {
        format!("Too little history to say who knows what: {commits} commits are here, {LEAST_COMMITS} are needed.")
    };
    Sheet::nothing(
        Empty::new("Here will stand who can be asked about what, area by area.", why)
            .next("Read a repository", Deed::Run { command: "mainstay mine PATH".to_owned() }),
    )
}

fn sentence(held: usize, share: f64, unknown: usize) -> String {
    let held = match held {
        0 => "No area that changed this year is known by one person alone".to_owned(),
        1 => format!("One area, {:.0} % of this year's changes, is known by one person alone", share * 100.0),
        many => {
            format!("{many} areas, {:.0} % of this year's changes, are known by one person alone each", share * 100.0)
        }
    };
    match unknown {
        0 => format!("{held}."),
        1 => format!("{held}; one has nobody who knows it deeply."),
        many => format!("{held}; {many} have nobody who knows them deeply."),
    }
}

fn notices(mut sheet: Sheet, repo: &Repository) -> Sheet {
    if repo.commits < LEAST_COMMITS {
        sheet = sheet.notice(Meaning::Watch, format!("{}: too little history to say who knows what.", repo.name));
    }
    if repo.automatic_commits > 0 {
        sheet = sheet
            .notice(Meaning::Neutral, format!("{}: {} commits by bots left out.", repo.name, repo.automatic_commits));
    }
    if !repo.split_names.is_empty() {
        sheet = sheet.notice(
            Meaning::Watch,
            format!(
                "{}: {} names stand at several addresses and count as several people; a line in .mailmap joins them.",
                repo.name,
                repo.split_names.len()
            ),
        );
    }
    sheet
}

fn area_href(repo: &Repository, area: &str) -> String {
    let mut ask = Ask { path: Some(area.to_owned()), ..Ask::default() };
    ask.scope.repo = vec![repo.id.clone()];
    href::<DeepExpertise>(&ask)
}

fn titled(title: &str, repo: &Repository, several: bool) -> String {
    if several { format!("{title} in {}", repo.name) } else { title.to_owned() }
}

fn word_of(text: &str) -> Option<Word> {
    Word::ALL.into_iter().find(|word| word.text() == text)
}

fn shade(word: Word) -> u8 {
    match word {
        Word::Main => 4,
        Word::Deep => 3,
        Word::Some => 2,
        Word::Touched => 1,
    }
}

fn matrix(repo: &Repository, several: bool) -> Section {
    let shown: Vec<&AreaRow> = repo.areas.iter().take(MATRIX_AREAS).collect();
    let mut people: BTreeSet<&str> = BTreeSet::new();
    for least in [Word::Main, Word::Deep, Word::Some] {
        for area in &shown {
            let known = area.words.iter().filter(|(_, word)| word_of(word).is_some_and(|word| word >= least));
            for (name, _) in known {
                if people.len() < MATRIX_PEOPLE {
                    people.insert(name);
                }
            }
        }
    }
    let cell = |area: &AreaRow, name: &str| {
        let Some(word) = area.words.get(name).and_then(|word| word_of(word)) else { return MatrixCell::default() };
        MatrixCell::new(&word.letter().to_string(), shade(word), format!("{name}: {} in {}", word.text(), area.area))
    };
    let rows = shown
        .iter()
        .map(|area| MatrixRow {
            head: area.area.clone(),
            href: Some(area_href(repo, &area.area)),
            mark: area.held_by_one.then(|| ("one person".to_owned(), Meaning::Watch)),
            cells: people.iter().map(|name| cell(area, name)).collect(),
        })
        .collect();
    let held = shown.iter().filter(|area| area.held_by_one).count();
    let more = repo.areas.len().saturating_sub(shown.len());
    let section = Section::new(titled("Who can be asked", repo, several)).matrix(Matrix {
        caption: "Areas by people who know them; people in the order of the alphabet".to_owned(),
        finding: format!("Of {} areas shown, {held} are known by one person alone.", shown.len()),
        corner: "Area".to_owned(),
        columns: people.iter().map(|name| (*name).to_owned()).collect(),
        rows,
        legend: Word::ALL.iter().rev().map(|word| (word.letter().to_string(), word.text().to_owned())).collect(),
    });
    if more > 0 { section.say(format!("{more} more areas changed less; they stand in the table.")) } else { section }
}

fn table(repo: &Repository, several: bool) -> Section {
    let columns = vec![
        Column::words("area", "Area"),
        Column::numbers("lines", "Lines"),
        Column::numbers("quarter", "Changes in 90 d"),
        Column::numbers("year", "Changes in 365 d"),
        Column::numbers("knowers", "People who know it").about("At deep or better: a fifth or more of what is known."),
        Column::numbers("gini", "Concentration").about("Gini coefficient of knowledge: 0 even, 1 one person."),
        Column::words("last", "Last written"),
        Column::words("mark", "To know"),
    ];
    let cells = |area: &AreaRow| {
        vec![
            Cell::path(&area.area, area_href(repo, &area.area)),
            Cell::Count(area.lines),
            Cell::Count(u64::try_from(area.in_90_days).unwrap_or(0)),
            Cell::Count(u64::try_from(area.in_365_days).unwrap_or(0)),
            Cell::Count(area.knowers as u64),
            area.concentration.map_or_else(|| Cell::missing("fewer than two people"), |gini| Cell::number(gini, 2)),
            Cell::Time(area.last_written),
            if area.held_by_one { Cell::mark("one person", Meaning::Watch) } else { Cell::text("") },
        ]
    };
    let table = Table::new("areas", format!("Areas of {}, from {}", repo.name, repo.areas_from), columns)
        .rows(repo.areas.iter().map(cells))
        .ordered_by("-year");
    Section::new(titled("Areas", repo, several)).table(table)
}

fn helpers(view: &View) -> Section {
    let path = view.ask.path.as_deref().unwrap_or_default();
    let away: BTreeSet<&str> = view
        .claims
        .iter()
        .filter(|claim| {
            claim.body.willing_to_help == super::records::Willing::RatherNot && covers(&claim.body.area, path)
        })
        .map(|claim| claim.body.email.as_str())
        .collect();
    let columns = vec![
        Column::words("name", "Who").unsorted(),
        Column::words("word", "Knows it").unsorted(),
        Column::words("why", "Why").unsorted(),
        Column::words("email", "Address").unsorted(),
    ];
    let people =
        view.repositories.iter().flat_map(|repo| &repo.helpers).filter(|helper| !away.contains(helper.email.as_str()));
    let table = Table::new("helpers", format!("People who can help with {path}"), columns)
        .rows(people.map(|helper| {
            vec![Cell::text(&helper.name), Cell::text(&helper.word), Cell::text(&helper.why), Cell::text(&helper.email)]
        }))
        .or_say("Nobody who is willing to be asked wrote it: it belongs to bots, or they said rather not.");
    Section::new(format!("Who can help with {path}"))
        .say("By word, then by name. Reviews and absences are not read yet.")
        .table(table)
}

fn covers(area: &str, path: &str) -> bool {
    path == area || path.strip_prefix(area.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'))
}

fn losses(view: &View) -> Section {
    let columns = vec![
        Column::words("area", "Area"),
        Column::words("left", "Who still knows it"),
        Column::words("next", "Who could take it up"),
    ];
    let names = |names: &[String]| if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    let rows = view.repositories.iter().flat_map(|repo| &repo.losses).map(|loss| {
        vec![
            Cell::text(&loss.area),
            if loss.orphaned { Cell::mark("nobody", Meaning::Act) } else { Cell::text(names(&loss.staying)) },
            Cell::text(names(&loss.successors)),
        ]
    });
    let table = Table::new("losses", "Areas that lose those who know them", columns)
        .rows(rows)
        .or_say("Every area keeps at least two people who know it.");
    Section::new(format!("Without {}", view.ask.without.join(", "))).table(table)
}

fn truck(repos: &[&Repository]) -> Section {
    let columns = vec![
        Column::words("repo", "Repository"),
        Column::numbers("factor", "Truck factor"),
        Column::numbers("files", "Files"),
        Column::numbers("left", "Files left without an author"),
    ];
    let rows = repos.iter().map(|repo| {
        vec![
            Cell::text(&repo.name),
            Cell::Count(repo.truck_factor as u64),
            Cell::Count(repo.files as u64),
            Cell::Count(repo.left_alone.len() as u64),
        ]
    });
    let section = Section::new("Truck factor")
        .say("Authors of most files are taken away one by one until over half of the files have none left.")
        .table(Table::new("truck", "Truck factor of each repository", columns).rows(rows));
    let first: Vec<&str> = repos.iter().flat_map(|repo| &repo.left_alone).take(40).map(String::as_str).collect();
    if first.is_empty() { section } else { section.listing(first.join("\n")) }
}

fn claims(view: &View) -> Section {
    let columns = vec![
        Column::words("area", "Area or domain"),
        Column::words("who", "Who"),
        Column::words("text", "What can be asked"),
        Column::words("until", "Until"),
    ];
    let rows = view.claims.iter().map(|claim| {
        vec![
            Cell::text(&claim.body.area),
            Cell::text(&claim.body.email),
            Cell::text(&claim.body.text),
            Cell::text(claim.body.expires_on.clone().unwrap_or_default()),
        ]
    });
    Section::new("What people say of themselves").table(
        Table::new("claims", "What people say that they can be asked about", columns)
            .rows(rows)
            .or_say("Nobody has said anything yet. The page's main button is for that."),
    )
}

fn plans(view: &View) -> Section {
    let columns = vec![
        Column::words("area", "Area"),
        Column::words("from", "From"),
        Column::words("to", "To"),
        Column::numbers("done", "Steps done"),
        Column::words("next", "Next"),
        Column::words("due", "Due"),
    ];
    let rows = view.plans.iter().map(|plan| {
        let steps = &plan.body.steps;
        let next = steps.iter().find(|step| step.done_on.is_none());
        vec![
            Cell::text(&plan.body.area),
            Cell::text(plan.body.from_people.join(", ")),
            Cell::text(plan.body.to_people.join(", ")),
            Cell::text(format!("{} of {}", steps.iter().filter(|step| step.done_on.is_some()).count(), steps.len())),
            Cell::text(next.map(|step| step.text.clone()).unwrap_or_default()),
            Cell::text(next.map(|step| step.due_on.clone()).unwrap_or_default()),
        ]
    });
    Section::new("Hand-overs").table(
        Table::new("plans", "Hand-overs that are planned", columns).rows(rows).or_say("No hand-over is planned."),
    )
}

fn suggestions(held: &[&AreaRow]) -> Vec<Suggestion> {
    let plan = |area: &&&AreaRow| {
        Suggestion::new(
            format!("Plan a hand-over of {}", area.area),
            format!("It changed {} times this year, and one person alone knows it.", area.in_365_days),
            Deed::Act {
                practice: DeepExpertise::NAME.to_owned(),
                act: "plan_transfer".to_owned(),
                input: json!({ "area": area.area, "days": 60 }),
            },
        )
    };
    held.iter().take(3).map(|area| plan(&area)).collect()
}

fn computed(repos: &[&Repository]) -> Computed {
    Computed {
        formula: "Knowledge of an area: lines last written by a person, each × 2^(−age / 540 d), as a share of all; main ≥ 1/2, \
                  deep ≥ 1/5, some ≥ 1/20. Author of a file: 3.293 + 1.098·first author + 0.164·own changes − 0.321·ln(1 + others' \
                  changes) ≥ 3.293 and over 3/4 of the highest. Truck factor: greedy removal until over half of the files have no author."
            .to_owned(),
        inputs: repos.iter().map(|repo| (repo.name.clone(), format!("{} commits, {}", repo.commits, repo.areas_from))).collect(),
        left_out: vec![
            "generated and vendored files".to_owned(),
            "commits by bots and agents".to_owned(),
            "reviews (weight 0.3), absences and departures: not read yet".to_owned(),
        ],
        source: Some("Fritz et al. 2014; Avelino et al. 2016".to_owned()),
    }
}
