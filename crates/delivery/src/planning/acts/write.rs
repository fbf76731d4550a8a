//! Drafting a plan, and taking one in as text, the difference first.

use desk::records::Envelope;
use desk::{Act, Changes, Desk, Refusal, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::outline::{print, read};
use super::{Held, PlanTold, filled, may, team, wrong};
use crate::plan::records::{Capacity, Plan, confidence, focus};

/// Drafts a plan.
#[derive(Debug)]
pub struct DraftPlan;

/// What a plan needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DraftInput {
    /// What it is called.
    #[schemars(title = "Title", length(min = 1, max = 200))]
    pub title: String,
    /// What is different when it is done.
    #[schemars(title = "Goal", length(min = 1, max = 500))]
    pub goal: String,
    /// Which teams work on it; the first owns it. Your own when left out.
    #[serde(default)]
    #[schemars(title = "Teams")]
    pub teams: Vec<String>,
    /// The first day; today when left out.
    #[serde(default)]
    #[schemars(title = "Starts on", with = "Option<String>", extend("format" = "date"))]
    pub start_on: Option<Date>,
    /// The day by which it is wanted.
    #[serde(default)]
    #[schemars(title = "Wanted by", with = "Option<String>", extend("format" = "date"))]
    pub target_on: Option<Date>,
    /// How sure a date has to be.
    #[serde(default)]
    #[schemars(title = "Confidence", range(min = 0.5, max = 0.99))]
    pub confidence: Option<f64>,
    /// Share of a day that goes into planned work.
    #[serde(default)]
    #[schemars(title = "Focus", range(min = 0.2, max = 1))]
    pub focus: Option<f64>,
    /// By what its dates are told.
    #[serde(default)]
    #[schemars(title = "Told by")]
    pub capacity: Capacity,
    /// Items, one a line: `- Card form [story] ~2..3..6d id:card`, two spaces a level.
    #[serde(default)]
    #[schemars(title = "Outline", length(max = 100_000))]
    pub outline: Option<String>,
}

impl Act for DraftPlan {
    const NAME: &'static str = "draft_plan";
    const TITLE: &'static str = "Draft a plan";
    const READERS: &'static str = "the plan's team and whoever leads it";
    const MAIN: bool = true;

    type Input = DraftInput;
    type Outcome = PlanTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: DraftInput) -> Result<PlanTold, Refusal> {
        let named: Vec<&str> = input.teams.iter().map(|team| team.trim()).filter(|team| !team.is_empty()).collect();
        let own = desk.organisation().teams_of(desk.viewer().person, desk.today()).next().map(|member| member.team);
        let found = match named.as_slice() {
            [] => own.and_then(|id| desk.organisation().team(id)).map(|team| vec![(team.id, team.slug.clone())]),
            some => Some(some.iter().map(|text| team(desk, "teams", text)).collect::<Result<Vec<_>, _>>()?),
        };
        let Some(found) = found.filter(|found| !found.is_empty()) else {
            return Err(wrong("teams", "Say which team works on it: you are in none."));
        };
        let mut plan = Plan {
            title: input.title.trim().to_owned(),
            goal: input.goal.trim().to_owned(),
            teams: found.iter().map(|one| one.1.clone()).collect(),
            start_on: input.start_on.unwrap_or_else(|| desk.today()),
            target_on: input.target_on,
            confidence: input.confidence.unwrap_or_else(confidence),
            focus: input.focus.unwrap_or_else(focus),
            capacity: input.capacity,
            resources: Vec::new(),
            items: Vec::new(),
            links: Vec::new(),
        };
        if let Some(text) = filled(input.outline) {
            let read = read(&text, Some(&plan), desk.today()).map_err(|error| wrong("outline", error.to_string()))?;
            plan = Plan { title: plan.title, goal: plan.goal, teams: plan.teams, ..read };
        }
        add(desk, changes, found.first().map(|one| one.0), plan)
    }

    fn told(outcome: &PlanTold) -> Told {
        outcome.told()
    }
}

fn add(desk: &Desk, changes: &mut Changes, team: Option<desk::work::TeamId>, plan: Plan) -> Result<PlanTold, Refusal> {
    if !desk.access().may_work(team) {
        let name = team.and_then(|team| desk.organisation().team(team)).map_or("a team", |team| &team.name);
        return Err(Refusal::not_allowed(format!("only members and leads of {name} change its plans")));
    }
    let n = plan.items.len();
    let stored = changes.add_in(Envelope { team, ..Envelope::fresh::<Plan>() }, plan)?;
    let sentence = match n {
        0 => format!("{} is drafted: add its items, or import an outline.", stored.title),
        n => format!("{} is drafted with {n} items.", stored.title),
    };
    Ok(PlanTold::of(&stored, sentence))
}

/// Takes in a plan as text: what it does not name goes.
#[derive(Debug)]
pub struct ImportOutline;

/// What an import needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ImportInput {
    /// Which plan becomes that, by title or id; the one of the outline's title when left out, a new one when there is none.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: Option<String>,
    /// The outline.
    #[schemars(title = "Outline", length(min = 1, max = 100_000))]
    pub text: String,
    /// Whether the difference is only shown.
    #[serde(default)]
    #[schemars(title = "Only show the difference")]
    pub dry_run: bool,
    /// The version that you saw.
    #[serde(default)]
    #[schemars(title = "Version seen")]
    pub seen: Option<u64>,
}

/// What came of an import.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ImportTold {
    /// What came of the plan; none when it was only shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanTold>,
    /// Items that come.
    pub added: Vec<String>,
    /// Items that change.
    pub changed: Vec<String>,
    /// Items that go.
    pub gone: Vec<String>,
    /// Whether anything is different.
    pub differs: bool,
}

impl Act for ImportOutline {
    const NAME: &'static str = "import_outline";
    const TITLE: &'static str = "Import an outline";
    const READERS: &'static str = "the plan's team and whoever leads it";

    type Input = ImportInput;
    type Outcome = ImportTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: ImportInput) -> Result<ImportTold, Refusal> {
        let refused = |error: super::super::outline::OutlineError| wrong("text", error.to_string());
        let plans = desk.records().list::<Plan>().await?;
        let named = match filled(input.plan) {
            Some(named) => crate::plan::which::which(desk, &plans, Some(&named))?,
            None => {
                let title = read(&input.text, None, desk.today()).map_err(refused)?.title;
                plans.into_iter().rev().find(|plan| plan.title == title)
            }
        };
        let present = named.as_ref().map(|stored| &stored.body);
        let plan = read(&input.text, present, desk.today()).map_err(refused)?;
        let mut told = difference(present, &plan);
        desk::Record::check(&plan).map_err(Refusal::fields)?;
        let first = team(desk, "text", plan.teams.first().map_or("", String::as_str))?;
        for slug in &plan.teams {
            team(desk, "text", slug)?;
        }
        if input.dry_run {
            return Ok(told);
        }
        let done = match named {
            Some(stored) => {
                may(desk, &stored)?;
                let held = Held { seen: input.seen.unwrap_or(stored.version), stored };
                if !told.differs {
                    told.plan = Some(PlanTold::of(&held.stored, "Nothing is different: nothing was written."));
                    return Ok(told);
                }
                let n = (told.added.len(), told.changed.len(), told.gone.len());
                held.put(changes, plan, format!("Imported: {} new, {} changed, {} gone.", n.0, n.1, n.2)).await?
            }
            None => add(desk, changes, Some(first.0), plan)?,
        };
        told.plan = Some(done);
        Ok(told)
    }

    fn told(outcome: &ImportTold) -> Told {
        if let Some(plan) = &outcome.plan {
            return plan.told();
        }
        let list = |name: &str, items: &[String]| {
            let some = items.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = if items.len() > 5 { ", …" } else { "" };
            (!items.is_empty()).then(|| format!("{} {name}: {some}{more}", items.len()))
        };
        let all = [list("new", &outcome.added), list("changed", &outcome.changed), list("gone", &outcome.gone)];
        let all: Vec<_> = all.into_iter().flatten().collect();
        let said = if all.is_empty() { "nothing is different".to_owned() } else { all.join("; ") };
        Told::new(format!("Only shown: {said}."))
    }
}

fn difference(present: Option<&Plan>, plan: &Plan) -> ImportTold {
    let into = |plan: &Plan, id: &str| {
        let links = plan.links.iter().filter(|link| link.to == id);
        links.map(|link| (link.from.clone(), link.sort, link.lag.to_bits(), link.strength)).collect::<Vec<_>>()
    };
    let before = |id: &str| present.and_then(|present| present.item(id));
    let title = |item: &crate::plan::records::PlanItem| item.title.clone();
    let added = plan.items.iter().filter(|item| before(&item.id).is_none()).map(title).collect();
    let differs = |item: &&crate::plan::records::PlanItem| {
        before(&item.id).is_some_and(|then| {
            then != *item || present.is_some_and(|present| into(present, &item.id) != into(plan, &item.id))
        })
    };
    let changed = plan.items.iter().filter(differs).map(title).collect();
    let gone = present
        .iter()
        .flat_map(|present| &present.items)
        .filter(|item| plan.item(&item.id).is_none())
        .map(title)
        .collect();
    ImportTold {
        plan: None,
        added,
        changed,
        gone,
        differs: present.is_none_or(|present| print(present) != print(plan)),
    }
}
