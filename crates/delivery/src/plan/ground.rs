//! What a plan stands on: who is there on which day, how long finished items took, where linked items stand. Read from the desk once.
//!
//! Absences become capacity here, and whose they are ends here.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use desk::work::{Category, Field, Item, ItemType, ProjectId, ServiceClass, TeamId, Work};
use desk::{Desk, Refusal};
use jiff::civil::Date;

use super::axis::Days;
use super::drain::pace;
use super::growth::{Growth, growth, of_epics};
use super::hazard::{Hazard, hazards};
use super::records::Plan;
use crate::calendar::{Clockwork, Member, after, available, between};
use crate::flow::Stages;
use crate::pace::{Ahead, Bag, History};
use crate::work::measures::Measures;
use crate::work::rules::Preset;
use crate::work::scene::{Board, Instants, Scene, board, in_force};

/// Days for which capacity is looked up; then a usual week goes on.
const HORIZON: i32 = 420;
/// Days of history behind sizes and durations.
const HISTORY: i32 = 365;
/// Days of history behind what is finished a day.
const PACE: usize = 180;
/// Days of history behind the share of unplanned work.
const RECENT: i32 = 90;
/// Finished items below which no share of unplanned work is told.
const FEW: usize = 20;

/// A team.
#[derive(Debug, Clone)]
pub struct Crew {
    /// Its short name.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its id; none when no team has that name.
    pub id: Option<TeamId>,
    /// Person-days by civil day, from the first on, absences taken off.
    pub available: Vec<f64>,
    /// Whether any absence of its members is on record.
    pub absences_known: bool,
    /// Items at once, by civil day.
    pub slots: Days,
    /// The share of finished items that nobody planned, and of how many; none when too few are finished.
    pub unplanned: Option<(f64, usize)>,
    /// Finished items: type, working days that they took.
    pub finished: Vec<(ItemType, f64)>,
    /// What a leaf should not take longer than, in working days, and where that is from.
    pub limit: (f64, String),
    /// What it finishes a day; none when it finished too little to tell.
    pub pace: Option<Bag>,
    /// By how much its finished epics grew.
    pub grown: Vec<f64>,
    /// What it finished a day.
    history: History,
}

/// Where a linked work item stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Its title.
    pub title: String,
    /// What its status means; none when its source says that it is gone.
    pub category: Option<Category>,
    /// When work on it began.
    pub started: Option<Date>,
    /// When it was done, or given up.
    pub done: Option<Date>,
}

/// Everything that a plan's dates are a function of, besides the plan.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Today.
    pub today: Date,
    /// The first civil day of the schedule: the plan's first, or today when that is over.
    pub first: Date,
    /// The teams of the plan, in its order, then others that items name.
    pub crews: Vec<Crew>,
    /// Linked work items by key.
    pub linked: HashMap<String, Linked>,
    /// What could happen to it.
    pub hazards: Vec<Hazard>,
    /// By how much scope grew in what is over.
    pub growth: Growth,
}

impl Ground {
    /// Of a plan, by the id of its record.
    ///
    /// # Errors
    /// Unavailable when the database does not answer.
    pub async fn of(desk: &Desk, id: &str, plan: &Plan) -> Result<Self, Refusal> {
        let today = desk.today();
        let first = plan.start_on.max(today);
        let work = desk.work().await?;
        let mut slugs: Vec<&str> = plan.teams.iter().map(String::as_str).collect();
        for item in &plan.items {
            let team = item.with.as_deref().filter(|with| desk.organisation().find_team(with).is_ok());
            slugs.extend(item.team.as_deref().or(team));
        }
        let mut crews: Vec<Crew> = Vec::new();
        for slug in slugs {
            if !crews.iter().any(|crew| crew.slug == slug) {
                crews.push(crew(desk, &work, slug, first).await?);
            }
        }
        let keys = plan.items.iter().filter_map(|item| item.work_item.as_deref());
        let linked = linked_items(desk, &work, keys).await?;
        let hazards = hazards(desk, id, plan).await?;
        let grown = crews.iter().flat_map(|crew| crew.grown.iter().copied()).collect();
        let growth = growth(desk, id, plan, grown).await?;
        Ok(Self { today, first, crews, linked, hazards, growth })
    }

    /// The place of a team.
    #[must_use]
    pub fn crew(&self, slug: &str) -> Option<usize> {
        self.crews.iter().position(|crew| crew.slug == slug)
    }

    /// The civil day of a tick at which something begins.
    #[must_use]
    pub fn begins(&self, tick: i64) -> Date {
        after(self.first, i32::try_from(tick.div_euclid(super::axis::TICKS)).unwrap_or(i32::MAX))
    }

    /// The civil day in which something is finished by a tick.
    #[must_use]
    pub fn finishes(&self, tick: i64) -> Date {
        self.begins((tick - 1).max(0))
    }

    /// The civil tick at which a day begins.
    #[must_use]
    pub fn tick(&self, day: Date) -> i64 {
        between(self.first, day) * super::axis::TICKS
    }
}

async fn crew(desk: &Desk, work: &Work, slug: &str, first: Date) -> Result<Crew, Refusal> {
    let people = desk.organisation();
    let team = people.find_team(slug).ok().cloned();
    let mut made = Crew {
        slug: slug.to_owned(),
        name: team.as_ref().map_or_else(|| slug.to_owned(), |team| team.name.clone()),
        id: team.as_ref().map(|team| team.id),
        available: Vec::new(),
        absences_known: true,
        slots: Days::always(0),
        unplanned: None,
        finished: Vec::new(),
        limit: (5.0, "5 d, as nothing else is said".to_owned()),
        pace: None,
        grown: Vec::new(),
        history: History::default(),
    };
    let Some(team) = team else { return Ok(made) };
    let clock = Clockwork::of(work.calendar(Some(team.id)).unwrap_or(&desk::work::Calendar::default()));
    let project = work.projects().iter().find(|project| project.team == Some(team.id)).cloned();
    if project.is_some() {
        let board = Board { team: Some(team.clone()), project };
        past(desk, board, &clock, &mut made).await?;
    }
    let present = desk.presence_of(team.id, first, after(first, HORIZON)).await?;
    made.absences_known = present.is_some();
    let members: Vec<Member> = match present {
        Some(present) => present.into_iter().map(Member::from).collect(),
        None => {
            let parts = people.with_parts(team.id);
            let mine = people.members().iter().filter(|member| parts.contains(&member.team));
            mine.map(|one| Member { share: one.share, from: one.from, until: one.until, away: Vec::new() }).collect()
        }
    };
    let days: Vec<Date> = (0..HORIZON).map(|day| after(first, day)).collect();
    made.available = days.iter().map(|day| available(&clock, &members, *day)).collect();
    // The week that goes on is one without absences and holidays, by who is a member on the last day.
    let last = after(first, HORIZON);
    let usual: f64 = members
        .iter()
        .filter(|one| one.from <= last && one.until.is_none_or(|until| last < until))
        .map(|one| one.share)
        .sum();
    let week = (0..7).map(|day| if clock.works(after(last, day)) { usual } else { 0.0 });
    let planned = 1.0 - made.unplanned.map_or(0.0, |unplanned| unplanned.0);
    let slots = |person_days: f64| if person_days <= 0.0 { 0 } else { (person_days * planned).round().max(1.0) as u16 };
    made.slots = Days::of(made.available.iter().copied().chain(week).map(slots).collect());
    let there = |(day, here): (&Date, f64)| {
        (clock.works(*day), if usual > 0.0 { (here / usual).min(1.0) * planned } else { planned })
    };
    let week = (0..7).map(|day| (clock.works(after(last, day)), planned));
    let ahead = days.iter().zip(made.available.iter().copied()).map(there).chain(week).collect();
    made.pace = pace(&made.history, &Ahead { days: ahead });
    Ok(made)
}

/// What the team's finished items say: how long they took in working days, what nobody had planned, which size is expected.
async fn past(desk: &Desk, board: Board, clock: &Clockwork, into: &mut Crew) -> Result<(), Refusal> {
    let when = Instants::now(desk);
    let scene = Scene::of(desk, board, when, Some(Preset::Mainstay), |_| true).await?;
    let today = scene.today();
    let measures = Measures::of(&scene, (after(today, 1 - HISTORY), today));
    let (mut recent, mut unplanned) = (0, 0);
    for one in &measures.finished {
        let item = scene.item(&scene.tracks[one.track]);
        let begun = after(one.on, 1 - one.took.max(1.0) as i32);
        let days = (0..one.took.max(1.0) as i32).filter(|day| clock.works(after(begun, *day))).count();
        into.finished.push((item.sort, days.max(1) as f64));
        if one.on > after(today, -RECENT) {
            recent += 1;
            let urgent = item.class == ServiceClass::Expedite || item.sort == ItemType::Incident;
            unplanned += usize::from(urgent);
        }
    }
    if recent >= FEW {
        into.unplanned = Some((unplanned as f64 / recent as f64, recent));
    }
    into.history = measures.history(&scene).last(PACE);
    if let Some(project) = scene.board.project_id() {
        into.grown = of_epics(&scene.work, &scene.stages, project);
    }
    let workflow = &scene.rules.workflow;
    if let Some(sle) = &workflow.sle {
        into.limit = (sle.days * 5.0 / 7.0, format!("the expectation of {} d", sle.days));
    } else if workflow.method != crate::work::workflow::Method::Kanban {
        into.limit = (f64::from(workflow.sprint_weeks) * 2.5, "half a sprint".to_owned());
    }
    Ok(())
}

/// Where the items of a plan stand that are work items, by key.
///
/// # Errors
/// Unavailable when the database does not answer.
pub async fn linked_items<'a>(
    desk: &Desk,
    work: &Work,
    keys: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, Linked>, Refusal> {
    let mut boards: BTreeMap<ProjectId, Stages> = BTreeMap::new();
    let mut all = HashMap::new();
    for (key, item) in keys.filter_map(|key| Some((key, work.by_key(key)?))) {
        if let Entry::Vacant(place) = boards.entry(item.project) {
            let board = board(desk, work, work.project(item.project).map(|project| project.key.as_str()))?;
            let rules = in_force(desk, work, &board, desk.now()).await?;
            place.insert(rules.workflow.stages_of(work, board.project_id()));
        }
        let stages = &boards[&item.project];
        all.insert(key.to_owned(), linked(stages, item));
    }
    Ok(all)
}

fn linked(stages: &Stages, item: &Item) -> Linked {
    let active = |sym| matches!(stages.category(sym), Some(Category::Active | Category::Waiting | Category::Done));
    let mut moves = item.log.iter().filter(|line| line.field == Field::Status && line.withdrawn.is_none());
    let day = |at: i64| {
        let at = jiff::Timestamp::from_microsecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        at.to_zoned(jiff::tz::TimeZone::UTC).date()
    };
    let started = moves.clone().find(|line| line.to.is_some_and(active)).map(|line| day(line.at));
    let category = stages.category(item.status).filter(|_| item.deleted_at.is_none());
    let over = category.filter(|one| matches!(one, Category::Done | Category::Dropped));
    let done = over.and_then(|_| moves.next_back()).map(|line| day(line.at));
    Linked { title: item.title.to_string(), category, started, done }
}
