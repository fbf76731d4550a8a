//! A whole plan given out: which of its tasks to whom, as a 0/1 programme.
//!
//! `max Σ x_ij (w_f fit + w_g growth + w_b bus) − w_o Σ overload share − 10 Σ unassigned`, one owner a task; in each bucket of two weeks the
//! effort of what somebody takes (half of it beside another) stays within room and overload, which is a fifth of the room at most; at most one
//! stretch a person in a bucket. What the programme is worth never leaves this room: an answer is who takes what.

#[cfg(test)]
mod tests;

use good_lp::{
    Expression, ProblemVariables, Solution, SolverModel, Variable, WithTimeLimit as _, microlp,
    solvers::SolutionStatus, variable,
};

use super::case::Field;
use super::limits::{May, may};

/// Overload that a bucket bears at most, as a share of its room.
pub const OVERLOAD: f64 = 0.2;
/// What a task without an owner costs.
const UNASSIGNED: f64 = 10.0;
/// What a bucket overloaded by its whole room costs.
const PRICE: f64 = 1.0;
/// Seconds that a search takes at most.
pub const SECONDS: f64 = 5.0;
/// What somebody beside another gives of the effort.
const BESIDE: f64 = 0.5;

/// What a plan is given out for.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Preset {
    /// Half for what is known, the rest for growth and for spreading.
    #[default]
    Balanced,
    /// For the date.
    Deliver,
    /// For growth.
    Grow,
    /// For spreading what few know.
    Spread,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 4] = [Self::Balanced, Self::Deliver, Self::Grow, Self::Spread];

    /// As it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Deliver => "deliver",
            Self::Grow => "grow",
            Self::Spread => "spread",
        }
    }

    /// Weights of fit, growth and bus.
    #[must_use]
    pub const fn weights(self) -> (f64, f64, f64) {
        match self {
            Self::Balanced => (0.5, 0.25, 0.25),
            Self::Deliver => (0.8, 0.1, 0.1),
            Self::Grow => (0.4, 0.45, 0.15),
            Self::Spread => (0.4, 0.1, 0.5),
        }
    }
}

/// Who takes a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Its owner: a place among the candidates.
    pub owner: usize,
    /// Beside whom.
    pub beside: Option<usize>,
}

/// How a candidate could take a task.
#[derive(Debug, Clone, PartialEq)]
struct Way {
    gain: f64,
    stretch: bool,
    /// Those beside whom alone; empty is alone.
    beside: Vec<usize>,
}

/// The programme.
#[derive(Debug, Clone, PartialEq)]
pub struct Programme {
    ways: Vec<Vec<Option<Way>>>,
    /// By task, by bucket.
    effort: Vec<Vec<f64>>,
    /// By candidate, by bucket.
    room: Vec<Vec<f64>>,
    /// Owners that are settled, by task.
    locked: Vec<Option<usize>>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// By task; none is nobody.
    pub choices: Vec<Option<Choice>>,
    /// Whether nothing better can be found.
    pub proved: bool,
    /// How far it may lie below the best, as a share.
    pub gap: f64,
    value: f64,
}

/// The settled owners cannot all be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Infeasible {
    /// The fewest settled tasks without which it can be.
    pub relax: Vec<usize>,
}

impl Programme {
    /// Of a field, for a preset. `effort` in days by task and bucket, `room` by candidate and bucket, `locked` by task.
    #[must_use]
    pub fn of(
        field: &Field,
        preset: Preset,
        effort: Vec<Vec<f64>>,
        room: Vec<Vec<f64>>,
        locked: Vec<Option<usize>>,
    ) -> Self {
        let (of_fit, of_growth, of_bus) = preset.weights();
        let way = |task: usize, place: usize| {
            let (what, case) = (&field.tasks[task], &field.cases[task][place]);
            let beside = match may(field, task, place) {
                May::Not(_) => return None,
                May::Alone => Vec::new(),
                May::Beside(others) => others,
            };
            let gain = of_fit * case.fit(what) + of_growth * case.growth.worth() + of_bus * case.bus(what);
            Some(Way { gain, stretch: case.is_stretch(what), beside })
        };
        let of_task = |task: usize| (0..field.people.len()).map(|place| way(task, place)).collect();
        Self { ways: (0..field.tasks.len()).map(of_task).collect(), effort, room, locked }
    }

    /// The best that can be found in [`SECONDS`].
    ///
    /// # Errors
    /// Which settled owners are in the way, the fewest.
    pub fn solve(&self) -> Result<Given, Infeasible> {
        self.search(None).ok_or_else(|| Infeasible { relax: self.fewest() })
    }

    /// The best in which `task` is not `owner`'s, settled or not.
    #[must_use]
    pub fn without(&self, task: usize, owner: usize) -> Option<Given> {
        let mut other = self.clone();
        if let Some(lock) = other.locked.get_mut(task) {
            *lock = None;
        }
        other.search(Some((task, owner)))
    }

    /// The fewest locks that have to go: one, else two, else all.
    fn fewest(&self) -> Vec<usize> {
        let locks: Vec<usize> = (0..self.locked.len()).filter(|task| self.locked[*task].is_some()).collect();
        let holds = |gone: &[usize]| {
            let mut other = self.clone();
            gone.iter().for_each(|task| other.locked[*task] = None);
            other.search(None).is_some()
        };
        let one = locks.iter().map(|task| vec![*task]).find(|gone| holds(gone));
        let two = || {
            let pairs = locks.iter().flat_map(|a| locks.iter().filter(move |b| a < *b).map(move |b| vec![*a, *b]));
            pairs.take(50).find(|gone| holds(gone))
        };
        one.or_else(two).unwrap_or(locks)
    }

    fn search(&self, without: Option<(usize, usize)>) -> Option<Given> {
        let locks_hold = self
            .locked
            .iter()
            .enumerate()
            .all(|(task, owner)| owner.is_none_or(|owner| self.ways[task].get(owner).is_some_and(Option::is_some)));
        if !locks_hold {
            return None;
        }
        let model = Model::of(self, without, true);
        let (choices, proved) = model.solve(self)?;
        let value = self.value(&choices)?;
        let gap = if proved {
            0.0
        } else {
            // The best of the programme without whole numbers is a bound.
            let bound = Model::of(self, without, false).bound();
            bound.map_or(1.0, |bound| ((bound - value) / bound.abs().max(1e-9)).clamp(0.0, 1.0))
        };
        Some(Given { choices, proved, gap, value })
    }

    /// What choices are worth; none when they cannot be.
    fn value(&self, choices: &[Option<Choice>]) -> Option<f64> {
        let mut load: Vec<Vec<f64>> = self.room.iter().map(|room| vec![0.0; room.len()]).collect();
        let mut stretches: Vec<Vec<u32>> = self.room.iter().map(|room| vec![0; room.len()]).collect();
        let mut value = 0.0;
        for (task, choice) in choices.iter().enumerate() {
            let Some(choice) = choice else {
                value -= UNASSIGNED;
                continue;
            };
            let way = self.ways[task][choice.owner].as_ref()?;
            let together = way.beside.is_empty() == choice.beside.is_none();
            if !together || choice.beside.is_some_and(|other| !way.beside.contains(&other)) {
                return None;
            }
            value += way.gain;
            for (bucket, effort) in self.effort[task].iter().enumerate() {
                load[choice.owner][bucket] += effort;
                stretches[choice.owner][bucket] += u32::from(way.stretch && *effort > 0.0);
                if let Some(other) = choice.beside {
                    load[other][bucket] += BESIDE * effort;
                }
            }
        }
        for ((load, room), stretches) in load.iter().zip(&self.room).zip(&stretches) {
            for ((load, room), stretches) in load.iter().zip(room).zip(stretches) {
                let over = (load - room).max(0.0);
                if over > OVERLOAD * room + 1e-6 || *stretches > 1 {
                    return None;
                }
                value -= if over > 1e-9 { PRICE * over / room } else { 0.0 };
            }
        }
        Some(value)
    }
}

/// The programme as variables and constraints.
struct Model {
    variables: ProblemVariables,
    objective: Expression,
    constraints: Vec<good_lp::Constraint>,
    owns: Vec<Vec<Option<Variable>>>,
    /// Task, owner, the other.
    pairs: Vec<(usize, usize, usize, Variable)>,
}

impl Model {
    fn of(programme: &Programme, without: Option<(usize, usize)>, whole: bool) -> Self {
        let mut variables = ProblemVariables::new();
        let binary = |variables: &mut ProblemVariables| {
            let one = variable().clamp(0, 1);
            variables.add(if whole { one.integer() } else { one })
        };
        let mut made = Self {
            objective: Expression::from(0.0),
            constraints: Vec::new(),
            owns: Vec::new(),
            pairs: Vec::new(),
            variables: ProblemVariables::new(),
        };
        for (task, ways) in programme.ways.iter().enumerate() {
            let nobody = variables.add(variable().clamp(0, 1));
            made.objective -= UNASSIGNED * nobody;
            let mut all = Expression::from(nobody);
            let mut own = Vec::with_capacity(ways.len());
            for (place, way) in ways.iter().enumerate() {
                let Some(way) = way.as_ref().filter(|_| without != Some((task, place))) else {
                    own.push(None);
                    continue;
                };
                let owns = binary(&mut variables);
                made.objective += way.gain * owns;
                all += owns;
                if !way.beside.is_empty() {
                    let mut beside = Expression::from(0.0);
                    for other in &way.beside {
                        let pair = binary(&mut variables);
                        beside += pair;
                        made.pairs.push((task, place, *other, pair));
                    }
                    made.constraints.push((beside - owns).eq(0.0));
                }
                own.push(Some(owns));
            }
            made.constraints.push(all.eq(1.0));
            if let Some(owns) = programme.locked[task].and_then(|owner| own.get(owner).copied().flatten()) {
                made.constraints.push(Expression::from(owns).eq(1.0));
            }
            made.owns.push(own);
        }
        for (place, room) in programme.room.iter().enumerate() {
            for (bucket, room) in room.iter().enumerate() {
                let over = variables.add(variable().clamp(0.0, OVERLOAD * room));
                if *room > 0.0 {
                    made.objective -= PRICE / room * over;
                }
                made.bounds(programme, place, bucket, *room, over);
            }
        }
        made.variables = variables;
        made
    }

    /// What somebody can do in a bucket, and that one stretch is enough.
    fn bounds(&mut self, programme: &Programme, place: usize, bucket: usize, room: f64, over: Variable) {
        let (mut load, mut stretches) = (Expression::from(0.0), Expression::from(0.0));
        let mut loaded = false;
        for (task, own) in self.owns.iter().enumerate() {
            let effort = programme.effort[task].get(bucket).copied().unwrap_or(0.0);
            let Some(owns) = own[place].filter(|_| effort > 0.0) else { continue };
            load += effort * owns;
            loaded = true;
            if programme.ways[task][place].as_ref().is_some_and(|way| way.stretch) {
                stretches += owns;
            }
        }
        for (task, _, other, pair) in self.pairs.iter().filter(|pair| pair.2 == place) {
            let effort = programme.effort[*task].get(bucket).copied().unwrap_or(0.0);
            debug_assert_eq!(*other, place, "the pairs of this candidate");
            load += BESIDE * effort * *pair;
            loaded = true;
        }
        if loaded {
            self.constraints.push((load - over).leq(room));
            self.constraints.push(stretches.leq(1.0));
        }
    }

    fn solve(self, programme: &Programme) -> Option<(Vec<Option<Choice>>, bool)> {
        let mut model = self.variables.maximise(self.objective).using(microlp).with_time_limit(SECONDS);
        for constraint in self.constraints {
            model.add_constraint(constraint);
        }
        let solution = model.solve().ok()?;
        let proved = matches!(solution.status(), SolutionStatus::Optimal);
        let chosen = |variable: Variable| solution.value(variable) > 0.5;
        let choice = |task: usize| {
            let owner = self.owns[task].iter().position(|owns| owns.is_some_and(chosen))?;
            let pair = self.pairs.iter().find(|pair| pair.0 == task && pair.1 == owner && chosen(pair.3));
            Some(Choice { owner, beside: pair.map(|pair| pair.2) })
        };
        Some(((0..programme.ways.len()).map(choice).collect(), proved))
    }

    fn bound(self) -> Option<f64> {
        let objective = self.objective.clone();
        let mut model = self.variables.maximise(self.objective).using(microlp).with_time_limit(SECONDS);
        for constraint in self.constraints {
            model.add_constraint(constraint);
        }
        model.solve().ok().map(|solution| solution.eval(objective))
    }
}
