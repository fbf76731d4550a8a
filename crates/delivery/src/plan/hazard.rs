//! Risks of the register as they hit a plan: which items, with what force, and when.

use desk::kinds::Risk;
use desk::kinds::risk::{Impact, ImpactUnit};
use desk::knowledge::lies_in;
use desk::{Desk, Refusal, Stored};
use jiff::civil::Date;

use super::axis::TICKS;
use super::drivers::{Driver, Force};
use super::ground::Ground;
use super::level::Levelled;
use super::model::Model;
use super::records::Plan;
use crate::spread::{Spread, Unit};

/// The status of a risk that may still come.
pub const OPEN: &str = "open";

/// What a risk touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// The end of the plan, once.
    Plan,
    /// An item, by its id.
    Item(String),
    /// Everything that a team does.
    Team(String),
    /// Everything in a part of the code.
    Area(String),
}

/// A risk as it hits one plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Hazard {
    /// The risk's id.
    pub id: String,
    /// What could happen.
    pub title: String,
    /// How likely it is.
    pub probability: f64,
    /// What it would do.
    pub effect: Spread,
    /// What it touches.
    pub touches: Vec<Touch>,
    /// First and last day on which it may come.
    pub window: (Option<Date>, Option<Date>),
    /// How likely it would be, and what it would do, once something is done about it; and the working days that that takes.
    pub after: Option<(f64, Spread, f64)>,
}

/// An impact as a spread.
#[must_use]
pub const fn spread(impact: &Impact) -> Spread {
    let unit = match impact.unit {
        ImpactUnit::Days => Unit::Days,
        ImpactUnit::Factor => Unit::Factor,
        ImpactUnit::Items => Unit::Items,
    };
    Spread::range(impact.low, impact.likely, impact.high, unit)
}

/// The open risks that the viewer may read and that name this plan, one of its items, teams or parts of the code.
///
/// # Errors
/// Unavailable when the database does not answer.
pub async fn hazards(desk: &Desk, id: &str, plan: &Plan) -> Result<Vec<Hazard>, Refusal> {
    let all: Vec<Stored<Risk>> = desk.records().list::<Risk>().await?;
    let open = all.iter().filter(|risk| risk.status == OPEN && !risk.archived);
    Ok(open.filter_map(|risk| hazard(risk, id, plan)).collect())
}

fn hazard(risk: &Stored<Risk>, id: &str, plan: &Plan) -> Option<Hazard> {
    let mut touches: Vec<Touch> = risk.body.touches.iter().filter_map(|text| touch(text, id, plan)).collect();
    let named = |item: &&super::records::PlanItem| {
        item.risks.iter().any(|name| *name == risk.id || desk::sheet::slug(&risk.title) == desk::sheet::slug(name))
    };
    touches.extend(plan.items.iter().filter(named).map(|item| Touch::Item(item.id.clone())));
    touches.dedup();
    // Items come on top of what a team has to do, which forecasts of the team tell: a plan names its items.
    let counts_items = risk.body.impact.unit == ImpactUnit::Items;
    if touches.is_empty() || counts_items || !(0.0..1.0).contains(&risk.body.probability) {
        return None;
    }
    let effect = spread(&risk.body.impact);
    let cost = risk.body.mitigation.iter().filter_map(|one| one.cost_days).sum();
    let after = risk.body.after.as_ref();
    Some(Hazard {
        id: risk.id.clone(),
        title: risk.title.clone(),
        probability: risk.body.probability,
        after: after.map(|after| (after.probability, after.impact.as_ref().map_or(effect, spread), cost)),
        effect,
        touches,
        window: (risk.body.from, risk.body.until),
    })
}

fn touch(text: &str, id: &str, plan: &Plan) -> Option<Touch> {
    let (kind, rest) = text.split_once(':')?;
    match kind {
        "plan" => match rest.split_once('#') {
            None => (rest == id).then_some(Touch::Plan),
            Some((of, item)) => (of == id && plan.item(item).is_some()).then(|| Touch::Item(item.to_owned())),
        },
        "team" => {
            let here = plan.teams.iter().chain(plan.items.iter().filter_map(|item| item.team.as_ref()));
            here.into_iter().any(|team| team == rest).then(|| Touch::Team(rest.to_owned()))
        }
        "area" => {
            let here = plan.items.iter().flat_map(|item| &item.areas).any(|area| overlap(area, rest));
            here.then(|| Touch::Area(rest.to_owned()))
        }
        _ => None,
    }
}

/// Whether two parts of the code have something in common: one lies in the other.
fn overlap(one: &str, other: &str) -> bool {
    lies_in(one, other) || lies_in(other, one)
}

impl Hazard {
    /// Whether a text names it: its id, its title, or how that begins.
    #[must_use]
    pub fn is_named(&self, text: &str) -> bool {
        let (title, text) = (desk::sheet::slug(&self.title), text.trim());
        text == self.id || (!text.is_empty() && title.starts_with(&desk::sheet::slug(text)))
    }

    /// Whether it delays the end of the plan as such, once.
    #[must_use]
    pub fn delays_the_end(&self) -> bool {
        self.force() == Force::Days && self.touches.contains(&Touch::Plan)
    }

    fn force(&self) -> Force {
        if self.effect.unit == Unit::Factor { Force::Factor } else { Force::Days }
    }

    /// As a driver of the trials; none when nothing that is open is touched.
    #[must_use]
    pub fn driver(&self, plan: &Plan, ground: &Ground, model: &Model, levelled: &Levelled) -> Option<Driver> {
        let mut tasks: Vec<usize> =
            self.touches.iter().flat_map(|touch| self.tasks(touch, plan, model, levelled)).collect();
        tasks.retain(|task| self.within(ground, levelled, *task));
        tasks.sort_unstable();
        tasks.dedup();
        let driver = || Driver::of(self.id.clone(), self.probability, self.force(), &self.effect, tasks.clone());
        (!tasks.is_empty()).then(driver)
    }

    /// The driver as it would be once something is done about it.
    #[must_use]
    pub fn mended(&self, driver: &Driver) -> Option<Driver> {
        let (probability, effect, _) = self.after.as_ref()?;
        Some(Driver::of(driver.id.clone(), *probability, driver.force, effect, driver.touches.clone()))
    }

    fn tasks(&self, touch: &Touch, plan: &Plan, model: &Model, levelled: &Levelled) -> Vec<usize> {
        let real = 0..model.tasks.len();
        let item = |task: &usize| &plan.items[model.tree.nodes[model.tasks[*task]].item];
        match touch {
            Touch::Plan if self.force() == Force::Days => model.end.into_iter().collect(),
            Touch::Plan => real.collect(),
            Touch::Team(team) => real.filter(|task| model.tree.team(plan, model.tasks[*task]) == team).collect(),
            Touch::Area(area) => real.filter(|task| item(task).areas.iter().any(|one| overlap(one, area))).collect(),
            Touch::Item(id) => {
                let below = model.tree.place(id).map(|place| model.below(place)).unwrap_or_default();
                if self.force() == Force::Factor {
                    return below;
                }
                // Days delay a group's end once: what of it is last in the levelled plan.
                below.into_iter().max_by_key(|task| levelled.schedule.finished[*task]).into_iter().collect()
            }
        }
    }

    /// Whether the levelled plan has the task in work on a day on which this may come.
    fn within(&self, ground: &Ground, levelled: &Levelled, task: usize) -> bool {
        let (from, until) = self.window;
        let (begun, finished) = (levelled.schedule.begun[task], levelled.schedule.finished[task]);
        from.is_none_or(|day| finished.max(begun + 1) > ground.tick(day))
            && until.is_none_or(|day| begun < ground.tick(day) + TICKS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_the_code_overlap() {
        for (one, other) in [("api/pay/**", "api/pay/card"), ("api", "api/pay/**"), ("**", "web"), ("web", "web")] {
            assert!(overlap(one, other), "{one} and {other}");
            assert!(overlap(other, one), "{other} and {one}");
        }
        for (one, other) in [("api/pay", "api/payments"), ("web/**", "api/**")] {
            assert!(!overlap(one, other), "{one} and {other}");
        }
    }
}
