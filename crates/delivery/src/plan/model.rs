//! A plan on its ground becomes a network: open leaves as tasks, teams as time and slots, links of parents as links of their leaves.
//!
//! What is done hangs on nothing and holds nothing; what is in work begins with the plan and has its elapsed days taken off.

use desk::work::{Category, ItemType};

use super::axis::{Axis, Days, TICKS};
use super::ground::Ground;
use super::hazard::Hazard;
use super::network::{Link, Network, NetworkError, Task};
use super::records::{ItemKind, Plan, PlanItem, Strength};
use super::tree::Tree;
use super::trials::Duration;

/// Finished items from which a duration or a size is taken.
const ENOUGH: usize = 10;
/// Finished items below which a size cannot be told.
const TELLING: usize = 20;
/// The share that has to fit into the limit.
const FITTING: f64 = 0.85;

/// The id of the end of a plan; no item's.
const END: &str = "the end";

/// Where a leaf stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not begun.
    Open,
    /// In work.
    Started,
    /// Done.
    Done,
    /// Given up.
    Dropped,
}

impl Standing {
    /// As it is told.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Started => "in work",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

/// Whether a leaf is small enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// It is.
    Fits,
    /// It is not.
    TooBig,
    /// Too few are finished to tell.
    CannotTell,
}

impl Fit {
    /// As it is told.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::TooBig => "too big",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// Where a duration comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// Its own estimate.
    Estimate,
    /// Finished items: how many, of what.
    History(usize, String),
    /// It takes no time.
    Nothing,
}

/// A plan, ready to be scheduled.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its tree.
    pub tree: Tree,
    /// The place in the tree of each task.
    pub tasks: Vec<usize>,
    /// The task of each place in the tree.
    pub task_of: Vec<Option<usize>>,
    /// The network.
    pub network: Network,
    /// How long each task takes.
    pub durations: Vec<Duration>,
    /// Where that comes from.
    pub from: Vec<From>,
    /// What each pool is called.
    pub pools: Vec<String>,
    /// Where each place of the tree stands; of leaves only.
    pub standing: Vec<Standing>,
    /// A task behind all others that takes no time: where something delays the plan as such. The last one, of no item.
    pub end: Option<usize>,
}

/// Why there is no date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoDate {
    /// Leaves that have neither an estimate nor a history.
    Unknown(Vec<usize>),
    /// A team that nobody works in.
    NoCapacity(String),
    /// It cannot be scheduled; a sentence.
    Impossible(String),
}

impl Model {
    /// Of a plan on its ground.
    ///
    /// # Errors
    /// Why no date can be told.
    pub fn of(plan: &Plan, ground: &Ground) -> Result<Self, NoDate> {
        let tree = Tree::of(plan).map_err(|error| NoDate::Impossible(error.message))?;
        let standing: Vec<Standing> = tree.nodes.iter().map(|node| standing(&plan.items[node.item], ground)).collect();
        let open = |place: &usize| matches!(standing[*place], Standing::Open | Standing::Started);
        let tasks: Vec<usize> = tree.leaves().filter(open).collect();
        let mut task_of = vec![None; tree.nodes.len()];
        tasks.iter().enumerate().for_each(|(task, place)| task_of[*place] = Some(task));
        let (axes, pools, names) = room(plan, ground, &tree, &tasks)?;
        let mut made = Self {
            network: Network::of(Vec::new(), Vec::new(), Vec::new(), Vec::new())
                .map_err(|error| NoDate::Impossible(error.to_string()))?,
            durations: Vec::new(),
            from: Vec::new(),
            pools: names,
            tree,
            tasks,
            task_of,
            standing,
            end: None,
        };
        made.draw(plan, ground)?;
        let mut tasks: Vec<Task> = made.tasks.iter().map(|place| made.task(plan, ground, &axes, *place)).collect();
        let mut links = made.links(plan);
        if !tasks.is_empty() && ground.hazards.iter().any(Hazard::delays_the_end) {
            let end = tasks.len();
            links.extend((0..end).map(|task| Link::after(task, end)));
            tasks.push(Task::default());
            made.durations.push(Duration::constant(0.0));
            made.from.push(From::Nothing);
            made.end = Some(end);
        }
        loop {
            match Network::of(Vec::clone(&tasks), links.clone(), axes.clone(), pools.clone()) {
                Ok(network) => {
                    made.network = network;
                    return Ok(made);
                }
                // What only orders must not close a ring: it goes.
                Err(NetworkError::Ring(ring)) if links.iter().any(|link| link.soft) => {
                    let on = |link: &Link| ring.contains(&link.from) && ring.contains(&link.to);
                    let some = links.iter().any(|link| link.soft && on(link));
                    links.retain(|link| !link.soft || (some && !on(link)));
                }
                Err(NetworkError::Ring(_)) => return Err(NoDate::Impossible("The links close a ring.".to_owned())),
                Err(NetworkError::TooMuch { task, pool, amount, most }) => {
                    let title = &plan.items[made.tree.nodes[made.tasks[task]].item].title;
                    let name = &made.pools[pool];
                    return Err(NoDate::Impossible(format!("{title} needs {amount} of {name}; there are {most}.")));
                }
            }
        }
    }

    fn draw(&mut self, plan: &Plan, ground: &Ground) -> Result<(), NoDate> {
        let mut unknown = Vec::new();
        for place in &self.tasks {
            let item = &plan.items[self.tree.nodes[*place].item];
            match duration(plan, ground, self.tree.team(plan, *place), item) {
                Some((duration, from)) => {
                    let over = elapsed(ground, item);
                    self.durations.push(if over > 0 { duration.less(over) } else { duration });
                    self.from.push(from);
                }
                None => unknown.push(*place),
            }
        }
        if unknown.is_empty() { Ok(()) } else { Err(NoDate::Unknown(unknown)) }
    }

    fn task(&self, plan: &Plan, ground: &Ground, axes: &[Axis], place: usize) -> Task {
        let item = &plan.items[self.tree.nodes[place].item];
        let axis = ground.crew(self.tree.team(plan, place)).unwrap_or(0);
        let started = self.standing[place] == Standing::Started;
        let promised = plan.links.iter().filter(|link| link.strength == Strength::External && link.to == item.id);
        let promised = promised.filter_map(|link| link.promised_on);
        let first = item.not_before.into_iter().chain(promised).map(|day| ground.tick(day)).max();
        let at = |tick: i64| axes[axis].work(tick);
        Task {
            axis,
            needs: if item.kind == ItemKind::Milestone { Vec::new() } else { self.needs(item, axis) },
            earliest: if started { 0 } else { first.map_or(0, |tick| at(tick).max(0)) },
            latest: item.finish_by.map(|day| at(ground.tick(day) + TICKS)),
            started,
        }
    }

    /// One slot of its team unless it says another number, and what else it says.
    fn needs(&self, item: &PlanItem, team: usize) -> Vec<(usize, u16)> {
        let slots = item.needs.iter().find(|need| need.resource == "team").map_or(1, |need| need.amount);
        let named = item.needs.iter().filter(|need| need.resource != "team");
        let named =
            named.filter_map(|need| Some((self.pools.iter().position(|name| *name == need.resource)?, need.amount)));
        std::iter::once((team, slots)).chain(named).filter(|need| need.1 > 0).collect()
    }

    fn links(&self, plan: &Plan) -> Vec<Link> {
        let mut all = Vec::new();
        for link in &plan.links {
            let (Some(from), Some(to)) = (self.tree.place(&link.from), self.tree.place(&link.to)) else { continue };
            let lag = (link.lag * TICKS as f64).round() as i64;
            for (from, to) in self.tree.between(from, to) {
                let started = self.standing[to] == Standing::Started;
                if let (Some(from), Some(to), false) = (self.task_of[from], self.task_of[to], started) {
                    all.push(Link { from, to, sort: link.sort, lag, soft: link.strength == Strength::Preferred });
                }
            }
        }
        all
    }

    /// The tasks below a place of the tree.
    #[must_use]
    pub fn below(&self, place: usize) -> Vec<usize> {
        self.tree.nodes[place].leaves.iter().filter_map(|leaf| self.task_of[*leaf]).collect()
    }

    /// Ids of the tasks: they address their draws.
    #[must_use]
    pub fn ids<'a>(&self, plan: &'a Plan) -> Vec<&'a str> {
        let of_items = self.tasks.iter().map(|place| plan.items[self.tree.nodes[*place].item].id.as_str());
        of_items.chain(self.end.map(|_| END)).collect()
    }
}

/// Where an item stands: its work item says so, else it itself.
#[must_use]
pub fn standing(item: &PlanItem, ground: &Ground) -> Standing {
    let linked = item.work_item.as_deref().and_then(|key| ground.linked.get(key));
    match linked.and_then(|linked| linked.category) {
        Some(Category::Done) => Standing::Done,
        Some(Category::Dropped) => Standing::Dropped,
        Some(Category::Active | Category::Waiting) => Standing::Started,
        None if item.done => Standing::Done,
        Some(_) | None => Standing::Open,
    }
}

type Room = (Vec<Axis>, Vec<Days>, Vec<String>);

/// Time and slots of each team, then what else is scarce.
fn room(plan: &Plan, ground: &Ground, tree: &Tree, tasks: &[usize]) -> Result<Room, NoDate> {
    let mut room: Room = (Vec::new(), Vec::new(), Vec::new());
    for crew in &ground.crews {
        let axis = Axis::of(&crew.slots);
        let needed = || tasks.iter().any(|place| tree.team(plan, *place) == crew.slug);
        if axis.is_none() && needed() {
            return Err(NoDate::NoCapacity(crew.name.clone()));
        }
        room.0.push(axis.unwrap_or_else(Axis::whole));
        room.1.push(crew.slots.clone());
        room.2.push(crew.name.clone());
    }
    for resource in &plan.resources {
        room.1.push(Days::always(resource.amount));
        room.2.push(resource.name.clone());
    }
    Ok(room)
}

/// Working ticks since work on a linked item began.
fn elapsed(ground: &Ground, item: &PlanItem) -> i64 {
    let linked = item.work_item.as_deref().and_then(|key| ground.linked.get(key));
    let started = linked.filter(|one| one.category != Some(Category::Done)).and_then(|linked| linked.started);
    // Five of seven days: the schedule has no past, so its calendar does not reach back.
    started.map_or(0, |day| (crate::calendar::between(day, ground.first) * TICKS * 5 / 7).max(0))
}

const fn sort_of(kind: ItemKind) -> ItemType {
    match kind {
        ItemKind::Story => ItemType::Feature,
        ItemKind::Spike => ItemType::Spike,
        _ => ItemType::Task,
    }
}

/// Finished items like this one: of its type when there are enough, else all. What they are called.
fn like(ground: &Ground, team: &str, kind: ItemKind, enough: usize) -> Option<(Vec<f64>, String)> {
    let crew = &ground.crews[ground.crew(team)?];
    let sort = sort_of(kind);
    let same: Vec<f64> = crew.finished.iter().filter(|one| one.0 == sort).map(|one| one.1).collect();
    if same.len() >= enough {
        return Some((same, format!("finished items of type {}", sort.word())));
    }
    let all: Vec<f64> = crew.finished.iter().map(|one| one.1).collect();
    (all.len() >= enough).then(|| (all, "finished items".to_owned()))
}

/// How long an item takes, and where that is from.
#[must_use]
pub fn duration(plan: &Plan, ground: &Ground, team: &str, item: &PlanItem) -> Option<(Duration, From)> {
    if item.kind == ItemKind::Milestone {
        return Some((Duration::constant(0.0), From::Nothing));
    }
    if let Some(days) = item.estimate.and_then(|spread| spread.in_days()) {
        return Some((Duration::of(&days, plan.focus), From::Estimate));
    }
    let (days, of) = like(ground, team, item.kind, ENOUGH)?;
    let from = From::History(days.len(), of);
    Some((Duration::any_of(days), from))
}

/// Whether a leaf is small enough, and on what that stands.
#[must_use]
pub fn fit(plan: &Plan, ground: &Ground, team: &str, item: &PlanItem) -> (Fit, String) {
    let limit = ground.crew(team).map_or((5.0, String::new()), |place| ground.crews[place].limit.clone());
    let most = (limit.0 * TICKS as f64).round() as i64;
    let judged = |duration: &Duration| {
        let share = duration.share_within(most);
        let fit = if share + 1e-9 >= FITTING { Fit::Fits } else { Fit::TooBig };
        (fit, format!("{:.0} % within {} d ({})", share * 100.0, desk::sheet::number(limit.0, 1), limit.1))
    };
    if let Some(days) = item.estimate.and_then(|spread| spread.in_days()) {
        return judged(&Duration::of(&days, plan.focus));
    }
    match like(ground, team, item.kind, TELLING) {
        Some((days, of)) => {
            let n = days.len();
            let (fit, said) = judged(&Duration::any_of(days));
            (fit, format!("{said}; {n} {of}"))
        }
        None => {
            let n = ground.crew(team).map_or(0, |place| ground.crews[place].finished.len());
            (Fit::CannotTell, format!("{n} finished, {TELLING} are needed"))
        }
    }
}
