//! Triggers: what would tell that a risk comes, held against the facts. A measure that cannot be taken leaves its trigger blind; it never
//! counts as quiet.

use std::collections::HashMap;

use desk::kinds::risk::{Measure, Op, Trigger};
use desk::sheet::number;
use desk::{Desk, Refusal, Stored};
use jiff::civil::Date;

use super::plan::Held;
use super::view::{Sees, TriggerView};
use crate::calendar::{after, between};
use crate::flow::span::span;
use crate::plan::axis::TICKS;
use crate::plan::records::{Baseline, Plan};
use crate::plan::tree::Tree;
use crate::plan::which::which;
use crate::work::scene::{Instants, Scene, board};

impl super::view::TriggerView {
    /// Of a trigger and what was measured: values at the end of each day, the newest first, or why there are none.
    #[must_use]
    pub fn of(trigger: &Trigger, measured: &Result<Vec<f64>, String>, today: Date) -> Self {
        let what = words(trigger);
        let values = match measured {
            Ok(values) if !values.is_empty() => values,
            Ok(_) => return Self { what, value: None, sees: Sees::Blind, why: "nothing was measured".to_owned() },
            Err(why) => return Self { what, value: None, sees: Sees::Blind, why: why.clone() },
        };
        let value = values.first().copied();
        let needed = usize::from(trigger.for_days) + 1;
        if values.len() < needed {
            let why = format!("it has to hold for {} days, and only now is known", trigger.for_days);
            return Self { what, value, sees: Sees::Blind, why };
        }
        let held = held_for(trigger.op, trigger.threshold, values);
        if held >= needed {
            let since = after(today, 1 - i32::try_from(held).unwrap_or(0));
            let more = if held == values.len() && held > 1 { " or longer" } else { "" };
            return Self { what, value, sees: Sees::Fired, why: format!("since {since}{more}") };
        }
        let why = if held == 0 { String::new() } else { format!("it holds for {held} of {needed} days") };
        Self { what, value, sees: Sees::Quiet, why }
    }
}

/// For how many days, counted back from the newest, a condition holds.
#[must_use]
pub fn held_for(op: Op, threshold: f64, values: &[f64]) -> usize {
    values.iter().take_while(|value| op.holds(**value, threshold)).count()
}

/// A trigger in words.
#[must_use]
pub fn words(trigger: &Trigger) -> String {
    let threshold = number(trigger.threshold, if trigger.threshold.fract() == 0.0 { 0 } else { 2 });
    let lasting = match trigger.for_days {
        0 => String::new(),
        1 => " for 1 day".to_owned(),
        days => format!(" for {days} days"),
    };
    format!("{} of {} {} {threshold}{lasting}", name(trigger.measure), trigger.scope.trim(), trigger.op.word())
}

/// What a measure is called.
#[must_use]
pub const fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::ItemAge => "age in days",
        Measure::Wip => "items in work",
        Measure::WeeklyThroughput => "items finished in 7 days",
        Measure::DaysTo => "days to the day",
        Measure::Chance => "chance of the target",
        Measure::DaysLate => "days behind the target",
        Measure::Float => "float in working days",
        Measure::Criticality => "criticality",
        Measure::ScopeGrowth => "growth of scope",
    }
}

/// When each item of a board was in work: first day, and the day on which it was finished.
type Stays = Vec<(String, Date, Option<Date>)>;

/// Takes measures, each board and plan once.
pub(super) struct Watch<'a> {
    desk: &'a Desk,
    plans: &'a [Stored<Plan>],
    /// The plan that is reckoned already.
    shown: Option<&'a Held>,
    boards: HashMap<String, Stays>,
    held: HashMap<String, Held>,
}

impl<'a> Watch<'a> {
    pub(super) fn of(desk: &'a Desk, plans: &'a [Stored<Plan>], shown: Option<&'a Held>) -> Self {
        Self { desk, plans, shown, boards: HashMap::new(), held: HashMap::new() }
    }

    /// What a trigger sees.
    pub(super) async fn look(&mut self, trigger: &Trigger) -> Result<TriggerView, Refusal> {
        let measured = self.measure(trigger).await?;
        Ok(TriggerView::of(trigger, &measured, self.desk.today()))
    }

    async fn measure(&mut self, trigger: &Trigger) -> Result<Result<Vec<f64>, String>, Refusal> {
        let today = self.desk.today();
        let scope = trigger.scope.trim();
        let days = i32::from(trigger.for_days) + 30;
        let back = || (0..days).map(|back| after(today, -back));
        Ok(match trigger.measure {
            Measure::DaysTo => scope
                .parse::<Date>()
                .map(|day| back().map(|here| between(here, day) as f64).collect())
                .map_err(|_| format!("`{scope}` is not a day such as 2026-01-31")),
            Measure::ItemAge => {
                let key = scope.to_uppercase();
                let project = key.rsplit_once('-').map_or("", |(project, _)| project).to_owned();
                let stays = match self.stays(&project).await? {
                    Ok(stays) => stays,
                    Err(why) => return Ok(Err(why)),
                };
                let found = stays.iter().find(|stay| stay.0 == key);
                match found {
                    Some((_, from, None)) => Ok(back()
                        .take_while(|here| here >= from)
                        .map(|here| (between(*from, here) + 1) as f64)
                        .collect()),
                    Some((_, _, Some(on))) => Err(format!("{key} was done on {on}")),
                    None => Err(format!("{key} is not in work")),
                }
            }
            Measure::Wip | Measure::WeeklyThroughput => {
                let stays = match self.stays(scope).await? {
                    Ok(stays) => stays,
                    Err(why) => return Ok(Err(why)),
                };
                let counted = |here: Date| {
                    let counts = |stay: &&(String, Date, Option<Date>)| match trigger.measure {
                        Measure::Wip => stay.1 <= here && stay.2.is_none_or(|on| on > here),
                        _ => stay.2.is_some_and(|on| on <= here && between(on, here) < 7),
                    };
                    stays.iter().filter(counts).count() as f64
                };
                Ok(back().map(counted).collect())
            }
            _ => self.of_plan(trigger.measure, scope).await?,
        })
    }

    async fn stays(&mut self, named: &str) -> Result<Result<&Stays, String>, Refusal> {
        if !self.boards.contains_key(named) {
            let work = self.desk.work().await?;
            let Ok(board) = board(self.desk, &work, Some(named)) else {
                return Ok(Err(format!("there is no team `{named}`")));
            };
            if let Some(why) = self.desk.shows_work_of(board.team_id()).text() {
                return Ok(Err(why.to_owned()));
            }
            if board.project.is_none() {
                return Ok(Err(format!("`{named}` has no board")));
            }
            let scene = Scene::of(self.desk, board, Instants::now(self.desk), None, |_| true).await?;
            let stays = scene.tracks.iter().filter(|track| track.dropped.is_none()).filter_map(|track| {
                let span = span(track, scene.points, scene.preset.rules().0)?;
                let day = |at: i64| scene.calendar.day(at);
                Some((scene.item(track).key.to_string(), day(span.start), span.end.map(day)))
            });
            self.boards.insert(named.to_owned(), stays.collect());
        }
        Ok(self.boards.get(named).ok_or_else(|| format!("there is no team `{named}`")))
    }

    async fn of_plan(&mut self, measure: Measure, scope: &str) -> Result<Result<Vec<f64>, String>, Refusal> {
        let named = scope.strip_prefix("plan:").unwrap_or(scope);
        let (id, item) = named.split_once('#').map_or((named, None), |(id, item)| (id, Some(item)));
        let Ok(Some(stored)) = which(self.desk, self.plans, Some(id)) else {
            return Ok(Err(format!("there is no plan `{id}`")));
        };
        let shown = self.shown.filter(|held| held.id == stored.id);
        if shown.is_none() && !self.held.contains_key(&stored.id) {
            let held = Held::of(self.desk, stored.id.clone(), stored.body).await?;
            self.held.insert(stored.id.clone(), held);
        }
        let Some(held) = shown.or_else(|| self.held.get(&stored.id)) else {
            return Ok(Err(format!("there is no plan `{id}`")));
        };
        if measure == Measure::ScopeGrowth {
            let baselines = self.desk.records().list::<Baseline>().await?;
            let newest = baselines.into_iter().rfind(|one| one.body.plan == held.id);
            let grown = newest.and_then(|baseline| growth(&baseline.body.frozen, &held.plan));
            return Ok(grown.map(|share| vec![share]).ok_or_else(|| "no baseline is frozen".to_owned()));
        }
        let Some(reckoned) = held.dated() else { return Ok(Err(format!("{} has no date", held.plan.title))) };
        let all = reckoned.all();
        let target = held.plan.target_on.ok_or_else(|| format!("{} has no target", held.plan.title));
        let task = || {
            let place = item.and_then(|item| reckoned.model.tree.find(&held.plan, item));
            place
                .and_then(|place| reckoned.model.task_of[place])
                .ok_or_else(|| format!("`{scope}` is no open leaf of a plan"))
        };
        let value = match measure {
            Measure::Chance => target.map(|day| reckoned.trials.all_by(&all, held.ground.tick(day) + TICKS).p),
            Measure::DaysLate => {
                target.map(|day| between(day, reckoned.days(&held.ground, held.plan.confidence).1) as f64)
            }
            Measure::Float => task().map(|task| reckoned.passes.total_float[task] as f64 / TICKS as f64),
            _ => task().map(|task| reckoned.trials.criticality(task)),
        };
        Ok(value.map(|value| vec![value]))
    }
}

/// The share by which a plan has more leaves than it had; none when it had none.
#[must_use]
pub fn growth(then: &Plan, now: &Plan) -> Option<f64> {
    let leaves = |plan: &Plan| Tree::of(plan).map_or(0, |tree| tree.leaves().count()) as f64;
    let before = leaves(then);
    (before > 0.0).then(|| leaves(now) / before - 1.0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn trigger(op: Op, threshold: f64, for_days: u8) -> Trigger {
        Trigger { measure: Measure::Wip, op, threshold, for_days, scope: "payments".to_owned() }
    }

    fn seen(one: &Trigger, values: &[f64]) -> (Sees, String) {
        let view = TriggerView::of(one, &Ok(values.to_vec()), date(2026, 3, 10));
        (view.sees, view.why)
    }

    #[test]
    fn a_trigger_fires_when_it_has_held() {
        let busy = trigger(Op::Above, 5.0, 2);
        assert_eq!(words(&busy), "items in work of payments > 5 for 2 days");
        assert_eq!(seen(&busy, &[7.0, 6.0, 6.0, 4.0]), (Sees::Fired, "since 2026-03-08".to_owned()));
        assert_eq!(seen(&busy, &[7.0, 6.0, 5.0, 9.0]), (Sees::Quiet, "it holds for 2 of 3 days".to_owned()));
        assert_eq!(seen(&busy, &[5.0, 9.0, 9.0]), (Sees::Quiet, String::new()));
        assert_eq!(seen(&busy, &[7.0, 7.0, 7.0]), (Sees::Fired, "since 2026-03-08 or longer".to_owned()));
    }

    #[test]
    fn what_is_not_measured_is_blind() {
        let busy = trigger(Op::AtLeast, 5.0, 1);
        let blind = TriggerView::of(&busy, &Err("no board".to_owned()), date(2026, 3, 10));
        assert_eq!((blind.sees, blind.value), (Sees::Blind, None));
        assert_eq!(seen(&busy, &[9.0]).0, Sees::Blind, "one day is not two");
    }
}
