//! What a forecast stands on: what was finished on which day, as it was known at any instant; when the team works, and how much of it is
//! there. Work items where there are any, else the merged changes of Git.

use desk::requests::{ChangeRequest, RequestState};
use desk::work::{Calendar, Field, Item};
use desk::{Desk, Refusal};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::backtest::{Record, Timeline};
use crate::calendar::{Clockwork, Member, after, between, factors};
use crate::flow::span::span;
use crate::flow::{Points, Stages, Track};
use crate::pace::{Ahead, HORIZON_DAYS, History, LEAST};
use crate::published::Unit;
use crate::work::measures::Measures;
use crate::work::scene::{Board, Instants, Scene};

/// Days that history reaches back at most: what blocks need.
pub const REACH: usize = 364;

/// Everything that the forecasts of a board are functions of.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Whose.
    pub board: Board,
    /// What is counted.
    pub unit: Unit,
    /// What was finished when, as known at any instant.
    pub record: Record,
    /// The board's scene, when items are counted.
    pub scene: Option<Scene>,
    /// When the team works.
    pub calendar: Clockwork,
    /// As of which instant.
    pub as_of: Timestamp,
    /// With what was known at which.
    pub known_at: Timestamp,
    /// The day as of which is asked: day 1 is the next.
    pub today: Date,
    /// How the members are there; none when no absence is on record.
    pub members: Option<Vec<Member>>,
    /// Rules by which things count as finished.
    pub rules: String,
}

impl Ground {
    /// The ground of a board.
    ///
    /// # Errors
    /// Unavailable when facts or the database do not answer.
    pub async fn of(desk: &Desk, board: Board, when: Instants, repos: &[String]) -> Result<Self, Refusal> {
        let work = desk.work().await?;
        let calendar = Clockwork::of(work.calendar(board.team_id()).unwrap_or(&Calendar::default()));
        let today = calendar.day(when.as_of.as_microsecond());
        let scene = Scene::of(desk, board.clone(), when, None, |_| true).await?;
        let members = match board.team_id() {
            Some(team) => {
                desk.presence_of(team, after(today, -(REACH as i32)), after(today, HORIZON_DAYS as i32)).await?
            }
            None => None,
        };
        let members = members.map(|all| all.into_iter().map(Member::from).collect());
        let (unit, record, rules, scene) = if scene.items.is_empty() {
            let record = changes(desk, &calendar, repos).await?;
            (Unit::Change, record, "a change counts on the day of its merge".to_owned(), None)
        } else {
            let kept = scene
                .rules
                .kept
                .as_ref()
                .map_or("as the board proposes".to_owned(), |kept| format!("version {}", kept.1));
            let rules = format!("{}/1, workflow {kept}", scene.preset.name());
            (Unit::Item, items(&scene), rules, Some(scene))
        };
        Ok(Self {
            board,
            unit,
            record,
            scene,
            calendar,
            as_of: when.as_of,
            known_at: when.known_at,
            today,
            members,
            rules,
        })
    }

    /// The instant of knowledge.
    #[must_use]
    pub fn at(&self) -> i64 {
        self.known_at.as_microsecond()
    }

    /// Finished a day, today left out.
    #[must_use]
    pub fn history(&self) -> History {
        self.record.history(self.today, self.at(), REACH, |day| self.calendar.works(day))
    }

    /// The days to come.
    #[must_use]
    pub fn ahead(&self) -> Ahead {
        let days: Vec<Date> = (1..=HORIZON_DAYS as i32).map(|day| after(self.today, day)).collect();
        let there = match &self.members {
            Some(members) => {
                let past = (after(self.today, -180), after(self.today, -1));
                factors(&self.calendar, members, past, &days)
            }
            None => vec![1.0; days.len()],
        };
        Ahead { days: days.iter().zip(there).map(|(day, there)| (self.calendar.works(*day), there)).collect() }
    }

    /// Days of record.
    #[must_use]
    pub fn days(&self) -> usize {
        self.record.first.map_or(0, |first| between(first, self.today).max(0) as usize)
    }

    /// Refuses when there is too little to go by.
    ///
    /// # Errors
    /// Refused with what is missing and how long it takes.
    pub fn enough(&self, history: &History) -> Result<(), Refusal> {
        let (finished, days) = (history.finished(180), self.days());
        let guess = "Give a throughput instead: --rate 3..6/w. What it says is marked as a guess.";
        if finished == 0 {
            let what = if self.unit == Unit::Item { "no item was finished" } else { "no change was merged" };
            return Err(Refusal::invalid(format!("cannot forecast: {what} in the last 180 days")).hint(guess));
        }
        if finished < LEAST.0 {
            return Err(
                Refusal::invalid(format!("cannot forecast: {finished} finished, {} needed", LEAST.0)).hint(guess)
            );
        }
        if days < LEAST.1 {
            return Err(
                Refusal::invalid(format!("cannot forecast: {days} days of record, {} needed", LEAST.1)).hint(guess)
            );
        }
        Ok(())
    }

    /// What kept the flow of the last 90 days from being steady, in words.
    #[must_use]
    pub fn unsteady(&self) -> Vec<String> {
        let Some(measures) = self.measures(90) else { return Vec::new() };
        measures.unsteady.iter().map(ToString::to_string).collect()
    }

    /// The measures of flow of the last days, when items are counted.
    #[must_use]
    pub fn measures(&self, days: i32) -> Option<Measures> {
        self.scene.as_ref().map(|scene| Measures::of(scene, (after(self.today, 1 - days), self.today)))
    }

    /// On which day an item was finished, as known now.
    #[must_use]
    pub fn finished_on(&self, key: &str) -> Option<Date> {
        let scene = self.scene.as_ref()?;
        let place = scene.items.iter().position(|item| &*item.key == key)?;
        self.record.things.get(place)?.last()?.1
    }

    /// The instant at the end of a day, at most now.
    #[must_use]
    pub fn end_of(&self, day: Date) -> i64 {
        self.calendar.end(day).min(self.at())
    }
}

/// The days on which items were finished, as they were known from when on. What was there when the source was first read counts as known
/// when it happened: what was known earlier cannot be told.
fn items(scene: &Scene) -> Record {
    let floor = scene.items.iter().map(|item| item.seen).min().unwrap_or(0);
    let rule = scene.preset.rules().0;
    let day = |track: &Track, points: Points| span(track, points, rule)?.end.map(|at| scene.calendar.day(at));
    let things = scene.items.iter().map(|item| timeline(item, &scene.stages, floor, |track| day(track, scene.points)));
    let first = scene.items.iter().map(|item| item.created_at).min();
    Record { first: first.map(|at| scene.calendar.day(at)), things: things.collect() }
}

fn timeline(item: &Item, stages: &Stages, floor: i64, end: impl Fn(&Track) -> Option<Date>) -> Timeline {
    let seen = |at: i64, seen: i64| if seen <= floor { at } else { at.max(seen) };
    let mut instants = vec![seen(item.created_at, item.seen)];
    for entry in item.log.iter().filter(|entry| entry.field == Field::Status) {
        instants.push(seen(entry.at, entry.seen));
        instants.extend(entry.withdrawn);
    }
    instants.sort_unstable();
    instants.dedup();
    let mut all: Timeline = Vec::new();
    for at in instants {
        let track = Track::of(0, item, stages, at, at.max(floor)).filter(|track| track.unmapped.is_none());
        let day = track.and_then(|track| end(&track));
        if all.last().is_none_or(|last| last.1 != day) {
            all.push((at, day));
        }
    }
    all
}

#[derive(Debug, Deserialize)]
struct Begun {
    at: Option<i64>,
}

/// The merged changes of the repositories: of all when none is named.
async fn changes(desk: &Desk, calendar: &Clockwork, repos: &[String]) -> Result<Record, Refusal> {
    let scope = desk::Scope { repo: repos.to_vec(), ..desk::Scope::default() };
    let ids: Vec<String> = desk.repos(&scope)?.iter().map(|repo| repo.id.clone()).collect();
    if ids.is_empty() {
        return Ok(Record::default());
    }
    let requests = desk.change_requests().await?;
    let ours = |request: &ChangeRequest| {
        let history = requests.repository(request.repository).and_then(|repository| repository.history.as_deref());
        request.state == RequestState::Merged && history.is_some_and(|history| ids.iter().any(|id| id == history))
    };
    let mut merged: Vec<i64> =
        requests.iter().filter(|request| ours(request)).filter_map(|request| request.merged_at).collect();
    merged.sort_unstable();
    let params = [("repos", lake::Param::Texts(ids.clone()))];
    let begun: Vec<Begun> =
        desk.facts().rows("SELECT min(committed_at) AS at FROM commits WHERE array_has($repos, repo)", &params).await?;
    let day = |seconds: i64| calendar.day(seconds * 1_000_000);
    Ok(Record {
        first: begun.first().and_then(|one| one.at).map(day),
        things: merged.iter().map(|at| vec![(*at, Some(calendar.day(*at)))]).collect(),
    })
}
