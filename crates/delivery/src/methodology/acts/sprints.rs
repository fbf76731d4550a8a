//! Acts on sprints: plan, start, change what is in one, close, review.

use desk::records::Envelope;
use desk::work::{Deed, Edit, NewSprint, Reference, Sprint, SprintState};
use desk::{Act, Changes, Desk, Refusal, Stored, Told};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{board, item, scene_now, wrong};
use crate::methodology::records::{GoalMet, SprintReview};
use crate::methodology::sprint::of_board;
use crate::methodology::{Ask, Show};
use crate::work::rules::DROPPED;
use crate::work::scene::{Board, Scene};

/// What came of an act on a sprint.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SprintTold {
    /// Its id.
    pub sprint: String,
    /// What a person is told.
    pub sentence: String,
    /// Its page.
    pub page: String,
}

impl SprintTold {
    fn new(board: &Board, sprint: desk::work::SprintId, sentence: String) -> Self {
        let ask = Ask {
            team: Some(board.address().to_owned()),
            show: Some(Show::Sprint),
            sprint: Some(sprint.to_string()),
            ..Ask::default()
        };
        Self { sprint: sprint.to_string(), sentence, page: crate::methodology::address(&ask) }
    }

    fn told(&self) -> Told {
        Told::new(self.sentence.clone()).then(self.page.clone())
    }
}

/// The sprint of a board by name or id; the running one, else the next, when none is named.
fn sprint_of<'a>(scene: &'a Scene, named: Option<&str>, state: SprintState) -> Result<&'a Sprint, Refusal> {
    let mut all = of_board(scene);
    match named.map(str::trim).filter(|named| !named.is_empty()) {
        Some(named) => all
            .find(|one| one.name.eq_ignore_ascii_case(named) || one.id.to_string() == named)
            .ok_or_else(|| wrong("sprint", format!("No sprint `{named}` of {}.", scene.board.name()))),
        None => all.find(|one| one.state == state).ok_or_else(|| {
            let what = if state == SprintState::Active { "runs" } else { "is planned" };
            wrong("sprint", format!("No sprint of {} {what}.", scene.board.name()))
        }),
    }
}

/// Midnight of a day in the calendar of a scene.
fn begin_of(scene: &Scene, day: Date) -> Option<Timestamp> {
    Timestamp::from_microsecond(scene.calendar.begin(day)).ok()
}

/// Plans a sprint.
#[derive(Debug)]
pub struct PlanSprint;

/// What a sprint needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PlanInput {
    /// Whose; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// What the team calls it.
    #[schemars(title = "Name", length(min = 1, max = 80))]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    #[schemars(title = "Goal", length(max = 300))]
    pub goal: Option<String>,
    /// First day.
    #[schemars(title = "From", with = "String", extend("format" = "date"))]
    pub from: Date,
    /// Last day; as many weeks as the workflow says when left out.
    #[serde(default)]
    #[schemars(title = "Until", with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// Keys of the items that are planned for it, one a line.
    #[serde(default)]
    #[schemars(title = "Items")]
    pub items: Vec<String>,
}

impl Act for PlanSprint {
    const NAME: &'static str = "plan_sprint";
    const TITLE: &'static str = "Plan a sprint";

    type Input = PlanInput;
    type Outcome = SprintTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: PlanInput) -> Result<SprintTold, Refusal> {
        let work = desk.work().await?;
        let board = board(desk, &work, input.team.as_deref())?;
        let Some(project) = &board.project else {
            return Err(wrong("team", format!("{} has no board yet: write an item down first.", board.name())));
        };
        let scene = scene_now(desk, board.clone()).await?;
        let weeks = i64::from(scene.rules.workflow.sprint_weeks);
        let last = input.until.or_else(|| input.from.checked_add((weeks * 7 - 1).days()).ok()).unwrap_or(input.from);
        if last < input.from {
            return Err(wrong("until", format!("It ends before it begins ({}).", input.from)));
        }
        let sprint = changes.fresh_sprint()?;
        changes.work(Deed::PlanSprint(NewSprint {
            id: sprint,
            project: project.id,
            name: input.name.trim().to_owned(),
            goal: input.goal.filter(|goal| !goal.trim().is_empty()),
            start_at: begin_of(&scene, input.from),
            planned_end_at: last.tomorrow().ok().and_then(|day| begin_of(&scene, day)),
        }));
        for key in input.items.iter().map(|key| key.trim()).filter(|key| !key.is_empty()) {
            let (_, reference) =
                item(&work, key, None).map_err(|_| wrong("items", format!("No work item `{key}`.")))?;
            changes.work(Deed::Change(reference, vec![Edit::Enter(sprint)], None));
        }
        Ok(SprintTold::new(&board, sprint, format!("{} is planned.", input.name.trim())))
    }

    fn told(outcome: &SprintTold) -> Told {
        outcome.told()
    }
}

/// Starts a sprint: what is in it now is what is promised.
#[derive(Debug)]
pub struct StartSprint;

/// Which, and for what.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct StartInput {
    /// Whose; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// Its name; the next when left out.
    #[serde(default)]
    #[schemars(title = "Sprint")]
    pub sprint: Option<String>,
    /// What it is for.
    #[schemars(title = "Goal", length(min = 1, max = 300))]
    pub goal: String,
    /// Last day; the planned one when left out.
    #[serde(default)]
    #[schemars(title = "Until", with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u32>,
}

impl Act for StartSprint {
    const NAME: &'static str = "start_sprint";
    const TITLE: &'static str = "Start the sprint";

    type Input = StartInput;
    type Outcome = SprintTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: StartInput) -> Result<SprintTold, Refusal> {
        let work = desk.work().await?;
        let board = board(desk, &work, input.team.as_deref())?;
        let scene = scene_now(desk, board.clone()).await?;
        let sprint = sprint_of(&scene, input.sprint.as_deref(), SprintState::Future)?;
        if input.goal.trim().is_empty() {
            return Err(wrong("goal", "A sprint needs a goal: what is true at its end?"));
        }
        let planned = sprint.planned_end_at.and_then(|at| Timestamp::from_microsecond(at).ok());
        let typed = input.until.and_then(|day| day.tomorrow().ok()).and_then(|day| begin_of(&scene, day));
        let until = typed.or(planned).ok_or_else(|| wrong("until", "Say on which day it ends."))?;
        let reference = Reference { id: sprint.id, seen: input.seen.unwrap_or(sprint.version) };
        changes.work(Deed::StartSprint(reference, input.goal.trim().to_owned(), until));
        Ok(SprintTold::new(&board, sprint.id, format!("{} runs. What is in it now is what is promised.", sprint.name)))
    }

    fn told(outcome: &SprintTold) -> Told {
        outcome.told()
    }
}

/// Takes items into a sprint or out of it.
#[derive(Debug)]
pub struct ChangeScope;

/// What goes in and what goes out.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ScopeInput {
    /// Whose; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// Its name; the running one when left out.
    #[serde(default)]
    #[schemars(title = "Sprint")]
    pub sprint: Option<String>,
    /// Keys that go in, one a line.
    #[serde(default)]
    #[schemars(title = "In")]
    pub add: Vec<String>,
    /// Keys that go out, one a line.
    #[serde(default)]
    #[schemars(title = "Out")]
    pub remove: Vec<String>,
    /// Why.
    #[serde(default)]
    #[schemars(title = "Why", length(max = 500))]
    pub why: Option<String>,
}

impl Act for ChangeScope {
    const NAME: &'static str = "change_scope";
    const TITLE: &'static str = "Change what is in the sprint";

    type Input = ScopeInput;
    type Outcome = SprintTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: ScopeInput) -> Result<SprintTold, Refusal> {
        let work = desk.work().await?;
        let board = board(desk, &work, input.team.as_deref())?;
        let scene = scene_now(desk, board.clone()).await?;
        let running = of_board(&scene).any(|one| one.state == SprintState::Active);
        let state = if running { SprintState::Active } else { SprintState::Future };
        let sprint = sprint_of(&scene, input.sprint.as_deref(), state)?;
        let named = |keys: &[String]| {
            keys.iter().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()).collect::<Vec<_>>()
        };
        let (add, remove) = (named(&input.add), named(&input.remove));
        if add.is_empty() && remove.is_empty() {
            return Err(wrong("add", "Name what goes in, or what goes out."));
        }
        for (keys, field, edit) in [(&add, "add", Edit::Enter(sprint.id)), (&remove, "remove", Edit::Leave(sprint.id))]
        {
            for key in keys {
                let (_, reference) =
                    item(&work, key, None).map_err(|_| wrong(field, format!("No work item `{key}`.")))?;
                changes.work(Deed::Change(reference, vec![edit.clone()], input.why.clone()));
            }
        }
        let sentence = format!("{}: {} in, {} out.", sprint.name, add.len(), remove.len());
        Ok(SprintTold::new(&board, sprint.id, sentence))
    }

    fn told(outcome: &SprintTold) -> Told {
        outcome.told()
    }
}

/// What becomes of what is open at the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// It goes into the next sprint that is planned.
    #[default]
    NextSprint,
    /// It goes back to where work begins.
    Backlog,
    /// It is given up.
    Dropped,
}

/// Closes a sprint.
#[derive(Debug)]
pub struct CloseSprint;

/// What becomes of its open items.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CloseInput {
    /// Whose; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// What becomes of its open items.
    #[serde(default)]
    #[schemars(title = "Open items go to")]
    pub rest: Rest,
    /// Keys that go back to where work begins instead, one a line.
    #[serde(default)]
    #[schemars(title = "To the backlog")]
    pub backlog: Vec<String>,
    /// Keys that are given up instead, one a line.
    #[serde(default)]
    #[schemars(title = "Given up")]
    pub dropped: Vec<String>,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u32>,
}

impl Act for CloseSprint {
    const NAME: &'static str = "close_sprint";
    const TITLE: &'static str = "Close the sprint";

    type Input = CloseInput;
    type Outcome = SprintTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: CloseInput) -> Result<SprintTold, Refusal> {
        let work = desk.work().await?;
        let board = board(desk, &work, input.team.as_deref())?;
        let scene = scene_now(desk, board.clone()).await?;
        let sprint = sprint_of(&scene, None, SprintState::Active)?;
        let next = of_board(&scene).find(|one| one.state == SprintState::Future);
        changes.work(Deed::CloseSprint(Reference { id: sprint.id, seen: input.seen.unwrap_or(sprint.version) }));
        let named = |keys: &[String], key: &str| keys.iter().any(|one| one.trim().eq_ignore_ascii_case(key));
        let mut open = 0;
        for member in crate::methodology::sprint::members(&scene, sprint, scene.as_of, scene.known_at) {
            let inside = member.times.last().is_some_and(|(_, until)| until.is_none());
            let done = member.done.last().is_some_and(|(_, until)| until.is_none());
            if !inside || done {
                continue;
            }
            open += 1;
            let found = &scene.items[member.item];
            let rest = if named(&input.backlog, &found.key) {
                Rest::Backlog
            } else if named(&input.dropped, &found.key) {
                Rest::Dropped
            } else {
                input.rest
            };
            let edits = moved_on(&scene, rest, next).ok_or_else(|| {
                wrong("rest", "No next sprint is planned: plan one, or send what is open back to the backlog.")
            })?;
            changes.work(Deed::Change(Reference { id: found.id, seen: found.entries }, edits, None));
        }
        let rest = if open == 0 { "everything is done".to_owned() } else { format!("{open} open items went on") };
        Ok(SprintTold::new(&board, sprint.id, format!("{} is closed; {rest}.", sprint.name)))
    }

    fn told(outcome: &SprintTold) -> Told {
        outcome.told()
    }
}

/// What happens to an open item. In the sprint that closes it stays: it was carried.
fn moved_on(scene: &Scene, rest: Rest, next: Option<&Sprint>) -> Option<Vec<Edit>> {
    match rest {
        Rest::NextSprint => next.map(|next| vec![Edit::Enter(next.id)]),
        Rest::Backlog => {
            let stage = scene.rules.workflow.stages.first()?;
            let status = scene.rules.workflow.status_of(0)?.to_owned();
            Some(vec![Edit::Status(status, stage.name.clone())])
        }
        Rest::Dropped => {
            let gone = scene.stages.dropped.first().map_or(DROPPED, |sym| scene.work.text(*sym));
            Some(vec![Edit::Status(gone.to_owned(), "Dropped".to_owned())])
        }
    }
}

/// Writes down what the review of a sprint said.
#[derive(Debug)]
pub struct ReviewSprint;

/// What it said.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReviewInput {
    /// Whose; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// Its name; the last that was closed when left out.
    #[serde(default)]
    #[schemars(title = "Sprint")]
    pub sprint: Option<String>,
    /// Whether its goal was met.
    #[schemars(title = "Goal met")]
    pub goal_met: GoalMet,
    /// Why.
    #[serde(default)]
    #[schemars(title = "Why", length(max = 500))]
    pub why: Option<String>,
    /// What was shown.
    #[serde(default)]
    #[schemars(title = "Shown", length(max = 2000))]
    pub shown: Option<String>,
    /// What was decided.
    #[serde(default)]
    #[schemars(title = "Decisions", length(max = 2000))]
    pub decisions: Option<String>,
}

impl Act for ReviewSprint {
    const NAME: &'static str = "review_sprint";
    const TITLE: &'static str = "Write down the review";

    type Input = ReviewInput;
    type Outcome = Stored<SprintReview>;

    async fn run(desk: &Desk, changes: &mut Changes, input: ReviewInput) -> Result<Self::Outcome, Refusal> {
        let work = desk.work().await?;
        let board = board(desk, &work, input.team.as_deref())?;
        let scene = scene_now(desk, board.clone()).await?;
        let last = of_board(&scene).filter(|one| one.state == SprintState::Closed).last();
        let sprint = match (&input.sprint, last) {
            (None, Some(last)) => last,
            _ => sprint_of(&scene, input.sprint.as_deref(), SprintState::Closed)?,
        };
        let envelope = Envelope { team: board.team_id(), ..Envelope::fresh::<SprintReview>() };
        let review = SprintReview {
            sprint: sprint.id.to_string(),
            name: sprint.name.clone(),
            goal_met: input.goal_met,
            why: input.why,
            shown: input.shown,
            decisions: input.decisions,
        };
        changes.add_in(envelope, review)
    }

    fn told(outcome: &Self::Outcome) -> Told {
        Told::new(format!("The review of {} is kept.", outcome.body.name))
    }
}
