//! Putting forecasts into the ledger: a question of somebody's, or the standard ones of every night.

use desk::records::{Audience, Envelope, Stored};
use desk::{Act, Changes, Desk, Refusal, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::answer::{Behind, told, unchecked};
use super::super::question::{day_ahead, given, wrong};
use super::super::{Ask, ledger, page, whole};
use super::may;
use crate::calendar::after;
use crate::published::{By, Forecast};

/// Puts forecasts into the ledger.
#[derive(Debug)]
pub struct PublishForecast;

/// A question, or the standard ones.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct PublishInput {
    /// Whose work; your own team's when left out.
    #[serde(default)]
    #[schemars(title = "Team")]
    pub team: Option<String>,
    /// When so many are finished.
    #[serde(default)]
    #[schemars(title = "When are so many finished", range(min = 1, max = 10000))]
    pub when: Option<u32>,
    /// How many are finished until this day.
    #[serde(default)]
    #[schemars(title = "How many until", with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// When one item is finished.
    #[serde(default)]
    #[schemars(title = "Item")]
    pub item: Option<String>,
    /// How much of a sprint is finished: `running`, or its name.
    #[serde(default)]
    #[schemars(title = "Sprint")]
    pub sprint: Option<String>,
    /// When a plan is done: by title or id.
    #[serde(default)]
    #[schemars(title = "Plan", length(max = 200))]
    pub plan: Option<String>,
    /// When a milestone of the plan is reached: by id, code or key.
    #[serde(default)]
    #[schemars(title = "Milestone", length(max = 60))]
    pub milestone: Option<String>,
    /// A day that is wished for.
    #[serde(default)]
    #[schemars(title = "Wished for by", with = "Option<String>", extend("format" = "date"))]
    pub target: Option<Date>,
    /// The standard questions: how many in 14, 28 and 56 days, the running sprint, each open plan and milestone. Once a day.
    #[serde(default)]
    #[schemars(title = "The standard questions")]
    pub standard: bool,
    /// Repositories, where there are no items.
    #[serde(default)]
    #[schemars(title = "Repositories")]
    pub repo: Vec<String>,
}

/// What was published.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Published {
    /// The entries.
    pub forecasts: Vec<Stored<Forecast>>,
    /// The page of the ledger.
    pub page: String,
}

impl Act for PublishForecast {
    const NAME: &'static str = "publish_forecast";
    const TITLE: &'static str = "Publish a forecast";
    const MAIN: bool = true;

    type Input = PublishInput;
    type Outcome = Published;

    async fn run(desk: &Desk, changes: &mut Changes, input: PublishInput) -> Result<Published, Refusal> {
        let asked = Ask {
            team: input.team.clone(),
            plan: input.plan.clone(),
            milestone: input.milestone.clone(),
            repo: input.repo.clone(),
            ..Ask::default()
        };
        let behind = Behind::of(desk, &asked).await?;
        let team = behind.ground.board.team_id();
        may(desk, team)?;
        if let Some(target) = input.target {
            day_ahead("target", &target.to_string(), behind.ground.today)?;
        }
        let mut said = Vec::new();
        for ask in asks(&input) {
            said.push(told(&behind, &ask)?);
        }
        if whole::is_asked(&asked) {
            said.push(whole::published(desk, &behind, &asked).await?);
        }
        let by = if input.standard { By::Nightly } else { By::Person };
        if input.standard {
            said.extend(standard(desk, &behind).await?);
        } else if said.is_empty() {
            let message = "What is to be told: when so many, how many until a day, an item, a sprint, a plan?";
            return Err(wrong("when", message));
        }
        let mut forecasts = Vec::with_capacity(said.len());
        for told in &said {
            told.checkable.map_err(unchecked)?;
            let entry = behind.forecast(told, input.target, by);
            if by == By::Nightly && is_said(&behind, &entry) {
                continue;
            }
            let mut envelope = Envelope { team, ..Envelope::fresh::<Forecast>() };
            if told.plan.is_some() {
                // A plan is its team's, and so is what it is called.
                envelope.audience = Audience::Team;
            }
            forecasts.push(changes.add_in(envelope, entry)?);
        }
        let page = page(&Ask { team: ledger::address(&behind.ground), ledger: true, ..Ask::default() });
        Ok(Published { forecasts, page })
    }

    fn told(outcome: &Published) -> Told {
        let titles: Vec<&str> = outcome.forecasts.iter().map(|one| one.title.as_str()).collect();
        if titles.is_empty() {
            return Told::new("Today's standard answers are in the ledger already.").then(outcome.page.clone());
        }
        Told::new(format!("In the ledger: {}.", titles.join("; "))).then(outcome.page.clone())
    }
}

/// The questions about finished work that an input stands for.
fn asks(input: &PublishInput) -> Vec<Ask> {
    let mut all = Vec::new();
    all.extend(input.when.map(|count| Ask { when: Some(count.to_string()), ..Ask::default() }));
    all.extend(input.until.map(until));
    all.extend(given(input.item.as_deref()).map(|key| Ask { item: Some(key.to_owned()), ..Ask::default() }));
    all.extend(given(input.sprint.as_deref()).map(|name| Ask { sprint: Some(name.to_owned()), ..Ask::default() }));
    all
}

fn until(day: Date) -> Ask {
    Ask { how_many: true, until: Some(day.to_string()), ..Ask::default() }
}

/// What is told every night: how many in two, four and eight weeks, the running sprint, each open plan and milestone. What cannot be told yet
/// is left out; nothing at all is refused with the first reason.
async fn standard(desk: &Desk, behind: &Behind) -> Result<Vec<super::super::answer::Told>, Refusal> {
    let days = [14, 28, 56].map(|days| until(after(behind.ground.today, days)));
    let running = Ask { sprint: Some("running".to_owned()), ..Ask::default() };
    let (mut all, mut why) = (Vec::new(), None);
    for ask in days.into_iter().chain([running]) {
        match told(behind, &ask) {
            Ok(told) => all.push(told),
            Err(refusal) => why = why.or(Some(refusal)),
        }
    }
    all.extend(whole::standard(desk, behind).await?);
    match why {
        Some(why) if all.is_empty() => Err(why),
        _ => Ok(all),
    }
}

/// Whether the same was said today already: the same question of the same thing, by the standard.
fn is_said(behind: &Behind, entry: &Forecast) -> bool {
    let same = |one: &Forecast| {
        (one.by, one.today, one.question) == (entry.by, entry.today, entry.question)
            && (&one.about, one.count, one.until) == (&entry.about, entry.count, entry.until)
    };
    behind.entries.iter().any(|one| same(&one.stored.body))
}
