//! Writing down work and choosing from it: backlogs, epics, sprints, faults that somebody noticed.

use super::board::{Crew, Habit, Job, Place, Stage};
use super::calendar::{DAY, Day, Moment, weekday};
use super::dice::Dice;
use super::facts::{
    Category, IncidentId, ItemType, Knowers, PersonId, RepositoryId, Shape, TeamId, WorkItem, WorkItemId,
};
use super::sprints::{admit, end_sprint, run_sprint};
use super::world::{Fault, World};
use super::{estate, words};

/// The teams with what they work on; whoever begins knows where they were before.
pub(super) fn crews(world: &mut World) -> Vec<Crew> {
    let count = world.plan.teams() as usize;
    let mut crews: Vec<Crew> = (0..count).map(|at| crew(world, at)).collect();
    for (number, repository) in world.company.repositories.iter().enumerate() {
        for (at, area) in repository.areas.iter().enumerate() {
            let weight = if repository.shape == Shape::Legacy { area.heat } else { area.heat * 3 };
            let team = estate::crew_of(repository, area).at();
            crews[team].places.push(Place { repository: number, area: at as u16, weight });
        }
    }
    for (at, crew) in crews.iter_mut().enumerate() {
        if crew.places.is_empty() {
            let shared = world.company.repositories.len();
            let repository = at % shared;
            let areas = world.company.repositories[repository].areas.iter().enumerate();
            crew.places = areas.map(|(area, it)| Place { repository, area: area as u16, weight: it.heat }).collect();
        }
        spread_knowledge(world, crew, at);
    }
    crews
}

fn crew(world: &World, at: usize) -> Crew {
    let hands = &world.staff.hands;
    let of = |number: &usize| hands[*number].crew == at || hands[*number].moves.is_some_and(|(_, crew)| crew == at);
    Crew {
        team: TeamId::of(at),
        habit: Habit::of(at),
        people: (0..hands.len()).filter(of).filter(|number| *number > 0 && hands[*number].codes).collect(),
        places: Vec::new(),
        backlog: std::collections::VecDeque::new(),
        chosen: std::collections::VecDeque::new(),
        urgent: std::collections::VecDeque::new(),
        next_key: 1,
        epic: None,
        sprint: None,
        sprints: 0,
    }
}

/// Three people look after an area, two after one that everybody fears; they go round, so that everybody has some.
fn spread_knowledge(world: &mut World, crew: &Crew, at: usize) {
    let mut dice = Dice::of(world.plan.seed, "knowledge", at as u64);
    let early: Vec<usize> =
        crew.people.iter().copied().filter(|at| world.staff.hands[*at].first < world.start).collect();
    let mut turn = 0;
    for place in &crew.places {
        let repository = &world.company.repositories[place.repository];
        let key = (place.repository as u32, place.area);
        if let Knowers::Only(person) = repository.areas[usize::from(place.area)].knowers {
            world.staff.hands[person.at()].knows.push(key);
            world.staff.hands[person.at()].homes.push(key);
            continue;
        }
        let wanted = if repository.shape == Shape::Legacy { 2 } else { 3 };
        for _ in 0..wanted.min(crew.people.len()) {
            world.staff.hands[crew.people[turn % crew.people.len()]].homes.push(key);
            turn += 1;
            if let Some(who) = (!early.is_empty()).then(|| *dice.pick(&early)) {
                world.staff.hands[who].knows.push(key);
            }
        }
    }
}

/// What a team does with its board in the morning.
pub(super) fn on_day(world: &mut World, crew: usize, present: &[usize], day: Day) {
    let mut dice = Dice::of(world.plan.seed, "board", (day as u64) << 20 | crew as u64);
    if world.crews[crew].sprint.is_some_and(|(_, last)| day > last) {
        end_sprint(world, crew, day);
    }
    report_faults(world, crew, present, day, &mut dice);
    write_down(world, crew, present, day, &mut dice);
    match world.crews[crew].habit {
        Habit::Kanban => choose(world, crew, present, day, &mut dice),
        Habit::Scrum => run_sprint(world, crew, present, day, &mut dice),
        Habit::Mixed if day < world.start + (world.end - world.start) * 2 / 3 => {
            run_sprint(world, crew, present, day, &mut dice);
            choose(world, crew, present, day, &mut dice);
        }
        Habit::Mixed => {
            end_sprint(world, crew, day);
            choose(world, crew, present, day, &mut dice);
        }
    }
}

fn report_faults(world: &mut World, crew: usize, present: &[usize], day: Day, dice: &mut Dice) {
    let due: Vec<Day> = world.faults.range(..=day).map(|(at, _)| *at).collect();
    for at in due {
        let Some(faults) = world.faults.get_mut(&at) else { continue };
        let places = &world.crews[crew].places;
        let ours =
            |fault: &Fault| places.iter().any(|place| place.repository == fault.repository && place.area == fault.area);
        let (mine, others): (Vec<Fault>, Vec<Fault>) = faults.drain(..).partition(ours);
        *faults = others;
        if faults.is_empty() {
            world.faults.remove(&at);
        }
        for fault in mine {
            let by = *dice.pick(present);
            let spot = (fault.repository, fault.area, fault.file);
            let Some(job) = write(world, crew, ItemType::Bug, spot, (by, day), dice) else { continue };
            world.company.items[job.item.at()].caused_by = Some(fault.cause);
            if world.company.items[job.item.at()].priority == 1 {
                world.crews[crew].urgent.push_back(job);
                admit(world, crew, job.item, None);
            } else {
                world.crews[crew].backlog.push_front(job);
            }
        }
    }
}

/// Keeps the backlog long enough for a few weeks; what nobody wants any more is dropped at times.
fn write_down(world: &mut World, crew: usize, present: &[usize], day: Day, dice: &mut Dice) {
    let wanted = world.crews[crew].people.len() * 3 + 4;
    for _ in 0..3 {
        if world.crews[crew].backlog.len() >= wanted {
            break;
        }
        let kind = [ItemType::Feature, ItemType::Task, ItemType::Bug, ItemType::Debt, ItemType::Spike]
            [dice.weighted([56, 17, 12, 11, 4].into_iter())];
        let spot = spot(world, crew, kind, day, dice);
        let by = *dice.pick(present);
        if kind == ItemType::Feature {
            keep_epic(world, crew, (by, day), spot, dice);
        }
        if let Some(job) = write(world, crew, kind, spot, (by, day), dice) {
            world.crews[crew].backlog.push_back(job);
        }
    }
    if weekday(day) == 3 && dice.chance(14) && world.crews[crew].backlog.len() > wanted / 2 {
        let at = dice.below(world.crews[crew].backlog.len());
        let by = *dice.pick(present);
        let Some(job) = world.crews[crew].backlog.get(at).copied() else { return };
        let written = world.company.items[job.item.at()].created_at().as_second();
        if written < (day - 20) * DAY
            && let Some(moment) =
                world.staff.hands[by].next(day * DAY, 200, dice).filter(|at| at.div_euclid(DAY) == day)
        {
            world.crews[crew].backlog.remove(at);
            world.record(crew, job.item, Stage::Dropped, moment, by);
        }
    }
}

/// Where new work lies: hot areas more often, what has lost its knower hardly ever.
fn spot(world: &World, crew: usize, kind: ItemType, day: Day, dice: &mut Dice) -> (usize, u16, u16) {
    let board = &world.crews[crew];
    let waiting = |place: &Place| {
        let there = |job: &&Job| job.repository == place.repository && job.area == place.area;
        board.backlog.iter().chain(&board.chosen).filter(there).count()
    };
    let piled = |place: &Place| waiting(place) > 3;
    let weigh = |place: &Place| {
        let repository = &world.company.repositories[place.repository];
        let orphaned = match repository.areas[usize::from(place.area)].knowers {
            Knowers::Only(person) => world.staff.hands[person.at()].last < day + 30 || piled(place),
            Knowers::Anyone => false,
        };
        let feared = repository.shape == Shape::Legacy && kind == ItemType::Feature;
        if orphaned || feared { place.weight.div_ceil(30) } else { place.weight }
    };
    let places = &world.crews[crew].places;
    let place = places[dice.weighted(places.iter().map(weigh))];
    let files = world.company.repositories[place.repository].areas[usize::from(place.area)].files;
    (place.repository, place.area, dice.skewed(usize::from(files)) as u16)
}

fn keep_epic(world: &mut World, crew: usize, by: (usize, Day), spot: (usize, u16, u16), dice: &mut Dice) {
    if let Some((epic, left)) = world.crews[crew].epic {
        world.crews[crew].epic = (left > 1).then_some((epic, left - 1));
        return;
    }
    if let Some(job) = write(world, crew, ItemType::Epic, spot, by, dice) {
        world.crews[crew].epic = Some((job.item, 5 + dice.below(9)));
    }
}

/// Writes an item down; nothing when whoever does so has no time for it that day any more.
pub(super) fn write(
    world: &mut World,
    crew: usize,
    kind: ItemType,
    (repository, area, file): (usize, u16, u16),
    (by, day): (usize, Day),
    dice: &mut Dice,
) -> Option<Job> {
    let at = world.staff.hands[by].next(day * DAY, 170, dice)?;
    write_at(world, crew, kind, (repository, area, file), (by, at), dice)
}

/// Writes an item down at a moment.
pub(super) fn write_at(
    world: &mut World,
    crew: usize,
    kind: ItemType,
    (repository, area, file): (usize, u16, u16),
    (by, at): (usize, Moment),
    dice: &mut Dice,
) -> Option<Job> {
    if at > world.now {
        return None;
    }
    let id = WorkItemId::of(world.company.items.len());
    let name = world.company.repositories[repository].areas[usize::from(area)].name.clone();
    let days = working_days(kind, dice);
    let (board, team) = (&mut world.crews[crew], world.company.teams[crew].key.clone());
    let key = format!("{team}-{}", board.next_key);
    board.next_key += 1;
    let estimate = (board.habit.estimates() && kind != ItemType::Epic && dice.chance(88)).then(|| points(days, dice));
    let epic = board.epic.filter(|_| kind == ItemType::Feature && dice.chance(85)).map(|(epic, _)| epic);
    let labels = vec![name.clone()];
    let item = WorkItem {
        key,
        title: title(kind, &name, dice),
        kind,
        team: board.team,
        priority: priority(kind, dice),
        estimate,
        epic,
        creator: PersonId::of(by),
        assignee: None,
        labels,
        repository: RepositoryId::of(repository),
        area,
        caused_by: None,
        incident: None::<IncidentId>,
        transitions: Vec::new(),
    };
    world.company.items.push(item);
    let first = if world.crews[crew].habit == Habit::Mixed { Stage::Todo } else { Stage::Backlog };
    world.record(crew, id, first, at, by);
    Some(Job { item: id, repository, area, file, days })
}

fn title(kind: ItemType, area: &str, dice: &mut Dice) -> String {
    match kind {
        ItemType::Epic => words::epic(dice),
        ItemType::Feature => words::feature(dice, area),
        ItemType::Bug | ItemType::Incident => words::bug(dice, area),
        ItemType::Spike => words::spike(dice),
        ItemType::Task | ItemType::Debt => words::chore(dice, area),
    }
}

fn working_days(kind: ItemType, dice: &mut Dice) -> i64 {
    match kind {
        ItemType::Incident => 1,
        ItemType::Bug => 1 + dice.skewed(8) as i64,
        ItemType::Task | ItemType::Spike => dice.within(1, 4),
        ItemType::Feature | ItemType::Epic | ItemType::Debt => 1 + dice.skewed(14) as i64,
    }
}

/// Points that say something about the days, and are wrong as often as such points are.
fn points(days: i64, dice: &mut Dice) -> u8 {
    let felt = days + dice.within(-1, 1) + if dice.chance(12) { dice.within(-2, 3) } else { 0 };
    match felt {
        ..=1 => 1,
        2 | 3 => 2,
        4 | 5 => 3,
        6..=8 => 5,
        9..=12 => 8,
        _ => 13,
    }
}

fn priority(kind: ItemType, dice: &mut Dice) -> u8 {
    match kind {
        ItemType::Incident => 1,
        ItemType::Bug => 1 + dice.weighted([12, 38, 40, 10].into_iter()) as u8,
        _ => 2 + dice.weighted([25, 50, 20, 5].into_iter()) as u8,
    }
}

/// Keeps enough chosen for everybody who is there.
fn choose(world: &mut World, crew: usize, present: &[usize], day: Day, dice: &mut Dice) {
    let wanted = present.len() * 2 + 2;
    while world.crews[crew].chosen.len() < wanted {
        let by = *dice.pick(present);
        if choose_one(world, crew, (by, day * DAY), dice).is_none() {
            return;
        }
    }
}

/// Chooses what is first in the backlog, at the first moment after `from` at which `by` is at work and the item exists.
pub(super) fn choose_one(
    world: &mut World,
    crew: usize,
    (by, from): (usize, Moment),
    dice: &mut Dice,
) -> Option<(Job, Moment)> {
    let job = world.crews[crew].backlog.front().copied()?;
    let written = world.company.items[job.item.at()].created_at().as_second();
    let at = world.staff.hands[by].next(from.max(written + 60), 40, dice)?;
    if at > world.now || at.div_euclid(DAY) > from.div_euclid(DAY) + 1 {
        return None;
    }
    world.crews[crew].backlog.pop_front();
    world.crews[crew].chosen.push_back(job);
    if world.crews[crew].habit != Habit::Mixed {
        world.record(crew, job.item, Stage::Todo, at, by);
    }
    Some((job, at))
}

/// An epic is begun with its first story, and done with the last.
pub(super) fn close_epics(world: &mut World) {
    let mut children: std::collections::BTreeMap<WorkItemId, Vec<WorkItemId>> = std::collections::BTreeMap::new();
    for (at, item) in world.company.items.iter().enumerate() {
        if let Some(epic) = item.epic {
            children.entry(epic).or_default().push(WorkItemId::of(at));
        }
    }
    for (epic, stories) in children {
        let items = &world.company.items;
        let moves = || stories.iter().flat_map(|story| &items[story.at()].transitions);
        let begun = moves().filter(|it| it.category == Category::Active).min_by_key(|it| it.at).cloned();
        let open = stories.iter().any(|story| items[story.at()].resolved_at().is_none());
        let ended = moves().max_by_key(|it| it.at).filter(|_| !open).cloned();
        let crew = items[epic.at()].team.at();
        let running = world.crews[crew].epic.is_some_and(|(running, _)| running == epic);
        if let Some(begun) = begun {
            let written = world.company.items[epic.at()].created_at();
            world.record(crew, epic, Stage::Active, begun.at.max(written).as_second(), begun.by.at());
            if let Some(ended) = ended.filter(|_| !running) {
                world.record(crew, epic, Stage::Done, ended.at.as_second(), ended.by.at());
            }
        }
    }
}
