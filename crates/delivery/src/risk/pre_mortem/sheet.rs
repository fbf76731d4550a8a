//! Pre-mortems as a sheet: what a terminal, an assistant and the list show.

use desk::Sheet;
use desk::sheet::{Cell, Column, Computed, Deed, Figure, Meaning, Section, Suggestion, Table};
use serde_json::{Value, json};

use super::acts::page_of;
use super::records::{State, VOTES};
use super::view::{EntryLine, MortemLine, MortemRoom};

/// The list of pre-mortems.
pub(in crate::risk) fn all(lines: &[MortemLine]) -> Section {
    let columns = vec![
        Column::words("title", "Pre-mortem"),
        Column::words("on", "On"),
        Column::words("state", "State"),
        Column::numbers("entries", "Entries"),
    ];
    let rows = lines.iter().map(|one| {
        let entries = if one.state == State::Writing {
            Cell::missing("nobody reads them yet")
        } else {
            Cell::Count(one.entries as u64)
        };
        vec![
            Cell::link(one.title.clone(), page_of(&one.id)),
            Cell::text(one.on.clone()),
            Cell::text(one.state.word()),
            entries,
        ]
    });
    Section::new("Pre-mortems").table(Table::new("pre_mortems", "Pre-mortems, the newest first", columns).rows(rows))
}

/// A room.
pub(in crate::risk) fn sheet(room: &MortemRoom) -> Sheet {
    let mut sheet = Sheet::new(sentence(room));
    if let Some(warning) = warning(room) {
        sheet = sheet.notice(Meaning::Watch, warning);
    }
    sheet = sheet.figure(Figure::new("In the room", Cell::text(room.here.join(", "))));
    if room.state == State::Grouped && room.takes_part {
        sheet = sheet.figure(Figure::new("Votes that you have left", Cell::Count(u64::from(room.left))));
    }
    if !room.mine.is_empty() {
        sheet = sheet.section(entries("mine", "What you wrote here", &room.mine));
    }
    if !room.groups.is_empty() {
        sheet = sheet.section(groups(room));
    }
    if !room.loose.is_empty() {
        sheet = sheet.section(entries("loose", "In no group yet", &room.loose));
    }
    for suggestion in suggestions(room) {
        sheet = sheet.suggest(suggestion);
    }
    sheet.computed(computed(room))
}

/// What is said where somebody might be known by their style.
pub(super) fn warning(room: &MortemRoom) -> Option<String> {
    let many = match room.here.len() {
        0 => "Nobody else is".to_owned(),
        1 => "Only one is".to_owned(),
        n => format!("Only {n} are"),
    };
    let warns = room.few && room.takes_part && room.state == State::Writing;
    warns.then(|| format!("{many} in the room: your style may tell who you are."))
}

/// The answer in a sentence.
pub(super) fn sentence(room: &MortemRoom) -> String {
    let lying = room.loose.len() + room.groups.iter().map(|group| group.entries.len()).sum::<usize>();
    let entries = |many: usize| if many == 1 { "One entry".to_owned() } else { format!("{many} entries") };
    let groups = if room.groups.len() == 1 { "one group".to_owned() } else { format!("{} groups", room.groups.len()) };
    match room.state {
        State::Writing if room.about == 0 => {
            "Everybody writes: fewer than 5 entries so far, and nobody reads any.".to_owned()
        }
        State::Writing => format!("Everybody writes: at least {} entries so far, and nobody reads any.", room.about),
        State::Revealed => format!("{} lie open; {} are in no group yet.", entries(lying), room.loose.len()),
        State::Grouped => format!("{} in {groups}: everybody gives {VOTES} votes.", entries(lying)),
        State::Voted | State::Closed => {
            let risks = room.groups.iter().filter(|group| group.risk.is_some()).count();
            let risks = if risks == 1 { "one is a risk".to_owned() } else { format!("{risks} are risks") };
            let over = if room.state == State::Closed { "Closed. " } else { "" };
            match room.groups.first().filter(|group| group.votes > Some(0)) {
                Some(first) => {
                    format!("{over}{} in {groups}; most votes are for “{}”; {risks}.", entries(lying), first.name)
                }
                None => format!("{over}{} in {groups}; {risks}.", entries(lying)),
            }
        }
    }
}

fn entries(id: &str, title: &str, lines: &[EntryLine]) -> Section {
    let columns = vec![Column::words("text", "What happened").unsorted(), Column::words("id", "Entry").unsorted()];
    let rows = lines.iter().map(|one| vec![Cell::text(one.text.clone()), Cell::text(one.id.clone())]);
    Section::new(title).table(Table::new(id, title, columns).rows(rows))
}

fn groups(room: &MortemRoom) -> Section {
    let columns = vec![
        Column::numbers("n", "Group").unsorted(),
        Column::words("name", "What could happen").unsorted(),
        Column::words("entries", "Entries").unsorted(),
        Column::numbers("votes", "Votes").unsorted(),
        Column::words("risk", "Risk").unsorted(),
    ];
    let rows = room.groups.iter().map(|group| {
        let said: Vec<&str> = group.entries.iter().map(|entry| entry.text.as_str()).collect();
        vec![
            Cell::Count(u64::from(group.n)),
            Cell::text(group.name.clone()),
            Cell::text(said.join(" · ")),
            group.votes.map_or_else(|| Cell::missing("not counted yet"), |votes| Cell::Count(u64::from(votes))),
            match &group.risk {
                Some((id, title)) => Cell::link(title.clone(), format!("/records/risk/{id}")),
                None => Cell::missing("it is none yet"),
            },
        ]
    });
    Section::new("Groups").table(Table::new("groups", "What could happen, the most votes first", columns).rows(rows))
}

fn suggestions(room: &MortemRoom) -> Vec<Suggestion> {
    let input = |more: Value| {
        let mut input = json!({ "session": room.id });
        if let (Some(into), Value::Object(more)) = (input.as_object_mut(), more) {
            into.extend(more);
        }
        input
    };
    let act =
        |act: &str, more: Value| Deed::Act { practice: "risk".to_owned(), act: act.to_owned(), input: input(more) };
    let mut all = Vec::new();
    let mut add = |when: bool, title: &str, reason: &str, deed: Deed| {
        if when {
            all.push(Suggestion::new(title, reason, deed));
        }
    };
    let none = || json!({});
    match room.state {
        State::Writing => {
            add(room.takes_part, "Write an entry", &room.prompt, act("write", none()));
            add(room.may_lead, "Reveal the entries", "When nobody writes any more.", act("reveal", none()));
        }
        State::Revealed => {
            let reason = "What says the same stands under one name.";
            add(room.may_lead, "Put entries together", reason, act("group", none()));
            let reason = "What is in no group becomes one.";
            add(room.may_lead, "Begin the vote", reason, act("group", json!({ "done": true })));
        }
        State::Grouped => {
            add(room.left > 0, "Vote for a group", "For what matters most.", act("vote", none()));
            add(room.may_lead, "Count the votes", "When everybody has voted.", act("count_votes", none()));
        }
        State::Voted => {
            if let Some(group) = room.groups.iter().find(|group| group.risk.is_none() && group.votes > Some(0)) {
                let title = format!("Make a risk of “{}”", group.name);
                let deed = act("to_risk", json!({ "group": group.n, "probability": 0.3 }));
                add(room.takes_part, &title, "It has the most votes of those that are no risk yet.", deed);
            }
            add(
                room.may_lead,
                "Close the pre-mortem",
                "When what matters is in the register.",
                act("close_pre_mortem", none()),
            );
        }
        State::Closed => {}
    }
    all
}

pub(super) fn computed(room: &MortemRoom) -> Computed {
    Computed {
        formula: format!(
            "a group's votes are counted from all that were given, {VOTES} each; with equal votes stands first what was made first"
        ),
        inputs: vec![("Plan".to_owned(), room.plan.1.clone()), ("Facilitator".to_owned(), room.facilitator.clone())],
        left_out: vec![
            "who wrote or voted what, and when: it is kept nowhere".to_owned(),
            "how many entries there are before the reveal, but in steps of five".to_owned(),
        ],
        source: Some("Klein 2007 (pre-mortems)".to_owned()),
    }
}
