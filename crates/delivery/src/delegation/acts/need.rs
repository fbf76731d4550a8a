//! What a task needs of whoever takes it. Whom its author would never ask is written into a record that nobody else can open.

use desk::records::{Audience, Envelope};
use desk::{Act, Changes, Desk, Refusal, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::matter::{Matter, check_areas};
use super::super::records::{AssignmentNeed, AssignmentNever, yes};
use super::super::{Ask, Show, page_of};
use super::offer::may_give;
use super::{filled, lines, wrong};
use crate::spread::Spread;

/// Says what a task needs.
#[derive(Debug)]
pub struct SetNeed;

/// A need.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NeedInput {
    /// Which task: a work item's key, or an item of a plan.
    #[schemars(title = "Task", length(min = 1, max = 300))]
    pub what: String,
    /// In which plan the item is.
    #[serde(default)]
    #[schemars(title = "In plan", length(max = 200))]
    pub plan: Option<String>,
    /// Parts of the code that it is about: `web/checkout`, `shop: src/api`.
    #[serde(default)]
    #[schemars(title = "Areas")]
    pub areas: Vec<String>,
    /// What one has to know.
    #[serde(default)]
    #[schemars(title = "Skills")]
    pub skills: Vec<String>,
    /// Working days: 2/3/6d.
    #[serde(default)]
    #[schemars(title = "Effort", length(max = 60))]
    pub effort: Option<String>,
    /// Not before this day.
    #[serde(default)]
    #[schemars(title = "From", with = "Option<String>", extend("format" = "date"))]
    pub from: Option<Date>,
    /// Until this day.
    #[serde(default)]
    #[schemars(title = "Until", with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// Nobody but these, by name or address.
    #[serde(default)]
    #[schemars(title = "Must be one of")]
    pub must: Vec<String>,
    /// Whom you would never ask for it. Readable by you alone.
    #[serde(default)]
    #[schemars(title = "Never")]
    pub never: Vec<String>,
    /// Whether two may take it together.
    #[serde(default = "yes")]
    #[schemars(title = "A pair is welcome", extend("default" = true))]
    pub pair: bool,
    /// Whether somebody new to it may take it.
    #[serde(default = "yes")]
    #[schemars(title = "A stretch is welcome", extend("default" = true))]
    pub stretch: bool,
    /// Whether what is decided in it cannot be taken back.
    #[serde(default)]
    #[schemars(title = "One-way")]
    pub one_way: bool,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NeedTold {
    /// The task.
    pub task: String,
    /// What a person is told.
    pub sentence: String,
    /// The page of its options.
    pub page: String,
}

/// People by their addresses.
fn addresses(desk: &Desk, field: &str, typed: Vec<String>) -> Result<Vec<String>, Refusal> {
    let people = desk.organisation();
    let one = |name: String| {
        let found = people.find_person(&name);
        found.map(|person| person.email.clone()).map_err(|error| wrong(field, Refusal::from(error).to_string()))
    };
    lines(typed).into_iter().map(one).collect()
}

impl Act for SetNeed {
    const NAME: &'static str = "set_need";
    const TITLE: &'static str = "Say what a task needs";
    const READERS: &'static str = "the task's team; whom you would never ask is readable by you alone";

    type Input = NeedInput;
    type Outcome = NeedTold;

    async fn run(desk: &Desk, changes: &mut Changes, input: NeedInput) -> Result<NeedTold, Refusal> {
        let areas = lines(input.areas);
        check_areas(&areas)?;
        let work = desk.work().await?;
        let plan = filled(input.plan);
        let matter = Matter::named(desk, &work, &input.what, plan.as_deref()).await?;
        may_give(desk, &matter)?;
        let effort = match filled(input.effort) {
            Some(text) => {
                let spread = text.parse::<Spread>().map_err(|message| wrong("effort", message))?;
                let days = spread.in_days().is_some();
                Some(spread)
                    .filter(|_| days)
                    .map_or_else(|| Err(wrong("effort", "An effort is a time: 2/3/6d.")), |spread| Ok(Some(spread)))?
            }
            None => None,
        };
        let need = AssignmentNeed {
            item: matter.id.clone(),
            areas,
            skills: lines(input.skills),
            effort,
            from: input.from,
            until: input.until,
            must: addresses(desk, "must", input.must)?,
            pair: input.pair,
            stretch: input.stretch,
            one_way: input.one_way,
        };
        let never = addresses(desk, "never", input.never)?;
        match &matter.kept {
            Some((id, version)) => drop(changes.put(id, *version, need).await?),
            None => {
                let own =
                    || desk.organisation().teams_of(desk.viewer().person, desk.today()).next().map(|one| one.team);
                let team = matter.team.or_else(own);
                let audience = if team.is_some() { Audience::Team } else { Audience::Author };
                changes.add_in(Envelope { team, audience, ..Envelope::fresh::<AssignmentNeed>() }, need)?;
            }
        }
        let kept = desk.records().list::<AssignmentNever>().await?;
        let kept = kept.iter().rfind(|one| one.body.item == matter.id);
        let body = AssignmentNever { item: matter.id.clone(), people: never };
        match kept {
            Some(one) if one.body != body => drop(changes.put(&one.id, one.version, body).await?),
            Some(_) => {}
            None if body.people.is_empty() => {}
            None => drop(changes.add(body)?),
        }
        let ask = Ask { show: Some(Show::Options), what: Some(matter.id.clone()), ..Ask::default() };
        let task = matter.handed.name();
        Ok(NeedTold { sentence: format!("What {task} needs is written down."), page: page_of(&ask), task })
    }

    fn told(outcome: &NeedTold) -> Told {
        Told::new(outcome.sentence.clone()).then(outcome.page.clone())
    }
}
