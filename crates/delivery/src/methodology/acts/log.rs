//! An event log from elsewhere becomes a board of its own, with every change at its time. All of it goes in, or nothing.

use std::collections::{BTreeMap, HashMap};

use desk::work::{Category, Deed, Field, ItemType, Past, PastEntry, PastItem, ServiceClass};
use desk::{Act, Changes, Desk, FieldError, Refusal, Told};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{board, page_of, wrong};
use crate::methodology::log::{Happened, LogEvent};

/// Lines of one file.
const LINES: usize = 100_000;

/// Reads an event log.
#[derive(Debug)]
pub struct ImportLog;

/// The file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct LogInput {
    /// JSON Lines, one change each: issueKey, issueType, eventType (Created, Change, Flagged), ts (Unix microseconds), fromStatus, fromStatusId,
    /// toStatus, toStatusId, resolution, isUnresolved, flagged.
    #[schemars(title = "Event log", length(min = 1, max = 1_000_000), extend("format" = "multiline"))]
    pub log: String,
    /// Whose board it becomes; your own team's when left out. A team that has a board already gets no second.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// What people call it; its key when left out.
    #[serde(default)]
    #[schemars(title = "Name", length(max = 80))]
    pub name: Option<String>,
    /// Only say what would be read.
    #[serde(default)]
    #[schemars(title = "Only look")]
    pub dry_run: bool,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LogRead {
    /// What the items' keys begin with.
    pub key: String,
    /// How many items.
    pub items: usize,
    /// How many changes of them.
    pub changes: usize,
    /// Statuses from left to right, with what they are taken to mean.
    pub statuses: Vec<(String, Category)>,
    /// Whether it was only looked at.
    pub dry_run: bool,
    /// The page of the board.
    pub page: String,
}

impl Act for ImportLog {
    const NAME: &'static str = "import_log";
    const TITLE: &'static str = "Read an event log";

    type Input = LogInput;
    type Outcome = LogRead;

    async fn run(desk: &Desk, changes: &mut Changes, input: LogInput) -> Result<LogRead, Refusal> {
        let work = desk.work().await?;
        let board = board(desk, &work, input.team.as_deref())?;
        if !desk.access().may_work(board.team_id()) {
            return Err(Refusal::not_allowed(format!("only members and leads of {} change its work", board.name())));
        }
        if let Some(project) = &board.project {
            let message =
                format!("{} has a board already ({}): a log becomes a board of its own.", board.name(), project.key);
            return Err(wrong("team", message));
        }
        let events = read(&input.log)?;
        let mut past = past(&events)?;
        past.team = board.team_id();
        if work.projects().iter().any(|project| project.key == past.key) {
            return Err(wrong("log", format!("{} is here already: nothing was read.", past.key)));
        }
        if let Some(name) = input.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()) {
            past.name = name;
        }
        let told = LogRead {
            key: past.key.clone(),
            items: past.items.len(),
            changes: past.items.iter().map(|item| item.log.len()).sum(),
            statuses: past.statuses.iter().map(|(_, name, means)| (name.clone(), *means)).collect(),
            dry_run: input.dry_run,
            page: page_of(&board),
        };
        if !input.dry_run {
            changes.work(Deed::AddPast(Box::new(past)));
        }
        Ok(told)
    }

    fn told(outcome: &LogRead) -> Told {
        let what = if outcome.dry_run { "would be read" } else { "are read" };
        let means: Vec<String> =
            outcome.statuses.iter().map(|(name, means)| format!("{name} ({})", means.word())).collect();
        let sentence = format!(
            "{} items with {} changes {what} as {}: {}.",
            outcome.items,
            outcome.changes,
            outcome.key,
            means.join(", ")
        );
        Told::new(sentence).then(outcome.page.clone())
    }
}

/// The lines in the order of their times; those of one instant in the order of the file.
fn read(text: &str) -> Result<Vec<LogEvent>, Refusal> {
    let (mut all, mut bad) = (Vec::new(), Vec::new());
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (number, line) in lines {
        match serde_json::from_str::<LogEvent>(line) {
            Ok(event) => all.push(event),
            Err(error) => bad.push(FieldError::new("log", format!("Line {}: {error}.", number + 1))),
        }
    }
    if !bad.is_empty() {
        bad.truncate(20);
        return Err(Refusal::fields(bad).hint("Nothing was read. Mend the file and read it again."));
    }
    if all.is_empty() || all.len() > LINES {
        return Err(wrong("log", format!("{} lines; 1 to {LINES} go in at once.", all.len())));
    }
    all.sort_by_key(|event| event.ts);
    Ok(all)
}

/// The key of all items, and the number of one.
fn numbered(key: &str) -> Option<(&str, u64)> {
    let (project, number) = key.rsplit_once('-')?;
    Some((project, number.parse().ok()?))
}

/// The board that a log tells.
fn past(events: &[LogEvent]) -> Result<Past, Refusal> {
    let mut items: BTreeMap<u64, Vec<&LogEvent>> = BTreeMap::new();
    let mut key: Option<&str> = None;
    for event in events {
        let of = numbered(&event.issue_key)
            .ok_or_else(|| wrong("log", format!("`{}` is no key such as PAY-12.", event.issue_key)))?;
        if *key.get_or_insert(of.0) != of.0 {
            let message = format!("{} and {} in one file: a log becomes one board.", key.unwrap_or_default(), of.0);
            return Err(wrong("log", message));
        }
        items.entry(of.1).or_default().push(event);
    }
    let key = key.unwrap_or_default().to_owned();
    let items = items.into_iter().map(|(number, events)| item(number, &events)).collect::<Result<Vec<_>, _>>()?;
    Ok(Past { name: key.clone(), key, team: None, statuses: statuses(events), sprints: Vec::new(), items })
}

fn at(event: &LogEvent) -> Result<Timestamp, Refusal> {
    Timestamp::from_microsecond(event.ts)
        .map_err(|_| wrong("log", format!("{}: {} is no time in microseconds.", event.issue_key, event.ts)))
}

fn item(number: u64, events: &[&LogEvent]) -> Result<PastItem, Refusal> {
    let first = events.first().ok_or_else(|| Refusal::fault("an item without a change"))?;
    if first.event_type != Happened::Created {
        return Err(wrong("log", format!("{} is changed before it is created.", first.issue_key)));
    }
    let known = ItemType::ALL.iter().copied().find(|sort| sort.word() == first.issue_type.to_lowercase());
    let id = |event: &LogEvent| event.to_status_id.clone().or_else(|| event.to_status.clone());
    let mut log = Vec::new();
    let (mut status, mut flagged) = (id(first).unwrap_or_default(), false);
    for event in events.iter().skip(1) {
        let line = |field, from, to| Ok::<_, Refusal>(PastEntry { at: at(event)?, actor: None, field, from, to });
        match event.event_type {
            Happened::Created => return Err(wrong("log", format!("{} is created twice.", event.issue_key))),
            Happened::Change => {
                let to = id(event).ok_or_else(|| wrong("log", format!("{} changes to nothing.", event.issue_key)))?;
                let from = event.from_status_id.clone().or_else(|| event.from_status.clone()).unwrap_or(status);
                log.push(line(Field::Status, Some(from), Some(to.clone()))?);
                status = to;
            }
            Happened::Flagged => {
                let word = |blocked: bool| blocked.then(|| "blocked".to_owned());
                log.push(line(Field::Blocked, word(flagged), word(event.flagged))?);
                flagged = event.flagged;
            }
        }
    }
    Ok(PastItem {
        number,
        title: first.summary.clone().unwrap_or_else(|| first.issue_key.clone()),
        sort: known.unwrap_or(ItemType::Other),
        class: ServiceClass::Standard,
        status,
        priority: None,
        estimate: None,
        created_at: at(first)?,
        creator: None,
        assignee: None,
        parent: None,
        labels: Vec::new(),
        blocked: flagged,
        log,
    })
}

/// The statuses, in the order of their mean place on the way of items; where items begin is to do, where they are resolved is done.
fn statuses(events: &[LogEvent]) -> Vec<(String, String, Category)> {
    #[derive(Default)]
    struct Seen {
        name: String,
        begins: usize,
        resolved: usize,
        entered: usize,
        places: usize,
    }
    let mut all: HashMap<String, Seen> = HashMap::new();
    let mut steps: HashMap<&str, usize> = HashMap::new();
    for event in events.iter().filter(|event| event.event_type != Happened::Flagged) {
        let Some(id) = event.to_status_id.clone().or_else(|| event.to_status.clone()) else { continue };
        let step = steps.entry(&event.issue_key).or_default();
        let seen = all.entry(id.clone()).or_default();
        seen.name = event.to_status.clone().unwrap_or(id);
        seen.begins += usize::from(event.event_type == Happened::Created);
        seen.resolved += usize::from(!event.is_unresolved);
        seen.entered += 1;
        seen.places += *step;
        *step += 1;
    }
    let means = |seen: &Seen| {
        if 2 * seen.resolved > seen.entered {
            Category::Done
        } else if 2 * seen.begins > seen.entered {
            Category::Todo
        } else {
            Category::Active
        }
    };
    let mut rows: Vec<(String, Seen)> = all.into_iter().collect();
    let order = |seen: &Seen| (means(seen) == Category::Done, 1_000 * seen.places / seen.entered.max(1));
    rows.sort_by(|a, b| (order(&a.1), &a.0).cmp(&(order(&b.1), &b.0)));
    rows.into_iter().map(|(id, seen)| (id, seen.name.clone(), means(&seen))).collect()
}
