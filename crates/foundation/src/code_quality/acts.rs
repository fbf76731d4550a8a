//! What can be done: set and end goals, call a finding a false alarm and take that back, weigh findings.

mod weights;

use desk::{Act, ActEntry, Changes, Desk, Refusal, Stored, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::goals::Measure;
use super::records::{FalseAlarm, QualityGoal};
use super::{Ask, answer};
pub use weights::{NewWeight, TakeBackWeight, WeighFinding};

/// Every act of the practice.
pub(super) fn all() -> Vec<ActEntry> {
    vec![
        ActEntry::of::<SetGoal>(),
        ActEntry::of::<EndGoal>(),
        ActEntry::of::<RecordFalseAlarm>(),
        ActEntry::of::<TakeBackFalseAlarm>(),
        ActEntry::of::<WeighFinding>(),
        ActEntry::of::<TakeBackWeight>(),
    ]
}

/// Sets a goal. What is measured today is kept beside it: a gate fails when it gets worse.
#[derive(Debug)]
pub struct SetGoal;

/// What a goal needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewGoal {
    /// Folders that it is about, one a line; none means the whole of the code.
    #[serde(default)]
    #[schemars(title = "Areas")]
    pub areas: Vec<String>,
    /// What is measured.
    #[schemars(title = "Measure")]
    pub measure: Measure,
    /// What it shall be; shares between 0 and 1.
    #[schemars(title = "Target")]
    pub target: f64,
    /// The day by which it shall be reached.
    #[schemars(title = "By", with = "String", extend("format" = "date"))]
    pub by_on: Date,
    /// Why it matters to those who change this code.
    #[serde(default)]
    #[schemars(title = "Reason", length(max = 1000))]
    pub reason: String,
}

impl Act for SetGoal {
    const NAME: &'static str = "set_goal";
    const TITLE: &'static str = "Set a goal";
    const MAIN: bool = true;

    type Input = NewGoal;
    type Outcome = Stored<QualityGoal>;

    async fn run(desk: &Desk, changes: &mut Changes, input: NewGoal) -> Result<Self::Outcome, Refusal> {
        let areas: Vec<String> = input
            .areas
            .iter()
            .map(|area| area.trim().trim_matches('/').to_owned())
            .filter(|area| !area.is_empty())
            .collect();
        let start = answer::measured(desk, input.measure, &areas).await?;
        changes.add(QualityGoal {
            areas,
            measure: input.measure,
            target: input.target,
            by_on: input.by_on,
            reason: input.reason.trim().to_owned(),
            start,
        })
    }

    fn told(goal: &Self::Outcome) -> Told {
        let page = desk::href::<super::CodeQuality>(&Ask::default());
        Told::new(format!("Goal set: {}.", desk::Record::title(&goal.body))).then(format!("{page}#goals"))
    }
}

/// Ends a goal. It stays in the history.
#[derive(Debug)]
pub struct EndGoal;

/// A record by id, at the version that was seen.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Seen {
    /// The record's id.
    #[schemars(title = "Id")]
    pub id: String,
    /// The version that you saw.
    #[schemars(title = "Version", range(min = 1))]
    pub version: u64,
}

impl Act for EndGoal {
    const NAME: &'static str = "end_goal";
    const TITLE: &'static str = "End a goal";

    type Input = Seen;
    type Outcome = Stored<QualityGoal>;

    async fn run(_desk: &Desk, changes: &mut Changes, input: Seen) -> Result<Self::Outcome, Refusal> {
        changes.archive(&input.id, input.version).await
    }

    fn told(_outcome: &Self::Outcome) -> Told {
        Told::new("The goal is ended. Its history stays.")
    }
}

/// Calls a finding no trouble: it takes nothing from the file's health any more.
#[derive(Debug)]
pub struct RecordFalseAlarm;

/// What a false alarm needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewFalseAlarm {
    /// The finding as the file's page names it: repository:path#rule, with @function where it is about one.
    #[schemars(title = "Finding")]
    pub finding: String,
    /// Why it is no trouble.
    #[schemars(title = "Reason", length(min = 1, max = 1000))]
    pub reason: String,
    /// Last day on which it is left out; none means until somebody takes it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(title = "Until", with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
}

impl Act for RecordFalseAlarm {
    const NAME: &'static str = "record_false_alarm";
    const TITLE: &'static str = "Call a finding a false alarm";

    type Input = NewFalseAlarm;
    type Outcome = Stored<FalseAlarm>;

    async fn run(desk: &Desk, changes: &mut Changes, input: NewFalseAlarm) -> Result<Self::Outcome, Refusal> {
        let finding = input.finding.trim().to_owned();
        let same = |alarm: &Stored<FalseAlarm>| alarm.body.finding == finding && alarm.body.holds_on(desk.today());
        if let Some(known) = desk.records().list::<FalseAlarm>().await?.into_iter().find(same) {
            return Err(Refusal::conflict(format!("{finding} is called a false alarm already"))
                .hint(format!("Its reason: {}", known.body.reason)));
        }
        changes.add(FalseAlarm { finding, reason: input.reason.trim().to_owned(), until: input.until })
    }

    fn told(alarm: &Self::Outcome) -> Told {
        Told::new(match alarm.body.until {
            Some(until) => format!("{} is left out until {until}.", alarm.body.finding),
            None => format!("{} is left out from now on.", alarm.body.finding),
        })
    }
}

/// Takes a false alarm back: the finding counts again.
#[derive(Debug)]
pub struct TakeBackFalseAlarm;

impl Act for TakeBackFalseAlarm {
    const NAME: &'static str = "take_back_false_alarm";
    const TITLE: &'static str = "Take a false alarm back";

    type Input = Seen;
    type Outcome = Stored<FalseAlarm>;

    async fn run(_desk: &Desk, changes: &mut Changes, input: Seen) -> Result<Self::Outcome, Refusal> {
        changes.archive(&input.id, input.version).await
    }

    fn told(_outcome: &Self::Outcome) -> Told {
        Told::new("The finding counts again.")
    }
}
