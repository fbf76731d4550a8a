//! The answer as a sheet: what was merged and how it came there, or what one change touches.

use desk::sheet::{
    Bars, Cell, Column, Computed, Deed, Empty, Figure, Meaning, Section, Suggestion, Table, duration, number,
};
use desk::{Sheet, Sheeted};
use serde_json::json;

use super::backtest::Backtest;
use super::measures::{DAY, Days, Group, Part, Size};
use super::suggest::{Part as Asked, Pick};
use super::view::{Brief, FileTouched, Recent, View};
use super::{Ask, CodeReview};

/// What a history alone cannot tell, in the words of the page.
const GIT_ALONE: &str = "Reading Git only: merges and approvals in trailers are known, waiting times are not. A forge would tell them; none can be added yet.";

impl Sheeted for View {
    fn sheet(&self) -> Sheet {
        if let Some(brief) = &self.brief {
            return of_brief(brief);
        }
        if self.repositories.is_empty() {
            return Sheet::nothing(nothing("No repository was read yet."));
        }
        if self.all.changes == 0 {
            return Sheet::nothing(nothing(&format!(
                "No change request was merged from {} to {}, as far as the history tells: no merge, no number behind a subject, no trailer.",
                self.since, self.until
            )));
        }
        let mut sheet = Sheet::new(answer(self));
        if !self.not_measured.is_empty() {
            sheet = sheet.notice(Meaning::Neutral, GIT_ALONE);
        }
        if self.by_programs > 0 {
            sheet = sheet.notice(Meaning::Neutral, format!("{} by programs left out.", changes(self.by_programs)));
        }
        if let Some(share) = self.by_request.share().filter(|share| *share < 0.5) {
            let share = number(share * 100.0, 0);
            let text = format!(
                "Only {share} % of the commits came by a change request that the history tells of: the others were pushed, or left no trace of one."
            );
            sheet = sheet.notice(Meaning::Watch, text);
        }
        for figure in figures(self) {
            sheet = sheet.figure(figure);
        }
        sheet = sheet.section(months(self)).section(sizes(self)).section(agreement(self));
        if let Some((seen, unseen)) = &self.by_approval {
            sheet = sheet.section(approvals(seen, unseen));
        }
        if let Some(found) = &self.backtest {
            sheet = sheet.section(asked(found));
        }
        sheet = sheet.section(newest(self));
        if !self.not_measured.is_empty() {
            let listed = Section::new("What Git alone cannot tell");
            sheet =
                sheet.section(self.not_measured.iter().fold(listed, |section, what| section.say(format!("– {what}"))));
        }
        for suggestion in suggestions(self) {
            sheet = sheet.suggest(suggestion);
        }
        sheet.computed(computed(self))
    }
}

fn nothing(why: &str) -> Empty {
    Empty::new("Here will stand how changes are reviewed: how large they are, how they came in, what one touches and who could look at it.", why)
        .next("Read a repository", Deed::Run { command: "mainstay up PATH".to_owned() })
}

fn changes(n: usize) -> String {
    if n == 1 { "1 change".to_owned() } else { format!("{n} changes") }
}

fn days(value: f64) -> String {
    duration((value * DAY as f64) as i64)
}

fn took(days_of: Days, value: Option<f64>, floor: usize) -> Cell {
    match value {
        Some(value) => Cell::Duration((value * DAY as f64) as i64),
        None => Cell::missing(format!("{} of {floor} needed", days_of.n)),
    }
}

fn share(part: Part) -> Cell {
    part.share().map_or_else(|| Cell::missing("none"), Cell::Share)
}

fn answer(view: &View) -> String {
    let large = view.by_size.iter().find(|one| one.size == Size::Oversized).map_or(0, |one| one.group.changes);
    let many = changes(view.all.changes);
    let verb = if view.all.changes == 1 { "was" } else { "were" };
    let took = view.all.took;
    let course = match took.median {
        Some(median) if took.n * 2 >= view.all.changes => {
            format!("half of them within {} of their first commit", days(median))
        }
        _ if took.n * 2 < view.all.changes => {
            "most as single commits, which do not tell when they were begun".to_owned()
        }
        _ => "too few to say how long they took".to_owned(),
    };
    let limit = number(f64::from(view.agreement.size_limit), 0);
    let large = match large {
        0 => format!("none was larger than {limit} lines"),
        1 => format!("one was larger than {limit} lines"),
        n => format!("{n} were larger than {limit} lines"),
    };
    format!("{many} {verb} merged since {}, {course}; {large}.", view.since)
}

fn figures(view: &View) -> Vec<Figure> {
    let approved = if view.by_approval.is_some() {
        Figure::new("Approval on record", share(view.all.approved))
            .note(format!("{} of {}; trailers and merge bots", view.all.approved.n, view.all.approved.of))
    } else {
        Figure::new("Approval on record", Cell::missing("this history notes none"))
            .note("trailers such as Reviewed-by; a forge knows more")
    };
    let back = view.all.taken_back;
    vec![
        Figure::new("First commit to merge, 85 %", took(view.all.took, view.all.took.p85, 7))
            .note(format!("writing and review together; known of {} of {}", view.all.took.n, view.all.changes)),
        approved,
        Figure::new("Taken back within 30 days", share(back))
            .note(format!("{} of {} whose 30 days are over", back.n, back.of)),
        Figure::new("Commits that came by a request", share(view.by_request))
            .note(format!("{} of {}", view.by_request.n, view.by_request.of)),
    ]
}

fn months(view: &View) -> Section {
    let labels: Vec<String> = view.by_month.iter().map(|one| one.month.clone()).collect();
    let merged = view.by_month.iter().map(|one| Some(one.group.changes as f64)).collect();
    let bars = Bars {
        over: "Month".to_owned(),
        labels,
        series: vec![("merged".to_owned(), merged)],
        unit: "changes".to_owned(),
        ..Bars::default()
    };
    let most = view.by_month.iter().max_by_key(|one| one.group.changes);
    let finding = most.map_or_else(String::new, |one| format!("most in {}: {}", one.month, changes(one.group.changes)));
    Section::new("By month").chart(bars.chart("by-month", finding))
}

fn sizes(view: &View) -> Section {
    let columns = vec![
        Column::words("lines", "Lines").unsorted(),
        Column::numbers("changes", "Changes"),
        Column::numbers("median", "Half within").about("From the first commit to the merge."),
        Column::numbers("p85", "85 % within"),
        Column::numbers("approved", "Approved").about("With an approval on record."),
        Column::numbers("back", "Taken back").about("Within 30 days, of those whose 30 days are over."),
    ];
    let rows = view.by_size.iter().map(|one| {
        let group = &one.group;
        vec![
            Cell::text(one.lines.clone()),
            Cell::Count(group.changes as u64),
            took(group.took, group.took.median, 5),
            took(group.took, group.took.p85, 7),
            if view.by_approval.is_some() { share(group.approved) } else { Cell::missing("no record") },
            share(group.taken_back),
        ]
    });
    let table = Table::new("sizes", "Changes by the lines that their commits add and delete", columns).rows(rows);
    Section::new("By size").say("Smaller changes are read better and wait less (Bacchelli and Bird 2013; Sadowski et al. 2018); whether that holds here stands in the rows.").table(table)
}

fn agreement(view: &View) -> Section {
    let agreed = &view.agreement;
    let who = if agreed.record.is_some() { "Agreed" } else { "Nobody has agreed on anything yet; the usual" };
    let kept = agreed.within_size;
    let mut section = Section::new("Agreement").say(format!(
        "{who}: a first answer within {} working hours, at most {} lines. {} of {} changes kept to the size; answers need a forge to be measured.",
        agreed.answer_hours, agreed.size_limit, kept.n, kept.of
    ));
    for line in &agreed.look_at {
        section = section.say(line.clone());
    }
    if !agreed.exceptions.is_empty() {
        section = section.say(format!("Except: {}", agreed.exceptions));
    }
    section
}

fn approvals(seen: &Group, unseen: &Group) -> Section {
    let columns = vec![
        Column::words("which", "Changes").unsorted(),
        Column::numbers("n", "How many"),
        Column::numbers("median", "Half within"),
        Column::numbers("back", "Taken back").about("Within 30 days, of those whose 30 days are over."),
        Column::numbers("of", "of").about("Changes whose 30 days are over."),
    ];
    let row = |name: &str, group: &Group| {
        vec![
            Cell::text(name),
            Cell::Count(group.changes as u64),
            took(group.took, group.took.median, 5),
            share(group.taken_back),
            Cell::Count(group.taken_back.of as u64),
        ]
    };
    let table = Table::new("approvals", "Changes with and without an approval on record", columns)
        .row(row("with an approval on record", seen))
        .row(row("without", unseen));
    Section::new("What approvals go with")
        .say("Who asks for a look chooses what to ask it for: the two groups differ in more than the look.")
        .table(table)
}

fn asked(found: &Backtest) -> Section {
    let columns =
        vec![Column::words("who", "Three who are asked").unsorted(), Column::numbers("share", "Hold one who did")];
    let row = |who: &str, share: f64| vec![Cell::text(who), Cell::Share(share)];
    let table = Table::new("asked", "How often one of three would have been somebody who let it in", columns)
        .row(row("know the files best, by lines written and looked at", found.by_knowledge))
        .row(row("committed to them last", found.by_last))
        .row(row("drawn by chance from a year's people", found.by_chance));
    Section::new("How good asking by knowledge would have been")
        .say(format!(
            "{} changes of the whole history with an approval by somebody else, each with what was known before it. That others would not have been better is not said by it.",
            found.changes
        ))
        .table(table)
}

fn opened(one: &Recent, many: bool) -> String {
    let scope =
        desk::Scope { repo: if many { vec![one.repository.clone()] } else { Vec::new() }, ..desk::Scope::default() };
    desk::href::<CodeReview>(&Ask { change: Some(one.opens.clone()), scope, ..Ask::default() })
}

fn newest(view: &View) -> Section {
    let many = view.repositories.len() > 1;
    let mut columns = vec![Column::words("change", "Change").unsorted(), Column::words("title", "Title").unsorted()];
    if many {
        columns.push(Column::words("repository", "Repository"));
    }
    columns.extend([
        Column::numbers("merged", "Merged"),
        Column::numbers("took", "Took").about("From the first commit to the merge."),
        Column::numbers("lines", "Lines"),
        Column::words("approved", "Approved by").unsorted(),
    ]);
    let rows = view.recent.iter().map(|one| {
        let number = if one.opens.bytes().all(|byte| byte.is_ascii_digit()) {
            format!("#{}", one.opens)
        } else {
            one.opens.clone()
        };
        let title = if one.taken_back { format!("{} (taken back)", one.title) } else { one.title.clone() };
        let mut cells = vec![Cell::link(number, opened(one, many)), Cell::text(title)];
        if many {
            cells.push(Cell::text(one.repository.clone()));
        }
        let approved = if one.approved_by.is_empty() {
            Cell::missing("none on record")
        } else {
            Cell::text(one.approved_by.join(", "))
        };
        cells.extend([
            Cell::Time(one.merged_at),
            one.took_days.map_or_else(|| Cell::missing("not known"), |took| Cell::Duration((took * DAY as f64) as i64)),
            one.lines.map_or_else(|| Cell::missing("not known"), Cell::Count),
            approved,
        ]);
        cells
    });
    let table =
        Table::new("newest", "The newest changes; each opens what it touches and who could look at it", columns)
            .rows(rows)
            .and_more(view.recent_of.saturating_sub(view.recent.len()) as u64);
    Section::new("Newest changes").table(table)
}

fn suggestions(view: &View) -> Vec<Suggestion> {
    let mut all = Vec::new();
    if view.agreement.record.is_none() {
        let act = Deed::Act { practice: "code_review".to_owned(), act: "set_agreement".to_owned(), input: json!({}) };
        all.push(Suggestion::new(
            "Agree on reviews",
            "Nobody has said how soon and how large; the usual is shown until then.",
            act,
        ));
    }
    let kept = view.agreement.within_size;
    if let Some(share) = kept.share().filter(|share| *share < 0.8 && kept.of >= 10) {
        let reason =
            format!("{} % are larger than {} lines.", number((1.0 - share) * 100.0, 0), view.agreement.size_limit);
        all.push(Suggestion::new(
            "Look at the largest changes",
            reason,
            Deed::Open { href: "#newest-changes".to_owned() },
        ));
    }
    all
}

fn computed(view: &View) -> Computed {
    Computed {
        formula: "a change = a merge, a squash or a trailer that names it on the default branch (first rule that holds); took = merge − earliest author \
                  time of its commits; lines = Σ added + deleted over its commits; percentiles by nearest rank, medians from 5, 85 % from 7; taken back = \
                  a commit says that it reverts one of its commits, within 30 days"
            .to_owned(),
        inputs: vec![
            ("Sources".to_owned(), view.sources.join(", ")),
            ("Period".to_owned(), format!("{} to {}", view.since, view.until)),
        ],
        left_out: vec![
            "changes written by programs".to_owned(),
            "lines of generated and vendored files".to_owned(),
            "whoever reviewed has no number: not how many, not how fast".to_owned(),
        ],
        source: Some("docs/practices/code_review.md".to_owned()),
    }
}

fn of_brief(brief: &Brief) -> Sheet {
    let hot = brief.files.iter().filter(|file| file.hotspot).count();
    let touched = match brief.files.len() {
        1 => "one file".to_owned(),
        n => format!("{n} files"),
    };
    let hot = match hot {
        0 => "no hotspot".to_owned(),
        1 => "one of them a hotspot".to_owned(),
        n => format!("{n} of them hotspots"),
    };
    let missing = match brief.missing.len() {
        0 => String::new(),
        1 => "; one that usually changes with them did not".to_owned(),
        n => format!("; {n} that usually change with them did not"),
    };
    let name = if brief.title.is_empty() { brief.name.clone() } else { format!("{} {}", brief.name, brief.title) };
    let mut sheet = Sheet::new(format!("{name} touches {touched}, {hot}{missing}."));
    for path in &brief.unknown {
        sheet = sheet.notice(Meaning::Watch, format!("{} has no file {path} at its newest commit.", brief.repository));
    }
    if brief.untested {
        sheet = sheet.notice(Meaning::Watch, "Code is changed, and no test.");
    }
    if let Some(merged_at) = brief.merged_at {
        sheet = sheet.figure(Figure::new("Merged", Cell::Time(merged_at)));
    }
    let lines: u64 = brief.files.iter().map(|file| file.added.unwrap_or(0) + file.deleted.unwrap_or(0)).sum();
    if brief.merged_at.is_some() {
        sheet = sheet.figure(Figure::new("Lines", Cell::Count(lines)).note("added and deleted"));
    }
    if let Some(section) = told(brief) {
        sheet = sheet.section(section);
    }
    sheet = sheet.section(first(brief)).section(ask(&brief.could_review)).section(files(&brief.files));
    if !brief.missing.is_empty() {
        sheet = sheet.section(partners(brief));
    }
    sheet.computed(Computed {
        formula: "hotspot = in the first twentieth by change × complexity; knows = wrote at least a fifth of the lines, fading by half in 540 days; usually \
                  changes with = in more than half of the mean of both files' commits; an expert has the best word in the files, a learner the best in their \
                  folders and none of “deep” in them; equals take turns by the change's number"
            .to_owned(),
        inputs: vec![("Repository".to_owned(), brief.repository.clone())],
        left_out: vec!["whoever wrote it, has left, or committed nothing for a year is not asked".to_owned(), "absences are not looked at".to_owned()],
        source: Some("Mirsaeedi and Rigby 2020 (learners beside experts); docs/practices/code_review.md".to_owned()),
    })
}

/// Who wrote it and how it came in; none for files alone.
fn told(brief: &Brief) -> Option<Section> {
    brief.merged_at?;
    let mut section = Section::new("How it came in");
    section = section.say(format!("Written by {}.", list(&brief.authors)));
    section = section.say(if brief.approved_by.is_empty() {
        "No approval is on record.".to_owned()
    } else {
        format!("Let in by {}.", list(&brief.approved_by))
    });
    if !brief.work.is_empty() {
        section = section.say(format!("It names {}.", brief.work.join(", ")));
    }
    if let Some(rule) = &brief.rule {
        section = section.say(format!(
            "Told by the rule {rule}{}.",
            if brief.flags.is_empty() { String::new() } else { format!("; {}", brief.flags.join(", ")) }
        ));
    }
    Some(section)
}

fn list(names: &[String]) -> String {
    match names {
        [] => "nobody that the history names".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn first(brief: &Brief) -> Section {
    if brief.look_first.is_empty() {
        return Section::new("Look here first")
            .say("No file stands out: none is a hotspot, large, or known by one person alone.");
    }
    let columns = vec![Column::words("path", "File").unsorted(), Column::words("why", "Why").unsorted()];
    let rows = brief.look_first.iter().map(|one| vec![file(&one.path), Cell::text(one.why.clone())]);
    Section::new("Look here first").table(Table::new("first", "Where a look is worth most", columns).rows(rows))
}

fn file(path: &str) -> Cell {
    Cell::Path { path: path.to_owned(), href: None }
}

fn ask(picks: &[Pick]) -> Section {
    if picks.is_empty() {
        return Section::new("Who could look at it")
            .say("Nobody who is here knows these files or their folders, apart from whoever wrote the change.");
    }
    let columns = vec![
        Column::words("part", "As").unsorted(),
        Column::words("who", "Who").unsorted(),
        Column::words("why", "Why").unsorted(),
    ];
    let rows = picks.iter().map(|pick| {
        let part = match pick.part {
            Asked::Expert => "knows it",
            Asked::Learner => "would learn it",
        };
        vec![Cell::text(part), Cell::text(pick.name.clone()), Cell::text(pick.why.clone())]
    });
    Section::new("Who could look at it")
        .table(Table::new("ask", "One who knows it and one who would come to", columns).rows(rows))
}

fn files(all: &[FileTouched]) -> Section {
    let columns = vec![
        Column::words("path", "File"),
        Column::numbers("lines", "Lines"),
        Column::numbers("hot", "Hotspot").about("Its place by change and complexity; the first twentieth is marked."),
        Column::words("knows", "Known well by").unsorted(),
    ];
    let rows = all.iter().map(|one| {
        let hot = match (one.hotspot_place, one.hotspot) {
            (Some(place), true) => Cell::mark(place.to_string(), Meaning::Watch),
            (Some(place), false) => Cell::Count(place),
            (None, _) => Cell::missing("no code"),
        };
        let lines = one.added.zip(one.deleted).map(|(added, deleted)| added + deleted);
        let knows = match (one.here, one.knowers.is_empty()) {
            (false, _) => Cell::missing("not at the newest commit"),
            (true, true) => Cell::text("nobody"),
            (true, false) => Cell::text(one.knowers.join(", ")),
        };
        vec![file(&one.path), lines.map_or_else(|| Cell::missing("not in yet"), Cell::Count), hot, knows]
    });
    Section::new("Files").table(
        Table::new("files", "What is touched", columns).rows(rows).or_say("The repository has none of these files."),
    )
}

fn partners(brief: &Brief) -> Section {
    let columns = vec![
        Column::words("path", "File").unsorted(),
        Column::words("with", "Changes with").unsorted(),
        Column::numbers("shared", "Commits together"),
        Column::numbers("degree", "Share"),
    ];
    let rows = brief
        .missing
        .iter()
        .map(|one| vec![file(&one.path), file(&one.with), Cell::Count(one.shared), Cell::Share(one.degree)]);
    Section::new("Usually changed with these")
        .table(Table::new("partners", "Files that change with these more often than not", columns).rows(rows))
}
