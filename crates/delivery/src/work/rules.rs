//! By which rules times are counted: the presets that stand on every number, the workflow in force at an instant, and what a board of
//! its own proposes.

use desk::work::{Category, ProjectId, Work};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::workflow::{Method, PointRule, StageRule, Workflow};
use crate::flow::{BackMove, Points, Stages, TimeRule};

/// How times are counted, by the name that stands on every number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Preset {
    /// Civil days, both ends counted, from the last start.
    #[default]
    Mainstay,
    /// Civil days, both ends counted, stage by stage.
    Actionable,
    /// Elapsed time from the last entry.
    Azure,
    /// Civil days, one end counted, from the last start.
    JiraAgileMetrics,
    /// As before, half a day for none.
    HalfDay,
    /// Working time of all visits.
    HandsOn,
}

impl Preset {
    /// Its two rules.
    #[must_use]
    pub const fn rules(self) -> (BackMove, TimeRule) {
        match self {
            Self::Mainstay => (BackMove::Reset, TimeRule::CalendarInclusive),
            Self::Actionable => (BackMove::Staged, TimeRule::CalendarInclusive),
            Self::Azure => (BackMove::LastEntry, TimeRule::Elapsed),
            Self::JiraAgileMetrics => (BackMove::Reset, TimeRule::CalendarExclusive),
            Self::HalfDay => (BackMove::Reset, TimeRule::CalendarHalfDay),
            Self::HandsOn => (BackMove::SumOfVisits, TimeRule::WorkingTime),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mainstay => "mainstay",
            Self::Actionable => "actionable",
            Self::Azure => "azure",
            Self::JiraAgileMetrics => "jira_agile_metrics",
            Self::HalfDay => "half_day",
            Self::HandsOn => "hands_on",
        }
    }

    /// Its rules in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Mainstay => "calendar-inclusive, reset",
            Self::Actionable => "calendar-inclusive, staged",
            Self::Azure => "elapsed, last entry",
            Self::JiraAgileMetrics => "calendar-exclusive, reset",
            Self::HalfDay => "calendar with half days, reset",
            Self::HandsOn => "working time, sum of visits",
        }
    }
}

/// The workflow of a team that never wrote one: what its board's statuses say, else five stages.
#[must_use]
pub fn proposed(work: &Work, project: Option<ProjectId>) -> Workflow {
    let mut stages: Vec<StageRule> = Vec::new();
    for status in project.into_iter().flat_map(|project| work.statuses(project)) {
        if status.until.is_some() || status.category == Category::Dropped {
            continue;
        }
        let id = work.text(status.status).to_owned();
        let key = desk::sheet::slug(&id);
        stages.push(StageRule {
            key: if key.is_empty() { format!("stage-{}", stages.len() + 1) } else { key },
            name: status.name.clone(),
            category: status.category,
            statuses: vec![id],
            policy: String::new(),
        });
    }
    let started = |stage: &StageRule| matches!(stage.category, Category::Active | Category::Waiting);
    let start = stages.iter().position(started);
    let finish = stages.iter().position(|stage| stage.category == Category::Done);
    match (start, finish) {
        (Some(start), Some(finish)) if start < finish => {
            let cycle = PointRule {
                name: "cycle".to_owned(),
                start: stages[start].key.clone(),
                finish: stages[finish].key.clone(),
            };
            Workflow { points: vec![cycle], stages, ..plain() }
        }
        _ => plain(),
    }
}

/// Five stages.
fn plain() -> Workflow {
    let stage = |key: &str, name: &str, category| StageRule {
        key: key.to_owned(),
        name: name.to_owned(),
        category,
        statuses: Vec::new(),
        policy: String::new(),
    };
    let cycle = PointRule { name: "cycle".to_owned(), start: "doing".to_owned(), finish: "done".to_owned() };
    Workflow {
        stages: vec![
            stage("backlog", "Backlog", Category::Backlog),
            stage("ready", "Ready", Category::Todo),
            stage("doing", "Doing", Category::Active),
            stage("review", "Review", Category::Waiting),
            stage("done", "Done", Category::Done),
        ],
        points: vec![cycle],
        limits: Vec::new(),
        lanes: None,
        preset: Preset::Mainstay,
        sle: None,
        method: Method::Kanban,
        sprint_weeks: 2,
        definition_of_done: Vec::new(),
        product_goal: None,
    }
}

/// The id of the status that means given up, on a native board.
pub const DROPPED: &str = "dropped";

impl Workflow {
    /// The id of the status that a card gets in a stage.
    #[must_use]
    pub fn status_of(&self, stage: usize) -> Option<&str> {
        let stage = self.stages.get(stage)?;
        Some(stage.statuses.first().map_or(stage.key.as_str(), String::as_str))
    }

    /// Which stage each status of the log belongs to.
    #[must_use]
    pub fn stages_of(&self, work: &Work, project: Option<ProjectId>) -> Stages {
        let mut all =
            Stages { categories: self.stages.iter().map(|stage| stage.category).collect(), ..Stages::default() };
        for (place, stage) in self.stages.iter().enumerate() {
            let ids = stage.statuses.iter().map(String::as_str).chain(stage.statuses.is_empty().then_some(&*stage.key));
            all.of.extend(ids.filter_map(|id| work.sym(id)).map(|sym| (sym, place)));
        }
        let named = project.into_iter().flat_map(|project| work.statuses(project));
        let dropped = named.filter(|status| status.category == Category::Dropped).map(|status| status.status);
        all.dropped = dropped.chain(work.sym(DROPPED)).collect();
        all
    }

    /// Between which stages the time of that name is taken; the first when no name is given.
    #[must_use]
    pub fn points_of(&self, name: Option<&str>) -> Option<Points> {
        let point = match name {
            Some(name) => self.points.iter().find(|point| point.name == name)?,
            None => self.points.first()?,
        };
        Some(Points { start: self.stage(&point.start)?, finish: self.stage(&point.finish)? })
    }
}
