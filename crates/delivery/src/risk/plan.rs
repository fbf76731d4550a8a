//! What the register does to a plan: its dates with and without, what moves them most, what is worth doing, which items the finish follows.

use desk::{Desk, Refusal, Stored};

use super::bundle::{Choice, best};
use super::tornado::{Apart, Source, follows, saved, tornado};
use super::view::{BarView, FollowView, PlanRisk, TogetherView, WorthView};
use crate::plan::axis::TICKS;
use crate::plan::ground::Ground;
use crate::plan::hazard::Hazard;
use crate::plan::model::NoDate;
use crate::plan::reckon::{Reckoned, Settings, TRIALS, Try};
use crate::plan::records::Plan;
use crate::plan::trials::{quantiles, shown};
use crate::plan::which::which;
use crate::sim::Draws;

/// A plan reckoned through, with what it stands on.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) id: String,
    pub(super) plan: Plan,
    pub(super) ground: Ground,
    pub(super) reckoned: Result<Reckoned, NoDate>,
}

/// The plan that is named, else the newest open one of the viewer's teams; none when there is none.
pub(super) async fn held(desk: &Desk, plans: &[Stored<Plan>], named: Option<&str>) -> Result<Option<Held>, Refusal> {
    let Some(stored) = which(desk, plans, named)? else { return Ok(None) };
    Ok(Some(Held::of(desk, stored.id, stored.body).await?))
}

impl Held {
    pub(super) async fn of(desk: &Desk, id: String, plan: Plan) -> Result<Self, Refusal> {
        let ground = Ground::of(desk, &id, &plan).await?;
        let settings = Settings { seed: Draws::seed_of(&id), trials: TRIALS, confidence: plan.confidence };
        let reckoned = Reckoned::of(&plan, &ground, settings);
        Ok(Self { id, plan, ground, reckoned })
    }

    /// The reckoned plan when anything of it is open.
    pub(super) fn dated(&self) -> Option<&Reckoned> {
        self.reckoned.as_ref().ok().filter(|one| !one.model.network.is_empty())
    }

    /// Working days that are left at the median, for the matrix; none without a date.
    pub(super) fn left_days(&self) -> Option<f64> {
        let reckoned = self.dated()?;
        let [half] = quantiles(reckoned.finishes_at_work(&reckoned.trials), [0.5]);
        Some((half as f64 / TICKS as f64).max(1.0))
    }

    pub(super) fn told(&self, budget: Option<u32>) -> PlanRisk {
        let mut told = PlanRisk {
            id: self.id.clone(),
            title: self.plan.title.clone(),
            confidence: self.plan.confidence,
            seed: Draws::seed_of(&self.id),
            target: self.plan.target_on.map(|day| day.to_string()),
            ..PlanRisk::default()
        };
        let Some(reckoned) = self.dated() else {
            told.no_date = Some(match &self.reckoned {
                Ok(_) => "everything in it is done".to_owned(),
                Err(NoDate::Unknown(leaves)) => {
                    format!("{} of its leaves have neither an estimate nor a history", leaves.len())
                }
                Err(NoDate::NoCapacity(team)) => format!("nobody works in {team}"),
                Err(NoDate::Impossible(why)) => why.trim_end_matches('.').to_owned(),
            });
            return told;
        };
        told.trials = reckoned.trials.count();
        let ids = reckoned.model.ids(&self.plan);
        let all = reckoned.all();
        let p80 = |trials: &crate::plan::trials::Trials| {
            let [tick] = quantiles(trials.finishes(&all), [0.8]);
            self.ground.finishes(tick).to_string()
        };
        told.with = p80(&reckoned.trials);
        told.without = if reckoned.drivers.is_empty() {
            told.with.clone()
        } else {
            p80(&reckoned.again(&ids, &Try { drivers: &[], durations: None }))
        };
        told.bars = tornado(reckoned, &ids, &reckoned.drivers).iter().map(|bar| self.bar(reckoned, bar)).collect();
        told.worth = self.worth(reckoned, &ids);
        told.together = budget.and_then(|days| self.together(reckoned, &ids, &told.worth, days));
        told.follows = follows(reckoned, &ids, &reckoned.drivers)
            .iter()
            .map(|one| FollowView {
                item: self.name(reckoned, one.task),
                criticality: shown(one.criticality),
                cruciality: one.cruciality.map(shown),
                sensitivity: shown(one.sensitivity),
            })
            .collect();
        told
    }

    fn hazard(&self, id: &str) -> Option<&Hazard> {
        self.ground.hazards.iter().find(|hazard| hazard.id == id)
    }

    fn bar(&self, reckoned: &Reckoned, bar: &super::tornado::Bar) -> BarView {
        let (risk, title) = match bar.source {
            Source::Driver(place) => {
                let id = &reckoned.drivers[place].id;
                (Some(id.clone()), self.hazard(id).map_or_else(|| id.clone(), |hazard| hazard.title.clone()))
            }
            Source::Estimate(task) => (None, format!("how long {} takes", self.name(reckoned, task))),
        };
        BarView { risk, title, p80: rounded(bar.p80), p50: rounded(bar.p50), mean: rounded(bar.mean) }
    }

    fn worth(&self, reckoned: &Reckoned, ids: &[&str]) -> Vec<WorthView> {
        let mut all: Vec<WorthView> = Vec::new();
        for (place, driver) in reckoned.drivers.iter().enumerate() {
            let Some(hazard) = self.hazard(&driver.id) else { continue };
            let (Some(mended), Some((_, _, cost))) = (hazard.mended(driver), hazard.after.as_ref()) else { continue };
            let saves = saved(reckoned, ids, &reckoned.drivers, place, mended);
            all.push(WorthView {
                risk: hazard.id.clone(),
                title: hazard.title.clone(),
                cost_days: *cost,
                p80: rounded(saves.p80),
                mean: rounded(saves.mean),
                net_days: shown(saves.net(*cost)),
            });
        }
        all.sort_by(|a, b| b.net_days.total_cmp(&a.net_days));
        all
    }

    /// What is worth doing together; none when nothing could be done about anything.
    fn together(&self, reckoned: &Reckoned, ids: &[&str], worth: &[WorthView], budget: u32) -> Option<TogetherView> {
        let choice = |(place, driver): (usize, &crate::plan::drivers::Driver)| {
            let hazard = self.hazard(&driver.id)?;
            Some(Choice { place, then: hazard.mended(driver)?, cost_days: hazard.after.as_ref()?.2 })
        };
        let choices: Vec<Choice> = reckoned.drivers.iter().enumerate().filter_map(choice).collect();
        if choices.is_empty() {
            return None;
        }
        let found = best(reckoned, ids, &choices, f64::from(budget));
        let risk = |choice: &Choice| {
            let id = reckoned.drivers.get(choice.place).map(|driver| driver.id.clone())?;
            Some((id.clone(), self.hazard(&id)?.title.clone()))
        };
        let risks: Vec<(String, String)> =
            found.taken.iter().filter_map(|place| choices.get(*place)).filter_map(risk).collect();
        let alone = worth.iter().filter(|one| risks.iter().any(|risk| risk.0 == one.risk));
        Some(TogetherView {
            budget_days: budget,
            cost_days: found.cost_days,
            p80: rounded(found.saves.p80),
            mean: rounded(found.saves.mean),
            net_days: shown(found.saves.net(found.cost_days)),
            apart_days: shown(alone.map(|one| one.net_days).sum()),
            every: found.every,
            tried: found.tried,
            risks,
        })
    }

    /// Code and title of a task.
    pub(super) fn name(&self, reckoned: &Reckoned, task: usize) -> String {
        let node = &reckoned.model.tree.nodes[reckoned.model.tasks[task]];
        let item = &self.plan.items[node.item];
        let linked = item.work_item.as_deref().and_then(|key| self.ground.linked.get(key));
        format!("{} {}", node.code, linked.map_or(&item.title, |linked| &linked.title))
    }
}

fn rounded(apart: Apart) -> Apart {
    Apart { days: (apart.days * 100.0).round() / 100.0, error: (apart.error * 100.0).round() / 100.0, real: apart.real }
}
