//! Saying how a team's work flows.

use desk::records::Envelope;
use desk::{Act, Changes, Desk, Refusal, Stored, Told};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{board, scene_now, wrong};
use crate::work::measures::Measures;
use crate::work::rules::Preset;
use crate::work::scene::in_force;
use crate::work::workflow::{LaneBy, Limit, Method, PointRule, Sle, StageRule, Workflow};

/// Says how a team's work flows.
#[derive(Debug)]
pub struct SetWorkflow;

/// What is left empty stays as it is now.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowInput {
    /// Whose; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// Stages, from left to right.
    #[serde(default)]
    #[schemars(title = "Stages")]
    pub stages: Vec<StageRule>,
    /// Times that are taken; the first is `cycle`.
    #[serde(default)]
    #[schemars(title = "Times")]
    pub points: Vec<PointRule>,
    /// Limits on work in progress.
    #[serde(default)]
    #[schemars(title = "Limits")]
    pub limits: Vec<Limit>,
    /// Whether the limits are taken away.
    #[serde(default)]
    #[schemars(title = "No limits")]
    pub no_limits: bool,
    /// By what the board is laid out in lanes.
    #[serde(default)]
    #[schemars(title = "Lanes by")]
    pub lanes: Option<LaneBy>,
    /// Whether the lanes are taken away.
    #[serde(default)]
    #[schemars(title = "No lanes")]
    pub no_lanes: bool,
    /// How times are counted.
    #[serde(default)]
    #[schemars(title = "Counted as")]
    pub preset: Option<Preset>,
    /// What others may expect.
    #[serde(default)]
    #[schemars(title = "Service level expectation")]
    pub sle: Option<Sle>,
    /// How the team works.
    #[serde(default)]
    #[schemars(title = "Method")]
    pub method: Option<Method>,
    /// Weeks of a sprint.
    #[serde(default)]
    #[schemars(title = "Weeks of a sprint", range(min = 1, max = 4))]
    pub sprint_weeks: Option<u8>,
    /// What must be true of everything that is called done, one a line.
    #[serde(default)]
    #[schemars(title = "Definition of done")]
    pub definition_of_done: Vec<String>,
    /// What the product is to become.
    #[serde(default)]
    #[schemars(title = "Product goal", length(max = 300))]
    pub product_goal: Option<String>,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u64>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WorkflowTold {
    /// The record.
    pub workflow: Stored<Workflow>,
    /// Finished items that the charts of the last 90 days show before and after.
    pub finished: (usize, usize),
}

impl Act for SetWorkflow {
    const NAME: &'static str = "set_workflow";
    const TITLE: &'static str = "Say how work flows";

    type Input = WorkflowInput;
    type Outcome = WorkflowTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: WorkflowInput) -> Result<WorkflowTold, Refusal> {
        let work = desk.work().await?;
        let board = board(desk, &work, input.team.as_deref())?;
        if !desk.access().may_work(board.team_id()) {
            return Err(Refusal::not_allowed(format!(
                "only members and leads of {} say how its work flows",
                board.name()
            )));
        }
        let present = in_force(desk, &work, &board, desk.now()).await?;
        let workflow = merged(present.workflow.clone(), &input);
        desk::Record::check(&workflow).map_err(Refusal::fields)?;
        let before = scene_now(desk, board.clone()).await?;
        let window = (crate::calendar::after(before.today(), -89), before.today());
        let mut after = before.clone();
        after.rules.workflow = workflow.clone();
        after.stages = workflow.stages_of(&work, board.project_id());
        after.points = workflow.points_of(None).ok_or_else(|| wrong("points", "The first time is `cycle`."))?;
        after.tracks = before
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, item)| crate::flow::Track::of(at, item, &after.stages, after.as_of, after.known_at))
            .collect();
        let counted = |scene| Measures::of(scene, window).coverage.used;
        let finished = (counted(&before), counted(&after));
        let stored = match present.kept {
            Some((id, version)) => changes.put(&id, input.seen.unwrap_or(version), workflow).await?,
            None => {
                let envelope = Envelope { team: board.team_id(), ..Envelope::fresh::<Workflow>() };
                changes.add_in(envelope, workflow)?
            }
        };
        Ok(WorkflowTold { workflow: stored, finished })
    }

    fn told(outcome: &WorkflowTold) -> Told {
        let (before, after) = outcome.finished;
        let charts = if before == after {
            format!("The charts of the last 90 days show the same {after} finished items.")
        } else {
            format!("The charts of the last 90 days show {after} finished items instead of {before}.")
        };
        Told::new(format!("The workflow is set. {charts}"))
    }
}

fn merged(present: Workflow, input: &WorkflowInput) -> Workflow {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let lines = |of: &[String]| {
        of.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect::<Vec<_>>()
    };
    let limits = if input.no_limits {
        Vec::new()
    } else if input.limits.is_empty() {
        present.limits
    } else {
        input.limits.clone()
    };
    let done = lines(&input.definition_of_done);
    Workflow {
        stages: if input.stages.is_empty() { present.stages } else { input.stages.clone() },
        points: if input.points.is_empty() { present.points } else { input.points.clone() },
        limits,
        lanes: if input.no_lanes { None } else { input.lanes.or(present.lanes) },
        preset: input.preset.unwrap_or(present.preset),
        sle: input.sle.clone().or(present.sle),
        method: input.method.unwrap_or(present.method),
        sprint_weeks: input.sprint_weeks.unwrap_or(present.sprint_weeks),
        definition_of_done: if done.is_empty() { present.definition_of_done } else { done },
        product_goal: given(&input.product_goal).or(present.product_goal),
    }
}
