//! The log of a board as files: every change as JSON Lines, in and out without loss; and the day on which each item reached each stage, as CSV.

use desk::Refusal;
use desk::work::{Category, Field, Item, Sym};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::flow::Track;
use crate::work::scene::Scene;

/// As which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum LogForm {
    /// Every change, one a line.
    Events,
    /// A row an item, a column a stage.
    StageDates,
}

impl LogForm {
    /// Every form.
    pub const ALL: [Self; 2] = [Self::Events, Self::StageDates];

    /// What a link to it says.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Events => "Event log (JSON Lines)",
            Self::StageDates => "Stage dates (CSV)",
        }
    }

    /// Its media type and its name when it is saved.
    #[must_use]
    pub const fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Events => ("application/jsonl; charset=utf-8", "events.jsonl"),
            Self::StageDates => ("text/csv; charset=utf-8; header=present", "stage-dates.csv"),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Happened {
    /// It was written down.
    Created,
    /// It went to another status.
    Change,
    /// Something stopped it, or no longer does.
    Flagged,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogEvent {
    /// Of which item.
    pub issue_key: String,
    /// What kind of work it is.
    #[serde(default)]
    pub issue_type: String,
    /// What happened.
    pub event_type: Happened,
    /// When: Unix microseconds.
    pub ts: i64,
    /// From which status.
    #[serde(default)]
    pub from_status: Option<String>,
    /// Its id.
    #[serde(default)]
    pub from_status_id: Option<String>,
    /// To which status.
    #[serde(default)]
    pub to_status: Option<String>,
    /// Its id.
    #[serde(default)]
    pub to_status_id: Option<String>,
    /// How it ended.
    #[serde(default)]
    pub resolution: Option<String>,
    /// Whether it is still to be done.
    #[serde(default)]
    pub is_unresolved: bool,
    /// Whether something stops it.
    #[serde(default)]
    pub flagged: bool,
    /// What it is about, where it was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// The file, of a scene: what counts at its instant, as it was known at the other.
///
/// # Errors
/// A bug when it cannot be written.
pub(super) fn written(form: LogForm, scene: &Scene) -> Result<String, Refusal> {
    match form {
        LogForm::Events => events(scene),
        LogForm::StageDates => stage_dates(scene),
    }
}

/// The name of a status: as the board has it, else as its stage is called.
fn name(scene: &Scene, status: Sym) -> String {
    let mut kept = scene.board.project_id().into_iter().flat_map(|project| scene.work.statuses(project));
    if let Some(kept) = kept.find(|one| one.status == status) {
        return kept.name.clone();
    }
    let stage = scene.stages.of.get(&status).and_then(|place| scene.rules.workflow.stages.get(*place));
    stage.map_or_else(|| scene.work.text(status).to_owned(), |stage| stage.name.clone())
}

fn events(scene: &Scene) -> Result<String, Refusal> {
    let project = scene.board.project_id();
    let here = |item: &&std::sync::Arc<Item>| {
        Some(item.project) == project
            && item.created_at <= scene.as_of
            && item.seen <= scene.known_at
            && item.deleted_at.is_none_or(|at| at > scene.known_at)
    };
    let mut all: Vec<LogEvent> = scene.work.items().iter().filter(here).flat_map(|item| of_item(scene, item)).collect();
    // Stable: what happened to one item at one instant stays in its order.
    all.sort_by(|a, b| (a.ts, &a.issue_key).cmp(&(b.ts, &b.issue_key)));
    let mut out = String::new();
    for event in &all {
        let line = serde_json::to_string(event).map_err(|error| Refusal::bug("cannot write the log", error))?;
        out.push_str(&line);
        out.push('\n');
    }
    Ok(out)
}

fn of_item(scene: &Scene, item: &Item) -> Vec<LogEvent> {
    let lines: Vec<_> = item.log.iter().filter(|line| line.counts(scene.as_of, scene.known_at)).collect();
    let moves = || lines.iter().filter(|line| line.field == Field::Status);
    let first = moves().next().and_then(|line| line.from).unwrap_or(item.status);
    let open = |status: Sym| !matches!(scene.stages.category(status), Some(Category::Done | Category::Dropped));
    let text = |status: Option<Sym>| status.map(|status| scene.work.text(status).to_owned());
    let event = |event_type, ts, from: Option<Sym>, to: Sym, flagged| LogEvent {
        issue_key: item.key.to_string(),
        issue_type: item.sort.word().to_owned(),
        event_type,
        ts,
        from_status: from.map(|status| name(scene, status)),
        from_status_id: text(from),
        to_status: Some(name(scene, to)),
        to_status_id: text(Some(to)),
        resolution: None,
        is_unresolved: open(to),
        flagged,
        summary: None,
    };
    let (mut now, mut flagged) = (first, false);
    let created = event(Happened::Created, item.created_at, None, first, false);
    let mut all = vec![LogEvent { summary: Some(item.title.to_string()), ..created }];
    for line in lines {
        match (line.field, line.to) {
            (Field::Status, Some(to)) => {
                all.push(event(Happened::Change, line.at, line.from.or(Some(now)), to, flagged));
                now = to;
            }
            (Field::Blocked, to) => {
                flagged = to.is_some();
                all.push(event(Happened::Flagged, line.at, Some(now), now, flagged));
            }
            _ => {}
        }
    }
    all
}

fn stage_dates(scene: &Scene) -> Result<String, Refusal> {
    let failed = |error: csv::Error| Refusal::bug("cannot write the table", error);
    let stages = &scene.rules.workflow.stages;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let head = ["ID", "Link", "Name"].into_iter().chain(stages.iter().map(|stage| stage.name.as_str()));
    writer.write_record(head.chain(["Type", "Class", "Blocked"])).map_err(failed)?;
    for track in &scene.tracks {
        let item = scene.item(track);
        let mut row = vec![item.key.to_string(), item.url.as_deref().unwrap_or_default().to_owned()];
        row.push(desk::sheet::harmless(&item.title));
        row.extend((0..stages.len()).map(|stage| reached(scene, track, stage)));
        let blocked = if item.blocked { "yes" } else { "no" };
        row.extend([item.sort.word().to_owned(), item.class.word().to_owned(), blocked.to_owned()]);
        writer.write_record(row).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| Refusal::bug("cannot write the table", error.into_error()))?;
    String::from_utf8(bytes).map_err(|error| Refusal::bug("cannot write the table", error))
}

/// The day on which an item entered a stage for the last time; empty where it was never, or from where it went back.
fn reached(scene: &Scene, track: &Track, stage: usize) -> String {
    if track.stage().is_none_or(|now| stage > now) {
        return String::new();
    }
    let entered = track.visits.iter().rfind(|visit| visit.stage == stage);
    entered.map_or_else(String::new, |visit| scene.calendar.day(visit.from).to_string())
}
