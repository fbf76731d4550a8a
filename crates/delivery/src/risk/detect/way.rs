//! Who knows and who is there on the way of a plan: parts of the code with one knower, absences within critical items.
//!
//! What is found names parts of the code and items, never a person; and why somebody is away is not known here. Whoever may not see absences
//! is told of capacity alone.

use std::collections::{BTreeMap, BTreeSet};

use desk::knowledge::knowers;
use desk::work::{Calendar, PersonId, TeamId, Work};
use desk::{Desk, Presence, Refusal};
use jiff::civil::Date;

use super::one;
use crate::calendar::{Clockwork, after};
use crate::plan::ground::Crew;
use crate::plan::reckon::Reckoned;
use crate::plan::records::PlanItem;
use crate::risk::plan::Held;
use crate::risk::view::Found;

/// Days to come in which an item's parts of the code are looked at.
const SOON_DAYS: i32 = 60;
/// Share of trials in which an item bound the finish, from which it is critical.
const CRITICAL: f64 = 0.2;
/// Working days away within an item from which that is told.
const AWAY_DAYS: usize = 3;

/// An open item with when the levelled plan has it in work.
struct Watched<'a> {
    item: &'a PlanItem,
    name: String,
    crew: Option<&'a Crew>,
    first: Date,
    last: Date,
    criticality: f64,
}

impl Watched<'_> {
    fn is_critical(&self) -> bool {
        self.criticality >= CRITICAL
    }
}

/// People who know a part of the code, by its name.
type Known = BTreeMap<String, BTreeSet<PersonId>>;

/// What stands in the way of a plan.
///
/// # Errors
/// Unavailable when the facts or the database cannot be asked.
pub(super) async fn on_the_way(desk: &Desk, held: &Held) -> Result<Vec<Found>, Refusal> {
    let Some(reckoned) = held.dated() else { return Ok(Vec::new()) };
    let watched = watched(held, reckoned, after(desk.today(), SOON_DAYS));
    let known = known(desk, &watched).await?;
    let mut all = single(held, &watched, &known);
    all.extend(absent(desk, held, &watched, &known).await?);
    Ok(all)
}

/// Items that are critical, or begun by a day.
fn watched<'a>(held: &'a Held, reckoned: &Reckoned, soon: Date) -> Vec<Watched<'a>> {
    let model = &reckoned.model;
    let of = |(task, node): (usize, &usize)| {
        let item = held.plan.items.get(model.tree.nodes.get(*node)?.item)?;
        let (begun, finished) =
            (reckoned.levelled.schedule.begun.get(task)?, reckoned.levelled.schedule.finished.get(task)?);
        let slug = model.tree.team(&held.plan, *node);
        Some(Watched {
            item,
            name: held.name(reckoned, task),
            crew: held.ground.crew(slug).and_then(|place| held.ground.crews.get(place)),
            first: held.ground.begins(*begun),
            last: held.ground.finishes(*finished),
            criticality: reckoned.trials.criticality(task),
        })
    };
    let all = model.tasks.iter().enumerate().filter_map(of);
    all.filter(|one| one.is_critical() || one.first <= soon).collect()
}

/// Who knows each part of the code that is there, and is still with the organisation.
async fn known(desk: &Desk, watched: &[Watched<'_>]) -> Result<Known, Refusal> {
    let areas: BTreeSet<&String> = watched.iter().flat_map(|one| &one.item.areas).collect();
    let areas: Vec<String> = areas.into_iter().cloned().collect();
    let (people, today) = (desk.organisation(), desk.today());
    let here = |id: &PersonId| people.person(*id).is_some_and(|person| person.here(today));
    let found = knowers(desk, &areas).await?.into_iter().filter(|area| area.here);
    let who = |words: BTreeMap<PersonId, desk::knowledge::Word>| {
        words.into_iter().filter(|(id, word)| word.knows() && here(id)).map(|(id, _)| id).collect()
    };
    Ok(found.map(|area| (area.area, who(area.words))).collect())
}

/// Parts of the code that one person knows.
fn single(held: &Held, watched: &[Watched<'_>], known: &Known) -> Vec<Found> {
    let lonely = known.iter().filter(|(_, people)| people.len() == 1).map(|(area, _)| area);
    let found = lonely.filter_map(|area| {
        let touching = || watched.iter().filter(|one| one.item.areas.contains(area));
        let most = touching().max_by(|a, b| a.criticality.total_cmp(&b.criticality))?;
        let why = if most.is_critical() {
            format!("{} is in it, and bound the finish in {:.0} % of the trials", most.name, most.criticality * 100.0)
        } else {
            format!("{} is in it, and begins by {}", most.name, most.first)
        };
        Some(Found {
            touches: vec![format!("area:{area}")],
            subject: area.clone(),
            ..one(
                held,
                "single_knower",
                None,
                format!("{area} has one knower"),
                format!("{why}: work on it in a pair, or hand it on"),
            )
        })
    });
    found.collect()
}

/// Critical items within which somebody is away on whom they hang.
async fn absent(desk: &Desk, held: &Held, watched: &[Watched<'_>], known: &Known) -> Result<Vec<Found>, Refusal> {
    let work = desk.work().await?;
    let critical: Vec<&Watched<'_>> = watched.iter().filter(|one| one.is_critical()).collect();
    let teams: BTreeSet<TeamId> = critical.iter().filter_map(|one| one.crew?.id).collect();
    let mut all = Vec::new();
    for team in teams {
        let items: Vec<&&Watched<'_>> =
            critical.iter().filter(|one| one.crew.is_some_and(|crew| crew.id == Some(team))).collect();
        let first = items.iter().map(|one| one.first).min().unwrap_or(held.ground.first);
        let last = items.iter().map(|one| one.last).max().unwrap_or(first);
        let clock = Clockwork::of(work.calendar(Some(team)).unwrap_or(&Calendar::default()));
        if desk.is_inside(team) {
            let mut away = Away { clock: &clock, of: BTreeMap::new() };
            for (person, presence) in desk.presence_by_person(team, first, last).await? {
                away.of.entry(person).or_default().push(presence);
            }
            let found = items.iter().filter_map(|item| {
                let why = waits(desk, &work, item, known, &away)?;
                let title = format!("{} waits for somebody who is away", item.name);
                Some(one(held, "absence_on_chain", Some(&item.item.id), title, why))
            });
            all.extend(found);
        } else if desk.shows_work_of(Some(team)).text().is_none() {
            let Some(presence) = desk.presence_of(team, first, last).await? else { continue };
            all.extend(items.iter().filter_map(|item| less(held, item, &clock, &presence)));
        }
    }
    Ok(all)
}

/// When people are away.
struct Away<'a> {
    clock: &'a Clockwork,
    of: BTreeMap<PersonId, Vec<Presence>>,
}

impl Away<'_> {
    /// Working days on which somebody is away whole days, within an item.
    fn days(&self, person: PersonId, item: &Watched<'_>) -> usize {
        let spans = self.of.get(&person).into_iter().flatten().flat_map(|presence| &presence.away);
        let spans: Vec<&(Date, Date, f64)> = spans.filter(|span| span.2 >= 1.0).collect();
        days(item, self.clock).filter(|day| spans.iter().any(|span| span.0 <= *day && *day <= span.1)).count()
    }
}

/// The working days of an item.
fn days<'a>(item: &Watched<'_>, clock: &'a Clockwork) -> impl Iterator<Item = Date> + use<'a> {
    let (first, last) = (item.first, item.last);
    (0..).map(move |day| after(first, day)).take_while(move |day| *day <= last).filter(move |day| clock.works(*day))
}

/// What an item waits for, when whoever has it, or everybody who knows a part of the code that it touches, is away.
fn waits(desk: &Desk, work: &Work, item: &Watched<'_>, known: &Known, away: &Away<'_>) -> Option<String> {
    let linked = item.item.work_item.as_deref().and_then(|key| work.by_key(key)).and_then(|linked| linked.assignee);
    let named = || item.item.with.as_deref().and_then(|with| desk.organisation().find_person(with).ok());
    let assignee = linked.or_else(|| named().map(|person| person.id));
    let advice = "put it in another order, or work on it in a pair";
    if let Some(days) = assignee.map(|person| away.days(person, item)).filter(|days| *days >= AWAY_DAYS) {
        return Some(format!("whoever is to do it is away for {days} working days within it: {advice}"));
    }
    item.item.areas.iter().find_map(|area| {
        let people = known.get(area).filter(|people| !people.is_empty())?;
        let least = people.iter().map(|person| away.days(*person, item)).min().unwrap_or(0);
        let who = if people.len() == 1 { "who knows" } else { "everybody who knows" };
        (least >= AWAY_DAYS).then(|| format!("{who} {area} is away for {least} working days within it: {advice}"))
    })
}

/// For whoever may not see absences: how many person-days less there are within an item, nobody named.
fn less(held: &Held, item: &Watched<'_>, clock: &Clockwork, presence: &[Presence]) -> Option<Found> {
    let lost = |day: Date| {
        let here = presence.iter().filter(|one| one.from <= day && one.until.is_none_or(|until| day < until));
        let part = |one: &Presence| {
            let spans = one.away.iter().filter(|span| span.0 <= day && day <= span.1);
            one.share * spans.map(|span| span.2).fold(0.0, f64::max)
        };
        here.map(part).sum::<f64>()
    };
    let sum: f64 = days(item, clock).map(lost).sum();
    let crew = item.crew?;
    (sum >= AWAY_DAYS as f64).then(|| {
        let why = format!("{} has {sum:.0} person-days less than usual within it: put it in another order", crew.name);
        one(held, "absence_on_chain", Some(&item.item.id), format!("{} meets a team that is small", item.name), why)
    })
}
